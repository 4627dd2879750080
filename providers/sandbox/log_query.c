/*
 * Reading the System Log: bounded queries, and polling that never ends. Events are kept in the order in which
 * they were made, which is the order of their times too: nothing is late here.
 */
#include "providers/sandbox/filter.h"
#include "providers/sandbox/log.h"

#include "base/rfc3339.h"

#include <stdio.h>

enum { DAY_S = 86400, WINDOW_DAYS = 7, REACH_DAYS = 180, WORDS_MAX = 10, WORD_MAX = 40 };

struct query {
	int64_t since, until; /* unix seconds */
	bool bounded, down;
	uint32_t limit;
	uint64_t after; /* the event to go on with: up, the first; down, the one behind the last */
	const struct filter *filter;
	struct slice words;
};

static bool read_time(struct call *c, const char *name, int64_t *ret)
{
	struct slice v = query_get(c, name);

	if (!v.p || !v.n || rfc3339_parse(v, ret))
		return true;
	fail_field(c, name, "%s: The date format is not valid", name);
	return false;
}

/* A cursor is a time and a number, as Okta's are: 1627500044869_1. */
static bool read_cursor(struct call *c, struct query *q)
{
	struct slice v = query_get(c, "after"), time;
	long long n;

	if (!v.p)
		return true;
	if (slice_cut(&v, '_', &time) && slice_int(v, 0, INT64_MAX, &n)) {
		q->after = (uint64_t)n;
		return true;
	}
	fail(c, 400, "E0000054", "Invalid pagination properties", NULL);
	return false;
}

static bool read_words(struct call *c, struct query *q)
{
	struct slice rest = q->words = query_get(c, "q"), word;
	int n = 0;

	while (rest.n && slice_cut(&rest, ' ', &word)) {
		n += word.n > 0;
		if (word.n <= WORD_MAX && n <= WORDS_MAX)
			continue;
		fail_field(c, "q", "q: at most %d words of %d characters", WORDS_MAX, WORD_MAX);
		return false;
	}
	return true;
}

static bool read_filter(struct call *c, struct query *q)
{
	static const char known[] =
		"actor.|client.|device.|authenticationContext.|displayMessage|eventType|outcome.|securityContext.|severity|debugContext.|legacyEventType|transaction.|uuid|version|request.|target.";
	/* parts of these cannot be asked for */
	static const char whole[] = "debugContext.debugData.url|debugContext.debugData.requestUri";
	struct slice text = query_get(c, "filter");

	if (!text.p || !text.n)
		return true;
	q->filter = filter_parse(c, text, FILTER_LOG);
	if (q->filter && filter_has(q->filter, "co", whole)) {
		fail_filter(c, text);
		return false;
	}
	if (q->filter && filter_attrs_in(q->filter, known))
		return true;
	fail(c, 400, "E0000053", "Invalid filter.", "The filter expression is not valid.");
	return false;
}

static bool read_query(struct call *c, struct query *q)
{
	struct slice limit = query_get(c, "limit");
	long long n = 100;

	*q = (struct query){.until = c->now + 1, .bounded = query_get(c, "until").n > 0};
	q->down = query_is(c, "sortOrder", "DESCENDING");
	q->after = q->down ? UINT64_MAX : 0;
	if (limit.p && !slice_int(limit, 0, 1000, &n)) {
		fail_field(c, "limit", "limit: must be between 0 and 1000");
		return false;
	}
	q->limit = (uint32_t)n;
	if (!read_time(c, "until", &q->until))
		return false;
	q->since = q->until - (int64_t)WINDOW_DAYS * DAY_S;
	if (!read_time(c, "since", &q->since) || !read_cursor(c, q) || !read_words(c, q))
		return false;
	if (q->since >= c->now - (int64_t)REACH_DAYS * DAY_S)
		return read_filter(c, q);
	fail(c, 400, "E0000053", "Invalid filter.", "since: is too long ago");
	return false;
}

/* Whole words, without regard to case. */
static bool has_word(struct slice text, struct slice word)
{
	for (size_t i = 0; i + word.n <= text.n; i++) {
		bool start = i == 0 || strchr("\" :,.-/@{}[]", text.p[i - 1]),
		     end = i + word.n == text.n || strchr("\" :,.-/@{}[]", text.p[i + word.n]);

		if (start && end && slice_eq_fold((struct slice){text.p + i, word.n}, word))
			return true;
	}
	return false;
}

static bool matches(const struct query *q, const char *type, struct slice text)
{
	struct slice rest = q->words, word, only;
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;

	while (rest.n && slice_cut(&rest, ' ', &word)) {
		if (word.n && !has_word(text, word))
			return false;
	}
	if (!q->filter)
		return true;
	if (filter_only_eq(q->filter, "eventType", &only))
		return slice_eq_fold(only, slice_of(type));
	return js_parse(text, "an event", &doc, &e) == 0 &&
	       filter_match(q->filter, doc, NULL, NULL);
}

/* The first event that is not before t. */
static uint32_t first_at(const struct sandbox *s, int64_t t)
{
	uint32_t lo = 0, hi = log_count(s);

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (log_time(s, mid) < t)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static uint32_t clamp(uint64_t seq, uint64_t dropped, uint32_t lo, uint32_t hi)
{
	uint64_t at = seq > dropped ? seq - dropped : 0;

	return at < lo ? lo : at > hi ? hi : (uint32_t)at;
}

/* Appends what fits in a page; returns where the next one begins. ret_more: is there anything left to look at? */
static uint64_t collect(struct call *c, const struct query *q, bool *ret_more)
{
	uint64_t dropped = log_dropped(c->s);
	uint32_t lo = first_at(c->s, q->since), hi = first_at(c->s, q->until), n = 0,
		 at = clamp(q->after, dropped, lo, hi);
	AUTO(buf) struct buf text = BUF_TEXT;

	while (n < q->limit && (q->down ? at > lo : at < hi)) {
		uint32_t i = q->down ? --at : at++;

		buf_clear(&text);
		log_print(&text, c->s, i);
		if (!matches(q, log_type(c->s, i), buf_slice(&text)))
			continue;
		if (n++)
			buf_addc(&c->res->body, ',');
		buf_add_slice(&c->res->body, buf_slice(&text));
	}
	*ret_more = q->down ? at > lo : at < hi;
	return dropped + at;
}

static void add_links(struct call *c, const struct query *q, uint64_t next, bool more)
{
	static const char kept[] = "filter|limit|q|sortOrder|until";
	struct param list[PARAM_MAX + 1];
	char cursor[48];
	size_t n = 0;

	for (size_t i = 0; i < c->nquery; i++)
		list[n++] = c->query[i];
	link_add(c, "self", list, n);
	/* polling goes on for ever, what is bounded ends */
	if (!more && (q->bounded || q->down))
		return;
	n = 0;
	for (size_t i = 0; i < c->nquery; i++) {
		if (slice_in(c->query[i].name, kept) ||
			(slice_is(c->query[i].name, "since") && (q->bounded || q->down)))
			list[n++] = c->query[i];
	}
	snprintf(cursor, sizeof(cursor), "%lld000_%llu", (long long)c->now,
		(unsigned long long)next);
	list[n++] = (struct param){SLICE("after"), slice_of(cursor)};
	link_add(c, "next", list, n);
}

static void get_logs(struct call *c)
{
	struct query q;
	uint64_t next;
	bool more;

	if (!read_query(c, &q))
		return;
	reply_status(c, 200);
	buf_addc(&c->res->body, '[');
	next = collect(c, &q, &more);
	buf_addc(&c->res->body, ']');
	add_links(c, &q, next, more);
}

const struct route routes_log[] = {
	{"GET", "/api/v1/logs", get_logs, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
