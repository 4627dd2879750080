/*
 * Drift: the tenant against what was last applied. What is not in the state yet is held against the
 * manifests. What is committed and not applied is pending, not drift.
 */
#pragma once

#include "reconcile/diff.h"

enum drift_type {
	DRIFT_CHANGED,   /* changed outside */
	DRIFT_DELETED,   /* deleted outside */
	DRIFT_ADDED,     /* a rule that nobody declared, in a declared list */
	DRIFT_PENDING,   /* declared, not applied */
	DRIFT_UNMANAGED, /* nobody's */
};

struct drift_edge {
	uint16_t link;
	strid to;
	bool added; /* else removed */
};

struct drift_item {
	enum drift_type type;
	uint16_t kind;
	strid key;
	strid file;
	srcmark mark;
	uint32_t first_row, nrows;
	uint32_t first_edge, nedges;
	strid status_from, status_to;
	bool reordered;
};

struct drift {
	const struct kinds *kinds;
	struct values *values;
	VEC(struct drift_item) items;
	row_vec rows; /* from: as applied, to: as it is now */
	VEC(struct drift_edge) edges;
	uint32_t count[5]; /* by type */
};

/* df is the diff of the same three snapshots; reported: plurals whose unmanaged objects are listed. */
struct drift *drift_new(const struct diff *df, const char *const *reported, uint32_t nreported);
void drift_free(struct drift *d);
AUTO_FREE(drift);
/* Something was done outside. */
bool drift_is_dirty(const struct drift *d);
