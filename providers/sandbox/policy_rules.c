/*
 * Policy rules: what the server adds to each type, and the two machines that number them.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/flat.h"

#include <stdlib.h>

enum { LAST = 99, RULES_MAX = 100 };

static const struct flat access_flat[] = {
	{"conditions.userType.include", 'l', NULL},
	{"conditions.userType.exclude", 'l', NULL},
	{"conditions.riskScore.level", 's', "ANY"},
	{"conditions.people.users.exclude", 'l', NULL},
	{"actions.appSignOn.access", 's', "ALLOW"},
	{"actions.appSignOn.keepMeSignedIn.postAuth", 's', "NOT_ALLOWED"},
	{NULL, 0, NULL},
};
static const struct flat sign_on_flat[] = {
	{"conditions.people.users.exclude", 'l', NULL},
	{"conditions.risk.behaviors", 'l', NULL},
	{"conditions.riskScore.level", 's', "ANY"},
	{"conditions.identityProvider.provider", 's', "ANY"},
	{"actions.signon.access", 's', "ALLOW"},
	{"actions.signon.requireFactor", 'b', "false"},
	{"actions.signon.primaryFactor", 's', "PASSWORD_IDP_ANY_FACTOR"},
	{"actions.signon.rememberDeviceByDefault", 'b', "false"},
	{"actions.signon.session.usePersistentCookie", 'b', "false"},
	{"actions.signon.session.maxSessionIdleMinutes", 'i', "120"},
	{"actions.signon.session.maxSessionLifetimeMinutes", 'i', "0"},
	{NULL, 0, NULL},
};
static const struct flat people_flat[] = {
	{"conditions.people.users.exclude", 'l', NULL},
	{NULL, 0, NULL},
};
static const struct flat idp_flat[] = {
	{"conditions.userIdentifier.patterns", 'l', NULL},
	{"conditions.app.include", 'l', NULL},
	{"conditions.app.exclude", 'l', NULL},
	{"actions.idp.providers", 'l', NULL},
	{NULL, 0, NULL},
};
static const struct flat profile_flat[] = {
	{"actions.profileEnrollment.allowedIdentifiers", 'l', NULL},
	{"actions.profileEnrollment.preRegistrationInlineHooks", 'n', NULL},
	{NULL, 0, NULL},
};

static void add_rule(struct buf *b, struct call *c, const struct obj *p, const struct obj *r)
{
	struct slice text = obj_text(r);
	const char *verb = r->status == ST_ACTIVE ? "deactivate" : "activate";

	buf_add(b, text.p, text.n - 1);
	buf_addf(b,
		",\"_links\":{\"self\":{\"href\":\"%s/api/v1/policies/%s/rules/%s\",\"hints\":{\"allow\":[\"GET\",\"PUT\"%s]}}",
		c->s->base_url, p->id, r->id, r->system ? "" : ",\"DELETE\"");
	if (!r->system)
		buf_addf(b,
			",\"%s\":{\"href\":\"%s/api/v1/policies/%s/rules/%s/lifecycle/%s\",\"hints\":{\"allow\":[\"POST\"]}}",
			verb, c->s->base_url, p->id, r->id, verb);
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

static struct obj **rules_of(struct call *c, const struct obj *p)
{
	struct obj **v = arena_array(&c->mem, p->in.n + 1, sizeof(struct obj *));

	for (uint32_t i = 0; i < p->in.n; i++)
		v[i] = store_at(c->s, p->in.v[i].to);
	return v;
}

static struct obj *holder_of(struct obj **v, uint32_t n, int32_t priority, const struct obj *self)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i] != self && !v[i]->system && v[i]->priority == priority)
			return v[i];
	}
	return NULL;
}

/*
 * Machine S: numbers are kept as given, gaps too. When the wanted one is occupied, and the place that the moved
 * rule itself had counts as occupied, everybody in the unbroken run from there moves down by one.
 */
static void order_sparse(
	struct call *c, const struct obj *p, struct obj *self, int32_t had, int64_t want)
{
	struct obj **v = rules_of(c, p), *push[LAST];
	int32_t top = -1, q, n = 0;

	for (uint32_t i = 0; i < p->in.n; i++) {
		if (!v[i]->system && (v[i] != self || had >= 0) && v[i]->priority > top)
			top = v[i]->priority;
	}
	if (want < 0)
		want = top + 1;
	if (want > LAST - 1)
		want = LAST - 1;
	for (q = (int32_t)want; q < LAST; q++) {
		struct obj *other = holder_of(v, p->in.n, q, self);

		if (!other && q != had)
			break;
		if (other)
			push[n++] = other;
	}
	while (n-- > 0)
		obj_set_priority(
			push[n], push[n]->priority < LAST - 1 ? push[n]->priority + 1 : LAST - 1);
	obj_set_priority(self, (int32_t)want);
}

static void place(struct call *c, const struct obj *p, struct obj *r, int32_t had)
{
	const struct js *want = js_get(c->body, "priority");
	int64_t n = js_type(want) == JS_INT ? js_int(want) : -1;

	if (r->system) {
		if (policy_infos[p->sub].oie)
			obj_set_priority(r, LAST);
		else
			order_dense(rules_of(c, p), p->in.n, r, 0);
	} else if (policy_infos[p->sub].oie) {
		order_sparse(c, p, r, had, n);
	} else {
		order_dense(rules_of(c, p), p->in.n, r, n > 0 ? n : had > 0 ? had : 0);
	}
}

static void drop_null(struct js *m, const char *key)
{
	if (js_type(js_get(m, key)) == JS_NULL)
		js_del(m, key);
}

static void fill_platform(struct js *conditions)
{
	struct js *platform = js_getm(conditions, "platform"), *include;

	if (!platform)
		return;
	if (js_type(platform) != JS_MAP || !js_len(platform)) {
		js_del(conditions, "platform");
		return;
	}
	js_default(platform, "exclude", js_new_list());
	include = js_getm(platform, "include");
	for (size_t i = 0; js_type(include) == JS_LIST && i < js_len(include); i++) {
		struct js *os = js_getm(js_atm(include, i), "os");

		if (js_type(os) == JS_MAP)
			drop_null(os, "expression");
	}
}

static void fill_constraints(struct js *method)
{
	static const char *const parts[] = {"knowledge", "possession"};
	struct js *list = js_getm(method, "constraints");

	for (size_t i = 0; js_type(list) == JS_LIST && i < js_len(list); i++) {
		for (size_t k = 0; k < LEN(parts); k++) {
			struct js *part = js_getm(js_atm(list, i), parts[k]);

			if (js_type(part) == JS_MAP)
				js_default(part, "required", js_new_bool(true));
		}
	}
}

static void fill_access(struct js *doc)
{
	struct js *method = js_make(doc, "actions.appSignOn.verificationMethod");

	flat_fill(doc, access_flat);
	fill_platform(js_make(doc, "conditions"));
	js_default(method, "type", js_new_strz("ASSURANCE"));
	if (slice_is(js_str(js_get(method, "type")), "AUTH_METHOD_CHAIN")) {
		js_del(method, "factorMode");
		js_del(method, "inactivityPeriod");
		return;
	}
	js_default(method, "factorMode", js_new_strz("2FA"));
	js_default(method, "reauthenticateIn", js_new_strz("PT12H"));
	fill_constraints(method);
}

static void fill_idp(struct js *doc)
{
	struct js *idp = js_make(doc, "actions.idp"), *criteria;

	flat_fill(doc, idp_flat);
	if (js_type(js_get(idp, "shouldFallBackToOkta")) == JS_BOOL &&
		!js_bool(js_get(idp, "shouldFallBackToOkta")))
		js_del(idp, "shouldFallBackToOkta");
	criteria = js_getm(idp, "matchCriteria");
	for (size_t i = 0; js_type(criteria) == JS_LIST && i < js_len(criteria); i++) {
		struct js *one = js_atm(criteria, i);

		if (js_type(one) == JS_MAP)
			js_default(one, "propertyName", js_new_strz("name"));
	}
}

static void fill_profile(struct js *doc)
{
	struct js *ids;

	flat_fill(doc, profile_flat);
	ids = js_getm(js_make(doc, "actions.profileEnrollment"), "allowedIdentifiers");
	if (!js_len(ids))
		js_push(ids, js_new_strz("login"));
}

static void fill_type(const struct obj *p, struct js *doc)
{
	switch ((enum policy_type)p->sub) {
	case P_ACCESS:
		fill_access(doc);
		break;
	case P_SIGN_ON:
		flat_fill(doc, sign_on_flat);
		break;
	case P_IDP_DISCOVERY:
		fill_idp(doc);
		break;
	case P_PROFILE_ENROLLMENT:
		fill_profile(doc);
		break;
	case P_PASSWORD:
	case P_MFA_ENROLL:
	case P_COUNT:
		flat_fill(doc, people_flat);
		break;
	}
}

/* Name, conditions and actions from the body, with what Okta adds. */
static void fill_rule(struct call *c, const struct obj *p, const struct obj *r, struct js *doc)
{
	const struct js *conditions = js_get(c->body, "conditions"),
			*actions = js_get(c->body, "actions");
	bool fixed = r->system && (policy_infos[p->sub].oie || p->sub == P_IDP_DISCOVERY);

	js_set(doc, "name", js_copy(js_get(c->body, "name")));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "conditions",
		js_type(conditions) == JS_MAP && !fixed ? js_copy(conditions) : js_new_map());
	js_set(doc, "actions", js_type(actions) == JS_MAP ? js_copy(actions) : js_new_map());
	fill_type(p, doc);
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

static struct js *profile_attribute(const char *name, const char *label)
{
	struct js *a = js_new_map();

	js_set(a, "name", js_new_strz(name));
	js_set(a, "label", js_new_strz(label));
	js_set(a, "required", js_new_bool(true));
	return a;
}

static void catch_all_actions(struct call *c, const struct obj *p, struct js *doc)
{
	struct js *list = js_new_list(), *one, *to;

	if (p->sub == P_ACCESS) {
		to = js_make(doc, "actions.appSignOn.verificationMethod");
		js_set(to, "factorMode", js_new_strz("2FA"));
		js_set(to, "type", js_new_strz("ASSURANCE"));
		js_set(to, "reauthenticateIn", js_new_strz("PT12H"));
		if (!c->s->filling) {
			one = js_new_map();
			js_set(js_make(one, "possession"), "required", js_new_bool(true));
			js_set(js_make(one, "possession"), "deviceBound", js_new_strz("REQUIRED"));
			js_push(list, one);
			js_set(to, "constraints", list);
		} else {
			js_free(list);
		}
		return;
	}
	to = js_make(doc, "actions.profileEnrollment");
	js_push(list, profile_attribute("firstName", "First name"));
	js_push(list, profile_attribute("lastName", "Last name"));
	js_push(list, profile_attribute("email", "Primary email"));
	js_set(to, "access", js_new_strz("ALLOW"));
	js_set(to, "profileAttributes", list);
	js_set(to, "targetGroupIds", js_new_null());
	js_set(to, "unknownUserAction", js_new_strz("REGISTER"));
	js_set(js_make(to, "activationRequirements"), "emailVerification", js_new_bool(true));
	js_set(to, "progressiveProfilingAction", js_new_strz("ENABLED"));
}

void policy_catch_all(struct call *c, struct obj *p)
{
	struct obj *r = new_rule(c, p, true);
	AUTO_PTR(js) doc = new_doc(c, p, r);

	r->priority = LAST;
	js_set(doc, "name", js_new_strz("Catch-all Rule"));
	js_set(doc, "priority", js_new_int(LAST));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "actions", js_new_map());
	catch_all_actions(c, p, doc);
	js_set(doc, "conditions", js_new_map());
	fill_type(p, doc);
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
		return zones_exist(c);
	return false;
}

static void create_rule(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), *r;
	AUTO_PTR(js) doc = NULL;

	if (!p)
		return;
	if (!policy_infos[p->sub].rules) {
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
	if (p->sub == P_MFA_ENROLL || p->sub == P_IDP_DISCOVERY)
		what = "Cannot modify the PolicyRule object because it is read-only.";
	else if (!slice_eq(js_str(js_get(c->body, "name")), js_str(js_get(doc, "name"))))
		what = "Cannot modify the name attribute because it is read-only.";
	else if (js_type(priority) == JS_INT && js_int(priority) != r->priority)
		what = "Cannot modify the priority attribute because it is read-only.";
	else if (policy_infos[p->sub].oie && js_len(js_get(c->body, "conditions")))
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
	if (!policy_infos[p->sub].oie)
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
	r->status = (uint8_t)to;
	js_set(doc, "status", js_new_strz(status_names[to]));
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

static void list_rules(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);
	struct obj **v;
	struct page page;

	if (!p || !page_begin(c, &page, 0, 0))
		return;
	v = rules_of(c, p);
	qsort(v, p->in.n, sizeof(struct obj *), by_place);
	for (uint32_t i = 0; i < p->in.n; i++)
		add_rule(page_item(c, &page, v[i]->ix), c, p, v[i]);
	page_end(c, &page, NULL);
}

bool zone_in_use(const struct sandbox *s, const char *id)
{
	for (uint32_t i = 0; i < s->of[K_POLICY_RULE].n; i++) {
		const struct obj *r = store_at(s, s->of[K_POLICY_RULE].v[i]);
		AUTO_PTR(js) doc = obj_doc(r);
		AUTO(buf) struct buf text = BUF_TEXT;

		if (!js_path(doc, "conditions.network"))
			continue;
		js_write(&text, js_path(doc, "conditions.network"));
		if (strstr(buf_str(&text), id))
			return true;
	}
	return false;
}

const struct route routes_policy_rules[] = {
	{"GET", "/api/v1/policies/{id}/rules", list_rules, 0, NULL},
	{"POST", "/api/v1/policies/{id}/rules", create_rule, R_BODY, NULL},
	{"GET", "/api/v1/policies/{id}/rules/{rule}", get_rule, 0, NULL},
	{"PUT", "/api/v1/policies/{id}/rules/{rule}", put_rule, R_BODY, NULL},
	{"DELETE", "/api/v1/policies/{id}/rules/{rule}", delete_rule, 0, NULL},
	{"POST", "/api/v1/policies/{id}/rules/{rule}/lifecycle/activate", activate, R_OPT_BODY,
		NULL},
	{"POST", "/api/v1/policies/{id}/rules/{rule}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		NULL},
	{NULL, NULL, NULL, 0, NULL},
};
