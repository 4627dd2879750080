/*
 * Apps: how they are printed, listed, written, and which policies they use.
 */
#include "providers/sandbox/apps.h"
#include "providers/sandbox/filter.h"
#include "providers/sandbox/policies.h"

static const struct obj *policy_or(const struct sandbox *s, uint32_t ix, uint32_t fallback)
{
	const struct obj *p = store_at(s, ix);

	return p && !p->dead ? p : store_at(s, fallback);
}

/* What a dashboard shows: one link for each switch that is on. */
static void add_dashboard(struct buf *b, struct call *c, const struct obj *a, const struct js *doc)
{
	const struct js *links = js_path(doc, "visibility.appLinks");
	unsigned n = 0;

	buf_adds(b, "\"appLinks\":[");
	for (void *it = js_first(links); it; it = js_next(links, it)) {
		if (!js_bool(js_val(it)))
			continue;
		buf_addf(b, "%s{\"name\":", n ? "," : "");
		buf_add_json(b, slice_of(js_key(it)));
		buf_addf(b, ",\"href\":\"%s/home/", c->s->base_url);
		buf_add_url(b, js_str(js_get(doc, "name")));
		buf_addf(b, "/%s/aln%u\",\"type\":\"text/html\"}", a->id, ++n);
	}
	buf_adds(b, "],");
}

static void add_logo(struct buf *b, struct call *c, const struct js *doc)
{
	struct slice own = js_str(js_get(doc, APP_LOGO));

	buf_addf(b, "\"logo\":[{\"name\":\"medium\",\"href\":\"%s", c->s->base_url);
	if (own.n)
		buf_addf(b, "/fs/bco/4/%.*s", SLICE_ARG(own));
	else
		buf_adds(b, "/assets/img/logos/default.png");
	buf_adds(b, "\",\"type\":\"image/png\"}]");
}

static void add_app_links(struct buf *b, struct call *c, const struct obj *a, const struct js *doc)
{
	const struct obj *access = policy_or(c->s, a->parent, c->s->access_default),
			 *enroll = policy_or(c->s, a->ref, c->s->enroll_default);
	struct slice method =
		js_str(js_path(doc, "credentials.oauthClient.token_endpoint_auth_method"));
	const char *keeps = slice_starts(method, "client_secret") ? "secrets" : "jwks";

	add_nested(b, "_links");
	add_dashboard(b, c, a, doc);
	add_logo(b, c, doc);
	add_hint(b, c, "uploadLogo", "POST", "/api/v1/apps/%s/logo", a->id);
	add_hint(b, c, "policies", "PUT", "/api/v1/apps/%s/policies", a->id);
	if (js_path(doc, "settings.oauthClient"))
		buf_addf(b,
			",\"clientCredentials\":[{\"name\":\"%s\",\"href\":\"%s/api/v1/apps/%s/credentials/%s\"}]",
			keeps, c->s->base_url, a->id, keeps);
	if (slice_is(js_str(js_get(doc, "signOnMode")), "SAML_2_0"))
		buf_addf(b,
			",\"metadata\":{\"href\":\"%s/api/v1/apps/%s/sso/saml/metadata\",\"type\":\"application/xml\"}",
			c->s->base_url, a->id);
	if (access)
		add_href(b, c, "accessPolicy", "/api/v1/policies/%s", access->id);
	if (enroll)
		add_href(b, c, "profileEnrollment", "/api/v1/policies/%s", enroll->id);
	add_href(b, c, "groups", "/api/v1/apps/%s/groups", a->id);
	add_href(b, c, "users", "/api/v1/apps/%s/users", a->id);
	add_href(b, c, a->status == ST_ACTIVE ? "deactivate" : "activate",
		"/api/v1/apps/%s/lifecycle/%s", a->id,
		a->status == ST_ACTIVE ? "deactivate" : "activate");
	buf_addc(b, '}');
}

void add_app(struct buf *b, struct call *c, const struct obj *a, bool secret)
{
	AUTO_PTR(js) doc = obj_doc(a);
	AUTO_PTR(js) shown = js_copy(doc);

	js_del(shown, APP_LOGO);
	app_client_show(c, a, shown, secret);
	js_write(b, shown);
	add_app_links(b, c, a, doc);
	buf_addc(b, '}');
}

struct obj *app_of(struct call *c, struct slice id)
{
	struct obj *a = store_find(c->s, K_APP, id);

	if (!a)
		fail_missing(c, id, "AppInstance");
	return a;
}

static struct obj *writable_app(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]);

	if (!a || !a->system)
		return a;
	fail(c, 403, "E0000111", "Cannot modify the AppInstance object because it is read-only.",
		NULL);
	return NULL;
}

static void reply_app(struct call *c, const struct obj *a, bool secret)
{
	reply_status(c, 200);
	add_app(&c->res->body, c, a, secret);
}

static void create_app(struct call *c)
{
	struct obj *a = store_new(c->s, K_APP, "0oa");
	AUTO_PTR(js) doc = NULL;
	struct slice client;

	a->status = query_is(c, "activate", "false") ? ST_INACTIVE : ST_ACTIVE;
	doc = app_fill(c, a, NULL);
	if (!doc) {
		store_drop(c->s, a);
		return;
	}
	a->system = c->s->filling;
	a->parent = c->s->access_default;
	a->ref = c->s->enroll_default;
	obj_put(a, doc);
	client = js_str(js_path(doc, "credentials.oauthClient.client_id"));
	if (client.n)
		name_set(c->s, K_APP, 0, client, a->ix);
	c->made = a;
	reply_app(c, a, true);
}

static void get_app(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);

	if (a)
		reply_app(c, a, false);
}

static void put_app(struct call *c)
{
	struct obj *a = writable_app(c);
	AUTO_PTR(js) old = NULL;
	AUTO_PTR(js) doc = NULL;

	if (!a)
		return;
	old = obj_doc(a);
	if (a->status != ST_ACTIVE && slice_is(js_str(js_get(old, "signOnMode")), "AUTO_LOGIN")) {
		fail(c, 400, "E0000024",
			"Bad request. This operation on app metadata is not yet supported.",
			"This operation on app metadata is not yet supported: No active instances.");
		return;
	}
	doc = app_fill(c, a, old);
	if (!doc)
		return;
	obj_put(a, doc);
	reply_app(c, a, true);
}

/* With all that hangs on it, and with the groups that it brought. */
static void drop_app(struct call *c, struct obj *a)
{
	while (a->out.n)
		unassign_group(c->s, a, store_at(c->s, a->out.v[a->out.n - 1].to));
	while (a->in.n)
		unassign_user(c->s, a, store_at(c->s, a->in.v[a->in.n - 1].to));
	collection_drop_below(c, a);
	app_provision_drop(c->s, a);
	STORE_EACH(c->s, K_GROUP, g) {
		if (g->parent == a->ix)
			group_drop(c, g);
	}
	store_drop(c->s, a);
}

static void delete_app(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]);

	if (!a)
		return;
	if (a->system || a->status == ST_ACTIVE) {
		fail(c, 403, "E0000056", "Delete application forbidden.",
			"The application cannot be deleted while it is active.");
		return;
	}
	drop_app(c, a);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *a = writable_app(c);
	AUTO_PTR(js) doc = NULL;

	if (!a)
		return;
	doc = obj_doc(a);
	obj_set_status(a, doc, to);
	obj_put_changed(c, a, doc);
	reply_text(c, 200, SLICE("{}"));
}

static void activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

static void deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}

/* The policy's type decides which of the app's two policies it becomes. */
static void put_policy(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *p = a ? policy_of(c, c->arg[1]) : NULL;

	if (!p)
		return;
	if ((p->sub != P_ACCESS && p->sub != P_PROFILE_ENROLLMENT) || p->builtin) {
		fail_field(c, "policyId",
			"policyId: a policy of this type cannot be assigned to an app");
		return;
	}
	if (p->sub == P_ACCESS)
		a->parent = p->ix;
	else
		a->ref = p->ix;
	reply_status(c, 204);
}

struct asked {
	struct sandbox *s;
	const struct obj *a;
};

static bool test_edges(void *self, struct slice attr, struct slice value, bool *ret_match)
{
	const struct asked *q = self;
	const struct obj *o;

	if (slice_is(attr, "user.id")) {
		o = store_find(q->s, K_USER, value);
		*ret_match = o && (edge_has(&q->a->in, o->ix) || granting_group(q->s, q->a, o));
		return true;
	}
	if (slice_is(attr, "settings.slo.enabled")) {
		AUTO_PTR(js) doc = obj_doc(q->a);

		*ret_match = slice_is(value,
			js_bool(js_path(doc, "settings.signOn.slo.enabled")) ? "true" : "false");
		return true;
	}
	if (slice_is(attr, "group.id")) {
		o = store_find(q->s, K_GROUP, value);
		*ret_match = o && edge_has(&q->a->out, o->ix);
		return true;
	}
	return false;
}

static bool app_matches(const struct js *doc, struct slice q)
{
	struct slice name = js_str(js_get(doc, "name")), label = js_str(js_get(doc, "label"));

	return slice_starts_fold(name, q) || slice_starts_fold(label, q);
}

/*
 * The user whose assignments the list embeds, expand=user/{id}; it goes with the filter user.id eq "{id}" only.
 * False when it answered.
 */
static bool read_expand(struct call *c, const struct filter *f, const struct obj **ret_user)
{
	struct slice expand = query_get(c, "expand"), word, id;

	*ret_user = NULL;
	if (!expand.n)
		return true;
	if (slice_cut(&expand, '/', &word) && slice_is(word, "user") && f &&
		filter_only_eq(f, "user.id", &id) && slice_eq(id, expand)) {
		*ret_user = store_find(c->s, K_USER, id);
		return true;
	}
	fail_field(c, "expand", "expand: only user/{id}, with a filter for that user.id");
	return false;
}

static void add_listed(struct buf *b, struct call *c, const struct obj *a, const struct obj *user)
{
	add_app(b, c, a, false);
	if (!user)
		return;
	add_nested(b, "_embedded");
	buf_adds(b, "\"user\":");
	add_app_user(b, c, a, user);
	buf_adds(b, "}}");
}

static const char list_attrs[] =
	"id|status|name|label|user.id|group.id|credentials.signing.kid|settings.slo.enabled";

static void list_apps(struct call *c)
{
	struct slice q = query_get(c, "q"), text = query_get(c, "filter");
	const struct filter *f = text.p ? filter_parse(c, text, FILTER_EXACT) : NULL;
	const struct obj *user;
	struct page p;

	if (text.p && (!f || !filter_attrs_in(f, list_attrs))) {
		fail_filter(c, text);
		return;
	}
	if (!read_expand(c, f, &user) || !page_begin(c, &p, 200, 200))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_APP, p.after) : 0;
		i < c->s->of[K_APP].n; i++) {
		const struct obj *a = store_at(c->s, c->s->of[K_APP].v[i]);
		AUTO_PTR(js) doc = f || q.p ? obj_doc(a) : NULL;
		struct asked self = {c->s, a};

		if ((f && !filter_match(f, doc, test_edges, &self)) ||
			(q.p && !app_matches(doc, q)))
			continue;
		if (!page_more(&p))
			break;
		add_listed(page_item(c, &p, a->ix), c, a, user);
	}
	page_end(c, &p, "expand|filter|includeNonDeleted|q");
}

const struct route routes_apps[] = {
	{"GET", "/api/v1/apps", list_apps, 0, NULL},
	{"POST", "/api/v1/apps", create_app, R_BODY, "application.lifecycle.create"},
	{"GET", "/api/v1/apps/{id}", get_app, 0, NULL},
	{"PUT", "/api/v1/apps/{id}", put_app, R_BODY, "application.lifecycle.update"},
	{"DELETE", "/api/v1/apps/{id}", delete_app, 0, "application.lifecycle.delete"},
	{"POST", "/api/v1/apps/{id}/lifecycle/activate", activate, R_OPT_BODY,
		"application.lifecycle.activate"},
	{"POST", "/api/v1/apps/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"application.lifecycle.deactivate"},
	{"PUT", "/api/v1/apps/{id}/policies/{policy}", put_policy, R_OPT_BODY,
		"application.policy.sign_on.update"},
	{NULL, NULL, NULL, 0, NULL},
};
