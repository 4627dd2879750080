/*
 * Plain resources: one implementation of making, reading, changing and listing for all rows of collections[].
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/filter.h"

#include "providers/sandbox/refs.h"

#include <string.h>

static void do_list(struct call *c);
static void do_get(struct call *c);
static void do_create(struct call *c);
static void do_put(struct call *c);
static void do_post(struct call *c);
static void do_delete(struct call *c);
static void do_activate(struct call *c);
static void do_deactivate(struct call *c);

/* What is below a collection's path, and which flags it takes (any of need, none of unless). */
static const struct shape {
	struct route route; /* path: the rest behind the collection's */
	bool one;           /* for C_ONE, or for the others */
	unsigned need, unless;
} shapes[] = {
	{{"GET", "", do_get, 0, NULL}, true, 0, 0},
	{{"PUT", "", do_put, R_BODY, "update"}, true, 0, C_NO_PUT},
	{{"POST", "", do_put, R_BODY, "update"}, true, C_POST_WHOLE, 0},
	{{"POST", "", do_post, R_BODY, "update"}, true, C_POST, 0},
	{{"GET", "", do_list, 0, NULL}, false, 0, C_NO_LIST},
	{{"POST", "", do_create, R_BODY, "create"}, false, 0, C_NO_CREATE},
	{{"GET", "/{id}", do_get, 0, NULL}, false, 0, 0},
	{{"PUT", "/{id}", do_put, R_BODY, "update"}, false, 0, C_NO_PUT},
	{{"POST", "/{id}", do_put, R_BODY, "update"}, false, C_POST_WHOLE, 0},
	{{"POST", "/{id}", do_post, R_BODY, "update"}, false, C_POST, 0},
	{{"PATCH", "/{id}", do_post, R_BODY, "update"}, false, C_PATCH, 0},
	{{"DELETE", "/{id}", do_delete, 0, "delete"}, false, 0, C_NO_DELETE},
	{{"POST", "/{id}/lifecycle/activate", do_activate, R_OPT_BODY, "activate"}, false,
		C_LIFECYCLE | C_LIFE_204 | C_LIFE_BLANK, 0},
	{{"POST", "/{id}/lifecycle/deactivate", do_deactivate, R_OPT_BODY, "deactivate"}, false,
		C_LIFECYCLE | C_LIFE_204 | C_LIFE_BLANK, 0},
};

/* --- which row --- */

/* How many segments of the request the collection's path takes, or 0. */
static size_t head_fits(const char *path, const struct slice *seg, size_t n, struct slice *arg)
{
	struct slice rest = slice_of(path + 1), part;
	size_t i = 0, narg = 0;

	for (; slice_cut(&rest, '/', &part); i++) {
		if (i >= n)
			return 0;
		if (part.p[0] == '{')
			arg[narg++] = seg[i];
		else if (!slice_eq(part, seg[i]))
			return 0;
	}
	return i;
}

static bool tail_fits(const char *path, const struct slice *seg, size_t n, struct slice *ret_id)
{
	struct slice rest = slice_of(path), part;
	size_t i = 0;

	/* the part before the leading slash is empty, and there is no other in "" */
	if (!slice_cut(&rest, '/', &part) || !rest.p)
		return n == 0;
	for (; slice_cut(&rest, '/', &part); i++) {
		if (i >= n)
			return false;
		if (part.p[0] == '{')
			*ret_id = seg[i];
		else if (!slice_eq(part, seg[i]))
			return false;
	}
	return i == n;
}

static bool offers(const struct collection *col, const struct shape *s)
{
	return s->one == ((col->flags & C_ONE) != 0) && (!s->need || col->flags & s->need) &&
	       !(col->flags & s->unless);
}

void collection_routes(struct buf *to)
{
	for (const struct collection *const *v = collections; *v; v++) {
		for (size_t i = 0; i < LEN(shapes); i++) {
			if (offers(*v, &shapes[i]))
				buf_addf(to, "%s %s%s\n", shapes[i].route.method, (*v)->path,
					shapes[i].route.path);
		}
	}
}

const struct route *collection_route(
	struct call *c, const struct slice *seg, size_t n, bool *ret_other)
{
	for (const struct collection *const *v = collections; *v; v++) {
		struct slice arg[ARG_MAX + 1] = {{NULL, 0}};
		size_t head = head_fits((*v)->path, seg, n, arg),
		       at = collection_params((*v)->path);

		for (size_t i = 0; head && i < LEN(shapes); i++) {
			const struct shape *s = &shapes[i];

			if (!offers(*v, s) ||
				!tail_fits(s->route.path, seg + head, n - head, &arg[at]))
				continue;
			*ret_other = true;
			if (!streq(s->route.method, c->req->method))
				continue;
			c->col = *v;
			memcpy(c->arg, arg, sizeof(c->arg));
			return &s->route;
		}
	}
	return NULL;
}

void fail_with(struct call *c, const struct refusal *r)
{
	fail(c, r->status, r->code, r->summary, NULL);
}

static void not_there(struct call *c, const struct collection *col, struct slice id)
{
	if (col->missing)
		fail_with(c, col->missing);
	else
		fail_missing(c, id, col->type);
}

struct obj *collection_find(struct call *c, const struct collection *col, struct slice id)
{
	struct obj *o = col->alias ? col->alias(c, id) : NULL;

	if (!o)
		o = store_find(c->s, col->kind, id);
	if (!o)
		not_there(c, col, id);
	return o;
}

/* What has routes of its own is found as those do it: a user by login too. */
static struct obj *(*const finders[K_COUNT])(struct call *c, struct slice id) = {
	[K_USER] = user_of,
	[K_GROUP] = group_of,
	[K_APP] = app_of,
	[K_POLICY] = policy_of,
};

static struct obj *find_any(struct call *c, enum kind k, struct slice id)
{
	const struct collection *col = collection_of(k);
	struct obj *o;

	if (col)
		return collection_find(c, col, id);
	o = finders[k] ? finders[k](c, id) : store_find(c->s, k, id);
	if (!o && !finders[k])
		fail_missing(c, id, "Resource");
	return o;
}

/* The object that the collection belongs to; the ones above it must be its own. */
static bool find_parent(struct call *c)
{
	enum kind chain[ARG_MAX];
	size_t depth = 0;
	const struct collection *col = c->col;

	for (; col && col->of != K_COUNT && depth < ARG_MAX; col = collection_of(chain[depth - 1]))
		chain[depth++] = col->of;
	for (size_t i = 0; i < depth; i++) {
		struct obj *o = find_any(c, chain[depth - 1 - i], c->arg[i]);

		if (!o)
			return false;
		if (c->parent && o->parent != c->parent->ix) {
			fail_missing(c, c->arg[i], "Resource");
			return false;
		}
		c->parent = o;
	}
	return true;
}

struct obj *collection_one(struct call *c, const struct collection *col, struct obj *parent)
{
	AUTO_PTR(js) none = NULL;

	STORE_EACH(c->s, col->kind, o) {
		if (collection_row(o) == col && (!parent || o->parent == parent->ix))
			return o;
	}
	none = js_new_map();
	return collection_make(c, col, parent, none);
}

/* The object that the path ends with, below the parent that it names. */
static struct obj *target(struct call *c)
{
	struct obj *o;

	if (!find_parent(c))
		return NULL;
	if (c->col->flags & C_ONE)
		return collection_one(c, c->col, c->parent);
	o = collection_find(c, c->col, c->arg[collection_params(c->col->path)]);
	if (o && c->parent && o->parent != c->parent->ix) {
		not_there(c, c->col, c->arg[collection_params(c->col->path)]);
		return NULL;
	}
	return o;
}

/* --- the requests --- */

static bool fits_q(struct slice key, struct slice q, bool inside)
{
	for (size_t i = 0; i + q.n <= key.n; i++) {
		if (slice_eq_fold((struct slice){key.p + i, q.n}, q))
			return true;
		if (!inside)
			break;
	}
	return false;
}

static bool in_list(
	struct call *c, const struct collection *col, const struct obj *o, const struct filter *f)
{
	struct slice q = query_get(c, "q"), key;
	AUTO_PTR(js) doc = NULL;

	if (!col->listed && !q.n && !f)
		return true;
	doc = obj_doc(o);
	key = collection_key(col, doc);
	if (q.n && key.p && !fits_q(key, q, col->flags & C_Q_INSIDE))
		return false;
	return (!f || filter_match(f, doc, NULL, NULL)) && (!col->listed || col->listed(c, o, doc));
}

/* The filter or search that was asked for, in *ret; false when it answered. */
static bool read_filter(struct call *c, const struct collection *col, const struct filter **ret)
{
	struct slice filter = col->filter ? query_get(c, "filter") : (struct slice){NULL, 0},
		     search = col->search ? query_get(c, "search") : (struct slice){NULL, 0},
		     text = filter.p ? filter : search;

	*ret = NULL;
	if (!text.p)
		return true;
	*ret = filter_parse(c, text, filter.p ? FILTER_EXACT : FILTER_SEARCH);
	if (*ret && filter_attrs_in(*ret, filter.p ? col->filter : col->search))
		return true;
	fail_filter(c, text);
	return false;
}

void collection_list(struct call *c, const struct collection *col, const struct obj *parent)
{
	uint32_t limit =
		col->search_limit && query_get(c, "search").n ? col->search_limit : col->limit;
	const struct filter *f;
	struct page p;

	if (!read_filter(c, col, &f) || !page_begin(c, &p, limit, col->max))
		return;
	if (col->envelope)
		page_wrap(c, &p, col->envelope);
	for (uint32_t i = p.has_after ? store_after(c->s, col->kind, p.after) : 0;
		i < c->s->of[col->kind].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[col->kind].v[i]);

		if ((parent && o->parent != parent->ix) || !in_list(c, col, o, f))
			continue;
		if (!page_more(&p))
			break;
		collection_add(page_item(c, &p, o->ix), c, col, o);
	}
	page_end(c, &p, col->limit ? (col->keep ? col->keep : "") : NULL);
}

static void do_list(struct call *c)
{
	if (find_parent(c))
		collection_list(c, c->col, c->parent);
}

static void do_get(struct call *c)
{
	const struct obj *o = target(c);

	if (o)
		collection_reply(c, 200, c->col, o);
}

static void do_create(struct call *c)
{
	collection_create(c, c->col);
}

void collection_create(struct call *c, const struct collection *col)
{
	struct obj *o;

	c->col = col;
	if (!find_parent(c))
		return;
	o = store_new(c->s, c->col->kind, c->col->prefix);
	o->parent = c->parent ? c->parent->ix : NO_OBJ;
	o->status = c->col->flags & C_BORN_INACTIVE ? ST_INACTIVE : ST_ACTIVE;
	o->system = c->s->filling && js_bool(js_get(c->body, "system"));
	c->made = o;
	if (!collection_change(c, c->col, o, c->body, NULL)) {
		store_drop(c->s, o);
		return;
	}
	collection_reply(c, c->col->flags & C_CREATED ? 201 : 200, c->col, o);
}

static void do_put(struct call *c)
{
	struct obj *o = target(c);
	AUTO_PTR(js) old = o ? obj_doc(o) : NULL;

	if (o && collection_change(c, c->col, o, c->body, old))
		collection_reply(c, 200, c->col, o);
}

/* What was there with what came in on top, map by map. */
static void merge(struct js *to, const struct js *from)
{
	for (void *it = js_first(from); it; it = js_next(from, it)) {
		struct js *have = js_getm(to, js_key(it));

		if (js_type(have) == JS_MAP && js_type(js_val(it)) == JS_MAP)
			merge(have, js_val(it));
		else
			js_set(to, js_key(it), js_copy(js_val(it)));
	}
}

static void do_post(struct call *c)
{
	struct obj *o = target(c);
	AUTO_PTR(js) old = o ? obj_doc(o) : NULL;
	AUTO_PTR(js) body = o ? js_copy(old) : NULL;

	if (!o)
		return;
	merge(body, c->body);
	if (collection_change(c, c->col, o, body, old))
		collection_reply(c, 200, c->col, o);
}

static void do_delete(struct call *c)
{
	struct obj *o = target(c);

	if (!o)
		return;
	if (o->system)
		fail(c, 403, "E0000111", "Cannot modify the object because it is read-only.", NULL);
	else if (c->col->flags & C_INACTIVE_FIRST && o->status == ST_ACTIVE)
		fail_field(c, "status", "status: only what is inactive can be deleted");
	else if (refs_none(c, o) && (!c->col->leave || c->col->leave(c, o))) {
		collection_drop(c, o);
		reply_status(c, c->col->flags & C_DELETE_200 ? 200 : 204);
	}
}

static void move(struct call *c, enum status to)
{
	struct obj *o = target(c);
	AUTO_PTR(js) doc = NULL;

	if (!o)
		return;
	doc = obj_doc(o);
	if (o->status != to && c->col->turn && !c->col->turn(c, o, to))
		return;
	if (o->status != to) {
		obj_set_status(o, doc, to);
		collection_touch(c, c->col, doc);
		obj_put(o, doc);
	}
	if (c->col->flags & (C_LIFE_204 | C_LIFE_BLANK))
		reply_status(c, c->col->flags & C_LIFE_204 ? 204 : 200);
	else
		collection_reply(c, 200, c->col, o);
}

static void do_activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

static void do_deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}
