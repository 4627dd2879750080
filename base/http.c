#include "base/http.h"

struct slice http_header(const struct http_res *res, const char *name, size_t nth)
{
	for (size_t i = 0; i < res->nheaders; i++) {
		if (slice_eq_fold(res->headers[i].name, slice_of(name)) && nth-- == 0)
			return res->headers[i].value;
	}
	return (struct slice){NULL, 0};
}

/* Takes a parameter off *s, up to the ';' or ',' that ends it (not one in quotes) and that one too. */
static struct slice take_param(struct slice *s, char *ret_end)
{
	struct slice part;
	bool quoted = false;
	size_t i = 0;

	for (; i < s->n; i++) {
		char c = s->p[i];

		if (c == '"')
			quoted = !quoted;
		else if (quoted && c == '\\' && i + 1 < s->n)
			i++;
		else if (!quoted && (c == ';' || c == ','))
			break;
	}
	part = (struct slice){s->p, i};
	*ret_end = i < s->n ? s->p[i] : '\0';
	i += i < s->n;
	*s = (struct slice){s->p + i, s->n - i};
	return slice_trim(part);
}

/* Is rel one of the words of the parameter rel="next last"? */
static bool says_rel(struct slice param, const char *rel)
{
	struct slice name, word;

	if (!slice_cut(&param, '=', &name) || !param.p ||
		!slice_eq_fold(slice_trim(name), SLICE("rel")))
		return false;
	param = slice_trim(param);
	if (param.n >= 2 && param.p[0] == '"' && param.p[param.n - 1] == '"')
		param = (struct slice){param.p + 1, param.n - 2};
	while (slice_cut(&param, ' ', &word)) {
		if (slice_eq_fold(word, slice_of(rel)))
			return true;
	}
	return false;
}

static struct slice link_in(struct slice s, const char *rel)
{
	while (s.n) {
		const char *close = s.p[0] == '<' ? memchr(s.p, '>', s.n) : NULL;
		struct slice url;
		bool found = false;
		char end = ';';

		if (!close) {
			s = (struct slice){s.p + 1, s.n - 1};
			continue;
		}
		url = (struct slice){s.p + 1, (size_t)(close - s.p) - 1};
		s = (struct slice){close + 1, s.n - url.n - 2};
		while (end == ';')
			found = says_rel(take_param(&s, &end), rel) || found;
		if (found)
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
