/*
 * What plan and apply share: one path from manifests to a guarded plan.
 */
#pragma once

#include "cmd/session.h"
#include "reconcile/guard.h"
#include "reconcile/plan.h"

struct plan_words {
	struct opt_list targets;
	bool allow_removals;
};

#define PLAN_ROWS(w)                                                                               \
	{OPT_LIST, 't', "target", &(w)->targets, "KIND[:NAME]", "only these, and what they need",  \
		NULL, 0, 0},                                                                       \
	{                                                                                          \
		OPT_FLAG, 0, "allow-removals", &(w)->allow_removals, NULL,                         \
			"lets a plan pass that removes more than the guards allow", NULL, 0, 0     \
	}

/* 0, or -1 with the exit code in *ret_exit, after it said why. Guards are not asked. */
int planning_plan(struct session *s, const struct plan_words *w, struct plan **ret_plan,
	int *ret_exit) MUST_CHECK;
/* Says what guards refuse; -1 and exit 3 when there is something. */
int planning_guard(struct session *s, const struct plan_words *w, const struct plan *p,
	int *ret_exit) MUST_CHECK;
