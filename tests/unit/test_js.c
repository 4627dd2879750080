/*
 * base/js: JSON at the edge.
 */
#include "tests/lib/t.h"

#include "base/js.h"

static struct js *parse(const char *text)
{
	struct js *j = NULL;
	struct err e = ERR_INIT;

	t_ok(js_parse(slice_of(text), "a text", &j, &e), &e);
	return j;
}

static void test_js__refuses_what_is_no_json(void **state)
{
	static const struct slice bad[] = {
		T_TEXT(""),
		T_TEXT("{"),
		T_TEXT("{}x"),
		T_TEXT("<html>"),
		T_TEXT("{\"a\":1,\"a\":2}"),
		T_TEXT("\"\xff\""),
		T_TEXT("\"\\u0000\""),
		T_TEXT("1e999"),
		T_TEXT("99999999999999999999"),
		T_TEXT("[1,]"),
		{NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++) {
		struct js *j = NULL;
		struct err e = ERR_INIT;

		assert_int_equal(js_parse(bad[i], "the answer", &j, &e), -1);
		assert_null(j);
		t_contains(e.msg, "the answer is no valid JSON: line ");
	}
}

static void test_js__refuses_endless_nesting(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct js *j = NULL;
	struct err e = ERR_INIT;

	(void)state;
	buf_pad(&b, '[', 100000);
	assert_int_equal(js_parse(buf_slice(&b), "x", &j, &e), -1);
}

static void test_js__readers_take_anything(void **state)
{
	AUTO_PTR(js) j = parse("{\"s\":\"t\",\"n\":5,\"r\":1.5,\"b\":true,\"z\":null,\"l\":[1,2]}");

	(void)state;
	assert_int_equal(js_type(NULL), JS_ABSENT);
	assert_int_equal(js_type(js_get(j, "z")), JS_NULL);
	t_slice(js_str(js_get(j, "s")), "t");
	t_slice(js_str(js_get(j, "n")), "");
	t_slice(js_str(NULL), "");
	assert_int_equal(js_int(js_get(j, "n")), 5);
	assert_int_equal(js_int(js_get(j, "s")), 0);
	assert_true(js_real(js_get(j, "r")) > 1.4);
	assert_true(js_bool(js_get(j, "b")));
	assert_false(js_bool(js_get(j, "s")));
	assert_int_equal(js_len(js_get(j, "l")), 2);
	assert_int_equal(js_len(j), 6);
	assert_int_equal(js_len(js_get(j, "s")), 0);
	assert_int_equal(js_int(js_at(js_get(j, "l"), 1)), 2);
	assert_null(js_at(js_get(j, "l"), 2));
	assert_null(js_at(j, 0));
	assert_null(js_get(js_get(j, "l"), "x"));
	assert_null(js_first(js_get(j, "s")));
}

static void test_js__walks_paths(void **state)
{
	AUTO_PTR(js) j = parse("{\"a\":{\"b\":{\"c\":1}},\"s\":\"t\"}");

	(void)state;
	assert_int_equal(js_int(js_path(j, "a.b.c")), 1);
	assert_null(js_path(j, "a.x.c"));
	assert_null(js_path(j, "s.t"));
	assert_null(js_path(NULL, "a"));
	js_set(js_make(j, "a.n.m"), "k", js_new_int(2));
	assert_int_equal(js_int(js_path(j, "a.n.m.k")), 2);
	assert_int_equal(js_int(js_path(j, "a.b.c")), 1);
	/* what is in the way of a path is no map: it goes */
	js_set(js_make(j, "s.t"), "k", js_new_bool(true));
	assert_true(js_bool(js_path(j, "s.t.k")));
}

static void test_js__writes_in_either_order(void **state)
{
	AUTO_PTR(js) j = js_new_map();
	AUTO_PTR(js) copy = NULL;
	AUTO(buf) struct buf b = BUF_TEXT;
	struct js *list = js_new_list();

	(void)state;
	js_set(j, "z", js_new_strz("\xc3\xa9\n"));
	js_set(j, "a", list);
	js_push(list, js_new_null());
	js_push(list, js_new_real(0.5));
	js_write(&b, j);
	t_slice(buf_slice(&b), "{\"z\":\"\xc3\xa9\\n\",\"a\":[null,0.5]}");
	buf_clear(&b);
	js_write_sorted(&b, j);
	t_slice(buf_slice(&b), "{\"a\":[null,0.5],\"z\":\"\xc3\xa9\\n\"}");
	copy = js_copy(j);
	assert_true(js_equal(copy, j));
	js_del(copy, "z");
	assert_false(js_equal(copy, j));
	assert_non_null(js_get(j, "z"));
}

static void test_js__keeps_the_order_of_the_text(void **state)
{
	AUTO_PTR(js) j = parse("{\"z\":1,\"a\":2,\"m\":3}");
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	for (void *it = js_first(j); it; it = js_next(j, it))
		buf_addf(&b, "%s%d", js_key(it), (int)js_int(js_val(it)));
	t_slice(buf_slice(&b), "z1a2m3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_js__refuses_what_is_no_json),
		cmocka_unit_test(test_js__refuses_endless_nesting),
		cmocka_unit_test(test_js__readers_take_anything),
		cmocka_unit_test(test_js__walks_paths),
		cmocka_unit_test(test_js__writes_in_either_order),
		cmocka_unit_test(test_js__keeps_the_order_of_the_text),
	};

	return t_run("js", tests);
}
