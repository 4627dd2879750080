#include "base/xalloc.h"
#include "tests/lib/caller.h"

struct js *caller_app_key, *caller_proof_key;

int caller_make_keys(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return jwt_key_generate("RS256", &caller_app_key, &e) < 0 ||
			       jwt_key_generate("ES256", &caller_proof_key, &e) < 0
		       ? -1
		       : 0;
}

int caller_wipe_keys(void **state)
{
	(void)state;
	jwt_key_wipe(caller_app_key);
	jwt_key_wipe(caller_proof_key);
	return 0;
}

int caller_set_up(void **state)
{
	struct caller *o = xcalloc(1, sizeof(*o));
	void *org;

	if (org_set_up(&org) != 0)
		return -1;
	o->org = org;
	o->assertion = o->proof = o->access = (struct buf)BUF_TEXT;
	*state = o;
	return 0;
}

int caller_tear_down(void **state)
{
	struct caller *o = *state;
	void *org = o->org;

	buf_release(&o->assertion);
	buf_release(&o->proof);
	buf_release(&o->access);
	free(o);
	return org_tear_down(&org);
}

int64_t caller_now(const struct caller *o)
{
	return o->org->clock.now_ms / 1000;
}

void caller_later(struct caller *o, int64_t seconds)
{
	o->org->clock.now_ms += seconds * 1000;
}

void caller_send(struct caller *o, unsigned status, const struct sandbox_req *req)
{
	struct err e = ERR_INIT;

	sandbox_handle(o->org->s, req, &o->org->res);
	js_free(o->org->doc);
	o->org->doc = NULL;
	if (o->org->res.status != status)
		print_error("%s %.*s: %u %s\n%s", req->method, SLICE_ARG(req->target),
			(unsigned)o->org->res.status, buf_str(&o->org->res.body),
			buf_str(&o->org->res.headers));
	assert_int_equal(o->org->res.status, status);
	if (o->org->res.body.n)
		assert_int_equal(
			js_parse(buf_slice(&o->org->res.body), "an answer", &o->org->doc, &e), 0);
}

void caller_ask_as(struct caller *o, const char *auth, unsigned status, const char *method,
	const char *path, const char *body)
{
	org_ask_as(o->org, auth, status, method, path, body);
}

void caller_ask(
	struct caller *o, unsigned status, const char *method, const char *path, const char *body)
{
	caller_ask_as(o, "SSWS t", status, method, path, body);
}

void caller_keep(char *to, size_t size, struct slice text)
{
	size_t n = text.n < size ? text.n : size - 1;

	memcpy(to, text.p, n);
	to[n] = '\0';
}

struct slice caller_text_at(const struct caller *o, const char *path)
{
	return js_str(js_path(o->org->doc, path));
}

void caller_error_is(const struct caller *o, const char *error)
{
	if (!slice_is(caller_text_at(o, "error"), error))
		print_error("%s\n", buf_str(&o->org->res.body));
	assert_true(slice_is(caller_text_at(o, "error"), error));
	assert_true(caller_text_at(o, "error_description").n > 0);
}

/* --- the app --- */

/* An app with the test's key; returns its id, which is its client_id. type: "service", "native". */
const char *caller_make_app(struct caller *o, char id[21], const char *type, const char *method,
	const char *grants, bool dpop)
{
	AUTO(buf) struct buf body = BUF_TEXT;
	AUTO_PTR(js) key = jwt_key_public(caller_app_key);

	js_set(key, "kid", js_new_strz("k1"));
	js_set(key, "alg", js_new_strz("RS256"));
	buf_addf(&body,
		"{\"name\":\"oidc_client\",\"label\":\"%s\",\"signOnMode\":\"OPENID_CONNECT\",\"credentials\":{\"oauthClient\":{\"token_endpoint_auth_method\":\"%s\"}},\"settings\":{\"oauthClient\":{\"application_type\":\"%s\",\"grant_types\":%s,\"response_types\":[\"code\"],\"redirect_uris\":[\"https://app.example/cb\"],\"dpop_bound_access_tokens\":%s,\"refresh_token\":{\"rotation_type\":\"ROTATE\",\"leeway\":10},\"jwks\":{\"keys\":[",
		type, method, type, grants, dpop ? "true" : "false");
	js_write(&body, key);
	buf_adds(&body, "]}}}}");
	caller_ask(o, 200, "POST", "/api/v1/apps", buf_str(&body));
	caller_keep(id, 21, caller_text_at(o, "id"));
	return id;
}

void caller_grant(struct caller *o, const char *app, const char *scope)
{
	AUTO(buf) struct buf path = BUF_TEXT;
	AUTO(buf) struct buf body = BUF_TEXT;

	buf_addf(&path, "/api/v1/apps/%s/grants", app);
	buf_addf(&body, "{\"scopeId\":\"%s\",\"issuer\":\"" BASE "\"}", scope);
	caller_ask(o, 201, "POST", buf_str(&path), buf_str(&body));
}

void caller_role(struct caller *o, const char *principal, const char *type)
{
	struct sandbox_req req = {.method = "POST",
		.target = slice_of(org_say(o->org, "%s/roles", principal)),
		.authorization = SLICE("SSWS t"),
		.body = slice_of(org_say(o->org, "{'type':'%s'}", type))};

	sandbox_handle(o->org->s, &req, &o->org->res);
	assert_true(o->org->res.status == 201 || o->org->res.status == 501);
}

const char *caller_service(struct caller *o, char id[21], bool dpop)
{
	caller_make_app(o, id, "service", "private_key_jwt", "[\"client_credentials\"]", dpop);
	caller_grant(o, id, "okta.users.read");
	caller_grant(o, id, "okta.groups.manage");
	caller_role(o, org_say(o->org, "/oauth2/v1/clients/%s", id), "ORG_ADMIN");
	return id;
}

/* --- tokens --- */

void caller_sign(
	struct buf *b, const struct js *header, const struct js *claims, const struct js *key)
{
	struct err e = ERR_INIT;

	buf_clear(b);
	assert_int_equal(jwt_sign(b, header, claims, key, &e), 0);
}

/* A good assertion's claims, to be spoiled. */
struct js *caller_assertion_claims(struct caller *o, const char *app)
{
	struct js *c = js_new_map();
	char jti[24];

	snprintf(jti, sizeof(jti), "a%d", o->jti++);
	js_set(c, "iss", js_new_strz(app));
	js_set(c, "sub", js_new_strz(app));
	js_set(c, "aud", js_new_strz(TOKEN_URL));
	js_set(c, "iat", js_new_int(caller_now(o)));
	js_set(c, "exp", js_new_int(caller_now(o) + 300));
	js_set(c, "jti", js_new_strz(jti));
	return c;
}

void caller_sign_assertion(struct caller *o, const struct js *claims, const char *kid)
{
	AUTO_PTR(js) header = js_new_map();

	js_set(header, "alg", js_new_strz("RS256"));
	if (kid)
		js_set(header, "kid", js_new_strz(kid));
	caller_sign(&o->assertion, header, claims, caller_app_key);
}

struct js *caller_proof_claims(struct caller *o, const char *method, const char *url)
{
	struct js *c = js_new_map();
	char jti[24];

	snprintf(jti, sizeof(jti), "p%d", o->jti++);
	js_set(c, "htm", js_new_strz(method));
	js_set(c, "htu", js_new_strz(url));
	js_set(c, "iat", js_new_int(caller_now(o)));
	js_set(c, "jti", js_new_strz(jti));
	return c;
}

void caller_sign_proof(struct caller *o, const struct js *claims)
{
	AUTO_PTR(js) header = js_new_map();

	js_set(header, "typ", js_new_strz("dpop+jwt"));
	js_set(header, "alg", js_new_strz("ES256"));
	js_set(header, "jwk", jwt_key_public(caller_proof_key));
	caller_sign(&o->proof, header, claims, caller_proof_key);
}

/* A form to a path of the authorization server, with the proof that is there. */
void caller_post(struct caller *o, unsigned status, const char *path, const char *fmt, ...)
{
	char text[4096];
	struct sandbox_req req = {.method = "POST",
		.target = slice_of(path),
		.content_type = SLICE("application/x-www-form-urlencoded"),
		.dpop = {o->proof.n ? buf_str(&o->proof) : NULL, o->proof.n}};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	req.body = slice_of(text);
	caller_send(o, status, &req);
	buf_clear(&o->proof);
}

void caller_ask_token(struct caller *o, unsigned status, const char *scope)
{
	caller_post(o, status, "/oauth2/v1/token",
		"grant_type=client_credentials&scope=%s&client_assertion_type=" JWT_BEARER
		"&client_assertion=%s",
		scope, buf_str(&o->assertion));
}

void caller_good_assertion(struct caller *o, const char *app)
{
	AUTO_PTR(js) claims = caller_assertion_claims(o, app);

	caller_sign_assertion(o, claims, "k1");
}

/* Keeps the answer's token as "scheme token" in o->access. */
const char *caller_keep_token(struct caller *o, const char *scheme)
{
	buf_clear(&o->access);
	buf_addf(&o->access, "%s ", scheme);
	buf_add_slice(&o->access, caller_text_at(o, "access_token"));
	return buf_str(&o->access);
}

const char *caller_bearer(struct caller *o, const char *app, const char *scope)
{
	caller_good_assertion(o, app);
	caller_ask_token(o, 200, scope);
	return caller_keep_token(o, "Bearer");
}

void caller_spoil(const struct caller *o, struct js *claims, const struct spoil *s)
{
	if (s->absent)
		js_del(claims, s->claim);
	else if (s->text)
		js_set(claims, s->claim, js_new_strz(s->text));
	else
		js_set(claims, s->claim, js_new_int(caller_now(o) + s->from_now));
}
