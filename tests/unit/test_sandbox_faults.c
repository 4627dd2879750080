/*
 * Scripted faults of the local tenant, in process and under a clock that stands still.
 */
#include "tests/lib/t.h"

#include "base/js.h"
#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"
#include "providers/sandbox/transport_mem.h"

static const char base[] = "http://127.0.0.1:8080";

struct org {
	struct clock_fake clock;
	struct sandbox *s;
	struct sandbox_res res;
	const char *authorization;
	char group[21], user[21];
};

static void script(struct org *o, const char *text)
{
	struct err e = ERR_INIT;

	t_ok(sandbox_script(o->s, slice_of(text), "script", &e), &e);
}

static unsigned ask(struct org *o, const char *method, const char *target, const char *body)
{
	struct sandbox_req req = {.method = method,
		.target = slice_of(target),
		.authorization = slice_of(o->authorization),
		.body = slice_of(body)};

	sandbox_handle(o->s, &req, &o->res);
	return o->res.fate == FATE_RESET ? 0 : o->res.status;
}

static unsigned get(struct org *o, const char *target)
{
	return ask(o, "GET", target, NULL);
}

static void id_of(struct org *o, char ret_id[21])
{
	const char *at = strstr(buf_str(&o->res.body), "\"id\":\"");

	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"id\":\"%20[A-Za-z0-9]", ret_id), 1);
}

/* The names of a list of groups, or the first names of users, each with a blank behind it. */
static const char *names(struct org *o, const char *target, char ret[200])
{
	AUTO_PTR(js) list = NULL;
	struct err e = ERR_INIT;
	size_t n = 0;

	assert_int_equal(get(o, target), 200);
	t_ok(js_parse(buf_slice(&o->res.body), "a list", &list, &e), &e);
	ret[0] = '\0';
	for (size_t i = 0; i < js_len(list); i++) {
		const struct js *p = js_get(js_at(list, i), "profile");
		struct slice name = js_str(js_get(p, "name"));

		if (!name.n)
			name = js_str(js_get(p, "firstName"));
		n += (size_t)snprintf(ret + n, 200 - n, "%.*s ", SLICE_ARG(name));
	}
	return ret;
}

static void group(struct org *o, const char *name)
{
	char body[200];

	snprintf(body, sizeof(body), "{\"profile\":{\"name\":\"%s\"}}", name);
	assert_int_equal(ask(o, "POST", "/api/v1/groups", body), 200);
	id_of(o, o->group);
}

static void user(struct org *o, const char *name)
{
	char body[300];

	snprintf(body, sizeof(body),
		"{\"profile\":{\"firstName\":\"%s\",\"lastName\":\"L\",\"login\":\"%s@x.example\",\"email\":\"%s@x.example\"}}",
		name, name, name);
	assert_int_equal(ask(o, "POST", "/api/v1/users", body), 200);
	id_of(o, o->user);
}

/* A path with the group's and the user's id for G and U. */
static const char *path(const struct org *o, const char *text, char ret[200])
{
	size_t n = 0;

	for (; *text; text++) {
		if (*text == 'G' || *text == 'U')
			n += (size_t)snprintf(
				ret + n, 200 - n, "%s", *text == 'G' ? o->group : o->user);
		else
			ret[n++] = *text;
	}
	ret[n] = '\0';
	return ret;
}

static int set_up(void **state)
{
	struct org *o = xcalloc(1, sizeof(*o));
	/* what else a new org has is of no matter here */
	struct sandbox_options opt = {
		.seed = 7, .base_url = base, .control = true, .content = "empty"};
	struct err e = ERR_INIT;

	o->clock.now_ms = 1767225600000;
	opt.clock = clock_of_fake(&o->clock);
	opt.token = "t";
	o->authorization = "SSWS t";
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
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

static void test_faults__answer_after_so_many_and_so_often(void **state)
{
	struct org *o = *state;
	char p[200];
	static const unsigned want[] = {204, 204, 204, 429, 429, 204, 204};

	group(o, "Eng");
	user(o, "ada");
	script(o, "after 3 PUT /api/v1/groups/*/users/* answer 429 reset=+20s remaining=0 times=2");
	for (size_t i = 0; i < LEN(want); i++) {
		assert_int_equal(
			ask(o, "PUT", path(o, "/api/v1/groups/G/users/U", p), NULL), want[i]);
		assert_int_equal(get(o, "/api/v1/groups"), 200);
		if (want[i] != 429)
			continue;
		ask(o, "PUT", "/api/v1/zones", NULL);
		assert_int_equal(o->res.status, 405);
	}
}

static void test_faults__a_429_tells_when_to_come_back(void **state)
{
	struct org *o = *state;

	script(o, "GET /api/v1/groups answer 429 reset=+20s limit=7 remaining=1\nanswer 429");
	assert_int_equal(get(o, "/api/v1/groups"), 429);
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Limit: 7\r\n");
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Remaining: 1\r\n");
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Reset: 1767225620\r\n");
	t_contains(buf_str(&o->res.body), "E0000047");
	get(o, "/api/v1/logs");
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Limit: 120\r\n");
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Reset: 1767225660\r\n");
}

static void test_faults__errors_have_okta_s_bodies(void **state)
{
	static const struct {
		const char *rule, *says;
	} rows[] = {
		{"answer 500", "\"errorCode\":\"E0000009\""},
		{"answer 503", "\"errorCode\":\"E0000181\""},
		{"answer 503 E0000010", "read only"},
		{"answer 409 E0000249", "Group rules are still being set up.  Please"},
		{"answer 423", "E0000239"},
		{"answer 418 E1234567", "\"errorLink\":\"E1234567\""},
		{"answer 502", ""},
	};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		script(o, rows[i].rule);
		get(o, "/api/v1/groups");
		t_contains(buf_str(&o->res.body), rows[i].says);
		assert_int_equal(o->res.body.n > 0, rows[i].says[0] != '\0');
		t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Limit: 500\r\n");
		t_contains(buf_str(&o->res.headers), "X-Okta-Request-Id: ");
	}
}

static void test_faults__every_nth_and_by_chance(void **state)
{
	struct org *o = *state;
	int hit = 0, again = 0;

	script(o, "after 1 every 3 GET /api/v1/groups answer 500");
	for (int i = 1; i <= 10; i++)
		assert_int_equal(get(o, "/api/v1/groups"), i == 4 || i == 7 || i == 10 ? 500 : 200);
	script(o, "with probability 30% answer 500");
	for (int i = 0; i < 200; i++)
		hit += get(o, "/api/v1/groups") == 500;
	assert_in_range(hit, 30, 90);
	/* the seed decides, so it comes the same way again */
	script(o, "with probability 30% answer 500");
	for (int i = 0; i < 200; i++)
		again += get(o, "/api/v1/groups") == 500;
	assert_int_equal(hit, again);
}

static void test_faults__reset_before_does_nothing_and_after_does_all(void **state)
{
	struct org *o = *state;
	char got[200];

	script(o,
		"POST /api/v1/groups reset before times=1\nPOST /api/v1/groups reset after times=1");
	assert_int_equal(ask(o, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"a\"}}"), 0);
	assert_string_equal(names(o, "/api/v1/groups", got), "Everyone ");
	assert_int_equal(ask(o, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"a\"}}"), 0);
	assert_string_equal(names(o, "/api/v1/groups", got), "Everyone a ");
}

static void test_faults__the_first_end_is_the_only_one(void **state)
{
	struct org *o = *state;
	char got[200];

	script(o, "POST /** reset before times=1\nPOST /** answer 500 times=1");
	assert_int_equal(ask(o, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"a\"}}"), 0);
	assert_int_equal(ask(o, "POST", "/api/v1/groups", "{\"profile\":{\"name\":\"a\"}}"), 500);
	assert_string_equal(names(o, "/api/v1/groups", got), "Everyone ");
}

static void test_faults__paths_have_stars_and_parameters(void **state)
{
	static const struct {
		const char *rule, *target;
		bool hit;
	} rows[] = {
		{"GET /api/v1/groups answer 500", "/api/v1/groups", true},
		{"GET /api/v1/groups answer 500", "/api/v1/groups?limit=1", true},
		{"GET /api/v1/groups answer 500", "/api/v1/groups/x", false},
		{"POST /api/v1/groups answer 500", "/api/v1/groups", false},
		{"* /api/v1/groups answer 500", "/api/v1/groups", true},
		{"GET /api/v1/* answer 500", "/api/v1/groups", true},
		{"GET /api/v1/{any} answer 500", "/api/v1/groups", true},
		{"GET /api/v1/* answer 500", "/api/v1/groups/x", false},
		{"GET /api/v1/** answer 500", "/api/v1/groups/x/users", true},
		{"GET /api/v1/groups/** answer 500", "/api/v1/groups", true},
		{"GET /api/v1/groups?after answer 500", "/api/v1/groups", false},
		{"GET /api/v1/groups?after answer 500", "/api/v1/groups?limit=1&after=x", true},
		{"answer 500", "/", true},
		{"GET /** answer 500", "/x", true},
	};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(rows); i++) {
		script(o, rows[i].rule);
		if ((get(o, rows[i].target) == 500) != rows[i].hit)
			fail_msg("%s: %s", rows[i].rule, rows[i].target);
	}
}

static void test_faults__a_token_expires_for_good(void **state)
{
	struct org *o = *state;

	script(o, "after 1 GET /api/v1/groups expire token");
	assert_int_equal(get(o, "/api/v1/groups"), 200);
	assert_int_equal(get(o, "/api/v1/groups"), 401);
	assert_int_equal(get(o, "/api/v1/users"), 401);
	t_contains(buf_str(&o->res.body), "E0000011");
	o->authorization = "SSWS  t";
	assert_int_equal(get(o, "/api/v1/users"), 200);
	o->authorization = "SSWS t";
	/* whoever holds the tenant's token can still end it */
	assert_int_equal(ask(o, "DELETE", "/_sandbox/faults", NULL), 204);
	assert_int_equal(get(o, "/api/v1/users"), 200);
}

static void test_faults__search_lags_behind(void **state)
{
	struct org *o = *state;
	static const char search[] = "/api/v1/groups?search=type+eq+%22OKTA_GROUP%22";
	char got[200], p[200];

	group(o, "old");
	script(o, "lag search 3s");
	assert_int_equal(ask(o, "PUT", path(o, "/api/v1/groups/G", p),
				 "{\"profile\":{\"name\":\"renamed\"}}"),
		200);
	group(o, "new");
	assert_string_equal(names(o, search, got), "old ");
	/* what is read by id, or as a list, is as it is */
	assert_int_equal(get(o, path(o, "/api/v1/groups/G", p)), 200);
	assert_string_equal(names(o, "/api/v1/groups", got), "Everyone renamed new ");
	o->clock.now_ms += 2000;
	assert_int_equal(ask(o, "DELETE", p, NULL), 204);
	assert_string_equal(names(o, search, got), "old ");
	o->clock.now_ms += 1000;
	assert_string_equal(names(o, search, got), "renamed new ");
	o->clock.now_ms += 2000;
	assert_string_equal(names(o, search, got), "renamed ");
	assert_string_equal(names(o, "/api/v1/groups", got), "Everyone renamed ");
}

static void test_faults__searched_users_lag_behind(void **state)
{
	struct org *o = *state;
	static const char search[] = "/api/v1/users?search=status+eq+%22PROVISIONED%22";
	static const char exact[] = "/api/v1/users?search=profile.login+eq+%22ada%40x.example%22";
	char got[200], p[200];

	script(o, "GET /api/v1/users lag search 2s");
	user(o, "ada");
	assert_string_equal(names(o, search, got), "");
	assert_string_equal(names(o, exact, got), "");
	o->clock.now_ms += 2000;
	assert_string_equal(names(o, exact, got), "ada ");
	assert_string_equal(names(o, search, got), "ada ");
	assert_int_equal(
		ask(o, "POST", path(o, "/api/v1/users/U/lifecycle/deactivate", p), NULL), 200);
	assert_int_equal(ask(o, "DELETE", path(o, "/api/v1/users/U", p), NULL), 204);
	assert_string_equal(names(o, search, got), "ada ");
	o->clock.now_ms += 2000;
	assert_string_equal(names(o, search, got), "");
}

static void test_faults__lists_of_members_lag_behind(void **state)
{
	struct org *o = *state;
	char got[200], p[200], list[200];

	group(o, "Eng");
	user(o, "ada");
	path(o, "/api/v1/groups/G/users", list);
	script(o, "lag members 5s");
	assert_int_equal(ask(o, "PUT", path(o, "/api/v1/groups/G/users/U", p), NULL), 204);
	assert_string_equal(names(o, list, got), "");
	o->clock.now_ms += 5000;
	assert_string_equal(names(o, list, got), "ada ");
	assert_int_equal(ask(o, "DELETE", p, NULL), 204);
	assert_string_equal(names(o, list, got), "ada ");
	o->clock.now_ms += 5000;
	assert_string_equal(names(o, list, got), "");
}

/* The path and query of the next page. */
static const char *next_of(const struct org *o, char ret[200])
{
	const char *at = strstr(buf_str(&o->res.headers), "rel=\"self\"");

	at = at ? strstr(at, "<http://127.0.0.1:8080") : NULL;
	assert_non_null(at);
	assert_int_equal(sscanf(at, "<http://127.0.0.1:8080%199[^>]", ret), 1);
	return ret;
}

static void test_faults__pages_change_under_the_reader(void **state)
{
	struct org *o = *state;
	char got[200], next[200];

	group(o, "a");
	group(o, "b");
	group(o, "c");
	script(o, "GET /api/v1/groups shift page times=1");
	assert_string_equal(names(o, "/api/v1/groups?limit=2", got), "Everyone a ");
	assert_string_equal(names(o, next_of(o, next), got), "a b c ");
	assert_string_equal(names(o, "/api/v1/groups?limit=2", got), "Everyone a ");
	assert_string_equal(names(o, next_of(o, next), got), "b c ");
	script(o, "shift page on");
	assert_string_equal(names(o, "/api/v1/groups?limit=2", got), "Everyone a ");
	assert_string_equal(names(o, next_of(o, next), got), "c ");
}

static void test_faults__a_page_s_next_is_itself(void **state)
{
	struct org *o = *state;
	char got[200], next[200];

	group(o, "a");
	group(o, "b");
	script(o, "GET /api/v1/groups repeat next times=2");
	names(o, "/api/v1/groups?limit=1", got);
	assert_string_equal(next_of(o, next), "/api/v1/groups?limit=1");
	names(o, next, got);
	assert_string_equal(next_of(o, next), "/api/v1/groups?limit=1");
	names(o, next, got);
	assert_string_not_equal(next_of(o, next), "/api/v1/groups?limit=1");
}

static void test_faults__the_transport_carries_them_out(void **state)
{
	struct org *o = *state;
	AUTO_PTR(transport_mem) t = transport_mem_new(o->s, &o->clock, "SSWS t");
	struct transport tr = transport_mem_of(t);
	struct http_req req = {.tag = 1, .method = "GET", .url = "http://h/api/v1/groups"};
	struct http_res res[4];
	struct err e = ERR_INIT;
	int64_t began = o->clock.now_ms;
	size_t size;

	get(o, "/api/v1/users");
	size = o->res.body.n;
	script(o,
		"GET /api/v1/groups delay 1500ms\nGET /api/v1/zones reset after\nGET /api/v1/users truncate 50%\nGET /api/v1/apps slow 1/s");
	t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	req.tag = 2;
	req.url = "http://h/api/v1/zones";
	t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	req.tag = 3;
	req.url = "http://h/api/v1/users";
	t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	/* what is not delayed comes first, and takes no time */
	assert_int_equal(tr.ops->wait(tr.self, began + 9000, res, 4, &e), 2);
	assert_int_equal(o->clock.now_ms, began);
	assert_int_equal(res[0].tag, 2);
	assert_int_equal(res[0].status, 0);
	assert_non_null(res[0].why);
	assert_int_equal(res[1].status, 200);
	assert_int_equal(res[1].body.n, size / 2);
	assert_int_equal(tr.ops->wait(tr.self, began + 1000, res, 4, &e), 0);
	assert_int_equal(tr.ops->wait(tr.self, began + 9000, res, 4, &e), 1);
	assert_int_equal(o->clock.now_ms, began + 1500);
	assert_int_equal(res[0].tag, 1);
	assert_int_equal(res[0].status, 200);
	req = (struct http_req){
		.tag = 4, .method = "GET", .url = "http://h/api/v1/apps", .timeout_ms = 1000};
	t_ok(tr.ops->submit(tr.self, &req, &e), &e);
	assert_int_equal(tr.ops->wait(tr.self, began + 9000, res, 4, &e), 1);
	assert_int_equal(res[0].status, 0);
	assert_int_equal(o->clock.now_ms, began + 2500);
}

static void test_faults__errors_name_the_line(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{"explode", "script:1: 'explode' stands where what is to happen"},
		{"# fine\n\n GET /x answer 500 # yes\nGET x answer 500",
			"script:4: 'x' stands where a path"},
		{"GET", "script:1: a path is missing at the end"},
		{"GET /x", "what is to happen is missing"},
		{"GET /a//b answer 500", "empty segments"},
		{"GET /a? answer 500", "a parameter's name"},
		{"answer", "a status of 400 to 599 is missing"},
		{"answer 200", "'200' stands where a status of 400 to 599"},
		{"answer 500 E12", "a code like"},
		{"answer 500 E00000x9", "a code like"},
		{"answer 500 reset=20s", "'reset=20s' stands where"},
		{"answer 500 times=0", "'times=0' stands where"},
		{"delay 5", "'5' stands where a time"},
		{"delay -5s", "'-5s' stands where a time"},
		{"delay 99999999999999999999s", "stands where a time"},
		{"delay 1s limit=3", "'limit=3' stands where times="},
		{"lag search 500ms", "'500ms' stands where a number of seconds"},
		{"lag groups 5s", "'groups' stands where another second word"},
		{"reset", "another second word is missing"},
		{"truncate 100%", "0% to 99%"},
		{"slow 0/s", "bytes a second"},
		{"with 5% answer 500", "'5%' stands where 'probability'"},
		{"with probability 101% answer 500", "0% to 100%"},
		{"every 0 answer 500", "a number of requests"},
		{"after x answer 500", "'x' stands where a number of requests"},
		{"answer 500\x01", "a byte that is no printable ASCII"},
	};
	struct org *o = *state;

	script(o, "answer 500");
	for (size_t i = 0; i < LEN(rows); i++) {
		struct err e = ERR_INIT;

		assert_int_equal(sandbox_script(o->s, slice_of(rows[i].text), "script", &e), -1);
		t_contains(e.msg, rows[i].says);
	}
	/* what was wrong changed nothing */
	assert_int_equal(get(o, "/api/v1/groups"), 500);
	script(o, "");
	assert_int_equal(get(o, "/api/v1/groups"), 200);
}

static void test_control__sets_and_tells_faults(void **state)
{
	struct org *o = *state;

	assert_int_equal(ask(o, "PUT", "/_sandbox/faults", "\nGET /api/v1/groups answer 500"), 200);
	get(o, "/api/v1/groups");
	get(o, "/api/v1/users");
	assert_int_equal(get(o, "/_sandbox/faults"), 200);
	t_slice(buf_slice(&o->res.body),
		"[{\"line\":2,\"rule\":\"GET /api/v1/groups answer 500\",\"seen\":1,\"done\":1}]");
	assert_int_equal(ask(o, "PUT", "/_sandbox/faults", "GET /x"), 400);
	t_contains(buf_str(&o->res.body), "line:1: what is to happen is missing");
	assert_int_equal(get(o, "/api/v1/groups"), 500);
	assert_int_equal(ask(o, "DELETE", "/_sandbox/faults", NULL), 204);
	assert_int_equal(get(o, "/api/v1/groups"), 200);
	assert_int_equal(get(o, "/_sandbox/stats"), 200);
	t_contains(buf_str(&o->res.body), "\"served\":4,");
	t_contains(buf_str(&o->res.body), "{\"name\":\"/api/v1/groups\",\"limit\":500,\"used\":3,");
	t_contains(buf_str(&o->res.body), "\"groups\":1");
	o->authorization = "SSWS other";
	assert_int_equal(get(o, "/_sandbox/stats"), 401);
}

static void test_control__moves_the_clock(void **state)
{
	static const char *const wrong[] = {"{}", "{\"advance_s\":-1}", "{\"advance_s\":\"1\"}",
		"{\"advance_s\":1e300}", "{\"advance_s\":9223372036854775807}", "[]"};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(wrong); i++)
		assert_int_equal(ask(o, "POST", "/_sandbox/clock", wrong[i]), 400);
	assert_int_equal(ask(o, "POST", "/_sandbox/clock", "{\"advance_s\":86400}"), 200);
	group(o, "later");
	t_contains(buf_str(&o->res.body), "\"created\":\"2026-01-02T00:00:00.000Z\"");
	t_contains(buf_str(&o->res.headers), "Date: Fri, 02 Jan 2026 00:00:00 GMT\r\n");
	t_contains(buf_str(&o->res.headers), "X-Rate-Limit-Reset: 1767312060\r\n");
}

static void test_control__is_there_only_when_asked_for(void **state)
{
	struct org *o = *state;
	struct sandbox_options opt = {
		.base_url = base, .clock = clock_of_fake(&o->clock), .content = "empty"};
	struct err e = ERR_INIT;

	sandbox_free(o->s);
	o->s = sandbox_new(&opt, &e);
	assert_int_equal(get(o, "/_sandbox/stats"), 404);
	assert_int_equal(get(o, "/_sandbox/faults"), 404);
	assert_int_equal(ask(o, "PUT", "/_sandbox/faults", "answer 500"), 404);
	assert_int_equal(ask(o, "DELETE", "/_sandbox/faults", NULL), 404);
	assert_int_equal(ask(o, "POST", "/_sandbox/clock", "{\"advance_s\":1}"), 404);
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(faults__answer_after_so_many_and_so_often),
		T(faults__a_429_tells_when_to_come_back),
		T(faults__errors_have_okta_s_bodies),
		T(faults__every_nth_and_by_chance),
		T(faults__reset_before_does_nothing_and_after_does_all),
		T(faults__the_first_end_is_the_only_one),
		T(faults__paths_have_stars_and_parameters),
		T(faults__a_token_expires_for_good),
		T(faults__search_lags_behind),
		T(faults__searched_users_lag_behind),
		T(faults__lists_of_members_lag_behind),
		T(faults__pages_change_under_the_reader),
		T(faults__a_page_s_next_is_itself),
		T(faults__the_transport_carries_them_out),
		T(faults__errors_name_the_line),
		T(control__sets_and_tells_faults),
		T(control__moves_the_clock),
		T(control__is_there_only_when_asked_for),
	};

	return t_run("sandbox faults", tests);
}
