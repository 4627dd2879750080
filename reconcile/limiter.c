#include "reconcile/limiter.h"

#include "base/slice.h"
#include "base/xalloc.h"

uint16_t limiter_bucket(struct limiter *l, const char *name)
{
	for (uint16_t i = 0; i < l->n; i++) {
		if (streq(l->b[i].name, name))
			return i;
	}
	if (l->n == LIMITER_BUCKETS)
		BUG("more than %d buckets", LIMITER_BUCKETS);
	l->b[l->n] = (struct bucket){.name = name};
	return l->n++;
}

static uint32_t share_of(const struct limiter *l, const struct bucket *b)
{
	uint32_t share = (uint32_t)((uint64_t)b->limit * l->share_pct / 100);

	return share ? share : 1;
}

int64_t limiter_wait_ms(const struct limiter *l, uint16_t ix, int64_t now_ms)
{
	const struct bucket *b = &l->b[ix];

	if (b->hold_ms > now_ms)
		return b->hold_ms - now_ms;
	if (!b->limit || now_ms >= b->reset_ms)
		return 0;
	if (b->used < share_of(l, b) && b->remaining > b->in_flight)
		return 0;
	return b->reset_ms - now_ms;
}

static void roll(struct bucket *b, int64_t now_ms)
{
	if (!b->limit || now_ms < b->reset_ms)
		return;
	/* the next window's end is not known before its first answer */
	b->used = b->in_flight;
	b->remaining = b->limit;
	b->reset_ms = now_ms + 61000;
}

void limiter_sent(struct limiter *l, uint16_t ix, int64_t now_ms)
{
	struct bucket *b = &l->b[ix];

	roll(b, now_ms);
	b->used++;
	b->in_flight++;
}

void limiter_saw(struct limiter *l, uint16_t ix, struct limits limits, int64_t now_ms)
{
	struct bucket *b = &l->b[ix];

	if (b->in_flight)
		b->in_flight--;
	if (!limits.known || !limits.limit)
		return;
	/* the answer belongs to a window that began since */
	if (now_ms + (limits.reset_in_s + 1) * 1000 > b->reset_ms + 5000)
		b->used = b->in_flight + 1;
	b->limit = limits.limit;
	b->remaining = limits.remaining;
	b->reset_ms = now_ms + (limits.reset_in_s + 1) * 1000;
}

void limiter_refused(
	struct limiter *l, uint16_t ix, struct limits limits, int64_t least_ms, int64_t now_ms)
{
	struct bucket *b = &l->b[ix];
	int64_t wait_ms = least_ms;

	/* limit 0 is about concurrency: its reset is only an estimate (Okta: "Rate limits") */
	if (limits.known && limits.limit && (limits.reset_in_s + 1) * 1000 > wait_ms)
		wait_ms = (limits.reset_in_s + 1) * 1000;
	if (now_ms + wait_ms > b->hold_ms)
		b->hold_ms = now_ms + wait_ms;
}
