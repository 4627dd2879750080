/*
 * A transport around another, for tests: it remembers what was sent, and it spoils what a case tells it to.
 */
#pragma once

#include "base/buf.h"
#include "base/http.h"
#include "base/vec.h"

#include <signal.h>

struct wire_fault {
	long long left; /* how often */
	const char *method;
	struct slice target; /* how the request's path begins */
	enum { FAULT_STATUS, FAULT_LOST, FAULT_STOP } what;
	uint16_t status;
};

struct wire_answer {
	uint64_t tag;
	uint16_t status;
};

/* What must leave the program in a body, and nowhere else. */
struct wire_secret {
	const char *name, *value;
};

struct wire {
	struct transport inner;
	struct buf wrote, read; /* lines "METHOD /path"; read: the GETs */
	VEC(struct wire_fault) faults;
	VEC(struct wire_secret) secrets;
	VEC(struct wire_answer) made; /* answers that no tenant gave */
	VEC(uint64_t) lost;           /* tags of requests whose answers do not come */
	volatile sig_atomic_t *stop;
};

void wire_release(struct wire *w);
struct transport wire_of(struct wire *w);
