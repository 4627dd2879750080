#include "reconcile/diff.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "reconcile/bind.h"
#include "reconcile/order.h"
#include "reconcile/origin.h"

struct differ {
	struct diff *df;
	struct diags *d;
	struct values *v;
	struct pool *pool;
	struct origin *origin;
};

static void add_note(struct diff *df, struct srcloc at, const char *fmt, ...) PRINTF(3, 4);

static void add_note(struct diff *df, struct srcloc at, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	vec_push(&df->notes, (struct note){at, arena_str(&df->text, slice_of(text))});
}

/* --- lifecycle --- */

static strid status_of(const struct differ *x, const struct kind *k, struct val body)
{
	return k->lifecycle ? val_strid(val_get(x->v, body, k->lifecycle->field)) : 0;
}

/* One move, or two with a state between. */
static bool reachable(const struct lifecycle *l, struct slice from, struct slice to)
{
	if (slice_eq(from, to) || lifecycle_move(l, from, to))
		return true;
	for (const struct move *m = l->moves; m->to; m++) {
		if (m->from && slice_is(from, m->from) && lifecycle_move(l, slice_of(m->to), to))
			return true;
	}
	return false;
}

static void diff_status(
	struct differ *x, struct change *c, const struct res *w, const struct res *h)
{
	bool is_partial = c->base != NONE && x->df->applied->res.v[c->base].flags & RES_PARTIAL;
	const struct kind *k = res_kind(x->df->want, w);
	strid to = status_of(x, k, w->body), from;

	if (!k->lifecycle)
		return;
	if (!to && k->lifecycle->dflt && (!h || is_partial))
		to = pool_adds(x->pool, k->lifecycle->dflt);
	from = h ? status_of(x, k, h->body) : pool_adds(x->pool, k->lifecycle->born);
	if (!to || to == from || !from)
		return;
	if (!reachable(k->lifecycle, pool_get(x->pool, from), pool_get(x->pool, to))) {
		diag_error(x->d, res_at(x->df->want, w), "state",
			"%s '%s' is %s and cannot become %s", k->name, pool_str(x->pool, w->name),
			pool_str(x->pool, from), pool_str(x->pool, to));
		return;
	}
	c->status_from = from;
	c->status_to = to;
}

/* --- fields --- */

static void check_required(
	struct differ *x, const struct res *w, const struct field *rows, struct val body)
{
	for (const struct field *f = rows; f && f->name; f++) {
		struct val part = val_get(x->v, body, f->name);

		if (!field_applies(f, res_disc(x->df->want, w)))
			continue;
		if (f->flags & F_REQUIRED && val_empty(x->v, part))
			diag_error(x->d, res_at(x->df->want, w), "key",
				"%s '%s' is to be created, and '%s' is missing",
				res_kind(x->df->want, w)->name, pool_str(x->pool, w->name),
				f->name);
		else if (f->type == F_MAP && f->sub && val_tag(part) == V_MAP)
			check_required(x, w, f->sub, part);
	}
}

static void check_create_only(struct differ *x, const struct res *w, struct change *c)
{
	const struct kind *k = res_kind(x->df->want, w);

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct row *r = &x->df->rows.v[c->first_row + i];
		const struct field *f =
			field_at(k, pool_get(x->pool, r->path), res_disc(x->df->want, w));
		struct srcloc at = res_at(x->df->want, w);

		if (!f || !(f->flags & F_CREATE_ONLY))
			continue;
		if (r->mark) {
			at.line = mark_line(r->mark);
			at.col = mark_col(r->mark);
		}
		diag_error(x->d, at, "state", "'%s' of %s '%s' cannot be changed once it exists",
			f->name, k->name, pool_str(x->pool, w->name));
		diag_hint(x->d, "declare a new one under another name, then remove this one");
	}
}

static void diff_fields(
	struct differ *x, struct change *c, const struct res *w, const struct res *h)
{
	const struct kind *k = res_kind(x->df->want, w);
	struct slice disc = res_disc(x->df->want, w);

	if (!disc.p && h)
		disc = res_disc(x->df->live, h);
	c->first_row = x->df->rows.n;
	compare_bodies(x->v, k, disc, w->body, h ? h->body : VAL_ABSENT, &x->df->rows);
	if (h && !(w->flags & RES_SYSTEM) &&
		val_tag(val_path(x->v, w->body, k->name_path)) == V_ABSENT &&
		bind_name(x->df->want, w->kind, w->name) !=
			bind_name(x->df->want, w->kind, h->name)) {
		AUTO(buf) struct buf path = BUF_TEXT;

		/* the key is the name, unless the field says otherwise */
		for (const char *p = k->name_path; *p; p++)
			buf_addc(&path, *p == '.' ? PATH_SEP : *p);
		vec_push(&x->df->rows, (struct row){.path = pool_add(x->pool, buf_slice(&path)),
					       .from = val_str(h->name),
					       .to = val_str(w->name),
					       .mark = w->mark});
	}
	c->nrows = x->df->rows.n - c->first_row;
}

static void refuse_fixed(struct differ *x, const struct res *w, const struct change *c)
{
	const struct kind *k = res_kind(x->df->want, w);

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct row *r = &x->df->rows.v[c->first_row + i];
		const struct field *f =
			field_at(k, pool_get(x->pool, r->path), res_disc(x->df->want, w));

		if (f && f->flags & F_LINK)
			continue;
		diag_error(x->d, res_at(x->df->want, w), "state",
			"%s '%s' is Okta's own and cannot be changed", k->name,
			pool_str(x->pool, w->name));
		return;
	}
	if (c->status_to)
		diag_error(x->d, res_at(x->df->want, w), "state",
			"%s '%s' is Okta's own: it cannot be activated or deactivated", k->name,
			pool_str(x->pool, w->name));
}

/* A parent that is being made brings its system child along where Okta makes one. */
static bool system_child_comes(struct differ *x, const struct res *w)
{
	const struct kinds *kinds = x->df->want->kinds;
	const struct kind *parent = kinds->v[kind_by_name(kinds, res_kind(x->df->want, w)->parent)];

	return parent->child->born_with &&
	       slice_in(res_disc(x->df->want, w), parent->child->born_with);
}

static bool takes_no_new(struct differ *x, const struct res *w)
{
	const struct kinds *kinds = x->df->want->kinds;
	const struct kind *k = res_kind(x->df->want, w);
	const char *none =
		k->parent ? kinds->v[kind_by_name(kinds, k->parent)]->child->no_new : k->no_new;

	return none && slice_in(res_disc(x->df->want, w), none);
}

static void diff_missing(struct differ *x, struct change *c, const struct res *w)
{
	const struct kind *k = res_kind(x->df->want, w);

	if (w->flags & RES_EXISTING) {
		diag_error(x->d, res_at(x->df->want, w), "reference",
			"%s '%s' is said to exist, and the tenant has none", k->name,
			pool_str(x->pool, w->name));
		return;
	}
	if (w->flags & RES_SYSTEM) {
		c->type = CHANGE_UPDATE;
		if (!system_child_comes(x, w))
			diag_error(x->d, res_at(x->df->want, w), "state",
				"policies of type %s have no default rule of their own",
				pool_str(x->pool, w->disc));
		return;
	}
	if (takes_no_new(x, w)) {
		diag_error(x->d, res_at(x->df->want, w), "state", "Okta takes no new %s of type %s",
			k->name, pool_str(x->pool, w->disc));
		return;
	}
	c->type = CHANGE_CREATE;
	check_required(x, w, k->fields, w->body);
}

/* What the state knows of it, under its name or one that it had. */
static res_ix base_of(struct differ *x, const struct res *w, const struct res *h)
{
	res_ix a = x->df->applied ? snapshot_find(x->df->applied, w->kind, w->key) : NONE;
	strid old;

	for (uint32_t i = 0; a == NONE && x->df->applied && h; i++) {
		old = val_strid(val_at(x->v, w->previously, i));
		if (!old)
			break;
		a = snapshot_find(x->df->applied, w->kind, bind_name(x->df->want, w->kind, old));
		if (a != NONE && x->df->applied->res.v[a].id != h->id)
			a = NONE;
	}
	return a;
}

static void diff_one(struct differ *x, res_ix ix)
{
	const struct res *w = &x->df->want->res.v[ix], *h = NULL;
	struct change c = {.kind = w->kind, .key = w->key, .want = ix, .have = NONE, .base = NONE};

	c.have = snapshot_find(x->df->live, w->kind, w->key);
	if (c.have != NONE)
		h = &x->df->live->res.v[c.have];
	c.base = base_of(x, w, h);
	diff_fields(x, &c, w, h);
	if (!h) {
		diff_missing(x, &c, w);
		if (c.type == CHANGE_CREATE)
			diff_status(x, &c, w, NULL);
	} else {
		diff_status(x, &c, w, h);
		c.type = c.nrows || c.status_to ? CHANGE_UPDATE : CHANGE_NONE;
		c.adopt = c.base == NONE;
		if (h->flags & RES_FIXED)
			refuse_fixed(x, w, &c);
		check_create_only(x, w, &c);
	}
	vec_push(&x->df->changes, c);
}

/* --- what is no longer declared --- */

/* Is the object that the state knows by this name declared under another one? */
static bool is_declared_id(struct differ *x, const struct res *a)
{
	res_ix h = a->id ? snapshot_find_id(x->df->live, a->kind, a->id) : NONE;

	return h != NONE && snapshot_find(x->df->want, a->kind, x->df->live->res.v[h].key) != NONE;
}

static bool parent_goes(struct differ *x, const struct res *a)
{
	uint16_t parent = kind_by_name(x->df->want->kinds, res_kind(x->df->want, a)->parent);

	return snapshot_find(x->df->want, parent, a->parent) == NONE;
}

static void diff_removed(struct differ *x, res_ix ix)
{
	const struct res *a = &x->df->applied->res.v[ix];
	const struct kind *k = res_kind(x->df->want, a);
	struct change c = {
		.type = CHANGE_FORGET, .kind = a->kind, .key = a->key, .want = NONE, .base = ix};
	const struct res *h;
	strid status;

	if (snapshot_find(x->df->want, a->kind, a->key) != NONE)
		return;
	c.have = snapshot_find(x->df->live, a->kind, a->key);
	/* the name may by now be another's: only the one with our id is ours */
	if (c.have != NONE && a->id && x->df->live->res.v[c.have].id != a->id)
		c.have = NONE;
	h = c.have == NONE ? NULL : &x->df->live->res.v[c.have];
	c.renamed = is_declared_id(x, a);
	if (a->parent) {
		/* rules of a policy that goes go with it; of others the list decides */
		uint16_t child = a->kind;

		if (h && !parent_goes(x, a) &&
			snapshot_list(x->df->want, child, UINT8_MAX, a->parent))
			return;
	} else if (h && !(h->flags & (RES_SYSTEM | RES_FIXED))) {
		if (k->removal == REMOVAL_DEACTIVATE) {
			status = status_of(x, k, h->body);
			if (!slice_is(pool_get(x->pool, status), k->lifecycle->gone)) {
				c.type = CHANGE_DELETE;
				c.status_from = status;
				c.status_to = pool_adds(x->pool, k->lifecycle->gone);
			}
		} else if (a->flags & RES_CREATED) {
			c.type = CHANGE_DELETE;
		}
	}
	vec_push(&x->df->changes, c);
}

/* Rules that stand in a declared list's policy and not in the list. */
static void diff_extra_children(struct differ *x)
{
	for (res_ix i = 0; i < x->df->live->res.n; i++) {
		const struct res *h = &x->df->live->res.v[i];
		struct change c = {.type = CHANGE_DELETE,
			.kind = h->kind,
			.key = h->key,
			.want = NONE,
			.have = i,
			.base = NONE};

		if (!h->parent || h->flags & RES_SYSTEM ||
			!snapshot_list(x->df->want, h->kind, UINT8_MAX, h->parent) ||
			snapshot_find(x->df->want, h->kind, h->key) != NONE)
			continue;
		if (x->df->applied)
			c.base = snapshot_find(x->df->applied, h->kind, h->key);
		vec_push(&x->df->changes, c);
	}
}

/* --- lists --- */

struct list_diff {
	struct differ *x;
	const struct edge_list *want, *have;
	const struct link *link;
	uint32_t change;
	uint16_t to_kind;
};

/* A deactivated user has no memberships that Okta shows: nothing is to be compared. */
static bool is_gone(struct list_diff *l, strid to)
{
	struct differ *x = l->x;
	const struct kind *k = x->df->want->kinds->v[l->to_kind];
	res_ix w = snapshot_find(x->df->want, l->to_kind, to), h;
	strid status = 0;

	if (!k->lifecycle || !k->lifecycle->gone)
		return false;
	if (w != NONE)
		status = status_of(x, k, x->df->want->res.v[w].body);
	h = snapshot_find(x->df->live, l->to_kind, to);
	if (!status && h != NONE)
		status = status_of(x, k, x->df->live->res.v[h].body);
	return status && slice_is(pool_get(x->pool, status), k->lifecycle->gone);
}

static void push_edge(struct list_diff *l, enum edge_type type, strid to, srcmark mark,
	struct val from, struct val attrs)
{
	vec_push(&l->x->df->edges, (struct edge_change){.type = type,
					   .kind = l->want->kind,
					   .link = l->want->link,
					   .from = l->want->from,
					   .to = to,
					   .attrs_from = from,
					   .attrs_to = attrs,
					   .file = l->want->file,
					   .mark = mark ? mark : l->want->mark,
					   .change = l->change});
	l->x->df->changes.v[l->change].touched = true;
}

static void extra_edge(struct list_diff *l, strid to, srcmark mark, const char *how)
{
	struct differ *x = l->x;
	const char *why = NULL;
	strid rule = 0;

	if (is_gone(l, to))
		return;
	switch (origin_of(x->origin, l->want->kind, l->want->link, l->want->from, to, &rule)) {
	case ORIGIN_DIRECT:
		push_edge(l, EDGE_REMOVE, to, mark, VAL_ABSENT, VAL_ABSENT);
		return;
	case ORIGIN_RULE:
		why = "is put there by";
		break;
	case ORIGIN_UNKNOWN:
		why = "may be put there by";
		break;
	}
	add_note(x->df,
		(struct srcloc){pool_str(x->pool, l->want->file), mark_line(l->want->mark),
			mark_col(l->want->mark)},
		"%s of %s '%s' %s, but %s rule '%s': left alone", pool_str(x->pool, to),
		x->df->want->kinds->v[l->want->kind]->name, pool_str(x->pool, l->want->from), how,
		why, pool_str(x->pool, rule));
}

static void wanted_edge(struct list_diff *l, const struct edge *w, struct val attrs)
{
	if (is_gone(l, w->to)) {
		add_note(l->x->df,
			(struct srcloc){pool_str(l->x->pool, l->want->file), mark_line(w->mark),
				mark_col(w->mark)},
			"%s is deactivated: not added to %s '%s'", pool_str(l->x->pool, w->to),
			l->x->df->want->kinds->v[l->want->kind]->name,
			pool_str(l->x->pool, l->want->from));
		return;
	}
	push_edge(l, EDGE_ADD, w->to, w->mark, VAL_ABSENT, attrs);
}

static void both_edges(struct list_diff *l, const struct edge *w, struct val want, struct val have)
{
	row_vec rows = {0};

	compare_attrs(l->x->v, l->link->attrs, want, have, &rows);
	if (rows.n)
		push_edge(l, EDGE_CHANGE, w->to, w->mark, have, want);
	vec_free(&rows);
}

static void diff_list(struct differ *x, const struct edge_list *want, uint32_t change)
{
	const struct snapshot *ws = x->df->want, *hs = x->df->live;
	struct list_diff l = {.x = x,
		.want = want,
		.have = snapshot_list(hs, want->kind, want->link, want->from),
		.link = &ws->kinds->v[want->kind]->links[want->link],
		.change = change};
	uint32_t i = 0, k = 0, n = l.have ? l.have->n : 0;

	l.to_kind = kind_by_name(ws->kinds, l.link->to);
	while (i < want->n || k < n) {
		const struct edge *w = i < want->n ? &ws->edges.v[want->first + i] : NULL;
		const struct edge *h = k < n ? &hs->edges.v[l.have->first + k] : NULL;

		if (w && h && w->to == h->to) {
			if (want->mode == LIST_EXCLUDE)
				extra_edge(&l, w->to, w->mark, "is to be kept out");
			else
				both_edges(&l, w, ws->attrs.v[want->first + i],
					hs->attrs.v[l.have->first + k]);
			i++;
			k++;
		} else if (w && (!h || w->to < h->to)) {
			if (want->mode != LIST_EXCLUDE)
				wanted_edge(&l, w, ws->attrs.v[want->first + i]);
			i++;
		} else {
			if (want->mode == LIST_EXACT)
				extra_edge(&l, h->to, 0, "is not in the list");
			k++;
		}
	}
}

static void diff_lists(struct differ *x)
{
	struct map at = MAP_INIT;

	for (uint32_t i = 0; i < x->df->changes.n; i++)
		map_set(&at, map_key(x->df->changes.v[i].kind, x->df->changes.v[i].key), i);
	for (uint32_t i = 0; i < x->df->want->lists.n; i++) {
		const struct edge_list *l = &x->df->want->lists.v[i];
		uint32_t change = map_get(&at, map_key(l->kind, l->from));
		res_ix h;

		if (l->link == UINT8_MAX || change == MAP_NONE)
			continue;
		h = snapshot_find(x->df->live, l->kind, l->from);
		if (h != NONE && x->df->live->res.v[h].flags & RES_FIXED &&
			x->df->want->kinds->v[l->kind]->links[l->link].own) {
			diag_error(x->d,
				(struct srcloc){pool_str(x->pool, l->file), mark_line(l->mark),
					mark_col(l->mark)},
				"state", "the %ss of %s '%s' are not ours to change",
				x->df->want->kinds->v[l->kind]->links[l->link].noun,
				x->df->want->kinds->v[l->kind]->name, pool_str(x->pool, l->from));
			continue;
		}
		diff_list(x, l, change);
	}
	map_release(&at);
}

static int by_change(const void *pa, const void *pb, void *pool)
{
	const struct change *a = pa, *b = pb;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	/* declared ones are in order already: rules in that of their list */
	if (a->want != NONE && b->want != NONE)
		return a->want < b->want ? -1 : 1;
	if ((a->want == NONE) != (b->want == NONE))
		return a->want == NONE ? 1 : -1;
	return slice_cmp(pool_get(pool, a->key), pool_get(pool, b->key));
}

static int by_edge(const void *pa, const void *pb, void *pool)
{
	const struct edge_change *a = pa, *b = pb;

	if (a->change != b->change)
		return a->change < b->change ? -1 : 1;
	if (a->link != b->link)
		return a->link < b->link ? -1 : 1;
	return slice_cmp(pool_get(pool, a->to), pool_get(pool, b->to));
}

static int by_text(const void *pa, const void *pb)
{
	return strcmp(((const struct note *)pa)->text, ((const struct note *)pb)->text);
}

static int by_name(const void *pa, const void *pb, void *arg)
{
	const struct snapshot *live = arg;
	const struct res *a = &live->res.v[*(const res_ix *)pa],
			 *b = &live->res.v[*(const res_ix *)pb];

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return slice_cmp(
		pool_get(live->values->pool, a->key), pool_get(live->values->pool, b->key));
}

static void find_unmanaged(struct diff *df)
{
	for (res_ix i = 0; i < df->live->res.n; i++) {
		const struct res *h = &df->live->res.v[i];

		if (!(h->flags & (RES_BOUND | RES_STUB | RES_SYSTEM | RES_FIXED)) && !h->parent)
			vec_push(&df->unmanaged, i);
	}
	if (df->unmanaged.n > 1)
		qsort_r(df->unmanaged.v, df->unmanaged.n, sizeof(res_ix), by_name,
			(struct snapshot *)(uintptr_t)df->live);
}

struct diff *diff_new(struct snapshot *want, const struct snapshot *live,
	const struct snapshot *applied, struct diags *d)
{
	struct diff *df = xcalloc(1, sizeof(*df));
	struct differ x = {.df = df, .d = d, .v = want->values, .pool = want->values->pool};

	df->want = want;
	df->live = live;
	df->applied = applied;
	x.origin = origin_new(want, live, applied);
	for (res_ix i = 0; i < want->res.n; i++)
		diff_one(&x, i);
	for (res_ix i = 0; applied && i < applied->res.n; i++)
		diff_removed(&x, i);
	diff_extra_children(&x);
	if (df->changes.n > 1)
		qsort_r(df->changes.v, df->changes.n, sizeof(*df->changes.v), by_change, x.pool);
	diff_lists(&x);
	if (df->edges.n > 1)
		qsort_r(df->edges.v, df->edges.n, sizeof(*df->edges.v), by_edge, x.pool);
	vec_sort(&df->notes, by_text);
	order_diff(df, d);
	find_unmanaged(df);
	origin_free(x.origin);
	return df;
}

void diff_free(struct diff *df)
{
	if (!df)
		return;
	vec_free(&df->changes);
	vec_free(&df->rows);
	vec_free(&df->edges);
	vec_free(&df->orders);
	vec_free(&df->order_keys);
	vec_free(&df->notes);
	vec_free(&df->unmanaged);
	arena_release(&df->text);
	free(df);
}
