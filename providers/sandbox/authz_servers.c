/*
 * Custom authorization servers, their signing and encryption keys, and which of them trust each other.
 */
#include "providers/sandbox/authz_servers.h"

#include "providers/sandbox/key.h"

#include <stdio.h>

enum { ROTATION_S = 90 * 86400, CLIENT_KEYS_MAX = 5 };

extern const struct collection authz_servers, authz_keys, authz_client_keys;

const char *authz_server_name(const struct obj *server)
{
	return server->builtin ? "default" : server->id;
}

void authz_add_self(
	struct buf *b, struct call *c, const struct obj *o, const char *what, const char *allow)
{
	add_hint(b, c, "self", allow, "/api/v1/authorizationServers/%s/%s/%s",
		authz_server_name(store_at(c->s, o->parent)), what, o->id);
}

/* --- servers --- */

/* A new server rotates its keys by itself whatever was asked for; only a change makes it stop. */
static void fill_signing(struct call *c, const struct js *old, struct js *doc)
{
	const struct js *was = js_path(old, "credentials.signing");
	struct js *signing = was ? js_copy(was) : js_new_map(), *credentials = js_new_map();
	bool manual = slice_is(
		js_str(js_path(was ? doc : NULL, "credentials.signing.rotationMode")), "MANUAL");
	AUTO(buf) struct buf kid = BUF_MAX(64);

	if (was && !js_str(js_path(doc, "credentials.signing.rotationMode")).n)
		manual = slice_is(js_str(js_get(was, "rotationMode")), "MANUAL");
	if (!was) {
		key_add_kid(&kid, &c->s->rng);
		js_set(signing, "kid", js_new_str(buf_slice(&kid)));
	}
	js_set(signing, "rotationMode", js_new_strz(manual ? "MANUAL" : "AUTO"));
	if (!was)
		js_set(signing, "lastRotated", js_new_strz(c->stamp));
	if (manual)
		js_del(signing, "nextRotation");
	else if (!js_get(signing, "nextRotation"))
		key_set_time(signing, "nextRotation", c->now + ROTATION_S);
	js_set(credentials, "signing", signing);
	js_set(doc, "credentials", credentials);
}

static bool fill_server(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *audiences = js_get(doc, "audiences");
	struct slice mode = js_str(js_get(doc, "issuerMode")),
		     rotation = js_str(js_path(doc, "credentials.signing.rotationMode"));

	if (c->s->filling)
		o->builtin = js_bool(js_get(doc, "default"));
	if (js_len(audiences) != 1 || !js_str(js_at(audiences, 0)).n) {
		fail_field(c, "audiences", "audiences: exactly one audience is needed");
		return false;
	}
	if (mode.n && !slice_in(mode, "ORG_URL|CUSTOM_URL|DYNAMIC")) {
		fail_field(c, "issuerMode", "issuerMode: The field is not a known mode");
		return false;
	}
	if (rotation.n && !slice_in(rotation, "AUTO|MANUAL")) {
		fail_field(c, "rotationMode", "rotationMode: The field is not a known mode");
		return false;
	}
	js_default(doc, "issuerMode",
		old ? js_copy(js_get(old, "issuerMode")) : js_new_strz("ORG_URL"));
	fill_signing(c, old, doc);
	js_set(doc, "default", js_new_bool(o->builtin));
	return true;
}

static void make_key(struct call *c, struct obj *server, struct slice kid, const char *status)
{
	AUTO_PTR(js) doc = js_new_map();

	js_set(doc, "status", js_new_strz(status));
	js_set(doc, "kid", js_new_str(kid));
	key_fill(doc, c->s, "RS256", "sig");
	collection_make(c, &authz_keys, server, doc);
}

static void server_stored(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = NULL;

	if (!created)
		return;
	doc = obj_doc(o);
	make_key(c, o, js_str(js_path(doc, "credentials.signing.kid")), "ACTIVE");
	make_key(c, o, (struct slice){NULL, 0}, "NEXT");
	authz_server_furnish(c, o);
}

/* Nobody trusts what is gone. */
static bool server_leave(struct call *c, struct obj *o)
{
	for (uint32_t i = 0; i < c->s->of[K_AUTH_SERVER].n; i++)
		edge_del(&store_at(c->s, c->s->of[K_AUTH_SERVER].v[i])->out, o->ix, 0);
	return true;
}

static bool starts_with(struct slice text, struct slice q)
{
	return text.n >= q.n && slice_eq_fold((struct slice){text.p, q.n}, q);
}

/* q may be the start of the name or of the audience. */
static bool server_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice q = query_get(c, "q");

	(void)o;
	return !q.n || starts_with(js_str(js_get(doc, "name")), q) ||
	       starts_with(js_str(js_at(js_get(doc, "audiences"), 0)), q);
}

static void show_server(struct call *c, const struct obj *o, struct js *doc)
{
	AUTO(buf) struct buf issuer = BUF_TEXT;

	buf_adds(&issuer, c->s->base_url);
	buf_addf(&issuer, "/oauth2/%s", authz_server_name(o));
	js_set(doc, "issuer", js_new_str(buf_slice(&issuer)));
}

static const struct server_link {
	const char *name, *allow, *tail;
} server_links[] = {
	{"rotateKey", "POST", "/credentials/lifecycle/keyRotate"},
	{"resourceServerCredentialsKeys", "GET", "/resourceservercredentials/keys"},
	{"keys", "GET", "/credentials/keys"},
	{"claims", "GET|POST", "/claims"},
	{"policies", "GET|POST", "/policies"},
	{"self", "GET|DELETE|PUT", ""},
	{"scopes", "GET|POST", "/scopes"},
};

static void add_metadata(struct buf *b, struct call *c, const char *server)
{
	static const char *const kinds[] = {"oauth-authorization-server", "openid-configuration"};

	buf_adds(b, ",\"metadata\":[");
	for (size_t i = 0; i < LEN(kinds); i++) {
		AUTO(buf) struct buf url = BUF_TEXT;

		buf_adds(&url, c->s->base_url);
		buf_addf(&url, "/oauth2/%s/.well-known/%s", server, kinds[i]);
		buf_addf(b, "%s{\"name\":\"%s\",\"href\":", i ? "," : "", kinds[i]);
		buf_add_json(b, buf_slice(&url));
		buf_adds(b, ",\"hints\":{\"allow\":[\"GET\"]}}");
	}
	buf_addc(b, ']');
}

static void add_server_links(struct buf *b, struct call *c, const struct obj *o)
{
	const char *name = authz_server_name(o);
	const char *turn = o->status == ST_ACTIVE ? "deactivate" : "activate";

	for (size_t i = 0; i < LEN(server_links); i++) {
		const struct server_link *l = &server_links[i];

		if (i)
			buf_addc(b, ',');
		add_hint(b, c, l->name, l->allow, "/api/v1/authorizationServers/%s%s", name,
			l->tail);
	}
	add_metadata(b, c, name);
	buf_addc(b, ',');
	add_hint(b, c, turn, "POST", "/api/v1/authorizationServers/%s/lifecycle/%s", name, turn);
}

static struct obj *server_alias(struct call *c, struct slice id)
{
	if (!slice_is(id, "default"))
		return NULL;
	for (uint32_t i = 0; i < c->s->of[K_AUTH_SERVER].n; i++) {
		struct obj *o = store_at(c->s, c->s->of[K_AUTH_SERVER].v[i]);

		if (o->builtin)
			return o;
	}
	return NULL;
}

const struct collection authz_servers = {
	.path = "/api/v1/authorizationServers",
	.kind = K_AUTH_SERVER,
	.of = K_COUNT,
	.type = "AuthorizationServer",
	.prefix = "aus",
	.members = "id name! description: audiences! issuer=: issuerMode status created@ "
		   "lastUpdated% credentials accessTokenEncryptedResponseAlgorithm jwks jwks_uri "
		   "default=",
	.event = "oauth2.as.*d",
	.limit = 200,
	.max = 200,
	.keep = "q",
	.flags = C_CREATED | C_LIFE_204,
	.fill = fill_server,
	.stored = server_stored,
	.leave = server_leave,
	.listed = server_listed,
	.links = add_server_links,
	.show = show_server,
	.alias = server_alias,
};

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

static void rotate(struct call *c)
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
		key_set_time(signing, "nextRotation", c->now + ROTATION_S);
	obj_put(o, doc);
	collection_list(c, &authz_keys, o);
}

/* --- keys that access tokens are encrypted for --- */

static void client_key_off(struct call *c, const struct obj *server, const struct obj *but)
{
	for (uint32_t i = 0; i < c->s->of[K_AS_CLIENT_KEY].n; i++) {
		struct obj *key = store_at(c->s, c->s->of[K_AS_CLIENT_KEY].v[i]);
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
	for (uint32_t i = 0; i < c->s->of[K_AS_CLIENT_KEY].n; i++)
		n += store_at(c->s, c->s->of[K_AS_CLIENT_KEY].v[i])->parent == o->parent;
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
	buf_addc(b, ',');
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

/* --- who trusts whom --- */

static void list_associated(struct call *c)
{
	const struct obj *o = collection_find(c, &authz_servers, c->arg[0]);
	bool trusted = !query_is(c, "trusted", "false");
	struct page p;

	if (!o || !page_begin(c, &p, 200, 200))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_AUTH_SERVER, p.after) : 0;
		i < c->s->of[K_AUTH_SERVER].n; i++) {
		const struct obj *other = store_at(c->s, c->s->of[K_AUTH_SERVER].v[i]);
		AUTO_PTR(js) doc = obj_doc(other);

		if (other == o || edge_has(&o->out, other->ix) != trusted ||
			!server_listed(c, other, doc))
			continue;
		if (!page_more(&p))
			break;
		collection_add(page_item(c, &p, other->ix), c, &authz_servers, other);
	}
	page_end(c, &p, "trusted|q");
}

/* The answer holds what this call made trusted. */
static void associate(struct call *c)
{
	struct obj *o = collection_find(c, &authz_servers, c->arg[0]);
	const struct js *ids = js_get(c->body, "trusted");
	size_t n = js_type(ids) == JS_LIST ? js_len(ids) : 0;
	struct page p;

	if (!o)
		return;
	for (size_t i = 0; i < n; i++) {
		if (!collection_find(c, &authz_servers, js_str(js_at(ids, i))))
			return;
	}
	if (!n) {
		fail_field(c, "trusted", "trusted: The field cannot be left blank");
		return;
	}
	if (!page_begin(c, &p, 0, 0))
		return;
	for (size_t i = 0; i < n; i++) {
		const struct obj *other = collection_find(c, &authz_servers, js_str(js_at(ids, i)));

		if (!other || other == o)
			continue;
		edge_add(&o->out, other->ix, 0);
		collection_add(page_item(c, &p, other->ix), c, &authz_servers, other);
	}
	page_end(c, &p, NULL);
}

static void dissociate(struct call *c)
{
	struct obj *o = collection_find(c, &authz_servers, c->arg[0]), *other;

	if (!o)
		return;
	other = collection_find(c, &authz_servers, c->arg[1]);
	if (!other)
		return;
	if (edge_del(&o->out, other->ix, 0))
		reply_status(c, 204);
	else
		fail_missing(c, c->arg[1], authz_servers.type);
}

/* --- clients: these servers give out no tokens here, so nobody has any --- */

static void list_nothing(struct call *c)
{
	if (collection_find(c, &authz_servers, c->arg[0]))
		reply_text(c, 200, SLICE("[]"));
}

static void drop_nothing(struct call *c)
{
	if (collection_find(c, &authz_servers, c->arg[0]))
		reply_status(c, 204);
}

static void no_token(struct call *c)
{
	if (collection_find(c, &authz_servers, c->arg[0]))
		fail_missing(c, c->arg[2], "OAuth2RefreshToken");
}

#define SERVER "/api/v1/authorizationServers/{id}"

const struct route routes_authz_servers[] = {
	{"POST", SERVER "/credentials/lifecycle/keyRotate", rotate, R_BODY,
		"oauth2.as.key.rollover"},
	{"GET", SERVER "/associatedServers", list_associated, 0, NULL},
	{"POST", SERVER "/associatedServers", associate, R_BODY, "oauth2.as.updated"},
	{"DELETE", SERVER "/associatedServers/{id}", dissociate, 0, "oauth2.as.updated"},
	{"GET", SERVER "/clients", list_nothing, 0, NULL},
	{"GET", SERVER "/clients/{id}/tokens", list_nothing, 0, NULL},
	{"DELETE", SERVER "/clients/{id}/tokens", drop_nothing, 0, NULL},
	{"GET", SERVER "/clients/{id}/tokens/{id}", no_token, 0, NULL},
	{"DELETE", SERVER "/clients/{id}/tokens/{id}", no_token, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
