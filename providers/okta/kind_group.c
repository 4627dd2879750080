#include "providers/okta/okta.h"

static const struct field profile[] = {
	{"name", F_STR, .max = 255, .doc = "the key, when it is not given"},
	{"description", F_STR, .max = 1024, .doc = "what the group is for"},
	{0},
};

static const struct field fields[] = {
	{"profile", F_MAP, F_OPEN, .sub = profile, .doc = "base and custom attributes"},
	{"type", F_STR, F_READ_ONLY, .doc = "OKTA_GROUP, APP_GROUP or BUILT_IN"},
	{0},
};

static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/groups/{id}", "/api/v1/groups/{id}", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/groups", "/api/v1/groups", 0},
	{OP_UPDATE, "PUT", "/api/v1/groups/{id}", "/api/v1/groups/{id}", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", "/api/v1/groups/{id}", "/api/v1/groups/{id}", R_IDEMPOTENT},
	{0},
};

static const struct listing lists[] = {
	{"/api/v1/groups?limit=200", "/api/v1/groups", NULL},
	{0},
};

/* Both are answered with 204 however often they are sent. */
static const struct route member_routes[] = {
	{OP_ADD, "PUT", "/api/v1/groups/{from}/users/{to}", "/api/v1/groups", R_IDEMPOTENT},
	{OP_REMOVE, "DELETE", "/api/v1/groups/{from}/users/{to}", "/api/v1/groups", R_IDEMPOTENT},
	{0},
};

static const struct link links[] = {
	{
		.path = "members",
		.noun = "member",
		.to = "user",
		.to_field = "user",
		.id_path = "id",
		.name_path = "profile.login",
		.routes = member_routes,
		.list = {"/api/v1/groups/{id}/users?limit=1000", "/api/v1/groups", NULL},
		.own = true,
		.fed_by = "groupRule",
		.doc = "logins of its direct members",
	},
	{0},
};

/* Everyone and other built-in groups, and groups that an application owns, are not ours to change. */
static uint32_t classify(const struct js *live)
{
	struct slice type = js_str(js_get(live, "type"));

	if (slice_is(type, "BUILT_IN"))
		return LIVE_SYSTEM | LIVE_FIXED;
	return slice_is(type, "OKTA_GROUP") ? 0 : LIVE_FIXED;
}

const struct kind kind_group = {
	.name = "group",
	.plural = "groups",
	.doc = "A group, known by name, and its direct members.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.links = links,
	.name_path = "profile.name",
	.id_prefix = "00g",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT,
	.classify = classify,
};
