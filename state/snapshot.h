/*
 * A snapshot: what is desired, what is live, what was last applied. All three have this shape and share
 * one struct values, so a diff is a walk over integers. Built once, then sealed: sorted and read only.
 *
 * Edges (members, assignments) stand in lists, one list a resource and link; each edge is 8 bytes.
 */
#pragma once

#include "base/map.h"
#include "base/vec.h"
#include "state/kind.h"
#include "state/value.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t res_ix;
#define NONE UINT32_MAX

enum res_flag {
	RES_PROTECT = 1,   /* desired: a plan that would delete or deactivate it is refused */
	RES_EXISTING = 2,  /* desired: never created, never deleted */
	RES_SYSTEM = 4,    /* Okta's own */
	RES_FIXED = 8,     /* Okta's own, and nothing of it can be changed */
	RES_STUB = 16,     /* live: only id and name are known */
	RES_TWIN = 32,     /* live: another one has the same name */
	RES_BOUND = 64,    /* live: a desired or applied resource is this one */
	RES_PARTIAL = 256, /* applied: it was made, but not all that belongs to it was done */
	RES_CREATED = 128, /* applied: plumb made it (else it was there before) */
};

struct res {
	strid key;    /* what manifests call it; a child's is PARENT KEY_SEP NAME */
	strid name;   /* what Okta calls it */
	strid id;     /* 0 where unknown */
	strid disc;   /* the discriminator's value, 0 without one */
	strid parent; /* a child's: the parent's key (live, before linking: its id) */
	strid file;   /* desired: where it is declared */
	srcmark mark;
	uint32_t rank; /* place among siblings: live its priority, desired its place in the list */
	uint16_t kind;
	uint16_t flags; /* enum res_flag */
	struct val body;
	struct val previously; /* desired: names it had */
};

enum list_mode { LIST_EXACT, LIST_INCLUDE, LIST_EXCLUDE };

struct edge {
	strid to;     /* the other end's key (live, before linking: its id) */
	srcmark mark; /* desired: in the manifest */
};

struct edge_list {
	uint16_t kind, link; /* link: index in the kind's links */
	uint8_t mode;        /* enum list_mode; live and applied: LIST_EXACT */
	strid from; /* key of the resource that has the list (live, before linking: its id) */
	strid file;
	srcmark mark;
	uint32_t first, n; /* in edges (and attrs) */
};

struct snapshot {
	const struct kinds *kinds;
	struct values *values;
	VEC(struct res) res;
	VEC(struct edge_list) lists;
	VEC(struct edge) edges;
	VEC(struct val) attrs; /* of edges[i]; V_ABSENT without */
	struct map by_key;     /* map_key(kind, key) -> res_ix */
	struct map by_id;      /* map_key(kind, id) -> res_ix */
	struct map by_list;    /* map_key(kind << 8 | link, from) -> index of lists */
	bool sealed;
};

struct snapshot *snapshot_new(const struct kinds *kinds, struct values *values);
void snapshot_free(struct snapshot *s);
AUTO_FREE(snapshot);

/* Adds r; r->id is entered in by_id when it is known. */
res_ix snapshot_add(struct snapshot *s, const struct res *r);
/* Opens a list; edges are then pushed to it until another is opened. */
void snapshot_open_list(struct snapshot *s, const struct edge_list *l);
void snapshot_push_edge(struct snapshot *s, strid to, srcmark mark, struct val attrs);
/* Sorts every list by the other end's key, drops repetitions, enters keys in by_key. No change after. */
void snapshot_seal(struct snapshot *s);

/* NONE where there is none. by_key only when sealed. */
res_ix snapshot_find(const struct snapshot *s, uint16_t kind, strid key);
res_ix snapshot_find_id(const struct snapshot *s, uint16_t kind, strid id);
const struct edge_list *snapshot_list(
	const struct snapshot *s, uint16_t kind, uint16_t link, strid from);

static inline const struct kind *res_kind(const struct snapshot *s, const struct res *r)
{
	return s->kinds->v[r->kind];
}
struct slice res_disc(const struct snapshot *s, const struct res *r);
/* Appends "group Engineering", "rule only from HQ of policy Contractors"; control bytes escaped. */
void res_describe(const struct kinds *kinds, const struct pool *pool, uint16_t kind, strid key,
	struct buf *out);
/* Appends a key as people write it: a child's as "PARENT / NAME". */
void key_describe(const struct pool *pool, strid key, struct buf *out);
/* The child key of a name below a parent's key; an empty name is the system's child. */
strid key_child(struct pool *pool, strid parent, struct slice name);
