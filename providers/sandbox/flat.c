#include "providers/sandbox/flat.h"

#include "base/xalloc.h"

#include <stdlib.h>

static struct js *flat_value(const struct flat *f)
{
	long long n;

	switch (f->type) {
	case 'b':
		return js_new_bool(f->text[0] == 't');
	case 's':
		return js_new_strz(f->text);
	case 'i':
		return slice_int(slice_of(f->text), INT64_MIN, INT64_MAX, &n) ? js_new_int(n)
									      : js_new_null();
	case 'l':
		return js_new_list();
	default:
		return js_new_null();
	}
}

void flat_fill(struct js *doc, const struct flat *f)
{
	for (; f->path; f++) {
		const char *dot = strrchr(f->path, '.');
		AUTO_CHAR parent = xstrndup(f->path, (size_t)(dot - f->path));
		struct js *m = js_make(doc, parent);
		const struct js *v = js_get(m, dot + 1);

		if (!v || (js_type(v) == JS_NULL && f->type != 'n'))
			js_set(m, dot + 1, flat_value(f));
	}
}

struct place {
	uint32_t bucket;
	size_t at;
};

static int by_bucket(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->bucket != y->bucket)
		return x->bucket < y->bucket ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Java's hash of a string, spread as java.util.HashMap spreads it; the recorded sets are in this order. */
static uint32_t bucket_of(struct slice s, uint32_t buckets)
{
	uint32_t h = 0;

	for (size_t i = 0; i < s.n; i++)
		h = h * 31 + (unsigned char)s.p[i];
	return (h ^ h >> 16) & (buckets - 1);
}

void flat_set(struct js *doc, const char *path)
{
	const char *dot = strrchr(path, '.');
	AUTO_CHAR above = dot ? xstrndup(path, (size_t)(dot - path)) : NULL;
	const struct js *list = js_path(doc, path);
	size_t n = js_len(list);
	struct place *places;
	uint32_t buckets = 16;
	struct js *to;

	if (js_type(list) != JS_LIST || n < 2)
		return;
	while (n * 4 > (size_t)buckets * 3)
		buckets *= 2;
	places = xcalloc(n, sizeof(*places));
	for (size_t i = 0; i < n; i++)
		places[i] = (struct place){bucket_of(js_str(js_at(list, i)), buckets), i};
	qsort(places, n, sizeof(*places), by_bucket);
	to = js_new_list();
	for (size_t i = 0; i < n; i++)
		js_push(to, js_copy(js_at(list, places[i].at)));
	js_set(above ? js_make(doc, above) : doc, dot ? dot + 1 : path, to);
	free(places);
}
