/*
 * Reads that lag behind: Okta's search index and its lists of members follow a change after a while. Changes are
 * kept while they may still be unseen; for a list that lags the store is turned back, change by change, and
 * forward again when the list is made, so that filters and pages are those of the time before.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/faults.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { WATCH_MAX = 4, KEEP_MAX = 20000 };

enum change { MADE, CHANGED, GONE };
/* Of an object: what it was before. Turning it back exchanges both. */
struct past {
	int64_t at;
	uint32_t ix, ntext;
	uint8_t change, status;
	bool turned;
	char *text;
};
struct past_member {
	int64_t at;
	uint32_t group, user;
	bool was;
};

struct lag {
	uint32_t search_s, members_s;
	VEC(struct past) past;
	VEC(struct past_member) members;
	/* the request under way: objects that its path names, a group and one who may be its member */
	struct past watched[WATCH_MAX];
	uint32_t nwatched, first_new; /* first_new: where objects begin that it makes */
	struct past_member member;
	/* turned back for the list under way: the first of past that is, and a group's true members */
	uint32_t back_from;
	struct obj *group;
	struct edges edges;
};

struct lag *lag_new(uint32_t search_s, uint32_t members_s)
{
	struct lag *l = xcalloc(1, sizeof(*l));

	l->search_s = search_s;
	l->members_s = members_s;
	l->back_from = l->first_new = NO_OBJ;
	l->member.group = NO_OBJ;
	return l;
}

void lag_free(struct lag *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->past.n; i++)
		free(l->past.v[i].text);
	for (uint32_t i = 0; i < l->nwatched; i++)
		free(l->watched[i].text);
	vec_free(&l->past);
	vec_free(&l->members);
	free(l);
}

/* The user or group that a segment of a path names, by id or login. */
static struct obj *named(const struct sandbox *s, struct slice id)
{
	struct obj *o = store_find(s, K_USER, id);

	if (!o)
		o = store_find(s, K_GROUP, id);
	return o ? o : name_find(s, K_USER, 0, id);
}

static void watch(struct lag *l, const struct obj *o)
{
	if (l->nwatched == WATCH_MAX)
		return;
	l->watched[l->nwatched++] = (struct past){.ix = o->ix,
		.ntext = o->ntext,
		.change = CHANGED,
		.status = o->status,
		.text = xstrndup(o->text ? o->text : "", o->ntext)};
}

void lag_watch(struct lag *l, struct call *c)
{
	const struct obj *user, *group;

	l->first_new = c->s->objs.n;
	for (size_t i = 3; l->search_s && i < c->nseg; i++) {
		const struct obj *o = named(c->s, c->seg[i]);

		if (o)
			watch(l, o);
	}
	if (!l->members_s || !path_fits("/api/v1/groups/*/users/*", c->seg, c->nseg, false, NULL))
		return;
	group = store_find(c->s, K_GROUP, c->seg[3]);
	user = named(c->s, c->seg[5]);
	if (group && user && user->kind == K_USER)
		l->member = (struct past_member){
			0, group->ix, user->ix, user_in_group(c->s, user, group)};
}

/* What every list shows by now, and what is too much, is forgotten. */
static void forget(struct lag *l, int64_t now)
{
	uint32_t n = 0;

	while (n < l->past.n && (l->past.v[n].at + l->search_s <= now || l->past.n - n > KEEP_MAX))
		free(l->past.v[n++].text);
	if (n)
		memmove(l->past.v, l->past.v + n, (l->past.n -= n) * sizeof(*l->past.v));
	n = 0;
	while (n < l->members.n &&
		(l->members.v[n].at + l->members_s <= now || l->members.n - n > KEEP_MAX))
		n++;
	if (n)
		memmove(l->members.v, l->members.v + n,
			(l->members.n -= n) * sizeof(*l->members.v));
}

static void saw_object(struct lag *l, struct call *c, struct past *p)
{
	const struct obj *o = store_at(c->s, p->ix);

	if (!o->dead && o->status == p->status && o->ntext == p->ntext &&
		memcmp(o->text ? o->text : "", p->text, p->ntext) == 0) {
		free(p->text);
		return;
	}
	p->at = c->now;
	p->change = o->dead ? GONE : CHANGED;
	vec_push(&l->past, *p);
}

static void saw_new(struct lag *l, struct call *c)
{
	for (uint32_t i = l->first_new; l->search_s && i < c->s->objs.n; i++) {
		const struct obj *o = c->s->objs.v[i];

		if (!o->dead && (o->kind == K_USER || o->kind == K_GROUP))
			vec_push(&l->past, (struct past){.at = c->now, .ix = i, .change = MADE});
	}
	l->first_new = NO_OBJ;
}

void lag_saw(struct lag *l, struct call *c)
{
	struct past_member m = l->member;

	forget(l, c->now);
	for (uint32_t i = 0; i < l->nwatched; i++)
		saw_object(l, c, &l->watched[i]);
	l->nwatched = 0;
	saw_new(l, c);
	l->member.group = NO_OBJ;
	if (m.group == NO_OBJ ||
		m.was == user_in_group(c->s, store_at(c->s, m.user), store_at(c->s, m.group)))
		return;
	m.at = c->now;
	vec_push(&l->members, m);
}

static void take_out(struct sandbox *s, struct obj *o)
{
	uint32_t at = store_after(s, o->kind, o->ix);

	memmove(s->of[o->kind].v + at - 1, s->of[o->kind].v + at,
		(s->of[o->kind].n - at) * sizeof(uint32_t));
	s->of[o->kind].n--;
	o->dead = true;
}

static void put_in(struct sandbox *s, struct obj *o)
{
	uint32_t at = store_after(s, o->kind, o->ix);

	vec_push(&s->of[o->kind], o->ix);
	memmove(s->of[o->kind].v + at + 1, s->of[o->kind].v + at,
		(s->of[o->kind].n - 1 - at) * sizeof(uint32_t));
	s->of[o->kind].v[at] = o->ix;
	o->dead = false;
}

static void exchange(struct obj *o, struct past *p)
{
	struct past is = *p;

	p->text = o->text;
	p->ntext = o->ntext;
	p->status = o->status;
	o->text = is.text;
	o->ntext = is.ntext;
	o->status = is.status;
}

/* Is the object there as the change left it? What went in other ways stays as it is. */
static bool turns(const struct obj *o, const struct past *p)
{
	return p->change == GONE ? o->dead : !o->dead;
}

static void turn_back(struct sandbox *s, struct past *p)
{
	struct obj *o = store_at(s, p->ix);

	p->turned = turns(o, p);
	if (!p->turned)
		return;
	if (p->change == MADE) {
		take_out(s, o);
		return;
	}
	exchange(o, p);
	if (p->change == GONE)
		put_in(s, o);
}

static void turn_forth(struct sandbox *s, struct past *p)
{
	struct obj *o = store_at(s, p->ix);

	if (!p->turned)
		return;
	if (p->change == MADE) {
		put_in(s, o);
		return;
	}
	exchange(o, p);
	if (p->change == GONE)
		take_out(s, o);
}

static void back_members(struct lag *l, struct call *c, uint32_t lag_s)
{
	struct obj *g = store_find(c->s, K_GROUP, c->seg[3]);

	if (!g)
		return;
	l->group = g;
	l->edges = g->in;
	g->in = (struct edges){NULL, 0, 0};
	if (l->edges.n) {
		g->in.v = xcalloc(l->edges.n, sizeof(*g->in.v));
		memcpy(g->in.v, l->edges.v, l->edges.n * sizeof(*g->in.v));
		g->in.n = g->in.cap = l->edges.n;
	}
	for (uint32_t i = l->members.n; i > 0; i--) {
		const struct past_member *m = &l->members.v[i - 1];

		if (m->at + lag_s <= c->now || m->group != g->ix || store_at(c->s, m->user)->dead)
			continue;
		if (m->was) {
			edge_add(&g->in, m->user, ORIGIN_DIRECT);
			continue;
		}
		while (edge_has(&g->in, m->user))
			edge_del(&g->in, m->user, edge_tag(&g->in, m->user));
	}
}

void lag_back(struct lag *l, struct call *c, uint32_t search_s, uint32_t members_s)
{
	if (members_s)
		back_members(l, c, members_s);
	if (!search_s)
		return;
	l->back_from = l->past.n;
	while (l->back_from > 0 && l->past.v[l->back_from - 1].at + search_s > c->now)
		turn_back(c->s, &l->past.v[--l->back_from]);
}

void lag_forth(struct lag *l, struct call *c)
{
	for (uint32_t i = l->back_from; i < l->past.n; i++)
		turn_forth(c->s, &l->past.v[i]);
	l->back_from = NO_OBJ;
	if (!l->group)
		return;
	free(l->group->in.v);
	l->group->in = l->edges;
	l->group = NULL;
}
