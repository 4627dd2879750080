/*
 * Any bytes as a script of faults, and what it makes of a few requests: whatever goes wrong, an answer it is, and
 * without the script all is as it would be.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "providers/sandbox/faults.h"
#include "providers/sandbox/sandbox.h"
#include "tests/fuzz/fuzz.h"

struct asked {
	const char *method, *target, *body;
};

static const struct asked requests[] = {
	{"POST", "/api/v1/groups", "{\"profile\":{\"name\":\"a\"}}"},
	{"POST", "/api/v1/groups", "{\"profile\":{\"name\":\"b\"}}"},
	{"POST", "/api/v1/users",
		"{\"profile\":{\"firstName\":\"A\",\"lastName\":\"L\",\"login\":\"a@x.example\",\"email\":\"a@x.example\"}}"},
	{"GET", "/api/v1/groups?limit=1", NULL},
	{"GET", "/api/v1/groups?search=type+eq+%22OKTA_GROUP%22&limit=1", NULL},
	{"DELETE", "/api/v1/users/a@x.example", NULL},
	{"DELETE", "/api/v1/users/a@x.example", NULL},
	{"GET", "/api/v1/users?search=status+pr", NULL},
};

/* The path and query behind rel="next", or behind "self"; 0 when there is none. */
static size_t next_of(const struct sandbox_res *res, struct buf *to)
{
	const char *last = NULL, *at = buf_str(&res->headers), *end;

	while ((at = strstr(at, "<http://h"))) {
		at += strlen("<http://h");
		last = at;
	}
	end = last ? strchr(last, '>') : NULL;
	buf_clear(to);
	if (end)
		buf_add(to, last, (size_t)(end - last));
	return to->n;
}

static void ask(struct sandbox *s, const char *method, struct slice target, const char *body,
	struct sandbox_res *res)
{
	struct sandbox_req req = {.method = method,
		.target = target,
		.authorization = SLICE("SSWS t"),
		.body = slice_of(body)};

	sandbox_handle(s, &req, res);
	if (res->fate == FATE_ANSWER && (res->status < 200 || res->status > 599))
		BUG("%s was answered with %u", method, (unsigned)res->status);
	if (res->fate == FATE_CUT && res->cut >= res->body.n)
		BUG("%zu of %zu bytes are no cut", res->cut, res->body.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct clock_fake clock = {1767225600000};
	struct sandbox_options o = {
		.clock = clock_of_fake(&clock), .base_url = "http://h", .content = "empty"};
	AUTO(sandbox_res) struct sandbox_res res = {0};
	AUTO(buf) struct buf target = BUF_TEXT;
	struct err e = ERR_INIT;
	AUTO_PTR(faults) f = NULL;
	AUTO_PTR(sandbox) s = NULL;

	if (faults_parse((struct slice){(const char *)data, size}, "fuzz", 1, &f, &e) < 0) {
		if (!strstr(e.msg, "fuzz:"))
			BUG("an error without a line: %s", e.msg);
		return 0;
	}
	s = sandbox_new(&o, &e);
	if (!s || sandbox_script(s, (struct slice){(const char *)data, size}, "fuzz", &e) < 0)
		BUG("%s", e.msg);
	for (size_t i = 0; i < LEN(requests); i++) {
		const struct asked *a = &requests[i];

		ask(s, a->method, slice_of(a->target), a->body, &res);
		clock.now_ms += 700;
		for (int page = 0; page < 3 && next_of(&res, &target); page++) {
			AUTO(buf) struct buf next = BUF_TEXT;

			buf_add_slice(&next, buf_slice(&target));
			ask(s, "GET", buf_slice(&next), NULL, &res);
		}
	}
	if (sandbox_script(s, SLICE(""), "none", &e) < 0)
		BUG("%s", e.msg);
	ask(s, "GET", SLICE("/api/v1/groups"), NULL, &res);
	if (res.status != 200 || res.fate != FATE_ANSWER)
		BUG("%u without faults", (unsigned)res.status);
	return 0;
}
