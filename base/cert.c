/* OpenSSL has a type of the name of one of our codes; neither is used here. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#undef ERR_STATE

#include "base/cert.h"

#include "base/buf.h"
#include "base/jwt.h"

#include <string.h>

enum { NUMBER_MAX = 2048 }; /* bytes of a public number: RSA of 16384 bits */

static const struct curve {
	const char *name, *crv;
	int bytes;
} curves[] = {
	{"prime256v1", "P-256", 32},
	{"secp384r1", "P-384", 48},
	{"secp521r1", "P-521", 66},
};

static void set_base64url(struct js *jwk, const char *key, const unsigned char *p, size_t n)
{
	AUTO(buf) struct buf b = BUF_MAX(CERT_MAX);

	jwt_add_base64url(&b, (struct slice){(const char *)p, n});
	js_set(jwk, key, js_new_str(buf_slice(&b)));
}

/* bytes: padded to that many; 0: as many as it has. */
static int set_number(
	struct js *jwk, const char *key, const EVP_PKEY *pk, const char *param, int bytes)
{
	unsigned char raw[NUMBER_MAX];
	BIGNUM *bn = NULL;
	int n = -1;

	if (EVP_PKEY_get_bn_param(pk, param, &bn) == 1) {
		n = bytes ? bytes : BN_num_bytes(bn);
		if (n > NUMBER_MAX || BN_bn2binpad(bn, raw, n) < 0)
			n = -1;
	}
	BN_free(bn);
	if (n < 0)
		return -1;
	set_base64url(jwk, key, raw, (size_t)n);
	return 0;
}

static int set_rsa(struct js *jwk, const EVP_PKEY *pk)
{
	js_set(jwk, "kty", js_new_strz("RSA"));
	if (set_number(jwk, "e", pk, OSSL_PKEY_PARAM_RSA_E, 0) < 0)
		return -1;
	return set_number(jwk, "n", pk, OSSL_PKEY_PARAM_RSA_N, 0);
}

static int set_ec(struct js *jwk, const EVP_PKEY *pk)
{
	char name[32];
	size_t n = 0;

	if (EVP_PKEY_get_group_name(pk, name, sizeof(name), &n) != 1)
		return -1;
	for (size_t i = 0; i < LEN(curves); i++) {
		const struct curve *c = &curves[i];

		if (!streq(name, c->name))
			continue;
		js_set(jwk, "kty", js_new_strz("EC"));
		js_set(jwk, "crv", js_new_strz(c->crv));
		if (set_number(jwk, "x", pk, OSSL_PKEY_PARAM_EC_PUB_X, c->bytes) < 0)
			return -1;
		return set_number(jwk, "y", pk, OSSL_PKEY_PARAM_EC_PUB_Y, c->bytes);
	}
	return -1;
}

static int read_parts(const X509 *x, struct js *jwk, int64_t *ret_expires, struct err *e)
{
	const EVP_PKEY *pk = X509_get0_pubkey(x);
	unsigned char md[EVP_MAX_MD_SIZE];
	ASN1_TIME *start = ASN1_TIME_set(NULL, 0);
	unsigned int n = 0;
	int days = 0, seconds = 0, bad = -1;

	if (start && ASN1_TIME_diff(&days, &seconds, start, X509_get0_notAfter(x)) == 1 &&
		X509_digest(x, EVP_sha256(), md, &n) == 1) {
		*ret_expires = (int64_t)days * 86400 + seconds;
		set_base64url(jwk, "x5t#S256", md, n);
		bad = 0;
	}
	ASN1_TIME_free(start);
	if (bad || !pk)
		return err_set(e, ERR_REFUSED, "the certificate's times or key cannot be read");
	if (EVP_PKEY_get_base_id(pk) == EVP_PKEY_RSA ? set_rsa(jwk, pk) : set_ec(jwk, pk))
		return err_set(e, ERR_REFUSED, "the certificate's key is of no known kind");
	return 0;
}

int cert_jwk(struct slice base64, struct js *jwk, int64_t *ret_expires, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX(CERT_MAX);
	AUTO(buf) struct buf der = BUF_MAX(CERT_MAX);
	const unsigned char *p;
	X509 *x = NULL;
	int ret;

	for (size_t i = 0; i < base64.n; i++) {
		if (!base64.p[i] || !strchr(" \t\r\n", base64.p[i]))
			buf_addc(&text, base64.p[i]);
	}
	if (buf_ok(&text) && jwt_add_decoded(&der, buf_slice(&text)) == 0 && buf_ok(&der)) {
		p = (const unsigned char *)buf_str(&der);
		x = d2i_X509(NULL, &p, (long)der.n);
	}
	if (!x)
		return err_set(e, ERR_REFUSED, "it is no X.509 certificate in base64");
	ret = read_parts(x, jwk, ret_expires, e);
	X509_free(x);
	return ret;
}
