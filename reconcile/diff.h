/*
 * Desired against live, with what was last applied as the third side: what is to be created, changed,
 * removed, adopted, forgotten. Decides; does nothing.
 */
#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "reconcile/compare.h"
#include "state/snapshot.h"

enum change_type {
	CHANGE_NONE, /* as declared; may be recorded for the first time (adopted) */
	CHANGE_CREATE,
	CHANGE_UPDATE,
	CHANGE_DELETE, /* gone from the manifests: deleted, or deactivated, as the kind says */
	CHANGE_FORGET, /* gone from the manifests: left alone, struck from the state */
};

struct change {
	enum change_type type;
	uint16_t kind;
	strid key;
	res_ix want, have, base; /* NONE where there is none */
	uint32_t first_row, nrows;
	strid status_from, status_to; /* 0: stays */
	bool adopt;                   /* live, and declared for the first time */
	bool touched;                 /* a list of it changes */
	bool renamed; /* CHANGE_FORGET of a name: the object is declared under another */
};

enum edge_type { EDGE_ADD, EDGE_CHANGE, EDGE_REMOVE };

struct edge_change {
	enum edge_type type;
	uint16_t kind, link;
	strid from, to;
	struct val attrs_from, attrs_to;
	strid file;
	srcmark mark;
	uint32_t change; /* of the resource that has the list */
};

/* Siblings that are to stand in this order: rules of a policy (parent), policies of a type (disc). */
struct order_change {
	uint16_t kind;
	strid parent, disc;
	uint32_t first, n; /* in order_keys */
	strid file;
	srcmark mark;
	bool moved; /* else only to be checked after others were written */
};

/* Something a person should know that is no change. */
struct note {
	struct srcloc at;
	const char *text;
};

struct diff {
	struct snapshot *want;
	const struct snapshot *live, *applied;
	VEC(struct change) changes; /* sorted by kind and key; every declared resource has one */
	row_vec rows;
	VEC(struct edge_change) edges;
	VEC(struct order_change) orders;
	VEC(strid) order_keys;
	VEC(struct note) notes;
	VEC(res_ix) unmanaged; /* live, of kinds that are declared, and nobody's */
	struct arena text;
};

/* applied may be NULL. What cannot be done is an error in d. */
struct diff *diff_new(struct snapshot *want, const struct snapshot *live,
	const struct snapshot *applied, struct diags *d);
void diff_free(struct diff *df);
AUTO_FREE(diff);
