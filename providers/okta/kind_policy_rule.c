#include "providers/okta/okta.h"

static const struct field user_ref[] = {{"user", F_REF, .arg = "user", .doc = "a login"}};
static const struct field group_ref[] = {{"group", F_REF, .arg = "group", .doc = "a group"}};
static const struct field zone_ref[] = {{"zone", F_REF, .arg = "zone", .doc = "a zone"}};
static const struct field type_ref[] = {
	{"userType", F_REF, .arg = "userType", .doc = "a user type"}};
static const struct field word[] = {{"word", F_STR, .doc = "a word"}};
static const struct field anything[] = {
	{"element", F_ANY, .doc = "as Okta's documentation shows it"}};

static const struct field users[] = {
	{"include", F_SET, .sub = user_ref, .doc = "logins"},
	{"exclude", F_SET, .sub = user_ref, .doc = "logins"},
	{0},
};
static const struct field groups[] = {
	{"include", F_SET, .sub = group_ref, .doc = "names of groups"},
	{"exclude", F_SET, .sub = group_ref, .doc = "names of groups"},
	{0},
};
static const struct field people[] = {
	{"users", F_MAP, .sub = users, .doc = "which people"},
	{"groups", F_MAP, .sub = groups, .doc = "members of which groups"},
	{0},
};
static const struct field network[] = {
	{"connection", F_ENUM, .arg = "ANYWHERE|ZONE|ON_NETWORK|OFF_NETWORK", .dflt = "ANYWHERE",
		.doc = "from where"},
	{"include", F_SET, .sub = zone_ref, .doc = "names of zones"},
	{"exclude", F_SET, .sub = zone_ref, .doc = "names of zones"},
	{0},
};
static const struct field auth_context[] = {
	{"authType", F_ENUM, .arg = "ANY|RADIUS|LDAP_INTERFACE", .dflt = "ANY",
		.doc = "how people come"},
	{0},
};
static const struct field identity_provider[] = {
	{"provider", F_ENUM, .arg = "ANY|OKTA|SPECIFIC_IDP", .dflt = "ANY", .doc = "who vouches"},
	{"idpIds", F_SET, .sub = word, .doc = "ids of identity providers"},
	{0},
};
static const struct field risk[] = {
	{"behaviors", F_SET, .sub = word, .doc = "ids of behaviors"},
	{0},
};
static const struct field risk_score[] = {
	{"level", F_ENUM, .arg = "ANY|LOW|MEDIUM|HIGH", .dflt = "ANY",
		.doc = "risk of the sign-in"},
	{0},
};
static const struct field user_type[] = {
	{"include", F_SET, .sub = type_ref, .doc = "names of user types"},
	{"exclude", F_SET, .sub = type_ref, .doc = "names of user types"},
	{0},
};
static const struct field assurance[] = {
	{"include", F_SET, .sub = word, .doc = "ids of device assurance policies"},
	{0},
};
static const struct field device[] = {
	{"registered", F_BOOL, .doc = "the device is registered"},
	{"managed", F_BOOL, .doc = "the device is managed"},
	{"assurance", F_MAP, .sub = assurance, .doc = "the device is in order"},
	{0},
};
static const struct field os[] = {
	{"type", F_STR, .doc = "ANY, WINDOWS, MACOS (OSX in IDP_DISCOVERY), IOS, ANDROID, ..."},
	{"expression", F_STR, .doc = "when the type is OTHER"},
	{"version", F_ANY, .doc = "which versions"},
	{0},
};
static const struct field platform_rows[] = {
	{"type", F_ENUM, .arg = "ANY|DESKTOP|MOBILE|OTHER", .doc = "kind of device"},
	{"os", F_MAP, .sub = os, .doc = "operating system"},
	{0},
};
static const struct field platform_element[] = {{"platform", F_MAP, .sub = platform_rows}};
static const struct field platform[] = {
	{"include", F_SET, .sub = platform_element, .doc = "platforms"},
	{"exclude", F_SET, .sub = platform_element, .doc = "platforms"},
	{0},
};
static const struct field el[] = {
	{"condition", F_EXPR, .doc = "Okta Expression Language; ${group.NAME.id} is a group's id"},
	{0},
};
static const struct field app_rows[] = {
	{"type", F_ENUM, .arg = "APP|APP_TYPE",
		.doc = "one app, or all of a name of the catalogue"},
	{"app", F_REF, .arg = "app", .wire = "id", .doc = "label of the app"},
	{"name", F_STR, .doc = "name of the catalogue"},
	{0},
};
static const struct field app_element[] = {{"app", F_MAP, .sub = app_rows}};
static const struct field app[] = {
	{"include", F_SET, .sub = app_element, .doc = "apps"},
	{"exclude", F_SET, .sub = app_element, .doc = "apps"},
	{0},
};
static const struct field pattern_rows[] = {
	{"matchType", F_ENUM, .arg = "SUFFIX|EXPRESSION|EQUALS|STARTS_WITH|CONTAINS", .doc = "how"},
	{"value", F_STR, .doc = "what"},
	{0},
};
static const struct field pattern[] = {{"pattern", F_MAP, .sub = pattern_rows}};
static const struct field identifier[] = {
	{"type", F_ENUM, .arg = "IDENTIFIER|ATTRIBUTE", .doc = "the login, or an attribute"},
	{"attribute", F_STR, .doc = "name of the attribute"},
	{"patterns", F_SET, .sub = pattern, .doc = "any of these"},
	{0},
};

static const struct field conditions[] = {
	{"people", F_MAP, .sub = people, .doc = "which people"},
	{"network", F_MAP, F_WHOLE, .sub = network, .doc = "from where"},
	{"authContext", F_MAP, .sub = auth_context, .only = "OKTA_SIGN_ON",
		.doc = "how people come"},
	{"identityProvider", F_MAP, .sub = identity_provider, .only = "OKTA_SIGN_ON|PASSWORD",
		.doc = "who vouches"},
	{"risk", F_MAP, .sub = risk, .only = "OKTA_SIGN_ON", .doc = "unusual behavior"},
	{"riskScore", F_MAP, .sub = risk_score, .only = "OKTA_SIGN_ON|ACCESS_POLICY",
		.doc = "risk of the sign-in"},
	{"userType", F_MAP, .sub = user_type, .only = "ACCESS_POLICY", .doc = "types of users"},
	{"device", F_MAP, .sub = device, .only = "ACCESS_POLICY", .doc = "the device"},
	{"platform", F_MAP, .sub = platform, .only = "ACCESS_POLICY|IDP_DISCOVERY",
		.doc = "the platform"},
	{"elCondition", F_MAP, .sub = el, .only = "ACCESS_POLICY", .doc = "an expression"},
	{"app", F_MAP, .sub = app, .only = "IDP_DISCOVERY|MFA_ENROLL", .doc = "which apps"},
	{"userIdentifier", F_MAP, .sub = identifier, .only = "IDP_DISCOVERY",
		.doc = "what people typed"},
	{0},
};

static const struct field session[] = {
	{"maxSessionIdleMinutes", F_INT, .dflt = "120", .doc = "minutes without activity"},
	{"maxSessionLifetimeMinutes", F_INT, .dflt = "0", .doc = "minutes in all; 0: no limit"},
	{"usePersistentCookie", F_BOOL, .dflt = "false", .doc = "kept when the browser is closed"},
	{0},
};
static const struct field signon[] = {
	{"access", F_ENUM, F_REQUIRED, .arg = "ALLOW|DENY", .doc = "in or out"},
	{"requireFactor", F_BOOL, .dflt = "false", .doc = "ask for a factor"},
	{"factorPromptMode", F_ENUM, .arg = "ALWAYS|DEVICE|SESSION", .doc = "how often"},
	{"factorLifetime", F_INT, .doc = "minutes until it is asked for again"},
	{"rememberDeviceByDefault", F_BOOL, .dflt = "false", .doc = "the box is ticked"},
	{"primaryFactor", F_ENUM, .arg = "PASSWORD_IDP|PASSWORD_IDP_ANY_FACTOR",
		.dflt = "PASSWORD_IDP_ANY_FACTOR", .doc = "what comes first"},
	{"session", F_MAP, .sub = session, .doc = "how long a session lives"},
	{0},
};

static const struct field access[] = {
	{"access", F_ENUM, .arg = "ALLOW|DENY", .doc = "allowed or not"},
	{0},
};
static const struct field primary[] = {
	{"methods", F_SET, .sub = word, .doc = "push, sms, voice, email, otp"},
	{"methodConstraints", F_SET, .sub = anything, .doc = "which authenticators for otp"},
	{0},
};
static const struct field step_up[] = {
	{"required", F_BOOL, .doc = "a second proof"},
	{"methods", F_SET, .sub = word, .doc = "security_question"},
	{0},
};
static const struct field requirement[] = {
	{"accessControl", F_ENUM, .arg = "LEGACY|AUTH_POLICY", .doc = "who decides"},
	{"primary", F_MAP, .sub = primary, .doc = "the first proof"},
	{"stepUp", F_MAP, .sub = step_up, .doc = "a second proof"},
	{0},
};
static const struct field reset[] = {
	{"access", F_ENUM, .arg = "ALLOW|DENY", .doc = "allowed or not"},
	{"requirement", F_MAP, .sub = requirement, .doc = "what people must prove"},
	{0},
};

static const struct field enroll[] = {
	{"self", F_ENUM, .arg = "CHALLENGE|LOGIN|NEVER|NEVER_INCLUDING_RECOVERY",
		.doc = "when people enroll"},
	{0},
};

static const struct field provider_rows[] = {
	{"type", F_STR, F_REQUIRED, .doc = "OKTA, or the type of the identity provider"},
	{"id", F_STR, .doc = "id of the identity provider; none for OKTA"},
	{0},
};
static const struct field provider[] = {{"provider", F_MAP, .sub = provider_rows}};
static const struct field criterion_rows[] = {
	{"providerExpression", F_STR, .doc = "expression that names the provider"},
	{"propertyName", F_STR, .dflt = "name", .doc = "by which it is found"},
	{0},
};
static const struct field criterion[] = {{"criterion", F_MAP, .sub = criterion_rows}};
static const struct field idp[] = {
	{"idpSelectionType", F_ENUM, .arg = "SPECIFIC|DYNAMIC", .dflt = "SPECIFIC",
		.doc = "named, or found by expression"},
	{"providers", F_LIST, .sub = provider, .doc = "where people are sent"},
	{"matchCriteria", F_LIST, .sub = criterion, .doc = "how the provider is found"},
	{0},
};

static const struct field method[] = {
	{"type", F_ENUM, .arg = "ASSURANCE|AUTH_METHOD_CHAIN|ID_PROOFING", .dflt = "ASSURANCE",
		.doc = "how people prove who they are"},
	{"factorMode", F_ENUM, .arg = "1FA|2FA", .doc = "one factor or two"},
	{"reauthenticateIn", F_STR, .doc = "ISO 8601 duration, as PT12H"},
	{"inactivityPeriod", F_STR, .doc = "ISO 8601 duration"},
	{"constraints", F_LIST, .sub = anything, .doc = "any of these"},
	{"chains", F_LIST, .sub = anything, .doc = "steps in order"},
	{"id", F_STR, .doc = "of the proofing provider"},
	{0},
};
static const struct field keep[] = {
	{"postAuth", F_ENUM, .arg = "ALLOWED|NOT_ALLOWED", .dflt = "NOT_ALLOWED",
		.doc = "people may stay signed in"},
	{"postAuthPromptFrequency", F_STR, .doc = "ISO 8601 duration"},
	{0},
};
static const struct field app_sign_on[] = {
	{"access", F_ENUM, F_REQUIRED, .arg = "ALLOW|DENY", .doc = "in or out"},
	{"verificationMethod", F_MAP, .sub = method, .doc = "what people must prove"},
	{"keepMeSignedIn", F_MAP, .sub = keep, .doc = "stay signed in"},
	{0},
};

static const struct field requirements[] = {
	{"emailVerification", F_BOOL, .doc = "the address is verified first"},
	{0},
};
static const struct field attribute_rows[] = {
	{"name", F_STR, F_REQUIRED, .doc = "of the attribute"},
	{"label", F_STR, .doc = "as people see it"},
	{"required", F_BOOL, .doc = "must be filled in"},
	{0},
};
static const struct field attribute[] = {{"attribute", F_MAP, .sub = attribute_rows}};
static const struct field enrollment[] = {
	{"access", F_ENUM, .arg = "ALLOW|DENY", .doc = "cannot become DENY"},
	{"unknownUserAction", F_ENUM, .arg = "DENY|REGISTER",
		.doc = "for people that Okta does not know"},
	{"activationRequirements", F_MAP, .sub = requirements,
		.doc = "before an account is active"},
	{"allowedIdentifiers", F_SET, .sub = word, .doc = "what people may type, as login"},
	{"enrollAuthenticatorTypes", F_SET, .sub = word, .doc = "enrolled at once"},
	{"profileAttributes", F_LIST, .sub = attribute, .doc = "the form"},
	{"progressiveProfilingAction", F_ENUM, .arg = "ENABLED|DISABLED",
		.doc = "ask for more later"},
	{"targetGroupIds", F_SET, .sub = group_ref, .doc = "group of new people"},
	{0},
};

static const struct field actions[] = {
	{"signon", F_MAP, .sub = signon, .only = "OKTA_SIGN_ON", .doc = "signing in"},
	{"passwordChange", F_MAP, .sub = access, .only = "PASSWORD", .doc = "changing a password"},
	{"selfServicePasswordReset", F_MAP, .sub = reset, .only = "PASSWORD",
		.doc = "resetting it"},
	{"selfServiceUnlock", F_MAP, .sub = access, .only = "PASSWORD",
		.doc = "unlocking the account"},
	{"enroll", F_MAP, .sub = enroll, .only = "MFA_ENROLL", .doc = "enrolling authenticators"},
	{"idp", F_MAP, .sub = idp, .only = "IDP_DISCOVERY", .doc = "where people are sent"},
	{"appSignOn", F_MAP, .sub = app_sign_on, .only = "ACCESS_POLICY",
		.doc = "signing in to the app"},
	{"profileEnrollment", F_MAP, .sub = enrollment, .only = "PROFILE_ENROLLMENT",
		.doc = "registering"},
	{0},
};

static const struct field fields[] = {
	{"name", F_STR, .max = 50, .doc = "unique in the policy"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE", .doc = "whether the rule counts"},
	{"priority", F_INT, F_READ_ONLY, .doc = "the place in the list"},
	{"conditions", F_MAP, .sub = conditions, .doc = "when the rule matches"},
	{"actions", F_MAP, .sub = actions, .doc = "what happens then"},
	{0},
};

#define RULES "/api/v1/policies/{parent}/rules"

static const struct route routes[] = {
	{OP_READ, "GET", RULES "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_CREATE, "POST", RULES, "/api/v1", 0},
	{OP_UPDATE, "PUT", RULES "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", RULES "/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", RULES "/{id}/lifecycle/activate", "/api/v1", R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", RULES "/{id}/lifecycle/deactivate", "/api/v1", R_IDEMPOTENT},
	{OP_ORDER, "GET", RULES, "/api/v1", R_IDEMPOTENT},
	{0},
};

static const struct skeleton skeletons[] = {
	{"OKTA_SIGN_ON", "{\"type\":\"SIGN_ON\"}"},
	{"PASSWORD", "{\"type\":\"PASSWORD\"}"},
	{"MFA_ENROLL", "{\"type\":\"MFA_ENROLL\"}"},
	{"ACCESS_POLICY", "{\"type\":\"ACCESS_POLICY\"}"},
	{"IDP_DISCOVERY", "{\"type\":\"IDP_DISCOVERY\"}"},
	{"PROFILE_ENROLLMENT", "{\"type\":\"PROFILE_ENROLLMENT\"}"},
	{0},
};

/* Default rules: of MFA_ENROLL and IDP_DISCOVERY they are read-only, of the others the actions may change. */
static uint32_t classify(const struct js *live)
{
	if (!js_bool(js_get(live, "system")))
		return 0;
	return slice_in(js_str(js_get(live, "type")), "MFA_ENROLL|IDP_DISCOVERY")
		       ? LIVE_SYSTEM | LIVE_FIXED
		       : LIVE_SYSTEM;
}

/* Rules of these policies keep the numbers they are given, from 0, gaps included (recorded traffic). */
const struct kind kind_policy_rule = {
	.name = "policyRule",
	.doc = "A rule of a policy.",
	.fields = fields,
	.routes = routes,
	.parent = "policy",
	.lifecycle = &okta_on_off,
	.name_path = "name",
	.id_prefix = "0pr|rul",
	.sparse = "ACCESS_POLICY",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT | KIND_SERIAL,
	.skeletons = skeletons,
	.classify = classify,
};
