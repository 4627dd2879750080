#include "state/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct values *values_new(struct pool *pool)
{
	struct values *v = xcalloc(1, sizeof(*v));

	v->pool = pool;
	return v;
}

void values_free(struct values *v)
{
	if (!v)
		return;
	vec_free(&v->cells);
	vec_free(&v->marks);
	vec_free(&v->nums);
	vec_free(&v->stack);
	vec_free(&v->stack_marks);
	free(v);
}

static struct val make(enum val_tag tag, uint32_t len, uint32_t u)
{
	return (struct val){(uint32_t)tag | len << 4, u};
}

struct val val_bool(bool b)
{
	return make(V_BOOL, 0, b);
}

struct val val_str(strid s)
{
	return make(V_STR, 0, s);
}

struct val val_strz(struct values *v, const char *s)
{
	return val_str(pool_adds(v->pool, s));
}

struct val val_ref(strid key)
{
	return make(V_REF, 0, key);
}

struct val val_secret(strid source)
{
	return make(V_SECRET, 0, source);
}

struct val val_int(struct values *v, int64_t n)
{
	vec_push(&v->nums, n);
	return make(V_INT, 0, v->nums.n - 1);
}

struct val val_real(struct values *v, double d)
{
	int64_t bits;

	if (d == floor(d) && fabs(d) < 9e15)
		return val_int(v, (int64_t)d);
	memcpy(&bits, &d, sizeof(bits));
	vec_push(&v->nums, bits);
	return make(V_REAL, 0, v->nums.n - 1);
}

bool val_is_true(struct val v)
{
	return val_tag(v) == V_BOOL && v.u;
}

strid val_strid(struct val v)
{
	enum val_tag t = val_tag(v);

	return t == V_STR || t == V_REF || t == V_SECRET ? v.u : 0;
}

int64_t val_num(const struct values *v, struct val n)
{
	return val_tag(n) == V_INT ? v->nums.v[n.u] : 0;
}

double val_double(const struct values *v, struct val n)
{
	double d;

	if (val_tag(n) != V_REAL)
		return (double)val_num(v, n);
	memcpy(&d, &v->nums.v[n.u], sizeof(d));
	return d;
}

void values_push(struct values *v, struct val x, srcmark mark)
{
	vec_push(&v->stack, x);
	vec_push(&v->stack_marks, mark);
}

void values_push_key(struct values *v, strid key, srcmark mark)
{
	values_push(v, val_str(key), mark);
}

static struct val close_run(struct values *v, enum val_tag tag, uint32_t len, uint32_t cells)
{
	uint32_t from = v->stack.n - cells, first = v->cells.n;

	if (cells > v->stack.n || len > UINT32_MAX >> 4)
		BUG("a run of %u cells", cells);
	for (uint32_t i = 0; i < cells; i++) {
		vec_push(&v->cells, v->stack.v[from + i]);
		if (v->track_marks)
			vec_push(&v->marks, v->stack_marks.v[from + i]);
	}
	v->stack.n = v->stack_marks.n = from;
	return make(tag, len, first);
}

struct val values_list(struct values *v, uint32_t n)
{
	return close_run(v, V_LIST, n, n);
}

struct val values_map(struct values *v, uint32_t nentries)
{
	return close_run(v, V_MAP, nentries, nentries * 2);
}

struct val val_at(const struct values *v, struct val list, uint32_t i)
{
	if (val_tag(list) != V_LIST || i >= val_len(list))
		return VAL_ABSENT;
	return v->cells.v[list.u + i];
}

strid map_key_at(const struct values *v, struct val map, uint32_t i)
{
	return v->cells.v[map.u + i * 2].u;
}

struct val map_val_at(const struct values *v, struct val map, uint32_t i)
{
	return v->cells.v[map.u + i * 2 + 1];
}

srcmark map_mark_at(const struct values *v, struct val map, uint32_t i)
{
	uint32_t cell = map.u + i * 2 + 1;

	return cell < v->marks.n ? v->marks.v[cell] : 0;
}

srcmark val_mark_at(const struct values *v, struct val list, uint32_t i)
{
	return list.u + i < v->marks.n ? v->marks.v[list.u + i] : 0;
}

static struct val get(const struct values *v, struct val map, struct slice key)
{
	if (val_tag(map) != V_MAP)
		return VAL_ABSENT;
	for (uint32_t i = 0; i < val_len(map); i++) {
		if (slice_eq(pool_get(v->pool, map_key_at(v, map, i)), key))
			return map_val_at(v, map, i);
	}
	return VAL_ABSENT;
}

struct val val_get(const struct values *v, struct val map, const char *key)
{
	return get(v, map, slice_of(key));
}

struct val val_path(const struct values *v, struct val map, const char *dotted)
{
	struct slice rest = slice_of(dotted), part;

	while (slice_cut(&rest, '.', &part))
		map = get(v, map, part);
	return map;
}

bool val_empty(const struct values *v, struct val x)
{
	switch (val_tag(x)) {
	case V_ABSENT:
	case V_NULL:
		return true;
	case V_STR:
		return pool_get(v->pool, x.u).n == 0;
	case V_LIST:
		return val_len(x) == 0;
	case V_MAP:
		for (uint32_t i = 0; i < val_len(x); i++) {
			if (!val_empty(v, map_val_at(v, x, i)))
				return false;
		}
		return true;
	case V_BOOL:
	case V_INT:
	case V_REAL:
	case V_SECRET:
	case V_REF:
		break;
	}
	return false;
}

static bool maps_equal(const struct values *v, struct val a, struct val b)
{
	for (uint32_t i = 0; i < val_len(a); i++) {
		struct slice key = pool_get(v->pool, map_key_at(v, a, i));

		if (!val_equal(v, map_val_at(v, a, i), get(v, b, key)))
			return false;
	}
	for (uint32_t i = 0; i < val_len(b); i++) {
		struct slice key = pool_get(v->pool, map_key_at(v, b, i));

		if (val_tag(get(v, a, key)) == V_ABSENT && !val_empty(v, map_val_at(v, b, i)))
			return false;
	}
	return true;
}

bool val_equal(const struct values *v, struct val a, struct val b)
{
	enum val_tag ta = val_tag(a), tb = val_tag(b);

	if (val_empty(v, a) || val_empty(v, b))
		return val_empty(v, a) && val_empty(v, b);
	if ((ta == V_INT || ta == V_REAL) && (tb == V_INT || tb == V_REAL))
		return ta == tb && v->nums.v[a.u] == v->nums.v[b.u];
	if (ta != tb)
		return false;
	if (ta == V_LIST) {
		if (val_len(a) != val_len(b))
			return false;
		for (uint32_t i = 0; i < val_len(a); i++) {
			if (!val_equal(v, val_at(v, a, i), val_at(v, b, i)))
				return false;
		}
		return true;
	}
	if (ta == V_MAP)
		return maps_equal(v, a, b);
	return a.u == b.u;
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct val map_of_js(struct values *v, const struct js *j)
{
	VEC(const char *) keys = {0};
	uint32_t n;

	for (void *it = js_first(j); it; it = js_next(j, it))
		vec_push(&keys, js_key(it));
	vec_sort(&keys, by_key);
	for (uint32_t i = 0; i < keys.n; i++) {
		struct val x = val_of_js(v, js_get(j, keys.v[i]));

		values_push_key(v, pool_adds(v->pool, keys.v[i]), 0);
		values_push(v, x, 0);
	}
	n = keys.n;
	vec_free(&keys);
	return values_map(v, n);
}

struct val val_of_js(struct values *v, const struct js *j)
{
	uint32_t n;

	switch (js_type(j)) {
	case JS_ABSENT:
		return VAL_ABSENT;
	case JS_NULL:
		return VAL_NULL;
	case JS_BOOL:
		return val_bool(js_bool(j));
	case JS_INT:
		return val_int(v, js_int(j));
	case JS_REAL:
		return val_real(v, js_real(j));
	case JS_STR:
		return val_str(pool_add(v->pool, js_str(j)));
	case JS_LIST:
		n = (uint32_t)js_len(j);
		for (uint32_t i = 0; i < n; i++)
			values_push(v, val_of_js(v, js_at(j, i)), 0);
		return values_list(v, n);
	case JS_MAP:
		return map_of_js(v, j);
	}
	return VAL_ABSENT;
}

struct js *val_to_js(const struct values *v, struct val x)
{
	struct js *j;

	switch (val_tag(x)) {
	case V_ABSENT:
	case V_NULL:
	case V_SECRET:
		return js_new_null();
	case V_BOOL:
		return js_new_bool(x.u);
	case V_INT:
		return js_new_int(val_num(v, x));
	case V_REAL:
		return js_new_real(val_double(v, x));
	case V_STR:
	case V_REF:
		return js_new_str(pool_get(v->pool, x.u));
	case V_LIST:
		j = js_new_list();
		for (uint32_t i = 0; i < val_len(x); i++)
			js_push(j, val_to_js(v, val_at(v, x, i)));
		return j;
	case V_MAP:
		j = js_new_map();
		for (uint32_t i = 0; i < val_len(x); i++)
			js_set(j, pool_str(v->pool, map_key_at(v, x, i)),
				val_to_js(v, map_val_at(v, x, i)));
		return j;
	}
	return js_new_null();
}

void val_write(const struct values *v, struct buf *b, struct val x)
{
	switch (val_tag(x)) {
	case V_ABSENT:
	case V_NULL:
		buf_adds(b, "null");
		break;
	case V_BOOL:
		buf_adds(b, x.u ? "true" : "false");
		break;
	case V_INT:
		buf_addf(b, "%lld", (long long)val_num(v, x));
		break;
	case V_REAL:
		buf_addf(b, "%.17g", val_double(v, x));
		break;
	case V_SECRET:
		buf_adds(b, "\"${secret.");
		buf_add_slice(b, pool_get(v->pool, x.u));
		buf_adds(b, "}\"");
		break;
	case V_STR:
	case V_REF:
		buf_add_json(b, pool_get(v->pool, x.u));
		break;
	case V_LIST:
		buf_addc(b, '[');
		for (uint32_t i = 0; i < val_len(x); i++) {
			if (i)
				buf_addc(b, ',');
			val_write(v, b, val_at(v, x, i));
		}
		buf_addc(b, ']');
		break;
	case V_MAP:
		buf_addc(b, '{');
		for (uint32_t i = 0; i < val_len(x); i++) {
			if (i)
				buf_addc(b, ',');
			buf_add_json(b, pool_get(v->pool, map_key_at(v, x, i)));
			buf_addc(b, ':');
			val_write(v, b, map_val_at(v, x, i));
		}
		buf_addc(b, '}');
		break;
	}
}
