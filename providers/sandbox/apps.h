/*
 * Between apps.c and app_fill.c: what the server adds to an app.
 */
#pragma once

#include "providers/sandbox/core.h"

/*
 * The document of an app as Okta would print it, from the body that was sent and, on a replacement, from the
 * document that was there. Answers 400 and returns NULL when the body will not do.
 */
struct js *app_fill(struct call *c, struct obj *a, const struct js *old);
/* Is this sign-on mode one that shares credentials with the server? */
bool app_has_passwords(const struct js *doc);
