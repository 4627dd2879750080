/*
 * state/value, state/snapshot, state/plain, state/refs.
 */
#include "tests/lib/t.h"

#include "providers/okta/okta.h"
#include "state/plain.h"
#include "state/refs.h"
#include "state/snapshot.h"

struct world {
	struct pool *pool;
	struct values *v;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->pool = pool_new();
	w->v = values_new(w->pool);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	assert_int_equal(w->v->stack.n, 0);
	values_free(w->v);
	pool_free(w->pool);
	free(w);
	return 0;
}

static struct js *parse(const char *text)
{
	struct js *j = NULL;
	struct err e = ERR_INIT;

	t_ok(js_parse(slice_of(text), "a text", &j, &e), &e);
	return j;
}

static struct val of(struct world *w, const char *text)
{
	AUTO_PTR(js) j = parse(text);

	return val_of_js(w->v, j);
}

static const struct kind *kind(const char *name)
{
	return okta_provider.kinds->v[kind_by_name(okta_provider.kinds, name)];
}

static void test_value__writes_canonical_json(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{"{\"b\":1,\"a\":[true,null,\"x\"]}", "{\"a\":[true,null,\"x\"],\"b\":1}"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"1.0", "1"},
		{"1e3", "1000"},
		{"0.5", "0.5"},
		{"-0.0", "0"},
		{"\"a\\\"\\u0001\"", "\"a\\\"\\u0001\""},
		{"{}", "{}"},
		{"[]", "[]"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;
		AUTO_PTR(js) again = NULL;
		struct val x = of(w, rows[i].in);

		val_write(w->v, &b, x);
		t_slice(buf_slice(&b), rows[i].out);
		again = val_to_js(w->v, x);
		assert_true(val_equal(w->v, x, val_of_js(w->v, again)));
	}
}

static void test_value__absent_null_and_empty_are_equal(void **state)
{
	static const char *const empty[] = {
		"null", "\"\"", "[]", "{}", "{\"a\":null}", "{\"a\":{\"b\":[]}}"};
	static const char *const full[] = {"0", "false", "\" \"", "[null]", "{\"a\":0}"};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(empty); i++) {
		assert_true(val_empty(w->v, of(w, empty[i])));
		assert_true(val_equal(w->v, VAL_ABSENT, of(w, empty[i])));
		assert_true(val_equal(w->v, of(w, empty[i]), of(w, "{}")));
	}
	for (size_t i = 0; i < LEN(full); i++) {
		assert_false(val_empty(w->v, of(w, full[i])));
		assert_false(val_equal(w->v, of(w, full[i]), VAL_NULL));
	}
}

static void test_value__compares_deeply(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{"{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}", true},
		{"{\"a\":1}", "{\"a\":1,\"b\":null}", true},
		{"{\"a\":1}", "{\"a\":1,\"b\":2}", false},
		{"[1,2]", "[2,1]", false},
		{"[1]", "[1,1]", false},
		{"1", "1.5", false},
		{"1", "1.0", true},
		{"1", "\"1\"", false},
		{"true", "false", false},
		{"0.1", "0.1", true},
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		struct val a = of(w, rows[i].a), b = of(w, rows[i].b);

		assert_int_equal(val_equal(w->v, a, b), rows[i].equal);
		assert_int_equal(val_equal(w->v, b, a), rows[i].equal);
	}
}

static void test_value__readers_take_anything(void **state)
{
	struct world *w = *state;
	struct val m = of(w, "{\"a\":{\"b\":[5]},\"s\":\"t\"}");

	assert_int_equal(val_num(w->v, val_at(w->v, val_path(w->v, m, "a.b"), 0)), 5);
	assert_int_equal(val_tag(val_at(w->v, val_path(w->v, m, "a.b"), 1)), V_ABSENT);
	assert_int_equal(val_tag(val_path(w->v, m, "a.b.c")), V_ABSENT);
	assert_int_equal(val_tag(val_path(w->v, m, "s.t")), V_ABSENT);
	assert_int_equal(val_tag(val_get(w->v, VAL_ABSENT, "a")), V_ABSENT);
	assert_int_equal(val_num(w->v, m), 0);
	assert_int_equal(val_strid(m), 0);
	assert_false(val_is_true(m));
	assert_true(val_double(w->v, of(w, "2.5")) > 2.4);
	assert_true(val_double(w->v, of(w, "2")) < 2.1);
}

static void test_value__a_secret_is_where_it_is_kept(void **state)
{
	struct world *w = *state;
	struct val s = val_secret(pool_adds(w->pool, "env.PW"));
	AUTO(buf) struct buf b = BUF_TEXT;
	AUTO_PTR(js) j = val_to_js(w->v, s);

	val_write(w->v, &b, s);
	t_slice(buf_slice(&b), "\"${secret.env.PW}\"");
	assert_int_equal(js_type(j), JS_NULL);
}

static void test_plain__goes_out_and_back(void **state)
{
	static const struct {
		const char *kind, *disc, *text;
	} rows[] = {
		{"group", NULL,
			"{\"profile\":{\"description\":\"x\",\"custom\":[1,{\"a\":null}]}}"},
		{"user", NULL,
			"{\"status\":\"ACTIVE\",\"type\":\"contractor\",\"profile\":{\"email\":null},"
			"\"credentials\":{\"password\":{\"value\":\"${secret.env.PW}\"}}}"},
		{"zone", "IP", "{\"type\":\"IP\",\"gateways\":[\"10.0.0.0/8\"]}"},
		{"zone", "DYNAMIC_V2",
			"{\"type\":\"DYNAMIC_V2\",\"locations\":{\"include\":[{\"country\":\"FR\"}]}}"},
		{"policyRule", "ACCESS_POLICY",
			"{\"conditions\":{\"network\":{\"include\":[\"HQ\"]}},\"actions\":{"
			"\"appSignOn\":{\"verificationMethod\":{\"constraints\":[{\"z\":1}]}}}}"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO_PTR(js) j = parse(rows[i].text);
		AUTO(buf) struct buf b = BUF_TEXT;
		struct slice disc = {rows[i].disc, rows[i].disc ? strlen(rows[i].disc) : 0};

		val_write(w->v, &b, plain_decode(w->v, kind(rows[i].kind)->fields, false, j, disc));
		t_slice(buf_slice(&b), rows[i].text);
	}
}

static void test_plain__an_older_file_reads_the_same(void **state)
{
	struct world *w = *state;
	AUTO_PTR(js)
	j = parse("{\"status\":\"ACTIVE\",\"gone\":1,\"type\":\"IP\",\"asns\":[\"1\"]}");
	AUTO(buf) struct buf b = BUF_TEXT;

	/* in the order of the rows, without what they do not know */
	val_write(w->v, &b, plain_decode(w->v, kind("zone")->fields, false, j, SLICE("IP")));
	t_slice(buf_slice(&b), "{\"type\":\"IP\",\"status\":\"ACTIVE\"}");
	/* and nothing at all */
	assert_int_equal(
		val_len(plain_decode(w->v, kind("zone")->fields, false, NULL, SLICE("IP"))), 0);
}

static void note(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct world *w = ((void **)arg)[0];
	struct buf *out = ((void **)arg)[1];

	(void)mark;
	buf_addf(out, "%s:%s ", f->arg ? f->arg : "text", pool_str(w->pool, val_strid(*cell)));
	if (f->type == F_REF)
		*cell = val_ref(pool_adds(w->pool, "changed"));
}

static void test_refs__finds_and_replaces(void **state)
{
	struct world *w = *state;
	const struct kind *k = kind("groupRule");
	AUTO_PTR(js)
	j = parse("{\"conditions\":{\"expression\":{\"value\":\"a==1\"},\"people\":{"
		  "\"users\":{\"exclude\":[\"ada@x\"]}}},"
		  "\"actions\":{\"assignUserToGroups\":[\"eng\",\"ops\"]}}");
	struct val body = plain_decode(w->v, k->fields, false, j, (struct slice){NULL, 0});
	AUTO(buf) struct buf out = BUF_TEXT;
	void *arg[] = {w, &out};

	refs_each(w->v, k, body, (struct slice){NULL, 0}, note, arg);
	t_slice(buf_slice(&out), "text:a==1 user:ada@x group:eng group:ops ");
	buf_clear(&out);
	val_write(w->v, &out, val_path(w->v, body, "actions"));
	t_slice(buf_slice(&out), "{\"assignUserToGroups\":[\"changed\",\"changed\"]}");
}

static void test_refs__finds_groups_in_expressions(void **state)
{
	static const struct {
		const char *text, *names;
	} rows[] = {
		{"isMemberOfGroup(\"${group.Eng.id}\") or x(\"${group.A b.id}\")", "Eng;A b;"},
		{"", ""},
		{"${group.Eng}", ""},
		{"${group.", ""},
		{"${group.a.id.id}", "a.id;"},
		{"${source.login}", ""},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(buf) struct buf out = BUF_TEXT;
		struct slice rest = slice_of(rows[i].text), name;

		while (expr_next(&rest, &name))
			buf_addf(&out, "%.*s;", SLICE_ARG(name));
		t_slice(buf_slice(&out), rows[i].names);
	}
}

static void test_snapshot__finds_by_key_and_id(void **state)
{
	struct world *w = *state;
	AUTO_PTR(snapshot) s = snapshot_new(okta_provider.kinds, w->v);
	strid a = pool_adds(w->pool, "a"), b = pool_adds(w->pool, "b");
	const struct res twins[] = {
		{.kind = 1, .key = a, .id = b}, {.kind = 1, .key = a}, {.kind = 2, .key = a}};

	for (size_t i = 0; i < LEN(twins); i++)
		assert_int_equal(snapshot_add(s, &twins[i]), i);
	snapshot_seal(s);
	/* of twins the first */
	assert_int_equal(snapshot_find(s, 1, a), 0);
	assert_int_equal(snapshot_find(s, 2, a), 2);
	assert_int_equal(snapshot_find(s, 1, b), NONE);
	assert_int_equal(snapshot_find_id(s, 1, b), 0);
	assert_int_equal(snapshot_find_id(s, 2, b), NONE);
}

static void test_snapshot__lists_are_sorted_and_without_repetition(void **state)
{
	struct world *w = *state;
	AUTO_PTR(snapshot) s = snapshot_new(okta_provider.kinds, w->v);
	const struct edge_list *l;

	snapshot_open_list(s, &(struct edge_list){.kind = 1, .link = 0, .from = 9});
	for (strid to = 50; to > 0; to--)
		snapshot_push_edge(s, to % 10 + 1, 0, val_bool(to > 25));
	snapshot_open_list(s, &(struct edge_list){.kind = 1, .link = 1, .from = 9});
	snapshot_push_edge(s, 3, 7, VAL_ABSENT);
	snapshot_seal(s);
	l = snapshot_list(s, 1, 0, 9);
	assert_non_null(l);
	assert_int_equal(l->n, 10);
	for (uint32_t i = 0; i < l->n; i++)
		assert_int_equal(s->edges.v[l->first + i].to, i + 1);
	l = snapshot_list(s, 1, 1, 9);
	assert_int_equal(l->n, 1);
	assert_int_equal(s->edges.v[l->first].mark, 7);
	assert_null(snapshot_list(s, 1, 2, 9));
	assert_null(snapshot_list(s, 1, 0, 8));
}

static void test_snapshot__describes_keys(void **state)
{
	struct world *w = *state;
	AUTO(buf) struct buf b = BUF_TEXT;
	uint16_t rule = kind_by_name(okta_provider.kinds, "policyRule");
	strid p = pool_adds(w->pool, "P\033");

	res_describe(okta_provider.kinds, w->pool, rule, key_child(w->pool, p, SLICE("r")), &b);
	t_slice(buf_slice(&b), "policyRule P\\x1b / r");
	buf_clear(&b);
	key_describe(w->pool, key_child(w->pool, p, SLICE("")), &b);
	t_slice(buf_slice(&b), "P\\x1b / (default rule)");
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(value__writes_canonical_json),
		T(value__absent_null_and_empty_are_equal),
		T(value__compares_deeply),
		T(value__readers_take_anything),
		T(value__a_secret_is_where_it_is_kept),
		T(plain__goes_out_and_back),
		T(plain__an_older_file_reads_the_same),
		T(refs__finds_and_replaces),
		T(refs__finds_groups_in_expressions),
		T(snapshot__finds_by_key_and_id),
		T(snapshot__lists_are_sorted_and_without_repetition),
		T(snapshot__describes_keys),
	};

	return t_run("value", tests);
}
