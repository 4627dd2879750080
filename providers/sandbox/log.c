/*
 * The System Log: how events are kept. Each is one block of text, so that a million of them fit.
 */
#include "providers/sandbox/log.h"

#include "base/hash.h"
#include "base/rfc3339.h"
#include "base/xalloc.h"
#include "providers/sandbox/collection.h"
#include "providers/sandbox/outbox.h"

#include <stdlib.h>

/* Beyond EVENTS_MAX the oldest go, a few at a time. */
enum {
	EVENTS_MAX = 1 << 20,
	EVENTS_DROP = EVENTS_MAX / 8,
	TEXT_MAX = 32 << 10,
	FIELD_MAX = 1024,
	TARGETS_MAX = ARG_MAX + 2
};

/* The fields of an event, in their order in its text; targets follow, four fields each. */
enum field {
	F_TYPE,
	F_ACTOR_ID,
	F_ACTOR_TYPE,
	F_ACTOR_ALT,
	F_ACTOR_NAME,
	F_TOKEN,
	F_REQUEST,
	F_METHOD,
	F_URI,
	F_PEER,
	F_AGENT,
	F_DETAIL,
	F_COUNT
};

struct event {
	int64_t at;
	char *text;
	uint8_t ntargets;
};

struct log {
	VEC(struct event) v;
	uint64_t dropped; /* how many came before v[0] */
};

static const struct {
	enum kind kind;
	const char *type;
} type_names[] = {
	{K_USER, "User"},
	{K_GROUP, "UserGroup"},
	{K_GROUP_RULE, "GroupRule"},
	{K_APP, "AppInstance"},
	{K_POLICY, "PolicyEntity"},
	{K_POLICY_RULE, "PolicyRule"},
	{K_ROLE_ASSIGN, "ROLE"},
	{K_DEVICE, "Device"},
	{K_ZONE, "NetworkZone"},
	{K_TYPE, "UserType"},
	{K_SCHEMA, "UserSchema"},
};

static const char *type_of(const struct obj *o)
{
	const struct collection *col;

	for (size_t i = 0; i < LEN(type_names); i++) {
		if (type_names[i].kind == (enum kind)o->kind)
			return type_names[i].type;
	}
	col = o->kind == K_SETTING ? collection_row(o) : collection_of(o->kind);
	return col ? col->type : "Resource";
}

void log_free(struct log *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->v.n; i++)
		free(l->v.v[i].text);
	vec_free(&l->v);
	free(l);
}

/* --- writing --- */

/* What is no UTF-8 loses its odd bytes: requests may hold any, and an event is JSON. */
static void put_plain(struct buf *b, struct slice s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_addc(b, (unsigned char)s.p[i] < 0x80 ? s.p[i] : '?');
}

/* A field ends with a NUL; what has one inside is cut there. */
static void put(struct buf *b, struct slice s)
{
	size_t n = 0;
	AUTO_PTR(js) valid = NULL;

	s = slice_head(s, FIELD_MAX);
	while (n < s.n && s.p[n])
		n++;
	s.n = n;
	valid = js_new_str(s);
	if (js_str(valid).n == n)
		buf_add(b, s.p, n);
	else
		put_plain(b, s);
	buf_addc(b, '\0');
}

/* What people call an object, twice: the name that is unique, and the one that is shown. */
static void put_names(struct buf *b, const struct obj *o)
{
	static const char *const unique[] = {"profile.login", "label", "name"};
	static const char *const shown[] = {"profile.name", "label", "name", "displayName"};
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO(buf) struct buf full = BUF_TEXT;
	struct slice alt = {NULL, 0}, name = {NULL, 0};

	for (size_t i = 0; i < LEN(unique) && !alt.n; i++)
		alt = js_str(js_path(doc, unique[i]));
	for (size_t i = 0; i < LEN(shown) && !name.n; i++)
		name = js_str(js_path(doc, shown[i]));
	if (o->kind == K_USER) {
		buf_add_slice(&full, js_str(js_path(doc, "profile.firstName")));
		buf_addc(&full, ' ');
		buf_add_slice(&full, js_str(js_path(doc, "profile.lastName")));
		name = slice_trim(buf_slice(&full));
	}
	if (!alt.n)
		alt = SLICE("unknown");
	put(b, alt);
	put(b, name.n ? name : alt);
}

static void put_target(struct buf *b, const struct obj *o)
{
	put(b, slice_of(type_of(o)));
	put(b, slice_of(o->id));
	put_names(b, o);
}

static void keep(struct sandbox *s, int64_t at, const struct buf *text, uint8_t ntargets)
{
	struct event e = {.at = at, .ntargets = ntargets};
	struct log *l = s->log ? s->log : (s->log = xcalloc(1, sizeof(*l)));

	if (!buf_ok(text))
		return;
	if (l->v.n == EVENTS_MAX) {
		for (uint32_t i = 0; i < EVENTS_DROP; i++)
			free(l->v.v[i].text);
		l->v.n -= EVENTS_DROP;
		memmove(l->v.v, l->v.v + EVENTS_DROP, l->v.n * sizeof(*l->v.v));
		l->dropped += EVENTS_DROP;
	}
	e.text = xcalloc(1, text->n + 1);
	memcpy(e.text, text->p, text->n);
	vec_push(&l->v, e);
	outbox_event(s, l->v.n - 1);
}

void log_before(struct call *c, const struct route *r)
{
	if (c->s->silent || !r->event)
		return;
	for (size_t i = 0; i < ARG_MAX && c->arg[i].n; i++) {
		struct obj *o = store_at(c->s, store_cursor(c->s, c->arg[i]));

		if (!o)
			o = name_find(c->s, K_USER, 0, c->arg[i]);
		if (!o || o->dead)
			continue;
		put_target(&c->targets, o);
		c->ntargets++;
	}
}

/* The route's word; a collection's has a star for what is done, a route's for the last word of its path. */
static void put_type(struct buf *b, const struct call *c, const struct route *r)
{
	const char *word = c->event ? c->event
			   : c->col ? c->col->event
				    : r->event,
		   *star = strchr(word, '*');
	struct slice verb = slice_of(r->event);

	for (size_t i = 0; !c->col && i < ARG_MAX && c->arg[i].n; i++)
		verb = c->arg[i];
	if (!star) {
		put(b, slice_of(word));
		return;
	}
	buf_add(b, word, (size_t)(star - word));
	buf_add_slice(b, slice_head(verb, FIELD_MAX));
	put(b, slice_of(star + 1));
}

/* Who calls: an admin by a token, or a service app. */
static void put_actor(struct buf *b, const struct call *c)
{
	const struct obj *o = store_find(c->s, K_USER, slice_of(call_actor_id(c)));

	if (!o)
		o = store_find(c->s, K_APP, slice_of(call_actor_id(c)));
	put(b, slice_of(call_actor_id(c)));
	put(b, o && o->kind == K_APP ? SLICE("PublicClientApp") : SLICE("User"));
	if (o) {
		put_names(b, o);
		return;
	}
	put(b, SLICE("unknown"));
	put(b, SLICE("unknown"));
}

void log_after(struct call *c, const struct route *r)
{
	AUTO(buf) struct buf b = BUF_MAX(TEXT_MAX);

	if (c->s->silent || !r->event || (c->event && !c->event[0]) || (c->col && !c->col->event))
		return;
	put_type(&b, c, r);
	put_actor(&b, c);
	put(&b, slice_of(c->token_id));
	put(&b, slice_of(c->request_id));
	put(&b, slice_of(c->req->method));
	put(&b, c->req->target);
	put(&b, c->req->peer);
	put(&b, c->req->user_agent);
	put(&b, slice_of(c->detail));
	buf_add_slice(&b, buf_slice(&c->targets));
	if (c->made)
		put_target(&b, c->made);
	keep(c->s, c->now, &b, (uint8_t)(c->ntargets + (c->made != NULL)));
}

void log_system(struct sandbox *s, const char *type, const struct obj *a, const struct obj *b,
	const char *detail)
{
	AUTO(buf) struct buf text = BUF_MAX(TEXT_MAX);

	if (s->silent)
		return;
	put(&text, slice_of(type));
	put(&text, slice_of(s->org_id));
	put(&text, SLICE("SystemPrincipal"));
	put(&text, SLICE("system@okta.com"));
	put(&text, SLICE("Okta System"));
	put(&text, (struct slice){NULL, 0});
	put(&text, slice_of(s->request_id));
	for (int i = F_METHOD; i < F_DETAIL; i++)
		put(&text, (struct slice){NULL, 0});
	put(&text, slice_of(detail));
	if (a)
		put_target(&text, a);
	if (b)
		put_target(&text, b);
	keep(s, sandbox_now(s), &text, (uint8_t)((a != NULL) + (b != NULL)));
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
	add_member(b, "requestId", f[F_REQUEST]);
	if (f[F_URI][0]) {
		buf_adds(b, ",\"requestUri\":");
		buf_add_json(b, (struct slice){f[F_URI], n});
		add_member(b, "url", f[F_URI]);
	}
	if (f[F_DETAIL][0])
		buf_addf(b, ",%s", f[F_DETAIL]);
	buf_adds(b, "}}");
}

static void add_targets(struct buf *b, const char *at, uint8_t n)
{
	static const char *const members[] = {"type", "id", "alternateId", "displayName"};

	buf_adds(b, "\"target\":[");
	for (uint8_t i = 0; i < n; i++) {
		buf_adds(b, i ? ",{" : "{");
		for (size_t k = 0; k < LEN(members); k++) {
			add_member(b, members[k], at);
			at += strlen(at) + 1;
		}
		buf_adds(b, ",\"detailEntry\":null}");
	}
	buf_addc(b, ']');
}

static void print(struct buf *b, const struct sandbox *s, const struct event *e, uint64_t seq)
{
	const char *f[F_COUNT], *at = e->text;
	bool web;

	for (int i = 0; i < F_COUNT; i++) {
		f[i] = at;
		at += strlen(at) + 1;
	}
	web = f[F_METHOD][0];
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
	add_member(b, "type", web ? "WEB" : "JOB");
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
	add_targets(b, at, e->ntargets);
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

/* --- keeping --- */

void log_save(const struct sandbox *s, struct buf *to)
{
	for (uint32_t i = 0; i < log_count(s); i++) {
		const struct event *e = &s->log->v.v[i];
		const char *at = e->text;

		buf_addf(to, "{\"at\":%lld,\"event\":[", (long long)e->at);
		for (int k = 0; k < F_COUNT + 4 * e->ntargets; k++) {
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
	AUTO(buf) struct buf text = BUF_MAX(TEXT_MAX);
	size_t n = js_len(list);

	if (js_type(js_get(line, "at")) != JS_INT || n < F_COUNT || (n - F_COUNT) % 4 ||
		n > F_COUNT + 4 * TARGETS_MAX)
		return false;
	for (size_t i = 0; i < n; i++)
		put(&text, js_str(js_at(list, i)));
	keep(s, js_int(js_get(line, "at")), &text, (uint8_t)((n - F_COUNT) / 4));
	return true;
}
