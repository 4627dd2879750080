/*
 * Random tenants: one seed, one tenant. Made through the API of the local tenant, as anybody would.
 */
#pragma once

#include "base/rng.h"
#include "providers/sandbox/sandbox.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Fills a fresh tenant with users, groups, rules, zones, apps, assignments, policies. Texts are awkward in
 * YAML and JSON, unless plain.
 */
void random_tenant_fill(struct sandbox *s, uint64_t seed, bool plain);
/* One request; true when it was answered with 2xx. body may be NULL. */
bool random_tenant_ask(struct sandbox *s, const char *method, const char *target, const char *body,
	struct sandbox_res *res);
