#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct arena_block {
	struct arena_block *next;
	size_t used, cap;
	alignas(max_align_t) char bytes[];
};

static struct arena_block *block_new(struct arena *a, size_t cap)
{
	struct arena_block *b = xcalloc(1, sizeof(*b) + cap);

	b->cap = cap;
	b->next = a->head;
	a->head = b;
	return b;
}

#ifdef ARENA_MALLOC
void *arena_alloc(struct arena *a, size_t bytes)
{
	return block_new(a, bytes)->bytes;
}
#else
enum { BLOCK_BYTES = 64 * 1024 };

/* A block of its own; the one that was open stays open. */
static void *alloc_big(struct arena *a, size_t want)
{
	struct arena_block *open = a->head, *big = block_new(a, want);

	big->used = want;
	if (open) {
		a->head = open;
		big->next = open->next;
		open->next = big;
	}
	return big->bytes;
}

void *arena_alloc(struct arena *a, size_t bytes)
{
	size_t want = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	struct arena_block *b = a->head;
	void *p;

	if (want < bytes)
		BUG("arena asked for %zu bytes", bytes);
	if (!b || b->cap - b->used < want) {
		if (want > BLOCK_BYTES / 4)
			return alloc_big(a, want);
		b = block_new(a, BLOCK_BYTES);
	}
	p = b->bytes + b->used;
	b->used += want;
	return p;
}
#endif

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size && n > SIZE_MAX / size)
		BUG("arena array of %zu elements", n);
	return arena_alloc(a, n * size);
}

char *arena_str(struct arena *a, struct slice s)
{
	char *p = arena_alloc(a, s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	return p;
}

struct slice arena_slice(struct arena *a, struct slice s)
{
	return (struct slice){arena_str(a, s), s.n};
}

void arena_release(struct arena *a)
{
	while (a->head) {
		struct arena_block *b = a->head;

		a->head = b->next;
		free(b);
	}
}
