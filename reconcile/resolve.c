#include "reconcile/resolve.h"

#include "base/suggest.h"
#include "reconcile/bind.h"
#include "state/refs.h"

/* --- live: ids -> keys --- */

static strid key_of_id(const struct snapshot *live, uint16_t kind, strid id)
{
	res_ix ix = snapshot_find_id(live, kind, id);

	return ix == NONE ? 0 : live->res.v[ix].key;
}

static bool is_id_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Ids of groups in an expression -> ${group.NAME.id}; they are 20 characters and known. */
static void name_expression(const struct snapshot *live, struct val *cell)
{
	AUTO(buf) struct buf out = BUF_TEXT;
	struct pool *pool = live->values->pool;
	struct slice s = pool_get(pool, val_strid(*cell));
	uint16_t group = kind_by_name(live->kinds, "group");
	bool changed = false;

	for (size_t i = 0; i < s.n;) {
		size_t n = 0;
		strid id, key;

		while (i + n < s.n && is_id_char(s.p[i + n]))
			n++;
		id = n == 20 ? pool_find(pool, (struct slice){s.p + i, n}) : 0;
		key = id ? key_of_id(live, group, id) : 0;
		if (key) {
			buf_addf(&out, "${group.%s.id}", pool_str(pool, key));
			changed = true;
		} else {
			buf_add(&out, s.p + i, n ? n : 1);
		}
		i += n ? n : 1;
	}
	if (changed)
		*cell = val_str(pool_add(pool, buf_slice(&out)));
}

static void link_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	const struct snapshot *live = arg;
	strid key;

	(void)mark;
	if (f->type == F_EXPR) {
		name_expression(live, cell);
		return;
	}
	key = key_of_id(live, kind_by_name(live->kinds, f->arg), val_strid(*cell));
	/* an id that nobody has is left over in Okta from something deleted */
	*cell = key ? val_ref(key) : VAL_NULL;
}

void resolve_body(
	const struct snapshot *known, const struct kind *k, struct val body, struct slice disc)
{
	refs_each(known->values, k, body, disc, link_cell, (void *)(uintptr_t)known);
}

void resolve_live(struct snapshot *live)
{
	for (res_ix i = 0; i < live->res.n; i++) {
		const struct res *r = &live->res.v[i];

		refs_each(live->values, res_kind(live, r), r->body, res_disc(live, r), link_cell,
			live);
	}
	for (uint32_t i = 0; i < live->lists.n; i++) {
		struct edge_list *l = &live->lists.v[i];
		const struct link *link = &live->kinds->v[l->kind]->links[l->link];
		uint16_t to = kind_by_name(live->kinds, link->to);
		uint32_t kept = 0;

		l->from = key_of_id(live, l->kind, l->from);
		for (uint32_t k = 0; k < l->n; k++) {
			strid key = key_of_id(live, to, live->edges.v[l->first + k].to);

			if (!key)
				continue;
			live->attrs.v[l->first + kept] = live->attrs.v[l->first + k];
			live->edges.v[l->first + kept++].to = key;
		}
		l->n = kept;
	}
}

/* --- what nobody has yet --- */

struct unknown {
	struct snapshot *live, *want;
	uint16_t kind;
	struct map names; /* of the kind's live resources */
	struct strids *ret_names, *ret_ids;
	bool in_live;
};

static void note(struct unknown *u, strid s)
{
	if (!s)
		return;
	if (u->in_live) {
		if (snapshot_find_id(u->live, u->kind, s) == NONE)
			vec_push(u->ret_ids, s);
	} else if (snapshot_find(u->want, u->kind, s) == NONE && !map_has(&u->names, s)) {
		vec_push(u->ret_names, s);
	}
}

static void note_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct unknown *u = arg;

	(void)mark;
	if (f->type == F_REF && kind_by_name(u->live->kinds, f->arg) == u->kind)
		note(u, val_strid(*cell));
}

static void note_all(struct unknown *u, struct snapshot *s, bool in_live)
{
	u->in_live = in_live;
	for (res_ix i = 0; i < s->res.n; i++) {
		const struct res *r = &s->res.v[i];

		refs_each(s->values, res_kind(s, r), r->body, res_disc(s, r), note_cell, u);
	}
	for (uint32_t i = 0; i < s->lists.n; i++) {
		const struct edge_list *l = &s->lists.v[i];

		if (l->link == UINT8_MAX ||
			!streq(s->kinds->v[l->kind]->links[l->link].to, s->kinds->v[u->kind]->name))
			continue;
		for (uint32_t k = 0; k < l->n; k++)
			note(u, s->edges.v[l->first + k].to);
	}
}

static int by_strid(const void *a, const void *b)
{
	strid x = *(const strid *)a, y = *(const strid *)b;

	return x < y ? -1 : x > y;
}

static void unique(struct strids *s)
{
	uint32_t kept = 0;

	vec_sort(s, by_strid);
	for (uint32_t i = 0; i < s->n; i++) {
		if (!kept || s->v[kept - 1] != s->v[i])
			s->v[kept++] = s->v[i];
	}
	s->n = kept;
}

void resolve_unknown(struct snapshot *live, struct snapshot *want, uint16_t kind,
	struct strids *ret_names, struct strids *ret_ids)
{
	struct unknown u = {live, want, kind, MAP_INIT, ret_names, ret_ids, false};

	for (res_ix i = 0; i < live->res.n; i++) {
		const struct res *r = &live->res.v[i];

		if (r->kind == kind)
			map_set(&u.names, bind_name(live, kind, r->name), 1);
	}
	if (want)
		note_all(&u, want, false);
	note_all(&u, live, true);
	map_release(&u.names);
	unique(ret_names);
	unique(ret_ids);
}

/* --- desired: names that somebody has --- */

struct resolver {
	struct snapshot *want;
	const struct snapshot *live;
	struct diags *d;
	const char *file;
};

static void nobody(struct resolver *r, const char *kind, uint16_t k, strid name, struct srcloc at)
{
	struct pool *pool = r->want->values->pool;
	struct suggest s = suggest_for(pool_get(pool, name));

	for (res_ix i = 0; i < r->want->res.n; i++) {
		if (r->want->res.v[i].kind == k)
			suggest_offer(&s, pool_get(pool, r->want->res.v[i].key));
	}
	for (res_ix i = 0; i < r->live->res.n; i++) {
		if (r->live->res.v[i].kind == k)
			suggest_offer(&s, pool_get(pool, r->live->res.v[i].key));
	}
	diag_error(r->d, at, "reference", "no %s '%s' in the manifests or the tenant", kind,
		pool_str(pool, name));
	if (suggest_best(&s).p)
		diag_hint(r->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
}

/* A live resource called name whose key says more (NAME (TYPE)); 0 where there is none, or more than one. */
static strid by_plain_name(struct resolver *r, uint16_t k, strid name, const char *disc)
{
	struct pool *pool = r->want->values->pool;
	strid found = 0;

	for (res_ix i = 0; i < r->live->res.n; i++) {
		const struct res *l = &r->live->res.v[i];

		if (l->kind != k || l->name != name ||
			(disc && !slice_is(pool_get(pool, l->disc), disc)))
			continue;
		if (found && found != l->key)
			return 0;
		found = l->key;
	}
	return found;
}

/* The key that a name stands for, or 0 after an error. */
static strid resolve(
	struct resolver *r, const char *kind, strid name, const char *disc, struct srcloc at)
{
	struct pool *pool = r->want->values->pool;
	uint16_t k = kind_by_name(r->want->kinds, kind);
	res_ix w = snapshot_find(r->want, k, name), l = snapshot_find(r->live, k, name);
	const struct res *found = w != NONE   ? &r->want->res.v[w]
				  : l != NONE ? &r->live->res.v[l]
					      : NULL;
	strid key;

	if (found && (!disc || !found->disc || slice_is(pool_get(pool, found->disc), disc))) {
		if (w == NONE && found->flags & RES_TWIN) {
			diag_error(r->d, at, "reference",
				"the tenant has more than one %s called '%s'", kind,
				pool_str(pool, name));
			diag_hint(r->d, "give them different names in the tenant first");
			return 0;
		}
		return name;
	}
	key = by_plain_name(r, k, name, disc);
	if (key)
		return key;
	if (found) {
		diag_error(r->d, at, "reference", "%s '%s' is of type %s; here it must be %s", kind,
			pool_str(pool, name), pool_str(pool, found->disc), disc);
		return 0;
	}
	nobody(r, kind, k, name, at);
	return 0;
}

static struct srcloc mark_at(const struct resolver *r, srcmark m)
{
	return (struct srcloc){r->file, mark_line(m), mark_col(m)};
}

static void resolve_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	struct resolver *r = arg;
	struct pool *pool = r->want->values->pool;
	struct slice rest, name;
	strid key;

	if (f->type == F_EXPR) {
		rest = pool_get(pool, val_strid(*cell));
		while (expr_next(&rest, &name))
			resolve(r, "group", pool_add(pool, name), NULL, mark_at(r, mark));
		return;
	}
	key = resolve(r, f->arg, val_strid(*cell), f->ref_disc, mark_at(r, mark));
	if (key)
		*cell = val_ref(key);
}

void resolve_want(struct snapshot *want, const struct snapshot *live, struct diags *d)
{
	struct resolver r = {want, live, d, NULL};
	struct pool *pool = want->values->pool;

	for (res_ix i = 0; i < want->res.n; i++) {
		const struct res *w = &want->res.v[i];

		r.file = pool_str(pool, w->file);
		refs_each(want->values, res_kind(want, w), w->body, res_disc(want, w), resolve_cell,
			&r);
	}
	for (uint32_t i = 0; i < want->lists.n; i++) {
		const struct edge_list *l = &want->lists.v[i];

		if (l->link == UINT8_MAX)
			continue;
		r.file = pool_str(pool, l->file);
		for (uint32_t k = 0; k < l->n; k++) {
			const struct edge *edge = &want->edges.v[l->first + k];

			resolve(&r, want->kinds->v[l->kind]->links[l->link].to, edge->to, NULL,
				mark_at(&r, edge->mark));
		}
	}
}
