/*
 * What a new org has before anybody touched it, as requests against it: the same handlers make it that serve it,
 * with the checks of what Okta alone may make switched off.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/collection.h"
#include "providers/sandbox/schema.h"

#include "base/rfc3339.h"

/* fresh/00-*.jsonl is what cannot be absent, the other files what a new Identity Engine org has beyond that. */
static const char needed[] = {
#include "fresh_needed.inc"
};
static const char usual[] = {
#include "fresh_usual.inc"
};

int fresh_fill(struct sandbox *s, const char *content, struct err *e)
{
	AUTO(buf) struct buf now = BUF_MAX(64);
	bool size = sizes_known(slice_of(content)), all = size || streq(content, "fresh");

	if (!all && !streq(content, "empty"))
		return err_set(e, ERR_USAGE,
			"no built-in content '%s'; there are fresh, empty, reference and large",
			content);
	rfc3339_add(&now, sandbox_now(s));
	s->filling = s->silent = true;
	store_new_id(s, "00o", s->org_id);
	collection_fresh(s, buf_str(&now));
	meta_fresh(s, buf_str(&now));
	if (sandbox_seed(s, (struct slice){needed, sizeof(needed)}, "the new org", e) < 0 ||
		(all && sandbox_seed(s, (struct slice){usual, sizeof(usual)}, "the new org", e) <
				0))
		return -1;
	auth_fresh(s);
	s->filling = false;
	if (size && sizes_fill(s, content, e) < 0)
		return -1;
	s->silent = false;
	return 0;
}
