#include "providers/okta/okta.h"

static const struct field user_ref[] = {{"user", F_REF, .arg = "user"}};
static const struct field group_ref[] = {{"group", F_REF, .arg = "group"}};

static const struct field expression[] = {
	{"value", F_EXPR, F_REQUIRED,
		.doc = "Okta Expression Language; ${group.NAME.id} is a group's id"},
	{"type", F_STR, F_NOT_EXPORTED, .dflt = "urn:okta:expression:1.0", .doc = "the language"},
	{0},
};

static const struct field users[] = {
	{"exclude", F_SET, .sub = user_ref, .doc = "logins that the rule never adds"},
	{0},
};

static const struct field people[] = {
	{"users", F_MAP, .sub = users, .doc = "exceptions"},
	{0},
};

static const struct field conditions[] = {
	{"expression", F_MAP, F_REQUIRED, .sub = expression, .doc = "whom the rule adds"},
	{"people", F_MAP, .sub = people, .doc = "exceptions"},
	{0},
};

static const struct field actions[] = {
	{"assignUserToGroups", F_SET, F_REQUIRED, .sub = group_ref,
		.wire = "assignUserToGroups.groupIds", .doc = "names of the groups that are fed"},
	{0},
};

static const struct field fields[] = {
	{"name", F_STR, .max = 50, .doc = "the key, when it is not given"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE",
		.doc = "a new rule is activated unless this says INACTIVE"},
	{"conditions", F_MAP, F_REQUIRED, .sub = conditions, .doc = "whom the rule adds"},
	{"actions", F_MAP, F_REQUIRED, .sub = actions, .doc = "to which groups"},
	{0},
};

static const struct lifecycle lifecycle = {
	.field = "status", .born = "INACTIVE", .dflt = "ACTIVE", .moves = okta_on_off_moves};

static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/groups/rules/{id}", "/api/v1/groups", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/groups/rules", "/api/v1/groups", 0},
	{OP_UPDATE, "PUT", "/api/v1/groups/rules/{id}", "/api/v1/groups", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", "/api/v1/groups/rules/{id}", "/api/v1/groups", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", "/api/v1/groups/rules/{id}/lifecycle/activate", "/api/v1/groups",
		R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", "/api/v1/groups/rules/{id}/lifecycle/deactivate", "/api/v1/groups",
		R_IDEMPOTENT},
	{0},
};

static const struct listing lists[] = {
	{"/api/v1/groups/rules?limit=200", "/api/v1/groups", NULL},
	{0},
};

static const struct skeleton skeletons[] = {
	{NULL, "{\"type\":\"group_rule\",\"conditions\":{\"expression\":{\"type\":\"urn:okta:expression:1.0\"}}}"},
	{0},
};

/* Rules are written one by one: concurrent ones answer 423 E0000239. An active one cannot be edited. */
const struct kind kind_group_rule = {
	.name = "groupRule",
	.plural = "groupRules",
	.doc = "Puts users into groups by an expression over their profiles.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.lifecycle = &lifecycle,
	.name_path = "name",
	.id_prefix = "0pr",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT | KIND_SERIAL | KIND_EDIT_INACTIVE | KIND_DELETE_INACTIVE,
	.skeletons = skeletons,
};
