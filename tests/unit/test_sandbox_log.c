/*
 * The System Log: what is written, how it is asked for, and what event hooks get of it.
 */
#include "tests/lib/org.h"

#include "base/http.h"
#include "base/rfc3339.h"

static const char origin[] =
	"{'name':'%s','origin':'https://%s.example','scopes':[{'type':'CORS'}]}";

static const char *add_origin(struct org *o, const char *name)
{
	return org_made(o, "/api/v1/trustedOrigins", org_say(o, origin, name, name));
}

/* A string of the nth event of the last answer. */
static const char *event(struct org *o, size_t nth, const char *path)
{
	return js_str(js_path(js_at(o->doc, nth), path)).p;
}

static const char *target(struct org *o, size_t nth, size_t at, const char *member)
{
	return js_str(js_get(js_at(js_get(js_at(o->doc, nth), "target"), at), member)).p;
}

/* The URL of the last answer's next link, without the host; NULL: there is none. */
static const char *next(struct org *o)
{
	const char *h = buf_str(&o->res.headers), *rel = strstr(h, ">; rel=\"next\"");

	if (!rel)
		return NULL;
	while (rel > h && rel[-1] != '<')
		rel--;
	rel = strstr(rel, "/api/");
	return org_say(o, "%.*s", (int)(strchr(rel, '>') - rel), rel);
}

static void test_sandbox_log__says_who_did_what_to_what(void **state)
{
	struct org *o = *state;
	const char *id = add_origin(o, "wiki");

	org_ask(o, 204, "DELETE", org_say(o, "/api/v1/trustedOrigins/%s", id), NULL);
	assert_int_equal(org_count(o, "/api/v1/logs"), 2);
	assert_string_equal(event(o, 0, "eventType"), "security.trusted_origin.create");
	assert_string_equal(event(o, 1, "eventType"), "security.trusted_origin.delete");
	assert_string_equal(event(o, 1, "actor.alternateId"), "admin@sandbox.example");
	assert_string_equal(event(o, 1, "actor.type"), "User");
	assert_string_equal(event(o, 1, "outcome.result"), "SUCCESS");
	assert_string_equal(event(o, 1, "transaction.type"), "WEB");
	assert_string_equal(
		event(o, 1, "transaction.id"), event(o, 1, "debugContext.debugData.requestId"));
	/* named as it was before it went */
	assert_string_equal(target(o, 1, 0, "id"), id);
	assert_string_equal(target(o, 1, 0, "displayName"), "wiki");
}

static void test_sandbox_log__has_no_reads_and_no_failures(void **state)
{
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/trustedOrigins", "{}");
	org_ask(o, 404, "DELETE", "/api/v1/trustedOrigins/tosnone", NULL);
	org_ask(o, 200, "GET", "/api/v1/trustedOrigins", NULL);
	assert_int_equal(org_count(o, "/api/v1/logs"), 0);
}

static void test_sandbox_log__names_the_request_that_did_it(void **state)
{
	struct org *o = *state;
	const char *at;
	char id[21];

	add_origin(o, "a");
	at = strstr(buf_str(&o->res.headers), "X-Okta-Request-Id: ");
	assert_non_null(at);
	snprintf(id, sizeof(id), "%.20s", at + strlen("X-Okta-Request-Id: "));
	org_ask(o, 200, "GET",
		org_say(o, "/api/v1/logs?filter=debugContext.debugData.requestId+eq+%%22%s%%22",
			id),
		NULL);
	assert_int_equal(js_len(o->doc), 1);
}

static void test_sandbox_log__polling_never_ends_and_loses_nothing(void **state)
{
	struct org *o = *state;
	const char *url = "/api/v1/logs?limit=2";
	int seen = 0;

	for (int i = 0; i < 5; i++)
		add_origin(o, org_say(o, "o%d", i));
	for (int turn = 0; turn < 6; turn++) {
		org_ask(o, 200, "GET", url, NULL);
		for (size_t i = 0; i < js_len(o->doc); i++)
			assert_string_equal(
				target(o, i, 0, "displayName"), org_say(o, "o%d", seen++));
		url = next(o);
		assert_non_null(url);
		if (turn == 3) {
			/* an empty page: the bookmark is good for what comes later */
			assert_int_equal(js_len(o->doc), 0);
			url = org_say(o, "%s", url);
			add_origin(o, "o5");
		}
	}
	assert_int_equal(seen, 6);
}

static void test_sandbox_log__bounded_queries_end(void **state)
{
	struct org *o = *state;

	add_origin(o, "early");
	o->clock.now_ms += 3600 * 1000;
	add_origin(o, "late");
	org_ask(o, 200, "GET",
		"/api/v1/logs?since=2026-01-01T00:00:00Z&until=2026-01-01T00:30:00.000Z", NULL);
	assert_int_equal(js_len(o->doc), 1);
	assert_string_equal(target(o, 0, 0, "displayName"), "early");
	assert_null(next(o));
	org_ask(o, 200, "GET", "/api/v1/logs?sortOrder=DESCENDING&limit=1", NULL);
	assert_string_equal(target(o, 0, 0, "displayName"), "late");
	org_ask(o, 200, "GET", next(o), NULL);
	assert_string_equal(target(o, 0, 0, "displayName"), "early");
	assert_null(next(o));
}

static void test_sandbox_log__filters_and_finds_words(void **state)
{
	static const struct {
		const char *query;
		size_t n;
	} rows[] = {
		{"filter=eventType+eq+%22security.trusted_origin.create%22", 2},
		{"filter=eventType+ne+%22security.trusted_origin.create%22", 1},
		{"filter=eventType+sw+%22security.%22+and+not+(target.displayName+eq+%22a%22)", 2},
		{"filter=target.type+eq+%22TrustedOrigin%22", 2},
		{"filter=actor.alternateId+co+%22SANDBOX%22", 3},
		{"q=behavior", 1},
		{"q=SANDBOX+trusted_origin", 2},
		{"q=trusted", 0}, /* whole words only */
		{"limit=0", 0},
	};
	static const struct {
		const char *query, *code;
	} bad[] = {
		{"since=yesterday", "E0000001"},
		{"filter=eventType", "E0000053"},
		{"filter=published+gt+%222026%22", "E0000053"},
		{"filter=not+(debugContext.debugData.url+co+%22users%22)", "E0000031"},
		{"since=2025-01-01", "E0000053"},
		{"limit=1001", "E0000001"},
		{"after=nonsense", "E0000054"},
		{"q=a+b+c+d+e+f+g+h+i+j+k", "E0000001"},
	};
	struct org *o = *state;

	add_origin(o, "a");
	add_origin(o, "b");
	org_made(o, "/api/v1/behaviors",
		"{\"name\":\"far\",\"type\":\"VELOCITY\",\"settings\":{\"velocityKph\":800}}");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		print_message("# %s\n", rows[i].query);
		assert_int_equal(
			org_count(o, org_say(o, "/api/v1/logs?%s", rows[i].query)), rows[i].n);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		org_ask(o, 400, "GET", org_say(o, "/api/v1/logs?%s", bad[i].query), NULL);
		org_error_is(o, bad[i].code);
	}
}

static void test_rfc3339__reads_what_people_write(void **state)
{
	static const struct {
		const char *text;
		int64_t want; /* -1: no time */
	} rows[] = {
		{"2026-01-01T00:00:00.000Z", 1767225600},
		{"2026-01-01", 1767225600},
		{"2026-01-01T01:30:00+01:30", 1767225600},
		{"2025-12-31T22:00:00.123456-0200", 1767225600},
		{"2026-01-01T00:00Z", 1767225600},
		{"2026-13-01", -1},
		{"2026-01-01T00:00:00", -1},
		{"2026-1-1", -1},
		{"26-01-01T00:00:00Z", -1},
		{"2026-01-01T00:00:00Zjunk", -1},
		{"+026-01-01", -1},
		{"", -1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int64_t got = 0;
		bool ok = rfc3339_parse(slice_of(rows[i].text), &got);

		print_message("# %s\n", rows[i].text);
		assert_int_equal(ok, rows[i].want >= 0);
		if (ok)
			assert_int_equal(got, rows[i].want);
	}
}

#define T(name) cmocka_unit_test_setup_teardown(test_sandbox_log__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(says_who_did_what_to_what),
		T(has_no_reads_and_no_failures),
		T(names_the_request_that_did_it),
		T(polling_never_ends_and_loses_nothing),
		T(bounded_queries_end),
		T(filters_and_finds_words),
		cmocka_unit_test(test_rfc3339__reads_what_people_write),
	};

	return t_run("sandbox_log", tests);
}
