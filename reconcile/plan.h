/*
 * A plan: API calls in order, what each waits for, and why each is made. It stands alone: apply executes a
 * plan and nothing else, whether it was just made or read from a file. Its id is the SHA-256 of its
 * canonical text, so that what was approved is what runs.
 */
#pragma once

#include "reconcile/diff.h"

enum op_flag {
	OPF_REMOVAL = 1, /* somebody loses something */
	OPF_CHECK = 2,   /* an order that should be right: only looked at, unless it is not */
};

/* What happens to one resource, for reports and for the state. */
struct plan_change {
	enum change_type type;
	uint16_t kind;
	strid key, name, id, disc, parent; /* id 0: not there yet */
	bool adopt, created, system;
	bool protect; /* as the state is to record it */
	bool guarded; /* protected now, or by what was applied last: it is taken off first */
	bool renamed; /* CHANGE_FORGET of a name: the object lives on under another */
	strid status_from, status_to;
	strid seal;                /* CHANGE_DELETE: hash of what was live */
	struct val body;           /* as declared: what the state records */
	uint32_t first_row, nrows; /* in rows */
	strid file;
	srcmark mark;
	uint32_t nops;               /* that it still waits for; the state records it at 0 */
	uint32_t first_list, nlists; /* in lists: as the state is to record them */
};

struct plan_list {
	uint16_t link;
	uint8_t mode;
	uint32_t first, n; /* in list_edges: those that need no op */
};

struct op {
	enum verb verb;
	uint16_t kind, link; /* link: of edges, else UINT16_MAX */
	uint32_t change;     /* in changes; NONE: an order */
	strid key, to;       /* to: the edge's other end; of OP_LINK the target's key */
	strid parent, disc;
	strid field;      /* OP_LINK */
	struct val attrs; /* edges */
	struct val attrs_from;
	uint32_t first_key, nkeys; /* OP_ORDER: in order_keys */
	uint32_t position;         /* OP_CREATE of an ordered sibling: its place, from 0 */
	uint32_t flags;            /* enum op_flag */
	strid file;
	srcmark mark;
};

/* op waits for before; soft: for its end, whatever it is; else for its success. */
struct dep {
	uint32_t op, before;
	bool soft;
};

struct plan_id {
	uint16_t kind;
	strid key, id;
};

struct plan {
	const struct kinds *kinds;
	struct values *values;
	const char *tenant; /* URL */
	VEC(struct plan_change) changes;
	row_vec rows;
	VEC(struct op) ops;   /* in an order that respects deps */
	VEC(struct dep) deps; /* sorted by op */
	VEC(struct plan_list) lists;
	VEC(struct edge) list_edges;
	VEC(struct val) list_attrs;
	VEC(strid) order_keys;
	VEC(struct plan_id) ids; /* of what ops refer to and the tenant has */
	VEC(struct note) notes;
	struct arena text;
	char id[65]; /* hex */
};

struct plan_options {
	const char *tenant;
	const char *const *targets; /* "KIND" or "KIND:KEY"; what they need comes along */
	int ntargets;
};

/* ERR_USAGE for a target that nothing matches; ERR_MANIFEST for a cycle. */
int plan_new(const struct diff *df, const struct plan_options *o, struct plan **ret_plan,
	struct err *e) MUST_CHECK;
void plan_free(struct plan *p);
AUTO_FREE(plan);

/* Appends the hash of a live body, its lifecycle state apart. */
void plan_seal_body(const struct values *v, const struct kind *k, struct val body, struct buf *out);

struct plan_counts {
	uint32_t create, update, remove, edges_add, edges_change, edges_remove, order, adopt,
		forget;
};
struct plan_counts plan_count(const struct plan *p);
/* Nothing to send. What is only to be recorded in the state does not count. */
bool plan_is_empty(const struct plan *p);

/* The canonical text: JSON, one member a line where it helps a reader. Without the id. */
void plan_write(const struct plan *p, struct buf *out);
/* Sets the id from the canonical text. */
void plan_seal(struct plan *p);
/* Reads what plan_write wrote; the id is computed anew. ERR_MANIFEST for what is no plan of this version. */
int plan_read(struct slice text, const struct kinds *kinds, struct values *values,
	struct plan **ret_plan, struct err *e) MUST_CHECK;
