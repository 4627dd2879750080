/*
 * The System Log: one event for each change, in the order in which they were made. Written by the dispatcher from
 * a route's event word; handlers only say what the word cannot (c->event) or what Okta itself did (log_system).
 */
#pragma once

#include "providers/sandbox/core.h"

/* Before a handler runs: what its path names, as it is then. */
void log_before(struct call *c, const struct route *r);
/* After any handler: the route's event where it answered 2xx, then what log_also and log_system told meanwhile. */
void log_after(struct call *c, const struct route *r);

enum { NOTE_TARGETS = 2 };
/* An event besides the route's own: what it is about, up to the first NULL, and JSON for debugData, or NULL. */
struct log_note {
	const char *type;
	const struct obj *target[NOTE_TARGETS];
	const char *detail;
};
/* Names another target of the route's event, as it is now: what the path does not tell, or what is about to go. */
void log_target(struct call *c, const struct obj *o);
/* What the caller did too. */
void log_also(struct call *c, const struct log_note *n);
/* What Okta does by itself in the wake of a request: it shares the transaction, not the request. */
void log_system(struct sandbox *s, const struct log_note *n);
/* Puts what was told behind what there is; for what happens outside of requests. */
void log_flush(struct sandbox *s);
void log_free(struct log *l);

/* What is kept: log_count() events, the first of which is the log_dropped()th ever. nth counts from 0. */
uint32_t log_count(const struct sandbox *s);
uint64_t log_dropped(const struct sandbox *s);
int64_t log_time(const struct sandbox *s, uint32_t nth); /* unix seconds */
const char *log_type(const struct sandbox *s, uint32_t nth);
/* As Okta prints it. */
void log_print(struct buf *b, const struct sandbox *s, uint32_t nth);

/* Each event as a line of JSON, and back; false when the line is none. */
void log_save(const struct sandbox *s, struct buf *to);
bool log_load(struct sandbox *s, const struct js *line);

/* --- between log.c and log_write.c --- */

/* The fields of an event, in their order in its text, each ended by a NUL; the targets' follow. */
enum log_field {
	F_TYPE,
	F_ACTOR_ID,
	F_ACTOR_TYPE,
	F_ACTOR_ALT,
	F_ACTOR_NAME,
	F_TOKEN,
	F_REQUEST,
	F_METHOD,
	F_URI,
	F_PEER,
	F_AGENT,
	F_DETAIL, /* JSON: members of debugData */
	F_CHANGE, /* JSON: what an update changed of the first target */
	F_COUNT
};
enum {
	TARGET_FIELDS = 5, /* type, id, alternateId, displayName, JSON of detailEntry */
	LOG_TEXT_MAX = 64 << 10,
	LOG_FIELD_MAX = 1024,
	LOG_JSON_MAX = 8 << 10,
	LOG_TARGETS_MAX = ARG_MAX + 4,
};
/* Appends a field; what is too long is cut. */
void log_put(struct buf *b, struct slice s);
/* A field of JSON: what is too long is left out. */
void log_put_json(struct buf *b, struct slice s);
/* wake: it is to stand behind the request's own event. */
void log_keep(struct sandbox *s, const struct buf *text, uint8_t ntargets, bool wake);
