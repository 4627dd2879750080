/*
 * Custom authorization servers: between their families.
 */
#pragma once

#include "providers/sandbox/collection.h"

enum { AUTHZ_ROTATION_S = 90 * 86400 };

extern const struct collection authz_servers;

/* As paths and issuers call it: the one that a new org has is "default". */
const char *authz_server_name(const struct obj *server);
/* The object's own links as all things below a server have them: "…/{server}/scopes/{id}". */
void authz_add_self(
	struct buf *b, struct call *c, const struct obj *o, const char *what, const char *allow);
/* The scopes and claims that every server has from the start. */
void authz_server_furnish(struct call *c, struct obj *server);
/* authz_keys.c: the key that it signs with, and the one that comes next. */
void authz_keys_furnish(struct call *c, struct obj *server, struct slice kid);
void authz_keys_rotate(struct call *c);
