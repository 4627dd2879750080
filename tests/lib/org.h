/*
 * A local tenant for a test: set up with a fake clock at 2026-01-01 and the token "t", asked in one line a call.
 * A call whose status is not the expected one fails the test and shows the answer.
 */
#pragma once

#include "tests/lib/t.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/js.h"
#include "providers/sandbox/sandbox.h"

enum { ORG_TEXTS = 64 };

struct org {
	struct clock_fake clock;
	struct sandbox *s;
	struct sandbox_res res;
	struct js *doc; /* of the last answer */
	/* the world outside, for event hooks; NULL: nobody answers */
	int (*endpoint)(struct org *o, const struct sandbox_out *out, struct buf *ret_body);
	struct buf texts[ORG_TEXTS];
	int next;
};

/* cmocka's set-up and tear-down; *state is a struct org. */
int org_set_up(void **state);
int org_tear_down(void **state);

/* A text made on the spot, ' standing for "; the last ORG_TEXTS stay. */
const char *org_say(struct org *o, const char *fmt, ...) PRINTF(2, 3);
/* Sends and expects a status; in body, which may be NULL, ' stands for ". auth NULL: no credentials. */
void org_ask_as(struct org *o, const char *auth, unsigned status, const char *method,
	const char *path, const char *body);
void org_ask(
	struct org *o, unsigned status, const char *method, const char *path, const char *body);
/* A string of the last answer, along "a.b"; "" when there is none. */
const char *org_text(struct org *o, const char *path);
/* The id of what a POST made; valid as long as org_say's texts. */
const char *org_made(struct org *o, const char *path, const char *body);
const char *org_user(struct org *o, const char *name, const char *department);
const char *org_group(struct org *o, const char *name);
/* How many a list has. */
size_t org_count(struct org *o, const char *path);
/* The first item of a list that has this string along the path, or NULL. */
const struct js *org_find(const struct js *list, const char *path, const char *value);
/* Do the last answer's headers hold this text? */
bool org_has_header(const struct org *o, const char *text);
void org_error_is(struct org *o, const char *code);
