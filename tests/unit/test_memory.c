/*
 * base/arena, base/pool, base/map, base/vec.
 */
#include "tests/lib/t.h"

#include "base/arena.h"
#include "base/map.h"
#include "base/pool.h"
#include "base/rng.h"
#include "base/vec.h"

static void test_arena__gives_zeroed_aligned_memory(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	for (size_t n = 1; n < 300; n++) {
		unsigned char *p = arena_alloc(&a, n);

		assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(p[i], 0);
		memset(p, 0xff, n);
	}
	arena_release(&a);
	assert_null(a.head);
}

static void test_arena__large_pieces_leave_the_open_block_open(void **state)
{
	struct arena a = ARENA_INIT;
	char *small, *big, *next;

	(void)state;
	small = arena_alloc(&a, 16);
	big = arena_alloc(&a, 100000);
	next = arena_alloc(&a, 16);
	memset(small, 1, 16);
	memset(big, 2, 100000);
	memset(next, 3, 16);
	assert_int_equal(small[15], 1);
	assert_int_equal(big[99999], 2);
#ifndef ARENA_MALLOC
	assert_ptr_equal(next, small + 16);
#endif
	arena_release(&a);
}

static void test_arena__copies_text(void **state)
{
	struct arena a = ARENA_INIT;

	(void)state;
	assert_string_equal(arena_str(&a, SLICE("abc")), "abc");
	assert_string_equal(arena_str(&a, (struct slice){NULL, 0}), "");
	t_slice(arena_slice(&a, SLICE("abc")), "abc");
	assert_non_null(arena_array(&a, 0, 8));
	arena_release(&a);
}

static void test_pool__equal_text_is_an_equal_number(void **state)
{
	AUTO_PTR(pool) p = pool_new();
	strid a = pool_adds(p, "a"), b = pool_adds(p, "b");

	(void)state;
	assert_int_not_equal(a, 0);
	assert_int_not_equal(a, b);
	assert_int_equal(pool_add(p, SLICE("a")), a);
	assert_int_equal(pool_find(p, SLICE("b")), b);
	assert_int_equal(pool_find(p, SLICE("c")), 0);
	t_slice(pool_get(p, 0), "");
	assert_string_equal(pool_str(p, b), "b");
	assert_int_equal(pool_add_fold(p, SLICE("A")), a);
	assert_int_not_equal(pool_add(p, SLICE("A")), a);
	assert_int_not_equal(pool_add(p, SLICE("a\0b")), a);
}

static void test_pool__holds_many(void **state)
{
	AUTO_PTR(pool) p = pool_new();
	char text[32];
	struct slice first = {NULL, 0};

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "text %u", i);
		assert_int_equal(pool_adds(p, text), i + 1);
		if (i == 0)
			first = pool_get(p, 1);
	}
	t_slice(first, "text 0");
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(text, sizeof(text), "text %u", i);
		assert_int_equal(pool_find(p, slice_of(text)), i + 1);
	}
}

static void test_map__keeps_what_was_set_last(void **state)
{
	struct map m = MAP_INIT;

	(void)state;
	assert_int_equal(map_get(&m, 1), MAP_NONE);
	assert_int_equal(map_set(&m, 1, 10), MAP_NONE);
	assert_int_equal(map_set(&m, 1, 11), 10);
	assert_int_equal(map_get(&m, 1), 11);
	assert_int_equal(map_set(&m, 0, 0), MAP_NONE);
	assert_true(map_has(&m, 0));
	assert_false(map_has(&m, map_key(1, 0)));
	assert_int_equal(m.n, 2);
	map_release(&m);
	assert_int_equal(map_get(&m, 1), MAP_NONE);
}

static void test_map__forgets_what_was_removed_and_nothing_else(void **state)
{
	enum { KEYS = 300, STEPS = 20000 };
	struct map m = MAP_INIT;
	bool there[KEYS] = {false};
	struct rng r = {5};
	uint32_t cap = 0;

	(void)state;
	map_del(&m, 1);
	for (int i = 0; i < STEPS; i++) {
		uint32_t k = rng_below(&r, KEYS);

		if (there[k])
			map_del(&m, k);
		else
			map_set(&m, k, k);
		there[k] = !there[k];
		k = rng_below(&r, KEYS);
		assert_int_equal(map_get(&m, k), there[k] ? k : MAP_NONE);
		if (i == STEPS / 2)
			cap = m.cap;
	}
	for (uint32_t k = 0; k < KEYS; k++)
		assert_int_equal(map_get(&m, k), there[k] ? k : MAP_NONE);
	assert_int_equal(m.cap, cap);
	map_release(&m);
}

static void test_map__holds_many(void **state)
{
	struct map m = MAP_INIT;
	struct rng r = {.s = 1};

	(void)state;
	for (uint32_t i = 0; i < 20000; i++)
		map_set(&m, rng_next(&r), i);
	r.s = 1;
	for (uint32_t i = 0; i < 20000; i++)
		assert_int_equal(map_get(&m, rng_next(&r)), i);
	assert_int_equal(map_get(&m, rng_next(&r)), MAP_NONE);
	map_release(&m);
}

static int by_value(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static void test_vec__grows_and_sorts(void **state)
{
	VEC(int) v = {0};

	(void)state;
	vec_sort(&v, by_value);
	for (int i = 0; i < 1000; i++)
		vec_push(&v, 999 - i);
	vec_sort(&v, by_value);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(v.v[i], i);
	vec_free(&v);
	assert_int_equal(v.n, 0);
}

static void test_rng__is_the_same_everywhere(void **state)
{
	struct rng r = {.s = 0};

	(void)state;
	assert_true(rng_next(&r) == 0xe220a8397b1dcdafULL);
	assert_int_equal(rng_below(&r, 0), 0);
	assert_int_equal(rng_below(&r, 1), 0);
	for (int i = 0; i < 100; i++)
		assert_true(rng_below(&r, 7) < 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arena__gives_zeroed_aligned_memory),
		cmocka_unit_test(test_arena__large_pieces_leave_the_open_block_open),
		cmocka_unit_test(test_arena__copies_text),
		cmocka_unit_test(test_pool__equal_text_is_an_equal_number),
		cmocka_unit_test(test_pool__holds_many),
		cmocka_unit_test(test_map__keeps_what_was_set_last),
		cmocka_unit_test(test_map__forgets_what_was_removed_and_nothing_else),
		cmocka_unit_test(test_map__holds_many),
		cmocka_unit_test(test_vec__grows_and_sorts),
		cmocka_unit_test(test_rng__is_the_same_everywhere),
	};

	return t_run("memory", tests);
}
