/*
 * The keys that apps sign with, and the metadata that tells them to others. Every key is the same certificate,
 * for tests only, whose private half nobody has; what differs is its name and its time.
 */
#include "providers/sandbox/apps.h"
#include "providers/sandbox/key.h"

enum { YEARS = 10, YEARS_MIN = 2, YEARS_MAX = 10 };

extern const struct collection app_keys;

/* All of the org's clients share one; it follows from the org's id. */
struct js *app_org_kid(struct call *c)
{
	return js_new_strz(c->s->org_id);
}

/* kids are the keys' names below their app, ids are not. */
static struct obj *key_alias(struct call *c, struct slice kid)
{
	return c->parent ? name_find(c->s, K_APP_KEY, c->parent->ix, kid) : NULL;
}

const struct obj *app_key_of(struct call *c, const struct obj *a, struct slice kid)
{
	return kid.n ? name_find(c->s, K_APP_KEY, a->ix, kid) : NULL;
}

/* The body of a key that was just made. */
static struct js *new_key(struct call *c, long long years)
{
	struct js *doc = js_new_map();
	AUTO(buf) struct buf kid = BUF_MAX(128);

	key_add_kid(&kid, &c->s->rng);
	js_set(doc, "kid", js_new_str(buf_slice(&kid)));
	key_fill_certificate(doc, c->stamp, years);
	return doc;
}

struct js *app_key_make(struct call *c, struct obj *a)
{
	AUTO_PTR(js) body = new_key(c, YEARS);

	collection_make(c, &app_keys, a, body);
	return js_copy(js_get(body, "kid"));
}

const struct collection app_keys = {
	.path = "/api/v1/apps/{id}/credentials/keys",
	.kind = K_APP_KEY,
	.of = K_APP,
	.type = "JsonWebKey",
	.prefix = "kid",
	.members = "kty= created@ lastUpdated% expiresAt= kid= use= x5c= x5t#S256= e= n=",
	.key = "kid",
	.event = "app.keys.*",
	.flags = C_NO_CREATE | C_NO_PUT | C_NO_DELETE | C_NO_LINKS,
	.alias = key_alias,
};

static void reply_key(struct call *c, struct obj *a, const struct js *body)
{
	c->made = collection_make(c, &app_keys, a, body);
	collection_reply(c, 201, &app_keys, c->made);
}

static void generate_key(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]);
	struct slice text = query_get(c, "validityYears");
	long long years = YEARS;
	AUTO_PTR(js) body = NULL;

	if (!a)
		return;
	if (text.p && !slice_int(text, YEARS_MIN, YEARS_MAX, &years)) {
		fail_field(c, "validityYears", "validityYears: must be between 2 and 10");
		return;
	}
	body = new_key(c, years);
	reply_key(c, a, body);
}

/* The same key for another app, under the same name. */
static void clone_key(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *to;
	const struct obj *key;
	AUTO_PTR(js) body = NULL;

	if (!a)
		return;
	key = app_key_of(c, a, c->arg[1]);
	if (!key) {
		fail_missing(c, c->arg[1], "JsonWebKey");
		return;
	}
	to = app_of(c, query_get(c, "targetAid"));
	if (!to)
		return;
	if (app_key_of(c, to, c->arg[1])) {
		fail_field(c, "targetAid", "targetAid: this app has the key already");
		return;
	}
	body = obj_doc(key);
	reply_key(c, to, body);
}

/* --- metadata --- */

static void add_service(
	struct buf *b, struct call *c, const struct js *doc, const char *element, const char *tail)
{
	static const char *const bindings[] = {"HTTP-POST", "HTTP-Redirect"};
	struct slice id = js_str(js_get(doc, "id")), name = js_str(js_get(doc, "name"));

	for (size_t i = 0; i < LEN(bindings); i++) {
		buf_addf(b,
			"<md:%s Binding=\"urn:oasis:names:tc:SAML:2.0:bindings:%s\" Location=\"%s/app/",
			element, bindings[i], c->s->base_url);
		buf_add_url(b, name);
		/* the key by which others know the app */
		buf_addf(b, "/exk%.*s/%s\"/>", (int)(id.n - 3), id.p + 3, tail);
	}
}

static void add_metadata(struct buf *b, struct call *c, const struct js *doc)
{
	struct slice id = js_str(js_get(doc, "id"));
	bool wants = js_bool(js_path(doc, "settings.signOn.samlSignedRequestEnabled"));

	buf_addf(b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor entityID=\"http://www.okta.com/exk%.*s\" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:IDPSSODescriptor WantAuthnRequestsSigned=\"%s\" protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\">",
		(int)(id.n - 3), id.p + 3, wants ? "true" : "false");
	key_add_descriptor(b);
	if (js_bool(js_path(doc, "settings.signOn.slo.enabled")))
		add_service(b, c, doc, "SingleLogoutService", "slo/saml");
	buf_adds(b,
		"<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat><md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>");
	add_service(b, c, doc, "SingleSignOnService", "sso/saml");
	buf_adds(b, "</md:IDPSSODescriptor></md:EntityDescriptor>");
}

/* Which of the app's keys is asked for makes no difference: see above. */
static void get_metadata(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);
	AUTO_PTR(js) doc = a ? obj_doc(a) : NULL;

	if (!a)
		return;
	if (!slice_is(js_str(js_get(doc, "signOnMode")), "SAML_2_0")) {
		fail_missing(c, c->arg[0], "SAML metadata");
		return;
	}
	reply_status(c, 200);
	c->type = "application/xml;charset=UTF-8";
	add_metadata(&c->res->body, c, doc);
}

const struct route routes_app_keys[] = {
	{"POST", "/api/v1/apps/{id}/credentials/keys/generate", generate_key, R_OPT_BODY,
		"app.keys.generate"},
	{"POST", "/api/v1/apps/{id}/credentials/keys/{kid}/clone", clone_key, R_OPT_BODY,
		"app.keys.clone"},
	{"GET", "/api/v1/apps/{id}/sso/saml/metadata", get_metadata, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
