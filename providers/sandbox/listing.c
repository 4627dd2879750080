/*
 * The lists of users and of groups.
 */
#include "providers/sandbox/listing.h"
#include "providers/sandbox/filter.h"

#include <stdlib.h>

struct item {
	const struct obj *o;
	struct slice key; /* in the call's arena */
	bool down;
};

static const struct filter *read_filter(
	struct call *c, const struct listing *l, struct slice filter, struct slice search)
{
	struct slice text = filter.p ? filter : search;
	const struct filter *f = filter_parse(c, text, filter.p ? FILTER_EXACT : FILTER_SEARCH);
	bool ok = f != NULL;

	if (ok && filter.p)
		ok = filter_attrs_in(f, l->filter) &&
		     filter_ops_in(f, "eq", "gt|ge|lt|le", l->ranges);
	else if (ok)
		ok = filter_attrs_in(f, l->search) &&
		     filter_ops_in(f, "eq|sw|gt|ge|lt|le|pr", "co", l->parts);
	if (ok)
		return f;
	fail_filter(c, text);
	return NULL;
}

static int by_key(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	int d = slice_cmp(x->key, y->key);

	if (d)
		return x->down ? -d : d;
	return x->o->ix < y->o->ix ? -1 : x->o->ix > y->o->ix;
}

/* Objects are ordered by an attribute without regard to case; those without it come first. */
static struct slice key_of(struct call *c, const struct js *doc, const char *path)
{
	AUTO(buf) struct buf key = BUF_TEXT;

	buf_add_lower(&key, js_str(js_path(doc, path)));
	return arena_slice(&c->mem, buf_slice(&key));
}

static void list_ordered(
	struct call *c, const struct listing *l, const struct filter *f, struct page *p)
{
	const char *path = arena_str(&c->mem, query_get(c, "sortBy"));
	uint32_t all = c->s->of[l->kind].n;
	struct item *v = arena_array(&c->mem, all + 1, sizeof(*v));
	size_t n = 0, at = 0;

	for (uint32_t i = 0; i < all; i++) {
		const struct obj *o = store_at(c->s, c->s->of[l->kind].v[i]);
		AUTO_PTR(js) doc = obj_doc(o);

		if (filter_match(f, doc, NULL, NULL))
			v[n++] = (struct item){
				o, key_of(c, doc, path), query_is(c, "sortOrder", "desc")};
	}
	qsort(v, n, sizeof(*v), by_key);
	while (p->has_after && at < n && v[at].o->ix != p->after)
		at++;
	for (at += p->has_after; at < n && page_more(p); at++)
		l->add(page_item(c, p, v[at].o->ix), c, v[at].o);
}

static void list_stored(
	struct call *c, const struct listing *l, const struct filter *f, struct page *p)
{
	for (uint32_t i = p->has_after ? store_after(c->s, l->kind, p->after) : 0;
		i < c->s->of[l->kind].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[l->kind].v[i]);
		AUTO_PTR(js) doc = f ? obj_doc(o) : NULL;

		if (f ? !filter_match(f, doc, NULL, NULL) : l->hidden && l->hidden(o))
			continue;
		if (!page_more(p))
			return;
		l->add(page_item(c, p, o->ix), c, o);
	}
}

/* What fits q exactly, then the rest; there are no pages. */
static void list_fitting(struct call *c, const struct listing *l, struct slice q, struct page *p)
{
	for (int want = 2; want > 0; want--) {
		for (uint32_t i = 0; i < c->s->of[l->kind].n && p->n < p->limit; i++) {
			const struct obj *o = store_at(c->s, c->s->of[l->kind].v[i]);
			AUTO_PTR(js) doc = obj_doc(o);

			if ((!l->hidden || !l->hidden(o)) && l->fits(doc, q) == want)
				l->add(page_item(c, p, o->ix), c, o);
		}
	}
}

static void list_only(struct call *c, const struct listing *l, const struct filter *f,
	const struct obj *o, struct page *p)
{
	AUTO_PTR(js) doc = o && (!p->has_after || o->ix > p->after) ? obj_doc(o) : NULL;

	if (doc && filter_match(f, doc, NULL, NULL))
		l->add(page_item(c, p, o->ix), c, o);
}

/* An order that is none is as good as not asked for. */
static void drop_bad_order(struct call *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nquery; i++) {
		if (!slice_is(c->query[i].name, "sortOrder") || query_is(c, "sortOrder", "asc") ||
			query_is(c, "sortOrder", "desc"))
			c->query[n++] = c->query[i];
	}
	c->nquery = n;
}

void list_objects(struct call *c, const struct listing *l)
{
	struct slice q = query_get(c, "q"), filter = query_get(c, "filter"),
		     search = query_get(c, "search");
	const struct filter *f = NULL;
	const struct obj *only;
	struct page p;

	drop_bad_order(c);
	if (filter.p && search.p) {
		fail(c, 400, "E0000033",
			"Bad request. Can't specify a search query and filter in the same request.",
			NULL);
		return;
	}
	if ((filter.p || search.p) && !(f = read_filter(c, l, filter, search)))
		return;
	if (!page_begin(c, &p, q.p && !f ? l->q_limit : l->limit, q.p && !f ? l->q_max : l->max))
		return;
	if (f && l->only && l->only(c->s, f, &only))
		list_only(c, l, f, only, &p);
	else if (search.p && query_get(c, "sortBy").n)
		list_ordered(c, l, f, &p);
	else if (q.p && !f)
		list_fitting(c, l, q, &p);
	else
		list_stored(c, l, f, &p);
	page_end(c, &p, q.p && !f ? NULL : l->keep);
}
