#include "providers/okta/okta.h"

static const struct field fields[] = {
	{"name", F_STR, .doc = "variable name of the type"},
	{0},
};

static const struct listing lists[] = {
	{"/api/v1/meta/types/user", "/api/v1", NULL},
	{0},
};

static uint32_t classify(const struct js *live)
{
	(void)live;
	return LIVE_FIXED;
}

/* No collection of manifests: users and rules refer to types by name. */
const struct kind kind_user_type = {
	.name = "userType",
	.doc = "A type of user.",
	.fields = fields,
	.lists = lists,
	.name_path = "name",
	.id_prefix = "oty",
	.classify = classify,
};
