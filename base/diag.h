/*
 * Everything a validation found, collected and shown at once, sorted by place.
 * Shown as  groups.yaml:14:7: error[reference]: ...  with " hint:" lines below.
 */
#pragma once

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/vec.h"

#include <stdint.h>

struct srcloc {
	const char *file;   /* NULL: no place; lives as long as the diags' user keeps it */
	uint32_t line, col; /* 1-based; 0: none */
};

/* A place in 32 bits: 22 of line, 10 of column; columns beyond stay at the last. 0: none. */
typedef uint32_t srcmark;
static inline srcmark mark_of(uint32_t line, uint32_t col)
{
	return (line < 1u << 22 ? line : (1u << 22) - 1) << 10 | (col < 1023 ? col : 1023);
}
static inline uint32_t mark_line(srcmark m)
{
	return m >> 10;
}
static inline uint32_t mark_col(srcmark m)
{
	return m & 1023;
}

enum severity { SEV_ERROR, SEV_WARNING };

struct diag {
	struct srcloc at;
	enum severity severity;
	const char *code, *msg, *hint; /* hint may be NULL */
	uint32_t seq;
};

struct diags {
	struct arena text;
	VEC(struct diag) list;
	uint32_t nerrors, dropped;
};

#define DIAGS_INIT                                                                                 \
	{                                                                                          \
		ARENA_INIT, {NULL, 0, 0}, 0, 0                                                     \
	}

void diags_release(struct diags *d);
/* code is one word from the list in docs/manual.md: syntax, key, type, value, reference, ... */
void diag_error(struct diags *d, struct srcloc at, const char *code, const char *fmt, ...)
	PRINTF(4, 5);
void diag_warn(struct diags *d, struct srcloc at, const char *code, const char *fmt, ...)
	PRINTF(4, 5);
/* Adds a hint to the diagnostic that was added last. */
void diag_hint(struct diags *d, const char *fmt, ...) PRINTF(2, 3);
/* Sorts by place and writes all, one a line, control bytes escaped. */
void diags_print(struct diags *d, struct buf *out);
