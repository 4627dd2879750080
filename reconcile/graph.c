#include "reconcile/graph.h"

#include <stdlib.h>

#include "state/refs.h"

struct grapher {
	struct plan *p;
	const struct diff *df;
	struct map made;   /* map_key(kind, key) -> op that creates it */
	struct map gone;   /* map_key(kind, key) -> first op of its removal */
	struct map awake;  /* map_key(kind, key) -> last op that activates it */
	struct map serial; /* class -> last op of it */
	uint32_t op;       /* whose references are walked */
	bool soft;         /* what is let go of waits for the op's end only */
};

static bool is_edge(const struct op *o)
{
	return o->link != UINT16_MAX;
}

static void wait_for(struct grapher *g, uint32_t op, uint32_t before, bool soft)
{
	if (before != MAP_NONE && before != op)
		vec_push(&g->p->deps, (struct dep){op, before, soft});
}

static uint32_t maker_of(const struct grapher *g, uint16_t kind, strid key)
{
	return map_get(&g->made, map_key(kind, key));
}

static void index_ops(struct grapher *g)
{
	for (uint32_t i = 0; i < g->p->ops.n; i++) {
		const struct op *o = &g->p->ops.v[i];
		bool removes = o->change != NONE && !is_edge(o) &&
			       g->p->changes.v[o->change].type == CHANGE_DELETE;

		if (o->verb == OP_CREATE)
			map_set(&g->made, map_key(o->kind, o->key), i);
		if ((o->verb == OP_ACTIVATE || o->verb == OP_UNSUSPEND) && !is_edge(o))
			map_set(&g->awake, map_key(o->kind, o->key), i);
		if (removes && !map_has(&g->gone, map_key(o->kind, o->key)))
			map_set(&g->gone, map_key(o->kind, o->key), i);
	}
}

/* The op needs what it refers to. */
static void need_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct grapher *g = arg;
	struct pool *pool = g->p->values->pool;
	struct slice rest, name;

	(void)mark;
	if (f->type == F_EXPR) {
		rest = pool_get(pool, val_strid(*cell));
		while (expr_next(&rest, &name))
			wait_for(g, g->op,
				maker_of(g, kind_by_name(g->p->kinds, "group"),
					pool_add(pool, name)),
				false);
		return;
	}
	/* a link is set by an op of its own */
	if (!(f->flags & F_LINK))
		wait_for(g, g->op, maker_of(g, kind_by_name(g->p->kinds, f->arg), val_strid(*cell)),
			false);
}

/* What the op lets go of can be removed only after it. */
static void free_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct grapher *g = arg;
	uint32_t removal;

	(void)mark;
	if (f->type != F_REF)
		return;
	removal = map_get(&g->gone, map_key(kind_by_name(g->p->kinds, f->arg), val_strid(*cell)));
	if (removal != MAP_NONE)
		wait_for(g, removal, g->op, g->soft);
}

static struct slice disc_of(const struct grapher *g, const struct op *o)
{
	return o->disc ? pool_get(g->p->values->pool, o->disc) : (struct slice){NULL, 0};
}

static void free_rows(struct grapher *g, const struct op *o, const struct plan_change *c)
{
	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct row *r = &g->p->rows.v[c->first_row + i];
		const struct field *f = field_at(g->p->kinds->v[c->kind],
			pool_get(g->p->values->pool, r->path), disc_of(g, o));
		bool link = f && f->flags & F_LINK;

		if (!f || (o->verb == OP_LINK ? r->path != o->field : link))
			continue;
		refs_in(g->p->values, f, r->from, disc_of(g, o), free_cell, g);
	}
}

/*
 * A body that is written whole still names what it named before, where no manifest says otherwise: that
 * must not be gone by then (Okta refuses ids of what was deleted).
 */
static void free_unmanaged(struct grapher *g, const struct op *o)
{
	res_ix h = snapshot_find(g->df->live, o->kind, o->key);

	if (h == NONE)
		return;
	g->soft = true;
	refs_each(g->p->values, g->p->kinds->v[o->kind], g->df->live->res.v[h].body, disc_of(g, o),
		free_cell, g);
	g->soft = false;
}

/* References of what is deleted, its children's too, are free afterwards. */
static void free_deleted(struct grapher *g, const struct op *o)
{
	const struct snapshot *live = g->df->live;

	for (res_ix i = 0; i < live->res.n; i++) {
		const struct res *h = &live->res.v[i];
		bool own = h->kind == o->kind && h->key == o->key;
		bool child = h->parent == o->key && res_kind(live, h)->parent &&
			     streq(res_kind(live, h)->parent, g->p->kinds->v[o->kind]->name);

		if (own || child)
			refs_each(g->p->values, res_kind(live, h), h->body, res_disc(live, h),
				free_cell, g);
	}
}

static void wait_for_parent(struct grapher *g, uint32_t i, const struct op *o)
{
	const char *parent = g->p->kinds->v[o->kind]->parent;

	if (parent && o->parent)
		wait_for(g, i, maker_of(g, kind_by_name(g->p->kinds, parent), o->parent), false);
}

static void edges_of_op(struct grapher *g, uint32_t i)
{
	const struct op *o = &g->p->ops.v[i];
	const struct link *l = &g->p->kinds->v[o->kind]->links[o->link];
	uint16_t to = kind_by_name(g->p->kinds, l->to);

	wait_for(g, i, maker_of(g, o->kind, o->key), false);
	wait_for(g, i, maker_of(g, to, o->to), false);
	/* Okta assigns no app to somebody who is not active; members may be anybody */
	if (o->verb == OP_ADD && l->awake)
		wait_for(g, i, map_get(&g->awake, map_key(to, o->to)), true);
	if (o->verb == OP_REMOVE)
		wait_for(g,
			map_get(&g->gone, map_key(to, o->to)) == MAP_NONE
				? i
				: map_get(&g->gone, map_key(to, o->to)),
			i, true);
}

static void needs_of_op(struct grapher *g, uint32_t i)
{
	const struct op *o = &g->p->ops.v[i];
	const struct plan_change *c = o->change == NONE ? NULL : &g->p->changes.v[o->change];
	const struct op *before = i ? &g->p->ops.v[i - 1] : NULL;

	g->op = i;
	if (is_edge(o)) {
		edges_of_op(g, i);
		return;
	}
	wait_for_parent(g, i, o);
	if (!c)
		return;
	/* a rule that was paused is started again, whatever became of the change */
	if (before && before->change == o->change && !is_edge(before))
		wait_for(g, i, i - 1, o->verb == OP_ACTIVATE && before->verb == OP_UPDATE);
	switch (o->verb) {
	case OP_CREATE:
		refs_each(g->p->values, g->p->kinds->v[o->kind], c->body, disc_of(g, o), need_cell,
			g);
		break;
	case OP_UPDATE:
	case OP_RETYPE:
		refs_each(g->p->values, g->p->kinds->v[o->kind], c->body, disc_of(g, o), need_cell,
			g);
		free_rows(g, o, c);
		free_unmanaged(g, o);
		break;
	case OP_LINK: {
		const struct field *f = field_at(g->p->kinds->v[o->kind],
			pool_get(g->p->values->pool, o->field), disc_of(g, o));

		wait_for(g, i, maker_of(g, kind_by_name(g->p->kinds, f->arg), o->to), false);
		free_rows(g, o, c);
		break;
	}
	case OP_DELETE:
		free_deleted(g, o);
		break;
	case OP_NONE:
	case OP_READ:
	case OP_ACTIVATE:
	case OP_DEACTIVATE:
	case OP_SUSPEND:
	case OP_UNSUSPEND:
	case OP_ADD:
	case OP_CHANGE:
	case OP_REMOVE:
	case OP_ORDER:
		break;
	}
}

/* 0: what is written side by side; else ops of one class go one after another. */
static uint64_t serial_class(const struct grapher *g, const struct op *o)
{
	const struct kind *k = g->p->kinds->v[o->kind];

	if (is_edge(o))
		return k->links[o->link].serial
			       ? map_key((uint32_t)o->kind << 8 | o->link | 1u << 31, o->key)
			       : 0;
	if (!(k->flags & KIND_SERIAL) || o->verb == OP_NONE)
		return 0;
	return map_key(o->kind + 1u, o->parent ? o->parent : k->discriminator ? o->disc : 0);
}

/* Writes first, then removals, then the order: pass says which. */
static uint32_t pass_of(const struct op *o)
{
	if (o->verb == OP_ORDER)
		return 2;
	return o->flags & OPF_REMOVAL ? 1 : 0;
}

static void chain_serial(struct grapher *g)
{
	for (uint32_t pass = 0; pass < 3; pass++) {
		for (uint32_t i = 0; i < g->p->ops.n; i++) {
			const struct op *o = &g->p->ops.v[i];
			uint64_t class = serial_class(g, o);
			uint32_t last;

			if (!class || pass_of(o) != pass)
				continue;
			last = map_set(&g->serial, class, i);
			wait_for(g, i, last, true);
		}
	}
}

/* Members that a rule put there are taken out when the rule has become what it is to be. */
static void wait_for_rules(struct grapher *g)
{
	for (uint32_t i = 0; i < g->p->ops.n; i++) {
		const struct op *o = &g->p->ops.v[i];
		const char *rule =
			is_edge(o) ? g->p->kinds->v[o->kind]->links[o->link].fed_by : NULL;

		if (rule && o->verb == OP_REMOVE)
			wait_for(g, i,
				map_get(&g->serial,
					map_key(kind_by_name(g->p->kinds, rule) + 1u, 0)),
				true);
	}
}

/* Access is added before it is taken away: removals wait for the end of all that adds. */
static void add_barrier(struct grapher *g)
{
	struct op barrier = {.verb = OP_NONE, .link = UINT16_MAX, .change = NONE};
	uint32_t n = g->p->ops.n, adds = 0, removals = 0;

	for (uint32_t i = 0; i < n; i++) {
		adds += g->p->ops.v[i].verb == OP_ADD;
		removals += !!(g->p->ops.v[i].flags & OPF_REMOVAL);
	}
	if (!adds || !removals)
		return;
	vec_push(&g->p->ops, barrier);
	for (uint32_t i = 0; i < n; i++) {
		if (g->p->ops.v[i].verb == OP_ADD)
			wait_for(g, n, i, true);
		else if (g->p->ops.v[i].flags & OPF_REMOVAL)
			wait_for(g, i, n, true);
	}
}

static int by_op(const void *pa, const void *pb)
{
	const struct dep *a = pa, *b = pb;

	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	if (a->before != b->before)
		return a->before < b->before ? -1 : 1;
	return a->soft - b->soft;
}

/* Sorts; of two that say the same the hard one stays. */
static void tidy(struct plan *p)
{
	uint32_t kept = 0;

	vec_sort(&p->deps, by_op);
	for (uint32_t i = 0; i < p->deps.n; i++) {
		const struct dep *last = kept ? &p->deps.v[kept - 1] : NULL;

		if (last && last->op == p->deps.v[i].op && last->before == p->deps.v[i].before)
			continue;
		p->deps.v[kept++] = p->deps.v[i];
	}
	p->deps.n = kept;
}

/* --- an order that respects deps: of what is ready, the first that was made --- */

struct heap {
	VEC(uint32_t) v;
};

static void heap_push(struct heap *h, uint32_t x)
{
	uint32_t i = h->v.n;

	vec_push(&h->v, x);
	while (i && h->v.v[(i - 1) / 2] > x) {
		h->v.v[i] = h->v.v[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	h->v.v[i] = x;
}

static uint32_t heap_pop(struct heap *h)
{
	uint32_t top = h->v.v[0], last = h->v.v[--h->v.n], i = 0;

	for (;;) {
		uint32_t child = 2 * i + 1;

		if (child >= h->v.n)
			break;
		if (child + 1 < h->v.n && h->v.v[child + 1] < h->v.v[child])
			child++;
		if (h->v.v[child] >= last)
			break;
		h->v.v[i] = h->v.v[child];
		i = child;
	}
	if (h->v.n)
		h->v.v[i] = last;
	return top;
}

static int cycle(const struct plan *p, const uint32_t *blocked, struct err *e)
{
	AUTO(buf) struct buf names = BUF_TEXT;
	uint32_t shown = 0;

	for (uint32_t i = 0; i < p->ops.n && shown < 6; i++) {
		if (!blocked[i] || p->ops.v[i].verb == OP_NONE || p->ops.v[i].change == NONE)
			continue;
		buf_adds(&names, shown++ ? ", " : "");
		res_describe(p->kinds, p->values->pool, p->ops.v[i].kind, p->ops.v[i].key, &names);
	}
	return err_set(e, ERR_MANIFEST, "these wait for each other: %s", buf_str(&names));
}

static int sort_ops(struct plan *p, struct err *e)
{
	uint32_t n = p->ops.n, *blocked = xcalloc(n, sizeof(*blocked)),
		 *place = xcalloc(n, sizeof(*place));
	uint32_t *first = xcalloc((size_t)n + 1, sizeof(*first)),
		 *out = xcalloc(p->deps.n, sizeof(*out));
	struct op *sorted = xcalloc(n, sizeof(*sorted));
	struct heap ready = {0};
	uint32_t done = 0;
	int r = 0;

	for (uint32_t i = 0; i < p->deps.n; i++) {
		blocked[p->deps.v[i].op]++;
		first[p->deps.v[i].before + 1]++;
	}
	for (uint32_t i = 0; i < n; i++)
		first[i + 1] += first[i];
	for (uint32_t i = 0; i < p->deps.n; i++)
		out[first[p->deps.v[i].before]++] = p->deps.v[i].op;
	for (uint32_t i = n; i > 0; i--)
		first[i] = first[i - 1];
	first[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (!blocked[i])
			heap_push(&ready, i);
	}
	while (ready.v.n) {
		uint32_t op = heap_pop(&ready);

		place[op] = done;
		sorted[done++] = p->ops.v[op];
		for (uint32_t k = first[op]; k < first[op + 1]; k++) {
			if (--blocked[out[k]] == 0)
				heap_push(&ready, out[k]);
		}
	}
	if (done < n) {
		r = cycle(p, blocked, e);
	} else {
		for (uint32_t i = 0; i < n; i++)
			p->ops.v[i] = sorted[i];
		for (uint32_t i = 0; i < p->deps.n; i++) {
			p->deps.v[i].op = place[p->deps.v[i].op];
			p->deps.v[i].before = place[p->deps.v[i].before];
		}
		tidy(p);
	}
	vec_free(&ready.v);
	free(blocked);
	free(place);
	free(first);
	free(out);
	free(sorted);
	return r;
}

int graph_build(struct plan *p, const struct diff *df, struct err *e)
{
	struct grapher g = {.p = p, .df = df};

	index_ops(&g);
	for (uint32_t i = 0; i < p->ops.n; i++)
		needs_of_op(&g, i);
	chain_serial(&g);
	wait_for_rules(&g);
	add_barrier(&g);
	map_release(&g.made);
	map_release(&g.awake);
	map_release(&g.gone);
	map_release(&g.serial);
	tidy(p);
	return sort_ops(p, e);
}

/* --- targets --- */

static bool matches(const struct plan *p, const char *target, uint16_t kind, strid key)
{
	struct slice rest = slice_of(target), name;
	const struct kind *k = p->kinds->v[kind];
	AUTO(buf) struct buf shown = BUF_TEXT;

	(void)slice_cut(&rest, ':', &name);
	if (!slice_is(name, k->name) && !(k->plural && slice_is(name, k->plural)))
		return false;
	if (!rest.p)
		return true;
	key_describe(p->values->pool, key, &shown);
	return k->flags & KIND_FOLD_KEY ? slice_eq_fold(rest, buf_slice(&shown))
					: slice_eq(rest, buf_slice(&shown));
}

/* A rule belongs to its policy's target too. */
static bool is_target(
	const struct plan *p, const char *target, uint16_t kind, strid key, strid parent)
{
	const char *above = p->kinds->v[kind]->parent;

	return (key && matches(p, target, kind, key)) ||
	       (above && parent && matches(p, target, kind_by_name(p->kinds, above), parent));
}

static void keep_needs(const struct plan *p, bool *keep)
{
	/* deps are sorted by op and point backwards: one walk from the end is enough */
	for (uint32_t i = p->deps.n; i > 0; i--) {
		const struct dep *d = &p->deps.v[i - 1];

		if (keep[d->op] && !d->soft)
			keep[d->before] = true;
	}
}

static void drop_ops(struct plan *p, const bool *keep)
{
	uint32_t *place = xcalloc(p->ops.n, sizeof(*place)), kept = 0, deps = 0;

	for (uint32_t i = 0; i < p->ops.n; i++) {
		place[i] = kept;
		if (keep[i])
			p->ops.v[kept++] = p->ops.v[i];
		else if (p->ops.v[i].change != NONE)
			p->changes.v[p->ops.v[i].change].nops--;
	}
	for (uint32_t i = 0; i < p->deps.n; i++) {
		struct dep d = p->deps.v[i];

		if (keep[d.op] && keep[d.before])
			p->deps.v[deps++] = (struct dep){place[d.op], place[d.before], d.soft};
	}
	p->ops.n = kept;
	p->deps.n = deps;
	free(place);
}

static void drop_changes(struct plan *p, const bool *keep)
{
	uint32_t *place = xcalloc(p->changes.n, sizeof(*place)), kept = 0;

	for (uint32_t i = 0; i < p->changes.n; i++) {
		place[i] = kept;
		if (keep[i])
			p->changes.v[kept++] = p->changes.v[i];
	}
	p->changes.n = kept;
	for (uint32_t i = 0; i < p->ops.n; i++) {
		if (p->ops.v[i].change != NONE)
			p->ops.v[i].change = place[p->ops.v[i].change];
	}
	free(place);
}

/* Is there such a thing at all, be there something to do for it or not? */
static bool is_known(const struct plan *p, const struct diff *df, const char *target)
{
	const struct snapshot *sides[] = {df->want, df->applied};

	for (size_t s = 0; s < LEN(sides); s++) {
		for (res_ix i = 0; sides[s] && i < sides[s]->res.n; i++) {
			const struct res *r = &sides[s]->res.v[i];

			if (is_target(p, target, r->kind, r->key, r->parent))
				return true;
		}
	}
	return !strchr(target, ':');
}

int graph_keep(
	struct plan *p, const struct diff *df, const char *const *targets, int n, struct err *e)
{
	bool *ops = xcalloc(p->ops.n, sizeof(*ops)),
	     *changes = xcalloc(p->changes.n, sizeof(*changes));
	int r = 0;

	for (int t = 0; t < n; t++) {
		struct slice rest = slice_of(targets[t]), name;
		AUTO_CHAR kind = NULL;

		(void)slice_cut(&rest, ':', &name);
		kind = xstrndup(name.p, name.n);
		if (kind_by_name(p->kinds, kind) == KIND_NONE &&
			kind_by_plural(p->kinds, name) == KIND_NONE)
			r = err_set(e, ERR_USAGE, "'--target %s': there is no kind '%s'",
				targets[t], kind);
		else if (!is_known(p, df, targets[t]))
			r = err_set(e, ERR_USAGE, "'--target %s': there is no such %s", targets[t],
				kind);
		for (uint32_t i = 0; i < p->changes.n; i++) {
			const struct plan_change *c = &p->changes.v[i];

			changes[i] =
				changes[i] || is_target(p, targets[t], c->kind, c->key, c->parent);
		}
		for (uint32_t i = 0; i < p->ops.n; i++) {
			const struct op *o = &p->ops.v[i];

			if (o->verb != OP_NONE)
				ops[i] = ops[i] ||
					 is_target(p, targets[t], o->kind, o->key, o->parent);
		}
	}
	keep_needs(p, ops);
	for (uint32_t i = 0; i < p->ops.n; i++) {
		ops[i] = ops[i] || p->ops.v[i].verb == OP_NONE;
		if (ops[i] && p->ops.v[i].change != NONE)
			changes[p->ops.v[i].change] = true;
	}
	drop_ops(p, ops);
	drop_changes(p, changes);
	if (p->ops.n == 1 && p->ops.v[0].verb == OP_NONE)
		p->ops.n = p->deps.n = 0;
	free(ops);
	free(changes);
	return r;
}

/* --- ids --- */

struct numberer {
	struct plan *p;
	const struct snapshot *live;
	struct map seen;
};

static void number(struct numberer *n, uint16_t kind, strid key)
{
	res_ix h = key ? snapshot_find(n->live, kind, key) : NONE;

	if (h == NONE || map_set(&n->seen, map_key(kind, key), 1) != MAP_NONE)
		return;
	vec_push(&n->p->ids, (struct plan_id){kind, key, n->live->res.v[h].id});
}

static void number_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct numberer *n = arg;
	struct slice rest, name;

	(void)mark;
	if (f->type != F_EXPR) {
		number(n, kind_by_name(n->p->kinds, f->arg), val_strid(*cell));
		return;
	}
	rest = pool_get(n->p->values->pool, val_strid(*cell));
	while (expr_next(&rest, &name))
		number(n, kind_by_name(n->p->kinds, "group"), pool_find(n->p->values->pool, name));
}

static void number_op(struct numberer *n, const struct op *o)
{
	const struct kinds *kinds = n->p->kinds;
	const struct kind *k = kinds->v[o->kind];

	number(n, o->kind, o->key);
	if (k->parent)
		number(n, kind_by_name(kinds, k->parent), o->parent);
	if (is_edge(o))
		number(n, kind_by_name(kinds, k->links[o->link].to), o->to);
	for (uint32_t i = 0; i < o->nkeys; i++)
		number(n, o->kind, n->p->order_keys.v[o->first_key + i]);
}

/* What it refers to, and what it did: the old side is held against what is there before it is changed. */
static void number_change(struct numberer *n, const struct plan_change *c)
{
	const struct kind *k = n->p->kinds->v[c->kind];
	struct values *v = n->p->values;
	struct slice disc = c->disc ? pool_get(v->pool, c->disc) : (struct slice){NULL, 0};

	refs_each(v, k, c->body, disc, number_cell, n);
	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct row *r = &n->p->rows.v[c->first_row + i];
		const struct field *f = field_at(k, pool_get(v->pool, r->path), disc);

		if (f)
			refs_in(v, f, r->from, disc, number_cell, n);
	}
}

static int by_kind_and_key(const void *pa, const void *pb, void *pool)
{
	const struct plan_id *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return slice_cmp(pool_get(pool, a->key), pool_get(pool, b->key));
}

void graph_number(struct plan *p, const struct diff *df)
{
	struct numberer n = {.p = p, .live = df->live};

	for (uint32_t i = 0; i < p->ops.n; i++) {
		if (p->ops.v[i].verb != OP_NONE)
			number_op(&n, &p->ops.v[i]);
	}
	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		res_ix h =
			c->type == CHANGE_DELETE ? snapshot_find(df->live, c->kind, c->key) : NONE;

		if (c->nops)
			number_change(&n, c);
		/* what is deleted is held against what it was */
		if (h != NONE)
			refs_each(p->values, p->kinds->v[c->kind], df->live->res.v[h].body,
				res_disc(df->live, &df->live->res.v[h]), number_cell, &n);
	}
	map_release(&n.seen);
	if (p->ids.n > 1)
		qsort_r(p->ids.v, p->ids.n, sizeof(*p->ids.v), by_kind_and_key, p->values->pool);
}
