#include "reconcile/engine.h"

#include <stdlib.h>

enum {
	MAX_TRIES = 5, /* of a call that gets no answer, or "not now" other than 429 */
	MAX_BACKOFF_MS = 30000,
	TIMEOUT_MS = 120000, /* updates of apps may take long */
	WAIT_MS = 200,       /* how late Ctrl-C is noticed, at most */
	BATCH = 32,
};

#define FREE UINT32_MAX /* no slot */

struct slot {
	struct call call;
	uint16_t bucket;
	uint16_t tries;   /* without an answer, or with "not now" */
	uint16_t refused; /* 429s in a row */
	int64_t not_before_ms;
	uint32_t next; /* in its bucket's queue, or in the free list */
};

struct queue {
	uint32_t head, tail;
};

struct engine {
	struct engine_options o;
	struct limiter limiter;
	struct rng rng;
	VEC(struct slot) slots;
	struct queue queues[LIMITER_BUCKETS];
	uint32_t free_slot, waiting, in_flight, window, sent;
	bool cut_short; /* Ctrl-C kept a call from being sent again */
};

struct engine *engine_new(const struct engine_options *o)
{
	struct engine *en = xcalloc(1, sizeof(*en));

	en->o = *o;
	en->rng.s = o->seed;
	en->limiter.share_pct = o->share_pct;
	en->window = o->max_in_flight;
	en->free_slot = FREE;
	for (size_t i = 0; i < LIMITER_BUCKETS; i++)
		en->queues[i] = (struct queue){FREE, FREE};
	return en;
}

static void call_release(struct call *c)
{
	buf_release(&c->url);
	buf_wipe(&c->body);
}

void engine_free(struct engine *en)
{
	if (!en)
		return;
	for (uint32_t i = 0; i < en->slots.n; i++)
		call_release(&en->slots.v[i].call);
	vec_free(&en->slots);
	free(en);
}

static void enqueue(struct engine *en, uint32_t ix)
{
	struct queue *q = &en->queues[en->slots.v[ix].bucket];

	en->slots.v[ix].next = FREE;
	if (q->head == FREE)
		q->head = ix;
	else
		en->slots.v[q->tail].next = ix;
	q->tail = ix;
	en->waiting++;
}

void engine_add(struct engine *en, struct call *c)
{
	struct slot s = {.call = *c, .bucket = limiter_bucket(&en->limiter, c->bucket)};
	uint32_t ix = en->free_slot;

	if (ix == FREE) {
		ix = en->slots.n;
		vec_push(&en->slots, s);
	} else {
		en->free_slot = en->slots.v[ix].next;
		en->slots.v[ix] = s;
	}
	*c = (struct call){0};
	enqueue(en, ix);
}

static void release(struct engine *en, uint32_t ix)
{
	call_release(&en->slots.v[ix].call);
	en->slots.v[ix].next = en->free_slot;
	en->free_slot = ix;
}

void engine_drop(struct engine *en)
{
	for (size_t b = 0; b < LIMITER_BUCKETS; b++) {
		while (en->queues[b].head != FREE) {
			uint32_t ix = en->queues[b].head;

			en->queues[b].head = en->slots.v[ix].next;
			release(en, ix);
		}
	}
	en->waiting = 0;
}

uint32_t engine_sent(const struct engine *en)
{
	return en->sent;
}

static int submit(struct engine *en, uint32_t ix, int64_t now_ms, struct err *e)
{
	AUTO(buf) struct buf url = BUF_TEXT;
	struct slot *s = &en->slots.v[ix];
	struct http_req req = {.tag = ix,
		.method = s->call.method,
		.body = buf_slice(&s->call.body),
		.timeout_ms = TIMEOUT_MS};

	if (s->call.url.n && s->call.url.p[0] == '/')
		buf_adds(&url, en->o.base_url);
	buf_add_slice(&url, buf_slice(&s->call.url));
	req.url = buf_str(&url);
	if (en->o.transport.ops->submit(en->o.transport.self, &req, e) < 0)
		return -1;
	limiter_sent(&en->limiter, s->bucket, now_ms);
	en->in_flight++;
	en->sent++;
	return 0;
}

/* Sends what may go now; *ret_wake_ms is when more may. The buckets take turns. */
static int send_ready(struct engine *en, int64_t now_ms, int64_t *ret_wake_ms, struct err *e)
{
	bool sent = true;

	*ret_wake_ms = INT64_MAX;
	while (sent && en->in_flight < en->window) {
		sent = false;
		for (uint16_t b = 0; b < en->limiter.n && en->in_flight < en->window; b++) {
			struct queue *q = &en->queues[b];
			uint32_t ix = q->head;
			int64_t wait_ms;

			if (ix == FREE)
				continue;
			wait_ms = limiter_wait_ms(&en->limiter, b, now_ms);
			if (en->slots.v[ix].not_before_ms - now_ms > wait_ms)
				wait_ms = en->slots.v[ix].not_before_ms - now_ms;
			if (wait_ms > 0) {
				if (now_ms + wait_ms < *ret_wake_ms)
					*ret_wake_ms = now_ms + wait_ms;
				continue;
			}
			q->head = en->slots.v[ix].next;
			en->waiting--;
			if (submit(en, ix, now_ms, e) < 0)
				return -1;
			sent = true;
		}
	}
	return 0;
}

static int64_t backoff_ms(struct engine *en, uint32_t tries)
{
	int64_t ms = 500;

	while (tries-- && ms < MAX_BACKOFF_MS)
		ms *= 2;
	/* half of it fixed, half by chance: callers that failed together do not return together */
	return ms / 2 + rng_below(&en->rng, (uint32_t)(ms / 2) + 1);
}

/* Shall the call be sent again? Sets when. */
static bool again(struct engine *en, struct slot *s, const struct http_res *res, enum verdict v,
	int64_t now_ms)
{
	struct limits limits = en->o.provider->limits(res);

	if (en->o.stop && *en->o.stop) {
		en->cut_short = en->cut_short || v == RETRY_LATER || v == NO_ANSWER;
		return false;
	}
	if (v == RETRY_LATER && res->status == 429) {
		/* a 429 never ends a run: it is waited out */
		if (limits.known && !limits.limit && en->window > 1)
			en->window /= 2;
		limiter_refused(
			&en->limiter, s->bucket, limits, 1000 + backoff_ms(en, s->refused), now_ms);
		if (s->refused < MAX_TRIES)
			s->refused++;
		return true;
	}
	if (v == RETRY_LATER || (v == NO_ANSWER && s->call.idempotent)) {
		if (++s->tries >= MAX_TRIES)
			return false;
		s->not_before_ms = now_ms + backoff_ms(en, s->tries);
		return true;
	}
	return false;
}

static void finish(struct engine *en, const struct http_res *res)
{
	uint32_t ix = (uint32_t)res->tag;
	struct slot *s = &en->slots.v[ix];
	int64_t now_ms = clock_mono_ms(en->o.clock);
	struct err why = ERR_INIT;
	struct answer a = {.res = res, .err = &why};
	struct call c;

	a.verdict = en->o.provider->verdict(res, &why);
	limiter_saw(&en->limiter, s->bucket, en->o.provider->limits(res), now_ms);
	en->in_flight--;
	if (again(en, s, res, a.verdict, now_ms)) {
		enqueue(en, ix);
		return;
	}
	if (a.verdict == SAID_YES && en->window < en->o.max_in_flight)
		en->window++;
	/* done may add calls, which may move the slots */
	c = s->call;
	en->slots.v[ix].call = (struct call){0};
	c.done(c.owner, c.tag, &a);
	call_release(&c);
	release(en, ix);
}

static void tick(struct engine *en, int64_t now_ms)
{
	const char *held = NULL;
	int64_t held_ms = 0;

	if (!en->o.progress.tick)
		return;
	for (uint16_t b = 0; b < en->limiter.n; b++) {
		int64_t ms = limiter_wait_ms(&en->limiter, b, now_ms);

		if (en->queues[b].head != FREE && ms > held_ms) {
			held = en->limiter.b[b].name;
			held_ms = ms;
		}
	}
	en->o.progress.tick(
		en->o.progress.self, en->sent, en->in_flight, en->waiting, held, held_ms);
}

int engine_run(struct engine *en, struct err *e)
{
	struct http_res done[BATCH];
	bool stopped = false;

	while (en->waiting || en->in_flight) {
		int64_t now_ms = clock_mono_ms(en->o.clock), wake_ms = INT64_MAX;
		int n;

		/* again at each turn: what is answered may ask for more */
		if (en->o.stop && *en->o.stop) {
			stopped = true;
			engine_drop(en);
			if (!en->in_flight)
				break;
		}
		if (send_ready(en, now_ms, &wake_ms, e) < 0)
			return -1;
		tick(en, now_ms);
		/* a fake clock jumps to where something happens; a real one looks for Ctrl-C now and then */
		if (en->o.stop && wake_ms > now_ms + WAIT_MS)
			wake_ms = now_ms + WAIT_MS;
		if (wake_ms == INT64_MAX)
			wake_ms = now_ms + TIMEOUT_MS;
		n = en->o.transport.ops->wait(en->o.transport.self, wake_ms, done, BATCH, e);
		if (n < 0)
			return -1;
		for (int i = 0; i < n; i++)
			finish(en, &done[i]);
	}
	if (stopped || en->cut_short)
		return err_set(e, ERR_CANCELLED, "stopped");
	return 0;
}
