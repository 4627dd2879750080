/*
 * Answers: bodies, errors as Okta prints them, pages and their Link headers.
 */
#include "providers/sandbox/core.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const char *call_actor_id(const struct call *c)
{
	const struct obj *o = c->actor ? c->actor : store_at(c->s, c->s->admin);

	return o ? o->id : c->s->org_id;
}

static struct slice param_get(const struct param *v, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (slice_is(v[i].name, name))
			return v[i].value;
	}
	return (struct slice){NULL, 0};
}

struct slice query_get(const struct call *c, const char *name)
{
	return param_get(c->query, c->nquery, name);
}

struct slice form_get(const struct call *c, const char *name)
{
	return param_get(c->form, c->nform, name);
}

bool query_is(const struct call *c, const char *name, const char *value)
{
	struct slice v = query_get(c, name);

	return v.p && slice_eq_fold(v, slice_of(value));
}

void reply_status(struct call *c, uint16_t status)
{
	c->res->status = status;
	buf_clear(&c->res->body);
}

void reply_text(struct call *c, uint16_t status, struct slice json)
{
	reply_status(c, status);
	buf_add_slice(&c->res->body, json);
}

void reply_js(struct call *c, uint16_t status, struct js *doc)
{
	reply_status(c, status);
	js_write(&c->res->body, doc);
	js_free(doc);
}

/* Errors quote requests, which may hold any bytes: what is no valid text loses its odd ones. */
static void add_quoted(struct buf *b, const char *text)
{
	AUTO(buf) struct buf plain = BUF_TEXT;
	AUTO_PTR(js) j = js_new_str(slice_of(text));

	if (js_str(j).n || !text[0]) {
		buf_add_json(b, slice_of(text));
		return;
	}
	for (; *text; text++)
		buf_addc(&plain, (unsigned char)*text < 0x80 ? *text : '?');
	buf_add_json(b, buf_slice(&plain));
}

void fail(struct call *c, uint16_t status, const char *code, const char *summary, const char *cause)
{
	struct buf *b = &c->res->body;
	char id[21];

	store_new_id(c->s, "oae", id);
	reply_status(c, status);
	buf_addf(b, "{\"errorCode\":\"%s\",\"errorSummary\":", code);
	add_quoted(b, summary);
	buf_addf(b, ",\"errorLink\":\"%s\",\"errorId\":\"%s\",\"errorCauses\":[", code, id);
	if (cause) {
		buf_adds(b, "{\"errorSummary\":");
		add_quoted(b, cause);
		buf_addc(b, '}');
	}
	buf_adds(b, "]}");
}

/* The first row of a status is what it means where no code is given. */
static const struct {
	uint16_t status;
	const char *code, *summary;
} errors[] = {
	{400, "E0000001", "Api validation failed"},
	{401, "E0000011", "Invalid token provided"},
	{403, "E0000006", "You do not have permission to perform the requested action"},
	{404, "E0000007", "Not found: Resource not found"},
	{404, "E0000008", "The requested path was not found"},
	{405, "E0000022", "The endpoint does not support the provided HTTP method"},
	{409, "E0000112", "The user is still being activated. Please try again later."},
	{409, "E0000249", "Group rules are still being set up.  Please try again later."},
	{409, "E0000253", "The user type is still being set up. Please try again later."},
	{409, "E0000268", "The role assignments are being changed. Please try again later."},
	{412, "E0000231", "The object was changed since it was read."},
	{423, "E0000239", "Policy priorities are being reconciled. Please try again later."},
	{429, "E0000047", "API call exceeded rate limit due to too many requests."},
	{500, "E0000009", "Internal Server Error"},
	{501, "E0000060", "Unsupported operation."},
	{503, "E0000181", "The service is temporarily unavailable."},
	{503, "E0000010", "Service is in read only mode"},
	{503, "E0000100", "Search is temporarily unavailable."},
};

void fail_code(struct call *c, uint16_t status, const char *code)
{
	for (size_t i = 0; i < LEN(errors); i++) {
		if (code ? streq(errors[i].code, code) : errors[i].status == status) {
			fail(c, status, errors[i].code, errors[i].summary, NULL);
			return;
		}
	}
	if (code)
		fail(c, status, code, "The request was refused.", NULL);
	else
		/* nothing that Okta itself says: a proxy in front of it, which sends no JSON */
		reply_status(c, status);
}

void fail_field(struct call *c, const char *field, const char *fmt, ...)
{
	char summary[160], cause[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(cause, sizeof(cause), fmt, ap);
	va_end(ap);
	snprintf(summary, sizeof(summary), "Api validation failed: %s", field);
	fail(c, 400, "E0000001", summary, cause);
}

void fail_missing(struct call *c, struct slice id, const char *type)
{
	char text[256];

	snprintf(text, sizeof(text), "Not found: Resource not found: %.*s (%s)",
		(int)(id.n > 128 ? 128 : id.n), id.p, type);
	fail(c, 404, "E0000007", text, NULL);
}

/* A member or an item follows: not the first needs a comma. */
static void add_comma(struct buf *b)
{
	if (b->n && !strchr("{[,:", b->p[b->n - 1]))
		buf_addc(b, ',');
}

void add_nested(struct buf *b, const char *member)
{
	b->n--;
	add_comma(b);
	buf_addf(b, "\"%s\":{", member);
}

static void add_link_to(struct buf *b, const struct call *c, const char *name, const char *fmt,
	va_list ap) PRINTF(4, 0);
static void add_link_to(
	struct buf *b, const struct call *c, const char *name, const char *fmt, va_list ap)
{
	AUTO(buf) struct buf target = BUF_MAX(4096);
	char text[512];

	vsnprintf(text, sizeof(text), fmt, ap);
	buf_adds(&target, c->s->base_url);
	buf_adds(&target, text);
	add_comma(b);
	buf_addf(b, "\"%s\":{\"href\":", name);
	buf_add_json(b, buf_slice(&target));
}

void add_href(struct buf *b, const struct call *c, const char *name, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_link_to(b, c, name, fmt, ap);
	va_end(ap);
	buf_addc(b, '}');
}

void add_hint(struct buf *b, const struct call *c, const char *name, const char *allow,
	const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_link_to(b, c, name, fmt, ap);
	va_end(ap);
	if (allow) {
		buf_adds(b, ",\"hints\":{\"allow\":[");
		for (struct slice rest = slice_of(allow), word; slice_cut(&rest, '|', &word);) {
			add_comma(b);
			buf_addf(b, "\"%.*s\"", SLICE_ARG(word));
		}
		buf_adds(b, "]}");
	}
	buf_addc(b, '}');
}

bool page_begin(struct call *c, struct page *p, uint32_t limit, uint32_t max)
{
	struct slice l = query_get(c, "limit"), after = query_get(c, "after");
	long long n;

	*p = (struct page){.limit = limit, .paged = limit != 0, .after = NO_OBJ};
	if (l.p && l.n) {
		if (!slice_int(l, -1, UINT32_MAX, &n)) {
			fail_field(c, "limit", "limit: must be a whole number");
			return false;
		}
		if (n > 0)
			p->limit = n > max ? max : (uint32_t)n;
	}
	if (!p->paged)
		p->limit = UINT32_MAX;
	if (after.p && after.n) {
		p->after = store_cursor(c->s, after);
		p->has_after = true;
		if (p->after == NO_OBJ) {
			fail(c, 400, "E0000029", "Invalid paging request.", NULL);
			return false;
		}
	}
	reply_status(c, 200);
	buf_addc(&c->res->body, '[');
	return true;
}

void page_wrap(struct call *c, struct page *p, const char *member)
{
	p->envelope = member;
	buf_clear(&c->res->body);
	buf_addf(&c->res->body, "{\"%s\":[", member);
}

bool page_more(struct page *p)
{
	if (p->n < p->limit)
		return true;
	p->more = true;
	return false;
}

struct buf *page_item(struct call *c, struct page *p, uint32_t ix)
{
	if (p->n++)
		buf_addc(&c->res->body, ',');
	p->last = ix;
	return &c->res->body;
}

/* As forms are encoded: a blank is a plus sign. */
static void add_form(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ' ')
			buf_addc(b, '+');
		else
			buf_add_url(b, (struct slice){s.p + i, 1});
	}
}

/* By name, but filter comes last (recorded). */
static int by_name(const void *a, const void *b)
{
	const struct param *x = a, *y = b;
	bool x_last = slice_is(x->name, "filter"), y_last = slice_is(y->name, "filter");

	return x_last != y_last ? x_last - y_last : slice_cmp(x->name, y->name);
}

static void add_target(struct buf *h, const struct call *c, const struct param *list, size_t n)
{
	buf_adds(h, c->s->base_url);
	buf_add_slice(h, c->path);
	for (size_t i = 0; i < n; i++) {
		buf_addc(h, i ? '&' : '?');
		add_form(h, list[i].name);
		buf_addc(h, '=');
		add_form(h, list[i].value);
	}
}

void link_add(struct call *c, const char *rel, struct param *list, size_t n)
{
	struct buf *h = &c->res->headers;

	qsort(list, n, sizeof(*list), by_name);
	buf_adds(h, "Link: <");
	add_target(h, c, list, n);
	buf_addf(h, ">; rel=\"%s\"\r\n", rel);
}

/* In an object that wraps a list the next page stands in its links, and there is none to itself. */
static void add_link(
	struct call *c, const struct page *p, struct param *list, size_t n, const char *rel)
{
	if (!p->envelope) {
		link_add(c, rel, list, n);
	} else if (streq(rel, "next")) {
		AUTO(buf) struct buf target = BUF_TEXT;

		qsort(list, n, sizeof(*list), by_name);
		add_target(&target, c, list, n);
		buf_adds(&c->res->body, ",\"_links\":{\"next\":{\"href\":");
		buf_add_json(&c->res->body, buf_slice(&target));
		buf_adds(&c->res->body, "}}");
	}
}

static void add_links(struct call *c, struct page *p, const char *keep)
{
	struct param list[PARAM_MAX + 2];
	char limit[16];
	size_t n = 0, at;

	snprintf(limit, sizeof(limit), "%u", p->limit);
	for (size_t i = 0; i < c->nquery; i++) {
		struct slice name = c->query[i].name;

		if (!slice_is(name, "limit") && !slice_is(name, "after") && slice_in(name, keep))
			list[n++] = c->query[i];
	}
	if (p->paged)
		list[n++] = (struct param){SLICE("limit"), slice_of(limit)};
	if (p->has_after)
		list[n++] = (struct param){SLICE("after"), query_get(c, "after")};
	add_link(c, p, list, n, "self");
	if (!p->more || !p->n)
		return;
	if (!p->has_after)
		list[n++] = (struct param){SLICE("after"), (struct slice){NULL, 0}};
	for (at = 0; !slice_is(list[at].name, "after");)
		at++;
	list[at].value = slice_of(store_at(c->s, p->last)->id);
	add_link(c, p, list, n, "next");
}

void page_end(struct call *c, struct page *p, const char *keep)
{
	buf_addc(&c->res->body, ']');
	if (keep)
		add_links(c, p, keep);
	if (p->envelope)
		buf_addc(&c->res->body, '}');
}
