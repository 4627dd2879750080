#include "state/plain.h"

struct val plain_decode_field(
	struct values *v, const struct field *f, const struct js *j, struct slice disc)
{
	struct slice s = js_str(j);
	uint32_t n;

	if (!f || js_type(j) == JS_NULL || js_type(j) == JS_ABSENT)
		return val_of_js(v, j);
	switch (f->type) {
	case F_REF:
		if (s.n)
			return val_ref(pool_add(v->pool, s));
		break;
	case F_SECRET:
		if (slice_starts(s, "${secret.") && slice_ends(s, "}"))
			return val_secret(pool_add(v->pool, (struct slice){s.p + 9, s.n - 10}));
		return VAL_NULL;
	case F_LIST:
	case F_SET:
		if (js_type(j) != JS_LIST)
			break;
		n = (uint32_t)js_len(j);
		for (uint32_t i = 0; i < n; i++)
			values_push(v, plain_decode_field(v, &f->sub[0], js_at(j, i), disc), 0);
		return values_list(v, n);
	case F_MAP:
		if (js_type(j) != JS_MAP)
			break;
		return plain_decode(v, f->sub, f->flags & F_OPEN, j, disc);
	case F_STR:
	case F_BOOL:
	case F_INT:
	case F_REAL:
	case F_ENUM:
	case F_STATUS:
	case F_ORDER:
	case F_EXPR:
	case F_TEXT:
	case F_ANY:
		break;
	}
	return val_of_js(v, j);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct val plain_decode(struct values *v, const struct field *rows, bool open, const struct js *j,
	struct slice disc)
{
	VEC(const char *) extra = {0};
	uint32_t n = 0;

	for (const struct field *f = rows; f && f->name; f++) {
		const struct js *member = js_get(j, f->name);
		struct val x;

		if (!member || !field_applies(f, disc) || field_hidden(rows, f, disc))
			continue;
		x = plain_decode_field(v, f, member, disc);
		values_push_key(v, pool_adds(v->pool, f->name), 0);
		values_push(v, x, 0);
		n++;
	}
	for (void *it = open ? js_first(j) : NULL; it; it = js_next(j, it)) {
		if (!field_find(rows, slice_of(js_key(it)), (struct slice){NULL, 0}, NULL))
			vec_push(&extra, js_key(it));
	}
	vec_sort(&extra, by_key);
	for (uint32_t i = 0; i < extra.n; i++) {
		struct val x = val_of_js(v, js_get(j, extra.v[i]));

		values_push_key(v, pool_adds(v->pool, extra.v[i]), 0);
		values_push(v, x, 0);
		n++;
	}
	vec_free(&extra);
	return values_map(v, n);
}
