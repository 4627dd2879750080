/*
 * Keys that inline hooks sign their calls with.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/key.h"

/* The key itself stands beside the members: jwk. */
static bool fill_key(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	AUTO(buf) struct buf id = BUF_MAX(64);
	struct js *jwk;

	(void)o;
	if (slice_chars(js_str(js_get(doc, "name"))) > 255) {
		fail_field(c, "name", "name: The field is too long");
		return false;
	}
	if (old)
		return true;
	key_add_uuid(&id, c->s);
	js_set(doc, "keyId", js_new_str(buf_slice(&id)));
	jwk = js_new_map();
	js_set(jwk, "kid", js_new_str(buf_slice(&id)));
	key_fill(jwk, c->s, "RSA", NULL);
	js_set(doc, "jwk", jwk);
	return true;
}

static bool is_used(const struct sandbox *s, const struct obj *key, const struct js *doc)
{
	struct slice id = js_str(js_get(doc, "keyId"));

	STORE_EACH(s, K_INLINE_HOOK, o) {
		AUTO_PTR(js) hook = obj_doc(o);
		struct slice used = js_str(js_path(hook, "channel.config.hookKeyId"));

		if (used.n && (slice_is(used, key->id) || slice_eq(used, id)))
			return true;
	}
	return false;
}

/* The answer to a change holds the public key, a read does not. */
static void show_key(struct call *c, const struct obj *o, struct js *doc)
{
	if (!streq(c->req->method, "GET"))
		js_set(doc, "_embedded", js_copy(js_get(doc, "jwk")));
	js_del(doc, "jwk");
	js_set(doc, "isUsed", js_new_bool(is_used(c->s, o, doc)));
}

static bool leave_key(struct call *c, struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	if (!is_used(c->s, o, doc))
		return true;
	fail_field(c, "id", "id: the key is used by an inline hook");
	return false;
}

const struct collection hook_keys = {
	.path = "/api/v1/hook-keys",
	.kind = K_HOOK_KEY,
	.of = K_COUNT,
	.type = "HookKey",
	.prefix = "HKY",
	.members = "id keyId= name! created@ lastUpdated% isUsed= jwk=",
	.key = "name",
	.event = "system.hook.key.*",
	.flags = C_NO_LINKS,
	.fill = fill_key,
	.leave = leave_key,
	.show = show_key,
};

static void get_public(struct call *c)
{
	STORE_EACH(c->s, K_HOOK_KEY, o) {
		AUTO_PTR(js) doc = obj_doc(o);

		if (slice_eq(js_str(js_get(doc, "keyId")), c->arg[0])) {
			reply_js(c, 200, js_copy(js_get(doc, "jwk")));
			return;
		}
	}
	fail_missing(c, c->arg[0], "HookKey");
}

const struct route routes_hook_keys[] = {
	{"GET", "/api/v1/hook-keys/public/{id}", get_public, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
