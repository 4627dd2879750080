/*
 * What OAuth clients authenticate with: secrets, and the keys whose public halves they left here.
 */
#include "providers/sandbox/apps.h"

#include "base/hash.h"

enum {
	SECRETS_MAX = 2,
	KEYS_MAX = 50,
	SECRET_MIN = 14,
	SECRET_JWT_MIN = 32,
	SECRET_MAX = 100,
	RANDOM = 64
};

/* 64 characters that nobody guesses at Okta; here they follow from the seed. */
static void add_random(struct buf *b, struct sandbox *s)
{
	size_t end = b->n + RANDOM;
	char part[21];

	while (b->n < end) {
		size_t n = end - b->n;

		/* an id without its prefix and suffix, which do not vary */
		store_new_id(s, "ocs", part);
		buf_add(b, part + 3, n < 14 ? n : 14);
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

bool app_secret_ok(struct call *c, struct slice secret, struct slice method)
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
struct js *app_secret_newest(const struct sandbox *s, const struct obj *a)
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
	if (sent.n && !c->s->filling && !app_secret_ok(c, sent, auth_method(app)))
		return false;
	if (sent.n)
		buf_add_slice(&text, sent);
	else
		add_random(&text, c->s);
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
	add_hint(b, c, "delete", "DELETE", "%s", buf_str(&path));
}

const struct collection app_secrets = {
	.path = "/api/v1/apps/{id}/credentials/secrets",
	.kind = K_APP_SECRET,
	.of = K_APP,
	.type = "OAuth2ClientSecretMediated",
	.prefix = "ocs",
	.members = "id status client_secret secret_hash= created@ lastUpdated%",
	.event = "app.oauth2.credentials.lifecycle.*",
	.flags = C_CREATED | C_NO_PUT | C_LIFECYCLE,
	.fill = fill_secret,
	.leave = leave_secret,
	.turn = turn_secret,
	.links = credential_links,
};

/* The client's secret after a POST or PUT of the app, whose body may bring one. */
void app_secret_change(struct call *c, struct obj *a, struct js *client)
{
	struct slice sent = js_str(js_get(client, "client_secret")),
		     method = js_str(js_get(client, "token_endpoint_auth_method"));
	AUTO_PTR(js) body = js_new_map();
	AUTO_PTR(js) had = app_secret_newest(c->s, a);

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
bool app_jwks_ok(struct call *c, const struct js *keys)
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
void app_jwks_change(struct call *c, struct obj *a, const struct js *keys)
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

struct js *app_jwks_shown(const struct sandbox *s, const struct obj *a)
{
	struct js *keys = NULL;
	uint32_t at = 0;
	const struct obj *o;

	while ((o = child(s, K_APP_JWK, a, &at))) {
		struct js *key = obj_doc(o);

		js_del(key, "created");
		js_del(key, "lastUpdated");
		if (!keys)
			keys = js_new_list();
		js_push(keys, key);
	}
	return keys;
}
