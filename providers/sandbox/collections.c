/*
 * The list of all plain resources. Adding one is a row in some file, and its name here.
 */
#include "providers/sandbox/collection.h"

extern const struct collection trusted_origins, behaviors;
extern const struct collection inline_hooks, event_hooks, hook_keys;
extern const struct collection idps, idp_keys, idp_signing_keys, idp_users;
extern const struct collection auth_servers, auth_scopes, auth_claims, auth_keys, auth_client_keys,
	auth_policies, auth_rules;

const struct collection *const collections[] = {
	&trusted_origins,
	&behaviors,
	&inline_hooks,
	&event_hooks,
	&hook_keys,
	&idps,
	&idp_keys,
	&idp_signing_keys,
	&idp_users,
	&auth_servers,
	&auth_scopes,
	&auth_claims,
	&auth_keys,
	&auth_client_keys,
	&auth_policies,
	&auth_rules,
	NULL,
};
