/*
 * plumb.yaml, at the root of a repository of manifests: which tenant, which manifests, where the state is,
 * environments that override these, and what the guards allow. docs/manual.md lists the keys.
 */
#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "state/manifest.h"

enum unmanaged { UNMANAGED_IGNORE, UNMANAGED_REPORT };

struct config {
	const char *tenant;    /* URL; NULL: not said */
	const char *manifests; /* folder, relative to the working directory; never NULL */
	const char *state;     /* file; NULL: the default place */
	VEC(struct var) vars;
	VEC(const char *) reported; /* plurals of kinds whose unmanaged objects are reported */
	bool activation_email;      /* users are written to when their account is activated */
	uint8_t rate_share_pct;
	uint32_t max_removals;     /* guards: this many, */
	uint32_t max_removals_pct; /* and this share of a kind, */
	uint32_t min_population;   /* where there are at least so many of it */
};

struct config config_default(void);
void config_release(struct config *c);
/*
 * Reads path into c (which has the defaults); environment NULL: none. Findings go to d; -1 when one is an
 * error. Text lives in a.
 */
int config_load(const char *path, const char *environment, struct arena *a, struct diags *d,
	struct config *c) MUST_CHECK;
/* Sets a variable, as --var does. */
void config_set_var(struct config *c, struct slice name, struct slice value);
