/*
 * JSON at the edge: jansson behind an opaque type. Documents that come from the wire are read once,
 * turned into compact values (state/value.h), and dropped. Numbers are 64-bit integers or doubles;
 * duplicate keys, invalid UTF-8, NUL characters and nesting beyond jansson's limit are refused.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct js;

enum js_type { JS_ABSENT, JS_NULL, JS_BOOL, JS_INT, JS_REAL, JS_STR, JS_LIST, JS_MAP };

/* Any JSON value; *ret_js is owned by the caller. what names the text in an error. */
int js_parse(struct slice text, const char *what, struct js **ret_js, struct err *e) MUST_CHECK;
void js_free(struct js *j);
AUTO_FREE(js);

/* Readers accept NULL, which is JS_ABSENT, and give an empty answer where the type is another. */
enum js_type js_type(const struct js *j);
struct slice js_str(const struct js *j);
int64_t js_int(const struct js *j);
double js_real(const struct js *j);
bool js_bool(const struct js *j);
size_t js_len(const struct js *j); /* of a list or map */
const struct js *js_at(const struct js *list, size_t i);
const struct js *js_get(const struct js *map, const char *key);
/* js_get along "a.b.c". */
const struct js *js_path(const struct js *map, const char *path);
/* for (it = js_first(m); it; it = js_next(m, it)) in the order of the text */
void *js_first(const struct js *map);
void *js_next(const struct js *map, void *it);
const char *js_key(void *it);
const struct js *js_val(void *it);

/* Builders; what is put into a container is owned by it from then on. */
struct js *js_new_map(void);
struct js *js_new_list(void);
struct js *js_new_str(struct slice s); /* invalid UTF-8 becomes an empty string */
struct js *js_new_strz(const char *s);
struct js *js_new_int(int64_t v);
struct js *js_new_real(double v);
struct js *js_new_bool(bool v);
struct js *js_new_null(void);
struct js *js_copy(const struct js *j); /* deep */
struct js *js_copy_or_null(const struct js *j);
void js_set(struct js *map, const char *key, struct js *val);
/* Where there is nothing yet. */
void js_default(struct js *map, const char *key, struct js *val);
void js_del(struct js *map, const char *key);
void js_push(struct js *list, struct js *val);
/* The map below path "a.b", made where it is missing. */
struct js *js_make(struct js *map, const char *path);
struct js *js_getm(struct js *map, const char *key);
struct js *js_atm(struct js *list, size_t i);
bool js_equal(const struct js *a, const struct js *b);

/* Appends as compact text: keys in the order they were set, or sorted. */
void js_write(struct buf *b, const struct js *j);
void js_write_sorted(struct buf *b, const struct js *j);
