/*
 * The live snapshot: collections that manifests and state mention (and those that these refer to) are
 * listed once each, in bulk, many pages in flight; never one GET an object. It is complete or it fails.
 */
#pragma once

#include "base/diag.h"
#include "reconcile/engine.h"
#include "state/snapshot.h"

struct read_scope {
	struct snapshot *want;          /* NULL: none. Its references become exact */
	const struct snapshot *applied; /* NULL: none */
	bool all;                       /* every kind, list and rule: export */
};

/*
 * Returns 0 with *ret_live linked, sealed and owned by the caller; what manifests name and nobody has is an
 * error in d (then, too, the snapshot is given). -1: a call failed.
 */
int reader_read(struct engine *en, const struct kinds *kinds, struct values *values,
	const struct read_scope *scope, struct diags *d, struct snapshot **ret_live,
	struct err *e) MUST_CHECK;
