/*
 * Custom administrator roles with their permissions, and resource sets with their resources.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/roles.h"

enum { RESOURCES_MAX = 1000 };

/* --- roles --- */

static bool is_permission(struct slice name)
{
	return slice_starts(name, "okta.") && name.n > 5 && name.n <= 128;
}

static void push_permission(
	struct js *list, const char *now, struct slice name, const struct js *conditions)
{
	struct js *p = js_new_map();

	js_set(p, "label", js_new_str(name));
	js_set(p, "created", js_new_strz(now));
	js_set(p, "lastUpdated", js_new_strz(now));
	js_set(p, "conditions", conditions ? js_copy(conditions) : js_new_null());
	js_push(list, p);
}

/* The permissions come with the creation only and are kept out of sight in the role's document. */
static bool fill_role(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *in = js_get(c->body, "permissions");
	struct js *list;

	(void)o;
	if (old)
		return true;
	if (js_type(in) != JS_LIST || !js_len(in)) {
		fail_field(c, "permissions", "permissions: The field cannot be left blank");
		return false;
	}
	list = js_new_list();
	js_set(doc, "isCloneable", js_new_bool(false));
	js_set(doc, "permissions", list);
	for (size_t i = 0; i < js_len(in); i++) {
		struct slice name = js_str(js_at(in, i));

		if (!is_permission(name)) {
			fail_field(c, "permissions", "permissions: '%.*s' is not a permission",
				SLICE_ARG(name));
			return false;
		}
		push_permission(list, c->stamp, name, NULL);
	}
	return true;
}

static void show_role(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c, (void)o;
	js_del(doc, "permissions");
}

static void links_role(struct buf *b, struct call *c, const struct obj *o)
{
	add_href(b, c, "permissions", "/api/v1/iam/roles/%s/permissions", o->id);
	add_href(b, c, "self", "/api/v1/iam/roles/%s", o->id);
}

static struct obj *role_by_label(struct call *c, struct slice id)
{
	return name_find(c->s, K_ROLE, 0, id);
}

static bool leave_ties(struct call *c, struct obj *o)
{
	store_drop_ties(c->s, o);
	return true;
}

const struct collection iam_roles = {
	.path = "/api/v1/iam/roles",
	.kind = K_ROLE,
	.of = K_COUNT,
	.type = "IamRole",
	.prefix = "cr0",
	.members = "id label! isCloneable= description! created@ lastUpdated% permissions=",
	.key = "label",
	.event = "iam.role.*",
	.limit = 100,
	.max = 100,
	.envelope = "roles",
	.fill = fill_role,
	.leave = leave_ties,
	.links = links_role,
	.show = show_role,
	.alias = role_by_label,
};

struct obj *iam_role_of(struct call *c, struct slice id)
{
	return collection_find(c, &iam_roles, id);
}

/* --- permissions --- */

static size_t find_permission(const struct js *list, struct slice name)
{
	size_t i = 0;

	while (i < js_len(list) && !slice_eq(js_str(js_get(js_at(list, i), "label")), name))
		i++;
	return i;
}

static void add_permission(
	struct buf *b, struct call *c, const struct obj *role, const struct js *permission)
{
	js_write(b, permission);
	add_nested(b, "_links");
	add_href(b, c, "role", "/api/v1/iam/roles/%s", role->id);
	add_href(b, c, "self", "/api/v1/iam/roles/%s/permissions/%.*s", role->id,
		SLICE_ARG(js_str(js_get(permission, "label"))));
	buf_adds(b, "}}");
}

static void list_permissions(struct call *c)
{
	const struct obj *role = iam_role_of(c, c->arg[0]);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;
	const struct js *list = js_get(doc, "permissions");

	if (!role)
		return;
	reply_status(c, 200);
	buf_adds(&c->res->body, "{\"permissions\":[");
	for (size_t i = 0; i < js_len(list); i++) {
		buf_adds(&c->res->body, i ? "," : "");
		add_permission(&c->res->body, c, role, js_at(list, i));
	}
	buf_adds(&c->res->body, "]}");
}

static void get_permission(struct call *c)
{
	const struct obj *role = iam_role_of(c, c->arg[0]);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;
	const struct js *list = js_get(doc, "permissions");
	size_t at = find_permission(list, c->arg[1]);

	if (!role)
		return;
	if (at == js_len(list)) {
		fail_missing(c, c->arg[1], "Permission");
		return;
	}
	reply_status(c, 200);
	add_permission(&c->res->body, c, role, js_at(list, at));
}

/* Puts it in place of the one of that name, or behind the others. */
static void put_permission(struct call *c, struct obj *role, struct js *doc, bool keep)
{
	const struct js *old = js_get(doc, "permissions"),
			*conditions = js_get(c->body, "conditions");
	struct js *list = js_new_list();
	size_t at = find_permission(old, c->arg[1]);

	for (size_t i = 0; i < js_len(old); i++) {
		struct js *p = js_copy(js_at(old, i));

		if (i == at && conditions)
			js_set(p, "conditions", js_copy(conditions));
		if (i == at)
			js_set(p, "lastUpdated", js_new_strz(c->stamp));
		if (i == at && !keep)
			js_free(p);
		else
			js_push(list, p);
	}
	if (at == js_len(old) && keep)
		push_permission(list, c->stamp, c->arg[1], conditions);
	js_set(doc, "permissions", list);
	obj_put(role, doc);
}

static void create_permission(struct call *c)
{
	struct obj *role = iam_role_of(c, c->arg[0]);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;

	if (!role)
		return;
	if (!is_permission(c->arg[1])) {
		fail_field(c, "permissionType", "permissionType: '%.*s' is not a permission",
			SLICE_ARG(c->arg[1]));
		return;
	}
	put_permission(c, role, doc, true);
	reply_status(c, 204);
}

/* The role, when it has the permission that the path names. */
static struct obj *role_with(struct call *c)
{
	struct obj *role = iam_role_of(c, c->arg[0]);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;
	const struct js *list = js_get(doc, "permissions");

	if (!role || find_permission(list, c->arg[1]) < js_len(list))
		return role;
	fail_missing(c, c->arg[1], "Permission");
	return NULL;
}

static void replace_permission(struct call *c)
{
	struct obj *role = role_with(c);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;

	if (!role)
		return;
	put_permission(c, role, doc, true);
	get_permission(c);
}

static void delete_permission(struct call *c)
{
	struct obj *role = role_with(c);
	AUTO_PTR(js) doc = role ? obj_doc(role) : NULL;

	if (!role)
		return;
	put_permission(c, role, doc, false);
	reply_status(c, 204);
}

/* --- resource sets --- */

static bool fill_set(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *in = js_get(c->body, "resources");

	(void)o, (void)doc;
	if (old || c->s->filling)
		return true;
	if (js_type(in) != JS_LIST || !js_len(in) || js_len(in) > RESOURCES_MAX) {
		fail_field(c, "resources", "resources: between 1 and %d are needed", RESOURCES_MAX);
		return false;
	}
	for (size_t i = 0; i < js_len(in); i++) {
		if (!resource_check(c, js_str(js_at(in, i))))
			return false;
	}
	return true;
}

static void add_resources(struct call *c, struct obj *set, const struct js *list)
{
	for (size_t i = 0; i < js_len(list); i++)
		resource_add(c, set, js_str(js_at(list, i)));
}

static void stored_set(struct call *c, struct obj *o, bool created)
{
	if (created)
		add_resources(c, o, js_get(c->body, "resources"));
}

static void links_set(struct buf *b, struct call *c, const struct obj *o)
{
	add_href(b, c, "self", "/api/v1/iam/resource-sets/%s", o->id);
	add_href(b, c, "resources", "/api/v1/iam/resource-sets/%s/resources", o->id);
	add_href(b, c, "bindings", "/api/v1/iam/resource-sets/%s/bindings", o->id);
}

static struct obj *set_by_label(struct call *c, struct slice id)
{
	return name_find(c->s, K_RESOURCE_SET, 0, id);
}

const struct collection iam_sets = {
	.path = "/api/v1/iam/resource-sets",
	.kind = K_RESOURCE_SET,
	.of = K_COUNT,
	.type = "ResourceSet",
	.prefix = "iam",
	.members = "id label! description! created@ lastUpdated%",
	.key = "label",
	.event = "iam.resourceset.*",
	.limit = 100,
	.max = 100,
	.envelope = "resource-sets",
	.fill = fill_set,
	.stored = stored_set,
	.leave = leave_ties,
	.links = links_set,
	.alias = set_by_label,
};

struct obj *iam_set_of(struct call *c, struct slice id)
{
	return collection_find(c, &iam_sets, id);
}

static void patch_resources(struct call *c)
{
	struct obj *set = iam_set_of(c, c->arg[0]);
	const struct js *list = js_get(c->body, "additions");

	if (!set)
		return;
	for (size_t i = 0; i < js_len(list); i++) {
		if (!resource_check(c, js_str(js_at(list, i))))
			return;
	}
	add_resources(c, set, list);
	collection_reply(c, 200, &iam_sets, set);
}

const struct route routes_iam[] = {
	{"GET", "/api/v1/iam/roles/{id}/permissions", list_permissions, 0, NULL},
	{"GET", "/api/v1/iam/roles/{id}/permissions/{type}", get_permission, 0, NULL},
	{"POST", "/api/v1/iam/roles/{id}/permissions/{type}", create_permission, R_OPT_BODY,
		"iam.role.permissions.add"},
	{"PUT", "/api/v1/iam/roles/{id}/permissions/{type}", replace_permission, R_BODY,
		"iam.role.permission.conditions.add"},
	{"DELETE", "/api/v1/iam/roles/{id}/permissions/{type}", delete_permission, 0,
		"iam.role.permissions.delete"},
	{"PATCH", "/api/v1/iam/resource-sets/{id}/resources", patch_resources, R_BODY,
		"iam.resourceset.resources.add"},
	{NULL, NULL, NULL, 0, NULL},
};
