/*
 * Hashes: XXH3 for tables, SHA-256 for ids that people see.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

#include <stdint.h>

uint64_t hash64(struct slice s);
/* Appends the 64 lower-case hex digits of SHA-256(s). */
void hash_add_sha256(struct buf *b, struct slice s);
