#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/xalloc.h"
#include "tests/lib/credentials.h"

struct js *app_key, *proof_key;

int make_keys(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return jwt_key_generate("RS256", &app_key, &e) < 0 ||
			       jwt_key_generate("ES256", &proof_key, &e) < 0
		       ? -1
		       : 0;
}

int wipe_keys(void **state)
{
	(void)state;
	jwt_key_wipe(app_key);
	jwt_key_wipe(proof_key);
	return 0;
}

int set_up(void **state)
{
	struct org *o = xcalloc(1, sizeof(*o));
	struct sandbox_options opt = {.seed = 7, .base_url = BASE, .token = "t"};
	struct err e = ERR_INIT;

	o->clock.now_ms = 1767225600000; /* 2026-01-01 */
	opt.clock = clock_of_fake(&o->clock);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	o->assertion = o->proof = o->form = o->access = o->header = (struct buf)BUF_TEXT;
	*state = o;
	return 0;
}

int tear_down(void **state)
{
	struct org *o = *state;

	sandbox_free(o->s);
	sandbox_res_release(&o->res);
	js_free(o->doc);
	buf_release(&o->assertion);
	buf_release(&o->proof);
	buf_release(&o->form);
	buf_release(&o->access);
	buf_release(&o->header);
	free(o);
	return 0;
}

int64_t now(const struct org *o)
{
	return o->clock.now_ms / 1000;
}

void later(struct org *o, int64_t seconds)
{
	o->clock.now_ms += seconds * 1000;
}

void send_request(struct org *o, unsigned status, const struct sandbox_req *req)
{
	struct err e = ERR_INIT;

	sandbox_handle(o->s, req, &o->res);
	js_free(o->doc);
	o->doc = NULL;
	if (o->res.status != status)
		print_error("%s %.*s: %u %s\n%s", req->method, SLICE_ARG(req->target),
			(unsigned)o->res.status, buf_str(&o->res.body), buf_str(&o->res.headers));
	assert_int_equal(o->res.status, status);
	if (o->res.body.n)
		assert_int_equal(js_parse(buf_slice(&o->res.body), "an answer", &o->doc, &e), 0);
}

/* With an Authorization header of its own; body: ' stands for ". */
void ask_as(struct org *o, const char *auth, unsigned status, const char *method, const char *path,
	const char *body)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	struct sandbox_req req = {.method = method,
		.target = slice_of(path),
		.authorization = {auth, auth ? strlen(auth) : 0}};

	for (; body && *body; body++)
		buf_addc(&text, *body == '\'' ? '"' : *body);
	req.body = buf_slice(&text);
	send_request(o, status, &req);
}

void ask(struct org *o, unsigned status, const char *method, const char *path, const char *body)
{
	ask_as(o, "SSWS t", status, method, path, body);
}

void keep(char *to, size_t size, struct slice text)
{
	size_t n = text.n < size ? text.n : size - 1;

	memcpy(to, text.p, n);
	to[n] = '\0';
}

struct slice text_at(const struct org *o, const char *path)
{
	return js_str(js_path(o->doc, path));
}

void assert_error(const struct org *o, const char *error)
{
	if (!slice_is(text_at(o, "error"), error))
		print_error("%s\n", buf_str(&o->res.body));
	assert_true(slice_is(text_at(o, "error"), error));
	assert_true(text_at(o, "error_description").n > 0);
}

void assert_code(const struct org *o, const char *code)
{
	assert_true(slice_is(text_at(o, "errorCode"), code));
}

bool header_has(const struct org *o, const char *text)
{
	return strstr(buf_str(&o->res.headers), text) != NULL;
}

/* --- the app --- */

/* An app with the test's key; returns its id, which is its client_id. type: "service", "native". */
const char *make_app(struct org *o, char id[21], const char *type, const char *method,
	const char *grants, bool dpop)
{
	AUTO(buf) struct buf body = BUF_TEXT;
	AUTO_PTR(js) key = jwt_key_public(app_key);

	js_set(key, "kid", js_new_strz("k1"));
	js_set(key, "alg", js_new_strz("RS256"));
	buf_addf(&body,
		"{\"name\":\"oidc_client\",\"label\":\"%s\",\"signOnMode\":\"OPENID_CONNECT\",\"credentials\":{\"oauthClient\":{\"token_endpoint_auth_method\":\"%s\"}},\"settings\":{\"oauthClient\":{\"application_type\":\"%s\",\"grant_types\":%s,\"response_types\":[\"code\"],\"redirect_uris\":[\"https://app.example/cb\"],\"dpop_bound_access_tokens\":%s,\"refresh_token\":{\"rotation_type\":\"ROTATE\",\"leeway\":10},\"jwks\":{\"keys\":[",
		type, method, type, grants, dpop ? "true" : "false");
	js_write(&body, key);
	buf_adds(&body, "]}}}}");
	ask(o, 200, "POST", "/api/v1/apps", buf_str(&body));
	keep(id, 21, text_at(o, "id"));
	return id;
}

void grant(struct org *o, const char *app, const char *scope)
{
	AUTO(buf) struct buf path = BUF_TEXT;
	AUTO(buf) struct buf body = BUF_TEXT;

	buf_addf(&path, "/api/v1/apps/%s/grants", app);
	buf_addf(&body, "{\"scopeId\":\"%s\",\"issuer\":\"" BASE "\"}", scope);
	ask(o, 201, "POST", buf_str(&path), buf_str(&body));
}

const char *service(struct org *o, char id[21], bool dpop)
{
	make_app(o, id, "service", "private_key_jwt", "[\"client_credentials\"]", dpop);
	grant(o, id, "okta.users.read");
	grant(o, id, "okta.groups.manage");
	return id;
}

/* --- tokens --- */

void sign(struct buf *b, const struct js *header, const struct js *claims, const struct js *key)
{
	struct err e = ERR_INIT;

	buf_clear(b);
	assert_int_equal(jwt_sign(b, header, claims, key, &e), 0);
}

/* A good assertion's claims, to be spoiled. */
struct js *assertion_claims(struct org *o, const char *app)
{
	struct js *c = js_new_map();
	char jti[24];

	snprintf(jti, sizeof(jti), "a%d", o->jti++);
	js_set(c, "iss", js_new_strz(app));
	js_set(c, "sub", js_new_strz(app));
	js_set(c, "aud", js_new_strz(TOKEN_URL));
	js_set(c, "iat", js_new_int(now(o)));
	js_set(c, "exp", js_new_int(now(o) + 300));
	js_set(c, "jti", js_new_strz(jti));
	return c;
}

void sign_assertion(struct org *o, const struct js *claims, const char *kid)
{
	AUTO_PTR(js) header = js_new_map();

	js_set(header, "alg", js_new_strz("RS256"));
	if (kid)
		js_set(header, "kid", js_new_strz(kid));
	sign(&o->assertion, header, claims, app_key);
}

struct js *proof_claims(struct org *o, const char *method, const char *url)
{
	struct js *c = js_new_map();
	char jti[24];

	snprintf(jti, sizeof(jti), "p%d", o->jti++);
	js_set(c, "htm", js_new_strz(method));
	js_set(c, "htu", js_new_strz(url));
	js_set(c, "iat", js_new_int(now(o)));
	js_set(c, "jti", js_new_strz(jti));
	return c;
}

void sign_proof(struct org *o, const struct js *claims)
{
	AUTO_PTR(js) header = js_new_map();

	js_set(header, "typ", js_new_strz("dpop+jwt"));
	js_set(header, "alg", js_new_strz("ES256"));
	js_set(header, "jwk", jwt_key_public(proof_key));
	sign(&o->proof, header, claims, proof_key);
}

/* A form to a path of the authorization server, with the proof that is there. */
void post(struct org *o, unsigned status, const char *path, const char *fmt, ...)
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
	send_request(o, status, &req);
	buf_clear(&o->proof);
}

void ask_token(struct org *o, unsigned status, const char *scope)
{
	post(o, status, "/oauth2/v1/token",
		"grant_type=client_credentials&scope=%s&client_assertion_type=" JWT_BEARER
		"&client_assertion=%s",
		scope, buf_str(&o->assertion));
}

void good_assertion(struct org *o, const char *app)
{
	AUTO_PTR(js) claims = assertion_claims(o, app);

	sign_assertion(o, claims, "k1");
}

/* Keeps the answer's token as "scheme token" in o->access. */
const char *keep_token(struct org *o, const char *scheme)
{
	buf_clear(&o->access);
	buf_addf(&o->access, "%s ", scheme);
	buf_add_slice(&o->access, text_at(o, "access_token"));
	return buf_str(&o->access);
}

const char *bearer(struct org *o, const char *app, const char *scope)
{
	good_assertion(o, app);
	ask_token(o, 200, scope);
	return keep_token(o, "Bearer");
}

void spoil(const struct org *o, struct js *claims, const struct spoil *s)
{
	if (s->absent)
		js_del(claims, s->claim);
	else if (s->text)
		js_set(claims, s->claim, js_new_strz(s->text));
	else
		js_set(claims, s->claim, js_new_int(now(o) + s->from_now));
}
