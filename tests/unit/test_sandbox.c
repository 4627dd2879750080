/*
 * The local tenant, through the one function that both fronts call.
 */
#include "providers/sandbox/transport_mem.h"
#include "tests/lib/org.h"

static void test_sandbox__asks_for_the_token(void **state)
{
	struct org *o = *state;

	org_ask_as(o, NULL, 403, "GET", "/api/v1/users", NULL);
	org_error_is(o, "E0000005");
	org_ask_as(o, "SSWS wrong", 401, "GET", "/api/v1/users", NULL);
	org_error_is(o, "E0000011");
	org_ask_as(o, NULL, 200, "GET", "/.well-known/okta-organization", NULL);
	assert_string_equal(org_text(o, "pipeline"), "idx");
}

static void test_sandbox__knows_what_it_does_not_know(void **state)
{
	struct org *o = *state;

	org_ask(o, 501, "GET", "/api/v1/agentPools", NULL);
	org_ask(o, 404, "GET", "/api/v1/nonsense", NULL);
	org_error_is(o, "E0000008");
	org_ask(o, 405, "DELETE", "/api/v1/groups", NULL);
	org_error_is(o, "E0000022");
	org_ask(o, 400, "POST", "/api/v1/groups", "{\"a\":");
	org_error_is(o, "E0000003");
	org_ask(o, 404, "GET", "/api/v1/groups/00gnone", NULL);
	org_error_is(o, "E0000007");
	assert_string_equal(
		org_text(o, "errorSummary"), "Not found: Resource not found: 00gnone (UserGroup)");
}

static void test_sandbox__pages_with_two_link_headers(void **state)
{
	struct org *o = *state;
	char path[128] = "";
	const char *next;

	for (int i = 0; i < 4; i++)
		org_user(o, org_say(o, "u%d", i), "d");
	assert_int_equal(org_count(o, "/api/v1/users?limit=2"), 2);
	assert_true(org_has_header(
		o, "Link: <http://127.0.0.1:8080/api/v1/users?limit=2>; rel=\"self\"\r\n"));
	next = strstr(buf_str(&o->res.headers), "Link: <http://127.0.0.1:8080/api/v1/users?after=");
	assert_non_null(next);
	assert_int_equal(sscanf(next, "Link: <http://127.0.0.1:8080%127[^>]", path), 1);
	assert_int_equal(org_count(o, path), 2);
	assert_string_equal(js_str(js_path(js_at(o->doc, 0), "profile.firstName")).p, "u1");
	assert_true(org_has_header(o, "rel=\"next\""));
	assert_int_equal(org_count(o, "/api/v1/users"), 5);
	assert_true(org_has_header(o, "/api/v1/users?limit=200>; rel=\"self\""));
	assert_false(org_has_header(o, "rel=\"next\""));
	org_ask(o, 400, "GET", "/api/v1/users?after=nobody", NULL);
}

static void test_sandbox__says_what_a_bucket_has_left(void **state)
{
	struct org *o = *state;

	org_count(o, "/api/v1/groups");
	assert_true(org_has_header(o, "X-Rate-Limit-Limit: 500\r\n"));
	assert_true(org_has_header(o, "X-Rate-Limit-Remaining: 499\r\n"));
	org_count(o, "/api/v1/groups");
	assert_true(org_has_header(o, "X-Rate-Limit-Remaining: 498\r\n"));
	o->clock.now_ms += 60000;
	org_count(o, "/api/v1/groups");
	assert_true(org_has_header(o, "X-Rate-Limit-Remaining: 499\r\n"));
	assert_true(org_has_header(o, "X-Okta-Request-Id: "));
}

static void test_sandbox__user_lifecycle(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/users?activate=false",
		"{\"profile\":{\"firstName\":\"A\",\"lastName\":\"B\",\"login\":\"a@x.example\",\"email\":\"a@x.example\"}}");

	assert_string_equal(org_text(o, "status"), "STAGED");
	org_ask(o, 400, "POST", "/api/v1/users/a@x.example/lifecycle/suspend", NULL);
	org_ask(o, 200, "POST", "/api/v1/users/a@x.example/lifecycle/activate?sendEmail=false",
		NULL);
	assert_true(js_type(js_get(o->doc, "activationToken")) == JS_STR);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/users/%s", id), NULL);
	assert_string_equal(org_text(o, "status"), "PROVISIONED");
	org_ask(o, 200, "POST", "/api/v1/users/a@x.example",
		"{\"credentials\":{\"password\":{\"value\":\"Abcdefg1\"}}}");
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	org_ask(o, 403, "POST", "/api/v1/users/a@x.example/lifecycle/activate", NULL);
	org_error_is(o, "E0000016");
	org_ask(o, 200, "POST", "/api/v1/users/a@x.example/lifecycle/suspend", NULL);
	org_ask(o, 200, "POST", "/api/v1/users/a@x.example/lifecycle/unsuspend", NULL);
	org_ask(o, 204, "DELETE", "/api/v1/users/a@x.example", NULL);
	org_ask(o, 200, "GET", "/api/v1/users/a@x.example", NULL);
	assert_string_equal(org_text(o, "status"), "DEPROVISIONED");
	assert_int_equal(org_count(o, "/api/v1/users"), 1);
	assert_int_equal(org_count(o, "/api/v1/users?filter=status+eq+%22DEPROVISIONED%22"), 1);
	org_ask(o, 204, "DELETE", "/api/v1/users/a@x.example", NULL);
	org_ask(o, 404, "GET", "/api/v1/users/a@x.example", NULL);
}

static void test_sandbox__checks_profiles_against_the_schema(void **state)
{
	static const char ada[] =
		"{\"profile\":{\"firstName\":\"A\",\"lastName\":\"B\",\"login\":\"a@x.example\",\"email\":\"a@x.example\",\"shoe\":\"44\"}}";
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/users", ada);
	assert_string_equal(org_text(o, "errorSummary"), "Api validation failed: newUser");
	org_ask(o, 200, "POST", "/api/v1/meta/schemas/user/default",
		"{\"definitions\":{\"custom\":{\"id\":\"#custom\",\"type\":\"object\",\"properties\":{\"shoe\":{\"title\":\"Shoe\",\"type\":\"string\"}}}}}");
	org_ask(o, 200, "POST", "/api/v1/users", ada);
	assert_string_equal(org_text(o, "profile.shoe"), "44");
	org_ask(o, 400, "POST", "/api/v1/users", ada);
	assert_string_equal(org_text(o, "errorSummary"), "Api validation failed: login");
	org_ask(o, 200, "POST", "/api/v1/users/a@x.example", "{\"profile\":{\"title\":\"Boss\"}}");
	assert_string_equal(org_text(o, "profile.shoe"), "44");
	org_ask(o, 200, "PUT", "/api/v1/users/a@x.example",
		"{\"profile\":{\"firstName\":\"A\",\"lastName\":\"B\",\"login\":\"a@x.example\",\"email\":\"a@x.example\"}}");
	assert_null(js_path(o->doc, "profile.shoe"));
	assert_null(js_path(o->doc, "profile.title"));
}

static void test_sandbox__search_folds_case_and_filter_does_not(void **state)
{
	struct org *o = *state;

	org_user(o, "ada", "Engineering");
	org_user(o, "bob", "Sales");
	assert_int_equal(
		org_count(o, "/api/v1/users?search=profile.department+eq+%22engineering%22"), 1);
	assert_int_equal(org_count(o, "/api/v1/users?filter=profile.firstName+eq+%22Ada%22"), 0);
	assert_int_equal(
		org_count(o,
			"/api/v1/users?search=(profile.department+sw+%22Eng%22+or+profile.department+eq+%22sales%22)+and+status+pr"),
		2);
	org_ask(o, 400, "GET", "/api/v1/users?search=profile.department+is+%22x%22", NULL);
	org_error_is(o, "E0000031");
}

static void test_sandbox__etag_follows_the_profile_alone(void **state)
{
	struct org *o = *state;
	char tag[600];

	org_user(o, "ada", "E");
	org_ask(o, 200, "GET", "/api/v1/users/ada@x.example", NULL);
	assert_int_equal(sscanf(strstr(buf_str(&o->res.headers), "ETag: "), "ETag: %599s", tag), 1);
	assert_memory_equal(tag, "W/\"", 3);
	org_ask(o, 200, "POST", "/api/v1/users/ada@x.example/lifecycle/deactivate", NULL);
	org_ask(o, 200, "GET", "/api/v1/users/ada@x.example", NULL);
	assert_true(org_has_header(o, tag));
}

static void test_sandbox__group_names_are_unique(void **state)
{
	struct org *o = *state;
	const char *id = org_group(o, "Engineering");

	org_ask(o, 400, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"Engineering\"}}");
	org_error_is(o, "E0000001");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", id), NULL);
	org_group(o, "Engineering");
}

static void test_sandbox__everyone_is_everyone(void **state)
{
	struct org *o = *state;
	char id[32], u[32];

	org_count(o, "/api/v1/groups?q=Everyone");
	snprintf(id, sizeof(id), "%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	snprintf(u, sizeof(u), "%s", org_user(o, "ada", "E"));
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", id)), 2);
	org_ask(o, 403, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", id, u), NULL);
	org_ask(o, 403, "DELETE", org_say(o, "/api/v1/groups/%s", id), NULL);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s/lifecycle/deactivate", u), NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", id)), 1);
}

static const char *rule(struct org *o, const char *expression, const char *target)
{
	const char *id = org_made(o, "/api/v1/groups/rules",
		org_say(o,
			"{'type':'group_rule','name':'r','conditions':{'expression':{'value':'%s','type':'urn:okta:expression:1.0'}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
			expression, target));

	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 204, "POST", org_say(o, "/api/v1/groups/rules/%s/lifecycle/activate", id), NULL);
	return id;
}

/* A group and a user of that department. */
static void one_of_each(struct org *o, char g[32], char u[32], const char *department)
{
	snprintf(u, 32, "%s", org_user(o, "ada", department));
	snprintf(g, 32, "%s", org_group(o, "G"));
}

static void test_sandbox__rules_feed_and_starve(void **state)
{
	struct org *o = *state;
	char g[32], u[32];

	one_of_each(o, g, u, "Eng");
	rule(o, "String.startsWith(user.department,\\'Eng\\') AND !(user.login == \\'x\\')", g);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 1);
	org_user(o, "bob", "Engineering");
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 2);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s", u),
		"{\"profile\":{\"department\":\"HR\"}}");
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 1);
}

static void test_sandbox__members_have_origins(void **state)
{
	struct org *o = *state;
	char g[32], u[32];

	one_of_each(o, g, u, "Eng");
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	rule(o, "user.department == \\'Eng\\'", g);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s", u),
		"{\"profile\":{\"department\":\"HR\"}}");
	/* the rule let go, the hand did not */
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 1);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 0);
}

static void test_sandbox__removing_a_fed_member_excludes_him(void **state)
{
	struct org *o = *state;
	char g[32], u[32], r[32];

	one_of_each(o, g, u, "Eng");
	snprintf(r, sizeof(r), "%s", rule(o, "user.department == \\'Eng\\'", g));
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 0);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/groups/rules/%s", r), NULL);
	assert_string_equal(
		js_str(js_at(js_path(o->doc, "conditions.people.users.exclude"), 0)).p, u);
	org_ask(o, 400, "PUT", org_say(o, "/api/v1/groups/rules/%s", r),
		"{\"type\":\"group_rule\"}");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", g), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/groups/rules/%s", r), NULL);
	assert_string_equal(org_text(o, "status"), "INVALID");
}

static void test_sandbox__rules_may_ask_for_what_rules_gave(void **state)
{
	struct org *o = *state;
	char g[32], u[32], h[32];

	one_of_each(o, g, u, "Eng");
	snprintf(h, sizeof(h), "%s", org_group(o, "H"));
	rule(o, org_say(o, "user.isMemberOfGroup(\\'%s\\')", g), h);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", h)), 0);
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", h)), 1);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", h)), 0);
}

static void test_sandbox__secrets_are_shown_on_write_only(void **state)
{
	struct org *o = *state;
	static const char body[] =
		"{\"name\":\"oidc_client\",\"label\":\"App\",\"signOnMode\":\"OPENID_CONNECT\",\"credentials\":{},\"settings\":{\"oauthClient\":{\"application_type\":\"web\",\"grant_types\":[\"authorization_code\"],\"redirect_uris\":[\"https://x.example/\"]}}}";
	const char *id = org_made(o, "/api/v1/apps", body);
	char secret[80];

	snprintf(
		secret, sizeof(secret), "%s", org_text(o, "credentials.oauthClient.client_secret"));
	assert_int_equal(strlen(secret), 64);
	assert_string_equal(org_text(o, "credentials.oauthClient.client_id"), id);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/apps/%s", id), NULL);
	assert_null(js_path(o->doc, "credentials.oauthClient.client_secret"));
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/apps/%s", id), body);
	assert_string_equal(org_text(o, "credentials.oauthClient.client_secret"), secret);
	org_ask(o, 403, "DELETE", org_say(o, "/api/v1/apps/%s", id), NULL);
	org_error_is(o, "E0000056");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/apps/%s/lifecycle/deactivate", id), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/apps/%s", id), NULL);
}

static const char *bookmark(struct org *o)
{
	return org_made(o, "/api/v1/apps",
		"{\"name\":\"bookmark\",\"label\":\"Wiki\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://wiki.example\"}}}");
}

static void test_sandbox__groups_give_apps_to_members(void **state)
{
	struct org *o = *state;
	char a[32], g[32], u[32];

	one_of_each(o, g, u, "E");
	snprintf(a, sizeof(a), "%s", bookmark(o));
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/apps/%s/groups/%s", a, g), "{}");
	assert_int_equal(js_int(js_get(o->doc, "priority")), 0);
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/apps/%s/groups/%s", a, org_group(o, "H")),
		"{\"priority\":4}");
	assert_int_equal(js_int(js_get(o->doc, "priority")), 4);
	assert_int_equal(org_count(o, org_say(o, "/api/v1/apps/%s/users", a)), 1);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "scope")).p, "GROUP");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/apps/%s/users", a),
		org_say(o, "{'id':'%s'}", u));
	assert_string_equal(org_text(o, "scope"), "USER");
	org_ask(o, 409, "POST", org_say(o, "/api/v1/apps/%s/users", a),
		org_say(o, "{'id':'%s'}", u));
	assert_int_equal(
		org_count(o, org_say(o, "/api/v1/apps?filter=user.id+eq+%%22%s%%22", u)), 1);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/apps/%s/users/%s", a, u), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/apps/%s/users/%s", a, u), NULL);
	assert_string_equal(org_text(o, "scope"), "GROUP");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/apps/%s/groups/%s", a, g), NULL);
	org_ask(o, 404, "GET", org_say(o, "/api/v1/apps/%s/users/%s", a, u), NULL);
}

static void test_sandbox__zones_are_normalised(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/zones",
		"{\"type\":\"IP\",\"name\":\"HQ\",\"usage\":\"POLICY\",\"status\":\"INACTIVE\",\"gateways\":[{\"type\":\"RANGE\",\"value\":\"192.168.1.1\"},{\"type\":\"CIDR\",\"value\":\"1.2.3.4/24\"}]}");
	const struct js *gateways = js_get(o->doc, "gateways");

	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_string_equal(
		js_str(js_get(js_at(gateways, 0), "value")).p, "192.168.1.1-192.168.1.1");
	assert_string_equal(js_str(js_get(js_at(gateways, 1), "value")).p, "1.2.3.4/24");
	assert_true(js_type(js_get(o->doc, "proxies")) == JS_NULL);
	org_ask(o, 400, "DELETE", org_say(o, "/api/v1/zones/%s", id), NULL);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/zones/%s/lifecycle/deactivate", id), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/zones/%s", id), NULL);
}

static const char *policy(struct org *o, const char *type, const char *name, const char *more)
{
	return org_made(
		o, "/api/v1/policies", org_say(o, "{'type':'%s','name':'%s'%s}", type, name, more));
}

static int64_t priority(struct org *o, const char *path, const char *id)
{
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, id), NULL);
	return js_int(js_get(o->doc, "priority"));
}

static void test_sandbox__older_policies_are_in_a_dense_order(void **state)
{
	struct org *o = *state;
	char a[32], b[32];

	snprintf(a, sizeof(a), "%s", policy(o, "OKTA_SIGN_ON", "a", ""));
	snprintf(b, sizeof(b), "%s", policy(o, "OKTA_SIGN_ON", "b", ",'priority':1"));
	assert_int_equal(priority(o, "/api/v1/policies", b), 1);
	assert_int_equal(priority(o, "/api/v1/policies", a), 2);
	org_count(o, "/api/v1/policies?type=OKTA_SIGN_ON");
	assert_int_equal(js_int(js_get(js_at(o->doc, 2), "priority")), 3);
	assert_true(js_bool(js_get(js_at(o->doc, 2), "system")));
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/policies/%s", b), NULL);
	assert_int_equal(priority(o, "/api/v1/policies", a), 1);
	org_ask(o, 400, "GET", "/api/v1/policies", NULL);
}

static void test_sandbox__access_rules_keep_gaps_and_push_runs(void **state)
{
	struct org *o = *state;
	char p[64], r[4][32];

	snprintf(p, sizeof(p), "/api/v1/policies/%s/rules", policy(o, "ACCESS_POLICY", "p", ""));
	assert_int_equal(org_count(o, p), 1);
	assert_int_equal(js_int(js_get(js_at(o->doc, 0), "priority")), 99);
	for (int i = 0; i < 4; i++)
		snprintf(r[i], sizeof(r[i]), "%s",
			org_made(o, p,
				org_say(o,
					"{'type':'ACCESS_POLICY','name':'r%d','priority':%d,'actions':{'appSignOn':{'access':'ALLOW'}}}",
					i, i + 1)));
	/* the first, written again at its own place, pushes the run behind it */
	org_ask(o, 200, "PUT", org_say(o, "%s/%s", p, r[0]),
		"{\"type\":\"ACCESS_POLICY\",\"name\":\"r0\",\"priority\":1,\"actions\":{}}");
	for (int i = 0; i < 4; i++)
		assert_int_equal(priority(o, p, r[i]), i ? i + 2 : 1);
	org_ask(o, 200, "PUT", org_say(o, "%s/%s", p, r[1]),
		"{\"type\":\"ACCESS_POLICY\",\"name\":\"r1\",\"priority\":2,\"actions\":{}}");
	assert_int_equal(priority(o, p, r[2]), 4);
	org_ask(o, 409, "POST", p, "{\"type\":\"ACCESS_POLICY\",\"name\":\"r1\",\"actions\":{}}");
}

static void test_sandbox__system_policies_stay_where_they_are(void **state)
{
	struct org *o = *state;
	char path[64];

	org_count(o, "/api/v1/policies?type=PASSWORD");
	snprintf(path, sizeof(path), "/api/v1/policies/%s",
		js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 403, "PUT", path,
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":2}");
	org_error_is(o, "E0000077");
	org_ask(o, 200, "PUT", path,
		"{\"type\":\"PASSWORD\",\"name\":\"Default Policy\",\"priority\":1,\"settings\":{\"password\":{\"complexity\":{\"minLength\":12}}}}");
	assert_int_equal(js_int(js_path(o->doc, "settings.password.complexity.minLength")), 12);
	org_ask(o, 403, "DELETE", path, NULL);
}

static void test_sandbox__apps_fall_back_to_the_default_policy(void **state)
{
	struct org *o = *state;
	char a[32], p[32], before[200];

	snprintf(a, sizeof(a), "%s", bookmark(o));
	snprintf(before, sizeof(before), "%s", org_text(o, "_links.accessPolicy.href"));
	snprintf(p, sizeof(p), "%s", policy(o, "ACCESS_POLICY", "p", ""));
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/apps/%s/policies/%s", a, p), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/apps/%s", a), NULL);
	assert_non_null(strstr(org_text(o, "_links.accessPolicy.href"), p));
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/policies/%s", p), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/apps/%s", a), NULL);
	assert_string_equal(org_text(o, "_links.accessPolicy.href"), before);
}

static void test_sandbox__a_used_zone_cannot_go(void **state)
{
	struct org *o = *state;
	char z[32], p[64];

	snprintf(z, sizeof(z), "%s",
		org_made(o, "/api/v1/zones",
			"{\"type\":\"IP\",\"name\":\"HQ\",\"gateways\":[{\"type\":\"CIDR\",\"value\":\"1.2.3.4/24\"}]}"));
	snprintf(p, sizeof(p), "/api/v1/policies/%s/rules", policy(o, "OKTA_SIGN_ON", "p", ""));
	org_made(o, p,
		org_say(o,
			"{'type':'SIGN_ON','name':'r','conditions':{'network':{'connection':'ZONE','include':['%s']}}}",
			z));
	org_ask(o, 200, "POST", org_say(o, "/api/v1/zones/%s/lifecycle/deactivate", z), NULL);
	org_ask(o, 400, "DELETE", org_say(o, "/api/v1/zones/%s", z), NULL);
}

static void test_sandbox__seeds_name_what_they_make(void **state)
{
	struct org *o = *state;
	struct err e = ERR_INIT;
	static const char good[] =
		"{\"method\":\"POST\",\"path\":\"/api/v1/groups\",\"body\":{\"profile\":{\"name\":\"Eng\"}},\"as\":\"eng\"}\n"
		"\n"
		"{\"method\":\"POST\",\"path\":\"/api/v1/users\",\"body\":{\"profile\":{\"firstName\":\"A\",\"lastName\":\"B\",\"login\":\"a@x.example\",\"email\":\"a@x.example\"}},\"as\":\"a\"}\n"
		"{\"method\":\"PUT\",\"path\":\"/api/v1/groups/{eng}/users/{a}\"}\n";

	assert_int_equal(sandbox_seed(o->s, SLICE(good), "seed", &e), 0);
	assert_int_equal(org_count(o, "/api/v1/users/a@x.example/groups"), 2);
	assert_int_equal(sandbox_seed(o->s, SLICE(good), "seed", &e), -1);
	assert_non_null(strstr(e.msg, "seed:1"));
}

static void test_sandbox__is_a_transport(void **state)
{
	struct org *o = *state;
	AUTO_PTR(transport_mem) t = transport_mem_new(o->s, &o->clock, "SSWS t");
	struct transport tr = transport_mem_of(t);
	struct http_req req = {
		.tag = 5, .method = "GET", .url = "http://127.0.0.1:8080/api/v1/users?limit=1"};
	struct http_res res[4];
	struct err e = ERR_INIT;
	int64_t then = o->clock.now_ms + 5000;

	assert_int_equal(tr.ops->submit(tr.self, &req, &e), 0);
	assert_int_equal(tr.ops->wait(tr.self, then, res, 4, &e), 1);
	assert_int_equal(res[0].tag, 5);
	assert_int_equal(res[0].status, 200);
	assert_non_null(http_link(&res[0], "self").p);
	assert_int_equal(tr.ops->wait(tr.self, then, res, 4, &e), 0);
	assert_int_equal(o->clock.now_ms, then);
}

#define T(name) cmocka_unit_test_setup_teardown(test_sandbox__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(asks_for_the_token),
		T(knows_what_it_does_not_know),
		T(pages_with_two_link_headers),
		T(says_what_a_bucket_has_left),
		T(user_lifecycle),
		T(checks_profiles_against_the_schema),
		T(search_folds_case_and_filter_does_not),
		T(etag_follows_the_profile_alone),
		T(group_names_are_unique),
		T(everyone_is_everyone),
		T(rules_feed_and_starve),
		T(members_have_origins),
		T(removing_a_fed_member_excludes_him),
		T(rules_may_ask_for_what_rules_gave),
		T(secrets_are_shown_on_write_only),
		T(groups_give_apps_to_members),
		T(zones_are_normalised),
		T(older_policies_are_in_a_dense_order),
		T(access_rules_keep_gaps_and_push_runs),
		T(system_policies_stay_where_they_are),
		T(apps_fall_back_to_the_default_policy),
		T(a_used_zone_cannot_go),
		T(seeds_name_what_they_make),
		T(is_a_transport),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
