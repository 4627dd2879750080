/*
 * Policies, their rules and authenticators of the local tenant.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/js.h"
#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"

enum { TEXTS = 64 };

struct org {
	struct clock_fake clock;
	struct sandbox *s;
	struct sandbox_res res;
	struct js *doc; /* of the last answer */
	struct buf texts[TEXTS];
	int next;
};

static int set_up(void **state)
{
	struct org *o = xcalloc(1, sizeof(*o));
	struct sandbox_options opt = {.seed = 7, .base_url = "http://127.0.0.1:8080"};
	struct err e = ERR_INIT;

	o->clock.now_ms = 1767225600000; /* 2026-01-01 */
	opt.clock = clock_of_fake(&o->clock);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	for (int i = 0; i < TEXTS; i++)
		o->texts[i] = (struct buf)BUF_TEXT;
	*state = o;
	return 0;
}

static int tear_down(void **state)
{
	struct org *o = *state;

	sandbox_free(o->s);
	sandbox_res_release(&o->res);
	js_free(o->doc);
	for (int i = 0; i < TEXTS; i++)
		buf_release(&o->texts[i]);
	free(o);
	return 0;
}

/* A text made on the spot, ' standing for "; the last ones stay. */
static const char *say(struct org *o, const char *fmt, ...) PRINTF(2, 3);
static const char *say(struct org *o, const char *fmt, ...)
{
	struct buf *b = &o->texts[o->next++ % TEXTS];
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_clear(b);
	for (const char *p = text; *p; p++)
		buf_addc(b, *p == '\'' ? '"' : *p);
	return buf_str(b);
}

static void ask(
	struct org *o, unsigned status, const char *method, const char *path, const char *body)
{
	struct sandbox_req req = {
		.method = method, .target = slice_of(path), .body = slice_of(body)};
	struct err e = ERR_INIT;

	sandbox_handle(o->s, &req, &o->res);
	js_free(o->doc);
	o->doc = NULL;
	if (o->res.status != status)
		print_error("%s %s: %u %s\n", method, path, (unsigned)o->res.status,
			buf_str(&o->res.body));
	assert_int_equal(o->res.status, status);
	if (o->res.body.n)
		assert_int_equal(js_parse(buf_slice(&o->res.body), "an answer", &o->doc, &e), 0);
}

static const char *text_at(struct org *o, const char *path)
{
	return js_str(js_path(o->doc, path)).p;
}

static const char *made(struct org *o, const char *path, const char *body)
{
	ask(o, 200, "POST", path, body);
	return say(o, "%s", text_at(o, "id"));
}

static const struct js *find(const struct js *list, const char *key, const char *value)
{
	for (size_t i = 0; i < js_len(list); i++) {
		if (slice_is(js_str(js_path(js_at(list, i), key)), value))
			return js_at(list, i);
	}
	return NULL;
}

/* The id of what a list has under a key. */
static const char *id_of(struct org *o, const char *path, const char *key, const char *value)
{
	const struct js *it;

	ask(o, 200, "GET", path, NULL);
	it = find(o->doc, key, value);
	assert_non_null(it);
	return say(o, "%s", js_str(js_get(it, "id")).p);
}

static const char *policy(struct org *o, const char *type)
{
	return id_of(o, say(o, "/api/v1/policies?type=%s", type), "type", type);
}

static int64_t priority(struct org *o, const char *path)
{
	ask(o, 200, "GET", path, NULL);
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

	ask(o, 200, "GET", say(o, "/api/v1/policies/%s", policy_id), NULL);
	it = find(js_path(o->doc, "settings.authenticators"), "key", key);
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
		ask(o, 200, "GET", say(o, "/api/v1/policies?type=%s", types[i]), NULL);
		assert_non_null(find(o->doc, "type", types[i]));
	}
	ask(o, 200, "GET", "/api/v1/policies?type=DEVICE_SIGNAL_COLLECTION", NULL);
	ask(o, 501, "GET", "/api/v1/policies?type=CONTINUOUS_ACCESS", NULL);
	ask(o, 400, "GET", "/api/v1/policies?type=NONSENSE", NULL);
	ask(o, 400, "GET", "/api/v1/policies", NULL);
	ask(o, 501, "POST", "/api/v1/policies/simulate", "[]");
}

static void test_policies__there_is_one_of_what_okta_alone_makes(void **state)
{
	static const char *const types[] = {"IDP_DISCOVERY", "POST_AUTH_SESSION",
		"SESSION_VIOLATION_DETECTION", "ENTITY_RISK", "CLIENT_UPDATE",
		"IDENTITY_CLAIM_SOURCING"};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(types); i++) {
		const char *id;

		ask(o, 400, "POST", "/api/v1/policies",
			say(o, "{'type':'%s','name':'another'}", types[i]));
		id = policy(o, types[i]);
		ask(o, 403, "DELETE", say(o, "/api/v1/policies/%s", id), NULL);
		ask(o, 403, "POST", say(o, "/api/v1/policies/%s/lifecycle/deactivate", id), NULL);
	}
}

static void test_policies__list_embeds_rules_and_pages(void **state)
{
	struct org *o = *state;
	const struct js *one;

	ask(o, 200, "GET", "/api/v1/policies?type=ACCESS_POLICY&q=any%20two&expand=rules", NULL);
	assert_int_equal(js_len(o->doc), 1);
	one = js_at(o->doc, 0);
	assert_string_equal(js_str(js_path(one, "_embedded.resourceType")).p, "APP");
	assert_string_equal(js_str(js_get(js_at(js_path(one, "_embedded.rules"), 0), "name")).p,
		"Catch-all Rule");
	ask(o, 200, "GET", say(o, "/api/v1/policies/%s", js_str(js_get(one, "id")).p), NULL);
	assert_null(js_get(o->doc, "_embedded"));
	ask(o, 400, "POST", say(o, "/api/v1/policies/%s/rules", js_str(js_get(o->doc, "id")).p),
		"{\"name\":\"x\",\"actions\":{\"appSignOn\":{\"access\":\"MAYBE\"}}}");
	ask(o, 200, "GET", "/api/v1/policies?type=ACCESS_POLICY&limit=2&sortBy=name", NULL);
	assert_int_equal(js_len(o->doc), 2);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "name")).p, "Any two factors");
	assert_non_null(strstr(buf_str(&o->res.headers), "rel=\"next\""));
}

static void test_policies__default_may_change_when_it_keeps_its_place(void **state)
{
	struct org *o = *state;
	const char *id = id_of(o, "/api/v1/policies?type=PASSWORD", "name", "Default Policy");

	made(o, "/api/v1/policies", "{\"type\":\"PASSWORD\",\"name\":\"Mine\",\"priority\":1}");
	assert_int_equal(priority(o, say(o, "/api/v1/policies/%s", id)), 2);
	ask(o, 403, "PUT", say(o, "/api/v1/policies/%s", id),
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":1}");
	assert_string_equal(text_at(o, "errorCode"), "E0000077");
	ask(o, 200, "PUT", say(o, "/api/v1/policies/%s", id),
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":2}");
	/* the one for directories stays behind it */
	assert_int_equal(js_int(js_get(o->doc, "priority")), 2);
	id = id_of(o, "/api/v1/policies?type=PASSWORD", "name", "Active Directory Policy");
	assert_int_equal(priority(o, say(o, "/api/v1/policies/%s", id)), 3);
}

static void test_policies__a_rule_put_without_priority_moves_down(void **state)
{
	struct org *o = *state;
	const char *p = policy(o, "POST_AUTH_SESSION"),
		   *rules = say(o, "/api/v1/policies/%s/rules", p), *rule;
	int64_t was;

	ask(o, 200, "GET", rules, NULL);
	assert_int_equal(js_len(o->doc), 2);
	was = js_int(js_get(js_at(o->doc, 0), "priority"));
	rule = say(o, "%s/%s", rules, js_str(js_get(js_at(o->doc, 0), "id")).p);
	ask(o, 200, "PUT", rule,
		"{\"type\":\"POST_AUTH_SESSION\",\"name\":\"R\",\"conditions\":{\"people\":{\"groups\":{\"include\":[],\"exclude\":[]},\"users\":{\"include\":[],\"exclude\":[]}}},\"actions\":{\"postAuthSession\":{\"failureActions\":[{\"action\":\"TERMINATE_SESSION\"}]}}}");
	assert_int_equal(js_int(js_get(o->doc, "priority")), was + 1);
	assert_int_equal(
		js_type(js_get(js_at(js_path(o->doc, "actions.postAuthSession.failureActions"), 0),
			"slo")),
		JS_NULL);
	assert_null(js_path(o->doc, "conditions.people.groups"));
	assert_null(js_path(o->doc, "conditions.people.users.include"));
	assert_int_equal(js_type(js_path(o->doc, "conditions.people.users.exclude")), JS_LIST);
	ask(o, 400, "POST", rules, "{\"type\":\"POST_AUTH_SESSION\",\"name\":\"another\"}");
}

static void test_policies__entity_risk_takes_rules_but_keeps_its_last(void **state)
{
	struct org *o = *state;
	const char *p = policy(o, "ENTITY_RISK"), *rules = say(o, "/api/v1/policies/%s/rules", p),
		   *last = id_of(o, rules, "name", "Catch-all Rule"), *mine;

	mine = made(o, rules,
		"{\"type\":\"ENTITY_RISK\",\"name\":\"High\",\"conditions\":{\"entityRisk\":{\"level\":\"HIGH\"}},\"actions\":{\"entityRisk\":{\"actions\":[{\"action\":\"TERMINATE_ALL_SESSIONS\"}]}}}");
	assert_string_equal(text_at(o, "conditions.entityRisk.level"), "HIGH");
	ask(o, 403, "PUT", say(o, "%s/%s", rules, last),
		"{\"type\":\"ENTITY_RISK\",\"name\":\"Catch-all Rule\",\"priority\":99}");
	ask(o, 204, "DELETE", say(o, "%s/%s", rules, mine), NULL);
	ask(o, 403, "DELETE", say(o, "%s/%s", rules, last), NULL);
}

static void test_policies__a_copy_has_the_rules_too(void **state)
{
	struct org *o = *state;
	const char *p = made(
			   o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"Mine\"}"),
		   *copy;

	made(o, say(o, "/api/v1/policies/%s/rules", p),
		"{\"type\":\"ACCESS_POLICY\",\"name\":\"R\",\"priority\":3}");
	copy = made(o, say(o, "/api/v1/policies/%s/clone", p), NULL);
	assert_string_equal(text_at(o, "name"), "[cloned] Mine");
	assert_string_not_equal(copy, p);
	ask(o, 200, "GET", say(o, "/api/v1/policies/%s/rules", copy), NULL);
	assert_int_equal(js_len(o->doc), 2);
	assert_int_equal(js_int(js_get(js_at(o->doc, 0), "priority")), 3);
	assert_true(js_bool(js_get(js_at(o->doc, 1), "system")));
	ask(o, 200, "POST", say(o, "/api/v1/policies/%s/clone", p), NULL);
	assert_string_equal(text_at(o, "name"), "[cloned] [cloned] Mine");
	ask(o, 403, "POST", say(o, "/api/v1/policies/%s/clone", policy(o, "IDP_DISCOVERY")), NULL);
}

static void test_policies__device_signals_are_mapped_to_sign_in_policies(void **state)
{
	struct org *o = *state;
	const char *signals = made(o, "/api/v1/policies",
			   "{\"type\":\"DEVICE_SIGNAL_COLLECTION\",\"name\":\"S\"}"),
		   *access = made(
			   o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"A\"}"),
		   *path = say(o, "/api/v1/policies/%s/mappings", signals), *map;

	ask(o, 400, "POST", path,
		say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", signals));
	map = made(o, path, say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", access));
	ask(o, 200, "GET", say(o, "%s/%s", path, map), NULL);
	ask(o, 400, "POST", say(o, "/api/v1/policies/%s/mappings", access),
		say(o, "{'resourceType':'ACCESS_POLICY','resourceId':'%s'}", access));
	/* a policy that is gone is mapped nowhere */
	ask(o, 204, "DELETE", say(o, "/api/v1/policies/%s", access), NULL);
	ask(o, 200, "GET", path, NULL);
	assert_int_equal(js_len(o->doc), 0);
	ask(o, 404, "DELETE", say(o, "%s/%s", path, map), NULL);
}

static void test_policies__apps_of_a_policy_are_listed(void **state)
{
	struct org *o = *state;
	const char *
		p = made(o, "/api/v1/policies", "{\"type\":\"ACCESS_POLICY\",\"name\":\"A\"}"),
	       *app = made(o, "/api/v1/apps",
		       "{\"name\":\"bookmark\",\"label\":\"B\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://x.example\"}}}");

	ask(o, 204, "PUT", say(o, "/api/v1/apps/%s/policies/%s", app, p), NULL);
	ask(o, 200, "GET", say(o, "/api/v1/policies/%s/app", p), NULL);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "id")).p, app);
	ask(o, 200, "GET", say(o, "/api/v1/policies/%s/mappings", p), NULL);
	assert_int_equal(js_len(o->doc), 1);
	assert_non_null(js_path(js_at(o->doc, 0), "_links.application.href"));
}

static void test_policies__enrollment_lists_what_is_on(void **state)
{
	struct org *o = *state;
	const char *
		mine = made(o, "/api/v1/policies",
		       "{\"type\":\"MFA_ENROLL\",\"name\":\"Mine\",\"settings\":{\"authenticators\":[{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}}]}}"),
	       *standard, *otp = authenticator(o, "google_otp");

	standard = id_of(o, "/api/v1/policies?type=MFA_ENROLL", "name", "Default Policy");
	assert_string_equal(enrolled(o, mine, "okta_email"), "NOT_ALLOWED");
	assert_null(enrolled(o, mine, "google_otp"));
	ask(o, 200, "POST", say(o, "/api/v1/authenticators/%s/lifecycle/activate", otp), NULL);
	assert_string_equal(enrolled(o, mine, "google_otp"), "NOT_ALLOWED");
	assert_string_equal(enrolled(o, standard, "google_otp"), "OPTIONAL");
	ask(o, 403, "POST", say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp), NULL);
	assert_string_equal(text_at(o, "errorCode"), "E0000148");
	assert_string_equal(
		js_str(js_get(js_at(js_get(o->doc, "errorCauses"), 0), "errorSummary")).p,
		"Authenticator Enrollment Policies: Default Policy");
	/* once the default policy was written without it, it can go, and is not listed then */
	ask(o, 200, "PUT", say(o, "/api/v1/policies/%s", standard),
		"{\"type\":\"MFA_ENROLL\",\"name\":\"Default Policy\",\"priority\":2,\"settings\":{\"authenticators\":[{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}}]}}");
	assert_string_equal(enrolled(o, standard, "google_otp"), "NOT_ALLOWED");
	ask(o, 200, "POST", say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp), NULL);
	assert_null(enrolled(o, standard, "google_otp"));
	ask(o, 400, "POST", say(o, "/api/v1/authenticators/%s/lifecycle/deactivate", otp), NULL);
}

static void test_authenticators__one_of_a_key_or_one_of_a_name(void **state)
{
	static const char app[] =
		"{\"key\":\"custom_app\",\"name\":\"Push\",\"agreeToTerms\":true,\"provider\":{\"type\":\"PUSH\",\"configuration\":{\"fcm\":{\"id\":\"ppc1\"}}},\"settings\":{\"appInstanceId\":\"0oa1\"}}";
	struct org *o = *state;
	const char *id = made(o, "/api/v1/authenticators?activate=true", app);

	assert_string_equal(text_at(o, "status"), "ACTIVE");
	assert_string_equal(text_at(o, "type"), "app");
	assert_string_equal(text_at(o, "settings.oauthClientId"), "0oa1");
	assert_string_equal(text_at(o, "settings.userVerification"), "PREFERRED");
	ask(o, 400, "POST", "/api/v1/authenticators", app);
	assert_string_equal(text_at(o, "errorCode"), "E0000232");
	ask(o, 409, "POST", "/api/v1/authenticators",
		"{\"key\":\"google_otp\",\"name\":\"Another\"}");
	assert_string_equal(text_at(o, "errorCode"), "E0000157");
	ask(o, 400, "POST", "/api/v1/authenticators", "{\"key\":\"nonsense\",\"name\":\"N\"}");
	ask(o, 400, "POST", "/api/v1/authenticators", "{\"key\":\"external_idp\",\"name\":\"N\"}");
	ask(o, 200, "PUT", say(o, "/api/v1/authenticators/%s", id),
		"{\"key\":\"custom_app\",\"name\":\"Renamed\",\"provider\":{\"type\":\"PUSH\"},\"settings\":{\"appInstanceId\":\"0oa2\",\"userVerification\":\"REQUIRED\"}}");
	assert_string_equal(text_at(o, "settings.oauthClientId"), "0oa2");
	ask(o, 405, "DELETE", say(o, "/api/v1/authenticators/%s", id), NULL);
}

static void test_authenticators__secrets_are_taken_and_not_shown(void **state)
{
	struct org *o = *state;

	made(o, "/api/v1/authenticators?activate=false",
		"{\"key\":\"duo\",\"name\":\"Duo\",\"provider\":{\"type\":\"DUO\",\"configuration\":{\"host\":\"https://duo.example\",\"integrationKey\":\"hidden\",\"secretKey\":\"hidden\"}}}");
	assert_string_equal(text_at(o, "status"), "INACTIVE");
	assert_string_equal(text_at(o, "provider.configuration.host"), "https://duo.example");
	ask(o, 200, "GET", "/api/v1/authenticators", NULL);
	assert_null(strstr(buf_str(&o->res.body), "hidden"));
}

static void test_authenticators__methods_are_switched_one_by_one(void **state)
{
	struct org *o = *state;
	const char *phone = say(o, "/api/v1/authenticators/%s/methods",
			   authenticator(o, "phone_number")),
		   *email = say(
			   o, "/api/v1/authenticators/%s/methods", authenticator(o, "okta_email"));

	ask(o, 200, "GET", phone, NULL);
	assert_int_equal(js_len(o->doc), 2);
	ask(o, 200, "GET", say(o, "%s/voice", phone), NULL);
	assert_string_equal(text_at(o, "status"), "INACTIVE");
	ask(o, 200, "POST", say(o, "%s/voice/lifecycle/activate", phone), NULL);
	assert_string_equal(text_at(o, "status"), "ACTIVE");
	assert_non_null(js_path(o->doc, "_links.deactivate"));
	ask(o, 200, "POST", say(o, "%s/sms/lifecycle/deactivate", phone), NULL);
	assert_string_equal(text_at(o, "status"), "INACTIVE");
	ask(o, 400, "POST", say(o, "%s/email/lifecycle/deactivate", email), NULL);
	ask(o, 404, "GET", say(o, "%s/push", phone), NULL);
	ask(o, 200, "PUT",
		say(o, "/api/v1/authenticators/%s/methods/push", authenticator(o, "okta_verify")),
		"{\"type\":\"push\",\"settings\":{\"keyProtection\":\"HARDWARE\"}}");
	assert_string_equal(text_at(o, "settings.keyProtection"), "HARDWARE");
	assert_int_equal(js_len(js_path(o->doc, "settings.algorithms")), 2);
}

static void test_authenticators__aaguids_belong_to_webauthn(void **state)
{
	static const char body[] =
		"{\"aaguid\":\"cb69481e-8ff7-4039-93ec-0a2729111111\",\"name\":\"Key\",\"authenticatorCharacteristics\":{\"hardwareProtected\":true}}";
	struct org *o = *state;
	const char *path = say(
			   o, "/api/v1/authenticators/%s/aaguids", authenticator(o, "webauthn")),
		   *one = say(o, "%s/cb69481e-8ff7-4039-93ec-0a2729111111", path);

	ask(o, 200, "POST", path, body);
	assert_null(js_get(o->doc, "id"));
	ask(o, 400, "POST", path, body);
	ask(o, 400, "POST", path, "{\"aaguid\":\"short\"}");
	ask(o, 200, "PUT", one, "{\"name\":\"Other\"}");
	ask(o, 200, "GET", one, NULL);
	assert_string_equal(text_at(o, "name"), "Other");
	assert_string_equal(text_at(o, "aaguid"), "cb69481e-8ff7-4039-93ec-0a2729111111");
	ask(o, 204, "DELETE", one, NULL);
	ask(o, 404, "GET", one, NULL);
	ask(o, 400, "POST",
		say(o, "/api/v1/authenticators/%s/aaguids", authenticator(o, "okta_email")), body);
}

/* Bodies of odd types are answered, whatever the answer is. */
static void test_policies__odd_bodies_do_no_harm(void **state)
{
	static const char *const odd[] = {"7", "\"x\"", "[]", "[7]", "{}", "null", "true",
		"{\"people\":7,\"users\":[],\"include\":{}}"};
	static const char *const types[] = {
		"ACCESS_POLICY", "PASSWORD", "MFA_ENROLL", "DEVICE_SIGNAL_COLLECTION"};
	struct org *o = *state;
	struct sandbox_req req = {.method = "POST"};
	int n = 0;

	for (size_t t = 0; t < LEN(types); t++) {
		const char *p = say(o, "%s", policy(o, t == 3 ? "POST_AUTH_SESSION" : types[t]));

		for (size_t i = 0; i < LEN(odd); i++) {
			char path[128];

			req.target = SLICE("/api/v1/policies");
			req.body = slice_of(say(o,
				"{'type':'%s','name':'n%d','conditions':%s,'settings':{'type':'AUTHENTICATORS','authenticators':%s,'password':%s}}",
				types[t], n++, odd[i], odd[i], odd[i]));
			sandbox_handle(o->s, &req, &o->res);
			assert_true(o->res.status == 200 || o->res.status == 400);
			snprintf(path, sizeof(path), "/api/v1/policies/%.20s/rules", p);
			req.target = slice_of(path);
			req.body = slice_of(say(o,
				"{'name':'n%d','conditions':{'people':%s,'platform':{'include':%s}},'actions':{'appSignOn':%s,'postAuthSession':{'failureActions':%s}}}",
				n++, odd[i], odd[i], odd[i], odd[i]));
			sandbox_handle(o->s, &req, &o->res);
			assert_true(o->res.status == 200 || o->res.status == 400);
		}
		ask(o, 200, "GET", say(o, "/api/v1/policies?type=%s&expand=rules", types[t]), NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_policies__every_type_is_there_or_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__there_is_one_of_what_okta_alone_makes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__list_embeds_rules_and_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__default_may_change_when_it_keeps_its_place, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__a_rule_put_without_priority_moves_down, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__entity_risk_takes_rules_but_keeps_its_last, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__a_copy_has_the_rules_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__device_signals_are_mapped_to_sign_in_policies, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__apps_of_a_policy_are_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__enrollment_lists_what_is_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_authenticators__one_of_a_key_or_one_of_a_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_authenticators__secrets_are_taken_and_not_shown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_authenticators__methods_are_switched_one_by_one, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_authenticators__aaguids_belong_to_webauthn, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			test_policies__odd_bodies_do_no_harm, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
