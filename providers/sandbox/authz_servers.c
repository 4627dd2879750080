/*
 * Custom authorization servers, and which of them trust each other.
 */
#include "providers/sandbox/authz_servers.h"

#include "providers/sandbox/key.h"

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
		key_set_time(signing, "nextRotation", c->now + AUTHZ_ROTATION_S);
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

static void server_stored(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = NULL;

	if (!created)
		return;
	doc = obj_doc(o);
	authz_keys_furnish(c, o, js_str(js_path(doc, "credentials.signing.kid")));
	authz_server_furnish(c, o);
}

/* Nobody trusts what is gone. */
static bool server_leave(struct call *c, struct obj *o)
{
	STORE_EACH(c->s, K_AUTH_SERVER, server)
		edge_del(&server->out, o->ix, 0);
	return true;
}

/* q may be the start of the name or of the audience. */
static bool server_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice q = query_get(c, "q");

	(void)o;
	return !q.n || slice_starts_fold(js_str(js_get(doc, "name")), q) ||
	       slice_starts_fold(js_str(js_at(js_get(doc, "audiences"), 0)), q);
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

		add_hint(b, c, l->name, l->allow, "/api/v1/authorizationServers/%s%s", name,
			l->tail);
	}
	add_metadata(b, c, name);
	add_hint(b, c, turn, "POST", "/api/v1/authorizationServers/%s/lifecycle/%s", name, turn);
}

static struct obj *server_alias(struct call *c, struct slice id)
{
	if (!slice_is(id, "default"))
		return NULL;
	STORE_EACH(c->s, K_AUTH_SERVER, o) {
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
	{"POST", SERVER "/credentials/lifecycle/keyRotate", authz_keys_rotate, R_BODY,
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
