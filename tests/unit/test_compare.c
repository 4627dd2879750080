/*
 * reconcile/compare: desired against live in canonical form.
 */
#include "tests/lib/t.h"

#include "providers/okta/okta.h"
#include "reconcile/compare.h"
#include "state/plain.h"

struct compare_row {
	const char *kind, *disc, *want, *have;
	const char *rows; /* paths that differ, each with ';' behind */
};

static struct val decode(
	struct values *v, const struct kind *k, const char *text, struct slice disc)
{
	AUTO_PTR(js) j = NULL;
	struct err e = ERR_INIT;

	if (!text)
		return VAL_ABSENT;
	t_ok(js_parse(slice_of(text), "a body", &j, &e), &e);
	return plain_decode(v, k->fields, false, j, disc);
}

static void check(const struct compare_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO_PTR(pool) pool = pool_new();
		AUTO_PTR(values) v = values_new(pool);
		AUTO(buf) struct buf got = BUF_TEXT;
		const struct kind *k =
			okta_provider.kinds->v[kind_by_name(okta_provider.kinds, rows[i].kind)];
		struct slice disc = {rows[i].disc, rows[i].disc ? strlen(rows[i].disc) : 0};
		struct val want = decode(v, k, rows[i].want, disc);
		struct val have = decode(v, k, rows[i].have, disc);
		row_vec diff = {0};

		compare_bodies(v, k, disc, want, have, &diff);
		for (uint32_t r = 0; r < diff.n; r++) {
			struct slice path = pool_get(pool, diff.v[r].path);

			for (size_t c = 0; c < path.n; c++)
				buf_addc(&got, path.p[c] == PATH_SEP ? '.' : path.p[c]);
			buf_addc(&got, ';');
		}
		vec_free(&diff);
		if (!slice_is(buf_slice(&got), rows[i].rows))
			fail_msg("%s against %s: '%s', not '%s'", rows[i].want,
				rows[i].have ? rows[i].have : "nothing", buf_str(&got),
				rows[i].rows);
	}
}

static void test_compare__only_what_is_declared(void **state)
{
	static const struct compare_row rows[] = {
		{"group", NULL, "{}", "{\"profile\":{\"description\":\"x\"}}", ""},
		{"group", NULL, "{\"profile\":{\"description\":\"x\"}}",
			"{\"profile\":{\"description\":\"x\",\"other\":1}}", ""},
		{"group", NULL, "{\"profile\":{\"description\":\"x\",\"n\":1}}",
			"{\"profile\":{\"description\":\"y\"}}", "profile.description;profile.n;"},
		/* null clears */
		{"group", NULL, "{\"profile\":{\"description\":null}}",
			"{\"profile\":{\"description\":\"y\"}}", "profile.description;"},
		{"group", NULL, "{\"profile\":{\"description\":null}}", "{}", ""},
		{"group", NULL, "{\"profile\":{\"description\":\"\"}}", NULL, ""},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__a_new_object_has_all_that_says_something(void **state)
{
	static const struct compare_row rows[] = {
		{"group", NULL, "{\"profile\":{\"description\":\"x\",\"a\":null}}", NULL,
			"profile.description;"},
		{"zone", "IP", "{\"type\":\"IP\",\"usage\":\"POLICY\",\"gateways\":[]}", NULL,
			"type;"},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__sets_have_no_order(void **state)
{
	static const struct compare_row rows[] = {
		{"zone", "IP", "{\"gateways\":[\"a\",\"b\"]}", "{\"gateways\":[\"b\",\"a\"]}", ""},
		{"zone", "IP", "{\"gateways\":[\"a\"]}", "{\"gateways\":[\"b\",\"a\"]}",
			"gateways;"},
		{"zone", "IP", "{\"gateways\":[\"a\",\"b\"]}", "{\"gateways\":[\"a\"]}",
			"gateways;"},
		{"zone", "IP", "{\"gateways\":[\"a\",\"a\"]}", "{\"gateways\":[\"a\",\"b\"]}",
			"gateways;"},
		{"zone", "IP", "{\"gateways\":[]}", "{\"gateways\":[\"a\"]}", "gateways;"},
		{"zone", "IP", "{\"gateways\":[]}", "{}", ""},
		{"zone", "IP", "{\"gateways\":null}", "{\"gateways\":[\"a\"]}", "gateways;"},
		/* lists have one */
		{"app", "OPENID_CONNECT",
			"{\"settings\":{\"oauthClient\":{\"redirect_uris\":[\"a\",\"b\"]}}}",
			"{\"settings\":{\"oauthClient\":{\"redirect_uris\":[\"b\",\"a\"]}}}",
			"settings.oauthClient.redirect_uris;"},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__defaults_stand_for_absent(void **state)
{
	static const struct compare_row rows[] = {
		{"zone", "IP", "{\"usage\":\"POLICY\"}", "{}", ""},
		{"zone", "IP", "{\"usage\":\"BLOCKLIST\"}", "{}", "usage;"},
		{"zone", "IP", "{\"usage\":null}", "{\"usage\":\"POLICY\"}", ""},
		{"app", "BOOKMARK", "{\"visibility\":{\"autoLaunch\":false}}", "{}", ""},
		{"app", "BOOKMARK", "{\"visibility\":{\"autoLaunch\":true}}", "{}",
			"visibility.autoLaunch;"},
		{"policy", "PASSWORD",
			"{\"settings\":{\"password\":{\"complexity\":{\"minLength\":8}}}}", "{}",
			""},
		/* authenticators that nobody may enroll count as not there */
		{"policy", "MFA_ENROLL",
			"{\"settings\":{\"authenticators\":[{\"key\":\"a\",\"enroll\":{\"self\":"
			"\"REQUIRED\"}}]}}",
			"{\"settings\":{\"authenticators\":[{\"key\":\"b\",\"enroll\":{\"self\":"
			"\"NOT_ALLOWED\"}},{\"key\":\"a\",\"enroll\":{\"self\":\"REQUIRED\"}}]}}",
			""},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__case_is_folded_where_okta_folds_it(void **state)
{
	static const struct compare_row rows[] = {
		{"user", NULL, "{\"profile\":{\"email\":\"Ada@X\"}}",
			"{\"profile\":{\"email\":\"ada@x\"}}", ""},
		{"user", NULL, "{\"profile\":{\"firstName\":\"Ada\"}}",
			"{\"profile\":{\"firstName\":\"ada\"}}", "profile.firstName;"},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__free_form_may_say_more(void **state)
{
	static const struct compare_row rows[] = {
		{"app", "BROWSER_PLUGIN", "{\"settings\":{\"app\":{\"a\":{\"b\":1}}}}",
			"{\"settings\":{\"app\":{\"a\":{\"b\":1,\"c\":2},\"d\":3}}}", ""},
		{"app", "BROWSER_PLUGIN", "{\"settings\":{\"app\":{\"a\":{\"b\":1}}}}",
			"{\"settings\":{\"app\":{\"a\":{\"b\":2}}}}", "settings.app.a;"},
		{"app", "BROWSER_PLUGIN", "{\"settings\":{\"app\":{\"a\":[{\"b\":1}]}}}",
			"{\"settings\":{\"app\":{\"a\":[{\"b\":1,\"c\":2}]}}}", ""},
		{"app", "BROWSER_PLUGIN", "{\"settings\":{\"app\":{\"a\":[1]}}}",
			"{\"settings\":{\"app\":{\"a\":[1,2]}}}", "settings.app.a;"},
		{"app", "BROWSER_PLUGIN", "{\"settings\":{\"app\":{\"a\":1}}}",
			"{\"settings\":{\"app\":{\"a\":{}}}}", "settings.app.a;"},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__states_and_what_is_only_written_are_not_compared(void **state)
{
	static const struct compare_row rows[] = {
		{"user", NULL, "{\"status\":\"SUSPENDED\"}", "{\"status\":\"ACTIVE\"}", ""},
		{"user", NULL, "{\"credentials\":{\"password\":{\"value\":\"${secret.env.PW}\"}}}",
			"{}", ""},
		{"app", "OPENID_CONNECT",
			"{\"credentials\":{\"oauthClient\":{\"client_secret\":\"${secret.env.S}\"}}}",
			"{}", ""},
		{"policy", "PASSWORD", "{\"priority\":1}", "{\"priority\":2}", ""},
	};

	(void)state;
	check(rows, LEN(rows));
}

static void test_compare__takes_what_has_another_shape(void **state)
{
	static const struct compare_row rows[] = {
		{"group", NULL, "{\"profile\":{\"description\":\"x\"}}", "{\"profile\":[1]}",
			"profile.description;"},
		{"zone", "IP", "{\"gateways\":[\"a\"]}", "{\"gateways\":\"a\"}", "gateways;"},
		{"zone", "DYNAMIC_V2", "{\"asns\":{\"include\":[\"1\"]}}", "{\"asns\":[\"1\"]}",
			"asns.include;"},
	};

	(void)state;
	check(rows, LEN(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_compare__only_what_is_declared),
		cmocka_unit_test(test_compare__a_new_object_has_all_that_says_something),
		cmocka_unit_test(test_compare__sets_have_no_order),
		cmocka_unit_test(test_compare__defaults_stand_for_absent),
		cmocka_unit_test(test_compare__case_is_folded_where_okta_folds_it),
		cmocka_unit_test(test_compare__free_form_may_say_more),
		cmocka_unit_test(test_compare__states_and_what_is_only_written_are_not_compared),
		cmocka_unit_test(test_compare__takes_what_has_another_shape),
	};

	return t_run("compare", tests);
}
