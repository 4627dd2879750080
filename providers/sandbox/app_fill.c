/*
 * What the server adds to an app: defaults of all apps, then those of its sign-on mode, from tables.
 */
#include "providers/sandbox/apps.h"
#include "providers/sandbox/flat.h"

#include "base/xalloc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* An app definition of the catalogue and the parameters it has; absent ones read null. */
struct template
{
	const char *name, *mode, *params;
	const char *required; /* of params */
};

static const struct template templates[] = {
	{"bookmark", "BOOKMARK", "requestIntegration|url", "url"},
	{"oidc_client", "OPENID_CONNECT", "", ""},
	{"template_swa", "BROWSER_PLUGIN",
		"buttonField|loginUrlRegex|url|passwordField|usernameField|redirectUrl|checkbox",
		"url|usernameField|passwordField|buttonField"},
	{"template_swa3field", "BROWSER_PLUGIN",
		"buttonSelector|userNameSelector|passwordSelector|extraFieldSelector|extraFieldValue|targetURL|loginUrlRegex",
		"targetURL|userNameSelector|passwordSelector|buttonSelector|extraFieldSelector|extraFieldValue"},
	{"template_sps", "SECURE_PASSWORD_STORE",
		"url|usernameField|passwordField|optionalField1|optionalField1Value|optionalField2|optionalField2Value|optionalField3|optionalField3Value",
		"url|usernameField|passwordField"},
	{"template_basic_auth", "BASIC_AUTH", "url|authURL|loginUrlRegex", "url|authURL"},
	{"template_wsfed", "WS_FEDERATION",
		"audienceRestriction|groupName|groupValueFormat|realm|wReplyURL|attributeStatements|nameIDFormat|authnContextClassRef|siteURL|usernameAttribute|groupFilter|wReplyOverride",
		"siteURL"},
};

static const char modes[] =
	"BOOKMARK|OPENID_CONNECT|SAML_2_0|SAML_1_1|AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH|WS_FEDERATION";
static const char password_modes[] = "AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH";

/* Every app has these; what was sent stands before the default. */
static const struct flat common[] = {
	{"accessibility.selfService", 'b', "false"},
	{"accessibility.errorRedirectUrl", 'n', NULL},
	{"accessibility.loginRedirectUrl", 'n', NULL},
	{"visibility.autoLaunch", 'b', "false"},
	{"visibility.autoSubmitToolbar", 'b', "false"},
	{"visibility.hide.iOS", 'b', "false"},
	{"visibility.hide.web", 'b', "false"},
	{"credentials.userNameTemplate.template", 's', "${source.login}"},
	{"credentials.userNameTemplate.type", 's', "BUILT_IN"},
	{"settings.notifications.vpn.network.connection", 's', "DISABLED"},
	{"settings.notifications.vpn.message", 'n', NULL},
	{"settings.notifications.vpn.helpUrl", 'n', NULL},
	{"settings.manualProvisioning", 'b', "false"},
	{"settings.implicitAssignment", 'b', "false"},
	{"settings.emOptInStatus", 's', "NONE"},
	{"settings.notes.admin", 'n', NULL},
	{"settings.notes.enduser", 'n', NULL},
	{NULL, 0, NULL},
};

static const struct flat oidc[] = {
	{"credentials.oauthClient.autoKeyRotation", 'b', "true"},
	{"credentials.oauthClient.token_endpoint_auth_method", 's', "client_secret_basic"},
	{"settings.oauthClient.client_uri", 'n', NULL},
	{"settings.oauthClient.logo_uri", 'n', NULL},
	{"settings.oauthClient.redirect_uris", 'l', NULL},
	{"settings.oauthClient.response_types", 'l', NULL},
	{"settings.oauthClient.grant_types", 'l', NULL},
	{"settings.oauthClient.application_type", 's', "web"},
	{"settings.oauthClient.consent_method", 's', "TRUSTED"},
	{"settings.oauthClient.issuer_mode", 's', "ORG_URL"},
	{"settings.oauthClient.idp_initiated_login.mode", 's', "DISABLED"},
	{"settings.oauthClient.idp_initiated_login.default_scope", 'l', NULL},
	{"settings.oauthClient.wildcard_redirect", 's', "DISABLED"},
	{"settings.oauthClient.dpop_bound_access_tokens", 'b', "false"},
	{"settings.oauthClient.participate_slo", 'b', "false"},
	{NULL, 0, NULL},
};

static const struct flat saml[] = {
	{"settings.signOn.idpIssuer", 's', "http://www.okta.com/${org.externalKey}"},
	{"settings.signOn.spIssuer", 'n', NULL},
	{"settings.signOn.requestCompressed", 'b', "false"},
	{"settings.signOn.allowMultipleAcsEndpoints", 'b', "false"},
	{"settings.signOn.acsEndpoints", 'l', NULL},
	{"settings.signOn.attributeStatements", 'l', NULL},
	{"settings.signOn.assertionEncryption.enabled", 'b', "false"},
	{"settings.signOn.inlineHooks", 'l', NULL},
	{NULL, 0, NULL},
};

static const struct flat auto_login[] = {
	{"settings.signOn.redirectUrl", 'n', NULL},
	{"settings.signOn.loginUrl", 'n', NULL},
	{NULL, 0, NULL},
};

static const struct flat passwords[] = {
	{"credentials.scheme", 's', "EDIT_USERNAME_AND_PASSWORD"},
	{"credentials.revealPassword", 'b', "false"},
	{NULL, 0, NULL},
};

static const struct template *template_of(struct slice name)
{
	for (size_t i = 0; i < LEN(templates); i++) {
		if (slice_is(name, templates[i].name))
			return &templates[i];
	}
	return NULL;
}

bool app_has_passwords(const struct js *doc)
{
	return slice_in(js_str(js_get(doc, "signOnMode")), password_modes);
}

/* Parameters of the template: the missing ones and "" read null, the unknown ones are dropped. */
static bool fill_params(struct call *c, const struct template *t, struct js *doc)
{
	struct js *app = js_make(doc, "settings.app"), *to = js_new_map();
	struct slice rest = slice_of(t->params), word;

	while (t->params[0] && slice_cut(&rest, '|', &word)) {
		AUTO_CHAR name = xstrndup(word.p, word.n);
		const struct js *v = js_get(app, name);
		bool empty = !v || js_type(v) == JS_NULL || (js_type(v) == JS_STR && !js_str(v).n);

		if (empty && slice_in(word, t->required) && !c->s->filling) {
			js_free(to);
			fail_field(c, name, "%s: The field cannot be left blank", name);
			return false;
		}
		js_set(to, name, empty ? js_new_null() : js_copy(v));
	}
	js_set(js_make(doc, "settings"), "app", to);
	if (slice_is(js_str(js_get(doc, "name")), "bookmark") &&
		js_type(js_path(doc, "settings.app.requestIntegration")) != JS_BOOL)
		js_set(js_make(doc, "settings.app"), "requestIntegration", js_new_bool(false));
	return true;
}

/* <org>_<label without odd characters>_<n>: what Okta calls apps that no catalogue has. */
static struct js *made_name(struct call *c, const struct js *doc)
{
	AUTO(buf) struct buf b = BUF_MAX(512);
	struct slice label = js_str(js_get(doc, "label"));

	buf_adds(&b, "sandbox_");
	for (size_t i = 0; i < label.n && i < 100; i++) {
		if (isalnum((unsigned char)label.p[i]))
			buf_addc(&b, (char)tolower((unsigned char)label.p[i]));
	}
	buf_addf(&b, "_%u", c->s->of[K_APP].n);
	return js_new_str(buf_slice(&b));
}

static bool fill_name(struct call *c, struct js *doc, const struct js *old)
{
	struct slice name = js_str(js_get(c->body, "name")),
		     mode = js_str(js_get(c->body, "signOnMode"));
	const struct template *t;
	AUTO(buf) struct buf lower = BUF_MAX(512);

	if (old) {
		js_set(doc, "name", js_copy(js_get(old, "name")));
		js_set(doc, "signOnMode", js_copy(js_get(old, "signOnMode")));
		t = template_of(js_str(js_get(old, "name")));
		return !t || fill_params(c, t, doc);
	}
	for (size_t i = 0; i < name.n && i < 200; i++)
		buf_addc(&lower, (char)tolower((unsigned char)name.p[i]));
	t = template_of(buf_slice(&lower));
	if (!name.n && (slice_is(mode, "SAML_2_0") || slice_is(mode, "AUTO_LOGIN"))) {
		js_set(doc, "name", made_name(c, doc));
		return true;
	}
	if (!name.n) {
		fail_field(c, "name", "name: The field cannot be left blank");
		return false;
	}
	js_set(doc, "name", js_new_str(buf_slice(&lower)));
	if (!t && slice_is(mode, "AUTO_LOGIN"))
		js_set(doc, "signOnMode", js_new_strz("BROWSER_PLUGIN"));
	return !t || fill_params(c, t, doc);
}

static void kid(struct call *c, struct js *doc, const struct js *old, bool shared)
{
	struct js *signing = js_new_map();
	const struct js *had = js_path(old, "credentials.signing.kid");
	char id[21];

	if (had) {
		js_set(signing, "kid", js_copy(had));
	} else if (shared) {
		js_set(signing, "kid", js_new_strz(c->s->org_id));
	} else {
		store_new_id(c->s, "kid", id);
		js_set(signing, "kid", js_new_strz(id));
	}
	js_set(js_make(doc, "credentials"), "signing", signing);
}

/* 64 characters; kept beside the document, which never shows it. */
static void fill_secret(struct call *c, struct obj *a, struct js *client)
{
	struct slice sent = js_str(js_get(client, "client_secret")),
		     method = js_str(js_get(client, "token_endpoint_auth_method"));
	AUTO(buf) struct buf made = BUF_MAX(128);
	char part[21];

	if (!slice_starts(method, "client_secret")) {
		free(a->secret);
		a->secret = NULL;
	} else if (sent.n) {
		free(a->secret);
		a->secret = xstrndup(sent.p, sent.n);
	} else if (!a->secret) {
		for (int i = 0; i < 4; i++) {
			store_new_id(c->s, "sec", part);
			buf_add(&made, part + 1, 16);
		}
		a->secret = xstrndup(buf_str(&made), made.n);
	}
	js_del(client, "client_secret");
}

static void number_keys(struct call *c, struct js *doc)
{
	struct js *keys =
		js_getm(js_getm(js_getm(js_getm(doc, "settings"), "oauthClient"), "jwks"), "keys");
	char id[21];

	for (size_t i = 0; i < js_len(keys); i++) {
		struct js *key = js_atm(keys, i);

		if (js_type(key) != JS_MAP)
			continue;
		store_new_id(c->s, "pks", id);
		js_default(key, "id", js_new_strz(id));
		js_default(key, "use", js_new_null());
	}
}

static void fill_refresh(struct js *settings)
{
	struct js *refresh = js_getm(settings, "refresh_token");

	if (js_type(refresh) != JS_MAP)
		return;
	if (slice_is(js_str(js_get(refresh, "rotation_type")), "STATIC"))
		js_del(refresh, "leeway");
	else
		js_default(refresh, "leeway", js_new_int(30));
}

static bool fill_oidc(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	struct js *client = js_make(doc, "credentials.oauthClient"),
		  *settings = js_make(doc, "settings.oauthClient");
	const struct js *had = js_path(old, "credentials.oauthClient.client_id");
	struct slice want = js_str(js_get(client, "client_id")), type;
	bool pkce;

	if (!js_len(js_get(settings, "grant_types")) && !c->s->filling) {
		fail_field(c, "settings.oauthClient.grant_types",
			"grant_types: The field cannot be left blank");
		return false;
	}
	if (!had && want.n && (want.n < 6 || want.n > 100)) {
		fail_field(c, "client_id", "client_id: must have between 6 and 100 characters");
		return false;
	}
	flat_fill(doc, oidc);
	if (had)
		js_set(client, "client_id", js_copy(had));
	else if (!want.n)
		js_set(client, "client_id", js_new_strz(a->id));
	type = js_str(js_get(settings, "application_type"));
	pkce = slice_is(type, "browser") || slice_is(type, "native");
	js_default(client, "pkce_required", js_new_bool(pkce));
	if (slice_is(js_str(js_get(client, "token_endpoint_auth_method")), "none"))
		js_set(client, "pkce_required", js_new_bool(true));
	fill_secret(c, a, client);
	fill_refresh(settings);
	number_keys(c, doc);
	kid(c, doc, old, true);
	return true;
}

static void drop_empty_overrides(struct js *sign_on)
{
	static const char *const overrides[] = {"audienceOverride", "destinationOverride",
		"recipientOverride", "ssoAcsUrlOverride"};

	for (size_t i = 0; i < LEN(overrides); i++) {
		const struct js *v = js_get(sign_on, overrides[i]);

		if (js_type(v) == JS_STR && !js_str(v).n)
			js_del(sign_on, overrides[i]);
	}
}

static void fill_saml(struct call *c, struct js *doc, const struct js *old)
{
	struct js *sign_on = js_make(doc, "settings.signOn");
	const struct js *issuer = js_path(doc, "settings.signOn.slo.issuer");

	flat_fill(doc, saml);
	drop_empty_overrides(sign_on);
	if (issuer)
		js_set(sign_on, "spIssuer", js_copy(issuer));
	kid(c, doc, old, false);
}

/* The shared password is never shown again; that there is one is. */
static void fill_passwords(struct js *doc)
{
	struct js *cred = js_make(doc, "credentials");
	const struct js *user = js_get(cred, "userName");

	flat_fill(doc, passwords);
	if (js_get(cred, "password"))
		js_set(cred, "password", js_new_map());
	if (user && !js_str(user).n)
		js_del(cred, "userName");
	if (slice_is(js_str(js_path(doc, "credentials.userNameTemplate.type")), "CUSTOM"))
		js_default(js_make(doc, "credentials.userNameTemplate"), "pushStatus",
			js_new_strz("DONT_PUSH"));
}

/* One switch for each link that the app shows on a dashboard. */
static void fill_links(struct js *doc)
{
	struct slice name = js_str(js_get(doc, "name"));
	AUTO(buf) struct buf key = BUF_MAX(512);
	bool plain = slice_starts(name, "template_") || slice_is(name, "bookmark") ||
		     slice_is(js_str(js_get(doc, "signOnMode")), "BROWSER_PLUGIN");
	const struct js *had = js_path(doc, "visibility.appLinks");
	struct js *links = js_new_map();

	if (plain)
		buf_adds(&key, "login");
	else
		buf_addf(&key, "%.*s_link", SLICE_ARG(name));
	js_set(links, buf_str(&key),
		js_type(js_get(had, buf_str(&key))) == JS_BOOL ? js_copy(js_get(had, buf_str(&key)))
							       : js_new_bool(true));
	js_set(js_make(doc, "visibility"), "appLinks", links);
}

/* Apps that speak a protocol can be signed out of from afar. */
static void fill_logout(struct js *doc)
{
	static const struct flat rows[] = {
		{"universalLogout.status", 's', "DISABLED"},
		{"universalLogout.supportType", 's', "FULL"},
		{"universalLogout.identityStack", 's', "NOT_SHARED"},
		{"universalLogout.protocol", 's', "GLOBAL_TOKEN_REVOCATION"},
		{NULL, 0, NULL},
	};

	if (slice_in(js_str(js_get(doc, "signOnMode")), "SAML_2_0|OPENID_CONNECT"))
		flat_fill(doc, rows);
}

static void fill_orn(struct call *c, struct js *doc)
{
	AUTO(buf) struct buf b = BUF_MAX(1024);

	buf_addf(&b, "orn:okta:idp:%s:apps:%.*s:%.*s", c->s->org_id,
		SLICE_ARG(js_str(js_get(doc, "name"))), SLICE_ARG(js_str(js_get(doc, "id"))));
	js_set(doc, "orn", js_new_str(buf_slice(&b)));
}

static bool fill_mode(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	struct slice mode = js_str(js_get(doc, "signOnMode"));

	flat_fill(doc, common);
	js_make(doc, "settings.app");
	if (slice_is(mode, "OPENID_CONNECT"))
		return fill_oidc(c, a, doc, old);
	if (slice_is(mode, "SAML_2_0"))
		fill_saml(c, doc, old);
	else
		js_set(js_make(doc, "credentials"), "signing", js_new_map());
	if (slice_is(mode, "AUTO_LOGIN"))
		flat_fill(doc, auto_login);
	if (app_has_passwords(doc))
		fill_passwords(doc);
	return true;
}

/* The parts of a body that must be maps where they are sent at all. */
static bool maps_ok(struct call *c)
{
	static const char *const parts[] = {"accessibility", "visibility", "visibility.hide",
		"credentials", "credentials.oauthClient", "credentials.userNameTemplate",
		"settings", "settings.app", "settings.notes", "settings.signOn",
		"settings.oauthClient", "settings.notifications", "settings.notifications.vpn",
		"settings.notifications.vpn.network", "settings.signOn.assertionEncryption",
		"settings.oauthClient.idp_initiated_login", "settings.oauthClient.jwks"};

	for (size_t i = 0; i < LEN(parts); i++) {
		enum js_type t = js_type(js_path(c->body, parts[i]));

		if (t != JS_ABSENT && t != JS_MAP && t != JS_NULL) {
			fail_field(c, parts[i], "%s: must be an object", parts[i]);
			return false;
		}
	}
	return true;
}

static const char *const writable[] = {
	"accessibility", "visibility", "credentials", "settings", "profile", "licensing"};

struct js *app_fill(struct call *c, struct obj *a, const struct js *old)
{
	const struct js *label = js_get(c->body, "label"), *mode = js_get(c->body, "signOnMode");
	struct js *doc;

	if (js_type(label) != JS_STR || !js_str(label).n || js_str(label).n > 400) {
		fail_field(c, "label", "label: The field cannot be left blank");
		return NULL;
	}
	if (!old && !slice_in(js_str(mode), modes)) {
		fail_field(c, "signOnMode", "signOnMode: must be one of those that Okta knows");
		return NULL;
	}
	if (!maps_ok(c))
		return NULL;
	doc = js_new_map();
	js_set(doc, "id", js_new_strz(a->id));
	js_set(doc, "orn", js_new_null());
	js_set(doc, "name", js_new_null());
	js_set(doc, "label", js_copy(label));
	js_set(doc, "status", js_new_strz(status_names[a->status]));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "created", old ? js_copy(js_get(old, "created")) : js_new_strz(c->stamp));
	js_set(doc, "features", js_new_list());
	if (mode)
		js_set(doc, "signOnMode", js_copy(mode));
	js_set(doc, "universalLogout", js_new_null());
	for (size_t i = 0; i < LEN(writable); i++) {
		const struct js *v = js_get(c->body, writable[i]);

		if (js_type(v) == JS_MAP)
			js_set(doc, writable[i], js_copy(v));
	}
	if (fill_name(c, doc, old) && fill_mode(c, a, doc, old)) {
		fill_links(doc);
		fill_logout(doc);
		fill_orn(c, doc);
		return doc;
	}
	js_free(doc);
	return NULL;
}
