/*
 * Signed JSON web tokens: libjose behind struct js. Tokens and keys may come from anybody: sizes are bounded
 * before anything is computed, and a token says nothing until jwt_verify has said that its key signed it.
 * Keys are JWKs, RSA or EC, of the algorithms RS256 .. RS512 and ES256 .. ES512.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"
#include "base/js.h"
#include "base/slice.h"

enum { JWT_MAX = 16 << 10 };

/* All algorithms there are, as jwt_verify takes them. */
extern const char jwt_algs[];

/*
 * Takes a compact token apart without believing it. The header and the claims (either may be NULL) are maps that
 * the caller owns.
 */
int jwt_read(struct slice token, struct js **ret_header, struct js **ret_claims,
	struct err *e) MUST_CHECK;
/*
 * The claims of a token that jwk signed with one of the algorithms "A|B|C", and with the key's own where the key
 * names one. Tokens with critical extensions are refused. Times and audiences are the caller's to check.
 */
int jwt_verify(struct slice token, const struct js *jwk, const char *algs, struct js **ret_claims,
	struct err *e) MUST_CHECK;
/* Appends the compact token; the header must name its alg. */
int jwt_sign(struct buf *b, const struct js *header, const struct js *claims, const struct js *jwk,
	struct err *e) MUST_CHECK;

/* A private key for an algorithm, its thumbprint as its kid. To be freed with jwt_key_wipe. */
int jwt_key_generate(const char *alg, struct js **ret_jwk, struct err *e) MUST_CHECK;
/* Only what is public of a key and needed to verify; NULL where it is none that can. */
struct js *jwt_key_public(const struct js *jwk);
bool jwt_key_is_private(const struct js *jwk);
/* Appends the SHA-256 thumbprint of RFC 7638; -1 where it is no key. */
int jwt_key_thumbprint(struct buf *b, const struct js *jwk) MUST_CHECK;
/* Overwrites what is private and frees the key, which nobody else may hold. */
void jwt_key_wipe(struct js *jwk);

/* Without padding, as tokens write bytes. */
void jwt_add_base64url(struct buf *b, struct slice bytes);
/* Appends the bytes that either alphabet of base64 stands for, with or without padding; -1: it is none. */
int jwt_add_decoded(struct buf *b, struct slice text) MUST_CHECK;
/* base64url of SHA-256: S256 of RFC 7636, ath of RFC 9449. */
void jwt_add_s256(struct buf *b, struct slice s);
