/*
 * Desired against live in canonical form, field by field: sets as sets, defaults where the server leaves
 * them out, letters folded where Okta folds them. Only what is declared is compared.
 */
#pragma once

#include "base/diag.h"
#include "base/vec.h"
#include "state/kind.h"
#include "state/value.h"

struct row {
	strid path; /* names joined by PATH_SEP */
	struct val from, to;
	srcmark mark;
};

typedef VEC(struct row) row_vec;

/*
 * Appends a row for each field of want that have has otherwise; lifecycle states, positions and what is
 * only written are not compared. have V_ABSENT: every field that says something.
 */
void compare_bodies(struct values *v, const struct kind *k, struct slice disc, struct val want,
	struct val have, row_vec *rows);
/* As compare_bodies, of an edge's attributes. */
void compare_attrs(struct values *v, const struct field *attrs, struct val want, struct val have,
	row_vec *rows);
/* Is what have says enough for want? */
bool compare_equal(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have);
