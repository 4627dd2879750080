#include "state/snapshot.h"

#include <stdlib.h>

struct snapshot *snapshot_new(const struct kinds *kinds, struct values *values)
{
	struct snapshot *s = xcalloc(1, sizeof(*s));

	s->kinds = kinds;
	s->values = values;
	return s;
}

void snapshot_free(struct snapshot *s)
{
	if (!s)
		return;
	vec_free(&s->res);
	vec_free(&s->lists);
	vec_free(&s->edges);
	vec_free(&s->attrs);
	map_release(&s->by_key);
	map_release(&s->by_id);
	map_release(&s->by_list);
	free(s);
}

res_ix snapshot_add(struct snapshot *s, const struct res *r)
{
	res_ix ix = s->res.n;

	if (s->sealed)
		BUG("a sealed snapshot was added to");
	vec_push(&s->res, *r);
	if (r->id)
		map_set(&s->by_id, map_key(r->kind, r->id), ix);
	return ix;
}

void snapshot_open_list(struct snapshot *s, const struct edge_list *l)
{
	vec_push(&s->lists, *l);
	s->lists.v[s->lists.n - 1].first = s->edges.n;
	s->lists.v[s->lists.n - 1].n = 0;
}

void snapshot_push_edge(struct snapshot *s, strid to, srcmark mark, struct val attrs)
{
	vec_push(&s->edges, (struct edge){.to = to, .mark = mark});
	vec_push(&s->attrs, attrs);
	s->lists.v[s->lists.n - 1].n++;
}

struct both {
	struct edge edge;
	struct val attrs;
};

static int by_to(const void *pa, const void *pb)
{
	const struct both *a = pa, *b = pb;

	return a->edge.to < b->edge.to ? -1 : a->edge.to > b->edge.to;
}

static bool is_sorted(const struct snapshot *s, const struct edge_list *l)
{
	for (uint32_t i = 1; i < l->n; i++) {
		if (s->edges.v[l->first + i - 1].to >= s->edges.v[l->first + i].to)
			return false;
	}
	return true;
}

static void sort_list(struct snapshot *s, struct edge_list *l)
{
	struct both *tmp;
	uint32_t kept = 0;

	if (is_sorted(s, l))
		return;
	tmp = xcalloc(l->n, sizeof(*tmp));
	for (uint32_t i = 0; i < l->n; i++)
		tmp[i] = (struct both){s->edges.v[l->first + i], s->attrs.v[l->first + i]};
	qsort(tmp, l->n, sizeof(*tmp), by_to);
	for (uint32_t i = 0; i < l->n; i++) {
		if (kept && tmp[i].edge.to == s->edges.v[l->first + kept - 1].to)
			continue;
		s->edges.v[l->first + kept] = tmp[i].edge;
		s->attrs.v[l->first + kept] = tmp[i].attrs;
		kept++;
	}
	l->n = kept;
	free(tmp);
}

void snapshot_seal(struct snapshot *s)
{
	for (uint32_t i = 0; i < s->lists.n; i++) {
		struct edge_list *l = &s->lists.v[i];

		sort_list(s, l);
		map_set(&s->by_list, map_key((uint32_t)l->kind << 8 | l->link, l->from), i);
	}
	/* of twins the first stays reachable by name; RES_TWIN says that there are more */
	for (res_ix i = s->res.n; i > 0; i--) {
		const struct res *r = &s->res.v[i - 1];

		if (r->key)
			map_set(&s->by_key, map_key(r->kind, r->key), i - 1);
	}
	s->sealed = true;
}

res_ix snapshot_find(const struct snapshot *s, uint16_t kind, strid key)
{
	return map_get(&s->by_key, map_key(kind, key));
}

res_ix snapshot_find_id(const struct snapshot *s, uint16_t kind, strid id)
{
	return map_get(&s->by_id, map_key(kind, id));
}

const struct edge_list *snapshot_list(
	const struct snapshot *s, uint16_t kind, uint16_t link, strid from)
{
	uint32_t i = map_get(&s->by_list, map_key((uint32_t)kind << 8 | link, from));

	return i == MAP_NONE ? NULL : &s->lists.v[i];
}

struct slice res_disc(const struct snapshot *s, const struct res *r)
{
	return r->disc ? pool_get(s->values->pool, r->disc) : (struct slice){NULL, 0};
}

void key_describe(const struct pool *pool, strid key, struct buf *out)
{
	struct slice rest = pool_get(pool, key), part;
	bool first = true;

	while (slice_cut(&rest, KEY_SEP, &part)) {
		if (!first)
			buf_adds(out, " / ");
		if (!part.n && !first)
			buf_adds(out, "(default rule)");
		buf_add_printable(out, part);
		first = false;
	}
}

void res_describe(const struct kinds *kinds, const struct pool *pool, uint16_t kind, strid key,
	struct buf *out)
{
	buf_addf(out, "%s ", kinds->v[kind]->name);
	key_describe(pool, key, out);
}

strid key_child(struct pool *pool, strid parent, struct slice name)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_add_slice(&b, pool_get(pool, parent));
	buf_addc(&b, KEY_SEP);
	buf_add_slice(&b, name);
	return pool_add(pool, buf_slice(&b));
}
