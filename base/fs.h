/*
 * Files: bounded reads, atomic writes, sorted listings.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

void close_fdp(int *fd);
#define AUTO_CLOSE __attribute__((cleanup(close_fdp))) int

/* Appends the whole file to b; an error when it is larger than b's maximum. */
int fs_read(const char *path, struct buf *b, struct err *e) MUST_CHECK;
/* All of it, whatever a signal interrupts; -1 with errno. */
int fs_write_fd(int fd, struct slice text) MUST_CHECK;
/*
 * Writes beside path, syncs, renames over it: readers see the old text or the new one. mode as open(2). What
 * is no regular file (a pipe, /dev/null) is written to as it is.
 */
int fs_write(const char *path, struct slice text, unsigned mode, struct err *e) MUST_CHECK;
/*
 * Takes PATH.lock, made where it is missing, for as long as *ret_fd is open; ERR_LOCKED when another process has it.
 */
int fs_lock(const char *path, int *ret_fd, struct err *e) MUST_CHECK;
bool fs_exists(const char *path);
bool fs_is_dir(const char *path);
/* Makes path and its parents. */
int fs_mkdir(const char *path, struct err *e) MUST_CHECK;
/*
 * Every regular file below dir whose name ends in .yaml or .yml, sorted by path; names that start with
 * a dot are passed over. A directory that cannot be read is an error.
 */
int fs_find_yaml(const char *dir, struct arena *a, const char ***ret_paths, size_t *ret_n,
	struct err *e) MUST_CHECK;
/* "dir/name", or name where it is absolute; in the arena. */
const char *fs_join(struct arena *a, const char *dir, const char *name) MUST_CHECK;
