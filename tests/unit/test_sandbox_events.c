/*
 * The System Log again: which events come of which change, who is behind them, and what they say of it.
 */
#include "tests/lib/org.h"

#include "base/xalloc.h"

/* What a request left in the log: each event's type, Okta's own in brackets. */
static const char *events_of(struct org *o)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	const char *id = strstr(buf_str(&o->res.headers), "X-Okta-Request-Id: ");

	assert_non_null(id);
	id = org_say(o, "%.20s", id + strlen("X-Okta-Request-Id: "));
	org_ask(o, 200, "GET", org_say(o, "/api/v1/logs?filter=transaction.id+eq+%%22%s%%22", id),
		NULL);
	for (size_t i = 0; i < js_len(o->doc); i++) {
		const struct js *e = js_at(o->doc, i);
		bool okta = slice_is(js_str(js_path(e, "actor.type")), "SystemPrincipal");
		struct slice type = js_str(js_get(e, "eventType"));

		buf_addf(&b, "%s%s%.*s%s", i ? " " : "", okta ? "(" : "", SLICE_ARG(type),
			okta ? ")" : "");
		/* what follows shares the transaction, not the request */
		assert_int_equal(okta, !js_path(e, "debugContext.debugData.requestId"));
	}
	return org_say(o, "%s", buf_str(&b));
}

static const char *debug(struct org *o, size_t nth, const char *member)
{
	const struct js *data = js_path(js_at(o->doc, nth), "debugContext.debugData");

	return js_str(js_get(data, member)).p;
}

static const char *bookmark(struct org *o)
{
	return org_made(o, "/api/v1/apps",
		"{\"name\":\"bookmark\",\"label\":\"Wiki\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://wiki.example\"}}}");
}

static const char *rule(struct org *o, const char *group)
{
	const char *id = org_made(o, "/api/v1/groups/rules",
		org_say(o,
			"{'type':'group_rule','name':'ops','conditions':{'expression':{'type':'urn:okta:expression:1.0','value':'user.department==\\\"Ops\\\"'}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
			group));

	org_ask(o, 204, "POST", org_say(o, "/api/v1/groups/rules/%s/lifecycle/activate", id), NULL);
	return id;
}

static void test_sandbox_events__rules_work_in_the_transaction_that_set_them_off(void **state)
{
	struct org *o = *state;
	const char *group = org_group(o, "Ops"), *id = rule(o, group), *user;

	user = org_user(o, "ada", "Ops");
	assert_string_equal(events_of(o),
		"user.lifecycle.create user.lifecycle.activate (group.user_membership.add)");
	assert_string_equal(debug(o, 2, "triggeredByGroupRuleId"), id);
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s", user),
		"{\"profile\":{\"department\":\"HR\"}}");
	assert_string_equal(
		events_of(o), "user.account.update_profile (group.user_membership.remove)");
	assert_string_equal(debug(o, 0, "changedAttributes"), "department");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s", user),
		"{\"profile\":{\"department\":\"Ops\"}}");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s/users/%s", group, user), NULL);
	assert_string_equal(events_of(o),
		"group.user_membership.remove (group.user_membership.rule.add_exclusion)");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", group), NULL);
	assert_string_equal(
		events_of(o), "group.lifecycle.delete (group.user_membership.rule.invalidate)");
	assert_string_equal(debug(o, 1, "triggeredByGroupRuleId"), id);
}

static void test_sandbox_events__apps_that_come_with_groups(void **state)
{
	struct org *o = *state;
	const char *app = bookmark(o), *group = org_group(o, "Ops"),
		   *user = org_user(o, "ada", "x"),
		   *member = org_say(o, "/api/v1/groups/%s/users/%s", group, user),
		   *grant = org_say(o, "/api/v1/apps/%s/groups/%s", app, group),
		   *life = org_say(o, "/api/v1/users/%s/lifecycle/", user);

	org_ask(o, 204, "PUT", member, NULL);
	assert_string_equal(events_of(o), "group.user_membership.add");
	org_ask(o, 200, "PUT", grant, NULL);
	assert_string_equal(
		events_of(o), "group.application_assignment.add (application.user_membership.add)");
	assert_int_equal(js_len(js_get(js_at(o->doc, 1), "target")), 3);
	assert_non_null(debug(o, 0, "groupAppAssignmentId"));
	org_ask(o, 200, "PUT", grant, "{\"priority\":2}");
	assert_string_equal(events_of(o), "group.application_assignment.update");
	/* once is enough: it has the app by the group already */
	org_ask(o, 200, "POST", org_say(o, "/api/v1/apps/%s/users", app),
		org_say(o, "{'id':'%s'}", user));
	assert_string_equal(events_of(o), "application.user_membership.add");
	org_ask(o, 204, "DELETE", member, NULL);
	assert_string_equal(events_of(o), "group.user_membership.remove");
	org_ask(o, 200, "POST", org_say(o, "%sdeactivate", life), NULL);
	assert_string_equal(
		events_of(o), "user.lifecycle.deactivate (application.user_membership.remove)");
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/users/%s", user), NULL);
	assert_string_equal(
		events_of(o), "user.lifecycle.delete.initiated (user.lifecycle.delete.completed)");
}

static void test_sandbox_events__one_request_may_do_several_things(void **state)
{
	struct org *o = *state;
	const char *group = org_group(o, "Ops"), *user, *type;

	user = org_made(o, "/api/v1/users",
		org_say(o,
			"{'profile':{'login':'b@x.example','email':'b@x.example','firstName':'B','lastName':'C'},'groupIds':['%s']}",
			group));
	assert_string_equal(events_of(o),
		"user.lifecycle.create user.lifecycle.activate group.user_membership.add");
	org_ask(o, 200, "POST", org_say(o, "/api/v1/users/%s", user),
		"{\"profile\":{\"email\":\"c@x.example\",\"title\":\"T\"},\"credentials\":{\"password\":{\"value\":\"Abcd1234x\"}}}");
	assert_string_equal(events_of(o),
		"user.account.update_profile user.account.update_primary_email user.account.update_password");
	assert_string_equal(debug(o, 0, "changedAttributes"), "email,title");
	type = org_made(
		o, "/api/v1/meta/types/user", "{\"name\":\"guest\",\"displayName\":\"Guest\"}");
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/users/%s", user),
		org_say(o, "{'type':{'id':'%s'}}", type));
	assert_string_equal(
		events_of(o), "user.account.update_profile user.account.update_user_type");
	assert_string_equal(debug(o, 1, "newUserType"), type);
	org_made(o, "/api/v1/zones",
		"{\"type\":\"IP\",\"name\":\"bad\",\"usage\":\"BLOCKLIST\",\"gateways\":[{\"type\":\"CIDR\",\"value\":\"192.0.2.0/24\"}]}");
	assert_string_equal(events_of(o), "zone.create zone.make_blacklist");
}

static void test_sandbox_events__say_what_roles_somebody_has_now(void **state)
{
	struct org *o = *state;
	const char *roles = org_say(o, "/api/v1/users/%s/roles", org_user(o, "ada", "x"));

	org_ask(o, 201, "POST", roles, "{\"type\":\"USER_ADMIN\"}");
	org_ask(o, 201, "POST", roles, "{\"type\":\"REPORT_ADMIN\"}");
	assert_string_equal(events_of(o), "user.account.privilege.grant");
	assert_string_equal(
		debug(o, 0, "privilegeGranted"), "Group Administrator, Report Administrator");
	org_ask(o, 204, "DELETE", org_say(o, "%s/USER_ADMIN", roles), NULL);
	assert_string_equal(events_of(o), "user.account.privilege.revoke");
	assert_string_equal(debug(o, 0, "privilegeGranted"), "Report Administrator");
}

static void test_sandbox_events__updates_say_from_what_to_what(void **state)
{
	struct org *o = *state;
	const char *app = org_say(o, "/api/v1/apps/%s", bookmark(o));
	const struct js *change;

	org_ask(o, 200, "PUT", app,
		"{\"name\":\"bookmark\",\"label\":\"Notes\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://wiki.example\"}}}");
	assert_string_equal(events_of(o), "application.lifecycle.update");
	change = js_get(js_at(js_get(js_at(o->doc, 0), "target"), 0), "changeDetails");
	assert_string_equal(js_str(js_path(change, "from.label")).p, "Wiki");
	assert_string_equal(js_str(js_path(change, "to.label")).p, "Notes");
	assert_null(js_path(change, "to.signOnMode"));
}

static void test_sandbox_events__rules_are_asked_again_when_a_group_is_renamed(void **state)
{
	struct org *o = *state;
	const char *from = org_group(o, "Alpha"), *to = org_group(o, "Target"),
		   *path = org_say(o, "/api/v1/groups/%s", from), *id;

	org_ask(o, 204, "PUT",
		org_say(o, "/api/v1/groups/%s/users/%s", from, org_user(o, "ada", "x")), NULL);
	id = org_made(o, "/api/v1/groups/rules",
		org_say(o,
			"{'type':'group_rule','name':'r','conditions':{'expression':{'type':'urn:okta:expression:1.0','value':'isMemberOfGroupName(\\\"Beta\\\")'}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
			to));
	org_ask(o, 204, "POST", org_say(o, "/api/v1/groups/rules/%s/lifecycle/activate", id), NULL);
	org_ask(o, 200, "PUT", path, "{\"profile\":{\"name\":\"Beta\"}}");
	assert_string_equal(events_of(o), "group.profile.update (group.user_membership.add)");
	org_ask(o, 204, "DELETE", path, NULL);
	assert_string_equal(events_of(o), "group.lifecycle.delete (group.user_membership.remove)");
}

static void test_sandbox_events__a_spent_limit_is_told_once_a_window(void **state)
{
	struct org *o = *state;
	struct err e = ERR_INIT;
	static const char violation[] =
		"/api/v1/logs?filter=eventType+eq+%22system.org.rate_limit.violation%22";

	assert_int_equal(
		sandbox_limits(o->s, SLICE("{\"buckets\":{\"/api/v1/iam\":2},\"share_pct\":100}"),
			"limits", &e),
		0);
	for (int i = 0; i < 2; i++)
		org_ask(o, 200, "GET", "/api/v1/iam/roles", NULL);
	for (int i = 0; i < 2; i++)
		org_ask(o, 429, "GET", "/api/v1/iam/roles", NULL);
	assert_int_equal(org_count(o, violation), 1);
	o->clock.now_ms += 61 * 1000;
	for (int i = 0; i < 2; i++)
		org_ask(o, 200, "GET", "/api/v1/iam/roles", NULL);
	org_ask(o, 429, "GET", "/api/v1/iam/roles", NULL);
	assert_int_equal(org_count(o, violation), 2);
}

#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_sandbox_events__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(rules_work_in_the_transaction_that_set_them_off),
		T(apps_that_come_with_groups),
		T(one_request_may_do_several_things),
		T(say_what_roles_somebody_has_now),
		T(updates_say_from_what_to_what),
		T(rules_are_asked_again_when_a_group_is_renamed),
		T(a_spent_limit_is_told_once_a_window),
	};

	return t_run("sandbox_events", tests);
}
