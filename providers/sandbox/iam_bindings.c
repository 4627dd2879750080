/*
 * Bindings: who has a custom role within a resource set. A member of a binding is the role assignment of that
 * user, group or client.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/roles.h"

struct obj *binding_find(const struct sandbox *s, const struct obj *set, const struct obj *role)
{
	STORE_EACH(s, K_BINDING, o) {
		if (o->parent == set->ix && o->ref == role->ix)
			return o;
	}
	return NULL;
}

struct obj *binding_make(struct call *c, const struct obj *set, const struct obj *role)
{
	struct obj *o = store_new(c->s, K_BINDING, "bnd");

	o->parent = set->ix;
	o->ref = role->ix;
	return o;
}

/* The principal that a link or an ORN names; answers 400. */
static struct obj *principal_of(struct call *c, struct slice link)
{
	struct slice rest = link, word, id = {"", 0}, kind = {"", 0};
	char mark = slice_starts(link, "orn:") ? ':' : '/';
	struct obj *o = NULL;

	while (slice_cut(&rest, mark, &word)) {
		kind = id;
		id = word;
	}
	if (slice_is(kind, "users"))
		o = store_find(c->s, K_USER, id);
	else if (slice_is(kind, "groups"))
		o = store_find(c->s, K_GROUP, id);
	else if (slice_is(kind, "clients") || slice_is(kind, "apps"))
		o = store_find(c->s, K_APP, id);
	if (!o)
		fail_field(c, "members", "members: '%.*s' names no member",
			(int)(link.n > 200 ? 200 : link.n), link.n ? link.p : "");
	return o;
}

static bool members_ok(struct call *c, const struct js *list)
{
	for (size_t i = 0; i < js_len(list); i++) {
		const struct obj *p = principal_of(c, js_str(js_at(list, i)));

		if (!p || !role_allowed(c, p))
			return false;
	}
	return true;
}

static void add_members(struct call *c, const struct obj *binding, const struct js *list)
{
	for (size_t i = 0; i < js_len(list); i++) {
		const struct obj *p = principal_of(c, js_str(js_at(list, i)));
		bool there = false;

		for (uint32_t k = 0; k < c->s->of[K_ROLE_ASSIGN].n && !there; k++) {
			const struct obj *o = store_at(c->s, c->s->of[K_ROLE_ASSIGN].v[k]);

			there = o->ref == binding->ix && o->parent == p->ix;
		}
		if (!there)
			role_grant(c, p, ROLE_CUSTOM, binding->ix);
	}
}

/* The binding that the path names by its set and its role. */
static struct obj *binding_of(struct call *c)
{
	const struct obj *set = iam_set_of(c, c->arg[0]);
	const struct obj *role = set ? iam_role_of(c, c->arg[1]) : NULL;
	struct obj *o = role ? binding_find(c->s, set, role) : NULL;

	if (role && !o)
		fail_missing(c, c->arg[1], "Binding");
	return o;
}

static void add_path(struct buf *b, const struct sandbox *s, const struct obj *binding)
{
	buf_addf(b, "/api/v1/iam/resource-sets/%s/bindings/%s", store_at(s, binding->parent)->id,
		store_at(s, binding->ref)->id);
}

static void reply_binding(struct call *c, const struct obj *o)
{
	struct buf *b = &c->res->body;
	AUTO(buf) struct buf path = BUF_MAX(256);

	add_path(&path, c->s, o);
	reply_status(c, 200);
	buf_addf(b, "{\"id\":\"%s\",\"_links\":{", store_at(c->s, o->ref)->id);
	add_href(b, c, "self", "%s", buf_str(&path));
	add_href(b, c, "members", "%s/members", buf_str(&path));
	add_href(b, c, "resource-set", "/api/v1/iam/resource-sets/%s",
		store_at(c->s, o->parent)->id);
	buf_adds(b, "}}");
}

static void list_bindings(struct call *c)
{
	const struct obj *set = iam_set_of(c, c->arg[0]);
	struct page p;

	if (!set || !page_begin(c, &p, 100, 100))
		return;
	page_wrap(c, &p, "roles");
	for (uint32_t i = p.has_after ? store_after(c->s, K_BINDING, p.after) : 0;
		i < c->s->of[K_BINDING].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_BINDING].v[i]), *role;
		struct buf *b;

		if (o->parent != set->ix)
			continue;
		if (!page_more(&p))
			break;
		role = store_at(c->s, o->ref);
		b = page_item(c, &p, o->ix);
		buf_addf(b, "{\"id\":\"%s\",\"_links\":{", role->id);
		add_href(b, c, "self", "/api/v1/iam/roles/%s", role->id);
		add_href(b, c, "members", "/api/v1/iam/resource-sets/%s/bindings/%s/members",
			set->id, role->id);
		buf_adds(b, "}}");
	}
	page_end(c, &p, "");
}

static void create_binding(struct call *c)
{
	const struct obj *set = iam_set_of(c, c->arg[0]);
	const struct obj *role = set ? iam_role_of(c, js_str(js_get(c->body, "role"))) : NULL;
	const struct js *members = js_get(c->body, "members");

	if (!role || !members_ok(c, members))
		return;
	if (binding_find(c->s, set, role)) {
		fail_field(c, "role", "role: the resource set has a binding of this role");
		return;
	}
	c->made = binding_make(c, set, role);
	add_members(c, c->made, members);
	reply_binding(c, c->made);
}

static void get_binding(struct call *c)
{
	const struct obj *o = binding_of(c);

	if (o)
		reply_binding(c, o);
}

static void delete_binding(struct call *c)
{
	struct obj *o = binding_of(c);

	if (!o)
		return;
	store_drop_ties(c->s, o);
	store_drop(c->s, o);
	reply_status(c, 204);
}

/* --- members --- */

static void add_member(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_MAX(256);
	AUTO_PTR(js) doc = obj_doc(o);

	role_add_principal(&path, store_at(c->s, o->parent));
	buf_addf(b, "{\"id\":\"%s\",\"created\":", o->id);
	js_write(b, js_get(doc, "created"));
	buf_adds(b, ",\"lastUpdated\":");
	js_write(b, js_get(doc, "lastUpdated"));
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "self", "%s", buf_str(&path));
	buf_adds(b, "}}");
}

static void list_members(struct call *c)
{
	const struct obj *binding = binding_of(c);
	struct page p;

	if (!binding || !page_begin(c, &p, 100, 100))
		return;
	page_wrap(c, &p, "members");
	for (uint32_t i = p.has_after ? store_after(c->s, K_ROLE_ASSIGN, p.after) : 0;
		i < c->s->of[K_ROLE_ASSIGN].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_ROLE_ASSIGN].v[i]);

		if (o->ref != binding->ix)
			continue;
		if (!page_more(&p))
			break;
		add_member(page_item(c, &p, o->ix), c, o);
	}
	page_end(c, &p, "");
}

static void patch_members(struct call *c)
{
	const struct obj *binding = binding_of(c);
	const struct js *list = js_get(c->body, "additions");

	if (!binding || !members_ok(c, list))
		return;
	add_members(c, binding, list);
	reply_binding(c, binding);
}

static struct obj *member_of(struct call *c)
{
	const struct obj *binding = binding_of(c);
	struct obj *o = binding ? store_find(c->s, K_ROLE_ASSIGN, c->arg[2]) : NULL;

	if (o && o->ref == binding->ix)
		return o;
	if (binding)
		fail_missing(c, c->arg[2], "Member");
	return NULL;
}

static void get_member(struct call *c)
{
	const struct obj *o = member_of(c);

	if (!o)
		return;
	reply_status(c, 200);
	add_member(&c->res->body, c, o);
}

static void delete_member(struct call *c)
{
	struct obj *o = member_of(c);

	if (!o)
		return;
	store_drop(c->s, o);
	reply_status(c, 204);
}

/* Everybody who has a role, be it through a group. */
static void list_assignees(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 100, 100))
		return;
	page_wrap(c, &p, "value");
	for (uint32_t i = p.has_after ? store_after(c->s, K_USER, p.after) : 0;
		i < c->s->of[K_USER].n; i++) {
		const struct obj *u = store_at(c->s, c->s->of[K_USER].v[i]);
		struct buf *b;

		if (!roles_has(c->s, u, NULL))
			continue;
		if (!page_more(&p))
			break;
		b = page_item(c, &p, u->ix);
		buf_addf(b,
			"{\"id\":\"%s\",\"orn\":\"orn:okta:directory:%s:users:%s\",\"_links\":{",
			u->id, c->s->org_id, u->id);
		add_href(b, c, "self", "/api/v1/users/%s", u->id);
		add_href(b, c, "roles", "/api/v1/users/%s/roles", u->id);
		buf_adds(b, "}}");
	}
	page_end(c, &p, "");
}

#define BINDINGS "/api/v1/iam/resource-sets/{set}/bindings"

const struct route routes_bindings[] = {
	{"GET", BINDINGS, list_bindings, 0, NULL},
	{"POST", BINDINGS, create_binding, R_BODY, "iam.resourceset.bindings.add"},
	{"GET", BINDINGS "/{role}", get_binding, 0, NULL},
	{"DELETE", BINDINGS "/{role}", delete_binding, 0, "iam.resourceset.bindings.delete"},
	{"GET", BINDINGS "/{role}/members", list_members, 0, NULL},
	{"PATCH", BINDINGS "/{role}/members", patch_members, R_BODY,
		"iam.resourceset.bindings.add"},
	{"GET", BINDINGS "/{role}/members/{member}", get_member, 0, NULL},
	{"DELETE", BINDINGS "/{role}/members/{member}", delete_member, 0,
		"iam.resourceset.bindings.delete"},
	{"GET", "/api/v1/iam/assignees/users", list_assignees, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
