/*
 * Which app is asking: client assertions (private_key_jwt), client secrets, public clients. The secret ones are
 * checked too, though they open nothing of Okta's own API.
 */
#include "providers/sandbox/oauth.h"

#include <string.h>

static const char assertion_type[] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

void client_release(struct client *cl)
{
	js_free(cl->doc);
	cl->doc = NULL;
}

void oauth_header(struct call *c, const char *name, struct slice value)
{
	struct buf *h = &c->res->headers;

	buf_addf(h, "%s: ", name);
	for (size_t i = 0; i < value.n; i++) {
		if ((unsigned char)value.p[i] >= ' ' && value.p[i] != 0x7f)
			buf_addc(h, value.p[i]);
	}
	buf_adds(h, "\r\n");
}

void oauth_fail(struct call *c, uint16_t status, const char *error, const char *description)
{
	reply_status(c, status);
	buf_addf(&c->res->body, "{\"error\":\"%s\",\"error_description\":", error);
	buf_add_json(&c->res->body, slice_of(description));
	buf_addc(&c->res->body, '}');
}

static bool refuse(struct call *c, const char *description)
{
	oauth_fail(c, 401, "invalid_client", description);
	return false;
}

const struct js *oauth_setting(const struct client *cl, const char *name)
{
	return js_get(js_path(cl->doc, "settings.oauthClient"), name);
}

static bool list_has(const struct js *list, const char *word)
{
	for (size_t i = 0; i < js_len(list); i++) {
		if (slice_is(js_str(js_at(list, i)), word))
			return true;
	}
	return false;
}

bool oauth_client_may(const struct client *cl, const char *grant_type)
{
	return list_has(oauth_setting(cl, "grant_types"), grant_type);
}

static bool is_client(struct obj *a, struct slice id, struct client *ret)
{
	AUTO_PTR(js) doc = NULL;

	/* most apps are not the one: their text is not even parsed */
	if (!a || a->status != ST_ACTIVE || !memmem(a->text, a->ntext, id.p, id.n))
		return false;
	doc = obj_doc(a);
	if (!slice_eq(js_str(js_path(doc, "credentials.oauthClient.client_id")), id))
		return false;
	*ret = (struct client){.app = a, .doc = TAKE(doc)};
	return true;
}

bool oauth_client_find(struct call *c, struct slice id, struct client *ret)
{
	if (!id.n)
		return false;
	if (is_client(store_find(c->s, K_APP, id), id, ret))
		return true;
	STORE_EACH(c->s, K_APP, o) {
		if (is_client(o, id, ret))
			return true;
	}
	return false;
}

static struct slice auth_method(const struct client *cl)
{
	return js_str(js_path(cl->doc, "credentials.oauthClient.token_endpoint_auth_method"));
}

/* --- private_key_jwt --- */

static bool signs(const struct js *key)
{
	return !slice_is(js_str(js_get(key, "status")), "INACTIVE") &&
	       !slice_is(js_str(js_get(key, "use")), "enc");
}

/* The active keys of the app: those in its document, and those that are objects of their own. */
static struct js *keys_of(const struct sandbox *s, const struct client *cl)
{
	const struct js *own = js_get(oauth_setting(cl, "jwks"), "keys");
	struct js *list = js_new_list();

	for (size_t i = 0; i < js_len(own); i++) {
		if (signs(js_at(own, i)))
			js_push(list, js_copy(js_at(own, i)));
	}
	STORE_EACH(s, K_APP_JWK, o) {
		AUTO_PTR(js) doc = o->parent == cl->app->ix ? obj_doc(o) : NULL;

		if (doc && o->status == ST_ACTIVE && signs(doc))
			js_push(list, TAKE(doc));
	}
	return list;
}

/* The key that the header names; the only one where it names none. */
static const struct js *key_of(const struct js *keys, const struct js *header)
{
	struct slice kid = js_str(js_get(header, "kid"));

	if (!kid.n)
		return js_len(keys) == 1 ? js_at(keys, 0) : NULL;
	for (size_t i = 0; i < js_len(keys); i++) {
		if (slice_eq(kid, js_str(js_get(js_at(keys, i), "kid"))))
			return js_at(keys, i);
	}
	return NULL;
}

/* The URL of the token endpoint, or of the one that was asked. */
static bool audience_ok(const struct call *c, const struct js *aud)
{
	AUTO(buf) struct buf token = BUF_MAX(4096);
	AUTO(buf) struct buf here = BUF_MAX(URL_MAX);

	buf_addf(&token, "%s/oauth2/v1/token", c->s->base_url);
	buf_adds(&here, c->s->base_url);
	buf_add_slice(&here, c->path);
	if (js_type(aud) == JS_STR)
		return slice_eq(js_str(aud), buf_slice(&token)) ||
		       slice_eq(js_str(aud), buf_slice(&here));
	return list_has(aud, buf_str(&token)) || list_has(aud, buf_str(&here));
}

/* What is wrong with the claims of an assertion, or NULL. */
static const char *check_claims(struct call *c, struct slice id, const struct js *claims)
{
	const struct js *exp = js_get(claims, "exp"), *iat = js_get(claims, "iat"),
			*nbf = js_get(claims, "nbf"), *jti = js_get(claims, "jti");

	if (!slice_eq(js_str(js_get(claims, "iss")), id) ||
		!slice_eq(js_str(js_get(claims, "sub")), id))
		return "The client_assertion must name the client_id as its issuer and subject.";
	if (!audience_ok(c, js_get(claims, "aud")))
		return "The audience of the client_assertion must be the endpoint that is invoked.";
	if (js_type(exp) != JS_INT)
		return "The client_assertion must have an expiration.";
	if (js_int(exp) <= c->now)
		return "The client_assertion token is expired.";
	if (js_int(exp) > c->now + ASSERTION_S)
		return "The client_assertion token has an expiration too far into the future.";
	if ((iat && js_type(iat) != JS_INT) || js_int(iat) > c->now + SKEW_S ||
		js_int(nbf) > c->now + SKEW_S)
		return "The client_assertion token was issued in the future.";
	if (jti && (js_type(jti) != JS_STR || !js_str(jti).n || js_str(jti).n > JTI_MAX))
		return "The client_assertion must have a text as its jti.";
	if (jti && !oauth_first_use(c, "assertion", id, js_str(jti)))
		return "The client_assertion token with this jti has already been used.";
	return NULL;
}

static bool by_assertion(struct call *c, struct slice token, struct client *cl)
{
	AUTO_PTR(js) header = NULL;
	AUTO_PTR(js) said = NULL;
	AUTO_PTR(js) claims = NULL;
	AUTO_PTR(js) keys = NULL;
	struct err e = ERR_INIT;
	struct slice id, form = form_get(c, "client_id");
	const char *why;

	if (jwt_read(token, &header, &said, &e) < 0)
		return refuse(c, "The client_assertion is not a JSON web token.");
	id = js_str(js_get(said, "sub"));
	if ((form.p && !slice_eq(form, id)) || !oauth_client_find(c, id, cl))
		return refuse(c, "Invalid value for 'client_id' parameter.");
	if (!slice_is(auth_method(cl), "private_key_jwt"))
		return refuse(
			c, "Client authentication failed: the app does not use private_key_jwt.");
	keys = keys_of(c->s, cl);
	if (jwt_verify(token, key_of(keys, header), jwt_algs, &claims, &e) < 0)
		return refuse(c, "The client_assertion signature is invalid.");
	why = check_claims(c, id, claims);
	if (why)
		return refuse(c, why);
	cl->signed_jwt = true;
	return true;
}

/* --- secrets and public clients --- */

/* Is it an active secret of the app: the one beside its document, or one that is an object of its own? */
static bool secret_ok(const struct sandbox *s, const struct obj *app, struct slice secret)
{
	bool ok = secret.n && app->secret && slice_is(secret, app->secret);

	for (uint32_t i = 0; secret.n && i < s->of[K_APP_SECRET].n && !ok; i++) {
		const struct obj *o = store_at(s, s->of[K_APP_SECRET].v[i]);
		AUTO_PTR(js) doc = o->parent == app->ix ? obj_doc(o) : NULL;

		ok = doc && o->status == ST_ACTIVE &&
		     slice_eq(secret, js_str(js_get(doc, "client_secret")));
	}
	return ok;
}

static bool by_secret(struct call *c, struct slice id, struct slice secret, struct client *cl)
{
	bool form = form_get(c, "client_secret").p != NULL;

	if (!oauth_client_find(c, id, cl))
		return refuse(c, "Invalid value for 'client_id' parameter.");
	if (!slice_is(auth_method(cl), form ? "client_secret_post" : "client_secret_basic"))
		return refuse(
			c, "Client authentication failed: the app authenticates in another way.");
	if (!secret_ok(c->s, cl->app, secret))
		return refuse(
			c, "The client secret supplied for a confidential client is invalid.");
	return true;
}

static bool by_basic(struct call *c, struct client *cl)
{
	struct slice text = c->req->authorization, scheme, id;
	AUTO(buf) struct buf b = BUF_MAX(4096);
	bool ok;

	if (!slice_cut(&text, ' ', &scheme) || !slice_eq_fold(scheme, SLICE("Basic")) ||
		jwt_add_decoded(&b, slice_trim(text)) < 0)
		return refuse(c, "No client credentials found.");
	text = buf_slice(&b);
	if (!memchr(text.p, ':', text.n) || !slice_cut(&text, ':', &id))
		return refuse(c, "No client credentials found.");
	ok = by_secret(c, id, text, cl);
	buf_wipe(&b);
	return ok;
}

static bool public_client(struct call *c, struct client *cl)
{
	struct slice id = form_get(c, "client_id");

	if (!id.n)
		return refuse(c, "No client credentials found.");
	if (!oauth_client_find(c, id, cl))
		return refuse(c, "Invalid value for 'client_id' parameter.");
	if (!slice_is(auth_method(cl), "none"))
		return refuse(c, "No client credentials found.");
	return true;
}

static bool authenticate(struct call *c, struct client *cl)
{
	struct slice assertion = form_get(c, "client_assertion"),
		     type = form_get(c, "client_assertion_type"),
		     secret = form_get(c, "client_secret");
	int kinds = (c->req->authorization.n != 0) + (secret.p != NULL) + (assertion.p != NULL);

	if (query_get(c, "client_assertion").p || query_get(c, "client_secret").p) {
		oauth_fail(c, 400, "invalid_request",
			"Client credentials must not be in the query of the request.");
		return false;
	}
	if (kinds > 1) {
		oauth_fail(c, 401, "invalid_request",
			"Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.");
		return false;
	}
	if ((assertion.p || type.p) && !slice_is(type, assertion_type)) {
		oauth_fail(c, 400, "invalid_request", "The client_assertion_type is invalid.");
		return false;
	}
	if (assertion.p || type.p)
		return by_assertion(c, assertion, cl);
	if (secret.p)
		return by_secret(c, form_get(c, "client_id"), secret, cl);
	return c->req->authorization.n ? by_basic(c, cl) : public_client(c, cl);
}

bool oauth_client(struct call *c, struct client *ret)
{
	struct client cl = {0};

	if (!authenticate(c, &cl)) {
		client_release(&cl);
		return false;
	}
	c->actor = cl.app;
	*ret = cl;
	return true;
}
