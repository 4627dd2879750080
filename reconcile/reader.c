#include "reconcile/reader.h"

#include <stdlib.h>

#include "reconcile/bind.h"
#include "reconcile/resolve.h"
#include "state/refs.h"
#include "state/wire.h"

enum { MAX_PAGES = 200000, MAX_EMPTY = 3, MAX_DISCS = 16 };

/* One list of pages, from its first to its last. */
enum listing_of { OF_KIND, OF_EDGES, OF_CHILDREN, OF_LOOKUP };

struct stream {
	enum listing_of of;
	const char *bucket;
	uint16_t kind, link;
	res_ix parent; /* OF_EDGES, OF_CHILDREN: in live */
	VEC(struct edge) edges;
	VEC(struct val) attrs;
	struct buf last; /* the page asked for last */
	uint32_t pages, empty;
};

struct reader {
	struct engine *en;
	const struct kinds *kinds;
	struct values *values;
	struct snapshot *want, *live;
	const struct snapshot *applied;
	bool all;
	bool *needed;              /* by kind */
	strid (*discs)[MAX_DISCS]; /* by kind: discriminators that are needed; [0] NONE: all */
	VEC(struct stream *) streams;
	struct err err; /* the first failure */
};

/* --- what is needed --- */

/* disc 0: all of them. */
static void need_disc(struct reader *r, uint16_t kind, strid disc)
{
	strid *d = r->discs[kind], want = disc ? disc : NONE;

	for (int i = 0; i < MAX_DISCS; i++) {
		if (d[i] == want || d[i] == NONE)
			return;
		if (!d[i]) {
			d[i] = want;
			return;
		}
	}
}

static void need(struct reader *r, uint16_t kind, strid disc)
{
	if (r->kinds->v[kind]->lists) {
		r->needed[kind] = true;
		need_disc(r, kind, disc);
	}
}

/* People that are only named are looked up, not listed. */
static void need_ref(struct reader *r, const char *name, const char *disc)
{
	uint16_t kind = kind_by_name(r->kinds, name);

	if (!r->kinds->v[kind]->lookup)
		need(r, kind, disc ? pool_adds(r->values->pool, disc) : 0);
}

static void need_cell(void *arg, const struct field *f, struct val *cell, srcmark mark)
{
	(void)cell;
	(void)mark;
	need_ref(arg, f->type == F_EXPR ? "group" : f->arg, f->ref_disc);
}

static void need_snapshot(struct reader *r, struct snapshot *s)
{
	for (res_ix i = 0; i < s->res.n; i++) {
		const struct res *x = &s->res.v[i];

		if (!x->parent)
			need(r, x->kind, x->disc);
		refs_each(s->values, res_kind(s, x), x->body, res_disc(s, x), need_cell, r);
	}
	for (uint32_t i = 0; i < s->lists.n; i++) {
		const struct link *link;

		if (s->lists.v[i].link == UINT8_MAX)
			continue;
		link = &s->kinds->v[s->lists.v[i].kind]->links[s->lists.v[i].link];
		need_ref(r, link->to, NULL);
		if (link->fed_by && s->lists.v[i].mode == LIST_EXACT)
			need_ref(r, link->fed_by, NULL);
	}
}
static void need_all(struct reader *r)
{
	for (uint16_t k = 0; k < r->kinds->n; k++) {
		if (r->kinds->v[k]->lists)
			need(r, k, 0);
	}
}

static bool wants_list(const struct reader *r, uint16_t kind, const struct listing *l)
{
	strid only = l->only ? pool_adds(r->values->pool, l->only) : 0;

	for (int i = 0; i < MAX_DISCS && r->discs[kind][i]; i++) {
		if (!only || r->discs[kind][i] == NONE || r->discs[kind][i] == only)
			return true;
	}
	return false;
}

/* --- pages --- */

static void on_page(void *owner, uint32_t tag, const struct answer *a);

static void ask(struct reader *r, uint32_t stream, struct slice url)
{
	struct stream *s = r->streams.v[stream];
	struct call c = {.method = "GET",
		.bucket = s->bucket,
		.url = BUF_TEXT,
		.body = BUF_TEXT,
		.idempotent = true,
		.done = on_page,
		.owner = r,
		.tag = stream};

	buf_add_slice(&c.url, url);
	buf_clear(&s->last);
	buf_add_slice(&s->last, url);
	engine_add(r->en, &c);
}

/* path may have {id} in it. */
static void start(struct reader *r, const struct stream *s, const char *path, strid id)
{
	AUTO(buf) struct buf url = BUF_TEXT;
	const char *brace = strstr(path, "{id}");
	struct stream *copy = xcalloc(1, sizeof(*copy));

	*copy = *s;
	copy->last = (struct buf)BUF_TEXT;
	vec_push(&r->streams, copy);
	if (brace) {
		buf_add(&url, path, (size_t)(brace - path));
		buf_add_url(&url, pool_get(r->values->pool, id));
		buf_adds(&url, brace + 4);
	} else {
		buf_adds(&url, path);
	}
	ask(r, r->streams.n - 1, buf_slice(&url));
}

static void fail(struct reader *r, const struct err *e, const char *what)
{
	if (r->err.code != ERR_NONE)
		return;
	r->err = *e;
	err_in(&r->err, "reading %s", what);
	engine_drop(r->en);
}

static strid member(struct reader *r, const struct js *j, const char *path)
{
	struct slice s = js_str(js_path(j, path));

	return s.n ? pool_add(r->values->pool, s) : 0;
}

enum decoded { DECODED, SKIPPED, BROKEN };

/* A live object as a resource. SKIPPED: plumb cannot manage it; BROKEN: it is no object of Okta's. */
static enum decoded decode(struct reader *r, uint16_t kind, const struct js *j, struct res *ret)
{
	const struct kind *k = r->kinds->v[kind];
	uint32_t flags = k->classify && js_type(j) == JS_MAP ? k->classify(j) : 0;
	struct slice disc = wire_disc(k, j);

	if (js_type(j) != JS_MAP)
		return BROKEN;
	if (flags & LIVE_SKIP)
		return SKIPPED;
	*ret = (struct res){
		.kind = kind, .id = member(r, j, "id"), .name = member(r, j, k->name_path)};
	if (!ret->id || !ret->name)
		return BROKEN;
	ret->disc = disc.p ? pool_add(r->values->pool, disc) : 0;
	ret->rank = (uint32_t)js_int(js_get(j, "priority"));
	if (flags & LIVE_SYSTEM)
		ret->flags |= RES_SYSTEM;
	if (flags & LIVE_FIXED)
		ret->flags |= RES_FIXED;
	ret->body = wire_decode(r->values, k, j, disc);
	return DECODED;
}

/* A page of which a part is not understood is not a page: nothing is planned from half a tenant. */
static bool understood(struct reader *r, enum decoded d, const struct stream *s)
{
	struct err e = ERR_INIT;

	if (d == BROKEN) {
		err_set(&e, ERR_NET, "an element of the answer has no id or name");
		fail(r, &e, buf_str(&s->last));
	}
	return d == DECODED;
}

static void take_object(struct reader *r, const struct stream *s, const struct js *j)
{
	struct res res;

	/* a page that moved under the reader shows an object twice */
	if (!understood(r, decode(r, s->kind, j, &res), s) ||
		snapshot_find_id(r->live, s->kind, res.id) != NONE)
		return;
	if (s->of == OF_LOOKUP)
		res.flags |= RES_STUB;
	snapshot_add(r->live, &res);
}

static void take_child(struct reader *r, const struct stream *s, const struct js *j)
{
	const struct res *parent = &r->live->res.v[s->parent];
	strid parent_key = parent->key, disc = parent->disc;
	struct slice disc_text = res_disc(r->live, parent);
	const struct kind *k = r->kinds->v[s->kind];
	struct res res;

	if (!understood(r, decode(r, s->kind, j, &res), s) ||
		snapshot_find_id(r->live, s->kind, res.id) != NONE)
		return;
	res.disc = disc;
	res.parent = parent_key;
	res.body = wire_decode(r->values, k, j, disc_text);
	res.key = key_child(r->values->pool, parent_key,
		res.flags & RES_SYSTEM ? SLICE("") : pool_get(r->values->pool, res.name));
	res.flags |= RES_BOUND;
	snapshot_add(r->live, &res);
}

static void take_edge(struct reader *r, struct stream *s, const struct js *j)
{
	const struct link *l = &r->kinds->v[s->kind]->links[s->link];
	strid id = member(r, j, l->id_path);
	uint16_t to = kind_by_name(r->kinds, l->to);
	struct val attrs = VAL_ABSENT;

	if (!understood(r, id ? DECODED : BROKEN, s) ||
		(l->only_path && !slice_is(js_str(js_path(j, l->only_path)), l->only_value)))
		return;
	if (l->name_path && snapshot_find_id(r->live, to, id) == NONE) {
		strid name = member(r, j, l->name_path);

		if (name)
			snapshot_add(r->live, &(struct res){.kind = to,
						      .id = id,
						      .name = name,
						      .key = bind_name(r->live, to, name),
						      .flags = RES_STUB});
	}
	if (l->attrs)
		attrs = wire_decode_attrs(r->values, l->attrs, j);
	vec_push(&s->edges, (struct edge){.to = id});
	vec_push(&s->attrs, attrs);
}

/* The path and query of a link: whichever host it names, the token goes to ours only. */
static struct slice path_of(struct slice url)
{
	const char *p = url.n ? memmem(url.p, url.n, "://", 3) : NULL;
	const char *slash = p ? memchr(p + 3, '/', url.n - (size_t)(p + 3 - url.p)) : url.p;

	return slash ? (struct slice){slash, url.n - (size_t)(slash - url.p)}
		     : (struct slice){NULL, 0};
}

/* Up to the query. */
static struct slice without_query(struct slice url)
{
	const char *mark = url.n ? memchr(url.p, '?', url.n) : NULL;

	return mark ? (struct slice){url.p, (size_t)(mark - url.p)} : url;
}

static void next_page(struct reader *r, uint32_t tag, const struct http_res *res, size_t items)
{
	struct stream *s = r->streams.v[tag];
	struct slice next = path_of(http_link(res, "next")), last = buf_slice(&s->last);
	struct err e = ERR_INIT;

	if (!next.p || !next.n)
		return;
	if (slice_eq(next, last)) {
		/* an empty last page that names itself has been seen; a full one is no end */
		if (!items)
			return;
		err_set(&e, ERR_NET, "the next page is the page itself");
	} else if (!slice_eq(without_query(next), without_query(last))) {
		err_set(&e, ERR_NET, "the next page is of another list: %.*s",
			next.n > 100 ? 100 : SLICE_ARG(next));
	} else if (++s->pages > MAX_PAGES || (!items && ++s->empty > MAX_EMPTY)) {
		err_set(&e, ERR_NET, "the pages do not end");
	}
	if (e.code == ERR_NONE)
		ask(r, tag, next);
	else
		fail(r, &e, buf_str(&s->last));
}

static void on_page(void *owner, uint32_t tag, const struct answer *a)
{
	struct reader *r = owner;
	struct stream *s = r->streams.v[tag];
	AUTO_PTR(js) page = NULL;
	struct err e = ERR_INIT;

	if (r->err.code != ERR_NONE)
		return;
	if (a->verdict != SAID_YES) {
		fail(r, a->err, buf_str(&s->last));
		return;
	}
	if (js_parse(a->res->body, "the page", &page, &e) < 0) {
		fail(r, &e, buf_str(&s->last));
		return;
	}
	if (js_type(page) != JS_LIST) {
		err_set(&e, ERR_NET, "the answer is no list");
		fail(r, &e, buf_str(&s->last));
		return;
	}
	for (size_t i = 0; i < js_len(page); i++) {
		const struct js *j = js_at(page, i);

		switch (s->of) {
		case OF_KIND:
		case OF_LOOKUP:
			take_object(r, s, j);
			break;
		case OF_CHILDREN:
			take_child(r, s, j);
			break;
		case OF_EDGES:
			take_edge(r, s, j);
			break;
		}
	}
	next_page(r, tag, a->res, js_len(page));
}

static int run(struct reader *r, struct err *e)
{
	if (engine_run(r->en, e) < 0)
		return -1;
	if (r->err.code != ERR_NONE) {
		*e = r->err;
		return -1;
	}
	return 0;
}

/* --- the stages --- */

static void read_collections(struct reader *r)
{
	for (uint16_t k = 0; k < r->kinds->n; k++) {
		for (const struct listing *l = r->kinds->v[k]->lists; l && l->path && r->needed[k];
			l++) {
			if (wants_list(r, k, l))
				start(r,
					&(struct stream){
						.of = OF_KIND, .bucket = l->bucket, .kind = k},
					l->path, 0);
		}
	}
}

static bool has_children(
	const struct snapshot *s, const struct kind *k, strid key, const struct kinds *kinds)
{
	uint16_t child = kind_by_name(kinds, k->child->kind);

	if (!s)
		return false;
	return snapshot_list(s, child, UINT8_MAX, key) ||
	       snapshot_find(s, child, key_child(s->values->pool, key, SLICE(""))) != NONE;
}

static bool state_has_children(const struct snapshot *s, const struct kind *k, strid key)
{
	for (res_ix i = 0; s && i < s->res.n; i++) {
		if (s->res.v[i].parent == key &&
			streq(res_kind(s, &s->res.v[i])->name, k->child->kind))
			return true;
	}
	return false;
}

static void read_below(struct reader *r, res_ix ix)
{
	const struct res *x = &r->live->res.v[ix];
	const struct kind *k = res_kind(r->live, x);
	uint16_t kind = x->kind;
	strid key = x->key, id = x->id;

	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		bool wanted = (r->want && snapshot_list(r->want, kind, i, key)) ||
			      (r->applied && snapshot_list(r->applied, kind, i, key));

		if (!wanted && !(r->all && !(x->flags & RES_FIXED)))
			continue;
		start(r,
			&(struct stream){.of = OF_EDGES,
				.bucket = k->links[i].list.bucket,
				.kind = kind,
				.link = i,
				.parent = ix},
			k->links[i].list.path, id);
	}
	if (k->child && (r->all || has_children(r->want, k, key, r->kinds) ||
				state_has_children(r->applied, k, key)))
		start(r,
			&(struct stream){.of = OF_CHILDREN,
				.bucket = k->child->list.bucket,
				.kind = kind_by_name(r->kinds, k->child->kind),
				.parent = ix},
			k->child->list.path, id);
}

static void read_lists(struct reader *r)
{
	res_ix n = r->live->res.n;

	for (res_ix i = 0; i < n; i++) {
		if (r->all || r->live->res.v[i].flags & RES_BOUND)
			read_below(r, i);
	}
}

/* An expression over at most batch terms, asked for. */
static void look_up(struct reader *r, uint16_t kind, const char *term, const struct strids *s)
{
	const struct lookup *l = r->kinds->v[kind]->lookup;
	const char *hole = strstr(term, "%s");

	for (uint32_t i = 0; i < s->n; i += l->batch) {
		AUTO(buf) struct buf expr = BUF_TEXT, url = BUF_TEXT;

		for (uint32_t k = i; k < s->n && k < i + l->batch; k++) {
			struct slice text = pool_get(r->values->pool, s->v[k]);

			buf_adds(&expr, k > i ? " or " : "");
			buf_add(&expr, term, (size_t)(hole - term));
			for (size_t c = 0; c < text.n; c++) {
				if (text.p[c] == '"' || text.p[c] == '\\')
					buf_addc(&expr, '\\');
				buf_addc(&expr, text.p[c]);
			}
			buf_adds(&expr, hole + 2);
		}
		buf_adds(&url, l->path);
		buf_add_url(&url, buf_slice(&expr));
		start(r, &(struct stream){.of = OF_LOOKUP, .bucket = l->bucket, .kind = kind},
			buf_str(&url), 0);
	}
}

static void read_unknown(struct reader *r)
{
	for (uint16_t k = 0; k < r->kinds->n; k++) {
		const struct lookup *l = r->kinds->v[k]->lookup;
		struct strids names = {0}, ids = {0};

		if (!l)
			continue;
		resolve_unknown(r->live, r->want, k, &names, &ids);
		if (!r->needed[k])
			look_up(r, k, l->name_term, &names);
		look_up(r, k, l->id_term, &ids);
		vec_free(&names);
		vec_free(&ids);
	}
}

/* Lists were gathered apart, because their pages came in between each other. */
static void take_lists(struct reader *r)
{
	for (uint32_t i = 0; i < r->streams.n; i++) {
		struct stream *s = r->streams.v[i];

		if (s->of != OF_EDGES)
			continue;
		snapshot_open_list(r->live, &(struct edge_list){.kind = s->kind,
						    .link = s->link,
						    .from = r->live->res.v[s->parent].id});
		for (uint32_t k = 0; k < s->edges.n; k++)
			snapshot_push_edge(r->live, s->edges.v[k].to, 0, s->attrs.v[k]);
		vec_free(&s->edges);
		vec_free(&s->attrs);
	}
}

static void name_new(struct reader *r, res_ix from)
{
	for (res_ix i = from; i < r->live->res.n; i++) {
		struct res *x = &r->live->res.v[i];

		if (!x->key)
			x->key = bind_name(r->live, x->kind, x->name);
	}
}

static int read_all(struct reader *r, struct diags *d, struct err *e)
{
	res_ix bound;

	read_collections(r);
	if (run(r, e) < 0)
		return -1;
	bind_live(r->live, r->want, r->applied, d);
	bound = r->live->res.n;
	read_lists(r);
	if (run(r, e) < 0)
		return -1;
	take_lists(r);
	read_unknown(r);
	if (run(r, e) < 0)
		return -1;
	name_new(r, bound);
	resolve_live(r->live);
	snapshot_seal(r->live);
	if (r->want)
		resolve_want(r->want, r->live, d);
	return 0;
}

int reader_read(struct engine *en, const struct kinds *kinds, struct values *values,
	const struct read_scope *scope, struct diags *d, struct snapshot **ret_live, struct err *e)
{
	struct reader r = {.en = en,
		.kinds = kinds,
		.values = values,
		.want = scope->want,
		.applied = scope->applied,
		.all = scope->all,
		.err = ERR_INIT};
	int rc;

	r.needed = xcalloc(kinds->n, sizeof(*r.needed));
	r.discs = xcalloc(kinds->n, sizeof(*r.discs));
	r.live = snapshot_new(kinds, values);
	if (scope->all)
		need_all(&r);
	if (scope->want)
		need_snapshot(&r, scope->want);
	if (scope->applied) {
		/* walking changes nothing */
		struct snapshot *applied = (struct snapshot *)(uintptr_t)scope->applied;

		need_snapshot(&r, applied);
	}
	rc = read_all(&r, d, e);
	for (uint32_t i = 0; i < r.streams.n; i++) {
		vec_free(&r.streams.v[i]->edges);
		vec_free(&r.streams.v[i]->attrs);
		buf_release(&r.streams.v[i]->last);
		free(r.streams.v[i]);
	}
	vec_free(&r.streams);
	free(r.needed);
	free(r.discs);
	if (rc < 0)
		snapshot_free(r.live);
	else
		*ret_live = r.live;
	return rc;
}
