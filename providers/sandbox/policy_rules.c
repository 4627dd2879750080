/*
 * Policy rules: what the server adds to each type, and how they are numbered.
 */
#include "providers/sandbox/policies.h"
#include "providers/sandbox/order.h"

#include <stdlib.h>

enum { RULES_MAX = 100 };

static void add_rule(struct buf *b, struct call *c, const struct obj *p, const struct obj *r)
{
	const char *verb = r->status == ST_ACTIVE ? "deactivate" : "activate";

	buf_add_slice(b, obj_text(r));
	add_nested(b, "_links");
	add_hint(b, c, "self", r->system ? "GET|PUT" : "GET|PUT|DELETE",
		"/api/v1/policies/%s/rules/%s", p->id, r->id);
	if (!r->system)
		add_hint(b, c, verb, "POST", "/api/v1/policies/%s/rules/%s/lifecycle/%s", p->id,
			r->id, verb);
	buf_adds(b, "}}");
}

static void reply_rule(struct call *c, const struct obj *p, const struct obj *r)
{
	reply_status(c, 200);
	add_rule(&c->res->body, c, p, r);
}

static struct obj *rule_of(struct call *c, const struct obj *p)
{
	struct obj *r = p ? store_find(c->s, K_POLICY_RULE, c->arg[1]) : NULL;

	if (!p || (r && r->parent == p->ix))
		return r;
	fail_missing(c, c->arg[1], "PolicyRule");
	return NULL;
}

static bool sparse(const struct obj *p)
{
	return policy_infos[p->sub].flags & PT_SPARSE;
}

static struct obj **rules_of(struct call *c, const struct obj *p)
{
	struct obj **v = arena_array(&c->mem, p->in.n + 1, sizeof(struct obj *));

	for (uint32_t i = 0; i < p->in.n; i++)
		v[i] = store_at(c->s, p->in.v[i].to);
	return v;
}

static void place(struct call *c, const struct obj *p, struct obj *r, int32_t had)
{
	const struct js *want = js_get(c->body, "priority");
	int64_t n = js_type(want) == JS_INT ? js_int(want) : -1;

	if (r->system) {
		if (sparse(p))
			order_set(r, ORDER_LAST);
		else
			order_dense(rules_of(c, p), p->in.n, r, 0);
	} else if (sparse(p)) {
		order_sparse(rules_of(c, p), p->in.n, r, had, n);
	} else {
		order_dense(rules_of(c, p), p->in.n, r, n > 0 ? n : had > 0 ? had : 0);
	}
}

/* Name, conditions and actions from the body, with what Okta adds. */
static void fill_rule(struct call *c, const struct obj *p, const struct obj *r, struct js *doc)
{
	const struct js *conditions = js_get(c->body, "conditions"),
			*actions = js_get(c->body, "actions");
	bool fixed = r->system && (sparse(p) || p->sub == P_IDP_DISCOVERY);

	js_set(doc, "name", js_copy(js_get(c->body, "name")));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "conditions",
		js_type(conditions) == JS_MAP && !fixed ? js_copy(conditions) : js_new_map());
	js_set(doc, "actions", js_type(actions) == JS_MAP ? js_copy(actions) : js_new_map());
	policy_fill_rule(p, doc);
	if (fixed)
		js_set(doc, "conditions", js_new_null());
}

static struct js *new_doc(struct call *c, const struct obj *p, const struct obj *r)
{
	struct js *doc = js_new_map();

	js_set(doc, "id", js_new_strz(r->id));
	js_set(doc, "status", js_new_strz(status_names[r->status]));
	js_set(doc, "name", js_new_null());
	js_set(doc, "priority", js_new_int(r->priority));
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_null());
	js_set(doc, "system", js_new_bool(r->system));
	js_set(doc, "conditions", js_new_null());
	js_set(doc, "actions", js_new_null());
	js_set(doc, "type", js_new_strz(policy_infos[p->sub].rule_type));
	return doc;
}

static struct obj *new_rule(struct call *c, struct obj *p, bool system)
{
	struct obj *r = store_new(c->s, K_POLICY_RULE, policy_infos[p->sub].rule_prefix);

	r->parent = p->ix;
	r->system = system;
	r->priority = -1;
	edge_add(&p->in, r->ix, 0);
	return r;
}

void policy_catch_all(struct call *c, struct obj *p)
{
	const char *text = policy_infos[p->sub].catch_all;
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;
	struct js *actions;
	struct obj *r;

	if (!text)
		return;
	if (js_parse(slice_of(text), "a rule's actions", &actions, &e) < 0)
		BUG("%s", e.msg);
	r = new_rule(c, p, true);
	r->priority = ORDER_LAST;
	doc = new_doc(c, p, r);
	js_set(doc, "name", js_new_strz("Catch-all Rule"));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "actions", actions);
	js_set(doc, "conditions", js_new_map());
	/* the policies that come with an org ask for any two factors */
	if (c->s->filling && p->sub == P_ACCESS)
		js_del(js_make(doc, "actions.appSignOn.verificationMethod"), "constraints");
	policy_fill_rule(p, doc);
	js_set(doc, "conditions", js_new_null());
	obj_put(r, doc);
	name_set(c->s, K_POLICY_RULE, p->ix, SLICE("Catch-all Rule"), r->ix);
}

void policy_drop_rules(struct sandbox *s, struct obj *p)
{
	for (uint32_t i = 0; i < p->in.n; i++)
		store_drop(s, store_at(s, p->in.v[i].to));
	p->in.n = 0;
}

static bool zones_exist(struct call *c)
{
	static const char *const sides[] = {"include", "exclude"};
	const struct js *network = js_path(c->body, "conditions.network");

	for (size_t k = 0; k < LEN(sides); k++) {
		const struct js *list = js_get(network, sides[k]);

		for (size_t i = 0; i < js_len(list); i++) {
			struct slice id = js_str(js_at(list, i));

			/* words like ALL_ZONES are no ids */
			if (!slice_starts(id, "nzo") || store_find(c->s, K_ZONE, id))
				continue;
			fail_field(c, "conditions.network", "Invalid network zone id %.*s",
				SLICE_ARG(id));
			return false;
		}
	}
	return true;
}

/* Every action says whether it is allowed; of sessions also "CHALLENGE", with a chain of factors. */
static bool check_access(struct call *c)
{
	const struct js *actions = js_get(c->body, "actions");

	for (void *it = js_first(actions); it; it = js_next(actions, it)) {
		const struct js *access = js_get(js_val(it), "access");

		if (access && !slice_in(js_str(access), "ALLOW|DENY|CHALLENGE")) {
			fail_field(c, "access", "access: must be ALLOW or DENY");
			return false;
		}
	}
	return true;
}

static bool check_rule(struct call *c, const struct obj *p, const struct obj *self)
{
	struct slice name = js_str(js_get(c->body, "name")), type = js_str(js_get(c->body, "type"));
	const struct obj *other = name_find(c->s, K_POLICY_RULE, p->ix, name);

	if (type.n && !slice_is(type, policy_infos[p->sub].rule_type))
		fail_field(c, "type", "type: does not fit the type of the policy");
	else if (!name.n || name.n > 255)
		fail_field(c, "name", "name: The field cannot be left blank");
	else if (other && other != self)
		fail(c, 409, "E0000108", "A rule with this name already exists in the policy.",
			"name: An object with this field already exists in the current policy");
	else
		return check_access(c) && zones_exist(c);
	return false;
}

static void create_rule(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), *r;
	AUTO_PTR(js) doc = NULL;

	if (!p)
		return;
	if (!(policy_infos[p->sub].flags & PT_RULES) && !c->s->filling) {
		fail_field(c, "type", "Rules cannot be added to a policy of this type");
		return;
	}
	if (p->in.n > RULES_MAX) {
		fail(c, 400, "E0000093", "Target count limit exceeded", "Too many rules");
		return;
	}
	if (!check_rule(c, p, NULL))
		return;
	r = new_rule(c, p, c->s->filling && js_bool(js_get(c->body, "system")));
	r->status = query_is(c, "activate", "false") ? ST_INACTIVE : ST_ACTIVE;
	doc = new_doc(c, p, r);
	fill_rule(c, p, r, doc);
	obj_put(r, doc);
	name_set(c->s, K_POLICY_RULE, p->ix, js_str(js_get(doc, "name")), r->ix);
	place(c, p, r, -1);
	c->made = r;
	reply_rule(c, p, r);
}

static void get_rule(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]), *r = rule_of(c, p);

	if (r)
		reply_rule(c, p, r);
}

/* Name and place of the org's own rules are fixed, of some everything is. */
static bool system_kept(
	struct call *c, const struct obj *p, const struct obj *r, const struct js *doc)
{
	const struct js *priority = js_get(c->body, "priority");
	const char *what = NULL;

	if (!r->system)
		return true;
	if (policy_infos[p->sub].flags & PT_FIXED)
		what = "Cannot modify the PolicyRule object because it is read-only.";
	else if (!slice_eq(js_str(js_get(c->body, "name")), js_str(js_get(doc, "name"))))
		what = "Cannot modify the name attribute because it is read-only.";
	else if (js_type(priority) == JS_INT && js_int(priority) != r->priority)
		what = "Cannot modify the priority attribute because it is read-only.";
	else if (sparse(p) && js_len(js_get(c->body, "conditions")))
		what = "Cannot modify the conditions attribute because it is read-only.";
	if (!what)
		return true;
	fail(c, 403, "E0000077", what, NULL);
	return false;
}

static void put_rule(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), *r = rule_of(c, p);
	AUTO_PTR(js) doc = NULL;

	if (!r)
		return;
	doc = obj_doc(r);
	if (!system_kept(c, p, r, doc) || !check_rule(c, p, r))
		return;
	name_drop(c->s, K_POLICY_RULE, p->ix, js_str(js_get(doc, "name")), r->ix);
	fill_rule(c, p, r, doc);
	obj_put(r, doc);
	name_set(c->s, K_POLICY_RULE, p->ix, js_str(js_get(doc, "name")), r->ix);
	place(c, p, r, r->priority);
	reply_rule(c, p, r);
}

static void delete_rule(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), *r = rule_of(c, p);
	AUTO_PTR(js) doc = NULL;

	if (!r)
		return;
	if (r->system) {
		fail(c, 403, "E0000111",
			"Cannot modify the PolicyRule object because it is read-only.", NULL);
		return;
	}
	doc = obj_doc(r);
	name_drop(c->s, K_POLICY_RULE, p->ix, js_str(js_get(doc, "name")), r->ix);
	edge_del(&p->in, r->ix, 0);
	store_drop(c->s, r);
	if (!sparse(p))
		order_dense(rules_of(c, p), p->in.n, NULL, 0);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *p = policy_of(c, c->arg[0]), *r = rule_of(c, p);
	AUTO_PTR(js) doc = NULL;

	if (!r)
		return;
	if (r->system && to != ST_ACTIVE) {
		fail(c, 403, "E0000111",
			"Cannot modify the PolicyRule object because it is read-only.", NULL);
		return;
	}
	doc = obj_doc(r);
	obj_set_status(r, doc, to);
	obj_put(r, doc);
	reply_status(c, 204);
}

static void activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

static void deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}

static int by_place(const void *x, const void *y)
{
	const struct obj *a = *(struct obj *const *)x, *b = *(struct obj *const *)y;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->ix < b->ix ? -1 : a->ix > b->ix;
}

static struct obj **in_order(struct call *c, const struct obj *p)
{
	struct obj **v = rules_of(c, p);

	qsort(v, p->in.n, sizeof(struct obj *), by_place);
	return v;
}

static void list_rules(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);
	struct obj **v;
	struct page page;

	if (!p || !page_begin(c, &page, 0, 0))
		return;
	v = in_order(c, p);
	for (uint32_t i = 0; i < p->in.n; i++)
		add_rule(page_item(c, &page, v[i]->ix), c, p, v[i]);
	page_end(c, &page, NULL);
}

void policy_add_rules(struct buf *b, struct call *c, const struct obj *policy)
{
	struct obj **v = in_order(c, policy);

	buf_addc(b, '[');
	for (uint32_t i = 0; i < policy->in.n; i++) {
		buf_adds(b, i ? "," : "");
		add_rule(b, c, policy, v[i]);
	}
	buf_addc(b, ']');
}

void policy_copy_rules(struct call *c, const struct obj *from, struct obj *to)
{
	struct obj **v = in_order(c, from);

	for (uint32_t i = 0; i < from->in.n; i++) {
		struct obj *r = new_rule(c, to, v[i]->system && sparse(to));
		AUTO_PTR(js) doc = obj_doc(v[i]);

		r->status = v[i]->status;
		r->priority = v[i]->priority;
		js_set(doc, "id", js_new_strz(r->id));
		js_set(doc, "system", js_new_bool(r->system));
		js_set(doc, "created", js_new_strz(c->stamp));
		obj_put_changed(c, r, doc);
		name_set(c->s, K_POLICY_RULE, to->ix, js_str(js_get(doc, "name")), r->ix);
	}
}

const struct route routes_policy_rules[] = {
	{"GET", "/api/v1/policies/{id}/rules", list_rules, 0, NULL},
	{"POST", "/api/v1/policies/{id}/rules", create_rule, R_BODY, "policy.rule.add"},
	{"GET", "/api/v1/policies/{id}/rules/{rule}", get_rule, 0, NULL},
	{"PUT", "/api/v1/policies/{id}/rules/{rule}", put_rule, R_BODY, "policy.rule.update"},
	{"DELETE", "/api/v1/policies/{id}/rules/{rule}", delete_rule, 0, "policy.rule.delete"},
	{"POST", "/api/v1/policies/{id}/rules/{rule}/lifecycle/activate", activate, R_OPT_BODY,
		"policy.rule.activate"},
	{"POST", "/api/v1/policies/{id}/rules/{rule}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"policy.rule.deactivate"},
	{NULL, NULL, NULL, 0, NULL},
};
