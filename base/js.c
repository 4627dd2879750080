#include "base/js.h"

#include <string.h>

#include "base/js_jansson.h"
#include "base/xalloc.h"

#define J(j) js_to_jansson(j)
#define JS(j) js_from_jansson(j)

int js_parse(struct slice text, const char *what, struct js **ret_js, struct err *e)
{
	json_error_t je;
	json_t *j = json_loadb(
		text.p ? text.p : "", text.n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &je);

	if (!j)
		return err_set(e, ERR_NET, "%s is no valid JSON: line %d column %d: %s", what,
			je.line, je.column, je.text);
	*ret_js = JS(j);
	return 0;
}

void js_free(struct js *j)
{
	json_decref(J(j));
}

enum js_type js_type(const struct js *j)
{
	if (!j)
		return JS_ABSENT;
	switch (json_typeof(J(j))) {
	case JSON_NULL:
		return JS_NULL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JS_BOOL;
	case JSON_INTEGER:
		return JS_INT;
	case JSON_REAL:
		return JS_REAL;
	case JSON_STRING:
		return JS_STR;
	case JSON_ARRAY:
		return JS_LIST;
	case JSON_OBJECT:
		return JS_MAP;
	}
	return JS_ABSENT;
}

struct slice js_str(const struct js *j)
{
	if (js_type(j) != JS_STR)
		return (struct slice){"", 0};
	return (struct slice){json_string_value(J(j)), json_string_length(J(j))};
}

int64_t js_int(const struct js *j)
{
	return j ? json_integer_value(J(j)) : 0;
}

double js_real(const struct js *j)
{
	return j ? json_number_value(J(j)) : 0;
}

bool js_bool(const struct js *j)
{
	return j && json_is_true(J(j));
}

size_t js_len(const struct js *j)
{
	if (js_type(j) == JS_LIST)
		return json_array_size(J(j));
	return js_type(j) == JS_MAP ? json_object_size(J(j)) : 0;
}

const struct js *js_at(const struct js *list, size_t i)
{
	return list ? JS(json_array_get(J(list), i)) : NULL;
}

const struct js *js_get(const struct js *map, const char *key)
{
	return map ? JS(json_object_get(J(map), key)) : NULL;
}

const struct js *js_path(const struct js *map, const char *path)
{
	struct slice rest = slice_of(path), part;

	while (map && slice_cut(&rest, '.', &part))
		map = js_type(map) == JS_MAP ? JS(json_object_getn(J(map), part.p, part.n)) : NULL;
	return map;
}

void *js_first(const struct js *map)
{
	return map ? json_object_iter(J(map)) : NULL;
}

void *js_next(const struct js *map, void *it)
{
	return json_object_iter_next(J(map), it);
}

const char *js_key(void *it)
{
	return json_object_iter_key(it);
}

const struct js *js_val(void *it)
{
	return JS(json_object_iter_value(it));
}

static struct js *made(json_t *j)
{
	if (!j)
		BUG("a JSON value could not be made");
	return JS(j);
}

struct js *js_new_map(void)
{
	return made(json_object());
}

struct js *js_new_list(void)
{
	return made(json_array());
}

struct js *js_new_str(struct slice s)
{
	json_t *j = json_stringn(s.p ? s.p : "", s.n);

	return made(j ? j : json_string(""));
}

struct js *js_new_strz(const char *s)
{
	return js_new_str(slice_of(s));
}

struct js *js_new_int(int64_t v)
{
	return made(json_integer(v));
}

struct js *js_new_real(double v)
{
	return made(json_real(v));
}

struct js *js_new_bool(bool v)
{
	return made(json_boolean(v));
}

struct js *js_new_null(void)
{
	return made(json_null());
}

struct js *js_copy(const struct js *j)
{
	return made(json_deep_copy(J(j)));
}

struct js *js_copy_or_null(const struct js *j)
{
	return j ? js_copy(j) : js_new_null();
}

void js_set(struct js *map, const char *key, struct js *val)
{
	if (json_object_set_new(J(map), key, J(val)) < 0)
		BUG("JSON member '%s' could not be set", key);
}

void js_default(struct js *map, const char *key, struct js *val)
{
	if (js_get(map, key))
		js_free(val);
	else
		js_set(map, key, val);
}

void js_del(struct js *map, const char *key)
{
	json_object_del(J(map), key);
}

void js_push(struct js *list, struct js *val)
{
	if (json_array_append_new(J(list), J(val)) < 0)
		BUG("JSON element could not be added");
}

struct js *js_make(struct js *map, const char *path)
{
	struct slice rest = slice_of(path), part;

	while (slice_cut(&rest, '.', &part)) {
		json_t *next = json_object_getn(J(map), part.p, part.n);

		if (!next || !json_is_object(next)) {
			next = json_object();
			if (json_object_setn_new(J(map), part.p, part.n, next) < 0)
				BUG("JSON member '%s' could not be set", path);
		}
		map = JS(next);
	}
	return map;
}

struct js *js_getm(struct js *map, const char *key)
{
	return JS(json_object_get(J(map), key));
}

struct js *js_atm(struct js *list, size_t i)
{
	return JS(json_array_get(J(list), i));
}

bool js_equal(const struct js *a, const struct js *b)
{
	return json_equal(J(a), J(b));
}

static int append(const char *text, size_t n, void *b)
{
	buf_add(b, text, n);
	return 0;
}

void js_write(struct buf *b, const struct js *j)
{
	if (json_dump_callback(J(j), append, b, JSON_COMPACT | JSON_ENCODE_ANY) < 0)
		BUG("JSON could not be written");
}

void js_write_sorted(struct buf *b, const struct js *j)
{
	if (json_dump_callback(J(j), append, b, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS) <
		0)
		BUG("JSON could not be written");
}
