#include "reconcile/plan.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "reconcile/graph.h"
#include "reconcile/plan_ops.h"

static void take_rows(struct plan *p, const struct diff *df)
{
	for (uint32_t i = 0; i < df->rows.n; i++)
		vec_push(&p->rows, df->rows.v[i]);
}

/* A list as the state is to know it before any op: what is wanted and there, or who is kept out. */
static void take_list(struct plan *p, const struct diff *df, const struct edge_list *w)
{
	const struct edge_list *h = snapshot_list(df->live, w->kind, w->link, w->from);
	struct plan_list l = {.link = w->link, .mode = w->mode, .first = p->list_edges.n};

	for (uint32_t i = 0, k = 0; i < w->n; i++) {
		const struct edge *e = &df->want->edges.v[w->first + i];

		if (w->mode == LIST_EXCLUDE) {
			vec_push(&p->list_edges, *e);
			vec_push(&p->list_attrs, VAL_ABSENT);
			continue;
		}
		if (!h)
			break;
		while (k < h->n && df->live->edges.v[h->first + k].to < e->to)
			k++;
		if (k == h->n || df->live->edges.v[h->first + k].to != e->to)
			continue;
		vec_push(&p->list_edges, *e);
		vec_push(&p->list_attrs, df->want->attrs.v[w->first + i]);
	}
	l.n = p->list_edges.n - l.first;
	vec_push(&p->lists, l);
}

static void take_lists(struct plan *p, const struct diff *df, struct plan_change *c)
{
	const struct kind *k = p->kinds->v[c->kind];

	c->first_list = p->lists.n;
	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		const struct edge_list *w = snapshot_list(df->want, c->kind, i, c->key);

		if (w)
			take_list(p, df, w);
	}
	c->nlists = p->lists.n - c->first_list;
}

static bool same_lists(const struct diff *df, const struct change *c)
{
	const struct kind *k = df->want->kinds->v[c->kind];

	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		const struct edge_list *w = snapshot_list(df->want, c->kind, i, c->key);
		const struct edge_list *b = snapshot_list(df->applied, c->kind, i, c->key);

		if (!w != !b || (w && (w->mode != b->mode || w->n != b->n)))
			return false;
		for (uint32_t e = 0; w && e < w->n; e++) {
			if (df->want->edges.v[w->first + e].to !=
				df->applied->edges.v[b->first + e].to)
				return false;
		}
	}
	return true;
}

/* Does the state already say what the manifests say? Then there is nothing to record. */
static bool is_recorded(const struct diff *df, const struct change *c)
{
	const struct res *w, *b;

	if (c->want == NONE || c->base == NONE)
		return false;
	w = &df->want->res.v[c->want];
	b = &df->applied->res.v[c->base];
	return w->key == b->key && !(b->flags & RES_PARTIAL) &&
	       val_equal(df->want->values, w->body, b->body) && w->disc == b->disc &&
	       (c->have == NONE || df->live->res.v[c->have].id == b->id) &&
	       !!(w->flags & RES_PROTECT) == !!(b->flags & RES_PROTECT) && same_lists(df, c);
}

void plan_seal_body(const struct values *v, const struct kind *k, struct val body, struct buf *out)
{
	AUTO(buf) struct buf text = BUF_TEXT;

	for (uint32_t i = 0; i < val_len(body); i++) {
		struct slice key = pool_get(v->pool, map_key_at(v, body, i));

		if (k->lifecycle && slice_is(key, k->lifecycle->field))
			continue;
		buf_add_json(&text, key);
		val_write(v, &text, map_val_at(v, body, i));
	}
	hash_add_sha256(out, buf_slice(&text));
}

static strid seal_of(const struct diff *df, const struct change *c, const struct res *h)
{
	AUTO(buf) struct buf hex = BUF_TEXT;

	if (c->type != CHANGE_DELETE || !h)
		return 0;
	plan_seal_body(df->want->values, res_kind(df->live, h), h->body, &hex);
	return pool_add(df->want->values->pool, buf_slice(&hex));
}

static void take_change(struct plan *p, const struct diff *df, const struct change *c)
{
	const struct res *w = c->want == NONE ? NULL : &df->want->res.v[c->want];
	const struct res *h = c->have == NONE ? NULL : &df->live->res.v[c->have];
	const struct res *b = c->base == NONE ? NULL : &df->applied->res.v[c->base];
	const struct res *any = w ? w : h ? h : b;
	struct plan_change pc = {.type = c->type,
		.kind = c->kind,
		.key = c->key,
		.name = any->name,
		.id = h ? h->id : 0,
		.disc = w && w->disc   ? w->disc
			: h && h->disc ? h->disc
				       : any->disc,
		.parent = any->parent,
		.adopt = c->adopt,
		.created = c->type == CHANGE_CREATE || (b && b->flags & RES_CREATED),
		.protect = (w          ? w->flags
				   : b ? b->flags
				       : 0) &
			   RES_PROTECT,
		.guarded = ((w ? w->flags : 0) | (b ? b->flags : 0)) & RES_PROTECT,
		.renamed = c->renamed,
		.system = any->flags & RES_SYSTEM,
		.status_from = c->status_from,
		.status_to = c->status_to,
		.seal = seal_of(df, c, h),
		.body = w ? w->body : VAL_ABSENT,
		.first_row = c->first_row,
		.nrows = c->nrows,
		.file = w ? w->file : 0,
		.mark = w ? w->mark : 0};

	if (w)
		take_lists(p, df, &pc);
	vec_push(&p->changes, pc);
}

static void take_changes(struct plan *p, const struct diff *df, struct map *ret_index)
{
	for (uint32_t i = 0; i < df->changes.n; i++) {
		const struct change *c = &df->changes.v[i];

		if (c->type == CHANGE_NONE && !c->touched && is_recorded(df, c))
			continue;
		map_set(ret_index, i, p->changes.n);
		take_change(p, df, c);
	}
}

static void take_notes(struct plan *p, const struct diff *df)
{
	for (uint32_t i = 0; i < df->notes.n; i++) {
		struct note n = df->notes.v[i];

		n.text = arena_str(&p->text, slice_of(n.text));
		vec_push(&p->notes, n);
	}
}

int plan_new(
	const struct diff *df, const struct plan_options *o, struct plan **ret_plan, struct err *e)
{
	struct plan *p = xcalloc(1, sizeof(*p));
	struct map index = MAP_INIT;
	int r;

	p->kinds = df->want->kinds;
	p->values = df->want->values;
	p->tenant = arena_str(&p->text, slice_of(o->tenant));
	take_rows(p, df);
	take_changes(p, df, &index);
	take_notes(p, df);
	plan_make_ops(p, df, &index);
	map_release(&index);
	r = graph_build(p, df, e);
	if (r == 0 && o->ntargets)
		r = graph_keep(p, df, o->targets, o->ntargets, e);
	if (r < 0) {
		plan_free(p);
		return -1;
	}
	graph_number(p, df);
	plan_seal(p);
	*ret_plan = p;
	return 0;
}

void plan_free(struct plan *p)
{
	if (!p)
		return;
	vec_free(&p->changes);
	vec_free(&p->rows);
	vec_free(&p->ops);
	vec_free(&p->deps);
	vec_free(&p->lists);
	vec_free(&p->list_edges);
	vec_free(&p->list_attrs);
	vec_free(&p->order_keys);
	vec_free(&p->ids);
	vec_free(&p->notes);
	arena_release(&p->text);
	free(p);
}

struct plan_counts plan_count(const struct plan *p)
{
	struct plan_counts n = {0};

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];

		switch (c->type) {
		case CHANGE_CREATE:
			n.create++;
			break;
		case CHANGE_UPDATE:
			n.update++;
			break;
		case CHANGE_DELETE:
			n.remove++;
			break;
		case CHANGE_FORGET:
			n.forget += !c->renamed;
			break;
		case CHANGE_NONE:
			break;
		}
		n.adopt += c->adopt;
	}
	for (uint32_t i = 0; i < p->ops.n; i++) {
		const struct op *o = &p->ops.v[i];

		n.edges_add += o->verb == OP_ADD;
		n.edges_change += o->verb == OP_CHANGE;
		n.edges_remove += o->verb == OP_REMOVE;
		n.order += o->verb == OP_ORDER && !(o->flags & OPF_CHECK);
	}
	return n;
}

bool plan_is_empty(const struct plan *p)
{
	return p->ops.n == 0;
}

void plan_seal(struct plan *p)
{
	AUTO(buf) struct buf text = BUF_TEXT, hex = BUF_TEXT;

	plan_write(p, &text);
	hash_add_sha256(&hex, buf_slice(&text));
	snprintf(p->id, sizeof(p->id), "%s", buf_str(&hex));
}
