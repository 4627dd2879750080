/*
 * Keys that the local tenant has by itself, and their names. Their numbers come from the seed: they look like RSA
 * keys, and nobody has their private halves.
 */
#pragma once

#include "providers/sandbox/core.h"

/* Appends a UUID of version 4. */
void key_add_uuid(struct buf *b, struct sandbox *s);
/* Appends 43 characters, as a SHA-256 thumbprint has in base64url. */
void key_add_kid(struct buf *b, struct rng *r);
/* A kid that follows from the org alone: what all its clients and providers share. */
void key_add_org_kid(struct buf *b, const struct sandbox *s);
/* Sets kty, alg (NULL: none), kid (drawn where it is empty), use (NULL: null), e and n. */
void key_fill(struct js *doc, struct sandbox *s, const char *alg, const char *use);
/* Sets the member to a time as Okta prints it. */
void key_set_time(struct js *doc, const char *member, int64_t at);
/* As key_fill, with a certificate that runs out so many years after stamp: what SAML is signed with. The kid is there. */
void key_fill_certificate(struct js *doc, const char *stamp, long long years);
/* The certificate as metadata of SAML has it. */
void key_add_descriptor(struct buf *b);
