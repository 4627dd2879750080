/*
 * Allocation that cannot fail: out of memory ends the program with one line. The journal and the
 * state file make sudden death safe, so no caller carries an error path for it.
 */
#pragma once

#include "base/attr.h"

#include <stddef.h>

void *xmalloc(size_t bytes) MUST_CHECK;
void *xcalloc(size_t n, size_t size) MUST_CHECK;
/* Grows or shrinks an array of n elements of size bytes; the product is checked. */
void *xrealloc(void *p, size_t n, size_t size) MUST_CHECK;
/* Copies n bytes and adds a NUL; owned by the caller. */
char *xstrndup(const char *s, size_t n) MUST_CHECK;

void free_charp(char **p);
#define AUTO_CHAR __attribute__((cleanup(free_charp))) char *

/* A bug in plumb itself, never in what a user gave it: prints the place and aborts. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
NORETURN void bug_at(const char *file, int line, const char *fmt, ...) PRINTF(3, 4);
