/*
 * Which scope a request needs: those that the security sections of Okta's OpenAPI document name.
 */
#include "providers/sandbox/auth.h"

/* What is special stands before what it is below. */
static const struct area areas[] = {
	{"/api/v1/agentPools", "agentPools", NULL, 0},
	{"/api/v1/api-tokens", "apiTokens", NULL, 0},
	{"/api/v1/apps/{app}/grants", "appGrants", NULL, 0},
	{"/api/v1/apps/{app}/group-push", "apps|groups", NULL, 0},
	{"/api/v1/apps/{app}/interclient-allowed-apps", "apps.interclientTrust", "apps", 0},
	{"/api/v1/apps/{app}/interclient-target-apps", "apps.interclientTrust", "apps", 0},
	{"/api/v1/apps", "apps", NULL, 0},
	{"/api/v1/authenticators", "authenticators", NULL, 0},
	{"/api/v1/authorizationServers", "authorizationServers", NULL, 0},
	{"/api/v1/behaviors", "behaviors", NULL, 0},
	{"/api/v1/bot-protection", "botProtection", NULL, 0},
	{"/api/v1/brands/{brand}/templates/email/{name}/test", "templates", NULL, 'r'},
	{"/api/v1/brands/{brand}/templates", "templates", NULL, 0},
	{"/api/v1/brands", "brands", NULL, 0},
	{"/api/v1/captchas", "captchas", NULL, 0},
	{"/api/v1/device-assurances", "deviceAssurance", NULL, 0},
	{"/api/v1/device-integrations", "deviceIntegrations", NULL, 0},
	{"/api/v1/device-posture-checks", "devicePostureChecks", NULL, 0},
	{"/api/v1/devices", "devices", NULL, 0},
	{"/api/v1/directories/{app}/groups/{group}/query", "directories.groups", NULL, 'r'},
	{"/api/v1/directories", "directories.groups", NULL, 0},
	{"/api/v1/domains", "domains", NULL, 0},
	{"/api/v1/dr", "dr", NULL, 0},
	{"/api/v1/email-domains", "emailDomains", NULL, 0},
	{"/api/v1/email-servers", "emailServers", NULL, 0},
	{"/api/v1/eventHooks", "eventHooks", NULL, 0},
	{"/api/v1/features", "features", NULL, 0},
	{"/api/v1/first-party-app-settings", "apps", NULL, 0},
	{"/api/v1/groups/{group}/roles", "roles", NULL, 0},
	{"/api/v1/groups/{group}/users", "groups", "members", 0},
	{"/api/v1/groups", "groups", NULL, 0},
	{"/api/v1/hook-keys", "inlineHooks", NULL, 0},
	{"/api/v1/iam", "roles", NULL, 0},
	{"/api/v1/identity-sources", "identitySources", NULL, 0},
	{"/api/v1/idps", "idps", NULL, 0},
	{"/api/v1/inlineHooks", "inlineHooks", NULL, 0},
	{"/api/v1/logStreams", "logStreams", NULL, 0},
	{"/api/v1/logs", "logs", NULL, 'r'},
	{"/api/v1/mappings", "profileMappings", NULL, 0},
	{"/api/v1/meta/schemas/logStream", "logStreams", NULL, 0},
	{"/api/v1/meta/schemas/user/linkedObjects", "linkedObjects", NULL, 0},
	{"/api/v1/meta/schemas", "schemas", NULL, 0},
	{"/api/v1/meta/types", "userTypes", NULL, 0},
	{"/api/v1/meta/uischemas", "uischemas", NULL, 0},
	{"/api/v1/org/captcha", "captchas", NULL, 0},
	{"/api/v1/org/factors", "users", NULL, 0},
	{"/api/v1/org/privacy/aerial", "orgs", NULL, 'm'},
	{"/api/v1/org", "orgs", NULL, 0},
	{"/api/v1/orgs", "orgs", NULL, 0},
	{"/api/v1/policies/simulate", "policies", NULL, 'r'},
	{"/api/v1/policies", "policies", NULL, 0},
	{"/api/v1/principal-rate-limits", "principalRateLimits", NULL, 0},
	{"/api/v1/push-providers", "pushProviders", NULL, 0},
	{"/api/v1/rate-limit-settings", "rateLimits", NULL, 0},
	{"/api/v1/realm-assignments", "realmAssignments", NULL, 0},
	{"/api/v1/realms", "realms", NULL, 0},
	{"/api/v1/roles", "roles", NULL, 0},
	{"/api/v1/security-events-providers", "securityEventsProviders", NULL, 0},
	{"/api/v1/sessions", "sessions", NULL, 0},
	{"/api/v1/telephony-providers", "customTelephonyProvider", NULL, 0},
	{"/api/v1/templates", "templates", NULL, 0},
	{"/api/v1/threats", "threatInsights", NULL, 0},
	{"/api/v1/trustedOrigins", "trustedOrigins", NULL, 0},
	{"/api/v1/users/{user}/roles", "roles", NULL, 0},
	{"/api/v1/users/{user}/risk", "userRisk", NULL, 0},
	{"/api/v1/users/{user}/credentials", "users", "help", 0},
	{"/api/v1/users/{user}/factors", "users", "help", 0},
	{"/api/v1/users/{user}/sessions", "users", "help", 0},
	{"/api/v1/users/{user}/lifecycle/unlock", "users", "help", 0},
	{"/api/v1/users/{user}/lifecycle/reset_password", "users", "help", 0},
	{"/api/v1/users/{user}/lifecycle/reset_factors", "users", "help", 0},
	{"/api/v1/users/{user}/lifecycle/expire_password", "users", "help", 0},
	{"/api/v1/users", "users", NULL, 0},
	{"/api/v1/zones", "networkZones", NULL, 0},
	{"/attack-protection/api/v1", "orgs", NULL, 0},
	{"/integrations/api/v1/api-services", "oauthIntegrations", NULL, 0},
	{"/oauth2/v1/clients/{client}/roles", "roles", NULL, 0},
	{"/oauth2/v1/clients", "clients", "apps", 0},
	{"/privileged-access/api/v1/okta-service-accounts", "serviceAccounts.okta", NULL, 0},
	{"/privileged-access/api/v1/service-accounts", "serviceAccounts", NULL, 0},
	{"/webauthn-registration/api/v1", "users", NULL, 0},
};

static bool below(const char *path, const struct slice *seg, size_t n)
{
	struct slice rest = slice_of(path + 1), part;
	size_t i = 0;

	for (; slice_cut(&rest, '/', &part); i++) {
		if (i >= n || (part.p[0] != '{' && !slice_eq(part, seg[i])))
			return false;
	}
	return true;
}

const struct area *auth_area(const struct slice *seg, size_t n)
{
	for (size_t i = 0; i < LEN(areas); i++) {
		if (below(areas[i].path, seg, n))
			return &areas[i];
	}
	return NULL;
}

bool auth_writes(const struct area *a, const char *method)
{
	if (a && a->mode)
		return a->mode == 'm';
	return !streq(method, "GET") && !streq(method, "HEAD");
}

void auth_add_needed(struct buf *b, const struct area *a, bool write)
{
	struct slice rest = slice_of(a->stems), stem;

	for (const char *blank = ""; slice_cut(&rest, '|', &stem); blank = " ")
		buf_addf(b, "%sokta.%.*s.%s", blank, SLICE_ARG(stem), write ? "manage" : "read");
}

bool auth_word_in(struct slice word, struct slice list)
{
	struct slice part;

	while (slice_cut(&list, ' ', &part)) {
		if (part.n && slice_eq(part, word))
			return true;
	}
	return false;
}

static bool given_has(struct slice given, struct slice stem, const char *verb)
{
	AUTO(buf) struct buf b = BUF_MAX(256);

	buf_addf(&b, "okta.%.*s.%s", SLICE_ARG(stem), verb);
	return auth_word_in(buf_slice(&b), given);
}

bool auth_scopes_allow(struct slice given, const struct area *a, bool write)
{
	struct slice rest = slice_of(a->stems), stem;

	while (slice_cut(&rest, '|', &stem)) {
		if (!given_has(given, stem, "manage") && (write || !given_has(given, stem, "read")))
			return false;
	}
	return true;
}

bool auth_scope_known(struct slice scope)
{
	struct slice stem = scope;
	bool read = slice_ends(scope, ".read");

	if (slice_is(scope, "okta.clients.register"))
		return true;
	if (!slice_starts(scope, "okta.") || (!read && !slice_ends(scope, ".manage")))
		return false;
	stem.n -= read ? strlen(".read") : strlen(".manage");
	if (stem.n <= strlen("okta."))
		return false;
	stem = (struct slice){stem.p + strlen("okta."), stem.n - strlen("okta.")};
	if (slice_is(stem, "logs"))
		return read;
	/* what no row above needs, and what Okta has all the same */
	if (slice_is(stem, "personal.adminSettings"))
		return true;
	for (size_t i = 0; i < LEN(areas); i++) {
		if (slice_in(stem, areas[i].stems))
			return true;
	}
	return false;
}
