/*
 * Administrator roles: what types there are, and giving them to users, groups and clients. A custom role is
 * given within a resource set: such an assignment is a member of the binding of the two.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/roles.h"

enum { GROUP_MEMBERS_MAX = 5000 };

const struct role_type role_types[ROLE_TYPES] = {
	[ROLE_CUSTOM] = {"CUSTOM", NULL, 0, NULL},
	{"SUPER_ADMIN", "Super Administrator", 0, NULL},
	{"ORG_ADMIN", "Organization Administrator", 0, NULL},
	{"APP_ADMIN", "Application Administrator", 'a', NULL},
	{"USER_ADMIN", "Group Administrator", 'g', NULL},
	{"HELP_DESK_ADMIN", "Help Desk Administrator", 'g', NULL},
	{"GROUP_MEMBERSHIP_ADMIN", "Group Membership Administrator", 'g', NULL},
	{"READ_ONLY_ADMIN", "Read-only Administrator", 0, NULL},
	{"REPORT_ADMIN", "Report Administrator", 0, NULL},
	{"MOBILE_ADMIN", "Mobile Administrator", 0, NULL},
	{"API_ACCESS_MANAGEMENT_ADMIN", "API Access Management Administrator", 0, NULL},
	{"WORKFLOWS_ADMIN", "Workflows Administrator", 0, "WORKFLOWS_IAM_POLICY"},
	{"ACCESS_CERTIFICATIONS_ADMIN", "Access Certifications Administrator", 0,
		"ACCESS_CERTIFICATIONS_IAM_POLICY"},
	{"ACCESS_REQUESTS_ADMIN", "Access Requests Administrator", 0, "ACCESS_REQUESTS_IAM_POLICY"},
};

/* Who can have roles; clients are apps. */
static const struct principal {
	enum kind kind;
	const char *path, *word, *prefix;
} principals[] = {
	{K_USER, "/api/v1/users/", "USER", "ra1"},
	{K_GROUP, "/api/v1/groups/", "GROUP", "gra"},
	{K_APP, "/oauth2/v1/clients/", "CLIENT", "ra1"},
};

static const struct principal *principal_info(const struct obj *o)
{
	size_t i = 0;

	while (i < LEN(principals) - 1 && (enum kind)o->kind != principals[i].kind)
		i++;
	return &principals[i];
}

/* An app by its id or by its client id, which is the same unless somebody chose another. */
static struct obj *client_of(struct call *c, struct slice id)
{
	struct obj *a = store_find(c->s, K_APP, id);

	for (uint32_t i = 0; !a && i < c->s->of[K_APP].n; i++) {
		struct obj *o = store_at(c->s, c->s->of[K_APP].v[i]);
		AUTO_PTR(js) doc = obj_doc(o);

		if (slice_eq(js_str(js_path(doc, "credentials.oauthClient.client_id")), id))
			a = o;
	}
	if (!a)
		fail_missing(c, id, "OAuth2Client");
	return a;
}

struct obj *role_principal(struct call *c)
{
	if (slice_starts(c->path, principals[0].path))
		return user_of(c, c->arg[0]);
	if (slice_starts(c->path, principals[1].path))
		return group_of(c, c->arg[0]);
	return client_of(c, c->arg[0]);
}

void role_add_principal(struct buf *b, const struct obj *principal)
{
	buf_addf(b, "%s%s", principal_info(principal)->path, principal->id);
}

/* --- ids --- */

/* RFC 4648 without padding: the id of a type that takes targets is its name in this alphabet. */
static void add_base32(struct buf *b, const char *name)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	unsigned bits = 0, n = 0;

	for (; *name; name++) {
		bits = bits << 8 | (unsigned char)*name;
		for (n += 8; n >= 5; n -= 5)
			buf_addc(b, digits[bits >> (n - 5) & 31]);
	}
	if (n)
		buf_addc(b, digits[bits << (5 - n) & 31]);
}

static void add_id(struct buf *b, const struct obj *o)
{
	if (role_types[o->sub].targets)
		add_base32(b, role_types[o->sub].name);
	else
		buf_adds(b, o->id);
}

static bool has_id(const struct obj *o, struct slice id)
{
	AUTO(buf) struct buf own = BUF_MAX(64);

	add_id(&own, o);
	return slice_eq(buf_slice(&own), id) || slice_is(id, role_types[o->sub].name);
}

/* --- who has what --- */

/* Is this assignment the principal's, by hand or, when inherited, through a group? */
static bool applies(
	const struct sandbox *s, const struct obj *o, const struct obj *principal, bool inherited)
{
	const struct obj *p;

	if (o->parent == principal->ix)
		return true;
	if (!inherited || principal->kind != K_USER)
		return false;
	p = store_at(s, o->parent);
	return p && p->kind == K_GROUP && user_in_group(s, principal, p);
}

bool role_applies(
	const struct sandbox *s, const struct obj *o, const struct obj *u, struct slice id)
{
	return has_id(o, id) && applies(s, o, u, true);
}

bool roles_has(const struct sandbox *s, const struct obj *principal, const char *type)
{
	STORE_EACH(s, K_ROLE_ASSIGN, o) {
		if ((!type || streq(role_types[o->sub].name, type)) &&
			applies(s, o, principal, true))
			return true;
	}
	return false;
}

struct obj *role_assignment(
	struct call *c, const struct obj *principal, struct slice id, bool inherited)
{
	struct obj *found = NULL;

	STORE_EACH(c->s, K_ROLE_ASSIGN, o) {
		if (!has_id(o, id) || !applies(c->s, o, principal, inherited))
			continue;
		if (!found || o->parent == principal->ix)
			found = o;
	}
	if (!found)
		fail_missing(c, id, "RoleAssignment");
	return found;
}

void role_touch(struct obj *o, const char *now, bool created)
{
	AUTO_PTR(js) doc = obj_doc(o);

	if (created)
		js_set(doc, "created", js_new_strz(now));
	js_set(doc, "lastUpdated", js_new_strz(now));
	/* for the System Log */
	js_set(doc, "label",
		js_new_strz(role_types[o->sub].label ? role_types[o->sub].label : "Custom"));
	obj_put(o, doc);
}

struct obj *role_grant(struct call *c, const struct obj *principal, int type, uint32_t ref)
{
	bool iam = type == ROLE_CUSTOM || role_types[type].iam_set;
	struct obj *o =
		store_new(c->s, K_ROLE_ASSIGN, iam ? "irb" : principal_info(principal)->prefix);

	o->parent = principal->ix;
	o->ref = ref;
	o->sub = (uint8_t)type;
	role_touch(o, c->stamp, true);
	for (uint32_t i = 0; !iam && i < c->s->of[K_ROLE_ASSIGN].n; i++) {
		struct obj *other = store_at(c->s, c->s->of[K_ROLE_ASSIGN].v[i]);

		if (other->parent == principal->ix && other->sub != ROLE_CUSTOM)
			role_touch(other, c->stamp, true);
	}
	return o;
}

/* --- printing --- */

/* An IAM-based role names its role and its resource set by fixed words, a custom one by ids. */
static const char *iam_name(struct call *c, const struct obj *o, bool set)
{
	const struct obj *binding = store_at(c->s, o->ref), *part;

	if (o->sub != ROLE_CUSTOM)
		return set ? role_types[o->sub].iam_set : role_types[o->sub].name;
	part = binding ? store_at(c->s, set ? binding->parent : binding->ref) : NULL;
	return part ? part->id : "";
}

static void add_label(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *binding = store_at(c->s, o->ref);
	AUTO_PTR(js) role = NULL;

	if (o->sub != ROLE_CUSTOM) {
		buf_add_json(b, slice_of(role_types[o->sub].label));
		return;
	}
	role = binding ? obj_doc(store_at(c->s, binding->ref)) : NULL;
	buf_add_json(b, js_str(js_get(role, "label")));
}

static void add_links(struct buf *b, struct call *c, const struct obj *o, bool iam)
{
	AUTO(buf) struct buf path = BUF_MAX(256);
	const char *role = iam_name(c, o, false), *set = iam_name(c, o, true);

	role_add_principal(&path, store_at(c->s, o->parent));
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "assignee", "%s", buf_str(&path));
	if (iam) {
		add_href(b, c, "resource-set", "/api/v1/iam/resource-sets/%s", set);
		add_href(b, c, "member", "/api/v1/iam/resource-sets/%s/bindings/%s/members/%s", set,
			role, o->id);
		add_href(b, c, "role", "/api/v1/iam/roles/%s", role);
		add_href(b, c, "permissions", "/api/v1/iam/permission-sets/%s/permissions", role);
	}
	buf_addc(b, '}');
}

static void add_assignment(struct buf *b, struct call *c, const struct obj *o)
{
	bool iam = o->sub == ROLE_CUSTOM || role_types[o->sub].iam_set;
	const char *word = principal_info(store_at(c->s, o->parent))->word;
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice expand = query_get(c, "expand");

	buf_adds(b, "{\"id\":\"");
	add_id(b, o);
	buf_addc(b, '"');
	if (iam)
		buf_addf(b, ",\"role\":\"%s\"", iam_name(c, o, false));
	buf_adds(b, ",\"label\":");
	add_label(b, c, o);
	buf_addf(b, ",\"type\":\"%s\",\"status\":\"ACTIVE\",\"created\":", role_types[o->sub].name);
	js_write(b, js_get(doc, "created"));
	buf_adds(b, ",\"lastUpdated\":");
	js_write(b, js_get(doc, "lastUpdated"));
	buf_addf(b, ",\"assignmentType\":\"%s\"", word);
	if (iam)
		buf_addf(b, ",\"resource-set\":\"%s\"", iam_name(c, o, true));
	if (slice_starts(expand, "targets/") && role_types[o->sub].targets) {
		buf_adds(b, ",\"_embedded\":{\"targets\":");
		role_add_targets(c, o);
		buf_addc(b, '}');
	}
	add_links(b, c, o, iam);
	buf_addc(b, '}');
}

/* --- requests --- */

static void list_roles(struct call *c)
{
	const struct obj *p = role_principal(c);
	struct page page;

	if (!p || !page_begin(c, &page, 0, 0))
		return;
	/* those that take targets come first, whatever was given first (recorded) */
	for (int pass = 0; pass < 2; pass++) {
		STORE_EACH(c->s, K_ROLE_ASSIGN, o) {
			if ((role_types[o->sub].targets != 0) == (pass == 0) &&
				applies(c->s, o, p, true))
				add_assignment(page_item(c, &page, o->ix), c, o);
		}
	}
	page_end(c, &page, NULL);
}

static void get_role(struct call *c)
{
	const struct obj *p = role_principal(c);
	const struct obj *o = p ? role_assignment(c, p, c->arg[1], true) : NULL;

	if (!o)
		return;
	reply_status(c, 200);
	add_assignment(&c->res->body, c, o);
}

/* All the roles that a principal has now, by hand, for the System Log. */
static void tell_roles(struct call *c, const struct obj *p)
{
	AUTO(buf) struct buf names = BUF_TEXT;
	AUTO(buf) struct buf detail = BUF_TEXT;

	for (uint32_t i = 0; i < c->s->of[K_ROLE_ASSIGN].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_ROLE_ASSIGN].v[i]);
		AUTO_PTR(js) doc = o->parent == p->ix ? obj_doc(o) : NULL;

		if (doc && names.n)
			buf_adds(&names, ", ");
		buf_add_slice(&names, js_str(js_get(doc, "label")));
	}
	buf_adds(&detail, "\"privilegeGranted\":");
	buf_add_json(&detail, buf_slice(&names));
	c->detail = arena_str(&c->mem, buf_slice(&detail));
}

static void revoke(struct call *c)
{
	const struct obj *p = role_principal(c);
	struct obj *o = p ? role_assignment(c, p, c->arg[1], false) : NULL;

	if (!o)
		return;
	log_target(c, o);
	store_drop(c->s, o);
	tell_roles(c, p);
	reply_status(c, 204);
}

static bool group_allowed(struct call *c, const struct obj *g)
{
	static const char text[] = "This group cannot be given an administrator role.";

	if (g->sub) {
		fail(c, 400, "E0000211", text, "The group is not one of Okta's own making");
		return false;
	}
	if (g->in.n > GROUP_MEMBERS_MAX) {
		fail(c, 400, "E0000193", text, "The group has too many members");
		return false;
	}
	STORE_EACH(c->s, K_GROUP_RULE, rule) {
		if (!edge_has(&rule->in, g->ix))
			continue;
		fail(c, 400, "E0000192", text, "A group rule assigns users to the group");
		return false;
	}
	return true;
}

static bool client_allowed(struct call *c, const struct obj *app)
{
	AUTO_PTR(js) doc = obj_doc(app);

	if (slice_is(js_str(js_path(doc, "settings.oauthClient.application_type")), "service"))
		return true;
	fail(c, 400, "E0000227", "Roles can be given to service apps only.", NULL);
	return false;
}

bool role_allowed(struct call *c, const struct obj *principal)
{
	if (principal->kind == K_GROUP)
		return group_allowed(c, principal);
	return principal->kind != K_APP || client_allowed(c, principal);
}

/* The binding that a custom role's assignment is a member of; false when it answered. */
static bool read_binding(struct call *c, uint32_t *ret)
{
	const struct obj *role = iam_role_of(c, js_str(js_get(c->body, "role")));
	const struct obj *set =
		role ? iam_set_of(c, js_str(js_get(c->body, "resource-set"))) : NULL;
	const struct obj *binding;

	if (!set)
		return false;
	binding = binding_find(c->s, set, role);
	*ret = binding ? binding->ix : binding_make(c, set, role)->ix;
	return true;
}

static bool is_new(struct call *c, const struct obj *p, int type, uint32_t ref)
{
	STORE_EACH(c->s, K_ROLE_ASSIGN, o) {
		if (o->parent != p->ix || o->sub != type || o->ref != ref)
			continue;
		fail(c, 409, "E0000090", "Duplicate role assignment exception.", NULL);
		return false;
	}
	return true;
}

static void assign(struct call *c)
{
	const struct obj *p = role_principal(c);
	struct slice name = js_str(js_get(c->body, "type"));
	uint32_t ref = NO_OBJ;
	int type = 0;

	if (!p)
		return;
	while (type < ROLE_TYPES && !slice_is(name, role_types[type].name))
		type++;
	if (type == ROLE_TYPES) {
		fail_field(c, "type", "type: '%.*s' is not a valid role type", SLICE_ARG(name));
		return;
	}
	if (type == ROLE_SUPER && !auth_is_super(c)) {
		fail(c, 403, "E0000006",
			"You do not have permission to perform the requested action", NULL);
		return;
	}
	if (!role_allowed(c, p) || (type == ROLE_CUSTOM && !read_binding(c, &ref)) ||
		!is_new(c, p, type, ref))
		return;
	c->made = role_grant(c, p, type, ref);
	tell_roles(c, p);
	reply_status(c, 201);
	add_assignment(&c->res->body, c, c->made);
}

#define USER "/api/v1/users/{id}/roles"
#define GROUP "/api/v1/groups/{id}/roles"
#define CLIENT "/oauth2/v1/clients/{id}/roles"

const struct route routes_roles[] = {
	{"GET", USER, list_roles, 0, NULL},
	{"POST", USER, assign, R_BODY, "user.account.privilege.grant"},
	{"GET", USER "/{role}", get_role, 0, NULL},
	{"DELETE", USER "/{role}", revoke, 0, "user.account.privilege.revoke"},
	{"GET", GROUP, list_roles, 0, NULL},
	{"POST", GROUP, assign, R_BODY, "group.privilege.grant"},
	{"GET", GROUP "/{role}", get_role, 0, NULL},
	{"DELETE", GROUP "/{role}", revoke, 0, "group.privilege.revoke"},
	{"GET", CLIENT, list_roles, 0, NULL},
	{"POST", CLIENT, assign, R_BODY, "app.oauth2.client.privilege.grant"},
	{"GET", CLIENT "/{role}", get_role, 0, NULL},
	{"DELETE", CLIENT "/{role}", revoke, 0, "app.oauth2.client.privilege.revoke"},
	{NULL, NULL, NULL, 0, NULL},
};
