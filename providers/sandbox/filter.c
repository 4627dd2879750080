/*
 * The filter and search expressions of lists: attr op value, and, or, parentheses.
 */
#include "providers/sandbox/filter.h"

#include <stdio.h>
#include <string.h>

enum op {
	OP_EQ,
	OP_NE,
	OP_SW,
	OP_CO,
	OP_EW,
	OP_GT,
	OP_GE,
	OP_LT,
	OP_LE,
	OP_PR,
	OP_AND,
	OP_OR,
	OP_NOT
};

struct filter {
	enum op op;
	bool fold;
	const char *attr;
	struct slice value;
	const struct filter *a, *b;
};

static const struct {
	const char *word;
	enum op op;
} words[] = {
	{"eq", OP_EQ},
	{"ne", OP_NE},
	{"sw", OP_SW},
	{"co", OP_CO},
	{"ew", OP_EW},
	{"gt", OP_GT},
	{"ge", OP_GE},
	{"lt", OP_LT},
	{"le", OP_LE},
	{"pr", OP_PR},
};

enum { DEPTH_MAX = 32, TEXT_MAX = 8192 };

struct reader {
	struct call *c;
	struct slice rest;
	bool fold, log;
	int depth;
};

static void blanks(struct reader *r)
{
	while (r->rest.n && (r->rest.p[0] == ' ' || r->rest.p[0] == '\t')) {
		r->rest.p++;
		r->rest.n--;
	}
}

static struct slice word(struct reader *r)
{
	struct slice w;

	blanks(r);
	w = (struct slice){r->rest.p, 0};
	while (w.n < r->rest.n && !strchr(" \t()\"", r->rest.p[w.n]))
		w.n++;
	r->rest.p += w.n;
	r->rest.n -= w.n;
	return w;
}

static bool literal(struct reader *r, struct slice *ret)
{
	char *out;
	size_t n = 0, i = 1;

	blanks(r);
	if (!r->rest.n)
		return false;
	if (r->rest.p[0] != '"') {
		*ret = word(r);
		return ret->n > 0;
	}
	out = arena_array(&r->c->mem, r->rest.n, 1);
	for (; i < r->rest.n && r->rest.p[i] != '"'; i++) {
		if (r->rest.p[i] == '\\' && i + 1 < r->rest.n)
			i++;
		out[n++] = r->rest.p[i];
	}
	if (i >= r->rest.n)
		return false;
	r->rest.p += i + 1;
	r->rest.n -= i + 1;
	*ret = (struct slice){out, n};
	return true;
}

static const struct filter *either(struct reader *r);

static const struct filter *compare(struct reader *r)
{
	struct filter *f = arena_alloc(&r->c->mem, sizeof(*f));
	struct slice attr = word(r), op = word(r);

	if (!attr.n || !op.n)
		return NULL;
	f->attr = arena_str(&r->c->mem, attr);
	f->fold = r->fold;
	for (size_t i = 0; i < LEN(words); i++) {
		if (!slice_eq_fold(op, slice_of(words[i].word)))
			continue;
		f->op = words[i].op;
		if (f->op == OP_PR || literal(r, &f->value))
			return f;
		return NULL;
	}
	return NULL;
}

static const struct filter *one(struct reader *r);

/* "not (...)", which only the System Log knows. */
static const struct filter *negated(struct reader *r)
{
	struct filter *f = arena_alloc(&r->c->mem, sizeof(*f));

	blanks(r);
	if (!r->rest.n || r->rest.p[0] != '(')
		return NULL;
	*f = (struct filter){.op = OP_NOT, .a = one(r)};
	return f->a ? f : NULL;
}

static const struct filter *one(struct reader *r)
{
	const struct filter *f;
	struct slice at;

	blanks(r);
	at = r->rest;
	if (r->log && slice_eq_fold(word(r), SLICE("not")))
		return negated(r);
	r->rest = at;
	if (!r->rest.n || r->rest.p[0] != '(')
		return compare(r);
	if (++r->depth > DEPTH_MAX)
		return NULL;
	r->rest.p++;
	r->rest.n--;
	f = either(r);
	blanks(r);
	if (!f || !r->rest.n || r->rest.p[0] != ')')
		return NULL;
	r->rest.p++;
	r->rest.n--;
	r->depth--;
	return f;
}

static const struct filter *join(struct reader *r, enum op op, const char *name,
	const struct filter *(*next)(struct reader *))
{
	const struct filter *f = next(r);

	for (;;) {
		struct slice at;
		struct filter *both;

		blanks(r);
		at = r->rest;
		if (!f || !slice_eq_fold(word(r), slice_of(name))) {
			r->rest = at;
			return f;
		}
		both = arena_alloc(&r->c->mem, sizeof(*both));
		*both = (struct filter){.op = op, .a = f, .b = next(r)};
		f = both->b ? both : NULL;
	}
}

static const struct filter *both(struct reader *r)
{
	return join(r, OP_AND, "and", one);
}

static const struct filter *either(struct reader *r)
{
	return join(r, OP_OR, "or", both);
}

const struct filter *filter_parse(struct call *c, struct slice text, enum filter_dialect d)
{
	struct reader r = {.c = c, .rest = text, .fold = d != FILTER_EXACT, .log = d == FILTER_LOG};
	const struct filter *f = text.n <= TEXT_MAX ? either(&r) : NULL;

	blanks(&r);
	return r.rest.n ? NULL : f;
}

void fail_filter(struct call *c, struct slice text)
{
	char cause[300];

	snprintf(cause, sizeof(cause), "Invalid search criteria: %.*s",
		(int)(text.n > 200 ? 200 : text.n), text.p);
	fail(c, 400, "E0000031", "Invalid search criteria.", cause);
}

static char lower(char ch)
{
	return ch >= 'A' && ch <= 'Z' ? (char)(ch + 32) : ch;
}

static int order(struct slice a, struct slice b, bool fold)
{
	if (!fold)
		return slice_cmp(a, b);
	for (size_t i = 0; i < a.n && i < b.n; i++) {
		int d = (unsigned char)lower(a.p[i]) - (unsigned char)lower(b.p[i]);

		if (d)
			return d;
	}
	return a.n < b.n ? -1 : a.n > b.n;
}

static bool contains(struct slice s, struct slice part, bool fold)
{
	for (size_t i = 0; part.n <= s.n && i <= s.n - part.n; i++) {
		if (order((struct slice){s.p + i, part.n}, part, fold) == 0)
			return true;
	}
	return false;
}

static bool holds_str(const struct filter *f, struct slice v)
{
	struct slice head = {v.p, f->value.n < v.n ? f->value.n : v.n};
	int cmp = order(v, f->value, f->fold);

	switch (f->op) {
	case OP_EQ:
		return cmp == 0;
	case OP_NE:
		return cmp != 0;
	case OP_SW:
		return order(head, f->value, f->fold) == 0;
	case OP_EW:
		return v.n >= f->value.n &&
		       order((struct slice){v.p + v.n - f->value.n, f->value.n}, f->value,
			       f->fold) == 0;
	case OP_CO:
		return contains(v, f->value, f->fold);
	case OP_GT:
		return cmp > 0;
	case OP_GE:
		return cmp >= 0;
	case OP_LT:
		return cmp < 0;
	case OP_LE:
		return cmp <= 0;
	case OP_PR:
		return v.n > 0;
	case OP_AND:
	case OP_OR:
	case OP_NOT:
		break;
	}
	return false;
}

static bool holds_int(const struct filter *f, int64_t v)
{
	char text[32];
	long long want;
	struct filter as = *f;

	if (f->op == OP_PR)
		return true;
	if (f->op == OP_SW || f->op == OP_CO || f->op == OP_EW ||
		!slice_int(f->value, INT64_MIN, INT64_MAX, &want))
		return false;
	/* only the sign of the comparison matters */
	snprintf(text, sizeof(text), "%c", v < want ? '0' : v > want ? '2' : '1');
	as.value = SLICE("1");
	return holds_str(&as, slice_of(text));
}

static bool holds(const struct filter *f, const struct js *v)
{
	switch (js_type(v)) {
	case JS_STR:
		return holds_str(f, js_str(v));
	case JS_BOOL:
		return holds_str(f, js_bool(v) ? SLICE("true") : SLICE("false"));
	case JS_INT:
		return holds_int(f, js_int(v));
	case JS_REAL:
		return holds_int(f, (int64_t)js_real(v));
	case JS_LIST:
		for (size_t i = 0; i < js_len(v); i++) {
			if (js_type(js_at(v, i)) != JS_LIST && holds(f, js_at(v, i)))
				return true;
		}
		return false;
	case JS_MAP:
		return f->op == OP_PR && js_len(v) > 0;
	case JS_ABSENT:
	case JS_NULL:
		break;
	}
	return f->op == OP_NE;
}

/* Along "a.b.c"; of a list any element will do. */
static bool holds_at(const struct filter *f, const struct js *v, const char *path)
{
	size_t n = strcspn(path, ".");
	char name[128];

	if (!path[0])
		return holds(f, v);
	if (js_type(v) == JS_LIST) {
		for (size_t i = 0; i < js_len(v); i++) {
			if (holds_at(f, js_at(v, i), path))
				return true;
		}
		return false;
	}
	if (n >= sizeof(name))
		return holds(f, NULL);
	memcpy(name, path, n);
	name[n] = '\0';
	return holds_at(f, js_get(v, name), path + n + (path[n] == '.'));
}

bool filter_match(const struct filter *f, const struct js *doc, filter_test *test, void *self)
{
	bool match;

	if (f->op == OP_NOT)
		return !filter_match(f->a, doc, test, self);

	if (f->op == OP_AND)
		return filter_match(f->a, doc, test, self) && filter_match(f->b, doc, test, self);
	if (f->op == OP_OR)
		return filter_match(f->a, doc, test, self) || filter_match(f->b, doc, test, self);
	if (test && test(self, slice_of(f->attr), f->value, &match))
		return match;
	return holds_at(f, doc, f->attr);
}

bool filter_only_eq(const struct filter *f, const char *attr, struct slice *ret_value)
{
	if (f->op != OP_EQ || !streq(f->attr, attr))
		return false;
	*ret_value = f->value;
	return true;
}

bool filter_attrs_in(const struct filter *f, const char *list)
{
	const char *dot;

	if (f->op == OP_AND || f->op == OP_OR)
		return filter_attrs_in(f->a, list) && filter_attrs_in(f->b, list);
	if (f->op == OP_NOT)
		return filter_attrs_in(f->a, list);
	if (slice_in(slice_of(f->attr), list))
		return true;
	dot = strchr(f->attr, '.');
	return dot && slice_in((struct slice){f->attr, (size_t)(dot - f->attr) + 1}, list);
}

static const char *op_word(enum op op)
{
	for (size_t i = 0; i < LEN(words); i++) {
		if (words[i].op == op)
			return words[i].word;
	}
	return "";
}

bool filter_ops_in(const struct filter *f, const char *ops, const char *some, const char *attrs)
{
	struct slice op;

	if (f->op == OP_AND || f->op == OP_OR)
		return filter_ops_in(f->a, ops, some, attrs) &&
		       filter_ops_in(f->b, ops, some, attrs);
	op = slice_of(op_word(f->op));
	return slice_in(op, ops) || (slice_in(op, some) && slice_in(slice_of(f->attr), attrs));
}

bool filter_has(const struct filter *f, const char *op, const char *attrs)
{
	if (f->op == OP_NOT)
		return filter_has(f->a, op, attrs);
	if (f->op == OP_AND || f->op == OP_OR)
		return filter_has(f->a, op, attrs) || filter_has(f->b, op, attrs);
	return streq(op_word(f->op), op) && slice_in(slice_of(f->attr), attrs);
}
