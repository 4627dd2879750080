/*
 * The org authorization server: what it says of itself, and its paths.
 */
#include "providers/sandbox/oauth.h"

static void keys(struct call *c)
{
	const struct js *key = oauth_key(c);
	struct js *shown = jwt_key_public(key), *list = js_new_list(), *doc = js_new_map();

	js_set(shown, "alg", js_copy(js_get(key, "alg")));
	js_set(shown, "kid", js_copy(js_get(key, "kid")));
	js_set(shown, "use", js_new_strz("sig"));
	js_push(list, shown);
	js_set(doc, "keys", list);
	reply_js(c, 200, doc);
	oauth_header(c, "Cache-Control", SLICE("max-age=86400, must-revalidate"));
}

/* Member, what stands in it: an address behind the org's, or words; 'o' is OpenID Connect's alone. */
static const struct fact {
	const char *name, *path, *words;
	bool openid;
} facts[] = {
	{"issuer", "", NULL, false},
	{"authorization_endpoint", "/oauth2/v1/authorize", NULL, false},
	{"token_endpoint", "/oauth2/v1/token", NULL, false},
	{"userinfo_endpoint", "/oauth2/v1/userinfo", NULL, true},
	{"jwks_uri", "/oauth2/v1/keys", NULL, false},
	{"response_types_supported", NULL, "code", false},
	{"response_modes_supported", NULL, "query|fragment", false},
	{"grant_types_supported", NULL,
		"authorization_code|refresh_token|client_credentials|urn:ietf:params:oauth:grant-type:device_code",
		false},
	{"subject_types_supported", NULL, "public", false},
	{"id_token_signing_alg_values_supported", NULL, "RS256", true},
	{"scopes_supported", NULL, "openid|email|profile|address|phone|offline_access|groups",
		false},
	{"token_endpoint_auth_methods_supported", NULL,
		"client_secret_basic|client_secret_post|private_key_jwt|none", false},
	{"claims_supported", NULL,
		"iss|ver|sub|aud|iat|exp|jti|auth_time|amr|idp|nonce|name|nickname|preferred_username|given_name|middle_name|family_name|email|email_verified|profile|zoneinfo|locale|phone_number|at_hash",
		true},
	{"code_challenge_methods_supported", NULL, "S256", false},
	{"introspection_endpoint", "/oauth2/v1/introspect", NULL, false},
	{"introspection_endpoint_auth_methods_supported", NULL,
		"client_secret_basic|client_secret_post|private_key_jwt|none", false},
	{"revocation_endpoint", "/oauth2/v1/revoke", NULL, false},
	{"revocation_endpoint_auth_methods_supported", NULL,
		"client_secret_basic|client_secret_post|private_key_jwt|none", false},
	{"device_authorization_endpoint", "/oauth2/v1/device/authorize", NULL, false},
	{"dpop_signing_alg_values_supported", NULL, "RS256|RS384|RS512|ES256|ES384|ES512", false},
};

static struct js *fact_value(const struct call *c, const struct fact *f)
{
	AUTO(buf) struct buf b = BUF_MAX(4096);
	struct slice rest = slice_of(f->words), word;
	struct js *list;

	if (f->path) {
		buf_addf(&b, "%s%s", c->s->base_url, f->path);
		return js_new_str(buf_slice(&b));
	}
	list = js_new_list();
	while (slice_cut(&rest, '|', &word))
		js_push(list, js_new_str(word));
	return list;
}

static void metadata(struct call *c, bool openid)
{
	struct js *doc = js_new_map();

	for (size_t i = 0; i < LEN(facts); i++) {
		if (openid || !facts[i].openid)
			js_set(doc, facts[i].name, fact_value(c, &facts[i]));
	}
	reply_js(c, 200, doc);
}

/* A client_id only chooses among issuers, and there is one; it must exist all the same. */
static bool client_ok(struct call *c)
{
	struct slice id = query_get(c, "client_id");
	AUTO(client) struct client cl = {0};
	bool ok = !id.p || oauth_client_find(c, id, &cl);

	if (!ok)
		fail(c, 400, "invalid_client", "Invalid value for 'client_id' parameter.", NULL);
	return ok;
}

static void openid_metadata(struct call *c)
{
	if (client_ok(c))
		metadata(c, true);
}

static void oauth_metadata(struct call *c)
{
	if (client_ok(c))
		metadata(c, false);
}

const struct route routes_oauth[] = {
	{"GET", "/.well-known/openid-configuration", openid_metadata, R_OPEN, NULL},
	{"GET", "/.well-known/oauth-authorization-server", oauth_metadata, R_OPEN, NULL},
	{"GET", "/oauth2/v1/keys", keys, R_OPEN, NULL},
	{"GET", "/oauth2/v1/authorize", oauth_authorize, R_OPEN, NULL},
	{"POST", "/oauth2/v1/authorize", oauth_authorize, R_OPEN | R_FORM, NULL},
	{"POST", "/oauth2/v1/token", oauth_token, R_OPEN | R_FORM, NULL},
	{"POST", "/oauth2/v1/revoke", oauth_revoke, R_OPEN | R_FORM, NULL},
	{"POST", "/oauth2/v1/introspect", oauth_introspect, R_OPEN | R_FORM, NULL},
	{"GET", "/oauth2/v1/userinfo", oauth_userinfo, R_OPEN, NULL},
	{"POST", "/oauth2/v1/device/authorize", oauth_device, R_OPEN | R_FORM, NULL},
	{"GET", "/activate", oauth_activate, R_OPEN, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
