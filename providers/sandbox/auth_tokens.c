/*
 * API tokens: what they are printed as, how they end. Okta makes them in its console alone; here a path of the
 * local tenant's own does.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/collection.h"

#include "base/rfc3339.h"
#include "base/xalloc.h"

/* A token that was not used for so long is dead. */
enum { IDLE_S = 30 * 24 * 3600, VALUE_MAX = 256, MINUTE_S = 60 };

static void used(struct obj *t, int64_t now)
{
	t->used_min = (int32_t)(now / MINUTE_S);
}

static int64_t ends(const struct obj *t)
{
	return (int64_t)t->used_min * MINUTE_S + IDLE_S;
}

static bool lives(const struct sandbox *s, const struct obj *t, int64_t now)
{
	const struct obj *owner = store_at(s, t->parent);

	return owner && !owner->dead && owner->kind == K_USER &&
	       owner->status != ST_DEPROVISIONED && now <= ends(t);
}

struct obj *auth_token(struct sandbox *s, struct slice text, int64_t now)
{
	for (uint32_t i = 0; text.n && i < s->of[K_TOKEN].n; i++) {
		struct obj *t = store_at(s, s->of[K_TOKEN].v[i]);

		if (!slice_is(text, t->secret) || !lives(s, t, now))
			continue;
		used(t, now);
		return t;
	}
	return NULL;
}

static void show(struct call *c, const struct obj *o, struct js *doc)
{
	AUTO(buf) struct buf b = BUF_MAX(64);

	(void)c;
	rfc3339_add(&b, ends(o));
	js_set(doc, "expiresAt", js_new_str(buf_slice(&b)));
}

static void links(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *owner = store_at(c->s, o->parent);

	add_hint(b, c, "self", "GET|DELETE", "/api/v1/api-tokens/%s", o->id);
	add_hint(b, c, "user", "GET", "/api/v1/users/%s", owner ? owner->id : "");
}

static bool listed(struct call *c, const struct obj *o, const struct js *doc)
{
	(void)doc;
	return lives(c->s, o, c->now);
}

const struct collection api_tokens = {
	.path = "/api/v1/api-tokens",
	.kind = K_TOKEN,
	.of = K_COUNT,
	.type = "ApiToken",
	.prefix = "00T",
	.members =
		"id name! userId= clientName= tokenWindow= network expiresAt= created@ lastUpdated%",
	.event = "system.api_token.*",
	.flags = C_NO_CREATE | C_NO_DELETE,
	.listed = listed,
	.links = links,
	.show = show,
};

static struct obj *make(struct call *c, struct slice name, struct obj *owner, struct slice value)
{
	AUTO_PTR(js) doc = js_new_map();
	struct obj *t;

	js_set(doc, "name", js_new_str(name));
	js_set(doc, "userId", js_new_strz(owner->id));
	js_set(doc, "clientName", js_new_strz("Okta API"));
	js_set(doc, "tokenWindow", js_new_strz("P30D"));
	js_set(js_make(doc, "network"), "connection", js_new_strz("ANYWHERE"));
	js_set(doc, "expiresAt", js_new_strz(c->stamp)); /* shown by its use; here for its place */
	t = collection_make(c, &api_tokens, NULL, doc);
	t->parent = owner->ix;
	used(t, c->now);
	t->secret = xstrndup(value.p, value.n);
	return t;
}

void auth_fresh(struct sandbox *s)
{
	struct sandbox_req req = {.method = "", .target = {"", 0}};
	AUTO(sandbox_res) struct sandbox_res res = {0};
	AUTO(buf) struct buf stamp = BUF_MAX(64);
	struct call c = {.s = s, .req = &req, .res = &res, .mem = ARENA_INIT};

	for (uint32_t i = 0; s->token && i < s->of[K_TOKEN].n; i++) {
		struct obj *t = store_at(s, s->of[K_TOKEN].v[i]);

		if (!slice_is(slice_of(s->token), t->secret))
			continue;
		used(t, sandbox_now(s));
		return;
	}
	if (!s->token)
		return;
	c.now = sandbox_now(s);
	rfc3339_add(&stamp, c.now);
	c.stamp = buf_str(&stamp);
	sandbox_res_clear(&res);
	make(&c, SLICE("sandbox"), store_at(s, s->admin), slice_of(s->token));
	arena_release(&c.mem);
}

/*
 * POST /_sandbox/tokens {"name", "userId", "token"}: no path of Okta's. The token is shown here and never again; it
 * is made where none was sent.
 */
static void create(struct call *c)
{
	struct slice value = js_str(js_get(c->body, "token")),
		     name = js_str(js_get(c->body, "name"));
	struct obj *owner, *t;
	char made[43], part[21];

	if (!name.n) {
		fail_field(c, "name", "name: The field cannot be left blank");
		return;
	}
	if (value.n > VALUE_MAX || memchr(value.p, ' ', value.n)) {
		fail_field(
			c, "token", "token: must be one word of at most %d characters", VALUE_MAX);
		return;
	}
	owner = user_of(c, js_str(js_get(c->body, "userId")));
	if (!owner)
		return;
	if (!value.n) {
		store_new_id(c->s, "tok", part);
		memcpy(made, "00", 2);
		memcpy(made + 2, part, 20);
		store_new_id(c->s, "tok", part);
		memcpy(made + 22, part, 21);
		value = slice_of(made);
	}
	t = make(c, name, owner, value);
	c->made = t;
	collection_reply(c, 201, &api_tokens, t);
	c->res->body.n--; /* the closing brace goes behind the token */
	buf_adds(&c->res->body, ",\"token\":");
	buf_add_json(&c->res->body, value);
	buf_addc(&c->res->body, '}');
}

static void drop(struct call *c, struct slice id)
{
	struct obj *t = collection_find(c, &api_tokens, id);

	if (!t)
		return;
	collection_drop(c, t);
	reply_status(c, 204);
}

static void revoke(struct call *c)
{
	drop(c, c->arg[0]);
}

/* Only an API token can be the current one. */
static void revoke_current(struct call *c)
{
	drop(c, c->token_id[0] ? slice_of(c->token_id) : SLICE("current"));
}

const struct route routes_auth[] = {
	{"POST", "/_sandbox/tokens", create, R_BODY, "system.api_token.create"},
	{"DELETE", "/api/v1/api-tokens/current", revoke_current, 0, "system.api_token.revoke"},
	{"DELETE", "/api/v1/api-tokens/{id}", revoke, 0, "system.api_token.revoke"},
	{NULL, NULL, NULL, 0, NULL},
};
