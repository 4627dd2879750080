/*
 * OAuth clients: what an app of the template oidc_client has, its secrets and its keys.
 */
#include "providers/sandbox/apps.h"

#include "base/hash.h"

enum { SECRETS_MAX = 2, KEYS_MAX = 50, SECRET_MIN = 14, SECRET_JWT_MIN = 32, SECRET_MAX = 100 };

static const struct flat defaults[] = {
	{"credentials.oauthClient.autoKeyRotation", 'b', "true"},
	{"credentials.oauthClient.token_endpoint_auth_method", 's', "client_secret_basic"},
	{"settings.oauthClient.client_uri", 'n', NULL},
	{"settings.oauthClient.logo_uri", 'n', NULL},
	{"settings.oauthClient.redirect_uris", 'l', NULL},
	{"settings.oauthClient.response_types", 'l', NULL},
	{"settings.oauthClient.grant_types", 'l', NULL},
	{"settings.oauthClient.application_type", 's', "web"},
	{"settings.oauthClient.consent_method", 's', "TRUSTED"},
	{"settings.oauthClient.issuer_mode", 's', "ORG_URL"},
	{"settings.oauthClient.idp_initiated_login.mode", 's', "DISABLED"},
	{"settings.oauthClient.idp_initiated_login.default_scope", 'l', NULL},
	{"settings.oauthClient.wildcard_redirect", 's', "DISABLED"},
	{"settings.oauthClient.dpop_bound_access_tokens", 'b', "false"},
	{"settings.oauthClient.participate_slo", 'b', "false"},
	{NULL, 0, NULL},
};

static const char members[] =
	"application_type|backchannel_authentication_request_signing_alg|backchannel_custom_authenticator_id|backchannel_token_delivery_mode|client_uri|consent_method|dpop_bound_access_tokens|frontchannel_logout_session_required|frontchannel_logout_uri|grant_types|id_token_encrypted_response_alg|idp_initiated_login|initiate_login_uri|issuer_mode|jwks|jwks_uri|logo_uri|network|participate_slo|policy_uri|post_logout_redirect_uris|redirect_uris|refresh_token|request_object_signing_alg|response_types|sector_identifier_uri|subject_type|tos_uri|wildcard_redirect";

extern const struct collection app_secrets, app_jwks;

void app_add_random(struct buf *b, struct sandbox *s)
{
	char part[21];

	for (int i = 0; i < 4; i++) {
		/* a fixed prefix and suffix, and 14 characters between them */
		store_new_id(s, "sec", part);
		buf_add(b, part + 1, 16);
	}
}

/* The next thing of that kind that belongs to the app; *at starts as 0. What belongs to it is younger. */
static struct obj *child(const struct sandbox *s, enum kind k, const struct obj *a, uint32_t *at)
{
	if (!*at)
		*at = store_after(s, k, a->ix);
	while (*at < s->of[k].n) {
		struct obj *o = store_at(s, s->of[k].v[(*at)++]);

		if (o->parent == a->ix)
			return o;
	}
	return NULL;
}

static uint32_t active_children(const struct sandbox *s, enum kind k, const struct obj *a)
{
	uint32_t n = 0, at = 0;
	const struct obj *o;

	while ((o = child(s, k, a, &at)))
		n += o->status == ST_ACTIVE;
	return n;
}

static void drop_all(struct call *c, enum kind k, const struct obj *a)
{
	uint32_t at = 0;
	struct obj *o;

	while ((o = child(c->s, k, a, &at))) {
		collection_drop(c, o);
		at--;
	}
}

/* --- secrets --- */

static struct slice auth_method(const struct js *app)
{
	return js_str(js_path(app, "credentials.oauthClient.token_endpoint_auth_method"));
}

static bool secret_ok(struct call *c, struct slice secret, struct slice method)
{
	size_t min = slice_is(method, "client_secret_jwt") ? SECRET_JWT_MIN : SECRET_MIN;
	const char *why = NULL;

	for (size_t i = 0; i < secret.n; i++) {
		if (secret.p[i] < 0x20 || secret.p[i] > 0x7e)
			why = "must hold printable ASCII only";
	}
	if (secret.n > SECRET_MAX)
		why = "must not have more than 100 characters";
	else if (secret.n < min)
		why = min == SECRET_MIN ? "must have at least 14 characters"
					: "must have at least 32 characters for this method";
	if (why)
		fail_field(c, "client_secret", "client_secret: %s", why);
	return !why;
}

/* What a POST or PUT of the app prints, as a document: the newest one that is active, or NULL. */
static struct js *newest_secret(const struct sandbox *s, const struct obj *a)
{
	uint32_t at = 0;
	const struct obj *o, *best = NULL;

	while ((o = child(s, K_APP_SECRET, a, &at))) {
		if (o->status == ST_ACTIVE)
			best = o;
	}
	return best ? obj_doc(best) : NULL;
}

static bool fill_secret(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct obj *a = store_at(c->s, o->parent);
	AUTO_PTR(js) app = obj_doc(a);
	AUTO(buf) struct buf text = BUF_MAX(256);
	AUTO(buf) struct buf hash = BUF_MAX(256);
	struct slice sent = js_str(js_get(doc, "client_secret"));
	uint32_t n = 0, at = 0;

	(void)old;
	while (child(c->s, K_APP_SECRET, a, &at))
		n++;
	if (!c->s->filling && slice_is(auth_method(app), "private_key_jwt")) {
		fail_field(c, "client_secret",
			"client_secret: not for a client that signs with its own key");
		return false;
	}
	if (n > SECRETS_MAX) {
		fail_field(c, "OAuth2ClientSecretMediated",
			"A client can have two client secrets at most.");
		return false;
	}
	if (sent.n && !c->s->filling && !secret_ok(c, sent, auth_method(app)))
		return false;
	if (sent.n)
		buf_add_slice(&text, sent);
	else
		app_add_random(&text, c->s);
	hash_add_sha256(&hash, buf_slice(&text));
	js_set(doc, "client_secret", js_new_str(buf_slice(&text)));
	js_set(doc, "secret_hash", js_new_str((struct slice){hash.p, 22}));
	return true;
}

static bool turn_secret(struct call *c, struct obj *o, enum status to)
{
	const struct obj *a = store_at(c->s, o->parent);

	if (to == ST_ACTIVE || active_children(c->s, K_APP_SECRET, a) > 1)
		return true;
	fail_field(c, "OAuth2ClientSecretMediated",
		"The only active client secret cannot be deactivated.");
	return false;
}

static bool leave_secret(struct call *c, struct obj *o)
{
	if (o->status != ST_ACTIVE)
		return true;
	fail_field(c, "OAuth2ClientSecretMediated",
		"An active client secret cannot be deleted: deactivate it first.");
	return false;
}

/* What is active can be deactivated, what is not can go. */
static void credential_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_MAX(512);

	collection_path(&path, c->s, o);
	if (o->status == ST_ACTIVE) {
		add_hint(b, c, "deactivate", "POST", "%s/lifecycle/deactivate", buf_str(&path));
		return;
	}
	add_hint(b, c, "activate", "POST", "%s/lifecycle/activate", buf_str(&path));
	buf_addc(b, ',');
	add_hint(b, c, "delete", "DELETE", "%s", buf_str(&path));
}

const struct collection app_secrets = {
	.path = "/api/v1/apps/{id}/credentials/secrets",
	.kind = K_APP_SECRET,
	.of = K_APP,
	.type = "OAuth2ClientSecretMediated",
	.prefix = "ocs",
	.members = "id status client_secret secret_hash= created@ lastUpdated%",
	.event = "app.oauth2.client.lifecycle.*",
	.flags = C_CREATED | C_NO_PUT | C_LIFECYCLE,
	.fill = fill_secret,
	.leave = leave_secret,
	.turn = turn_secret,
	.links = credential_links,
};

/* The client's secret after a POST or PUT of the app, whose body may bring one. */
static void change_secret(struct call *c, struct obj *a, struct js *client)
{
	struct slice sent = js_str(js_get(client, "client_secret")),
		     method = js_str(js_get(client, "token_endpoint_auth_method"));
	AUTO_PTR(js) body = js_new_map();
	AUTO_PTR(js) had = newest_secret(c->s, a);

	if (!slice_starts(method, "client_secret")) {
		drop_all(c, K_APP_SECRET, a);
	} else if (!had || (sent.n && !slice_eq(sent, js_str(js_get(had, "client_secret"))))) {
		drop_all(c, K_APP_SECRET, a);
		if (sent.n)
			js_set(body, "client_secret", js_new_str(sent));
		collection_make(c, &app_secrets, a, body);
	}
	js_del(client, "client_secret");
}

/* --- keys --- */

static bool is_encryption(const struct js *key)
{
	return slice_is(js_str(js_get(key, "use")), "enc");
}

/* Would the client have another active key to encrypt with? */
static bool other_encryption(const struct sandbox *s, const struct obj *a, const struct obj *self)
{
	uint32_t at = 0;
	const struct obj *o;

	while ((o = child(s, K_APP_JWK, a, &at))) {
		AUTO_PTR(js) doc = obj_doc(o);

		if (o != self && o->status == ST_ACTIVE && is_encryption(doc))
			return true;
	}
	return false;
}

static bool fill_jwk(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct obj *a = store_at(c->s, o->parent), *k;
	struct slice kid = js_str(js_get(doc, "kid"));
	uint32_t n = 0, at = 0;
	const char *why = NULL;

	(void)old;
	while ((k = child(c->s, K_APP_JWK, a, &at))) {
		AUTO_PTR(js) other = obj_doc(k);
		struct slice had = js_str(js_get(other, "kid"));

		n++;
		if (k != o && (!had.n || !kid.n || slice_eq(had, kid)))
			why = "each key needs a kid of its own where there are several";
	}
	if (n > KEYS_MAX)
		why = "a client can have 50 keys at most";
	else if (o->status == ST_ACTIVE && is_encryption(doc) && other_encryption(c->s, a, o))
		why = "a client can have only one active encryption key";
	if (why && !c->s->filling)
		fail_field(c, "JsonWebKey", "%s", why);
	return !why || c->s->filling;
}

static bool turn_jwk(struct call *c, struct obj *o, enum status to)
{
	const struct obj *a = store_at(c->s, o->parent);
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO_PTR(js) app = obj_doc(a);
	const char *why = NULL;

	if (to == ST_ACTIVE && is_encryption(doc) && other_encryption(c->s, a, o))
		why = "a client can have only one active encryption key";
	else if (to == ST_INACTIVE && is_encryption(doc))
		why = "the active encryption key cannot be deactivated";
	else if (to == ST_INACTIVE && slice_is(auth_method(app), "private_key_jwt") &&
		 active_children(c->s, K_APP_JWK, a) < 2)
		why = "the only active key of a client that authenticates with it cannot be deactivated";
	if (why)
		fail_field(c, "JsonWebKey", "%s", why);
	return !why;
}

static bool leave_jwk(struct call *c, struct obj *o)
{
	if (o->status != ST_ACTIVE)
		return true;
	fail_field(c, "JsonWebKey", "An active key cannot be deleted: deactivate it first.");
	return false;
}

const struct collection app_jwks = {
	.path = "/api/v1/apps/{id}/credentials/jwks",
	.kind = K_APP_JWK,
	.of = K_APP,
	.type = "OAuth2ClientJsonWebKey",
	.prefix = "pks",
	.members =
		"id status kty! kid use: alg key_ops e n crv x y x5c x5t x5t#S256 x5u created@ lastUpdated%",
	.event = "app.oauth2.credentials.lifecycle.*",
	.flags = C_CREATED | C_NO_PUT | C_LIFECYCLE | C_STATUS_COUNTS,
	.fill = fill_jwk,
	.leave = leave_jwk,
	.turn = turn_jwk,
	.links = credential_links,
};

/* Sets of keys come whole with the app, too: false when it answered. */
static bool keys_ok(struct call *c, const struct js *keys)
{
	size_t n = js_len(keys);
	const char *why = n > KEYS_MAX ? "a client can have 50 keys at most" : NULL;

	for (size_t i = 0; i < n && !why; i++) {
		struct slice kid = js_str(js_get(js_at(keys, i), "kid"));

		if (!js_str(js_get(js_at(keys, i), "kty")).n)
			why = "each key needs a kty";
		else if (n > 1 && !kid.n)
			why = "each key needs a kid of its own where there are several";
		for (size_t k = 0; k < i && !why; k++) {
			if (slice_eq(kid, js_str(js_get(js_at(keys, k), "kid"))))
				why = "each key needs a kid of its own where there are several";
		}
	}
	if (why)
		fail_field(c, "JsonWebKey", "%s", why);
	return !why;
}

/* The same key: of the same modulus or point, and of the same name. */
static bool same_key(const struct js *a, const struct js *b)
{
	static const char *const parts[] = {"kty", "kid", "n", "e", "x", "y"};

	for (size_t i = 0; i < LEN(parts); i++) {
		if (!slice_eq(js_str(js_get(a, parts[i])), js_str(js_get(b, parts[i]))))
			return false;
	}
	return true;
}

/* The keys that a PUT brings replace those that were there; what stays keeps its id. */
static void change_keys(struct call *c, struct obj *a, const struct js *keys)
{
	uint32_t at = 0;
	struct obj *o;
	bool *have = arena_array(&c->mem, js_len(keys) + 1, sizeof(*have));

	for (size_t i = 0; i < js_len(keys); i++)
		have[i] = false;
	while ((o = child(c->s, K_APP_JWK, a, &at))) {
		AUTO_PTR(js) doc = obj_doc(o);
		size_t i = 0;

		while (i < js_len(keys) && (have[i] || !same_key(js_at(keys, i), doc)))
			i++;
		if (i < js_len(keys)) {
			have[i] = true;
			continue;
		}
		collection_drop(c, o);
		at--;
	}
	for (size_t i = 0; i < js_len(keys); i++) {
		if (!have[i])
			collection_make(c, &app_jwks, a, js_at(keys, i));
	}
}

void app_client_show(struct call *c, const struct obj *a, struct js *doc, bool secret)
{
	struct js *keys = NULL;
	uint32_t at = 0;
	const struct obj *o;

	if (!js_path(doc, "settings.oauthClient"))
		return;
	if (secret) {
		AUTO_PTR(js) had = newest_secret(c->s, a);

		if (had)
			js_set(js_make(doc, "credentials.oauthClient"), "client_secret",
				js_copy(js_get(had, "client_secret")));
	}
	while ((o = child(c->s, K_APP_JWK, a, &at))) {
		struct js *key = obj_doc(o);

		js_del(key, "created");
		js_del(key, "lastUpdated");
		if (!keys)
			keys = js_new_list();
		js_push(keys, key);
	}
	if (keys)
		js_set(js_make(doc, "settings.oauthClient.jwks"), "keys", keys);
}

/* --- the client --- */

static void fill_refresh(struct js *settings)
{
	struct js *refresh = js_getm(settings, "refresh_token");

	if (js_type(refresh) != JS_MAP)
		return;
	if (slice_is(js_str(js_get(refresh, "rotation_type")), "STATIC"))
		js_del(refresh, "leeway");
	else
		js_default(refresh, "leeway", js_new_int(30));
}

/* The members that only some clients have. */
static void fill_some(struct js *settings)
{
	if (js_str(js_get(settings, "frontchannel_logout_uri")).n)
		js_default(settings, "frontchannel_logout_session_required", js_new_bool(false));
	if (js_str(js_get(settings, "backchannel_custom_authenticator_id")).n)
		js_default(settings, "backchannel_token_delivery_mode", js_new_strz("poll"));
	fill_refresh(settings);
}

/* A client's id is chosen at its creation, or the app's own. */
static bool fill_id(struct call *c, struct obj *a, struct js *client, const struct js *old)
{
	const struct js *had = js_path(old, "credentials.oauthClient.client_id");
	struct slice want = js_str(js_get(client, "client_id"));
	const struct obj *other;

	if (had) {
		js_set(client, "client_id", js_copy(had));
		return true;
	}
	if (!want.n) {
		js_set(client, "client_id", js_new_strz(a->id));
		return true;
	}
	if (want.n < 6 || want.n > 100 || slice_is(want, "ALL_CLIENTS")) {
		fail_field(c, "client_id", "client_id: must have between 6 and 100 characters");
		return false;
	}
	other = name_find(c->s, K_APP, 0, want);
	if (!other)
		return true;
	fail_field(c, "client_id",
		"client_id: An object with this field already exists in the current organization");
	return false;
}

static bool client_ok(struct call *c, const struct js *client, const struct js *settings)
{
	struct slice secret = js_str(js_get(client, "client_secret")),
		     method = js_str(js_get(client, "token_endpoint_auth_method"));

	if (c->s->filling)
		return true;
	if (!js_len(js_get(settings, "grant_types"))) {
		fail_field(c, "settings.oauthClient.grant_types",
			"grant_types: The field cannot be left blank");
		return false;
	}
	return (!secret.n || !slice_starts(method, "client_secret") ||
		       secret_ok(c, secret, method)) &&
	       keys_ok(c, js_path(settings, "jwks.keys"));
}

bool app_client_fill(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	struct js *client = js_make(doc, "credentials.oauthClient"),
		  *settings = js_make(doc, "settings.oauthClient");
	struct slice type;

	app_keep(client,
		"autoKeyRotation|client_id|client_secret|pkce_required|token_endpoint_auth_method");
	app_keep(settings, members);
	flat_fill(doc, defaults);
	if (!client_ok(c, client, settings) || !fill_id(c, a, client, old))
		return false;
	type = js_str(js_get(settings, "application_type"));
	js_default(client, "pkce_required",
		js_new_bool(slice_is(type, "browser") || slice_is(type, "native")));
	if (slice_is(js_str(js_get(client, "token_endpoint_auth_method")), "none"))
		js_set(client, "pkce_required", js_new_bool(true));
	change_secret(c, a, client);
	change_keys(c, a, js_path(settings, "jwks.keys"));
	js_del(settings, "jwks");
	fill_some(settings);
	return true;
}
