/*
 * Times as Okta prints them, 2026-01-31T10:00:00.000Z, and as HTTP does, Sat, 31 Jan 2026 10:00:00 GMT.
 */
#pragma once

#include "base/buf.h"

#include <stdint.h>

void rfc3339_add(struct buf *b, int64_t unix_s);
void http_date_add(struct buf *b, int64_t unix_s);
