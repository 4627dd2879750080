/*
 * What the kinds of the local tenant have in common: what keeps another in place, what a status in a body does, what is
 * reordered; and the org's own switches.
 */
#include "tests/lib/org.h"

/* Has the last answer a text there? */
static bool has(struct org *o, const char *path)
{
	return js_str(js_path(o->doc, path)).n != 0;
}

static const char *zone(struct org *o, const char *name)
{
	return org_made(o, "/api/v1/zones",
		org_say(o,
			"{'type':'IP','name':'%s','gateways':[{'type':'CIDR','value':'1.2.3.4/24'}]}",
			name));
}

static const char *access_policy(struct org *o)
{
	return org_made(
		o, "/api/v1/policies", org_say(o, "{'name':'Access','type':'ACCESS_POLICY'}"));
}

/* A rule of an access policy, with these conditions and this way to verify; its path. */
static const char *access_rule(
	struct org *o, const char *policy, const char *conditions, const char *method)
{
	const char *rules = org_say(o, "/api/v1/policies/%s/rules", policy);

	org_ask(o, 200, "POST", rules,
		org_say(o,
			"{'type':'ACCESS_POLICY','name':'Rule','priority':1,'conditions':%s,'actions':{'appSignOn':{'access':'ALLOW','verificationMethod':%s}}}",
			conditions, method));
	return org_say(o, "%s/%s", rules, org_text(o, "id"));
}

static const char two_factors[] = "{'type':'ASSURANCE','factorMode':'2FA'}";

static void delete_zone(struct org *o, unsigned status, const char *z)
{
	org_ask(o, 200, "POST", org_say(o, "/api/v1/zones/%s/lifecycle/deactivate", z), NULL);
	org_ask(o, status, "DELETE", org_say(o, "/api/v1/zones/%s", z), NULL);
}

static void test_zones__stay_while_a_rule_a_client_or_threat_insight_names_them(void **state)
{
	struct org *o = *state;
	const char *z = zone(o, "a");
	const char *rule = access_rule(o, access_policy(o),
		org_say(o, "{'network':{'connection':'ZONE','include':['%s']}}", z), two_factors);

	delete_zone(o, 400, z);
	org_ask(o, 204, "DELETE", rule, NULL);
	delete_zone(o, 204, z);

	z = zone(o, "b");
	org_ask(o, 200, "POST", "/api/v1/threats/configuration",
		org_say(o, "{'action':'audit','excludeZones':['%s']}", z));
	delete_zone(o, 400, z);
	org_ask(o, 200, "POST", "/api/v1/threats/configuration",
		org_say(o, "{'action':'none','excludeZones':[]}"));
	delete_zone(o, 204, z);

	z = zone(o, "c");
	org_made(o, "/api/v1/apps",
		org_say(o,
			"{'name':'oidc_client','label':'Web','signOnMode':'OPENID_CONNECT','credentials':{'oauthClient':{}},'settings':{'oauthClient':{'grant_types':['client_credentials'],'application_type':'service','network':{'connection':'ZONE','include':['%s']}}}}",
			z));
	delete_zone(o, 400, z);
}

static void test_zones__say_back_the_status_they_are_sent_and_keep_theirs(void **state)
{
	struct org *o = *state;
	const char *path = org_say(o, "/api/v1/zones/%s", zone(o, "a"));

	org_ask(o, 200, "PUT", path,
		org_say(o,
			"{'type':'IP','name':'a','status':'INACTIVE','gateways':[{'type':'CIDR','value':'1.2.3.4/24'}]}"));
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
}

static void test_assurances__conflict_while_a_rule_asks_for_them(void **state)
{
	struct org *o = *state;
	const char *d = org_made(o, "/api/v1/device-assurances",
		org_say(o,
			"{'name':'Phones','platform':'ANDROID','diskEncryptionType':{'include':['FULL','USER']}}"));
	const char *path = org_say(o, "/api/v1/device-assurances/%s", d), *rule;
	const struct js *kinds = js_path(o->doc, "diskEncryptionType.include");

	assert_string_equal(js_str(js_at(kinds, 0)).p, "USER");
	rule = access_rule(o, access_policy(o),
		org_say(o, "{'device':{'registered':true,'assurance':{'include':['%s']}}}", d),
		two_factors);
	org_ask(o, 409, "DELETE", path, NULL);
	org_ask(o, 204, "DELETE", rule, NULL);
	org_ask(o, 204, "DELETE", path, NULL);
}

static void test_authenticators__are_not_switched_off_while_a_chain_asks_for_them(void **state)
{
	struct org *o = *state;
	const char *a = org_made(o, "/api/v1/authenticators?activate=true",
		org_say(o, "{'key':'yubikey_token','name':'YubiKey'}"));
	const char *off = org_say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", a);
	struct js *settings;
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO_PTR(js) policy = NULL;
	const char *rule = access_rule(o, access_policy(o), "{}",
		"{'type':'AUTH_METHOD_CHAIN','chains':[{'authenticationMethods':[{'key':'yubikey_token','method':'otp'}]}]}");

	org_ask(o, 200, "GET", "/api/v1/policies?type=MFA_ENROLL", NULL);
	policy = js_copy(js_at(o->doc, 0));
	settings = js_getm(js_getm(policy, "settings"), "authenticators");
	for (size_t i = 0; i < js_len(settings); i++) {
		struct js *one = js_atm(settings, i);

		if (slice_is(js_str(js_get(one, "key")), "yubikey_token"))
			js_set(js_getm(one, "enroll"), "self", js_new_strz("NOT_ALLOWED"));
	}
	js_write(&text, policy);
	org_ask(o, 200, "PUT",
		org_say(o, "/api/v1/policies/%.*s", SLICE_ARG(js_str(js_get(policy, "id")))),
		buf_str(&text));
	org_ask(o, 403, "POST", off, NULL);
	org_error_is(o, "E0000246");
	org_ask(o, 204, "DELETE", rule, NULL);
	org_ask(o, 200, "POST", off, NULL);
}

static void test_access_rules__lose_what_is_no_part_of_a_constraint(void **state)
{
	struct org *o = *state;
	const struct js *list;

	access_rule(o, access_policy(o), "{}",
		"{'type':'ASSURANCE','factorMode':'2FA','constraints':[{'authenticationMethods':[]},{'knowledge':{'types':['password']}}]}");
	list = js_path(o->doc, "actions.appSignOn.verificationMethod.constraints");
	assert_int_equal(js_len(list), 2);
	assert_int_equal(js_len(js_at(list, 0)), 0);
	assert_true(js_bool(js_path(js_at(list, 1), "knowledge.required")));
}

static void test_hooks__stay_while_an_app_uses_them_and_events_are_a_set(void **state)
{
	struct org *o = *state;
	const char *h = org_made(o, "/api/v1/inlineHooks",
		org_say(o,
			"{'name':'Claims','type':'com.okta.saml.tokens.transform','version':'1.0.2','channel':{'type':'HTTP','version':'1.0.0','config':{'uri':'https://x.example'}}}"));
	const char *path = org_say(o, "/api/v1/inlineHooks/%s", h);
	const struct js *items;

	org_made(o, "/api/v1/apps",
		org_say(o,
			"{'label':'Saml','signOnMode':'SAML_2_0','settings':{'signOn':{'ssoAcsUrl':'https://x.example','recipient':'https://x.example','destination':'https://x.example','audience':'a','subjectNameIdTemplate':'${user.userName}','subjectNameIdFormat':'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified','signatureAlgorithm':'RSA_SHA256','digestAlgorithm':'SHA256','authnContextClassRef':'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport','responseSigned':true,'assertionSigned':false,'inlineHooks':[{'id':'%s'}]}}}",
			h));
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", path), NULL);
	org_ask(o, 400, "DELETE", path, NULL);

	org_ask(o, 200, "POST", "/api/v1/eventHooks",
		org_say(o,
			"{'name':'Events','events':{'type':'EVENT_TYPE','items':['user.lifecycle.delete.initiated','user.lifecycle.create']},'channel':{'type':'HTTP','version':'1.0.0','config':{'uri':'https://x.example'}}}"));
	items = js_path(o->doc, "events.items");
	assert_string_equal(js_str(js_at(items, 0)).p, "user.lifecycle.create");
}

static void test_saml__something_has_to_be_signed(void **state)
{
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o,
			"{'label':'Saml','signOnMode':'SAML_2_0','settings':{'signOn':{'ssoAcsUrl':'https://x.example','recipient':'https://x.example','destination':'https://x.example','audience':'a','responseSigned':false,'assertionSigned':false}}}"));
	org_error_is(o, "E0000001");
}

/* An identity provider of Apple; of the signing key what is given. */
#define APPLE                                                                                      \
	"{'type':'APPLE','name':'Apple','protocol':{'type':'OIDC','scopes':['email'],'credentials':{'client':{'client_id':'c'},'signing':{'kid':'k','teamId':'t'%s}}},'policy':{'accountLink':{'action':'AUTO'},'provisioning':{'action':'AUTO','groups':{'action':'NONE'}},'subject':{'userNameTemplate':{'template':'idpuser.email'},'matchType':'USERNAME'}}}"

static void test_apple__its_private_key_is_shown_to_who_sends_it(void **state)
{
	struct org *o = *state;
	static const char key[] = "protocol.credentials.signing.privateKey";
	const char *path;

	path = org_say(o, "/api/v1/idps/%s",
		org_made(o, "/api/v1/idps", org_say(o, APPLE, ",'privateKey':'MII'")));
	assert_string_equal(org_text(o, key), "MII");
	org_ask(o, 200, "PUT", path, org_say(o, APPLE, ""));
	assert_false(has(o, key));
	org_ask(o, 200, "GET", path, NULL);
	assert_false(has(o, key));
	assert_string_equal(org_text(o, "protocol.credentials.signing.kid"), "k");
}

static void test_org__its_switches_are_turned_by_verbs_and_by_bodies(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", "/api/v1/org/preferences/hideEndUserFooter", NULL);
	org_ask(o, 200, "GET", "/api/v1/org/preferences", NULL);
	assert_false(js_bool(js_get(o->doc, "showEndUserFooter")));
	assert_true(has(o, "_links.showEndUserFooter.href"));
	assert_false(has(o, "_links.hideEndUserFooter.href"));
	org_ask(o, 200, "POST", "/api/v1/org/privacy/oktaCommunication/optOut", NULL);
	assert_true(js_bool(js_get(o->doc, "optOutEmailUsers")));
	org_ask(o, 200, "POST", "/api/v1/org/orgSettings/thirdPartyAdminSetting",
		"{\"thirdPartyAdmin\":true}");
	org_ask(o, 200, "GET", "/api/v1/org/orgSettings/thirdPartyAdminSetting", NULL);
	assert_true(js_bool(js_get(o->doc, "thirdPartyAdmin")));
	org_ask(o, 400, "PUT", "/api/v1/org/settings/clientPrivilegesSetting",
		"{\"clientPrivilegesSetting\":1}");
	org_ask(o, 400, "PUT", "/api/v1/first-party-app-settings/admin-console",
		"{\"sessionIdleTimeoutMinutes\":4}");
}

static void test_support__has_access_for_as_long_as_was_granted(void **state)
{
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/org/privacy/oktaSupport/extend", NULL);
	org_ask(o, 200, "POST", "/api/v1/org/privacy/oktaSupport/grant", NULL);
	assert_string_equal(org_text(o, "expiration"), "2026-01-01T08:00:00.000Z");
	org_ask(o, 200, "POST", "/api/v1/org/privacy/oktaSupport/extend", NULL);
	assert_string_equal(org_text(o, "expiration"), "2026-01-02T08:00:00.000Z");
	o->clock.now_ms += 33 * 3600000LL;
	org_ask(o, 200, "GET", "/api/v1/org/privacy/oktaSupport", NULL);
	assert_string_equal(org_text(o, "support"), "DISABLED");
	assert_true(has(o, "_links.grant.href"));
}

static void test_features__are_switched_by_name(void **state)
{
	struct org *o = *state;
	const char *path;

	org_ask(o, 200, "GET", "/api/v1/features", NULL);
	assert_true(js_len(o->doc) > 0);
	path = org_say(o, "/api/v1/features/%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 200, "POST", org_say(o, "%s/ENABLE", path), NULL);
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "status"), "ENABLED");
	org_ask(o, 400, "POST", org_say(o, "%s/toggle", path), NULL);
	assert_int_equal(org_count(o, org_say(o, "%s/dependencies", path)), 0);
}

static void test_id_tokens__claim_of_groups_is_kept_with_the_client(void **state)
{
	struct org *o = *state;
	const char *a = org_made(o, "/api/v1/apps",
		org_say(o,
			"{'name':'oidc_client','label':'Web','signOnMode':'OPENID_CONNECT','credentials':{'oauthClient':{}},'settings':{'oauthClient':{'grant_types':['authorization_code'],'redirect_uris':['https://x.example']}}}"));
	const char *path = org_say(o, "/api/v1/internal/apps/%s/settings/oauth/idToken", a);

	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "audience"), a);
	assert_string_equal(org_text(o, "issuerMode"), "ORG_URL");
	org_ask(o, 200, "POST", path,
		org_say(o,
			"{'issuerMode':'ORG_URL','valueType':'EXPRESSION','name':'groups','value':'x'}"));
	assert_false(has(o, "audience"));
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "name"), "groups");
	a = org_made(o, "/api/v1/apps",
		org_say(o,
			"{'name':'bookmark','label':'B','signOnMode':'BOOKMARK','settings':{'app':{'url':'https://x.example'}}}"));
	org_ask(o, 404, "GET", org_say(o, "/api/v1/internal/apps/%s/settings/oauth/idToken", a),
		NULL);
}

static void test_posture_checks__conflict_while_an_assurance_asks_for_them(void **state)
{
	struct org *o = *state;
	const char *path = org_say(o, "/api/v1/device-posture-checks/%s",
		org_made(o, "/api/v1/device-posture-checks",
			org_say(o,
				"{'name':'Firewall','variableName':'macOSFirewall','platform':'MACOS','mappingType':'CHECKBOX','query':'SELECT 1'}")));
	const char *d = org_made(o, "/api/v1/device-assurances",
		org_say(o,
			"{'name':'Macs','platform':'MACOS','devicePostureChecks':{'include':[{'variableName':'macOSFirewall','value':'1'}]}}"));

	org_ask(o, 409, "DELETE", path, NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/device-assurances/%s", d), NULL);
	org_ask(o, 204, "DELETE", path, NULL);
}

static const char *telephony(struct org *o, const char *name)
{
	org_ask(o, 201, "POST", "/api/v1/telephony-providers",
		org_say(o,
			"{'providerName':'%s','providerCapability':'ALL','providerSid':'s','providerAuthToken':'hidden','providerSettings':{}}",
			name));
	assert_false(has(o, "providerAuthToken"));
	return org_say(o, "/api/v1/telephony-providers/%s", org_text(o, "id"));
}

static void test_telephony__has_one_primary_provider(void **state)
{
	struct org *o = *state;
	const char *first = telephony(o, "TWILIO"), *second = telephony(o, "TELESIGN");

	org_ask(o, 200, "POST", org_say(o, "%s/setAsPrimary", second), NULL);
	org_ask(o, 200, "GET", first, NULL);
	assert_false(js_bool(js_get(o->doc, "isPrimaryProvider")));
	assert_true(js_bool(js_get(o->doc, "enabled")));
	org_ask(o, 400, "DELETE", second, NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", second), NULL);
	assert_false(js_bool(js_get(o->doc, "enabled")));
	org_ask(o, 400, "POST", org_say(o, "%s/setAsPrimary", second), NULL);
	org_ask(o, 204, "DELETE", second, NULL);
}

static void test_bots__are_only_stopped_by_a_challenge(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "GET", "/api/v1/bot-protection/configuration", NULL);
	assert_string_equal(org_text(o, "mode"), "LOG_ONLY");
	org_ask(o, 400, "POST", "/api/v1/bot-protection/configuration",
		"{\"level\":\"HIGH\",\"mode\":\"ENFORCED\",\"supportedFlows\":[\"SSR\"]}");
}

#define T(f) cmocka_unit_test_setup_teardown(f, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_zones__stay_while_a_rule_a_client_or_threat_insight_names_them),
		T(test_zones__say_back_the_status_they_are_sent_and_keep_theirs),
		T(test_assurances__conflict_while_a_rule_asks_for_them),
		T(test_authenticators__are_not_switched_off_while_a_chain_asks_for_them),
		T(test_access_rules__lose_what_is_no_part_of_a_constraint),
		T(test_hooks__stay_while_an_app_uses_them_and_events_are_a_set),
		T(test_saml__something_has_to_be_signed),
		T(test_apple__its_private_key_is_shown_to_who_sends_it),
		T(test_org__its_switches_are_turned_by_verbs_and_by_bodies),
		T(test_support__has_access_for_as_long_as_was_granted),
		T(test_features__are_switched_by_name),
		T(test_posture_checks__conflict_while_an_assurance_asks_for_them),
		T(test_telephony__has_one_primary_provider),
		T(test_bots__are_only_stopped_by_a_challenge),
		T(test_id_tokens__claim_of_groups_is_kept_with_the_client),
	};

	return cmocka_run_group_tests_name("sandbox_kinds", tests, NULL, NULL);
}
