/*
 * Guards look at a plan before anything runs, and refuse by name, with numbers, and with what would allow
 * it. Part of the path of plan and apply.
 */
#pragma once

#include "reconcile/plan.h"

struct guard_limits {
	uint32_t max_removals, max_removals_pct, min_population;
	bool allow_removals; /* --allow-removals */
};

/*
 * Appends one line a refusal; returns how many. live gives the populations; want may be NULL (a plan from
 * a file: manifests that are suddenly empty cannot be told).
 */
uint32_t guard_check(const struct plan *p, const struct snapshot *want, const struct snapshot *live,
	const struct snapshot *applied, const struct guard_limits *g, struct buf *out);
