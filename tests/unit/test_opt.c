/*
 * base/opt: options as rows.
 */
#include "tests/lib/t.h"

#include "base/opt.h"

struct given {
	bool yes, quiet;
	const char *out, *color;
	struct opt_list vars;
	int jobs;
};

enum { WORDS = 100 };

/* Parses the words of line; what is left goes to *rest, joined by blanks. */
static int parse(const char *line, struct given *g, struct buf *rest, struct err *e)
{
	const struct opt rows[] = {
		{OPT_FLAG, 'y', "yes", &g->yes, NULL, "do not ask", NULL, 0, 0},
		{OPT_FLAG, 'q', "quiet", &g->quiet, NULL, "say less", NULL, 0, 0},
		{OPT_STR, 'o', "out", &g->out, "FILE", "where to", NULL, 0, 0},
		{OPT_LIST, 0, "var", &g->vars, "NAME=VALUE", "a variable", NULL, 0, 0},
		{OPT_INT, 'j', "jobs", &g->jobs, "N", "at once", NULL, 1, 64},
		{OPT_WORD, 0, "color", &g->color, NULL, "colours", "auto|never", 0, 0},
		OPT_ROWS_END,
	};
	static char text[2000];
	const char *argv[WORDS] = {"cmd"};
	int argc = 1, r;

	snprintf(text, sizeof(text), "%s", line);
	*g = (struct given){.jobs = 8};
	for (char *p = text; *p;) {
		argv[argc++] = p;
		while (*p && *p != ' ')
			p++;
		if (*p)
			*p++ = '\0';
	}
	r = opt_parse(rows, &argc, argv, e);
	buf_clear(rest);
	for (int i = 0; r == 0 && i < argc; i++)
		buf_addf(rest, "%s%s", i ? " " : "", argv[i]);
	return r;
}

static void test_opt__takes_options_anywhere(void **state)
{
	AUTO(buf) struct buf rest = BUF_TEXT;
	struct err e = ERR_INIT;
	struct given g;

	(void)state;
	t_ok(parse("a -y --out f b --jobs=3 - --var x=1 --var=y=2 --color never", &g, &rest, &e),
		&e);
	t_slice(buf_slice(&rest), "a b -");
	assert_true(g.yes);
	assert_string_equal(g.out, "f");
	assert_int_equal(g.jobs, 3);
	assert_int_equal(g.vars.n, 2);
	assert_string_equal(g.vars.v[1], "y=2");
	assert_string_equal(g.color, "never");
	t_ok(parse("-yqofile -j 4", &g, &rest, &e), &e);
	assert_true(g.yes && g.quiet);
	assert_string_equal(g.out, "file");
	assert_int_equal(g.jobs, 4);
	t_ok(parse("--yes --no-yes --out=", &g, &rest, &e), &e);
	assert_false(g.yes);
	assert_string_equal(g.out, "");
}

static void test_opt__stops_at_two_dashes(void **state)
{
	AUTO(buf) struct buf rest = BUF_TEXT;
	struct err e = ERR_INIT;
	struct given g;

	(void)state;
	t_ok(parse("a -- -y --nonsense --", &g, &rest, &e), &e);
	t_slice(buf_slice(&rest), "a -y --nonsense --");
	assert_false(g.yes);
	t_ok(parse("", &g, &rest, &e), &e);
	t_slice(buf_slice(&rest), "");
}

static void test_opt__says_what_is_wrong(void **state)
{
	static const struct {
		const char *line, *msg;
	} rows[] = {
		{"--yse", "unknown option '--yse'; did you mean '--yes'?"},
		{"--ye", "unknown option '--ye'; did you mean '--yes'?"},
		{"--zebra", "unknown option '--zebra'"},
		{"--=x", "unknown option '--'"},
		{"-x", "unknown option '-x'"},
		{"-yx", "unknown option '-x'"},
		{"--yes=1", "option '--yes' takes no argument"},
		{"--out", "option '--out' needs FILE"},
		{"-o", "option '-o' needs FILE"},
		{"--no-out", "unknown option '--no-out'"},
		{"--jobs 0", "'--jobs' takes a number from 1 to 64, not '0'"},
		{"--jobs x", "'--jobs' takes a number from 1 to 64, not 'x'"},
		{"-j65", "'--jobs' takes a number from 1 to 64, not '65'"},
		{"--color red", "'--color' takes one of auto|never, not 'red'"},
		{"--color", "option '--color' needs auto|never"},
	};
	AUTO(buf) struct buf rest = BUF_TEXT;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		struct err e = ERR_INIT;
		struct given g;

		assert_int_equal(parse(rows[i].line, &g, &rest, &e), -1);
		assert_int_equal(e.code, ERR_USAGE);
		assert_string_equal(e.msg, rows[i].msg);
	}
}

static void test_opt__lists_have_an_end(void **state)
{
	AUTO(buf) struct buf line = BUF_TEXT;
	AUTO(buf) struct buf rest = BUF_TEXT;
	struct err e = ERR_INIT;
	struct given g;

	(void)state;
	for (int i = 0; i <= OPT_LIST_MAX; i++)
		buf_addf(&line, "--var=%d ", i);
	assert_int_equal(parse(buf_str(&line), &g, &rest, &e), -1);
	assert_string_equal(e.msg, "more than 64 times '--var'");
}

static void test_opt__helps(void **state)
{
	const struct opt rows[] = {
		{OPT_FLAG, 'y', "yes", NULL, NULL, "do not ask", NULL, 0, 0},
		{OPT_WORD, 0, "color", NULL, NULL, "colours", "auto|never", 0, 0},
		OPT_ROWS_END,
	};
	AUTO(buf) struct buf out = BUF_TEXT;

	(void)state;
	opt_help(rows, &out);
	t_slice(buf_slice(&out), "  -y, --yes                      do not ask\n"
				 "      --color auto|never         colours\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_opt__takes_options_anywhere),
		cmocka_unit_test(test_opt__stops_at_two_dashes),
		cmocka_unit_test(test_opt__says_what_is_wrong),
		cmocka_unit_test(test_opt__lists_have_an_end),
		cmocka_unit_test(test_opt__helps),
	};

	return t_run("opt", tests);
}
