/*
 * Policies: six types from one table, with the order that the older ones keep.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/flat.h"

#include "base/xalloc.h"

#include <stdlib.h>

const struct policy_info policy_infos[P_COUNT] = {
	[P_SIGN_ON] = {"OKTA_SIGN_ON", "SIGN_ON", "00p", "0pr", false, true, true},
	[P_PASSWORD] = {"PASSWORD", "PASSWORD", "00p", "0pr", false, true, true},
	[P_MFA_ENROLL] = {"MFA_ENROLL", "MFA_ENROLL", "00p", "0pr", false, true, true},
	[P_IDP_DISCOVERY] = {"IDP_DISCOVERY", "IDP_DISCOVERY", "00p", "0pr", false, false, true},
	[P_ACCESS] = {"ACCESS_POLICY", "ACCESS_POLICY", "rst", "rul", true, true, true},
	[P_PROFILE_ENROLLMENT] = {"PROFILE_ENROLLMENT", "PROFILE_ENROLLMENT", "rst", "rul", true,
		true, false},
};

/* Types that Okta has and this org has no policy of. */
static const char elsewhere[] =
	"POST_AUTH_SESSION|SESSION_VIOLATION_DETECTION|ENTITY_RISK|DEVICE_SIGNAL_COLLECTION|CLIENT_UPDATE|IDENTITY_CLAIM_SOURCING|CONTINUOUS_ACCESS|ACCOUNT_LINK|OAUTH_AUTHORIZATION_POLICY|USER_LIFECYCLE";

static const struct flat password_settings[] = {
	{"settings.password.complexity.minLength", 'i', "8"},
	{"settings.password.complexity.minLowerCase", 'i', "1"},
	{"settings.password.complexity.minUpperCase", 'i', "1"},
	{"settings.password.complexity.minNumber", 'i', "1"},
	{"settings.password.complexity.minSymbol", 'i', "1"},
	{"settings.password.complexity.excludeUsername", 'b', "true"},
	{"settings.password.complexity.dictionary.common.exclude", 'b', "false"},
	{"settings.password.complexity.excludeAttributes", 'l', NULL},
	{"settings.password.age.maxAgeDays", 'i', "0"},
	{"settings.password.age.expireWarnDays", 'i', "0"},
	{"settings.password.age.minAgeMinutes", 'i', "0"},
	{"settings.password.age.historyCount", 'i', "0"},
	{"settings.password.lockout.maxAttempts", 'i', "10"},
	{"settings.password.lockout.autoUnlockMinutes", 'i', "0"},
	{"settings.password.lockout.userLockoutNotificationChannels", 'l', NULL},
	{"settings.password.lockout.showLockoutFailures", 'b', "false"},
	{"settings.password.breachedProtection.expireAfterDays", 'n', NULL},
	{"settings.password.breachedProtection.logoutEnabled", 'b', "false"},
	{"settings.password.breachedProtection.delegatedWorkflowId", 'n', NULL},
	{"settings.recovery.factors.recovery_question.status", 's', "INACTIVE"},
	{"settings.recovery.factors.recovery_question.properties.complexity.minLength", 'i', "4"},
	{"settings.recovery.factors.okta_email.status", 's', "ACTIVE"},
	{"settings.recovery.factors.okta_email.properties.recoveryToken.tokenLifetimeMinutes", 'i',
		"60"},
	{"settings.recovery.factors.okta_sms.status", 's', "INACTIVE"},
	{"settings.recovery.factors.okta_call.status", 's', "INACTIVE"},
	{"settings.delegation.options.skipUnlock", 'b', "false"},
	{NULL, 0, NULL},
};

static const struct flat mfa_settings[] = {
	{"settings.type", 's', "AUTHENTICATORS"},
	{NULL, 0, NULL},
};

static void add_policy(struct buf *b, struct call *c, const struct obj *p)
{
	struct slice text = obj_text(p);
	const char *base = c->s->base_url,
		   *verb = p->status == ST_ACTIVE ? "deactivate" : "activate";

	buf_add(b, text.p, text.n - 1);
	buf_adds(b, ",\"_links\":{");
	if (!p->system && !p->builtin)
		buf_addf(b,
			"\"mappings\":{\"href\":\"%s/api/v1/policies/%s/mappings\",\"hints\":{\"allow\":[\"GET\",\"POST\"]}},",
			base, p->id);
	buf_addf(b,
		"\"self\":{\"href\":\"%s/api/v1/policies/%s\",\"hints\":{\"allow\":[\"GET\"%s%s]}},",
		base, p->id, p->builtin ? "" : ",\"PUT\"",
		p->system || p->builtin ? "" : ",\"DELETE\"");
	buf_addf(b,
		"\"rules\":{\"href\":\"%s/api/v1/policies/%s/rules\",\"hints\":{\"allow\":[\"GET\",\"POST\"]}}",
		base, p->id);
	if (!p->system && !p->builtin)
		buf_addf(b,
			",\"%s\":{\"href\":\"%s/api/v1/policies/%s/lifecycle/%s\",\"hints\":{\"allow\":[\"POST\"]}}",
			verb, base, p->id, verb);
	buf_addc(b, '}');
	if (p->sub == P_ACCESS)
		buf_addf(b, ",\"_embedded\":{\"resourceType\":\"%s\"}",
			p->builtin ? "END_USER_ACCOUNT_MANAGEMENT" : "APP");
	buf_addc(b, '}');
}

struct obj *policy_of(struct call *c, struct slice id)
{
	struct obj *p = store_find(c->s, K_POLICY, id);

	if (!p)
		fail_missing(c, id, "Policy");
	return p;
}

static void reply_policy(struct call *c, const struct obj *p)
{
	reply_status(c, 200);
	add_policy(&c->res->body, c, p);
}

void obj_set_priority(struct obj *o, int32_t priority)
{
	AUTO_PTR(js) doc = NULL;

	if (o->priority == priority)
		return;
	doc = obj_doc(o);
	o->priority = priority;
	js_set(doc, "priority", js_new_int(priority));
	obj_put(o, doc);
}

static int by_priority(const void *x, const void *y)
{
	const struct obj *a = *(struct obj *const *)x, *b = *(struct obj *const *)y;

	if (a->system != b->system)
		return a->system ? 1 : -1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->ix < b->ix ? -1 : a->ix > b->ix;
}

void order_dense(struct obj **sib, size_t n, struct obj *self, int64_t want)
{
	struct obj **v = xcalloc(n + 1, sizeof(struct obj *));
	size_t m = 0, custom = 0, at;

	for (size_t i = 0; i < n; i++) {
		if (sib[i] != self)
			v[m++] = sib[i];
	}
	qsort(v, m, sizeof(struct obj *), by_priority);
	while (custom < m && !v[custom]->system)
		custom++;
	if (self) {
		at = self->system                         ? m
		     : want > 0 && (size_t)want <= custom ? (size_t)want - 1
							  : custom;
		memmove(v + at + 1, v + at, (m - at) * sizeof(struct obj *));
		v[at] = self;
		m++;
	}
	for (size_t i = 0; i < m; i++)
		obj_set_priority(v[i], (int32_t)i + 1);
	free(v);
}

/* All policies of a type; in the call's arena. */
static struct obj **of_type(struct call *c, uint8_t type, size_t *ret_n)
{
	struct obj **v = arena_array(&c->mem, c->s->of[K_POLICY].n + 1, sizeof(struct obj *));
	size_t n = 0;

	for (uint32_t i = 0; i < c->s->of[K_POLICY].n; i++) {
		struct obj *p = store_at(c->s, c->s->of[K_POLICY].v[i]);

		if (p->sub == type)
			v[n++] = p;
	}
	*ret_n = n;
	return v;
}

static int find_type(struct slice name)
{
	for (int t = 0; t < P_COUNT; t++) {
		if (slice_is(name, policy_infos[t].name))
			return t;
	}
	return -1;
}

static bool same_authenticator(const struct js *a, struct slice key)
{
	return slice_eq(js_str(js_get(a, "key")), key);
}

/* Every active authenticator is listed; those that nobody named are not allowed. */
static void fill_authenticators(struct call *c, struct js *doc)
{
	struct js *settings = js_make(doc, "settings"), *to = js_new_list();
	const struct js *in = js_get(settings, "authenticators");

	flat_fill(doc, mfa_settings);
	if (!slice_is(js_str(js_get(settings, "type")), "AUTHENTICATORS")) {
		js_free(to);
		return;
	}
	for (size_t i = 0; i < js_len(in); i++)
		js_push(to, js_copy(js_at(in, i)));
	for (uint32_t i = 0; i < c->s->of[K_AUTHENTICATOR].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_AUTHENTICATOR].v[i]);
		AUTO_PTR(js) have = obj_doc(o);
		struct slice key = js_str(js_get(have, "key"));
		struct js *one, *enroll;
		bool named = o->status != ST_ACTIVE;

		for (size_t k = 0; k < js_len(in) && !named; k++)
			named = same_authenticator(js_at(in, k), key);
		if (named)
			continue;
		one = js_new_map();
		enroll = js_new_map();
		js_set(one, "key", js_new_str(key));
		js_set(enroll, "self", js_new_strz("NOT_ALLOWED"));
		js_set(one, "enroll", enroll);
		js_push(to, one);
	}
	js_set(settings, "authenticators", to);
}

static void fill_policy(struct call *c, const struct obj *p, struct js *doc)
{
	const struct policy_info *t = &policy_infos[p->sub];
	const struct js *conditions = js_get(c->body, "conditions"),
			*settings = js_get(c->body, "settings"),
			*text = js_get(c->body, "description");

	js_set(doc, "name", js_copy(js_get(c->body, "name")));
	if (js_type(text) == JS_STR)
		js_set(doc, "description", js_copy(text));
	else
		js_del(doc, "description");
	if (t->oie || js_type(conditions) != JS_MAP)
		js_set(doc, "conditions", js_new_null());
	else
		js_set(doc, "conditions", js_copy(conditions));
	js_del(doc, "settings");
	if (js_type(settings) == JS_MAP && (p->sub == P_PASSWORD || p->sub == P_MFA_ENROLL))
		js_set(doc, "settings", js_copy(settings));
	if (p->sub == P_PASSWORD)
		flat_fill(doc, password_settings);
	else if (p->sub == P_MFA_ENROLL)
		fill_authenticators(c, doc);
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

static struct obj *make_policy(struct call *c, int type)
{
	struct obj *p = store_new(c->s, K_POLICY, policy_infos[type].prefix), **all;
	AUTO_PTR(js) doc = js_new_map();
	size_t n;

	p->sub = (uint8_t)type;
	p->system = c->s->filling && js_bool(js_get(c->body, "system"));
	p->builtin = c->s->filling && js_bool(js_get(c->body, "builtin"));
	p->priority = policy_infos[type].oie ? 1 : 0;
	js_set(doc, "id", js_new_strz(p->id));
	js_set(doc, "status", js_new_strz("ACTIVE"));
	js_set(doc, "name", js_new_null());
	js_set(doc, "priority", js_new_int(p->priority));
	js_set(doc, "system", js_new_bool(p->system));
	js_set(doc, "created", js_new_strz(c->stamp));
	fill_policy(c, p, doc);
	js_set(doc, "type", js_new_strz(policy_infos[type].name));
	obj_put(p, doc);
	name_set(c->s, K_POLICY, (uint32_t)type, js_str(js_get(doc, "name")), p->ix);
	all = of_type(c, p->sub, &n);
	if (!policy_infos[type].oie)
		order_dense(all, n, p, wanted(c->body));
	if (p->system && type == P_ACCESS)
		c->s->access_default = p->ix;
	if (p->system && type == P_PROFILE_ENROLLMENT)
		c->s->enroll_default = p->ix;
	if (policy_infos[type].oie)
		policy_catch_all(c, p);
	return p;
}

static void create_policy(struct call *c)
{
	struct slice name = js_str(js_get(c->body, "type"));
	int type = find_type(name);
	struct obj *p;

	if (type < 0 && slice_in(name, elsewhere)) {
		fail(c, 501, "E0000052",
			"Policies of this type are not modelled by the local tenant (Okta has them).",
			NULL);
		return;
	}
	if (type < 0) {
		fail_field(c, "type", "type: The field is not a known policy type");
		return;
	}
	if (!policy_infos[type].create && !c->s->filling) {
		fail_field(c, "type", "Policies of this type cannot be created");
		return;
	}
	if (!check_body(c, NULL, type))
		return;
	p = make_policy(c, type);
	if (query_is(c, "activate", "false")) {
		AUTO_PTR(js) doc = obj_doc(p);

		p->status = ST_INACTIVE;
		js_set(doc, "status", js_new_strz("INACTIVE"));
		obj_put(p, doc);
	}
	reply_policy(c, p);
}

static void get_policy(struct call *c)
{
	const struct obj *p = policy_of(c, c->arg[0]);

	if (p)
		reply_policy(c, p);
}

static void refuse(struct call *c)
{
	fail(c, 403, "E0000111", "Cannot modify the Policy object because it is read-only.", NULL);
}

/* Of the org's own policies the place and the conditions are fixed; Okta wants to see them as they are. */
static bool system_kept(struct call *c, const struct obj *p, const struct js *doc)
{
	const struct js *conditions = js_get(c->body, "conditions"),
			*had = js_get(doc, "conditions");
	const char *what = NULL;

	if (!p->system)
		return true;
	if (js_type(js_get(c->body, "priority")) != JS_INT || wanted(c->body) != p->priority)
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
		refuse(c);
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
	fill_policy(c, p, doc);
	if (conditions)
		js_set(doc, "conditions", TAKE(conditions));
	obj_put(p, doc);
	name_set(c->s, K_POLICY, p->sub, js_str(js_get(doc, "name")), p->ix);
	all = of_type(c, p->sub, &n);
	if (!policy_infos[p->sub].oie && wanted(c->body) > 0)
		order_dense(all, n, p, wanted(c->body));
	reply_policy(c, p);
}

static void repoint(struct sandbox *s, const struct obj *p)
{
	for (uint32_t i = 0; i < s->of[K_APP].n; i++) {
		struct obj *a = store_at(s, s->of[K_APP].v[i]);

		if (a->parent == p->ix)
			a->parent = s->access_default;
		if (a->ref == p->ix)
			a->ref = s->enroll_default;
	}
}

static void delete_policy(struct call *c)
{
	struct obj *p = policy_of(c, c->arg[0]), **all;
	AUTO_PTR(js) doc = NULL;
	uint8_t type;
	size_t n;

	if (!p)
		return;
	if (p->system || p->builtin) {
		refuse(c);
		return;
	}
	doc = obj_doc(p);
	type = p->sub;
	repoint(c->s, p);
	policy_drop_rules(c->s, p);
	name_drop(c->s, K_POLICY, type, js_str(js_get(doc, "name")), p->ix);
	store_drop(c->s, p);
	all = of_type(c, type, &n);
	if (!policy_infos[type].oie)
		order_dense(all, n, NULL, 0);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *p = policy_of(c, c->arg[0]);
	AUTO_PTR(js) doc = NULL;

	if (!p)
		return;
	if (p->system || p->builtin) {
		refuse(c);
		return;
	}
	doc = obj_doc(p);
	p->status = (uint8_t)to;
	js_set(doc, "status", js_new_strz(status_names[to]));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	obj_put(p, doc);
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
	return name.n >= q.n && slice_eq_fold((struct slice){name.p, q.n}, q);
}

static void list_policies(struct call *c)
{
	struct slice name = query_get(c, "type");
	int type = find_type(name);
	struct obj **v = NULL;
	struct page p;
	size_t n = 0, i = 0;

	if (type < 0 && !slice_in(name, elsewhere)) {
		fail_field(c, "type", "type: The field is not a known policy type");
		return;
	}
	if (!page_begin(c, &p, 0, 0))
		return;
	if (query_get(c, "limit").n) {
		reply_status(c, 200);
		if (!page_begin(c, &p, 200, 200))
			return;
	}
	if (type >= 0)
		v = of_type(c, (uint8_t)type, &n);
	if (type >= 0 && !policy_infos[type].oie)
		qsort(v, n, sizeof(struct obj *), by_priority);
	while (p.has_after && i < n && v[i]->ix != p.after)
		i++;
	for (i += p.has_after; i < n; i++) {
		if (!listed(c, v[i]))
			continue;
		if (!page_more(&p))
			break;
		add_policy(page_item(c, &p, v[i]->ix), c, v[i]);
	}
	page_end(c, &p, "expand|q|sortBy|status|type");
}

/* Which apps use this policy. */
static void list_mappings(struct call *c)
{
	const struct obj *o = policy_of(c, c->arg[0]);
	struct page p;

	if (!o || !page_begin(c, &p, 0, 0))
		return;
	for (uint32_t i = 0; i < c->s->of[K_APP].n; i++) {
		const struct obj *a = store_at(c->s, c->s->of[K_APP].v[i]);
		struct buf *b;

		if (a->parent != o->ix && a->ref != o->ix)
			continue;
		b = page_item(c, &p, a->ix);
		buf_addf(b, "{\"id\":\"map%s\",\"_links\":{", a->id + 3);
		add_href(b, c, "application", "/api/v1/apps/%s", a->id);
		buf_addc(b, ',');
		add_href(b, c, "policy", "/api/v1/policies/%s", o->id);
		buf_addc(b, ',');
		add_href(b, c, "self", "/api/v1/policies/%s/mappings/map%s", o->id, a->id + 3);
		buf_adds(b, "}}");
	}
	page_end(c, &p, NULL);
}

const struct route routes_policies[] = {
	{"GET", "/api/v1/policies", list_policies, 0, NULL},
	{"POST", "/api/v1/policies", create_policy, R_BODY, NULL},
	{"GET", "/api/v1/policies/{id}", get_policy, 0, NULL},
	{"PUT", "/api/v1/policies/{id}", put_policy, R_BODY, NULL},
	{"DELETE", "/api/v1/policies/{id}", delete_policy, 0, NULL},
	{"GET", "/api/v1/policies/{id}/mappings", list_mappings, 0, NULL},
	{"POST", "/api/v1/policies/{id}/lifecycle/activate", activate, R_OPT_BODY, NULL},
	{"POST", "/api/v1/policies/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
