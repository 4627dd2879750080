/*
 * Who may call the local tenant: API tokens, and service apps with what was granted to them.
 */
/* before cmocka, which takes the name fail for itself */
#include "providers/sandbox/auth.h"

#include "tests/lib/caller.h"

/* --- API tokens --- */

static void test_sandbox_auth__api_tokens_open_and_errors_are_okta_s(void **state)
{
	struct caller *o = *state;

	caller_ask_as(o, NULL, 403, "GET", "/api/v1/users", NULL);
	assert_string_equal(org_text(o->org, "errorCode"), "E0000005");
	caller_ask_as(o, "SSWS wrong", 401, "GET", "/api/v1/users", NULL);
	assert_string_equal(org_text(o->org, "errorCode"), "E0000011");
	caller_ask_as(o, "SSWS", 401, "GET", "/api/v1/users", NULL);
	caller_ask_as(o, "Digest x", 401, "GET", "/api/v1/users", NULL);
	caller_ask_as(o, "ssws t", 200, "GET", "/api/v1/users", NULL);
	caller_ask(o, 200, "GET", "/api/v1/api-tokens", NULL);
	assert_int_equal(js_len(o->org->doc), 1);
	assert_true(slice_is(js_str(js_get(js_at(o->org->doc, 0), "tokenWindow")), "P30D"));
	assert_null(strstr(buf_str(&o->org->res.body), "secret"));
}

static void test_sandbox_auth__a_token_ends_with_its_revocation_its_owner_or_disuse(void **state)
{
	struct caller *o = *state;
	char path[128], id[21];

	caller_ask(o, 200, "POST", "/api/v1/users?activate=true",
		"{'profile':{'firstName':'A','lastName':'B','login':'a@x.example','email':'a@x.example'},'credentials':{'password':{'value':'Abcd1234!x'}}}");
	caller_keep(id, sizeof(id), caller_text_at(o, "id"));
	caller_role(o, "/api/v1/users/a@x.example", "READ_ONLY_ADMIN");
	caller_ask(o, 404, "POST", "/_sandbox/tokens", "{'name':'n','userId':'00unone'}");
	caller_ask(o, 400, "POST", "/_sandbox/tokens", "{'userId':'a@x.example'}");
	for (int i = 0; i < 2; i++)
		caller_ask(o, 201, "POST", "/_sandbox/tokens",
			i ? "{'name':'two','userId':'a@x.example','token':'second'}"
			  : "{'name':'one','userId':'a@x.example','token':'first'}");
	assert_true(slice_is(caller_text_at(o, "userId"), id));
	assert_true(slice_is(caller_text_at(o, "token"), "second"));
	caller_keep(id, sizeof(id), caller_text_at(o, "id"));
	snprintf(path, sizeof(path), "/api/v1/api-tokens/%s", id);
	caller_ask_as(o, "SSWS second", 200, "GET", "/api/v1/users/me", NULL);
	assert_true(slice_is(caller_text_at(o, "profile.login"), "a@x.example"));
	caller_ask_as(o, "SSWS second", 200, "GET", path, NULL);
	assert_null(js_get(o->org->doc, "token"));
	caller_ask(o, 204, "DELETE", path, NULL);
	caller_ask(o, 404, "DELETE", path, NULL);
	caller_ask_as(o, "SSWS second", 401, "GET", "/api/v1/users", NULL);
	caller_ask_as(o, "SSWS first", 200, "GET", "/api/v1/users", NULL);
	snprintf(path, sizeof(path), "/api/v1/users/a@x.example/lifecycle/deactivate");
	caller_ask(o, 200, "POST", path, NULL);
	caller_ask_as(o, "SSWS first", 401, "GET", "/api/v1/users", NULL);
	caller_later(o, 30 * 24 * 3600 + 1);
	caller_ask(o, 401, "GET", "/api/v1/users", NULL);
	assert_string_equal(org_text(o->org, "errorCode"), "E0000011");
}

static void test_sandbox_auth__the_current_token_can_be_revoked(void **state)
{
	struct caller *o = *state;

	caller_ask(o, 204, "DELETE", "/api/v1/api-tokens/current", NULL);
	caller_ask(o, 401, "GET", "/api/v1/users", NULL);
}

/* --- service apps --- */

static void test_sandbox_auth__a_service_app_does_what_its_scopes_allow(void **state)
{
	struct caller *o = *state;
	char app[21];
	const char *auth;

	caller_service(o, app, false);
	auth = caller_bearer(o, app, "okta.users.read%20okta.groups.manage");
	assert_true(slice_is(caller_text_at(o, "token_type"), "Bearer"));
	assert_int_equal(js_int(js_get(o->org->doc, "expires_in")), 3600);
	assert_true(slice_is(caller_text_at(o, "scope"), "okta.groups.manage okta.users.read"));
	assert_null(js_get(o->org->doc, "refresh_token"));
	caller_ask_as(o, auth, 200, "GET", "/api/v1/users", NULL);
	/* managing is reading too */
	caller_ask_as(o, auth, 200, "GET", "/api/v1/groups", NULL);
	caller_ask_as(o, auth, 200, "POST", "/api/v1/groups", "{'profile':{'name':'G'}}");
	caller_ask_as(o, auth, 403, "POST", "/api/v1/users", "{'profile':{}}");
	assert_int_equal(o->org->res.body.n, 0);
	assert_true(org_has_header(
		o->org, "WWW-Authenticate: Bearer authorization_uri=\"http://127.0.0.1"));
	assert_true(org_has_header(o->org, "error=\"insufficient_scope\""));
	assert_true(org_has_header(o->org, "scope=\"okta.users.manage\""));
	assert_true(org_has_header(o->org, "resource=\"/api/v1/users\""));
	/* roles of users are no matter of users */
	caller_ask_as(o, auth, 403, "GET", "/api/v1/users/x/roles", NULL);
	assert_true(org_has_header(o->org, "scope=\"okta.roles.read\""));
	caller_ask_as(o, auth, 403, "GET", "/api/v1/logs", NULL);
	assert_true(org_has_header(o->org, "scope=\"okta.logs.read\""));
	/* what has no scope is closed to access tokens */
	caller_ask_as(o, auth, 403, "POST", "/_sandbox/tokens", "{'name':'x','userId':'y'}");
	assert_string_equal(org_text(o->org, "errorCode"), "E0000006");
}

static void test_sandbox_auth__tokens_end_with_the_hour_and_with_the_app(void **state)
{
	struct caller *o = *state;
	char app[21], path[128];
	const char *auth;

	caller_service(o, app, false);
	auth = caller_bearer(o, app, "okta.users.read");
	caller_later(o, 3599);
	caller_ask_as(o, auth, 200, "GET", "/api/v1/users", NULL);
	caller_later(o, 1);
	caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
	assert_true(org_has_header(o->org, "error=\"invalid_token\""));
	auth = caller_bearer(o, app, "okta.users.read");
	snprintf(path, sizeof(path), "/api/v1/apps/%s/lifecycle/deactivate", app);
	caller_ask(o, 200, "POST", path, NULL);
	caller_ask_as(o, auth, 401, "GET", "/api/v1/users", NULL);
	caller_good_assertion(o, app);
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
}

static void test_sandbox_auth__odd_bearer_tokens_are_refused(void **state)
{
	static const char *const bad[] = {"Bearer x", "Bearer ", "Bearer e30.e30.AA", "DPoP x",
		"Bearer eyJhbGciOiJub25lIn0.eyJqdGkiOiJBVC4xIn0.AA"};
	struct caller *o = *state;
	char app[21];
	AUTO_PTR(js) claims = NULL;
	AUTO(buf) struct buf auth = BUF_TEXT;

	for (size_t i = 0; i < LEN(bad); i++) {
		caller_ask_as(o, bad[i], 401, "GET", "/api/v1/users", NULL);
		assert_true(org_has_header(o->org, "error=\"invalid_token\""));
	}
	/* signed, but by somebody else */
	caller_service(o, app, false);
	claims = caller_assertion_claims(o, app);
	caller_sign_assertion(o, claims, "k1");
	buf_addf(&auth, "Bearer %s", buf_str(&o->assertion));
	caller_ask_as(o, buf_str(&auth), 401, "GET", "/api/v1/users", NULL);
}

static const struct spoil spoils[] = {
	{"iss", "other", 0, false},
	{"sub", "other", 0, false},
	{"aud", BASE, 0, false},
	{"aud", NULL, 0, true},
	{"exp", NULL, 0, true},
	{"exp", "soon", 0, false},
	{"exp", NULL, 0, false},
	{"exp", NULL, -10, false},
	{"exp", NULL, 3601, false},
	{"iat", NULL, 60, false},
	{"nbf", NULL, 60, false},
	{"jti", "", 0, false},
};

static void test_sandbox_auth__each_fault_of_an_assertion_is_invalid_client(void **state)
{
	struct caller *o = *state;
	char app[21];

	caller_service(o, app, false);
	for (size_t i = 0; i < LEN(spoils); i++) {
		AUTO_PTR(js) claims = caller_assertion_claims(o, app);

		caller_spoil(o, claims, &spoils[i]);
		caller_sign_assertion(o, claims, "k1");
		caller_ask_token(o, 401, "okta.users.read");
		caller_error_is(o, "invalid_client");
	}
}

static void test_sandbox_auth__an_assertion_needs_the_app_s_key_and_counts_once(void **state)
{
	struct caller *o = *state;
	char app[21], path[64];
	AUTO_PTR(js) claims = NULL;
	AUTO_PTR(js) header = js_new_map();

	caller_service(o, app, false);
	claims = caller_assertion_claims(o, app);
	caller_sign_assertion(o, claims, "k2");
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
	/* another key, and another algorithm than the key's own */
	js_set(header, "alg", js_new_strz("ES256"));
	js_set(header, "kid", js_new_strz("k1"));
	caller_sign(&o->assertion, header, claims, caller_proof_key);
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
	/* one key needs no kid; the second use is refused */
	caller_sign_assertion(o, claims, NULL);
	caller_ask_token(o, 200, "okta.users.read");
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
	/* a key that is gone signs nothing any more */
	caller_good_assertion(o, app);
	snprintf(path, sizeof(path), "/api/v1/apps/%s", app);
	caller_ask(o, 200, "PUT", path,
		"{'name':'oidc_client','label':'x','signOnMode':'OPENID_CONNECT','credentials':{'oauthClient':{'token_endpoint_auth_method':'private_key_jwt'}},'settings':{'oauthClient':{'application_type':'service','grant_types':['client_credentials'],'jwks':{'keys':[]}}}}");
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
}

static void test_sandbox_auth__only_granted_scopes_are_given(void **state)
{
	static const struct {
		const char *scope, *error;
	} rows[] = {
		{"", "invalid_scope"},
		{"%20", "invalid_scope"},
		{"okta.apps.read", "invalid_scope"},
		{"okta.users.read%20okta.apps.read", "invalid_scope"},
		{"okta.nothing.read", "invalid_scope"},
		{"openid", "invalid_scope"},
		{"okta.users.read.self", "client_credentials_self_scope_requested"},
	};
	struct caller *o = *state;
	char app[21];

	caller_service(o, app, false);
	for (size_t i = 0; i < LEN(rows); i++) {
		caller_good_assertion(o, app);
		caller_ask_token(o, 400, rows[i].scope);
		caller_error_is(o, rows[i].error);
	}
}

static void test_sandbox_auth__secrets_do_not_open_okta_s_scopes(void **state)
{
	struct caller *o = *state;
	char app[21], secret[128];

	caller_make_app(o, app, "service", "client_secret_post", "[\"client_credentials\"]", false);
	caller_keep(
		secret, sizeof(secret), caller_text_at(o, "credentials.oauthClient.client_secret"));
	assert_true(secret[0] != '\0');
	caller_grant(o, app, "okta.users.read");
	caller_post(o, 401, "/oauth2/v1/token",
		"grant_type=client_credentials&scope=okta.users.read&client_id=%s&client_secret=%s",
		app, secret);
	caller_error_is(o, "invalid_client");
	caller_post(o, 401, "/oauth2/v1/token",
		"grant_type=client_credentials&scope=okta.users.read&client_id=%s&client_secret=no",
		app);
	caller_error_is(o, "invalid_client");
	/* and an assertion is not how this app authenticates */
	caller_good_assertion(o, app);
	caller_ask_token(o, 401, "okta.users.read");
	caller_error_is(o, "invalid_client");
}

static void test_sandbox_auth__malformed_token_requests(void **state)
{
	struct caller *o = *state;
	char app[21];
	struct sandbox_req json = {.method = "POST",
		.target = SLICE("/oauth2/v1/token"),
		.content_type = SLICE("application/json"),
		.body = SLICE("{}")};

	caller_service(o, app, false);
	caller_post(o, 400, "/oauth2/v1/token", "scope=x");
	caller_error_is(o, "invalid_request");
	caller_post(o, 400, "/oauth2/v1/token", "grant_type=a&grant_type=b");
	caller_error_is(o, "invalid_request");
	caller_post(o, 400, "/oauth2/v1/token", "grant_type=password");
	caller_error_is(o, "unsupported_grant_type");
	caller_post(o, 401, "/oauth2/v1/token", "grant_type=client_credentials");
	caller_error_is(o, "invalid_client");
	caller_post(o, 401, "/oauth2/v1/token", "grant_type=client_credentials&client_id=%s", app);
	caller_error_is(o, "invalid_client");
	caller_good_assertion(o, app);
	caller_post(o, 400, "/oauth2/v1/token",
		"grant_type=client_credentials&client_assertion_type=jwt&client_assertion=%s",
		buf_str(&o->assertion));
	caller_error_is(o, "invalid_request");
	caller_post(o, 401, "/oauth2/v1/token",
		"grant_type=client_credentials&client_secret=x&client_assertion_type=" JWT_BEARER
		"&client_assertion=%s",
		buf_str(&o->assertion));
	caller_error_is(o, "invalid_request");
	caller_post(o, 400, "/oauth2/v1/token?client_secret=x", "grant_type=client_credentials");
	caller_error_is(o, "invalid_request");
	caller_post(o, 400, "/oauth2/v1/token",
		"grant_type=authorization_code&client_assertion_type=" JWT_BEARER
		"&client_assertion=%s",
		buf_str(&o->assertion));
	caller_error_is(o, "unauthorized_client");
	caller_send(o, 400, &json);
	assert_string_equal(org_text(o->org, "errorCode"), "E0000021");
}

/* --- grants --- */

static void test_sandbox_auth__grants_are_made_listed_and_withdrawn(void **state)
{
	struct caller *o = *state;
	char app[21], id[21], path[128], one[192];
	const char *auth;

	caller_make_app(o, app, "service", "private_key_jwt", "[\"client_credentials\"]", false);
	snprintf(path, sizeof(path), "/api/v1/apps/%s/grants", app);
	caller_ask(o, 400, "POST", path, "{'scopeId':'okta.nothing.read','issuer':'" BASE "'}");
	assert_string_equal(org_text(o->org, "errorCode"), "E0000001");
	caller_ask(o, 400, "POST", path, "{'scopeId':'okta.logs.manage','issuer':'" BASE "'}");
	caller_ask(o, 400, "POST", path, "{'scopeId':'okta.users.read','issuer':'https://x'}");
	caller_ask(o, 400, "POST", path, "{'scopeId':7,'issuer':[]}");
	caller_ask(o, 201, "POST", path, "{'scopeId':'okta.users.read','issuer':'" BASE "'}");
	assert_true(slice_is(caller_text_at(o, "scopeId"), "okta.users.read"));
	assert_true(slice_is(caller_text_at(o, "clientId"), app));
	assert_true(slice_is(caller_text_at(o, "source"), "ADMIN"));
	assert_true(slice_is(caller_text_at(o, "status"), "ACTIVE"));
	assert_true(slice_is(caller_text_at(o, "createdBy.type"), "User"));
	assert_true(slice_is(caller_text_at(o, "_links.app.title"), "service"));
	assert_null(js_get(o->org->doc, "_embedded"));
	caller_keep(id, sizeof(id), caller_text_at(o, "id"));
	snprintf(one, sizeof(one), "%s/%s", path, id);
	caller_ask(o, 400, "POST", path, "{'scopeId':'okta.users.read','issuer':'" BASE "'}");
	caller_ask(o, 200, "GET", path, NULL);
	assert_int_equal(js_len(o->org->doc), 1);
	caller_ask(o, 200, "GET", one, NULL);
	auth = caller_bearer(o, app, "okta.users.read");
	/* granting needs a scope of its own */
	caller_ask_as(o, auth, 403, "GET", path, NULL);
	assert_true(org_has_header(o->org, "scope=\"okta.appGrants.read\""));
	caller_ask(o, 204, "DELETE", one, NULL);
	caller_ask(o, 404, "DELETE", one, NULL);
	caller_good_assertion(o, app);
	caller_ask_token(o, 400, "okta.users.read");
	caller_error_is(o, "invalid_scope");
	caller_ask(o, 404, "GET", "/api/v1/apps/0oanone/grants", NULL);
}

static void test_sandbox_auth__the_log_names_who_called(void **state)
{
	struct caller *o = *state;
	const struct js *event;
	char app[21], token[21];

	caller_ask(o, 200, "GET", "/api/v1/api-tokens", NULL);
	caller_keep(token, sizeof(token), js_str(js_get(js_at(o->org->doc, 0), "id")));
	caller_service(o, app, false);
	caller_grant(o, app, "okta.trustedOrigins.manage");
	caller_ask(o, 200, "POST", "/api/v1/trustedOrigins",
		"{'name':'A','origin':'https://a.example','scopes':[{'type':'CORS'}]}");
	caller_ask(o, 200, "GET", "/api/v1/logs?sortOrder=DESCENDING&limit=1", NULL);
	event = js_at(o->org->doc, 0);
	assert_true(slice_is(js_str(js_path(event, "actor.type")), "User"));
	assert_true(
		slice_is(js_str(js_path(event, "transaction.detail.requestApiTokenId")), token));
	caller_ask_as(o, caller_bearer(o, app, "okta.trustedOrigins.manage"), 200, "POST",
		"/api/v1/trustedOrigins",
		"{'name':'B','origin':'https://b.example','scopes':[{'type':'CORS'}]}");
	caller_ask(o, 200, "GET", "/api/v1/logs?sortOrder=DESCENDING&limit=1", NULL);
	event = js_at(o->org->doc, 0);
	assert_true(slice_is(js_str(js_path(event, "actor.type")), "PublicClientApp"));
	assert_true(slice_is(js_str(js_path(event, "actor.id")), app));
	assert_null(js_path(event, "transaction.detail.requestApiTokenId"));
}

static void test_sandbox_auth__a_saved_tenant_keeps_tokens_and_grants(void **state)
{
	struct caller *o = *state;
	struct sandbox_options opt = {
		.clock = clock_of_fake(&o->org->clock), .base_url = BASE, .token = "new"};
	AUTO(buf) struct buf text = BUF_TEXT;
	struct err e = ERR_INIT;
	struct sandbox *s;
	char app[21];

	caller_service(o, app, false);
	sandbox_save(o->org->s, &text);
	opt.data = buf_slice(&text);
	s = sandbox_new(&opt, &e);
	assert_non_null(s);
	sandbox_free(o->org->s);
	o->org->s = s;
	/* the token of then, and the one that is asked for now */
	caller_ask_as(o, "SSWS t", 200, "GET", "/api/v1/users", NULL);
	caller_ask_as(o, "SSWS new", 200, "GET", "/api/v1/api-tokens", NULL);
	assert_int_equal(js_len(o->org->doc), 2);
	caller_ask_as(
		o, caller_bearer(o, app, "okta.users.read"), 200, "GET", "/api/v1/users", NULL);
}

/* --- roles --- */

/* "GET /api/v1/users" for a role. */
static bool role_may(const char *role, const char *method, const char *path)
{
	struct slice seg[12], rest = slice_of(path + 1);
	const struct area *a;
	size_t n = 0;

	while (n < LEN(seg) && slice_cut(&rest, '/', &seg[n]))
		n++;
	a = auth_area(seg, n);
	return auth_role_allows(slice_of(role), a, auth_writes(a, method));
}

static void test_sandbox_auth__what_the_standard_roles_may_do(void **state)
{
	static const struct {
		const char *role, *method, *path;
		bool may;
	} rows[] = {
		{"SUPER_ADMIN", "POST", "/api/v1/users/u/roles", true},
		{"SUPER_ADMIN", "POST", "/_sandbox/tokens", true},
		{"ORG_ADMIN", "POST", "/_sandbox/tokens", false},
		{"ORG_ADMIN", "POST", "/api/v1/users", true},
		{"ORG_ADMIN", "POST", "/api/v1/groups/g/roles", false},
		{"ORG_ADMIN", "GET", "/api/v1/groups/g/roles", true},
		{"READ_ONLY_ADMIN", "GET", "/api/v1/policies", true},
		{"READ_ONLY_ADMIN", "PUT", "/api/v1/policies/p", false},
		{"APP_ADMIN", "POST", "/api/v1/apps", true},
		{"APP_ADMIN", "POST", "/api/v1/apps/a/grants", false},
		{"APP_ADMIN", "GET", "/api/v1/users", true},
		{"APP_ADMIN", "POST", "/api/v1/users", false},
		{"USER_ADMIN", "POST", "/api/v1/users/u/lifecycle/deactivate", true},
		{"USER_ADMIN", "POST", "/api/v1/zones", false},
		{"GROUP_MEMBERSHIP_ADMIN", "PUT", "/api/v1/groups/g/users/u", true},
		{"GROUP_MEMBERSHIP_ADMIN", "PUT", "/api/v1/groups/g", false},
		{"HELP_DESK_ADMIN", "POST", "/api/v1/users/u/lifecycle/unlock", true},
		{"HELP_DESK_ADMIN", "POST", "/api/v1/users/u/lifecycle/deactivate", false},
		{"REPORT_ADMIN", "GET", "/api/v1/logs", true},
		{"NO_SUCH_ROLE", "GET", "/api/v1/users", false},
		{"", "GET", "/api/v1/users", false},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		bool may = role_may(rows[i].role, rows[i].method, rows[i].path);

		if (may != rows[i].may)
			print_error("%s %s %s\n", rows[i].role, rows[i].method, rows[i].path);
		assert_int_equal(may, rows[i].may);
	}
}

/* A path without a scope would be closed to every access token. */
static void test_sandbox_auth__each_path_of_the_api_has_a_scope(void **state)
{
	AUTO(buf) struct buf routes = BUF_TEXT;
	struct slice rest, line;

	(void)state;
	sandbox_routes(&routes);
	rest = buf_slice(&routes);
	while (slice_cut(&rest, '\n', &line)) {
		struct slice path = line, method, part, seg[12];
		size_t n = 0;

		if (!slice_cut(&path, ' ', &method) || !slice_starts(path, "/api/v1/"))
			continue;
		path = (struct slice){path.p + 1, path.n - 1};
		while (n < LEN(seg) && slice_cut(&path, '/', &part))
			seg[n++] = part;
		if (!auth_area(seg, n))
			print_error("%.*s\n", SLICE_ARG(line));
		assert_non_null(auth_area(seg, n));
	}
}

static void test_sandbox_auth__which_scopes_there_are(void **state)
{
	static const char *const known[] = {"okta.users.read", "okta.users.manage",
		"okta.logs.read", "okta.clients.register", "okta.appGrants.manage",
		"okta.apps.interclientTrust.read", "okta.serviceAccounts.okta.manage"};
	static const char *const unknown[] = {"", "okta.", "okta.read", "okta..read", "users.read",
		"okta.users", "okta.users.write", "okta.logs.manage", "okta.Users.read",
		"okta.users|groups.read", "okta.users.read.self"};

	(void)state;
	for (size_t i = 0; i < LEN(known); i++)
		assert_true(auth_scope_known(slice_of(known[i])));
	for (size_t i = 0; i < LEN(unknown); i++)
		assert_false(auth_scope_known(slice_of(unknown[i])));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, caller_set_up, caller_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_sandbox_auth__api_tokens_open_and_errors_are_okta_s),
		TEST(test_sandbox_auth__a_token_ends_with_its_revocation_its_owner_or_disuse),
		TEST(test_sandbox_auth__the_current_token_can_be_revoked),
		TEST(test_sandbox_auth__a_service_app_does_what_its_scopes_allow),
		TEST(test_sandbox_auth__tokens_end_with_the_hour_and_with_the_app),
		TEST(test_sandbox_auth__odd_bearer_tokens_are_refused),
		TEST(test_sandbox_auth__each_fault_of_an_assertion_is_invalid_client),
		TEST(test_sandbox_auth__an_assertion_needs_the_app_s_key_and_counts_once),
		TEST(test_sandbox_auth__only_granted_scopes_are_given),
		TEST(test_sandbox_auth__secrets_do_not_open_okta_s_scopes),
		TEST(test_sandbox_auth__malformed_token_requests),
		TEST(test_sandbox_auth__grants_are_made_listed_and_withdrawn),
		TEST(test_sandbox_auth__the_log_names_who_called),
		TEST(test_sandbox_auth__a_saved_tenant_keeps_tokens_and_grants),
		cmocka_unit_test(test_sandbox_auth__what_the_standard_roles_may_do),
		cmocka_unit_test(test_sandbox_auth__which_scopes_there_are),
		cmocka_unit_test(test_sandbox_auth__each_path_of_the_api_has_a_scope),
	};

	return cmocka_run_group_tests_name(
		"sandbox auth", tests, caller_make_keys, caller_wipe_keys);
}
