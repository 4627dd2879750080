/*
 * The keys that apps sign with, and the metadata that tells them to others. Every key is the same certificate,
 * for tests only, whose private half nobody has; what differs is its name and its time.
 */
#include "providers/sandbox/apps.h"

#include <stdio.h>
#include <string.h>

enum { YEARS = 10, YEARS_MIN = 2, YEARS_MAX = 10, KID = 43, LINE = 76 };

static const char certificate[] =
	"MIIDADCCAegCAQEwDQYJKoZIhvcNAQELBQAwRTELMAkGA1UEBhMCVVMxDjAMBgNVBAoMBXBsdW1i"
	"MRQwEgYDVQQLDAtTU09Qcm92aWRlcjEQMA4GA1UEAwwHc2FuZGJveDAgFw0yMDAxMDEwMDAwMDBa"
	"GA8yMDk5MTIzMTIzNTk1OVowRTELMAkGA1UEBhMCVVMxDjAMBgNVBAoMBXBsdW1iMRQwEgYDVQQL"
	"DAtTU09Qcm92aWRlcjEQMA4GA1UEAwwHc2FuZGJveDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC"
	"AQoCggEBAPK6UswXMxTnzzGPBAc/FF7voBhPzuAa6g5duw1E1QPB6ulJ50Bqdt8ZrdTBbEWmnYig"
	"1x7zslXQkcMUeMlLgYqI6v1rbBy6Mb9VecXtKmZF40SY1A/jU31iMZoj/Ec3kaBisoh9Fq1Eatq3"
	"nbxAus/V9cByO0sRiNs2MSkxThuzYE7ESqeD+idGaZOPLx7+dYdybmKxcXGvUQ1HT5uVNn2AvyKz"
	"aRlbLNURkruX+N1KnwJKoaQUktUjahqIPeUWvOSE+eBk2FrcJ5U6odRiv4rUI8OqoO5H2M19GN6a"
	"BINbIhwd7fStGzSqZJHzKZwxH1vsaEUxBNls3JK/rYLFlIkCAwEAATANBgkqhkiG9w0BAQsFAAOC"
	"AQEAsvhyqA/z8yy8mghao9GSRpS7UstPLwHGMCgQuy/U8ijfVocME9Cf+aejigMASWLNT5tiD+Wz"
	"ZPmNLyns7fkrKk1sYirDmS3xwsccLmt0ZxooedgqJut0seBxzFmX9g+9nGle0fZoWMl0HqfodMO+"
	"rHpMStUnXr4TGj0SJFn1AmOrDlf3yZwim+rj/4qy7HVpGlyH5L8nj6ijW0+yYI9qpUuK8VVTbxjo"
	"LUJtrhmQJ9bA5OD5w83rOHmETURZbxreicdcDBtMPTlzXNSIYiAh0Nax+79eq0AO58NZ0Ew46zT0"
	"rZ2ospqQqKApGwWzL3WL+AonL9MtQEVCD1sOejRdsw==";
static const char modulus[] =
	"8rpSzBczFOfPMY8EBz8UXu-gGE_O4BrqDl27DUTVA8Hq6UnnQGp23xmt1MFsRaadiKDXHvOyVdCR"
	"wxR4yUuBiojq_WtsHLoxv1V5xe0qZkXjRJjUD-NTfWIxmiP8RzeRoGKyiH0WrURq2redvEC6z9X1"
	"wHI7SxGI2zYxKTFOG7NgTsRKp4P6J0Zpk48vHv51h3JuYrFxca9RDUdPm5U2fYC_IrNpGVss1RGS"
	"u5f43UqfAkqhpBSS1SNqGog95Ra85IT54GTYWtwnlTqh1GK_itQjw6qg7kfYzX0Y3poEg1siHB3t"
	"9K0bNKpkkfMpnDEfW-xoRTEE2Wzckr-tgsWUiQ";
static const char thumbprint[] = "qZ30QyLlLPphNrgXwpZye_WJyhXA2vF9RunxUGHRpuY";

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

/* The same day some years on; a leap day falls on the day before where there is none. */
static struct js *years_on(const char *stamp, long long years)
{
	long long year = 0;
	bool leap;
	char text[64];

	slice_int((struct slice){stamp, 4}, 0, 9999, &year);
	year += years;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	snprintf(text, sizeof(text), "%04lld%s", year, stamp + 4);
	if (!leap && strncmp(text + 5, "02-29", 5) == 0)
		text[9] = '8';
	return js_new_strz(text);
}

/* The body of a key that was just made. */
static struct js *new_key(struct call *c, long long years)
{
	struct js *doc = js_new_map(), *chain = js_new_list();
	AUTO(buf) struct buf kid = BUF_MAX(128);

	app_add_random(&kid, c->s);
	js_set(doc, "kty", js_new_strz("RSA"));
	js_set(doc, "expiresAt", years_on(c->stamp, years));
	js_set(doc, "kid", js_new_str((struct slice){kid.p, KID}));
	js_set(doc, "use", js_new_strz("sig"));
	js_push(chain, js_new_strz(certificate));
	js_set(doc, "x5c", chain);
	js_set(doc, "x5t#S256", js_new_strz(thumbprint));
	js_set(doc, "e", js_new_strz("AQAB"));
	js_set(doc, "n", js_new_strz(modulus));
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

static void add_certificate(struct buf *b)
{
	size_t n = strlen(certificate);

	for (size_t i = 0; i < n; i += LINE)
		buf_addf(b, "%s%.*s", i ? "\n" : "", LINE, certificate + i);
}

static void add_metadata(struct buf *b, struct call *c, const struct js *doc)
{
	struct slice id = js_str(js_get(doc, "id"));
	bool wants = js_bool(js_path(doc, "settings.signOn.samlSignedRequestEnabled"));

	buf_addf(b,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?><md:EntityDescriptor entityID=\"http://www.okta.com/exk%.*s\" xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\"><md:IDPSSODescriptor WantAuthnRequestsSigned=\"%s\" protocolSupportEnumeration=\"urn:oasis:names:tc:SAML:2.0:protocol\"><md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>",
		(int)(id.n - 3), id.p + 3, wants ? "true" : "false");
	add_certificate(b);
	buf_adds(b, "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>");
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
