/*
 * reconcile/expr: what of Okta's expressions can be decided.
 */
#include "tests/lib/t.h"

#include "base/buf.h"
#include "reconcile/expr.h"

#define N EXPR_NO
#define Y EXPR_YES
#define U EXPR_UNKNOWN

struct expr_row {
	const char *text;
	enum expr_result want;
};

static const char profile_text[] =
	"{\"department\":\"Engineering\",\"title\":\"it's\",\"empty\":\"\","
	"\"flag\":true,\"off\":false,\"n\":5,\"list\":[\"a\"],\"none\":null}";

static void check(const struct expr_row *rows, size_t n, bool with_profile)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(js) j = NULL;
	struct err e = ERR_INIT;
	struct val profile = VAL_ABSENT;

	t_ok(js_parse(slice_of(profile_text), "profile", &j, &e), &e);
	if (with_profile)
		profile = val_of_js(v, j);
	for (size_t i = 0; i < n; i++) {
		/* a copy without a NUL behind it: nothing may be read past its end */
		struct slice s = slice_of(rows[i].text);
		char *copy = malloc(s.n ? s.n : 1);
		enum expr_result got;

		assert_non_null(copy);
		memcpy(copy, s.p, s.n);
		got = expr_eval(v, (struct slice){copy, s.n}, profile);
		free(copy);
		if (got != rows[i].want)
			fail_msg("'%s' is %d, not %d", rows[i].text, got, rows[i].want);
	}
}

static void test_expr__compares_attributes(void **state)
{
	static const struct expr_row rows[] = {
		{"user.department==\"Engineering\"", Y},
		{"user.department == 'Engineering'", Y},
		{"user.department==\"engineering\"", N},
		{"user.department!=\"Engineering\"", N},
		{"\"Engineering\"==user.department", Y},
		{"user.title==\"it's\"", Y},
		{"user.missing==\"x\"", N},
		{"user.missing!=\"x\"", Y},
		{"user.missing==null", Y},
		{"user.none==null", Y},
		{"user.department==null", N},
		{"user.empty==\"\"", Y},
		{"user.empty==null", N},
		{"user.flag", Y},
		{"user.off", N},
		{"user.flag==true", Y},
		{"user.off==true", N},
		{"!user.off", Y},
		{"not user.flag", N},
		{"true", Y},
		{"false", N},
	};

	(void)state;
	check(rows, LEN(rows), true);
}

static void test_expr__knows_some_functions(void **state)
{
	static const struct expr_row rows[] = {
		{"String.startsWith(user.department,\"Eng\")", Y},
		{"String.startsWith(user.department, \"ring\")", N},
		{"String.startsWith(user.department, \"EngineeringX\")", N},
		{"String.stringContains(user.department,\"ginee\")", Y},
		{"String.stringContains(user.department,\"\")", Y},
		{"String.stringContains(user.department,\"x\")", N},
		{"String.stringContains(user.missing,\"x\")", N},
		{"String.stringContains(user.department)", U},
		{"String.stringContains(user.department,\"a\",\"b\")", U},
		{"String.stringContains(user.n,\"5\")", U},
		{"String.toUpperCase(user.department)==\"ENGINEERING\"", U},
		{"Arrays.contains(user.list,\"a\")", U},
		{"user.isMemberOfGroupName(\"x\")", U},
		{"isMemberOfAnyGroup(\"00g1\")", U},
	};

	(void)state;
	check(rows, LEN(rows), true);
}

static void test_expr__truth_tables(void **state)
{
	/* y, n, u stand for expressions of that truth */
	static const struct {
		const char *op;
		enum expr_result table[3][3];
	} ops[] = {
		{" and ", {{N, N, N}, {N, Y, U}, {N, U, U}}},
		{"&&", {{N, N, N}, {N, Y, U}, {N, U, U}}},
		{" OR ", {{N, Y, U}, {Y, Y, Y}, {U, Y, U}}},
		{"||", {{N, Y, U}, {Y, Y, Y}, {U, Y, U}}},
	};
	static const char *const terms[] = {"user.off", "user.flag", "f(user.x)"};

	(void)state;
	for (size_t o = 0; o < LEN(ops); o++) {
		for (int a = 0; a < 3; a++) {
			for (int b = 0; b < 3; b++) {
				char text[100];
				struct expr_row row = {text, ops[o].table[a][b]};

				snprintf(text, sizeof(text), "%s%s%s", terms[a], ops[o].op,
					terms[b]);
				check(&row, 1, true);
			}
		}
	}
}

static void test_expr__binds_as_usual(void **state)
{
	static const struct expr_row rows[] = {
		{"true or false and false", Y},
		{"(true or false) and false", N},
		{"false and false or true", Y},
		{"not false and false", N},
		{"not (false and false)", Y},
		{"!(user.flag and user.off) and user.department==\"Engineering\"", Y},
		{"!f(1)", U},
		{" ( ( true ) ) ", Y},
	};

	(void)state;
	check(rows, LEN(rows), true);
}

static void test_expr__never_guesses(void **state)
{
	static const struct expr_row rows[] = {
		{"", U},
		{" ", U},
		{"user.department", U},
		{"user.department==", U},
		{"==\"x\"", U},
		{"user.department==\"Engineering", U},
		{"user.department==\"Engin\\\"eering\"", U},
		{"user.department==\"a\"==\"b\"", U},
		{"true true", U},
		{"true and", U},
		{"(true", U},
		{"true)", U},
		{"user.n==5", U},
		{"user.n==\"5\"", U},
		{"user.list==\"a\"", U},
		{"user.department>\"A\"", U},
		{"user.department eq \"Engineering\"", U},
		{"user.flag==\"true\"", U},
		{"user.profile.department==\"x\"", U},
		{"user.id==\"00u1\"", U},
		{"user.==\"x\"", U},
		{"department==\"Engineering\"", U},
		{"session.amr==\"x\"", U},
		{"user.department==\"Engineering\" ? true : false", U},
		{"f(", U},
		{"f(,)", U},
		{"f(1,2,3,4,5)", U},
		{"not", U},
		{"\"\"", U},
		{"null", U},
		{"null==null", Y},
	};

	(void)state;
	check(rows, LEN(rows), true);
}

static void test_expr__of_nobody_known(void **state)
{
	static const struct expr_row rows[] = {
		{"user.department==\"Engineering\"", U},
		{"user.department==null", U},
		{"true or user.flag", Y},
		{"false and user.flag", N},
	};

	(void)state;
	check(rows, LEN(rows), false);
}

static void test_expr__deep_nesting_is_unknown(void **state)
{
	static const char *const open[] = {"(", "!", "not ", "f(", "true and ("};

	(void)state;
	for (size_t k = 0; k < LEN(open); k++) {
		AUTO(buf) struct buf b = BUF_TEXT;
		struct expr_row row = {.want = EXPR_UNKNOWN};

		for (int i = 0; i < 100000; i++)
			buf_adds(&b, open[k]);
		buf_adds(&b, "true");
		row.text = buf_str(&b);
		check(&row, 1, true);
	}
}

static void test_expr__long_chains_are_decided(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct expr_row row = {.want = EXPR_YES};

	(void)state;
	for (int i = 0; i < 1000; i++)
		buf_adds(&b, "user.department==\"x\" or ");
	buf_adds(&b, "user.flag");
	row.text = buf_str(&b);
	check(&row, 1, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_expr__compares_attributes),
		cmocka_unit_test(test_expr__knows_some_functions),
		cmocka_unit_test(test_expr__truth_tables),
		cmocka_unit_test(test_expr__binds_as_usual),
		cmocka_unit_test(test_expr__never_guesses),
		cmocka_unit_test(test_expr__of_nobody_known),
		cmocka_unit_test(test_expr__deep_nesting_is_unknown),
		cmocka_unit_test(test_expr__long_chains_are_decided),
	};

	return t_run("expr", tests);
}
