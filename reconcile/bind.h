/*
 * Which live object is which declared resource: by the id in the state, else by name, else by a name it
 * had before. Names match exactly; two candidates are an error that lists them.
 */
#pragma once

#include "base/diag.h"
#include "state/snapshot.h"

/*
 * Gives every live resource that is no child its key: what manifests or state call it, else its own name,
 * made unique. want and applied may be NULL. What is ambiguous goes to d.
 */
void bind_live(struct snapshot *live, const struct snapshot *want, const struct snapshot *applied,
	struct diags *d);
/* A name in the form in which keys of that kind are compared. */
strid bind_name(struct snapshot *s, uint16_t kind, strid name);
/* Where a desired resource is declared. */
struct srcloc res_at(const struct snapshot *s, const struct res *r);
