#include "base/jwt.h"

#include <jose/b64.h>
#include <jose/jwk.h>
#include <jose/jws.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/hash.h"
#include "base/js_jansson.h"
#include "base/xalloc.h"

/* Of an RSA key of 8192 bits and of a coordinate of P-521, in base64. */
enum { MODULUS_MAX = 1366, EXPONENT_MAX = 8, COORDINATE_MAX = 88, MODULUS_MIN = 171 };

const char jwt_algs[] = "RS256|RS384|RS512|ES256|ES384|ES512";

static const struct alg {
	const char *name, *kty, *crv;
} algs_known[] = {
	{"RS256", "RSA", NULL},
	{"RS384", "RSA", NULL},
	{"RS512", "RSA", NULL},
	{"ES256", "EC", "P-256"},
	{"ES384", "EC", "P-384"},
	{"ES512", "EC", "P-521"},
};

/* What makes a key of a kind, and how long each member may be. */
static const struct part {
	const char *kty, *name;
	size_t min, max;
} parts[] = {
	{"RSA", "n", MODULUS_MIN, MODULUS_MAX},
	{"RSA", "e", 1, EXPONENT_MAX},
	{"EC", "crv", 1, 16},
	{"EC", "x", 1, COORDINATE_MAX},
	{"EC", "y", 1, COORDINATE_MAX},
};

static const char *const private_parts[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};

/* --- base64 --- */

void jwt_add_base64url(struct buf *b, struct slice bytes)
{
	size_t n = jose_b64_enc_buf(NULL, bytes.n, NULL, 0);
	AUTO_CHAR text = xmalloc(n + 1);

	if (jose_b64_enc_buf(bytes.p, bytes.n, text, n) != n)
		BUG("base64 could not be written");
	buf_add(b, text, n);
}

int jwt_add_decoded(struct buf *b, struct slice text)
{
	AUTO_CHAR in = NULL;
	AUTO_CHAR out = NULL;
	size_t n;

	while (text.n && text.p[text.n - 1] == '=')
		text.n--;
	in = xstrndup(text.p, text.n);
	for (size_t i = 0; i < text.n; i++) {
		if (in[i] == '+')
			in[i] = '-';
		else if (in[i] == '/')
			in[i] = '_';
	}
	n = jose_b64_dec_buf(NULL, text.n, NULL, 0);
	if (n == SIZE_MAX)
		return -1;
	out = xmalloc(n + 1);
	if (n && jose_b64_dec_buf(in, text.n, out, n) != n)
		return -1;
	buf_add(b, out, n);
	explicit_bzero(out, n);
	explicit_bzero(in, text.n);
	return 0;
}

void jwt_add_s256(struct buf *b, struct slice s)
{
	unsigned char md[HASH_SHA256_BYTES];

	hash_sha256(s, md);
	jwt_add_base64url(b, (struct slice){(const char *)md, sizeof(md)});
}

/* --- libjose --- */

/* It would print what it finds wrong; here that is kept for the error. */
static void on_error(void *misc, const char *file, int line, uint64_t err, const char *fmt,
	va_list ap) PRINTF(5, 0);
static void on_error(
	void *misc, const char *file, int line, uint64_t err, const char *fmt, va_list ap)
{
	char *text = misc;

	(void)file, (void)line, (void)err;
	vsnprintf(text, 128, fmt, ap);
}

static jose_cfg_t *config(char text[128])
{
	jose_cfg_t *cfg = jose_cfg();

	if (!cfg)
		BUG("libjose could not start");
	text[0] = '\0';
	jose_cfg_set_err_func(cfg, on_error, text);
	return cfg;
}

static const struct alg *alg_of(struct slice name)
{
	for (size_t i = 0; i < LEN(algs_known); i++) {
		if (slice_is(name, algs_known[i].name))
			return &algs_known[i];
	}
	return NULL;
}

/* --- tokens --- */

static int split(struct slice token, struct slice part[3], struct err *e)
{
	size_t n = 0;

	if (token.n > JWT_MAX)
		return err_set(e, ERR_AUTH, "the token is too long");
	while (n < 3 && slice_cut(&token, '.', &part[n]))
		n++;
	if (n < 3 || token.n || !part[0].n || !part[1].n || !part[2].n)
		return err_set(e, ERR_AUTH, "the token does not have three parts");
	return 0;
}

static int read_part(struct slice text, const char *what, struct js **ret, struct err *e)
{
	AUTO(buf) struct buf b = BUF_MAX(JWT_MAX);
	AUTO_PTR(js) doc = NULL;

	if (jwt_add_decoded(&b, text) < 0)
		return err_set(e, ERR_AUTH, "%s is no base64", what);
	if (js_parse(buf_slice(&b), what, &doc, e) < 0)
		return -1;
	if (js_type(doc) != JS_MAP)
		return err_set(e, ERR_AUTH, "%s is no JSON object", what);
	*ret = TAKE(doc);
	return 0;
}

int jwt_read(struct slice token, struct js **ret_header, struct js **ret_claims, struct err *e)
{
	AUTO_PTR(js) header = NULL;
	AUTO_PTR(js) claims = NULL;
	struct slice part[3] = {{NULL, 0}};

	if (split(token, part, e) < 0 || read_part(part[0], "the token's header", &header, e) < 0 ||
		read_part(part[1], "the token's payload", &claims, e) < 0)
		return -1;
	if (ret_header)
		*ret_header = TAKE(header);
	if (ret_claims)
		*ret_claims = TAKE(claims);
	return 0;
}

/* Does the header name an algorithm that is allowed and that the key is for? */
static int check_alg(const struct js *header, const struct js *jwk, const char *algs, struct err *e)
{
	struct slice name = js_str(js_get(header, "alg")), own = js_str(js_get(jwk, "alg"));
	const struct alg *alg = alg_of(name);

	if (!alg || !slice_in(name, algs))
		return err_set(e, ERR_AUTH, "the algorithm is not allowed");
	if (own.n && !slice_eq(own, name))
		return err_set(e, ERR_AUTH, "the key is for another algorithm");
	if (!slice_is(js_str(js_get(jwk, "kty")), alg->kty) ||
		(alg->crv && !slice_is(js_str(js_get(jwk, "crv")), alg->crv)))
		return err_set(e, ERR_AUTH, "the key is of another kind than the algorithm");
	if (js_get(header, "crit") || js_get(header, "b64"))
		return err_set(e, ERR_AUTH, "the token has extensions that are not known");
	return 0;
}

int jwt_verify(struct slice token, const struct js *jwk, const char *algs, struct js **ret_claims,
	struct err *e)
{
	AUTO_PTR(js) header = NULL;
	AUTO_PTR(js) claims = NULL;
	AUTO_PTR(js) key = jwt_key_public(jwk);
	AUTO_PTR(js) jws = js_new_map();
	struct slice part[3] = {{NULL, 0}};
	char why[128];
	jose_cfg_auto_t *cfg = config(why);

	if (split(token, part, e) < 0 || jwt_read(token, &header, &claims, e) < 0)
		return -1;
	if (!key)
		return err_set(e, ERR_AUTH, "there is no key that could have signed the token");
	if (check_alg(header, jwk, algs, e) < 0)
		return -1;
	js_set(jws, "protected", js_new_str(part[0]));
	js_set(jws, "payload", js_new_str(part[1]));
	js_set(jws, "signature", js_new_str(part[2]));
	if (!jose_jws_ver(cfg, js_to_jansson(jws), NULL, js_to_jansson(key), false))
		return err_set(e, ERR_AUTH, "the signature is wrong%s%s", why[0] ? ": " : "", why);
	*ret_claims = TAKE(claims);
	return 0;
}

int jwt_sign(struct buf *b, const struct js *header, const struct js *claims, const struct js *jwk,
	struct err *e)
{
	static const char *const names[] = {"protected", "payload", "signature"};
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO(buf) struct buf payload = BUF_TEXT;
	AUTO_PTR(js) jws = js_new_map();
	AUTO_PTR(js) sig = js_new_map();
	char why[128];
	jose_cfg_auto_t *cfg = config(why);

	if (!alg_of(js_str(js_get(header, "alg"))))
		return err_set(e, ERR_AUTH, "the algorithm to sign with is not known");
	js_write(&text, claims);
	jwt_add_base64url(&payload, buf_slice(&text));
	js_set(jws, "payload", js_new_str(buf_slice(&payload)));
	js_set(sig, "protected", js_copy(header));
	if (!jose_jws_sig(cfg, js_to_jansson(jws), js_to_jansson(sig), js_to_jansson(jwk)))
		return err_set(e, ERR_AUTH, "the token could not be signed: %s", why);
	for (size_t i = 0; i < LEN(names); i++) {
		if (i)
			buf_addc(b, '.');
		buf_add_slice(b, js_str(js_get(jws, names[i])));
	}
	return 0;
}

/* --- keys --- */

struct js *jwt_key_public(const struct js *jwk)
{
	struct slice kty = js_str(js_get(jwk, "kty"));
	AUTO_PTR(js) key = js_new_map();
	size_t n = 0;

	if (js_type(jwk) != JS_MAP)
		return NULL;
	js_set(key, "kty", js_new_str(kty));
	for (size_t i = 0; i < LEN(parts); i++) {
		struct slice v = js_str(js_get(jwk, parts[i].name));

		if (!slice_is(kty, parts[i].kty))
			continue;
		if (v.n < parts[i].min || v.n > parts[i].max)
			return NULL;
		js_set(key, parts[i].name, js_new_str(v));
		n++;
	}
	return n ? TAKE(key) : NULL;
}

bool jwt_key_is_private(const struct js *jwk)
{
	for (size_t i = 0; i < LEN(private_parts); i++) {
		if (js_get(jwk, private_parts[i]))
			return true;
	}
	return false;
}

int jwt_key_thumbprint(struct buf *b, const struct js *jwk)
{
	AUTO_PTR(js) key = jwt_key_public(jwk);
	AUTO(buf) struct buf text = BUF_MAX(JWT_MAX);

	if (!key)
		return -1;
	/* the members that RFC 7638 wants are the ones that are left, in the order of their names */
	js_write_sorted(&text, key);
	jwt_add_s256(b, buf_slice(&text));
	return 0;
}

int jwt_key_generate(const char *alg, struct js **ret_jwk, struct err *e)
{
	const struct alg *known = alg_of(slice_of(alg));
	AUTO(buf) struct buf kid = BUF_MAX(64);
	struct js *jwk;
	char why[128];
	jose_cfg_auto_t *cfg = config(why);

	if (!known)
		return err_set(e, ERR_USAGE, "there are no keys for the algorithm '%s'", alg);
	jwk = js_new_map();
	js_set(jwk, "alg", js_new_strz(alg));
	if (!jose_jwk_gen(cfg, js_to_jansson(jwk)) || jwt_key_thumbprint(&kid, jwk) < 0) {
		jwt_key_wipe(jwk);
		return err_set(e, ERR_SYS, "no key could be made: %s", why);
	}
	js_del(jwk, "key_ops");
	js_set(jwk, "kid", js_new_str(buf_slice(&kid)));
	*ret_jwk = jwk;
	return 0;
}

void jwt_key_wipe(struct js *jwk)
{
	for (size_t i = 0; i < LEN(private_parts); i++) {
		struct slice v = js_str(js_get(jwk, private_parts[i]));

		/* jansson gives its strings out as const; this one is about to be freed */
		if (v.n)
			explicit_bzero((void *)(uintptr_t)v.p, v.n);
	}
	js_free(jwk);
}
