/*
 * state/config: plumb.yaml.
 */
#include "tests/lib/t.h"

#include "state/config.h"

struct loaded {
	struct t_dir dir;
	struct arena a;
	struct diags d;
	struct buf said; /* the findings, the folder taken out */
	struct config c;
	int r;
};

static void load(struct loaded *l, const char *text, const char *environment)
{
	AUTO(buf) struct buf out = BUF_TEXT;
	const char *p, *at;

	*l = (struct loaded){.said = BUF_TEXT, .c = config_default()};
	t_dir_make(&l->dir);
	t_write(&l->dir, "plumb.yaml", slice_of(text));
	l->r = config_load(t_path(&l->dir, "plumb.yaml"), environment, &l->a, &l->d, &l->c);
	diags_print(&l->d, &out);
	for (p = buf_str(&out); (at = strstr(p, l->dir.path)); p = at + strlen(l->dir.path) + 1)
		buf_add(&l->said, p, (size_t)(at - p));
	buf_adds(&l->said, p);
}

static void loaded_release(struct loaded *l)
{
	config_release(&l->c);
	diags_release(&l->d);
	buf_release(&l->said);
	arena_release(&l->a);
	t_dir_release(&l->dir);
}

static const char all[] = "tenant: https://acme.okta.example\n"
			  "manifests: tenant\n"
			  "state: /var/lib/plumb/acme\n"
			  "vars: { stage: prod, n: 0123 }\n"
			  "users: { activationEmail: true }\n"
			  "unmanaged: { groups: report, apps: ignore }\n"
			  "guards: { maxRemovals: 5, maxRemovalsPercent: 100, minPopulation: 0 }\n"
			  "rateShare: 75\n"
			  "environments:\n"
			  "  test:\n"
			  "    tenant: https://test.okta.example\n"
			  "    vars: { stage: test, extra: x }\n"
			  "    guards: { maxRemovals: 50 }\n";

static void test_config__is_read(void **state)
{
	AUTO(loaded) struct loaded l;

	(void)state;
	load(&l, all, NULL);
	t_slice(buf_slice(&l.said), "");
	assert_int_equal(l.r, 0);
	assert_string_equal(l.c.tenant, "https://acme.okta.example");
	assert_string_equal(l.c.manifests, t_path(&l.dir, "tenant"));
	assert_string_equal(l.c.state, "/var/lib/plumb/acme");
	assert_int_equal(l.c.vars.n, 2);
	t_slice(l.c.vars.v[1].value, "0123");
	assert_true(l.c.activation_email);
	assert_int_equal(l.c.reported.n, 1);
	assert_string_equal(l.c.reported.v[0], "groups");
	assert_int_equal(l.c.max_removals, 5);
	assert_int_equal(l.c.max_removals_pct, 100);
	assert_int_equal(l.c.min_population, 0);
	assert_int_equal(l.c.rate_share_pct, 75);
}

static void test_config__an_environment_overrides(void **state)
{
	AUTO(loaded) struct loaded l;

	(void)state;
	load(&l, all, "test");
	t_slice(buf_slice(&l.said), "");
	assert_string_equal(l.c.tenant, "https://test.okta.example");
	assert_int_equal(l.c.vars.n, 3);
	t_slice(l.c.vars.v[0].value, "test");
	assert_int_equal(l.c.max_removals, 50);
	assert_int_equal(l.c.max_removals_pct, 100);
	config_set_var(&l.c, SLICE("stage"), SLICE("mine"));
	t_slice(l.c.vars.v[0].value, "mine");
	assert_int_equal(l.c.vars.n, 3);
}

static void test_config__says_what_is_wrong(void **state)
{
	static const struct {
		const char *text, *environment, *said;
	} rows[] = {
		{"tennant: x\n", NULL,
			"plumb.yaml:1:1: error[key]: unknown key 'tennant' in plumb.yaml\n"
			"  hint: did you mean 'tenant'?\n"},
		{"tenant: [x]\n", NULL, "plumb.yaml:1:9: error[type]: 'tenant' is text\n"},
		{"guards: { maxRemovals: -1 }\n", NULL,
			"plumb.yaml:1:24: error[value]: 'maxRemovals' is a number from 0 to 1000000\n"},
		{"guards: 5\n", NULL, "plumb.yaml:1:9: error[type]: 'guards' is a mapping\n"},
		{"rateShare: 101\n", NULL,
			"plumb.yaml:1:12: error[value]: 'rateShare' is a number from 0 to 100\n"},
		{"vars: { a: \"${var.b}\" }\n", NULL,
			"plumb.yaml:1:12: error[variable]: a variable cannot use another one\n"},
		{"users: { activationEmail: yes }\n", NULL,
			"plumb.yaml:1:27: error[type]: 'activationEmail' is true or false\n"},
		{"unmanaged: { groups: delete }\n", NULL,
			"plumb.yaml:1:22: error[value]: unmanaged objects are ignored or reported\n"},
		{"environments: { test: {} }\n", "tset",
			"plumb.yaml:1:1: error[value]: there is no environment 'tset'\n"
			"  hint: did you mean 'test'?\n"},
		{"- a\n", NULL, "plumb.yaml:1:1: error[type]: plumb.yaml is a mapping\n"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(loaded) struct loaded l;

		load(&l, rows[i].text, rows[i].environment);
		assert_int_equal(l.r, -1);
		t_slice(buf_slice(&l.said), rows[i].said);
	}
}

static void test_config__an_empty_file_says_nothing(void **state)
{
	AUTO(loaded) struct loaded l;

	(void)state;
	load(&l, "# nothing yet\n", NULL);
	assert_int_equal(l.r, 0);
	assert_null(l.c.tenant);
	assert_int_equal(l.c.rate_share_pct, 50);
}

static void test_config__an_empty_file_has_no_environment(void **state)
{
	AUTO(loaded) struct loaded l;

	(void)state;
	load(&l, "# nothing yet\n", "prod");
	assert_int_equal(l.r, -1);
	t_contains(buf_str(&l.said), "there is no environment 'prod'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config__is_read),
		cmocka_unit_test(test_config__an_environment_overrides),
		cmocka_unit_test(test_config__says_what_is_wrong),
		cmocka_unit_test(test_config__an_empty_file_says_nothing),
		cmocka_unit_test(test_config__an_empty_file_has_no_environment),
	};

	return t_run("config", tests);
}
