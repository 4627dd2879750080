/*
 * Policies, their rules and authenticators of the local tenant.
 */
#include "tests/lib/org.h"

/* The id of what a list has under a key. */
static const char *id_of(struct org *o, const char *path, const char *key, const char *value)
{
	const struct js *it;

	org_ask(o, 200, "GET", path, NULL);
	it = org_find(o->doc, key, value);
	assert_non_null(it);
	return org_say(o, "%s", js_str(js_get(it, "id")).p);
}

static const char *policy(struct org *o, const char *type)
{
	return id_of(o, org_say(o, "/api/v1/policies?type=%s", type), "type", type);
}

static int64_t priority(struct org *o, const char *path)
{
	org_ask(o, 200, "GET", path, NULL);
	return js_int(js_get(o->doc, "priority"));
}

static const char *authenticator(struct org *o, const char *key)
{
	return id_of(o, "/api/v1/authenticators", "key", key);
}

/* What a policy says about enrolling in an authenticator; NULL when it does not name it. */
static const char *enrolled(struct org *o, const char *policy_id, const char *key)
{
	const struct js *it;

	org_ask(o, 200, "GET", org_say(o, "/api/v1/policies/%s", policy_id), NULL);
	it = org_find(js_path(o->doc, "settings.authenticators"), "key", key);
	return it ? js_str(js_path(it, "enroll.self")).p : NULL;
}

static void test_policies__every_type_is_there_or_refused(void **state)
{
	static const char *const types[] = {"OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL",
		"IDP_DISCOVERY", "ACCESS_POLICY", "PROFILE_ENROLLMENT", "POST_AUTH_SESSION",
		"SESSION_VIOLATION_DETECTION", "ENTITY_RISK", "CLIENT_UPDATE",
		"IDENTITY_CLAIM_SOURCING"};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(types); i++) {
		org_ask(o, 200, "GET", org_say(o, "/api/v1/policies?type=%s", types[i]), NULL);
		assert_non_null(org_find(o->doc, "type", types[i]));
	}
	org_ask(o, 200, "GET", "/api/v1/policies?type=DEVICE_SIGNAL_COLLECTION", NULL);
	org_ask(o, 501, "GET", "/api/v1/policies?type=CONTINUOUS_ACCESS", NULL);
	org_ask(o, 400, "GET", "/api/v1/policies?type=NONSENSE", NULL);
	org_ask(o, 400, "GET", "/api/v1/policies", NULL);
	org_ask(o, 501, "POST", "/api/v1/policies/simulate", "[]");
}

static void test_policies__there_is_one_of_what_okta_alone_makes(void **state)
{
	static const char *const types[] = {"IDP_DISCOVERY", "POST_AUTH_SESSION",
		"SESSION_VIOLATION_DETECTION", "ENTITY_RISK", "CLIENT_UPDATE",
		"IDENTITY_CLAIM_SOURCING"};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(types); i++) {
		const char *id;

		org_ask(o, 400, "POST", "/api/v1/policies",
			org_say(o, "{'type':'%s','name':'another'}", types[i]));
		id = policy(o, types[i]);
		org_ask(o, 403, "DELETE", org_say(o, "/api/v1/policies/%s", id), NULL);
		org_ask(o, 403, "POST", org_say(o, "/api/v1/policies/%s/lifecycle/deactivate", id),
			NULL);
	}
}

static void test_policies__list_embeds_rules_and_pages(void **state)
{
	struct org *o = *state;
	const struct js *one;

	org_ask(o, 200, "GET", "/api/v1/policies?type=ACCESS_POLICY&q=any%20two&expand=rules",
		NULL);
	assert_int_equal(js_len(o->doc), 1);
	one = js_at(o->doc, 0);
	assert_string_equal(js_str(js_path(one, "_embedded.resourceType")).p, "APP");
	assert_string_equal(js_str(js_get(js_at(js_path(one, "_embedded.rules"), 0), "name")).p,
		"Catch-all Rule");
	org_ask(o, 200, "GET", org_say(o, "/api/v1/policies/%s", js_str(js_get(one, "id")).p),
		NULL);
	assert_null(js_get(o->doc, "_embedded"));
	org_ask(o, 400, "POST",
		org_say(o, "/api/v1/policies/%s/rules", js_str(js_get(o->doc, "id")).p),
		"{\"name\":\"x\",\"actions\":{\"appSignOn\":{\"access\":\"MAYBE\"}}}");
	org_ask(o, 200, "GET", "/api/v1/policies?type=ACCESS_POLICY&limit=2&sortBy=name", NULL);
	assert_int_equal(js_len(o->doc), 2);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "name")).p, "Any two factors");
	assert_non_null(strstr(buf_str(&o->res.headers), "rel=\"next\""));
}

static void test_policies__default_may_change_when_it_keeps_its_place(void **state)
{
	struct org *o = *state;
	const char *id = id_of(o, "/api/v1/policies?type=PASSWORD", "name", "Default Policy");

	org_made(o, "/api/v1/policies", "{\"type\":\"PASSWORD\",\"name\":\"Mine\",\"priority\":1}");
	assert_int_equal(priority(o, org_say(o, "/api/v1/policies/%s", id)), 2);
	org_ask(o, 403, "PUT", org_say(o, "/api/v1/policies/%s", id),
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":1}");
	assert_string_equal(org_text(o, "errorCode"), "E0000077");
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/policies/%s", id),
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":2}");
	/* the one for directories stays behind it */
	assert_int_equal(js_int(js_get(o->doc, "priority")), 2);
	id = id_of(o, "/api/v1/policies?type=PASSWORD", "name", "Active Directory Policy");
	assert_int_equal(priority(o, org_say(o, "/api/v1/policies/%s", id)), 3);
}

static void test_policies__a_rule_put_without_priority_moves_down(void **state)
{
	struct org *o = *state;
	const char *p = policy(o, "POST_AUTH_SESSION"),
		   *rules = org_say(o, "/api/v1/policies/%s/rules", p), *rule;
	int64_t was;

	org_ask(o, 200, "GET", rules, NULL);
	assert_int_equal(js_len(o->doc), 2);
	was = js_int(js_get(js_at(o->doc, 0), "priority"));
	rule = org_say(o, "%s/%s", rules, js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 200, "PUT", rule,
		"{\"type\":\"POST_AUTH_SESSION\",\"name\":\"R\",\"conditions\":{\"people\":{\"groups\":{\"include\":[],\"exclude\":[]},\"users\":{\"include\":[],\"exclude\":[]}}},\"actions\":{\"postAuthSession\":{\"failureActions\":[{\"action\":\"TERMINATE_SESSION\"}]}}}");
	assert_int_equal(js_int(js_get(o->doc, "priority")), was + 1);
	assert_int_equal(
		js_type(js_get(js_at(js_path(o->doc, "actions.postAuthSession.failureActions"), 0),
			"slo")),
		JS_NULL);
	assert_null(js_path(o->doc, "conditions.people.groups"));
	assert_null(js_path(o->doc, "conditions.people.users.include"));
	assert_int_equal(js_type(js_path(o->doc, "conditions.people.users.exclude")), JS_LIST);
	org_ask(o, 400, "POST", rules, "{\"type\":\"POST_AUTH_SESSION\",\"name\":\"another\"}");
}

static void test_policies__entity_risk_takes_rules_but_keeps_its_last(void **state)
{
	struct org *o = *state;
	const char *p = policy(o, "ENTITY_RISK"),
		   *rules = org_say(o, "/api/v1/policies/%s/rules", p),
		   *last = id_of(o, rules, "name", "Catch-all Rule"), *mine;

	mine = org_made(o, rules,
		"{\"type\":\"ENTITY_RISK\",\"name\":\"High\",\"conditions\":{\"entityRisk\":{\"level\":\"HIGH\"}},\"actions\":{\"entityRisk\":{\"actions\":[{\"action\":\"TERMINATE_ALL_SESSIONS\"}]}}}");
	assert_string_equal(org_text(o, "conditions.entityRisk.level"), "HIGH");
	org_ask(o, 403, "PUT", org_say(o, "%s/%s", rules, last),
		"{\"type\":\"ENTITY_RISK\",\"name\":\"Catch-all Rule\",\"priority\":99}");
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", rules, mine), NULL);
	org_ask(o, 403, "DELETE", org_say(o, "%s/%s", rules, last), NULL);
}

static void test_policies__a_copy_has_the_rules_too(void **state)
{
	struct org *o = *state;
	const char *p = org_made(
			   o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"Mine\"}"),
		   *copy;

	org_made(o, org_say(o, "/api/v1/policies/%s/rules", p),
		"{\"type\":\"ACCESS_POLICY\",\"name\":\"R\",\"priority\":3}");
	copy = org_made(o, org_say(o, "/api/v1/policies/%s/clone", p), NULL);
	assert_string_equal(org_text(o, "name"), "[cloned] Mine");
	assert_string_not_equal(copy, p);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/policies/%s/rules", copy), NULL);
	assert_int_equal(js_len(o->doc), 2);
	assert_int_equal(js_int(js_get(js_at(o->doc, 0), "priority")), 3);
	assert_true(js_bool(js_get(js_at(o->doc, 1), "system")));
	org_ask(o, 200, "POST", org_say(o, "/api/v1/policies/%s/clone", p), NULL);
	assert_string_equal(org_text(o, "name"), "[cloned] [cloned] Mine");
	org_ask(o, 403, "POST", org_say(o, "/api/v1/policies/%s/clone", policy(o, "IDP_DISCOVERY")),
		NULL);
}

static void test_policies__device_signals_are_mapped_to_sign_in_policies(void **state)
{
	struct org *o = *state;
	const char *signals = org_made(o, "/api/v1/policies",
			   "{\"type\":\"DEVICE_SIGNAL_COLLECTION\",\"name\":\"S\"}"),
		   *access = org_made(
			   o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"A\"}"),
		   *path = org_say(o, "/api/v1/policies/%s/mappings", signals), *map;

	org_ask(o, 400, "POST", path,
		org_say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", signals));
	map = org_made(
		o, path, org_say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", access));
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, map), NULL);
	org_ask(o, 400, "POST", org_say(o, "/api/v1/policies/%s/mappings", access),
		org_say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", access));
	/* a policy that is gone is mapped nowhere */
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/policies/%s", access), NULL);
	org_ask(o, 200, "GET", path, NULL);
	assert_int_equal(js_len(o->doc), 0);
	org_ask(o, 404, "DELETE", org_say(o, "%s/%s", path, map), NULL);
}

static void test_policies__apps_of_a_policy_are_listed(void **state)
{
	struct org *o = *state;
	const char *
		p = org_made(o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"A\"}"),
	       *app = org_made(o, "/api/v1/apps",
		       "{\"name\":\"bookmark\",\"label\":\"B\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://x.example\"}}}");

	org_ask(o, 204, "PUT", org_say(o, "/api/v1/apps/%s/policies/%s", app, p), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/policies/%s/app", p), NULL);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "id")).p, app);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/policies/%s/mappings", p), NULL);
	assert_int_equal(js_len(o->doc), 1);
	assert_non_null(js_path(js_at(o->doc, 0), "_links.application.href"));
}

static void test_policies__enrollment_lists_what_is_on(void **state)
{
	struct org *o = *state;
	const char *
		mine = org_made(o, "/api/v1/policies",
		       "{\"type\":\"MFA_ENROLL\",\"name\":\"Mine\",\"settings\":{\"authenticators\":[{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}}]}}"),
	       *standard, *otp = authenticator(o, "google_otp");

	standard = id_of(o, "/api/v1/policies?type=MFA_ENROLL", "name", "Default Policy");
	assert_string_equal(enrolled(o, mine, "okta_email"), "NOT_ALLOWED");
	assert_null(enrolled(o, mine, "google_otp"));
	org_ask(o, 200, "POST", org_say(o, "/api/v1/authenticators/%s/lifecycle/activate", otp),
		NULL);
	assert_string_equal(enrolled(o, mine, "google_otp"), "NOT_ALLOWED");
	assert_string_equal(enrolled(o, standard, "google_otp"), "OPTIONAL");
	org_ask(o, 403, "POST", org_say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp),
		NULL);
	assert_string_equal(org_text(o, "errorCode"), "E0000148");
	assert_string_equal(
		js_str(js_get(js_at(js_get(o->doc, "errorCauses"), 0), "errorSummary")).p,
		"Authenticator Enrollment Policies: Default Policy");
	/* once the default policy was written without it, it can go, and is not listed then */
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/policies/%s", standard),
		"{\"type\":\"MFA_ENROLL\",\"name\":\"Default Policy\",\"priority\":2,\"settings\":{\"authenticators\":[{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}}]}}");
	assert_string_equal(enrolled(o, standard, "google_otp"), "NOT_ALLOWED");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp),
		NULL);
	assert_null(enrolled(o, standard, "google_otp"));
	org_ask(o, 400, "POST", org_say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp),
		NULL);
}

static void test_authenticators__one_of_a_key_or_one_of_a_name(void **state)
{
	static const char app[] =
		"{\"key\":\"custom_app\",\"name\":\"Push\",\"agreeToTerms\":true,\"provider\":{\"type\":\"PUSH\",\"configuration\":{\"fcm\":{\"id\":\"ppc1\"}}},\"settings\":{\"appInstanceId\":\"0oa1\"}}";
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/authenticators?activate=true", app);

	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_string_equal(org_text(o, "type"), "app");
	assert_string_equal(org_text(o, "settings.oauthClientId"), "0oa1");
	assert_string_equal(org_text(o, "settings.userVerification"), "PREFERRED");
	org_ask(o, 400, "POST", "/api/v1/authenticators", app);
	assert_string_equal(org_text(o, "errorCode"), "E0000232");
	org_ask(o, 409, "POST", "/api/v1/authenticators",
		"{\"key\":\"google_otp\",\"name\":\"Another\"}");
	assert_string_equal(org_text(o, "errorCode"), "E0000157");
	org_ask(o, 400, "POST", "/api/v1/authenticators", "{\"key\":\"nonsense\",\"name\":\"N\"}");
	org_ask(o, 400, "POST", "/api/v1/authenticators",
		"{\"key\":\"external_idp\",\"name\":\"N\"}");
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/authenticators/%s", id),
		"{\"key\":\"custom_app\",\"name\":\"Renamed\",\"provider\":{\"type\":\"PUSH\"},\"settings\":{\"appInstanceId\":\"0oa2\",\"userVerification\":\"REQUIRED\"}}");
	assert_string_equal(org_text(o, "settings.oauthClientId"), "0oa2");
	org_ask(o, 405, "DELETE", org_say(o, "/api/v1/authenticators/%s", id), NULL);
}

static void test_authenticators__secrets_are_taken_and_not_shown(void **state)
{
	struct org *o = *state;

	org_made(o, "/api/v1/authenticators?activate=false",
		"{\"key\":\"duo\",\"name\":\"Duo\",\"provider\":{\"type\":\"DUO\",\"configuration\":{\"host\":\"https://duo.example\",\"integrationKey\":\"hidden\",\"secretKey\":\"hidden\"}}}");
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	assert_string_equal(org_text(o, "provider.configuration.host"), "https://duo.example");
	org_ask(o, 200, "GET", "/api/v1/authenticators", NULL);
	assert_null(strstr(buf_str(&o->res.body), "hidden"));
}

static void test_authenticators__methods_are_switched_one_by_one(void **state)
{
	struct org *o = *state;
	const char *phone = org_say(o, "/api/v1/authenticators/%s/methods",
			   authenticator(o, "phone_number")),
		   *email = org_say(
			   o, "/api/v1/authenticators/%s/methods", authenticator(o, "okta_email"));

	org_ask(o, 200, "GET", phone, NULL);
	assert_int_equal(js_len(o->doc), 2);
	org_ask(o, 200, "GET", org_say(o, "%s/voice", phone), NULL);
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 200, "POST", org_say(o, "%s/voice/lifecycle/activate", phone), NULL);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_non_null(js_path(o->doc, "_links.deactivate"));
	org_ask(o, 200, "POST", org_say(o, "%s/sms/lifecycle/deactivate", phone), NULL);
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 400, "POST", org_say(o, "%s/email/lifecycle/deactivate", email), NULL);
	org_ask(o, 404, "GET", org_say(o, "%s/push", phone), NULL);
	org_ask(o, 200, "PUT",
		org_say(o, "/api/v1/authenticators/%s/methods/push",
			authenticator(o, "okta_verify")),
		"{\"type\":\"push\",\"settings\":{\"keyProtection\":\"HARDWARE\"}}");
	assert_string_equal(org_text(o, "settings.keyProtection"), "HARDWARE");
	assert_int_equal(js_len(js_path(o->doc, "settings.algorithms")), 2);
}

static void test_authenticators__aaguids_belong_to_webauthn(void **state)
{
	static const char body[] =
		"{\"aaguid\":\"cb69481e-8ff7-4039-93ec-0a2729111111\",\"name\":\"Key\",\"authenticatorCharacteristics\":{\"hardwareProtected\":true}}";
	struct org *o = *state;
	const char *path = org_say(
			   o, "/api/v1/authenticators/%s/aaguids", authenticator(o, "webauthn")),
		   *one = org_say(o, "%s/cb69481e-8ff7-4039-93ec-0a2729111111", path);

	org_ask(o, 200, "POST", path, body);
	assert_null(js_get(o->doc, "id"));
	org_ask(o, 400, "POST", path, body);
	org_ask(o, 400, "POST", path, "{\"aaguid\":\"short\"}");
	org_ask(o, 200, "PUT", one, "{\"name\":\"Other\"}");
	org_ask(o, 200, "GET", one, NULL);
	assert_string_equal(org_text(o, "name"), "Other");
	assert_string_equal(org_text(o, "aaguid"), "cb69481e-8ff7-4039-93ec-0a2729111111");
	org_ask(o, 204, "DELETE", one, NULL);
	org_ask(o, 404, "GET", one, NULL);
	org_ask(o, 400, "POST",
		org_say(o, "/api/v1/authenticators/%s/aaguids", authenticator(o, "okta_email")),
		body);
}

/* Bodies of odd types are answered, whatever the answer is. */
static void test_policies__odd_bodies_do_no_harm(void **state)
{
	static const char *const odd[] = {"7", "\"x\"", "[]", "[7]", "{}", "null", "true",
		"{\"people\":7,\"users\":[],\"include\":{}}"};
	static const char *const types[] = {
		"ACCESS_POLICY", "PASSWORD", "MFA_ENROLL", "DEVICE_SIGNAL_COLLECTION"};
	struct org *o = *state;
	struct sandbox_req req = {.method = "POST", .authorization = SLICE("SSWS t")};
	int n = 0;

	for (size_t t = 0; t < LEN(types); t++) {
		const char *p =
			org_say(o, "%s", policy(o, t == 3 ? "POST_AUTH_SESSION" : types[t]));

		for (size_t i = 0; i < LEN(odd); i++) {
			char path[128];

			req.target = SLICE("/api/v1/policies");
			req.body = slice_of(org_say(o,
				"{'type':'%s','name':'n%d','conditions':%s,'settings':{'type':'AUTHENTICATORS','authenticators':%s,'password':%s}}",
				types[t], n++, odd[i], odd[i], odd[i]));
			sandbox_handle(o->s, &req, &o->res);
			assert_true(o->res.status == 200 || o->res.status == 400);
			snprintf(path, sizeof(path), "/api/v1/policies/%.20s/rules", p);
			req.target = slice_of(path);
			req.body = slice_of(org_say(o,
				"{'name':'n%d','conditions':{'people':%s,'platform':{'include':%s}},'actions':{'appSignOn':%s,'postAuthSession':{'failureActions':%s}}}",
				n++, odd[i], odd[i], odd[i], odd[i]));
			sandbox_handle(o->s, &req, &o->res);
			assert_true(o->res.status == 200 || o->res.status == 400);
		}
		org_ask(o, 200, "GET",
			org_say(o, "/api/v1/policies?type=%s&expand=rules", types[t]), NULL);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(policies__every_type_is_there_or_refused),
		T(policies__there_is_one_of_what_okta_alone_makes),
		T(policies__list_embeds_rules_and_pages),
		T(policies__default_may_change_when_it_keeps_its_place),
		T(policies__a_rule_put_without_priority_moves_down),
		T(policies__entity_risk_takes_rules_but_keeps_its_last),
		T(policies__a_copy_has_the_rules_too),
		T(policies__device_signals_are_mapped_to_sign_in_policies),
		T(policies__apps_of_a_policy_are_listed),
		T(policies__enrollment_lists_what_is_on),
		T(authenticators__one_of_a_key_or_one_of_a_name),
		T(authenticators__secrets_are_taken_and_not_shown),
		T(authenticators__methods_are_switched_one_by_one),
		T(authenticators__aaguids_belong_to_webauthn),
		T(policies__odd_bodies_do_no_harm),
	};

	return t_run("sandbox policies", tests);
}
