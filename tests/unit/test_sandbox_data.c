/*
 * A tenant that is saved and loaded is the same tenant.
 */
#include "tests/lib/org.h"

#include "base/xalloc.h"

/* Loads what was saved; NULL with an error. */
static struct sandbox *load(struct org *o, struct slice text, struct err *e)
{
	struct sandbox_options opt = {.clock = clock_of_fake(&o->clock),
		.base_url = "http://127.0.0.1:8080",
		.token = "t",
		.data = text};

	return sandbox_new(&opt, e);
}

static void reload(struct org *o, struct buf *text)
{
	struct err e = ERR_INIT;
	struct sandbox *s;

	buf_clear(text);
	sandbox_save(o->s, text);
	s = load(o, buf_slice(text), &e);
	t_ok(s ? 0 : -1, &e);
	sandbox_free(o->s);
	o->s = s;
}

static const char *answer(struct org *o, const char *path)
{
	org_ask(o, 200, "GET", path, NULL);
	return buf_str(&o->res.body);
}

static void test_sandbox_data__a_saved_tenant_is_the_same(void **state)
{
	static const char *const paths[] = {"/api/v1/users", "/api/v1/groups",
		"/api/v1/groups/rules", "/api/v1/apps", "/api/v1/zones",
		"/api/v1/policies?type=ACCESS_POLICY", "/api/v1/meta/schemas/user/default",
		"/api/v1/realms", "/api/v1/org", "/api/v1/logs"};
	enum { N = sizeof(paths) / sizeof(*paths) };
	struct org *o = *state;
	AUTO(buf) struct buf text = BUF_TEXT;
	char *before[N];
	const char *u = org_user(o, "ada", "Engineering"), *gone = org_group(o, "Gone"),
		   *g = org_group(o, "Fed"), *rule, *app;

	app = org_made(o, "/api/v1/apps",
		"{\"name\":\"bookmark\",\"label\":\"B\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://b.example\"}}}");
	rule = org_made(o, "/api/v1/groups/rules",
		org_say(o,
			"{'type':'group_rule','name':'r','conditions':{'expression':{'value':'user.department==\\'Engineering\\''}},'actions':{'assignUserToGroups':{'groupIds':['%s']}}}",
			g));
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s", gone), NULL);
	org_ask(o, 200, "PUT", org_say(o, "/api/v1/apps/%s/groups/%s", app, g), "{}");
	org_ask(o, 204, "POST", org_say(o, "/api/v1/groups/rules/%s/lifecycle/activate", rule),
		NULL);
	for (int i = 0; i < N; i++) {
		const char *text_then = answer(o, paths[i]);

		before[i] = xstrndup(text_then, strlen(text_then));
	}
	reload(o, &text);
	for (int i = 0; i < N; i++) {
		print_message("# %s\n", paths[i]);
		assert_true(streq(answer(o, paths[i]), before[i]));
		free(before[i]);
	}
	/* what is behind the documents came along: names, relations, rules, origins */
	org_ask(o, 400, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"fed\"}}");
	assert_int_equal(org_count(o, org_say(o, "/api/v1/apps/%s/users", app)), 1);
	org_user(o, "grace", "Engineering");
	assert_int_equal(org_count(o, org_say(o, "/api/v1/groups/%s/users", g)), 2);
	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/groups/%s/users/%s", g, u), NULL);
	org_ask(o, 200, "GET", org_say(o, "/api/v1/groups/rules/%s", rule), NULL);
	assert_int_equal(js_len(js_path(o->doc, "conditions.people.users.exclude")), 1);
}

static void test_sandbox_data__saving_twice_gives_the_same_text(void **state)
{
	struct org *o = *state;
	AUTO(buf) struct buf one = BUF_TEXT;
	AUTO(buf) struct buf two = BUF_TEXT;

	org_user(o, "ada", "Engineering");
	reload(o, &one);
	sandbox_save(o->s, &two);
	assert_true(streq(buf_str(&one), buf_str(&two)));
}

/* Each line cut short, each line gone, bytes changed: an error, never a crash, never half a tenant. */
static void test_sandbox_data__damage_is_told(void **state)
{
	struct org *o = *state;
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO(buf) struct buf bad = BUF_TEXT;
	struct err e = ERR_INIT;

	sandbox_save(o->s, &text);
	for (size_t n = 0; n + 1 < text.n; n += n < 2000 ? 97 : 4999) {
		e = (struct err)ERR_INIT;
		assert_null(load(o, (struct slice){text.p, n}, &e));
		assert_true(e.msg[0]);
	}
	for (size_t i = 0; i < text.n; i += i < 4000 ? 13 : 997) {
		struct sandbox *s;

		buf_clear(&bad);
		buf_add(&bad, text.p, text.n);
		bad.p[i] = bad.p[i] == '9' ? '8' : '9';
		e = (struct err)ERR_INIT;
		/* what still reads as a tenant must be safe to use */
		s = load(o, buf_slice(&bad), &e);
		if (s) {
			sandbox_free(o->s);
			o->s = s;
			org_ask(o, 200, "GET", "/api/v1/groups", NULL);
			org_ask(o, 200, "GET", "/api/v1/apps", NULL);
		}
	}
}

static void test_sandbox_data__recorded_lists_are_taken_in(void **state)
{
	static const char lines[] =
		"{\"method\":\"GET\",\"path\":\"/api/v1/groups?limit=2\",\"status\":200,\"response\":["
		"{\"id\":\"00gaaaaaaaaaaaaaaaa1\",\"type\":\"BUILT_IN\",\"profile\":{\"name\":\"Everyone\"}},"
		"{\"id\":\"00gaaaaaaaaaaaaaaaa2\",\"type\":\"OKTA_GROUP\",\"profile\":{\"name\":\"Recorded\"},\"_links\":{}},"
		"{\"id\":7},null]}\n"
		"{\"method\":\"GET\",\"path\":\"/api/v1/groups/00gaaaaaaaaaaaaaaaa2/users\",\"status\":200,\"response\":["
		"{\"id\":\"00uaaaaaaaaaaaaaaaa3\",\"status\":\"SUSPENDED\",\"profile\":{\"login\":\"r@x.example\",\"email\":\"r@x.example\",\"firstName\":\"R\",\"lastName\":\"L\"}}]}\n"
		"{\"method\":\"GET\",\"path\":\"/api/v1/nonsense\",\"status\":200,\"response\":[{}]}\n"
		"{\"method\":\"GET\",\"path\":\"/api/v1/apps\",\"status\":403,\"response\":{\"errorCode\":\"E0000006\"}}\n";
	struct org *o = *state;
	struct err e = ERR_INIT;

	t_ok(sandbox_seed(o->s, SLICE(lines), "lines", &e), &e);
	assert_int_equal(org_count(o, "/api/v1/groups"), 3);
	org_ask(o, 200, "GET", "/api/v1/groups/00gaaaaaaaaaaaaaaaa1", NULL);
	assert_string_equal(org_text(o, "type"), "BUILT_IN");
	assert_int_equal(org_count(o, "/api/v1/groups/00gaaaaaaaaaaaaaaaa2/users"), 1);
	org_ask(o, 200, "GET", "/api/v1/users/r@x.example", NULL);
	assert_string_equal(org_text(o, "status"), "SUSPENDED");
	/* a live tenant, not a picture of one */
	org_ask(o, 200, "POST", "/api/v1/users/r@x.example/lifecycle/unsuspend", NULL);
	org_ask(o, 400, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"recorded\"}}");
}

#define T(name)                                                                                    \
	cmocka_unit_test_setup_teardown(test_sandbox_data__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_saved_tenant_is_the_same),
		T(saving_twice_gives_the_same_text),
		T(damage_is_told),
		T(recorded_lists_are_taken_in),
	};

	return t_run("sandbox_data", tests);
}
