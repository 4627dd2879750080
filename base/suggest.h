/*
 * "Did you mean": the nearest of a few words.
 */
#pragma once

#include "base/slice.h"

#include <stddef.h>

struct suggest {
	struct slice word, best;
	size_t best_cost;
};

/* Offer candidates one by one; suggest_best gives the nearest one, or p NULL when none is near. */
struct suggest suggest_for(struct slice word);
void suggest_offer(struct suggest *s, struct slice candidate);
struct slice suggest_best(const struct suggest *s);
