/*
 * Manifests -> the desired snapshot. Every .yaml file below a folder, each key checked against the kinds'
 * rows. All findings of a run are collected; when one is an error there is no snapshot: nothing is ever
 * planned from half of the manifests.
 */
#pragma once

#include "base/diag.h"
#include "base/err.h"
#include "state/snapshot.h"

struct var {
	struct slice name, value;
};

struct vars {
	const struct var *v;
	size_t n;
};

/*
 * Reads the folder (or one file). Returns 0 with *ret_desired sealed and owned by the caller, or -1: then
 * d says why. a keeps file names and must outlive d and the snapshot.
 */
int manifest_load(const char *path, const struct kinds *kinds, struct values *values,
	struct vars vars, struct arena *a, struct diags *d,
	struct snapshot **ret_desired) MUST_CHECK;
/* As manifest_load, of one text; for tests and fuzzing. */
int manifest_parse(struct slice text, const char *name, const struct kinds *kinds,
	struct values *values, struct vars vars, struct arena *a, struct diags *d,
	struct snapshot **ret_desired) MUST_CHECK;
