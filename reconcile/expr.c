#include "reconcile/expr.h"

enum { MAX_DEPTH = 40, MAX_ARGS = 4 };

enum term_type { TERM_UNKNOWN, TERM_NULL, TERM_STR, TERM_BOOL };

struct term {
	enum term_type type;
	struct slice s;
	bool b;
};

struct parser {
	const struct values *v;
	struct slice rest;
	struct val profile;
	int depth;
	bool bad; /* not understood: the whole answer is unknown */
};

static enum expr_result parse_or(struct parser *p);

static void skip_blanks(struct parser *p)
{
	while (p->rest.n && memchr(" \t\r\n", p->rest.p[0], 4)) {
		p->rest.p++;
		p->rest.n--;
	}
}

static void advance(struct parser *p, size_t n)
{
	p->rest.p += n;
	p->rest.n -= n;
}

static bool take(struct parser *p, const char *symbol)
{
	skip_blanks(p);
	if (!slice_starts(p->rest, symbol))
		return false;
	advance(p, strlen(symbol));
	return true;
}

static size_t word_length(struct slice s)
{
	size_t n = 0;

	while (n < s.n &&
		((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z') ||
			(s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == '_' || s.p[n] == '.'))
		n++;
	return n;
}

static bool take_word(struct parser *p, const char *word)
{
	size_t n;

	skip_blanks(p);
	n = word_length(p->rest);
	if (!slice_eq_fold((struct slice){p->rest.p, n}, slice_of(word)))
		return false;
	advance(p, n);
	return true;
}

static struct term unknown(void)
{
	return (struct term){.type = TERM_UNKNOWN};
}

static struct term parse_string(struct parser *p)
{
	char quote = p->rest.p[0];
	const char *end = memchr(p->rest.p + 1, quote, p->rest.n - 1);
	struct term t = {.type = TERM_STR};

	if (!end || memchr(p->rest.p, '\\', (size_t)(end - p->rest.p))) {
		p->bad = true;
		return unknown();
	}
	t.s = (struct slice){p->rest.p + 1, (size_t)(end - p->rest.p) - 1};
	advance(p, t.s.n + 2);
	return t;
}

static struct term attribute(const struct parser *p, struct slice name)
{
	AUTO_CHAR key = xstrndup(name.p, name.n);
	struct val x = val_get(p->v, p->profile, key);

	if (val_tag(p->profile) != V_MAP)
		return unknown();
	switch (val_tag(x)) {
	case V_ABSENT:
	case V_NULL:
		return (struct term){.type = TERM_NULL};
	case V_STR:
		return (struct term){.type = TERM_STR, .s = pool_get(p->v->pool, val_strid(x))};
	case V_BOOL:
		return (struct term){.type = TERM_BOOL, .b = val_is_true(x)};
	case V_INT:
	case V_REAL:
	case V_SECRET:
	case V_REF:
	case V_LIST:
	case V_MAP:
		break;
	}
	return unknown();
}

static struct term parse_term(struct parser *p);

static struct term call(struct slice name, const struct term *args, int n)
{
	struct term t = {.type = TERM_BOOL};
	bool starts = slice_is(name, "String.startsWith");

	if (n != 2 || (!starts && !slice_is(name, "String.stringContains")))
		return unknown();
	if (args[0].type == TERM_NULL)
		return t;
	if (args[0].type != TERM_STR || args[1].type != TERM_STR)
		return unknown();
	if (starts)
		t.b = args[0].s.n >= args[1].s.n &&
		      memcmp(args[0].s.p, args[1].s.p, args[1].s.n) == 0;
	else
		t.b = memmem(args[0].s.p, args[0].s.n, args[1].s.p, args[1].s.n) != NULL;
	return t;
}

static struct term parse_call(struct parser *p, struct slice name)
{
	struct term args[MAX_ARGS];
	int n = 0;

	if (++p->depth > MAX_DEPTH) {
		p->bad = true;
		return unknown();
	}
	while (!p->bad && !take(p, ")")) {
		if ((n && !take(p, ",")) || n == MAX_ARGS) {
			p->bad = true;
			break;
		}
		args[n++] = parse_term(p);
	}
	p->depth--;
	return p->bad ? unknown() : call(name, args, n);
}

static struct term parse_term(struct parser *p)
{
	struct slice name;

	skip_blanks(p);
	if (p->rest.n && (p->rest.p[0] == '"' || p->rest.p[0] == '\''))
		return parse_string(p);
	name = (struct slice){p->rest.p, word_length(p->rest)};
	if (!name.n) {
		p->bad = true;
		return unknown();
	}
	advance(p, name.n);
	if (take(p, "("))
		return parse_call(p, name);
	if (slice_is(name, "null"))
		return (struct term){.type = TERM_NULL};
	if (slice_is(name, "true") || slice_is(name, "false"))
		return (struct term){.type = TERM_BOOL, .b = slice_is(name, "true")};
	/* user.id and what has more dots are no attributes of the profile */
	if (slice_starts(name, "user.") && name.n > 5 && !slice_is(name, "user.id") &&
		!memchr(name.p + 5, '.', name.n - 5))
		return attribute(p, (struct slice){name.p + 5, name.n - 5});
	return unknown();
}

static enum expr_result equal(struct term a, struct term b)
{
	if (a.type == TERM_UNKNOWN || b.type == TERM_UNKNOWN)
		return EXPR_UNKNOWN;
	if (a.type != b.type)
		return a.type == TERM_NULL || b.type == TERM_NULL ? EXPR_NO : EXPR_UNKNOWN;
	if (a.type == TERM_STR)
		return slice_eq(a.s, b.s) ? EXPR_YES : EXPR_NO;
	return a.type == TERM_NULL || a.b == b.b ? EXPR_YES : EXPR_NO;
}

static enum expr_result invert(enum expr_result r)
{
	return r == EXPR_UNKNOWN ? r : r == EXPR_YES ? EXPR_NO : EXPR_YES;
}

static enum expr_result parse_unary(struct parser *p)
{
	enum expr_result r;
	struct term a;

	if (++p->depth > MAX_DEPTH) {
		p->bad = true;
		return EXPR_UNKNOWN;
	}
	skip_blanks(p);
	if ((!slice_starts(p->rest, "!=") && take(p, "!")) || take_word(p, "not")) {
		r = invert(parse_unary(p));
	} else if (take(p, "(")) {
		r = parse_or(p);
		if (!take(p, ")"))
			p->bad = true;
	} else {
		a = parse_term(p);
		if (take(p, "=="))
			r = equal(a, parse_term(p));
		else if (take(p, "!="))
			r = invert(equal(a, parse_term(p)));
		else
			r = a.type != TERM_BOOL ? EXPR_UNKNOWN : a.b ? EXPR_YES : EXPR_NO;
	}
	p->depth--;
	return r;
}

static enum expr_result parse_and(struct parser *p)
{
	enum expr_result r = parse_unary(p);

	while (!p->bad && (take(p, "&&") || take_word(p, "and"))) {
		enum expr_result s = parse_unary(p);

		if (r == EXPR_NO || s == EXPR_NO)
			r = EXPR_NO;
		else if (s == EXPR_UNKNOWN)
			r = s;
	}
	return r;
}

static enum expr_result parse_or(struct parser *p)
{
	enum expr_result r = parse_and(p);

	while (!p->bad && (take(p, "||") || take_word(p, "or"))) {
		enum expr_result s = parse_and(p);

		if (r == EXPR_YES || s == EXPR_YES)
			r = EXPR_YES;
		else if (s == EXPR_UNKNOWN)
			r = s;
	}
	return r;
}

enum expr_result expr_eval(const struct values *v, struct slice text, struct val profile)
{
	struct parser p = {.v = v, .rest = text, .profile = profile};
	enum expr_result r = parse_or(&p);

	skip_blanks(&p);
	return p.bad || p.rest.n ? EXPR_UNKNOWN : r;
}
