#include "providers/sandbox/key.h"

#include "base/hash.h"
#include "base/rfc3339.h"

#include <stdio.h>
#include <string.h>

enum { KID = 43, MODULUS = 342 /* of base64url: 2048 bits */, LINE = 76 };

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* For tests only: nobody has its private half. */
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

void key_add_uuid(struct buf *b, struct sandbox *s)
{
	uint64_t hi = rng_next(&s->rng), lo = rng_next(&s->rng);

	buf_addf(b, "%08llx-%04llx-4%03llx-%04llx-%012llx", (unsigned long long)(hi >> 32),
		(unsigned long long)(hi >> 16 & 0xffff), (unsigned long long)(hi & 0xfff),
		(unsigned long long)((lo >> 48 & 0x3fff) | 0x8000),
		(unsigned long long)(lo & 0xffffffffffffULL));
}

void key_add_kid(struct buf *b, struct rng *r)
{
	for (int i = 0; i < KID; i++)
		buf_addc(b, alphabet[rng_below(r, 64)]);
}

void key_add_org_kid(struct buf *b, const struct sandbox *s)
{
	struct rng r = {hash64(slice_of(s->org_id))};

	key_add_kid(b, &r);
}

/* The first bit of a modulus is set, and it is odd. */
static void add_modulus(struct buf *b, struct rng *r)
{
	buf_addc(b, alphabet[32 + rng_below(r, 32)]);
	for (int i = 2; i < MODULUS; i++)
		buf_addc(b, alphabet[rng_below(r, 64)]);
	buf_addc(b, rng_below(r, 2) ? 'Q' : 'w');
}

void key_fill(struct js *doc, struct sandbox *s, const char *alg, const char *use)
{
	AUTO(buf) struct buf kid = BUF_MAX(64);
	AUTO(buf) struct buf n = BUF_MAX(512);

	js_set(doc, "kty", js_new_strz("RSA"));
	if (alg)
		js_set(doc, "alg", js_new_strz(alg));
	if (!js_str(js_get(doc, "kid")).n) {
		key_add_kid(&kid, &s->rng);
		js_set(doc, "kid", js_new_str(buf_slice(&kid)));
	}
	js_set(doc, "use", use ? js_new_strz(use) : js_new_null());
	js_set(doc, "e", js_new_strz("AQAB"));
	add_modulus(&n, &s->rng);
	js_set(doc, "n", js_new_str(buf_slice(&n)));
}

void key_set_time(struct js *doc, const char *member, int64_t at)
{
	AUTO(buf) struct buf b = BUF_MAX(64);

	rfc3339_add(&b, at);
	js_set(doc, member, js_new_str(buf_slice(&b)));
}

/* The same day some years on; a leap day falls on the day before where there is none. */
static struct js *years_on(const char *stamp, long long years)
{
	long long year = 0;
	char text[64];

	slice_int((struct slice){stamp, 4}, 0, 9999, &year);
	year += years;
	snprintf(text, sizeof(text), "%04lld%s", year, stamp + 4);
	if (strncmp(text + 5, "02-29", 5) == 0 &&
		!((year % 4 == 0 && year % 100 != 0) || year % 400 == 0))
		text[9] = '8';
	return js_new_strz(text);
}

void key_fill_certificate(struct js *doc, const char *stamp, long long years)
{
	struct js *chain = js_new_list();

	js_push(chain, js_new_strz(certificate));
	js_set(doc, "kty", js_new_strz("RSA"));
	js_set(doc, "use", js_new_strz("sig"));
	js_set(doc, "expiresAt", years_on(stamp, years));
	js_set(doc, "x5c", chain);
	js_set(doc, "x5t#S256", js_new_strz(thumbprint));
	js_set(doc, "e", js_new_strz("AQAB"));
	js_set(doc, "n", js_new_strz(modulus));
}

void key_add_descriptor(struct buf *b)
{
	buf_adds(b,
		"<md:KeyDescriptor use=\"signing\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data><ds:X509Certificate>");
	for (size_t i = 0; i < sizeof(certificate) - 1; i += LINE)
		buf_addf(b, "%s%.*s", i ? "\n" : "", LINE, certificate + i);
	buf_adds(b, "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>");
}
