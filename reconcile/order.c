#include "reconcile/order.h"

#include <stdlib.h>

#include "reconcile/bind.h"

struct place {
	strid key;
	uint32_t rank;
	bool is_new;
};

typedef VEC(struct place) place_vec;

static int by_rank(const void *pa, const void *pb)
{
	const struct place *a = pa, *b = pb;

	if (a->is_new != b->is_new)
		return a->is_new ? 1 : -1;
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

/* Does a change of this resource renumber its neighbours? */
static bool is_written(const struct diff *df, uint16_t kind, strid key)
{
	for (uint32_t i = 0; i < df->changes.n; i++) {
		const struct change *c = &df->changes.v[i];

		if (c->kind == kind && c->key == key)
			return c->nrows > 0;
	}
	return false;
}

static void push_order(struct diff *df, const struct order_change *o, const place_vec *target)
{
	struct order_change copy = *o;

	copy.first = df->order_keys.n;
	copy.n = target->n;
	for (uint32_t i = 0; i < target->n; i++)
		vec_push(&df->order_keys, target->v[i].key);
	vec_push(&df->orders, copy);
}

/* --- rules of a policy: the list is the order --- */

static void order_children(struct diff *df, const struct edge_list *list)
{
	struct order_change o = {
		.kind = list->kind, .parent = list->from, .file = list->file, .mark = list->mark};
	place_vec target = {0}, live = {0};
	uint32_t created = 0;
	bool written = false;

	for (res_ix i = 0; i < df->want->res.n; i++) {
		const struct res *w = &df->want->res.v[i];
		res_ix h;

		if (w->kind != list->kind || w->parent != list->from || w->flags & RES_SYSTEM)
			continue;
		h = snapshot_find(df->live, w->kind, w->key);
		vec_push(&target, (struct place){.key = w->key, .rank = w->rank});
		written = written || is_written(df, w->kind, w->key);
		if (h == NONE)
			created++;
		else
			vec_push(&live,
				(struct place){.key = w->key, .rank = df->live->res.v[h].rank});
	}
	vec_sort(&target, by_rank);
	vec_sort(&live, by_rank);
	/* two live rules of one number have no order */
	for (uint32_t i = 1; i < live.n; i++)
		o.moved = o.moved || live.v[i].rank == live.v[i - 1].rank;
	for (uint32_t i = 0, k = 0; i < target.n && k < live.n; i++) {
		if (snapshot_find(df->live, list->kind, target.v[i].key) == NONE)
			continue;
		o.moved = o.moved || target.v[i].key != live.v[k].key;
		k++;
	}
	if (target.n > 1 && (o.moved || written || created))
		push_order(df, &o, &target);
	vec_free(&target);
	vec_free(&live);
}

/* --- policies of a type: those that declare a priority have it --- */

static bool is_removed(const struct diff *df, res_ix live)
{
	for (uint32_t i = 0; i < df->changes.n; i++) {
		if (df->changes.v[i].have == live && df->changes.v[i].type == CHANGE_DELETE)
			return true;
	}
	return false;
}

static void insert(place_vec *v, uint32_t at, struct place p)
{
	vec_push(v, p);
	for (uint32_t i = v->n - 1; i > at; i--)
		v->v[i] = v->v[i - 1];
	v->v[at] = p;
}

static void drop(place_vec *v, strid key)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < v->n; i++) {
		if (v->v[i].key != key)
			v->v[kept++] = v->v[i];
	}
	v->n = kept;
}

static bool is_system(const struct diff *df, const struct res *w)
{
	res_ix h = snapshot_find(df->live, w->kind, w->key);

	return h != NONE && df->live->res.v[h].flags & RES_SYSTEM;
}

/* What stands there once everything else is done: live ones in their order, new ones behind. */
static void gather(const struct diff *df, uint16_t kind, strid disc, place_vec *now,
	place_vec *declared, struct diags *d)
{
	for (res_ix i = 0; i < df->live->res.n; i++) {
		const struct res *h = &df->live->res.v[i];

		if (h->kind == kind && h->disc == disc && !(h->flags & RES_SYSTEM) &&
			!is_removed(df, i))
			vec_push(now, (struct place){.key = h->key, .rank = h->rank});
	}
	for (res_ix i = 0; i < df->want->res.n; i++) {
		const struct res *w = &df->want->res.v[i];
		struct val p = val_get(df->want->values, w->body, "priority");

		if (w->kind != kind || w->disc != disc)
			continue;
		if (val_tag(p) == V_INT && is_system(df, w)) {
			diag_error(d, res_at(df->want, w), "state",
				"%s '%s' is Okta's own: its place is behind all others",
				df->want->kinds->v[kind]->name,
				pool_str(df->want->values->pool, w->name));
			continue;
		}
		if (val_tag(p) == V_INT)
			vec_push(declared, (struct place){.key = w->key,
						   .rank = (uint32_t)val_num(df->want->values, p)});
		if (snapshot_find(df->live, kind, w->key) == NONE)
			vec_push(now, (struct place){.key = w->key, .rank = i, .is_new = true});
	}
	vec_sort(now, by_rank);
	vec_sort(declared, by_rank);
}

static void order_type(struct diff *df, uint16_t kind, strid disc, struct diags *d)
{
	struct order_change o = {.kind = kind, .disc = disc};
	place_vec now = {0}, declared = {0}, target = {0};

	gather(df, kind, disc, &now, &declared, d);
	for (uint32_t i = 0; i < now.n; i++)
		vec_push(&target, now.v[i]);
	for (uint32_t i = 0; i < declared.n; i++)
		drop(&target, declared.v[i].key);
	for (uint32_t i = 0; i < declared.n; i++) {
		uint32_t at = declared.v[i].rank - 1;
		const struct res *w =
			&df->want->res.v[snapshot_find(df->want, kind, declared.v[i].key)];

		if (i && declared.v[i].rank == declared.v[i - 1].rank) {
			diag_error(d,
				(struct srcloc){pool_str(df->want->values->pool, w->file),
					mark_line(w->mark), mark_col(w->mark)},
				"value", "two policies of type %s have priority %u",
				pool_str(df->want->values->pool, disc), declared.v[i].rank);
		}
		o.file = w->file;
		o.mark = w->mark;
		insert(&target, at < target.n ? at : target.n, declared.v[i]);
	}
	for (uint32_t i = 0; i < target.n; i++)
		o.moved = o.moved || i >= now.n || target.v[i].key != now.v[i].key;
	if (declared.n && o.moved)
		push_order(df, &o, &target);
	vec_free(&now);
	vec_free(&declared);
	vec_free(&target);
}

void order_diff(struct diff *df, struct diags *d)
{
	const struct kinds *kinds = df->want->kinds;

	for (uint32_t i = 0; i < df->want->lists.n; i++) {
		if (df->want->lists.v[i].link == UINT8_MAX)
			order_children(df, &df->want->lists.v[i]);
	}
	for (uint16_t k = 0; k < kinds->n; k++) {
		struct slice rest = slice_of(kinds->v[k]->ordered), disc;

		while (kinds->v[k]->ordered && slice_cut(&rest, '|', &disc)) {
			strid id = pool_find(df->want->values->pool, disc);

			if (id)
				order_type(df, k, id, d);
		}
	}
}
