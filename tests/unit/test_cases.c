/*
 * The cases of tests/plan and tests/apply, one test each; tests/lib/case.h tells what stands in them. With
 * PLUMB_ACCEPT=1 the expected parts are rewritten; look at the difference. PLUMB_CASE=WORD runs those whose
 * path has the word in it. Runs in the folder of the sources.
 */
#include "tests/lib/t.h"

#include <dirent.h>

#include "base/vec.h"
#include "tests/lib/case.h"

static const char *const folders[] = {"tests/plan", "tests/apply"};
enum { MIN_CASES = 45 };

static int is_case(const struct dirent *ent)
{
	return slice_ends(slice_of(ent->d_name), ".case");
}

static void test_case(void **state)
{
	AUTO(buf) struct buf report = BUF_TEXT;
	bool bad;

	case_run(*state, getenv("PLUMB_ACCEPT") != NULL, &report);
	bad = report.n > 0;
	if (bad)
		print_error("%s", buf_str(&report));
	buf_release(&report);
	report = (struct buf)BUF_TEXT;
	if (bad)
		fail();
}

static void test_cases__are_all_there(void **state)
{
	assert_true(getenv("PLUMB_CASE") || *(uint32_t *)*state >= MIN_CASES);
}

int main(void)
{
	VEC(struct CMUnitTest) tests = {NULL, 0, 0};
	const char *only = getenv("PLUMB_CASE");
	uint32_t n;
	int failed;

	for (size_t f = 0; f < LEN(folders); f++) {
		struct dirent **list = NULL;
		int found = scandir(folders[f], &list, is_case, alphasort);

		for (int i = 0; i < found; i++) {
			char *path;

			if (asprintf(&path, "%s/%s", folders[f], list[i]->d_name) < 0)
				abort();
			if (!only || strstr(path, only))
				vec_push(&tests,
					(struct CMUnitTest){path, test_case, NULL, NULL, path});
			else
				free(path);
			free(list[i]);
		}
		free(list);
	}
	n = tests.n;
	vec_push(&tests,
		(struct CMUnitTest)cmocka_unit_test_prestate(test_cases__are_all_there, &n));
	failed = _cmocka_run_group_tests("cases", tests.v, tests.n, NULL, NULL);
	for (uint32_t i = 0; i < n; i++)
		free(tests.v[i].initial_state);
	vec_free(&tests);
	return failed;
}
