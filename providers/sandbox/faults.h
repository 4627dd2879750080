/*
 * Scripted faults: what goes wrong, when, and for which requests. A script is lines; '#' begins a comment, and
 * each line that says something is a rule of this form:
 *
 *     rule    = {when} [METHOD PATH] effect {option}
 *     when    = "after" N                    the first N requests that fit pass
 *             | "every" N                    of the rest, each Nth
 *             | "with" "probability" N"%"    of these, by chance; the tenant's seed decides
 *     METHOD  = GET | POST | PUT | PATCH | DELETE | *
 *     PATH    = as in "/api/v1/zones/{id}": a segment that is "*", or in braces, stands for any; "**" as the
 *               last one for any number; "?name" behind it asks for a parameter of the query
 *     effect  = "answer" STATUS [CODE]       an error, and nothing is done; without CODE, Okta's for it
 *             | "reset" ("before"|"after")   the connection breaks instead of the answer: nothing is
 *                                            done, or all of it
 *             | "delay" TIME                 the answer begins so much later
 *             | "slow" N"/s"                 the body comes at N bytes a second
 *             | "truncate" N"%"              the connection breaks behind so much of the body
 *             | "expire" "token"             what this request is authorized by is good no more
 *             | "lag" "search" TIME          lists with search= show users and groups as they were
 *             | "lag" "members" TIME         lists of a group's members likewise
 *             | "shift" "page" ["on"]        the next page begins with the last item of this one, as if one
 *                                            had come before it; or without its first, as if one had gone
 *             | "repeat" "next"              the next page of a list is this page
 *     option  = "times="N                    at most so often (expire: 1 unless it is said)
 *             | "limit="N | "remaining="N | "reset=+"N"s"
 *                                            the X-Rate-Limit headers of an answer; those of a 429 are
 *                                            there in any case
 *     TIME    = N"ms" | N"s"                 (lag: whole seconds)
 *
 * Without METHOD and PATH a rule fits every request. A request meets the rules from the first to the last, and
 * each that fits counts it; the effects of those whose turn it is add up. "answer" and "reset" are an end: rules
 * below do not see the request.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/rng.h"
#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>

enum effect {
	EF_ANSWER,
	EF_RESET_BEFORE,
	EF_RESET_AFTER,
	EF_DELAY,
	EF_SLOW,
	EF_TRUNCATE,
	EF_EXPIRE,
	EF_LAG_SEARCH,
	EF_LAG_MEMBERS,
	EF_SHIFT,
	EF_SHIFT_ON,
	EF_REPEAT,
};

struct fault {
	uint32_t line;
	char *text;
	/* when */
	uint32_t after, every, percent, times;
	const char *method; /* NULL: any */
	char *path, *query; /* NULL: any */
	bool below;
	/* what */
	enum effect effect;
	uint32_t amount; /* status, ms, bytes/s, %, or s */
	char code[9];
	int64_t limit, remaining, reset_s; /* -1: not given */
	/* what has come of it */
	uint64_t seen, done;
	bool due;            /* for the request under way */
	char *cursor, *item; /* of the page before: where it ended, and with what */
};

struct lag;
enum { EXPIRED_MAX = 64 };
struct faults {
	VEC(struct fault) rules;
	struct rng rng;
	struct lag *lag; /* NULL: no rule asks for it */
	uint64_t expired[EXPIRED_MAX];
	uint32_t nexpired; /* counted on; the oldest is forgotten */
};

/* A script as rules; the error names the line. *ret_f is the caller's. */
int faults_parse(struct slice script, const char *name, uint64_t seed, struct faults **ret_f,
	struct err *e) MUST_CHECK;
void faults_free(struct faults *f);
AUTO_FREE(faults);
/* The rules as a JSON list: line, text, and how often each was seen and done. */
void faults_write(struct buf *b, const struct faults *f);

struct call;
/* Counts the request, and does what comes before it is answered; false when it is answered then. */
bool faults_before(struct faults *f, struct call *c);
/* Does to the answer what its rules say. */
void faults_after(struct faults *f, struct call *c);

/* lag.c: what changed lately, to show how it was before */
struct lag *lag_new(uint32_t search_s, uint32_t members_s);
void lag_free(struct lag *l);
/* Before a change: remembers what it may change. */
void lag_watch(struct lag *l, struct call *c);
/* After it: keeps what it did. */
void lag_saw(struct lag *l, struct call *c);
/* Turns the store back for the list under way, by so many seconds, and forward again. */
void lag_back(struct lag *l, struct call *c, uint32_t search_s, uint32_t members_s);
void lag_forth(struct lag *l, struct call *c);
