/*
 * Borrowed bytes with a length: how text travels. Not NUL-terminated.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct slice {
	const char *p;
	size_t n;
};

#define SLICE(lit) ((struct slice){(lit), sizeof(lit) - 1})
/* For printf's "%.*s". */
#define SLICE_ARG(s) (int)(s).n, (s).p

static inline struct slice slice_of(const char *s)
{
	return s ? (struct slice){s, strlen(s)} : (struct slice){"", 0};
}

static inline bool slice_eq(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool slice_is(struct slice a, const char *s)
{
	return slice_eq(a, slice_of(s));
}

static inline bool streq(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool slice_starts(struct slice s, const char *prefix);
bool slice_ends(struct slice s, const char *suffix);
/* Bytewise order, shorter first among equals. */
int slice_cmp(struct slice a, struct slice b);
/* The same for qsort. */
int slice_order(const void *a, const void *b);
/* Without leading and trailing blanks. */
struct slice slice_trim(struct slice s);
/* Equal but for the case of ASCII letters. */
bool slice_eq_fold(struct slice a, struct slice b);
bool slice_starts_fold(struct slice s, struct slice prefix);
/* Takes the part before the first c off *rest; false when *rest is used up. */
bool slice_cut(struct slice *rest, char c, struct slice *ret_part);
/* Whole decimal number within range; false otherwise. */
bool slice_int(struct slice s, long long min, long long max, long long *ret_v);
/* Is s one of the words of a list "A|B|C"? */
bool slice_in(struct slice s, const char *words);
/* UTF-8 characters in s. */
size_t slice_chars(struct slice s);
/* At most n bytes of s from its start, no character cut in half. */
struct slice slice_head(struct slice s, size_t n);
