/*
 * The local tenant: one Okta org in memory, behind one function. Two fronts use it: transport_mem.h in
 * process, httpd.h over sockets. It shares no code with providers/okta, so that the two cannot be wrong
 * together; what it knows of Okta comes from the documentation, the OpenAPI document and recorded traffic.
 */
#pragma once

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/http.h"

#include <stdbool.h>
#include <stdint.h>

struct sandbox;

/* A request that the tenant itself wants to make: to an event hook. */
struct sandbox_out {
	uint64_t tag;
	const char *method, *url;
	struct slice headers; /* "Name: value\r\n" lines */
	struct slice body;
};

struct sandbox_options {
	struct clock clock;   /* stamps and rate windows */
	uint64_t seed;        /* of ids: the same calls give the same ids */
	const char *base_url; /* in links: "http://127.0.0.1:8080", no slash at the end */
	const char *token;    /* the SSWS token asked for; NULL: any, or none */
	const char *content;  /* "fresh" (default when NULL), "empty", or a built-in name */
	struct slice data;    /* what sandbox_save wrote, instead of content; p NULL: none */
	/*
	 * Asks an event hook's endpoint and waits for the answer: returns its status, or 0 when there was none. NULL
	 * fetch: hooks cannot be verified.
	 */
	int (*fetch)(void *self, const struct sandbox_out *out, struct buf *ret_body);
	void *fetch_self;
	bool control; /* answer /_sandbox/ too */
};

struct sandbox_req {
	const char *method;
	struct slice target;        /* path and query, as on the request line */
	struct slice authorization; /* the header's value, p NULL without one */
	struct slice content_type;
	struct slice if_match; /* p NULL without one, as the rest of them */
	struct slice dpop, user_agent;
	struct slice peer; /* the client's address */
	struct slice body;
	bool too_large;     /* the body is more than the front takes, and cut */
	uint32_t in_flight; /* requests not yet answered, this one among them; 0: not counted */
	bool aside;         /* of no client: no limits, no faults, not counted */
};

enum sandbox_fate {
	FATE_ANSWER,
	FATE_RESET, /* the connection breaks, there is no answer */
	FATE_CUT,   /* it breaks behind cut bytes of the body */
};

/* To be released with sandbox_res_release; reusable after sandbox_res_clear. */
struct sandbox_res {
	uint16_t status;
	struct buf body;    /* JSON, or empty */
	struct buf headers; /* "Name: value\r\n" lines */
	/* What the front does with it. */
	enum sandbox_fate fate;
	size_t cut;
	uint32_t delay_ms;    /* from the request to the answer's first byte */
	uint32_t bytes_per_s; /* of the body; 0: all at once */
};

struct sandbox *sandbox_new(const struct sandbox_options *o, struct err *e) MUST_CHECK;
void sandbox_free(struct sandbox *s);
AUTO_FREE(sandbox);

/* Answers one request. Never fails: what it cannot do is an answer too (501 for what is not modelled). */
void sandbox_handle(struct sandbox *s, const struct sandbox_req *req, struct sandbox_res *res);

void sandbox_res_clear(struct sandbox_res *r);
void sandbox_res_release(struct sandbox_res *r);

/*
 * Seeds from JSON lines of requests, {"method":"POST","path":"/api/v1/groups","body":{...},"as":"eng"}: each
 * must be answered with 2xx, and {eng} in later paths and strings becomes the id of that answer. Lines that have a
 * "response" are exchanges that somebody recorded: the objects of their lists are taken in as they are.
 */
int sandbox_seed(struct sandbox *s, struct slice lines, const char *name, struct err *e) MUST_CHECK;

/*
 * How much each endpoint takes a minute. what is "headers" (the default: a workforce org's figures are told in
 * headers, nothing is refused), "off" (headers tell of no limit that is ever met), "developer" or "workforce"
 * (an Integrator Free or a Workforce org's figures, and what is too much is answered with 429), or JSON,
 * {"profile":"developer","buckets":{"/api/v1/users":600},"concurrency":75,"share_pct":50}, which takes what it
 * does not name from its profile (workforce). name is what errors call it.
 */
int sandbox_limits(
	struct sandbox *s, struct slice what, const char *name, struct err *e) MUST_CHECK;

/* Faults to come from now on, in the language of faults.h, instead of those before. */
int sandbox_script(
	struct sandbox *s, struct slice script, const char *name, struct err *e) MUST_CHECK;

/*
 * Appends the whole tenant as JSON lines, for options.data of a later one. Secrets are in it (client secrets, hooks'
 * credentials): the file is as private as the tenant. What only lives for a while is not: rate windows, tokens.
 */
void sandbox_save(const struct sandbox *s, struct buf *to);
/* Moves with every change, so that whoever saves knows when there is something new. */
uint64_t sandbox_changes(const struct sandbox *s);

/* While it is hushed, what is asked is no history: no events, no limits, no faults, not counted. */
void sandbox_hush(struct sandbox *s, bool on);

/* Appends what is modelled, a line each: "GET /api/v1/users/{id}". */
void sandbox_routes(struct buf *to);

/*
 * Deliveries to event hooks that wait, the oldest first; what *ret points to is valid until it is done. Status 0:
 * no answer. What failed for a reason that may pass is tried once more (Okta: "Event hooks").
 */
bool sandbox_out_next(struct sandbox *s, struct sandbox_out *ret);
void sandbox_out_done(struct sandbox *s, uint64_t tag, uint16_t status);
