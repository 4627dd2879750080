#include "reconcile/plan_ops.h"

struct maker {
	struct plan *p;
	const struct diff *df;
};

static struct op op_of(const struct plan *p, uint32_t change, enum verb verb)
{
	const struct plan_change *c = &p->changes.v[change];

	return (struct op){.verb = verb,
		.kind = c->kind,
		.link = UINT16_MAX,
		.change = change,
		.key = c->key,
		.parent = c->parent,
		.disc = c->disc,
		.file = c->file,
		.mark = c->mark};
}

static void push(struct plan *p, const struct op *o)
{
	if (o->change != NONE)
		p->changes.v[o->change].nops++;
	vec_push(&p->ops, *o);
}

/* The moves from one state to another: one, or two with a state between. */
static void push_moves(struct plan *p, uint32_t change, struct slice from, struct slice to)
{
	const struct lifecycle *l = p->kinds->v[p->changes.v[change].kind]->lifecycle;
	const struct move *m = lifecycle_move(l, from, to);
	struct op o;

	if (!m) {
		for (const struct move *first = l->moves; first->to; first++) {
			if (!first->from || !slice_is(from, first->from))
				continue;
			m = lifecycle_move(l, slice_of(first->to), to);
			if (m) {
				o = op_of(p, change, first->via);
				push(p, &o);
				break;
			}
		}
	}
	if (!m)
		return;
	o = op_of(p, change, m->via);
	if (m->via == OP_DEACTIVATE || m->via == OP_SUSPEND)
		o.flags |= OPF_REMOVAL;
	push(p, &o);
}

static struct slice state_of(const struct maker *m, const struct plan_change *c)
{
	const struct kind *k = m->p->kinds->v[c->kind];
	res_ix h = snapshot_find(m->df->live, c->kind, c->key);

	if (!k->lifecycle || h == NONE)
		return SLICE("");
	return pool_get(m->p->values->pool,
		val_strid(val_get(m->p->values, m->df->live->res.v[h].body, k->lifecycle->field)));
}

/* What rows ask for, beside fields that have a call of their own. */
struct row_kinds {
	bool body, retype;
};

static const struct field *row_field(
	const struct maker *m, const struct plan_change *c, const struct row *r)
{
	struct pool *pool = m->p->values->pool;

	return field_at(m->p->kinds->v[c->kind], pool_get(pool, r->path),
		c->disc ? pool_get(pool, c->disc) : (struct slice){NULL, 0});
}

static struct row_kinds sort_rows(const struct maker *m, const struct plan_change *c)
{
	bool has_retype = kind_route(m->p->kinds->v[c->kind], OP_RETYPE) != NULL;
	struct row_kinds found = {false, false};

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct field *f = row_field(m, c, &m->p->rows.v[c->first_row + i]);

		if (f && f->flags & F_LINK)
			continue;
		if (f && f->type == F_REF && has_retype)
			found.retype = true;
		else
			found.body = true;
	}
	return found;
}

static void push_links(struct maker *m, uint32_t change)
{
	for (uint32_t i = 0; i < m->p->changes.v[change].nrows; i++) {
		const struct plan_change *c = &m->p->changes.v[change];
		const struct row *r = &m->p->rows.v[c->first_row + i];
		const struct field *f = row_field(m, c, r);
		struct op o;

		if (!f || !(f->flags & F_LINK) || val_tag(r->to) != V_REF)
			continue;
		o = op_of(m->p, change, OP_LINK);
		o.field = r->path;
		o.to = val_strid(r->to);
		o.mark = r->mark ? r->mark : o.mark;
		push(m->p, &o);
	}
}

static void push_verb(struct maker *m, uint32_t change, enum verb verb)
{
	struct op o = op_of(m->p, change, verb);

	push(m->p, &o);
}

static void make_create(struct maker *m, uint32_t change)
{
	const struct plan_change *c;
	struct pool *pool = m->p->values->pool;

	push_verb(m, change, OP_CREATE);
	push_links(m, change);
	c = &m->p->changes.v[change];
	if (c->status_to)
		push_moves(
			m->p, change, pool_get(pool, c->status_from), pool_get(pool, c->status_to));
}

/* Active ones of this kind cannot be edited: deactivate, write, activate. */
static void make_paused_update(struct maker *m, uint32_t change, struct slice from, struct slice to)
{
	if (slice_is(from, "ACTIVE"))
		push_verb(m, change, OP_DEACTIVATE);
	push_verb(m, change, OP_UPDATE);
	if (slice_is(to, "ACTIVE"))
		push_verb(m, change, OP_ACTIVATE);
}

static void make_update(struct maker *m, uint32_t change)
{
	const struct plan_change *c = &m->p->changes.v[change];
	const struct kind *k = m->p->kinds->v[c->kind];
	struct pool *pool = m->p->values->pool;
	struct slice from = state_of(m, c), to = c->status_to ? pool_get(pool, c->status_to) : from;
	const struct move *move = c->status_to ? lifecycle_move(k->lifecycle, from, to) : NULL;
	bool off = move && move->via == OP_DEACTIVATE;
	struct row_kinds found = sort_rows(m, c);

	push_links(m, change);
	if (k->flags & KIND_EDIT_INACTIVE && found.body) {
		make_paused_update(m, change, from, to);
		return;
	}
	/* content after an activation and before a deactivation: an inactive app may refuse it */
	if (m->p->changes.v[change].status_to && !off)
		push_moves(m->p, change, from, to);
	if (found.retype)
		push_verb(m, change, OP_RETYPE);
	if (found.body)
		push_verb(m, change, OP_UPDATE);
	if (off)
		push_moves(m->p, change, from, to);
}

static void make_delete(struct maker *m, uint32_t change)
{
	const struct plan_change *c = &m->p->changes.v[change];
	const struct kind *k = m->p->kinds->v[c->kind];
	struct slice state = state_of(m, c);
	struct op o;

	if (k->removal == REMOVAL_DEACTIVATE) {
		o = op_of(m->p, change, OP_DEACTIVATE);
		o.flags |= OPF_REMOVAL;
		push(m->p, &o);
		return;
	}
	if (k->flags & KIND_DELETE_INACTIVE && slice_is(state, "ACTIVE")) {
		o = op_of(m->p, change, OP_DEACTIVATE);
		o.flags |= OPF_REMOVAL;
		push(m->p, &o);
	}
	o = op_of(m->p, change, OP_DELETE);
	o.flags |= OPF_REMOVAL;
	push(m->p, &o);
}

static void make_edges(struct maker *m, const struct map *index)
{
	static const enum verb verbs[] = {
		[EDGE_ADD] = OP_ADD, [EDGE_CHANGE] = OP_CHANGE, [EDGE_REMOVE] = OP_REMOVE};

	for (uint32_t i = 0; i < m->df->edges.n; i++) {
		const struct edge_change *ec = &m->df->edges.v[i];
		uint32_t change = map_get(index, ec->change);
		struct op o = {.verb = verbs[ec->type],
			.kind = ec->kind,
			.link = ec->link,
			.change = change,
			.key = ec->from,
			.to = ec->to,
			.attrs = ec->attrs_to,
			.attrs_from = ec->attrs_from,
			.file = ec->file,
			.mark = ec->mark,
			.flags = ec->type == EDGE_REMOVE ? OPF_REMOVAL : 0};

		push(m->p, &o);
	}
}

static void make_orders(struct maker *m)
{
	for (uint32_t i = 0; i < m->df->orders.n; i++) {
		const struct order_change *oc = &m->df->orders.v[i];
		struct op o = {.verb = OP_ORDER,
			.kind = oc->kind,
			.link = UINT16_MAX,
			.change = NONE,
			.parent = oc->parent,
			.disc = oc->disc,
			.first_key = m->p->order_keys.n,
			.nkeys = oc->n,
			.flags = oc->moved ? 0 : OPF_CHECK,
			.file = oc->file,
			.mark = oc->mark};

		for (uint32_t k = 0; k < oc->n; k++)
			vec_push(&m->p->order_keys, m->df->order_keys.v[oc->first + k]);
		if (oc->parent) {
			uint16_t parent =
				kind_by_name(m->p->kinds, m->p->kinds->v[oc->kind]->parent);
			res_ix w = snapshot_find(m->df->want, parent, oc->parent);

			o.disc = w == NONE ? 0 : m->df->want->res.v[w].disc;
		}
		push(m->p, &o);
	}
}

void plan_make_ops(struct plan *p, const struct diff *df, const struct map *index)
{
	struct maker m = {p, df};

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		switch (c->type) {
		case CHANGE_CREATE: {
			res_ix w = snapshot_find(df->want, c->kind, c->key);
			uint32_t at = p->ops.n;

			make_create(&m, i);
			p->ops.v[at].position = df->want->res.v[w].rank;
			break;
		}
		case CHANGE_UPDATE:
			make_update(&m, i);
			break;
		case CHANGE_DELETE:
			make_delete(&m, i);
			break;
		case CHANGE_NONE:
		case CHANGE_FORGET:
			break;
		}
	}
	make_edges(&m, index);
	make_orders(&m);
}
