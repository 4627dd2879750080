/*
 * Between the files of identity providers.
 */
#pragma once

#include "providers/sandbox/collection.h"

/* Answers 404 where there is none. */
struct obj *idp_of(struct call *c, struct slice id);

/* idp_fill.c: what each type of provider is made of. */
bool idp_fill(struct call *c, struct obj *o, const struct js *old, struct js *doc);
bool idp_is_saml(const struct js *doc);
/* Does Okta send users there with OAuth 2.0, to sign them in? */
bool idp_is_oauth(const struct js *doc);

/* idp_keys.c */
/* The uploaded certificate of that name, or NULL. */
struct obj *idp_key_find(const struct sandbox *s, struct slice kid);
struct obj *idp_signing_key_find(const struct sandbox *s, const struct obj *idp, struct slice kid);
/* An empty kid: a name of its own; no years: the usual ones. */
struct obj *idp_signing_key_make(struct call *c, struct obj *idp, struct slice kid, int64_t years);
void idp_key_generate(struct call *c);
void idp_key_clone(struct call *c);
void idp_key_active(struct call *c);

/* idp_metadata.c */
void idp_metadata(struct call *c);
