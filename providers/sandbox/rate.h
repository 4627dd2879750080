/*
 * Rate limits: buckets as of Okta's documentation, with windows that begin with their first request.
 */
#pragma once

#include "providers/sandbox/core.h"

struct rates *rates_new(void);
void rates_free(struct rates *r);
/*
 * Counts the request in its bucket and adds the headers; known: its credentials hold. False when it was one
 * too many, and is answered with 429.
 */
bool rate_take(struct call *c, bool known);
/* The limit that headers tell of, 0 where there is none. */
uint32_t rate_limit(const struct call *c);
void rate_headers(struct call *c, uint32_t limit, uint32_t remaining, int64_t reset);
/* "refused":N,"buckets":[...] */
void rates_write(struct buf *b, const struct sandbox *s);
