/*
 * Identity in the local tenant: identity providers and their keys, custom authorization servers, hooks.
 */
#include "tests/lib/org.h"

/* Self-signed, until 2036-11-21T12:43:52Z; nobody has the keys. */
static const char rsa_cert[] =
	"MIIB4TCCAUqgAwIBAgIBATANBgkqhkiG9w0BAQsFADAMMQowCAYDVQQDDAF0MB4XDTI2MTEyNDEyNDM1MloXDTM2"
	"MTEyMTEyNDM1MlowDDEKMAgGA1UEAwwBdDCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkCgYEA6wBDcdvzHtetJjKI"
	"sdjszqcNW5CLCwQI6pGlBChH95fsioYcMLnLrPnQyMz7tiA0ROnCpCkdUn5m7X2sl/5pwEyg2psbbdeFsEH7acAM"
	"9gQCWmecGWr+rNgvchoJvSYESieiKh59eYsNWY5V3YAN85Z+OntLy/eQpFlCANiN3AMCAwEAAaNTMFEwHQYDVR0O"
	"BBYEFJOpXx9rke+pEelRaAQM53fZ7ekTMB8GA1UdIwQYMBaAFJOpXx9rke+pEelRaAQM53fZ7ekTMA8GA1UdEwEB"
	"/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADgYEAvD3nBaI+TiNEXumkS+l8E58Cz0RCBNHZOa6rZz9M1DIYg7naPSev"
	"AzBrywzsTC0MeWLxx3unZ9ujthyvTSWBSf66owXUDNt+z1j9EnInM09vOlU1lc+KhdoSQTOMbL8o/jW5k4VJWg2t"
	"/efwYDHYb4iJhIr+1kjcHsWEdK0gx/4=";
static const char ec_cert[] =
	"MIIBWjCCAQCgAwIBAgIBATAKBggqhkjOPQQDAjAMMQowCAYDVQQDDAF0MB4XDTI2MTEyNDEyNDM1MloXDTM2MTEy"
	"MTEyNDM1MlowDDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMpbzWRGNaP0ZgVeWmSbSd7U"
	"eyUonLIyfZera4s9K5DDjwCcd52q7qXdeoHBf5XzGinGej9400XzqJRpERR6qoqjUzBRMB0GA1UdDgQWBBQCB8gc"
	"Eex5bTKKyDIYOd95S4ruADAfBgNVHSMEGDAWgBQCB8gcEex5bTKKyDIYOd95S4ruADAPBgNVHRMBAf8EBTADAQH/"
	"MAoGCCqGSM49BAMCA0gAMEUCICK/FX4xO6OPXX8kYNKXE7RLe1De7vkPEeT3HN+t87NWAiEA+AQidXzXXkwfOXLg"
	"TSN+8eUafrHLhKeBDWb/CfNmuZA=";

#define SERVERS "/api/v1/authorizationServers"

static const char *made_201(struct org *o, const char *path, const char *body)
{
	org_ask(o, 201, "POST", path, body);
	return org_say(o, "%s", org_text(o, "id"));
}

static size_t length(struct org *o)
{
	return js_len(o->doc);
}

static bool has(struct org *o, const char *path)
{
	return js_path(o->doc, path) != NULL;
}

static bool flag(struct org *o, const char *path)
{
	assert_int_equal(js_type(js_path(o->doc, path)), JS_BOOL);
	return js_bool(js_path(o->doc, path));
}

/* --- identity providers --- */

static const char *made_key(struct org *o, const char *cert)
{
	org_ask(o, 200, "POST", "/api/v1/idps/credentials/keys",
		org_say(o, "{'x5c':['%s']}", cert));
	return org_say(o, "%s", org_text(o, "kid"));
}

/* For what is no JSON. */
static void ask_raw(struct org *o, const char *path)
{
	struct sandbox_req req = {
		.method = "GET", .target = slice_of(path), .authorization = SLICE("SSWS t")};

	sandbox_handle(o->s, &req, &o->res);
	assert_int_equal(o->res.status, 200);
}

static const char *saml_body(struct org *o, const char *name, const char *kid)
{
	return org_say(o,
		"{'type':'SAML2','name':'%s','issuerMode':'ORG_URL','protocol':{'type':'SAML2','endpoints':{'sso':{'url':'https://i.example','binding':'HTTP-POST'}},'credentials':{'trust':{'issuer':'https://i.example','kid':'%s'}}}}",
		name, kid);
}

static const char *social_body(struct org *o, const char *type, const char *name)
{
	return org_say(o,
		"{'type':'%s','name':'%s','protocol':{'type':'OIDC','scopes':['openid'],'credentials':{'client':{'client_id':'c','client_secret':'s','pkce_required':null}}}}",
		type, name);
}

static void test_identity__a_certificate_becomes_a_key(void **state)
{
	struct org *o = *state;

	made_key(o, rsa_cert);
	assert_string_equal(org_text(o, "expiresAt"), "2036-11-21T12:43:52.000Z");
	assert_string_equal(org_text(o, "kty"), "RSA");
	assert_string_equal(org_text(o, "e"), "AQAB");
	assert_string_equal(org_text(o, "x5t#S256"), "rnhSUAZr3cbUdSFARM2sXc-6phmXTG_6oOW1gfm4Ouc");
	assert_int_equal(strlen(org_text(o, "kid")), 36);
	assert_false(has(o, "id"));
	made_key(o, ec_cert);
	assert_string_equal(org_text(o, "kty"), "EC");
	assert_string_equal(org_text(o, "crv"), "P-256");
	assert_string_equal(org_text(o, "x5t#S256"), "0kZUNa_W5GeQ-C3aIURkw7p5XUA6HSMKlx7IAAKt6DI");
	assert_int_equal(strlen(org_text(o, "x")), 43);
	assert_int_equal(org_count(o, "/api/v1/idps/credentials/keys"), 2);
}

static void test_identity__what_is_no_certificate_is_refused(void **state)
{
	struct org *o = *state;
	static const char *const bodies[] = {
		"{}",
		"{'x5c':'MIIB'}",
		"{'x5c':[]}",
		"{'x5c':[1]}",
		"{'x5c':['']}",
		"{'x5c':['====']}",
		"{'x5c':['bm9uc2Vuc2U=']}",
	};

	for (size_t i = 0; i < LEN(bodies); i++)
		org_ask(o, 400, "POST", "/api/v1/idps/credentials/keys",
			org_say(o, "%s", bodies[i]));
	assert_int_equal(org_count(o, "/api/v1/idps/credentials/keys"), 0);
}

static void test_identity__a_key_in_use_stays(void **state)
{
	struct org *o = *state;
	const char *kid = made_key(o, rsa_cert);
	const char *key = org_say(o, "/api/v1/idps/credentials/keys/%s", kid);
	const char *idp = org_made(o, "/api/v1/idps", saml_body(o, "s", kid));

	org_ask(o, 200, "POST", org_say(o, "/api/v1/idps/%s/lifecycle/deactivate", idp), NULL);
	org_ask(o, 400, "DELETE", key, NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/idps/%s", idp), NULL);
	org_ask(o, 204, "DELETE", key, NULL);
	org_ask(o, 404, "GET", key, NULL);
}

static void test_identity__a_saml_provider_is_completed(void **state)
{
	struct org *o = *state;
	const char *kid = made_key(o, rsa_cert), *idp, *audience;

	org_ask(o, 400, "POST", "/api/v1/idps", saml_body(o, "s", "no-such-key"));
	idp = org_made(o, "/api/v1/idps", saml_body(o, "s", kid));
	assert_false(has(o, "issuerMode"));
	assert_string_equal(org_text(o, "protocol.algorithms.request.digest"), "SHA-1");
	assert_string_equal(org_text(o, "protocol.endpoints.acs.type"), "INSTANCE");
	assert_string_equal(org_text(o, "policy.accountLink.action"), "AUTO");
	assert_false(flag(o, "policy.trustClaims"));
	audience = org_say(o, "%s", org_text(o, "protocol.credentials.trust.audience"));
	/* a replacement that does not name what the server chose keeps it */
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/idps/%s", idp), saml_body(o, "s2", kid));
	assert_string_equal(org_text(o, "protocol.credentials.trust.audience"), audience);
	kid = org_say(o, "%s", org_text(o, "protocol.credentials.signing.kid"));
	org_ask(o, 200, "GET", org_say(o, "/api/v1/idps/%s/credentials/keys", idp), NULL);
	assert_int_equal(length(o), 1);
	assert_true(slice_is(js_str(js_get(js_at(o->doc, 0), "kid")), kid));
}

static void test_identity__signing_keys_are_made_and_shared(void **state)
{
	struct org *o = *state;
	const char *kid = made_key(o, rsa_cert);
	const char *a = org_made(o, "/api/v1/idps", saml_body(o, "a", kid));
	const char *b = org_made(o, "/api/v1/idps", saml_body(o, "b", kid));
	const char *keys = org_say(o, "/api/v1/idps/%s/credentials/keys", a);

	org_ask(o, 400, "POST", org_say(o, "%s/generate?validityYears=99", keys), NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/generate?validityYears=2", keys), NULL);
	assert_string_equal(org_text(o, "expiresAt"), "2028-01-01T00:00:00.000Z");
	kid = org_say(o, "%s", org_text(o, "kid"));
	org_ask(o, 201, "POST", org_say(o, "%s/%s/clone?targetIdpId=%s", keys, kid, b), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/idps/%s/credentials/keys/%s", b, kid), NULL);
	org_ask(o, 200, "GET", org_say(o, "%s/active", keys), NULL);
	assert_int_equal(length(o), 1);
}

static const char named_key[] =
	"{'type':'SAML2','name':'a','protocol':{'type':'SAML2','endpoints':{'sso':{'url':'https://i.example'}},'credentials':{'signing':{'kid':'%s'},'trust':{'issuer':'i','audience':'a&<b>','kid':'%s'}}}}";

static void test_identity__a_saml_provider_has_metadata_of_its_key(void **state)
{
	struct org *o = *state;
	const char *kid = made_key(o, rsa_cert);
	const char *idp = org_made(o, "/api/v1/idps", saml_body(o, "a", kid));
	const char *path = org_say(o, "/api/v1/idps/%s", idp);

	org_ask(o, 400, "PUT", path, org_say(o, named_key, "unknown", kid));
	org_ask(o, 200, "POST", org_say(o, "%s/credentials/keys/generate?validityYears=2", path),
		NULL);
	org_ask(o, 200, "PUT", path, org_say(o, named_key, org_text(o, "kid"), kid));
	ask_raw(o, org_say(o, "%s/metadata.xml", path));
	assert_true(org_has_header(o, "Content-Type: application/xml"));
	assert_non_null(strstr(buf_str(&o->res.body), "entityID=\"a&amp;&lt;b&gt;\""));
	assert_non_null(strstr(buf_str(&o->res.body), org_say(o, "/sso/saml2/%s", idp)));
	assert_non_null(strstr(buf_str(&o->res.body), "<ds:X509Certificate>MII"));
}

static void test_identity__social_providers_know_their_endpoints(void **state)
{
	struct org *o = *state;

	org_made(o, "/api/v1/idps", social_body(o, "GOOGLE", "g"));
	assert_string_equal(org_text(o, "protocol.endpoints.authorization.url"),
		"https://accounts.google.com/o/oauth2/auth");
	assert_string_equal(org_text(o, "protocol.credentials.client.client_secret"), "s");
	assert_false(has(o, "protocol.credentials.client.pkce_required"));
	assert_false(has(o, "policy.trustClaims"));
	org_ask(o, 400, "POST", "/api/v1/idps", social_body(o, "NOBODY", "n"));
	org_ask(o, 400, "POST", "/api/v1/idps", social_body(o, "SAML2", "n"));
	org_ask(o, 400, "POST", "/api/v1/idps", social_body(o, "GOOGLE", "g"));
}

static void test_identity__providers_are_listed_by_part_of_a_name_and_type(void **state)
{
	struct org *o = *state;

	org_made(o, "/api/v1/idps", social_body(o, "GOOGLE", "my google"));
	org_made(o, "/api/v1/idps", social_body(o, "APPLE", "my apple"));
	assert_int_equal(org_count(o, "/api/v1/idps?q=GOOGLE"), 1);
	assert_int_equal(org_count(o, "/api/v1/idps?q=my"), 2);
	assert_int_equal(org_count(o, "/api/v1/idps?q=my&type=APPLE"), 1);
	assert_int_equal(org_count(o, "/api/v1/idps?limit=1"), 1);
	assert_true(org_has_header(o, "rel=\"next\""));
}

static void test_identity__a_provider_of_a_routing_rule_stays(void **state)
{
	struct org *o = *state;
	const char *idp = org_made(o, "/api/v1/idps", social_body(o, "GOOGLE", "g"));
	const char *policy, *rule;

	org_ask(o, 200, "GET", "/api/v1/policies?type=IDP_DISCOVERY", NULL);
	policy = org_say(o, "%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	rule = org_made(o, org_say(o, "/api/v1/policies/%s/rules", policy),
		org_say(o,
			"{'type':'IDP_DISCOVERY','name':'r','actions':{'idp':{'providers':[{'type':'GOOGLE','id':'%s'}]}}}",
			idp));
	org_ask(o, 400, "POST", org_say(o, "/api/v1/idps/%s/lifecycle/deactivate", idp), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/policies/%s/rules/%s", policy, rule), NULL);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/idps/%s/lifecycle/deactivate", idp), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/idps/%s", idp), NULL);
}

static void test_identity__users_are_linked_and_unlinked(void **state)
{
	struct org *o = *state;
	const char *idp = org_made(o, "/api/v1/idps", social_body(o, "GOOGLE", "g"));
	const char *user = org_user(o, "ann", "d");
	const char *link = org_say(o, "/api/v1/idps/%s/users/%s", idp, user);

	org_ask(o, 404, "GET", link, NULL);
	org_ask(o, 400, "POST", link, "{}");
	org_ask(o, 200, "POST", link, org_say(o, "{'externalId':'x1'}"));
	assert_string_equal(org_text(o, "id"), user);
	assert_string_equal(org_text(o, "externalId"), "x1");
	org_ask(o, 400, "POST", link, org_say(o, "{'externalId':'x2'}"));
	assert_int_equal(org_count(o, org_say(o, "/api/v1/idps/%s/users", idp)), 1);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/users/%s/idps", user)), 1);
	org_ask(o, 204, "DELETE", link, NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/users/%s/idps", user)), 0);
}

/* --- authorization servers --- */

static const char *made_server(struct org *o, const char *name)
{
	return made_201(o, SERVERS,
		org_say(o,
			"{'name':'%s','audiences':['a:%s'],'credentials':{'signing':{'rotationMode':'MANUAL'}}}",
			name, name));
}

static void test_identity__an_org_has_its_default_server(void **state)
{
	struct org *o = *state;
	const char *policy;

	org_ask(o, 200, "GET", SERVERS "/default", NULL);
	assert_true(flag(o, "default"));
	assert_string_equal(org_text(o, "issuer"), "http://127.0.0.1:8080/oauth2/default");
	org_ask(o, 200, "GET", org_say(o, SERVERS "/%s/scopes", org_text(o, "id")), NULL);
	assert_int_equal(length(o), 27);
	assert_true(js_bool(js_get(org_find(o->doc, "name", "openid"), "system")));
	assert_false(js_bool(js_get(org_find(o->doc, "name", "okta.myAccount.read"), "system")));
	org_ask(o, 200, "GET", SERVERS "/default/policies", NULL);
	policy = org_say(
		o, "%s", js_str(js_get(org_find(o->doc, "name", "Default Policy"), "id")).p);
	assert_int_equal(org_count(o, org_say(o, SERVERS "/default/policies/%s/rules", policy)), 1);
}

static void test_identity__a_server_starts_with_claims_and_rotates_by_itself(void **state)
{
	struct org *o = *state;
	const char *id = made_server(o, "one"), *body;

	assert_string_equal(org_text(o, "credentials.signing.rotationMode"), "AUTO");
	assert_string_equal(
		org_text(o, "credentials.signing.nextRotation"), "2026-04-01T00:00:00.000Z");
	assert_int_equal(org_count(o, org_say(o, SERVERS "/%s/claims", id)), 19);
	assert_int_equal(org_count(o, org_say(o, SERVERS "/%s/policies", id)), 0);
	body = org_say(o,
		"{'name':'one','audiences':['a'],'credentials':{'signing':{'rotationMode':'MANUAL'}}}");
	org_ask(o, 200, "PUT", org_say(o, SERVERS "/%s", id), body);
	assert_string_equal(org_text(o, "credentials.signing.rotationMode"), "MANUAL");
	assert_false(has(o, "credentials.signing.nextRotation"));
	org_ask(o, 204, "POST", org_say(o, SERVERS "/%s/lifecycle/deactivate", id), NULL);
	org_ask(o, 204, "DELETE", org_say(o, SERVERS "/%s", id), NULL);
	org_ask(o, 404, "GET", org_say(o, SERVERS "/%s/claims", id), NULL);
}

static void test_identity__rotation_makes_the_next_key_the_active_one(void **state)
{
	struct org *o = *state;
	const char *id = made_server(o, "one");
	const char *path = org_say(o, SERVERS "/%s/credentials/lifecycle/keyRotate", id);
	const char *next;

	org_ask(o, 200, "GET", org_say(o, SERVERS "/%s/credentials/keys", id), NULL);
	assert_int_equal(length(o), 2);
	assert_true(slice_is(js_str(js_get(js_at(o->doc, 1), "status")), "NEXT"));
	next = org_say(o, "%s", js_str(js_get(js_at(o->doc, 1), "kid")).p);
	org_ask(o, 400, "POST", path, org_say(o, "{'use':'enc'}"));
	org_ask(o, 200, "POST", path, org_say(o, "{'use':'sig'}"));
	assert_int_equal(length(o), 3);
	org_ask(o, 200, "GET", org_say(o, SERVERS "/%s/credentials/keys/%s", id, next), NULL);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	org_ask(o, 200, "GET", org_say(o, SERVERS "/%s", id), NULL);
	assert_string_equal(org_text(o, "credentials.signing.kid"), next);
	org_ask(o, 200, "POST", path, org_say(o, "{'use':'sig'}"));
	assert_int_equal(length(o), 3);
}

static void test_identity__system_claims_change_little_and_stay(void **state)
{
	struct org *o = *state;
	const char *claims = org_say(o, SERVERS "/%s/claims", made_server(o, "one")), *claim;

	org_ask(o, 200, "GET", claims, NULL);
	claim = org_say(
		o, "%s/%s", claims, js_str(js_get(org_find(o->doc, "name", "address"), "id")).p);
	org_ask(o, 403, "DELETE", claim, NULL);
	org_ask(o, 200, "PUT", claim,
		org_say(o,
			"{'name':'other','claimType':'IDENTITY','valueType':'SYSTEM','alwaysIncludeInToken':true}"));
	assert_string_equal(org_text(o, "name"), "address");
	assert_true(flag(o, "alwaysIncludeInToken"));
}

static void test_identity__claims_of_groups_have_a_filter(void **state)
{
	struct org *o = *state;
	const char *claims = org_say(o, SERVERS "/%s/claims", made_server(o, "one"));

	org_ask(o, 400, "POST", claims,
		org_say(o,
			"{'name':'g','claimType':'RESOURCE','valueType':'GROUPS','value':'x','group_filter_type':'NEAR'}"));
	made_201(o, claims,
		org_say(o,
			"{'name':'g','claimType':'RESOURCE','valueType':'GROUPS','value':'x','group_filter_type':'REGEX','status':'INACTIVE','conditions':{}}"));
	assert_true(flag(o, "alwaysIncludeInToken"));
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	assert_int_equal(js_type(js_path(o->doc, "conditions.scopes")), JS_LIST);
	org_ask(o, 400, "POST", claims,
		org_say(o, "{'name':'g','claimType':'RESOURCE','value':'x'}"));
	made_201(o, claims, org_say(o, "{'name':'g','claimType':'IDENTITY','value':'x'}"));
}

static const char *made_policy(struct org *o, const char *path, const char *name, int priority)
{
	return made_201(o, path,
		org_say(o, "{'name':'%s','description':'d','priority':%d}", name, priority));
}

static int64_t priority_of(struct org *o, const char *path, const char *id)
{
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, id), NULL);
	return js_int(js_get(o->doc, "priority"));
}

static void test_identity__policies_of_servers_stand_in_a_dense_order(void **state)
{
	struct org *o = *state;
	const char *path = org_say(o, SERVERS "/%s/policies", made_server(o, "one"));
	const char *a = made_policy(o, path, "a", 1), *b = made_policy(o, path, "b", 1);
	const char *c = made_policy(o, path, "c", 99);

	assert_int_equal(priority_of(o, path, b), 1);
	assert_int_equal(priority_of(o, path, a), 2);
	assert_int_equal(priority_of(o, path, c), 3);
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, b), NULL);
	assert_int_equal(priority_of(o, path, c), 2);
	org_ask(o, 200, "PUT", org_say(o, "%s/%s", path, c),
		org_say(o, "{'name':'c','description':'e'}"));
	assert_int_equal(priority_of(o, path, c), 2);
}

static void test_identity__rules_of_servers_are_completed_and_bounded(void **state)
{
	struct org *o = *state;
	const char *policies = org_say(o, SERVERS "/%s/policies", made_server(o, "one"));
	const char *rules = org_say(o, "%s/%s/rules", policies, made_policy(o, policies, "p", 1));

	made_201(o, rules,
		org_say(o,
			"{'name':'r','conditions':{'grantTypes':{'include':['password','implicit']},'people':{'users':{}},'scopes':{}}}"));
	assert_int_equal(js_int(js_path(o->doc, "actions.token.accessTokenLifetimeMinutes")), 60);
	assert_int_equal(js_type(js_path(o->doc, "conditions.people.users.exclude")), JS_LIST);
	assert_true(slice_is(
		js_str(js_at(js_path(o->doc, "conditions.grantTypes.include"), 0)), "implicit"));
	org_ask(o, 400, "POST", rules,
		org_say(o,
			"{'name':'s','conditions':{},'actions':{'token':{'accessTokenLifetimeMinutes':1}}}"));
	org_ask(o, 400, "POST", rules,
		org_say(o,
			"{'name':'s','conditions':{},'actions':{'token':{'inlineHook':{'id':'calnone'}}}}"));
	org_ask(o, 400, "POST", rules, org_say(o, "{'name':'r','conditions':{}}"));
}

static void test_identity__servers_trust_each_other(void **state)
{
	struct org *o = *state;
	const char *a = made_server(o, "a"), *b = made_server(o, "b");
	const char *path = org_say(o, SERVERS "/%s/associatedServers", a);

	org_ask(o, 404, "POST", path, org_say(o, "{'trusted':['ausnone']}"));
	org_ask(o, 200, "POST", path, org_say(o, "{'trusted':['%s']}", b));
	assert_int_equal(length(o), 1);
	assert_int_equal(org_count(o, org_say(o, "%s?trusted=true", path)), 1);
	assert_int_equal(org_count(o, org_say(o, "%s?trusted=false", path)), 1); /* default */
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, b), NULL);
	org_ask(o, 404, "DELETE", org_say(o, "%s/%s", path, b), NULL);
}

static void test_identity__one_encryption_key_is_active(void **state)
{
	struct org *o = *state;
	const char *path =
		org_say(o, SERVERS "/%s/resourceservercredentials/keys", made_server(o, "a"));
	static const char key[] = "{'kid':'%s','kty':'RSA','use':'enc','e':'AQAB','n':'x'}";
	const char *a = made_201(o, path, org_say(o, key, "a"));
	const char *b = made_201(o, path, org_say(o, key, "b"));

	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 200, "POST", org_say(o, "%s/%s/lifecycle/activate", path, a), NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/%s/lifecycle/activate", path, b), NULL);
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, a), NULL);
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 400, "DELETE", org_say(o, "%s/%s", path, b), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, a), NULL);
}

/* --- hooks --- */

static const char inline_body[] =
	"{'name':'%s','type':'com.okta.oauth2.tokens.transform','version':'1.0.0','status':'INACTIVE','channel':{'type':'HTTP','version':'1.0.0','config':{'uri':'https://h.example/%s','authScheme':{'type':'HEADER','key':'Authorization','value':'hush'}}}}";

static void test_identity__inline_hooks_hide_their_secret(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/inlineHooks", org_say(o, inline_body, "h", "a"));
	const char *path = org_say(o, "/api/v1/inlineHooks/%s", id);

	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_null(strstr(buf_str(&o->res.body), "hush"));
	assert_int_equal(js_type(js_path(o->doc, "channel.config.headers")), JS_LIST);
	/* POST changes what it names */
	org_ask(o, 200, "POST", path, org_say(o, "{'channel':{'config':{'method':'PUT'}}}"));
	assert_string_equal(org_text(o, "channel.config.uri"), "https://h.example/a");
	assert_string_equal(org_text(o, "channel.config.method"), "PUT");
	org_ask(o, 400, "DELETE", path, NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", path), NULL);
	org_ask(o, 204, "DELETE", path, NULL);
}

static void test_identity__inline_hooks_are_listed_by_type(void **state)
{
	struct org *o = *state;

	org_made(o, "/api/v1/inlineHooks", org_say(o, inline_body, "h", "a"));
	assert_int_equal(
		org_count(o, "/api/v1/inlineHooks?type=com.okta.oauth2.tokens.transform"), 1);
	assert_int_equal(org_count(o, "/api/v1/inlineHooks?type=com.okta.telephony.provider"), 0);
}

/* Answers what it is told, once the hook's credentials are there. */
static int echo(struct org *o, const struct sandbox_out *out, struct buf *ret_body)
{
	(void)o;
	if (!strstr(out->headers.p, "Authorization: hush"))
		return 401;
	buf_add_slice(ret_body, out->body);
	return 200;
}

static int challenge(struct org *o, const struct sandbox_out *out, struct buf *ret_body)
{
	const char *at = strstr(out->headers.p, "x-okta-verification-challenge: ");

	(void)o;
	assert_non_null(at);
	buf_addf(ret_body, "{\"verification\":\"%.20s\"}", strchr(at, ' ') + 1);
	return 200;
}

static void test_identity__executing_an_inline_hook_asks_its_endpoint(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/inlineHooks", org_say(o, inline_body, "h", "a"));
	const char *path = org_say(o, "/api/v1/inlineHooks/%s/execute", id);

	org_ask(o, 400, "POST", path, org_say(o, "{'data':1}"));
	o->endpoint = echo;
	org_ask(o, 200, "POST", path, org_say(o, "{'data':1}"));
	assert_int_equal(js_int(js_get(o->doc, "data")), 1);
}

static const char event_body[] =
	"{'name':'e','status':'%s','events':{'type':'EVENT_TYPE','items':['user.lifecycle.create']},'channel':{'type':'HTTP','version':'1.0.0','config':{'uri':'https://h.example/%s','authScheme':{'type':'HEADER','key':'Authorization','value':'hush'}}}}";

static void test_identity__event_hooks_are_verified_until_their_channel_changes(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/eventHooks", org_say(o, event_body, "ACTIVE", "a"));
	const char *path = org_say(o, "/api/v1/eventHooks/%s", id);
	const char *verify = org_say(o, "%s/lifecycle/verify", path);

	assert_string_equal(org_text(o, "verificationStatus"), "UNVERIFIED");
	assert_null(strstr(buf_str(&o->res.body), "hush"));
	org_ask(o, 400, "POST", verify, NULL);
	o->endpoint = challenge;
	org_ask(o, 200, "POST", verify, NULL);
	assert_string_equal(org_text(o, "verificationStatus"), "VERIFIED");
	org_ask(o, 200, "PUT", path, org_say(o, event_body, "INACTIVE", "a"));
	assert_string_equal(org_text(o, "verificationStatus"), "VERIFIED");
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 200, "PUT", path, org_say(o, event_body, "INACTIVE", "b"));
	assert_string_equal(org_text(o, "verificationStatus"), "UNVERIFIED");
	org_ask(o, 204, "DELETE", path, NULL);
}

static void test_identity__event_hooks_need_events_and_a_safe_endpoint(void **state)
{
	struct org *o = *state;
	static const char *const bodies[] = {
		"{}",
		"{'name':'e','events':{'items':[]},'channel':{'config':{'uri':'https://a'}}}",
		"{'name':'e','events':[],'channel':{'config':{'uri':'https://a'}}}",
		"{'name':'e','events':{'items':['a']},'channel':'x'}",
		"{'name':'e','events':{'items':['a']},'channel':{'config':{'uri':'http://a'}}}",
		"{'name':'e','events':{'items':['a']},'channel':{'config':{'uri':'http://localhost.a'}}}",
	};

	for (size_t i = 0; i < LEN(bodies); i++)
		org_ask(o, 400, "POST", "/api/v1/eventHooks", org_say(o, "%s", bodies[i]));
	org_made(o, "/api/v1/eventHooks",
		org_say(o,
			"{'name':'e','events':{'items':['a']},'channel':{'config':{'uri':'http://localhost:1'}}}"));
}

static void test_identity__hook_keys_stay_while_hooks_use_them(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/hook-keys", org_say(o, "{'name':'k'}"));
	const char *kid = org_say(o, "%s", org_text(o, "keyId"));
	const char *path = org_say(o, "/api/v1/hook-keys/%s", id);

	assert_string_equal(org_text(o, "_embedded.kid"), kid);
	org_ask(o, 200, "GET", path, NULL);
	assert_false(flag(o, "isUsed"));
	assert_false(has(o, "_embedded"));
	org_ask(o, 200, "GET", org_say(o, "/api/v1/hook-keys/public/%s", kid), NULL);
	assert_string_equal(org_text(o, "kty"), "RSA");
	org_made(o, "/api/v1/inlineHooks",
		org_say(o,
			"{'name':'h','type':'com.okta.telephony.provider','channel':{'type':'OAUTH','config':{'uri':'https://a','authType':'private_key_jwt','hookKeyId':'%s'}}}",
			id));
	org_ask(o, 200, "GET", path, NULL);
	assert_true(flag(o, "isUsed"));
	org_ask(o, 400, "DELETE", path, NULL);
}

/* --- whatever comes --- */

static void test_identity__odd_bodies_are_refused_or_taken_but_never_harm(void **state)
{
	struct org *o = *state;
	static const char *const paths[] = {
		"/api/v1/idps",
		"/api/v1/idps/credentials/keys",
		SERVERS,
		SERVERS "/default/scopes",
		SERVERS "/default/claims",
		SERVERS "/default/policies",
		SERVERS "/default/associatedServers",
		SERVERS "/default/credentials/lifecycle/keyRotate",
		SERVERS "/default/resourceservercredentials/keys",
		"/api/v1/inlineHooks",
		"/api/v1/eventHooks",
		"/api/v1/hook-keys",
	};
	static const char *const bodies[] = {
		"{'name':[],'type':{},'protocol':7,'policy':[],'channel':[],'events':1}",
		"{'name':'n','type':'SAML2','protocol':{'type':'SAML2','credentials':[],'endpoints':3}}",
		"{'name':'n','type':'X509','protocol':{'type':'MTLS','credentials':{'trust':'x'}}}",
		"{'name':'n','type':'OIDC','protocol':{'type':'OIDC','settings':[],'endpoints':{'slo':1}}}",
		"{'name':'n','audiences':[1],'credentials':[]}",
		"{'name':'n','claimType':'RESOURCE','value':'v','conditions':[]}",
		"{'name':'n','description':'d','priority':'x','conditions':{'clients':[]}}",
		"{'name':'n','description':'d','priority':9223372036854775807,'conditions':[]}",
		"{'trusted':[[],{}],'use':{}}",
		"{'kid':'k','kty':'RSA','use':'enc','n':1,'e':[]}",
	};

	for (size_t i = 0; i < LEN(paths); i++) {
		for (size_t k = 0; k < LEN(bodies); k++) {
			struct slice text = slice_of(org_say(o, "%s", bodies[k]));
			struct sandbox_req req = {.method = "POST",
				.target = slice_of(paths[i]),
				.authorization = SLICE("SSWS t"),
				.body = text};

			sandbox_handle(o->s, &req, &o->res);
			assert_true(o->res.status == 201 || o->res.status == 200 ||
				    o->res.status == 400 || o->res.status == 404);
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_identity__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_certificate_becomes_a_key),
		TEST(what_is_no_certificate_is_refused),
		TEST(a_key_in_use_stays),
		TEST(a_saml_provider_is_completed),
		TEST(signing_keys_are_made_and_shared),
		TEST(a_saml_provider_has_metadata_of_its_key),
		TEST(social_providers_know_their_endpoints),
		TEST(providers_are_listed_by_part_of_a_name_and_type),
		TEST(a_provider_of_a_routing_rule_stays),
		TEST(users_are_linked_and_unlinked),
		TEST(an_org_has_its_default_server),
		TEST(a_server_starts_with_claims_and_rotates_by_itself),
		TEST(rotation_makes_the_next_key_the_active_one),
		TEST(system_claims_change_little_and_stay),
		TEST(claims_of_groups_have_a_filter),
		TEST(policies_of_servers_stand_in_a_dense_order),
		TEST(rules_of_servers_are_completed_and_bounded),
		TEST(servers_trust_each_other),
		TEST(one_encryption_key_is_active),
		TEST(inline_hooks_hide_their_secret),
		TEST(inline_hooks_are_listed_by_type),
		TEST(executing_an_inline_hook_asks_its_endpoint),
		TEST(event_hooks_are_verified_until_their_channel_changes),
		TEST(event_hooks_need_events_and_a_safe_endpoint),
		TEST(hook_keys_stay_while_hooks_use_them),
		TEST(odd_bodies_are_refused_or_taken_but_never_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
