/*
 * reconcile/limiter: rate limits as arithmetic.
 */
#include "tests/lib/t.h"

#include "reconcile/limiter.h"

static const struct limits nothing = {.known = false};

static struct limits said(uint32_t limit, uint32_t remaining, int64_t reset_in_s)
{
	return (struct limits){true, limit, remaining, reset_in_s};
}

static void test_limiter__knows_buckets_by_name(void **state)
{
	struct limiter l = {.share_pct = 50};
	const char other[] = "/a";

	(void)state;
	assert_int_equal(limiter_bucket(&l, "/a"), 0);
	assert_int_equal(limiter_bucket(&l, "/b"), 1);
	assert_int_equal(limiter_bucket(&l, other), 0);
	assert_int_equal(l.n, 2);
}

static void test_limiter__an_unknown_bucket_is_free(void **state)
{
	struct limiter l = {.share_pct = 50};
	uint16_t b = limiter_bucket(&l, "/a");

	(void)state;
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(limiter_wait_ms(&l, b, 5), 0);
		limiter_sent(&l, b, 5);
	}
}

static void test_limiter__takes_its_share_and_waits_for_the_reset(void **state)
{
	struct limiter l = {.share_pct = 50};
	uint16_t b = limiter_bucket(&l, "/a");
	int sent = 0;

	(void)state;
	while (!limiter_wait_ms(&l, b, 1000)) {
		limiter_sent(&l, b, 1000);
		sent++;
		limiter_saw(&l, b, said(100, (uint32_t)(100 - sent), 30), 1000);
	}
	assert_int_equal(sent, 50);
	/* to the reset and a second */
	assert_int_equal(limiter_wait_ms(&l, b, 1000), 31000);
	assert_int_equal(limiter_wait_ms(&l, b, 31999), 1);
	assert_int_equal(limiter_wait_ms(&l, b, 32000), 0);
	/* a new window */
	limiter_sent(&l, b, 32000);
	assert_int_equal(l.b[b].used, 1);
	assert_int_equal(limiter_wait_ms(&l, b, 32000), 0);
}

static void test_limiter__others_use_the_bucket_too(void **state)
{
	struct limiter l = {.share_pct = 50};
	uint16_t b = limiter_bucket(&l, "/a");

	(void)state;
	limiter_sent(&l, b, 0);
	limiter_saw(&l, b, said(100, 2, 30), 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 0);
	limiter_sent(&l, b, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 0);
	/* two in flight: nothing remains for a third */
	limiter_sent(&l, b, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 31000);
}

static void test_limiter__what_is_in_flight_counts_in_the_next_window(void **state)
{
	struct limiter l = {.share_pct = 100};
	uint16_t b = limiter_bucket(&l, "/a");

	(void)state;
	limiter_sent(&l, b, 0);
	limiter_saw(&l, b, said(3, 2, 9), 0);
	limiter_sent(&l, b, 0);
	limiter_sent(&l, b, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 10000);
	limiter_sent(&l, b, 10000);
	assert_int_equal(l.b[b].used, 3);
	assert_int_equal(limiter_wait_ms(&l, b, 10000), 61000);
}

static void test_limiter__a_share_is_at_least_one(void **state)
{
	struct limiter l = {.share_pct = 1};
	uint16_t b = limiter_bucket(&l, "/a");

	(void)state;
	limiter_sent(&l, b, 0);
	limiter_saw(&l, b, said(5, 4, 0), 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 1000);
	assert_int_equal(limiter_wait_ms(&l, b, 1000), 0);
}

static void test_limiter__a_refusal_holds_until_the_reset(void **state)
{
	struct limiter l = {.share_pct = 50};
	uint16_t b = limiter_bucket(&l, "/a"), other = limiter_bucket(&l, "/b");

	(void)state;
	limiter_sent(&l, b, 0);
	limiter_saw(&l, b, said(100, 0, 20), 0);
	limiter_refused(&l, b, said(100, 0, 20), 1500, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 21000);
	assert_int_equal(limiter_wait_ms(&l, other, 0), 0);
	/* a later, shorter one does not make it less */
	limiter_refused(&l, b, nothing, 1500, 100);
	assert_int_equal(limiter_wait_ms(&l, b, 100), 20900);
	assert_int_equal(limiter_wait_ms(&l, b, 21000), 0);
}

static void test_limiter__a_refusal_that_says_nothing_holds_for_a_while(void **state)
{
	struct limiter l = {.share_pct = 50};
	uint16_t b = limiter_bucket(&l, "/a");

	(void)state;
	limiter_sent(&l, b, 0);
	limiter_saw(&l, b, nothing, 0);
	limiter_refused(&l, b, nothing, 1500, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 1500);
	/* a limit of 0 is about how many at once: its reset is no promise */
	limiter_refused(&l, b, said(0, 0, 60), 2000, 0);
	assert_int_equal(limiter_wait_ms(&l, b, 0), 2000);
	assert_int_equal(l.b[b].in_flight, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limiter__knows_buckets_by_name),
		cmocka_unit_test(test_limiter__an_unknown_bucket_is_free),
		cmocka_unit_test(test_limiter__takes_its_share_and_waits_for_the_reset),
		cmocka_unit_test(test_limiter__others_use_the_bucket_too),
		cmocka_unit_test(test_limiter__what_is_in_flight_counts_in_the_next_window),
		cmocka_unit_test(test_limiter__a_share_is_at_least_one),
		cmocka_unit_test(test_limiter__a_refusal_holds_until_the_reset),
		cmocka_unit_test(test_limiter__a_refusal_that_says_nothing_holds_for_a_while),
	};

	return t_run("limiter", tests);
}
