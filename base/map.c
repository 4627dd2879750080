#include "base/map.h"

#include <stdlib.h>

#include "base/xalloc.h"

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= 0xff51afd7ed558ccdULL;
	x ^= x >> 33;
	x *= 0xc4ceb9fe1a85ec53ULL;
	return x ^ x >> 33;
}

void map_release(struct map *m)
{
	free(m->slots);
	*m = (struct map)MAP_INIT;
}

static struct map_slot *find(const struct map *m, uint64_t key)
{
	uint32_t mask = m->cap - 1;
	uint32_t i = (uint32_t)mix(key) & mask;

	while (m->slots[i].used && m->slots[i].key != key)
		i = (i + 1) & mask;
	return &m->slots[i];
}

uint32_t map_get(const struct map *m, uint64_t key)
{
	const struct map_slot *s;

	if (!m->cap)
		return MAP_NONE;
	s = find(m, key);
	return s->used ? s->val : MAP_NONE;
}

static void grow(struct map *m)
{
	struct map old = *m;

	if (old.cap > UINT32_MAX / 4)
		BUG("a map outgrew 2^30 slots");
	m->cap = old.cap ? old.cap * 2 : 32;
	m->slots = xcalloc(m->cap, sizeof(*m->slots));
	for (uint32_t i = 0; i < old.cap; i++) {
		if (old.slots[i].used)
			*find(m, old.slots[i].key) = old.slots[i];
	}
	free(old.slots);
}

uint32_t map_set(struct map *m, uint64_t key, uint32_t val)
{
	struct map_slot *s;
	uint32_t was;

	if (!m->cap || (uint64_t)m->n * 4 >= (uint64_t)m->cap * 3)
		grow(m);
	s = find(m, key);
	if (!s->used) {
		*s = (struct map_slot){.key = key, .val = val, .used = 1};
		m->n++;
		return MAP_NONE;
	}
	was = s->val;
	s->val = val;
	return was;
}

void map_del(struct map *m, uint64_t key)
{
	uint32_t mask = m->cap - 1, hole, i;

	if (!m->cap)
		return;
	hole = (uint32_t)(find(m, key) - m->slots);
	if (!m->slots[hole].used)
		return;
	/* what stands behind the hole and was to stand in it or before moves up */
	for (i = (hole + 1) & mask; m->slots[i].used; i = (i + 1) & mask) {
		uint32_t home = (uint32_t)mix(m->slots[i].key) & mask;

		if (((i - home) & mask) < ((i - hole) & mask))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole].used = 0;
	m->n--;
}
