/*
 * Fault scripts, from text to rules: a word reader and tables of what the words mean.
 */
#include "providers/sandbox/faults.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	RULES_MAX = 1000,
	LINE_MAX = 1000,
	COUNT_MAX = 1000000000,
	DELAY_MAX_MS = 600000,
	LAG_MAX_S = 3600,
};

struct reader {
	struct slice rest, word; /* word: the one at hand, n 0 at the end */
	struct fault *f;
	struct err *e;
};

static void next(struct reader *r)
{
	size_t n = 0;

	r->rest = slice_trim(r->rest);
	while (n < r->rest.n && r->rest.p[n] != ' ' && r->rest.p[n] != '\t')
		n++;
	r->word = (struct slice){r->rest.p, n};
	r->rest = (struct slice){r->rest.p + n, r->rest.n - n};
}

/* Scripts are of unknown origin: what is quoted is made printable, and short. */
static int wrong(struct reader *r, const char *wanted)
{
	AUTO(buf) struct buf got = BUF_MAX(256);

	if (!r->word.n)
		return err_set(r->e, ERR_USAGE, "%s is missing at the end", wanted);
	buf_add_printable(&got, slice_head(r->word, 40));
	return err_set(r->e, ERR_USAGE, "'%s' stands where %s is wanted", buf_str(&got), wanted);
}

/* The word at hand as a number between two texts: "20%", "+5s". */
static bool amount(
	struct slice word, const char *before, const char *behind, long long max, long long *ret_v)
{
	size_t nbefore = strlen(before), nbehind = strlen(behind);

	if (!slice_starts(word, before) || word.n < nbefore + nbehind || !slice_ends(word, behind))
		return false;
	word = (struct slice){word.p + nbefore, word.n - nbefore - nbehind};
	/* the reader of numbers knows signs */
	return word.n && word.p[0] >= '0' && word.p[0] <= '9' && slice_int(word, 0, max, ret_v);
}

static int read_amount(struct reader *r, const char *behind, long long min, long long max,
	const char *wanted, uint32_t *ret_v)
{
	long long v;

	next(r);
	if (!amount(r->word, "", behind, max, &v) || v < min)
		return wrong(r, wanted);
	*ret_v = (uint32_t)v;
	next(r);
	return 0;
}

static int read_when(struct reader *r)
{
	struct fault *f = r->f;

	for (;;) {
		if (slice_is(r->word, "after")) {
			if (read_amount(r, "", 0, COUNT_MAX, "a number of requests", &f->after) < 0)
				return -1;
		} else if (slice_is(r->word, "every")) {
			if (read_amount(r, "", 1, COUNT_MAX, "a number of requests", &f->every) < 0)
				return -1;
		} else if (slice_is(r->word, "with")) {
			next(r);
			if (!slice_is(r->word, "probability"))
				return wrong(r, "'probability'");
			if (read_amount(r, "%", 0, 100, "0% to 100%", &f->percent) < 0)
				return -1;
		} else {
			return 0;
		}
	}
}

static int read_path(struct reader *r)
{
	struct slice text = r->word, path;

	if (!text.n || text.p[0] != '/' || !slice_cut(&text, '?', &path))
		return wrong(r, "a path");
	if (text.p && !text.n)
		return wrong(r, "a path and a parameter's name");
	if (slice_is(path, "/**") || slice_ends(path, "/**")) {
		r->f->below = true;
		path.n -= strlen("/**");
	}
	for (size_t i = 0; i + 1 < path.n; i++) {
		if (path.p[i] == '/' && path.p[i + 1] == '/')
			return wrong(r, "a path without empty segments");
	}
	r->f->path = xstrndup(path.p, path.n);
	r->f->query = text.p ? xstrndup(text.p, text.n) : NULL;
	next(r);
	return 0;
}

static int read_request(struct reader *r)
{
	static const char *const methods[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};
	bool any = slice_is(r->word, "*");

	for (size_t i = 0; i < LEN(methods); i++) {
		if (slice_is(r->word, methods[i]))
			r->f->method = methods[i];
	}
	if (!any && !r->f->method)
		return 0;
	next(r);
	return read_path(r);
}

static int read_answer(struct reader *r)
{
	if (read_amount(r, "", 400, 599, "a status of 400 to 599", &r->f->amount) < 0)
		return -1;
	if (!slice_starts(r->word, "E"))
		return 0;
	if (r->word.n != sizeof(r->f->code) - 1)
		return wrong(r, "a code like E0000009");
	for (size_t i = 1; i < r->word.n; i++) {
		if (r->word.p[i] < '0' || r->word.p[i] > '9')
			return wrong(r, "a code like E0000009");
	}
	memcpy(r->f->code, r->word.p, r->word.n);
	next(r);
	return 0;
}

static int read_delay(struct reader *r)
{
	long long v;

	next(r);
	if (amount(r->word, "", "ms", DELAY_MAX_MS, &v))
		r->f->amount = (uint32_t)v;
	else if (amount(r->word, "", "s", DELAY_MAX_MS / 1000, &v))
		r->f->amount = (uint32_t)v * 1000;
	else
		return wrong(r, "a time, 200ms or 2s,");
	next(r);
	return 0;
}

static int read_lag(struct reader *r)
{
	return read_amount(r, "s", 1, LAG_MAX_S, "a number of seconds, 2s,", &r->f->amount);
}

static int read_slow(struct reader *r)
{
	return read_amount(r, "/s", 1, COUNT_MAX, "bytes a second, 100/s,", &r->f->amount);
}

static int read_percent(struct reader *r)
{
	return read_amount(r, "%", 0, 99, "0% to 99%", &r->f->amount);
}

static int read_nothing(struct reader *r)
{
	next(r);
	return 0;
}

static int read_shift(struct reader *r)
{
	next(r);
	if (!slice_is(r->word, "on"))
		return 0;
	r->f->effect = EF_SHIFT_ON;
	next(r);
	return 0;
}

static int read_expire(struct reader *r)
{
	r->f->times = 1;
	return read_nothing(r);
}

struct effect_word {
	const char *word, *second;
	enum effect effect;
	int (*read)(struct reader *r); /* from the last word on */
};
static const struct effect_word effects[] = {
	{"answer", NULL, EF_ANSWER, read_answer},
	{"reset", "before", EF_RESET_BEFORE, read_nothing},
	{"reset", "after", EF_RESET_AFTER, read_nothing},
	{"delay", NULL, EF_DELAY, read_delay},
	{"slow", NULL, EF_SLOW, read_slow},
	{"truncate", NULL, EF_TRUNCATE, read_percent},
	{"expire", "token", EF_EXPIRE, read_expire},
	{"lag", "search", EF_LAG_SEARCH, read_lag},
	{"lag", "members", EF_LAG_MEMBERS, read_lag},
	{"shift", "page", EF_SHIFT, read_shift},
	{"repeat", "next", EF_REPEAT, read_nothing},
};

static int read_effect(struct reader *r)
{
	struct slice first = r->word;
	bool known = false;

	for (size_t i = 0; i < LEN(effects); i++) {
		const struct effect_word *w = &effects[i];

		if (!slice_is(first, w->word))
			continue;
		if (w->second && !known)
			next(r);
		known = true;
		if (w->second && !slice_is(r->word, w->second))
			continue;
		r->f->effect = w->effect;
		return w->read(r);
	}
	return wrong(r, known ? "another second word" : "what is to happen");
}

static int read_option(struct reader *r)
{
	struct fault *f = r->f;
	bool answer = f->effect == EF_ANSWER;
	long long v;

	if (amount(r->word, "times=", "", COUNT_MAX, &v) && v > 0)
		f->times = (uint32_t)v;
	else if (answer && amount(r->word, "limit=", "", COUNT_MAX, &v))
		f->limit = v;
	else if (answer && amount(r->word, "remaining=", "", COUNT_MAX, &v))
		f->remaining = v;
	else if (answer && amount(r->word, "reset=+", "s", COUNT_MAX, &v))
		f->reset_s = v;
	else
		return wrong(r, answer ? "times=, limit=, remaining= or reset=+Ns" : "times=");
	next(r);
	return 0;
}

static int read_rule(struct reader *r)
{
	next(r);
	if (read_when(r) < 0 || read_request(r) < 0 || read_effect(r) < 0)
		return -1;
	while (r->word.n) {
		if (read_option(r) < 0)
			return -1;
	}
	return 0;
}

static void fault_release(struct fault *f)
{
	free(f->text);
	free(f->path);
	free(f->query);
	free(f->cursor);
	free(f->item);
}

static int read_line(struct faults *to, struct slice line, uint32_t number, struct err *e)
{
	struct fault f = {
		.line = number, .percent = 100, .limit = -1, .remaining = -1, .reset_s = -1};
	struct reader r = {.f = &f, .e = e};

	if (line.n > LINE_MAX)
		return err_set(e, ERR_USAGE, "a line of more than %d bytes", LINE_MAX);
	if (to->rules.n == RULES_MAX)
		return err_set(e, ERR_USAGE, "more than %d rules", RULES_MAX);
	for (size_t i = 0; i < line.n; i++) {
		if ((line.p[i] < ' ' || line.p[i] > '~') && line.p[i] != '\t')
			return err_set(e, ERR_USAGE, "a byte that is no printable ASCII");
	}
	r.rest = line;
	if (read_rule(&r) < 0) {
		fault_release(&f);
		return -1;
	}
	f.text = xstrndup(line.p, line.n);
	vec_push(&to->rules, f);
	return 0;
}

static void add_lag(struct faults *f)
{
	uint32_t search = 0, members = 0;

	for (uint32_t i = 0; i < f->rules.n; i++) {
		const struct fault *r = &f->rules.v[i];

		if (r->effect == EF_LAG_SEARCH && r->amount > search)
			search = r->amount;
		if (r->effect == EF_LAG_MEMBERS && r->amount > members)
			members = r->amount;
	}
	if (search || members)
		f->lag = lag_new(search, members);
}

int faults_parse(
	struct slice script, const char *name, uint64_t seed, struct faults **ret_f, struct err *e)
{
	AUTO_PTR(faults) f = xcalloc(1, sizeof(*f));
	struct slice line, text;
	uint32_t number = 0;

	f->rng.s = seed;
	while (slice_cut(&script, '\n', &line)) {
		number++;
		text = line;
		if (!slice_cut(&line, '#', &text))
			continue;
		text = slice_trim(text);
		if (text.n && read_line(f, text, number, e) < 0)
			return err_in(e, "%s:%u", name, number);
	}
	add_lag(f);
	*ret_f = TAKE(f);
	return 0;
}

void faults_free(struct faults *f)
{
	if (!f)
		return;
	for (uint32_t i = 0; i < f->rules.n; i++)
		fault_release(&f->rules.v[i]);
	vec_free(&f->rules);
	lag_free(f->lag);
	free(f);
}

void faults_write(struct buf *b, const struct faults *f)
{
	buf_addc(b, '[');
	for (uint32_t i = 0; f && i < f->rules.n; i++) {
		const struct fault *r = &f->rules.v[i];

		buf_addf(b, "%s{\"line\":%u,\"rule\":", i ? "," : "", r->line);
		buf_add_json(b, slice_of(r->text));
		buf_addf(b, ",\"seen\":%llu,\"done\":%llu}", (unsigned long long)r->seen,
			(unsigned long long)r->done);
	}
	buf_addc(b, ']');
}
