/*
 * Access tokens at the API: Bearer, and DPoP with its proof. What is wrong is said in WWW-Authenticate, and the
 * body is mostly empty.
 */
#include "providers/sandbox/oauth.h"

#include <string.h>

/* Okta names itself without TLS here. */
static struct slice host(const struct call *c)
{
	struct slice url = slice_of(c->s->base_url);
	const char *at = strstr(c->s->base_url, "://");
	size_t skip = at ? (size_t)(at - url.p) + 3 : 0;

	return (struct slice){url.p + skip, url.n - skip};
}

/* What stands between quotes must not end them. */
static void add_quoted(struct buf *b, const char *name, struct slice value)
{
	buf_addf(b, ", %s=\"", name);
	for (size_t i = 0; i < value.n; i++) {
		if (value.p[i] != '"' && value.p[i] != '\\')
			buf_addc(b, value.p[i]);
	}
	buf_addc(b, '"');
}

void oauth_refuse(struct call *c, uint16_t status, struct slice scope, const char *error,
	const char *description)
{
	AUTO(buf) struct buf b = BUF_MAX((size_t)URL_MAX * 2);
	struct slice rest = c->req->authorization, scheme = {"", 0};

	(void)slice_cut(&rest, ' ', &scheme);
	if (slice_eq_fold(scheme, SLICE("DPoP")))
		buf_adds(&b, "DPoP algs=\"RS256 RS384 RS512 ES256 ES384 ES512\", ");
	else
		buf_adds(&b, "Bearer ");
	buf_addf(&b, "authorization_uri=\"http://%.*s/oauth2/v1/authorize\"", SLICE_ARG(host(c)));
	buf_addf(&b, ", realm=\"http://%.*s\"", SLICE_ARG(host(c)));
	add_quoted(&b, "scope", scope);
	add_quoted(&b, "error", slice_of(error));
	add_quoted(&b, "error_description", slice_of(description));
	add_quoted(&b, "resource", c->path);
	reply_status(c, status);
	oauth_header(c, "WWW-Authenticate", buf_slice(&b));
}

/* The body that a bad API token gets, and the header beside it. */
static bool invalid(struct call *c, struct slice scope, const char *why)
{
	oauth_refuse(c, 401, scope, "invalid_token", why);
	fail(c, 401, "E0000011", "Invalid token provided", NULL);
	return false;
}

/* Is it used the way that it was bound? */
static bool bound(struct call *c, struct slice scheme, struct slice token, struct slice scope,
	const struct js *claims)
{
	struct slice jkt = js_str(js_path(claims, "cnf.jkt"));
	bool dpop = slice_eq_fold(scheme, SLICE("DPoP"));
	struct proof p;
	const char *why;

	if (!jkt.n && !dpop)
		return true;
	if (!jkt.n)
		return invalid(c, scope, "The access token is not bound to a DPoP key.");
	if (!dpop) {
		oauth_refuse(c, 400, scope, "invalid_request",
			"The access token is bound to a DPoP key and needs the DPoP scheme.");
		return false;
	}
	why = oauth_proof(c, token, &p);
	if (!why && !slice_is(jkt, p.jkt))
		why = "The DPoP proof JWT is signed with another key than the token is bound to.";
	if (why)
		oauth_refuse(c, 400, scope, "invalid_dpop_proof", why);
	return !why;
}

bool oauth_bearer(struct call *c, struct slice scheme, struct slice token, struct slice scope)
{
	struct obj *app = NULL, *user = NULL;
	AUTO_PTR(js) claims = oauth_access(c, token, &app, &user);
	AUTO(buf) struct buf b = BUF_MAX(JWT_MAX);

	if (!claims)
		return invalid(c, scope, "The access token is invalid.");
	if (!bound(c, scheme, token, scope, claims))
		return false;
	oauth_add_scopes(&b, js_get(claims, "scp"));
	c->actor = user ? user : app;
	c->scopes = arena_slice(&c->mem, buf_slice(&b));
	return true;
}
