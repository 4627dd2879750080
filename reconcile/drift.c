#include "reconcile/drift.h"

#include <stdlib.h>

#include "reconcile/origin.h"

struct drifter {
	struct drift *d;
	const struct diff *df;
	struct values *v;
	struct origin *origin;
};

/* What a resource was like when plumb last had to do with it: from the state, else as declared. */
struct base {
	const struct snapshot *s;
	const struct res *r;
};

static struct base base_of(const struct drifter *x, uint16_t kind, strid key)
{
	res_ix a = x->df->applied ? snapshot_find(x->df->applied, kind, key) : NONE;
	res_ix w = snapshot_find(x->df->want, kind, key);

	if (a != NONE)
		return (struct base){x->df->applied, &x->df->applied->res.v[a]};
	if (w != NONE)
		return (struct base){x->df->want, &x->df->want->res.v[w]};
	return (struct base){NULL, NULL};
}

static void push(struct drifter *x, struct drift_item *i)
{
	res_ix w = snapshot_find(x->df->want, i->kind, i->key);

	if (w != NONE) {
		i->file = x->df->want->res.v[w].file;
		i->mark = x->df->want->res.v[w].mark;
	}
	x->d->count[i->type]++;
	vec_push(&x->d->items, *i);
}

static strid status_of(const struct drifter *x, const struct kind *k, struct val body)
{
	return k->lifecycle ? val_strid(val_get(x->v, body, k->lifecycle->field)) : 0;
}

static bool is_gone(const struct drifter *x, uint16_t kind, strid key)
{
	const struct kind *k = x->df->want->kinds->v[kind];
	res_ix h = snapshot_find(x->df->live, kind, key);
	strid s = h == NONE ? 0 : status_of(x, k, x->df->live->res.v[h].body);

	return s && k->lifecycle->gone && slice_is(pool_get(x->v->pool, s), k->lifecycle->gone);
}

/* Rows are compared from the old side: what was applied must still be there. */
static void swap_rows(struct drift *d, uint32_t from)
{
	for (uint32_t i = from; i < d->rows.n; i++) {
		struct val applied = d->rows.v[i].to;

		d->rows.v[i].to = d->rows.v[i].from;
		d->rows.v[i].from = applied;
	}
}

static void edge(struct drifter *x, uint16_t link, strid to, bool added)
{
	vec_push(&x->d->edges, (struct drift_edge){link, to, added});
}

static void drift_list(struct drifter *x, struct base b, const struct edge_list *was)
{
	const struct kinds *kinds = x->df->want->kinds;
	const struct edge_list *now = snapshot_list(x->df->live, was->kind, was->link, was->from);
	uint16_t to = kind_by_name(kinds, kinds->v[was->kind]->links[was->link].to);
	uint32_t i = 0, k = 0, n = now ? now->n : 0;
	strid rule;

	while (i < was->n || k < n) {
		strid w = i < was->n ? b.s->edges.v[was->first + i].to : UINT32_MAX;
		strid h = k < n ? x->df->live->edges.v[now->first + k].to : UINT32_MAX;

		if (w < h && was->mode != LIST_EXCLUDE && !is_gone(x, to, w))
			edge(x, was->link, w, false);
		if (w > h && was->mode == LIST_EXACT && !is_gone(x, to, h) &&
			origin_of(x->origin, was->kind, was->link, was->from, h, &rule) ==
				ORIGIN_DIRECT)
			edge(x, was->link, h, true);
		if (w == h && was->mode == LIST_EXCLUDE &&
			origin_of(x->origin, was->kind, was->link, was->from, h, &rule) ==
				ORIGIN_DIRECT)
			edge(x, was->link, h, true);
		i += w <= h;
		k += h <= w;
	}
}

static bool was_reordered(const struct drifter *x, uint16_t kind, strid key)
{
	for (uint32_t i = 0; i < x->df->orders.n; i++) {
		const struct order_change *o = &x->df->orders.v[i];
		const char *parent = x->df->want->kinds->v[o->kind]->parent;

		if (o->moved && o->parent == key && parent &&
			streq(parent, x->df->want->kinds->v[kind]->name))
			return true;
	}
	return false;
}

static void drift_live(struct drifter *x, struct base b, const struct res *h)
{
	const struct kind *k = x->df->want->kinds->v[b.r->kind];
	struct drift_item it = {.type = DRIFT_CHANGED,
		.kind = b.r->kind,
		.key = b.r->key,
		.first_row = x->d->rows.n,
		.first_edge = x->d->edges.n};
	struct slice disc = b.r->disc ? pool_get(x->v->pool, b.r->disc) : (struct slice){NULL, 0};
	strid was = status_of(x, k, b.r->body), is = status_of(x, k, h->body);

	compare_bodies(x->v, k, disc, b.r->body, h->body, &x->d->rows);
	swap_rows(x->d, it.first_row);
	it.nrows = x->d->rows.n - it.first_row;
	if (was && is && was != is) {
		it.status_from = was;
		it.status_to = is;
	}
	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		const struct edge_list *l = snapshot_list(b.s, b.r->kind, i, b.r->key);

		if (l)
			drift_list(x, b, l);
	}
	it.nedges = x->d->edges.n - it.first_edge;
	it.reordered = was_reordered(x, b.r->kind, b.r->key);
	if (it.nrows || it.nedges || it.status_to || it.reordered)
		push(x, &it);
}

static bool is_pending(const struct drifter *x, const struct change *c)
{
	row_vec rows = {0};
	const struct res *w, *a;
	bool pending;

	if (c->type == CHANGE_NONE && !c->touched)
		return false;
	if (c->want == NONE || c->base == NONE)
		return c->type != CHANGE_NONE || c->touched;
	w = &x->df->want->res.v[c->want];
	a = &x->df->applied->res.v[c->base];
	compare_bodies(x->v, x->df->want->kinds->v[w->kind], res_disc(x->df->want, w), w->body,
		a->body, &rows);
	pending = rows.n > 0;
	vec_free(&rows);
	return pending;
}

static void drift_change(struct drifter *x, const struct change *c)
{
	struct base b = base_of(x, c->kind, c->key);
	struct drift_item it = {.kind = c->kind, .key = c->key};

	if (c->base == NONE && c->want == NONE) {
		it.type = DRIFT_ADDED;
		push(x, &it);
		return;
	}
	if (c->have == NONE && c->base != NONE && !c->renamed) {
		it.type = DRIFT_DELETED;
		push(x, &it);
		return;
	}
	if (c->renamed)
		return;
	if (c->have != NONE && c->base != NONE)
		drift_live(x, b, &x->df->live->res.v[c->have]);
	if (is_pending(x, c)) {
		it.type = DRIFT_PENDING;
		push(x, &it);
	}
}

static void drift_unmanaged(struct drifter *x, const char *const *reported, uint32_t n)
{
	for (uint32_t i = 0; i < x->df->unmanaged.n; i++) {
		const struct res *h = &x->df->live->res.v[x->df->unmanaged.v[i]];
		const char *plural = x->df->live->kinds->v[h->kind]->plural;

		for (uint32_t k = 0; plural && k < n; k++) {
			if (streq(plural, reported[k]))
				push(x, &(struct drift_item){.type = DRIFT_UNMANAGED,
						.kind = h->kind,
						.key = h->key});
		}
	}
}

struct drift *drift_new(const struct diff *df, const char *const *reported, uint32_t nreported)
{
	struct drift *d = xcalloc(1, sizeof(*d));
	struct drifter x = {.d = d, .df = df, .v = df->want->values};

	d->kinds = df->want->kinds;
	d->values = df->want->values;
	x.origin = origin_new(df->want, df->live, df->applied);
	for (uint32_t i = 0; i < df->changes.n; i++)
		drift_change(&x, &df->changes.v[i]);
	drift_unmanaged(&x, reported, nreported);
	origin_free(x.origin);
	return d;
}

void drift_free(struct drift *d)
{
	if (!d)
		return;
	vec_free(&d->items);
	vec_free(&d->rows);
	vec_free(&d->edges);
	free(d);
}

bool drift_is_dirty(const struct drift *d)
{
	return d->count[DRIFT_CHANGED] || d->count[DRIFT_DELETED] || d->count[DRIFT_ADDED] ||
	       d->count[DRIFT_UNMANAGED];
}
