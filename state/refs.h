/*
 * The references in a resource's body, found by its kind's rows.
 */
#pragma once

#include "base/diag.h"
#include "state/kind.h"
#include "state/value.h"

/* f is F_REF (cell is V_REF) or F_EXPR (cell is V_STR); the cell may be replaced, nothing may be built. */
typedef void refs_fn(void *arg, const struct field *f, struct val *cell, srcmark mark);

void refs_each(struct values *v, const struct kind *k, struct val body, struct slice disc,
	refs_fn *fn, void *arg);

/* The same, of a value that stands under row f: a row's side of a change. */
void refs_in(struct values *v, const struct field *f, struct val x, struct slice disc, refs_fn *fn,
	void *arg);

/* Takes the next ${group.NAME.id} off *rest; false when there is none. */
bool expr_next(struct slice *rest, struct slice *ret_name);
