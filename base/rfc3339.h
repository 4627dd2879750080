/*
 * Times as Okta prints them, 2026-01-31T10:00:00.000Z, and as HTTP does, Sat, 31 Jan 2026 10:00:00 GMT. Read are all
 * forms of RFC 3339, and dates alone.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

void rfc3339_add(struct buf *b, int64_t unix_s);
void http_date_add(struct buf *b, int64_t unix_s);
/* Seconds since 1970, fractions cut off; false when s is no time between 1970 and 9999. */
bool rfc3339_parse(struct slice s, int64_t *ret_unix_s);
