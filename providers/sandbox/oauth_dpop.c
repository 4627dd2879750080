/*
 * Proofs of possession (RFC 9449): a token is worth something only with the key that it was bound to.
 */
#include "providers/sandbox/oauth.h"

#include <string.h>

enum { NONCE_DAYS = 3 }; /* how long an old nonce is still good */

/* The key that the proof's header shows, and that it must be signed with. */
static const char *check_header(const struct js *header, struct proof *ret)
{
	const struct js *jwk = js_get(header, "jwk");
	AUTO(buf) struct buf jkt = BUF_MAX(64);

	if (!slice_eq_fold(js_str(js_get(header, "typ")), SLICE("dpop+jwt")))
		return "The DPoP proof JWT must have the type dpop+jwt.";
	if (!slice_in(js_str(js_get(header, "alg")), jwt_algs))
		return "The DPoP proof JWT is signed with an algorithm that is not supported.";
	if (js_type(jwk) != JS_MAP || jwt_key_is_private(jwk))
		return "The DPoP proof JWT must show a public key.";
	if (jwt_key_thumbprint(&jkt, jwk) < 0 || jkt.n >= sizeof(ret->jkt))
		return "The DPoP proof JWT must show a public key.";
	memcpy(ret->jkt, buf_str(&jkt), jkt.n + 1);
	return NULL;
}

/* The URL as the client is to see it, without a query. */
static bool url_ok(const struct call *c, struct slice htu)
{
	AUTO(buf) struct buf b = BUF_MAX(URL_MAX);

	buf_adds(&b, c->s->base_url);
	buf_add_slice(&b, c->path);
	return slice_eq(htu, buf_slice(&b));
}

static const char *check_claims(struct call *c, const struct js *claims, struct slice token)
{
	const struct js *iat = js_get(claims, "iat"), *exp = js_get(claims, "exp"),
			*nbf = js_get(claims, "nbf");
	struct slice jti = js_str(js_get(claims, "jti"));
	AUTO(buf) struct buf ath = BUF_MAX(64);

	if (!slice_is(js_str(js_get(claims, "htm")), c->req->method))
		return "The DPoP proof JWT is for another HTTP method.";
	if (!url_ok(c, js_str(js_get(claims, "htu"))))
		return "The DPoP proof JWT is for another URL.";
	if (js_type(iat) != JS_INT)
		return "The DPoP proof JWT must say when it was issued.";
	if (js_int(iat) > c->now + SKEW_S || js_int(nbf) > c->now + SKEW_S)
		return "The DPoP proof JWT was issued in the future.";
	if (js_int(iat) < c->now - PROOF_S)
		return "The DPoP proof JWT was issued too long ago.";
	if (exp && (js_type(exp) != JS_INT || js_int(exp) <= c->now))
		return "The DPoP proof JWT is expired.";
	if (!jti.n || jti.n > JTI_MAX)
		return "The DPoP proof JWT must have a jti.";
	if (!token.p)
		return NULL;
	jwt_add_s256(&ath, token);
	if (!slice_eq(js_str(js_get(claims, "ath")), buf_slice(&ath)))
		return "The DPoP proof JWT is for another access token.";
	return NULL;
}

const char *oauth_proof(struct call *c, struct slice token, struct proof *ret)
{
	AUTO_PTR(js) header = NULL;
	AUTO_PTR(js) claims = NULL;
	struct err e = ERR_INIT;
	struct slice nonce;
	const char *why;

	*ret = (struct proof){.jkt = ""};
	if (!c->req->dpop.p || !c->req->dpop.n)
		return "The DPoP proof JWT header is missing.";
	if (jwt_read(c->req->dpop, &header, NULL, &e) < 0)
		return "The DPoP proof JWT is not a JSON web token.";
	why = check_header(header, ret);
	if (why)
		return why;
	if (jwt_verify(c->req->dpop, js_get(header, "jwk"), jwt_algs, &claims, &e) < 0)
		return "The DPoP proof JWT signature is invalid.";
	why = check_claims(c, claims, token);
	if (why)
		return why;
	if (!oauth_first_use(c, "proof", slice_of(ret->jkt), js_str(js_get(claims, "jti"))))
		return "The DPoP proof JWT has already been used.";
	nonce = js_str(js_get(claims, "nonce"));
	if (js_type(js_get(claims, "nonce")) == JS_STR)
		ret->nonce = arena_slice(&c->mem, nonce);
	return NULL;
}

static bool nonce_ok(struct call *c, struct slice nonce)
{
	for (int days = 0; nonce.p && days <= NONCE_DAYS; days++) {
		AUTO(buf) struct buf b = BUF_MAX(64);

		oauth_add_nonce(c, &b, days);
		if (slice_eq(nonce, buf_slice(&b)))
			return true;
	}
	return false;
}

bool oauth_bind(struct call *c, const struct client *cl, char jkt[THUMBPRINT])
{
	AUTO(buf) struct buf nonce = BUF_MAX(64);
	struct proof p;
	const char *why;

	jkt[0] = '\0';
	if (!c->req->dpop.n && !js_bool(oauth_setting(cl, "dpop_bound_access_tokens")))
		return true;
	why = oauth_proof(c, (struct slice){NULL, 0}, &p);
	if (why) {
		oauth_fail(c, 400, "invalid_dpop_proof", why);
		return false;
	}
	if (!nonce_ok(c, p.nonce)) {
		oauth_fail(c, 400, "use_dpop_nonce",
			"Authorization server requires nonce in DPoP proof.");
		oauth_add_nonce(c, &nonce, 0);
		oauth_header(c, "dpop-nonce", buf_slice(&nonce));
		return false;
	}
	memcpy(jkt, p.jkt, sizeof(p.jkt));
	return true;
}
