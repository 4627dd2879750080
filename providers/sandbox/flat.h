/*
 * What the server makes of the members that were sent: defaults as rows, and lists that are sets.
 */
#pragma once

#include "base/js.h"

struct flat {
	const char *path; /* of two words at least: "a.b" */
	char type;        /* b(ool), s(tring), i(nteger), n(ull), l(ist) */
	const char *text; /* the default, for b, s and i */
};

/* Rows end with a NULL path. A null that was sent counts as nothing where the default is something. */
void flat_fill(struct js *doc, const struct flat *f);

/* The strings of a list that Okta takes for a set, in the order in which its hash tables give them back. */
void flat_set(struct js *doc, const char *path);
