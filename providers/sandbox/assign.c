/*
 * Who has an app: users by themselves, and groups, whose members have it without being stored one by one.
 */
#include "providers/sandbox/apps.h"

#include <stdlib.h>

enum { PAGE_MIN_GROUPS = 20 };

void unassign_user(struct sandbox *s, struct obj *a, struct obj *u)
{
	uint32_t tag = edge_tag(&a->in, u->ix);

	edge_del(&a->in, u->ix, tag);
	edge_del(&u->out, a->ix, tag);
	if (tag != NO_OBJ)
		store_drop(s, store_at(s, tag));
}

void unassign_group(struct sandbox *s, struct obj *a, struct obj *g)
{
	uint32_t tag = edge_tag(&a->out, g->ix);

	edge_del(&a->out, g->ix, tag);
	edge_del(&g->out, a->ix, tag);
	if (tag != NO_OBJ)
		store_drop(s, store_at(s, tag));
}

struct obj *granting_group(const struct sandbox *s, const struct obj *a, const struct obj *u)
{
	struct obj *best = NULL;
	int32_t priority = 0;

	if (u->status == ST_DEPROVISIONED)
		return NULL;
	for (uint32_t i = 0; i < a->out.n; i++) {
		struct obj *g = store_at(s, a->out.v[i].to);
		int32_t p = store_at(s, a->out.v[i].tag)->priority;

		if ((!best || p < priority) && user_in_group(s, u, g)) {
			best = g;
			priority = p;
		}
	}
	return best;
}

static struct js *copy_or_null(const struct js *v)
{
	return v ? js_copy(v) : js_new_null();
}

/* What the profile mapping of a plain OIDC app gives. */
static struct js *mapped_profile(const struct js *app, const struct js *user)
{
	static const struct {
		const char *to, *from;
	} claims[] = {
		{"zoneinfo", NULL},
		{"website", NULL},
		{"birthdate", NULL},
		{"gender", NULL},
		{"profile", "profileUrl"},
		{"preferred_username", "login"},
		{"given_name", "firstName"},
		{"middle_name", "middleName"},
		{"locale", "locale"},
		{"picture", NULL},
		{"name", NULL},
		{"nickname", "nickName"},
		{"phone_number", "primaryPhone"},
		{"region", "state"},
		{"country", "countryCode"},
		{"email", "email"},
		{"family_name", "lastName"},
		{"street_address", "streetAddress"},
		{"locality", "city"},
		{"postal_code", "zipCode"},
	};
	const struct js *from = js_get(user, "profile");
	struct slice first = js_str(js_get(from, "firstName")),
		     last = js_str(js_get(from, "lastName"));
	AUTO(buf) struct buf name = BUF_MAX(4096);
	struct js *to = js_new_map();

	if (!slice_is(js_str(js_get(app, "signOnMode")), "OPENID_CONNECT"))
		return to;
	for (size_t i = 0; i < LEN(claims); i++)
		js_set(to, claims[i].to,
			claims[i].from ? copy_or_null(js_get(from, claims[i].from))
				       : js_new_null());
	buf_addf(&name, "%.*s %.*s", SLICE_ARG(first), SLICE_ARG(last));
	js_set(to, "name", js_new_str(buf_slice(&name)));
	js_set(to, "zoneinfo", js_new_strz("America/Los_Angeles"));
	if (js_type(js_get(to, "locale")) != JS_STR)
		js_set(to, "locale", js_new_strz("en_US"));
	return to;
}

static struct js *assignment(
	const struct obj *u, const struct js *app, const char *scope, const char *stamp)
{
	AUTO_PTR(js) user = obj_doc(u);
	struct js *doc = js_new_map(), *cred = js_new_map();
	struct slice scheme = js_str(js_path(app, "credentials.scheme"));

	js_set(doc, "id", js_new_strz(u->id));
	js_set(doc, "externalId", js_new_null());
	js_set(doc, "created", js_new_strz(stamp));
	js_set(doc, "lastUpdated", js_new_strz(stamp));
	js_set(doc, "scope", js_new_strz(scope));
	js_set(doc, "status", js_new_strz("ACTIVE"));
	js_set(doc, "statusChanged", js_new_strz(stamp));
	js_set(doc, "passwordChanged", js_new_null());
	js_set(doc, "syncState", js_new_strz("DISABLED"));
	if (!slice_is(scheme, "SHARED_USERNAME_AND_PASSWORD"))
		js_set(cred, "userName", js_copy(js_path(user, "profile.login")));
	js_set(doc, "credentials", cred);
	js_set(doc, "profile", mapped_profile(app, user));
	return doc;
}

static void merge_into(struct js *to, const struct js *from)
{
	for (void *it = js_first(from); it; it = js_next(from, it))
		js_set(to, js_key(it), js_copy(js_val(it)));
}

/* What was sent, on top; a password is only shown to be there. */
static void take_body(struct call *c, struct js *doc)
{
	const struct js *cred = js_get(c->body, "credentials");
	struct slice user = js_str(js_get(cred, "userName"));

	if (user.n)
		js_set(js_make(doc, "credentials"), "userName", js_new_str(user));
	if (js_path(cred, "password.value")) {
		js_set(js_make(doc, "credentials"), "password", js_new_map());
		js_set(doc, "passwordChanged", js_new_strz(c->stamp));
	}
	merge_into(js_make(doc, "profile"), js_get(c->body, "profile"));
}

static void add_body(struct buf *b, struct call *c, struct js *doc, const struct obj *a,
	const struct obj *u, const struct obj *g)
{
	js_write(b, doc);
	b->n--; /* the closing brace goes behind the links */
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "app", "/api/v1/apps/%s", a->id);
	buf_addc(b, ',');
	if (g) {
		add_href(b, c, "group", "/api/v1/groups/%s", g->id);
		buf_addc(b, ',');
	}
	add_href(b, c, "user", "/api/v1/users/%s", u->id);
	buf_addc(b, '}');
	if (query_is(c, "expand", "user")) {
		buf_adds(b, ",\"_embedded\":{\"user\":");
		add_user(b, c, u, false);
		buf_addc(b, '}');
	}
	buf_addc(b, '}');
}

/* app may be NULL: then it is read when it is needed. */
static void add_app_user(struct buf *b, struct call *c, const struct obj *a, const struct obj *u)
{
	uint32_t tag = edge_tag(&a->in, u->ix);
	const struct obj *g = tag == NO_OBJ ? granting_group(c->s, a, u) : NULL;
	AUTO_PTR(js) doc = NULL;

	if (g) {
		const struct obj *via = store_at(c->s, edge_tag(&a->out, g->ix));
		AUTO_PTR(js) app = obj_doc(a);
		AUTO_PTR(js) grant = obj_doc(via);

		doc = assignment(u, app, "GROUP", js_str(js_get(grant, "lastUpdated")).p);
		merge_into(js_make(doc, "profile"), js_get(grant, "profile"));
	} else {
		doc = obj_doc(store_at(c->s, tag));
	}
	add_body(b, c, doc, a, u, g);
}

/* The next user behind after that one edge of the app leads to. */
static uint32_t next_in(const struct sandbox *s, const struct obj *g, uint32_t after)
{
	if (g->ix == s->everyone) {
		uint32_t i = after == NO_OBJ ? 0 : store_after(s, K_USER, after);

		return i < s->of[K_USER].n ? s->of[K_USER].v[i] : NO_OBJ;
	}
	{
		uint32_t i = after == NO_OBJ ? 0 : edge_find(&g->in, after + 1);

		return i < g->in.n ? g->in.v[i].to : NO_OBJ;
	}
}

static uint32_t next_user(const struct sandbox *s, const struct obj *a, uint32_t after)
{
	uint32_t i = after == NO_OBJ ? 0 : edge_find(&a->in, after + 1);
	uint32_t best = i < a->in.n ? a->in.v[i].to : NO_OBJ;

	for (uint32_t k = 0; k < a->out.n; k++) {
		uint32_t u = next_in(s, store_at(s, a->out.v[k].to), after);

		if (u < best)
			best = u;
	}
	return best;
}

static void list_users(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);
	struct slice q = query_get(c, "q");
	struct page p;

	if (!a || !page_begin(c, &p, 50, 500))
		return;
	for (uint32_t ix = next_user(c->s, a, p.after); ix != NO_OBJ; ix = next_user(c->s, a, ix)) {
		const struct obj *u = store_at(c->s, ix);
		AUTO_PTR(js) doc = q.p ? obj_doc(u) : NULL;

		if (u->status == ST_DEPROVISIONED || (q.p && !user_fits(doc, q)))
			continue;
		if (!page_more(&p))
			break;
		add_app_user(page_item(c, &p, ix), c, a, u);
	}
	page_end(c, &p, "expand|q");
}

static void reply_app_user(struct call *c, const struct obj *a, const struct obj *u)
{
	reply_status(c, 200);
	add_app_user(&c->res->body, c, a, u);
}

/* The user of the path when it has the app; otherwise 404. */
static struct obj *holder(struct call *c, const struct obj *a)
{
	struct obj *u = a ? store_find(c->s, K_USER, c->arg[1]) : NULL;

	if (!a)
		return NULL;
	if (u && (edge_has(&a->in, u->ix) || granting_group(c->s, a, u)))
		return u;
	fail_missing(c, c->arg[1], "AppUser");
	return NULL;
}

static void get_app_user(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (u)
		reply_app_user(c, a, u);
}

static void make_direct(struct call *c, struct obj *a, struct obj *u)
{
	AUTO_PTR(js) app = obj_doc(a);
	AUTO_PTR(js) doc = assignment(u, app, "USER", c->stamp);
	struct obj *o = store_new(c->s, K_APP_USER, "0ua");

	take_body(c, doc);
	obj_put(o, doc);
	edge_add(&a->in, u->ix, o->ix);
	edge_add(&u->out, a->ix, o->ix);
}

static void assign_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u;
	struct slice id = js_str(js_get(c->body, "id"));

	if (!a)
		return;
	u = user_of(c, id);
	if (!u)
		return;
	if (u->status == ST_DEPROVISIONED) {
		fail(c, 403, "E0000117", "Cannot assign an app to an inactive user.", NULL);
		return;
	}
	if (edge_has(&a->in, u->ix)) {
		fail(c, 409, "E0000062",
			"The specified user is already assigned to the application.", NULL);
		return;
	}
	make_direct(c, a, u);
	reply_app_user(c, a, u);
}

static void post_app_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (!u)
		return;
	if (!edge_has(&a->in, u->ix)) {
		make_direct(c, a, u);
	} else {
		struct obj *o = store_at(c->s, edge_tag(&a->in, u->ix));
		AUTO_PTR(js) doc = obj_doc(o);

		take_body(c, doc);
		js_set(doc, "lastUpdated", js_new_strz(c->stamp));
		obj_put(o, doc);
	}
	reply_app_user(c, a, u);
}

/* Takes the user's own assignment; what a group gives is not for this call to take. */
static void delete_app_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (!u)
		return;
	unassign_user(c->s, a, u);
	reply_status(c, 204);
}

static void add_app_group(struct buf *b, struct call *c, const struct obj *a, const struct obj *g)
{
	const struct obj *o = store_at(c->s, edge_tag(&a->out, g->ix));
	struct slice text = obj_text(o);

	buf_add(b, text.p, text.n - 1);
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "app", "/api/v1/apps/%s", a->id);
	buf_addc(b, ',');
	add_href(b, c, "self", "/api/v1/apps/%s/groups/%s", a->id, g->id);
	buf_addc(b, ',');
	add_href(b, c, "group", "/api/v1/groups/%s", g->id);
	buf_addc(b, '}');
	if (query_is(c, "expand", "group")) {
		buf_adds(b, ",\"_embedded\":{\"group\":");
		buf_add_slice(b, obj_text(g));
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

		if (q.p && !(name.n >= q.n && slice_eq_fold((struct slice){name.p, q.n}, q)))
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
	} else {
		int32_t next = free_priority(c->s, a);

		o = store_new(c->s, K_APP_GROUP, "0ag");
		o->priority = next;
		edge_add(&a->out, g->ix, o->ix);
		edge_add(&g->out, a->ix, o->ix);
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

static void delete_app_group(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *g = assigned_group(c, a);

	if (!g)
		return;
	unassign_group(c->s, a, g);
	reply_status(c, 204);
}

const struct route routes_assign[] = {
	{"GET", "/api/v1/apps/{app}/users", list_users, 0, NULL},
	{"POST", "/api/v1/apps/{app}/users", assign_user, R_BODY, NULL},
	{"GET", "/api/v1/apps/{app}/users/{user}", get_app_user, 0, NULL},
	{"POST", "/api/v1/apps/{app}/users/{user}", post_app_user, R_BODY, NULL},
	{"DELETE", "/api/v1/apps/{app}/users/{user}", delete_app_user, 0, NULL},
	{"GET", "/api/v1/apps/{app}/groups", list_groups, 0, NULL},
	{"GET", "/api/v1/apps/{app}/groups/{group}", get_app_group, 0, NULL},
	{"PUT", "/api/v1/apps/{app}/groups/{group}", put_app_group, R_OPT_BODY, NULL},
	{"DELETE", "/api/v1/apps/{app}/groups/{group}", delete_app_group, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
