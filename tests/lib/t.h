/*
 * What unit tests share: cmocka and its headers, comparison of text, a directory that is removed again.
 * How results are printed is said by CMOCKA_MESSAGE_OUTPUT. Nothing is ever skipped.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/err.h"
#include "base/http.h"
#include "base/slice.h"

/* A text with its length, in a table of static data. */
#define T_TEXT(lit)                                                                                \
	{                                                                                          \
		(lit), sizeof(lit) - 1                                                             \
	}

/* Is got the text want? */
#define t_slice(got, want) t_slice_at((got), (want), __FILE__, __LINE__)
void t_slice_at(struct slice got, const char *want, const char *file, int line);

/* Does text contain part? */
#define t_contains(text, part) t_contains_at((text), (part), __FILE__, __LINE__)
void t_contains_at(const char *text, const char *part, const char *file, int line);

/* An int-returning function that must not fail; shows why it did. */
#define t_ok(call, e) t_ok_at((call), (e), __FILE__, __LINE__)
void t_ok_at(int r, const struct err *e, const char *file, int line);

/* A directory of this test's own. */
struct t_dir {
	char path[200];
};
void t_dir_make(struct t_dir *d);
void t_dir_release(struct t_dir *d);
/* "DIR/name"; valid until the fourth call from here. */
const char *t_path(const struct t_dir *d, const char *name);
/* Writes DIR/name, whose folder is made where it is missing. */
void t_write(const struct t_dir *d, const char *name, struct slice text);

/* As cmocka_run_group_tests, named. */
#define t_run(name, tests) cmocka_run_group_tests_name((name), (tests), NULL, NULL)
