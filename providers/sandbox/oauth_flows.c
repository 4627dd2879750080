/*
 * Signing in where nobody is there to sign in: the authorization endpoint and the device flow answer at once, as
 * the user that login_hint names, or the administrator.
 */
#include "providers/sandbox/oauth.h"

#include "base/xalloc.h"

#include <string.h>

/* From the query, or from the form of a POST. */
static struct slice asked(const struct call *c, const char *name)
{
	return streq(c->req->method, "POST") ? form_get(c, name) : query_get(c, name);
}

static char *copy(struct slice s)
{
	return s.n ? xstrndup(s.p, s.n) : NULL;
}

/* Who signs in: a login, an id, or nobody named. */
static const struct obj *who(struct call *c)
{
	struct slice hint = asked(c, "login_hint");
	struct obj *u = hint.n ? store_find(c->s, K_USER, hint) : store_at(c->s, c->s->admin);

	if (!u)
		u = name_find(c->s, K_USER, 0, hint);
	return u && !u->dead && u->status == ST_ACTIVE ? u : NULL;
}

static bool has_app(const struct sandbox *s, const struct obj *a, const struct obj *u)
{
	return edge_has(&a->in, u->ix) || granting_group(s, a, u);
}

/* --- authorization code --- */

/* Where the answer goes: only to what was registered, to the letter. */
static bool redirect_ok(const struct client *cl, struct slice uri)
{
	const struct js *list = oauth_setting(cl, "redirect_uris");

	for (size_t i = 0; uri.n && i < js_len(list); i++) {
		if (slice_eq(js_str(js_at(list, i)), uri))
			return true;
	}
	return false;
}

static void add_param(struct buf *b, const char *name, struct slice value)
{
	const char *last = b->n ? &b->p[b->n - 1] : "";

	if (!value.n)
		return;
	if (*last != '?' && *last != '#')
		buf_addc(b, '&');
	buf_addf(b, "%s=", name);
	buf_add_url(b, value);
}

/* The redirection's address up to where its parameters begin. */
static void begin_redirect(struct call *c, struct buf *b)
{
	struct slice uri = asked(c, "redirect_uri");
	bool fragment = slice_is(asked(c, "response_mode"), "fragment");

	buf_add_slice(b, uri);
	if (fragment)
		buf_addc(b, '#');
	else if (!memchr(uri.p, '?', uri.n))
		buf_addc(b, '?');
}

static void end_redirect(struct call *c, struct buf *b)
{
	add_param(b, "state", asked(c, "state"));
	reply_status(c, 302);
	oauth_header(c, "Location", buf_slice(b));
}

static void redirect_error(struct call *c, const char *error, const char *why)
{
	AUTO(buf) struct buf b = BUF_MAX((size_t)URL_MAX * 4);

	begin_redirect(c, &b);
	add_param(&b, "error", slice_of(error));
	add_param(&b, "error_description", slice_of(why));
	end_redirect(c, &b);
}

/* What is wrong with the request itself: an error word, and in *ret_why the text. */
static const char *check_request(struct call *c, const struct client *cl, const char **ret_why)
{
	struct slice challenge = asked(c, "code_challenge"), mode = asked(c, "response_mode");
	bool pkce = js_bool(js_path(cl->doc, "credentials.oauthClient.pkce_required"));

	*ret_why = "The response type contained in the request is not supported.";
	if (!slice_is(asked(c, "response_type"), "code"))
		return "unsupported_response_type";
	*ret_why = "The local tenant answers in the query or in the fragment.";
	if (mode.n && !slice_in(mode, "query|fragment"))
		return "unsupported_response_mode";
	*ret_why = "The client is not authorized to use the authorization code grant type.";
	if (!oauth_client_may(cl, "authorization_code"))
		return "unauthorized_client";
	*ret_why =
		"PKCE code challenge is required when the token endpoint authentication method is 'NONE'.";
	if (!challenge.n && pkce)
		return "invalid_request";
	*ret_why = "The code_challenge must be one of S256.";
	if (challenge.n &&
		(challenge.n != 43 || !slice_is(asked(c, "code_challenge_method"), "S256")))
		return "invalid_request";
	return NULL;
}

static void give_code(
	struct call *c, const struct client *cl, const struct obj *user, struct slice scope)
{
	struct ticket *t = oauth_ticket(c, TICKET_CODE, CODE_S);
	AUTO(buf) struct buf b = BUF_MAX((size_t)URL_MAX * 4);

	t->app = cl->app->ix;
	t->user = user->ix;
	t->family = oauth_new_family(c);
	t->scope = xstrndup(scope.p, scope.n);
	t->redirect = copy(asked(c, "redirect_uri"));
	t->challenge = copy(asked(c, "code_challenge"));
	t->nonce = copy(asked(c, "nonce"));
	begin_redirect(c, &b);
	add_param(&b, "code", slice_of(t->secret));
	end_redirect(c, &b);
}

static void authorize(struct call *c, const struct client *cl)
{
	const char *why, *error = check_request(c, cl, &why);
	const struct obj *user = who(c);
	struct slice scope = {"", 0};

	if (!error)
		error = oauth_scope_refused(c, cl, asked(c, "scope"), true, &scope, &why);
	if (!error && !user) {
		error = "login_required";
		why = "The client specified not to prompt, but the user is not logged in.";
	}
	if (!error && !has_app(c->s, cl->app, user)) {
		error = "access_denied";
		why = "User is not assigned to the client application.";
	}
	if (error)
		redirect_error(c, error, why);
	else
		give_code(c, cl, user, scope);
}

void oauth_authorize(struct call *c)
{
	AUTO(client) struct client cl = {0};

	if (!oauth_client_find(c, asked(c, "client_id"), &cl))
		fail(c, 400, "invalid_client", "Invalid value for 'client_id' parameter.", NULL);
	else if (!redirect_ok(&cl, asked(c, "redirect_uri")))
		fail(c, 400, "invalid_request",
			"The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.",
			NULL);
	else
		authorize(c, &cl);
}

/* --- devices --- */

static void give_device_code(struct call *c, const struct client *cl, struct slice scope)
{
	struct ticket *t = oauth_ticket(c, TICKET_DEVICE, DEVICE_S);
	struct js *doc = js_new_map();
	AUTO(buf) struct buf b = BUF_MAX(4096);

	t->app = cl->app->ix;
	t->family = oauth_new_family(c);
	t->interval = DEVICE_INTERVAL_S;
	t->scope = xstrndup(scope.p, scope.n);
	js_set(doc, "device_code", js_new_strz(t->secret));
	js_set(doc, "user_code", js_new_strz(t->user_code));
	buf_addf(&b, "%s/activate", c->s->base_url);
	js_set(doc, "verification_uri", js_new_str(buf_slice(&b)));
	buf_addf(&b, "?user_code=%s", t->user_code);
	js_set(doc, "verification_uri_complete", js_new_str(buf_slice(&b)));
	js_set(doc, "expires_in", js_new_int(DEVICE_S));
	js_set(doc, "interval", js_new_int(DEVICE_INTERVAL_S));
	reply_js(c, 200, doc);
}

void oauth_device(struct call *c)
{
	AUTO(client) struct client cl = {0};
	struct slice scope;

	if (!oauth_client(c, &cl))
		return;
	if (!oauth_client_may(&cl, "urn:ietf:params:oauth:grant-type:device_code"))
		oauth_fail(c, 400, "unauthorized_client",
			"The client is not authorized to use the device authorization grant type.");
	else if (oauth_scope(c, &cl, form_get(c, "scope"), true, &scope))
		give_device_code(c, &cl, scope);
}

/* What a person would do on a page; decision=deny says no. */
void oauth_activate(struct call *c)
{
	struct ticket *t = oauth_find_device(c, query_get(c, "user_code"));
	const struct obj *user = who(c), *app = t ? store_at(c->s, t->app) : NULL;

	if (!t || !app || app->dead || t->used || t->denied || t->user != NO_OBJ)
		fail(c, 404, "E0000007", "Not found: the user code is invalid or has expired.",
			NULL);
	else if (query_is(c, "decision", "deny")) {
		t->denied = true;
		reply_text(c, 200, SLICE("{\"status\":\"DENIED\"}"));
	} else if (!user || !has_app(c->s, app, user)) {
		fail(c, 403, "E0000006", "User is not assigned to the client application.", NULL);
	} else {
		t->user = user->ix;
		t->auth_time = c->now;
		reply_text(c, 200, SLICE("{\"status\":\"APPROVED\"}"));
	}
}
