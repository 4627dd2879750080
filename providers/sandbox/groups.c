/*
 * Groups and their members.
 */
#include "providers/sandbox/listing.h"
#include "providers/sandbox/roles.h"
#include "providers/sandbox/schema.h"

#include <string.h>

enum { G_OKTA, G_BUILT_IN, G_APP };
static const char *const types[] = {"OKTA_GROUP", "BUILT_IN", "APP_GROUP"};

/* expand names one thing or several. */
static bool expands(const struct call *c, const char *word)
{
	struct slice rest = query_get(c, "expand"), one;

	while (rest.n && slice_cut(&rest, ',', &one)) {
		if (slice_is(one, word))
			return true;
	}
	return false;
}

static void add_stats(struct buf *b, struct call *c, const struct obj *g)
{
	uint32_t users = 0, pushed = 0;

	STORE_EACH(c->s, K_USER, u)
		users += user_in_group(c->s, u, g);
	STORE_EACH(c->s, K_PUSH_MAPPING, m) {
		AUTO_PTR(js) doc = obj_doc(m);

		pushed += slice_is(js_str(js_get(doc, "sourceGroupId")), g->id);
	}
	buf_addf(b,
		",\"_embedded\":{\"stats\":{\"usersCount\":%u,\"appsCount\":%u,\"groupPushMappingsCount\":%u,\"hasAdminPrivilege\":%s",
		users, g->out.n, pushed, roles_has(c->s, g, NULL) ? "true" : "false");
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "users", "/api/v1/groups/%s/users", g->id);
	buf_adds(b, "}}}");
}

void add_group(struct buf *b, struct call *c, const struct obj *g)
{
	buf_add_slice(b, obj_text(g));
	add_nested(b, "_links");
	buf_addf(b,
		"\"logo\":[{\"name\":\"medium\",\"href\":\"%s/assets/img/logos/groups/medium.png\",\"type\":\"image/png\"},{\"name\":\"large\",\"href\":\"%s/assets/img/logos/groups/large.png\",\"type\":\"image/png\"}]",
		c->s->base_url, c->s->base_url);
	add_href(b, c, "owners", "/api/v1/groups/%s/owners", g->id);
	add_href(b, c, "users", "/api/v1/groups/%s/users", g->id);
	add_href(b, c, "apps", "/api/v1/groups/%s/apps", g->id);
	buf_addc(b, '}');
	if (expands(c, "stats"))
		add_stats(b, c, g);
	buf_addc(b, '}');
}

struct obj *group_of(struct call *c, struct slice id)
{
	struct obj *g = store_find(c->s, K_GROUP, id);

	if (!g)
		fail_missing(c, id, "UserGroup");
	return g;
}

static struct obj *writable(struct call *c, struct slice id)
{
	struct obj *g = group_of(c, id);

	if (!g || g->sub == G_OKTA)
		return g;
	fail(c, 403, "E0000111", "Cannot modify the UserGroup object because it is read-only.",
		NULL);
	return NULL;
}

bool user_in_group(const struct sandbox *s, const struct obj *u, const struct obj *g)
{
	if (g->ix == s->everyone)
		return u->status != ST_DEPROVISIONED;
	return edge_has(&u->in, g->ix);
}

/* The stamp has a fixed length, so it is written over the old one. */
static void touch_members(struct obj *g, const char *now)
{
	static const char key[] = "\"lastMembershipUpdated\":\"";
	char *at = g->text ? strstr(g->text, key) : NULL;

	if (at && strlen(at) > sizeof(key) - 1 + strlen(now))
		memcpy(at + sizeof(key) - 1, now, strlen(now));
}

bool member_add(struct sandbox *s, struct obj *g, struct obj *u, uint32_t origin, const char *now)
{
	(void)s;
	if (!edge_add(&g->in, u->ix, origin) || !edge_add(&u->in, g->ix, 0))
		return false;
	touch_members(g, now);
	return true;
}

bool member_del(struct sandbox *s, struct obj *g, struct obj *u, uint32_t origin, const char *now)
{
	(void)s;
	if (!edge_del(&g->in, u->ix, origin) || edge_has(&g->in, u->ix))
		return false;
	edge_del(&u->in, g->ix, 0);
	touch_members(g, now);
	return true;
}

static bool check_profile(struct call *c, const struct js *profile, const struct obj *self)
{
	struct slice name = js_str(js_get(profile, "name"));
	const struct obj *other;

	if (!schema_check(c, store_at(c->s, c->s->group_schema), profile, "group"))
		return false;
	other = name_find(c->s, K_GROUP, 0, name);
	if (!other || other == self)
		return true;
	fail_field(c, "name",
		"name: An object with this field already exists in the current organization");
	return false;
}

static struct js *tidy_profile(const struct js *in)
{
	struct js *to = js_copy(in);

	js_default(to, "description", js_new_null());
	return to;
}

static void reply_group(struct call *c, const struct obj *g)
{
	reply_status(c, 200);
	add_group(&c->res->body, c, g);
}

/* The fresh org's own groups come this way too; anybody else makes groups of Okta's type, whatever was sent. */
static uint8_t type_sent(struct call *c)
{
	struct slice type = js_str(js_get(c->body, "type"));

	for (uint8_t i = 0; c->s->filling && i < LEN(types); i++) {
		if (slice_is(type, types[i]))
			return i;
	}
	return G_OKTA;
}

static struct obj *make_group(struct call *c, uint8_t sub, const struct js *profile)
{
	struct js *class = js_new_list();
	AUTO_PTR(js) doc = js_new_map();
	struct obj *g = store_new(c->s, K_GROUP, "00g");

	js_push(class, js_new_strz("okta:user_group"));
	js_set(doc, "objectClass", class);
	g->sub = sub;
	js_set(doc, "id", js_new_strz(g->id));
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "lastMembershipUpdated", js_new_strz(c->stamp));
	js_set(doc, "type", js_new_strz(types[g->sub]));
	js_set(doc, "profile", tidy_profile(profile));
	obj_put(g, doc);
	return g;
}

struct obj *group_of_app(struct call *c, const struct obj *app, struct slice name)
{
	AUTO_PTR(js) profile = js_new_map();
	AUTO_PTR(js) doc = NULL;
	struct obj *g;

	js_set(profile, "name", js_new_str(name));
	g = make_group(c, G_APP, profile);
	g->parent = app->ix;
	doc = obj_doc(g);
	js_set(js_make(doc, "source"), "id", js_new_strz(app->id));
	obj_put(g, doc);
	return g;
}

static void create_group(struct call *c)
{
	const struct js *profile = js_get(c->body, "profile");
	struct obj *g;

	if (!check_profile(c, profile, NULL))
		return;
	g = c->made = make_group(c, type_sent(c), profile);
	if (c->s->everyone == NO_OBJ)
		c->s->everyone = g->ix;
	name_set(c->s, K_GROUP, 0, js_str(js_get(profile, "name")), g->ix);
	reply_group(c, g);
}

static void get_group(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]);

	if (g)
		reply_group(c, g);
}

/* Rules may ask for the names of groups. */
static void rules_of_members(struct call *c, const struct obj *g)
{
	uint32_t n = g->in.n, *list = arena_array(&c->mem, n + 1, sizeof(*list));

	/* rules may change the group's own members */
	for (uint32_t i = 0; i < n; i++)
		list[i] = g->in.v[i].to;
	for (uint32_t i = 0; i < n; i++) {
		if (i == 0 || list[i - 1] != list[i])
			rules_run(c->s, store_at(c->s, list[i]), c->stamp);
	}
}

static void put_group(struct call *c)
{
	struct obj *g = writable(c, c->arg[0]);
	const struct js *profile = js_get(c->body, "profile");
	AUTO_PTR(js) doc = NULL;

	if (!g || !check_profile(c, profile, g))
		return;
	doc = obj_doc(g);
	name_drop(c->s, K_GROUP, 0, js_str(js_path(doc, "profile.name")), g->ix);
	js_set(doc, "profile", tidy_profile(profile));
	obj_put_changed(c, g, doc);
	name_set(c->s, K_GROUP, 0, js_str(js_get(profile, "name")), g->ix);
	rules_of_members(c, g);
	reply_group(c, g);
}

void group_drop(struct call *c, struct obj *g)
{
	uint32_t n = 0, *left = arena_array(&c->mem, g->in.n + 1, sizeof(*left));

	while (g->in.n) {
		struct edge e = g->in.v[g->in.n - 1];

		if (!member_del(c->s, g, store_at(c->s, e.to), e.tag, c->stamp))
			continue;
		log_granted(c->s, g, NULL, store_at(c->s, e.to), false);
		left[n++] = e.to;
	}
	while (g->out.n)
		unassign_group(c->s, store_at(c->s, g->out.v[g->out.n - 1].to), g);
	rules_lost_group(c->s, g);
	store_drop_ties(c->s, g);
	{
		AUTO_PTR(js) doc = obj_doc(g);

		name_drop(c->s, K_GROUP, 0, js_str(js_path(doc, "profile.name")), g->ix);
	}
	store_drop(c->s, g);
	while (n)
		rules_run(c->s, store_at(c->s, left[--n]), c->stamp);
}

static void delete_group(struct call *c)
{
	struct obj *g = writable(c, c->arg[0]);

	if (!g)
		return;
	group_drop(c, g);
	reply_status(c, 204);
}

static int fits(const struct js *doc, struct slice q)
{
	struct slice name = js_str(js_path(doc, "profile.name"));

	if (!slice_starts_fold(name, q))
		return 0;
	return name.n == q.n ? 2 : 1;
}

static void list_groups(struct call *c)
{
	static const struct listing l = {
		.kind = K_GROUP,
		.filter = "id|type|lastUpdated|lastMembershipUpdated",
		.ranges = "lastUpdated|lastMembershipUpdated",
		.search = "id|type|created|lastUpdated|lastMembershipUpdated|source.|profile.",
		.parts = "profile.name|profile.description",
		.limit = 200,
		.max = 10000,
		.q_limit = 300,
		.q_max = 300,
		.keep = "expand|filter|search|sortBy|sortOrder",
		.fits = fits,
		.add = add_group,
	};

	list_objects(c, &l);
}

/* The two groups of the org's own making have no members by hand: all users, all administrators. */
static bool is_automatic(const struct sandbox *s, const struct obj *g, const struct obj *u)
{
	return g->ix == s->everyone || roles_has(s, u, NULL);
}

static void list_automatic(struct call *c, const struct obj *g, struct page *p)
{
	for (uint32_t i = p->has_after ? store_after(c->s, K_USER, p->after) : 0;
		i < c->s->of[K_USER].n; i++) {
		const struct obj *u = store_at(c->s, c->s->of[K_USER].v[i]);

		if (u->status == ST_DEPROVISIONED || !is_automatic(c->s, g, u))
			continue;
		if (!page_more(p))
			return;
		add_user(page_item(c, p, u->ix), c, u, false);
	}
}

static void list_members(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]);
	struct page p;

	if (!g || !page_begin(c, &p, 1000, 1000))
		return;
	if (g->sub == G_BUILT_IN)
		list_automatic(c, g, &p);
	for (uint32_t i = p.has_after ? edge_find(&g->in, p.after + 1) : 0; i < g->in.n; i++) {
		const struct obj *u = store_at(c->s, g->in.v[i].to);

		/* one pair for each origin */
		if (u->status == ST_DEPROVISIONED || (i && g->in.v[i - 1].to == u->ix))
			continue;
		if (!page_more(&p))
			break;
		add_user(page_item(c, &p, u->ix), c, u, false);
	}
	page_end(c, &p, "expand");
}

static void put_member(struct call *c)
{
	struct obj *g = writable(c, c->arg[0]), *u = g ? user_of(c, c->arg[1]) : NULL;

	if (!u)
		return;
	if (member_add(c->s, g, u, ORIGIN_DIRECT, c->stamp))
		log_granted(c->s, g, NULL, u, true);
	else
		c->event = ""; /* nothing changes, so the log is silent */
	rules_run(c->s, u, c->stamp);
	reply_status(c, 204);
}

/* What a rule gave and a hand takes away: the rule learns to leave this user out. */
static void delete_member(struct call *c)
{
	struct obj *g = writable(c, c->arg[0]), *u = g ? user_of(c, c->arg[1]) : NULL;
	uint32_t at;

	if (!u)
		return;
	if (!edge_has(&g->in, u->ix))
		c->event = "";
	while ((at = edge_find(&g->in, u->ix)) < g->in.n && g->in.v[at].to == u->ix) {
		uint32_t origin = g->in.v[at].tag;

		if (origin != ORIGIN_DIRECT)
			rule_exclude(c->s, store_at(c->s, origin - 1), u, c->stamp);
		if (member_del(c->s, g, u, origin, c->stamp))
			log_granted(c->s, g, NULL, u, false);
	}
	rules_run(c->s, u, c->stamp);
	reply_status(c, 204);
}

static void list_apps(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]);
	struct page p;

	if (!g || !page_begin(c, &p, 20, 200))
		return;
	for (uint32_t i = p.has_after ? edge_find(&g->out, p.after + 1) : 0; i < g->out.n; i++) {
		if (!page_more(&p))
			break;
		add_app(page_item(c, &p, g->out.v[i].to), c, store_at(c->s, g->out.v[i].to), false);
	}
	page_end(c, &p, "");
}

const struct route routes_groups[] = {
	{"GET", "/api/v1/groups", list_groups, 0, NULL},
	{"POST", "/api/v1/groups", create_group, R_BODY, "group.lifecycle.create"},
	{"GET", "/api/v1/groups/{id}/users", list_members, 0, NULL},
	{"PUT", "/api/v1/groups/{id}/users/{user}", put_member, 0, "group.user_membership.add"},
	{"DELETE", "/api/v1/groups/{id}/users/{user}", delete_member, 0,
		"group.user_membership.remove"},
	{"GET", "/api/v1/groups/{id}/apps", list_apps, 0, NULL},
	{"GET", "/api/v1/groups/{id}", get_group, 0, NULL},
	{"PUT", "/api/v1/groups/{id}", put_group, R_BODY, "group.profile.update"},
	{"DELETE", "/api/v1/groups/{id}", delete_group, 0, "group.lifecycle.delete"},
	{NULL, NULL, NULL, 0, NULL},
};
