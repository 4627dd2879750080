/*
 * What keeps an object in place because it is named elsewhere.
 */
#pragma once

#include "providers/sandbox/core.h"

/* True when nothing that counts names the object; else it answered. */
bool refs_none(struct call *c, const struct obj *o);
