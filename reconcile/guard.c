#include "reconcile/guard.h"

/* Deleted, or deactivated because the manifest says so. */
static bool takes_away(const struct plan *p, const struct plan_change *c)
{
	struct slice to = pool_get(p->values->pool, c->status_to);

	return c->type == CHANGE_DELETE || slice_in(to, "INACTIVE|DEPROVISIONED|SUSPENDED");
}

static uint32_t check_protected(const struct plan *p, struct buf *out)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		if (!c->protect || !takes_away(p, c))
			continue;
		buf_adds(out, "guard protect: ");
		res_describe(p->kinds, p->values->pool, c->kind, c->key, out);
		buf_adds(out,
			" is protected and would be removed or deactivated; set 'protect: false' and apply first\n");
		n++;
	}
	return n;
}

static uint32_t population(const struct snapshot *live, uint16_t kind)
{
	uint32_t n = 0;

	for (res_ix i = 0; live && i < live->res.n; i++) {
		const struct res *r = &live->res.v[i];

		n += r->kind == kind && !(r->flags & (RES_SYSTEM | RES_FIXED | RES_STUB));
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
	return check_protected(p, out) + check_amount(p, live, g, out) +
	       check_empty(want, applied, g, out);
}
