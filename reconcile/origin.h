/*
 * Where a live membership comes from. Okta does not say which rule feeds a member, so the active rules that
 * target the group are looked at here, as they will be when the manifests are applied; what cannot be
 * decided is ORIGIN_UNKNOWN, never a guess.
 */
#pragma once

#include "state/snapshot.h"

enum origin_type { ORIGIN_DIRECT, ORIGIN_RULE, ORIGIN_UNKNOWN };

struct origin;

/* applied may be NULL. */
struct origin *origin_new(
	const struct snapshot *want, const struct snapshot *live, const struct snapshot *applied);
void origin_free(struct origin *o);
/* Of the edge from -> to in a live list; *ret_rule is the rule's name unless ORIGIN_DIRECT. */
enum origin_type origin_of(const struct origin *o, uint16_t kind, uint16_t link, strid from,
	strid to, strid *ret_rule);
