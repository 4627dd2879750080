#include "providers/okta/okta.h"

static const struct field scope_rows[] = {
	{"type", F_ENUM, F_REQUIRED, .arg = "CORS|REDIRECT|IFRAME_EMBED",
		.doc = "what the origin may do"},
	{0},
};
static const struct field scope[] = {{"scope", F_MAP, .sub = scope_rows, .doc = "a scope"}};

static const struct field fields[] = {
	{"name", F_STR, .max = 255, .doc = "the key, when it is not given"},
	{"origin", F_STR, F_REQUIRED, .doc = "scheme, host and port"},
	{"scopes", F_SET, F_REQUIRED, .sub = scope, .doc = "what the origin may do"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE", .doc = "whether the origin is trusted"},
	{0},
};

#define ORIGINS "/api/v1/trustedOrigins"

/* It may be deleted while it is active (recorded traffic). */
static const struct route routes[] = {
	{OP_READ, "GET", ORIGINS "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_CREATE, "POST", ORIGINS, "/api/v1", 0},
	{OP_UPDATE, "PUT", ORIGINS "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", ORIGINS "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", ORIGINS "/{id}/lifecycle/activate", "/api/v1", R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", ORIGINS "/{id}/lifecycle/deactivate", "/api/v1", R_IDEMPOTENT},
	{0},
};

static const struct listing lists[] = {
	{ORIGINS "?limit=200", "/api/v1", NULL},
	{0},
};

const struct kind kind_trusted_origin = {
	.name = "trustedOrigin",
	.plural = "trustedOrigins",
	.doc = "A web origin that may call Okta or be redirected to.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.lifecycle = &okta_on_off,
	.name_path = "name",
	.id_prefix = "tos",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT,
};
