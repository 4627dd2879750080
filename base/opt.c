#include "base/opt.h"

#include "base/suggest.h"

static const struct opt *by_name(const struct opt *rows, struct slice name, bool *ret_no)
{
	struct slice bare = {name.p + 3, name.n > 3 ? name.n - 3 : 0};

	for (const struct opt *o = rows; o->type != OPT_END; o++) {
		*ret_no = false;
		if (slice_is(name, o->name))
			return o;
		*ret_no = true;
		if (o->type == OPT_FLAG && slice_starts(name, "no-") && slice_is(bare, o->name))
			return o;
	}
	return NULL;
}

static const struct opt *by_letter(const struct opt *rows, char letter)
{
	for (const struct opt *o = rows; o->type != OPT_END; o++) {
		if (o->letter && o->letter == letter)
			return o;
	}
	return NULL;
}

static const char *arg_of(const struct opt *o)
{
	return o->arg ? o->arg : o->words;
}

static int unknown(const struct opt *rows, struct slice name, struct err *e)
{
	struct suggest s = suggest_for(name);

	for (const struct opt *o = rows; o->type != OPT_END; o++)
		suggest_offer(&s, slice_of(o->name));
	if (suggest_best(&s).p)
		return err_set(e, ERR_USAGE, "unknown option '--%.*s'; did you mean '--%.*s'?",
			SLICE_ARG(name), SLICE_ARG(suggest_best(&s)));
	return err_set(e, ERR_USAGE, "unknown option '--%.*s'", SLICE_ARG(name));
}

static int set(const struct opt *o, const char *arg, struct err *e)
{
	struct opt_list *list;
	long long v;

	switch (o->type) {
	case OPT_FLAG:
		*(bool *)o->target = true;
		return 0;
	case OPT_STR:
		*(const char **)o->target = arg;
		return 0;
	case OPT_LIST:
		list = o->target;
		if (list->n == OPT_LIST_MAX)
			return err_set(
				e, ERR_USAGE, "more than %d times '--%s'", OPT_LIST_MAX, o->name);
		list->v[list->n++] = arg;
		return 0;
	case OPT_INT:
		if (!slice_int(slice_of(arg), o->min, o->max, &v))
			return err_set(e, ERR_USAGE,
				"'--%s' takes a number from %d to %d, not '%s'", o->name, o->min,
				o->max, arg);
		*(int *)o->target = (int)v;
		return 0;
	case OPT_WORD:
		if (!slice_in(slice_of(arg), o->words))
			return err_set(e, ERR_USAGE, "'--%s' takes one of %s, not '%s'", o->name,
				o->words, arg);
		*(const char **)o->target = arg;
		return 0;
	case OPT_END:
		break;
	}
	return err_set(e, ERR_USAGE, "option '--%s'", o->name);
}

static int parse_long(
	const struct opt *rows, const char *word, const char *next, bool *ret_used, struct err *e)
{
	struct slice arg = slice_of(word), name;
	const struct opt *o;
	bool no;

	(void)slice_cut(&arg, '=', &name);
	o = by_name(rows, name, &no);
	if (!o)
		return unknown(rows, name, e);
	if (o->type == OPT_FLAG) {
		if (arg.p)
			return err_set(e, ERR_USAGE, "option '--%s' takes no argument", o->name);
		*(bool *)o->target = !no;
		return 0;
	}
	if (!arg.p && !next)
		return err_set(e, ERR_USAGE, "option '--%s' needs %s", o->name, arg_of(o));
	*ret_used = !arg.p;
	return set(o, arg.p ? arg.p : next, e);
}

static int parse_short(const struct opt *rows, const char *letters, const char *next,
	bool *ret_used, struct err *e)
{
	for (const char *p = letters; *p; p++) {
		const struct opt *o = by_letter(rows, *p);

		if (!o)
			return err_set(e, ERR_USAGE, "unknown option '-%c'", *p);
		if (o->type == OPT_FLAG) {
			*(bool *)o->target = true;
			continue;
		}
		if (!p[1] && !next)
			return err_set(e, ERR_USAGE, "option '-%c' needs %s", *p, arg_of(o));
		*ret_used = !p[1];
		return set(o, p[1] ? p + 1 : next, e);
	}
	return 0;
}

int opt_parse(const struct opt *rows, int *argc, const char **argv, struct err *e)
{
	int n = *argc, kept = 0;

	for (int i = 1; i < n; i++) {
		const char *word = argv[i], *next = i + 1 < n ? argv[i + 1] : NULL;
		bool used = false;
		int r = 0;

		if (streq(word, "--")) {
			while (++i < n)
				argv[kept++] = argv[i];
			break;
		}
		if (word[0] == '-' && word[1] == '-')
			r = parse_long(rows, word + 2, next, &used, e);
		else if (word[0] == '-' && word[1])
			r = parse_short(rows, word + 1, next, &used, e);
		else
			argv[kept++] = word;
		if (r < 0)
			return -1;
		i += used;
	}
	*argc = kept;
	return 0;
}

void opt_help(const struct opt *rows, struct buf *out)
{
	for (const struct opt *o = rows; o->type != OPT_END; o++) {
		AUTO(buf) struct buf left = BUF_TEXT;

		if (o->letter)
			buf_addf(&left, "-%c, ", o->letter);
		else
			buf_adds(&left, "    ");
		buf_addf(&left, "--%s", o->name);
		if (o->type != OPT_FLAG)
			buf_addf(&left, " %s", arg_of(o));
		buf_addf(out, "  %-30s %s\n", buf_str(&left), o->help);
	}
}
