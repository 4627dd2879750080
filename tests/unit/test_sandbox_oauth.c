/*
 * The local tenant's authorization server: keys that tokens are bound to, people with a code or a device.
 */
#include "tests/lib/caller.h"

#define VERIFIER "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXkdBjftJeZ4"

/* --- DPoP --- */

/* The nonce that the last answer demanded. */
static void read_nonce(struct caller *o, char nonce[64])
{
	const char *at = strstr(buf_str(&o->org->res.headers), "dpop-nonce: ");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "dpop-nonce: %63[A-Za-z0-9_-]", nonce), 1);
}

static void proof_with(struct caller *o, const char *nonce)
{
	AUTO_PTR(js) claims = caller_proof_claims(o, "POST", TOKEN_URL);

	if (nonce)
		js_set(claims, "nonce", js_new_strz(nonce));
	caller_sign_proof(o, claims);
}

static const char *bound_token(struct caller *o, const char *app, char nonce[64])
{
	caller_good_assertion(o, app);
	caller_ask_token(o, 400, "okta.users.read");
	caller_error_is(o, "invalid_dpop_proof");
	caller_good_assertion(o, app);
	proof_with(o, NULL);
	caller_ask_token(o, 400, "okta.users.read");
	caller_error_is(o, "use_dpop_nonce");
	read_nonce(o, nonce);
	caller_good_assertion(o, app);
	proof_with(o, nonce);
	caller_ask_token(o, 200, "okta.users.read");
	assert_true(slice_is(caller_text_at(o, "token_type"), "DPoP"));
	return caller_keep_token(o, "DPoP");
}

/* A request with the access token and a proof for it, spoiled or not. */
static void ask_bound(
	struct caller *o, unsigned status, const char *target, const struct js *claims)
{
	struct sandbox_req req = {.method = "GET",
		.target = slice_of(target),
		.authorization = buf_slice(&o->access)};

	if (claims)
		caller_sign_proof(o, claims);
	req.dpop = buf_slice(&o->proof);
	caller_send(o, status, &req);
}

static struct js *bound_claims(struct caller *o)
{
	struct js *claims = caller_proof_claims(o, "GET", BASE "/api/v1/users");
	AUTO(buf) struct buf ath = BUF_TEXT;

	jwt_add_s256(&ath, (struct slice){o->access.p + 5, o->access.n - 5});
	js_set(claims, "ath", js_new_str(buf_slice(&ath)));
	return claims;
}

static void test_sandbox_oauth__dpop_binds_a_token_to_a_key(void **state)
{
	struct caller *o = *state;
	char app[21], nonce[64];
	AUTO_PTR(js) claims = NULL;
	AUTO(buf) struct buf plain = BUF_TEXT;

	caller_service(o, app, true);
	bound_token(o, app, nonce);
	claims = bound_claims(o);
	ask_bound(o, 200, "/api/v1/users?limit=1", claims);
	/* the same proof once more */
	ask_bound(o, 400, "/api/v1/users", NULL);
	assert_int_equal(o->org->res.body.n, 0);
	assert_true(org_has_header(o->org, "WWW-Authenticate: DPoP algs=\"RS256"));
	assert_true(org_has_header(o->org, "The DPoP proof JWT has already been used."));
	buf_clear(&o->proof);
	ask_bound(o, 400, "/api/v1/users", NULL);
	assert_true(org_has_header(o->org, "error=\"invalid_dpop_proof\""));
	/* without its scheme */
	buf_addf(&plain, "Bearer %s", buf_str(&o->access) + 5);
	caller_ask_as(o, buf_str(&plain), 400, "GET", "/api/v1/users", NULL);
	assert_true(org_has_header(o->org, "error=\"invalid_request\""));
}

static void test_sandbox_oauth__each_fault_of_a_proof_is_refused(void **state)
{
	static const struct spoil rows[] = {
		{"htm", "POST", 0, false},
		{"htu", BASE "/api/v1/groups", 0, false},
		{"htu", BASE "/api/v1/users?limit=1", 0, false},
		{"iat", NULL, 0, true},
		{"iat", NULL, -301, false},
		{"iat", NULL, 60, false},
		{"exp", NULL, -1, false},
		{"jti", NULL, 0, true},
		{"ath", NULL, 0, true},
		{"ath", "AAAA", 0, false},
	};
	struct caller *o = *state;
	char app[21], nonce[64];

	caller_service(o, app, true);
	bound_token(o, app, nonce);
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO_PTR(js) claims = bound_claims(o);

		caller_spoil(o, claims, &rows[i]);
		ask_bound(o, 400, "/api/v1/users", claims);
		assert_true(org_has_header(o->org, "error=\"invalid_dpop_proof\""));
	}
}

static void test_sandbox_oauth__a_stolen_token_is_worth_nothing_with_another_key(void **state)
{
	struct caller *o = *state;
	char app[21], nonce[64];
	AUTO_PTR(js) header = js_new_map();
	AUTO_PTR(js) claims = NULL;
	struct js *other = NULL;
	struct err e = ERR_INIT;

	caller_service(o, app, true);
	bound_token(o, app, nonce);
	claims = bound_claims(o);
	assert_int_equal(jwt_key_generate("ES256", &other, &e), 0);
	js_set(header, "typ", js_new_strz("dpop+jwt"));
	js_set(header, "alg", js_new_strz("ES256"));
	js_set(header, "jwk", jwt_key_public(other));
	caller_sign(&o->proof, header, claims, other);
	ask_bound(o, 400, "/api/v1/users", NULL);
	/* a header that shows a private key, and one that is no proof */
	js_set(header, "jwk", js_copy(other));
	caller_sign(&o->proof, header, claims, other);
	ask_bound(o, 400, "/api/v1/users", NULL);
	js_set(header, "jwk", jwt_key_public(other));
	js_set(header, "typ", js_new_strz("JWT"));
	caller_sign(&o->proof, header, claims, other);
	ask_bound(o, 400, "/api/v1/users", NULL);
	assert_true(org_has_header(o->org, "error=\"invalid_dpop_proof\""));
	jwt_key_wipe(other);
}

static void test_sandbox_oauth__nonces_rotate_and_old_ones_last_three_days(void **state)
{
	struct caller *o = *state;
	char app[21], nonce[64], next[64];

	caller_service(o, app, true);
	bound_token(o, app, nonce);
	caller_later(o, 3 * 24 * 3600);
	caller_good_assertion(o, app);
	proof_with(o, nonce);
	caller_ask_token(o, 200, "okta.users.read");
	caller_later(o, 24 * 3600);
	caller_good_assertion(o, app);
	proof_with(o, nonce);
	caller_ask_token(o, 400, "okta.users.read");
	caller_error_is(o, "use_dpop_nonce");
	read_nonce(o, next);
	assert_string_not_equal(nonce, next);
}

static void test_sandbox_oauth__a_plain_token_does_not_take_the_dpop_scheme(void **state)
{
	struct caller *o = *state;
	char app[21];

	caller_service(o, app, false);
	caller_good_assertion(o, app);
	caller_ask_token(o, 200, "okta.users.read");
	caller_ask_as(o, caller_keep_token(o, "DPoP"), 401, "GET", "/api/v1/users", NULL);
	assert_true(org_has_header(o->org, "error=\"invalid_token\""));
}

/* --- people --- */

#define PERSONAL                                                                                   \
	"[\"authorization_code\",\"refresh_token\",\"urn:ietf:params:oauth:grant-type:device_code\"]"

static const char *native(struct caller *o, char id[21])
{
	char path[128];

	caller_make_app(o, id, "native", "none", PERSONAL, false);
	caller_grant(o, id, "okta.users.read");
	snprintf(path, sizeof(path), "/api/v1/users/admin@sandbox.example");
	caller_ask(o, 200, "GET", path, NULL);
	snprintf(path, sizeof(path), "/api/v1/apps/%s/users", id);
	{
		AUTO(buf) struct buf body = BUF_TEXT;

		buf_addf(&body,
			"{\"id\":\"%.*s\",\"scope\":\"USER\",\"credentials\":{\"userName\":\"a\"}}",
			SLICE_ARG(caller_text_at(o, "id")));
		caller_ask(o, 200, "POST", path, buf_str(&body));
	}
	return id;
}

/* Asks for a code; false when the redirect says why not. */
static bool get_code(struct caller *o, const char *app, const char *more, char code[64])
{
	AUTO(buf) struct buf target = BUF_TEXT;
	AUTO(buf) struct buf challenge = BUF_TEXT;
	const char *at;

	jwt_add_s256(&challenge, SLICE(VERIFIER));
	buf_addf(&target,
		"/oauth2/v1/authorize?client_id=%s&response_type=code&scope=openid%%20profile%%20offline_access%%20okta.users.read&redirect_uri=https%%3A%%2F%%2Fapp.example%%2Fcb&state=s%%26t&code_challenge=%s&code_challenge_method=S256&nonce=n1%s",
		app, buf_str(&challenge), more);
	caller_ask_as(o, NULL, 302, "GET", buf_str(&target), NULL);
	assert_true(org_has_header(o->org, "Location: https://app.example/cb?"));
	assert_true(org_has_header(o->org, "state=s%26t"));
	at = strstr(buf_str(&o->org->res.headers), "code=");
	return at && sscanf(at, "code=%63[A-Za-z0-9]", code) == 1;
}

static void redeem(
	struct caller *o, unsigned status, const char *app, const char *code, const char *verifier)
{
	caller_post(o, status, "/oauth2/v1/token",
		"grant_type=authorization_code&client_id=%s&code=%s&redirect_uri=https%%3A%%2F%%2Fapp.example%%2Fcb&code_verifier=%s",
		app, code, verifier);
}

static void test_sandbox_oauth__a_code_becomes_tokens_of_a_person(void **state)
{
	struct caller *o = *state;
	char app[21], code[64];
	AUTO_PTR(js) keys = NULL;
	AUTO_PTR(js) claims = NULL;
	AUTO(buf) struct buf id_token = BUF_TEXT;
	struct err e = ERR_INIT;
	const char *auth;

	native(o, app);
	assert_true(get_code(o, app, "", code));
	redeem(o, 200, app, code, VERIFIER);
	assert_true(caller_text_at(o, "refresh_token").n > 20);
	auth = caller_keep_token(o, "Bearer");
	buf_add_slice(&id_token, caller_text_at(o, "id_token"));
	caller_ask_as(o, auth, 200, "GET", "/api/v1/users", NULL);
	caller_ask_as(o, auth, 200, "GET", "/oauth2/v1/userinfo", NULL);
	assert_true(slice_is(caller_text_at(o, "preferred_username"), "admin@sandbox.example"));
	assert_null(js_get(o->org->doc, "email"));
	/* what the org signed can be checked with the keys that it shows */
	caller_ask_as(o, NULL, 200, "GET", "/oauth2/v1/keys", NULL);
	keys = js_copy(o->org->doc);
	assert_false(jwt_key_is_private(js_at(js_get(keys, "keys"), 0)));
	assert_int_equal(jwt_verify(buf_slice(&id_token), js_at(js_get(keys, "keys"), 0), "RS256",
				 &claims, &e),
		0);
	assert_true(slice_is(js_str(js_get(claims, "aud")), app));
	assert_true(slice_is(js_str(js_get(claims, "nonce")), "n1"));
	assert_true(slice_is(js_str(js_get(claims, "iss")), BASE));
	/* a code that comes twice ends what came of it */
	redeem(o, 400, app, code, VERIFIER);
	caller_error_is(o, "invalid_grant");
	caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
}

static void test_sandbox_oauth__a_code_needs_its_verifier_and_lasts_a_minute(void **state)
{
	struct caller *o = *state;
	char app[21], code[64];

	native(o, app);
	assert_true(get_code(o, app, "", code));
	redeem(o, 400, app, code, "wrong-wrong-wrong-wrong-wrong-wrong-wrong-wrong");
	caller_error_is(o, "invalid_grant");
	redeem(o, 400, app, code, VERIFIER);
	caller_error_is(o, "invalid_grant");
	assert_true(get_code(o, app, "", code));
	caller_later(o, 60);
	redeem(o, 400, app, code, VERIFIER);
	caller_error_is(o, "invalid_grant");
	redeem(o, 400, app, "nonsense", VERIFIER);
	caller_error_is(o, "invalid_grant");
}

static void test_sandbox_oauth__authorization_requests_that_cannot_be(void **state)
{
	struct caller *o = *state;
	char app[21], code[64], path[256];

	native(o, app);
	caller_ask_as(o, NULL, 400, "GET", "/oauth2/v1/authorize?client_id=nobody", NULL);
	assert_string_equal(org_text(o->org, "errorCode"), "invalid_client");
	snprintf(path, sizeof(path),
		"/oauth2/v1/authorize?client_id=%s&response_type=code&redirect_uri=https://evil.example",
		app);
	caller_ask_as(o, NULL, 400, "GET", path, NULL);
	assert_false(org_has_header(o->org, "Location"));
	snprintf(path, sizeof(path),
		"/oauth2/v1/authorize?client_id=%s&response_type=token&redirect_uri=https://app.example/cb",
		app);
	caller_ask_as(o, NULL, 302, "GET", path, NULL);
	assert_true(org_has_header(o->org, "error=unsupported_response_type"));
	snprintf(path, sizeof(path),
		"/oauth2/v1/authorize?client_id=%s&response_type=code&scope=openid&redirect_uri=https://app.example/cb",
		app);
	caller_ask_as(o, NULL, 302, "GET", path, NULL);
	assert_true(org_has_header(o->org, "error=invalid_request"));
	assert_false(get_code(o, app, "&login_hint=nobody", code));
	assert_true(org_has_header(o->org, "error=login_required"));
	caller_ask(o, 200, "POST", "/api/v1/users?activate=true",
		"{'profile':{'firstName':'A','lastName':'B','login':'a@x.example','email':'a@x.example'},'credentials':{'password':{'value':'Abcd1234!x'}}}");
	assert_false(get_code(o, app, "&login_hint=a@x.example", code));
	assert_true(org_has_header(o->org, "error=access_denied"));
}

static void renew(struct caller *o, unsigned status, const char *app, const char *token)
{
	caller_post(o, status, "/oauth2/v1/token",
		"grant_type=refresh_token&client_id=%s&refresh_token=%s", app, token);
}

static void test_sandbox_oauth__refresh_tokens_rotate_and_reuse_ends_the_family(void **state)
{
	struct caller *o = *state;
	char app[21], code[64], first[64], second[64];
	const char *auth;

	native(o, app);
	assert_true(get_code(o, app, "", code));
	redeem(o, 200, app, code, VERIFIER);
	caller_keep(first, sizeof(first), caller_text_at(o, "refresh_token"));
	caller_later(o, 7200);
	renew(o, 200, app, first);
	caller_keep(second, sizeof(second), caller_text_at(o, "refresh_token"));
	assert_string_not_equal(first, second);
	auth = caller_keep_token(o, "Bearer");
	caller_ask_as(o, auth, 200, "GET", "/api/v1/users", NULL);
	caller_post(o, 400, "/oauth2/v1/token",
		"grant_type=refresh_token&client_id=%s&refresh_token=%s&scope=okta.apps.read", app,
		second);
	caller_error_is(o, "invalid_scope");
	/* an answer that got lost may be asked for again; later that is a theft */
	caller_later(o, 9);
	renew(o, 200, app, first);
	caller_later(o, 1);
	renew(o, 400, app, first);
	caller_error_is(o, "invalid_grant");
	renew(o, 400, app, second);
	caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
}

static void test_sandbox_oauth__an_administrator_revokes_what_a_user_has(void **state)
{
	struct caller *o = *state;
	char app[21], code[64], refresh[64];
	char text[96];

	native(o, app);
	snprintf(text, sizeof(text), "/api/v1/users/admin@sandbox.example/clients/%s/tokens", app);
	for (int i = 0; i < 2; i++) {
		const char *auth;

		assert_true(get_code(o, app, "", code));
		redeem(o, 200, app, code, VERIFIER);
		caller_keep(refresh, sizeof(refresh), caller_text_at(o, "refresh_token"));
		auth = caller_keep_token(o, "Bearer");
		caller_ask(o, 204, "DELETE", "/api/v1/users/admin@sandbox.example/sessions", NULL);
		caller_ask_as(o, auth, 200, "GET", "/api/v1/users", NULL);
		caller_ask(o, 204, "DELETE",
			i ? "/api/v1/users/admin@sandbox.example/sessions?oauthTokens=true" : text,
			NULL);
		caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
		renew(o, 400, app, refresh);
	}
	caller_ask(
		o, 404, "DELETE", "/api/v1/users/admin@sandbox.example/clients/none/tokens", NULL);
	caller_ask(o, 501, "GET", text, NULL);
}

static void test_sandbox_oauth__revocation_and_introspection(void **state)
{
	struct caller *o = *state;
	char app[21], code[64], refresh[64];
	const char *auth;

	native(o, app);
	assert_true(get_code(o, app, "", code));
	redeem(o, 200, app, code, VERIFIER);
	caller_keep(refresh, sizeof(refresh), caller_text_at(o, "refresh_token"));
	auth = caller_keep_token(o, "Bearer");
	caller_post(o, 200, "/oauth2/v1/introspect", "client_id=%s&token=%s", app, auth + 7);
	assert_true(js_bool(js_get(o->org->doc, "active")));
	assert_true(slice_is(caller_text_at(o, "username"), "admin@sandbox.example"));
	assert_true(slice_is(caller_text_at(o, "client_id"), app));
	caller_post(o, 200, "/oauth2/v1/introspect", "client_id=%s&token=%s", app, refresh);
	assert_true(js_bool(js_get(o->org->doc, "active")));
	caller_post(o, 200, "/oauth2/v1/introspect", "client_id=%s&token=x", app);
	assert_false(js_bool(js_get(o->org->doc, "active")));
	caller_post(o, 400, "/oauth2/v1/revoke", "client_id=%s", app);
	caller_error_is(o, "invalid_request");
	caller_post(o, 401, "/oauth2/v1/revoke", "token=%s", auth + 7);
	caller_error_is(o, "invalid_client");
	caller_post(o, 200, "/oauth2/v1/revoke", "client_id=%s&token=nonsense", app);
	caller_post(o, 200, "/oauth2/v1/revoke", "client_id=%s&token=%s", app, auth + 7);
	caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
	caller_post(o, 200, "/oauth2/v1/introspect", "client_id=%s&token=%s", app, auth + 7);
	assert_false(js_bool(js_get(o->org->doc, "active")));
	caller_post(o, 200, "/oauth2/v1/revoke", "client_id=%s&token=%s", app, refresh);
	renew(o, 400, app, refresh);
	caller_error_is(o, "invalid_grant");
}

static void poll_device(struct caller *o, unsigned status, const char *app, const char *device)
{
	caller_post(o, status, "/oauth2/v1/token",
		"grant_type=urn%%3Aietf%%3Aparams%%3Aoauth%%3Agrant-type%%3Adevice_code&client_id=%s&device_code=%s",
		app, device);
}

static void begin_device(struct caller *o, const char *app, char device[64], char activate[64])
{
	char code[16];

	caller_post(
		o, 200, "/oauth2/v1/device/authorize", "client_id=%s&scope=okta.users.read", app);
	assert_int_equal(js_int(js_get(o->org->doc, "expires_in")), 600);
	assert_int_equal(js_int(js_get(o->org->doc, "interval")), 5);
	caller_keep(device, 64, caller_text_at(o, "device_code"));
	caller_keep(code, sizeof(code), caller_text_at(o, "user_code"));
	snprintf(activate, 64, "/activate?user_code=%s", code);
}

static void test_sandbox_oauth__a_device_waits_until_somebody_approves(void **state)
{
	struct caller *o = *state;
	char app[21], device[64], activate[64];

	native(o, app);
	begin_device(o, app, device, activate);
	poll_device(o, 400, app, device);
	caller_error_is(o, "authorization_pending");
	caller_later(o, 4);
	poll_device(o, 400, app, device);
	caller_error_is(o, "slow_down");
	caller_ask_as(o, NULL, 404, "GET", "/activate?user_code=NOTTHERE", NULL);
	caller_ask_as(o, NULL, 200, "GET", activate, NULL);
	caller_later(o, 10);
	poll_device(o, 200, app, device);
	caller_ask_as(o, caller_keep_token(o, "Bearer"), 200, "GET", "/api/v1/users", NULL);
	caller_later(o, 10);
	poll_device(o, 400, app, device);
	caller_error_is(o, "invalid_grant");
}

static void test_sandbox_oauth__device_codes_are_denied_and_expire(void **state)
{
	struct caller *o = *state;
	char app[21], device[64], activate[64], deny[96];

	native(o, app);
	begin_device(o, app, device, activate);
	snprintf(deny, sizeof(deny), "%s&decision=deny", activate);
	caller_ask_as(o, NULL, 200, "GET", deny, NULL);
	poll_device(o, 403, app, device);
	caller_error_is(o, "access_denied");
	begin_device(o, app, device, activate);
	caller_later(o, 600);
	caller_ask_as(o, NULL, 404, "GET", activate, NULL);
	poll_device(o, 400, app, device);
	caller_error_is(o, "expired_token");
}

static void test_sandbox_oauth__the_metadata_name_this_server(void **state)
{
	struct caller *o = *state;

	caller_ask_as(o, NULL, 200, "GET", "/.well-known/openid-configuration", NULL);
	assert_true(slice_is(caller_text_at(o, "issuer"), BASE));
	assert_true(slice_is(caller_text_at(o, "token_endpoint"), TOKEN_URL));
	caller_ask_as(o, NULL, 200, "GET", "/.well-known/oauth-authorization-server", NULL);
	assert_true(slice_is(caller_text_at(o, "jwks_uri"), BASE "/oauth2/v1/keys"));
	caller_ask_as(o, NULL, 400, "GET", "/.well-known/openid-configuration?client_id=x", NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, caller_set_up, caller_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sandbox_oauth__dpop_binds_a_token_to_a_key),
		TEST(test_sandbox_oauth__each_fault_of_a_proof_is_refused),
		TEST(test_sandbox_oauth__a_stolen_token_is_worth_nothing_with_another_key),
		TEST(test_sandbox_oauth__nonces_rotate_and_old_ones_last_three_days),
		TEST(test_sandbox_oauth__a_plain_token_does_not_take_the_dpop_scheme),
		TEST(test_sandbox_oauth__a_code_becomes_tokens_of_a_person),
		TEST(test_sandbox_oauth__a_code_needs_its_verifier_and_lasts_a_minute),
		TEST(test_sandbox_oauth__authorization_requests_that_cannot_be),
		TEST(test_sandbox_oauth__refresh_tokens_rotate_and_reuse_ends_the_family),
		TEST(test_sandbox_oauth__an_administrator_revokes_what_a_user_has),
		TEST(test_sandbox_oauth__revocation_and_introspection),
		TEST(test_sandbox_oauth__a_device_waits_until_somebody_approves),
		TEST(test_sandbox_oauth__device_codes_are_denied_and_expire),
		TEST(test_sandbox_oauth__the_metadata_name_this_server),
	};

	return cmocka_run_group_tests_name(
		"sandbox oauth", tests, caller_make_keys, caller_wipe_keys);
}
