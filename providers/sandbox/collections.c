/*
 * The list of all plain resources. Adding one is a row in some file, and its name here.
 */
#include "providers/sandbox/collection.h"

extern const struct collection trusted_origins, behaviors, app_keys, app_secrets, app_jwks,
	app_push_mappings, app_federated_claims, app_tokens;

const struct collection *const collections[] = {
	&trusted_origins,
	&behaviors,
	&app_keys,
	&app_secrets,
	&app_jwks,
	&app_push_mappings,
	&app_federated_claims,
	&app_tokens,
	NULL,
};
