/*
 * A live snapshot as manifests: what export writes. The same tenant gives the same bytes, and a plan of
 * what was written, against the tenant it came from, is empty.
 */
#pragma once

#include "base/err.h"
#include "state/snapshot.h"

/*
 * Appends one collection (kinds->v[kind], which has a plural) as YAML; nothing when it has no member that
 * manifests can hold. What has a twin is left out and counted in *ret_left_out.
 */
int yaml_write_kind(const struct snapshot *live, uint16_t kind, struct buf *out,
	uint32_t *ret_left_out, struct err *e) MUST_CHECK;
