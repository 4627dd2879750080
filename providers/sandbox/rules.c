/*
 * Group rules: documents, life, and what they do to memberships.
 */
#include "providers/sandbox/expr.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/roles.h"

#include <stdio.h>
#include <stdlib.h>

enum { NAME_MAX = 50, PASSES_MAX = 5, TARGETS_MAX = 100 };

static bool has_origin(const struct edges *e, uint32_t to, uint32_t tag)
{
	for (uint32_t at = edge_find(e, to); at < e->n && e->v[at].to == to; at++) {
		if (e->v[at].tag == tag)
			return true;
	}
	return false;
}

struct world {
	struct sandbox *s;
	const struct obj *u;
};

static bool name_fits(const struct obj *g, char how, struct slice want)
{
	AUTO_PTR(js) doc = obj_doc(g);
	struct slice name = js_str(js_path(doc, "profile.name"));

	if (how == 'n')
		return slice_eq(name, want);
	if (how == 's')
		return name.n >= want.n && slice_eq((struct slice){name.p, want.n}, want);
	return want.n == 0 || (name.n && memmem(name.p, name.n, want.p, want.n));
}

static bool member(void *self, char how, struct slice group)
{
	struct world *w = self;
	const struct obj *g;

	if (how == 'i') {
		g = store_find(w->s, K_GROUP, group);
		return g && user_in_group(w->s, w->u, g);
	}
	if (name_fits(store_at(w->s, w->s->everyone), how, group))
		return true;
	for (uint32_t i = 0; i < w->u->in.n; i++) {
		if (name_fits(store_at(w->s, w->u->in.v[i].to), how, group))
			return true;
	}
	return false;
}

/* A membership is the rule's doing, which the System Log says. */
static void tell(struct sandbox *s, const char *type, const struct obj *rule, const struct obj *a,
	const struct obj *b)
{
	char detail[64];

	snprintf(detail, sizeof(detail), "\"triggeredByGroupRuleId\":\"%s\"", rule->id);
	log_system(s, &(struct log_note){type, {a, b}, detail});
}

static void give(
	struct sandbox *s, const struct obj *rule, struct obj *g, struct obj *u, const char *now)
{
	if (!member_add(s, g, u, rule->ix + 1, now))
		return;
	tell(s, "group.user_membership.add", rule, u, g);
	log_granted(s, g, NULL, u, true);
}

static void take_back(
	struct sandbox *s, const struct obj *rule, struct obj *g, struct obj *u, const char *now)
{
	if (!member_del(s, g, u, rule->ix + 1, now))
		return;
	tell(s, "group.user_membership.remove", rule, u, g);
	log_granted(s, g, NULL, u, false);
}

/* Brings one user's memberships by one rule in line; says whether something changed. */
static bool apply(
	struct sandbox *s, const struct obj *rule, struct obj *u, bool match, const char *now)
{
	bool changed = false;

	for (uint32_t i = 0; i < rule->in.n; i++) {
		struct obj *g = store_at(s, rule->in.v[i].to);

		if (g->dead || has_origin(&g->in, u->ix, rule->ix + 1) == match)
			continue;
		if (match)
			give(s, rule, g, u, now);
		else
			take_back(s, rule, g, u, now);
		changed = true;
	}
	return changed;
}

void rules_run(struct sandbox *s, struct obj *u, const char *now)
{
	AUTO_PTR(js) doc = NULL;
	struct world self = {s, u};
	struct expr_world w = {.member = member, .self = &self};
	bool again = true;

	if (!s->of[K_GROUP_RULE].n || u->status == ST_DEPROVISIONED || u->parent != s->type)
		return;
	doc = obj_doc(u);
	w.profile = js_get(doc, "profile");
	w.id = slice_of(u->id);
	w.status = slice_of(status_names[u->status]);
	/* what one rule gives another one may ask for: again, as long as something moves */
	for (int pass = 0; again && pass < PASSES_MAX; pass++) {
		bool moved = false, asks = false;

		STORE_EACH(s, K_GROUP_RULE, r) {
			if (r->status != ST_ACTIVE)
				continue;
			asks |= expr_uses_groups(r->expr);
			moved |= apply(
				s, r, u, !edge_has(&r->out, u->ix) && expr_true(r->expr, &w), now);
		}
		again = moved && asks;
	}
}

static void rule_status(struct obj *r, enum status st)
{
	AUTO_PTR(js) doc = obj_doc(r);

	obj_set_status(r, doc, st);
	js_set(doc, "allGroupsValid", js_new_bool(st != ST_INVALID));
	obj_put(r, doc);
}

void rules_lost_group(struct sandbox *s, const struct obj *g)
{
	STORE_EACH(s, K_GROUP_RULE, r) {
		if (!edge_del(&r->in, g->ix, 0))
			continue;
		rule_status(r, ST_INVALID);
		tell(s, "group.user_membership.rule.invalidate", r, r, g);
	}
}

void rule_exclude(struct sandbox *s, struct obj *rule, const struct obj *u, const char *now)
{
	AUTO_PTR(js) doc = NULL;
	struct js *list;

	if (!edge_add(&rule->out, u->ix, 0))
		return;
	doc = obj_doc(rule);
	list = js_getm(js_make(doc, "conditions.people.users"), "exclude");
	js_push(list, js_new_strz(u->id));
	js_set(doc, "lastUpdated", js_new_strz(now));
	obj_put(rule, doc);
	tell(s, "group.user_membership.rule.add_exclusion", rule, u, rule);
}

static struct obj *rule_of(struct call *c)
{
	struct obj *r = store_find(c->s, K_GROUP_RULE, c->arg[0]);

	if (!r)
		fail_missing(c, c->arg[0], "GroupRule");
	return r;
}

struct parsed {
	struct expr *expr;
	struct edges targets, excluded;
};

static bool read_targets(struct call *c, struct parsed *p)
{
	const struct js *ids = js_path(c->body, "actions.assignUserToGroups.groupIds");

	if (!js_len(ids) || js_len(ids) > TARGETS_MAX) {
		fail_field(
			c, "groupIds", "groupIds: between 1 and %d groups are needed", TARGETS_MAX);
		return false;
	}
	for (size_t i = 0; i < js_len(ids); i++) {
		const struct obj *g = store_find(c->s, K_GROUP, js_str(js_at(ids, i)));

		if (!g || g->sub || roles_has(c->s, g, NULL)) {
			fail_field(c, "groupIds", "groupIds: invalid group id %.*s",
				SLICE_ARG(js_str(js_at(ids, i))));
			return false;
		}
		edge_add(&p->targets, g->ix, 0);
	}
	return true;
}

static bool read_excluded(struct call *c, struct parsed *p)
{
	const struct js *ids = js_path(c->body, "conditions.people.users.exclude");

	for (size_t i = 0; i < js_len(ids); i++) {
		const struct obj *u = store_find(c->s, K_USER, js_str(js_at(ids, i)));

		if (!u) {
			fail_field(c, "exclude", "exclude: invalid user id %.*s",
				SLICE_ARG(js_str(js_at(ids, i))));
			return false;
		}
		edge_add(&p->excluded, u->ix, 0);
	}
	return true;
}

static bool read_rule(struct call *c, struct parsed *p)
{
	struct slice name = js_str(js_get(c->body, "name")),
		     text = js_str(js_path(c->body, "conditions.expression.value"));
	AUTO(buf) struct buf why = BUF_MAX(256);

	if (!slice_is(js_str(js_get(c->body, "type")), "group_rule"))
		fail_field(c, "type", "type: must be group_rule");
	else if (!name.n || slice_chars(name) > NAME_MAX)
		fail_field(c, "name", "name: must be between 1 and %d characters", NAME_MAX);
	else if (!(p->expr = expr_compile(text, &why)))
		fail_field(c, "expression", "Invalid expression: %s", buf_str(&why));
	else
		return read_targets(c, p) && read_excluded(c, p);
	return false;
}

static void parsed_release(struct parsed *p)
{
	expr_free(p->expr);
	free(p->targets.v);
	free(p->excluded.v);
}

/* What the body says, in the order and with the members that Okta prints. */
static void fill_doc(struct call *c, struct js *doc)
{
	const struct js *value = js_path(c->body, "conditions.expression.value");
	struct js *conditions = js_new_map(), *expression = js_new_map(), *users, *groups;
	const struct js *exclude = js_path(c->body, "conditions.people.users.exclude");

	js_set(doc, "name", js_copy(js_get(c->body, "name")));
	js_default(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	users = js_make(conditions, "people.users");
	groups = js_make(conditions, "people.groups");
	js_set(users, "exclude", js_type(exclude) == JS_LIST ? js_copy(exclude) : js_new_list());
	js_set(groups, "exclude", js_new_list());
	js_set(expression, "value", js_copy(value));
	js_set(expression, "type", js_new_strz("urn:okta:expression:1.0"));
	js_set(conditions, "expression", expression);
	js_set(doc, "conditions", conditions);
	js_set(doc, "actions", js_new_map());
	js_set(js_make(doc, "actions.assignUserToGroups"), "groupIds",
		js_copy(js_path(c->body, "actions.assignUserToGroups.groupIds")));
	js_set(doc, "allGroupsValid", js_new_bool(true));
}

static void take(struct obj *r, struct parsed *p)
{
	expr_free(r->expr);
	free(r->in.v);
	free(r->out.v);
	r->expr = p->expr;
	r->in = p->targets;
	r->out = p->excluded;
	*p = (struct parsed){0};
}

static void create_rule(struct call *c)
{
	AUTO(parsed) struct parsed p = {0};
	AUTO_PTR(js) doc = NULL;
	struct obj *r;

	if (!read_rule(c, &p))
		return;
	r = store_new(c->s, K_GROUP_RULE, "0pr");
	r->status = ST_INACTIVE;
	take(r, &p);
	doc = js_new_map();
	js_set(doc, "type", js_new_strz("group_rule"));
	js_set(doc, "id", js_new_strz(r->id));
	js_set(doc, "status", js_new_strz("INACTIVE"));
	fill_doc(c, doc);
	obj_put(r, doc);
	reply_text(c, 200, obj_text(r));
}

/* With the names of the groups it feeds, where they are asked for. */
static void add_rule(struct buf *b, struct call *c, const struct obj *r)
{
	struct slice text = obj_text(r);

	if (!query_is(c, "expand", "groupIdToGroupNameMap")) {
		buf_add_slice(b, text);
		return;
	}
	buf_add(b, text.p, text.n - 1);
	buf_adds(b, ",\"_embedded\":{\"groupIdToGroupNameMap\":{");
	for (uint32_t i = 0; i < r->in.n; i++) {
		const struct obj *g = store_at(c->s, r->in.v[i].to);
		AUTO_PTR(js) doc = obj_doc(g);

		buf_addf(b, "%s\"%s\":", i ? "," : "", g->id);
		buf_add_json(b, js_str(js_path(doc, "profile.name")));
	}
	buf_adds(b, "}}}");
}

static void get_rule(struct call *c)
{
	const struct obj *r = rule_of(c);

	if (!r)
		return;
	reply_status(c, 200);
	add_rule(&c->res->body, c, r);
}

/* The rules that put a user into a group. */
static void list_rules_of_member(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]), *u = g ? user_of(c, c->arg[1]) : NULL;
	struct page p;

	if (!u || !page_begin(c, &p, 50, 200))
		return;
	for (uint32_t i = edge_find(&g->in, u->ix); i < g->in.n && g->in.v[i].to == u->ix; i++) {
		const struct obj *r;

		if (g->in.v[i].tag == ORIGIN_DIRECT)
			continue;
		r = store_at(c->s, g->in.v[i].tag - 1);
		if ((p.has_after && r->ix <= p.after) || r->dead)
			continue;
		if (!page_more(&p))
			break;
		add_rule(page_item(c, &p, r->ix), c, r);
	}
	page_end(c, &p, "");
}

static void put_rule(struct call *c)
{
	AUTO(parsed) struct parsed p = {0};
	AUTO_PTR(js) doc = NULL;
	struct obj *r = rule_of(c);

	if (!r)
		return;
	if (r->status != ST_INACTIVE) {
		fail_field(c, "status", "Cannot update a rule that is not inactive");
		return;
	}
	if (!read_rule(c, &p))
		return;
	take(r, &p);
	doc = obj_doc(r);
	fill_doc(c, doc);
	obj_put(r, doc);
	reply_text(c, 200, obj_text(r));
}

/* Members that the rule gave stay, as if a hand had put them there, or go. */
static void leave_members(struct call *c, struct obj *r, bool drop)
{
	uint32_t origin = r->ix + 1;

	STORE_EACH(c->s, K_GROUP, g) {
		for (uint32_t i = g->in.n; i-- > 0;) {
			struct obj *u = store_at(c->s, g->in.v[i].to);

			if (g->in.v[i].tag != origin)
				continue;
			if (!drop)
				member_add(c->s, g, u, ORIGIN_DIRECT, c->stamp);
			take_back(c->s, r, g, u, c->stamp);
		}
	}
}

static void delete_rule(struct call *c)
{
	struct obj *r = rule_of(c);

	if (!r)
		return;
	if (r->status == ST_ACTIVE) {
		fail_field(c, "status", "Cannot delete an active rule");
		return;
	}
	leave_members(c, r, query_is(c, "removeUsers", "true"));
	store_drop(c->s, r);
	reply_text(c, 202, SLICE("{}"));
}

static bool move(struct call *c, enum status to)
{
	struct obj *r = rule_of(c);

	if (!r)
		return false;
	if (r->status == ST_INVALID) {
		fail_field(c, "status", "The rule is invalid: a group that it names is gone");
		return false;
	}
	rule_status(r, to);
	reply_status(c, 204);
	return true;
}

static void activate(struct call *c)
{
	if (!move(c, ST_ACTIVE))
		return;
	STORE_EACH(c->s, K_USER, u)
		rules_run(c->s, u, c->stamp);
}

static void deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}

static bool mentions(const struct js *doc, struct slice word)
{
	struct slice name = js_str(js_get(doc, "name")),
		     text = js_str(js_path(doc, "conditions.expression.value"));

	return !word.n || (name.n && memmem(name.p, name.n, word.p, word.n)) ||
	       (text.n && memmem(text.p, text.n, word.p, word.n));
}

static void list_rules(struct call *c)
{
	struct slice search = query_get(c, "search");
	struct page p;

	if (!page_begin(c, &p, 50, 200))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_GROUP_RULE, p.after) : 0;
		i < c->s->of[K_GROUP_RULE].n; i++) {
		const struct obj *r = store_at(c->s, c->s->of[K_GROUP_RULE].v[i]);
		AUTO_PTR(js) doc = search.p ? obj_doc(r) : NULL;

		if (doc && !mentions(doc, search))
			continue;
		if (!page_more(&p))
			break;
		add_rule(page_item(c, &p, r->ix), c, r);
	}
	page_end(c, &p, "expand|search");
}

const struct route routes_rules[] = {
	{"GET", "/api/v1/groups/{id}/users/{user}/group-rules", list_rules_of_member, 0, NULL},
	{"GET", "/api/v1/groups/rules", list_rules, 0, NULL},
	{"POST", "/api/v1/groups/rules", create_rule, R_BODY, NULL},
	{"GET", "/api/v1/groups/rules/{id}", get_rule, 0, NULL},
	{"PUT", "/api/v1/groups/rules/{id}", put_rule, R_BODY, NULL},
	{"DELETE", "/api/v1/groups/rules/{id}", delete_rule, 0, NULL},
	{"POST", "/api/v1/groups/rules/{id}/lifecycle/activate", activate, R_OPT_BODY,
		"group.user_membership.rule.trigger"},
	{"POST", "/api/v1/groups/rules/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"group.user_membership.rule.deactivated"},
	{NULL, NULL, NULL, 0, NULL},
};
