/*
 * base/buf, base/slice, base/suggest.
 */
#include "tests/lib/t.h"

#include "base/buf.h"
#include "base/suggest.h"
#include "base/xalloc.h"

static void test_buf__drops_what_passes_its_maximum(void **state)
{
	AUTO(buf) struct buf b = BUF_MAX(5);

	(void)state;
	buf_adds(&b, "abc");
	assert_true(buf_ok(&b));
	buf_adds(&b, "def");
	assert_false(buf_ok(&b));
	t_slice(buf_slice(&b), "abc");
	buf_addf(&b, "%d", 12345);
	t_slice(buf_slice(&b), "abc");
	buf_clear(&b);
	assert_true(buf_ok(&b));
	buf_addf(&b, "%d", 12345);
	t_slice(buf_slice(&b), "12345");
	assert_true(buf_ok(&b));
}

static void test_buf__is_a_string_even_when_empty(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	assert_string_equal(buf_str(&b), "");
	t_slice(buf_slice(&b), "");
	buf_add(&b, NULL, 0);
	assert_string_equal(buf_str(&b), "");
	buf_pad(&b, '-', 3);
	assert_string_equal(buf_str(&b), "---");
	for (int i = 0; i < 5000; i++)
		buf_addc(&b, 'x');
	assert_int_equal(strlen(buf_str(&b)), 5003);
}

static void test_buf__writes_json_strings(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	buf_add_json(&b, SLICE("a\"b\\c\n\t\x01\x7f\xc3\xa9"));
	t_slice(buf_slice(&b), "\"a\\\"b\\\\c\\n\\t\\u0001\\u007f\xc3\xa9\"");
}

static void test_buf__percent_encodes_all_but_the_unreserved(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	buf_add_url(&b, SLICE("aZ09-._~ /?&=%+\xc3\xa9"));
	t_slice(buf_slice(&b), "aZ09-._~%20%2F%3F%26%3D%25%2B%C3%A9");
}

static void test_buf__shows_no_control_character(void **state)
{
	static const struct {
		struct slice text;
		const char *shown;
	} rows[] = {
		{T_TEXT("plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"),
			"plain \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
		{T_TEXT("a\nb\tc"), "a\\nb\\tc"},
		{T_TEXT("\033[2J\x7f"), "\\x1b[2J\\x7f"},
		{T_TEXT("\xc2\x9b"
			"31m"),
			"\\u009b31m"},
		{T_TEXT("\xc2\xa0"), "\xc2\xa0"},
		{T_TEXT("\xff\xc3(\xc3"), "\\xff\\xc3(\\xc3"},
		{T_TEXT("\xe2\x82"), "\\xe2\\x82"},
		{T_TEXT("nul\0!"), "nul\\x00!"},
		/* what turns the direction of text around could show another text than is there */
		{T_TEXT("a\xe2\x80\xae"
			"b\xe2\x81\xa6"
			"c"),
			"a\\u202eb\\u2066c"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;

		buf_add_printable(&b, rows[i].text);
		t_slice(buf_slice(&b), rows[i].shown);
	}
}

static void test_buf__cuts_no_character_in_half(void **state)
{
	(void)state;
	for (size_t max = 0; max < 12; max++) {
		AUTO(buf) struct buf b = BUF_MAX(max);

		buf_add_printable(&b, SLICE("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80z"));
		assert_true(b.n == 0 || b.n == 2 || b.n == 5 || b.n == 9 || b.n == 10);
	}
}

static void test_buf__wipes_secrets(void **state)
{
	struct buf b = BUF_TEXT;

	(void)state;
	buf_adds(&b, "secret");
	buf_wipe(&b);
	assert_null(b.p);
	buf_wipe(&b);
}

static void test_slice__cuts_at_each_separator(void **state)
{
	struct slice rest = SLICE("a||b"), part;

	(void)state;
	assert_true(slice_cut(&rest, '|', &part));
	t_slice(part, "a");
	assert_true(slice_cut(&rest, '|', &part));
	t_slice(part, "");
	assert_true(slice_cut(&rest, '|', &part));
	t_slice(part, "b");
	assert_false(slice_cut(&rest, '|', &part));
	rest = SLICE("");
	assert_true(slice_cut(&rest, '|', &part));
	assert_false(slice_cut(&rest, '|', &part));
}

static void test_slice__reads_whole_numbers_only(void **state)
{
	static const struct {
		const char *text;
		bool ok;
		long long v;
	} rows[] = {
		{"0", true, 0},
		{"-0", true, 0},
		{"+7", true, 7},
		{"0123", true, 123},
		{"9223372036854775807", true, INT64_MAX},
		{"-9223372036854775808", true, INT64_MIN},
		{"9223372036854775808", false, 0},
		{"-9223372036854775809", false, 0},
		{"99999999999999999999999999", false, 0},
		{"", false, 0},
		{"-", false, 0},
		{"+", false, 0},
		{"1 ", false, 0},
		{" 1", false, 0},
		{"1.0", false, 0},
		{"0x1f", false, 0},
		{"--1", false, 0},
	};
	long long v;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		v = 42;
		assert_int_equal(
			slice_int(slice_of(rows[i].text), INT64_MIN, INT64_MAX, &v), rows[i].ok);
		assert_int_equal(v, rows[i].ok ? rows[i].v : 42);
	}
	assert_false(slice_int(SLICE("11"), 0, 10, &v));
	assert_false(slice_int(SLICE("-1"), 0, 10, &v));
	assert_true(slice_int(SLICE("10"), 0, 10, &v));
}

static void test_slice__compares(void **state)
{
	(void)state;
	assert_true(slice_cmp(SLICE("a"), SLICE("b")) < 0);
	assert_true(slice_cmp(SLICE("a"), SLICE("ab")) < 0);
	assert_true(slice_cmp(SLICE("\xff"), SLICE("a")) > 0);
	assert_int_equal(slice_cmp(SLICE(""), SLICE("")), 0);
	assert_true(slice_eq_fold(SLICE("ABC"), SLICE("abc")));
	assert_false(slice_eq_fold(SLICE("ABC"), SLICE("abcd")));
	assert_true(slice_eq(SLICE(""), (struct slice){NULL, 0}));
	assert_true(slice_starts(SLICE("abc"), "ab"));
	assert_false(slice_starts(SLICE("a"), "ab"));
	assert_true(slice_ends(SLICE("abc"), "bc"));
	assert_true(slice_ends(SLICE("abc"), ""));
	t_slice(slice_trim(SLICE(" \t a b\r\n")), "a b");
	t_slice(slice_trim(SLICE("  ")), "");
}

static void test_slice__finds_words_in_lists(void **state)
{
	(void)state;
	assert_true(slice_in(SLICE("B"), "A|B|C"));
	assert_false(slice_in(SLICE("b"), "A|B|C"));
	assert_false(slice_in(SLICE("A|B"), "A|B|C"));
	assert_false(slice_in(SLICE(""), "A|B"));
}

static void test_slice__counts_characters_not_bytes(void **state)
{
	(void)state;
	assert_int_equal(slice_chars(SLICE("")), 0);
	assert_int_equal(slice_chars(SLICE("abc")), 3);
	assert_int_equal(slice_chars(SLICE("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")), 3);
	t_slice(slice_head(SLICE("abc"), 5), "abc");
	t_slice(slice_head(SLICE("abc"), 2), "ab");
	t_slice(slice_head(SLICE("\xc3\xa9\xe2\x82\xac!"), 4), "\xc3\xa9");
}

static void test_suggest__finds_the_nearest(void **state)
{
	static const struct {
		const char *word, *best;
	} rows[] = {
		{"gruops", "groups"},
		{"Groups", "groups"},
		{"group", "groups"},
		{"user", "users"},
		{"zebra", NULL},
		{"", NULL},
		{"ap", "app"},
		{"xx", NULL},
	};
	static const char *const known[] = {"groups", "users", "app"};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		struct suggest s = suggest_for(slice_of(rows[i].word));

		for (size_t k = 0; k < LEN(known); k++)
			suggest_offer(&s, slice_of(known[k]));
		if (rows[i].best)
			t_slice(suggest_best(&s), rows[i].best);
		else
			assert_null(suggest_best(&s).p);
	}
}

static void test_suggest__passes_over_what_is_long(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct suggest s;

	(void)state;
	buf_pad(&b, 'x', 100);
	s = suggest_for(buf_slice(&b));
	suggest_offer(&s, buf_slice(&b));
	assert_null(suggest_best(&s).p);
	s = suggest_for(SLICE("xxxxx"));
	suggest_offer(&s, buf_slice(&b));
	suggest_offer(&s, SLICE(""));
	assert_null(suggest_best(&s).p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_buf__drops_what_passes_its_maximum),
		cmocka_unit_test(test_buf__is_a_string_even_when_empty),
		cmocka_unit_test(test_buf__writes_json_strings),
		cmocka_unit_test(test_buf__percent_encodes_all_but_the_unreserved),
		cmocka_unit_test(test_buf__shows_no_control_character),
		cmocka_unit_test(test_buf__cuts_no_character_in_half),
		cmocka_unit_test(test_buf__wipes_secrets),
		cmocka_unit_test(test_slice__cuts_at_each_separator),
		cmocka_unit_test(test_slice__reads_whole_numbers_only),
		cmocka_unit_test(test_slice__compares),
		cmocka_unit_test(test_slice__finds_words_in_lists),
		cmocka_unit_test(test_slice__counts_characters_not_bytes),
		cmocka_unit_test(test_suggest__finds_the_nearest),
		cmocka_unit_test(test_suggest__passes_over_what_is_long),
	};

	return t_run("text", tests);
}
