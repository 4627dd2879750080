/*
 * What waits for what: references before their users, users before what they let go of, rules of one list
 * one by one, access added before access taken away. Part of reconcile/plan.
 */
#pragma once

#include "reconcile/plan.h"

/* Fills deps and puts ops into an order that respects them; ERR_MANIFEST names a cycle. */
int graph_build(struct plan *p, const struct diff *df, struct err *e) MUST_CHECK;
/* Keeps what matches a target and what that needs; ERR_USAGE when nobody has a target's name. */
int graph_keep(struct plan *p, const struct diff *df, const char *const *targets, int n,
	struct err *e) MUST_CHECK;
/* Fills ids. */
void graph_number(struct plan *p, const struct diff *df);
