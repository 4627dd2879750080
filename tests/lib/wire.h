/*
 * A transport around another, for tests: it remembers what was sent, and it presses Ctrl-C when a case says so.
 */
#pragma once

#include "base/buf.h"
#include "base/http.h"
#include "base/vec.h"

#include <signal.h>

/* What must leave the program in a body, and nowhere else. */
struct wire_secret {
	const char *name, *value;
};

struct wire {
	struct transport inner;
	struct buf wrote, read; /* lines "METHOD /path"; read: the GETs */
	VEC(struct wire_secret) secrets;
	struct slice stop_at; /* "METHOD /path", how the request begins that sets stop; n 0: none */
	volatile sig_atomic_t *stop;
};

void wire_release(struct wire *w);
struct transport wire_of(struct wire *w);
