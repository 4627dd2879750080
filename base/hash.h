/*
 * Hashes: XXH3 for tables, SHA-256 for ids that people see.
 */
#pragma once

#include "base/buf.h"
#include "base/slice.h"

#include <stdint.h>

enum { HASH_SHA256_BYTES = 32 };

uint64_t hash64(struct slice s);
void hash_sha256(struct slice s, unsigned char ret[HASH_SHA256_BYTES]);
/* Appends the 64 lower-case hex digits of SHA-256(s). */
void hash_add_sha256(struct buf *b, struct slice s);
