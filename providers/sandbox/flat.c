#include "providers/sandbox/flat.h"

#include "base/xalloc.h"

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
