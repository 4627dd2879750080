/*
 * A plan as canonical JSON, and back. One change and one op a line: what a reviewer's diff shows is what
 * changed. Secrets stand as where they are kept.
 */
#include "reconcile/plan.h"

#include <stdlib.h>

#include "base/hash.h"
#include "state/plain.h"

enum { PLAN_VERSION = 1 };

static const char *const type_names[] = {
	[CHANGE_NONE] = "none",
	[CHANGE_CREATE] = "create",
	[CHANGE_UPDATE] = "update",
	[CHANGE_DELETE] = "delete",
	[CHANGE_FORGET] = "forget",
};

static const char *const mode_names[] = {
	[LIST_EXACT] = "exact", [LIST_INCLUDE] = "include", [LIST_EXCLUDE] = "exclude"};

/* --- writing --- */

struct writer {
	const struct plan *p;
	struct buf *b;
};

static void add_text(struct writer *w, const char *name, strid s)
{
	if (!s)
		return;
	buf_addf(w->b, ",\"%s\":", name);
	buf_add_json(w->b, pool_get(w->p->values->pool, s));
}

static void add_val(struct writer *w, const char *name, struct val x)
{
	if (val_tag(x) == V_ABSENT)
		return;
	buf_addf(w->b, ",\"%s\":", name);
	val_write(w->p->values, w->b, x);
}

static void add_place(struct writer *w, strid file, srcmark mark)
{
	if (!file)
		return;
	add_text(w, "file", file);
	buf_addf(w->b, ",\"line\":%u,\"column\":%u", mark_line(mark), mark_col(mark));
}

static void add_flag(struct writer *w, const char *name, bool on)
{
	if (on)
		buf_addf(w->b, ",\"%s\":true", name);
}

static void add_path(struct writer *w, strid path)
{
	struct slice rest = pool_get(w->p->values->pool, path), part;
	const char *comma = "";

	buf_addc(w->b, '[');
	while (slice_cut(&rest, PATH_SEP, &part)) {
		buf_adds(w->b, comma);
		buf_add_json(w->b, part);
		comma = ",";
	}
	buf_addc(w->b, ']');
}

static void add_rows(struct writer *w, const struct plan_change *c)
{
	if (!c->nrows)
		return;
	buf_adds(w->b, ",\"rows\":[");
	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct row *r = &w->p->rows.v[c->first_row + i];

		buf_adds(w->b, i ? ",{\"path\":" : "{\"path\":");
		add_path(w, r->path);
		add_val(w, "from", r->from);
		add_val(w, "to", r->to);
		if (r->mark)
			buf_addf(w->b, ",\"line\":%u,\"column\":%u", mark_line(r->mark),
				mark_col(r->mark));
		buf_addc(w->b, '}');
	}
	buf_addc(w->b, ']');
}

struct named_edge {
	const struct pool *pool;
	struct edge edge;
	struct val attrs;
};

static int by_name(const void *pa, const void *pb)
{
	const struct named_edge *a = pa, *b = pb;

	return slice_cmp(pool_get(a->pool, a->edge.to), pool_get(b->pool, b->edge.to));
}

static void add_list(struct writer *w, const struct plan_change *c, const struct plan_list *l)
{
	VEC(struct named_edge) sorted = {0};

	buf_addf(w->b, "{\"list\":\"%s\",\"mode\":\"%s\",\"has\":[",
		w->p->kinds->v[c->kind]->links[l->link].path, mode_names[l->mode]);
	for (uint32_t i = 0; i < l->n; i++)
		vec_push(&sorted,
			(struct named_edge){w->p->values->pool, w->p->list_edges.v[l->first + i],
				w->p->list_attrs.v[l->first + i]});
	vec_sort(&sorted, by_name);
	for (uint32_t i = 0; i < sorted.n; i++) {
		buf_adds(w->b, i ? ",{\"to\":" : "{\"to\":");
		buf_add_json(w->b, pool_get(w->p->values->pool, sorted.v[i].edge.to));
		add_val(w, "attrs", sorted.v[i].attrs);
		buf_addc(w->b, '}');
	}
	vec_free(&sorted);
	buf_adds(w->b, "]}");
}

static void add_change(struct writer *w, const struct plan_change *c)
{
	buf_addf(w->b, "{\"change\":\"%s\",\"kind\":\"%s\"", type_names[c->type],
		w->p->kinds->v[c->kind]->name);
	add_text(w, "key", c->key);
	add_text(w, "name", c->name);
	add_text(w, "id", c->id);
	add_text(w, "type", c->disc);
	add_text(w, "parent", c->parent);
	add_flag(w, "adopt", c->adopt);
	add_flag(w, "created", c->created);
	add_flag(w, "protect", c->protect);
	add_flag(w, "guarded", c->guarded);
	add_flag(w, "system", c->system);
	add_flag(w, "renamed", c->renamed);
	add_text(w, "status_from", c->status_from);
	add_text(w, "status_to", c->status_to);
	add_text(w, "seal", c->seal);
	add_val(w, "body", c->body);
	add_rows(w, c);
	if (c->nlists) {
		buf_adds(w->b, ",\"lists\":[");
		for (uint32_t i = 0; i < c->nlists; i++) {
			if (i)
				buf_addc(w->b, ',');
			add_list(w, c, &w->p->lists.v[c->first_list + i]);
		}
		buf_addc(w->b, ']');
	}
	add_place(w, c->file, c->mark);
	buf_addc(w->b, '}');
}

static void add_deps(struct writer *w, uint32_t op, uint32_t *dep)
{
	const char *names[] = {"needs", "after"};
	uint32_t from = *dep, to = from;

	while (to < w->p->deps.n && w->p->deps.v[to].op == op)
		to++;
	for (int soft = 0; soft < 2; soft++) {
		uint32_t n = 0;

		for (uint32_t i = from; i < to; i++) {
			if (w->p->deps.v[i].soft != soft)
				continue;
			if (n++ == 0)
				buf_addf(w->b, ",\"%s\":[", names[soft]);
			buf_addf(w->b, "%s%u", n > 1 ? "," : "", w->p->deps.v[i].before);
		}
		if (n)
			buf_addc(w->b, ']');
	}
	*dep = to;
}

static void add_op(struct writer *w, const struct op *o, uint32_t ix, uint32_t *dep)
{
	const struct kind *k = w->p->kinds->v[o->kind];

	buf_addf(w->b, "{\"op\":\"%s\",\"kind\":\"%s\"", verb_name(o->verb), k->name);
	if (o->link != UINT16_MAX)
		buf_addf(w->b, ",\"list\":\"%s\"", k->links[o->link].path);
	add_text(w, "key", o->key);
	add_text(w, "to", o->to);
	add_text(w, "parent", o->parent);
	add_text(w, "type", o->disc);
	if (o->field) {
		buf_adds(w->b, ",\"field\":");
		add_path(w, o->field);
	}
	add_val(w, "attrs", o->attrs);
	add_val(w, "attrs_from", o->attrs_from);
	if (o->verb == OP_ORDER) {
		buf_adds(w->b, ",\"order\":[");
		for (uint32_t i = 0; i < o->nkeys; i++) {
			if (i)
				buf_addc(w->b, ',');
			buf_add_json(w->b,
				pool_get(w->p->values->pool, w->p->order_keys.v[o->first_key + i]));
		}
		buf_addc(w->b, ']');
	}
	if (o->verb == OP_CREATE)
		buf_addf(w->b, ",\"position\":%u", o->position);
	if (o->change != NONE)
		buf_addf(w->b, ",\"of\":%u", o->change);
	add_flag(w, "removal", o->flags & OPF_REMOVAL);
	add_flag(w, "check", o->flags & OPF_CHECK);
	add_deps(w, ix, dep);
	add_place(w, o->file, o->mark);
	buf_addc(w->b, '}');
}

void plan_write(const struct plan *p, struct buf *out)
{
	struct writer w = {p, out};
	uint32_t dep = 0;

	buf_addf(out, "{\"plumb_plan\":%d,\"tenant\":", PLAN_VERSION);
	buf_add_json(out, slice_of(p->tenant));
	buf_adds(out, ",\n\"changes\":[");
	for (uint32_t i = 0; i < p->changes.n; i++) {
		buf_adds(out, i ? ",\n" : "\n");
		add_change(&w, &p->changes.v[i]);
	}
	buf_adds(out, "],\n\"ops\":[");
	for (uint32_t i = 0; i < p->ops.n; i++) {
		buf_adds(out, i ? ",\n" : "\n");
		add_op(&w, &p->ops.v[i], i, &dep);
	}
	buf_adds(out, "],\n\"ids\":[");
	for (uint32_t i = 0; i < p->ids.n; i++) {
		buf_addf(out, "%s{\"kind\":\"%s\"", i ? ",\n" : "\n",
			p->kinds->v[p->ids.v[i].kind]->name);
		add_text(&w, "key", p->ids.v[i].key);
		add_text(&w, "id", p->ids.v[i].id);
		buf_addc(out, '}');
	}
	buf_adds(out, "],\n\"notes\":[");
	for (uint32_t i = 0; i < p->notes.n; i++) {
		buf_adds(out, i ? ",\n" : "\n");
		buf_add_json(out, slice_of(p->notes.v[i].text));
	}
	buf_adds(out, "]}\n");
}

/* --- reading --- */

struct parser {
	struct plan *p;
	struct values *v;
	struct err *e;
};

static int bad(struct parser *r, const char *what)
{
	return err_set(r->e, ERR_MANIFEST, "the plan is damaged: %s", what);
}

static strid get_text(struct parser *r, const struct js *j, const char *name)
{
	const struct js *s = js_get(j, name);

	return js_type(s) == JS_STR ? pool_add(r->v->pool, js_str(s)) : 0;
}

static srcmark get_mark(const struct js *j)
{
	return mark_of((uint32_t)js_int(js_get(j, "line")), (uint32_t)js_int(js_get(j, "column")));
}

static strid get_path(struct parser *r, const struct js *list)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	for (size_t i = 0; i < js_len(list); i++) {
		if (i)
			buf_addc(&b, PATH_SEP);
		buf_add_slice(&b, js_str(js_at(list, i)));
	}
	return b.n ? pool_add(r->v->pool, buf_slice(&b)) : 0;
}

static int get_kind(struct parser *r, const struct js *j, uint16_t *ret_kind)
{
	struct slice s = js_str(js_get(j, "kind"));

	*ret_kind = s.n ? kind_by_name(r->p->kinds, s.p) : KIND_NONE;
	return *ret_kind == KIND_NONE ? bad(r, "a kind") : 0;
}

static int get_link(struct parser *r, const struct kind *k, const struct js *j, uint16_t *ret_link)
{
	struct slice s = js_str(js_get(j, "list"));

	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		if (slice_is(s, k->links[i].path)) {
			*ret_link = i;
			return 0;
		}
	}
	return bad(r, "a list");
}

static struct slice disc_of(struct parser *r, strid disc)
{
	return disc ? pool_get(r->v->pool, disc) : (struct slice){NULL, 0};
}

static struct val get_attrs(struct parser *r, const struct link *l, const struct js *j)
{
	if (!j || !l->attrs)
		return VAL_ABSENT;
	return plain_decode(r->v, l->attrs, false, j, (struct slice){NULL, 0});
}

static int read_rows(struct parser *r, struct plan_change *c, const struct js *list)
{
	const struct kind *k = r->p->kinds->v[c->kind];

	c->first_row = r->p->rows.n;
	for (size_t i = 0; i < js_len(list); i++) {
		const struct js *j = js_at(list, i);
		struct row row = {.path = get_path(r, js_get(j, "path")), .mark = get_mark(j)};
		const struct field *f;

		if (!row.path)
			return bad(r, "a row");
		f = field_at(k, pool_get(r->v->pool, row.path), disc_of(r, c->disc));
		row.from = plain_decode_field(r->v, f, js_get(j, "from"), disc_of(r, c->disc));
		row.to = plain_decode_field(r->v, f, js_get(j, "to"), disc_of(r, c->disc));
		vec_push(&r->p->rows, row);
		c->nrows++;
	}
	return 0;
}

static int read_lists(struct parser *r, struct plan_change *c, const struct js *lists)
{
	const struct kind *k = r->p->kinds->v[c->kind];

	c->first_list = r->p->lists.n;
	for (size_t i = 0; i < js_len(lists); i++) {
		const struct js *j = js_at(lists, i), *has = js_get(j, "has");
		struct plan_list l = {.first = r->p->list_edges.n};

		if (get_link(r, k, j, &l.link) < 0)
			return -1;
		for (size_t m = 0; m < LEN(mode_names); m++) {
			if (slice_is(js_str(js_get(j, "mode")), mode_names[m]))
				l.mode = (uint8_t)m;
		}
		for (size_t n = 0; n < js_len(has); n++) {
			strid to = get_text(r, js_at(has, n), "to");

			if (!to)
				return bad(r, "an element of a list");
			vec_push(&r->p->list_edges, (struct edge){.to = to});
			vec_push(&r->p->list_attrs,
				get_attrs(r, &k->links[l.link], js_get(js_at(has, n), "attrs")));
			l.n++;
		}
		vec_push(&r->p->lists, l);
		c->nlists++;
	}
	return 0;
}

static int read_change(struct parser *r, const struct js *j)
{
	struct slice type = js_str(js_get(j, "change"));
	struct plan_change c = {.type = CHANGE_NONE};
	bool known = false;

	for (size_t i = 0; i < LEN(type_names); i++) {
		if (slice_is(type, type_names[i])) {
			c.type = (enum change_type)i;
			known = true;
		}
	}
	if (!known || get_kind(r, j, &c.kind) < 0)
		return bad(r, "a change");
	c.key = get_text(r, j, "key");
	c.name = get_text(r, j, "name");
	c.id = get_text(r, j, "id");
	c.disc = get_text(r, j, "type");
	c.parent = get_text(r, j, "parent");
	c.adopt = js_bool(js_get(j, "adopt"));
	c.created = js_bool(js_get(j, "created"));
	c.protect = js_bool(js_get(j, "protect"));
	c.guarded = js_bool(js_get(j, "guarded"));
	c.system = js_bool(js_get(j, "system"));
	c.renamed = js_bool(js_get(j, "renamed"));
	c.status_from = get_text(r, j, "status_from");
	c.status_to = get_text(r, j, "status_to");
	c.seal = get_text(r, j, "seal");
	c.file = get_text(r, j, "file");
	c.mark = get_mark(j);
	if (!c.key)
		return bad(r, "a change without a key");
	if (js_get(j, "body"))
		c.body = plain_decode(r->v, r->p->kinds->v[c.kind]->fields, false,
			js_get(j, "body"), disc_of(r, c.disc));
	if (read_rows(r, &c, js_get(j, "rows")) < 0 || read_lists(r, &c, js_get(j, "lists")) < 0)
		return -1;
	vec_push(&r->p->changes, c);
	return 0;
}

static int read_deps(struct parser *r, uint32_t op, const struct js *list, bool soft)
{
	for (size_t i = 0; i < js_len(list); i++) {
		int64_t before = js_int(js_at(list, i));

		/* an op waits for earlier ones only: so there is no cycle */
		if (before < 0 || before >= op)
			return bad(r, "an op waits for a later one");
		vec_push(&r->p->deps, (struct dep){op, (uint32_t)before, soft});
	}
	return 0;
}

static int by_op(const void *pa, const void *pb)
{
	const struct dep *a = pa, *b = pb;

	if (a->op != b->op)
		return a->op < b->op ? -1 : 1;
	return a->before < b->before ? -1 : a->before > b->before;
}

static int read_op(struct parser *r, const struct js *j)
{
	struct op o = {.link = UINT16_MAX, .change = NONE};
	const struct js *order = js_get(j, "order"), *of = js_get(j, "of");
	uint32_t ix = r->p->ops.n;
	const struct kind *k;

	if (!verb_find(js_str(js_get(j, "op")), &o.verb) || get_kind(r, j, &o.kind) < 0)
		return bad(r, "an op");
	k = r->p->kinds->v[o.kind];
	if (js_get(j, "list") && get_link(r, k, j, &o.link) < 0)
		return -1;
	if (o.verb != OP_NONE && !(o.link == UINT16_MAX ? kind_route(k, o.verb)
							: link_route(&k->links[o.link], o.verb)))
		return bad(r, "an op that its kind does not have");
	o.key = get_text(r, j, "key");
	o.to = get_text(r, j, "to");
	o.parent = get_text(r, j, "parent");
	o.disc = get_text(r, j, "type");
	o.field = get_path(r, js_get(j, "field"));
	o.file = get_text(r, j, "file");
	o.mark = get_mark(j);
	o.position = (uint32_t)js_int(js_get(j, "position"));
	o.flags = (js_bool(js_get(j, "removal")) ? OPF_REMOVAL : 0) |
		  (js_bool(js_get(j, "check")) ? OPF_CHECK : 0);
	if (o.link != UINT16_MAX) {
		o.attrs = get_attrs(r, &k->links[o.link], js_get(j, "attrs"));
		o.attrs_from = get_attrs(r, &k->links[o.link], js_get(j, "attrs_from"));
	}
	o.first_key = r->p->order_keys.n;
	for (size_t i = 0; i < js_len(order); i++)
		vec_push(&r->p->order_keys, pool_add(r->v->pool, js_str(js_at(order, i))));
	o.nkeys = (uint32_t)js_len(order);
	if (of) {
		if (js_int(of) < 0 || js_int(of) >= r->p->changes.n)
			return bad(r, "an op of no change");
		o.change = (uint32_t)js_int(of);
		r->p->changes.v[o.change].nops++;
	}
	if ((o.verb != OP_NONE && o.verb != OP_ORDER && (o.change == NONE || !o.key)) ||
		(o.link != UINT16_MAX && !o.to) || (o.verb == OP_LINK && (!o.field || !o.to)))
		return bad(r, "an op that says too little");
	vec_push(&r->p->ops, o);
	if (read_deps(r, ix, js_get(j, "needs"), false) < 0)
		return -1;
	return read_deps(r, ix, js_get(j, "after"), true);
}

static int read_all(struct parser *r, const struct js *j)
{
	const struct js *changes = js_get(j, "changes"), *ops = js_get(j, "ops"),
			*ids = js_get(j, "ids");
	const struct js *notes = js_get(j, "notes");

	if (js_int(js_get(j, "plumb_plan")) != PLAN_VERSION)
		return err_set(r->e, ERR_MANIFEST,
			"this is no plan, or one of another version than %d", PLAN_VERSION);
	r->p->tenant = arena_str(&r->p->text, js_str(js_get(j, "tenant")));
	for (size_t i = 0; i < js_len(changes); i++) {
		if (read_change(r, js_at(changes, i)) < 0)
			return -1;
	}
	for (size_t i = 0; i < js_len(ops); i++) {
		if (read_op(r, js_at(ops, i)) < 0)
			return -1;
	}
	vec_sort(&r->p->deps, by_op);
	for (size_t i = 0; i < js_len(ids); i++) {
		struct plan_id id = {.key = get_text(r, js_at(ids, i), "key"),
			.id = get_text(r, js_at(ids, i), "id")};

		if (get_kind(r, js_at(ids, i), &id.kind) < 0 || !id.key || !id.id)
			return bad(r, "an id");
		vec_push(&r->p->ids, id);
	}
	for (size_t i = 0; i < js_len(notes); i++)
		vec_push(&r->p->notes,
			(struct note){.text = arena_str(&r->p->text, js_str(js_at(notes, i)))});
	return 0;
}

int plan_read(struct slice text, const struct kinds *kinds, struct values *values,
	struct plan **ret_plan, struct err *e)
{
	AUTO_PTR(plan) p = xcalloc(1, sizeof(*p));
	AUTO_PTR(js) j = NULL;
	struct parser r = {p, values, e};

	p->kinds = kinds;
	p->values = values;
	p->tenant = "";
	if (js_parse(text, "the plan", &j, e) < 0) {
		e->code = ERR_MANIFEST;
		return -1;
	}
	if (read_all(&r, j) < 0)
		return -1;
	plan_seal(p);
	*ret_plan = TAKE(p);
	return 0;
}
