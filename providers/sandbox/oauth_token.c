/*
 * The token endpoint: one row a grant.
 */
#include "providers/sandbox/oauth.h"

#include "base/xalloc.h"

#include <string.h>

static const char device_grant[] = "urn:ietf:params:oauth:grant-type:device_code";

static void client_credentials(struct call *c, const struct client *cl)
{
	struct issue i = {.cl = cl, .jkt = ""};
	char jkt[THUMBPRINT];

	if (!slice_is(js_str(oauth_setting(cl, "application_type")), "service")) {
		oauth_fail(c, 401, "invalid_client",
			"Only a service app can use client credentials here.");
		return;
	}
	if (!cl->signed_jwt) {
		oauth_fail(c, 401, "invalid_client",
			"Client credentials for Okta's own scopes need private_key_jwt.");
		return;
	}
	if (!oauth_bind(c, cl, jkt) || !oauth_scope(c, cl, form_get(c, "scope"), false, &i.scope))
		return;
	i.jkt = jkt;
	oauth_issue(c, &i);
}

static void bad_grant(struct call *c, const char *why)
{
	oauth_fail(c, 400, "invalid_grant", why);
}

/* The user of a ticket, as long as it may sign in. */
static const struct obj *user_of_ticket(struct call *c, const struct ticket *t)
{
	const struct obj *u = store_at(c->s, t->user);

	if (u && !u->dead && u->status == ST_ACTIVE)
		return u;
	bad_grant(c, "The user of the grant cannot sign in any more.");
	return NULL;
}

/* A refresh token beside what t was exchanged for, where the scope and the app ask for one. */
static const char *refresh_beside(
	struct call *c, const struct client *cl, const struct ticket *t, const char *jkt)
{
	struct ticket *r;

	if (!auth_word_in(SLICE("offline_access"), slice_of(t->scope)) ||
		!oauth_client_may(cl, "refresh_token"))
		return NULL;
	r = oauth_ticket(c, TICKET_REFRESH, REFRESH_S);
	r->scope = xstrndup(t->scope, strlen(t->scope));
	r->app = t->app;
	r->user = t->user;
	r->family = t->family;
	r->auth_time = t->auth_time;
	/* a public client's is bound to its key, a confidential client has its own */
	if (!cl->signed_jwt)
		memcpy(r->jkt, jkt, sizeof(r->jkt));
	return r->secret;
}

/* What a code or a device code is good for, once. The new ticket may push the old one out. */
static void exchange(
	struct call *c, const struct client *cl, struct ticket *t, const struct obj *user)
{
	struct ticket was = *t;
	char jkt[THUMBPRINT];
	struct issue i = {.cl = cl, .user = user, .jkt = jkt};

	if (!oauth_bind(c, cl, jkt))
		return;
	was.scope = arena_str(&c->mem, slice_of(t->scope));
	i.nonce = arena_slice(&c->mem, slice_of(t->nonce));
	i.scope = slice_of(was.scope);
	i.family = t->family;
	i.auth_time = t->auth_time;
	t->used = c->now;
	i.refresh = refresh_beside(c, cl, &was, jkt);
	oauth_issue(c, &i);
}

/* Does the verifier fit what the authorization request announced? */
static bool pkce_ok(struct call *c, const struct ticket *t)
{
	struct slice verifier = form_get(c, "code_verifier");
	AUTO(buf) struct buf b = BUF_MAX(64);

	if (!t->challenge)
		return !verifier.n;
	if (verifier.n < 43 || verifier.n > 128)
		return false;
	jwt_add_s256(&b, verifier);
	return slice_is(buf_slice(&b), t->challenge);
}

static void authorization_code(struct call *c, const struct client *cl)
{
	struct slice code = form_get(c, "code");
	bool expired;
	struct ticket *t = oauth_find(c, TICKET_CODE, code, &expired);
	const struct obj *user;

	if (!t || t->used) {
		/* a code that comes twice was stolen: what it was exchanged for ends too */
		if (t)
			oauth_drop_family(c, t->family);
		bad_grant(c, "The authorization code is invalid or has expired.");
	} else if (t->app != cl->app->ix) {
		bad_grant(c,
			"The grant was issued to another client. Ensure that the client_id matches the one used at the authorize request.");
	} else if (!slice_is(form_get(c, "redirect_uri"), t->redirect)) {
		bad_grant(c, "The redirect_uri is not the one of the authorize request.");
	} else if (!pkce_ok(c, t)) {
		/* one guess is all there is */
		oauth_drop(c, t);
		bad_grant(c, "PKCE verification failed.");
	} else {
		user = user_of_ticket(c, t);
		if (user)
			exchange(c, cl, t, user);
	}
}

static void device_code(struct call *c, const struct client *cl)
{
	bool expired;
	struct ticket *t = oauth_find(c, TICKET_DEVICE, form_get(c, "device_code"), &expired);
	const struct obj *user;
	int64_t last;

	if (!t || t->used || t->app != cl->app->ix) {
		if (expired)
			oauth_fail(c, 400, "expired_token", "The device code has expired.");
		else
			bad_grant(c, "The device code is invalid.");
		return;
	}
	last = t->polled;
	t->polled = c->now;
	if (t->denied) {
		oauth_drop(c, t);
		oauth_fail(c, 403, "access_denied", "The user denied the request of the device.");
	} else if (last && c->now - last < t->interval) {
		t->interval += DEVICE_INTERVAL_S;
		oauth_fail(c, 400, "slow_down", "The device polls too often.");
	} else if (t->user == NO_OBJ) {
		oauth_fail(c, 400, "authorization_pending",
			"The device authorization is pending. Please try again later.");
	} else {
		user = user_of_ticket(c, t);
		if (user)
			exchange(c, cl, t, user);
	}
}

static bool rotates(const struct client *cl)
{
	return slice_is(
		js_str(js_get(oauth_setting(cl, "refresh_token"), "rotation_type")), "ROTATE");
}

/* The scopes of a renewed token: those of the first one, or fewer. */
static bool narrower(struct call *c, const struct client *cl, struct slice had, struct slice *ret)
{
	struct slice asked = form_get(c, "scope"), part;

	*ret = arena_slice(&c->mem, had);
	if (!asked.n)
		return true;
	for (struct slice rest = asked; slice_cut(&rest, ' ', &part);) {
		if (part.n && !auth_word_in(part, had)) {
			oauth_fail(c, 400, "invalid_scope",
				"The scope goes beyond what was granted with the refresh token.");
			return false;
		}
	}
	return oauth_scope(c, cl, asked, true, ret);
}

/* May it be used (again)? A rotated one has a few seconds for answers that got lost; then it was stolen. */
static bool fresh_enough(struct call *c, const struct client *cl, const struct ticket *t)
{
	const struct js *leeway = js_get(oauth_setting(cl, "refresh_token"), "leeway");

	if (!t->used || c->now - t->used < js_int(leeway))
		return true;
	oauth_drop_family(c, t->family);
	bad_grant(c, "The refresh token is invalid or expired.");
	return false;
}

static void renew(struct call *c, const struct client *cl, struct ticket *t, const struct obj *user)
{
	char jkt[THUMBPRINT];
	struct issue i = {
		.cl = cl, .user = user, .jkt = jkt, .family = t->family, .auth_time = t->auth_time};
	struct ticket was = *t;

	if (!narrower(c, cl, slice_of(t->scope), &i.scope) || !oauth_bind(c, cl, jkt))
		return;
	if (t->jkt[0] && !streq(t->jkt, jkt)) {
		bad_grant(c, "The refresh token is bound to another DPoP key.");
		return;
	}
	i.refresh = arena_str(&c->mem, slice_of(t->secret));
	if (rotates(cl)) {
		t->used = t->used ? t->used : c->now;
		was.scope = arena_str(&c->mem, slice_of(t->scope));
		i.refresh = refresh_beside(c, cl, &was, jkt);
	}
	oauth_issue(c, &i);
}

static void refresh_token(struct call *c, const struct client *cl)
{
	bool expired;
	struct ticket *t = oauth_find(c, TICKET_REFRESH, form_get(c, "refresh_token"), &expired);
	const struct obj *user;

	if (!t || t->app != cl->app->ix) {
		bad_grant(c, "The refresh token is invalid or expired.");
		return;
	}
	if (!fresh_enough(c, cl, t))
		return;
	user = user_of_ticket(c, t);
	if (user)
		renew(c, cl, t, user);
}

static const struct grant {
	const char *name;
	void (*run)(struct call *c, const struct client *cl);
} grants[] = {
	{"client_credentials", client_credentials},
	{"authorization_code", authorization_code},
	{"refresh_token", refresh_token},
	{device_grant, device_code},
};

static bool repeated(const struct call *c)
{
	for (size_t i = 0; i < c->nform; i++) {
		for (size_t k = i + 1; k < c->nform; k++) {
			if (slice_eq(c->form[i].name, c->form[k].name))
				return true;
		}
	}
	return false;
}

static void run(struct call *c, const struct grant *g)
{
	AUTO(client) struct client cl = {0};

	if (!oauth_client(c, &cl))
		return;
	if (oauth_client_may(&cl, g->name))
		g->run(c, &cl);
	else
		oauth_fail(c, 400, "unauthorized_client",
			"The client is not authorized to use the provided grant type.");
}

void oauth_token(struct call *c)
{
	struct slice type = form_get(c, "grant_type");

	if (repeated(c) || !type.n) {
		oauth_fail(c, 400, "invalid_request",
			type.n ? "A parameter is there more than once."
			       : "The grant_type parameter is missing.");
		return;
	}
	for (size_t i = 0; i < LEN(grants); i++) {
		if (slice_is(type, grants[i].name)) {
			run(c, &grants[i]);
			return;
		}
	}
	oauth_fail(c, 400, "unsupported_grant_type",
		"The grant type in the request is not supported.");
}
