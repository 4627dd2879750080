/*
 * Values: the one model of what is desired and what is live. A value is 8 bytes; text is interned, so
 * equal text is an equal integer on both sides of a diff. Lists and maps are runs of cells. Values are
 * never changed in place but by snapshot_link, which turns ids into names before a snapshot is sealed.
 *
 * A map's entries stand in the order of the kind's table, then, where the map is open, by name: equal
 * maps have their entries in the same order.
 */
#pragma once

#include "base/buf.h"
#include "base/diag.h"
#include "base/js.h"
#include "base/pool.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum val_tag { V_ABSENT, V_NULL, V_BOOL, V_INT, V_REAL, V_STR, V_SECRET, V_REF, V_LIST, V_MAP };

struct val {
	uint32_t head; /* low 4 bits: the tag; the rest: elements of a list, entries of a map */
	uint32_t u;    /* a bool, a strid, an index of nums, or of the first cell */
};

struct values {
	struct pool *pool;
	VEC(struct val) cells;
	VEC(srcmark) marks; /* of the cells that come from manifests: they are made first */
	VEC(int64_t) nums;
	VEC(struct val) stack; /* elements of lists and maps that are being built */
	VEC(srcmark) stack_marks;
	bool track_marks;
};

struct values *values_new(struct pool *pool);
void values_free(struct values *v);
AUTO_FREE(values);

static inline enum val_tag val_tag(struct val v)
{
	return (enum val_tag)(v.head & 15);
}
static inline uint32_t val_len(struct val v)
{
	return v.head >> 4;
}
#define VAL_ABSENT ((struct val){V_ABSENT, 0})
#define VAL_NULL ((struct val){V_NULL, 0})

struct val val_bool(bool b);
struct val val_str(strid s);
struct val val_strz(struct values *v, const char *s);
struct val val_ref(strid key);
/* A secret's source ("env:NAME", "file:PATH"): the secret itself is never held here. */
struct val val_secret(strid source);
struct val val_int(struct values *v, int64_t n);
struct val val_real(struct values *v, double d); /* a whole number becomes V_INT */

bool val_is_true(struct val v);
strid val_strid(struct val v); /* of V_STR, V_REF, V_SECRET; else 0 */
int64_t val_num(const struct values *v, struct val n);
double val_double(const struct values *v, struct val n);

/*
 * Building: push the elements (a map: key, value, key, value), then close over the last n of them.
 * mark is the place in the manifest, 0 elsewhere.
 */
void values_push(struct values *v, struct val x, srcmark mark);
void values_push_key(struct values *v, strid key, srcmark mark);
struct val values_list(struct values *v, uint32_t n);
struct val values_map(struct values *v, uint32_t nentries);

struct val val_at(const struct values *v, struct val list, uint32_t i);
strid map_key_at(const struct values *v, struct val map, uint32_t i);
struct val map_val_at(const struct values *v, struct val map, uint32_t i);
/* The place of an entry's value, or of an element, in its manifest; 0 without one. */
srcmark map_mark_at(const struct values *v, struct val map, uint32_t i);
srcmark val_mark_at(const struct values *v, struct val list, uint32_t i);
/* V_ABSENT where there is none, or where map is no map. */
struct val val_get(const struct values *v, struct val map, const char *key);
struct val val_path(const struct values *v, struct val map, const char *dotted);

/* Nothing, null, "", [] and {}: Okta prints any of them for a member that is not set. */
bool val_empty(const struct values *v, struct val x);
/* The same, element by element; absent, null and empty are equal. */
bool val_equal(const struct values *v, struct val a, struct val b);

/* Free-form JSON, and back. Secrets become null. */
struct val val_of_js(struct values *v, const struct js *j);
struct js *val_to_js(const struct values *v, struct val x);
/* Appends canonical JSON; a reference is its name, a secret where it is kept, as in a manifest. */
void val_write(const struct values *v, struct buf *b, struct val x);
