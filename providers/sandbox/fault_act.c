/*
 * Faults at work: which rules a request meets, and what they do to it and to its answer.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/faults.h"
#include "providers/sandbox/rate.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum { RESET_S = 60 }; /* what a scripted 429 tells, unless the rule says it */

static bool is_get(const struct call *c)
{
	return streq(c->req->method, "GET");
}

static bool aims_at(const struct fault *r, const struct call *c)
{
	if (r->method && !streq(r->method, c->req->method))
		return false;
	if (r->query && !query_get(c, r->query).p)
		return false;
	return !r->path || (!r->path[0] && r->below) ||
	       path_fits(r->path, c->seg, c->nseg, r->below, NULL);
}

/* Is it a request that the effect can do something to? */
static bool concerns(const struct fault *r, const struct call *c)
{
	switch (r->effect) {
	case EF_LAG_SEARCH:
		return is_get(c) && query_get(c, "search").p &&
		       (path_fits("/api/v1/users", c->seg, c->nseg, false, NULL) ||
			       path_fits("/api/v1/groups", c->seg, c->nseg, false, NULL));
	case EF_LAG_MEMBERS:
		return is_get(c) &&
		       path_fits("/api/v1/groups/*/users", c->seg, c->nseg, false, NULL);
	case EF_SHIFT:
	case EF_SHIFT_ON:
		return is_get(c) && r->cursor && slice_is(c->req->target, r->cursor);
	case EF_REPEAT:
		return is_get(c);
	case EF_EXPIRE:
		return c->req->authorization.p;
	case EF_ANSWER:
	case EF_RESET_BEFORE:
	case EF_RESET_AFTER:
	case EF_DELAY:
	case EF_SLOW:
	case EF_TRUNCATE:
		return true;
	}
	return false;
}

/* Counts the request; is it this one's turn? */
static bool take(struct faults *f, struct fault *r)
{
	r->seen++;
	if (r->seen <= r->after || (r->every && (r->seen - r->after) % r->every != 0) ||
		(r->times && r->done >= r->times))
		return false;
	return r->percent == 100 || rng_below(&f->rng, 100) < r->percent;
}

static bool expired(const struct faults *f, uint64_t key)
{
	uint32_t n = f->nexpired < EXPIRED_MAX ? f->nexpired : EXPIRED_MAX;

	for (uint32_t i = 0; i < n; i++) {
		if (f->expired[i] == key)
			return true;
	}
	return false;
}

static void answer_expired(struct call *c)
{
	if (!slice_starts(c->req->authorization, "SSWS "))
		buf_addf(&c->res->headers,
			"WWW-Authenticate: Bearer authorization_uri=\"%s/oauth2/v1/authorize\", realm=\"%s\", error=\"invalid_token\", error_description=\"The access token is expired.\"\r\n",
			c->s->base_url, c->s->base_url);
	fail_code(c, 401, "E0000011");
}

static void answer_fault(const struct fault *r, struct call *c)
{
	bool told = r->limit >= 0 || r->remaining >= 0 || r->reset_s >= 0;

	/* any answer of an endpoint has the headers, and is counted */
	if (!told && r->amount != 429 && !rate_take(c, true))
		return;
	if (told || r->amount == 429)
		rate_headers(c, r->limit >= 0 ? (uint32_t)r->limit : rate_limit(c),
			r->remaining >= 0 ? (uint32_t)r->remaining : 0,
			c->now + (r->reset_s >= 0 ? r->reset_s : RESET_S));
	fail_code(c, (uint16_t)r->amount, r->code[0] ? r->code : NULL);
}

/* The rules whose turn it is, down to the one that ends the request, which is returned. */
static struct fault *choose(struct faults *f, struct call *c)
{
	struct fault *end = NULL;

	for (uint32_t i = 0; i < f->rules.n; i++) {
		struct fault *r = &f->rules.v[i];

		r->due = !end && aims_at(r, c) && concerns(r, c) && take(f, r);
		if (!r->due)
			continue;
		r->done++;
		if (r->effect == EF_ANSWER || r->effect == EF_RESET_BEFORE ||
			r->effect == EF_RESET_AFTER)
			end = r;
	}
	return end;
}

/* The longest lag that is due, or 0. */
static uint32_t lag_due(const struct faults *f, enum effect what)
{
	uint32_t most = 0;

	for (uint32_t i = 0; i < f->rules.n; i++) {
		const struct fault *r = &f->rules.v[i];

		if (r->due && r->effect == what && r->amount > most)
			most = r->amount;
	}
	return most;
}

static void expire(struct faults *f, uint64_t key)
{
	for (uint32_t i = 0; i < f->rules.n; i++) {
		if (f->rules.v[i].due && f->rules.v[i].effect == EF_EXPIRE)
			f->expired[f->nexpired++ % EXPIRED_MAX] = key;
	}
}

bool faults_before(struct faults *f, struct call *c)
{
	uint64_t key = hash64(c->req->authorization);
	const struct fault *end = choose(f, c);

	if (end && end->effect == EF_RESET_BEFORE) {
		c->res->fate = FATE_RESET;
		return false;
	}
	if (end && end->effect == EF_ANSWER) {
		answer_fault(end, c);
		return false;
	}
	expire(f, key);
	if (c->req->authorization.p && expired(f, key)) {
		answer_expired(c);
		return false;
	}
	if (!f->lag)
		return true;
	if (is_get(c))
		lag_back(f->lag, c, lag_due(f, EF_LAG_SEARCH), lag_due(f, EF_LAG_MEMBERS));
	else
		lag_watch(f->lag, c);
	return true;
}

/* --- what is done to answers --- */

/* The line of the next page's link, or n 0; ret_url is what stands in it. */
static struct slice next_line(const struct call *c, struct slice *ret_url)
{
	struct slice rest = buf_slice(&c->res->headers), line;

	while (slice_cut(&rest, '\n', &line)) {
		struct slice url = line, head;

		if (!slice_starts(line, "Link: <") || !slice_ends(line, ">; rel=\"next\"\r"))
			continue;
		slice_cut(&url, '<', &head);
		slice_cut(&url, '>', ret_url);
		return line;
	}
	return (struct slice){NULL, 0};
}

static bool is_list(const struct call *c)
{
	return c->res->status == 200 && c->res->body.n && c->res->body.p[0] == '[';
}

static struct js *read_list(struct call *c)
{
	struct js *list = NULL;
	struct err e = ERR_INIT;

	if (!is_list(c) || js_parse(buf_slice(&c->res->body), "a page", &list, &e) < 0)
		return NULL;
	return list;
}

static void shift_page(const struct fault *r, struct call *c)
{
	AUTO_PTR(js) list = read_list(c);
	AUTO(buf) struct buf to = BUF_TEXT;
	const char *comma = "";

	if (!list)
		return;
	buf_addc(&to, '[');
	if (r->effect == EF_SHIFT) {
		buf_adds(&to, r->item);
		comma = ",";
	}
	for (size_t i = r->effect == EF_SHIFT_ON; i < js_len(list); i++) {
		buf_adds(&to, comma);
		js_write(&to, js_at(list, i));
		comma = ",";
	}
	buf_addc(&to, ']');
	reply_text(c, 200, buf_slice(&to));
}

/* Where the page ends, and with what: the one behind it is shifted against that. */
static void learn_page(struct fault *r, struct call *c)
{
	AUTO_PTR(js) list = NULL;
	AUTO(buf) struct buf item = BUF_TEXT;
	struct slice url, base = slice_of(c->s->base_url);

	if (!next_line(c, &url).n || !slice_starts(url, c->s->base_url))
		return;
	list = read_list(c);
	if (!list || !js_len(list))
		return;
	js_write(&item, js_at(list, js_len(list) - 1));
	free(r->cursor);
	free(r->item);
	r->cursor = xstrndup(url.p + base.n, url.n - base.n);
	r->item = xstrndup(buf_str(&item), item.n);
}

static void repeat_next(struct call *c)
{
	AUTO(buf) struct buf to = BUF_TEXT;
	struct slice rest = buf_slice(&c->res->headers), line, url, next = next_line(c, &url);

	if (!is_list(c))
		return;
	while (slice_cut(&rest, '\n', &line)) {
		if (!line.n || line.p == next.p)
			continue;
		buf_add_slice(&to, line);
		buf_addc(&to, '\n');
	}
	buf_addf(&to, "Link: <%s", c->s->base_url);
	buf_add_slice(&to, c->req->target);
	buf_adds(&to, ">; rel=\"next\"\r\n");
	buf_clear(&c->res->headers);
	buf_add_slice(&c->res->headers, buf_slice(&to));
}

static void spoil(const struct fault *r, struct call *c)
{
	struct sandbox_res *res = c->res;

	switch (r->effect) {
	case EF_RESET_AFTER:
		res->fate = FATE_RESET;
		break;
	case EF_DELAY:
		res->delay_ms += r->amount;
		break;
	case EF_SLOW:
		res->bytes_per_s = r->amount;
		break;
	case EF_TRUNCATE:
		if (res->fate == FATE_ANSWER && res->body.n)
			res->fate = FATE_CUT;
		res->cut = res->body.n * r->amount / 100;
		break;
	case EF_SHIFT:
	case EF_SHIFT_ON:
		shift_page(r, c);
		break;
	case EF_REPEAT:
		repeat_next(c);
		break;
	case EF_ANSWER:
	case EF_RESET_BEFORE:
	case EF_EXPIRE:
	case EF_LAG_SEARCH:
	case EF_LAG_MEMBERS:
		break;
	}
}

void faults_after(struct faults *f, struct call *c)
{
	if (f->lag) {
		lag_forth(f->lag, c);
		lag_saw(f->lag, c);
	}
	/* what changes the page comes before what is done to its bytes, in whatever order the rules stand */
	for (uint32_t i = 0; i < f->rules.n; i++) {
		struct fault *r = &f->rules.v[i];
		bool shift = r->effect == EF_SHIFT || r->effect == EF_SHIFT_ON;

		if (r->due && (shift || r->effect == EF_REPEAT))
			spoil(r, c);
		if (shift && is_get(c) && aims_at(r, c))
			learn_page(r, c);
	}
	for (uint32_t i = 0; i < f->rules.n; i++) {
		struct fault *r = &f->rules.v[i];

		if (r->due && r->effect != EF_SHIFT && r->effect != EF_SHIFT_ON &&
			r->effect != EF_REPEAT)
			spoil(r, c);
	}
}

int sandbox_script(struct sandbox *s, struct slice script, const char *name, struct err *e)
{
	struct faults *f;

	if (faults_parse(script, name, s->seed, &f, e) < 0)
		return -1;
	faults_free(s->faults);
	s->faults = f;
	return 0;
}
