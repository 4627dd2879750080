/*
 * What uses a policy: apps their two, device signal policies the sign-in policies that they serve. And copies.
 */
#include "providers/sandbox/policies.h"

enum { HEAD = 3 }; /* the letters of an id that say what it is of */

void policy_unmap(struct sandbox *s, const struct obj *p)
{
	STORE_EACH(s, K_APP, a) {
		if (a->parent == p->ix)
			a->parent = s->access_default;
		if (a->ref == p->ix)
			a->ref = s->enroll_default;
	}
	STORE_EACH(s, K_POLICY, other) {
		if (edge_has(&other->out, p->ix))
			edge_del(&other->out, p->ix, 0);
	}
}

/* A mapping has no state of its own: its id is made from that of the resource. */
static void add_mapping(struct buf *b, struct call *c, const struct obj *p, const struct obj *user)
{
	bool app = user->kind == K_APP;

	buf_addf(b, "{\"id\":\"map%s\",\"_links\":{", user->id + HEAD);
	add_href(b, c, app ? "application" : "authenticationPolicy", "/api/v1/%s/%s",
		app ? "apps" : "policies", user->id);
	add_href(b, c, "policy", "/api/v1/policies/%s", p->id);
	add_href(b, c, "self", "/api/v1/policies/%s/mappings/map%s", p->id, user->id + HEAD);
	buf_adds(b, "}}");
}

static bool uses(const struct obj *app, const struct obj *p)
{
	return app->parent == p->ix || app->ref == p->ix;
}

static void list_mappings(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);
	struct page page;

	if (!p || !page_begin(c, &page, 0, 0))
		return;
	STORE_EACH(c->s, K_APP, a) {
		if (uses(a, p))
			add_mapping(page_item(c, &page, a->ix), c, p, a);
	}
	for (uint32_t i = 0; i < p->out.n; i++) {
		const struct obj *other = store_at(c->s, p->out.v[i].to);

		add_mapping(page_item(c, &page, other->ix), c, p, other);
	}
	page_end(c, &page, NULL);
}

static bool is_mapping(struct slice id, const struct obj *user)
{
	return slice_starts(id, "map") &&
	       slice_is((struct slice){id.p + HEAD, id.n - HEAD}, user->id + HEAD);
}

/* What the mapping of that id names; answers 404. */
static const struct obj *mapped(struct call *c, const struct obj *p)
{
	for (uint32_t i = 0; p && i < c->s->of[K_APP].n; i++) {
		const struct obj *a = store_at(c->s, c->s->of[K_APP].v[i]);

		if (uses(a, p) && is_mapping(c->arg[1], a))
			return a;
	}
	for (uint32_t i = 0; p && i < p->out.n; i++) {
		const struct obj *other = store_at(c->s, p->out.v[i].to);

		if (is_mapping(c->arg[1], other))
			return other;
	}
	if (p)
		fail_missing(c, c->arg[1], "PolicyMapping");
	return NULL;
}

static void get_mapping(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]), *user = mapped(c, p);

	if (!user)
		return;
	reply_status(c, 200);
	add_mapping(&c->res->body, c, p, user);
}

/* Apps get their policies at the apps' own endpoint. */
static void create_mapping(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), *to;
	struct slice id = js_str(js_get(c->body, "resourceId"));

	if (!p)
		return;
	to = store_find(c->s, K_POLICY, id);
	if (p->sub != P_DEVICE_SIGNALS) {
		fail_field(c, "policyId", "Resources cannot be mapped to policies of this type");
	} else if (!slice_is(js_str(js_get(c->body, "resourceType")), "ACCESS_POLICY")) {
		fail_field(c, "resourceType", "resourceType: must be ACCESS_POLICY");
	} else if (!to || to->sub != P_ACCESS) {
		fail_field(c, "resourceId", "resourceId: is no app sign-in policy");
	} else {
		edge_add(&p->out, to->ix, 0);
		reply_status(c, 200);
		add_mapping(&c->res->body, c, p, to);
	}
}

static void delete_mapping(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]);
	const struct obj *user = mapped(c, p);

	if (!user)
		return;
	if (user->kind == K_APP) {
		fail(c, 501, "E0000052",
			"Taking an app from its policy is not modelled by the local tenant (Okta has it).",
			NULL);
		return;
	}
	edge_del(&p->out, user->ix, 0);
	reply_status(c, 204);
}

static void list_apps(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);
	struct page page;

	if (!p || !page_begin(c, &page, 0, 0))
		return;
	STORE_EACH(c->s, K_APP, a) {
		if (uses(a, p))
			add_app(page_item(c, &page, a->ix), c, a, false);
	}
	page_end(c, &page, NULL);
}

/* A name that no policy of the type has. */
static void set_clone_name(struct call *c, const struct obj *p, struct js *body)
{
	AUTO(buf) struct buf name = BUF_TEXT;
	AUTO(buf) struct buf old = BUF_TEXT;

	buf_add_slice(&name, js_str(js_get(body, "name")));
	do {
		buf_clear(&old);
		buf_add_slice(&old, buf_slice(&name));
		buf_clear(&name);
		buf_addf(&name, "[cloned] %s", buf_str(&old));
	} while (name_find(c->s, K_POLICY, p->sub, buf_slice(&name)));
	js_set(body, "name", js_new_str(buf_slice(&name)));
}

static void clone_policy(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);
	AUTO_PTR(js) body = NULL;
	struct obj *to;

	if (!p)
		return;
	if (p->builtin || !(policy_infos[p->sub].flags & PT_CREATE)) {
		policy_refuse(c);
		return;
	}
	body = obj_doc(p);
	policy_show_settings(c->s, p, body);
	set_clone_name(c, p, body);
	to = policy_make(c, p->sub, body, 0);
	policy_copy_rules(c, p, to);
	policy_reply(c, to);
}

static void simulate(struct call *c)
{
	fail(c, 501, "E0000052",
		"Policies are not evaluated by the local tenant (Okta simulates them).", NULL);
}

const struct route routes_policy_map[] = {
	{"POST", "/api/v1/policies/simulate", simulate, 0, NULL},
	{"GET", "/api/v1/policies/{id}/app", list_apps, 0, NULL},
	{"POST", "/api/v1/policies/{id}/clone", clone_policy, R_OPT_BODY,
		"policy.lifecycle.create"},
	{"GET", "/api/v1/policies/{id}/mappings", list_mappings, 0, NULL},
	{"POST", "/api/v1/policies/{id}/mappings", create_mapping, R_BODY, "policy.mapping.create"},
	{"GET", "/api/v1/policies/{id}/mappings/{mapping}", get_mapping, 0, NULL},
	{"DELETE", "/api/v1/policies/{id}/mappings/{mapping}", delete_mapping, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
