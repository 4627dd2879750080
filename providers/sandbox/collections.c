/*
 * The list of all plain resources. Adding one is a row in some file, and its name here. The org comes first: its
 * id is asked for by what follows.
 */
#include "providers/sandbox/collection.h"

extern const struct collection org_settings, contact_billing, contact_technical, limit_threshold,
	limit_notices, limit_clients, threat_settings, principal_limits, realms, realm_assignments,
	trusted_origins, behaviors, device_assurances, log_streams, security_providers,
	push_providers, api_services, iam_roles, iam_sets, iam_resources;

const struct collection *const collections[] = {
	&org_settings,
	&contact_billing,
	&contact_technical,
	&limit_threshold,
	&limit_notices,
	&limit_clients,
	&threat_settings,
	&principal_limits,
	&realms,
	&realm_assignments,
	&trusted_origins,
	&behaviors,
	&device_assurances,
	&log_streams,
	&security_providers,
	&push_providers,
	&api_services,
	&iam_roles,
	&iam_sets,
	&iam_resources,
	NULL,
};
