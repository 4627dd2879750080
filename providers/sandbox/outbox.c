/*
 * Deliveries to event hooks: queued with the event, sent by somebody else, tried twice.
 */
#include "providers/sandbox/outbox.h"

#include "base/rfc3339.h"
#include "base/xalloc.h"
#include "providers/sandbox/log.h"

#include <stdlib.h>
#include <string.h>

/* A hook whose endpoint is gone must not fill the memory: beyond this, deliveries are lost and logged. */
enum { WAITING_MAX = 10000, TRIES = 2, ANSWER_MAX = 1 << 20 };

struct parcel {
	uint64_t tag;
	uint32_t hook;
	int tries;
	char *url, *headers, *body;
};

struct outbox {
	VEC(struct parcel) v;
	uint64_t last;
};

static void parcel_release(struct parcel *p)
{
	free(p->url);
	if (p->headers)
		explicit_bzero(p->headers, strlen(p->headers));
	free(p->headers);
	free(p->body);
}

void outbox_free(struct outbox *o)
{
	if (!o)
		return;
	for (uint32_t i = 0; i < o->v.n; i++)
		parcel_release(&o->v.v[i]);
	vec_free(&o->v);
	free(o);
}

static bool one_line(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n')
			return false;
	}
	return true;
}

static void add_header(struct buf *b, struct slice name, struct slice value)
{
	if (!name.n || !one_line(name) || !one_line(value))
		return;
	buf_add_slice(b, name);
	buf_adds(b, ": ");
	buf_add_slice(b, value);
	buf_adds(b, "\r\n");
}

/* The hook's own headers, and its credentials, which its document does not hold. */
static void add_headers(struct buf *b, const struct obj *hook, const struct js *doc)
{
	const struct js *list = js_path(doc, "channel.config.headers");

	for (size_t i = 0; i < js_len(list); i++)
		add_header(b, js_str(js_get(js_at(list, i), "key")),
			js_str(js_get(js_at(list, i), "value")));
	if (hook->secret)
		add_header(b, js_str(js_path(doc, "channel.config.authScheme.key")),
			slice_of(hook->secret));
}

static bool wants(const struct js *doc, const char *type)
{
	const struct js *items = js_path(doc, "events.items");
	bool found = false;

	for (size_t i = 0; i < js_len(items) && !found; i++)
		found = slice_is(js_str(js_at(items, i)), type);
	return found && slice_is(js_str(js_get(doc, "verificationStatus")), "VERIFIED");
}

static void add_envelope(struct buf *b, struct sandbox *s, const struct obj *hook, uint32_t nth)
{
	AUTO(buf) struct buf event = BUF_TEXT;
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;

	log_print(&event, s, nth);
	if (js_parse(buf_slice(&event), "an event", &doc, &e) < 0)
		BUG("an event is no JSON: %s", e.msg);
	buf_addf(b,
		"{\"eventType\":\"com.okta.event_hook\",\"eventTypeVersion\":\"1.0\",\"cloudEventsVersion\":\"0.1\",\"source\":\"%s/api/v1/eventHooks/%s\",\"eventId\":",
		s->base_url, hook->id);
	js_write(b, js_get(doc, "uuid"));
	buf_adds(b, ",\"data\":{\"events\":[");
	buf_add_slice(b, buf_slice(&event));
	buf_adds(b, "]},\"eventTime\":\"");
	rfc3339_add(b, sandbox_now(s));
	buf_adds(b, "\",\"contentType\":\"application/json\"}");
}

static void post(struct sandbox *s, const struct obj *hook, const struct js *doc, uint32_t nth)
{
	AUTO(buf) struct buf headers = BUF_TEXT;
	AUTO(buf) struct buf body = BUF_TEXT;
	struct slice url = js_str(js_path(doc, "channel.config.uri"));

	if (!s->outbox)
		s->outbox = xcalloc(1, sizeof(*s->outbox));
	if (s->outbox->v.n >= WAITING_MAX)
		return;
	add_headers(&headers, hook, doc);
	add_envelope(&body, s, hook, nth);
	vec_push(&s->outbox->v, (struct parcel){.tag = ++s->outbox->last,
					.hook = hook->ix,
					.url = xstrndup(url.p, url.n),
					.headers = xstrndup(buf_str(&headers), headers.n),
					.body = xstrndup(buf_str(&body), body.n)});
	buf_wipe(&headers);
}

void outbox_event(struct sandbox *s, uint32_t nth)
{
	const char *type = log_type(s, nth);

	/* a delivery that failed is an event too, and must not beget others */
	if (streq(type, "event_hook.delivery"))
		return;
	STORE_EACH(s, K_EVENT_HOOK, hook) {
		AUTO_PTR(js) doc = hook->status == ST_ACTIVE ? obj_doc(hook) : NULL;

		if (doc && wants(doc, type))
			post(s, hook, doc, nth);
	}
}

bool sandbox_out_next(struct sandbox *s, struct sandbox_out *ret)
{
	const struct parcel *p = s->outbox && s->outbox->v.n ? &s->outbox->v.v[0] : NULL;

	if (!p)
		return false;
	*ret = (struct sandbox_out){
		p->tag, "POST", p->url, slice_of(p->headers), slice_of(p->body)};
	return true;
}

void sandbox_out_done(struct sandbox *s, uint64_t tag, uint16_t status)
{
	struct parcel *p = s->outbox && s->outbox->v.n ? &s->outbox->v.v[0] : NULL;
	bool done = status >= 200 && status < 300;

	if (!p || p->tag != tag)
		return;
	/* timeouts and 5xx may pass, a 4xx says no */
	if (!done && (status == 0 || status >= 500) && ++p->tries < TRIES)
		return;
	if (!done) {
		log_system(
			s, &(struct log_note){"event_hook.delivery", {store_at(s, p->hook)}, NULL});
		log_flush(s);
	}
	parcel_release(p);
	s->outbox->v.n--;
	memmove(p, p + 1, s->outbox->v.n * sizeof(*p));
}

/* Sends to a hook's endpoint and waits; 0 when there is no answer. Wipes the headers. */
static int ask(struct sandbox *s, const struct obj *hook, const char *method, struct buf *headers,
	struct slice body, struct buf *answer)
{
	AUTO_PTR(js) doc = obj_doc(hook);
	struct slice uri = js_str(js_path(doc, "channel.config.uri"));
	AUTO_CHAR url = NULL;
	int status;

	if (!s->fetch || !uri.n)
		return 0;
	url = xstrndup(uri.p, uri.n);
	add_headers(headers, hook, doc);
	status = s->fetch(s->fetch_self,
		&(struct sandbox_out){0, method, url, buf_slice(headers), body}, answer);
	buf_wipe(headers);
	return status;
}

bool outbox_verify(struct sandbox *s, const struct obj *hook)
{
	AUTO(buf) struct buf headers = BUF_TEXT;
	AUTO(buf) struct buf answer = BUF_MAX(64 << 10);
	AUTO_PTR(js) said = NULL;
	struct err e = ERR_INIT;
	char challenge[21];

	store_new_id(s, "ver", challenge);
	add_header(&headers, SLICE("x-okta-verification-challenge"), slice_of(challenge));
	return ask(s, hook, "GET", &headers, (struct slice){NULL, 0}, &answer) == 200 &&
	       js_parse(buf_slice(&answer), "an answer", &said, &e) == 0 &&
	       slice_is(js_str(js_get(said, "verification")), challenge);
}

bool outbox_execute(
	struct sandbox *s, const struct obj *hook, const struct js *payload, struct js **ret)
{
	AUTO(buf) struct buf body = BUF_TEXT;
	struct err e = ERR_INIT;
	int status = 0;

	*ret = NULL;
	js_write(&body, payload);
	for (int i = 0; i < TRIES && (status == 0 || status >= 500); i++) {
		AUTO(buf) struct buf headers = BUF_TEXT;
		AUTO(buf) struct buf answer = BUF_MAX(ANSWER_MAX);

		add_header(&headers, SLICE("Content-Type"), SLICE("application/json"));
		status = ask(s, hook, "POST", &headers, buf_slice(&body), &answer);
		if (status == 200 && js_parse(buf_slice(&answer), "an answer", ret, &e) == 0)
			return true;
	}
	return false;
}
