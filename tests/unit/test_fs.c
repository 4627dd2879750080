/*
 * base/fs: bounded reads, atomic writes, listings.
 */
#include "tests/lib/t.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fs.h"

static int set_up(void **state)
{
	static struct t_dir d;

	t_dir_make(&d);
	*state = &d;
	return 0;
}

static int tear_down(void **state)
{
	t_dir_release(*state);
	return 0;
}

static void test_fs__reads_what_it_wrote(void **state)
{
	const struct t_dir *d = *state;
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;
	struct stat st;

	t_ok(fs_write(t_path(d, "f"), SLICE("one"), 0600, &e), &e);
	t_ok(fs_write(t_path(d, "f"), SLICE("two"), 0600, &e), &e);
	t_ok(fs_read(t_path(d, "f"), &b, &e), &e);
	t_slice(buf_slice(&b), "two");
	assert_int_equal(stat(t_path(d, "f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void test_fs__a_failed_write_leaves_nothing_behind(void **state)
{
	const struct t_dir *d = *state;
	AUTO(buf) struct buf tmp = BUF_TEXT;
	struct err e = ERR_INIT;

	/* a folder cannot be replaced by a file */
	t_ok(fs_mkdir(t_path(d, "f"), &e), &e);
	assert_int_equal(fs_write(t_path(d, "f"), SLICE("text"), 0600, &e), -1);
	assert_int_equal(e.code, ERR_SYS);
	buf_addf(&tmp, "%s.tmp-%d", t_path(d, "f"), (int)getpid());
	assert_false(fs_exists(buf_str(&tmp)));
	assert_int_equal(fs_write(t_path(d, "none/f"), SLICE("text"), 0600, &e), -1);
}

static void test_fs__a_write_follows_no_link_in_its_way(void **state)
{
	const struct t_dir *d = *state;
	AUTO(buf) struct buf tmp = BUF_TEXT;
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;

	t_write(d, "victim", SLICE("precious"));
	buf_addf(&tmp, "%s.tmp-%d", t_path(d, "f"), (int)getpid());
	assert_int_equal(symlink(t_path(d, "victim"), buf_str(&tmp)), 0);
	assert_int_equal(fs_write(t_path(d, "f"), SLICE("text"), 0600, &e), -1);
	t_ok(fs_read(t_path(d, "victim"), &b, &e), &e);
	t_slice(buf_slice(&b), "precious");
}

static void test_fs__a_pipe_stays_a_pipe(void **state)
{
	const struct t_dir *d = *state;
	char got[10] = "";
	struct err e = ERR_INIT;
	struct stat st;
	int fd;

	assert_int_equal(mkfifo(t_path(d, "pipe"), 0600), 0);
	fd = open(t_path(d, "pipe"), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	t_ok(fs_write(t_path(d, "pipe"), SLICE("text"), 0600, &e), &e);
	assert_int_equal(read(fd, got, sizeof(got) - 1), 4);
	assert_string_equal(got, "text");
	close(fd);
	assert_int_equal(stat(t_path(d, "pipe"), &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
}

static void test_fs__refuses_what_is_too_large(void **state)
{
	const struct t_dir *d = *state;
	AUTO(buf) struct buf b = BUF_MAX(4);
	struct err e = ERR_INIT;

	t_write(d, "f", SLICE("12345"));
	assert_int_equal(fs_read(t_path(d, "f"), &b, &e), -1);
	t_contains(e.msg, "is larger than 4 bytes");
	t_write(d, "f", SLICE("1234"));
	buf_clear(&b);
	t_ok(fs_read(t_path(d, "f"), &b, &e), &e);
	t_slice(buf_slice(&b), "1234");
}

static void test_fs__says_what_it_cannot_read(void **state)
{
	const struct t_dir *d = *state;
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;

	assert_int_equal(fs_read(t_path(d, "none"), &b, &e), -1);
	t_contains(e.msg, "none'");
	assert_int_equal(fs_read(d->path, &b, &e), -1);
	assert_int_equal(e.code, ERR_SYS);
}

static void test_fs__makes_parents(void **state)
{
	const struct t_dir *d = *state;
	struct err e = ERR_INIT;

	t_ok(fs_mkdir(t_path(d, "a/b/c"), &e), &e);
	t_ok(fs_mkdir(t_path(d, "a/b/c"), &e), &e);
	assert_true(fs_is_dir(t_path(d, "a/b/c")));
	t_write(d, "file", SLICE(""));
	assert_int_equal(fs_mkdir(t_path(d, "file"), &e), -1);
	assert_int_equal(fs_mkdir(t_path(d, "file/x"), &e), -1);
}

static void test_fs__lists_yaml_sorted_by_path(void **state)
{
	static const char *const made[] = {"b.yaml", "a.yml", "sub/c.yaml", "no.txt", ".hid.yaml",
		".git/x.yaml", "a.yaml.bak", "s.yaml"};
	static const char *const want[] = {"a.yml", "b.yaml", "s.yaml", "sub/c.yaml"};
	const struct t_dir *d = *state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char **paths;
	size_t n = 0;

	for (size_t i = 0; i < LEN(made); i++)
		t_write(d, made[i], SLICE("x"));
	t_ok(fs_find_yaml(d->path, &a, &paths, &n, &e), &e);
	assert_int_equal(n, LEN(want));
	for (size_t i = 0; i < n; i++)
		assert_string_equal(paths[i], t_path(d, want[i]));
	arena_release(&a);
}

static void test_fs__a_listing_is_whole_or_fails(void **state)
{
	const struct t_dir *d = *state;
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char **paths;
	size_t n = 0;

	t_write(d, "a.yaml", SLICE("x"));
	assert_int_equal(symlink("gone", t_path(d, "b.yaml")), 0);
	assert_int_equal(fs_find_yaml(d->path, &a, &paths, &n, &e), -1);
	t_contains(e.msg, "b.yaml");
	assert_int_equal(unlink(t_path(d, "b.yaml")), 0);
	/* a folder that holds itself */
	assert_int_equal(symlink(".", t_path(d, "loop")), 0);
	assert_int_equal(fs_find_yaml(d->path, &a, &paths, &n, &e), -1);
	assert_int_equal(unlink(t_path(d, "loop")), 0);
	assert_int_equal(fs_find_yaml(t_path(d, "none"), &a, &paths, &n, &e), -1);
	arena_release(&a);
}

static void test_fs__joins_paths(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_string_equal(fs_join(&a, "d", "f"), "d/f");
	assert_string_equal(fs_join(&a, "d/", "f"), "d/f");
	assert_string_equal(fs_join(&a, "d", "/f"), "/f");
	assert_string_equal(fs_join(&a, ".", "f"), "f");
	assert_string_equal(fs_join(&a, "", "f"), "f");
	arena_release(&a);
}

#define T(name) cmocka_unit_test_setup_teardown(test_fs__##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(reads_what_it_wrote),
		T(a_failed_write_leaves_nothing_behind),
		T(a_write_follows_no_link_in_its_way),
		T(a_pipe_stays_a_pipe),
		T(refuses_what_is_too_large),
		T(says_what_it_cannot_read),
		T(makes_parents),
		T(lists_yaml_sorted_by_path),
		T(a_listing_is_whole_or_fails),
		T(joins_paths),
	};

	return t_run("fs", tests);
}
