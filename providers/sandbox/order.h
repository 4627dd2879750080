/*
 * The order of policies and of rules as Okta keeps it, in one of two ways. Whoever gets another place has its
 * document written.
 */
#pragma once

#include "providers/sandbox/core.h"

/* The place of the rule that is always the last, where numbers have gaps. */
enum { ORDER_LAST = 99 };

/* For qsort of objects: by their places, the system's own last. */
int order_compare(const void *x, const void *y);
void order_set(struct obj *o, int32_t priority);
/*
 * 1..n without gaps, before the system's own. Puts self at the wanted place (0: the last) among sib, which may
 * hold self already, and renumbers whoever moved; self NULL only closes gaps.
 */
void order_dense(struct obj **sib, size_t n, struct obj *self, int64_t want);
/*
 * Numbers are kept as given, gaps too. When the wanted one is occupied, and the place had that self itself came
 * from (-1: none) counts as occupied, everybody in the unbroken run from there moves down by one. want < 0:
 * behind the last.
 */
void order_sparse(struct obj **v, uint32_t count, struct obj *self, int32_t had, int64_t want);
