/*
 * Policies of custom authorization servers and their rules. Both stand in a dense order below what they belong to.
 */
#include "providers/sandbox/authz_servers.h"
#include "providers/sandbox/order.h"

#include <stdlib.h>

extern const struct collection authz_policies, authz_rules;

/* Those of its kind below the same parent, itself among them; in the call's arena. */
static struct obj **siblings(struct call *c, const struct obj *o, size_t *ret_n)
{
	struct obj **v = arena_array(&c->mem, c->s->of[o->kind].n + 1, sizeof(struct obj *));
	size_t n = 0;

	STORE_EACH(c->s, o->kind, p) {
		if (p->parent == o->parent)
			v[n++] = p;
	}
	*ret_n = n;
	return v;
}

/* Where no place was asked for, it stays where it is, a new one comes last. */
static void take_place(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = obj_doc(o);
	int64_t want = js_int(js_get(doc, "priority"));
	size_t n;
	struct obj **v = siblings(c, o, &n);

	if (want <= 0 && !created)
		want = o->priority;
	o->priority = 0; /* so that it is written in any case */
	order_dense(v, n, o, want);
}

static bool leave_place(struct call *c, struct obj *o)
{
	size_t n, m = 0;
	struct obj **v = siblings(c, o, &n);

	for (size_t i = 0; i < n; i++) {
		if (v[i] != o)
			v[m++] = v[i];
	}
	order_dense(v, m, NULL, 0);
	return true;
}

static void add_links(struct buf *b, struct call *c, const struct obj *o, const char *path)
{
	bool on = o->status == ST_ACTIVE;

	add_hint(b, c, "self", o->system ? "GET|PUT" : "GET|PUT|DELETE", "%s", path);
	if (o->kind == K_AS_POLICY)
		add_hint(b, c, "rules", "GET", "%s/rules", path);
	if (o->system)
		return;
	add_hint(b, c, on ? "deactivate" : "activate", "POST", "%s/lifecycle/%s", path,
		on ? "deactivate" : "activate");
}

static void add_policy_path(struct buf *b, const struct sandbox *s, const struct obj *policy)
{
	buf_addf(b, "/api/v1/authorizationServers/%s/policies/%s",
		authz_server_name(store_at(s, policy->parent)), policy->id);
}

/* The map at key, made where something else stands there. */
static struct js *map_at(struct js *m, const char *key)
{
	if (js_type(js_get(m, key)) != JS_MAP)
		js_set(m, key, js_new_map());
	return js_getm(m, key);
}

static void list_at(struct js *m, const char *key)
{
	if (js_type(js_get(m, key)) != JS_LIST)
		js_set(m, key, js_new_list());
}

/* --- policies --- */

static bool fill_policy(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct js *clients = map_at(map_at(doc, "conditions"), "clients"), *all;

	(void)old;
	if (slice_chars(js_str(js_get(doc, "name"))) > 100) {
		fail_field(c, "name", "name: The field is too long");
		return false;
	}
	if (js_type(js_get(clients, "include")) != JS_LIST) {
		all = js_new_list();
		js_push(all, js_new_strz("ALL_CLIENTS"));
		js_set(clients, "include", all);
	}
	if (c->s->filling)
		o->system = js_bool(js_get(doc, "system"));
	js_set(doc, "system", js_new_bool(o->system));
	js_set(doc, "type", js_new_strz("OAUTH_AUTHORIZATION_POLICY"));
	return true;
}

static void policy_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_MAX(512);

	add_policy_path(&path, c->s, o);
	add_links(b, c, o, buf_str(&path));
}

const struct collection authz_policies = {
	.path = "/api/v1/authorizationServers/{id}/policies",
	.kind = K_AS_POLICY,
	.of = K_AUTH_SERVER,
	.type = "PolicyOAuth2",
	.prefix = "00p",
	.members = "id status name! description! priority system= conditions created@ "
		   "lastUpdated% type",
	.key = "name",
	.event = "policy.lifecycle.*",
	.flags = C_CREATED | C_LIFE_204 | C_STATUS_COUNTS,
	.fill = fill_policy,
	.stored = take_place,
	.leave = leave_place,
	.links = policy_links,
};

/* --- rules --- */

static const struct flat token_defaults[] = {
	{"actions.token.accessTokenLifetimeMinutes", 'i', "60"},
	{"actions.token.refreshTokenLifetimeMinutes", 'i', "0"},
	{"actions.token.refreshTokenWindowMinutes", 'i', "10080"},
	{NULL, 0, NULL},
};

static const struct bound {
	const char *key;
	int64_t min, max;
} bounds[] = {
	{"accessTokenLifetimeMinutes", 5, 1440},
	{"refreshTokenLifetimeMinutes", 0, INT32_MAX},
	{"refreshTokenWindowMinutes", 10, 2628000},
};

static bool check_token(struct call *c, struct js *token)
{
	struct slice hook = js_str(js_path(token, "inlineHook.id"));

	for (size_t i = 0; i < LEN(bounds); i++) {
		const struct js *v = js_get(token, bounds[i].key);

		if (js_type(v) == JS_INT && js_int(v) >= bounds[i].min &&
			js_int(v) <= bounds[i].max)
			continue;
		fail_field(c, bounds[i].key, "%s: must be between %lld and %lld", bounds[i].key,
			(long long)bounds[i].min, (long long)bounds[i].max);
		return false;
	}
	if (!hook.n) {
		js_del(token, "inlineHook");
		return true;
	}
	if (store_find(c->s, K_INLINE_HOOK, hook))
		return true;
	fail_field(c, "inlineHook", "inlineHook: there is no such inline hook");
	return false;
}

/* Okta does not keep the order of what is a set. */
static struct js *sorted(struct call *c, const struct js *list)
{
	size_t n = js_len(list);
	struct slice *v = arena_array(&c->mem, n + 1, sizeof(*v));
	struct js *out = js_new_list();

	for (size_t i = 0; i < n; i++)
		v[i] = js_str(js_at(list, i));
	qsort(v, n, sizeof(*v), slice_order);
	for (size_t i = 0; i < n; i++)
		js_push(out, js_new_str(v[i]));
	return out;
}

static void fill_conditions(struct call *c, struct js *doc)
{
	struct js *conditions = map_at(doc, "conditions"), *people = map_at(conditions, "people"),
		  *grants = map_at(conditions, "grantTypes");

	list_at(map_at(people, "users"), "exclude");
	list_at(map_at(people, "groups"), "include");
	list_at(map_at(conditions, "scopes"), "include");
	list_at(grants, "include");
	js_set(grants, "include", sorted(c, js_get(grants, "include")));
}

static bool fill_rule(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct js *token = map_at(map_at(doc, "actions"), "token");

	(void)old;
	flat_fill(doc, token_defaults);
	if (!check_token(c, token))
		return false;
	fill_conditions(c, doc);
	if (c->s->filling)
		o->system = js_bool(js_get(doc, "system"));
	js_set(doc, "system", js_new_bool(o->system));
	js_set(doc, "type", js_new_strz("RESOURCE_ACCESS"));
	return true;
}

static void rule_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_MAX(512);

	add_policy_path(&path, c->s, store_at(c->s, o->parent));
	buf_addf(&path, "/rules/%s", o->id);
	add_links(b, c, o, buf_str(&path));
}

const struct collection authz_rules = {
	.path = "/api/v1/authorizationServers/{id}/policies/{id}/rules",
	.kind = K_AS_RULE,
	.of = K_AS_POLICY,
	.type = "PolicyRuleOAuth2",
	.prefix = "0pr",
	.members = "id status name! priority created@ lastUpdated% system= conditions! actions "
		   "type",
	.key = "name",
	.event = "policy.rule.+",
	.flags = C_CREATED | C_LIFE_204 | C_STATUS_COUNTS,
	.fill = fill_rule,
	.stored = take_place,
	.leave = leave_place,
	.links = rule_links,
};
