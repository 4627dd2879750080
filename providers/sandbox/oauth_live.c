/*
 * Tokens that are out: ending them, asking after them, and whom they stand for.
 */
#include "providers/sandbox/oauth.h"

static struct slice token_of(struct call *c)
{
	struct slice token = form_get(c, "token");

	if (!token.n)
		oauth_fail(c, 400, "invalid_request", "The token parameter is required.");
	return token;
}

static struct slice id_of(const struct client *cl)
{
	return js_str(js_path(cl->doc, "credentials.oauthClient.client_id"));
}

/* What a client asks about a token that it names. */
static void with_token(
	struct call *c, void (*run)(struct call *c, const struct client *cl, struct slice token))
{
	AUTO(client) struct client cl = {0};
	struct slice token;

	if (!oauth_client(c, &cl))
		return;
	token = token_of(c);
	if (token.n)
		run(c, &cl, token);
}

/* An unknown token is as good as revoked; only the client's own is touched. */
static void revoke(struct call *c, const struct client *cl, struct slice token)
{
	bool expired;
	struct ticket *t = oauth_find(c, TICKET_REFRESH, token, &expired);
	struct obj *app = NULL, *user = NULL;
	AUTO_PTR(js) claims = t ? NULL : oauth_access(c, token, &app, &user);

	if (t && t->app == cl->app->ix)
		oauth_drop_family(c, t->family);
	else if (claims && app == cl->app)
		(void)oauth_first_use(
			c, "revoked", (struct slice){"", 0}, js_str(js_get(claims, "jti")));
	reply_status(c, 200);
}

void oauth_revoke(struct call *c)
{
	with_token(c, revoke);
}

static void set_user(struct js *doc, const struct obj *user)
{
	AUTO_PTR(js) u = user ? obj_doc(user) : NULL;

	if (!user)
		return;
	js_set(doc, "username", js_copy(js_path(u, "profile.login")));
	js_set(doc, "uid", js_new_strz(user->id));
	js_set(doc, "sub", js_copy(js_path(u, "profile.login")));
}

static void set_scope(struct js *doc, const struct js *scp)
{
	AUTO(buf) struct buf b = BUF_MAX(JWT_MAX);

	oauth_add_scopes(&b, scp);
	js_set(doc, "scope", js_new_str(buf_slice(&b)));
}

static void describe_access(struct js *doc, const struct js *claims, const struct obj *user)
{
	static const char *const same[] = {"aud", "iss", "jti", "exp", "iat", "sub", "cnf"};

	js_set(doc, "token_type", js_new_strz(js_path(claims, "cnf.jkt") ? "DPoP" : "Bearer"));
	set_scope(doc, js_get(claims, "scp"));
	js_set(doc, "client_id", js_copy(js_get(claims, "cid")));
	for (size_t i = 0; i < LEN(same); i++) {
		if (js_get(claims, same[i]))
			js_set(doc, same[i], js_copy(js_get(claims, same[i])));
	}
	set_user(doc, user);
}

static void describe_refresh(
	struct call *c, struct js *doc, const struct client *cl, const struct ticket *t)
{
	js_set(doc, "token_type", js_new_strz("Bearer"));
	js_set(doc, "scope", js_new_strz(t->scope));
	js_set(doc, "client_id", js_new_str(id_of(cl)));
	js_set(doc, "exp", js_new_int(t->expires));
	set_user(doc, store_at(c->s, t->user));
}

static void introspect(struct call *c, const struct client *cl, struct slice token)
{
	bool expired;
	const struct ticket *t = oauth_find(c, TICKET_REFRESH, token, &expired);
	struct obj *app = NULL, *user = NULL;
	AUTO_PTR(js) claims = t ? NULL : oauth_access(c, token, &app, &user);
	bool active = t ? t->app == cl->app->ix && !t->used : claims != NULL;
	struct js *doc = js_new_map();

	js_set(doc, "active", js_new_bool(active));
	if (active && t)
		describe_refresh(c, doc, cl, t);
	else if (active)
		describe_access(doc, claims, user);
	reply_js(c, 200, doc);
}

void oauth_introspect(struct call *c)
{
	with_token(c, introspect);
}

void oauth_userinfo(struct call *c)
{
	struct slice text = c->req->authorization, scheme = {"", 0};
	struct js *doc;

	if (!slice_cut(&text, ' ', &scheme) ||
		!(slice_eq_fold(scheme, SLICE("Bearer")) || slice_eq_fold(scheme, SLICE("DPoP")))) {
		oauth_refuse(
			c, 401, SLICE("openid"), "invalid_token", "The access token is invalid.");
		return;
	}
	if (!oauth_bearer(c, scheme, slice_trim(text), SLICE("openid")))
		return;
	if (c->actor->kind != K_USER || !auth_word_in(SLICE("openid"), c->scopes)) {
		oauth_refuse(c, 403, SLICE("openid"), "insufficient_scope",
			"The access token must provide access to at least one of these scopes - profile, email, address or phone");
		return;
	}
	doc = js_new_map();
	oauth_add_user_claims(doc, c->actor, c->scopes);
	reply_js(c, 200, doc);
}
