/*
 * One failure, by value, on the caller's stack. Functions that can fail return int (0, or -1 with
 * *e filled), are MUST_CHECK, and take struct err *e last; it is touched only on failure and is never
 * NULL. The code says what the program does next (it decides the exit code), the text what a person
 * should do.
 */
#pragma once

#include "base/attr.h"

#include <stdint.h>

enum err_code {
	ERR_NONE,
	ERR_USAGE,     /* the command line */
	ERR_MANIFEST,  /* a manifest or plumb.yaml */
	ERR_GUARD,     /* a guard refused the plan */
	ERR_AUTH,      /* 401, 403 */
	ERR_REFUSED,   /* any other 4xx */
	ERR_THROTTLED, /* 429 beyond the budget of waits */
	ERR_NET,       /* no answer, or 5xx to the end */
	ERR_STALE,     /* the tenant moved since it was read */
	ERR_LOCKED,    /* somebody else holds the lock */
	ERR_STATE,     /* the state file */
	ERR_SYS,       /* the operating system */
	ERR_CANCELLED, /* Ctrl-C */
};

/* Exit codes; docs/manual.md lists them. */
enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_CHANGES = 2,
	EXIT_GUARD = 3,
	EXIT_PARTIAL = 4,
	EXIT_STALE = 5,
	EXIT_USAGE = 64,
};

struct http_note {
	uint16_t status; /* 0: no exchange stands behind this error */
	char code[12], request_id[48];
};

struct err {
	enum err_code code;
	struct http_note http;
	char msg[512]; /* NUL-terminated, outermost context first */
};

#define ERR_INIT                                                                                   \
	{                                                                                          \
		.code = ERR_NONE, .http = {0, "", ""}, .msg = ""                                   \
	}

/* Fills *e and returns -1. */
int err_set(struct err *e, enum err_code code, const char *fmt, ...) PRINTF(3, 4);
/* As err_set with ": strerror(errno)" behind the text and ERR_SYS. */
int err_sys(struct err *e, const char *fmt, ...) PRINTF(2, 3);
/* Puts "context: " in front of the message that is there; returns -1. */
int err_in(struct err *e, const char *fmt, ...) PRINTF(2, 3);
enum exit_code err_exit(const struct err *e);
