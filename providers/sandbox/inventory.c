/*
 * A tenant from its recorded lists: exchanges as JSON lines, {"method":"GET","path":...,"status":200,"response":[...]},
 * whose objects are taken in as they are, with their ids. What a new org has too (Everyone, default policies, ...)
 * becomes the recorded one. Lines that are no list of something known are passed over; so are edges to objects that
 * no line before named.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/expr.h"
#include "providers/sandbox/policies.h"

#include "base/hash.h"
#include "base/xalloc.h"

struct taken {
	struct sandbox *s;
	struct obj *o, *parent;
	const struct js *item;
};

static struct slice text_of(const struct js *item, const char *path)
{
	return js_str(js_path(item, path));
}

static void take_status(struct obj *o, const struct js *item)
{
	for (int i = 0; i < ST_COUNT; i++) {
		if (slice_is(text_of(item, "status"), status_names[i]))
			o->status = (uint8_t)i;
	}
}

/* The last part of a link's path, which is an id. */
static struct slice linked(const struct js *item, const char *name)
{
	AUTO(buf) struct buf path = BUF_MAX(64);
	struct slice href, part = {NULL, 0};

	buf_addf(&path, "_links.%s.href", name);
	href = text_of(item, buf_str(&path));
	while (slice_cut(&href, '/', &part))
		;
	return part;
}

static bool settle_user(struct taken *t)
{
	const struct obj *type = store_find(t->s, K_TYPE, text_of(t->item, "type.id"));

	t->o->parent = type ? type->ix : t->s->type;
	return text_of(t->item, "profile.login").n > 0;
}

static bool settle_group(struct taken *t)
{
	struct slice type = text_of(t->item, "type");

	t->o->sub = slice_is(type, "BUILT_IN") ? 1 : slice_is(type, "APP_GROUP") ? 2 : 0;
	return text_of(t->item, "profile.name").n > 0;
}

static void add_all(const struct sandbox *s, enum kind k, const struct js *ids, struct edges *to)
{
	for (size_t i = 0; i < js_len(ids); i++) {
		const struct obj *o = store_find(s, k, js_str(js_at(ids, i)));

		if (o)
			edge_add(to, o->ix, 0);
	}
}

static bool settle_rule(struct taken *t)
{
	AUTO(buf) struct buf why = BUF_MAX(256);

	expr_free(t->o->expr);
	t->o->expr = expr_compile(text_of(t->item, "conditions.expression.value"), &why);
	add_all(t->s, K_GROUP, js_path(t->item, "actions.assignUserToGroups.groupIds"), &t->o->in);
	add_all(t->s, K_USER, js_path(t->item, "conditions.people.users.exclude"), &t->o->out);
	return t->o->expr != NULL;
}

static bool settle_app(struct taken *t)
{
	const struct obj *access = store_find(t->s, K_POLICY, linked(t->item, "accessPolicy")),
			 *enroll = store_find(t->s, K_POLICY, linked(t->item, "profileEnrollment"));

	t->o->parent = access ? access->ix : t->s->access_default;
	t->o->ref = enroll ? enroll->ix : t->s->enroll_default;
	return true;
}

static bool settle_policy(struct taken *t)
{
	for (int i = 0; i < P_COUNT; i++) {
		if (!slice_is(text_of(t->item, "type"), policy_infos[i].name))
			continue;
		t->o->sub = (uint8_t)i;
		t->o->priority = (int32_t)js_int(js_get(t->item, "priority"));
		return true;
	}
	return false;
}

static bool settle_policy_rule(struct taken *t)
{
	t->o->priority = (int32_t)js_int(js_get(t->item, "priority"));
	t->o->parent = t->parent->ix;
	edge_add(&t->parent->in, t->o->ix, 0);
	return true;
}

static bool settle_zone(struct taken *t)
{
	(void)t;
	return true;
}

/* What has routes of its own. key: the path of what it is called; a policy's name counts within its type. */
static const struct list {
	const char *path;
	enum kind kind, of;
	const char *key;
	bool (*settle)(struct taken *t);
} lists[] = {
	{"/api/v1/users", K_USER, K_COUNT, "profile.login", settle_user},
	{"/api/v1/groups", K_GROUP, K_COUNT, "profile.name", settle_group},
	{"/api/v1/groups/rules", K_GROUP_RULE, K_COUNT, NULL, settle_rule},
	{"/api/v1/policies", K_POLICY, K_COUNT, "name", settle_policy},
	{"/api/v1/policies/{id}/rules", K_POLICY_RULE, K_POLICY, "name", settle_policy_rule},
	{"/api/v1/apps", K_APP, K_COUNT, NULL, settle_app},
	{"/api/v1/zones", K_ZONE, K_COUNT, "name", settle_zone},
};

/* --- objects --- */

static uint32_t scope(const struct list *l, const struct obj *parent, const struct js *item)
{
	if (parent)
		return parent->ix;
	for (uint32_t i = 0; l->kind == K_POLICY && i < P_COUNT; i++) {
		if (slice_is(text_of(item, "type"), policy_infos[i].name))
			return i;
	}
	return 0;
}

/* Okta's own apps are known by their definition, the rest by what they are called. */
static struct obj *twin(const struct sandbox *s, const struct list *l, const struct obj *parent,
	const struct js *item)
{
	if (l->key)
		return name_find(s, l->kind, scope(l, parent, item), text_of(item, l->key));
	STORE_EACH(s, l->kind, o) {
		AUTO_PTR(js) doc = o->system ? obj_doc(o) : NULL;

		if (doc && slice_eq(text_of(doc, "name"), text_of(item, "name")))
			return o;
	}
	return NULL;
}

/* The object that the item describes: known by its id, or the org's own of that name, or new. */
static struct obj *find_or_make(
	struct sandbox *s, const struct list *l, const struct obj *parent, const struct js *item)
{
	struct slice id = text_of(item, "id");
	struct obj *o = store_find(s, l->kind, id);

	if (o || id.n != 20 || store_cursor(s, id) != NO_OBJ)
		return o;
	o = twin(s, l, parent, item);
	if (!o) {
		AUTO_CHAR text = xstrndup(id.p, id.n);

		return store_new_as(s, l->kind, text);
	}
	memcpy(o->id, id.p, 20);
	map_set(&s->ids, hash64(id), o->ix);
	return o;
}

static void take(struct sandbox *s, const struct list *l, struct obj *parent, const struct js *item)
{
	struct taken t = {s, NULL, parent, item};
	AUTO_PTR(js) doc = NULL;

	if (js_type(item) != JS_MAP || (l->of != K_COUNT && !parent))
		return;
	t.o = find_or_make(s, l, parent, item);
	if (!t.o)
		return;
	if (!l->settle(&t)) {
		store_drop(s, t.o);
		return;
	}
	take_status(t.o, item);
	t.o->system = js_bool(js_get(item, "system")) || t.o->system;
	doc = js_copy(item);
	js_del(doc, "_links");
	js_del(doc, "_embedded");
	obj_put(t.o, doc);
	if (l->key)
		name_set(s, l->kind, scope(l, parent, item), text_of(item, l->key), t.o->ix);
}

/* --- edges --- */

/* A list of members has whole users, whether they were listed before or not. */
static void take_member(struct sandbox *s, struct obj *g, const struct js *item)
{
	struct obj *u;

	take(s, &lists[0], NULL, item);
	u = store_find(s, K_USER, text_of(item, "id"));
	if (u && g->ix != s->everyone && edge_add(&g->in, u->ix, ORIGIN_DIRECT))
		edge_add(&u->in, g->ix, 0);
}

static void take_assignment(struct sandbox *s, struct obj *a, const struct js *item, enum kind k)
{
	struct obj *other = store_find(s, k == K_APP_USER ? K_USER : K_GROUP, text_of(item, "id")),
		   *o;
	struct edges *to = k == K_APP_USER ? &a->in : &a->out;
	AUTO_PTR(js) doc = NULL;

	if (!other || edge_has(to, other->ix) || slice_is(text_of(item, "scope"), "GROUP"))
		return;
	o = store_new(s, k, k == K_APP_USER ? "0ua" : "0ag");
	o->priority = (int32_t)js_int(js_get(item, "priority"));
	edge_add(to, other->ix, o->ix);
	edge_add(&other->out, a->ix, o->ix);
	doc = js_copy(item);
	js_del(doc, "_links");
	js_del(doc, "_embedded");
	obj_put(o, doc);
}

/* --- lines --- */

/* The object that the path's third part names, when the path is PATTERN with an id there. */
static bool fits(struct slice path, const char *pattern, struct slice *ret_id)
{
	struct slice want = slice_of(pattern), a, b;

	while (path.p && want.p) {
		slice_cut(&path, '/', &a);
		slice_cut(&want, '/', &b);
		if (b.n && b.p[0] == '{')
			*ret_id = a;
		else if (!slice_eq(a, b))
			return false;
	}
	return !path.p && !want.p;
}

static void take_list(
	struct sandbox *s, const struct list *l, struct slice id, const struct js *items)
{
	struct obj *parent = l->of == K_COUNT ? NULL : store_find(s, l->of, id);

	for (size_t i = 0; i < js_len(items); i++)
		take(s, l, parent, js_at(items, i));
}

static void take_edges(struct sandbox *s, struct slice path, const struct js *items)
{
	struct slice id = {NULL, 0};
	struct obj *o;

	for (size_t i = 0; i < js_len(items); i++) {
		const struct js *item = js_at(items, i);

		if (fits(path, "/api/v1/groups/{id}/users", &id) &&
			(o = store_find(s, K_GROUP, id)))
			take_member(s, o, item);
		else if (fits(path, "/api/v1/apps/{id}/users", &id) &&
			 (o = store_find(s, K_APP, id)))
			take_assignment(s, o, item, K_APP_USER);
		else if (fits(path, "/api/v1/apps/{id}/groups", &id) &&
			 (o = store_find(s, K_APP, id)))
			take_assignment(s, o, item, K_APP_GROUP);
	}
}

void inventory_take(struct sandbox *s, const struct js *exchange)
{
	struct slice target = js_str(js_get(exchange, "path")), path, id = {NULL, 0};
	const struct js *items = js_get(exchange, "response");

	if (!slice_is(js_str(js_get(exchange, "method")), "GET") || js_type(items) != JS_LIST)
		return;
	slice_cut(&target, '?', &path);
	for (size_t i = 0; i < LEN(lists); i++) {
		if (fits(path, lists[i].path, &id)) {
			take_list(s, &lists[i], id, items);
			return;
		}
	}
	take_edges(s, path, items);
}
