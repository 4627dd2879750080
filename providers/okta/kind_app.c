#include "providers/okta/okta.h"

#define MODES                                                                                      \
	"BOOKMARK|OPENID_CONNECT|SAML_2_0|AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH"
#define PASSWORD_MODES "AUTO_LOGIN|BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH"

static const struct field uri[] = {{"uri", F_STR, .doc = "a URI"}};
static const struct field word[] = {{"word", F_STR, .doc = "a word"}};

static const struct field accessibility[] = {
	{"selfService", F_BOOL, .dflt = "false", .doc = "people may ask for the app themselves"},
	{"errorRedirectUrl", F_STR, .doc = "page for errors"},
	{"loginRedirectUrl", F_STR, .doc = "page for signing in"},
	{0},
};

static const struct field hide[] = {
	{"iOS", F_BOOL, .dflt = "false", .doc = "on phones"},
	{"web", F_BOOL, .dflt = "false", .doc = "in browsers"},
	{0},
};

static const struct field visibility[] = {
	{"autoLaunch", F_BOOL, .dflt = "false", .doc = "opened when people sign in"},
	{"autoSubmitToolbar", F_BOOL, .dflt = "false", .doc = "signed in by the browser plugin"},
	{"hide", F_MAP, .sub = hide, .doc = "not shown"},
	{0},
};

static const struct field template[] = {
	{"template", F_STR, .dflt = "${source.login}", .doc = "user name in the app"},
	{"type", F_ENUM, .arg = "NONE|BUILT_IN|CUSTOM", .dflt = "BUILT_IN",
		.doc = "kind of template"},
	{"suffix", F_STR, .doc = "appended"},
	{"pushStatus", F_STR, F_NOT_EXPORTED, .doc = "PUSH or DONT_PUSH"},
	{0},
};

static const struct field password[] = {
	{"value", F_SECRET, F_WRITE_ONLY, .doc = "the shared password"},
	{0},
};

static const struct field client[] = {
	{"client_id", F_STR, F_CREATE_ONLY | F_NOT_EXPORTED, .doc = "the app's id, unless chosen"},
	{"client_secret", F_SECRET, F_WRITE_ONLY, .doc = "made by Okta, unless given"},
	{"token_endpoint_auth_method", F_ENUM,
		.arg = "client_secret_basic|client_secret_post|client_secret_jwt|private_key_jwt|none",
		.dflt = "client_secret_basic", .doc = "how the client proves itself"},
	{"pkce_required", F_BOOL, .doc = "proof key for code exchange"},
	{"autoKeyRotation", F_BOOL, .dflt = "true", .doc = "signing keys are rotated"},
	{0},
};

static const struct field credentials[] = {
	{"scheme", F_ENUM, .only = PASSWORD_MODES,
		.arg = "EDIT_USERNAME_AND_PASSWORD|ADMIN_SETS_CREDENTIALS|EDIT_PASSWORD_ONLY|"
		       "EXTERNAL_PASSWORD_SYNC|SHARED_USERNAME_AND_PASSWORD",
		.dflt = "EDIT_USERNAME_AND_PASSWORD", .doc = "who sets user name and password"},
	{"userNameTemplate", F_MAP, .sub = template, .doc = "user name in the app"},
	{"userName", F_STR, .only = PASSWORD_MODES, .doc = "the shared user name"},
	{"password", F_MAP, F_WRITE_ONLY, .sub = password, .only = PASSWORD_MODES,
		.doc = "the shared password"},
	{"revealPassword", F_BOOL, .only = PASSWORD_MODES, .dflt = "false",
		.doc = "people may see it"},
	{"oauthClient", F_MAP, .sub = client, .only = "OPENID_CONNECT", .doc = "the client"},
	{0},
};

static const struct field bookmark[] = {
	{"url", F_STR, F_REQUIRED, .doc = "where the bookmark leads"},
	{"requestIntegration", F_BOOL, .dflt = "false", .doc = "ask Okta to integrate the app"},
	{0},
};

static const struct field notes[] = {
	{"admin", F_STR, .doc = "for administrators"},
	{"enduser", F_STR, .doc = "for people"},
	{0},
};

static const struct field acs_rows[] = {
	{"url", F_STR, F_REQUIRED, .doc = "the endpoint"},
	{"index", F_INT, .doc = "its number"},
	{0},
};
static const struct field acs[] = {{"endpoint", F_MAP, .sub = acs_rows}};

static const struct field statement_rows[] = {
	{"type", F_ENUM, .arg = "EXPRESSION|GROUP", .dflt = "EXPRESSION",
		.doc = "where values come from"},
	{"name", F_STR, F_REQUIRED, .doc = "of the attribute"},
	{"namespace", F_STR, .doc = "of the name"},
	{"values", F_LIST, .sub = word, .doc = "expressions"},
	{"filterType", F_ENUM, .arg = "STARTS_WITH|EQUALS|CONTAINS|REGEX", .doc = "of group names"},
	{"filterValue", F_STR, .doc = "of group names"},
	{0},
};
static const struct field statement[] = {{"statement", F_MAP, .sub = statement_rows}};

static const struct field slo[] = {
	{"enabled", F_BOOL, .dflt = "false", .doc = "single logout"},
	{"issuer", F_STR, .doc = "of logout requests"},
	{"logoutUrl", F_STR, .doc = "where they go"},
	{0},
};

static const struct field saml[] = {
	{"ssoAcsUrl", F_STR, .doc = "assertion consumer service"},
	{"recipient", F_STR, .doc = "recipient in the assertion"},
	{"destination", F_STR, .doc = "destination of the response"},
	{"audience", F_STR, .doc = "audience of the assertion"},
	{"idpIssuer", F_STR, .dflt = "http://www.okta.com/${org.externalKey}", .doc = "issuer"},
	{"spIssuer", F_STR, F_NOT_EXPORTED, .doc = "of the service provider"},
	{"subjectNameIdTemplate", F_STR, .doc = "who the assertion is about"},
	{"subjectNameIdFormat", F_STR, .doc = "and in which format"},
	{"responseSigned", F_BOOL, .doc = "the response is signed"},
	{"assertionSigned", F_BOOL, .doc = "the assertion is signed"},
	{"signatureAlgorithm", F_ENUM, .arg = "RSA_SHA1|RSA_SHA256", .doc = "signature"},
	{"digestAlgorithm", F_ENUM, .arg = "SHA1|SHA256", .doc = "digest"},
	{"honorForceAuthn", F_BOOL, .doc = "sign in again when asked"},
	{"authnContextClassRef", F_STR, .doc = "authentication context"},
	{"requestCompressed", F_BOOL, .dflt = "false", .doc = "requests are compressed"},
	{"samlSignedRequestEnabled", F_BOOL, .dflt = "false", .doc = "requests are signed"},
	{"allowMultipleAcsEndpoints", F_BOOL, .dflt = "false", .doc = "more than one endpoint"},
	{"acsEndpoints", F_LIST, .sub = acs, .doc = "the endpoints"},
	{"attributeStatements", F_SET, .arg = "name", .sub = statement,
		.doc = "attributes, each name once"},
	{"slo", F_MAP, .sub = slo, .doc = "single logout"},
	{"defaultRelayState", F_STR, .doc = "where people land"},
	{"samlAssertionLifetimeSeconds", F_INT, .doc = "how long an assertion is good, in seconds"},
	{"ssoAcsUrlOverride", F_STR, .doc = "of a catalogue app"},
	{"recipientOverride", F_STR, .doc = "of a catalogue app"},
	{"destinationOverride", F_STR, .doc = "of a catalogue app"},
	{"audienceOverride", F_STR, .doc = "of a catalogue app"},
	{0},
};

static const struct field auto_login[] = {
	{"loginUrl", F_STR, .doc = "the page to sign in on"},
	{"redirectUrl", F_STR, .doc = "and where it leads"},
	{0},
};

static const struct field initiated[] = {
	{"mode", F_ENUM, .arg = "DISABLED|SPEC|OKTA", .dflt = "DISABLED",
		.doc = "who may start a sign-in"},
	{"default_scope", F_LIST, .sub = word, .doc = "scopes then"},
	{0},
};

static const struct field refresh[] = {
	{"rotation_type", F_ENUM, .arg = "ROTATE|STATIC", .doc = "whether refresh tokens change"},
	{"leeway", F_INT, .min = 0, .max = 60, .doc = "seconds during which the old one works"},
	{0},
};

static const struct field zone_ref[] = {{"zone", F_REF, .arg = "zone", .doc = "a zone"}};

static const struct field network[] = {
	{"connection", F_ENUM, .arg = "ANYWHERE|ZONE", .dflt = "ANYWHERE", .doc = "from where"},
	{"include", F_SET, .sub = zone_ref, .doc = "zones that may"},
	{"exclude", F_SET, .sub = zone_ref, .doc = "zones that may not"},
	{0},
};

static const struct field oauth[] = {
	{"application_type", F_ENUM, .arg = "web|browser|native|service",
		.doc = "what the client is"},
	{"client_uri", F_STR, .doc = "page about the client"},
	{"logo_uri", F_STR, .doc = "its logo"},
	{"policy_uri", F_STR, .doc = "its policy"},
	{"tos_uri", F_STR, .doc = "its terms"},
	{"redirect_uris", F_LIST, .sub = uri,
		.doc = "where codes and tokens may go; the order matters"},
	{"post_logout_redirect_uris", F_LIST, .sub = uri,
		.doc = "where people land after signing out"},
	{"response_types", F_LIST, .sub = word, .doc = "code, token, id_token"},
	{"grant_types", F_LIST, .sub = word, .doc = "authorization_code, client_credentials, ..."},
	{"initiate_login_uri", F_STR, .doc = "where a sign-in starts"},
	{"consent_method", F_ENUM, .arg = "TRUSTED|REQUIRED", .dflt = "TRUSTED",
		.doc = "whether people are asked"},
	{"issuer_mode", F_ENUM, .arg = "ORG_URL|CUSTOM_URL|DYNAMIC", .doc = "issuer of tokens"},
	{"idp_initiated_login", F_MAP, .sub = initiated, .doc = "sign-in from Okta's dashboard"},
	{"wildcard_redirect", F_ENUM, .arg = "DISABLED|SUBDOMAIN", .dflt = "DISABLED",
		.doc = "wildcards in redirect URIs"},
	{"refresh_token", F_MAP, .sub = refresh, .doc = "refresh tokens"},
	{"network", F_MAP, F_WHOLE, .sub = network, .doc = "from where the client may be used"},
	{"participate_slo", F_BOOL, .dflt = "false", .doc = "single logout"},
	{"frontchannel_logout_uri", F_STR, .doc = "told of a logout"},
	{"frontchannel_logout_session_required", F_BOOL, .dflt = "false",
		.doc = "told which session"},
	{"dpop_bound_access_tokens", F_BOOL, .dflt = "false", .doc = "tokens are bound to a key"},
	{"jwks_uri", F_STR, .doc = "the client's keys"},
	{0},
};

static const struct field settings[] = {
	{"app", F_MAP, .sub = bookmark, .only = "BOOKMARK", .doc = "the bookmark"},
	{"app", F_MAP, F_OPEN,
		.only = "BROWSER_PLUGIN|SECURE_PASSWORD_STORE|BASIC_AUTH|SAML_2_0|AUTO_LOGIN",
		.doc = "parameters of the app's template"},
	{"notes", F_MAP, .sub = notes, .doc = "notes"},
	{"implicitAssignment", F_BOOL, .dflt = "false", .doc = "everybody has the app"},
	{"signOn", F_MAP, .sub = saml, .only = "SAML_2_0", .doc = "SAML"},
	{"signOn", F_MAP, .sub = auto_login, .only = "AUTO_LOGIN", .doc = "the sign-in page"},
	{"oauthClient", F_MAP, .sub = oauth, .only = "OPENID_CONNECT", .doc = "OpenID Connect"},
	{0},
};

static const struct field fields[] = {
	{"signOnMode", F_ENUM, F_REQUIRED | F_CREATE_ONLY, .arg = MODES,
		.doc = "how people sign in"},
	{"label", F_STR, .doc = "the name that people see; the key, when it is not given"},
	{"name", F_STR, F_CREATE_ONLY, .only = "BROWSER_PLUGIN",
		.doc = "template_swa, template_swa3field, or a name of Okta's catalogue"},
	{"name", F_STR, F_CREATE_ONLY | F_NOT_EXPORTED,
		.only = "BOOKMARK|OPENID_CONNECT|SAML_2_0|SECURE_PASSWORD_STORE|BASIC_AUTH",
		.doc = "a name of Okta's catalogue; left out, it is a custom app"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE",
		.doc = "deactivating takes the app from everybody who has it through a group"},
	{"accessibility", F_MAP, .sub = accessibility, .doc = "how the app is reached"},
	{"visibility", F_MAP, .sub = visibility, .doc = "where it is shown"},
	{"credentials", F_MAP, .sub = credentials, .doc = "user names, passwords, the client"},
	{"settings", F_MAP, .sub = settings, .doc = "what depends on how people sign in"},
	{"profile", F_MAP, F_OPEN, .only = "OPENID_CONNECT", .doc = "free-form"},
	{"accessPolicy", F_REF, F_LINK, .arg = "policy", .ref_disc = "ACCESS_POLICY",
		.wire = "_links.accessPolicy.href", .doc = "name of the authentication policy"},
	{"profileEnrollment", F_REF, F_LINK, .arg = "policy", .ref_disc = "PROFILE_ENROLLMENT",
		.wire = "_links.profileEnrollment.href", .doc = "name of the enrollment policy"},
	{0},
};

static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/apps/{id}", "/api/v1/apps/{id}", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/apps?activate=true", "/api/v1/apps", 0},
	{OP_UPDATE, "PUT", "/api/v1/apps/{id}", "/api/v1/apps/{id}", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", "/api/v1/apps/{id}", "/api/v1/apps/{id}", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", "/api/v1/apps/{id}/lifecycle/activate", "/api/v1/apps", R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", "/api/v1/apps/{id}/lifecycle/deactivate", "/api/v1/apps",
		R_IDEMPOTENT},
	{OP_LINK, "PUT", "/api/v1/apps/{id}/policies/{value}", "/api/v1/apps", R_IDEMPOTENT},
	{0},
};

static const struct listing lists[] = {
	{"/api/v1/apps?limit=200", "/api/v1/apps", NULL},
	{0},
};

static const struct field user_credentials[] = {
	{"userName", F_STR, .doc = "in the app"},
	{"password", F_MAP, F_WRITE_ONLY, .sub = password, .doc = "in the app"},
	{0},
};

static const struct field user_attrs[] = {
	{"credentials", F_MAP, .sub = user_credentials, .doc = "in the app"},
	{"profile", F_MAP, F_OPEN, .doc = "attributes in the app"},
	{0},
};

static const struct field group_attrs[] = {
	{"priority", F_INT, .min = 0, .max = 100000,
		.doc = "of two groups the lower number decides"},
	{"profile", F_MAP, F_OPEN, .doc = "attributes in the app"},
	{0},
};

static const struct route user_routes[] = {
	{OP_ADD, "POST", "/api/v1/apps/{from}/users", "/api/v1/apps", 0},
	{OP_CHANGE, "POST", "/api/v1/apps/{from}/users/{to}", "/api/v1/apps", R_IDEMPOTENT},
	{OP_REMOVE, "DELETE", "/api/v1/apps/{from}/users/{to}", "/api/v1/apps", R_IDEMPOTENT},
	{0},
};

static const struct route group_routes[] = {
	{OP_ADD, "PUT", "/api/v1/apps/{from}/groups/{to}", "/api/v1/apps", R_IDEMPOTENT},
	{OP_CHANGE, "PUT", "/api/v1/apps/{from}/groups/{to}", "/api/v1/apps", R_IDEMPOTENT},
	{OP_REMOVE, "DELETE", "/api/v1/apps/{from}/groups/{to}", "/api/v1/apps", R_IDEMPOTENT},
	{0},
};

static const struct link links[] = {
	{
		.path = "assignments.groups",
		.noun = "group",
		.to = "group",
		.to_field = "group",
		.id_path = "id",
		.attrs = group_attrs,
		.routes = group_routes,
		.list = {"/api/v1/apps/{id}/groups?limit=200", "/api/v1/apps", NULL},
		.serial = true,
		.doc = "groups that have the app: names, or {group, priority, profile}",
	},
	{
		.path = "assignments.users",
		.noun = "user",
		.to = "user",
		.to_field = "user",
		.id_path = "id",
		.body_id = "id",
		.awake = true,
		.only_path = "scope",
		.only_value = "USER",
		.attrs = user_attrs,
		.routes = user_routes,
		.list = {"/api/v1/apps/{id}/users?limit=500", "/api/v1/apps", NULL},
		.doc = "users that have the app themselves: logins, or {user, credentials, profile}",
	},
	{0},
};

static const struct skeleton skeletons[] = {
	{"BOOKMARK", "{\"name\":\"bookmark\"}"},
	{"OPENID_CONNECT", "{\"name\":\"oidc_client\"}"},
	{"BROWSER_PLUGIN", "{\"name\":\"template_swa\"}"},
	{"SECURE_PASSWORD_STORE", "{\"name\":\"template_sps\"}"},
	{"BASIC_AUTH", "{\"name\":\"template_basic_auth\"}"},
	{0},
};

/* Okta's own apps have no flag: their names tell (recorded orgs). Directories have no signOnMode. */
static uint32_t classify(const struct js *live)
{
	if (slice_in(js_str(js_get(live, "name")),
		    "saasure|okta_enduser|okta_browser_plugin|okta_account_settings|flow|okta_flow_sso|"
		    "okta_iga_reviewer|okta_iga|ldap_interface|partner_portal|okta_atspoke_sso|"
		    "okta_access_requests_resource_catalog|okta_access_requests_admin|"
		    "okta_entitlement_management|okta_iga_security_access_reviews"))
		return LIVE_SYSTEM | LIVE_FIXED;
	return js_type(js_get(live, "signOnMode")) == JS_STR ? 0 : LIVE_SKIP;
}

const struct kind kind_app = {
	.name = "app",
	.plural = "apps",
	.doc = "An application, known by label, and who has it. existing: true says that people made it by "
	       "hand: it is never created and never deleted.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.links = links,
	.lifecycle = &okta_on_off,
	.name_path = "label",
	.id_prefix = "0oa",
	.discriminator = "signOnMode",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT | KIND_DELETE_INACTIVE | KIND_EXISTING | KIND_DISC_NAMES,
	.skeletons = skeletons,
	.classify = classify,
};
