#include "base/fs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"

enum { MAX_DEPTH = 32, MAX_FILES = 100000 };

void close_fdp(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

int fs_read(const char *path, struct buf *b, struct err *e)
{
	AUTO_CLOSE fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[8192];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return err_sys(e, "'%s'", path);
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return err_sys(e, "'%s'", path);
	}
	for (;;) {
		ssize_t n = read(fd, chunk, sizeof(chunk));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, "'%s'", path);
		if (n == 0)
			return 0;
		buf_add(b, chunk, (size_t)n);
		if (!buf_ok(b))
			return err_set(e, ERR_SYS, "'%s' is larger than %zu bytes", path, b->max);
	}
}

int fs_write_fd(int fd, struct slice text)
{
	while (text.n) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		text.p += n;
		text.n -= (size_t)n;
	}
	return 0;
}

/* A terminal, a pipe, /dev/null: nothing to rename over. */
static int write_through(const char *path, struct slice text, struct err *e)
{
	AUTO_CLOSE fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || fs_write_fd(fd, text) < 0)
		return err_sys(e, "'%s'", path);
	return 0;
}

int fs_write(const char *path, struct slice text, unsigned mode, struct err *e)
{
	AUTO(buf) struct buf tmp = BUF_TEXT;
	AUTO_CLOSE fd = -1;
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_through(path, text, e);

	buf_addf(&tmp, "%s.tmp-%d", path, (int)getpid());
	fd = open(buf_str(&tmp), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
	if (fd < 0)
		return err_sys(e, "'%s'", buf_str(&tmp));
	if (fs_write_fd(fd, text) < 0 || fsync(fd) < 0 || rename(buf_str(&tmp), path) < 0) {
		err_sys(e, "'%s'", path);
		unlink(buf_str(&tmp));
		return -1;
	}
	return 0;
}

int fs_lock(const char *path, int *ret_fd, struct err *e)
{
	AUTO(buf) struct buf lock = BUF_TEXT;
	int fd;

	buf_addf(&lock, "%s.lock", path);
	fd = open(buf_str(&lock), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return err_sys(e, "'%s'", buf_str(&lock));
	if (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno == EWOULDBLOCK)
			err_set(e, ERR_LOCKED, "another process holds '%s'", path);
		else
			err_sys(e, "'%s'", buf_str(&lock));
		close(fd);
		return -1;
	}
	*ret_fd = fd;
	return 0;
}

bool fs_exists(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0;
}

bool fs_is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int fs_mkdir(const char *path, struct err *e)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	for (const char *p = path;; p++) {
		if ((*p == '/' && p > path) || !*p) {
			buf_clear(&b);
			buf_add(&b, path, (size_t)(p - path));
			if (mkdir(buf_str(&b), 0777) < 0 && errno != EEXIST)
				return err_sys(e, "'%s'", buf_str(&b));
		}
		if (!*p)
			break;
	}
	if (!fs_is_dir(path)) {
		errno = ENOTDIR;
		return err_sys(e, "'%s'", path);
	}
	return 0;
}

typedef VEC(const char *) path_vec;

static void close_dirp(DIR **d)
{
	if (*d)
		closedir(*d);
}

static int find(const char *dir, int depth, struct arena *a, path_vec *found, struct err *e)
{
	__attribute__((cleanup(close_dirp))) DIR *d = opendir(dir);
	struct dirent *ent;

	if (!d)
		return err_sys(e, "'%s'", dir);
	if (depth > MAX_DEPTH)
		return err_set(
			e, ERR_MANIFEST, "'%s' is more than %d folders deep", dir, MAX_DEPTH);
	for (;;) {
		struct slice name;
		const char *path;
		struct stat st;

		errno = 0;
		ent = readdir(d);
		if (!ent)
			break;
		name = slice_of(ent->d_name);
		if (name.p[0] == '.')
			continue;
		path = fs_join(a, dir, ent->d_name);
		if (stat(path, &st) < 0)
			return err_sys(e, "'%s'", path);
		if (S_ISDIR(st.st_mode)) {
			if (find(path, depth + 1, a, found, e) < 0)
				return -1;
		} else if (S_ISREG(st.st_mode) &&
			   (slice_ends(name, ".yaml") || slice_ends(name, ".yml"))) {
			if (found->n >= MAX_FILES)
				return err_set(
					e, ERR_MANIFEST, "more than %d manifest files", MAX_FILES);
			vec_push(found, path);
		}
	}
	if (errno)
		return err_sys(e, "'%s'", dir);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int fs_find_yaml(
	const char *dir, struct arena *a, const char ***ret_paths, size_t *ret_n, struct err *e)
{
	path_vec found = {0};

	if (find(dir, 0, a, &found, e) < 0) {
		vec_free(&found);
		return -1;
	}
	vec_sort(&found, by_name);
	*ret_paths = arena_array(a, found.n, sizeof(**ret_paths));
	for (uint32_t i = 0; i < found.n; i++)
		(*ret_paths)[i] = found.v[i];
	*ret_n = found.n;
	vec_free(&found);
	return 0;
}

const char *fs_join(struct arena *a, const char *dir, const char *name)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	if (name[0] == '/' || streq(dir, ".") || !dir[0])
		return arena_str(a, slice_of(name));
	buf_addf(&b, "%s%s%s", dir, slice_ends(slice_of(dir), "/") ? "" : "/", name);
	return arena_str(a, buf_slice(&b));
}
