#include "state/yaml_write.h"

#include <stdlib.h>
#include <yaml.h>

#include "state/yaml.h"

struct writer {
	yaml_emitter_t emitter;
	const struct snapshot *s;
	const struct values *v;
	const struct pool *pool;
	bool failed;
};

static void emit(struct writer *w, yaml_event_t *ev, int made)
{
	if (!made || !yaml_emitter_emit(&w->emitter, ev))
		w->failed = true;
}

static void begin_map(struct writer *w, bool flow)
{
	yaml_event_t ev;

	emit(w, &ev,
		yaml_mapping_start_event_initialize(&ev, NULL, NULL, 1,
			flow ? YAML_FLOW_MAPPING_STYLE : YAML_BLOCK_MAPPING_STYLE));
}

static void end_map(struct writer *w)
{
	yaml_event_t ev;

	emit(w, &ev, yaml_mapping_end_event_initialize(&ev));
}

static void begin_list(struct writer *w, bool flow)
{
	yaml_event_t ev;

	emit(w, &ev,
		yaml_sequence_start_event_initialize(&ev, NULL, NULL, 1,
			flow ? YAML_FLOW_SEQUENCE_STYLE : YAML_BLOCK_SEQUENCE_STYLE));
}

static void end_list(struct writer *w)
{
	yaml_event_t ev;

	emit(w, &ev, yaml_sequence_end_event_initialize(&ev));
}

static void scalar(struct writer *w, struct slice s, yaml_scalar_style_t style)
{
	yaml_event_t ev;

	emit(w, &ev,
		yaml_scalar_event_initialize(
			&ev, NULL, NULL, (const yaml_char_t *)s.p, (int)s.n, 1, 1, style));
}

/* Text that would be read as something else without quotes gets them. */
static void text(struct writer *w, struct slice s)
{
	AUTO(buf) struct buf z = BUF_TEXT;
	struct node n = {.type = NODE_SCALAR, .plain = true};
	size_t from = 0;
	int64_t i;
	double r;
	bool b;

	/* what would be read as a variable or a secret is a literal here */
	for (size_t k = 0; k < s.n; k++) {
		struct slice at = {s.p + k, s.n - k};

		if (!slice_starts(at, "${var.") && !slice_starts(at, "${secret.") &&
			!slice_starts(at, "$${"))
			continue;
		buf_add(&z, s.p + from, k - from);
		buf_addc(&z, '$');
		from = k;
		k += at.p[1] == '$';
	}
	buf_add(&z, s.p + from, s.n - from);
	n.text = s = buf_slice(&z);
	scalar(w, s,
		yaml_core(&n, &b, &i, &r) == CORE_STR ? YAML_ANY_SCALAR_STYLE
						      : YAML_DOUBLE_QUOTED_SCALAR_STYLE);
}

static void plain(struct writer *w, const char *s)
{
	scalar(w, slice_of(s), YAML_PLAIN_SCALAR_STYLE);
}

static bool is_short(const struct writer *w, struct val list)
{
	size_t n = 0;

	for (uint32_t i = 0; i < val_len(list); i++) {
		struct val x = val_at(w->v, list, i);

		if (val_tag(x) == V_MAP || val_tag(x) == V_LIST)
			return false;
		n += val_strid(x) ? pool_get(w->pool, val_strid(x)).n + 2 : 6;
	}
	return n < 60;
}

static int by_text(const void *pa, const void *pb, void *arg)
{
	const struct writer *w = arg;
	AUTO(buf) struct buf a = BUF_TEXT, b = BUF_TEXT;

	val_write(w->v, &a, *(const struct val *)pa);
	val_write(w->v, &b, *(const struct val *)pb);
	return slice_cmp(buf_slice(&a), buf_slice(&b));
}

static void write_map(
	struct writer *w, const struct field *rows, struct val map, struct slice disc);
static void write_val(struct writer *w, const struct field *f, struct val x, struct slice disc);

/* Sets are sorted: Okta gives them in any order. */
static void write_list(struct writer *w, const struct field *f, struct val list, struct slice disc)
{
	VEC(struct val) items = {0};

	for (uint32_t i = 0; i < val_len(list); i++) {
		if (!val_empty(w->v, val_at(w->v, list, i)))
			vec_push(&items, val_at(w->v, list, i));
	}
	if (f && f->type == F_SET && items.n > 1)
		qsort_r(items.v, items.n, sizeof(*items.v), by_text, w);
	begin_list(w, is_short(w, list));
	for (uint32_t i = 0; i < items.n; i++)
		write_val(w, f && f->sub ? &f->sub[0] : NULL, items.v[i], disc);
	end_list(w);
	vec_free(&items);
}

static void write_val(struct writer *w, const struct field *f, struct val x, struct slice disc)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	switch (val_tag(x)) {
	case V_ABSENT:
	case V_NULL:
	case V_SECRET:
		plain(w, "null");
		break;
	case V_BOOL:
		plain(w, val_is_true(x) ? "true" : "false");
		break;
	case V_INT:
	case V_REAL:
		val_write(w->v, &b, x);
		plain(w, buf_str(&b));
		break;
	case V_STR:
	case V_REF:
		text(w, pool_get(w->pool, val_strid(x)));
		break;
	case V_LIST:
		write_list(w, f, x, disc);
		break;
	case V_MAP:
		begin_map(w, val_len(x) == 0);
		write_map(w, f && f->type == F_MAP ? f->sub : NULL, x, disc);
		end_map(w);
		break;
	}
}

static bool has_members(
	const struct writer *w, const struct field *rows, struct val map, struct slice disc);

/* Is this member for manifests, and does it say anything? */
static bool is_written(
	const struct writer *w, const struct field *f, struct val x, struct slice disc)
{
	if (f && f->flags & (F_READ_ONLY | F_WRITE_ONLY | F_NOT_EXPORTED))
		return false;
	if (f && f->type == F_MAP && val_tag(x) == V_MAP)
		return has_members(w, f->sub, x, disc);
	return !val_empty(w->v, x);
}

static bool has_members(
	const struct writer *w, const struct field *rows, struct val map, struct slice disc)
{
	for (uint32_t i = 0; i < val_len(map); i++) {
		const struct field *f =
			field_find(rows, pool_get(w->pool, map_key_at(w->v, map, i)), disc, NULL);

		if (is_written(w, f, map_val_at(w->v, map, i), disc))
			return true;
	}
	return false;
}

static void write_map(struct writer *w, const struct field *rows, struct val map, struct slice disc)
{
	for (uint32_t i = 0; i < val_len(map); i++) {
		struct slice key = pool_get(w->pool, map_key_at(w->v, map, i));
		const struct field *f = field_find(rows, key, disc, NULL);
		struct val x = map_val_at(w->v, map, i);

		if (!is_written(w, f, x, disc))
			continue;
		text(w, key);
		write_val(w, f, x, disc);
	}
}

/* --- one resource --- */

struct named {
	const struct pool *pool;
	strid key;
	uint32_t rank, ix;
};

static int by_name(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return slice_cmp(pool_get(a->pool, a->key), pool_get(b->pool, b->key));
}

typedef VEC(struct named) named_vec;

static bool name_is_key(const struct writer *w, const struct kind *k, const struct res *r)
{
	struct slice key = pool_get(w->pool, r->key), name = pool_get(w->pool, r->name);

	return k->flags & KIND_FOLD_KEY ? slice_eq_fold(key, name) : slice_eq(key, name);
}

/* The members of a body, with the name left out where the key says it. depth: of name_path so far. */
static void write_body(struct writer *w, const struct kind *k, const struct res *r,
	const struct field *rows, struct val map, struct slice name_path, bool drop_name)
{
	struct slice rest = name_path, part = {NULL, 0}, disc = res_disc(w->s, r);

	if (name_path.p)
		(void)slice_cut(&rest, '.', &part);
	for (uint32_t i = 0; i < val_len(map); i++) {
		struct slice key = pool_get(w->pool, map_key_at(w->v, map, i));
		const struct field *f = field_find(rows, key, disc, NULL);
		struct val x = map_val_at(w->v, map, i);
		bool on_path = part.p && slice_eq(key, part);

		if (!is_written(w, f, x, disc) || (on_path && !rest.p && drop_name) ||
			(f && f->type == F_ORDER && r->flags & RES_SYSTEM))
			continue;
		if (on_path && rest.p && val_tag(x) == V_MAP && f) {
			/* the map that has nothing but the name is not worth a line */
			if (drop_name && val_len(x) == 1)
				continue;
			text(w, key);
			begin_map(w, false);
			write_body(w, k, r, f->sub, x, rest, drop_name);
			end_map(w);
			continue;
		}
		text(w, key);
		write_val(w, f, x, disc);
	}
}

static void write_edges(struct writer *w, const struct link *l, const struct edge_list *list)
{
	named_vec sorted = {0};
	size_t length = 0;
	bool attrs = false;

	for (uint32_t i = 0; i < list->n; i++) {
		vec_push(&sorted, (struct named){w->pool, w->s->edges.v[list->first + i].to, 0,
					  list->first + i});
		length += pool_get(w->pool, w->s->edges.v[list->first + i].to).n + 2;
		attrs = attrs || val_tag(w->s->attrs.v[list->first + i]) == V_MAP;
	}
	vec_sort(&sorted, by_name);
	begin_list(w, !attrs && length < 60);
	for (uint32_t i = 0; i < sorted.n; i++) {
		struct val x = w->s->attrs.v[sorted.v[i].ix];

		if (val_tag(x) != V_MAP || !has_members(w, l->attrs, x, (struct slice){NULL, 0})) {
			text(w, pool_get(w->pool, sorted.v[i].key));
			continue;
		}
		begin_map(w, false);
		text(w, slice_of(l->to_field));
		text(w, pool_get(w->pool, sorted.v[i].key));
		write_map(w, l->attrs, x, (struct slice){NULL, 0});
		end_map(w);
	}
	end_list(w);
	vec_free(&sorted);
}

/* Links of one first component ("assignments") stand in one map. */
static void write_links(struct writer *w, const struct kind *k, const struct res *r)
{
	struct slice open = {NULL, 0};

	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		const struct edge_list *l = snapshot_list(w->s, r->kind, i, r->key);
		struct slice rest = slice_of(k->links[i].path), first;

		if (!l || !slice_cut(&rest, '.', &first))
			continue;
		if (open.p && !slice_eq(open, first)) {
			end_map(w);
			open.p = NULL;
		}
		if (rest.p && !open.p) {
			text(w, first);
			begin_map(w, false);
			open = first;
		}
		text(w, rest.p ? rest : first);
		write_edges(w, &k->links[i], l);
	}
	if (open.p)
		end_map(w);
}

static void write_child(struct writer *w, const struct kind *k, const struct res *r)
{
	begin_map(w, false);
	if (r->flags & RES_SYSTEM) {
		/* of Okta's own rule only what happens may change, not when */
		struct val actions = val_get(w->v, r->body, "actions");

		text(w, SLICE("actions"));
		write_val(w, field_find(k->fields, SLICE("actions"), res_disc(w->s, r), NULL),
			actions, res_disc(w->s, r));
	} else {
		write_body(w, k, r, k->fields, r->body, (struct slice){NULL, 0}, false);
	}
	end_map(w);
}

static void write_children(struct writer *w, const struct kind *parent, const struct res *r)
{
	uint16_t kind = kind_by_name(w->s->kinds, parent->child->kind);
	const struct kind *k = w->s->kinds->v[kind];
	named_vec rules = {0};
	res_ix system = NONE;

	for (res_ix i = 0; i < w->s->res.n; i++) {
		const struct res *c = &w->s->res.v[i];

		if (c->kind != kind || c->parent != r->key)
			continue;
		if (!(c->flags & RES_SYSTEM))
			vec_push(&rules, (struct named){w->pool, c->key, c->rank, i});
		else if (!(c->flags & RES_FIXED))
			system = i;
	}
	vec_sort(&rules, by_name);
	/* an empty list says that there is to be none */
	text(w, slice_of(parent->child->path));
	begin_list(w, rules.n == 0);
	for (uint32_t i = 0; i < rules.n; i++)
		write_child(w, k, &w->s->res.v[rules.v[i].ix]);
	end_list(w);
	if (system != NONE &&
		has_members(w, k->fields, w->s->res.v[system].body, res_disc(w->s, r))) {
		text(w, slice_of(parent->child->system_path));
		write_child(w, k, &w->s->res.v[system]);
	}
	vec_free(&rules);
}

static void write_res(struct writer *w, const struct kind *k, const struct res *r)
{
	text(w, pool_get(w->pool, r->key));
	begin_map(w, false);
	write_body(w, k, r, k->fields, r->body, slice_of(k->name_path), name_is_key(w, k, r));
	write_links(w, k, r);
	if (k->child)
		write_children(w, k, r);
	end_map(w);
}

static int on_output(void *out, unsigned char *p, size_t n)
{
	buf_add(out, p, n);
	return 1;
}

static void write_document(struct writer *w, const struct kind *k, const named_vec *all)
{
	yaml_event_t ev;

	emit(w, &ev, yaml_stream_start_event_initialize(&ev, YAML_UTF8_ENCODING));
	emit(w, &ev, yaml_document_start_event_initialize(&ev, NULL, NULL, NULL, 1));
	begin_map(w, false);
	plain(w, k->plural);
	begin_map(w, false);
	for (uint32_t i = 0; i < all->n && !w->failed; i++)
		write_res(w, k, &w->s->res.v[all->v[i].ix]);
	end_map(w);
	end_map(w);
	emit(w, &ev, yaml_document_end_event_initialize(&ev, 1));
	emit(w, &ev, yaml_stream_end_event_initialize(&ev));
}

int yaml_write_kind(const struct snapshot *live, uint16_t kind, struct buf *out,
	uint32_t *ret_left_out, struct err *e)
{
	struct writer w = {.s = live, .v = live->values, .pool = live->values->pool};
	named_vec all = {0};
	int r = 0;

	for (res_ix i = 0; i < live->res.n; i++) {
		const struct res *x = &live->res.v[i];

		if (x->kind != kind || x->flags & (RES_FIXED | RES_STUB))
			continue;
		if (x->flags & RES_TWIN)
			++*ret_left_out;
		else
			vec_push(&all, (struct named){w.pool, x->key, 0, i});
	}
	vec_sort(&all, by_name);
	if (all.n) {
		if (!yaml_emitter_initialize(&w.emitter))
			BUG("libyaml could not start");
		yaml_emitter_set_unicode(&w.emitter, 1);
		yaml_emitter_set_width(&w.emitter, 100);
		yaml_emitter_set_output(&w.emitter, on_output, out);
		write_document(&w, live->kinds->v[kind], &all);
		if (w.failed)
			r = err_set(e, ERR_SYS, "the manifest cannot be written: %s",
				w.emitter.problem ? w.emitter.problem : "unknown");
		yaml_emitter_delete(&w.emitter);
	}
	vec_free(&all);
	return r;
}
