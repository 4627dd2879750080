/*
 * A local tenant for a test: one org, one call a line.
 */
#include "tests/lib/org.h"

#include "base/xalloc.h"

static const char org_base[] = "http://127.0.0.1:8080";

static int fetch(void *self, const struct sandbox_out *out, struct buf *ret_body)
{
	struct org *o = self;

	return o->endpoint ? o->endpoint(o, out, ret_body) : 0;
}

int org_set_up(void **state)
{
	struct org *o = xcalloc(1, sizeof(*o));
	struct sandbox_options opt = {
		.seed = 7, .base_url = org_base, .token = "t", .fetch = fetch, .fetch_self = o};
	struct err e = ERR_INIT;

	o->clock.now_ms = 1767225600000; /* 2026-01-01 */
	opt.clock = clock_of_fake(&o->clock);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	for (int i = 0; i < ORG_TEXTS; i++)
		o->texts[i] = (struct buf)BUF_TEXT;
	*state = o;
	return 0;
}

int org_tear_down(void **state)
{
	struct org *o = *state;

	sandbox_free(o->s);
	sandbox_res_release(&o->res);
	js_free(o->doc);
	for (int i = 0; i < ORG_TEXTS; i++)
		buf_release(&o->texts[i]);
	free(o);
	return 0;
}

static void add_quoted(struct buf *b, const char *text)
{
	for (; *text; text++)
		buf_addc(b, *text == '\'' ? '"' : *text);
}

const char *org_say(struct org *o, const char *fmt, ...)
{
	struct buf *b = &o->texts[o->next++ % ORG_TEXTS];
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_clear(b);
	add_quoted(b, text);
	return buf_str(b);
}

void org_ask_as(struct org *o, const char *auth, unsigned status, const char *method,
	const char *path, const char *body)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	struct sandbox_req req = {.method = method,
		.target = slice_of(path),
		.authorization = {auth, auth ? strlen(auth) : 0}};
	struct err e = ERR_INIT;

	add_quoted(&text, body ? body : "");
	req.body = buf_slice(&text);
	sandbox_handle(o->s, &req, &o->res);
	js_free(o->doc);
	o->doc = NULL;
	if (o->res.status != status)
		print_error("%s %s: %u %s\n", method, path, (unsigned)o->res.status,
			buf_str(&o->res.body));
	assert_int_equal(o->res.status, status);
	if (o->res.body.n && org_has_header(o, "Content-Type: application/json\r\n"))
		assert_int_equal(js_parse(buf_slice(&o->res.body), "an answer", &o->doc, &e), 0);
}

void org_ask(struct org *o, unsigned status, const char *method, const char *path, const char *body)
{
	org_ask_as(o, "SSWS t", status, method, path, body);
}

const char *org_text(struct org *o, const char *path)
{
	return js_str(js_path(o->doc, path)).p;
}

const char *org_made(struct org *o, const char *path, const char *body)
{
	org_ask(o, 200, "POST", path, body);
	return org_say(o, "%s", org_text(o, "id"));
}

const char *org_user(struct org *o, const char *name, const char *department)
{
	return org_made(o, "/api/v1/users",
		org_say(o,
			"{'profile':{'firstName':'%s','lastName':'L','login':'%s@x.example','email':'%s@x.example','department':'%s'}}",
			name, name, name, department));
}

const char *org_group(struct org *o, const char *name)
{
	return org_made(o, "/api/v1/groups", org_say(o, "{'profile':{'name':'%s'}}", name));
}

size_t org_count(struct org *o, const char *path)
{
	org_ask(o, 200, "GET", path, NULL);
	return js_len(o->doc);
}

bool org_has_header(const struct org *o, const char *text)
{
	return strstr(buf_str(&o->res.headers), text) != NULL;
}

const struct js *org_find(const struct js *list, const char *path, const char *value)
{
	for (size_t i = 0; i < js_len(list); i++) {
		if (slice_is(js_str(js_path(js_at(list, i), path)), value))
			return js_at(list, i);
	}
	return NULL;
}

void org_error_is(struct org *o, const char *code)
{
	assert_string_equal(org_text(o, "errorCode"), code);
	assert_string_equal(org_text(o, "errorLink"), code);
	assert_memory_equal(org_text(o, "errorId"), "oae", 3);
}
