/*
 * Kinds' rows against the API's JSON: a live object -> a value, a value -> a request's body.
 */
#pragma once

#include "base/err.h"
#include "state/kind.h"
#include "state/value.h"

/* What encoding needs from outside. */
struct wire_env {
	/* The id of a resource; 0 when it has none yet. */
	strid (*id_of)(void *self, const char *kind, strid key);
	/* Appends the secret behind "env.NAME" or "file.PATH". */
	int (*secret)(void *self, struct slice source, struct buf *out, struct err *e);
	void *self;
};

/* The members that the kind's rows know; references hold ids, expressions are as on the wire. */
struct val wire_decode(
	struct values *v, const struct kind *k, const struct js *live, struct slice disc);
struct val wire_decode_attrs(struct values *v, const struct field *rows, const struct js *live);
/* The value of the kind's discriminator, or p NULL. */
struct slice wire_disc(const struct kind *k, const struct js *live);

/*
 * Sets x's members in the JSON map body, leaving what else is there; x is a (partial) body of the kind.
 * ERR_REFUSED when a reference has no id, ERR_SYS when a secret cannot be had.
 */
int wire_encode(const struct values *v, const struct field *rows, struct val x, struct slice disc,
	const struct wire_env *env, struct js *body, struct err *e) MUST_CHECK;
/* A new object's body before wire_encode: the kind's skeleton. Owned by the caller. */
struct js *wire_skeleton(const struct kind *k, struct slice disc);
/* Sets a dotted path to a string, where it is not set. */
void wire_default(struct js *body, const char *path, struct slice text);
