/*
 * Interned strings: equal strings have equal ids, so equality is one comparison of integers and both
 * sides of a diff share their text. Ids count from 1 in the order of first use; 0 means none.
 */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

#include <stdint.h>

typedef uint32_t strid;

struct pool;

struct pool *pool_new(void) MUST_CHECK;
void pool_free(struct pool *p);
AUTO_FREE(pool);
/* The id of s, made if it is new; s is copied. */
strid pool_add(struct pool *p, struct slice s);
strid pool_adds(struct pool *p, const char *s);
/* The id of s, or 0. */
strid pool_find(const struct pool *p, struct slice s);
/* The text of an id; valid as long as the pool, NUL-terminated; id 0 is the empty string. */
struct slice pool_get(const struct pool *p, strid id);
const char *pool_str(const struct pool *p, strid id);
/* The id of s with ASCII letters in lower case. */
strid pool_add_fold(struct pool *p, struct slice s);
