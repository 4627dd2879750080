/*
 * One node of a manifest against one row of a kind's table -> a value. Part of state/manifest.
 */
#pragma once

#include "base/diag.h"
#include "base/suggest.h"
#include "state/manifest.h"
#include "state/snapshot.h"
#include "state/yaml.h"

struct convert {
	const struct kinds *kinds;
	struct values *values;
	struct vars vars;
	struct arena *a;
	struct diags *d;
	const char *file;
	struct slice disc; /* of the resource that is being read; p NULL: unknown */
};

/* What is wrong goes to c->d; the value is then V_NULL and must not be used. */
struct val convert_field(struct convert *c, const struct field *f, const struct node *n);
/* Keys that stand among a map's members and are read by somebody else. */
struct others {
	bool (*has)(const void *arg, struct slice key);
	void (*offer)(const void *arg, struct suggest *s);
	const void *arg;
};
/* The members of map n that rows know. Unknown ones are errors, or free-form values when open. */
struct val convert_map(struct convert *c, const struct field *rows, bool open, const struct node *n,
	const struct others *others);
/* The name a reference to kind writes, canonical; 0 after an error. */
strid convert_ref(struct convert *c, const char *kind, const struct node *n);
/* Replaces ${var.NAME}; the arena's text. Secrets are errors here. */
bool convert_text(struct convert *c, const struct node *n, struct slice *ret_text);
