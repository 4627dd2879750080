/*
 * What an administrator role is narrowed to: apps of the catalogue, apps of the org, groups. A role without
 * targets holds for everything, so the last target cannot be taken away.
 */
#include "providers/sandbox/roles.h"

/* Names of the catalogue's apps stand in the assignment's document, newest first. */
#define CATALOG "catalog"

/* What Okta's catalogue says of some apps; of the others only the name is known here. */
static const struct catalog_app {
	const char *name, *label, *text, *category, *website, *mode, *feature;
} catalog[] = {
	{"oidc_client", "OpenID Connect Client", "OpenID Connect Client", "OAUTH2",
		"http://openid.net/specs/openid-connect-core-1_0.html", "OPENID_CONNECT",
		"DEFAULT_PUSH_STATUS_TO_PUSH"},
	{"facebook", "Facebook",
		"Giving people the power to share and make the world more open and connected.",
		"SOCIAL", "https://www.facebook.com/", "BROWSER_PLUGIN", NULL},
	{NULL, NULL, NULL, NULL, NULL, NULL, NULL},
};

static void add_catalog_app(struct buf *b, struct call *c, struct slice name)
{
	const struct catalog_app *a = catalog;

	while (a->name && !slice_is(name, a->name))
		a++;
	buf_adds(b, "{\"name\":");
	buf_add_json(b, name);
	buf_adds(b, ",\"displayName\":");
	buf_add_json(b, a->name ? slice_of(a->label) : name);
	if (a->name)
		buf_addf(b, ",\"description\":\"%s\"", a->text);
	buf_adds(b, ",\"status\":\"ACTIVE\"");
	if (a->name)
		buf_addf(b,
			",\"lastUpdated\":\"2017-06-20T02:25:02.000Z\",\"category\":\"%s\",\"verificationStatus\":\"OKTA_VERIFIED\",\"website\":\"%s\",\"signOnModes\":[\"%s\"]",
			a->category, a->website, a->mode);
	if (a->name && a->feature)
		buf_addf(b, ",\"features\":[\"%s\"]", a->feature);
	buf_addf(b,
		",\"_links\":{\"logo\":[{\"name\":\"medium\",\"href\":\"%s/assets/img/logos/default.png\",\"type\":\"image/png\"}],",
		c->s->base_url);
	add_href(b, c, "self", "/api/v1/catalog/apps/%.*s", SLICE_ARG(name));
	buf_adds(b, "}}");
}

/* An app of the org stands there by its label (recorded: "name" is the label). */
static void add_instance(struct buf *b, struct call *c, const struct obj *app)
{
	AUTO_PTR(js) doc = obj_doc(app);

	buf_adds(b, "{\"name\":");
	js_write(b, js_get(doc, "label"));
	buf_addf(b, ",\"status\":\"%s\",\"id\":\"%s\",\"_links\":{", status_names[app->status],
		app->id);
	add_href(b, c, "self", "/api/v1/apps/%s", app->id);
	buf_adds(b, "}}");
}

/* What is gone stays in the list of targets, so that the role does not hold for everything all at once. */
static struct obj *live(const struct sandbox *s, const struct edge *e)
{
	struct obj *o = store_at(s, e->to);

	return o && !o->dead && (o->kind == K_APP || o->kind == K_GROUP) ? o : NULL;
}

static bool is_catalog_name(struct slice name)
{
	for (size_t i = 0; i < name.n; i++) {
		char ch = name.p[i];

		if (!(ch >= 'a' && ch <= 'z') && !(ch >= '0' && ch <= '9') && ch != '_' &&
			ch != '-')
			return false;
	}
	return name.n > 0 && name.n <= 100;
}

static size_t catalog_find(const struct js *names, struct slice name)
{
	size_t i = 0;

	while (i < js_len(names) && !slice_eq(js_str(js_at(names, i)), name))
		i++;
	return i;
}

static size_t count(const struct sandbox *s, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	size_t n = js_len(js_get(doc, CATALOG));

	for (uint32_t i = 0; i < o->out.n; i++)
		n += live(s, &o->out.v[i]) != NULL;
	return n;
}

static void put_catalog(struct obj *o, struct js *doc, struct js *names)
{
	js_set(doc, CATALOG, names);
	obj_put(o, doc);
}

/* --- lists --- */

static void walk(struct call *c, struct page *p, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	const struct js *names = js_get(doc, CATALOG);

	for (size_t i = 0; !p->has_after && i < js_len(names); i++) {
		if (!page_more(p))
			return;
		add_catalog_app(page_item(c, p, o->ix), c, js_str(js_at(names, i)));
	}
	/* the newest stands first */
	for (uint32_t i = o->out.n; i-- > 0;) {
		const struct obj *t = live(c->s, &o->out.v[i]);

		if (!t || (p->has_after && p->after != o->ix && t->ix >= p->after))
			continue;
		if (!page_more(p))
			return;
		if (t->kind == K_APP)
			add_instance(page_item(c, p, t->ix), c, t);
		else
			add_group(page_item(c, p, t->ix), c, t);
	}
}

void role_add_targets(struct call *c, const struct obj *o)
{
	bool apps = role_types[o->sub].targets == 'a';
	struct page all = {.limit = UINT32_MAX};

	buf_adds(&c->res->body, apps ? "{\"catalog\":{\"apps\":[" : "{\"groups\":[");
	walk(c, &all, o);
	buf_adds(&c->res->body, apps ? "]}}" : "]}");
}

/* The assignment that the path names, if it can have such targets. */
static struct obj *role_with(struct call *c, char targets)
{
	const struct obj *p = role_principal(c);
	struct obj *o = p ? role_assignment(c, p, c->arg[1], false) : NULL;

	if (!o || role_types[o->sub].targets == targets)
		return o;
	fail_field(c, "role", "role: %s cannot have targets of this type", role_types[o->sub].name);
	return NULL;
}

static void list(struct call *c, char targets)
{
	const struct obj *o = role_with(c, targets);
	struct page p;

	if (!o || !page_begin(c, &p, 20, 20))
		return;
	walk(c, &p, o);
	page_end(c, &p, "");
}

static void list_apps(struct call *c)
{
	list(c, 'a');
}

static void list_groups(struct call *c)
{
	list(c, 'g');
}

/* What is gone is no target; what a role's assignments by hand or by groups are narrowed to, as ORNs. */
static void add_target_orns(struct call *c, struct page *p, const struct obj *o, const char *word)
{
	AUTO_PTR(js) doc = obj_doc(o);
	const struct js *names = js_get(doc, CATALOG);

	for (size_t i = 0; i < js_len(names); i++) {
		struct slice name = js_str(js_at(names, i));
		struct buf *b = page_item(c, p, o->ix);

		buf_addf(b,
			"{\"assignmentType\":\"%s\",\"orn\":\"orn:okta:idp:%s:apps:%.*s\",\"_links\":{",
			word, c->s->org_id, SLICE_ARG(name));
		add_href(b, c, "self", "/api/v1/catalog/apps/%.*s", SLICE_ARG(name));
		buf_adds(b, "}}");
	}
	for (uint32_t i = 0; i < o->out.n; i++) {
		const struct obj *t = live(c->s, &o->out.v[i]);
		AUTO_PTR(js) target = t ? obj_doc(t) : NULL;
		struct buf *b;

		if (!t)
			continue;
		b = page_item(c, p, t->ix);
		buf_addf(b, "{\"assignmentType\":\"%s\",\"orn\":", word);
		if (t->kind == K_APP)
			js_write(b, js_get(target, "orn"));
		else
			buf_addf(b, "\"orn:okta:directory:%s:groups:%s\"", c->s->org_id, t->id);
		buf_adds(b, ",\"_links\":{");
		add_href(
			b, c, "self", "/api/v1/%s/%s", t->kind == K_APP ? "apps" : "groups", t->id);
		buf_adds(b, "}}");
	}
}

/* All targets of a role that a user has, by hand and through groups, or by one of the two ways. */
static void list_all(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct slice way = query_get(c, "assignmentType");
	struct page p;

	if (!u || !role_assignment(c, u, c->arg[1], true) || !page_begin(c, &p, 0, 0))
		return;
	STORE_EACH(c->s, K_ROLE_ASSIGN, o) {
		const char *word = o->parent == u->ix ? "USER" : "GROUP";

		if (role_applies(c->s, o, u, c->arg[1]) && (!way.n || slice_is(way, word)))
			add_target_orns(c, &p, o, word);
	}
	page_end(c, &p, NULL);
}

/* --- changes --- */

static void added(struct call *c, struct obj *o, bool first)
{
	role_touch(o, c->stamp, first);
	reply_status(c, 204);
}

/* The last one stays: without targets the role would hold for everything. */
static bool may_remove(struct call *c, const struct obj *o)
{
	if (count(c->s, o) > 1)
		return true;
	fail_field(c, "target", "The last target of a role cannot be removed: revoke the role");
	return false;
}

/* The other names of the catalogue behind those that are in the list already. */
static void push_others(struct js *names, const struct js *old, struct slice name)
{
	for (size_t i = 0; i < js_len(old); i++) {
		if (!slice_eq(js_str(js_at(old, i)), name))
			js_push(names, js_copy(js_at(old, i)));
	}
}

static void put_name(struct call *c)
{
	struct obj *o = role_with(c, 'a');
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;
	bool first = o && count(c->s, o) == 0;
	struct js *names;

	if (!o)
		return;
	if (!is_catalog_name(c->arg[2])) {
		fail_missing(c, c->arg[2], "CatalogApp");
		return;
	}
	names = js_new_list();
	js_push(names, js_new_str(c->arg[2]));
	push_others(names, js_get(doc, CATALOG), c->arg[2]);
	put_catalog(o, doc, names);
	added(c, o, first);
}

static void delete_name(struct call *c)
{
	struct obj *o = role_with(c, 'a');
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;
	const struct js *old = js_get(doc, CATALOG);
	struct js *names;

	if (!o)
		return;
	if (catalog_find(old, c->arg[2]) == js_len(old)) {
		fail_missing(c, c->arg[2], "CatalogApp");
		return;
	}
	if (!may_remove(c, o))
		return;
	names = js_new_list();
	push_others(names, old, c->arg[2]);
	put_catalog(o, doc, names);
	added(c, o, false);
}

/* The app that the path names by its catalogue's name and its id. */
static struct obj *instance(struct call *c)
{
	struct obj *a = app_of(c, c->arg[3]);
	AUTO_PTR(js) doc = a ? obj_doc(a) : NULL;

	if (!a || slice_eq(js_str(js_get(doc, "name")), c->arg[2]))
		return a;
	fail_missing(c, c->arg[3], "AppInstance");
	return NULL;
}

static void put_edge(struct call *c, struct obj *o, const struct obj *t)
{
	bool first = count(c->s, o) == 0;

	edge_add(&o->out, t->ix, 0);
	added(c, o, first);
}

static void delete_edge(struct call *c, struct obj *o, const struct obj *t)
{
	if (!edge_has(&o->out, t->ix)) {
		fail_missing(c, slice_of(t->id), "RoleTarget");
	} else if (may_remove(c, o)) {
		edge_del(&o->out, t->ix, 0);
		added(c, o, false);
	}
}

static void put_instance(struct call *c)
{
	struct obj *o = role_with(c, 'a'), *a = o ? instance(c) : NULL;

	if (a)
		put_edge(c, o, a);
}

static void delete_instance(struct call *c)
{
	struct obj *o = role_with(c, 'a'), *a = o ? instance(c) : NULL;

	if (a)
		delete_edge(c, o, a);
}

static void put_group(struct call *c)
{
	struct obj *o = role_with(c, 'g'), *g = o ? group_of(c, c->arg[2]) : NULL;

	if (g)
		put_edge(c, o, g);
}

static void delete_group(struct call *c)
{
	struct obj *o = role_with(c, 'g'), *g = o ? group_of(c, c->arg[2]) : NULL;

	if (g)
		delete_edge(c, o, g);
}

/* All apps: as it is before the first target. */
static void put_all(struct call *c)
{
	struct obj *o = role_with(c, 'a');
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!o)
		return;
	while (o->out.n)
		edge_del(&o->out, o->out.v[0].to, o->out.v[0].tag);
	put_catalog(o, doc, js_new_list());
	role_touch(o, c->stamp, false);
	reply_status(c, 200);
}

#define USER "/api/v1/users/{id}/roles/{role}/targets"
#define GROUP "/api/v1/groups/{id}/roles/{role}/targets"
#define CLIENT "/oauth2/v1/clients/{id}/roles/{role}/targets"
#define APP "/catalog/apps/{name}"
#define ROWS(base)                                                                                 \
	{"GET", base "/catalog/apps", list_apps, 0, NULL},                                         \
		{"GET", base "/groups", list_groups, 0, NULL},                                     \
		{"PUT", base APP, put_name, 0, "iam.role.target.add"},                             \
		{"DELETE", base APP, delete_name, 0, "iam.role.target.remove"},                    \
		{"PUT", base APP "/{app}", put_instance, 0, "iam.role.target.add"},                \
		{"DELETE", base APP "/{app}", delete_instance, 0, "iam.role.target.remove"},       \
		{"PUT", base "/groups/{group}", put_group, 0, "iam.role.target.add"},              \
	{                                                                                          \
		"DELETE", base "/groups/{group}", delete_group, 0, "iam.role.target.remove"        \
	}

const struct route routes_role_targets[] = {
	ROWS(USER),
	{"GET", USER, list_all, 0, NULL},
	{"PUT", USER "/catalog/apps", put_all, 0, "iam.role.target.remove"},
	ROWS(GROUP),
	ROWS(CLIENT),
	{NULL, NULL, NULL, 0, NULL},
};
