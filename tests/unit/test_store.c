/*
 * state/store: the state file, through crashes and strangers.
 */
#include "tests/lib/t.h"

#include <unistd.h>

#include "base/fs.h"
#include "providers/okta/okta.h"
#include "state/store.h"

static const char tenant[] = "https://acme.okta.example";
static const char head[] = "{\"plumb\":1,\"tenant\":\"https://acme.okta.example\"}\n";

struct world {
	struct t_dir dir;
	struct pool *pool;
	struct values *v;
	struct store *s;
	struct snapshot *snap; /* as loaded last */
	struct buf text;       /* of the file, as read last */
	uint16_t group, app;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	t_dir_make(&w->dir);
	w->pool = pool_new();
	w->v = values_new(w->pool);
	w->s = store_file(t_path(&w->dir, "state"), tenant);
	w->text = (struct buf)BUF_TEXT;
	w->group = kind_by_name(okta_provider.kinds, "group");
	w->app = kind_by_name(okta_provider.kinds, "app");
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	snapshot_free(w->snap);
	store_free(w->s);
	values_free(w->v);
	pool_free(w->pool);
	buf_release(&w->text);
	t_dir_release(&w->dir);
	free(w);
	return 0;
}

static strid id(struct world *w, const char *s)
{
	return pool_adds(w->pool, s);
}

static void load(struct world *w)
{
	struct err e = ERR_INIT;

	snapshot_free(w->snap);
	w->snap = NULL;
	t_ok(store_load(w->s, okta_provider.kinds, w->v, &w->snap, &e), &e);
}

static void read_text(struct world *w)
{
	struct err e = ERR_INIT;

	buf_clear(&w->text);
	t_ok(fs_read(t_path(&w->dir, "state"), &w->text, &e), &e);
}

/* A group with a description; lists NULL: without. */
static void put(struct world *w, const char *name, const char *description,
	const struct applied_list *lists, size_t nlists)
{
	struct applied a = {.kind = w->group,
		.key = id(w, name),
		.id = id(w, "00g1"),
		.created = true,
		.lists = lists,
		.nlists = nlists};
	struct err e = ERR_INIT;

	values_push_key(w->v, id(w, "profile"), 0);
	values_push_key(w->v, id(w, "description"), 0);
	values_push(w->v, val_strz(w->v, description), 0);
	values_push(w->v, values_map(w->v, 1), 0);
	a.body = values_map(w->v, 1);
	t_ok(store_put(w->s, okta_provider.kinds, w->v, &a, &e), &e);
}

static void edge(struct world *w, const char *from, const char *to, bool present)
{
	struct err e = ERR_INIT;

	t_ok(store_edge(w->s, okta_provider.kinds, w->v, w->group, id(w, from), 0, id(w, to),
		     VAL_ABSENT, present, &e),
		&e);
}

static const struct res *find(const struct world *w, const char *name)
{
	res_ix i = snapshot_find(w->snap, w->group, pool_find(w->pool, slice_of(name)));

	return i == NONE ? NULL : &w->snap->res.v[i];
}

static bool has_edge(const struct world *w, const char *from, const char *to)
{
	const struct edge_list *l =
		snapshot_list(w->snap, w->group, 0, pool_find(w->pool, slice_of(from)));
	strid want = pool_find(w->pool, slice_of(to));

	for (uint32_t i = 0; l && i < l->n; i++) {
		if (w->snap->edges.v[l->first + i].to == want)
			return true;
	}
	return false;
}

static void test_store__without_a_file_it_is_empty(void **state)
{
	struct world *w = *state;

	load(w);
	assert_int_equal(w->snap->res.n, 0);
	assert_false(fs_exists(t_path(&w->dir, "state")));
}

static void test_store__gives_back_what_was_put(void **state)
{
	struct world *w = *state;
	const struct res *r;

	put(w, "eng", "first", NULL, 0);
	put(w, "ops", "other", NULL, 0);
	put(w, "eng", "second", NULL, 0);
	load(w);
	assert_int_equal(w->snap->res.n, 2);
	r = find(w, "eng");
	assert_non_null(r);
	assert_int_equal(r->id, id(w, "00g1"));
	assert_true(r->flags & RES_CREATED);
	t_slice(pool_get(w->pool, val_strid(val_path(w->v, r->body, "profile.description"))),
		"second");
}

static void test_store__forgets(void **state)
{
	struct world *w = *state;
	struct err e = ERR_INIT;

	put(w, "eng", "x", NULL, 0);
	edge(w, "eng", "ada@x", true);
	t_ok(store_forget(w->s, okta_provider.kinds, w->v, w->group, id(w, "eng"), &e), &e);
	edge(w, "eng", "bob@x", true);
	load(w);
	assert_null(find(w, "eng"));
	put(w, "eng", "again", NULL, 0);
	load(w);
	assert_non_null(find(w, "eng"));
	assert_false(has_edge(w, "eng", "ada@x"));
	assert_false(has_edge(w, "eng", "bob@x"));
}

static void test_store__edges_come_and_go(void **state)
{
	struct world *w = *state;

	put(w, "eng", "x", NULL, 0);
	edge(w, "eng", "ada@x", true);
	edge(w, "eng", "bob@x", true);
	edge(w, "eng", "ada@x", false);
	edge(w, "eng", "cyd@x", false);
	load(w);
	assert_false(has_edge(w, "eng", "ada@x"));
	assert_true(has_edge(w, "eng", "bob@x"));
	edge(w, "eng", "ada@x", true);
	edge(w, "eng", "ada@x", true);
	load(w);
	assert_true(has_edge(w, "eng", "ada@x"));
	assert_int_equal(w->snap->edges.n, 2);
}

static void test_store__a_list_replaces_the_one_before(void **state)
{
	struct world *w = *state;
	const struct edge edges[] = {{id(w, "ada@x"), 0}, {id(w, "bob@x"), 0}};
	const struct val attrs[] = {VAL_ABSENT, VAL_ABSENT};
	struct applied_list l = {
		.link = 0, .mode = LIST_INCLUDE, .edges = edges, .attrs = attrs, .n = 2};

	put(w, "eng", "x", &l, 1);
	edge(w, "eng", "cyd@x", true);
	/* a record without lists leaves them */
	put(w, "eng", "y", NULL, 0);
	load(w);
	assert_true(has_edge(w, "eng", "cyd@x"));
	assert_int_equal(snapshot_list(w->snap, w->group, 0, id(w, "eng"))->mode, LIST_INCLUDE);
	l.n = 1;
	put(w, "eng", "x", &l, 1);
	load(w);
	assert_true(has_edge(w, "eng", "ada@x"));
	assert_false(has_edge(w, "eng", "bob@x"));
	assert_false(has_edge(w, "eng", "cyd@x"));
}

static void test_store__keeps_what_edges_say(void **state)
{
	struct world *w = *state;
	struct applied a = {.kind = w->app,
		.key = id(w, "Wiki"),
		.disc = id(w, "BOOKMARK"),
		.body = values_map(w->v, 0)};
	struct val attrs;
	struct err e = ERR_INIT;

	t_ok(store_put(w->s, okta_provider.kinds, w->v, &a, &e), &e);
	values_push_key(w->v, id(w, "priority"), 0);
	values_push(w->v, val_int(w->v, 3), 0);
	attrs = values_map(w->v, 1);
	t_ok(store_edge(w->s, okta_provider.kinds, w->v, w->app, a.key, 0, id(w, "eng"), attrs,
		     true, &e),
		&e);
	load(w);
	assert_int_equal(w->snap->edges.n, 1);
	assert_true(val_equal(w->v, w->snap->attrs.v[0], attrs));
	t_slice(res_disc(w->snap, &w->snap->res.v[0]), "BOOKMARK");
}

static void test_store__a_torn_last_line_did_not_happen(void **state)
{
	struct world *w = *state;
	size_t whole;

	put(w, "eng", "x", NULL, 0);
	read_text(w);
	whole = w->text.n;
	put(w, "ops", "x", NULL, 0);
	read_text(w);
	for (size_t n = whole; n < w->text.n; n++) {
		store_free(w->s);
		t_write(&w->dir, "state", (struct slice){w->text.p, n});
		w->s = store_file(t_path(&w->dir, "state"), tenant);
		load(w);
		assert_non_null(find(w, "eng"));
		assert_null(find(w, "ops"));
	}
	/* what is appended stands on a line of its own */
	put(w, "dev", "x", NULL, 0);
	load(w);
	assert_non_null(find(w, "dev"));
	assert_int_equal(w->snap->res.n, 2);
}

static void test_store__a_torn_first_line_is_an_empty_state(void **state)
{
	struct world *w = *state;

	for (size_t n = 0; n < sizeof(head) - 1; n++) {
		store_free(w->s);
		t_write(&w->dir, "state", (struct slice){head, n});
		w->s = store_file(t_path(&w->dir, "state"), tenant);
		load(w);
		assert_int_equal(w->snap->res.n, 0);
		put(w, "eng", "x", NULL, 0);
		load(w);
		assert_int_equal(w->snap->res.n, 1);
	}
}

static void test_store__refuses_what_is_not_its_own(void **state)
{
	static const struct {
		const char *text, *why;
	} rows[] = {
		{"hello", "is no state of plumb"},
		{"hello\n", "is no state of plumb"},
		{"{}\n", "is no state of plumb"},
		{"{\"plumb\":\"1\"}\n", "is no state of plumb"},
		{"{\"plumb\":1,\"tenant\":\"https://b.okta.example\"}\n",
			"is the state of https://b.okta.example, not of https://acme.okta.example"},
		{"{\"plumb\":1}\n", "is the state of "},
		{"{\"plumb\":2,\"tenant\":\"https://acme.okta.example\"}\n",
			"has version 2; this program knows 1: use a newer plumb"},
		{"{\"plumb\":1,\"tenant\":\"https://acme.okta.example\"}\nnonsense\n", "line 2"},
		{"{\"plumb\":1,\"tenant\":\"https://acme.okta.example\"}\n\n[]\n", "line 3"},
		{"{\"plumb\":1,\"tenant\":\"https://acme.okta.example\"}\n{\"kind\":\"x\"}\n",
			"names no kind or key"},
	};
	struct world *w = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		struct snapshot *snap = NULL;
		struct err e = ERR_INIT;

		t_write(&w->dir, "state", slice_of(rows[i].text));
		assert_int_equal(store_load(w->s, okta_provider.kinds, w->v, &snap, &e), -1);
		assert_null(snap);
		assert_int_equal(e.code, ERR_STATE);
		t_contains(e.msg, rows[i].why);
	}
}

static void test_store__leaves_a_strangers_file_alone(void **state)
{
	struct world *w = *state;
	struct applied a = {.kind = w->group, .key = id(w, "eng"), .body = values_map(w->v, 0)};
	struct err e = ERR_INIT;

	t_write(&w->dir, "state", SLICE("my thesis, no newline"));
	assert_int_equal(store_put(w->s, okta_provider.kinds, w->v, &a, &e), -1);
	read_text(w);
	t_slice(buf_slice(&w->text), "my thesis, no newline");
}

static void test_store__compaction_is_canonical(void **state)
{
	struct world *w = *state;
	AUTO(buf) struct buf first = BUF_TEXT;
	struct err e = ERR_INIT;

	put(w, "ops", "o", NULL, 0);
	put(w, "eng", "old", NULL, 0);
	edge(w, "eng", "bob@x", true);
	edge(w, "eng", "ada@x", true);
	edge(w, "eng", "gone@x", true);
	edge(w, "eng", "gone@x", false);
	put(w, "eng", "new", NULL, 0);
	t_ok(store_compact(w->s, okta_provider.kinds, &e), &e);
	read_text(w);
	buf_add_slice(&first, buf_slice(&w->text));
	t_contains(buf_str(&first), "[\"ada@x\",\"bob@x\"]");
	assert_null(strstr(buf_str(&first), "gone@x"));
	assert_null(strstr(buf_str(&first), "old"));
	t_ok(store_compact(w->s, okta_provider.kinds, &e), &e);
	read_text(w);
	t_slice(buf_slice(&w->text), buf_str(&first));
	load(w);
	assert_true(has_edge(w, "eng", "ada@x"));
	/* the same, written in another order, is the same text */
	assert_int_equal(unlink(t_path(&w->dir, "state")), 0);
	store_free(w->s);
	w->s = store_file(t_path(&w->dir, "state"), tenant);
	put(w, "eng", "new", NULL, 0);
	edge(w, "eng", "ada@x", true);
	put(w, "ops", "o", NULL, 0);
	edge(w, "eng", "bob@x", true);
	t_ok(store_compact(w->s, okta_provider.kinds, &e), &e);
	read_text(w);
	t_slice(buf_slice(&w->text), buf_str(&first));
	/* and goes on */
	put(w, "dev", "x", NULL, 0);
	load(w);
	assert_int_equal(w->snap->res.n, 3);
}

static void test_store__one_run_at_a_time(void **state)
{
	struct world *w = *state;
	struct store *other = store_file(t_path(&w->dir, "state"), tenant);
	struct err e = ERR_INIT;

	t_ok(store_lock(w->s, &e), &e);
	assert_int_equal(store_lock(other, &e), -1);
	assert_int_equal(e.code, ERR_LOCKED);
	store_free(w->s);
	w->s = NULL;
	store_free(other);
	other = store_file(t_path(&w->dir, "state"), tenant);
	t_ok(store_lock(other, &e), &e);
	store_free(other);
}

static void test_store__batches_are_synced_at_the_end(void **state)
{
	struct world *w = *state;
	struct err e = ERR_INIT;

	store_batch(w->s, true);
	for (int i = 0; i < 100; i++) {
		char name[20];

		snprintf(name, sizeof(name), "g%d", i);
		put(w, name, "x", NULL, 0);
	}
	t_ok(store_sync(w->s, &e), &e);
	store_batch(w->s, false);
	load(w);
	assert_int_equal(w->snap->res.n, 100);
}

static void test_store__keys_of_any_text_survive(void **state)
{
	struct world *w = *state;
	struct err e = ERR_INIT;

	put(w, "a\"b\\c\n\x1f\xc3\xa9", "d\te", NULL, 0);
	t_ok(store_compact(w->s, okta_provider.kinds, &e), &e);
	load(w);
	assert_non_null(find(w, "a\"b\\c\n\x1f\xc3\xa9"));
}

#define T(name) cmocka_unit_test_setup_teardown(test_store__##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(without_a_file_it_is_empty),
		T(gives_back_what_was_put),
		T(forgets),
		T(edges_come_and_go),
		T(a_list_replaces_the_one_before),
		T(keeps_what_edges_say),
		T(a_torn_last_line_did_not_happen),
		T(a_torn_first_line_is_an_empty_state),
		T(refuses_what_is_not_its_own),
		T(leaves_a_strangers_file_alone),
		T(compaction_is_canonical),
		T(one_run_at_a_time),
		T(batches_are_synced_at_the_end),
		T(keys_of_any_text_survive),
	};

	return t_run("store", tests);
}
