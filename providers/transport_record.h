/*
 * A transport around another that writes one JSON line for each request: method, path, size. No
 * bodies, no headers: nothing secret. Proves what was sent.
 */
#pragma once

#include "base/http.h"

#include <stdio.h>

struct transport_record;

/* out is the caller's, and stays open; lines are flushed one by one. */
struct transport_record *transport_record_new(struct transport inner, FILE *out);
void transport_record_free(struct transport_record *t);
AUTO_FREE(transport_record);
struct transport transport_record_of(struct transport_record *t);
