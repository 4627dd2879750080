/*
 * From a request to its handler: credentials, the table of routes, the body, and the headers that every
 * answer has.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/collection.h"
#include "providers/sandbox/faults.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/rate.h"

#include "base/hash.h"
#include "base/rfc3339.h"

#include <string.h>

enum { BODY_MAX = 2 << 20, FORM_MAX = 64 << 10, TARGET_MAX = 16 << 10 };

#define FAMILY(name) routes_##name,
static const struct route *const families[] = {
#include "providers/sandbox/families.inc"
};

/* What Okta has below /api/v1, whether it is modelled here or not. */
static const char known[] =
	"agentPools|api-tokens|apps|authenticators|authn|authorizationServers|behaviors|brands|bot-protection|captchas|certificateAuthorities|device-assurances|device-integrations|device-posture-checks|devices|directories|domains|email-domains|email-servers|eventHooks|features|first-party-app-settings|governance|groups|hook-keys|iam|identity-sources|idps|inlineHooks|integrations|internal|logStreams|logs|mappings|meta|mtls|org|orgs|policies|principal-rate-limits|push-providers|rate-limit-settings|realm-assignments|realms|resource-selectors|risk|roles|security|security-events-providers|sessions|sessionviolations|ssf|telephony-providers|templates|threats|trustedOrigins|users|zones";

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

bool path_fits(
	const char *pattern, const struct slice *seg, size_t n, bool below, struct slice *ret_arg)
{
	struct slice rest = slice_of(pattern + 1), part;
	size_t i = 0, narg = 0;

	for (; slice_cut(&rest, '/', &part); i++) {
		if (i >= n)
			return false;
		if (!slice_is(part, "*") && !slice_starts(part, "{")) {
			if (!slice_eq(part, seg[i]))
				return false;
		} else if (ret_arg && narg < ARG_MAX) {
			ret_arg[narg++] = seg[i];
		}
	}
	return below || i == n;
}

/* What tells most routes apart: what stands behind /api/v1, or first elsewhere. */
static uint64_t key_of(const struct slice *seg, size_t n)
{
	bool api = n > 2 && slice_is(seg[0], "api");

	return n ? hash64(seg[api ? 2 : 0]) : 0;
}

static int by_key(const void *a, const void *b)
{
	const struct route_row *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

void route_index(struct sandbox *s)
{
	for (size_t f = 0; f < LEN(families); f++) {
		for (const struct route *r = families[f]; r->method; r++) {
			struct slice seg[SEGMENTS_MAX];
			size_t n = split(slice_of(r->path), seg, SEGMENTS_MAX);

			if (n && seg[n > 2 ? 2 : 0].p[0] == '{' && slice_is(seg[0], "api"))
				BUG("%s has a parameter where routes are looked up", r->path);
			vec_push(&s->routes, (struct route_row){key_of(seg, n), r, s->routes.n});
		}
	}
	vec_sort(&s->routes, by_key);
}

static uint32_t first_row(const struct sandbox *s, uint64_t key)
{
	uint32_t lo = 0, hi = s->routes.n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->routes.v[mid].key < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Literal rows stand before those with parameters in each table, so the first that fits is the one. */
static const struct route *find(struct call *c, bool *ret_other)
{
	struct slice arg[ARG_MAX] = {{NULL, 0}};
	uint64_t key = key_of(c->seg, c->nseg);

	*ret_other = false;
	for (uint32_t i = first_row(c->s, key); i < c->s->routes.n; i++) {
		const struct route *r = c->s->routes.v[i].route;

		if (c->s->routes.v[i].key != key)
			break;
		if (!path_fits(r->path, c->seg, c->nseg, false, arg))
			continue;
		if (streq(r->method, c->req->method)) {
			memcpy(c->arg, arg, sizeof(arg));
			return r;
		}
		*ret_other = true;
	}
	return NULL;
}

void sandbox_routes(struct buf *to)
{
	AUTO(buf) struct buf all = BUF_TEXT;
	VEC(struct slice) lines = {0};
	struct slice rest, line, last = {NULL, 0};

	for (size_t f = 0; f < LEN(families); f++) {
		for (const struct route *r = families[f]; r->method; r++)
			buf_addf(&all, "%s %s\n", r->method, r->path);
	}
	collection_routes(&all);
	rest = buf_slice(&all);
	while (slice_cut(&rest, '\n', &line))
		vec_push(&lines, line);
	vec_sort(&lines, slice_order);
	for (uint32_t i = 0; i < lines.n; i++) {
		/* two rows may share a path, and differ in what their parameters may be */
		if (!i || !slice_eq(lines.v[i], last))
			buf_addf(to, "%.*s\n", SLICE_ARG(lines.v[i]));
		last = lines.v[i];
	}
	vec_free(&lines);
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

	if (c->req->too_large || (flags & R_FORM && body.n > FORM_MAX)) {
		fail(c, 413, "E0000020", "Bad request: the body is too large.", NULL);
		return false;
	}
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
		c->nform = read_params(c, body, c->form);
		return true;
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

static void no_route(struct call *c, bool other)
{
	const struct slice *seg = c->seg;
	size_t n = c->nseg;
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

/* Requests that are none of Okta's business, and none of its limits and faults. */
static bool is_aside(const struct call *c)
{
	return c->req->aside || c->s->silent || (c->nseg && slice_is(c->seg[0], "_sandbox"));
}

static void answer(struct call *c)
{
	const struct route *r;
	bool other, trusted;

	if (c->req->target.n > TARGET_MAX) {
		fail(c, 414, "E0000256", "The request URI is too long.", NULL);
		return;
	}
	r = find(c, &other);
	if (!r)
		r = collection_route(c, c->seg, c->nseg, &other);
	for (size_t i = 0; i < ARG_MAX; i++)
		c->arg[i] = decode(c, c->arg[i], false);
	trusted = (r && r->flags & R_OPEN) || auth_check(c, c->seg, c->nseg);
	if ((!is_aside(c) && !rate_take(c, trusted)) || !trusted)
		return;
	if (c->req->body.n > BODY_MAX)
		fail(c, 413, "E0000020", "Bad request: the body is too large.", NULL);
	else if (!r)
		no_route(c, other);
	else if (read_body(c, r->flags)) {
		log_before(c, r);
		r->run(c);
		log_after(c, r);
		c->s->changes += !streq(c->req->method, "GET");
	}
}

static void answer_spoilt(struct call *c, struct faults *f)
{
	if (faults_before(f, c))
		answer(c);
	faults_after(f, c);
}

/* A server whose clock was moved says so: clients reckon with the difference. */
static void add_date(struct call *c)
{
	if (!c->s->clock_offset_s)
		return;
	buf_adds(&c->res->headers, "Date: ");
	http_date_add(&c->res->headers, c->now);
	buf_adds(&c->res->headers, "\r\n");
}

void sandbox_handle(struct sandbox *s, const struct sandbox_req *req, struct sandbox_res *res)
{
	struct call c = {.s = s, .req = req, .res = res, .mem = ARENA_INIT, .targets = BUF_TEXT};
	AUTO(buf) struct buf stamp = BUF_MAX(64);
	struct slice rest = req->target;

	sandbox_res_clear(res);
	c.now = sandbox_now(s);
	rfc3339_add(&stamp, c.now);
	c.stamp = buf_str(&stamp);
	if (!slice_cut(&rest, '?', &c.path))
		c.path = (struct slice){"", 0};
	if (c.path.n < req->target.n)
		c.nquery = read_params(&c, rest, c.query);
	c.nseg = split(c.path, c.seg, SEGMENTS_MAX);
	if (c.nseg > SEGMENTS_MAX)
		c.nseg = 0;
	s->served += !is_aside(&c);
	store_new_id(s, "req", s->request_id);
	c.request_id = s->request_id;
	if (s->faults && !is_aside(&c))
		answer_spoilt(&c, s->faults);
	else
		answer(&c);
	if (res->body.n)
		buf_addf(&res->headers, "Content-Type: %s\r\n",
			c.type ? c.type : "application/json");
	buf_addf(&res->headers, "X-Okta-Request-Id: %s\r\n", s->request_id);
	add_date(&c);
	js_free(c.body);
	js_free(c.was);
	buf_release(&c.targets);
	arena_release(&c.mem);
}

void sandbox_res_clear(struct sandbox_res *r)
{
	/* a result that starts as zeroes is a valid one */
	if (!r->body.max)
		r->body.max = r->headers.max = (size_t)1 << 31;
	r->status = 0;
	r->fate = FATE_ANSWER;
	r->cut = r->delay_ms = r->bytes_per_s = 0;
	buf_clear(&r->body);
	buf_clear(&r->headers);
}

void sandbox_res_release(struct sandbox_res *r)
{
	buf_release(&r->body);
	buf_release(&r->headers);
}
