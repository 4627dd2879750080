#include "tests/lib/t.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/xalloc.h"

void t_slice_at(struct slice got, const char *want, const char *file, int line)
{
	if (got.p && slice_is(got, want))
		return;
	print_error("%s:%d: got  '%.*s'\n%s:%d: want '%s'\n", file, line, (int)got.n,
		got.p ? got.p : "", file, line, want);
	_fail(file, line);
}

void t_contains_at(const char *text, const char *part, const char *file, int line)
{
	if (strstr(text, part))
		return;
	print_error("%s:%d: '%s'\nlacks '%s'\n", file, line, text, part);
	_fail(file, line);
}

void t_ok_at(int r, const struct err *e, const char *file, int line)
{
	if (r >= 0)
		return;
	print_error("%s:%d: %s\n", file, line, e->msg);
	_fail(file, line);
}

void t_dir_make(struct t_dir *d)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(d->path, sizeof(d->path), "%s/plumb-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(d->path))
		fail_msg("no temporary directory: %s", strerror(errno));
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void t_dir_release(struct t_dir *d)
{
	if (d->path[0])
		nftw(d->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	d->path[0] = '\0';
}

const char *t_path(const struct t_dir *d, const char *name)
{
	static char paths[4][500];
	static unsigned next;
	char *p = paths[next++ % LEN(paths)];

	snprintf(p, sizeof(paths[0]), "%s/%s", d->path, name);
	return p;
}

void t_write(const struct t_dir *d, const char *name, struct slice text)
{
	const char *path = t_path(d, name), *slash = strrchr(name, '/');
	FILE *f;

	if (slash) {
		AUTO_CHAR folder = xstrndup(name, (size_t)(slash - name));

		mkdir(t_path(d, folder), 0755);
	}
	f = fopen(path, "we");
	if (!f || fwrite(text.p, 1, text.n, f) != text.n || fclose(f))
		fail_msg("'%s' cannot be written: %s", path, strerror(errno));
}
