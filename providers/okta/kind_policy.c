#include "providers/okta/okta.h"

#define LEGACY "OKTA_SIGN_ON|PASSWORD|MFA_ENROLL"

static const struct field group_ref[] = {{"group", F_REF, .arg = "group", .doc = "a group"}};
static const struct field word[] = {{"word", F_STR, .doc = "a word"}};

static const struct field groups[] = {
	{"include", F_SET, .sub = group_ref, .doc = "names of groups"},
	{0},
};
static const struct field people[] = {
	{"groups", F_MAP, .sub = groups, .doc = "members of which groups"},
	{0},
};
static const struct field auth_provider[] = {
	{"provider", F_ENUM, .arg = "OKTA|ACTIVE_DIRECTORY|LDAP|ANY", .dflt = "OKTA",
		.doc = "where passwords are"},
	{0},
};
static const struct field conditions[] = {
	{"people", F_MAP, .sub = people, .doc = "whom the policy is about"},
	{"authProvider", F_MAP, .sub = auth_provider, .only = "PASSWORD",
		.doc = "where passwords are"},
	{0},
};

static const struct field common[] = {
	{"exclude", F_BOOL, .dflt = "false", .doc = "common passwords are refused"},
	{0},
};
static const struct field dictionary[] = {
	{"common", F_MAP, .sub = common, .doc = "common passwords"},
	{0},
};
static const struct field complexity[] = {
	{"minLength", F_INT, .dflt = "8", .doc = "characters"},
	{"minLowerCase", F_INT, .dflt = "1", .doc = "lower-case letters"},
	{"minUpperCase", F_INT, .dflt = "1", .doc = "upper-case letters"},
	{"minNumber", F_INT, .dflt = "1", .doc = "digits"},
	{"minSymbol", F_INT, .dflt = "1", .doc = "symbols"},
	{"excludeUsername", F_BOOL, .dflt = "true", .doc = "no part of the user name"},
	{"excludeAttributes", F_SET, .sub = word, .doc = "firstName, lastName"},
	{"dictionary", F_MAP, .sub = dictionary, .doc = "dictionaries"},
	{0},
};
static const struct field age[] = {
	{"maxAgeDays", F_INT, .dflt = "0", .doc = "days until a password expires; 0: never"},
	{"expireWarnDays", F_INT, .dflt = "0", .doc = "days of warning before"},
	{"minAgeMinutes", F_INT, .dflt = "0", .doc = "minutes before it may be changed again"},
	{"historyCount", F_INT, .dflt = "0", .doc = "earlier passwords that may not come back"},
	{0},
};
static const struct field lockout[] = {
	{"maxAttempts", F_INT, .dflt = "10", .doc = "failures before the account locks; 0: never"},
	{"autoUnlockMinutes", F_INT, .dflt = "0", .doc = "minutes until it unlocks; 0: never"},
	{"showLockoutFailures", F_BOOL, .dflt = "false", .doc = "people are told"},
	{"userLockoutNotificationChannels", F_SET, .sub = word, .doc = "EMAIL"},
	{0},
};
static const struct field password[] = {
	{"complexity", F_MAP, .sub = complexity, .doc = "what a password is made of"},
	{"age", F_MAP, .sub = age, .doc = "how long it lives"},
	{"lockout", F_MAP, .sub = lockout, .doc = "after wrong passwords"},
	{0},
};

static const struct field token[] = {
	{"tokenLifetimeMinutes", F_INT, .doc = "minutes that the message is good"},
	{0},
};
static const struct field email_properties[] = {
	{"recoveryToken", F_MAP, .sub = token, .doc = "the message"},
	{0},
};
static const struct field email[] = {
	{"status", F_ENUM, .arg = "ACTIVE|INACTIVE", .doc = "on or off"},
	{"properties", F_MAP, .sub = email_properties, .doc = "the message"},
	{0},
};
static const struct field on_off[] = {
	{"status", F_ENUM, .arg = "ACTIVE|INACTIVE", .doc = "on or off"},
	{0},
};
static const struct field question_complexity[] = {
	{"minLength", F_INT, .doc = "characters of an answer"},
	{0},
};
static const struct field question_properties[] = {
	{"complexity", F_MAP, .sub = question_complexity, .doc = "of an answer"},
	{0},
};
static const struct field question[] = {
	{"status", F_ENUM, .arg = "ACTIVE|INACTIVE", .doc = "on or off"},
	{"properties", F_MAP, .sub = question_properties, .doc = "of an answer"},
	{0},
};
static const struct field factors[] = {
	{"okta_email", F_MAP, .sub = email, .doc = "by mail"},
	{"okta_sms", F_MAP, .sub = on_off, .doc = "by text message"},
	{"okta_call", F_MAP, .sub = on_off, .doc = "by telephone"},
	{"recovery_question", F_MAP, .sub = question, .doc = "by question"},
	{0},
};
static const struct field recovery[] = {
	{"factors", F_MAP, .sub = factors, .doc = "ways back"},
	{0},
};
static const struct field options[] = {
	{"skipUnlock", F_BOOL, .dflt = "false", .doc = "unlocked in Okta only"},
	{0},
};
static const struct field delegation[] = {
	{"options", F_MAP, .sub = options, .doc = "delegated authentication"},
	{0},
};
static const struct field password_settings[] = {
	{"password", F_MAP, .sub = password, .doc = "passwords"},
	{"recovery", F_MAP, .sub = recovery, .doc = "ways back"},
	{"delegation", F_MAP, .sub = delegation, .doc = "delegated authentication"},
	{0},
};

static const struct field enroll[] = {
	{"self", F_ENUM, F_REQUIRED, .arg = "NOT_ALLOWED|OPTIONAL|REQUIRED", .dflt = "NOT_ALLOWED",
		.doc = "whether people enroll"},
	{0},
};
static const struct field authenticator_rows[] = {
	{"key", F_STR, F_REQUIRED, .doc = "okta_password, okta_verify, webauthn, ..."},
	{"enroll", F_MAP, F_REQUIRED, .sub = enroll, .doc = "whether people enroll"},
	{0},
};
static const struct field authenticator[] = {{"authenticator", F_MAP, .sub = authenticator_rows}};

/* Okta lists every authenticator of the org: those that a manifest leaves out are NOT_ALLOWED. */
static const struct field mfa_settings[] = {
	{"type", F_ENUM, .arg = "AUTHENTICATORS|FACTORS", .dflt = "AUTHENTICATORS",
		.doc = "FACTORS in a Classic org"},
	{"authenticators", F_SET, .arg = "key", .sub = authenticator,
		.dflt = "enroll.self=NOT_ALLOWED", .doc = "authenticators; others are not allowed"},
	{"factors", F_MAP, F_OPEN, .doc = "in a Classic org"},
	{0},
};

static const struct field fields[] = {
	{"type", F_ENUM, F_REQUIRED | F_CREATE_ONLY,
		.arg = "OKTA_SIGN_ON|PASSWORD|MFA_ENROLL|ACCESS_POLICY|IDP_DISCOVERY|PROFILE_ENROLLMENT",
		.doc = "what the policy decides"},
	{"name", F_STR, .doc = "the key, when it is not given"},
	{"description", F_STR, .doc = "what the policy is for"},
	{"status", F_STATUS, .arg = "ACTIVE|INACTIVE", .doc = "whether the policy counts"},
	{"priority", F_ORDER, .min = 1, .max = 100000, .only = LEGACY,
		.doc = "place among the policies of its type"},
	{"conditions", F_MAP, .sub = conditions, .only = LEGACY, .doc = "whom the policy is about"},
	{"settings", F_MAP, .sub = password_settings, .only = "PASSWORD",
		.doc = "passwords and recovery"},
	{"settings", F_MAP, .sub = mfa_settings, .only = "MFA_ENROLL", .doc = "authenticators"},
	{0},
};

static const struct route routes[] = {
	{OP_READ, "GET", "/api/v1/policies/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_CREATE, "POST", "/api/v1/policies", "/api/v1", 0},
	{OP_UPDATE, "PUT", "/api/v1/policies/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_DELETE, "DELETE", "/api/v1/policies/{id}", "/api/v1", R_IDEMPOTENT},
	{OP_ACTIVATE, "POST", "/api/v1/policies/{id}/lifecycle/activate", "/api/v1", R_IDEMPOTENT},
	{OP_DEACTIVATE, "POST", "/api/v1/policies/{id}/lifecycle/deactivate", "/api/v1",
		R_IDEMPOTENT},
	{OP_ORDER, "GET", "/api/v1/policies?type={disc}", "/api/v1", R_IDEMPOTENT},
	{0},
};

/* type is mandatory: there is no list of all. */
static const struct listing lists[] = {
	{"/api/v1/policies?type=OKTA_SIGN_ON", "/api/v1", "OKTA_SIGN_ON"},
	{"/api/v1/policies?type=PASSWORD", "/api/v1", "PASSWORD"},
	{"/api/v1/policies?type=MFA_ENROLL", "/api/v1", "MFA_ENROLL"},
	{"/api/v1/policies?type=ACCESS_POLICY", "/api/v1", "ACCESS_POLICY"},
	{"/api/v1/policies?type=IDP_DISCOVERY", "/api/v1", "IDP_DISCOVERY"},
	{"/api/v1/policies?type=PROFILE_ENROLLMENT", "/api/v1", "PROFILE_ENROLLMENT"},
	{0},
};

static const struct child child = {
	.path = "rules",
	.system_path = "defaultRule",
	.kind = "policyRule",
	.list = {"/api/v1/policies/{id}/rules", "/api/v1", NULL},
	.born_with = "ACCESS_POLICY|PROFILE_ENROLLMENT",
	.no_new = "PROFILE_ENROLLMENT",
};

/*
 * system:true marks the defaults; the Account Management policy is system:false, but has no link to
 * deactivate it (recorded orgs). Its rules may be edited, itself not.
 */
static uint32_t classify(const struct js *live)
{
	if (js_bool(js_get(live, "system")))
		return LIVE_SYSTEM;
	if (slice_is(
		    js_str(js_path(live, "_embedded.resourceType")), "END_USER_ACCOUNT_MANAGEMENT"))
		return LIVE_SYSTEM | LIVE_FIXED;
	return 0;
}

const struct kind kind_policy = {
	.name = "policy",
	.plural = "policies",
	.doc = "A policy of one type, with its rules in order of priority.",
	.fields = fields,
	.routes = routes,
	.lists = lists,
	.child = &child,
	.lifecycle = &okta_on_off,
	.name_path = "name",
	.id_prefix = "00p|rst",
	.discriminator = "type",
	.ordered = LEGACY,
	.no_new = "IDP_DISCOVERY",
	.removal = REMOVAL_DELETE,
	.flags = KIND_PUT | KIND_SERIAL | KIND_DISC_NAMES,
	.classify = classify,
};
