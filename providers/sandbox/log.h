/*
 * The System Log: one event for each change, in the order in which they were made. Written by the dispatcher from
 * a route's event word; handlers only say what the word cannot (c->event) or what Okta itself did (log_system).
 */
#pragma once

#include "providers/sandbox/core.h"

/* Before a handler runs: what its path names, as it is then. */
void log_before(struct call *c, const struct route *r);
/* After a handler that answered 2xx. */
void log_after(struct call *c, const struct route *r);
/* What Okta does by itself in the wake of a request; detail is JSON of a debugData member, or NULL. */
void log_system(struct sandbox *s, const char *type, const struct obj *a, const struct obj *b,
	const char *detail);
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
