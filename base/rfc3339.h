/*
 * Times as Okta prints them: 2026-01-31T10:00:00.000Z.
 */
#pragma once

#include "base/buf.h"

#include <stdint.h>

void rfc3339_add(struct buf *b, int64_t unix_s);
