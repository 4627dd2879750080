/*
 * Custom authorization servers: between their families.
 */
#pragma once

#include "providers/sandbox/collection.h"

/* As paths and issuers call it: the one that a new org has is "default". */
const char *authz_server_name(const struct obj *server);
/* The object's own links as all things below a server have them: "…/{server}/scopes/{id}". */
void authz_add_self(
	struct buf *b, struct call *c, const struct obj *o, const char *what, const char *allow);
/* The scopes and claims that every server has from the start. */
void authz_server_furnish(struct call *c, struct obj *server);
