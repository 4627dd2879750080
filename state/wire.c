#include "state/wire.h"

#include <stdlib.h>

static struct val decode_field(
	struct values *v, const struct field *f, const struct js *j, struct slice disc);

static const char *wire_path(const struct field *f)
{
	return f->wire ? f->wire : f->name;
}

/* Is key the first part of some row's path? */
static bool is_row(const struct field *rows, struct slice key)
{
	for (const struct field *f = rows; f && f->name; f++) {
		struct slice rest = slice_of(wire_path(f)), first;

		if (slice_cut(&rest, '.', &first) && slice_eq(first, key))
			return true;
	}
	return false;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct val decode_map(struct values *v, const struct field *rows, bool open,
	const struct js *map, struct slice disc)
{
	VEC(const char *) extra = {0};
	uint32_t n = 0;

	for (const struct field *f = rows; f && f->name; f++) {
		struct val x;

		if (!field_applies(f, disc) || f->flags & (F_READ_ONLY | F_WRITE_ONLY) ||
			f->type == F_SECRET || field_hidden(rows, f, disc))
			continue;
		x = decode_field(v, f, js_path(map, wire_path(f)), disc);
		if (val_empty(v, x))
			continue;
		values_push_key(v, pool_adds(v->pool, f->name), 0);
		values_push(v, x, 0);
		n++;
	}
	for (void *it = open ? js_first(map) : NULL; it; it = js_next(map, it)) {
		if (!is_row(rows, slice_of(js_key(it))))
			vec_push(&extra, js_key(it));
	}
	vec_sort(&extra, by_key);
	for (uint32_t i = 0; i < extra.n; i++) {
		struct val x = val_of_js(v, js_get(map, extra.v[i]));

		if (val_empty(v, x))
			continue;
		values_push_key(v, pool_adds(v->pool, extra.v[i]), 0);
		values_push(v, x, 0);
		n++;
	}
	vec_free(&extra);
	return values_map(v, n);
}

/* An id, or the last segment of the URL that holds it. */
static struct val decode_ref(struct values *v, const struct field *f, const struct js *j)
{
	struct slice s = js_str(j);

	if (!s.n)
		return VAL_ABSENT;
	if (f->flags & F_LINK) {
		const char *slash = memrchr(s.p, '/', s.n);

		if (slash)
			s = (struct slice){slash + 1, s.n - (size_t)(slash + 1 - s.p)};
	}
	return val_ref(pool_add(v->pool, s));
}

static struct val decode_codec(struct values *v, const struct field *f, const struct js *j)
{
	AUTO(buf) struct buf out = BUF_TEXT;

	if (!f->codec->from_wire(j, &out))
		return val_of_js(v, j);
	return val_str(pool_add(v->pool, buf_slice(&out)));
}

static struct val decode_field(
	struct values *v, const struct field *f, const struct js *j, struct slice disc)
{
	enum js_type t = js_type(j);
	uint32_t n;

	if (t == JS_ABSENT || t == JS_NULL)
		return VAL_ABSENT;
	switch (f->type) {
	case F_REF:
		return decode_ref(v, f, j);
	case F_TEXT:
		return decode_codec(v, f, j);
	case F_LIST:
	case F_SET:
		if (t != JS_LIST)
			break;
		n = (uint32_t)js_len(j);
		for (uint32_t i = 0; i < n; i++)
			values_push(v, decode_field(v, &f->sub[0], js_at(j, i), disc), 0);
		return values_list(v, n);
	case F_MAP:
		if (t != JS_MAP)
			break;
		return decode_map(v, f->sub, f->flags & F_OPEN, j, disc);
	case F_STR:
	case F_BOOL:
	case F_INT:
	case F_REAL:
	case F_ENUM:
	case F_STATUS:
	case F_ORDER:
	case F_EXPR:
	case F_ANY:
	case F_SECRET:
		break;
	}
	return val_of_js(v, j);
}

struct slice wire_disc(const struct kind *k, const struct js *live)
{
	const struct js *j = k->discriminator ? js_get(live, k->discriminator) : NULL;

	return js_type(j) == JS_STR ? js_str(j) : (struct slice){NULL, 0};
}

struct val wire_decode(
	struct values *v, const struct kind *k, const struct js *live, struct slice disc)
{
	struct val body = decode_map(v, k->fields, false, live, disc);

	if (k->lifecycle) {
		/* people's names for the states */
		for (uint32_t i = 0; i < val_len(body); i++) {
			struct val *cell = &v->cells.v[body.u + i * 2 + 1];

			if (!slice_is(
				    pool_get(v->pool, map_key_at(v, body, i)), k->lifecycle->field))
				continue;
			*cell = val_str(
				pool_add(v->pool, lifecycle_canon(k->lifecycle,
							  pool_get(v->pool, val_strid(*cell)))));
		}
	}
	return body;
}

struct val wire_decode_attrs(struct values *v, const struct field *rows, const struct js *live)
{
	struct val x = decode_map(v, rows, false, live, (struct slice){NULL, 0});

	return val_len(x) ? x : VAL_ABSENT;
}

/* --- encoding --- */

static struct js *encode_field(const struct values *v, const struct field *f, struct val x,
	struct slice disc, const struct wire_env *env, struct err *e);

static struct js *encode_ref(const struct values *v, const struct field *f, struct val x,
	const struct wire_env *env, struct err *e)
{
	strid id = env->id_of(env->self, f->arg, val_strid(x));

	if (!id) {
		err_set(e, ERR_REFUSED, "%s '%s' has no id: it is not in the tenant", f->arg,
			pool_str(v->pool, val_strid(x)));
		return NULL;
	}
	return js_new_str(pool_get(v->pool, id));
}

/* ${group.NAME.id} -> the id */
static struct js *encode_expr(
	const struct values *v, struct val x, const struct wire_env *env, struct err *e)
{
	AUTO(buf) struct buf out = BUF_TEXT;
	struct slice rest = pool_get(v->pool, val_strid(x));

	while (rest.n) {
		const char *open = memmem(rest.p, rest.n, "${group.", 8), *end;
		struct slice name;
		strid key, id;

		if (!open)
			break;
		buf_add(&out, rest.p, (size_t)(open - rest.p));
		rest = (struct slice){open + 8, rest.n - (size_t)(open + 8 - rest.p)};
		end = memmem(rest.p, rest.n, ".id}", 4);
		if (!end) {
			buf_adds(&out, "${group.");
			continue;
		}
		name = (struct slice){rest.p, (size_t)(end - rest.p)};
		rest = (struct slice){end + 4, rest.n - name.n - 4};
		key = pool_find(v->pool, name);
		id = key ? env->id_of(env->self, "group", key) : 0;
		if (!id) {
			err_set(e, ERR_REFUSED, "group '%.*s' has no id: it is not in the tenant",
				SLICE_ARG(name));
			return NULL;
		}
		buf_add_slice(&out, pool_get(v->pool, id));
	}
	buf_add_slice(&out, rest);
	return js_new_str(buf_slice(&out));
}

static struct js *encode_secret(
	const struct values *v, struct val x, const struct wire_env *env, struct err *e)
{
	struct buf out = BUF_MAX(1 << 20);
	struct js *j = NULL;

	if (env->secret(env->self, pool_get(v->pool, val_strid(x)), &out, e) == 0)
		j = js_new_str(buf_slice(&out));
	buf_wipe(&out);
	return j;
}

static struct js *encode_list(const struct values *v, const struct field *f, struct val x,
	struct slice disc, const struct wire_env *env, struct err *e)
{
	AUTO_PTR(js) list = js_new_list();

	for (uint32_t i = 0; i < val_len(x); i++) {
		struct js *item = encode_field(v, &f->sub[0], val_at(v, x, i), disc, env, e);

		if (!item)
			return NULL;
		js_push(list, item);
	}
	return TAKE(list);
}

static struct js *encode_field(const struct values *v, const struct field *f, struct val x,
	struct slice disc, const struct wire_env *env, struct err *e)
{
	if (val_tag(x) == V_NULL || val_tag(x) == V_ABSENT)
		return js_new_null();
	switch (f->type) {
	case F_REF:
		return encode_ref(v, f, x, env, e);
	case F_EXPR:
		return encode_expr(v, x, env, e);
	case F_TEXT:
		return f->codec->to_wire(pool_get(v->pool, val_strid(x)));
	case F_SECRET:
		return encode_secret(v, x, env, e);
	case F_LIST:
	case F_SET:
		return encode_list(v, f, x, disc, env, e);
	case F_MAP: {
		AUTO_PTR(js) map = js_new_map();

		if (wire_encode(v, f->sub, x, disc, env, map, e) < 0)
			return NULL;
		return TAKE(map);
	}
	case F_STR:
	case F_BOOL:
	case F_INT:
	case F_REAL:
	case F_ENUM:
	case F_STATUS:
	case F_ORDER:
	case F_ANY:
		break;
	}
	return val_to_js(v, x);
}

/* Sets body's dotted path to val, which it takes over. */
static void set_path(struct js *body, const char *path, struct js *val)
{
	const char *dot = strrchr(path, '.');

	if (dot) {
		AUTO_CHAR head = xstrndup(path, (size_t)(dot - path));

		body = js_make(body, head);
	}
	js_set(body, dot ? dot + 1 : path, val);
}

int wire_encode(const struct values *v, const struct field *rows, struct val x, struct slice disc,
	const struct wire_env *env, struct js *body, struct err *e)
{
	/* a tenant may answer with something else where a mapping belongs */
	for (uint32_t i = 0; val_tag(x) == V_MAP && i < val_len(x); i++) {
		struct slice key = pool_get(v->pool, map_key_at(v, x, i));
		const struct field *f = field_find(rows, key, disc, NULL);
		struct val part = map_val_at(v, x, i);
		struct js *j;

		if (f && (f->type == F_STATUS || f->flags & F_LINK))
			continue;
		if (f && f->type == F_MAP && val_tag(part) == V_MAP && !(f->flags & F_WHOLE)) {
			/* members that are not ours stay */
			if (wire_encode(
				    v, f->sub, part, disc, env, js_make(body, wire_path(f)), e) < 0)
				return err_in(e, "%s", f->name);
			continue;
		}
		j = f ? encode_field(v, f, part, disc, env, e) : val_to_js(v, part);
		if (!j)
			return err_in(e, "%.*s", SLICE_ARG(key));
		if (f)
			set_path(body, wire_path(f), j);
		else
			js_set(body, key.p, j);
	}
	return 0;
}

struct js *wire_skeleton(const struct kind *k, struct slice disc)
{
	struct err e = ERR_INIT;
	struct js *j;

	for (const struct skeleton *s = k->skeletons; s && s->json; s++) {
		if (s->disc && !(disc.p && slice_in(disc, s->disc)))
			continue;
		if (js_parse(slice_of(s->json), k->name, &j, &e) < 0)
			BUG("the skeleton of %s: %s", k->name, e.msg);
		return j;
	}
	return js_new_map();
}

void wire_default(struct js *body, const char *path, struct slice text)
{
	if (js_type(js_path(body, path)) == JS_ABSENT)
		set_path(body, path, js_new_str(text));
}
