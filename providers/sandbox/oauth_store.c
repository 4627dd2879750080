/*
 * What the authorization server remembers: its key, what was used once, and the codes and refresh tokens that are
 * out. All of it is bounded and ends with the process.
 */
#include "providers/sandbox/oauth.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKETS_MAX = 4096, SEEN_MAX = 1 << 17, DAY_S = 24 * 3600 };

/* Hashes of what was seen in this period and in the one before. */
struct seen {
	struct map now, before;
	int64_t since;
};

struct oauth {
	struct js *key;
	struct seen seen;
	VEC(struct ticket *) tickets;
	uint32_t families;
	char nonce_key[33];
};

static struct oauth *oauth_of(struct call *c)
{
	struct oauth *o = c->s->oauth;

	if (o)
		return o;
	o = c->s->oauth = xcalloc(1, sizeof(*o));
	o->seen.since = c->now;
	oauth_secret(c, o->nonce_key, sizeof(o->nonce_key) - 1);
	return o;
}

static void ticket_free(struct ticket *t)
{
	explicit_bzero(t->secret, sizeof(t->secret));
	free(t->scope);
	free(t->redirect);
	free(t->challenge);
	free(t->nonce);
	free(t);
}

void oauth_free(struct oauth *o)
{
	if (!o)
		return;
	jwt_key_wipe(o->key);
	map_release(&o->seen.now);
	map_release(&o->seen.before);
	for (uint32_t i = 0; i < o->tickets.n; i++)
		ticket_free(o->tickets.v[i]);
	vec_free(&o->tickets);
	free(o);
}

const struct js *oauth_key(struct call *c)
{
	struct oauth *o = oauth_of(c);
	struct err e = ERR_INIT;

	if (!o->key && jwt_key_generate("RS256", &o->key, &e) < 0)
		BUG("%s", e.msg);
	return o->key;
}

void oauth_secret(struct call *c, char *ret, size_t n)
{
	char part[21];

	for (size_t i = 0; i < n; i++) {
		/* the prefix and the suffix of an id are no secrets */
		if (i % 14 == 0)
			store_new_id(c->s, "sec", part);
		ret[i] = part[3 + i % 14];
	}
	ret[n] = '\0';
}

/* --- what was seen --- */

static uint64_t seen_key(const char *what, struct slice scope, struct slice text)
{
	AUTO(buf) struct buf b = BUF_MAX((size_t)JWT_MAX * 2);

	buf_addf(&b, "%s:%zu:", what, scope.n);
	buf_add_slice(&b, scope);
	buf_add_slice(&b, text);
	return hash64(buf_slice(&b));
}

static void seen_turn(struct seen *s, int64_t now)
{
	if (now - s->since < ASSERTION_S + SKEW_S && s->now.n < SEEN_MAX)
		return;
	map_release(&s->before);
	s->before = s->now;
	s->now = (struct map)MAP_INIT;
	s->since = now;
}

bool oauth_is_seen(struct call *c, const char *what, struct slice scope, struct slice text)
{
	const struct seen *s = &oauth_of(c)->seen;
	uint64_t key = seen_key(what, scope, text);

	return map_has(&s->now, key) || map_has(&s->before, key);
}

bool oauth_first_use(struct call *c, const char *what, struct slice scope, struct slice text)
{
	struct seen *s = &oauth_of(c)->seen;

	if (oauth_is_seen(c, what, scope, text))
		return false;
	seen_turn(s, c->now);
	map_set(&s->now, seen_key(what, scope, text), 1);
	return true;
}

/* --- tickets --- */

static void drop_at(struct oauth *o, uint32_t i)
{
	ticket_free(o->tickets.v[i]);
	memmove(o->tickets.v + i, o->tickets.v + i + 1,
		(o->tickets.n - i - 1) * sizeof(*o->tickets.v));
	o->tickets.n--;
}

/* A ticket stays a while after it expired, so that the answer can say so. */
static void sweep(struct oauth *o, int64_t now)
{
	for (uint32_t i = o->tickets.n; i-- > 0;) {
		if (o->tickets.v[i]->expires + DAY_S < now)
			drop_at(o, i);
	}
	if (o->tickets.n >= TICKETS_MAX)
		drop_at(o, 0);
}

struct ticket *oauth_ticket(struct call *c, enum ticket_kind kind, int64_t lives)
{
	/* no vowels: no words */
	static const char letters[] = "BCDFGHJKLMNPQRSTVWXZ";
	struct oauth *o = oauth_of(c);
	struct ticket *t = xcalloc(1, sizeof(*t));

	sweep(o, c->now);
	t->kind = kind;
	t->app = t->user = NO_OBJ;
	t->expires = c->now + lives;
	t->auth_time = c->now;
	oauth_secret(c, t->secret, 43);
	for (int i = 0; kind == TICKET_DEVICE && i < 8; i++)
		t->user_code[i] = letters[rng_below(&c->s->rng, sizeof(letters) - 1)];
	vec_push(&o->tickets, t);
	return t;
}

struct ticket *oauth_find(
	struct call *c, enum ticket_kind kind, struct slice secret, bool *ret_expired)
{
	struct oauth *o = oauth_of(c);

	*ret_expired = false;
	for (uint32_t i = 0; i < o->tickets.n; i++) {
		struct ticket *t = o->tickets.v[i];

		if (t->kind != kind || !slice_is(secret, t->secret))
			continue;
		*ret_expired = c->now >= t->expires;
		return *ret_expired ? NULL : t;
	}
	return NULL;
}

struct ticket *oauth_find_device(struct call *c, struct slice user_code)
{
	struct oauth *o = oauth_of(c);

	for (uint32_t i = 0; user_code.n && i < o->tickets.n; i++) {
		struct ticket *t = o->tickets.v[i];

		if (t->kind == TICKET_DEVICE && c->now < t->expires &&
			slice_eq_fold(user_code, slice_of(t->user_code)))
			return t;
	}
	return NULL;
}

void oauth_drop(struct call *c, struct ticket *t)
{
	struct oauth *o = oauth_of(c);

	for (uint32_t i = 0; i < o->tickets.n; i++) {
		if (o->tickets.v[i] == t) {
			drop_at(o, i);
			return;
		}
	}
}

static void family_text(char ret[16], uint32_t family)
{
	snprintf(ret, 16, "%u", family);
}

void oauth_drop_family(struct call *c, uint32_t family)
{
	struct oauth *o = oauth_of(c);
	char text[16];

	if (!family)
		return;
	for (uint32_t i = o->tickets.n; i-- > 0;) {
		if (o->tickets.v[i]->family == family)
			drop_at(o, i);
	}
	family_text(text, family);
	(void)oauth_first_use(c, "family", (struct slice){"", 0}, slice_of(text));
}

void oauth_drop_user(struct call *c, uint32_t user, uint32_t app)
{
	struct oauth *o = oauth_of(c);

	for (uint32_t i = 0; i < o->tickets.n;) {
		const struct ticket *t = o->tickets.v[i];

		if (t->user == user && (app == NO_OBJ || t->app == app) && t->family) {
			oauth_drop_family(c, t->family);
			i = 0; /* it takes others with it */
		} else {
			i++;
		}
	}
}

uint32_t oauth_new_family(struct call *c)
{
	return ++oauth_of(c)->families;
}

void oauth_add_nonce(struct call *c, struct buf *b, int days_ago)
{
	AUTO(buf) struct buf text = BUF_MAX(128);

	buf_addf(&text, "%s:%lld", oauth_of(c)->nonce_key, (long long)(c->now / DAY_S - days_ago));
	jwt_add_s256(b, buf_slice(&text));
}
