/*
 * Rate limits, one bucket each, as arithmetic on a time that is handed in. A bucket is unlimited until an
 * answer says otherwise; from then on at most share_pct of its limit is used in a window, and what is in
 * flight counts as used. A window ends when the server said, plus a second.
 */
#pragma once

#include "state/provider.h"

#include <stdint.h>

struct bucket {
	const char *name;   /* static */
	uint32_t limit;     /* requests a window; 0: not known */
	uint32_t remaining; /* as the server last said */
	uint32_t used;      /* by us in this window, in flight included */
	uint32_t in_flight;
	int64_t reset_ms; /* when the window ends */
	int64_t hold_ms;  /* nothing is sent before */
};

enum { LIMITER_BUCKETS = 32 };

struct limiter {
	struct bucket b[LIMITER_BUCKETS];
	uint16_t n;
	uint8_t share_pct;
};

/* The bucket's number; made when it is new. */
uint16_t limiter_bucket(struct limiter *l, const char *name);
/* Milliseconds until one more request may go; 0: now. */
int64_t limiter_wait_ms(const struct limiter *l, uint16_t ix, int64_t now_ms);
void limiter_sent(struct limiter *l, uint16_t ix, int64_t now_ms);
/* An answer came, or none did; limits is what it said. */
void limiter_saw(struct limiter *l, uint16_t ix, struct limits limits, int64_t now_ms);
/* A 429: nothing more until the window ends (or for least_ms, when nothing is known of it). */
void limiter_refused(
	struct limiter *l, uint16_t ix, struct limits limits, int64_t least_ms, int64_t now_ms);
