/*
 * The store: objects by index, by id and by name; relations as sorted pairs.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/expr.h"
#include "providers/sandbox/faults.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/oauth.h"
#include "providers/sandbox/outbox.h"
#include "providers/sandbox/rate.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

const char *const status_names[ST_COUNT] = {
	[ST_STAGED] = "STAGED",
	[ST_PROVISIONED] = "PROVISIONED",
	[ST_ACTIVE] = "ACTIVE",
	[ST_RECOVERY] = "RECOVERY",
	[ST_PASSWORD_EXPIRED] = "PASSWORD_EXPIRED",
	[ST_LOCKED_OUT] = "LOCKED_OUT",
	[ST_SUSPENDED] = "SUSPENDED",
	[ST_DEPROVISIONED] = "DEPROVISIONED",
	[ST_INACTIVE] = "INACTIVE",
	[ST_INVALID] = "INVALID",
};

/* 20 characters, like Okta's: a prefix, the seeded middle, and a cell's suffix. */
void store_new_id(struct sandbox *s, const char *prefix, char ret_id[21])
{
	static const char digits[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint64_t r = rng_next(&s->rng), q = rng_next(&s->rng);

	memset(ret_id, 0, 21);
	memcpy(ret_id, prefix, 3);
	for (int i = 3; i < 17; i++) {
		uint64_t *from = i < 10 ? &r : &q;

		ret_id[i] = digits[*from % 62];
		*from /= 62;
	}
	memcpy(ret_id + 17, "1d7", 3);
}

struct obj *store_new_as(struct sandbox *s, enum kind k, const char *id)
{
	struct obj *o = xcalloc(1, sizeof(*o));

	memcpy(o->id, id, sizeof(o->id));
	o->kind = (uint8_t)k;
	o->ix = s->objs.n;
	o->parent = o->ref = NO_OBJ;
	o->status = ST_ACTIVE;
	vec_push(&s->objs, o);
	vec_push(&s->of[k], o->ix);
	map_set(&s->ids, hash64(slice_of(o->id)), o->ix);
	return o;
}

struct obj *store_new(struct sandbox *s, enum kind k, const char *prefix)
{
	char id[21];

	do {
		store_new_id(s, prefix, id);
	} while (map_has(&s->ids, hash64(slice_of(id))));
	return store_new_as(s, k, id);
}

static void obj_empty(struct obj *o)
{
	free(o->text);
	free(o->secret);
	js_free(o->tree);
	expr_free(o->expr);
	free(o->in.v);
	free(o->out.v);
	o->text = o->secret = NULL;
	o->tree = NULL;
	o->expr = NULL;
	o->in = o->out = (struct edges){NULL, 0, 0};
	o->ntext = 0;
}

void store_drop(struct sandbox *s, struct obj *o)
{
	uint32_t at = store_after(s, o->kind, o->ix);

	obj_empty(o);
	o->dead = true;
	/* store_after names the place behind it */
	if (at == 0 || s->of[o->kind].v[at - 1] != o->ix)
		BUG("an object is not in its list");
	memmove(s->of[o->kind].v + at - 1, s->of[o->kind].v + at,
		(s->of[o->kind].n - at) * sizeof(uint32_t));
	s->of[o->kind].n--;
}

void store_drop_ties(struct sandbox *s, const struct obj *o)
{
	static const enum kind ties[] = {
		K_ROLE_ASSIGN, K_BINDING, K_OWNER, K_FACTOR, K_SESSION, K_SUBSCRIPTION, K_SETTING};

	for (size_t k = 0; k < LEN(ties); k++) {
		for (uint32_t i = s->of[ties[k]].n; i-- > 0;) {
			struct obj *t = s->objs.v[s->of[ties[k]].v[i]];

			if (t->parent != o->ix && t->ref != o->ix)
				continue;
			store_drop_ties(s, t);
			store_drop(s, t);
			/* what hung on it may have been of this kind too */
			if (i > s->of[ties[k]].n)
				i = s->of[ties[k]].n;
		}
	}
}

struct obj *store_at(const struct sandbox *s, uint32_t ix)
{
	return ix < s->objs.n ? s->objs.v[ix] : NULL;
}

uint32_t store_cursor(const struct sandbox *s, struct slice id)
{
	uint32_t ix = map_get(&s->ids, hash64(id));

	return ix < s->objs.n && slice_is(id, s->objs.v[ix]->id) ? ix : NO_OBJ;
}

struct obj *store_find(const struct sandbox *s, enum kind k, struct slice id)
{
	struct obj *o = store_at(s, store_cursor(s, id));

	return o && !o->dead && o->kind == k ? o : NULL;
}

uint32_t store_after(const struct sandbox *s, enum kind k, uint32_t after)
{
	uint32_t lo = 0, hi = s->of[k].n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (s->of[k].v[mid] <= after)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct obj *store_next(const struct sandbox *s, enum kind k, const struct obj *o)
{
	uint32_t at = o ? store_after(s, k, o->ix) : 0;

	return at < s->of[k].n ? s->objs.v[s->of[k].v[at]] : NULL;
}

/* The letter that one of U+00C0 to U+017F is without its mark; '.': it has none. */
static const char unmarked[] = "aaaaaa.ceeeeiiii.nooooo..uuuuy.."
			       "aaaaaa.ceeeeiiii.nooooo..uuuuy.y"
			       "aaaaaaccccccccdd..eeeeeeeeeegggggggghh..iiiiiiiii...jjkk.llllll."
			       "...nnnnnn...oooooo..rrrrrrsssssssstttt..uuuuuuuuuuuuwwyyyzzzzzz.";
_Static_assert(sizeof(unmarked) - 1 == 0x180 - 0xc0, "a letter for each");

/* The first character as logins are compared, which know no case and no diacritical marks; returns its bytes. */
static size_t add_plain(struct buf *b, struct slice s)
{
	unsigned char c0 = (unsigned char)s.p[0], c1 = s.n > 1 ? (unsigned char)s.p[1] : 0;
	unsigned code = (c0 & 0x1fU) << 6 | (c1 & 0x3fU);

	if (c0 < 0xc3 || c0 > 0xcd || (c1 & 0xc0) != 0x80) {
		buf_addc(b, s.p[0] >= 'A' && s.p[0] <= 'Z' ? (char)(s.p[0] + 32) : s.p[0]);
		return 1;
	}
	if (code < 0x180 && unmarked[code - 0xc0] != '.')
		buf_addc(b, unmarked[code - 0xc0]);
	else if (code < 0x300 || code > 0x36f) /* a mark by itself */
		buf_add(b, s.p, 2);
	return 2;
}

static uint64_t name_key(enum kind k, uint32_t scope, struct slice name)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_addf(&b, "%d:%u:", (int)k, scope);
	if (k != K_USER) {
		buf_add_lower(&b, name);
		return hash64(buf_slice(&b));
	}
	for (size_t i = 0; i < name.n;)
		i += add_plain(&b, (struct slice){name.p + i, name.n - i});
	return hash64(buf_slice(&b));
}

void name_set(struct sandbox *s, enum kind k, uint32_t scope, struct slice name, uint32_t ix)
{
	uint64_t key = name_key(k, scope, name);

	map_set(&s->names, key, ix);
	s->objs.v[ix]->name = key;
}

void name_drop(struct sandbox *s, enum kind k, uint32_t scope, struct slice name, uint32_t ix)
{
	uint64_t key = name_key(k, scope, name);

	if (map_get(&s->names, key) == ix)
		map_del(&s->names, key);
}

struct obj *name_find(const struct sandbox *s, enum kind k, uint32_t scope, struct slice name)
{
	struct obj *o = store_at(s, map_get(&s->names, name_key(k, scope, name)));

	return o && !o->dead && o->kind == k ? o : NULL;
}

struct slice obj_text(const struct obj *o)
{
	return (struct slice){o->text ? o->text : "{}", o->text ? o->ntext : 2};
}

struct js *obj_doc(const struct obj *o)
{
	struct err e = ERR_INIT;
	struct js *doc = NULL;

	if (o->tree)
		return js_copy(o->tree);
	if (js_parse(obj_text(o), "a stored object", &doc, &e) < 0)
		BUG("a stored object is no JSON: %s", e.msg);
	return doc;
}

void obj_put(struct obj *o, const struct js *doc)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	js_write(&b, doc);
	free(o->text);
	o->text = xstrndup(buf_str(&b), b.n);
	o->ntext = (uint32_t)b.n;
}

void obj_put_changed(const struct call *c, struct obj *o, struct js *doc)
{
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	obj_put(o, doc);
}

void obj_set_status(struct obj *o, struct js *doc, enum status st)
{
	o->status = (uint8_t)st;
	js_set(doc, "status", js_new_strz(status_names[st]));
}

uint32_t edge_find(const struct edges *e, uint32_t to)
{
	uint32_t lo = 0, hi = e->n;

	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;

		if (e->v[mid].to < to)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool edge_has(const struct edges *e, uint32_t to)
{
	uint32_t at = edge_find(e, to);

	return at < e->n && e->v[at].to == to;
}

uint32_t edge_tag(const struct edges *e, uint32_t to)
{
	uint32_t at = edge_find(e, to);

	return at < e->n && e->v[at].to == to ? e->v[at].tag : NO_OBJ;
}

bool edge_add(struct edges *e, uint32_t to, uint32_t tag)
{
	uint32_t at = edge_find(e, to);

	while (at < e->n && e->v[at].to == to && e->v[at].tag < tag)
		at++;
	if (at < e->n && e->v[at].to == to && e->v[at].tag == tag)
		return false;
	if (e->n == e->cap) {
		e->cap = e->cap ? e->cap + e->cap / 2 + 1 : 4;
		e->v = xrealloc(e->v, e->cap, sizeof(*e->v));
	}
	memmove(e->v + at + 1, e->v + at, (e->n - at) * sizeof(*e->v));
	e->v[at] = (struct edge){to, tag};
	e->n++;
	return true;
}

bool edge_del(struct edges *e, uint32_t to, uint32_t tag)
{
	uint32_t at = edge_find(e, to);

	while (at < e->n && e->v[at].to == to && e->v[at].tag != tag)
		at++;
	if (at >= e->n || e->v[at].to != to)
		return false;
	memmove(e->v + at, e->v + at + 1, (e->n - at - 1) * sizeof(*e->v));
	e->n--;
	return true;
}

struct sandbox *sandbox_new(const struct sandbox_options *o, struct err *e)
{
	struct sandbox *s = xcalloc(1, sizeof(*s));

	s->clock = o->clock;
	s->seed = s->rng.s = o->seed;
	s->control = o->control;
	s->rates = rates_new();
	route_index(s);
	s->fetch = o->fetch;
	s->fetch_self = o->fetch_self;
	s->base_url = xstrndup(o->base_url, strlen(o->base_url));
	s->token = o->token ? xstrndup(o->token, strlen(o->token)) : NULL;
	s->everyone = s->admin = s->type = s->group_schema = NO_OBJ;
	s->access_default = s->enroll_default = NO_OBJ;
	if ((o->data.p ? data_load(s, o->data, e)
		       : fresh_fill(s, o->content ? o->content : "fresh", e)) < 0) {
		sandbox_free(s);
		return NULL;
	}
	return s;
}

void sandbox_free(struct sandbox *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->objs.n; i++) {
		obj_empty(s->objs.v[i]);
		free(s->objs.v[i]);
	}
	vec_free(&s->objs);
	for (int k = 0; k < K_COUNT; k++)
		vec_free(&s->of[k]);
	map_release(&s->ids);
	map_release(&s->names);
	vec_free(&s->routes);
	rates_free(s->rates);
	faults_free(s->faults);
	oauth_free(s->oauth);
	log_free(s->log);
	outbox_free(s->outbox);
	free(s->base_url);
	free(s->token);
	free(s);
}

int64_t sandbox_now(const struct sandbox *s)
{
	return clock_unix_s(s->clock) + s->clock_offset_s;
}

uint64_t sandbox_changes(const struct sandbox *s)
{
	return s->changes;
}

void sandbox_hush(struct sandbox *s, bool on)
{
	s->silent = on;
}
