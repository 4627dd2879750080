/*
 * YAML as a tree of nodes with places. One document a file; mappings have scalar keys, each once; tags and
 * merge keys are refused; depth, size and what aliases expand to have limits. Scalars stay text: what they
 * mean is said by the field they stand in (YAML 1.2's core rules where nothing says it, see yaml_core).
 */
#pragma once

#include "base/arena.h"
#include "base/diag.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum node_type { NODE_SCALAR, NODE_LIST, NODE_MAP };

struct node;
struct node_pair {
	struct node *key, *val;
};

struct node {
	enum node_type type;
	bool plain; /* a scalar without quotes */
	uint32_t line, col;
	uint32_t n;      /* elements, or pairs */
	uint32_t weight; /* nodes in this tree, aliases counted where they stand */
	struct slice text;
	union {
		struct node **items;
		struct node_pair *pairs;
	};
};

enum {
	YAML_MAX_FILE = 64 << 20,
	YAML_MAX_SCALAR = 64 << 10,
	YAML_MAX_DEPTH = 64,
	YAML_MAX_ALIASED = 100000,
};

/*
 * Reads text; what is wrong goes to d. Returns the root, or NULL for an empty document (allowed when
 * *ret_ok) or a broken one. Nodes live in a; file must live as long.
 */
struct node *yaml_load(
	struct slice text, const char *file, struct arena *a, struct diags *d, bool *ret_ok);

struct node *node_get(const struct node *map, const char *key);
struct srcloc node_at(const struct node *n, const char *file);
static inline srcmark node_mark(const struct node *n)
{
	return mark_of(n->line, n->col);
}

enum core_type { CORE_NULL, CORE_BOOL, CORE_INT, CORE_REAL, CORE_STR };
/* What a scalar is by YAML 1.2's core schema: "NO" and "0123" are text, "0x1F" is not supported. */
enum core_type yaml_core(const struct node *n, bool *ret_bool, int64_t *ret_int, double *ret_real);
bool node_is_null(const struct node *n);
