/*
 * Rate limits: which bucket a request counts in, how much a bucket takes a minute, and what is too much. Figures
 * are those that Okta published until December 2025; buckets that no published table has get the figure of
 * everything else.
 */
#include "providers/sandbox/rate.h"
#include "providers/sandbox/log.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

enum {
	WINDOW_S = 60,
	PRINCIPALS_MAX = 32,
	LIMIT_MAX = 1000000, /* what "off" tells */
	SHARE_PCT = 50,
	WARN_PCT = 60, /* where an org is warned, unless it says otherwise */
	DEVELOPER_CONCURRENCY = 35,
	WORKFORCE_CONCURRENCY = 75,
};

enum match {
	PREFIX, /* the path, and all below it */
	EXACT,
	FREE, /* counts nowhere, has no headers */
};
struct bucket {
	const char *name, *path; /* path NULL: the name is the path */
	const char *method;      /* NULL: all */
	enum match match;
	uint32_t developer, workforce; /* requests a minute */
};

/* The first row that fits is a request's; rows of one name share one count. */
static const struct bucket buckets[] = {
	/* 40 in 10 s for each user */
	{"/api/v1/users/me", NULL, NULL, EXACT, 240, 240},
	{"/api/v1/users/{idOrLogin}", NULL, "GET", EXACT, 100, 2000},
	{"/api/v1/users/{id}", NULL, NULL, EXACT, 100, 600},
	{"/api/v1/users/{id}/factors/{id}/verify", NULL, NULL, EXACT, 100, 600},
	{"/api/v1/users", NULL, NULL, PREFIX, 100, 600},
	{"/api/v1/groups", "/api/v1/groups/rules", NULL, EXACT, 100, 500},
	{"/api/v1/groups/{id}", NULL, NULL, EXACT, 100, 1000},
	{"/api/v1/groups", NULL, NULL, PREFIX, 100, 500},
	{"/api/v1/apps/{id}", NULL, NULL, EXACT, 100, 500},
	{"/api/v1/apps", NULL, NULL, PREFIX, 20, 100},
	{"/api/v1/logs", NULL, NULL, PREFIX, 20, 120},
	{"/api/v1/iam", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/devices", NULL, NULL, PREFIX, 100, 100},
	{"/api/v1/certificateAuthorities", NULL, NULL, PREFIX, 100, 100},
	{"/api/v1/domains", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/hook-keys", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/push-providers", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/device-assurances", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/principal-rate-limits", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/agentPools", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/sessions", NULL, NULL, PREFIX, 100, 750},
	{"/api/v1/authn", NULL, NULL, PREFIX, 100, 500},
	{"/api/v1/analytics", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/ratelimit", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/identity-sources", NULL, NULL, PREFIX, 100, 1200},
	{"/api/v1/org/email/bounces/remove-list", NULL, NULL, EXACT, 10, 60},
	{"/api/v1", NULL, NULL, PREFIX, 100, 1200},
	{"", "/oauth2/v1/keys", NULL, FREE, 0, 0},
	{"", "/oauth2/{as}/v1/keys", NULL, FREE, 0, 0},
	{"", "/oauth2/{as}/.well-known", NULL, FREE, 0, 0},
	{"/oauth2/v1/token", NULL, NULL, EXACT, 300, 2000},
	{"/oauth2/v1/authorize", NULL, NULL, EXACT, 300, 2000},
	{"/oauth2/v1/clients", NULL, NULL, PREFIX, 25, 100},
	{"/oauth2/v1", NULL, NULL, PREFIX, 100, 600},
	{"/oauth2/{as}/v1", NULL, NULL, PREFIX, 300, 2000},
	{"/oauth2", NULL, NULL, PREFIX, 100, 600},
};
enum { NBUCKETS = LEN(buckets) };
_Static_assert(NBUCKETS <= UINT8_MAX, "a row has a number of one byte");

struct rate {
	int64_t reset;
	uint32_t used;
	bool warned, refused; /* the System Log knows */
};

/* Who asks: a token or an app. */
struct principal {
	uint64_t key;
	int64_t seen;
	struct rate rate[NBUCKETS];
};

struct limits {
	bool refuse;
	uint32_t limit[NBUCKETS];
	uint32_t concurrency, share_pct; /* 0: no such limit; 100: a token may use it all */
};

struct rates {
	struct limits at;
	uint8_t of[NBUCKETS]; /* the row that counts for this one */
	struct rate rate[NBUCKETS];
	struct principal *principals;
	uint32_t nprincipals;
	uint64_t refused;
};

enum profile { HEADERS, OFF, DEVELOPER, WORKFORCE, PROFILES };
static const char *const profiles[PROFILES] = {
	[HEADERS] = "headers",
	[OFF] = "off",
	[DEVELOPER] = "developer",
	[WORKFORCE] = "workforce",
};

static void limits_of(enum profile p, struct limits *to)
{
	*to = (struct limits){.refuse = p == DEVELOPER || p == WORKFORCE, .share_pct = 100};
	if (to->refuse) {
		to->share_pct = SHARE_PCT;
		to->concurrency = p == DEVELOPER ? DEVELOPER_CONCURRENCY : WORKFORCE_CONCURRENCY;
	}
	for (size_t i = 0; i < NBUCKETS; i++) {
		to->limit[i] = p == DEVELOPER ? buckets[i].developer : buckets[i].workforce;
		if (p == OFF)
			to->limit[i] = LIMIT_MAX;
	}
}

static bool profile_of(struct slice word, struct limits *to)
{
	for (int p = 0; p < PROFILES; p++) {
		if (!slice_is(word, profiles[p]))
			continue;
		limits_of((enum profile)p, to);
		return true;
	}
	return false;
}

struct rates *rates_new(void)
{
	struct rates *r = xcalloc(1, sizeof(*r));

	limits_of(HEADERS, &r->at);
	for (size_t i = 0; i < NBUCKETS; i++) {
		while (!streq(buckets[r->of[i]].name, buckets[i].name))
			r->of[i]++;
	}
	return r;
}

void rates_free(struct rates *r)
{
	if (!r)
		return;
	free(r->principals);
	free(r);
}

static bool number(const struct js *j, int64_t min, int64_t max, uint32_t *ret_v)
{
	if (js_type(j) != JS_INT || js_int(j) < min || js_int(j) > max)
		return false;
	*ret_v = (uint32_t)js_int(j);
	return true;
}

static int read_bucket(struct limits *to, const char *name, const struct js *val, struct err *e)
{
	bool found = false;

	for (size_t i = 0; i < NBUCKETS; i++) {
		if (buckets[i].match == FREE || !streq(buckets[i].name, name))
			continue;
		found = true;
		if (!number(val, 1, LIMIT_MAX, &to->limit[i]))
			return err_set(e, ERR_USAGE,
				"the limit of '%s' is a whole number of 1 to %d", name, LIMIT_MAX);
	}
	if (!found)
		return err_set(e, ERR_USAGE, "no bucket is called '%s'", name);
	return 0;
}

static int read_buckets(struct limits *to, const struct js *map, struct err *e)
{
	if (js_type(map) != JS_MAP)
		return err_set(e, ERR_USAGE, "buckets is a map of names and limits");
	for (void *it = js_first(map); it; it = js_next(map, it)) {
		if (read_bucket(to, js_key(it), js_val(it), e) < 0)
			return -1;
	}
	return 0;
}

static int read_member(struct limits *to, const char *key, const struct js *val, struct err *e)
{
	if (streq(key, "profile"))
		return 0;
	if (streq(key, "buckets"))
		return read_buckets(to, val, e);
	if (streq(key, "concurrency"))
		return number(val, 1, LIMIT_MAX, &to->concurrency)
			       ? 0
			       : err_set(e, ERR_USAGE, "concurrency is a whole number from 1 on");
	if (streq(key, "share_pct"))
		return number(val, 1, 100, &to->share_pct)
			       ? 0
			       : err_set(e, ERR_USAGE, "share_pct is a whole number of 1 to 100");
	return err_set(e, ERR_USAGE,
		"no such member '%s'; there are profile, buckets, concurrency and share_pct", key);
}

static int read_limits(struct limits *to, struct slice text, struct err *e)
{
	AUTO_PTR(js) doc = NULL;
	const struct js *profile;

	if (js_parse(text, "the limits", &doc, e) < 0)
		return -1;
	if (js_type(doc) != JS_MAP)
		return err_set(e, ERR_USAGE, "limits are a map");
	profile = js_get(doc, "profile");
	limits_of(WORKFORCE, to);
	if (profile && (!profile_of(js_str(profile), to) || !to->refuse))
		return err_set(e, ERR_USAGE, "profile is developer or workforce");
	for (void *it = js_first(doc); it; it = js_next(doc, it)) {
		if (read_member(to, js_key(it), js_val(it), e) < 0)
			return -1;
	}
	return 0;
}

int sandbox_limits(struct sandbox *s, struct slice what, const char *name, struct err *e)
{
	struct limits at;

	if (!profile_of(what, &at) && read_limits(&at, what, e) < 0)
		return err_in(e, "%s", name);
	s->rates->at = at;
	return 0;
}

/* The number of the row that counts, or NBUCKETS. */
static size_t bucket_of(const struct call *c)
{
	for (size_t i = 0; i < NBUCKETS; i++) {
		const struct bucket *b = &buckets[i];

		if (b->method && !streq(b->method, c->req->method))
			continue;
		if (path_fits(
			    b->path ? b->path : b->name, c->seg, c->nseg, b->match != EXACT, NULL))
			return b->match == FREE ? NBUCKETS : c->s->rates->of[i];
	}
	return NBUCKETS;
}

/* The one that was seen least lately makes room. */
static struct principal *principal_of(struct rates *r, uint64_t key, int64_t now)
{
	struct principal *p, *oldest = r->principals;

	for (uint32_t i = 0; i < r->nprincipals; i++) {
		p = &r->principals[i];
		if (p->key == key) {
			p->seen = now;
			return p;
		}
		if (p->seen < oldest->seen)
			oldest = p;
	}
	if (r->nprincipals < PRINCIPALS_MAX) {
		r->principals = xrealloc(r->principals, r->nprincipals + 1, sizeof(*r->principals));
		oldest = &r->principals[r->nprincipals++];
	}
	*oldest = (struct principal){.key = key, .seen = now};
	return oldest;
}

/* An app has one share, whatever tokens it fetches. */
static uint64_t caller_of(const struct call *c)
{
	if (c->token_id[0])
		return hash64(slice_of(c->token_id));
	return c->scopes.p && c->actor ? hash64(slice_of(c->actor->id))
				       : hash64(c->req->authorization);
}

/* A token's count goes with the org's window. */
static struct rate *share_of(struct call *c, size_t ix)
{
	struct rates *r = c->s->rates;
	struct rate *mine = &principal_of(r, caller_of(c), c->now)->rate[ix];

	if (mine->reset != r->rate[ix].reset)
		*mine = (struct rate){.reset = r->rate[ix].reset};
	return mine;
}

/* Once a window. */
static void tell(struct call *c, bool *told, const char *type)
{
	if (*told)
		return;
	*told = true;
	log_system(c->s, &(struct log_note){type, {NULL}, NULL});
	log_flush(c->s);
}

static bool refuse(struct call *c, uint32_t limit, int64_t reset)
{
	c->s->rates->refused++;
	rate_headers(c, limit, 0, reset);
	fail_code(c, 429, "E0000047");
	return false;
}

void rate_headers(struct call *c, uint32_t limit, uint32_t remaining, int64_t reset)
{
	buf_addf(&c->res->headers,
		"X-Rate-Limit-Limit: %u\r\nX-Rate-Limit-Remaining: %u\r\nX-Rate-Limit-Reset: %lld\r\n",
		limit, remaining, (long long)reset);
}

uint32_t rate_limit(const struct call *c)
{
	const struct limits *at = &c->s->rates->at;
	size_t ix = bucket_of(c);
	uint64_t limit = ix < NBUCKETS ? (uint64_t)at->limit[ix] * at->share_pct / 100 : 0;

	return ix < NBUCKETS && !limit ? 1 : (uint32_t)limit;
}

static uint32_t less(uint32_t limit, uint32_t used)
{
	return used < limit ? limit - used : 0;
}

bool rate_take(struct call *c, bool known)
{
	struct rates *r = c->s->rates;
	const struct limits *at = &r->at;
	size_t ix = bucket_of(c);
	struct rate *all = r->rate + ix, none = {0}, *mine = &none;
	uint32_t limit, share, left;

	if (ix == NBUCKETS)
		return true;
	if (c->now >= all->reset)
		*all = (struct rate){.reset = c->now + WINDOW_S};
	/* how long others will take nobody knows: the end of the window is as good a guess as Okta's */
	if (at->concurrency && c->req->in_flight > at->concurrency) {
		tell(c, &all->refused, "core.concurrency.org.limit.violation");
		return refuse(c, 0, all->reset);
	}
	limit = at->limit[ix];
	share = known && at->share_pct < 100 ? rate_limit(c) : limit;
	if (share < limit)
		mine = share_of(c, ix);
	left = less(limit, all->used);
	if (left > less(share, mine->used))
		left = less(share, mine->used);
	if (!left && at->refuse) {
		tell(c, &all->refused, "system.org.rate_limit.violation");
		return refuse(c, share, all->reset);
	}
	all->used++;
	mine->used++;
	if (at->refuse && (uint64_t)all->used * 100 >= (uint64_t)limit * WARN_PCT)
		tell(c, &all->warned, "system.org.rate_limit.warning");
	/* where nothing is refused nobody is to wait */
	rate_headers(c, share, left > 1 || at->refuse ? left - 1 : 1, all->reset);
	return true;
}

void rates_write(struct buf *b, const struct sandbox *s)
{
	const struct rates *r = s->rates;
	int64_t now = sandbox_now(s);
	const char *comma = "";

	buf_addf(b, "\"refused\":%llu,\"buckets\":[", (unsigned long long)r->refused);
	for (size_t i = 0; i < NBUCKETS; i++) {
		if (r->rate[i].reset <= now)
			continue;
		buf_addf(b, "%s{\"name\":\"%s\",\"limit\":%u,\"used\":%u,\"reset\":%lld}", comma,
			buckets[i].name, r->at.limit[i], r->rate[i].used,
			(long long)r->rate[i].reset);
		comma = ",";
	}
	buf_addc(b, ']');
}
