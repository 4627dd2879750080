/*
 * The loop: calls that are wanted, sent as buckets and the in-flight window allow, retried by one table
 * of rules, answered to whoever asked. It owns transport, waits and order; it knows no kind and no plan.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/http.h"
#include "base/rng.h"
#include "base/vec.h"
#include "reconcile/limiter.h"
#include "state/provider.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

struct engine;

/* What a call's owner is told: once, at the end. Answers live until it returns. */
struct answer {
	enum verdict verdict;
	const struct http_res *res;
	const struct err *err; /* why, unless SAID_YES */
};

struct call {
	const char *method; /* static */
	const char *bucket; /* static */
	struct buf url;     /* absolute, or a path below the base URL; the engine takes it over */
	struct buf body;    /* taken over; wiped when it is done */
	bool idempotent;    /* may be sent again when no answer came */
	void (*done)(void *owner, uint32_t tag, const struct answer *a);
	void *owner;
	uint32_t tag;
};

struct engine_progress {
	void (*tick)(void *self, uint32_t sent, uint32_t in_flight, uint32_t waiting,
		const char *held_bucket, int64_t held_ms);
	void *self;
};

struct engine_options {
	const struct provider *provider;
	struct transport transport;
	struct clock clock;
	const char *base_url; /* "https://acme.okta.com" */
	uint32_t max_in_flight;
	uint8_t share_pct;
	uint64_t seed;
	const volatile sig_atomic_t *stop; /* NULL: never */
	struct engine_progress progress;   /* tick may be NULL */
};

struct engine *engine_new(const struct engine_options *o);
void engine_free(struct engine *en);
AUTO_FREE(engine);

/* Takes c over. May be called from a done function. */
void engine_add(struct engine *en, struct call *c);
/*
 * Runs until nothing is wanted and nothing in flight. ERR_CANCELLED after Ctrl-C (what is in flight is
 * waited for, the rest is dropped), or the transport's own failure.
 */
int engine_run(struct engine *en, struct err *e) MUST_CHECK;
/* Drops what has not been sent; engine_run then returns when the rest is answered. */
void engine_drop(struct engine *en);
uint32_t engine_sent(const struct engine *en);
