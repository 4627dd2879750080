/*
 * The local tenant as a test sees it: what is in it by name, so that no id stands in a case. Names are
 * looked up through the tenant's own API, and remembered when the object is gone.
 */
#pragma once

#include "base/js.h"
#include "base/vec.h"
#include "providers/sandbox/sandbox.h"

struct named {
	const char
		*kind; /* static: user, group, groupRule, app, zone, policy, policyRule, userType */
	char *name;    /* of a rule of a policy: POLICY/RULE; of a policy: NAME, or NAME (TYPE) */
	char id[21];
};

struct tenant {
	struct sandbox *s;
	VEC(struct named) names;
};

void tenant_release(struct tenant *t);
/* Looks at everything that is there; what is known stays known. */
int tenant_learn(struct tenant *t, struct err *e) MUST_CHECK;
/* Ids become {NAME}; request ids, plan ids and other hashes a word in braces. */
void tenant_show(const struct tenant *t, struct slice text, struct buf *out);
/* {KIND:NAME} becomes an id. */
int tenant_fill(
	const struct tenant *t, struct slice text, struct buf *out, struct err *e) MUST_CHECK;
/* One answer of the tenant; *ret_js is the caller's. */
int tenant_get(struct tenant *t, const char *target, struct js **ret_js, struct err *e) MUST_CHECK;
