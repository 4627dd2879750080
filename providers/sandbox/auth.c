/*
 * Who calls and what they may do: API tokens (SSWS) here, access tokens in oauth_bearer.c. Then the scope that the
 * path needs, and the admin role.
 */
#include "providers/sandbox/auth.h"

#include "providers/sandbox/oauth.h"

#include <string.h>

void auth_deny(struct call *c)
{
	fail(c, 403, "E0000006", "You do not have permission to perform the requested action",
		NULL);
}

static bool with_token(struct call *c, struct slice text)
{
	const struct obj *t = auth_token(c->s, text, c->now);

	if (!t) {
		fail(c, 401, "E0000011", "Invalid token provided", NULL);
		return false;
	}
	memcpy(c->token_id, t->id, sizeof(c->token_id));
	c->actor = store_at(c->s, t->parent);
	return true;
}

/* Access tokens open only what has a scope. */
static bool scopes_allow(struct call *c, const struct area *a, bool write, struct slice needed)
{
	if (!c->scopes.p || (a && auth_scopes_allow(c->scopes, a, write)))
		return true;
	if (a)
		oauth_refuse(c, 403, needed, "insufficient_scope",
			"The access token provided does not contain the required scopes.");
	else
		auth_deny(c);
	return false;
}

bool auth_check(struct call *c, const struct slice *seg, size_t n)
{
	const struct area *a = auth_area(seg, n);
	bool write = auth_writes(a, c->req->method), known = false;
	struct slice text = c->req->authorization, scheme;
	AUTO(buf) struct buf needed = BUF_MAX(256);

	if (c->s->filling || !c->s->token) {
		c->actor = store_at(c->s, c->s->admin);
		return true;
	}
	if (!text.p || !text.n) {
		fail(c, 403, "E0000005", "Invalid session", NULL);
		return false;
	}
	if (a)
		auth_add_needed(&needed, a, write);
	if (!slice_cut(&text, ' ', &scheme))
		scheme = text;
	if (slice_eq_fold(scheme, SLICE("SSWS")))
		known = with_token(c, slice_trim(text));
	else if (slice_eq_fold(scheme, SLICE("Bearer")) || slice_eq_fold(scheme, SLICE("DPoP")))
		known = oauth_bearer(c, scheme, slice_trim(text), buf_slice(&needed));
	else
		fail(c, 401, "E0000011", "Invalid token provided", NULL);
	if (!known || !scopes_allow(c, a, write, buf_slice(&needed)))
		return false;
	if (auth_has_role(c->s, c->actor, a, write))
		return true;
	auth_deny(c);
	return false;
}
