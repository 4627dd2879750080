/*
 * What holds all over Okta's API: how links name the next page, how people are found, and what is left out on demand.
 */
#include "tests/lib/org.h"

#include "base/xalloc.h"

static bool has_link(struct org *o, const char *rel, const char *query)
{
	return org_has_header(o, org_say(o, "?%s>; rel='%s'", query, rel));
}

static void test_sandbox_conventions__links_say_what_counted(void **state)
{
	static const struct {
		const char *ask, *self;
	} rows[] = {
		{"/api/v1/users?search=id+pr&limit=7", "limit=7&search=id+pr"},
		/* a filter stands last */
		{"/api/v1/groups?filter=type+eq+%22BUILT_IN%22",
			"limit=200&filter=type+eq+%22BUILT_IN%22"},
		/* an order that is none, or a source that was asked for, is not repeated */
		{"/api/v1/users?search=id+pr&sortOrder=0", "limit=200&search=id+pr"},
		{"/api/v1/users?search=id+pr&sortOrder=desc",
			"limit=200&search=id+pr&sortOrder=desc"},
		{"/api/v1/mappings?sourceId=x", "limit=20"},
		{"/api/v1/users/me/grants?limit=500", "limit=200"},
	};
	struct org *o = *state;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		print_message("# %s\n", rows[i].ask);
		org_ask(o, 200, "GET", rows[i].ask, NULL);
		assert_true(has_link(o, "self", rows[i].self));
	}
}

static void test_sandbox_conventions__role_targets_come_twenty_a_page(void **state)
{
	struct org *o = *state;
	const char *roles = org_say(o, "/api/v1/users/%s/roles", org_user(o, "ada", "x"));

	org_ask(o, 201, "POST", roles, "{\"type\":\"USER_ADMIN\"}");
	org_ask(o, 200, "GET", org_say(o, "%s/USER_ADMIN/targets/groups?limit=200", roles), NULL);
	assert_true(has_link(o, "self", "limit=20"));
}

static void test_sandbox_conventions__logins_differ_by_more_than_case_and_marks(void **state)
{
	static const char user[] =
		"{'profile':{'firstName':'I','lastName':'B','email':'i@x.example','login':'%s'}}";
	static const char *const taken[] = {"isaac.brock@x.example",
		"is\u00e1\u00e0c.br\u00f6ck@x.example", "Isaac.Bro\u0308ck@x.example"};
	struct org *o = *state;

	org_made(o, "/api/v1/users", org_say(o, user, "Isaac.Brock@x.example"));
	for (size_t i = 0; i < sizeof(taken) / sizeof(*taken); i++) {
		org_ask(o, 400, "POST", "/api/v1/users", org_say(o, user, taken[i]));
		org_error_is(o, "E0000001");
	}
	org_ask(o, 200, "POST", "/api/v1/users", org_say(o, user, "isaac.br\u00f8ck@x.example"));
}

static void test_sandbox_conventions__short_names_find_people_while_they_are_clear(void **state)
{
	struct org *o = *state;
	const char *id = org_user(o, "ada", "x");

	org_ask(o, 200, "GET", "/api/v1/users/ada", NULL);
	assert_string_equal(org_text(o, "id"), id);
	org_ask(o, 404, "GET", "/api/v1/users/ad", NULL);
	org_ask(o, 200, "POST", "/api/v1/users",
		"{\"profile\":{\"firstName\":\"A\",\"lastName\":\"B\",\"email\":\"a@y.example\",\"login\":\"ada@y.example\"}}");
	org_ask(o, 404, "GET", "/api/v1/users/ada", NULL);
}

static void test_sandbox_conventions__credentials_are_left_out_on_demand(void **state)
{
	struct org *o = *state;
	struct sandbox_req req = {
		.method = "GET",
		.target = SLICE("/api/v1/users/me"),
		.authorization = SLICE("SSWS t"),
		.content_type = SLICE(
			"application/json; okta-response=\"omitCredentials, omitCredentialsLinks\""),
	};
	const char *body;

	sandbox_handle(o->s, &req, &o->res);
	assert_int_equal(o->res.status, 200);
	body = buf_str(&o->res.body);
	assert_null(strstr(body, "\"credentials\""));
	assert_null(strstr(body, "\"changePassword\""));
	assert_non_null(strstr(body, "\"suspend\""));
}

static void test_sandbox_conventions__stats_count_push_mappings(void **state)
{
	struct org *o = *state;
	const char *
		group = org_group(o, "Ops"),
	       *app = org_made(o, "/api/v1/apps",
		       "{\"name\":\"bookmark\",\"label\":\"W\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://w.example\"}}}");

	org_ask(o, 200, "POST", org_say(o, "/api/v1/apps/%s/group-push/mappings", app),
		org_say(o,
			"{'sourceGroupId':'%s','status':'ACTIVE','targetGroupName':'Over there'}",
			group));
	org_ask(o, 200, "GET", org_say(o, "/api/v1/groups/%s?expand=app,stats", group), NULL);
	assert_int_equal(js_int(js_path(o->doc, "_embedded.stats.groupPushMappingsCount")), 1);
}

#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_sandbox_conventions__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(links_say_what_counted),
		T(role_targets_come_twenty_a_page),
		T(logins_differ_by_more_than_case_and_marks),
		T(short_names_find_people_while_they_are_clear),
		T(credentials_are_left_out_on_demand),
		T(stats_count_push_mappings),
	};

	return t_run("sandbox_conventions", tests);
}
