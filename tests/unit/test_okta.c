/*
 * providers/okta: addresses, verdicts, limits.
 */
#include "tests/lib/t.h"

#include "base/buf.h"
#include "providers/okta/okta.h"

static void test_address__has_one_spelling(void **state)
{
	static const struct {
		const char *text, *canon;
	} rows[] = {
		{"203.0.113.0/24", "203.0.113.0/24"},
		{" 203.0.113.0/24 ", "203.0.113.0/24"},
		{"203.0.113.0 /24", "203.0.113.0/24"},
		{"203.0.113.7/24", "203.0.113.7/24"},
		{"203.0.113.0/024", "203.0.113.0/24"},
		{"0.0.0.0/0", "0.0.0.0/0"},
		{"198.51.100.7", "198.51.100.7-198.51.100.7"},
		{"198.51.100.7-198.51.100.9", "198.51.100.7-198.51.100.9"},
		{"198.51.100.7 - 198.51.100.9", "198.51.100.7-198.51.100.9"},
		{"2001:DB8::/32", "2001:db8::/32"},
		{"2001:db8:0:0::1", "2001:db8::1-2001:db8::1"},
		{"::1-::2", "::1-::2"},
		{"::/128", "::/128"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;
		AUTO(buf) struct buf again = BUF_TEXT;
		const char *why = NULL;

		assert_true(okta_address.canon(slice_of(rows[i].text), &b, &why));
		t_slice(buf_slice(&b), rows[i].canon);
		assert_true(okta_address.canon(buf_slice(&b), &again, &why));
		t_slice(buf_slice(&again), rows[i].canon);
	}
}

static void test_address__refuses_what_is_none(void **state)
{
	static const char *const bad[] = {"", " ", "-", "/", "a", "10.0.0.1/33", "10.0.0.1/-0",
		"10.0.0.1/+8", "10.0.0.1/8x", "10.0.0.1/8/8", "10.0.0/8", "010.0.0.1", "10.0.0.256",
		"::/129", "10.0.0.2-10.0.0.1", "10.0.0.1-::1", "10.0.0.1-", "-10.0.0.1",
		"10.0.0.1-10.0.0.2-10.0.0.3", "fe80::1%eth0",
		"1111111111111111111111111111111111111111111111111111111111111111111111"};

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;
		const char *why = NULL;

		if (okta_address.canon(slice_of(bad[i]), &b, &why))
			fail_msg("'%s' was taken", bad[i]);
		assert_non_null(why);
	}
}

static void test_address__goes_over_the_wire_and_back(void **state)
{
	static const char *const texts[] = {"203.0.113.0/24", "198.51.100.7-198.51.100.9"};

	(void)state;
	for (size_t i = 0; i < LEN(texts); i++) {
		AUTO_PTR(js) j = okta_address.to_wire(slice_of(texts[i]));
		AUTO(buf) struct buf b = BUF_TEXT;

		t_slice(js_str(js_get(j, "type")), i ? "RANGE" : "CIDR");
		assert_true(okta_address.from_wire(j, &b));
		t_slice(buf_slice(&b), texts[i]);
	}
}

static void test_address__keeps_what_it_does_not_understand(void **state)
{
	AUTO_PTR(js) j = js_new_map();
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	assert_false(okta_address.from_wire(j, &b));
	js_set(j, "value", js_new_strz("10.0.0.1-2001:db8::1"));
	assert_true(okta_address.from_wire(j, &b));
	t_slice(buf_slice(&b), "10.0.0.1-2001:db8::1");
}

#define BODY(code, summary)                                                                        \
	T_TEXT("{\"errorCode\":\"" code "\",\"errorSummary\":\"" summary "\",\"errorCauses\":[]}")

static void test_okta__judges_answers(void **state)
{
	static const struct {
		uint16_t status;
		struct slice body;
		enum verdict verdict;
		enum err_code code;
		const char *msg;
	} rows[] = {
		{200, T_TEXT("{}"), SAID_YES, ERR_NONE, ""},
		{204, T_TEXT(""), SAID_YES, ERR_NONE, ""},
		{400, BODY("E0000001", "Api validation failed: login"), SAID_NO, ERR_REFUSED,
			"Api validation failed: login"},
		{400,
			T_TEXT("{\"errorSummary\":\"bad\",\"errorCauses\":[{\"errorSummary\":\"one\"},"
			       "{\"errorSummary\":\"two\"}]}"),
			SAID_NO, ERR_REFUSED, "bad: one, two"},
		{401, BODY("E0000011", "Invalid token provided"), SAID_NO, ERR_AUTH,
			"Invalid token provided; check the token (OKTA_CLIENT_TOKEN): it is wrong, "
			"expired or revoked"},
		{403, T_TEXT(""), SAID_NO, ERR_AUTH, "HTTP status 403"},
		{404, BODY("E0000007", "Not found: x"), SAID_GONE, ERR_REFUSED, "Not found: x"},
		{409, BODY("E0000112", "try again"), RETRY_LATER, ERR_REFUSED, "try again"},
		{409, BODY("E0000001", "no"), SAID_NO, ERR_REFUSED, "no"},
		{423, BODY("E0000239", "busy"), RETRY_LATER, ERR_REFUSED, "busy"},
		{429, BODY("E0000047", "too many"), RETRY_LATER, ERR_THROTTLED, "too many"},
		{429, T_TEXT("<html>slow down</html>"), RETRY_LATER, ERR_THROTTLED,
			"HTTP status 429"},
		{500, BODY("E0000009", "oops"), NO_ANSWER, ERR_NET, "oops"},
		{501, T_TEXT(""), SAID_NO, ERR_NET, "HTTP status 501"},
		{502, T_TEXT("<html><h1>Bad Gateway</h1>"), NO_ANSWER, ERR_NET, "HTTP status 502"},
		{503, BODY("E0000010", "read only"), RETRY_LATER, ERR_NET, "read only"},
		{503, T_TEXT("[]"), NO_ANSWER, ERR_NET, "HTTP status 503"},
		{400, T_TEXT("{\"errorSummary\":\"a\\u001b[2Jb\"}"), SAID_NO, ERR_REFUSED,
			"a\\x1b[2Jb"},
		{400, T_TEXT("\"text\""), SAID_NO, ERR_REFUSED, "HTTP status 400"},
		{302, T_TEXT(""), SAID_NO, ERR_REFUSED, "HTTP status 302"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		const struct http_res res = {.status = rows[i].status, .body = rows[i].body};
		struct err e = ERR_INIT;

		assert_int_equal(okta_provider.verdict(&res, &e), rows[i].verdict);
		assert_int_equal(e.code, rows[i].code);
		assert_string_equal(e.msg, rows[i].msg);
	}
}

static void test_okta__says_why_there_is_no_answer(void **state)
{
	struct http_res res = {.status = 0, .why = "connection refused"};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(okta_provider.verdict(&res, &e), NO_ANSWER);
	assert_int_equal(e.code, ERR_NET);
	assert_string_equal(e.msg, "no answer: connection refused");
	res.why = NULL;
	assert_int_equal(okta_provider.verdict(&res, &e), NO_ANSWER);
}

static void test_okta__notes_the_request(void **state)
{
	static const struct http_header headers[] = {
		{T_TEXT("X-Okta-Request-Id"), T_TEXT("Xm\033K1")},
		{T_TEXT("WWW-Authenticate"), T_TEXT("Bearer error=\"insufficient_scope\"")},
	};
	struct http_res res = {.status = 403, .headers = headers, .nheaders = LEN(headers)};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(okta_provider.verdict(&res, &e), SAID_NO);
	assert_int_equal(e.http.status, 403);
	assert_string_equal(e.http.request_id, "Xm?K1");
	assert_string_equal(e.msg, "Bearer error=\"insufficient_scope\"");
	res.body = SLICE("{\"errorCode\":\"E00000000000000000000\",\"errorSummary\":\"x\"}");
	assert_int_equal(okta_provider.verdict(&res, &e), SAID_NO);
	assert_string_equal(e.http.code, "E0000000000");
}

static void test_okta__cuts_huge_answers(void **state)
{
	AUTO(buf) struct buf body = BUF_TEXT;
	struct http_res res = {.status = 400};
	struct err e = ERR_INIT;

	(void)state;
	buf_adds(&body, "{\"errorSummary\":\"");
	for (int i = 0; i < 100000; i++)
		buf_adds(&body, "\xe2\x82\xac");
	buf_adds(&body, "\"}");
	res.body = buf_slice(&body);
	assert_int_equal(okta_provider.verdict(&res, &e), SAID_NO);
	assert_int_equal(strlen(e.msg), 399);
	buf_clear(&body);
	buf_pad(&body, '[', 1000000);
	res.body = buf_slice(&body);
	assert_int_equal(okta_provider.verdict(&res, &e), SAID_NO);
	assert_string_equal(e.msg, "HTTP status 400");
}

static void test_okta__reads_limits_in_the_servers_clock(void **state)
{
	static const struct {
		const char *limit, *remaining, *reset, *date;
		struct limits want;
	} rows[] = {
		{"600", "599", "1795314480", "Sun, 22 Nov 2026 02:27:00 GMT", {true, 600, 599, 60}},
		{"600", "0", "1795314450", "Sun, 22 Nov 2026 02:27:00 GMT", {true, 600, 0, 30}},
		/* already over, and further away than a window is long */
		{"600", "0", "1795314000", "Sun, 22 Nov 2026 02:27:00 GMT", {true, 600, 0, 0}},
		{"600", "0", "1795399999", "Sun, 22 Nov 2026 02:27:00 GMT", {true, 600, 0, 120}},
		/* no date, or none that can be read: a whole window */
		{"600", "0", "1795314480", NULL, {true, 600, 0, 60}},
		{"600", "0", "1795314480", "2026-11-22T02:27:00Z", {true, 600, 0, 60}},
		{"600", "0", "1795314480", "Sun, 22 Foo 2026 02:27:00 GMT", {true, 600, 0, 60}},
		{"0", "0", "1795314480", "Sun, 22 Nov 2026 02:27:00 GMT", {true, 0, 0, 60}},
		/* leap day */
		{"1", "1", "1709164830", "Wed, 28 Feb 2024 23:59:59 GMT", {true, 1, 1, 31}},
		{"1", "1", "1709164830", "Thu, 29 Feb 2024 00:00:00 GMT", {true, 1, 1, 30}},
		{"1", "1", "1709251230", "Fri, 01 Mar 2024 00:00:00 GMT", {true, 1, 1, 30}},
		{NULL, "0", "1795314480", NULL, {false, 0, 0, 0}},
		{"600", NULL, "1795314480", NULL, {false, 0, 0, 0}},
		{"600", "0", NULL, NULL, {false, 0, 0, 0}},
		{"many", "0", "1", NULL, {false, 0, 0, 0}},
		{"-1", "0", "1", NULL, {false, 0, 0, 0}},
		{"99999999999", "0", "1", NULL, {false, 0, 0, 0}},
		{"600", "0", "9223372036854775807", NULL, {false, 0, 0, 0}},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		struct http_header h[4];
		struct http_res res = {.status = 200, .headers = h};
		struct limits l;
		const char *const v[] = {
			rows[i].limit, rows[i].remaining, rows[i].reset, rows[i].date};
		static const char *const names[] = {"X-Rate-Limit-Limit", "x-rate-limit-remaining",
			"x-rate-limit-reset", "Date"};

		for (size_t k = 0; k < LEN(v); k++) {
			if (v[k])
				h[res.nheaders++] =
					(struct http_header){slice_of(names[k]), slice_of(v[k])};
		}
		l = okta_provider.limits(&res);
		assert_int_equal(l.known, rows[i].want.known);
		assert_int_equal(l.limit, rows[i].want.limit);
		assert_int_equal(l.remaining, rows[i].want.remaining);
		assert_int_equal(l.reset_in_s, rows[i].want.reset_in_s);
	}
}

static void test_okta__guesses_for_every_bucket(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];

		for (const struct listing *l = k->lists; l && l->path; l++)
			assert_true(okta_provider.first_guess(l->bucket) > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_address__has_one_spelling),
		cmocka_unit_test(test_address__refuses_what_is_none),
		cmocka_unit_test(test_address__goes_over_the_wire_and_back),
		cmocka_unit_test(test_address__keeps_what_it_does_not_understand),
		cmocka_unit_test(test_okta__judges_answers),
		cmocka_unit_test(test_okta__says_why_there_is_no_answer),
		cmocka_unit_test(test_okta__notes_the_request),
		cmocka_unit_test(test_okta__cuts_huge_answers),
		cmocka_unit_test(test_okta__reads_limits_in_the_servers_clock),
		cmocka_unit_test(test_okta__guesses_for_every_bucket),
	};

	return t_run("okta", tests);
}
