/*
 * The catalogue: the definitions of apps that the local tenant knows, as data. Okta's has thousands; these are
 * its templates, its own apps, and those that people manage by API most often.
 */
#include "providers/sandbox/apps.h"

#include "base/xalloc.h"

static const struct app_def defs[] = {
	{"bookmark", "BOOKMARK", "requestIntegration=false|url", "url", "login", LOGOUT_NONE,
		D_TEMPLATE},
	{"oidc_client", "OPENID_CONNECT", "", "", NULL, LOGOUT_REVOKE, D_TEMPLATE},
	{"template_swa", "BROWSER_PLUGIN",
		"buttonField|loginUrlRegex|url|passwordField|usernameField|redirectUrl|checkbox",
		"url|usernameField|passwordField|buttonField", "login", LOGOUT_NONE, D_TEMPLATE},
	{"template_swa3field", "BROWSER_PLUGIN",
		"buttonSelector|userNameSelector|passwordSelector|extraFieldSelector|extraFieldValue|targetURL|loginUrlRegex",
		"targetURL|userNameSelector|passwordSelector|buttonSelector|extraFieldSelector|extraFieldValue",
		"login", LOGOUT_NONE, D_TEMPLATE},
	{"template_sps", "SECURE_PASSWORD_STORE",
		"url|usernameField|passwordField|optionalField1|optionalField1Value|optionalField2|optionalField2Value|optionalField3|optionalField3Value",
		"url|usernameField|passwordField", "login", LOGOUT_NONE, D_TEMPLATE},
	{"template_basic_auth", "BASIC_AUTH", "url|authURL|loginUrlRegex", "url|authURL", "login",
		LOGOUT_NONE, D_TEMPLATE},
	{"template_wsfed", "WS_FEDERATION",
		"audienceRestriction|groupName|groupValueFormat|realm|wReplyURL|attributeStatements|nameIDFormat|authnContextClassRef|siteURL|usernameAttribute|groupFilter|wReplyOverride",
		"audienceRestriction|groupValueFormat|wReplyURL|nameIDFormat|authnContextClassRef|siteURL|usernameAttribute",
		"login", LOGOUT_NONE, D_TEMPLATE},

	{"saasure", "OPENID_CONNECT", "", "", "admin", LOGOUT_NONE, D_OKTA},
	{"okta_enduser", "OPENID_CONNECT", "", "", "", LOGOUT_NONE, D_OKTA},
	{"okta_browser_plugin", "OPENID_CONNECT", "", "", "", LOGOUT_NONE, D_OKTA},
	{"okta_account_settings", "OPENID_CONNECT", "", "", "", LOGOUT_NONE, D_OKTA},
	{"okta_access_requests_resource_catalog", "OPENID_CONNECT", "", "", "", LOGOUT_NONE,
		D_OKTA | D_EVERYONE},
	{"okta_iga_reviewer", "OPENID_CONNECT", "initiateLoginURI", "", "login", LOGOUT_NONE, 0},
	{"okta_iga_security_access_reviews", "OPENID_CONNECT", "initiateLoginURI", "", "login",
		LOGOUT_NONE, 0},

	{"amazon_aws", NULL,
		"appFilter=okta|groupFilter=aws_(?{{accountid}}\\d+)_(?{{role}}[a-zA-Z0-9+=,.@\\-_]+)|secretKey|webSSOAllowedClient|useGroupMapping=false|joinAllRoles=false|identityProviderArn|overrideAcsURL|sessionDuration=3600|roleValuePattern=arn:aws:iam::${accountid}:saml-provider/OKTA,arn:aws:iam::${accountid}:role/${role}|accountID|awsEnvironmentType=aws.amazon|accessKey|loginURL=https://console.aws.amazon.com/ec2/home|secretKeyEnc",
		"", "login", LOGOUT_NONE, 0},
	{"applauz", NULL, NULL, "", NULL, LOGOUT_NONE, 0},
	{"aws_console", NULL, NULL, "", "login", LOGOUT_NONE, 0},
	{"boxnet", NULL, "groupFilter|siteURL|pushGroupsWithSAML=false", "", "login", LOGOUT_OWN,
		D_PROVISION},
	{"deel", NULL, NULL, "", NULL, LOGOUT_NONE, 0},
	{"deelhr", NULL, "", "", NULL, LOGOUT_NONE, D_NO_MODE | D_PROVISION},
	{"docusign", NULL, "acsUrl|samlEmailAddress|audRestriction|instanceType=www", "", "login",
		LOGOUT_NONE, D_PROVISION},
	{"facebook_at_work", NULL,
		"facebookSubDomain|useWorkplaceDomain=false|facebookOrgId|communityId", "", "login",
		LOGOUT_NONE, D_PROVISION},
	{"google", NULL, "domain|rpId", "domain", "accounts|calendar|drive|keep|mail|sites",
		LOGOUT_OWN, D_SEATS | D_PROVISION},
	{"jeli", NULL, "oktaSubDomain", "", NULL, LOGOUT_NONE, 0},
	{"office365", NULL,
		"tenantType|wsFedConfigureType=AUTO|occSettings|windowsTransportEnabled=false|domain|msftTenant|domains=[]|requireAdminConsent=false",
		"domain|msftTenant",
		"calendar|mail|teams|sites|delve|sway|login|powerbi|people|excel|yammer|newsfeed|onedrive|word|planner|powerpoint|tasks|forms|crm",
		LOGOUT_SHARED, D_SEATS | D_PROVISION},
	{"okta_org2org", NULL, "acsUrl|audRestriction|baseUrl|idpId", "", "login", LOGOUT_NONE,
		D_PROVISION},
	{"pagerduty", NULL, "adminUserId|baseUrl|subdomain", "", "login", LOGOUT_NONE, 0},
	{"salesforce", NULL,
		"integrationType=STANDARD|siteURL|loginUrl|logoutUrl|instanceType=PRODUCTION|portalID|myDomain|orgID|customDomain",
		"", "mc", LOGOUT_OWN, D_SEATS | D_PROVISION},
	{"servicenow_ud", NULL, NULL, "", "login", LOGOUT_NONE, D_PROVISION},
	{"sharepoint_onpremise", NULL, "attributeStatements|groupFilter|siteURL", "siteURL",
		"login", LOGOUT_NONE, 0},
	{"slack", NULL, "domain|userEmailValue", "domain", "login", LOGOUT_OWN, D_PROVISION},
	{"strongdm", NULL, NULL, "", NULL, LOGOUT_NONE, 0},
	{"trendmicroapexoneservice", NULL, "baseURL", "baseURL", NULL, LOGOUT_NONE, 0},
	{"workday", NULL, NULL, "", "login", LOGOUT_NONE, D_PROVISION},
	{"zendesk", NULL, "authToken|companySubDomain|encryptedAuthToken", "", "login", LOGOUT_OWN,
		D_SEATS | D_PROVISION},
	{"zoomus", NULL, "subDomain|audience_uri|acs_url", "", "login", LOGOUT_OWN, D_PROVISION},
	{"zscalerbyz", NULL, "siteDomain", "", "login", LOGOUT_NONE, D_PROVISION},
};

const struct app_def *app_def_of(struct slice name)
{
	for (size_t i = 0; i < LEN(defs); i++) {
		if (slice_is(name, defs[i].name))
			return &defs[i];
	}
	return NULL;
}

const struct app_def *app_def_of_doc(const struct js *doc)
{
	static const struct app_def made = {.name = "", .required = ""};
	static const struct app_def made_saml = {
		.name = "", .required = "", .logout = LOGOUT_REVOKE};
	const struct app_def *d = app_def_of(js_str(js_get(doc, "name")));

	if (d)
		return d;
	return slice_is(js_str(js_get(doc, "signOnMode")), "SAML_2_0") ? &made_saml : &made;
}

/* A default as the table spells it. */
static struct js *param_default(struct slice text)
{
	long long n;

	if (!text.p)
		return js_new_null();
	if (slice_is(text, "[]"))
		return js_new_list();
	if (slice_is(text, "true") || slice_is(text, "false"))
		return js_new_bool(slice_is(text, "true"));
	return slice_int(text, 0, INT64_MAX, &n) ? js_new_int(n) : js_new_str(text);
}

/* The missing ones and "" read as the table says, the unknown ones are dropped. */
bool app_def_params(struct call *c, const struct app_def *d, struct js *doc)
{
	const struct js *app = js_make(doc, "settings.app");
	struct slice rest = slice_of(d->params ? d->params : ""), word, name;
	struct js *to;

	if (!d->params)
		return true;
	to = js_new_map();
	while (rest.n && slice_cut(&rest, '|', &word)) {
		AUTO_CHAR key = NULL;
		const struct js *v;
		bool empty;

		if (!slice_cut(&word, '=', &name))
			continue;
		key = xstrndup(name.p, name.n);
		v = js_get(app, key);
		empty = !v || js_type(v) == JS_NULL || (js_type(v) == JS_STR && !js_str(v).n);
		if (empty && slice_in(name, d->required) && !c->s->filling) {
			js_free(to);
			fail_field(c, key, "%s: The field cannot be left blank", key);
			return false;
		}
		js_set(to, key, empty ? param_default(word) : js_copy(v));
	}
	js_set(js_make(doc, "settings"), "app", to);
	return true;
}
