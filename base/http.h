/*
 * HTTP as the engine sees it: requests that are submitted, answers that come in any order. A transport
 * (libcurl, the local tenant in process, a recorder around either) does the I/O; it keeps no policy:
 * retries, waits and limits are the engine's.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "base/slice.h"

#include <stddef.h>
#include <stdint.h>

struct http_header {
	struct slice name, value;
};

struct http_req {
	uint64_t tag;       /* the caller's; comes back with the answer */
	const char *method; /* static */
	const char *url;    /* absolute; borrowed until submit returns */
	struct slice body;  /* JSON, or empty; borrowed until submit returns */
	struct slice
		headers;     /* further ones, "Name: value\r\n" lines, or empty; borrowed as well */
	uint32_t timeout_ms; /* 0: the transport's default */
};

struct http_res {
	uint64_t tag;
	uint16_t status; /* 0: no answer; why says so */
	struct slice body;
	const struct http_header *headers;
	size_t nheaders;
	const char *why; /* the network's failure when status is 0 */
};

struct transport_ops {
	/* Takes the request over; what it borrows is copied. */
	int (*submit)(void *self, const struct http_req *req, struct err *e);
	/*
	 * Waits until an answer is there or until_ms (the clock's mono_ms) has come; fills at most max
	 * answers and returns how many, or -1. Answers live until the next call of wait.
	 */
	int (*wait)(
		void *self, int64_t until_ms, struct http_res *ret_done, size_t max, struct err *e);
};

struct transport {
	const struct transport_ops *ops;
	void *self;
};

/* The value of the nth header of that name (any case), or an empty slice with p NULL. */
struct slice http_header(const struct http_res *res, const char *name, size_t nth);
/* The URL of rel in the Link headers (one value each, or comma-joined), or p NULL. RFC 8288. */
struct slice http_link(const struct http_res *res, const char *rel);
