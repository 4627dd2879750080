/*
 * Requests to the local tenant, a line each: METHOD TARGET BODY. {N} stands for the id of the Nth answer, so that
 * inputs can be about what they made. Whatever comes, an answer is JSON with a status that Okta has, an error has
 * its code, and the tenant can be saved and loaded.
 */
#include <stdlib.h>
#include <string.h>

#include "base/js.h"
#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"
#include "tests/fuzz/fuzz.h"

enum { REQUESTS_MAX = 24, INPUTS_MAX = 64 };

struct turn {
	struct sandbox *s;
	struct clock_fake *clock;
	char ids[REQUESTS_MAX][21];
	size_t n;
};

static void substitute(const struct turn *t, struct slice line, struct buf *to)
{
	for (size_t i = 0; i < line.n; i++) {
		size_t at = 1, nth = 0;

		while (line.p[i] == '{' && at < 3 && i + at < line.n && line.p[i + at] >= '0' &&
			line.p[i + at] <= '9')
			nth = nth * 10 + (size_t)(line.p[i + at++] - '0');
		if (at == 1 || i + at >= line.n || line.p[i + at] != '}' || nth >= t->n) {
			buf_addc(to, line.p[i]);
			continue;
		}
		buf_adds(to, t->ids[nth]);
		i += at;
	}
}

static const char *method_of(struct slice word)
{
	static const char *const known[] = {"GET", "POST", "PUT", "DELETE", "PATCH"};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		if (slice_is(word, known[i]))
			return known[i];
	}
	return NULL;
}

static void check(const struct turn *t, const struct sandbox_res *res, const char *target)
{
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;
	bool json = strstr(buf_str(&res->headers), "Content-Type: application/json") != NULL;

	(void)t;
	if (res->status < 200 || res->status > 599)
		BUG("status %u of %s", (unsigned)res->status, target);
	if (!json || !res->body.n)
		return;
	if (js_parse(buf_slice(&res->body), "an answer", &doc, &e) < 0)
		BUG("%s answers what is no JSON: %s: %s", target, e.msg, buf_str(&res->body));
	if (res->status >= 400 && !js_get(doc, "errorCode") && !js_get(doc, "error"))
		BUG("%s fails without a code: %s", target, buf_str(&res->body));
}

static void run(struct turn *t, struct slice line)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO(sandbox_res) struct sandbox_res res = {0};
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;
	struct slice rest, method, target = {NULL, 0}, id;
	struct sandbox_req req = {.authorization = SLICE("SSWS t")};

	substitute(t, line, &text);
	rest = buf_slice(&text);
	if (!slice_cut(&rest, ' ', &method) || !(req.method = method_of(method)) ||
		!slice_cut(&rest, ' ', &target))
		return;
	req.target = target;
	/* there an API token would only stand in the way of other credentials */
	if (slice_starts(target, "/oauth2/v1/"))
		req.authorization = (struct slice){NULL, 0};
	req.body = rest.p ? rest : (struct slice){"", 0};
	sandbox_handle(t->s, &req, &res);
	check(t, &res, buf_str(&text));
	t->clock->now_ms += 1000;
	if (!res.body.n || js_parse(buf_slice(&res.body), "an answer", &doc, &e) < 0)
		return;
	id = js_str(js_get(doc, "id"));
	if (id.n == 20 && t->n < REQUESTS_MAX)
		memcpy(t->ids[t->n++], id.p, 20);
}

static struct sandbox *load(struct slice saved, struct sandbox_options *o)
{
	struct err e = ERR_INIT;
	struct sandbox *s;

	o->data = saved;
	s = sandbox_new(o, &e);
	o->data = (struct slice){NULL, 0};
	if (!s)
		BUG("what was saved cannot be loaded: %s", e.msg);
	return s;
}

/*
 * What was saved must load, and be the same when it is saved again. The first time the token of the options may have
 * to be made anew.
 */
static void reload(struct sandbox *s, struct sandbox_options *o)
{
	AUTO(buf) struct buf once = BUF_TEXT;
	AUTO(buf) struct buf twice = BUF_TEXT;
	AUTO(buf) struct buf again = BUF_TEXT;

	sandbox_save(s, &once);
	sandbox_free(s);
	s = load(buf_slice(&once), o);
	sandbox_save(s, &twice);
	sandbox_free(s);
	s = load(buf_slice(&twice), o);
	sandbox_save(s, &again);
	sandbox_free(s);
	if (!slice_eq(buf_slice(&twice), buf_slice(&again)))
		BUG("what was loaded is not what was saved");
}

/* A tenant serves several inputs, since making one takes longer than all that they ask. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct clock_fake clock = {1767225600000};
	static struct sandbox *s;
	static int inputs;
	struct sandbox_options o = {.clock = clock_of_fake(&clock),
		.seed = 1,
		.base_url = "http://127.0.0.1",
		.token = "t",
		.content = "empty"};
	struct slice text = {(const char *)data, size}, line;
	struct turn t = {.clock = &clock};
	struct err e = ERR_INIT;

	if (!s && !(s = sandbox_new(&o, &e)))
		BUG("%s", e.msg);
	t.s = s;
	for (size_t n = 0; n < REQUESTS_MAX && slice_cut(&text, '\n', &line); n++)
		run(&t, line);
	if (++inputs % INPUTS_MAX)
		return 0;
	reload(s, &o);
	s = NULL;
	return 0;
}
