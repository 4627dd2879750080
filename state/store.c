#include "state/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "state/plain.h"

enum { STATE_VERSION = 1 };

static const struct slice MODES[] = {
	{"exact", 5},
	{"include", 7},
	{"exclude", 7},
};

struct store {
	char *path, *tenant;
	int fd, lock_fd; /* -1 until needed */
	bool batch, dirty;
};

struct store *store_file(const char *path, const char *tenant)
{
	struct store *s = xcalloc(1, sizeof(*s));

	s->path = xstrndup(path, strlen(path));
	s->tenant = xstrndup(tenant, strlen(tenant));
	s->fd = s->lock_fd = -1;
	return s;
}

void store_free(struct store *s)
{
	if (!s)
		return;
	close_fdp(&s->fd);
	close_fdp(&s->lock_fd);
	free(s->path);
	free(s->tenant);
	free(s);
}

static int make_folder(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	AUTO_CHAR dir = slash && slash > path ? xstrndup(path, (size_t)(slash - path)) : NULL;

	return dir ? fs_mkdir(dir, e) : 0;
}

int store_lock(struct store *s, struct err *e)
{
	if (make_folder(s->path, e) < 0)
		return -1;
	if (fs_lock(s->path, &s->lock_fd, e) == 0)
		return 0;
	if (e->code == ERR_LOCKED)
		return err_set(e, ERR_LOCKED, "another run holds the state '%s'", s->path);
	return -1;
}

/* --- reading --- */

struct edge_note {
	strid to;
	struct val attrs;
};

struct list_note {
	uint16_t link;
	uint8_t mode;
	VEC(struct edge_note) edges;
	struct map at; /* to -> index of edges; removed ones have to 0 */
};

struct res_note {
	struct res res;
	bool gone;
	VEC(struct list_note) lists;
};

struct loading {
	const struct kinds *kinds;
	struct values *values;
	VEC(struct res_note) notes;
	struct map by_key;
};

static void list_note_free(struct list_note *l)
{
	vec_free(&l->edges);
	map_release(&l->at);
}

static void note_clear_lists(struct res_note *n)
{
	for (uint32_t i = 0; i < n->lists.n; i++)
		list_note_free(&n->lists.v[i]);
	vec_free(&n->lists);
}

static void list_set(struct list_note *l, strid to, struct val attrs, bool present)
{
	uint32_t at = map_get(&l->at, to);

	if (at == MAP_NONE) {
		if (!present)
			return;
		map_set(&l->at, to, l->edges.n);
		vec_push(&l->edges, (struct edge_note){to, attrs});
		return;
	}
	l->edges.v[at] = (struct edge_note){present ? to : 0, attrs};
}

static struct list_note *note_list(struct res_note *n, uint16_t link)
{
	for (uint32_t i = 0; i < n->lists.n; i++) {
		if (n->lists.v[i].link == link)
			return &n->lists.v[i];
	}
	vec_push(&n->lists, (struct list_note){.link = link});
	return &n->lists.v[n->lists.n - 1];
}

static uint16_t link_by_path(const struct kind *k, const char *path)
{
	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		if (streq(k->links[i].path, path))
			return i;
	}
	return UINT16_MAX;
}

static struct edge_note read_edge(struct loading *l, const struct link *link, const struct js *j)
{
	struct edge_note n = {0, VAL_ABSENT};
	const struct js *to = js_type(j) == JS_MAP ? js_get(j, "to") : j;

	if (js_str(to).n)
		n.to = pool_add(l->values->pool, js_str(to));
	if (js_type(j) == JS_MAP && link->attrs)
		n.attrs = plain_decode(
			l->values, link->attrs, false, js_get(j, "attrs"), (struct slice){NULL, 0});
	return n;
}

static struct res_note *note_of(struct loading *l, uint16_t kind, strid key)
{
	uint32_t at = map_get(&l->by_key, map_key(kind, key));

	if (at == MAP_NONE) {
		at = l->notes.n;
		map_set(&l->by_key, map_key(kind, key), at);
		vec_push(&l->notes,
			(struct res_note){.res = {.kind = kind, .key = key}, .gone = true});
	}
	return &l->notes.v[at];
}

static void read_lists(
	struct loading *l, struct res_note *n, const struct kind *k, const struct js *lists)
{
	for (void *it = js_first(lists); it; it = js_next(lists, it)) {
		uint16_t link = link_by_path(k, js_key(it));
		const struct js *list = js_val(it), *edges = js_get(list, "v");
		struct list_note *into;

		if (link == UINT16_MAX)
			continue;
		into = note_list(n, link);
		for (size_t m = 0; m < LEN(MODES); m++) {
			if (slice_eq(js_str(js_get(list, "mode")), MODES[m]))
				into->mode = (uint8_t)m;
		}
		for (size_t i = 0; i < js_len(edges); i++) {
			struct edge_note e = read_edge(l, &k->links[link], js_at(edges, i));

			if (e.to)
				list_set(into, e.to, e.attrs, true);
		}
	}
}

/* The body's own order and types come from the kind's rows, so an older file reads the same. */
static void read_res(
	struct loading *l, struct res_note *n, const struct kind *k, const struct js *j)
{
	struct pool *pool = l->values->pool;
	struct slice disc = js_str(js_get(j, "type"));
	struct res r = {.kind = n->res.kind, .key = n->res.key};

	r.id = js_str(js_get(j, "id")).n ? pool_add(pool, js_str(js_get(j, "id"))) : 0;
	r.disc = disc.n ? pool_add(pool, disc) : 0;
	r.parent = js_str(js_get(j, "parent")).n ? pool_add(pool, js_str(js_get(j, "parent"))) : 0;
	r.flags = slice_is(js_str(js_get(j, "origin")), "created") ? RES_CREATED : 0;
	if (js_bool(js_get(j, "protect")))
		r.flags |= RES_PROTECT;
	if (js_bool(js_get(j, "partial")))
		r.flags |= RES_PARTIAL;
	if (js_get(j, "fields"))
		r.body = plain_decode(l->values, k->fields, false, js_get(j, "fields"),
			disc.n ? disc : (struct slice){NULL, 0});
	else
		r.body = n->res.body;
	n->res = r;
	n->gone = false;
	if (js_get(j, "lists")) {
		note_clear_lists(n);
		read_lists(l, n, k, js_get(j, "lists"));
	}
}

static int read_line(struct loading *l, struct slice line, struct err *e)
{
	AUTO_PTR(js) j = NULL;
	struct slice kind_name, key;
	const struct kind *k;
	struct res_note *n;
	uint16_t kind;

	if (js_parse(line, "a line of the state", &j, e) < 0) {
		e->code = ERR_STATE;
		return -1;
	}
	kind_name = js_str(js_get(j, "kind"));
	key = js_str(js_get(j, "key"));
	kind = kind_name.n ? kind_by_name(l->kinds, kind_name.p) : KIND_NONE;
	if (kind == KIND_NONE || !key.n)
		return err_set(e, ERR_STATE, "a line of the state names no kind or key");
	k = l->kinds->v[kind];
	n = note_of(l, kind, pool_add(l->values->pool, key));
	if (js_bool(js_get(j, "gone"))) {
		n->gone = true;
		n->res.body = VAL_ABSENT;
		note_clear_lists(n);
	} else if (js_get(j, "list")) {
		uint16_t link = link_by_path(k, js_str(js_get(j, "list")).p);
		bool present = js_get(j, "add") != NULL;
		struct edge_note edge;

		if (link == UINT16_MAX || n->gone)
			return 0;
		edge = read_edge(l, &k->links[link], js_get(j, present ? "add" : "remove"));
		if (edge.to)
			list_set(note_list(n, link), edge.to, edge.attrs, present);
	} else {
		read_res(l, n, k, j);
	}
	return 0;
}

static int read_head(const struct store *s, struct slice line, struct err *e)
{
	AUTO_PTR(js) j = NULL;
	struct slice tenant;

	if (js_parse(line, "the state", &j, e) < 0 || js_type(js_get(j, "plumb")) != JS_INT)
		return err_set(e, ERR_STATE, "'%s' is no state of plumb", s->path);
	if (js_int(js_get(j, "plumb")) != STATE_VERSION)
		return err_set(e, ERR_STATE,
			"'%s' has version %lld; this program knows %d: use a newer plumb", s->path,
			(long long)js_int(js_get(j, "plumb")), STATE_VERSION);
	tenant = js_str(js_get(j, "tenant"));
	if (!slice_is(tenant, s->tenant))
		return err_set(e, ERR_STATE,
			"'%s' is the state of %.*s, not of %s: one state a tenant", s->path,
			SLICE_ARG(tenant), s->tenant);
	return 0;
}

static struct snapshot *to_snapshot(struct loading *l)
{
	struct snapshot *snap = snapshot_new(l->kinds, l->values);

	for (uint32_t i = 0; i < l->notes.n; i++) {
		struct res_note *n = &l->notes.v[i];

		if (n->gone)
			continue;
		snapshot_add(snap, &n->res);
		for (uint32_t k = 0; k < n->lists.n; k++) {
			struct list_note *list = &n->lists.v[k];

			snapshot_open_list(snap, &(struct edge_list){.kind = n->res.kind,
							 .link = list->link,
							 .mode = list->mode,
							 .from = n->res.key});
			for (uint32_t m = 0; m < list->edges.n; m++) {
				if (list->edges.v[m].to)
					snapshot_push_edge(snap, list->edges.v[m].to, 0,
						list->edges.v[m].attrs);
			}
		}
	}
	snapshot_seal(snap);
	return snap;
}

static void add_head(const struct store *s, struct buf *b)
{
	buf_addf(b, "{\"plumb\":%d,\"tenant\":", STATE_VERSION);
	buf_add_json(b, slice_of(s->tenant));
	buf_adds(b, "}\n");
}

/* Text without a whole line: ours, when it is the start of a first line. */
static int check_torn(const struct store *s, struct slice text, struct err *e)
{
	AUTO(buf) struct buf head = BUF_TEXT;

	add_head(s, &head);
	if (text.n < head.n && slice_eq((struct slice){buf_str(&head), text.n}, text))
		return 0;
	return err_set(e, ERR_STATE, "'%s' is no state of plumb", s->path);
}

int store_load(struct store *s, const struct kinds *kinds, struct values *values,
	struct snapshot **ret_applied, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX((size_t)1 << 30);
	struct loading l = {.kinds = kinds, .values = values};
	struct slice rest, line;
	uint32_t number = 0;
	int r = 0;

	if (fs_exists(s->path) && fs_read(s->path, &text, e) < 0)
		return err_in(e, "state");
	rest = buf_slice(&text);
	/* a line that was torn when the program died did not happen */
	while (rest.n && rest.p[rest.n - 1] != '\n')
		rest.n--;
	if (text.n && !rest.n)
		r = check_torn(s, buf_slice(&text), e);
	while (r == 0 && rest.p && rest.n && slice_cut(&rest, '\n', &line)) {
		if (number++ == 0)
			r = read_head(s, line, e);
		else if (line.n)
			r = read_line(&l, line, e);
		if (r < 0 && number > 1)
			err_in(e, "'%s' line %u", s->path, number);
	}
	if (r == 0)
		*ret_applied = to_snapshot(&l);
	for (uint32_t i = 0; i < l.notes.n; i++)
		note_clear_lists(&l.notes.v[i]);
	vec_free(&l.notes);
	map_release(&l.by_key);
	return r;
}

/* --- writing --- */

/* Opens for appending; a torn tail is cut off first. */
static int open_file(struct store *s, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX((size_t)1 << 30);
	size_t whole;

	if (s->fd >= 0)
		return 0;
	if (fs_exists(s->path) && fs_read(s->path, &text, e) < 0)
		return -1;
	for (whole = text.n; whole && text.p[whole - 1] != '\n';)
		whole--;
	if (text.n && !whole && check_torn(s, buf_slice(&text), e) < 0)
		return -1;
	s->fd = open(s->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (s->fd < 0 || ftruncate(s->fd, (off_t)whole) < 0)
		return err_sys(e, "state '%s'", s->path);
	if (!whole) {
		buf_clear(&text);
		add_head(s, &text);
		if (fs_write_fd(s->fd, buf_slice(&text)) < 0)
			return err_sys(e, "state '%s'", s->path);
	}
	return 0;
}

static int append(struct store *s, const struct buf *line, struct err *e)
{
	if (open_file(s, e) < 0)
		return -1;
	if (fs_write_fd(s->fd, buf_slice(line)) < 0)
		return err_sys(e, "state '%s'", s->path);
	s->dirty = true;
	return s->batch ? 0 : store_sync(s, e);
}

void store_batch(struct store *s, bool on)
{
	s->batch = on;
}

int store_sync(struct store *s, struct err *e)
{
	if (s->dirty && fdatasync(s->fd) < 0)
		return err_sys(e, "state '%s'", s->path);
	s->dirty = false;
	return 0;
}

static void add_start(
	struct buf *b, const struct kinds *kinds, const struct values *v, uint16_t kind, strid key)
{
	buf_addf(b, "{\"kind\":\"%s\",\"key\":", kinds->v[kind]->name);
	buf_add_json(b, pool_get(v->pool, key));
}

static void add_member(struct buf *b, const struct values *v, const char *name, strid s)
{
	if (!s)
		return;
	buf_addf(b, ",\"%s\":", name);
	buf_add_json(b, pool_get(v->pool, s));
}

static void add_edge(struct buf *b, const struct values *v, strid to, struct val attrs)
{
	if (val_tag(attrs) == V_ABSENT) {
		buf_add_json(b, pool_get(v->pool, to));
		return;
	}
	buf_adds(b, "{\"to\":");
	buf_add_json(b, pool_get(v->pool, to));
	buf_adds(b, ",\"attrs\":");
	val_write(v, b, attrs);
	buf_addc(b, '}');
}

struct named_edge {
	const struct pool *pool;
	strid to;
	struct val attrs;
};

static int by_name(const void *pa, const void *pb)
{
	const struct named_edge *a = pa, *b = pb;

	return slice_cmp(pool_get(a->pool, a->to), pool_get(b->pool, b->to));
}

static void add_list(struct buf *b, const struct values *v, const struct applied_list *l)
{
	VEC(struct named_edge) sorted = {0};

	buf_adds(b, "{\"mode\":");
	buf_add_json(b, MODES[l->mode]);
	buf_adds(b, ",\"v\":[");
	for (uint32_t i = 0; i < l->n; i++)
		vec_push(&sorted, (struct named_edge){v->pool, l->edges[i].to, l->attrs[i]});
	vec_sort(&sorted, by_name);
	for (uint32_t i = 0; i < sorted.n; i++) {
		if (i)
			buf_addc(b, ',');
		add_edge(b, v, sorted.v[i].to, sorted.v[i].attrs);
	}
	vec_free(&sorted);
	buf_adds(b, "]}");
}

static void add_applied(
	struct buf *b, const struct kinds *kinds, const struct values *v, const struct applied *a)
{
	const struct kind *k = kinds->v[a->kind];

	add_start(b, kinds, v, a->kind, a->key);
	add_member(b, v, "id", a->id);
	add_member(b, v, "type", a->disc);
	add_member(b, v, "parent", a->parent);
	buf_addf(b, ",\"origin\":\"%s\"", a->created ? "created" : "adopted");
	if (a->protect)
		buf_adds(b, ",\"protect\":true");
	if (a->partial)
		buf_adds(b, ",\"partial\":true");
	if (val_tag(a->body) != V_ABSENT) {
		buf_adds(b, ",\"fields\":");
		val_write(v, b, a->body);
	}
	if (a->lists) {
		buf_adds(b, ",\"lists\":{");
		for (size_t i = 0; i < a->nlists; i++) {
			buf_addf(b, "%s\"%s\":", i ? "," : "", k->links[a->lists[i].link].path);
			add_list(b, v, &a->lists[i]);
		}
		buf_addc(b, '}');
	}
	buf_adds(b, "}\n");
}

int store_put(struct store *s, const struct kinds *kinds, const struct values *v,
	const struct applied *a, struct err *e)
{
	AUTO(buf) struct buf line = BUF_TEXT;

	add_applied(&line, kinds, v, a);
	return append(s, &line, e);
}

int store_forget(struct store *s, const struct kinds *kinds, const struct values *v, uint16_t kind,
	strid key, struct err *e)
{
	AUTO(buf) struct buf line = BUF_TEXT;

	add_start(&line, kinds, v, kind, key);
	buf_adds(&line, ",\"gone\":true}\n");
	return append(s, &line, e);
}

int store_edge(struct store *s, const struct kinds *kinds, const struct values *v, uint16_t kind,
	strid key, uint16_t link, strid to, struct val attrs, bool present, struct err *e)
{
	AUTO(buf) struct buf line = BUF_TEXT;

	add_start(&line, kinds, v, kind, key);
	buf_addf(&line, ",\"list\":\"%s\",\"%s\":", kinds->v[kind]->links[link].path,
		present ? "add" : "remove");
	add_edge(&line, v, to, attrs);
	buf_adds(&line, "}\n");
	return append(s, &line, e);
}

struct sort_entry {
	const struct snapshot *snap;
	res_ix ix;
};

static int by_kind_and_key(const void *pa, const void *pb)
{
	const struct sort_entry *a = pa, *b = pb;
	const struct res *ra = &a->snap->res.v[a->ix], *rb = &b->snap->res.v[b->ix];

	if (ra->kind != rb->kind)
		return ra->kind < rb->kind ? -1 : 1;
	return slice_cmp(
		pool_get(a->snap->values->pool, ra->key), pool_get(b->snap->values->pool, rb->key));
}

static void add_res(struct buf *b, const struct snapshot *snap, const struct res *r)
{
	const struct kind *k = snap->kinds->v[r->kind];
	struct applied_list lists[8];
	struct applied a = {.kind = r->kind,
		.key = r->key,
		.id = r->id,
		.disc = r->disc,
		.parent = r->parent,
		.created = r->flags & RES_CREATED,
		.protect = r->flags & RES_PROTECT,
		.partial = r->flags & RES_PARTIAL,
		.body = r->body,
		.lists = lists};

	for (uint16_t i = 0; k->links && k->links[i].path && i < LEN(lists); i++) {
		const struct edge_list *l = snapshot_list(snap, r->kind, i, r->key);

		if (l)
			lists[a.nlists++] = (struct applied_list){.link = i,
				.mode = l->mode,
				.edges = snap->edges.v + l->first,
				.attrs = snap->attrs.v + l->first,
				.n = l->n};
	}
	if (!a.nlists)
		a.lists = NULL;
	add_applied(b, snap->kinds, snap->values, &a);
}

int store_compact(struct store *s, const struct kinds *kinds, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX((size_t)1 << 31);
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) values = values_new(pool);
	AUTO_PTR(snapshot) snap = NULL;
	VEC(struct sort_entry) order = {0};

	if (store_sync(s, e) < 0 || store_load(s, kinds, values, &snap, e) < 0)
		return -1;
	add_head(s, &text);
	for (res_ix i = 0; i < snap->res.n; i++)
		vec_push(&order, (struct sort_entry){snap, i});
	vec_sort(&order, by_kind_and_key);
	for (uint32_t i = 0; i < order.n; i++)
		add_res(&text, snap, &snap->res.v[order.v[i].ix]);
	vec_free(&order);
	close_fdp(&s->fd);
	s->fd = -1;
	return fs_write(s->path, buf_slice(&text), 0600, e);
}
