/*
 * What the server adds to an app: defaults of all apps, then those of its sign-on mode, from tables.
 */
#include "providers/sandbox/apps.h"

#include "base/xalloc.h"

#include <ctype.h>

static const char modes[] =
	"BOOKMARK|OPENID_CONNECT|SAML_2_0|SAML_1_1|AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH|WS_FEDERATION";
static const char password_modes[] = "AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH";

/* Every app has these; what was sent stands before the default. */
static const struct flat common[] = {
	{"accessibility.selfService", 'b', "false"},
	{"accessibility.errorRedirectUrl", 'n', NULL},
	{"accessibility.loginRedirectUrl", 'n', NULL},
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
	{NULL, 0, NULL},
};

/* What all have but the apps that Okta runs itself. */
static const struct flat not_oktas[] = {
	{"visibility.autoLaunch", 'b', "false"},
	{"settings.notes.admin", 'n', NULL},
	{"settings.notes.enduser", 'n', NULL},
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
static const char saml_members[] =
	"defaultRelayState|ssoAcsUrl|idpIssuer|audience|recipient|destination|subjectNameIdTemplate|subjectNameIdFormat|responseSigned|assertionSigned|signatureAlgorithm|digestAlgorithm|honorForceAuthn|authnContextClassRef|spIssuer|requestCompressed|attributeStatements|inlineHooks|spCertificate|slo|participateSlo|allowMultipleAcsEndpoints|acsEndpoints|samlSignedRequestEnabled|samlAssertionLifetimeSeconds|assertionEncryption|audienceOverride|destinationOverride|recipientOverride|ssoAcsUrlOverride";

/* An app of the catalogue knows its service; only these can be told to it. */
static const struct flat saml_catalog[] = {
	{"settings.signOn.defaultRelayState", 'n', NULL},
	{"settings.signOn.ssoAcsUrlOverride", 'n', NULL},
	{"settings.signOn.audienceOverride", 'n', NULL},
	{"settings.signOn.recipientOverride", 'n', NULL},
	{"settings.signOn.destinationOverride", 'n', NULL},
	{"settings.signOn.attributeStatements", 'l', NULL},
	{NULL, 0, NULL},
};
static const char saml_catalog_members[] =
	"defaultRelayState|ssoAcsUrlOverride|audienceOverride|recipientOverride|destinationOverride|attributeStatements|honorForceAuthn|configuredAttributeStatements|samlAssertionLifetimeSeconds|signatureAlgorithm|digestAlgorithm";

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

/* Is this sign-on mode one that shares credentials with the server? */
static bool has_passwords(const struct js *doc)
{
	return slice_in(js_str(js_get(doc, "signOnMode")), password_modes);
}

void app_keep(struct js *map, const char *members)
{
	void *it = js_first(map);

	while (it) {
		AUTO_CHAR key = xstrndup(js_key(it), strlen(js_key(it)));

		it = js_next(map, it);
		if (!slice_in(slice_of(key), members))
			js_del(map, key);
	}
}

/* --- the name --- */

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
	buf_addf(&b, "_%u", ++c->s->made_apps);
	return js_new_str(buf_slice(&b));
}

/* The mode that is asked for, as the definition reads it back; false when it answered. */
static bool fill_mode_name(struct call *c, const struct app_def *d, struct js *doc)
{
	struct slice mode = js_str(js_get(doc, "signOnMode"));

	if (d->flags & D_TEMPLATE && !slice_is(mode, d->mode)) {
		fail_field(c, "signOnMode", "signOnMode: '%s' is for apps of another kind: %s",
			d->name, d->mode);
		return false;
	}
	if (d->flags & D_NO_MODE)
		js_set(doc, "signOnMode", js_new_null());
	else if (slice_is(mode, "AUTO_LOGIN"))
		js_set(doc, "signOnMode", js_new_strz("BROWSER_PLUGIN"));
	return true;
}

/* The name of a new app; false when it answered. */
static bool fill_name(struct call *c, struct js *doc)
{
	struct slice name = js_str(js_get(c->body, "name")),
		     mode = js_str(js_get(doc, "signOnMode"));
	AUTO(buf) struct buf lower = BUF_MAX(512);
	const struct app_def *d;

	if (!name.n && (slice_is(mode, "SAML_2_0") || slice_is(mode, "AUTO_LOGIN"))) {
		js_set(doc, "name", made_name(c, doc));
		return true;
	}
	if (!name.n) {
		fail_field(c, "name", "name: The field cannot be left blank");
		return false;
	}
	buf_add_lower(&lower, slice_head(name, 200));
	d = app_def_of(buf_slice(&lower));
	/* nobody makes a second one of Okta's own */
	if (!d || (d->mode && !(d->flags & D_TEMPLATE) && !c->s->filling)) {
		fail_field(c, "name", "name: no app of the catalogue has this name");
		return false;
	}
	js_set(doc, "name", js_new_strz(d->name));
	return fill_mode_name(c, d, doc);
}

/* --- by sign-on mode --- */

/* Apps that sign have a key: a client its org's, the others one each, to be changed for another of theirs. */
static void fill_kid(
	struct call *c, struct obj *a, struct js *doc, const struct js *old, bool shared)
{
	const struct js *had = js_path(old, "credentials.signing.kid"),
			*want = js_path(doc, "credentials.signing.kid");
	struct js *signing = js_new_map();

	if (had && !shared && app_key_of(c, a, js_str(want)))
		js_set(signing, "kid", js_copy(want));
	else if (had)
		js_set(signing, "kid", js_copy(had));
	else
		js_set(signing, "kid", shared ? app_org_kid(c) : app_key_make(c, a));
	js_set(js_make(doc, "credentials"), "signing", signing);
}

/* "" is nothing: gone for an app of the org's own, null for one of the catalogue. */
static void empty_overrides(struct js *sign_on, bool gone)
{
	static const char *const members[] = {"audienceOverride", "destinationOverride",
		"recipientOverride", "ssoAcsUrlOverride", "defaultRelayState"};

	for (size_t i = 0; i < LEN(members); i++) {
		const struct js *v = js_get(sign_on, members[i]);

		if (js_type(v) != JS_STR || js_str(v).n || (gone && i == LEN(members) - 1))
			continue;
		if (gone)
			js_del(sign_on, members[i]);
		else
			js_set(sign_on, members[i], js_new_null());
	}
}

/* Something must be signed; what is silent about it is not asked. */
static bool is_unsigned(const struct js *sign_on)
{
	const struct js *response = js_get(sign_on, "responseSigned"),
			*assertion = js_get(sign_on, "assertionSigned");

	return js_type(response) == JS_BOOL && !js_bool(response) &&
	       js_type(assertion) == JS_BOOL && !js_bool(assertion);
}

static bool fill_saml(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	bool made = !app_def_of_doc(doc)->name[0];
	struct js *sign_on = js_make(doc, "settings.signOn");
	const struct js *issuer;

	app_keep(sign_on, made ? saml_members : saml_catalog_members);
	flat_fill(doc, made ? saml : saml_catalog);
	empty_overrides(sign_on, made);
	issuer = js_path(sign_on, "slo.issuer");
	if (issuer)
		js_set(sign_on, "spIssuer", js_copy(issuer));
	if (is_unsigned(sign_on)) {
		fail_field(c, "signOn", "signOn: the response or the assertion must be signed");
		return false;
	}
	fill_kid(c, a, doc, old, false);
	return true;
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

static bool fill_mode(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	const struct app_def *d = app_def_of_doc(doc);
	struct slice mode = js_str(js_get(doc, "signOnMode"));
	struct js *settings = js_make(doc, "settings"), *cred = js_make(doc, "credentials");
	bool passwords_too = has_passwords(doc);
	const char *keep = "userNameTemplate|signing";

	if (passwords_too)
		keep = "userNameTemplate|scheme|revealPassword|userName|password";
	else if (d->flags & D_TEMPLATE && slice_is(mode, "OPENID_CONNECT"))
		keep = "userNameTemplate|signing|oauthClient";
	app_keep(cred, keep);
	if (!slice_is(mode, "SAML_2_0") && !slice_is(mode, "AUTO_LOGIN"))
		js_del(settings, "signOn");
	if (!slice_is(mode, "OPENID_CONNECT") || !(d->flags & D_TEMPLATE))
		js_del(settings, "oauthClient");
	else if (!app_client_fill(c, a, doc, old))
		return false;
	if (slice_is(mode, "OPENID_CONNECT"))
		fill_kid(c, a, doc, old, true);
	else if (slice_is(mode, "SAML_1_1"))
		fill_kid(c, a, doc, old, false);
	else if (!slice_is(mode, "SAML_2_0"))
		js_set(cred, "signing", js_new_map());
	else if (!fill_saml(c, a, doc, old))
		return false;
	if (slice_is(mode, "AUTO_LOGIN"))
		flat_fill(doc, auto_login);
	if (passwords_too)
		fill_passwords(doc);
	return true;
}

/* --- by definition --- */

static void fill_link(struct js *links, const struct js *sent, const char *key)
{
	const struct js *v = js_get(sent, key);

	js_set(links, key, js_new_bool(js_type(v) == JS_BOOL ? js_bool(v) : true));
}

/*
 * One switch for each link that the app shows on a dashboard. Those of an app that was taken over from another
 * org, and that the catalogue does not have, are the ones that it came with.
 */
static void fill_links(const struct app_def *d, struct js *doc, const struct js *old)
{
	const struct js *sent = js_path(doc, "visibility.appLinks"),
			*had = js_path(old, "visibility.appLinks");
	struct slice rest = slice_of(d->links ? d->links : ""), word;
	AUTO(buf) struct buf own = BUF_MAX(512);
	struct js *links = js_new_map();

	buf_addf(&own, "%.*s_link", SLICE_ARG(js_str(js_get(doc, "name"))));
	for (void *it = d->name[0] ? NULL : js_first(had); it; it = js_next(had, it))
		fill_link(links, sent, js_key(it));
	if (!d->links && !js_len(links))
		fill_link(links, sent, buf_str(&own));
	while (rest.n && slice_cut(&rest, '|', &word)) {
		AUTO_CHAR key = xstrndup(word.p, word.n);

		fill_link(links, sent, key);
	}
	js_set(js_make(doc, "visibility"), "appLinks", links);
}

static struct js *logout_of(const struct app_def *d)
{
	static const struct {
		const char *status, *support, *stack, *protocol;
	} rows[] = {
		[LOGOUT_NONE] = {"UNSUPPORTED", NULL, NULL, NULL},
		[LOGOUT_REVOKE] = {"DISABLED", "FULL", "NOT_SHARED", "GLOBAL_TOKEN_REVOCATION"},
		[LOGOUT_OWN] = {"DISABLED", "FULL", "NOT_SHARED", "PROPRIETARY"},
		[LOGOUT_SHARED] = {"DISABLED", "PARTIAL", "SHARED", "PROPRIETARY"},
	};
	struct js *m = js_new_map();

	js_set(m, "status", js_new_strz(rows[d->logout].status));
	if (rows[d->logout].support) {
		js_set(m, "supportType", js_new_strz(rows[d->logout].support));
		js_set(m, "identityStack", js_new_strz(rows[d->logout].stack));
		js_set(m, "protocol", js_new_strz(rows[d->logout].protocol));
	}
	return m;
}

static void fill_def(struct call *c, struct js *doc, const struct js *old)
{
	const struct app_def *d = app_def_of_doc(doc);
	struct js *settings = js_make(doc, "settings");
	AUTO(buf) struct buf orn = BUF_MAX(1024);

	app_keep(js_getm(doc, "accessibility"), "selfService|errorRedirectUrl|loginRedirectUrl");
	app_keep(js_getm(doc, "visibility"), "autoLaunch|autoSubmitToolbar|hide|appLinks");
	app_keep(settings,
		"app|notifications|manualProvisioning|implicitAssignment|notes|signOn|oauthClient|inlineHookId|identityStoreId");
	if (d->flags & D_EVERYONE)
		js_set(settings, "implicitAssignment", js_new_bool(true));
	flat_fill(doc, common);
	if (!(d->flags & D_OKTA))
		flat_fill(doc, not_oktas);
	js_set(settings, "emOptInStatus",
		old ? js_copy_or_null(js_path(old, "settings.emOptInStatus"))
		    : js_new_strz("NONE"));
	if (d->flags & D_SEATS)
		js_default(js_make(doc, "licensing"), "seatCount", js_new_int(0));
	js_set(doc, "features", old ? js_copy_or_null(js_get(old, "features")) : js_new_list());
	js_set(doc, "universalLogout",
		old ? js_copy_or_null(js_get(old, "universalLogout")) : logout_of(d));
	fill_links(d, doc, old);
	buf_addf(&orn, "orn:okta:idp:%s:apps:%.*s:%.*s", c->s->org_id,
		SLICE_ARG(js_str(js_get(doc, "name"))), SLICE_ARG(js_str(js_get(doc, "id"))));
	js_set(doc, "orn", js_new_str(buf_slice(&orn)));
}

/* --- the whole --- */

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

static bool body_ok(struct call *c, const struct js *old)
{
	struct slice label = js_str(js_get(c->body, "label"));

	if (!label.n || label.n > 400) {
		fail_field(c, "label", "label: The field cannot be left blank");
		return false;
	}
	if (!old && !slice_in(js_str(js_get(c->body, "signOnMode")), modes)) {
		fail_field(c, "signOnMode", "signOnMode: must be one of those that Okta knows");
		return false;
	}
	return maps_ok(c);
}

static struct js *start_doc(struct call *c, const struct obj *a, const struct js *old)
{
	static const char *const writable[] = {
		"accessibility", "visibility", "credentials", "settings", "profile", "licensing"};
	struct js *doc = js_new_map();

	js_set(doc, "id", js_new_strz(a->id));
	js_set(doc, "orn", js_new_null());
	js_set(doc, "name", old ? js_copy(js_get(old, "name")) : js_new_null());
	js_set(doc, "label", js_copy(js_get(c->body, "label")));
	js_set(doc, "status", js_new_strz(status_names[a->status]));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "created", old ? js_copy(js_get(old, "created")) : js_new_strz(c->stamp));
	js_set(doc, "signOnMode", js_copy(js_get(old ? old : c->body, "signOnMode")));
	for (size_t i = 0; i < LEN(writable); i++) {
		const struct js *v = js_get(c->body, writable[i]);

		if (js_type(v) == JS_MAP)
			js_set(doc, writable[i], js_copy(v));
	}
	if (js_get(old, APP_LOGO))
		js_set(doc, APP_LOGO, js_copy(js_get(old, APP_LOGO)));
	return doc;
}

/* As Okta prints it. */
static struct js *in_order(const struct js *doc)
{
	static const char *const members[] = {"id", "orn", "name", "label", "status", "lastUpdated",
		"created", "accessibility", "licensing", "visibility", "features", "signOnMode",
		"credentials", "universalLogout", "settings", "profile", APP_LOGO};
	struct js *to = js_new_map();

	for (size_t i = 0; i < LEN(members); i++) {
		if (js_get(doc, members[i]))
			js_set(to, members[i], js_copy(js_get(doc, members[i])));
	}
	return to;
}

struct js *app_fill(struct call *c, struct obj *a, const struct js *old)
{
	AUTO_PTR(js) doc = NULL;

	if (!body_ok(c, old))
		return NULL;
	doc = start_doc(c, a, old);
	js_make(doc, "settings.app");
	if ((!old && !fill_name(c, doc)) || !app_def_params(c, app_def_of_doc(doc), doc) ||
		!fill_mode(c, a, doc, old))
		return NULL;
	fill_def(c, doc, old);
	return in_order(doc);
}
