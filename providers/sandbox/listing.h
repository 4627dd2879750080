/*
 * The lists of users and of groups: plain, by q, by filter, by search with an order.
 */
#pragma once

#include "providers/sandbox/core.h"

struct filter;

struct listing {
	enum kind kind;
	const char *filter, *ranges; /* what filter may name, and compare by gt, ge, lt, le */
	const char *search, *parts;  /* what search may name, and ask for parts of by co */
	uint32_t limit, max, q_limit, q_max;
	const char *keep; /* the parameters that links repeat */
	/* How well does q fit? 0: not, 2: exactly, which stands first. */
	int (*fits)(const struct js *doc, struct slice q);
	/* Left out unless a filter or a search asks; may be NULL. */
	bool (*hidden)(const struct obj *o);
	/* The one object that the expression names, instead of a walk; may be NULL. */
	bool (*only)(const struct sandbox *s, const struct filter *f, const struct obj **ret);
	void (*add)(struct buf *b, struct call *c, const struct obj *o);
};

void list_objects(struct call *c, const struct listing *l);
