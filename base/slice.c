#include "base/slice.h"

#include <strings.h>

bool slice_starts(struct slice s, const char *prefix)
{
	size_t n = strlen(prefix);

	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

bool slice_ends(struct slice s, const char *suffix)
{
	size_t n = strlen(suffix);

	return s.n >= n && memcmp(s.p + s.n - n, suffix, n) == 0;
}

int slice_cmp(struct slice a, struct slice b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;

	return c ? c : (a.n > b.n) - (a.n < b.n);
}

int slice_order(const void *a, const void *b)
{
	const struct slice *x = a, *y = b;

	return slice_cmp(*x, *y);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct slice slice_trim(struct slice s)
{
	while (s.n && is_blank(s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool slice_eq_fold(struct slice a, struct slice b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool slice_starts_fold(struct slice s, struct slice prefix)
{
	return s.n >= prefix.n && slice_eq_fold((struct slice){s.p, prefix.n}, prefix);
}

bool slice_cut(struct slice *rest, char c, struct slice *ret_part)
{
	const char *at;

	if (!rest->p)
		return false;
	at = rest->n ? memchr(rest->p, c, rest->n) : NULL;
	if (!at) {
		*ret_part = *rest;
		*rest = (struct slice){NULL, 0};
		return true;
	}
	*ret_part = (struct slice){rest->p, (size_t)(at - rest->p)};
	rest->n -= ret_part->n + 1;
	rest->p = at + 1;
	return true;
}

bool slice_int(struct slice s, long long min, long long max, long long *ret_v)
{
	bool neg = s.n && s.p[0] == '-';
	size_t i = neg || (s.n && s.p[0] == '+');
	long long v = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
			__builtin_sub_overflow(v, s.p[i] - '0', &v))
			return false;
	}
	if (!neg && __builtin_sub_overflow(0, v, &v))
		return false;
	if (v < min || v > max)
		return false;
	*ret_v = v;
	return true;
}

bool slice_in(struct slice s, const char *words)
{
	struct slice rest = slice_of(words), word;

	while (slice_cut(&rest, '|', &word)) {
		if (slice_eq(word, s))
			return true;
	}
	return false;
}

static bool is_inner(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t slice_chars(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += !is_inner(s.p[i]);
	return n;
}

struct slice slice_head(struct slice s, size_t n)
{
	if (n >= s.n)
		return s;
	while (n && is_inner(s.p[n]))
		n--;
	return (struct slice){s.p, n};
}
