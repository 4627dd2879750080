/*
 * Keys of custom authorization servers: what they sign with, and what access tokens are encrypted for.
 */
#include "providers/sandbox/authz_servers.h"

#include "providers/sandbox/key.h"

enum { CLIENT_KEYS_MAX = 5 };

extern const struct collection authz_keys, authz_client_keys;

/* --- signing keys --- */

/* Keys are called by their kid. */
static struct obj *key_alias(struct call *c, struct slice kid)
{
	return c->parent ? name_find(c->s, K_AS_KEY, c->parent->ix, kid) : NULL;
}

static void add_key_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	add_hint(b, c, "self", "GET", "/api/v1/authorizationServers/%s/credentials/keys/%.*s",
		authz_server_name(store_at(c->s, o->parent)),
		SLICE_ARG(js_str(js_get(doc, "kid"))));
}

const struct collection authz_keys = {
	.path = "/api/v1/authorizationServers/{id}/credentials/keys",
	.kind = K_AS_KEY,
	.of = K_AUTH_SERVER,
	.type = "AuthorizationServerKey",
	.prefix = "ask",
	.members = "status= alg= e= n= kid= kty= use=",
	.key = "kid",
	.event = "oauth2.as.key.rollover",
	.flags = C_NO_CREATE | C_NO_PUT | C_NO_DELETE,
	.links = add_key_links,
	.alias = key_alias,
};

static void make_key(struct call *c, struct obj *server, struct slice kid, const char *status)
{
	AUTO_PTR(js) doc = js_new_map();

	js_set(doc, "status", js_new_strz(status));
	js_set(doc, "kid", js_new_str(kid));
	key_fill(doc, c->s, "RS256", "sig");
	collection_make(c, &authz_keys, server, doc);
}

void authz_keys_furnish(struct call *c, struct obj *server, struct slice kid)
{
	make_key(c, server, kid, "ACTIVE");
	make_key(c, server, (struct slice){NULL, 0}, "NEXT");
}

static void set_key_status(struct obj *key, struct js *doc, const char *status)
{
	js_set(doc, "status", js_new_strz(status));
	obj_put(key, doc);
}

/* ACTIVE expires, NEXT becomes ACTIVE: its kid is the server's from now on. */
static struct js *turn_keys(struct call *c, const struct obj *server)
{
	struct js *kid = NULL;

	for (uint32_t i = c->s->of[K_AS_KEY].n; i-- > 0;) {
		struct obj *key = store_at(c->s, c->s->of[K_AS_KEY].v[i]);
		AUTO_PTR(js) doc = key->parent == server->ix ? obj_doc(key) : NULL;
		struct slice status = js_str(js_get(doc, "status"));

		if (slice_is(status, "EXPIRED")) {
			collection_drop(c, key);
		} else if (slice_is(status, "ACTIVE")) {
			set_key_status(key, doc, "EXPIRED");
		} else if (doc) {
			kid = js_copy(js_get(doc, "kid"));
			set_key_status(key, doc, "ACTIVE");
		}
	}
	return kid;
}

void authz_keys_rotate(struct call *c)
{
	struct obj *o = collection_find(c, &authz_servers, c->arg[0]);
	AUTO_PTR(js) doc = NULL;
	struct js *signing, *kid;

	if (!o)
		return;
	if (!slice_is(js_str(js_get(c->body, "use")), "sig")) {
		fail(c, 400, "E0000001", "Api validation failed: rotateKeys",
			"Invalid value specified for key 'use' parameter");
		return;
	}
	doc = obj_doc(o);
	signing = js_make(doc, "credentials.signing");
	kid = turn_keys(c, o);
	if (kid)
		js_set(signing, "kid", kid);
	make_key(c, o, (struct slice){NULL, 0}, "NEXT");
	js_set(signing, "lastRotated", js_new_strz(c->stamp));
	if (js_get(signing, "nextRotation"))
		key_set_time(signing, "nextRotation", c->now + AUTHZ_ROTATION_S);
	obj_put(o, doc);
	collection_list(c, &authz_keys, o);
}

/* --- keys that access tokens are encrypted for --- */

static void client_key_off(struct call *c, const struct obj *server, const struct obj *but)
{
	STORE_EACH(c->s, K_AS_CLIENT_KEY, key) {
		AUTO_PTR(js) doc = NULL;

		if (key->parent != server->ix || key == but || key->status != ST_ACTIVE)
			continue;
		doc = obj_doc(key);
		key->status = ST_INACTIVE;
		set_key_status(key, doc, status_names[ST_INACTIVE]);
	}
}

static bool fill_client_key(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	uint32_t n = 0;

	(void)old;
	STORE_EACH(c->s, K_AS_CLIENT_KEY, k)
		n += k->parent == o->parent;
	if (n > CLIENT_KEYS_MAX)
		fail_field(c, "jwks", "jwks: at most %d keys are kept", CLIENT_KEYS_MAX);
	else if (slice_is(js_str(js_get(c->body, "status")), "ACTIVE"))
		fail_field(c, "status", "status: a key is added inactive and activated then");
	else if (!slice_is(js_str(js_get(doc, "kty")), "RSA") ||
		 !slice_is(js_str(js_get(doc, "use")), "enc") || !js_str(js_get(doc, "n")).n ||
		 !js_str(js_get(doc, "e")).n)
		fail_field(c, "jwks", "jwks: an RSA key for encryption is needed");
	else
		return true;
	return false;
}

/* Only one is active: activating it makes the other inactive. */
static bool turn_client_key(struct call *c, struct obj *o, enum status to)
{
	const struct obj *server = store_at(c->s, o->parent);
	AUTO_PTR(js) doc = obj_doc(server);

	if (to == ST_ACTIVE) {
		client_key_off(c, server, o);
		return true;
	}
	if (js_str(js_get(doc, "accessTokenEncryptedResponseAlgorithm")).n == 0)
		return true;
	fail_field(c, "status", "status: the server encrypts access tokens for this key");
	return false;
}

static void add_client_key_links(struct buf *b, struct call *c, const struct obj *o)
{
	bool on = o->status == ST_ACTIVE;
	const char *server = authz_server_name(store_at(c->s, o->parent));

	add_hint(b, c, on ? "deactivate" : "activate", "POST",
		"/api/v1/authorizationServers/%s/resourceservercredentials/keys/%s/lifecycle/%s",
		server, o->id, on ? "deactivate" : "activate");
	if (on)
		return;
	add_hint(b, c, "delete", "DELETE",
		"/api/v1/authorizationServers/%s/resourceservercredentials/keys/%s", server, o->id);
}

const struct collection authz_client_keys = {
	.path = "/api/v1/authorizationServers/{id}/resourceservercredentials/keys",
	.kind = K_AS_CLIENT_KEY,
	.of = K_AUTH_SERVER,
	.type = "JsonWebKey",
	.prefix = "apk",
	.members = "id kid! kty! alg use! e! n! status created@ lastUpdated%",
	.key = "kid",
	.event = "oauth2.as.updated",
	.flags = C_CREATED | C_NO_PUT | C_LIFECYCLE | C_BORN_INACTIVE | C_INACTIVE_FIRST,
	.fill = fill_client_key,
	.turn = turn_client_key,
	.links = add_client_key_links,
};
