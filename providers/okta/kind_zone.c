#include "providers/okta/okta.h"

static const struct field address[] = {{"address", F_TEXT, .codec = &okta_address}};
static const struct field asn[] = {{"asn", F_STR, .doc = "a number"}};
static const struct field word[] = {{"category", F_STR, .doc = "a category"}};

static const struct field location_rows[] = {
	{"country", F_STR, F_REQUIRED, .doc = "ISO 3166-1 alpha-2"},
	{"region", F_STR, .doc = "ISO 3166-2, as US-CA"},
	{0},
};
static const struct field location[] = {{"location", F_MAP, .sub = location_rows}};

static const struct field asns[] = {
	{"include", F_SET, .sub = asn, .doc = "autonomous systems that match"},
	{"exclude", F_SET, .sub = asn, .doc = "and that do not"},
	{0},
};
static const struct field locations[] = {
	{"include", F_SET, .sub = location, .doc = "places that match"},
	{"exclude", F_SET, .sub = location, .doc = "and that do not"},
	{0},
};
static const struct field categories[] = {
	{"include", F_SET, .sub = word, .doc = "services that match, as ALL_ANONYMIZERS"},
	{"exclude", F_SET, .sub = word, .doc = "and that do not"},
	{0},
};

static const struct field fields[] = {
	{"type", F_ENUM, F_REQUIRED | F_CREATE_ONLY, .arg = "IP|DYNAMIC|DYNAMIC_V2",
		.doc = "what the zone is made of"},
	{"name", F_STR, .max = 128, .doc = "the key, when it is not given"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE", .doc = "whether the zone counts"},
	{"usage", F_ENUM, .arg = "POLICY|BLOCKLIST", .dflt = "POLICY",
		.doc = "for rules, or refused before any policy"},
	{"gateways", F_SET, .sub = address, .only = "IP",
		.doc = "blocks and ranges, as 203.0.113.0/24 or 198.51.100.7-198.51.100.9"},
	{"proxies", F_SET, .sub = address, .only = "IP", .doc = "trusted proxies, likewise"},
	{"asns", F_SET, .sub = asn, .only = "DYNAMIC", .doc = "autonomous systems"},
	{"locations", F_SET, .sub = location, .only = "DYNAMIC", .doc = "places"},
	{"proxyType", F_STR, .only = "DYNAMIC",
		.doc = "Any, Tor, NotTorAnonymizer or TorAnonymizer"},
	{"asns", F_MAP, .sub = asns, .only = "DYNAMIC_V2", .doc = "autonomous systems"},
	{"locations", F_MAP, .sub = locations, .only = "DYNAMIC_V2", .doc = "places"},
	{"ipServiceCategories", F_MAP, .sub = categories, .only = "DYNAMIC_V2",
		.doc = "services that hide or carry addresses"},
	{0},
};

static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/zones/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/zones", "/api/v1", 0},
	{OP_UPDATE, "PUT", "/api/v1/zones/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", "/api/v1/zones/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", "/api/v1/zones/{id}/lifecycle/activate", "/api/v1", R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", "/api/v1/zones/{id}/lifecycle/deactivate", "/api/v1", R_IDEMPOTENT},
	{0},
};

static const struct listing lists[] = {
	{"/api/v1/zones?limit=200", "/api/v1", NULL},
	{0},
};

static uint32_t classify(const struct js *live)
{
	return js_bool(js_get(live, "system")) ? LIVE_SYSTEM : 0;
}

const struct kind kind_zone = {
	.name = "zone",
	.plural = "zones",
	.doc = "A network zone: addresses, places or services that rules refer to.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.lifecycle = &okta_on_off,
	.name_path = "name",
	.id_prefix = "nzo",
	.discriminator = "type",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT | KIND_DELETE_INACTIVE,
	.classify = classify,
};
