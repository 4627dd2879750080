/*
 * From a request to its handler: credentials, the table of routes, the body, and the headers that every
 * answer has.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/log.h"

#include "base/rfc3339.h"

#include <string.h>

enum { BODY_MAX = 2 << 20, FORM_MAX = 64 << 10, TARGET_MAX = 16 << 10, SEGMENTS_MAX = 12 };

#define FAMILY(name) routes_##name,
static const struct route *const families[] = {
#include "providers/sandbox/families.inc"
};

/* What Okta has below /api/v1, whether it is modelled here or not. */
static const char known[] =
	"agentPools|api-tokens|apps|authenticators|authn|authorizationServers|behaviors|brands|bot-protection|captchas|certificateAuthorities|device-assurances|device-integrations|device-posture-checks|devices|directories|domains|email-domains|email-servers|eventHooks|features|first-party-app-settings|governance|groups|hook-keys|iam|identity-sources|idps|inlineHooks|integrations|internal|logStreams|logs|mappings|meta|mtls|org|orgs|policies|principal-rate-limits|push-providers|rate-limit-settings|realm-assignments|realms|resource-selectors|risk|roles|security|security-events-providers|sessions|sessionviolations|ssf|templates|threats|trustedOrigins|users|zones";

struct bucket {
	const char *methods;    /* "|GET|", or NULL: all */
	const char *collection; /* the first segment below /api/v1, or NULL: what is left */
	unsigned depth;         /* exactly so many segments below /api/v1; 0: any */
	const char *second;     /* the second segment, or NULL */
	uint32_t limit;         /* a minute */
};

/* The first row that fits; a workforce org's figures. */
static const struct bucket buckets[] = {
	{NULL, "users", 2, "me", 240},
	{"GET", "users", 2, NULL, 2000},
	{NULL, "users", 2, NULL, 600},
	{NULL, "users", 0, NULL, 600},
	{NULL, "groups", 2, "rules", 500},
	{NULL, "groups", 2, NULL, 1000},
	{NULL, "groups", 0, NULL, 500},
	{NULL, "apps", 2, NULL, 500},
	{NULL, "apps", 0, NULL, 100},
	{NULL, "logs", 0, NULL, 120},
	{NULL, "devices", 0, NULL, 100},
	{NULL, NULL, 0, NULL, 1200},
};
_Static_assert(LEN(buckets) <= RATE_MAX, "a rate for each bucket");

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static struct slice decode(struct call *c, struct slice in, bool form)
{
	char *out = arena_array(&c->mem, in.n + 1, 1);
	size_t n = 0;

	for (size_t i = 0; i < in.n; i++) {
		if (in.p[i] == '%' && i + 2 < in.n && hex(in.p[i + 1]) >= 0 &&
			hex(in.p[i + 2]) >= 0) {
			out[n++] = (char)(hex(in.p[i + 1]) << 4 | hex(in.p[i + 2]));
			i += 2;
		} else {
			out[n++] = form && in.p[i] == '+' ? ' ' : in.p[i];
		}
	}
	return (struct slice){out, n};
}

/* What is beyond PARAM_MAX is dropped. */
static size_t read_params(struct call *c, struct slice text, struct param to[PARAM_MAX])
{
	struct slice part;
	size_t n = 0;

	while (n < PARAM_MAX && slice_cut(&text, '&', &part)) {
		struct slice value = part, name = {NULL, 0};

		if (!part.n || !slice_cut(&value, '=', &name))
			continue;
		if (name.n == part.n)
			value = (struct slice){"", 0};
		to[n++] = (struct param){decode(c, name, true), decode(c, value, true)};
	}
	return n;
}

static size_t split(struct slice path, struct slice *seg, size_t max)
{
	size_t n = 0;

	if (path.n && path.p[0] == '/')
		path = (struct slice){path.p + 1, path.n - 1};
	if (path.n && path.p[path.n - 1] == '/')
		path.n--;
	while (n < max && slice_cut(&path, '/', &seg[n]))
		n++;
	return path.n ? max + 1 : n;
}

static bool fits(const char *pattern, const struct slice *seg, size_t n, struct slice *arg)
{
	struct slice rest = slice_of(pattern + 1), part;
	size_t i = 0, narg = 0;

	for (; slice_cut(&rest, '/', &part); i++) {
		if (i >= n)
			return false;
		if (part.p[0] == '{')
			arg[narg++] = seg[i];
		else if (!slice_eq(part, seg[i]))
			return false;
	}
	return i == n;
}

/* Literal rows stand before those with parameters in each table, so the first that fits is the one. */
static const struct route *find(struct call *c, const struct slice *seg, size_t n, bool *ret_other)
{
	struct slice arg[ARG_MAX] = {{NULL, 0}};

	*ret_other = false;
	for (size_t f = 0; f < LEN(families); f++) {
		for (const struct route *r = families[f]; r->method; r++) {
			if (!fits(r->path, seg, n, arg))
				continue;
			if (streq(r->method, c->req->method)) {
				memcpy(c->arg, arg, sizeof(arg));
				return r;
			}
			*ret_other = true;
		}
	}
	return NULL;
}

void sandbox_routes(struct buf *to)
{
	for (size_t f = 0; f < LEN(families); f++) {
		for (const struct route *r = families[f]; r->method; r++)
			buf_addf(to, "%s %s\n", r->method, r->path);
	}
	collection_routes(to);
}

static bool type_is(struct slice type, struct slice word)
{
	for (size_t i = 0; i + word.n <= type.n; i++) {
		if (slice_eq_fold((struct slice){type.p + i, word.n}, word))
			return true;
	}
	return false;
}

static bool read_body(struct call *c, unsigned flags)
{
	struct err e = ERR_INIT;
	struct slice type = c->req->content_type, body = c->req->body;

	if (!(flags & (R_BODY | R_OPT_BODY | R_LIST | R_FORM)))
		return true;
	if (type.p && body.n &&
		!type_is(type, flags & R_FORM ? SLICE("x-www-form-urlencoded") : SLICE("json"))) {
		fail(c, 400, "E0000021",
			"Bad request.  Content-Type specified is not supported for this operation.",
			NULL);
		return false;
	}
	if (flags & R_FORM) {
		if (body.n > FORM_MAX)
			fail(c, 413, "E0000020", "Bad request: the body is too large.", NULL);
		else
			c->nform = read_params(c, body, c->form);
		return body.n <= FORM_MAX;
	}
	if (!body.n && flags & R_OPT_BODY)
		return true;
	if (js_parse(body, "the body", &c->body, &e) < 0 ||
		js_type(c->body) != (flags & R_LIST ? JS_LIST : JS_MAP)) {
		fail(c, 400, "E0000003", "The request body was not well-formed.", NULL);
		return false;
	}
	return true;
}

static void no_route(struct call *c, const struct slice *seg, size_t n, bool other)
{
	bool okta = n > 2 && slice_is(seg[0], "api") && slice_is(seg[1], "v1") &&
		    slice_in(seg[2], known);

	if (other)
		fail(c, 405, "E0000022", "The endpoint does not support the provided HTTP method",
			NULL);
	else if (okta || (n && slice_is(seg[0], "oauth2")))
		fail(c, 501, "E0000052",
			"This endpoint is not modelled by the local tenant (Okta has it).", NULL);
	else
		fail(c, 404, "E0000008", "The requested path was not found", NULL);
}

static void answer(struct call *c, const struct slice *seg, size_t n)
{
	const struct route *r;
	bool other;

	if (c->req->target.n > TARGET_MAX) {
		fail(c, 414, "E0000256", "The request URI is too long.", NULL);
		return;
	}
	r = find(c, seg, n, &other);
	if (!r)
		r = collection_route(c, seg, n, &other);
	for (size_t i = 0; i < ARG_MAX; i++)
		c->arg[i] = decode(c, c->arg[i], false);
	if (!(r && r->flags & R_OPEN) && !auth_check(c, seg, n))
		return;
	if (c->req->body.n > BODY_MAX)
		fail(c, 413, "E0000020", "Bad request: the body is too large.", NULL);
	else if (!r)
		no_route(c, seg, n, other);
	else if (read_body(c, r->flags)) {
		log_before(c, r);
		r->run(c);
		if (c->res->status >= 200 && c->res->status < 300)
			log_after(c, r);
		c->s->changes += !streq(c->req->method, "GET");
	}
}

static void add_rate(struct call *c, const struct slice *seg, size_t n)
{
	struct rate *r;
	size_t i = 0;

	if (n < 3 || !slice_is(seg[0], "api"))
		return;
	for (; i < LEN(buckets) - 1; i++) {
		const struct bucket *b = &buckets[i];

		if (slice_is(seg[2], b->collection) && (!b->depth || n - 2 == b->depth) &&
			(!b->methods || streq(c->req->method, b->methods)) &&
			(!b->second || (n > 3 && slice_is(seg[3], b->second))))
			break;
	}
	r = &c->s->rates[i];
	if (c->now >= r->reset)
		*r = (struct rate){c->now + 60, 0};
	r->used++;
	buf_addf(&c->res->headers,
		"X-Rate-Limit-Limit: %u\r\nX-Rate-Limit-Remaining: %u\r\nX-Rate-Limit-Reset: %lld\r\n",
		buckets[i].limit, r->used < buckets[i].limit ? buckets[i].limit - r->used : 1,
		(long long)r->reset);
}

void sandbox_handle(struct sandbox *s, const struct sandbox_req *req, struct sandbox_res *res)
{
	struct call c = {.s = s, .req = req, .res = res, .mem = ARENA_INIT, .targets = BUF_TEXT};
	AUTO(buf) struct buf stamp = BUF_MAX(64);
	struct slice seg[SEGMENTS_MAX] = {{NULL, 0}}, rest = req->target;
	size_t n;

	sandbox_res_clear(res);
	s->served++;
	c.now = clock_unix_s(s->clock);
	rfc3339_add(&stamp, c.now);
	c.stamp = buf_str(&stamp);
	if (!slice_cut(&rest, '?', &c.path))
		c.path = (struct slice){"", 0};
	if (c.path.n < req->target.n)
		c.nquery = read_params(&c, rest, c.query);
	n = split(c.path, seg, SEGMENTS_MAX);
	store_new_id(s, "req", s->request_id);
	c.request_id = s->request_id;
	answer(&c, seg, n > SEGMENTS_MAX ? 0 : n);
	if (res->body.n)
		buf_addf(&res->headers, "Content-Type: %s\r\n",
			c.type ? c.type : "application/json");
	buf_addf(&res->headers, "X-Okta-Request-Id: %s\r\n", s->request_id);
	add_rate(&c, seg, n > SEGMENTS_MAX ? 0 : n);
	js_free(c.body);
	buf_release(&c.targets);
	arena_release(&c.mem);
}

void sandbox_res_clear(struct sandbox_res *r)
{
	/* a result that starts as zeroes is a valid one */
	if (!r->body.max)
		r->body.max = r->headers.max = (size_t)1 << 31;
	r->status = 0;
	buf_clear(&r->body);
	buf_clear(&r->headers);
}

void sandbox_res_release(struct sandbox_res *r)
{
	buf_release(&r->body);
	buf_release(&r->headers);
}
