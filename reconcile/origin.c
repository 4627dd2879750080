#include "reconcile/origin.h"

#include <stdlib.h>

#include "base/vec.h"
#include "reconcile/expr.h"

/* An active rule and one group that it feeds. */
struct feed {
	strid group, rule;
	res_ix ix;
};

struct origin {
	const struct snapshot *want, *live;
	VEC(struct feed) feeds; /* sorted by group */
	uint16_t rule_kind;
};

static int by_group(const void *pa, const void *pb)
{
	const struct feed *a = pa, *b = pb;

	if (a->group != b->group)
		return a->group < b->group ? -1 : 1;
	return a->ix < b->ix ? -1 : a->ix > b->ix;
}

/* A rule's member: as declared, else as it is. */
static struct val rule_part(const struct origin *o, const struct res *live, const char *path)
{
	const struct values *v = o->live->values;
	res_ix w = snapshot_find(o->want, live->kind, live->key);
	struct val x = w == NONE ? VAL_ABSENT : val_path(v, o->want->res.v[w].body, path);

	return val_tag(x) == V_ABSENT ? val_path(v, live->body, path) : x;
}

/* No longer declared, and ours: it is going to be deleted. */
static bool is_going(const struct origin *o, const struct snapshot *applied, const struct res *live)
{
	res_ix a = applied ? snapshot_find(applied, live->kind, live->key) : NONE;

	return a != NONE && applied->res.v[a].flags & RES_CREATED &&
	       snapshot_find(o->want, live->kind, live->key) == NONE;
}

struct origin *origin_new(
	const struct snapshot *want, const struct snapshot *live, const struct snapshot *applied)
{
	struct origin *o = xcalloc(1, sizeof(*o));
	const struct values *v = live->values;

	o->want = want;
	o->live = live;
	o->rule_kind = kind_by_name(live->kinds, "groupRule");
	for (res_ix i = 0; i < live->res.n; i++) {
		const struct res *r = &live->res.v[i];
		struct val groups;

		if (r->kind != o->rule_kind || is_going(o, applied, r) ||
			!slice_is(
				pool_get(v->pool, val_strid(rule_part(o, r, "status"))), "ACTIVE"))
			continue;
		groups = rule_part(o, r, "actions.assignUserToGroups");
		for (uint32_t k = 0; k < val_len(groups); k++)
			vec_push(&o->feeds,
				(struct feed){val_strid(val_at(v, groups, k)), r->key, i});
	}
	vec_sort(&o->feeds, by_group);
	return o;
}

void origin_free(struct origin *o)
{
	if (!o)
		return;
	vec_free(&o->feeds);
	free(o);
}

static uint32_t first_feed(const struct origin *o, strid group)
{
	uint32_t lo = 0, hi = o->feeds.n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (o->feeds.v[mid].group < group)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static enum expr_result matches(
	const struct origin *o, const struct feed *f, const struct res *user)
{
	const struct values *v = o->live->values;
	const struct res *rule = &o->live->res.v[f->ix];
	struct val excluded = rule_part(o, rule, "conditions.people.users.exclude");
	struct val text = rule_part(o, rule, "conditions.expression.value");

	for (uint32_t i = 0; user && i < val_len(excluded); i++) {
		if (val_strid(val_at(v, excluded, i)) == user->key)
			return EXPR_NO;
	}
	return expr_eval(v, pool_get(v->pool, val_strid(text)),
		user && val_tag(user->body) == V_MAP ? val_get(v, user->body, "profile")
						     : VAL_ABSENT);
}

enum origin_type origin_of(
	const struct origin *o, uint16_t kind, uint16_t link, strid from, strid to, strid *ret_rule)
{
	const struct link *l = &o->live->kinds->v[kind]->links[link];
	enum origin_type found = ORIGIN_DIRECT;
	res_ix user;

	if (!l->fed_by)
		return ORIGIN_DIRECT;
	user = snapshot_find(o->live, kind_by_name(o->live->kinds, l->to), to);
	for (uint32_t i = first_feed(o, from); i < o->feeds.n && o->feeds.v[i].group == from; i++) {
		const struct feed *f = &o->feeds.v[i];

		switch (matches(o, f, user == NONE ? NULL : &o->live->res.v[user])) {
		case EXPR_NO:
			break;
		case EXPR_YES:
			*ret_rule = f->rule;
			return ORIGIN_RULE;
		case EXPR_UNKNOWN:
			*ret_rule = f->rule;
			found = ORIGIN_UNKNOWN;
			break;
		}
	}
	return found;
}
