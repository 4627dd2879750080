/*
 * The local tenant as a transport, in process: no sockets, no threads, no waiting. With a fake clock,
 * waiting for a time moves the clock there.
 */
#pragma once

#include "base/clock.h"
#include "base/http.h"
#include "providers/sandbox/sandbox.h"

struct transport_mem;

/* clock is moved by waits that nothing answers; NULL: time stands still. authorization as sent by a client. */
struct transport_mem *transport_mem_new(
	struct sandbox *s, struct clock_fake *clock, const char *authorization);
void transport_mem_free(struct transport_mem *t);
AUTO_FREE(transport_mem);
struct transport transport_mem_of(struct transport_mem *t);
