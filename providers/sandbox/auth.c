/*
 * Who calls and what they may do: API tokens (SSWS) here, access tokens in oauth_bearer.c. Then the scope that the
 * path needs, and the admin role.
 */
#include "providers/sandbox/oauth.h"

#include <stdlib.h>

/*
 * Until roles can be assigned, everybody with the right scope is let through; the administrator of --token has
 * all rights either way.
 */
enum { ROLES_ASKED = 0 };

static bool is_admin(const struct sandbox *s, const struct obj *who)
{
	return who ? who->ix == s->admin : s->filling;
}

/* Is the role assigned to the principal itself or to a group of the user? */
static bool is_his(const struct sandbox *s, const struct obj *role, const struct obj *who)
{
	const struct obj *to = store_at(s, role->parent);

	return to && (to == who || (to->kind == K_GROUP && who->kind == K_USER &&
					   user_in_group(s, who, to)));
}

/* What a custom role permits is not looked into: it is taken for all but the roles themselves. */
static bool role_allows(const struct obj *role, const struct area *a, bool write)
{
	AUTO_PTR(js) doc = obj_doc(role);
	struct slice type = js_str(js_get(doc, "type"));

	if (slice_is(type, "CUSTOM"))
		return auth_role_allows(SLICE("ORG_ADMIN"), a, write);
	return auth_role_allows(type, a, write);
}

bool auth_has_role(const struct sandbox *s, const struct obj *who, const struct area *a, bool write)
{
	if (!ROLES_ASKED || is_admin(s, who))
		return true;
	for (uint32_t i = 0; i < s->of[K_ROLE_ASSIGN].n; i++) {
		const struct obj *role = store_at(s, s->of[K_ROLE_ASSIGN].v[i]);

		if (is_his(s, role, who) && role_allows(role, a, write))
			return true;
	}
	return false;
}

bool auth_is_super(const struct call *c)
{
	return auth_has_role(c->s, c->actor, NULL, true);
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
		fail(c, 403, "E0000006",
			"You do not have permission to perform the requested action", NULL);
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
	fail(c, 403, "E0000006", "You do not have permission to perform the requested action",
		NULL);
	return false;
}
