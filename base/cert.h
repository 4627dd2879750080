/*
 * X.509 certificates: what a JSON web key says of one. The text may come from anybody.
 */
#pragma once

#include "base/attr.h"
#include "base/err.h"
#include "base/js.h"
#include "base/slice.h"

#include <stdint.h>

enum { CERT_MAX = 64 << 10 };

/*
 * Sets kty, x5t#S256 and the public numbers (e, n of RSA; crv, x, y of an elliptic curve) in the map jwk.
 * base64 is one element of an x5c, blanks and line ends in it are skipped. *ret_expires: unix seconds.
 */
int cert_jwk(struct slice base64, struct js *jwk, int64_t *ret_expires, struct err *e) MUST_CHECK;
