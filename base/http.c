#include "base/http.h"

struct slice http_header(const struct http_res *res, const char *name, size_t nth)
{
	for (size_t i = 0; i < res->nheaders; i++) {
		if (slice_eq_fold(res->headers[i].name, slice_of(name)) && nth-- == 0)
			return res->headers[i].value;
	}
	return (struct slice){NULL, 0};
}

/* Does one parameter list of a link (";a=b;c=\"d\"") say rel? */
static bool link_is(struct slice params, const char *rel)
{
	struct slice part;

	while (slice_cut(&params, ';', &part)) {
		struct slice name, value = part;

		if (!slice_cut(&value, '=', &name) || !value.p)
			continue;
		value = slice_trim(value);
		if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
			value = (struct slice){value.p + 1, value.n - 2};
		if (slice_eq_fold(slice_trim(name), SLICE("rel")) && slice_is(value, rel))
			return true;
	}
	return false;
}

static struct slice link_in(struct slice s, const char *rel)
{
	while (s.n) {
		const char *open = memchr(s.p, '<', s.n), *close, *end;
		struct slice url, params;

		if (!open)
			break;
		s = (struct slice){open + 1, s.n - (size_t)(open + 1 - s.p)};
		close = memchr(s.p, '>', s.n);
		if (!close)
			break;
		url = (struct slice){s.p, (size_t)(close - s.p)};
		s = (struct slice){close + 1, s.n - (size_t)(close + 1 - s.p)};
		/* the parameters reach to the comma before the next link */
		end = s.n ? memchr(s.p, '<', s.n) : NULL;
		params = (struct slice){s.p, end ? (size_t)(end - s.p) : s.n};
		while (end && params.n && params.p[params.n - 1] != ',')
			params.n--;
		if (end && params.n)
			params.n--;
		if (link_is(params, rel))
			return url;
	}
	return (struct slice){NULL, 0};
}

struct slice http_link(const struct http_res *res, const char *rel)
{
	for (size_t i = 0; i < res->nheaders; i++) {
		struct slice url;

		if (!slice_eq_fold(res->headers[i].name, SLICE("link")))
			continue;
		url = link_in(res->headers[i].value, rel);
		if (url.p)
			return url;
	}
	return (struct slice){NULL, 0};
}
