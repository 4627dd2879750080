/*
 * Values as plain JSON, in the shape of manifests: names for references, canonical text, secrets as where
 * they are kept. val_write writes it; this reads it back, typed by the kind's rows. State and plan files
 * are made of it.
 */
#pragma once

#include "state/kind.h"
#include "state/value.h"

struct val plain_decode(struct values *v, const struct field *rows, bool open, const struct js *j,
	struct slice disc);
/* f NULL: free-form. */
struct val plain_decode_field(
	struct values *v, const struct field *f, const struct js *j, struct slice disc);
