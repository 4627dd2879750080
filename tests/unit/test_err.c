/*
 * base/err, base/diag, base/clock, base/rfc3339.
 */
#include "tests/lib/t.h"

#include <errno.h>

#include "base/clock.h"
#include "base/diag.h"
#include "base/rfc3339.h"

static void test_err__puts_context_in_front(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(err_set(&e, ERR_STALE, "it %s", "moved"), -1);
	assert_int_equal(err_in(&e, "group %s", "eng"), -1);
	assert_int_equal(err_in(&e, "apply"), -1);
	assert_string_equal(e.msg, "apply: group eng: it moved");
	assert_int_equal(e.code, ERR_STALE);
	errno = ENOENT;
	err_sys(&e, "'%s'", "x");
	assert_int_equal(e.code, ERR_SYS);
	t_contains(e.msg, "'x': ");
}

static void test_err__cuts_long_text_between_characters(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;

	(void)state;
	for (int shift = 0; shift < 4; shift++) {
		size_t n;

		buf_clear(&b);
		buf_pad(&b, 'x', (size_t)shift);
		for (int i = 0; i < 600; i++)
			buf_adds(&b, "\xe2\x82\xac");
		err_set(&e, ERR_SYS, "%s", buf_str(&b));
		n = strlen(e.msg);
		assert_true(n >= sizeof(e.msg) - 4);
		assert_int_equal((n - (size_t)shift) % 3, 0);
		err_in(&e, "%s", buf_str(&b));
		assert_true(strlen(e.msg) < sizeof(e.msg));
		errno = EIO;
		err_sys(&e, "%s", buf_str(&b));
		assert_true(strlen(e.msg) < sizeof(e.msg));
	}
}

static void test_err__says_how_the_program_ends(void **state)
{
	static const struct {
		enum err_code code;
		enum exit_code exit;
	} rows[] = {
		{ERR_NONE, EXIT_OK},
		{ERR_USAGE, EXIT_USAGE},
		{ERR_MANIFEST, EXIT_FAILED},
		{ERR_GUARD, EXIT_GUARD},
		{ERR_STALE, EXIT_STALE},
		{ERR_LOCKED, EXIT_STALE},
		{ERR_CANCELLED, EXIT_FAILED},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		const struct err e = {.code = rows[i].code};

		assert_int_equal(err_exit(&e), rows[i].exit);
	}
}

static void test_diags__are_shown_by_place(void **state)
{
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;

	(void)state;
	diag_error(&d, (struct srcloc){"b.yaml", 1, 1}, "key", "last");
	diag_error(&d, (struct srcloc){"a.yaml", 10, 1}, "key", "fourth");
	diag_error(&d, (struct srcloc){"a.yaml", 9, 2}, "key", "third");
	diag_hint(&d, "did you mean '%s'?", "x");
	diag_warn(&d, (struct srcloc){"a.yaml", 9, 1}, "key", "second");
	diag_error(&d, (struct srcloc){NULL, 0, 0}, "key", "nowhere");
	diag_error(&d, (struct srcloc){"a.yaml", 0, 0}, "file", "a whole file");
	diag_error(&d, (struct srcloc){"b.yaml", 1, 1}, "key", "last, said later");
	assert_int_equal(d.nerrors, 6);
	diags_print(&d, &out);
	t_slice(buf_slice(&out), "error[key]: nowhere\n"
				 "a.yaml: error[file]: a whole file\n"
				 "a.yaml:9:1: warning[key]: second\n"
				 "a.yaml:9:2: error[key]: third\n"
				 "  hint: did you mean 'x'?\n"
				 "a.yaml:10:1: error[key]: fourth\n"
				 "b.yaml:1:1: error[key]: last\n"
				 "b.yaml:1:1: error[key]: last, said later\n");
}

static void test_diags__escape_and_cut_text(void **state)
{
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;
	AUTO(buf) struct buf text = BUF_TEXT;

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_adds(&text, "\xe2\x82\xac");
	diag_error(&d, (struct srcloc){"a\033", 1, 1}, "value", "'%s'", "a\nb\033[2J");
	diag_error(&d, (struct srcloc){"b", 1, 1}, "value", "%s", buf_str(&text));
	diags_print(&d, &out);
	t_contains(buf_str(&out), "a\\x1b:1:1: error[value]: 'a\\nb\\x1b[2J'\n");
	t_contains(buf_str(&out), "\xe2\x82\xac...\n");
	assert_null(strstr(buf_str(&out), "\\x"
					  "e2"));
}

static void test_diags__have_an_end(void **state)
{
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;

	(void)state;
	for (uint32_t i = 0; i < 1500; i++) {
		diag_error(&d, (struct srcloc){"a", i + 1, 1}, "key", "%u", i);
		diag_hint(&d, "of %u", i);
	}
	assert_int_equal(d.nerrors, 1500);
	diags_print(&d, &out);
	t_contains(buf_str(&out), "a:1000:1: error[key]: 999\n  hint: of 999\n");
	t_contains(buf_str(&out), "error: and 500 more\n");
}

static void test_marks__hold_line_and_column(void **state)
{
	(void)state;
	assert_int_equal(mark_line(mark_of(12, 34)), 12);
	assert_int_equal(mark_col(mark_of(12, 34)), 34);
	assert_int_equal(mark_col(mark_of(12, 5000)), 1023);
	assert_int_equal(mark_line(mark_of(12, 5000)), 12);
	assert_int_equal(mark_line(mark_of(UINT32_MAX, 1)), (1u << 22) - 1);
}

static void test_clock__moves_only_when_told(void **state)
{
	struct clock_fake f = {.now_ms = 1999};
	struct clock c = clock_of_fake(&f);

	(void)state;
	assert_int_equal(clock_mono_ms(c), 1999);
	assert_int_equal(clock_unix_s(c), 1);
	f.now_ms += 2;
	assert_int_equal(clock_mono_ms(c), 2001);
	c = clock_real();
	assert_true(clock_mono_ms(c) <= clock_mono_ms(c));
	assert_true(clock_unix_s(c) > 1700000000);
}

static void test_rfc3339__prints_as_okta_does(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	rfc3339_add(&b, 1769853600);
	t_slice(buf_slice(&b), "2026-01-31T10:00:00.000Z");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_err__puts_context_in_front),
		cmocka_unit_test(test_err__cuts_long_text_between_characters),
		cmocka_unit_test(test_err__says_how_the_program_ends),
		cmocka_unit_test(test_diags__are_shown_by_place),
		cmocka_unit_test(test_diags__escape_and_cut_text),
		cmocka_unit_test(test_diags__have_an_end),
		cmocka_unit_test(test_marks__hold_line_and_column),
		cmocka_unit_test(test_clock__moves_only_when_told),
		cmocka_unit_test(test_rfc3339__prints_as_okta_does),
	};

	return t_run("err", tests);
}
