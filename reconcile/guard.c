#include "reconcile/guard.h"

#include "reconcile/bind.h"
#include "state/refs.h"

/* Deleted, or deactivated or suspended because the manifest says so; of what is there. */
static bool takes_away(const struct plan *p, const struct plan_change *c)
{
	const struct lifecycle *l = p->kinds->v[c->kind]->lifecycle;
	const struct move *m;

	if (c->type == CHANGE_DELETE)
		return true;
	if (c->type != CHANGE_UPDATE || !c->status_to || !l)
		return false;
	m = lifecycle_move(l, pool_get(p->values->pool, c->status_from),
		pool_get(p->values->pool, c->status_to));
	return m && (m->via == OP_DEACTIVATE || m->via == OP_SUSPEND);
}

static uint32_t check_protected(const struct plan *p, struct buf *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		if (!c->guarded || !takes_away(p, c))
			continue;
		buf_adds(out, "guard protect: ");
		res_describe(p->kinds, p->values->pool, c->kind, c->key, out);
		buf_adds(out,
			" is protected and would be removed or deactivated; set 'protect: false' and apply first\n");
		n++;
	}
	return n;
}

/* Who has left already does not count. */
static bool is_gone(const struct snapshot *live, const struct res *r)
{
	const struct lifecycle *l = res_kind(live, r)->lifecycle;
	struct val status = l && l->gone ? val_get(live->values, r->body, l->field) : VAL_ABSENT;

	return val_strid(status) &&
	       slice_is(pool_get(live->values->pool, val_strid(status)), l->gone);
}

static uint32_t population(const struct snapshot *live, uint16_t kind)
{
	uint32_t n = 0;

	for (res_ix i = 0; live && i < live->res.n; i++) {
		const struct res *r = &live->res.v[i];

		n += r->kind == kind && !(r->flags & (RES_SYSTEM | RES_FIXED | RES_STUB)) &&
		     !is_gone(live, r);
	}
	return n;
}

static uint32_t check_amount(const struct plan *p, const struct snapshot *live,
	const struct guard_limits *g, struct buf *out)
{
	uint32_t refused = 0;

	for (uint16_t k = 0; k < p->kinds->n && !g->allow_removals; k++) {
		uint32_t n = 0, all = population(live, k), pct;

		for (uint32_t i = 0; i < p->changes.n; i++)
			n += p->changes.v[i].kind == k && takes_away(p, &p->changes.v[i]);
		pct = all ? (uint32_t)((uint64_t)n * 100 / all) : 0;
		if (n > g->max_removals) {
			buf_addf(out,
				"guard removals: %u of kind %s would be removed or deactivated, at most %u may; --allow-removals, or guards.maxRemovals in plumb.yaml, allows it\n",
				n, p->kinds->v[k]->name, g->max_removals);
			refused++;
		} else if (all >= g->min_population && pct > g->max_removals_pct) {
			buf_addf(out,
				"guard removals: %u of %u (%u %%) of kind %s would be removed or deactivated, at most %u %% may; --allow-removals, or guards.maxRemovalsPercent in plumb.yaml, allows it\n",
				n, all, pct, p->kinds->v[k]->name, g->max_removals_pct);
			refused++;
		}
	}
	return refused;
}

/* --- what is still needed --- */

struct needs {
	const struct plan *p;
	struct map gone;  /* map_key(kind, key): deleted by the plan */
	struct map freed; /* map_key(kind, key): let go of by the resource that is looked at */
	const struct snapshot *s;
	const struct res *r;
	struct buf *out;
	uint32_t n;
	bool live, collect, collected;
};

static void collect_freed(struct needs *x);

static void need_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct needs *x = arg;
	uint64_t key;
	struct srcloc at;

	if (f->type != F_REF)
		return;
	key = map_key(kind_by_name(x->p->kinds, f->arg), val_strid(*cell));
	if (x->collect) {
		map_set(&x->freed, key, 1);
		return;
	}
	if (!map_has(&x->gone, key))
		return;
	if (x->live && !x->collected)
		collect_freed(x);
	if (map_has(&x->freed, key))
		return;
	buf_adds(x->out, "guard reference: ");
	res_describe(
		x->p->kinds, x->p->values->pool, (uint16_t)(key >> 32), val_strid(*cell), x->out);
	buf_adds(x->out, " would be deleted, and ");
	res_describe(x->p->kinds, x->p->values->pool, x->r->kind, x->r->key, x->out);
	at = res_at(x->s, x->r);
	if (at.file)
		buf_addf(x->out, " (%s:%u)", at.file, mark ? mark_line(mark) : at.line);
	buf_adds(x->out, " still refers to it; remove the reference first");
	buf_adds(x->out, x->live ? ", or allow it with --allow-removals\n" : "\n");
	x->n++;
}

/* References that the plan takes out of live resources. */
static void collect_freed(struct needs *x)
{
	const struct values *v = x->p->values;

	x->collect = true;
	for (uint32_t i = 0; i < x->p->changes.n; i++) {
		const struct plan_change *c = &x->p->changes.v[i];
		struct slice disc = c->disc ? pool_get(v->pool, c->disc) : (struct slice){NULL, 0};

		if (c->kind != x->r->kind || c->key != x->r->key)
			continue;
		for (uint32_t k = 0; k < c->nrows; k++) {
			const struct row *row = &x->p->rows.v[c->first_row + k];
			const struct field *f = field_at(
				x->p->kinds->v[c->kind], pool_get(v->pool, row->path), disc);

			if (f)
				refs_in(x->p->values, f, row->from, disc, need_cell, x);
		}
	}
	x->collect = false;
	x->collected = true;
}

static bool goes(const struct needs *x, const struct res *r)
{
	const char *parent = x->p->kinds->v[r->kind]->parent;

	return map_has(&x->gone, map_key(r->kind, r->key)) ||
	       (parent && map_has(&x->gone, map_key(kind_by_name(x->p->kinds, parent), r->parent)));
}

static void check_side(struct needs *x, const struct snapshot *s, bool live)
{
	for (res_ix i = 0; s && i < s->res.n; i++) {
		x->s = s;
		x->r = &s->res.v[i];
		if (goes(x, x->r))
			continue;
		x->live = live;
		x->collected = false;
		refs_each(x->p->values, res_kind(s, x->r), x->r->body, res_disc(s, x->r), need_cell,
			x);
		map_release(&x->freed);
	}
}

/*
 * Deleting what others refer to: of zones Okta refuses it after they were deactivated, of groups it leaves
 * dangling ids behind (okta: "Delete a network zone").
 */
static uint32_t check_references(const struct plan *p, const struct snapshot *want,
	const struct snapshot *live, const struct guard_limits *g, struct buf *out)
{
	struct needs x = {.p = p, .out = out};

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		if (c->type == CHANGE_DELETE && p->kinds->v[c->kind]->removal == REMOVAL_DELETE)
			map_set(&x.gone, map_key(c->kind, c->key), 1);
	}
	if (x.gone.n) {
		check_side(&x, want, false);
		if (!x.n && !g->allow_removals)
			check_side(&x, live, true);
	}
	map_release(&x.gone);
	return x.n;
}

static uint32_t check_empty(const struct snapshot *want, const struct snapshot *applied,
	const struct guard_limits *g, struct buf *out)
{
	if (!want || !applied || want->res.n || !applied->res.n || g->allow_removals)
		return 0;
	buf_addf(out,
		"guard empty: the manifests declare nothing, and the state has %u resources; --allow-removals allows it\n",
		applied->res.n);
	return 1;
}

uint32_t guard_check(const struct plan *p, const struct snapshot *want, const struct snapshot *live,
	const struct snapshot *applied, const struct guard_limits *g, struct buf *out)
{
	return check_protected(p, out) + check_references(p, want, live, g, out) +
	       check_amount(p, live, g, out) + check_empty(want, applied, g, out);
}
