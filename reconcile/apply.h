/*
 * Executes a plan: what is ready goes out, many calls in flight, each result is recorded in the state
 * before what waits for it starts. An op that fails stops what needs it; the rest goes on.
 */
#pragma once

#include "reconcile/engine.h"
#include "reconcile/plan.h"
#include "state/store.h"

enum op_state { OPS_WAITING, OPS_SENT, OPS_DONE, OPS_FAILED, OPS_SKIPPED, OPS_STALE };

struct op_result {
	enum op_state state;
	struct err err; /* why, unless OPS_DONE */
};

struct apply_options {
	struct engine *engine;
	struct store *store;
	bool check; /* read before each change, and refuse what moved since the plan was made */
	const struct snapshot
		*applied; /* with check: what was made since is not made again; or NULL */
	bool mail;        /* people are written to when their account is activated */
	int (*secret)(void *self, struct slice source, struct buf *out, struct err *e);
	/* Told of each op's end, in the order in which they end. May be NULL. */
	void (*report)(void *self, const struct plan *p, uint32_t op, const struct op_result *r);
	void *self;
};

struct apply_counts {
	uint32_t done, failed, skipped, stale;
};

/*
 * Returns 0 when every op has an end (see counts), -1 when the run itself broke off (Ctrl-C, the state
 * could not be written): what was done is recorded then too.
 */
int apply_run(struct plan *p, const struct apply_options *o, struct apply_counts *ret_counts,
	struct err *e) MUST_CHECK;
