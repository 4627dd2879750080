/*
 * One open-addressing table from a 64-bit key to a 32-bit value. Two strids make a key:
 * map_key(kind, id). Iteration order means nothing, so there is no iteration.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	uint32_t val;
	uint32_t used;
};

struct map {
	struct map_slot *slots;
	uint32_t n, cap;
};

#define MAP_INIT                                                                                   \
	{                                                                                          \
		NULL, 0, 0                                                                         \
	}
#define MAP_NONE UINT32_MAX

static inline uint64_t map_key(uint32_t hi, uint32_t lo)
{
	return (uint64_t)hi << 32 | lo;
}

void map_release(struct map *m);
/* The value of key, or MAP_NONE. */
uint32_t map_get(const struct map *m, uint64_t key);
static inline bool map_has(const struct map *m, uint64_t key)
{
	return map_get(m, key) != MAP_NONE;
}
/* Sets key to val, whatever it was; returns what it was, or MAP_NONE. val is not MAP_NONE. */
uint32_t map_set(struct map *m, uint64_t key, uint32_t val);
/* Forgets key, if it was there. */
void map_del(struct map *m, uint64_t key);
