/*
 * Administration in the local tenant: roles and their targets, custom roles, what hangs on users and groups.
 */
#include "tests/lib/org.h"

static const char app_admin[] = "IFIFAX2BIRGUSTQ", help_desk[] = "JBCUYUC7IRCVGS27IFCE2SKO";

static const char *roles_of(struct org *o, const char *u)
{
	return org_say(o, "/api/v1/users/%s/roles", u);
}

static const char *grant(struct org *o, const char *path, const char *type)
{
	org_ask(o, 201, "POST", path, org_say(o, "{'type':'%s'}", type));
	return org_say(o, "%s", org_text(o, "id"));
}

static void seed(struct org *o, const char *line)
{
	struct err e = ERR_INIT;

	t_ok(sandbox_seed(o->s, slice_of(line), "a seed", &e), &e);
}

static void test_roles__ids_of_types_with_targets_are_their_names(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *path = roles_of(o, u);

	assert_string_equal(grant(o, path, "APP_ADMIN"), app_admin);
	assert_string_equal(org_text(o, "assignmentType"), "USER");
	assert_string_equal(grant(o, path, "HELP_DESK_ADMIN"), help_desk);
	assert_int_equal(strncmp(grant(o, path, "READ_ONLY_ADMIN"), "ra1", 3), 0);
	assert_int_equal(org_count(o, path), 3);
	org_ask(o, 409, "POST", path, org_say(o, "{'type':'APP_ADMIN'}"));
	org_error_is(o, "E0000090");
	org_ask(o, 400, "POST", path, org_say(o, "{'type':'KING'}"));
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, app_admin), NULL);
	org_ask(o, 404, "DELETE", org_say(o, "%s/%s", path, app_admin), NULL);
	assert_int_equal(org_count(o, path), 2);
}

static void test_roles__groups_hand_them_to_members(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *g = org_group(o, "Desk");
	const char *path = roles_of(o, u);

	grant(o, org_say(o, "/api/v1/groups/%s/roles", g), "HELP_DESK_ADMIN");
	assert_int_equal(org_count(o, path), 0);
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	assert_int_equal(org_count(o, path), 1);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "assignmentType")).p, "GROUP");
	/* what a group gave is taken from the group */
	org_ask(o, 404, "DELETE", org_say(o, "%s/%s", path, help_desk), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", g), NULL);
	assert_int_equal(org_count(o, path), 0);
}

static void test_roles__some_groups_cannot_have_them(void **state)
{
	struct org *o = *state;
	const char *g = org_group(o, "Fed"), *all;
	const char *rule;

	rule = org_say(o,
		"{'type':'group_rule','name':'r','conditions':{'expression':{'value':'user.department == \\'x\\'','type':'urn:okta:expression:1.0'}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
		g);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/groups?filter=type+eq+\"BUILT_IN\""), NULL);
	all = org_say(o, "%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 400, "POST", org_say(o, "/api/v1/groups/%s/roles", all),
		org_say(o, "{'type':'APP_ADMIN'}"));
	org_error_is(o, "E0000211");
	org_ask(o, 200, "POST", "/api/v1/groups/rules", rule);
	org_ask(o, 400, "POST", org_say(o, "/api/v1/groups/%s/roles", g),
		org_say(o, "{'type':'APP_ADMIN'}"));
	org_error_is(o, "E0000192");
}

static void test_roles__the_last_target_stays(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *g = org_group(o, "G"), *h = org_group(o, "H");
	const char *path = org_say(o, "%s/%s/targets", roles_of(o, u), help_desk);

	grant(o, roles_of(o, u), "HELP_DESK_ADMIN");
	assert_int_equal(org_count(o, org_say(o, "%s/groups", path)), 0);
	org_ask(o, 204, "PUT", org_say(o, "%s/groups/%s", path, g), NULL);
	org_ask(o, 400, "DELETE", org_say(o, "%s/groups/%s", path, g), NULL);
	org_ask(o, 204, "PUT", org_say(o, "%s/groups/%s", path, h), NULL);
	assert_int_equal(org_count(o, org_say(o, "%s/groups", path)), 2);
	/* one a page, the newest first */
	assert_int_equal(org_count(o, org_say(o, "%s/groups?limit=1", path)), 1);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "id")).p, h);
	assert_true(org_has_header(o, "rel=\"next\""));
	assert_int_equal(org_count(o, org_say(o, "%s/groups?limit=1&after=%s", path, h)), 1);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "id")).p, g);
	org_ask(o, 204, "DELETE", org_say(o, "%s/groups/%s", path, g), NULL);
	org_ask(o, 400, "PUT", org_say(o, "%s/catalog/apps/bookmark", path), NULL);
}

static void test_roles__apps_are_targets_by_name_or_one_by_one(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *a;
	const char *path = org_say(o, "%s/%s/targets/catalog/apps", roles_of(o, u), app_admin);

	grant(o, roles_of(o, u), "APP_ADMIN");
	a = org_made(o, "/api/v1/apps",
		org_say(o,
			"{'name':'bookmark','label':'Wiki','signOnMode':'BOOKMARK','settings':{'app':{'url':'https://w.example'}}}"));
	org_ask(o, 204, "PUT", org_say(o, "%s/bookmark/%s", path, a), NULL);
	org_ask(o, 404, "PUT", org_say(o, "%s/template_swa/%s", path, a), NULL);
	org_ask(o, 204, "PUT", org_say(o, "%s/oidc_client", path), NULL);
	assert_int_equal(org_count(o, path), 2);
	assert_string_equal(js_str(js_get(js_at(o->doc, 0), "name")).p, "oidc_client");
	assert_string_equal(js_str(js_get(js_at(o->doc, 1), "name")).p, "Wiki");
	org_ask(o, 204, "DELETE", org_say(o, "%s/oidc_client", path), NULL);
	org_ask(o, 404, "DELETE", org_say(o, "%s/oidc_client", path), NULL);
	/* expanded, the assignment shows them */
	org_ask(o, 200, "GET",
		org_say(o, "%s/%s?expand=targets/catalog/apps", roles_of(o, u), app_admin), NULL);
	assert_int_equal(js_len(js_path(o->doc, "_embedded.targets.catalog.apps")), 1);
}

static void custom(struct org *o, const char **role, const char **set)
{
	*role = org_made(o, "/api/v1/iam/roles",
		org_say(o,
			"{'label':'Readers','description':'d','permissions':['okta.users.read']}"));
	*set = org_made(o, "/api/v1/iam/resource-sets",
		org_say(o,
			"{'label':'All','description':'d','resources':['http://x/api/v1/users','orn:okta:directory:00o:groups']}"));
}

static void test_roles__custom_ones_hold_within_a_resource_set(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *role, *set, *id;

	custom(o, &role, &set);
	org_ask(o, 404, "POST", roles_of(o, u), org_say(o, "{'type':'CUSTOM','role':'%s'}", role));
	org_ask(o, 201, "POST", roles_of(o, u),
		org_say(o, "{'type':'CUSTOM','role':'Readers','resource-set':'%s'}", set));
	assert_string_equal(org_text(o, "label"), "Readers");
	assert_string_equal(org_text(o, "role"), role);
	assert_string_equal(org_text(o, "resource-set"), set);
	id = org_say(o, "%s", org_text(o, "id"));
	/* it is a member of the binding, by either way */
	org_ask(o, 200, "GET",
		org_say(o, "/api/v1/iam/resource-sets/%s/bindings/%s/members", set, role), NULL);
	assert_string_equal(js_str(js_get(js_at(js_get(o->doc, "members"), 0), "id")).p, id);
	org_ask(o, 204, "DELETE",
		org_say(o, "/api/v1/iam/resource-sets/All/bindings/Readers/members/%s", id), NULL);
	assert_int_equal(org_count(o, roles_of(o, u)), 0);
	org_ask(o, 200, "PATCH",
		org_say(o, "/api/v1/iam/resource-sets/%s/bindings/%s/members", set, role),
		org_say(o, "{'additions':['http://x/api/v1/users/%s']}", u));
	assert_int_equal(org_count(o, roles_of(o, u)), 1);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/iam/roles/%s", role), NULL);
	assert_int_equal(org_count(o, roles_of(o, u)), 0);
}

static void test_roles__permissions_come_and_go(void **state)
{
	struct org *o = *state;
	const char *role, *set, *path;

	custom(o, &role, &set);
	path = org_say(o, "/api/v1/iam/roles/%s/permissions", role);
	org_ask(o, 204, "POST", org_say(o, "%s/okta.groups.read", path), NULL);
	org_ask(o, 400, "POST", org_say(o, "%s/x", path), NULL);
	org_ask(o, 200, "GET", path, NULL);
	assert_int_equal(js_len(js_get(o->doc, "permissions")), 2);
	org_ask(o, 200, "PUT", org_say(o, "%s/okta.groups.read", path),
		org_say(o, "{'conditions':{'include':{'a':['b']}}}"));
	assert_int_equal(js_len(js_path(o->doc, "conditions.include.a")), 1);
	org_ask(o, 204, "DELETE", org_say(o, "%s/okta.users.read", path), NULL);
	org_ask(o, 404, "DELETE", org_say(o, "%s/okta.users.read", path), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/iam/roles/%s", role), NULL);
	assert_null(js_get(o->doc, "permissions"));
	org_ask(o, 400, "POST", "/api/v1/iam/roles",
		org_say(o,
			"{'label':'readers','description':'d','permissions':['okta.users.read']}"));
}

static void test_roles__resources_are_orns(void **state)
{
	struct org *o = *state;
	const char *role, *set, *path, *g = org_group(o, "G"), *id;

	custom(o, &role, &set);
	path = org_say(o, "/api/v1/iam/resource-sets/%s/resources", set);
	org_ask(o, 200, "PATCH", path,
		org_say(o,
			"{'additions':['http://x/api/v1/groups/%s/users','http://x/api/v1/users']}",
			g));
	org_ask(o, 400, "PATCH", path,
		org_say(o, "{'additions':['http://x/api/v1/groups/nobody']}"));
	org_ask(o, 200, "GET", path, NULL);
	/* the second addition was there already */
	assert_int_equal(js_len(js_get(o->doc, "resources")), 3);
	org_ask(o, 200, "PATCH", path,
		org_say(o,
			"{'additions':['http://x/api/v1/apps?filter=name+eq+%%22oidc_client%%22']}"));
	org_ask(o, 200, "GET", path, NULL);
	assert_true(slice_ends(
		js_str(js_get(js_at(js_get(o->doc, "resources"), 3), "orn")), ":apps:oidc_client"));
	id = org_say(o, "%s", js_str(js_get(js_at(js_get(o->doc, "resources"), 2), "id")).p);
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, id), NULL);
	assert_true(slice_ends(js_str(js_get(o->doc, "orn")), ":contained_resources"));
	assert_true(slice_ends(js_str(js_path(o->doc, "_links.self.href")), "/users"));
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, id), NULL);
	org_ask(o, 404, "GET", org_say(o, "%s/%s", path, id), NULL);
}

static void test_roles__administrators_are_listed(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng");

	org_ask(o, 200, "GET", "/api/v1/iam/assignees/users", NULL);
	assert_int_equal(js_len(js_get(o->doc, "value")), 1);
	grant(o, roles_of(o, u), "ORG_ADMIN");
	org_ask(o, 200, "GET", "/api/v1/iam/assignees/users", NULL);
	assert_int_equal(js_len(js_get(o->doc, "value")), 2);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/users/%s", u), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/users/%s", u), NULL);
	org_ask(o, 200, "GET", "/api/v1/iam/assignees/users", NULL);
	assert_int_equal(js_len(js_get(o->doc, "value")), 1);
}

static void test_roles__owners_are_users_or_groups(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *g = org_group(o, "G"), *h = org_group(o, "H");
	const char *path = org_say(o, "/api/v1/groups/%s/owners", g);

	org_ask(o, 201, "POST", path, org_say(o, "{'id':'%s','type':'USER'}", u));
	assert_string_equal(org_text(o, "displayName"), "ann L");
	assert_string_equal(org_text(o, "lastUpdated"), "Thu Jan 01 00:00:00 UTC 2026");
	org_ask(o, 400, "POST", path, org_say(o, "{'id':'%s','type':'USER'}", u));
	org_ask(o, 404, "POST", path, org_say(o, "{'id':'%s','type':'USER'}", h));
	org_ask(o, 201, "POST", path, org_say(o, "{'id':'%s','type':'GROUP'}", h));
	assert_int_equal(org_count(o, path), 2);
	assert_string_equal(
		js_str(js_get(js_at(o->doc, 0), "lastUpdated")).p, "2026-01-01 00:00:00.0");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", h), NULL);
	assert_int_equal(org_count(o, path), 1);
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, u), NULL);
	org_ask(o, 404, "DELETE", org_say(o, "%s/%s", path, u), NULL);
}

static void test_roles__subscriptions_are_switched(void **state)
{
	struct org *o = *state;
	static const char path[] = "/api/v1/roles/SUPER_ADMIN/subscriptions/APP_IMPORT";

	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "status"), "unsubscribed");
	org_ask(o, 200, "POST", org_say(o, "%s/subscribe", path), NULL);
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "status"), "subscribed");
	org_ask(o, 200, "GET", "/api/v1/roles/ORG_ADMIN/subscriptions/APP_IMPORT", NULL);
	assert_string_equal(org_text(o, "status"), "unsubscribed");
	org_ask(o, 404, "GET", "/api/v1/roles/SUPER_ADMIN/subscriptions/X", NULL);
	org_ask(o, 404, "GET", "/api/v1/roles/KING/subscriptions", NULL);
	assert_int_equal(org_count(o, "/api/v1/roles/SUPER_ADMIN/subscriptions"), 13);
	assert_string_equal(
		js_str(js_get(js_at(o->doc, 12), "notificationType")).p, "USER_LOCKED_OUT");
}

static void test_roles__questions_answer_for_users(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *f;
	const char *path = org_say(o, "/api/v1/users/%s/factors", u), *body;

	body = org_say(o,
		"{'factorType':'question','provider':'OKTA','profile':{'question':'disliked_food','answer':'meatball'}}");
	f = org_made(o, path, body);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_null(strstr(buf_str(&o->res.body), "meatball"));
	org_ask(o, 400, "POST", path, body);
	org_ask(o, 200, "POST", org_say(o, "%s/%s/verify", path, f),
		org_say(o, "{'answer':'Meatball'}"));
	assert_string_equal(org_text(o, "factorResult"), "SUCCESS");
	org_ask(o, 403, "POST", org_say(o, "%s/%s/verify", path, f),
		org_say(o, "{'answer':'kale'}"));
	org_error_is(o, "E0000068");
	org_ask(o, 200, "PUT", org_say(o, "%s/%s", path, f),
		org_say(o,
			"{'factorType':'question','profile':{'question':'first_award','answer':'chess'}}"));
	assert_string_equal(js_str(js_path(o->doc, "profile.question")).p, "first_award");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s/lifecycle/reset_factors", u), NULL);
	assert_int_equal(org_count(o, path), 0);
}

static void test_roles__phones_wait_for_a_code(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *f;
	const char *path = org_say(o, "/api/v1/users/%s/factors", u);

	f = org_made(o, path,
		org_say(o,
			"{'factorType':'sms','provider':'OKTA','profile':{'phoneNumber':'+15554151337'}}"));
	assert_string_equal(org_text(o, "status"), "PENDING_ACTIVATION");
	org_ask(o, 403, "POST", org_say(o, "%s/%s/lifecycle/activate", path, f),
		org_say(o, "{'passCode':'000000'}"));
	org_ask(o, 200, "POST", org_say(o, "%s/%s/lifecycle/activate", path, f),
		org_say(o, "{'passCode':'123456'}"));
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	org_ask(o, 200, "POST", org_say(o, "%s/%s/verify", path, f), NULL);
	assert_string_equal(org_text(o, "factorResult"), "CHALLENGE");
	org_made(o, org_say(o, "%s?activate=true", path),
		org_say(o,
			"{'factorType':'sms','provider':'OKTA','profile':{'phoneNumber':'+15554151338'}}"));
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	f = org_made(o, path, org_say(o, "{'factorType':'push','provider':'OKTA'}"));
	org_ask(o, 501, "POST", org_say(o, "%s/%s/lifecycle/activate", path, f), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", path, f), NULL);
	assert_int_equal(org_count(o, path), 2);
}

static void test_roles__passwords_change_when_the_old_one_is_known(void **state)
{
	struct org *o = *state;
	const char *u, *path;

	u = org_made(o, "/api/v1/users",
		org_say(o,
			"{'profile':{'firstName':'a','lastName':'b','login':'a@x.example','email':'a@x.example'},'credentials':{'password':{'value':'Secret-123'},'recovery_question':{'question':'q?','answer':'yes'}}}"));
	path = org_say(o, "/api/v1/users/%s/credentials", u);
	org_ask(o, 403, "POST", org_say(o, "%s/change_password", path),
		org_say(o, "{'oldPassword':{'value':'x'},'newPassword':{'value':'Secret-456'}}"));
	org_error_is(o, "E0000014");
	org_ask(o, 200, "POST", org_say(o, "%s/change_password", path),
		org_say(o,
			"{'oldPassword':{'value':'Secret-123'},'newPassword':{'value':'Secret-456'}}"));
	assert_null(strstr(buf_str(&o->res.body), "Secret"));
	org_ask(o, 200, "POST", org_say(o, "%s/forgot_password?sendEmail=false", path), NULL);
	assert_non_null(js_get(o->doc, "resetPasswordUrl"));
	org_ask(o, 403, "POST", org_say(o, "%s/forgot_password", path), NULL);
	org_error_is(o, "E0000034");
	org_ask(o, 403, "POST", org_say(o, "%s/forgot_password_recovery_question", path),
		org_say(o,
			"{'password':{'value':'Secret-789'},'recovery_question':{'answer':'no'}}"));
	org_error_is(o, "E0000087");
	org_ask(o, 200, "POST", org_say(o, "%s/forgot_password_recovery_question", path),
		org_say(o,
			"{'password':{'value':'Secret-789'},'recovery_question':{'answer':'yes'}}"));
	org_ask(o, 200, "GET", org_say(o, "/api/v1/users/%s", u), NULL);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
}

static void test_roles__hashes_are_checked(void **state)
{
	struct org *o = *state;
	static const char body[] =
		"{'profile':{'firstName':'a','lastName':'b','login':'%s@x.example','email':'a@x.example'},'credentials':{'password':{'hash':%s}}}";

	org_ask(o, 400, "POST", "/api/v1/users",
		org_say(o, body, "a", "{'algorithm':'ROT13','value':'x'}"));
	org_ask(o, 400, "POST", "/api/v1/users",
		org_say(o, body, "a",
			"{'algorithm':'BCRYPT','workFactor':10,'salt':'short','value':'x'}"));
	org_ask(o, 200, "POST", "/api/v1/users",
		org_say(o, body, "a",
			"{'algorithm':'SHA-256','salt':'s','saltOrder':'PREFIX','value':'x'}"));
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	assert_string_equal(js_str(js_path(o->doc, "credentials.provider.type")).p, "IMPORT");
}

static void test_roles__reactivation_answers_with_the_link(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"),
		   *path = org_say(o, "/api/v1/users/%s/lifecycle", u);

	/* it mails only when it is told to, unlike an activation */
	org_ask(o, 200, "POST", org_say(o, "%s/reactivate", path), NULL);
	assert_non_null(js_get(o->doc, "activationUrl"));
	org_ask(o, 200, "POST", org_say(o, "%s/reactivate?sendEmail=true", path), NULL);
	assert_null(js_get(o->doc, "activationUrl"));
	org_ask(o, 200, "POST", org_say(o, "%s/expire_password_with_temp_password", path), NULL);
	assert_non_null(js_get(o->doc, "tempPassword"));
	org_ask(o, 501, "POST", org_say(o, "%s/lock", path), NULL);
}

static void test_roles__seeds_do_what_no_call_can(void **state)
{
	struct org *o = *state;
	const char *d;

	seed(o, "{\"method\":\"POST\",\"path\":\"/api/v1/users\",\"as\":\"u\",\"body\":{\"profile\":{\"firstName\":\"a\",\"lastName\":\"b\",\"login\":\"l@x.example\",\"email\":\"l@x.example\"},\"credentials\":{\"password\":{\"value\":\"Secret-123\"}}}}\n"
		"{\"method\":\"POST\",\"path\":\"/api/v1/users/{u}/lifecycle/lock\",\"system\":true}\n"
		"{\"method\":\"POST\",\"path\":\"/api/v1/devices\",\"system\":true,\"body\":{\"profile\":{\"displayName\":\"Phone\",\"platform\":\"ANDROID\"},\"users\":[\"{u}\"]}}\n");
	org_ask(o, 200, "GET", "/api/v1/users/l@x.example", NULL);
	assert_string_equal(org_text(o, "status"), "LOCKED_OUT");
	assert_int_equal(org_count(o, "/api/v1/users/l@x.example/devices"), 1);
	org_ask(o, 200, "POST", "/api/v1/users/l@x.example/lifecycle/unlock", NULL);
	org_ask(o, 405, "POST", "/api/v1/devices", "{}");
	assert_int_equal(
		org_count(o, "/api/v1/devices?search=profile.platform+eq+%22android%22"), 1);
	d = org_say(o, "/api/v1/devices/%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	assert_int_equal(org_count(o, org_say(o, "%s/users", d)), 1);
	org_ask(o, 403, "DELETE", d, NULL);
	org_error_is(o, "E0000152");
	org_ask(o, 204, "POST", org_say(o, "%s/lifecycle/suspend", d), NULL);
	org_ask(o, 204, "POST", org_say(o, "%s/lifecycle/deactivate", d), NULL);
	assert_int_equal(org_count(o, org_say(o, "%s/users", d)), 0);
	org_ask(o, 400, "POST", org_say(o, "%s/lifecycle/unsuspend", d), NULL);
	org_ask(o, 204, "DELETE", d, NULL);
}

static void test_roles__sessions_run_out(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *id;
	struct err e = ERR_INIT;
	AUTO(buf) struct buf to = BUF_TEXT;

	org_ask(o, 501, "POST", "/api/v1/sessions", "{}");
	seed(o, org_say(o,
			"{'method':'POST','path':'/api/v1/sessions','system':true,'body':{'userId':'%s'}}",
			u));
	/* only the one who began it knows its id: saved tenants do too */
	sandbox_save(o->s, &to);
	for (struct slice rest = buf_slice(&to), line; slice_cut(&rest, '\n', &line);) {
		AUTO_PTR(js) doc = NULL;

		if (!line.n || js_parse(line, "a line", &doc, &e) < 0 || !js_path(doc, "doc.amr"))
			continue;
		id = org_say(o, "/api/v1/sessions/%s", js_str(js_get(doc, "id")).p);
		org_ask(o, 200, "GET", id, NULL);
		assert_string_equal(org_text(o, "userId"), u);
		o->clock.now_ms += (int64_t)3600 * 1000;
		org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/refresh", id), NULL);
		o->clock.now_ms += (int64_t)3 * 3600 * 1000;
		org_ask(o, 404, "GET", id, NULL);
		return;
	}
	fail();
}

static void test_roles__search_has_an_order(void **state)
{
	struct org *o = *state;
	static const char path[] =
		"/api/v1/users?search=profile.lastName+eq+%22L%22&sortBy=profile.firstName&limit=2";
	const char *bob;

	org_user(o, "cid", "x");
	org_user(o, "Ann", "x");
	bob = org_user(o, "bob", "x");
	assert_int_equal(org_count(o, path), 2);
	assert_string_equal(js_str(js_path(js_at(o->doc, 0), "profile.firstName")).p, "Ann");
	assert_string_equal(js_str(js_path(js_at(o->doc, 1), "profile.firstName")).p, "bob");
	assert_int_equal(org_count(o, org_say(o, "%s&after=%s", path, bob)), 1);
	assert_int_equal(org_count(o, org_say(o, "%s&sortOrder=desc", path)), 2);
	assert_string_equal(js_str(js_path(js_at(o->doc, 0), "profile.firstName")).p, "cid");
	/* what Okta's search does not know */
	org_ask(o, 400, "GET", "/api/v1/users?search=profile.lastName+ne+%22L%22", NULL);
	org_ask(o, 400, "GET", "/api/v1/users?search=profile.department+co+%22L%22", NULL);
	org_ask(o, 400, "GET", "/api/v1/users?filter=profile.lastName+sw+%22L%22", NULL);
	org_ask(o, 200, "GET", "/api/v1/users?filter=lastUpdated+gt+%222020-01-01T00:00:00.000Z%22",
		NULL);
}

static void test_roles__risk_is_made_then_changed(void **state)
{
	struct org *o = *state;
	const char *path = org_say(o, "/api/v1/users/%s/risk", org_user(o, "ann", "Eng"));

	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "riskLevel"), "NONE");
	org_ask(o, 201, "PUT", path, org_say(o, "{'riskLevel':'LOW'}"));
	org_ask(o, 200, "PUT", path, org_say(o, "{'riskLevel':'HIGH'}"));
	org_ask(o, 400, "PUT", path, org_say(o, "{'riskLevel':'NONE'}"));
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "riskLevel"), "HIGH");
}

static void test_roles__targets_of_both_ways_are_told_apart(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *g = org_group(o, "G"), *h = org_group(o, "H");
	const char *path = org_say(o, "/api/v1/users/%s/roles/%s/targets", u, help_desk);

	org_ask(o, 404, "GET", path, NULL);
	grant(o, roles_of(o, u), "HELP_DESK_ADMIN");
	grant(o, org_say(o, "/api/v1/groups/%s/roles", g), "HELP_DESK_ADMIN");
	org_ask(o, 204, "PUT", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	org_ask(o, 204, "PUT", org_say(o, "%s/groups/%s", path, h), NULL);
	org_ask(o, 204, "PUT",
		org_say(o, "/api/v1/groups/%s/roles/%s/targets/groups/%s", g, help_desk, g), NULL);
	assert_int_equal(org_count(o, path), 2);
	assert_int_equal(org_count(o, org_say(o, "%s?assignmentType=GROUP", path)), 1);
	assert_true(slice_ends(js_str(js_get(js_at(o->doc, 0), "orn")), g));
}

static void test_roles__rules_say_whom_they_put_where(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *g = org_group(o, "G"), *r, *body;

	body = org_say(o,
		"{'type':'group_rule','name':'r','conditions':{'expression':{'value':'user.department != null','type':'urn:okta:expression:1.0'}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
		g);
	r = org_made(o, "/api/v1/groups/rules", body);
	/* names need not be unique */
	org_made(o, "/api/v1/groups/rules", body);
	org_ask(o, 204, "POST", org_say(o, "/api/v1/groups/rules/%s/lifecycle/activate", r), NULL);
	assert_int_equal(
		org_count(o, org_say(o, "/api/v1/groups/%s/users/%s/group-rules", g, u)), 1);
	org_ask(o, 200, "GET",
		org_say(o, "/api/v1/groups/rules/%s?expand=groupIdToGroupNameMap", r), NULL);
	assert_string_equal(
		js_str(js_get(js_path(o->doc, "_embedded.groupIdToGroupNameMap"), g)).p, "G");
}

static void test_roles__factors_of_the_org_are_switched(void **state)
{
	struct org *o = *state;
	static const char path[] = "/api/v1/org/factors/google_otp";

	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/activate", path), NULL);
	org_ask(o, 200, "GET", path, NULL);
	assert_string_equal(org_text(o, "status"), "ACTIVE");
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", path), NULL);
	assert_string_equal(org_text(o, "status"), "INACTIVE");
	org_ask(o, 404, "GET", "/api/v1/org/factors/x", NULL);
}

static void test_roles__a_saved_tenant_keeps_them(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "ann", "Eng"), *role, *set;
	AUTO(buf) struct buf to = BUF_TEXT;
	struct sandbox_options opt = {.seed = 7, .base_url = "http://127.0.0.1:8080", .token = "t"};
	struct err e = ERR_INIT;

	custom(o, &role, &set);
	grant(o, roles_of(o, u), "APP_ADMIN");
	org_ask(o, 201, "POST", roles_of(o, u),
		org_say(o, "{'type':'CUSTOM','role':'%s','resource-set':'%s'}", role, set));
	sandbox_save(o->s, &to);
	sandbox_free(o->s);
	opt.clock = clock_of_fake(&o->clock);
	opt.data = buf_slice(&to);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	assert_int_equal(org_count(o, roles_of(o, u)), 2);
	assert_string_equal(js_str(js_get(js_at(o->doc, 1), "label")).p, "Readers");
}

#define T(name) cmocka_unit_test_setup_teardown(test_roles__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(ids_of_types_with_targets_are_their_names),
		T(groups_hand_them_to_members),
		T(some_groups_cannot_have_them),
		T(the_last_target_stays),
		T(apps_are_targets_by_name_or_one_by_one),
		T(custom_ones_hold_within_a_resource_set),
		T(permissions_come_and_go),
		T(resources_are_orns),
		T(administrators_are_listed),
		T(owners_are_users_or_groups),
		T(subscriptions_are_switched),
		T(questions_answer_for_users),
		T(phones_wait_for_a_code),
		T(passwords_change_when_the_old_one_is_known),
		T(hashes_are_checked),
		T(reactivation_answers_with_the_link),
		T(seeds_do_what_no_call_can),
		T(sessions_run_out),
		T(search_has_an_order),
		T(risk_is_made_then_changed),
		T(targets_of_both_ways_are_told_apart),
		T(rules_say_whom_they_put_where),
		T(factors_of_the_org_are_switched),
		T(a_saved_tenant_keeps_them),
	};

	return cmocka_run_group_tests_name("sandbox roles", tests, NULL, NULL);
}
