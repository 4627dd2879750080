/*
 * The kinds' tables as a JSON Schema of manifests, so that editors complete and check them.
 */
#pragma once

#include "base/buf.h"
#include "state/kind.h"

void schema_write(const struct kinds *kinds, struct buf *out);
