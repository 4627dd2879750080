#include "base/pool.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/vec.h"
#include "base/xalloc.h"

struct entry {
	const char *p;
	uint32_t n, hash;
};

struct pool {
	struct arena text;
	VEC(struct entry) entries;
	strid *table;
	uint32_t cap;
};

struct pool *pool_new(void)
{
	struct pool *p = xcalloc(1, sizeof(*p));

	vec_push(&p->entries, (struct entry){.p = "", .n = 0, .hash = 0});
	p->cap = 64;
	p->table = xcalloc(p->cap, sizeof(*p->table));
	return p;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	arena_release(&p->text);
	vec_free(&p->entries);
	free(p->table);
	free(p);
}

static strid *find(const struct pool *p, struct slice s, uint32_t hash)
{
	uint32_t i = hash & (p->cap - 1);

	while (p->table[i]) {
		const struct entry *e = &p->entries.v[p->table[i]];

		if (e->hash == hash && slice_eq((struct slice){e->p, e->n}, s))
			break;
		i = (i + 1) & (p->cap - 1);
	}
	return &p->table[i];
}

static void grow(struct pool *p)
{
	free(p->table);
	p->cap *= 2;
	p->table = xcalloc(p->cap, sizeof(*p->table));
	for (uint32_t id = 1; id < p->entries.n; id++) {
		uint32_t i = p->entries.v[id].hash & (p->cap - 1);

		while (p->table[i])
			i = (i + 1) & (p->cap - 1);
		p->table[i] = id;
	}
}

strid pool_add(struct pool *p, struct slice s)
{
	uint32_t hash = (uint32_t)hash64(s);
	strid *slot = find(p, s, hash);

	if (*slot)
		/* cppcheck-suppress identicalInnerCondition */
		return *slot;
	if (s.n > UINT32_MAX)
		BUG("a string of %zu bytes", s.n);
	*slot = p->entries.n;
	vec_push(&p->entries,
		(struct entry){.p = arena_str(&p->text, s), .n = (uint32_t)s.n, .hash = hash});
	if ((uint64_t)p->entries.n * 2 > p->cap)
		grow(p);
	return p->entries.n - 1;
}

strid pool_adds(struct pool *p, const char *s)
{
	return pool_add(p, slice_of(s));
}

strid pool_find(const struct pool *p, struct slice s)
{
	return *find(p, s, (uint32_t)hash64(s));
}

struct slice pool_get(const struct pool *p, strid id)
{
	if (id >= p->entries.n)
		BUG("string %u of %u", id, p->entries.n);
	return (struct slice){p->entries.v[id].p, p->entries.v[id].n};
}

const char *pool_str(const struct pool *p, strid id)
{
	return pool_get(p, id).p;
}

strid pool_add_fold(struct pool *p, struct slice s)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_add_lower(&b, s);
	return pool_add(p, buf_slice(&b));
}
