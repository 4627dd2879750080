/*
 * References become exact: in live bodies and lists ids become keys; in desired ones each name is that of
 * a declared or live resource, or an error at its place with the nearest name.
 */
#pragma once

#include "base/diag.h"
#include "state/snapshot.h"

/* Before sealing: ids of live bodies and lists -> keys. What no resource has is dropped (a dangling id). */
void resolve_live(struct snapshot *live);
/* One body's ids -> keys, by the resources of known. */
void resolve_body(
	const struct snapshot *known, const struct kind *k, struct val body, struct slice disc);
/* After sealing live. */
void resolve_want(struct snapshot *want, const struct snapshot *live, struct diags *d);

/*
 * What must be looked up before that: names that want uses and nobody has (by name), and ids that live
 * bodies and lists hold and nobody has (by id), of one kind; appended to ret, sorted, each once.
 */
struct strids {
	strid *v;
	uint32_t n, cap;
};
void resolve_unknown(struct snapshot *live, struct snapshot *want, uint16_t kind,
	struct strids *ret_names, struct strids *ret_ids);
