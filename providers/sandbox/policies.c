/*
 * Policies: how they are made, changed and listed, and the order that the older types keep.
 */
#include "providers/sandbox/policies.h"
#include "providers/sandbox/order.h"

#include "base/xalloc.h"

#include <stdlib.h>

/* Lists say what an access policy is for; a policy that is read by itself does not (recorded). */
static void add_embedded(struct buf *b, struct call *c, const struct obj *p, bool listed)
{
	bool rules = slice_is(query_get(c, "expand"), "rules"),
	     resource = listed && p->sub == P_ACCESS;

	if (!resource && !rules)
		return;
	buf_adds(b, ",\"_embedded\":{");
	if (resource)
		buf_addf(b, "\"resourceType\":\"%s\"%s",
			p->builtin ? "END_USER_ACCOUNT_MANAGEMENT" : "APP", rules ? "," : "");
	if (rules) {
		buf_adds(b, "\"rules\":");
		policy_add_rules(b, c, p);
	}
	buf_addc(b, '}');
}

static void add_document(struct buf *b, struct call *c, const struct obj *p)
{
	AUTO_PTR(js) doc = NULL;

	if (p->sub != P_MFA_ENROLL) {
		buf_add_slice(b, obj_text(p));
		return;
	}
	doc = obj_doc(p);
	policy_show_settings(c->s, p, doc);
	js_write(b, doc);
}

static void add_policy(struct buf *b, struct call *c, const struct obj *p, bool listed)
{
	const char *verb = p->status == ST_ACTIVE ? "deactivate" : "activate";
	bool own = !p->system && !p->builtin;

	add_document(b, c, p);
	add_nested(b, "_links");
	if (own)
		add_hint(b, c, "mappings", "GET|POST", "/api/v1/policies/%s/mappings", p->id);
	add_hint(b, c, "self",
		own          ? "GET|PUT|DELETE"
		: p->builtin ? "GET"
			     : "GET|PUT",
		"/api/v1/policies/%s", p->id);
	add_hint(b, c, "rules", "GET|POST", "/api/v1/policies/%s/rules", p->id);
	if (own)
		add_hint(b, c, verb, "POST", "/api/v1/policies/%s/lifecycle/%s", p->id, verb);
	buf_addc(b, '}');
	add_embedded(b, c, p, listed);
	buf_addc(b, '}');
}

struct obj *policy_of(struct call *c, struct slice id)
{
	struct obj *p = store_find(c->s, K_POLICY, id);

	if (!p)
		fail_missing(c, id, "Policy");
	return p;
}

void policy_reply(struct call *c, const struct obj *p)
{
	reply_status(c, 200);
	add_policy(&c->res->body, c, p, false);
}

/* All policies of a type; in the call's arena. */
static struct obj **of_type(struct call *c, uint8_t type, size_t *ret_n)
{
	struct obj **v = arena_array(&c->mem, c->s->of[K_POLICY].n + 1, sizeof(struct obj *));
	size_t n = 0;

	STORE_EACH(c->s, K_POLICY, p) {
		if (p->sub == type)
			v[n++] = p;
	}
	*ret_n = n;
	return v;
}

/* Name, conditions and settings from the body, with what Okta adds. */
static void fill_policy(struct call *c, const struct obj *p, const struct js *body, struct js *doc)
{
	const struct js *conditions = js_get(body, "conditions"),
			*settings = js_get(body, "settings"), *text = js_get(body, "description");
	bool bare = policy_infos[p->sub].flags & PT_SPARSE || js_type(conditions) != JS_MAP;

	js_set(doc, "name", js_copy(js_get(body, "name")));
	if (js_type(text) == JS_STR)
		js_set(doc, "description", js_copy(text));
	else
		js_del(doc, "description");
	js_set(doc, "conditions", bare ? js_new_null() : js_copy(conditions));
	js_del(doc, "settings");
	if (js_type(settings) == JS_MAP && (p->sub == P_PASSWORD || p->sub == P_MFA_ENROLL))
		js_set(doc, "settings", js_copy(settings));
	policy_fill_settings(c, p, doc);
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
}

static bool check_body(struct call *c, const struct obj *self, int type)
{
	struct slice name = js_str(js_get(c->body, "name"));
	const struct obj *other = name_find(c->s, K_POLICY, (uint32_t)type, name);
	const struct js *groups = js_path(c->body, "conditions.people.groups.include");

	if (!name.n || name.n > 255)
		fail_field(c, "name", "name: The field cannot be left blank");
	else if (other && other != self)
		fail_field(c, "name",
			"name: An object with this field already exists in the current organization");
	else {
		for (size_t i = 0; i < js_len(groups); i++) {
			if (!store_find(c->s, K_GROUP, js_str(js_at(groups, i)))) {
				fail_field(c, "conditions.people.groups.include",
					"Invalid group id %.*s",
					SLICE_ARG(js_str(js_at(groups, i))));
				return false;
			}
		}
		return true;
	}
	return false;
}

static int64_t wanted(const struct js *body)
{
	const struct js *p = js_get(body, "priority");

	return js_type(p) == JS_INT ? js_int(p) : 0;
}

static bool ordered(int type)
{
	return !(policy_infos[type].flags & PT_SPARSE);
}

struct obj *policy_make(struct call *c, int type, const struct js *body, int64_t want)
{
	struct obj *p = store_new(c->s, K_POLICY, policy_infos[type].prefix), **all;
	AUTO_PTR(js) doc = js_new_map();
	size_t n;

	p->sub = (uint8_t)type;
	p->system = c->s->filling && js_bool(js_get(body, "system"));
	p->builtin = c->s->filling && js_bool(js_get(body, "builtin"));
	p->priority = ordered(type) ? 0 : 1;
	if (query_is(c, "activate", "false"))
		p->status = ST_INACTIVE;
	js_set(doc, "id", js_new_strz(p->id));
	js_set(doc, "status", js_new_strz(status_names[p->status]));
	js_set(doc, "name", js_new_null());
	js_set(doc, "priority", js_new_int(p->priority));
	js_set(doc, "system", js_new_bool(p->system));
	js_set(doc, "created", js_new_strz(c->stamp));
	fill_policy(c, p, body, doc);
	js_set(doc, "type", js_new_strz(policy_infos[type].name));
	obj_put(p, doc);
	name_set(c->s, K_POLICY, (uint32_t)type, js_str(js_get(doc, "name")), p->ix);
	all = of_type(c, p->sub, &n);
	if (ordered(type))
		order_dense(all, n, p, want);
	if (p->system && type == P_ACCESS)
		c->s->access_default = p->ix;
	if (p->system && type == P_PROFILE_ENROLLMENT)
		c->s->enroll_default = p->ix;
	c->made = p;
	return p;
}

static void refuse_type(struct call *c, struct slice name)
{
	if (policy_type_elsewhere(name))
		fail(c, 501, "E0000052",
			"Policies of this type are not modelled by the local tenant (Okta has them).",
			NULL);
	else
		fail_field(c, "type", "type: The field is not a known policy type");
}

static void create_policy(struct call *c)
{
	struct slice name = js_str(js_get(c->body, "type"));
	int type = policy_type(name);
	struct obj *p;

	if (type < 0) {
		refuse_type(c, name);
		return;
	}
	if (!(policy_infos[type].flags & PT_CREATE) && !c->s->filling) {
		fail_field(c, "type", "Policies of this type cannot be created");
		return;
	}
	if (!check_body(c, NULL, type))
		return;
	p = policy_make(c, type, c->body, wanted(c->body));
	policy_catch_all(c, p);
	policy_reply(c, p);
}

static void get_policy(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);

	if (p)
		policy_reply(c, p);
}

void policy_refuse(struct call *c)
{
	fail(c, 403, "E0000111", "Cannot modify the Policy object because it is read-only.", NULL);
}

/* Of the org's own policies the place and the conditions are fixed; Okta wants to see them as they are. */
static bool system_kept(struct call *c, const struct obj *p, const struct js *doc)
{
	const struct js *conditions = js_get(c->body, "conditions"),
			*had = js_get(doc, "conditions");
	bool sent = js_type(js_get(c->body, "priority")) == JS_INT;
	const char *what = NULL;

	if (!p->system)
		return true;
	if (sent ? wanted(c->body) != p->priority : ordered(p->sub))
		what = "Cannot modify the priority attribute because it is read-only.";
	else if (js_type(conditions) == JS_MAP && js_type(had) == JS_MAP &&
		 !js_equal(conditions, had))
		what = "Cannot modify the conditions attribute because it is read-only.";
	if (!what)
		return true;
	fail(c, 403, "E0000077", what, NULL);
	return false;
}

static void put_policy(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), **all;
	AUTO_PTR(js) doc = NULL;
	AUTO_PTR(js) conditions = NULL;
	size_t n;

	if (!p)
		return;
	doc = obj_doc(p);
	if (p->builtin) {
		policy_refuse(c);
		return;
	}
	if (!slice_is(js_str(js_get(c->body, "type")), policy_infos[p->sub].name)) {
		fail_field(c, "type", "type: The type of a policy cannot be changed");
		return;
	}
	if (!system_kept(c, p, doc) || !check_body(c, p, p->sub))
		return;
	if (p->system)
		conditions = js_copy(js_get(doc, "conditions"));
	name_drop(c->s, K_POLICY, p->sub, js_str(js_get(doc, "name")), p->ix);
	fill_policy(c, p, c->body, doc);
	if (conditions)
		js_set(doc, "conditions", TAKE(conditions));
	obj_put(p, doc);
	name_set(c->s, K_POLICY, p->sub, js_str(js_get(doc, "name")), p->ix);
	all = of_type(c, p->sub, &n);
	if (ordered(p->sub) && !p->system && wanted(c->body) > 0)
		order_dense(all, n, p, wanted(c->body));
	policy_reply(c, p);
}

/* The policy that the path names; answers where it is Okta's own. */
static struct obj *own_policy(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]);

	if (!p || (!p->system && !p->builtin))
		return p;
	policy_refuse(c);
	return NULL;
}

static void delete_policy(struct call *c)
{
	struct obj *p = own_policy(c), **all;
	AUTO_PTR(js) doc = NULL;
	uint8_t type;
	size_t n;

	if (!p)
		return;
	doc = obj_doc(p);
	type = p->sub;
	policy_unmap(c->s, p);
	policy_drop_rules(c->s, p);
	name_drop(c->s, K_POLICY, type, js_str(js_get(doc, "name")), p->ix);
	store_drop(c->s, p);
	all = of_type(c, type, &n);
	if (ordered(type))
		order_dense(all, n, NULL, 0);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *p = own_policy(c);
	AUTO_PTR(js) doc = NULL;

	if (!p)
		return;
	doc = obj_doc(p);
	obj_set_status(p, doc, to);
	obj_put_changed(c, p, doc);
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

static bool listed(struct call *c, const struct obj *p)
{
	struct slice q = query_get(c, "q"), status = query_get(c, "status"), name;
	AUTO_PTR(js) doc = NULL;

	if (status.p && status.n && !slice_is(status, status_names[p->status]))
		return false;
	if (!q.p)
		return true;
	doc = obj_doc(p);
	name = js_str(js_get(doc, "name"));
	return slice_starts_fold(name, q);
}

static int by_name(const void *x, const void *y)
{
	const struct obj *a = *(struct obj *const *)x, *b = *(struct obj *const *)y;
	AUTO_PTR(js) one = obj_doc(a);
	AUTO_PTR(js) two = obj_doc(b);
	int order = slice_cmp(js_str(js_get(one, "name")), js_str(js_get(two, "name")));

	return order ? order : order_compare(x, y);
}

static void list_policies(struct call *c)
{
	struct slice name = query_get(c, "type");
	int type = policy_type(name);
	struct obj **v;
	struct page p;
	size_t n = 0, i = 0;

	if (type < 0) {
		refuse_type(c, name);
		return;
	}
	if (!page_begin(c, &p, query_get(c, "limit").n ? 200 : 0, 200))
		return;
	v = of_type(c, (uint8_t)type, &n);
	if (query_is(c, "sortBy", "name"))
		qsort(v, n, sizeof(struct obj *), by_name);
	else if (ordered(type))
		qsort(v, n, sizeof(struct obj *), order_compare);
	while (p.has_after && i < n && v[i]->ix != p.after)
		i++;
	for (i += p.has_after; i < n; i++) {
		if (!listed(c, v[i]))
			continue;
		if (!page_more(&p))
			break;
		add_policy(page_item(c, &p, v[i]->ix), c, v[i], true);
	}
	page_end(c, &p, "expand|q|sortBy|status|type");
}

const struct route routes_policies[] = {
	{"GET", "/api/v1/policies", list_policies, 0, NULL},
	{"POST", "/api/v1/policies", create_policy, R_BODY, "policy.lifecycle.create"},
	{"GET", "/api/v1/policies/{id}", get_policy, 0, NULL},
	{"PUT", "/api/v1/policies/{id}", put_policy, R_BODY, "policy.lifecycle.update"},
	{"DELETE", "/api/v1/policies/{id}", delete_policy, 0, "policy.lifecycle.delete"},
	{"POST", "/api/v1/policies/{id}/lifecycle/activate", activate, R_OPT_BODY,
		"policy.lifecycle.activate"},
	{"POST", "/api/v1/policies/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"policy.lifecycle.deactivate"},
	{NULL, NULL, NULL, 0, NULL},
};
