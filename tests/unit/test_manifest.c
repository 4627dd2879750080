/*
 * state/yaml, state/convert, state/manifest: what is right. What is wrong stands in tests/cases/broken.
 */
#include "tests/lib/t.h"

#include "providers/okta/okta.h"
#include "state/manifest.h"
#include "state/yaml.h"

static const struct var vars[] = {
	{T_TEXT("team"), T_TEXT("Eng")},
	{T_TEXT("n"), T_TEXT("12")},
	{T_TEXT("on"), T_TEXT("true")},
	{T_TEXT("kind"), T_TEXT("IP")},
};

struct loaded {
	struct arena a;
	struct pool *pool;
	struct values *v;
	struct snapshot *s;
};

static void load_path(struct loaded *l, const char *path)
{
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;

	*l = (struct loaded){.pool = pool_new()};
	l->v = values_new(l->pool);
	if (manifest_load(path, okta_provider.kinds, l->v, (struct vars){vars, LEN(vars)}, &l->a,
		    &d, &l->s) < 0) {
		diags_print(&d, &out);
		fail_msg("%s", buf_str(&out));
	}
}

static void load(struct loaded *l, const char *text)
{
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;

	*l = (struct loaded){.pool = pool_new()};
	l->v = values_new(l->pool);
	if (manifest_parse(slice_of(text), "m.yaml", okta_provider.kinds, l->v,
		    (struct vars){vars, LEN(vars)}, &l->a, &d, &l->s) < 0) {
		diags_print(&d, &out);
		fail_msg("%s\n%s", text, buf_str(&out));
	}
}

static void loaded_release(struct loaded *l)
{
	assert_int_equal(l->v->stack.n, 0);
	snapshot_free(l->s);
	values_free(l->v);
	pool_free(l->pool);
	arena_release(&l->a);
}

/* All that a snapshot says, as text; a list is sorted by name. */
static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_list(const struct loaded *l, const struct edge_list *list, struct buf *out)
{
	VEC(const char *) names = {0};

	buf_addf(out, "list %u.%u %s %u:", list->kind, list->link, pool_str(l->pool, list->from),
		list->mode);
	for (uint32_t i = 0; i < list->n; i++)
		vec_push(&names, pool_str(l->pool, l->s->edges.v[list->first + i].to));
	vec_sort(&names, by_text);
	for (uint32_t i = 0; i < names.n; i++)
		buf_addf(out, " %s", names.v[i]);
	buf_addc(out, '\n');
	vec_free(&names);
}

static void describe(const struct loaded *l, struct buf *out)
{
	for (res_ix i = 0; i < l->s->res.n; i++) {
		const struct res *r = &l->s->res.v[i];

		res_describe(okta_provider.kinds, l->pool, r->kind, r->key, out);
		buf_addf(out, " '%s' %.*s %u %u ", pool_str(l->pool, r->name),
			SLICE_ARG(res_disc(l->s, r)), r->rank, r->flags);
		val_write(l->v, out, r->body);
		buf_addc(out, '\n');
	}
	for (uint32_t i = 0; i < l->s->lists.n; i++)
		add_list(l, &l->s->lists.v[i], out);
}

static void test_manifest__types_follow_the_fields(void **state)
{
	static const struct {
		const char *text, *body;
	} rows[] = {
		/* text stays text: YAML 1.2, and what the field says */
		{"users: { a@x: { profile: { city: NO, state: on, zipCode: 0123, title: 1.0 } } }",
			"{\"profile\":{\"title\":\"1.0\",\"city\":\"NO\",\"state\":\"on\","
			"\"zipCode\":\"0123\"}}"},
		/* free-form: the core schema */
		{"users: { a@x: { profile: { a: NO, b: true, c: 0123, d: 12, e: 1.5, f: ~, g: \"1\", "
		 "h: 1e999, i: 0x1F, j: [1, {k: v}], k: -0.0, l: 99999999999999999999 } } }",
			"{\"profile\":{\"a\":\"NO\",\"b\":true,\"c\":\"0123\",\"d\":12,\"e\":1.5,"
			"\"f\":null,\"g\":\"1\",\"h\":\"1e999\",\"i\":\"0x1F\",\"j\":[1,{\"k\":\"v\"}"
			"],\"k\":0,\"l\":\"99999999999999999999\"}}"},
		{"groups: { g: { profile: { description: ~ } } }",
			"{\"profile\":{\"description\":null}}"},
		{"groups: { g: ~ }", "{}"},
		{"groups: { g: { profile: { description: \"a\\nb\" } } }",
			"{\"profile\":{\"description\":\"a\\nb\"}}"},
		{"groups: { g: { profile: { description: \"${source.login} $ {x} ${\" } } }",
			"{\"profile\":{\"description\":\"${source.login} $ {x} ${\"}}"},
		{"groups: { g: { profile: { description: \"${var.team}-${var.n}\" } } }",
			"{\"profile\":{\"description\":\"Eng-12\"}}"},
		{"apps: { a: { signOnMode: BOOKMARK, visibility: { autoLaunch: TRUE } } }",
			"{\"signOnMode\":\"BOOKMARK\",\"visibility\":{\"autoLaunch\":true}}"},
		{"zones: { z: { type: \"${var.kind}\", gateways: [2001:DB8::1, {type: CIDR, value: "
		 "10.0.0.0/8}] } }",
			"{\"type\":\"IP\",\"gateways\":[\"2001:db8::1-2001:db8::1\",\"10.0.0.0/8\"]}"},
		{"policies: { p: { type: PASSWORD, settings: { password: { age: { maxAgeDays: "
		 "\"${var.n}\" } } } } }",
			"{\"type\":\"PASSWORD\",\"settings\":{\"password\":{\"age\":{\"maxAgeDays\":"
			"12}}}}"},
		{"users: { a@x: { credentials: { password: { value: \"${secret.env.PW}\" } } } }",
			"{\"credentials\":{\"password\":{\"value\":\"${secret.env.PW}\"}}}"},
		/* an anchor stands for what it names */
		{"x-p: &p { description: d }\ngroups: { g: { profile: *p } }",
			"{\"profile\":{\"description\":\"d\"}}"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(loaded) struct loaded l;
		AUTO(buf) struct buf b = BUF_TEXT;

		load(&l, rows[i].text);
		assert_int_equal(l.s->res.n, 1);
		val_write(l.v, &b, l.s->res.v[0].body);
		t_slice(buf_slice(&b), rows[i].body);
	}
}

static void test_manifest__keys_are_names(void **state)
{
	AUTO(loaded) struct loaded l;
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	load(&l, "users: { Ada@X: ~ }\n"
		 "groups: { \"${var.team}\": ~, 007: { profile: { name: Bond } }, null: ~ }\n"
		 "apps: { S: { existing: true, protect: true, previously: [T] } }\n");
	describe(&l, &b);
	t_slice(buf_slice(&b), "app S 'S'  0 3 {}\n"
			       "group 007 'Bond'  0 0 {\"profile\":{\"name\":\"Bond\"}}\n"
			       "group Eng 'Eng'  0 0 {}\n"
			       "group null 'null'  0 0 {}\n"
			       "user ada@x 'Ada@X'  0 0 {}\n");
	t_slice(pool_get(l.pool, val_strid(val_at(l.v, l.s->res.v[0].previously, 0))), "T");
}

static void test_manifest__lists_have_modes(void **state)
{
	AUTO(loaded) struct loaded l;
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	load(&l,
		"groups:\n"
		"  a: { members: [z@x, A@x] }\n"
		"  b: { members: { include: [a@x] } }\n"
		"  c: { members: { exclude: [a@x] } }\n"
		"  d: { members: [] }\n"
		"  e: {}\n"
		"apps:\n"
		"  w: { signOnMode: BOOKMARK, assignments: { groups: [a, { group: b, priority: 2 }] } }\n");
	for (uint32_t i = 0; i < l.s->lists.n; i++)
		add_list(&l, &l.s->lists.v[i], &b);
	t_slice(buf_slice(&b), "list 0.0 w 0: a b\n"
			       "list 1.0 a 0: a@x z@x\n"
			       "list 1.0 b 1: a@x\n"
			       "list 1.0 c 2: a@x\n"
			       "list 1.0 d 0:\n");
}

static void test_manifest__rules_have_ranks_and_parents(void **state)
{
	AUTO(loaded) struct loaded l;
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	load(&l, "policies:\n"
		 "  P:\n"
		 "    type: OKTA_SIGN_ON\n"
		 "    rules:\n"
		 "      - { name: z }\n"
		 "      - { name: \"${var.team}\", status: INACTIVE }\n"
		 "    defaultRule: { actions: { signon: { access: DENY } } }\n"
		 "  Q: { type: ACCESS_POLICY, rules: [{ name: z }] }\n");
	describe(&l, &b);
	t_slice(buf_slice(&b), "policy P 'P' OKTA_SIGN_ON 0 0 {\"type\":\"OKTA_SIGN_ON\"}\n"
			       "policy Q 'Q' ACCESS_POLICY 0 0 {\"type\":\"ACCESS_POLICY\"}\n"
			       "policyRule P / (default rule) '' OKTA_SIGN_ON 0 4 "
			       "{\"actions\":{\"signon\":{\"access\":\"DENY\"}}}\n"
			       "policyRule P / z 'z' OKTA_SIGN_ON 0 0 {\"name\":\"z\"}\n"
			       "policyRule P / Eng 'Eng' OKTA_SIGN_ON 1 0 "
			       "{\"name\":\"Eng\",\"status\":\"INACTIVE\"}\n"
			       "policyRule Q / z 'z' ACCESS_POLICY 0 0 {\"name\":\"z\"}\n"
			       "list 4.255 P 0:\n"
			       "list 4.255 Q 0:\n");
}

static void test_manifest__order_of_files_and_keys_means_nothing(void **state)
{
	static const char *const first[] = {
		"groups: { a: { members: [x@x, y@x], profile: { description: d, n: 1 } }, b: ~ }\n",
		"users: { x@x: { status: ACTIVE, profile: { title: t } } }\ngroups: { c: ~ }\n"};
	static const char *const second[] = {
		"groups:\n  c: ~\nusers:\n  x@x:\n    profile: { title: t }\n    status: ACTIVE\n",
		"groups:\n  b: ~\n  a:\n    profile: { n: 1, description: d }\n    members: [y@x, x@x]\n"};
	AUTO(buf) struct buf a = BUF_TEXT;
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	for (int k = 0; k < 2; k++) {
		const char *const *texts = k ? second : first;
		AUTO(loaded) struct loaded l;
		struct t_dir d;

		t_dir_make(&d);
		t_write(&d, "a.yaml", slice_of(texts[0]));
		t_write(&d, "sub/b.yaml", slice_of(texts[1]));
		load_path(&l, d.path);
		describe(&l, k ? &b : &a);
		t_dir_release(&d);
	}
	t_slice(buf_slice(&b), buf_str(&a));
}

static void test_manifest__places_are_kept(void **state)
{
	AUTO(loaded) struct loaded l;
	const struct res *r;
	struct val profile;

	(void)state;
	load(&l,
		"groups:\n  Eng:\n    profile:\n      description: d\n    members:\n      - a@x\n");
	r = &l.s->res.v[0];
	t_slice(pool_get(l.pool, r->file), "m.yaml");
	assert_int_equal(mark_line(r->mark), 2);
	assert_int_equal(mark_col(r->mark), 3);
	profile = val_get(l.v, r->body, "profile");
	assert_int_equal(mark_line(map_mark_at(l.v, profile, 0)), 4);
	assert_int_equal(mark_col(map_mark_at(l.v, profile, 0)), 20);
	assert_int_equal(mark_line(l.s->edges.v[0].mark), 6);
}

static void test_manifest__one_file_may_be_loaded(void **state)
{
	AUTO(loaded) struct loaded l;
	struct t_dir d;

	(void)state;
	t_dir_make(&d);
	t_write(&d, "a.yaml", SLICE("groups: {}\n"));
	t_write(&d, "b.yaml", SLICE("nonsense\n"));
	load_path(&l, t_path(&d, "a.yaml"));
	assert_int_equal(l.s->res.n, 0);
	t_dir_release(&d);
}

static void test_manifest__long_lists_are_quick(void **state)
{
	AUTO(loaded) struct loaded l;
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	/* 50,000 members: were each compared with each, nobody would wait for it */
	buf_adds(&b, "groups:\n  Eng:\n    members:\n");
	for (int i = 0; i < 50000; i++)
		buf_addf(&b, "      - u%d@acme.example\n", i);
	load(&l, buf_str(&b));
	assert_int_equal(l.s->edges.n, 50000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_manifest__types_follow_the_fields),
		cmocka_unit_test(test_manifest__keys_are_names),
		cmocka_unit_test(test_manifest__lists_have_modes),
		cmocka_unit_test(test_manifest__rules_have_ranks_and_parents),
		cmocka_unit_test(test_manifest__order_of_files_and_keys_means_nothing),
		cmocka_unit_test(test_manifest__places_are_kept),
		cmocka_unit_test(test_manifest__one_file_may_be_loaded),
		cmocka_unit_test(test_manifest__long_lists_are_quick),
	};

	return t_run("manifest", tests);
}
