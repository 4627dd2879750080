/*
 * A growing buffer of bytes with a maximum given at birth. What would pass the maximum is dropped
 * and the buffer remembers it: builders append freely and ask buf_ok once at the end.
 * Invariant: p is NULL, or p[n] is NUL.
 */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
	char *p;
	size_t n, cap, max;
	bool overflow;
};

#define BUF_MAX(bytes)                                                                             \
	{                                                                                          \
		.p = NULL, .n = 0, .cap = 0, .max = (bytes), .overflow = false                     \
	}
/* For text that plumb makes itself, far above anything real. */
#define BUF_TEXT BUF_MAX((size_t)1 << 31)

void buf_release(struct buf *b);
void buf_clear(struct buf *b);
/* As buf_release, and the bytes are wiped first: for what held a secret. */
void buf_wipe(struct buf *b);
static inline bool buf_ok(const struct buf *b)
{
	return !b->overflow;
}
void buf_reserve(struct buf *b, size_t more);
void buf_add(struct buf *b, const void *p, size_t n);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_add_slice(struct buf *b, struct slice s);
/* ASCII letters in lower case. */
void buf_add_lower(struct buf *b, struct slice s);
void buf_addf(struct buf *b, const char *fmt, ...) PRINTF(2, 3);
void buf_pad(struct buf *b, char c, size_t n);
/* As a JSON string, quotes included; control characters escaped. */
void buf_add_json(struct buf *b, struct slice s);
/* Percent-encoded but for RFC 3986's unreserved characters: one path segment or query value. */
void buf_add_url(struct buf *b, struct slice s);
/*
 * For a terminal, of unknown origin: what controls it (\n, \x1b, \u009b), what is no UTF-8 (\xff) and what
 * turns the direction of text around (\u202e) is escaped.
 */
void buf_add_printable(struct buf *b, struct slice s);
static inline struct slice buf_slice(const struct buf *b)
{
	return (struct slice){b->p ? b->p : "", b->n};
}
/* The bytes as a C string; never NULL. */
static inline const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}
