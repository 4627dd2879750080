/*
 * Which groups have an app: their order, and what they give their members there.
 */
#include "providers/sandbox/apps.h"

#include <stdio.h>

#include <stdlib.h>

enum { PAGE_MIN_GROUPS = 20, TOLD_MAX = 10000 };

void unassign_group(struct sandbox *s, struct obj *a, struct obj *g)
{
	uint32_t tag = edge_tag(&a->out, g->ix);

	edge_del(&a->out, g->ix, tag);
	edge_del(&g->out, a->ix, tag);
	if (tag != NO_OBJ)
		store_drop(s, store_at(s, tag));
}

static void add_app_group(struct buf *b, struct call *c, const struct obj *a, const struct obj *g)
{
	const struct obj *o = store_at(c->s, edge_tag(&a->out, g->ix));

	buf_add_slice(b, obj_text(o));
	add_nested(b, "_links");
	add_href(b, c, "app", "/api/v1/apps/%s", a->id);
	add_href(b, c, "self", "/api/v1/apps/%s/groups/%s", a->id, g->id);
	add_href(b, c, "group", "/api/v1/groups/%s", g->id);
	buf_addc(b, '}');
	if (query_is(c, "expand", "group")) {
		buf_adds(b, ",\"_embedded\":{\"group\":");
		add_group(b, c, g);
		buf_addc(b, '}');
	}
	buf_addc(b, '}');
}

struct place {
	int32_t priority;
	uint32_t order, group;
};

static int by_priority(const void *x, const void *y)
{
	const struct place *a = x, *b = y;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->order < b->order ? -1 : a->order > b->order;
}

static void list_groups(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);
	struct place *v;
	struct page p;
	uint32_t i = 0;

	if (!a || !page_begin(c, &p, PAGE_MIN_GROUPS, 200))
		return;
	if (p.limit < PAGE_MIN_GROUPS)
		p.limit = PAGE_MIN_GROUPS;
	v = arena_array(&c->mem, a->out.n + 1, sizeof(*v));
	for (uint32_t k = 0; k < a->out.n; k++)
		v[k] = (struct place){
			store_at(c->s, a->out.v[k].tag)->priority, a->out.v[k].tag, a->out.v[k].to};
	qsort(v, a->out.n, sizeof(*v), by_priority);
	if (p.has_after) {
		while (i < a->out.n && v[i].group != p.after)
			i++;
		i++;
	}
	for (; i < a->out.n; i++) {
		const struct obj *g = store_at(c->s, v[i].group);
		struct slice q = query_get(c, "q");
		AUTO_PTR(js) doc = q.p ? obj_doc(g) : NULL;
		struct slice name = js_str(js_path(doc, "profile.name"));

		if (q.p && !slice_starts_fold(name, q))
			continue;
		if (!page_more(&p))
			break;
		add_app_group(page_item(c, &p, g->ix), c, a, g);
	}
	page_end(c, &p, "expand|q");
}

static struct obj *assigned_group(struct call *c, const struct obj *a)
{
	struct obj *g = a ? store_find(c->s, K_GROUP, c->arg[1]) : NULL;

	if (!a || (g && edge_has(&a->out, g->ix)))
		return g;
	fail_missing(c, c->arg[1], "ApplicationGroupAssignment");
	return NULL;
}

static void reply_app_group(struct call *c, const struct obj *a, const struct obj *g)
{
	reply_status(c, 200);
	add_app_group(&c->res->body, c, a, g);
}

static void get_app_group(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]), *g = assigned_group(c, a);

	if (g)
		reply_app_group(c, a, g);
}

/* Behind the last; the first one gets 0. */
static int32_t free_priority(const struct sandbox *s, const struct obj *a)
{
	int32_t top = -1;

	for (uint32_t i = 0; i < a->out.n; i++) {
		int32_t p = store_at(s, a->out.v[i].tag)->priority;

		top = p > top ? p : top;
	}
	return top == INT32_MAX ? top : top + 1;
}

/* Its members have the app now, or no more; what is beyond TOLD_MAX would only fill the log. */
static void tell(
	struct call *c, const struct obj *a, const struct obj *g, const struct obj *o, bool gained)
{
	bool all = g->ix == c->s->everyone;
	uint32_t n = all ? c->s->of[K_USER].n : g->in.n;
	char *detail = arena_array(&c->mem, 64, 1);

	snprintf(detail, 64, "\"groupAppAssignmentId\":\"%s\"", o->id);
	c->detail = detail;
	for (uint32_t i = 0; i < n && i < TOLD_MAX; i++) {
		uint32_t u = all ? c->s->of[K_USER].v[i] : g->in.v[i].to;

		/* one pair for each origin */
		if (all || i == 0 || g->in.v[i - 1].to != u)
			log_granted(c->s, g, a, store_at(c->s, u), gained);
	}
}

static void put_app_group(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *g = a ? group_of(c, c->arg[1]) : NULL, *o;
	const struct js *priority = js_get(c->body, "priority"),
			*profile = js_get(c->body, "profile");
	AUTO_PTR(js) doc = NULL;

	if (!g)
		return;
	if (js_type(priority) == JS_INT && (js_int(priority) < 0 || js_int(priority) > INT32_MAX)) {
		fail_field(c, "priority", "priority: must not be negative");
		return;
	}
	if (edge_has(&a->out, g->ix)) {
		o = store_at(c->s, edge_tag(&a->out, g->ix));
		c->event = "group.application_assignment.update";
	} else {
		int32_t next = free_priority(c->s, a);

		o = store_new(c->s, K_APP_GROUP, "0ag");
		o->priority = next;
		edge_add(&a->out, g->ix, o->ix);
		edge_add(&g->out, a->ix, o->ix);
		tell(c, a, g, o, true);
	}
	if (js_type(priority) == JS_INT)
		o->priority = (int32_t)js_int(priority);
	doc = js_new_map();
	js_set(doc, "id", js_new_strz(g->id));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "priority", js_new_int(o->priority));
	js_set(doc, "profile", js_type(profile) == JS_MAP ? js_copy(profile) : js_new_map());
	obj_put(o, doc);
	reply_app_group(c, a, g);
}

/* --- JSON Patch: add, replace and remove, of the priority and of members of the profile --- */

/* The member that a path names, decoded in place; false when it is none of a profile. */
static bool profile_member(struct call *c, struct slice path, const char **ret)
{
	static const char head[] = "/profile/";
	size_t n = 0;
	char *to;

	if (!slice_starts(path, head))
		return false;
	path = (struct slice){path.p + sizeof(head) - 1, path.n - (sizeof(head) - 1)};
	to = arena_array(&c->mem, path.n + 1, 1);
	for (size_t i = 0; i < path.n; i++) {
		bool coded = path.p[i] == '~' && i + 1 < path.n &&
			     (path.p[i + 1] == '0' || path.p[i + 1] == '1');

		if (path.p[i] == '/')
			return false;
		to[n++] = !coded ? path.p[i] : path.p[i + 1] == '0' ? '~' : '/';
		i += coded;
	}
	to[n] = '\0';
	*ret = to;
	return n;
}

/* One operation on the assignment; false when it will not do. */
static bool patch(struct call *c, struct obj *o, struct js *doc, const struct js *op)
{
	struct slice what = js_str(js_get(op, "op")), path = js_str(js_get(op, "path"));
	const struct js *value = js_get(op, "value");
	struct js *profile = js_make(doc, "profile");
	const char *member;

	if (slice_is(path, "/priority") && slice_in(what, "add|replace") &&
		js_type(value) == JS_INT && js_int(value) >= 0 && js_int(value) <= INT32_MAX) {
		o->priority = (int32_t)js_int(value);
		js_set(doc, "priority", js_copy(value));
		return true;
	}
	if (slice_is(path, "/profile") && slice_in(what, "add|replace") &&
		js_type(value) == JS_MAP) {
		js_set(doc, "profile", js_copy(value));
		return true;
	}
	if (!profile_member(c, path, &member))
		return false;
	if (slice_in(what, "add|replace") && value) {
		js_set(profile, member, js_copy(value));
		return true;
	}
	if (!slice_is(what, "remove") || !js_get(profile, member))
		return false;
	js_del(profile, member);
	return true;
}

/* All operations or none. */
static void patch_app_group(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *g = assigned_group(c, a), *o;
	AUTO_PTR(js) doc = NULL;
	int32_t was;

	if (!g)
		return;
	o = store_at(c->s, edge_tag(&a->out, g->ix));
	was = o->priority;
	doc = obj_doc(o);
	for (size_t i = 0; i < js_len(c->body); i++) {
		if (patch(c, o, doc, js_at(c->body, i)))
			continue;
		o->priority = was;
		fail_field(c, "path", "path: operation %zu cannot be done", i + 1);
		return;
	}
	obj_put_changed(c, o, doc);
	reply_app_group(c, a, g);
}

static void delete_app_group(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *g = assigned_group(c, a);

	if (!g)
		return;
	tell(c, a, g, store_at(c->s, edge_tag(&a->out, g->ix)), false);
	unassign_group(c->s, a, g);
	reply_status(c, 204);
}

const struct route routes_assign_groups[] = {
	{"GET", "/api/v1/apps/{app}/groups", list_groups, 0, NULL},
	{"GET", "/api/v1/apps/{app}/groups/{group}", get_app_group, 0, NULL},
	{"PUT", "/api/v1/apps/{app}/groups/{group}", put_app_group, R_OPT_BODY,
		"group.application_assignment.add"},
	{"PATCH", "/api/v1/apps/{app}/groups/{group}", patch_app_group, R_LIST,
		"group.application_assignment.update"},
	{"DELETE", "/api/v1/apps/{app}/groups/{group}", delete_app_group, 0,
		"group.application_assignment.remove"},
	{NULL, NULL, NULL, 0, NULL},
};
