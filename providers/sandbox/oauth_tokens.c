/*
 * The tokens themselves: which scopes go in, how they are signed, and whether one that comes back still counts.
 */
#include "providers/sandbox/oauth.h"

#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char openid_scopes[] = "openid|profile|email|address|phone|offline_access|groups";

/* --- scopes --- */

/* May the client have this one? An error word of RFC 6749 when not. */
static const char *refused(
	struct call *c, const struct client *cl, struct slice scope, bool for_user)
{
	if (slice_in(scope, openid_scopes))
		return for_user ? NULL : "invalid_scope";
	if (!for_user && slice_starts(scope, "okta.") && slice_ends(scope, ".self"))
		return "client_credentials_self_scope_requested";
	if (!auth_scope_known(scope) || !name_find(c->s, K_GRANT, cl->app->ix, scope))
		return "invalid_scope";
	return NULL;
}

const char *oauth_scope_refused(struct call *c, const struct client *cl, struct slice asked,
	bool for_user, struct slice *ret, const char **ret_why)
{
	struct slice v[SCOPES_MAX], part;
	AUTO(buf) struct buf b = BUF_MAX(JWT_MAX);
	size_t n = 0;

	*ret_why = "One or more scopes are not configured for the authorization server resource.";
	while (slice_cut(&asked, ' ', &part)) {
		const char *error = part.n ? refused(c, cl, part, for_user) : NULL;

		if (error)
			return error;
		if (part.n && n == LEN(v))
			return "invalid_scope";
		if (part.n)
			v[n++] = part;
	}
	if (!n) {
		*ret_why = "No scopes were requested.";
		return "invalid_scope";
	}
	qsort(v, n, sizeof(*v), slice_order);
	for (size_t i = 0; i < n; i++) {
		if (i && slice_eq(v[i], v[i - 1]))
			continue;
		if (i)
			buf_addc(&b, ' ');
		buf_add_slice(&b, v[i]);
	}
	*ret = arena_slice(&c->mem, buf_slice(&b));
	return NULL;
}

bool oauth_scope(struct call *c, const struct client *cl, struct slice asked, bool for_user,
	struct slice *ret)
{
	const char *why, *error = oauth_scope_refused(c, cl, asked, for_user, ret, &why);

	if (error)
		oauth_fail(c, 400, error, why);
	return !error;
}

/* --- making tokens --- */

static struct js *scope_list(struct slice scope)
{
	struct js *list = js_new_list();
	struct slice part;

	while (slice_cut(&scope, ' ', &part))
		js_push(list, js_new_str(part));
	return list;
}

static void add_token(struct call *c, struct buf *b, const struct js *claims)
{
	const struct js *key = oauth_key(c);
	AUTO_PTR(js) header = js_new_map();
	struct err e = ERR_INIT;

	js_set(header, "kid", js_copy(js_get(key, "kid")));
	js_set(header, "alg", js_copy(js_get(key, "alg")));
	if (jwt_sign(b, header, claims, key, &e) < 0)
		BUG("%s", e.msg);
}

static void set_jti(struct call *c, struct js *claims, const char *prefix)
{
	char id[48];

	memcpy(id, prefix, 3);
	oauth_secret(c, id + 3, 43);
	js_set(claims, "jti", js_new_strz(id));
}

static struct slice login_of(const struct js *user)
{
	return js_str(js_path(user, "profile.login"));
}

static struct js *access_claims(struct call *c, const struct issue *i)
{
	struct js *claims = js_new_map();
	const struct js *id = js_path(i->cl->doc, "credentials.oauthClient.client_id");
	AUTO_PTR(js) user = i->user ? obj_doc(i->user) : NULL;

	js_set(claims, "ver", js_new_int(1));
	set_jti(c, claims, "AT.");
	js_set(claims, "iss", js_new_strz(c->s->base_url));
	js_set(claims, "aud", js_new_strz(c->s->base_url));
	js_set(claims, "sub", i->user ? js_new_str(login_of(user)) : js_copy(id));
	js_set(claims, "iat", js_new_int(c->now));
	js_set(claims, "exp", js_new_int(c->now + ACCESS_S));
	js_set(claims, "cid", js_copy(id));
	if (i->user) {
		js_set(claims, "uid", js_new_strz(i->user->id));
		js_set(claims, "auth_time", js_new_int(i->auth_time));
	}
	js_set(claims, "scp", scope_list(i->scope));
	if (i->jkt[0])
		js_set(js_make(claims, "cnf"), "jkt", js_new_strz(i->jkt));
	if (i->family)
		js_set(claims, "family", js_new_int(i->family));
	return claims;
}

/* claim, scope that shows it, where it comes from */
static const struct claim {
	const char *name, *scope, *path;
} user_claims[] = {
	{"preferred_username", "profile", "profile.login"},
	{"given_name", "profile", "profile.firstName"},
	{"middle_name", "profile", "profile.middleName"},
	{"family_name", "profile", "profile.lastName"},
	{"nickname", "profile", "profile.nickName"},
	{"profile", "profile", "profile.profileUrl"},
	{"zoneinfo", "profile", "profile.timezone"},
	{"locale", "profile", "profile.locale"},
	{"email", "email", "profile.email"},
	{"phone_number", "phone", "profile.primaryPhone"},
};

void oauth_add_user_claims(struct js *to, const struct obj *user, struct slice scope)
{
	AUTO_PTR(js) doc = obj_doc(user);
	AUTO(buf) struct buf name = BUF_MAX(4096);

	js_set(to, "sub", js_new_strz(user->id));
	if (auth_word_in(SLICE("profile"), scope)) {
		buf_add_slice(&name, js_str(js_path(doc, "profile.firstName")));
		buf_addc(&name, ' ');
		buf_add_slice(&name, js_str(js_path(doc, "profile.lastName")));
		js_set(to, "name", js_new_str(slice_trim(buf_slice(&name))));
	}
	for (size_t i = 0; i < LEN(user_claims); i++) {
		struct slice v = js_str(js_path(doc, user_claims[i].path));

		if (v.n && auth_word_in(slice_of(user_claims[i].scope), scope))
			js_set(to, user_claims[i].name, js_new_str(v));
	}
	if (js_get(to, "email"))
		js_set(to, "email_verified", js_new_bool(true));
}

/* The left half of the hash of the access token, as OpenID Connect binds the two. */
static void set_at_hash(struct js *claims, struct slice access)
{
	AUTO(buf) struct buf text = BUF_MAX(64);
	AUTO(buf) struct buf bytes = BUF_MAX(64);
	AUTO(buf) struct buf half = BUF_MAX(64);

	jwt_add_s256(&text, access);
	if (jwt_add_decoded(&bytes, buf_slice(&text)) < 0)
		BUG("a hash is no base64");
	jwt_add_base64url(&half, slice_head(buf_slice(&bytes), bytes.n / 2));
	js_set(claims, "at_hash", js_new_str(buf_slice(&half)));
}

static struct js *id_claims(struct call *c, const struct issue *i, struct slice access)
{
	struct js *claims = js_new_map(), *amr = js_new_list();

	oauth_add_user_claims(claims, i->user, i->scope);
	js_set(claims, "ver", js_new_int(1));
	set_jti(c, claims, "ID.");
	js_set(claims, "iss", js_new_strz(c->s->base_url));
	js_set(claims, "aud", js_copy(js_path(i->cl->doc, "credentials.oauthClient.client_id")));
	js_set(claims, "iat", js_new_int(c->now));
	js_set(claims, "exp", js_new_int(c->now + ACCESS_S));
	js_set(claims, "auth_time", js_new_int(i->auth_time));
	js_set(claims, "idp", js_new_strz(c->s->org_id));
	js_push(amr, js_new_strz("pwd"));
	js_set(claims, "amr", amr);
	if (i->nonce.n)
		js_set(claims, "nonce", js_new_str(i->nonce));
	set_at_hash(claims, access);
	return claims;
}

void oauth_issue(struct call *c, const struct issue *i)
{
	AUTO_PTR(js) claims = access_claims(c, i);
	AUTO(buf) struct buf access = BUF_TEXT;
	AUTO(buf) struct buf id = BUF_TEXT;
	struct js *doc = js_new_map();

	add_token(c, &access, claims);
	js_set(doc, "token_type", js_new_strz(i->jkt[0] ? "DPoP" : "Bearer"));
	js_set(doc, "expires_in", js_new_int(ACCESS_S));
	js_set(doc, "access_token", js_new_str(buf_slice(&access)));
	js_set(doc, "scope", js_new_str(i->scope));
	if (i->refresh)
		js_set(doc, "refresh_token", js_new_strz(i->refresh));
	if (i->user && auth_word_in(SLICE("openid"), i->scope)) {
		AUTO_PTR(js) more = id_claims(c, i, buf_slice(&access));

		add_token(c, &id, more);
		js_set(doc, "id_token", js_new_str(buf_slice(&id)));
	}
	reply_js(c, 200, doc);
	oauth_header(c, "Cache-Control", SLICE("no-cache, no-store"));
	oauth_header(c, "Pragma", SLICE("no-cache"));
}

/* --- and when it comes back --- */

void oauth_add_scopes(struct buf *b, const struct js *scp)
{
	for (size_t i = 0; i < js_len(scp); i++) {
		if (i)
			buf_addc(b, ' ');
		buf_add_slice(b, js_str(js_at(scp, i)));
	}
}

static bool revoked(struct call *c, const struct js *claims)
{
	int64_t family = js_int(js_get(claims, "family"));
	char text[24];

	snprintf(text, sizeof(text), "%lld", (long long)family);
	return oauth_is_seen(c, "revoked", (struct slice){"", 0}, js_str(js_get(claims, "jti"))) ||
	       (family && oauth_is_seen(c, "family", (struct slice){"", 0}, slice_of(text)));
}

/* The app and the user that it was made for, as long as they are there and active. */
static bool holders(
	struct call *c, const struct js *claims, struct obj **ret_app, struct obj **ret_user)
{
	struct slice uid = js_str(js_get(claims, "uid"));
	AUTO(client) struct client cl = {0};
	bool found = oauth_client_find(c, js_str(js_get(claims, "cid")), &cl);

	*ret_app = cl.app;
	*ret_user = uid.n ? store_find(c->s, K_USER, uid) : NULL;
	return found && (!uid.n || (*ret_user && (*ret_user)->status == ST_ACTIVE));
}

struct js *oauth_access(
	struct call *c, struct slice token, struct obj **ret_app, struct obj **ret_user)
{
	AUTO_PTR(js) claims = NULL;
	struct err e = ERR_INIT;

	if (jwt_verify(token, oauth_key(c), "RS256", &claims, &e) < 0 ||
		!slice_starts(js_str(js_get(claims, "jti")), "AT.") ||
		js_int(js_get(claims, "exp")) <= c->now || revoked(c, claims) ||
		!holders(c, claims, ret_app, ret_user))
		return NULL;
	return TAKE(claims);
}
