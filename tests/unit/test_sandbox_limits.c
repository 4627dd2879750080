/*
 * The local tenant's rate limits, under a clock that stands still.
 */
#include "tests/lib/t.h"

#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"
#include "providers/sandbox/transport_mem.h"

struct org {
	struct clock_fake clock;
	struct sandbox *s;
	struct sandbox_res res;
	const char *token;
	uint32_t in_flight;
};

static int set_up(void **state)
{
	struct org *o = xcalloc(1, sizeof(*o));
	struct sandbox_options opt = {.seed = 7, .base_url = "http://127.0.0.1:8080"};
	struct err e = ERR_INIT;

	o->clock.now_ms = 1767225617000; /* not at the start of a minute */
	opt.clock = clock_of_fake(&o->clock);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	o->token = "SSWS one";
	*state = o;
	return 0;
}

static int tear_down(void **state)
{
	struct org *o = *state;

	sandbox_free(o->s);
	sandbox_res_release(&o->res);
	free(o);
	return 0;
}

static void limits(struct org *o, const char *what)
{
	struct err e = ERR_INIT;

	t_ok(sandbox_limits(o->s, slice_of(what), "limits", &e), &e);
}

static unsigned ask(struct org *o, const char *method, const char *target)
{
	struct sandbox_req req = {.method = method,
		.target = slice_of(target),
		.authorization = slice_of(o->token),
		.in_flight = o->in_flight};

	sandbox_handle(o->s, &req, &o->res);
	return o->res.status;
}

/* The header's number, or -1. */
static long long header(const struct org *o, const char *name)
{
	const char *at = strstr(buf_str(&o->res.headers), name);
	long long v = -1;

	if (at)
		assert_int_equal(sscanf(at + strlen(name), ": %lld", &v), 1);
	return v;
}

static long long left(const struct org *o)
{
	return header(o, "X-Rate-Limit-Remaining");
}

static int refused_after(struct org *o, const char *target)
{
	int n = 0;

	while (ask(o, "GET", target) != 429 && n < 5000)
		n++;
	return n;
}

static void test_limits__refuse_what_is_more_than_a_token_s_share(void **state)
{
	struct org *o = *state;

	limits(o, "workforce");
	assert_int_equal(refused_after(o, "/api/v1/groups"), 250);
	t_contains(buf_str(&o->res.body), "E0000047");
	assert_int_equal(header(o, "X-Rate-Limit-Limit"), 250);
	assert_int_equal(left(o), 0);
	assert_int_equal(header(o, "X-Rate-Limit-Reset"), 1767225617 + 60);
}

static void test_limits__windows_begin_with_their_first_request(void **state)
{
	struct org *o = *state;

	limits(o, "workforce");
	refused_after(o, "/api/v1/groups");
	o->clock.now_ms += 59000;
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 429);
	o->clock.now_ms += 6000;
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 200);
	assert_int_equal(left(o), 249);
	assert_int_equal(header(o, "X-Rate-Limit-Reset"), 1767225617 + 65 + 60);
}

static void test_limits__the_org_s_limit_is_for_all_tokens_together(void **state)
{
	struct org *o = *state;

	limits(o, "{\"share_pct\":80,\"buckets\":{\"/api/v1/groups\":10}}");
	assert_int_equal(refused_after(o, "/api/v1/groups"), 8);
	o->token = "SSWS two";
	assert_int_equal(refused_after(o, "/api/v1/groups"), 2);
	o->token = "SSWS three";
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 429);
}

static void test_limits__developer_orgs_have_less(void **state)
{
	struct org *o = *state;

	limits(o, "developer");
	assert_int_equal(refused_after(o, "/api/v1/apps"), 10);
	assert_int_equal(refused_after(o, "/api/v1/groups"), 50);
}

static void test_limits__off_tells_of_room_and_refuses_nothing(void **state)
{
	struct org *o = *state;

	limits(o, "off");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(ask(o, "GET", "/api/v1/apps?limit=1"), 200);
	assert_true(left(o) > 900000);
}

static void test_limits__told_of_only_by_default(void **state)
{
	struct org *o = *state;

	for (int i = 0; i < 200; i++)
		assert_int_equal(ask(o, "GET", "/api/v1/apps?limit=1"), 200);
	assert_int_equal(header(o, "X-Rate-Limit-Limit"), 100);
	assert_int_equal(left(o), 1);
}

static void test_limits__too_many_at_once_have_limit_0(void **state)
{
	struct org *o = *state;

	o->in_flight = 1000;
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 200);
	limits(o, "workforce");
	o->in_flight = 75;
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 200);
	o->in_flight = 76;
	assert_int_equal(ask(o, "GET", "/api/v1/groups"), 429);
	assert_int_equal(header(o, "X-Rate-Limit-Limit"), 0);
	assert_int_equal(left(o), 0);
	assert_true(header(o, "X-Rate-Limit-Reset") > 1767225617);
}

static void test_limits__the_transport_knows_what_is_in_flight(void **state)
{
	struct org *o = *state;
	AUTO_PTR(transport_mem) t = transport_mem_new(o->s, &o->clock, "SSWS t");
	struct transport tr = transport_mem_of(t);
	struct http_req req = {.method = "GET", .url = "http://127.0.0.1/api/v1/groups"};
	struct http_res res[4];
	struct err e = ERR_INIT;

	limits(o, "{\"concurrency\":2}");
	for (int i = 0; i < 3; i++)
		t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	assert_int_equal(tr.ops->wait(tr.self, 0, res, 4, &e), 3);
	assert_int_equal(res[1].status, 200);
	assert_int_equal(res[2].status, 429);
	t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	assert_int_equal(tr.ops->wait(tr.self, 0, res, 4, &e), 1);
	assert_int_equal(res[0].status, 200);
}

struct bucket_row {
	const char *method, *path;
	long long limit;
};

static void test_limits__sub_resources_count_with_their_collection(void **state)
{
	static const struct bucket_row rows[] = {
		{"GET", "/api/v1/users/me", 240},
		{"GET", "/api/v1/users/00u1", 2000},
		{"PUT", "/api/v1/users/00u1", 600},
		{"GET", "/api/v1/users/00u1/groups", 600},
		{"GET", "/api/v1/groups/00g1", 1000},
		{"GET", "/api/v1/groups/00g1/users", 500},
		{"GET", "/api/v1/groups/rules", 500},
		{"GET", "/api/v1/groups/rules/0pr1", 500},
		{"GET", "/api/v1/apps/0oa1", 500},
		{"GET", "/api/v1/apps/0oa1/users", 100},
		{"GET", "/api/v1/logs", 120},
		{"GET", "/api/v1/devices/1", 100},
		{"GET", "/api/v1/policies", 1200},
		{"GET", "/api/v1/meta/schemas/user/default", 1200},
		{"POST", "/api/v1/authn", 500},
		{"POST", "/oauth2/v1/token", 2000},
		{"GET", "/oauth2/v1/clients", 100},
		{"POST", "/oauth2/default/v1/token", 2000},
		{"GET", "/oauth2/v1/keys", -1},
		{"GET", "/oauth2/default/v1/keys", -1},
		{"GET", "/.well-known/okta-organization", -1},
	};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		ask(o, rows[i].method, rows[i].path);
		if (header(o, "X-Rate-Limit-Limit") != rows[i].limit)
			print_error("%s %s\n", rows[i].method, rows[i].path);
		assert_int_equal(header(o, "X-Rate-Limit-Limit"), rows[i].limit);
	}
	ask(o, "GET", "/api/v1/groups");
	/* the list itself, its members, and two of its rules */
	assert_int_equal(left(o), 500 - 4);
}

static void test_limits__a_file_that_is_wrong_says_where(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"", "limits"},
		{"[]", "limits are a map"},
		{"{\"buckets\":{\"/api/v1/nothing\":5}}", "no bucket is called '/api/v1/nothing'"},
		{"{\"buckets\":{\"\":5}}", "no bucket is called ''"},
		{"{\"buckets\":{\"/api/v1/users\":0}}", "'/api/v1/users' is a whole number"},
		{"{\"buckets\":{\"/api/v1/users\":\"5\"}}", "'/api/v1/users' is a whole number"},
		{"{\"buckets\":[]}", "buckets is a map"},
		{"{\"concurrency\":0}", "concurrency"},
		{"{\"share_pct\":101}", "share_pct"},
		{"{\"share\":10}", "no such member 'share'"},
		{"{\"profile\":\"off\"}", "profile is developer or workforce"},
	};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(sandbox_limits(o->s, slice_of(rows[i].text), "f.json", &e), -1);
		t_contains(e.msg, "f.json: ");
		t_contains(e.msg, rows[i].says);
	}
	/* what was wrong changed nothing */
	ask(o, "GET", "/api/v1/users/00u1");
	assert_int_equal(header(o, "X-Rate-Limit-Limit"), 2000);
}

#define T(name) cmocka_unit_test_setup_teardown(test_limits__##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(refuse_what_is_more_than_a_token_s_share),
		T(windows_begin_with_their_first_request),
		T(the_org_s_limit_is_for_all_tokens_together),
		T(developer_orgs_have_less),
		T(off_tells_of_room_and_refuses_nothing),
		T(told_of_only_by_default),
		T(too_many_at_once_have_limit_0),
		T(the_transport_knows_what_is_in_flight),
		T(sub_resources_count_with_their_collection),
		T(a_file_that_is_wrong_says_where),
	};

	return t_run("sandbox limits", tests);
}
