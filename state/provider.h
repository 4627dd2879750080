/*
 * The contract between the engine and a provider of kinds. A provider does no I/O and reads no clock: it
 * says what things look like and what answers mean; the engine owns transport, waits, retries and order.
 */
#pragma once

#include "base/err.h"
#include "base/http.h"
#include "state/kind.h"

#include <stdint.h>

enum verdict {
	SAID_YES,    /* done */
	SAID_GONE,   /* 404: the object is not there */
	SAID_NO,     /* refused for good */
	RETRY_LATER, /* not done, and may be asked again: throttled, being prepared */
	NO_ANSWER,   /* may or may not have been done: 5xx, or the network failed */
};

/* What an answer tells about its bucket. */
struct limits {
	bool known;
	uint32_t limit, remaining;
	int64_t reset_in_s; /* from the answer's own Date */
};

struct provider {
	const char *name;
	const struct kinds *kinds;
	/* What the answer means; where it is no SAID_YES, *e says why, with what a person can do. */
	enum verdict (*verdict)(const struct http_res *res, struct err *e);
	struct limits (*limits)(const struct http_res *res);
	/* Requests per minute of a bucket before any answer said more. */
	uint32_t (*first_guess)(const char *bucket);
};
