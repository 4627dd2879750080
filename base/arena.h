/*
 * A bump allocator: one arena a phase, freed whole. Nothing is ever freed inside one.
 * Built with -DARENA_MALLOC each allocation is a malloc of its own, so that ASan and valgrind see it.
 */
#pragma once

#include "base/attr.h"
#include "base/slice.h"

#include <stddef.h>

struct arena_block;
struct arena {
	struct arena_block *head;
};

#define ARENA_INIT                                                                                 \
	{                                                                                          \
		NULL                                                                               \
	}

/* Zeroed, aligned for any type. */
void *arena_alloc(struct arena *a, size_t bytes) MUST_CHECK;
/* n elements of size bytes; the product is checked. */
void *arena_array(struct arena *a, size_t n, size_t size) MUST_CHECK;
/* A NUL-terminated copy. */
char *arena_str(struct arena *a, struct slice s) MUST_CHECK;
struct slice arena_slice(struct arena *a, struct slice s) MUST_CHECK;
void arena_release(struct arena *a);
