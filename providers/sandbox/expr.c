/*
 * The expressions of group rules: compiled once, run for each user. A subset of Okta's expression language;
 * what is outside of it is refused when the rule is written, never ignored.
 */
#include "providers/sandbox/expr.h"

#include "base/arena.h"
#include "base/xalloc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum node_type {
	N_STR,
	N_NUM,
	N_BOOL,
	N_NULL,
	N_ATTR,
	N_CALL,
	N_NOT,
	N_AND,
	N_OR,
	N_CMP,
	N_ADD,
	N_IF
};
enum { ARGS_MAX = 32, DEPTH_MAX = 40, TEXT_MAX = 8192 };

struct node {
	enum node_type type;
	bool yes;
	double num;
	struct slice text; /* N_STR: the value; N_ATTR: the name; N_CMP: the operator */
	const struct func *func;
	struct node **arg;
	size_t narg;
};

struct expr {
	struct arena mem;
	struct node *root;
	bool groups;
};

enum val_type { V_NULL, V_STR, V_NUM, V_BOOL, V_LIST };
struct val {
	enum val_type type;
	bool yes;
	double num;
	struct slice str;
	const struct js *list;
};

struct run {
	const struct expr_world *w;
	struct arena mem;
};

struct func {
	const char *name;
	size_t min, max;
	char how; /* for membership */
	struct val (*run)(struct run *r, const struct func *f, const struct val *arg, size_t n);
};

static struct val of_bool(bool yes)
{
	return (struct val){.type = V_BOOL, .yes = yes};
}

static struct val of_str(struct slice s)
{
	return (struct val){.type = V_STR, .str = s};
}

static struct val f_contains(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	if (a[0].type != V_STR || a[1].type != V_STR)
		return of_bool(false);
	return of_bool(!a[1].str.n ||
		       (a[0].str.n && memmem(a[0].str.p, a[0].str.n, a[1].str.p, a[1].str.n)));
}

static struct val f_starts(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	return of_bool(a[0].type == V_STR && a[1].type == V_STR && a[0].str.n >= a[1].str.n &&
		       slice_eq((struct slice){a[0].str.p, a[1].str.n}, a[1].str));
}

static struct val f_ends(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	return of_bool(a[0].type == V_STR && a[1].type == V_STR && a[0].str.n >= a[1].str.n &&
		       slice_eq((struct slice){a[0].str.p + a[0].str.n - a[1].str.n, a[1].str.n},
			       a[1].str));
}

/* how: l(ower), u(pper), or s(paces removed) */
static struct val f_map(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	char *to;
	size_t len = 0;

	(void)n;
	if (a[0].type != V_STR)
		return a[0];
	to = arena_array(&r->mem, a[0].str.n + 1, 1);
	for (size_t i = 0; i < a[0].str.n; i++) {
		unsigned char ch = (unsigned char)a[0].str.p[i];

		if (f->how == 's' && ch == ' ')
			continue;
		to[len++] = (char)(f->how == 'l' ? tolower(ch) : f->how == 'u' ? toupper(ch) : ch);
	}
	return of_str((struct slice){to, len});
}

static struct val f_len(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	return (struct val){.type = V_NUM, .num = (double)(a[0].type == V_STR ? a[0].str.n : 0)};
}

/* how: a(fter) or b(efore) the first occurrence */
static struct val f_around(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	const char *at;
	struct slice s = a[0].str;

	(void)r, (void)n;
	if (a[0].type != V_STR || a[1].type != V_STR || !s.n || !a[1].str.n)
		return a[0];
	at = memmem(s.p, s.n, a[1].str.p, a[1].str.n);
	if (!at)
		return a[0];
	if (f->how == 'b')
		return of_str((struct slice){s.p, (size_t)(at - s.p)});
	at += a[1].str.n;
	return of_str((struct slice){at, (size_t)(s.p + s.n - at)});
}

static struct val f_substring(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	double from = a[1].num, to = a[2].num, len = (double)a[0].str.n;

	(void)r, (void)f, (void)n;
	if (a[0].type != V_STR || a[1].type != V_NUM || a[2].type != V_NUM)
		return a[0];
	to = to > len ? len : to;
	from = from < 0 ? 0 : from;
	if (!(from < to))
		return of_str(SLICE(""));
	return of_str((struct slice){a[0].str.p + (size_t)from, (size_t)to - (size_t)from});
}

static struct val f_member(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (a[i].type == V_STR && r->w->member(r->w->self, f->how, a[i].str))
			return of_bool(true);
	}
	return of_bool(false);
}

static struct val f_internal(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)f, (void)n;
	if (a[0].type == V_STR && slice_is(a[0].str, "status"))
		return of_str(r->w->status);
	if (a[0].type == V_STR && slice_is(a[0].str, "id"))
		return of_str(r->w->id);
	return (struct val){.type = V_NULL};
}

static struct val f_list_has(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	for (size_t i = 0; a[0].type == V_LIST && i < js_len(a[0].list); i++) {
		if (a[1].type == V_STR && slice_eq(js_str(js_at(a[0].list, i)), a[1].str))
			return of_bool(true);
	}
	return of_bool(false);
}

static struct val f_list_empty(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	return of_bool(a[0].type != V_LIST || js_len(a[0].list) == 0);
}

static struct val f_list_size(struct run *r, const struct func *f, const struct val *a, size_t n)
{
	(void)r, (void)f, (void)n;
	return (struct val){
		.type = V_NUM, .num = (double)(a[0].type == V_LIST ? js_len(a[0].list) : 0)};
}

static const struct func funcs[] = {
	{"String.stringContains", 2, 2, 0, f_contains},
	{"String.startsWith", 2, 2, 0, f_starts},
	{"String.endsWith", 2, 2, 0, f_ends},
	{"String.toLowerCase", 1, 1, 'l', f_map},
	{"String.toUpperCase", 1, 1, 'u', f_map},
	{"String.removeSpaces", 1, 1, 's', f_map},
	{"String.len", 1, 1, 0, f_len},
	{"String.substring", 3, 3, 0, f_substring},
	{"String.substringAfter", 2, 2, 'a', f_around},
	{"String.substringBefore", 2, 2, 'b', f_around},
	{"Arrays.contains", 2, 2, 0, f_list_has},
	{"Arrays.isEmpty", 1, 1, 0, f_list_empty},
	{"Arrays.size", 1, 1, 0, f_list_size},
	{"user.getInternalProperty", 1, 1, 0, f_internal},
	{"isMemberOfGroup", 1, 1, 'i', f_member},
	{"isMemberOfGroupName", 1, 1, 'n', f_member},
	{"isMemberOfGroupNameStartsWith", 1, 1, 's', f_member},
	{"isMemberOfGroupNameContains", 1, 1, 'c', f_member},
	{"isMemberOfAnyGroup", 1, ARGS_MAX, 'i', f_member},
};

struct reader {
	struct expr *x;
	struct slice rest;
	int depth;
	struct buf *why;
};

static struct node *either(struct reader *r);

static struct node *complain(struct reader *r, const char *what, struct slice where)
{
	if (!r->why->n)
		buf_addf(r->why, "%s at '%.*s'", what, (int)(where.n > 40 ? 40 : where.n),
			where.p ? where.p : "");
	return NULL;
}

static struct node *make(struct reader *r, enum node_type t, struct node *a, struct node *b)
{
	struct node *n = arena_alloc(&r->x->mem, sizeof(*n));

	n->type = t;
	n->arg = arena_array(&r->x->mem, 3, sizeof(struct node *));
	n->arg[0] = a;
	n->arg[1] = b;
	n->narg = (size_t)(a != NULL) + (b != NULL);
	return n;
}

static void skip(struct reader *r, size_t n)
{
	r->rest.p += n;
	r->rest.n -= n;
}

static void blanks(struct reader *r)
{
	while (r->rest.n && isspace((unsigned char)r->rest.p[0]))
		skip(r, 1);
}

static bool is_word(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '.' || ch == '$';
}

/* Takes the token off when it comes next; words only as whole words. */
static bool next_is(struct reader *r, const char *token)
{
	size_t n = strlen(token);

	blanks(r);
	if (r->rest.n < n || !slice_eq_fold((struct slice){r->rest.p, n}, slice_of(token)))
		return false;
	if (isalpha((unsigned char)token[0]) && r->rest.n > n && is_word(r->rest.p[n]))
		return false;
	skip(r, n);
	return true;
}

static struct node *string(struct reader *r)
{
	char quote = r->rest.p[0], *to = arena_array(&r->x->mem, r->rest.n, 1);
	size_t i = 1, n = 0;
	struct node *node;

	for (; i < r->rest.n && r->rest.p[i] != quote; i++) {
		if (r->rest.p[i] == '\\' && i + 1 < r->rest.n)
			i++;
		to[n++] = r->rest.p[i];
	}
	if (i >= r->rest.n)
		return complain(r, "a string does not end", r->rest);
	skip(r, i + 1);
	node = make(r, N_STR, NULL, NULL);
	node->text = (struct slice){to, n};
	return node;
}

static struct node *call(struct reader *r, struct slice name)
{
	struct node *node = make(r, N_CALL, NULL, NULL);
	struct slice bare = name;

	node->arg = arena_array(&r->x->mem, ARGS_MAX, sizeof(struct node *));
	if (slice_starts(bare, "user.isMember"))
		bare = (struct slice){bare.p + 5, bare.n - 5};
	for (size_t i = 0; i < LEN(funcs); i++) {
		if (slice_is(bare, funcs[i].name))
			node->func = &funcs[i];
	}
	if (!node->func)
		return complain(r, "unknown function", name);
	r->x->groups |= node->func->run == f_member;
	while (!next_is(r, ")")) {
		struct node *arg;

		if (node->narg == ARGS_MAX || (node->narg && !next_is(r, ",")))
			return complain(r, "a parenthesis is missing", r->rest);
		arg = either(r);
		if (!arg)
			return NULL;
		node->arg[node->narg++] = arg;
	}
	if (node->narg < node->func->min || node->narg > node->func->max)
		return complain(r, "wrong number of arguments", name);
	return node;
}

static struct node *word(struct reader *r)
{
	struct slice w = {r->rest.p, 0};
	struct node *node;

	while (w.n < r->rest.n && is_word(w.p[w.n]))
		w.n++;
	if (!w.n)
		return complain(r, "cannot read this", r->rest);
	skip(r, w.n);
	if (next_is(r, "("))
		return call(r, w);
	node = make(r, N_NULL, NULL, NULL);
	if (isdigit((unsigned char)w.p[0])) {
		AUTO_CHAR text = xstrndup(w.p, w.n);

		node->type = N_NUM;
		node->num = strtod(text, NULL);
	} else if (slice_eq_fold(w, SLICE("true")) || slice_eq_fold(w, SLICE("false"))) {
		node->type = N_BOOL;
		node->yes = slice_eq_fold(w, SLICE("true"));
	} else if (slice_starts(w, "user.") && w.n > 5) {
		node->type = N_ATTR;
		node->text = arena_slice(&r->x->mem, (struct slice){w.p + 5, w.n - 5});
	} else if (!slice_eq_fold(w, SLICE("null"))) {
		return complain(r, "unknown word", w);
	}
	return node;
}

static struct node *primary(struct reader *r)
{
	struct node *n;

	blanks(r);
	if (!r->rest.n)
		return complain(r, "something is missing", SLICE("the end"));
	if (++r->depth > DEPTH_MAX)
		return complain(r, "too deep", r->rest);
	if (r->rest.p[0] == '"' || r->rest.p[0] == '\'') {
		n = string(r);
	} else if (next_is(r, "(")) {
		n = either(r);
		if (n && !next_is(r, ")"))
			n = complain(r, "a parenthesis is missing", r->rest);
	} else {
		n = word(r);
	}
	r->depth--;
	return n;
}

static struct node *sum(struct reader *r)
{
	struct node *n = primary(r);

	while (n && next_is(r, "+")) {
		struct node *right = primary(r);

		n = right ? make(r, N_ADD, n, right) : NULL;
	}
	return n;
}

static struct node *compare(struct reader *r)
{
	static const char *const ops[] = {"==", "!=", "<=", ">=", "<", ">"};
	struct node *n = sum(r), *right;

	for (size_t i = 0; n && i < LEN(ops); i++) {
		if (!next_is(r, ops[i]))
			continue;
		right = sum(r);
		if (!right)
			return NULL;
		n = make(r, N_CMP, n, right);
		n->text = slice_of(ops[i]);
		return n;
	}
	return n;
}

static struct node *negation(struct reader *r)
{
	struct node *n;
	bool bang;

	blanks(r);
	bang = r->rest.n && r->rest.p[0] == '!';
	if (bang)
		skip(r, 1);
	if (!bang && !next_is(r, "not"))
		return compare(r);
	if (++r->depth > DEPTH_MAX)
		return complain(r, "too deep", r->rest);
	/* "!" binds tighter than "==", but nobody compares what it gives */
	n = negation(r);
	r->depth--;
	return n ? make(r, N_NOT, n, NULL) : NULL;
}

static struct node *both(struct reader *r)
{
	struct node *n = negation(r), *right;

	while (n && (next_is(r, "&&") || next_is(r, "and"))) {
		right = negation(r);
		n = right ? make(r, N_AND, n, right) : NULL;
	}
	return n;
}

static struct node *either(struct reader *r)
{
	struct node *n = both(r), *right, *last;

	while (n && (next_is(r, "||") || next_is(r, "or"))) {
		right = both(r);
		n = right ? make(r, N_OR, n, right) : NULL;
	}
	if (!n || !next_is(r, "?"))
		return n;
	if (++r->depth > DEPTH_MAX)
		return complain(r, "too deep", r->rest);
	right = either(r);
	last = right && next_is(r, ":") ? either(r) : NULL;
	r->depth--;
	if (!last)
		return complain(r, "the other branch is missing", r->rest);
	n = make(r, N_IF, n, right);
	n->arg[2] = last;
	return n;
}

struct expr *expr_compile(struct slice text, struct buf *why)
{
	struct expr *x = xcalloc(1, sizeof(*x));
	struct reader r = {.x = x, .why = why};

	x->mem = (struct arena)ARENA_INIT;
	r.rest = (struct slice){text.p ? text.p : "", text.n};
	if (text.n > TEXT_MAX)
		complain(&r, "too long", SLICE(""));
	else
		x->root = either(&r);
	blanks(&r);
	if (x->root && r.rest.n)
		x->root = complain(&r, "cannot read this", r.rest);
	if (x->root)
		return x;
	expr_free(x);
	return NULL;
}

void expr_free(struct expr *x)
{
	if (!x)
		return;
	arena_release(&x->mem);
	free(x);
}

bool expr_uses_groups(const struct expr *x)
{
	return x->groups;
}

static struct val of_js(const struct js *j)
{
	switch (js_type(j)) {
	case JS_STR:
		return of_str(js_str(j));
	case JS_BOOL:
		return of_bool(js_bool(j));
	case JS_INT:
		return (struct val){.type = V_NUM, .num = (double)js_int(j)};
	case JS_REAL:
		return (struct val){.type = V_NUM, .num = js_real(j)};
	case JS_LIST:
		return (struct val){.type = V_LIST, .list = j};
	case JS_MAP:
	case JS_NULL:
	case JS_ABSENT:
		break;
	}
	return (struct val){.type = V_NULL};
}

static int order(struct val a, struct val b, bool *ret_comparable)
{
	*ret_comparable = a.type == b.type;
	if (a.type == V_STR && b.type == V_STR)
		return slice_cmp(a.str, b.str);
	if (a.type == V_NUM && b.type == V_NUM)
		return a.num < b.num ? -1 : a.num > b.num;
	if (a.type == V_BOOL && b.type == V_BOOL)
		return (int)a.yes - (int)b.yes;
	return a.type == V_NULL && b.type == V_NULL ? 0 : 1;
}

static bool compared(struct slice op, struct val a, struct val b)
{
	bool comparable;
	int d = order(a, b, &comparable);

	if (slice_is(op, "=="))
		return d == 0;
	if (slice_is(op, "!="))
		return d != 0;
	if (!comparable || a.type == V_NULL || a.type == V_LIST)
		return false;
	if (slice_is(op, "<="))
		return d <= 0;
	if (slice_is(op, ">="))
		return d >= 0;
	return slice_is(op, "<") ? d < 0 : d > 0;
}

static struct val eval(struct run *r, const struct node *n);

static bool truth(struct run *r, const struct node *n)
{
	struct val v = eval(r, n);

	return v.type == V_BOOL && v.yes;
}

static struct val add(struct run *r, struct val a, struct val b)
{
	char *to;

	if (a.type == V_NUM && b.type == V_NUM)
		return (struct val){.type = V_NUM, .num = a.num + b.num};
	if (a.type != V_STR || b.type != V_STR)
		return a.type == V_STR ? a : b;
	to = arena_array(&r->mem, a.str.n + b.str.n + 1, 1);
	if (a.str.n)
		memcpy(to, a.str.p, a.str.n);
	if (b.str.n)
		memcpy(to + a.str.n, b.str.p, b.str.n);
	return of_str((struct slice){to, a.str.n + b.str.n});
}

static struct val run_call(struct run *r, const struct node *n)
{
	struct val *arg = arena_array(&r->mem, n->narg, sizeof(*arg));

	for (size_t i = 0; i < n->narg; i++)
		arg[i] = eval(r, n->arg[i]);
	return n->func->run(r, n->func, arg, n->narg);
}

static struct val eval(struct run *r, const struct node *n)
{
	AUTO_CHAR key = NULL;

	switch (n->type) {
	case N_STR:
		return of_str(n->text);
	case N_NUM:
		return (struct val){.type = V_NUM, .num = n->num};
	case N_BOOL:
		return of_bool(n->yes);
	case N_ATTR:
		key = xstrndup(n->text.p, n->text.n);
		return of_js(js_get(r->w->profile, key));
	case N_CALL:
		return run_call(r, n);
	case N_NOT:
		return of_bool(!truth(r, n->arg[0]));
	case N_AND:
		return of_bool(truth(r, n->arg[0]) && truth(r, n->arg[1]));
	case N_OR:
		return of_bool(truth(r, n->arg[0]) || truth(r, n->arg[1]));
	case N_CMP:
		return of_bool(compared(n->text, eval(r, n->arg[0]), eval(r, n->arg[1])));
	case N_ADD:
		return add(r, eval(r, n->arg[0]), eval(r, n->arg[1]));
	case N_IF:
		return eval(r, n->arg[truth(r, n->arg[0]) ? 1 : 2]);
	case N_NULL:
		break;
	}
	return (struct val){.type = V_NULL};
}

bool expr_true(const struct expr *x, const struct expr_world *w)
{
	struct run r = {.w = w, .mem = ARENA_INIT};
	bool yes = truth(&r, x->root);

	arena_release(&r.mem);
	return yes;
}
