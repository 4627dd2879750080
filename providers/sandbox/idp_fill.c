/*
 * What identity providers of each type are made of: what the server adds, insists on and drops.
 */
#include "providers/sandbox/idps.h"

#include "base/xalloc.h"
#include "providers/sandbox/key.h"

enum class { SOCIAL, OIDC, SAML, MTLS, IDV };

struct idp_type {
	const char *name;
	enum class class;
	const char *authorize, *token; /* where Okta knows them */
};

static const struct idp_type types[] = {
	{"AMAZON", SOCIAL, "https://www.amazon.com/ap/oa", "https://api.amazon.com/auth/o2/token"},
	{"APPLE", SOCIAL, "https://appleid.apple.com/auth/authorize",
		"https://appleid.apple.com/auth/token"},
	{"DISCORD", SOCIAL, "https://discord.com/api/oauth2/authorize",
		"https://discord.com/api/oauth2/token"},
	{"FACEBOOK", SOCIAL, "https://www.facebook.com/dialog/oauth",
		"https://graph.facebook.com/v2.8/oauth/access_token"},
	{"GITHUB", SOCIAL, "https://github.com/login/oauth/authorize",
		"https://github.com/login/oauth/access_token"},
	{"GITLAB", SOCIAL, "https://gitlab.com/oauth/authorize", "https://gitlab.com/oauth/token"},
	{"GOOGLE", SOCIAL, "https://accounts.google.com/o/oauth2/auth",
		"https://www.googleapis.com/oauth2/v3/token"},
	{"LINKEDIN", SOCIAL, "https://www.linkedin.com/uas/oauth2/authorization",
		"https://www.linkedin.com/uas/oauth2/accessToken"},
	{"LOGINGOV", SOCIAL, "https://secure.login.gov/openid_connect/authorize",
		"https://secure.login.gov/api/openid_connect/token"},
	{"LOGINGOV_SANDBOX", SOCIAL, "https://idp.int.identitysandbox.gov/openid_connect/authorize",
		"https://idp.int.identitysandbox.gov/api/openid_connect/token"},
	{"MICROSOFT", SOCIAL, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize",
		"https://login.microsoftonline.com/common/oauth2/v2.0/token"},
	{"PAYPAL", SOCIAL, "https://www.paypal.com/signin/authorize",
		"https://api.paypal.com/v1/oauth2/token"},
	{"PAYPAL_SANDBOX", SOCIAL, "https://www.sandbox.paypal.com/signin/authorize",
		"https://api.sandbox.paypal.com/v1/oauth2/token"},
	{"SALESFORCE", SOCIAL, "https://login.salesforce.com/services/oauth2/authorize",
		"https://login.salesforce.com/services/oauth2/token"},
	{"SPOTIFY", SOCIAL, "https://accounts.spotify.com/authorize",
		"https://accounts.spotify.com/api/token"},
	{"XERO", SOCIAL, "https://login.xero.com/identity/connect/authorize",
		"https://identity.xero.com/connect/token"},
	{"YAHOO", SOCIAL, "https://api.login.yahoo.com/oauth2/request_auth",
		"https://api.login.yahoo.com/oauth2/get_token"},
	{"YAHOOJP", SOCIAL, "https://auth.login.yahoo.co.jp/yconnect/v2/authorization",
		"https://auth.login.yahoo.co.jp/yconnect/v2/token"},
	{"OIDC", OIDC, NULL, NULL},
	{"OKTA_INTEGRATION", OIDC, NULL, NULL},
	{"SAML2", SAML, NULL, NULL},
	{"X509", MTLS, NULL, NULL},
	{"IDV_PERSONA", IDV, "https://withpersona.com/verify", NULL},
	{"IDV_CLEAR", IDV, "https://verified.clearme.com/oauth/idv_authorize",
		"https://verified.clearme.com/hydra/oauth2/token"},
	{"IDV_INCODE", IDV, "https://auth.incode.com/oauth2/authorize",
		"https://auth.incode.com/oauth2/token"},
	{"IDV_STANDARD", IDV, NULL, NULL},
};

static const struct flat saml_defaults[] = {
	{"endpoints.acs.binding", 's', "HTTP-POST"},
	{"endpoints.acs.type", 's', "INSTANCE"},
	{"algorithms.request.signature.algorithm", 's', "SHA-256"},
	{"algorithms.request.signature.scope", 's', "REQUEST"},
	{"algorithms.request.digest", 's', "SHA-1"},
	{"algorithms.response.signature.algorithm", 's', "SHA-256"},
	{"algorithms.response.signature.scope", 's', "ANY"},
	{"settings.nameFormat", 's', "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"},
	{"settings.honorPersistentNameId", 'b', "true"},
	{"credentials.trust.revocation", 'n', NULL},
	{"credentials.trust.revocationCacheLifetime", 'i', "0"},
	{NULL, 0, NULL},
};

static const struct flat mtls_defaults[] = {
	{"credentials.trust.audience", 'n', NULL},
	{"credentials.trust.revocation", 'n', NULL},
	{"credentials.trust.revocationCacheLifetime", 'i', "0"},
	{NULL, 0, NULL},
};

static const struct flat none[] = {{NULL, 0, NULL}};

/* What is kept of a protocol, in the order it is printed in, and what its type may be called. */
static const struct shape {
	const char *members, *protocols;
	const struct flat *defaults;
	const char *must[5]; /* texts that must be there */
} shapes[] = {
	[SOCIAL] = {"type endpoints scopes credentials", "OIDC|OAUTH2", none,
		{"credentials.client.client_id"}},
	[OIDC] = {"type endpoints algorithms settings scopes issuer credentials", "OIDC", none,
		{"credentials.client.client_id", "issuer.url", "endpoints.authorization.url",
			"endpoints.token.url"}},
	[SAML] = {"type endpoints relayState algorithms settings credentials", "SAML2",
		saml_defaults,
		{"endpoints.sso.url", "credentials.trust.issuer", "credentials.trust.kid"}},
	[MTLS] = {"type endpoints credentials", "MTLS", mtls_defaults, {"credentials.trust.kid"}},
	[IDV] = {"type endpoints scopes credentials", "ID_PROOFING", none, {NULL}},
};

static const struct flat policy_defaults[] = {
	{"policy.provisioning.action", 's', "AUTO"},
	{"policy.provisioning.profileMaster", 'b', "false"},
	{"policy.provisioning.groups.action", 's', "NONE"},
	{"policy.provisioning.conditions.deprovisioned.action", 's', "NONE"},
	{"policy.provisioning.conditions.suspended.action", 's', "NONE"},
	{"policy.accountLink.filter", 'n', NULL},
	{"policy.accountLink.action", 's', "AUTO"},
	{"policy.subject.userNameTemplate.template", 's', "idpuser.email"},
	{"policy.subject.filter", 'n', NULL},
	{"policy.subject.matchType", 's', "USERNAME"},
	{"policy.subject.matchAttribute", 'n', NULL},
	{"policy.maxClockSkew", 'i', "0"},
	{"policy.transformedUsernameMatchingEnabled", 'b', "false"},
	{NULL, 0, NULL},
};

/* Smart cards and identity verification make no users. */
static const struct flat narrow_policy_defaults[] = {
	{"policy.provisioning.action", 's', "DISABLED"},
	{"policy.provisioning.profileMaster", 'b', "false"},
	{"policy.provisioning.groups", 'n', NULL},
	{"policy.subject.filter", 'n', NULL},
	{"policy.subject.matchAttribute", 'n', NULL},
	{"policy.maxClockSkew", 'i', "0"},
	{NULL, 0, NULL},
};

static const struct idp_type *type_of(const struct js *doc)
{
	struct slice name = js_str(js_get(doc, "type"));

	for (size_t i = 0; i < LEN(types); i++) {
		if (slice_is(name, types[i].name))
			return &types[i];
	}
	return NULL;
}

bool idp_is_saml(const struct js *doc)
{
	const struct idp_type *t = type_of(doc);

	return t && t->class == SAML;
}

bool idp_is_oauth(const struct js *doc)
{
	const struct idp_type *t = type_of(doc);

	return t && (t->class == SOCIAL || t->class == OIDC);
}

/* The protocol with the members of its shape only. */
static struct js *protocol_of(const struct js *doc, const struct shape *s)
{
	const struct js *in = js_get(doc, "protocol");
	struct slice rest = slice_of(s->members), word;
	struct js *out = js_new_map();

	while (slice_cut(&rest, ' ', &word)) {
		AUTO_CHAR key = xstrndup(word.p, word.n);
		const struct js *v = js_get(in, key);

		if (v && js_type(v) != JS_NULL)
			js_set(out, key, js_copy(v));
	}
	return out;
}

static bool check_protocol(struct call *c, const struct js *p, const struct shape *s)
{
	struct slice kid = js_str(js_path(p, "credentials.trust.kid"));

	if (!slice_in(js_str(js_get(p, "type")), s->protocols)) {
		fail_field(c, "type", "type: The protocol does not go with the type of provider");
		return false;
	}
	for (size_t i = 0; i < LEN(s->must) && s->must[i]; i++) {
		const char *word = strrchr(s->must[i], '.') + 1;

		if (js_str(js_path(p, s->must[i])).n)
			continue;
		fail_field(c, word, "%s: The field cannot be left blank", word);
		return false;
	}
	if (!kid.n || idp_key_find(c->s, kid))
		return true;
	fail_field(c, "kid", "kid: there is no such key");
	return false;
}

/* A replacement may name another of the provider's own keys. */
static bool check_signing(struct call *c, const struct obj *o, const struct js *p)
{
	struct slice kid = js_str(js_path(p, "credentials.signing.kid"));

	if (!kid.n || idp_signing_key_find(c->s, o, kid))
		return true;
	fail_field(c, "kid", "kid: the provider has no such signing key");
	return false;
}

static void set_endpoint(struct js *p, const char *path, const char *url, const char *binding)
{
	struct js *m = url ? js_make(p, path) : NULL;

	if (!m)
		return;
	js_set(m, "url", js_new_strz(url));
	js_set(m, "binding", js_new_strz(binding));
}

/* Only some settings are OpenID Connect's; the format of names has no meaning in it. */
static void fill_oidc(struct js *p)
{
	static const char *const kept[] = {"participateSlo", "sendApplicationContext"};
	struct js *settings = js_new_map();

	js_set(settings, "nameFormat", js_new_null());
	for (size_t i = 0; i < LEN(kept); i++) {
		const struct js *v = js_path(js_get(p, "settings"), kept[i]);

		if (js_type(v) == JS_BOOL)
			js_set(settings, kept[i], js_copy(v));
	}
	js_set(p, "settings", settings);
}

/* Okta is an audience of its own with every provider, and signs with the org's key if no other was named. */
static void fill_saml(struct call *c, struct js *p, const struct js *was)
{
	struct js *trust = js_make(p, "credentials.trust"),
		  *signing = js_make(p, "credentials.signing");
	const struct js *audience = js_path(was, "credentials.trust.audience"),
			*kid = js_path(was, "credentials.signing.kid");
	AUTO(buf) struct buf b = BUF_MAX(128);

	if (!audience) {
		buf_adds(&b, "https://www.okta.com/saml2/service-provider/sp");
		for (int i = 0; i < 18; i++)
			buf_addc(&b, (char)('a' + rng_below(&c->s->rng, 26)));
	}
	if (!js_str(js_get(trust, "audience")).n)
		js_set(trust, "audience", audience ? js_copy(audience) : js_new_str(buf_slice(&b)));
	buf_clear(&b);
	key_add_org_kid(&b, c->s);
	if (!was || !js_str(js_get(signing, "kid")).n)
		js_set(signing, "kid", kid ? js_copy(kid) : js_new_str(buf_slice(&b)));
}

/* Pushed requests of a verifier of identities go beside where it authorizes. */
static void set_par(struct js *p, const char *authorize)
{
	AUTO(buf) struct buf url = BUF_TEXT;
	const char *last = strrchr(authorize, '/');

	buf_add_slice(&url, (struct slice){authorize, (size_t)(last - authorize) + 1});
	buf_adds(&url, "par");
	set_endpoint(p, "endpoints.par", buf_str(&url), "HTTP-POST");
}

static void fill_protocol(
	struct call *c, const struct idp_type *t, struct js *p, const struct js *was)
{
	const struct shape *s = &shapes[t->class];
	struct js *client = js_getm(js_getm(p, "credentials"), "client"),
		  *slo = js_getm(js_getm(p, "endpoints"), "slo");

	if (t->class == SOCIAL)
		js_del(p, "endpoints");
	set_endpoint(p, "endpoints.authorization", t->authorize, "HTTP-REDIRECT");
	set_endpoint(p, "endpoints.token", t->token, "HTTP-POST");
	if (t->class == IDV && t->token)
		set_par(p, t->authorize);
	if (t->class == OIDC && js_type(slo) == JS_MAP)
		js_default(slo, "binding", js_new_strz("HTTP-REDIRECT"));
	if (js_type(client) == JS_MAP && js_type(js_get(client, "pkce_required")) == JS_NULL)
		js_del(client, "pkce_required");
	if (t->class == OIDC)
		fill_oidc(p);
	if (t->class == SAML)
		fill_saml(c, p, was);
	flat_fill(p, s->defaults);
	if (t->class == MTLS && !js_path(p, "endpoints.sso.url")) {
		AUTO(buf) struct buf url = BUF_TEXT;

		buf_adds(&url, c->s->base_url);
		buf_adds(&url, "/login/cert");
		js_set(js_make(p, "endpoints.sso"), "url", js_new_str(buf_slice(&url)));
	}
}

static void fill_policy(struct js *doc, enum class class)
{
	struct js *policy = js_make(doc, "policy");

	flat_fill(doc, class == MTLS || class == IDV ? narrow_policy_defaults : policy_defaults);
	if (class != SOCIAL)
		js_default(policy, "trustClaims", js_new_bool(false));
}

bool idp_fill(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct idp_type *t = type_of(doc);
	AUTO_PTR(js) p = NULL;

	if (!t || slice_chars(js_str(js_get(doc, "name"))) > 100) {
		fail_field(
			c, t ? "name" : "type", "%s: The field is not valid", t ? "name" : "type");
		return false;
	}
	p = protocol_of(doc, &shapes[t->class]);
	if (!check_protocol(c, p, &shapes[t->class]) ||
		(old && t->class == SAML && !check_signing(c, o, p)))
		return false;
	fill_protocol(c, t, p, js_get(old, "protocol"));
	js_set(doc, "protocol", js_copy(p));
	fill_policy(doc, t->class);
	if (t->class == SAML || t->class == MTLS || t->class == IDV)
		js_del(doc, "issuerMode");
	else
		js_default(doc, "issuerMode", js_new_strz("DYNAMIC"));
	return true;
}
