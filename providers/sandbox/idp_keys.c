/*
 * The certificates that identity providers are trusted by, and the keys that Okta signs its requests to them with.
 */
#include "providers/sandbox/idps.h"

#include "base/cert.h"
#include "providers/sandbox/key.h"

enum { YEARS = 10, YEARS_MIN = 2, YEARS_MAX = 10 };

extern const struct collection idp_keys, idp_signing_keys;

/* --- certificates of the other side --- */

/* What was sent is the chain; all else is read from its first certificate. */
static bool fill_key(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *chain = js_get(doc, "x5c");
	AUTO(buf) struct buf kid = BUF_MAX(64);
	struct err e = ERR_INIT;
	int64_t expires;

	(void)o;
	if (js_len(chain) != 1 || cert_jwk(js_str(js_at(chain, 0)), doc, &expires, &e) < 0) {
		fail_field(c, "x5c", "x5c: one X.509 certificate in base64 is needed");
		return false;
	}
	if (!old) {
		key_add_uuid(&kid, c->s);
		js_set(doc, "kid", js_new_str(buf_slice(&kid)));
	}
	key_set_time(doc, "expiresAt", expires);
	js_set(doc, "alg", js_copy(js_get(doc, "kty")));
	js_set(doc, "use", js_new_strz("sig"));
	return true;
}

static struct obj *key_alias(struct call *c, struct slice kid)
{
	return idp_key_find(c->s, kid);
}

struct obj *idp_key_find(const struct sandbox *s, struct slice kid)
{
	return kid.n ? name_find(s, K_IDP_KEY, 0, kid) : NULL;
}

/* A provider needs its certificate even while it is inactive. */
static bool leave_key(struct call *c, struct obj *o)
{
	AUTO_PTR(js) key = obj_doc(o);
	const struct js *kid = js_get(key, "kid");

	STORE_EACH(c->s, K_IDP, idp) {
		AUTO_PTR(js) doc = obj_doc(idp);

		if (!js_equal(js_path(doc, "protocol.credentials.trust.kid"), kid))
			continue;
		fail_field(c, "kid", "kid: the key is used by the identity provider %s", idp->id);
		return false;
	}
	return true;
}

const struct collection idp_keys = {
	.path = "/api/v1/idps/credentials/keys",
	.kind = K_IDP_KEY,
	.of = K_COUNT,
	.type = "JsonWebKey",
	.prefix = "idk",
	.members = "kty= created@ lastUpdated% expiresAt= alg= kid= use= x5c! x5t#S256= e= n= crv= "
		   "x= y=",
	.key = "kid",
	.event = "system.idp.key.*",
	.limit = 20,
	.max = 200,
	.flags = C_NO_LINKS,
	.fill = fill_key,
	.leave = leave_key,
	.alias = key_alias,
};

/* --- Okta's own --- */

static struct obj *signing_alias(struct call *c, struct slice kid)
{
	return c->parent && kid.n ? name_find(c->s, K_IDP_SIGNING_KEY, c->parent->ix, kid) : NULL;
}

struct obj *idp_signing_key_find(const struct sandbox *s, const struct obj *idp, struct slice kid)
{
	return kid.n ? name_find(s, K_IDP_SIGNING_KEY, idp->ix, kid) : NULL;
}

const struct collection idp_signing_keys = {
	.path = "/api/v1/idps/{id}/credentials/keys",
	.kind = K_IDP_SIGNING_KEY,
	.of = K_IDP,
	.type = "JsonWebKey",
	.prefix = "isk",
	.members = "kty= created@ lastUpdated% expiresAt= kid= use= x5c= x5t#S256= e= n=",
	.key = "kid",
	.event = "system.idp.key.*",
	.flags = C_NO_CREATE | C_NO_PUT | C_NO_DELETE | C_NO_LINKS,
	.alias = signing_alias,
};

struct obj *idp_signing_key_make(struct call *c, struct obj *idp, struct slice kid, int64_t years)
{
	AUTO_PTR(js) doc = js_new_map();
	AUTO(buf) struct buf name = BUF_MAX(64);

	if (!kid.n)
		key_add_kid(&name, &c->s->rng);
	js_set(doc, "kid", js_new_str(kid.n ? kid : buf_slice(&name)));
	key_fill_certificate(doc, c->stamp, years ? years : YEARS);
	return collection_make(c, &idp_signing_keys, idp, doc);
}

void idp_key_generate(struct call *c)
{
	struct obj *idp = idp_of(c, c->arg[0]);
	long long years;

	if (!idp)
		return;
	if (!slice_int(query_get(c, "validityYears"), YEARS_MIN, YEARS_MAX, &years)) {
		fail_field(c, "validityYears", "validityYears: must be between %d and %d",
			YEARS_MIN, YEARS_MAX);
		return;
	}
	c->made = idp_signing_key_make(c, idp, (struct slice){NULL, 0}, years);
	collection_reply(c, 200, &idp_signing_keys, c->made);
}

/* The same key, under the same name, for another provider. */
void idp_key_clone(struct call *c)
{
	struct obj *idp = idp_of(c, c->arg[0]), *to, *key;
	AUTO_PTR(js) doc = NULL;

	if (!idp)
		return;
	key = idp_signing_key_find(c->s, idp, c->arg[1]);
	if (!key) {
		fail_missing(c, c->arg[1], idp_signing_keys.type);
		return;
	}
	to = idp_of(c, query_get(c, "targetIdpId"));
	if (!to)
		return;
	if (idp_signing_key_find(c->s, to, c->arg[1])) {
		fail_field(c, "kid", "kid: the identity provider has this key");
		return;
	}
	doc = obj_doc(key);
	c->made = collection_make(c, &idp_signing_keys, to, doc);
	collection_reply(c, 201, &idp_signing_keys, c->made);
}

void idp_key_active(struct call *c)
{
	const struct obj *idp = idp_of(c, c->arg[0]), *key;
	AUTO_PTR(js) doc = idp ? obj_doc(idp) : NULL;
	struct page p;

	if (!idp)
		return;
	key = idp_signing_key_find(
		c->s, idp, js_str(js_path(doc, "protocol.credentials.signing.kid")));
	if (!key) {
		reply_status(c, 204);
		return;
	}
	if (!page_begin(c, &p, 0, 0))
		return;
	collection_add(page_item(c, &p, key->ix), c, &idp_signing_keys, key);
	page_end(c, &p, NULL);
}
