/*
 * The expression language of group rules: compiled once, asked for each user. Nothing here knows the tenant; what an
 * expression asks of it stands in struct expr_world.
 */
#pragma once

#include "base/buf.h"
#include "base/js.h"

struct expr;

/* What an expression is about. */
struct expr_world {
	const struct js *profile;
	struct slice id, status;
	/* Is the user in a group: by id, by name, or by a part of the name? */
	bool (*member)(void *self, char how, struct slice group);
	void *self;
};
struct expr *expr_compile(struct slice text, struct buf *why);
void expr_free(struct expr *x);
bool expr_true(const struct expr *x, const struct expr_world *w);
/* Does it ask for groups? */
bool expr_uses_groups(const struct expr *x);
