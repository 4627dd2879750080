/*
 * Changes -> API calls. Part of reconcile/plan.
 */
#pragma once

#include "reconcile/plan.h"

/* index: from a change's number in df to that in p. */
void plan_make_ops(struct plan *p, const struct diff *df, const struct map *index);
