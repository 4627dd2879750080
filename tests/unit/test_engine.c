/*
 * reconcile/engine over a scripted transport and a clock that jumps: no test waits.
 */
#include "tests/lib/t.h"

#include "base/xalloc.h"
#include "providers/okta/okta.h"
#include "reconcile/engine.h"

enum { MAX_STEPS = 64, MAX_OPEN = 64, START_MS = 1000000, LATENCY_MS = 10 };

/* What the nth request is answered with; the last step stays. */
struct step {
	uint16_t status;                          /* 0: no answer */
	const char *limit, *remaining, *reset_in; /* seconds; NULL: no such headers */
};

struct open_req {
	uint64_t tag;
	int64_t due_ms;
	size_t step;
};

struct fake {
	struct clock_fake clock;
	const struct step *steps;
	size_t nsteps, sent;
	struct open_req open[MAX_OPEN];
	size_t nopen, most_open;
	int64_t sent_ms[MAX_STEPS];
	char url[MAX_STEPS][100];
	bool same_body; /* each request had the body of the first */
	struct http_header headers[MAX_OPEN][4];
	char reset[MAX_OPEN][30];
	bool refuse_submit, fail_wait;
	volatile sig_atomic_t stop;
	size_t stop_after; /* requests; 0: never */
};

static int fake_submit(void *self, const struct http_req *req, struct err *e)
{
	struct fake *f = self;

	if (f->refuse_submit)
		return err_set(e, ERR_SYS, "no sockets");
	assert_true(f->sent < MAX_STEPS && f->nopen < MAX_OPEN);
	f->open[f->nopen++] = (struct open_req){.tag = req->tag,
		.due_ms = f->clock.now_ms + LATENCY_MS,
		.step = f->sent < f->nsteps ? f->sent : f->nsteps - 1};
	if (f->nopen > f->most_open)
		f->most_open = f->nopen;
	f->sent_ms[f->sent] = f->clock.now_ms - START_MS;
	snprintf(f->url[f->sent], sizeof(f->url[0]), "%s", req->url);
	f->same_body = (f->same_body || !f->sent) && slice_is(req->body, "{}");
	f->sent++;
	if (f->stop_after && f->sent >= f->stop_after)
		f->stop = 1;
	return 0;
}

static void answer(struct fake *f, const struct open_req *o, size_t i, struct http_res *res)
{
	const struct step *s = &f->steps[o->step];

	*res = (struct http_res){.tag = o->tag, .status = s->status, .body = SLICE("{}")};
	if (!s->status)
		res->why = "connection reset";
	if (!s->limit)
		return;
	/* the server's clock is an hour behind ours: only differences may count */
	snprintf(f->reset[i], sizeof(f->reset[i]), "%d", 1795314420 + atoi(s->reset_in));
	f->headers[i][0] =
		(struct http_header){SLICE("date"), SLICE("Sun, 22 Nov 2026 02:27:00 GMT")};
	f->headers[i][1] = (struct http_header){SLICE("x-rate-limit-limit"), slice_of(s->limit)};
	f->headers[i][2] =
		(struct http_header){SLICE("x-rate-limit-remaining"), slice_of(s->remaining)};
	f->headers[i][3] = (struct http_header){SLICE("x-rate-limit-reset"), slice_of(f->reset[i])};
	res->headers = f->headers[i];
	res->nheaders = 4;
}

static int fake_wait(
	void *self, int64_t until_ms, struct http_res *ret_done, size_t max, struct err *e)
{
	struct fake *f = self;
	size_t n = 0;

	if (f->fail_wait)
		return err_set(e, ERR_NET, "broken");
	if (!f->nopen) {
		assert_true(until_ms > f->clock.now_ms);
		f->clock.now_ms = until_ms;
		return 0;
	}
	if (f->open[0].due_ms > until_ms) {
		f->clock.now_ms = until_ms;
		return 0;
	}
	if (f->open[0].due_ms > f->clock.now_ms)
		f->clock.now_ms = f->open[0].due_ms;
	while (n < f->nopen && n < max && f->open[n].due_ms <= f->clock.now_ms) {
		answer(f, &f->open[n], n, &ret_done[n]);
		n++;
	}
	memmove(f->open, f->open + n, (f->nopen - n) * sizeof(f->open[0]));
	f->nopen -= n;
	return (int)n;
}

static const struct transport_ops fake_ops = {fake_submit, fake_wait};

struct seen {
	struct engine *en;
	int done;
	enum verdict verdict;
	uint16_t status;
	enum err_code code;
	uint32_t tags;
	int more; /* calls to add from done */
};

static void call(
	struct engine *en, struct seen *s, const char *bucket, bool idempotent, uint32_t tag);

static void done(void *owner, uint32_t tag, const struct answer *a)
{
	struct seen *s = owner;

	s->done++;
	s->tags |= 1u << tag;
	s->verdict = a->verdict;
	s->status = a->res->status;
	s->code = a->err->code;
	if (s->more) {
		s->more--;
		call(s->en, s, "/api/v1/groups", true, tag + 1);
	}
}

static void call(
	struct engine *en, struct seen *s, const char *bucket, bool idempotent, uint32_t tag)
{
	struct call c = {.method = "PUT",
		.bucket = bucket,
		.url = BUF_TEXT,
		.body = BUF_TEXT,
		.idempotent = idempotent,
		.done = done,
		.owner = s,
		.tag = tag};

	buf_addf(&c.url, "/api/v1/groups/%u", tag);
	buf_adds(&c.body, "{}");
	engine_add(en, &c);
	assert_null(c.url.p);
}

static struct engine *engine_over(struct fake *f, const struct step *steps, size_t n)
{
	struct engine_options o = {.provider = &okta_provider,
		.transport = {&fake_ops, f},
		.base_url = "https://acme.okta.example",
		.max_in_flight = 8,
		.share_pct = 50,
		.seed = 1};

	memset(f, 0, sizeof(*f));
	f->clock.now_ms = START_MS;
	f->steps = steps;
	f->nsteps = n;
	o.clock = clock_of_fake(&f->clock);
	o.stop = &f->stop;
	return engine_new(&o);
}

static void test_engine__sends_and_tells(void **state)
{
	static const struct step steps[] = {{.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	t_ok(engine_run(en, &e), &e);
	for (uint32_t i = 0; i < 20; i++)
		call(en, &s, "/api/v1/groups", true, i);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 20);
	assert_int_equal(s.tags, (1u << 20) - 1);
	assert_int_equal(engine_sent(en), 20);
	assert_int_equal(f.most_open, 8);
	assert_string_equal(f.url[0], "https://acme.okta.example/api/v1/groups/0");
	assert_true(f.same_body);
}

static void test_engine__done_may_add_calls(void **state)
{
	static const struct step steps[] = {{.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {.more = 25};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	s.en = en;
	call(en, &s, "/api/v1/groups", true, 0);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 26);
}

static void test_engine__a_429_is_waited_out_to_the_reset(void **state)
{
	static const struct step steps[] = {{429, "600", "0", "45"}, {200, "600", "599", "60"}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	call(en, &s, "/api/v1/groups", false, 0);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 1);
	assert_int_equal(s.verdict, SAID_YES);
	assert_int_equal(f.sent, 2);
	assert_true(f.same_body);
	/* 45 s from the answer, and a second */
	assert_int_equal(f.sent_ms[1], LATENCY_MS + 46000);
}

static void test_engine__a_429_never_ends_a_run(void **state)
{
	static const struct step bad[] = {{429, NULL, NULL, NULL}};
	struct step steps[30];
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < LEN(steps); i++)
		steps[i] = bad[0];
	/* nor does it use up the tries of what comes after */
	steps[LEN(steps) - 3] = (struct step){.status = 502};
	steps[LEN(steps) - 2] = (struct step){.status = 502};
	steps[LEN(steps) - 1] = (struct step){.status = 200};
	en = engine_over(&f, steps, LEN(steps));
	call(en, &s, "/api/v1/groups", true, 0);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.verdict, SAID_YES);
	assert_int_equal(f.sent, LEN(steps));
	/* each wait is at least a second, and no more than half a minute or so */
	for (size_t i = 1; i < LEN(steps) - 2; i++) {
		int64_t gap = f.sent_ms[i] - f.sent_ms[i - 1];

		assert_true(gap >= 1000 && gap <= 32000);
	}
}

static void test_engine__a_held_bucket_holds_no_other(void **state)
{
	static const struct step steps[] = {{429, "600", "0", "45"}, {.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0}, other = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	call(en, &s, "/api/v1/groups", true, 0);
	call(en, &other, "/api/v1/users", true, 1);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(f.sent, 3);
	assert_int_equal(f.sent_ms[1], 0);
	assert_int_equal(s.done + other.done, 2);
}

static void test_engine__keeps_to_its_share(void **state)
{
	static const struct step steps[] = {{200, "20", "19", "30"}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	for (uint32_t i = 0; i < 25; i++)
		call(en, &s, "/api/v1/groups", true, i);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 25);
	/* ten a window: half of twenty */
	assert_true(f.sent_ms[9] < 1000);
	assert_true(f.sent_ms[10] >= 31000);
	assert_true(f.sent_ms[19] < 62000);
	assert_true(f.sent_ms[20] >= 62000);
}

static void run_one(
	const struct step *steps, size_t n, bool idempotent, struct seen *s, struct fake *f)
{
	AUTO_PTR(engine) en = engine_over(f, steps, n);
	struct err e = ERR_INIT;

	*s = (struct seen){0};
	call(en, s, "/api/v1/groups", idempotent, 0);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s->done, 1);
}

static void test_engine__repeats_only_what_may_be_repeated(void **state)
{
	static const struct {
		struct step first;
		bool idempotent;
		size_t sent;
		enum verdict verdict; /* with success behind it */
	} rows[] = {
		{{.status = 500}, true, 2, SAID_YES},
		{{.status = 500}, false, 1, NO_ANSWER},
		{{.status = 0}, true, 2, SAID_YES},
		{{.status = 0}, false, 1, NO_ANSWER},
		/* refused without having been done */
		{{.status = 429}, false, 2, SAID_YES},
		/* refused for good */
		{{.status = 400}, true, 1, SAID_NO},
		{{.status = 404}, true, 1, SAID_GONE},
		{{.status = 501}, true, 1, SAID_NO},
	};
	static struct fake f;
	struct seen s;

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		const struct step steps[] = {rows[i].first, {.status = 200}};

		run_one(steps, LEN(steps), rows[i].idempotent, &s, &f);
		assert_int_equal(f.sent, rows[i].sent);
		assert_int_equal(s.verdict, rows[i].verdict);
		assert_int_equal(s.code == ERR_NONE, rows[i].verdict == SAID_YES);
	}
}

static void test_engine__gives_up_after_five_tries(void **state)
{
	static const struct step steps[] = {{.status = 502}};
	static struct fake f;
	struct seen s;

	(void)state;
	run_one(steps, LEN(steps), true, &s, &f);
	assert_int_equal(f.sent, 5);
	assert_int_equal(s.verdict, NO_ANSWER);
	assert_int_equal(s.code, ERR_NET);
	/* later and later */
	for (size_t i = 2; i < f.sent; i++)
		assert_true(f.sent_ms[i] - f.sent_ms[i - 1] >= 500);
	assert_true(f.sent_ms[4] < 60000);
}

static void test_engine__stops_on_ctrl_c(void **state)
{
	static const struct step steps[] = {{.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	f.stop_after = 3;
	for (uint32_t i = 0; i < 20; i++)
		call(en, &s, "/api/v1/groups", true, i);
	assert_int_equal(engine_run(en, &e), -1);
	assert_int_equal(e.code, ERR_CANCELLED);
	/* what was in flight is waited for, the rest is dropped */
	assert_int_equal(s.done, f.sent);
	assert_int_equal(f.nopen, 0);
	assert_true(f.sent < 20);
}

static void test_engine__ctrl_c_ends_retries(void **state)
{
	static const struct step steps[] = {{429, "600", "0", "45"}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	f.stop_after = 1;
	call(en, &s, "/api/v1/groups", true, 0);
	assert_int_equal(engine_run(en, &e), -1);
	assert_int_equal(s.done, 1);
	assert_int_equal(s.verdict, RETRY_LATER);
	assert_true(f.clock.now_ms < START_MS + 1000);
}

static void drop_all(void *owner, uint32_t tag, const struct answer *a)
{
	struct seen *s = owner;

	(void)tag;
	(void)a;
	s->done++;
	engine_drop(s->en);
}

static void test_engine__drops_what_has_not_been_sent(void **state)
{
	static const struct step steps[] = {{.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	s.en = en;
	for (uint32_t i = 0; i < 20; i++) {
		struct call c = {.method = "GET",
			.bucket = "/api/v1/groups",
			.url = BUF_TEXT,
			.body = BUF_TEXT,
			.done = drop_all,
			.owner = &s};

		buf_adds(&c.url, "https://other.example/x");
		engine_add(en, &c);
	}
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 8);
	assert_int_equal(f.sent, 8);
	assert_string_equal(f.url[0], "https://other.example/x");
	/* and can be used again */
	call(en, &s, "/api/v1/groups", true, 0);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(f.sent, 9);
}

static void test_engine__passes_on_the_transports_failure(void **state)
{
	static const struct step steps[] = {{.status = 200}};
	struct seen s = {0};

	(void)state;
	for (int i = 0; i < 2; i++) {
		AUTO_PTR(engine) en = NULL;
		struct err e = ERR_INIT;
		static struct fake f;

		en = engine_over(&f, steps, LEN(steps));
		f.refuse_submit = i == 0;
		f.fail_wait = i == 1;
		call(en, &s, "/api/v1/groups", true, 0);
		assert_int_equal(engine_run(en, &e), -1);
		assert_string_equal(e.msg, i ? "broken" : "no sockets");
		assert_int_equal(s.done, 0);
	}
}

static void test_engine__too_many_at_once_narrows_the_window(void **state)
{
	/* a limit of 0 is Okta's concurrency limit */
	static const struct step steps[] = {{429, "0", "0", "30"}, {429, "0", "0", "30"},
		{429, "0", "0", "30"}, {429, "0", "0", "30"}, {429, "0", "0", "30"},
		{429, "0", "0", "30"}, {429, "0", "0", "30"}, {429, "0", "0", "30"},
		{.status = 200}};
	AUTO_PTR(engine) en = NULL;
	static struct fake f;
	struct seen s = {0};
	struct err e = ERR_INIT;

	(void)state;
	en = engine_over(&f, steps, LEN(steps));
	for (uint32_t i = 0; i < 8; i++)
		call(en, &s, "/api/v1/groups", true, i);
	t_ok(engine_run(en, &e), &e);
	assert_int_equal(s.done, 8);
	assert_int_equal(f.sent, 16);
	/* one at first, then two */
	assert_true(f.sent_ms[9] > f.sent_ms[8]);
	assert_int_equal(f.sent_ms[10], f.sent_ms[9]);
	assert_true(f.sent_ms[8] < 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engine__sends_and_tells),
		cmocka_unit_test(test_engine__done_may_add_calls),
		cmocka_unit_test(test_engine__a_429_is_waited_out_to_the_reset),
		cmocka_unit_test(test_engine__a_429_never_ends_a_run),
		cmocka_unit_test(test_engine__a_held_bucket_holds_no_other),
		cmocka_unit_test(test_engine__keeps_to_its_share),
		cmocka_unit_test(test_engine__repeats_only_what_may_be_repeated),
		cmocka_unit_test(test_engine__gives_up_after_five_tries),
		cmocka_unit_test(test_engine__stops_on_ctrl_c),
		cmocka_unit_test(test_engine__ctrl_c_ends_retries),
		cmocka_unit_test(test_engine__drops_what_has_not_been_sent),
		cmocka_unit_test(test_engine__passes_on_the_transports_failure),
		cmocka_unit_test(test_engine__too_many_at_once_narrows_the_window),
	};

	return t_run("engine", tests);
}
