/*
 * Any bytes as filter, search, q, sortBy and cursor of the local tenant's lists.
 */
#include <stdlib.h>

#include "base/js.h"
#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"
#include "tests/fuzz/fuzz.h"

static const char *const targets[] = {
	"/api/v1/users?search=",
	"/api/v1/users?filter=",
	"/api/v1/users?q=",
	"/api/v1/users?search=id+pr&sortOrder=desc&sortBy=",
	"/api/v1/users?after=",
	"/api/v1/groups?search=",
	"/api/v1/groups?filter=",
	"/api/v1/apps?filter=",
	"/api/v1/zones?filter=",
	"/api/v1/logs?filter=",
	"/api/v1/logs?q=",
	"/api/v1/logs?since=",
	"/api/v1/realms?search=",
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sandbox *s; /* reads change nothing: one serves all */
	static struct clock_fake clock = {1767225600000};
	AUTO(buf) struct buf target = BUF_TEXT;
	AUTO(sandbox_res) struct sandbox_res res = {0};
	AUTO_PTR(js) doc = NULL;
	struct sandbox_options o = {
		.clock = clock_of_fake(&clock), .seed = 1, .base_url = "http://127.0.0.1"};
	struct sandbox_req req = {.method = "GET"};
	struct err e = ERR_INIT;

	if (!s && !(s = sandbox_new(&o, &e)))
		BUG("%s", e.msg);
	if (!size)
		return 0;
	buf_adds(&target, targets[data[0] % (sizeof(targets) / sizeof(*targets))]);
	buf_add_url(&target, (struct slice){(const char *)data + 1, size - 1});
	req.target = buf_slice(&target);
	sandbox_handle(s, &req, &res);
	if (res.status != 200 && res.status != 400 && res.status != 404 && res.status != 414)
		BUG("status %u", (unsigned)res.status);
	if (js_parse(buf_slice(&res.body), "an answer", &doc, &e) < 0)
		BUG("what is no JSON: %s", e.msg);
	return 0;
}
