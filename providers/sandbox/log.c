/*
 * The System Log: how events are kept. Each is one block of text, so that a million of them fit.
 */
#include "providers/sandbox/log.h"

#include "base/hash.h"
#include "base/rfc3339.h"
#include "base/xalloc.h"
#include "providers/sandbox/outbox.h"

#include <stdlib.h>

/* Beyond EVENTS_MAX the oldest go, a few at a time. */
enum { EVENTS_MAX = 1 << 20, EVENTS_DROP = EVENTS_MAX / 8 };

struct event {
	int64_t at;
	char *text;
	uint8_t ntargets;
};

struct log {
	VEC(struct event) v, wake;
	uint64_t dropped; /* how many came before v[0] */
};

void log_free(struct log *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->v.n; i++)
		free(l->v.v[i].text);
	for (uint32_t i = 0; i < l->wake.n; i++)
		free(l->wake.v[i].text);
	vec_free(&l->v);
	vec_free(&l->wake);
	free(l);
}

/* --- fields --- */

/* What is no UTF-8 loses its odd bytes: requests may hold any, and an event is JSON. */
static void put_plain(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_addc(b, (unsigned char)s.p[i] < 0x80 ? s.p[i] : '?');
}

/* A field ends with a NUL; what has one inside is cut there. */
static void put(struct buf *b, struct slice s, size_t max)
{
	size_t n = 0;
	bool odd = false;

	s = slice_head(s, max);
	for (; n < s.n && s.p[n]; n++)
		odd |= (unsigned char)s.p[n] >= 0x80;
	s.n = n;
	if (odd) {
		AUTO_PTR(js) valid = js_new_str(s);

		odd = js_str(valid).n != n;
	}
	if (odd)
		put_plain(b, s);
	else
		buf_add(b, s.p, n);
	buf_addc(b, '\0');
}

void log_put(struct buf *b, struct slice s)
{
	put(b, s, LOG_FIELD_MAX);
}

void log_put_json(struct buf *b, struct slice s)
{
	put(b, s.n > LOG_JSON_MAX ? SLICE("") : s, LOG_JSON_MAX);
}

/* --- keeping --- */

static void add_event(struct sandbox *s, struct event e)
{
	struct log *l = s->log;

	if (l->v.n == EVENTS_MAX) {
		for (uint32_t i = 0; i < EVENTS_DROP; i++)
			free(l->v.v[i].text);
		l->v.n -= EVENTS_DROP;
		memmove(l->v.v, l->v.v + EVENTS_DROP, l->v.n * sizeof(*l->v.v));
		l->dropped += EVENTS_DROP;
	}
	vec_push(&l->v, e);
	outbox_event(s, l->v.n - 1);
}

static void keep(struct sandbox *s, int64_t at, const struct buf *text, uint8_t ntargets, bool wake)
{
	struct event e = {.at = at, .ntargets = ntargets};

	if (!buf_ok(text))
		return;
	if (!s->log)
		s->log = xcalloc(1, sizeof(*s->log));
	e.text = xcalloc(1, text->n + 1);
	memcpy(e.text, text->p, text->n);
	if (wake)
		vec_push(&s->log->wake, e);
	else
		add_event(s, e);
}

void log_keep(struct sandbox *s, const struct buf *text, uint8_t ntargets, bool wake)
{
	keep(s, sandbox_now(s), text, ntargets, wake);
}

void log_flush(struct sandbox *s)
{
	struct log *l = s->log;

	for (uint32_t i = 0; l && i < l->wake.n; i++)
		add_event(s, l->wake.v[i]);
	if (l)
		l->wake.n = 0;
}

/* --- printing --- */

static void add_member(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, "%s\"%s\":", b->n && b->p[b->n - 1] != '{' ? "," : "", name);
	if (value && value[0])
		buf_add_json(b, slice_of(value));
	else
		buf_adds(b, "null");
}

/* Of the org and the event's number: the same events have the same names. */
static void add_uuid(struct buf *b, const struct sandbox *s, uint64_t seq)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	uint64_t x, y;

	buf_addf(&text, "%s%llu", s->org_id, (unsigned long long)seq);
	x = hash64(buf_slice(&text));
	buf_addc(&text, '.');
	y = hash64(buf_slice(&text));
	buf_addf(b, "\"uuid\":\"%08x-%04x-11ee-%04x-%012llx\"", (unsigned)(x >> 32),
		(unsigned)(x >> 16 & 0xffff), (unsigned)(x & 0xffff),
		(unsigned long long)(y & 0xffffffffffff));
}

static void add_client(struct buf *b, const char *const *f)
{
	buf_adds(b, "\"client\":{\"userAgent\":");
	if (f[F_AGENT][0]) {
		buf_addc(b, '{');
		add_member(b, "rawUserAgent", f[F_AGENT]);
		buf_adds(b, ",\"os\":\"Unknown\",\"browser\":\"UNKNOWN\"}");
	} else {
		buf_adds(b, "null");
	}
	buf_adds(b, ",\"zone\":\"null\",\"device\":\"Unknown\",\"id\":null,\"ipAddress\":");
	if (f[F_PEER][0])
		buf_add_json(b, slice_of(f[F_PEER]));
	else
		buf_adds(b, "null");
	buf_adds(b, ",\"geographicalContext\":null}");
}

static void add_debug(struct buf *b, const char *const *f)
{
	const char *query = strchr(f[F_URI], '?');
	size_t n = query ? (size_t)(query - f[F_URI]) : strlen(f[F_URI]);

	buf_adds(b, "\"debugContext\":{\"debugData\":{");
	if (f[F_URI][0]) {
		add_member(b, "requestId", f[F_REQUEST]);
		buf_adds(b, ",\"requestUri\":");
		buf_add_json(b, (struct slice){f[F_URI], n});
		add_member(b, "url", f[F_URI]);
	}
	if (f[F_DETAIL][0])
		buf_addf(b, "%s%s", f[F_URI][0] ? "," : "", f[F_DETAIL]);
	buf_adds(b, "}}");
}

/* Only what an update changed says more of its first target. */
static void add_targets(struct buf *b, const char *at, uint8_t n, const char *change)
{
	static const char *const members[] = {"type", "id", "alternateId", "displayName"};

	buf_adds(b, "\"target\":[");
	for (uint8_t i = 0; i < n; i++) {
		buf_adds(b, i ? ",{" : "{");
		for (size_t k = 0; k < LEN(members); k++) {
			add_member(b, members[k], at);
			at += strlen(at) + 1;
		}
		buf_addf(b, ",\"detailEntry\":%s", at[0] ? at : "null");
		at += strlen(at) + 1;
		if (i == 0 && change[0])
			buf_addf(b, ",\"changeDetails\":%s", change);
		buf_addc(b, '}');
	}
	buf_addc(b, ']');
}

/* Assignments of groups are worked off behind the request, as what Okta does by itself is. */
static bool is_job(const char *const *f)
{
	return !f[F_METHOD][0] ||
	       slice_starts(slice_of(f[F_TYPE]), "group.application_assignment.");
}

static void print(struct buf *b, const struct sandbox *s, const struct event *e, uint64_t seq)
{
	const char *f[F_COUNT], *at = e->text;

	for (int i = 0; i < F_COUNT; i++) {
		f[i] = at;
		at += strlen(at) + 1;
	}
	buf_adds(b, "{\"actor\":{");
	add_member(b, "id", f[F_ACTOR_ID]);
	add_member(b, "type", f[F_ACTOR_TYPE]);
	add_member(b, "alternateId", f[F_ACTOR_ALT]);
	add_member(b, "displayName", f[F_ACTOR_NAME]);
	buf_adds(b, ",\"detailEntry\":null},");
	add_client(b, f);
	buf_adds(b,
		",\"device\":null,\"authenticationContext\":{\"authenticationProvider\":null,\"credentialProvider\":null,\"credentialType\":null,\"issuer\":null,\"authenticationStep\":0,\"externalSessionId\":null,\"interface\":null}");
	add_member(b, "displayMessage", f[F_TYPE]);
	add_member(b, "eventType", f[F_TYPE]);
	buf_adds(b, ",\"outcome\":{\"result\":\"SUCCESS\",\"reason\":null},\"published\":\"");
	rfc3339_add(b, e->at);
	buf_adds(b,
		"\",\"securityContext\":{\"asNumber\":null,\"asOrg\":null,\"isp\":null,\"domain\":null,\"isProxy\":null},\"severity\":\"INFO\",");
	add_debug(b, f);
	buf_adds(b, ",\"legacyEventType\":null,\"transaction\":{");
	add_member(b, "type", is_job(f) ? "JOB" : "WEB");
	add_member(b, "id", f[F_REQUEST]);
	buf_adds(b, ",\"detail\":{");
	if (f[F_TOKEN][0])
		add_member(b, "requestApiTokenId", f[F_TOKEN]);
	buf_adds(b, "}},");
	add_uuid(b, s, seq);
	buf_adds(b, ",\"version\":\"0\",\"request\":{\"ipChain\":[");
	if (f[F_PEER][0]) {
		buf_addc(b, '{');
		add_member(b, "ip", f[F_PEER]);
		buf_adds(b, ",\"geographicalContext\":null,\"version\":\"V4\",\"source\":null}");
	}
	buf_adds(b, "]},");
	add_targets(b, at, e->ntargets, f[F_CHANGE]);
	buf_addc(b, '}');
}

uint32_t log_count(const struct sandbox *s)
{
	return s->log ? s->log->v.n : 0;
}

uint64_t log_dropped(const struct sandbox *s)
{
	return s->log ? s->log->dropped : 0;
}

int64_t log_time(const struct sandbox *s, uint32_t nth)
{
	return s->log->v.v[nth].at;
}

const char *log_type(const struct sandbox *s, uint32_t nth)
{
	return s->log->v.v[nth].text;
}

void log_print(struct buf *b, const struct sandbox *s, uint32_t nth)
{
	print(b, s, &s->log->v.v[nth], s->log->dropped + nth);
}

/* --- a file --- */

void log_save(const struct sandbox *s, struct buf *to)
{
	for (uint32_t i = 0; i < log_count(s); i++) {
		const struct event *e = &s->log->v.v[i];
		const char *at = e->text;

		buf_addf(to, "{\"at\":%lld,\"event\":[", (long long)e->at);
		for (int k = 0; k < F_COUNT + TARGET_FIELDS * e->ntargets; k++) {
			if (k)
				buf_addc(to, ',');
			buf_add_json(to, slice_of(at));
			at += strlen(at) + 1;
		}
		buf_adds(to, "]}\n");
	}
}

bool log_load(struct sandbox *s, const struct js *line)
{
	const struct js *list = js_get(line, "event");
	AUTO(buf) struct buf text = BUF_MAX(LOG_TEXT_MAX);
	size_t n = js_len(list);

	if (js_type(js_get(line, "at")) != JS_INT || n < F_COUNT || (n - F_COUNT) % TARGET_FIELDS ||
		n > F_COUNT + TARGET_FIELDS * LOG_TARGETS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		put(&text, js_str(js_at(list, i)), LOG_JSON_MAX);
	keep(s, js_int(js_get(line, "at")), &text, (uint8_t)((n - F_COUNT) / TARGET_FIELDS), false);
	return true;
}
