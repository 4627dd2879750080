/*
 * Typed growing arrays. VEC(struct op) ops = {0}; then ops.v[0 .. ops.n - 1].
 */
#pragma once

#include "base/xalloc.h"

#include <stdint.h>
#include <stdlib.h>

#define VEC(type)                                                                                  \
	struct {                                                                                   \
		type *v;                                                                           \
		uint32_t n, cap;                                                                   \
	}

#define vec_reserve(vec, want)                                                                     \
	do {                                                                                       \
		if ((want) > (vec)->cap) {                                                         \
			uint64_t cap_ = (vec)->cap ? (uint64_t)(vec)->cap * 2 : 16;                \
			if (cap_ < (want))                                                         \
				cap_ = (want);                                                     \
			if (cap_ > UINT32_MAX)                                                     \
				BUG("an array outgrew 2^32 elements");                             \
			(vec)->v = xrealloc((vec)->v, cap_, sizeof(*(vec)->v));                    \
			(vec)->cap = (uint32_t)cap_;                                               \
		}                                                                                  \
	} while (0)

#define vec_push(vec, ...)                                                                         \
	do {                                                                                       \
		vec_reserve((vec), (uint64_t)(vec)->n + 1);                                        \
		(vec)->v[(vec)->n++] = (__VA_ARGS__);                                              \
	} while (0)

#define vec_free(vec)                                                                              \
	do {                                                                                       \
		free((vec)->v);                                                                    \
		(vec)->v = NULL;                                                                   \
		(vec)->n = (vec)->cap = 0;                                                         \
	} while (0)

#define vec_sort(vec, cmp)                                                                         \
	do {                                                                                       \
		if ((vec)->n > 1)                                                                  \
			qsort((vec)->v, (vec)->n, sizeof(*(vec)->v), (cmp));                       \
	} while (0)
