/*
 * The types of policies as a table, and what the server adds to the rules of each.
 */
#include "providers/sandbox/policies.h"

static const struct flat access_rule[] = {
	{"conditions.userType.include", 'l', NULL},
	{"conditions.userType.exclude", 'l', NULL},
	{"conditions.riskScore.level", 's', "ANY"},
	{"conditions.people.users.exclude", 'l', NULL},
	{"actions.appSignOn.access", 's', "ALLOW"},
	{"actions.appSignOn.keepMeSignedIn.postAuth", 's', "NOT_ALLOWED"},
	{"actions.appSignOn.verificationMethod.type", 's', "ASSURANCE"},
	{NULL, 0, NULL},
};
static const struct flat assurance[] = {
	{"actions.appSignOn.verificationMethod.factorMode", 's', "2FA"},
	{"actions.appSignOn.verificationMethod.reauthenticateIn", 's', "PT12H"},
	{NULL, 0, NULL},
};
static const struct flat sign_on_rule[] = {
	{"conditions.people.users.exclude", 'l', NULL},
	{"conditions.risk.behaviors", 'l', NULL},
	{"conditions.riskScore.level", 's', "ANY"},
	{"conditions.identityProvider.provider", 's', "ANY"},
	{"actions.signon.access", 's', "ALLOW"},
	{"actions.signon.requireFactor", 'b', "false"},
	{"actions.signon.primaryFactor", 's', "PASSWORD_IDP_ANY_FACTOR"},
	{"actions.signon.rememberDeviceByDefault", 'b', "false"},
	{"actions.signon.session.usePersistentCookie", 'b', "false"},
	{"actions.signon.session.maxSessionIdleMinutes", 'i', "120"},
	{"actions.signon.session.maxSessionLifetimeMinutes", 'i', "0"},
	{NULL, 0, NULL},
};
static const struct flat people_rule[] = {
	{"conditions.people.users.exclude", 'l', NULL},
	{NULL, 0, NULL},
};
static const struct flat idp_rule[] = {
	{"conditions.userIdentifier.patterns", 'l', NULL},
	{"conditions.app.include", 'l', NULL},
	{"conditions.app.exclude", 'l', NULL},
	{"actions.idp.providers", 'l', NULL},
	{NULL, 0, NULL},
};
static const struct flat profile_rule[] = {
	{"actions.profileEnrollment.allowedIdentifiers", 'l', NULL},
	{"actions.profileEnrollment.preRegistrationInlineHooks", 'n', NULL},
	{NULL, 0, NULL},
};
static const struct flat violation_rule[] = {
	{"conditions.network.connection", 's', "ANYWHERE"},
	{"actions.sessionViolationDetection.policyEvaluation.enabled", 'b', "false"},
	{NULL, 0, NULL},
};

static void drop_null(struct js *m, const char *key)
{
	if (js_type(js_get(m, key)) == JS_NULL)
		js_del(m, key);
}

static void fill_platform(struct js *conditions)
{
	struct js *platform = js_getm(conditions, "platform"), *include;

	if (!platform)
		return;
	if (js_type(platform) != JS_MAP || !js_len(platform)) {
		js_del(conditions, "platform");
		return;
	}
	js_default(platform, "exclude", js_new_list());
	include = js_getm(platform, "include");
	for (size_t i = 0; js_type(include) == JS_LIST && i < js_len(include); i++) {
		struct js *os = js_getm(js_atm(include, i), "os");

		if (js_type(os) == JS_MAP)
			drop_null(os, "expression");
	}
}

/* A constraint has these two parts; what else was put into it is lost, without a word. */
static void fill_constraints(struct js *method)
{
	static const char *const parts[] = {"knowledge", "possession"};
	const struct js *list = js_get(method, "constraints");
	struct js *to;

	if (js_type(list) != JS_LIST)
		return;
	to = js_new_list();
	for (size_t i = 0; i < js_len(list); i++) {
		struct js *one = js_new_map();

		for (size_t k = 0; k < LEN(parts); k++) {
			const struct js *part = js_get(js_at(list, i), parts[k]);

			if (js_type(part) != JS_MAP)
				continue;
			js_set(one, parts[k], js_copy(part));
			js_default(js_getm(one, parts[k]), "required", js_new_bool(true));
		}
		js_push(to, one);
	}
	js_set(method, "constraints", to);
}

static void fill_access(struct js *rule)
{
	struct js *method = js_make(rule, "actions.appSignOn.verificationMethod");

	fill_platform(js_make(rule, "conditions"));
	if (slice_is(js_str(js_get(method, "type")), "AUTH_METHOD_CHAIN")) {
		js_del(method, "factorMode");
		js_del(method, "inactivityPeriod");
		return;
	}
	if (!slice_is(js_str(js_get(method, "type")), "ASSURANCE"))
		return;
	flat_fill(rule, assurance);
	fill_constraints(method);
}

static void fill_idp(struct js *rule)
{
	struct js *idp = js_make(rule, "actions.idp"), *criteria;

	if (js_type(js_get(rule, "conditions")) == JS_MAP)
		fill_platform(js_getm(rule, "conditions"));
	if (js_type(js_get(idp, "shouldFallBackToOkta")) == JS_BOOL &&
		!js_bool(js_get(idp, "shouldFallBackToOkta")))
		js_del(idp, "shouldFallBackToOkta");
	criteria = js_getm(idp, "matchCriteria");
	for (size_t i = 0; js_type(criteria) == JS_LIST && i < js_len(criteria); i++) {
		struct js *one = js_atm(criteria, i);

		if (js_type(one) == JS_MAP)
			js_default(one, "propertyName", js_new_strz("name"));
	}
}

static void fill_profile(struct js *rule)
{
	struct js *profile = js_make(rule, "actions.profileEnrollment"), *ids;

	if (js_len(js_get(profile, "allowedIdentifiers")))
		return;
	ids = js_new_list();
	js_push(ids, js_new_strz("login"));
	js_set(profile, "allowedIdentifiers", ids);
}

/* Of the people only what says something stays, and the users left out. */
static void prune_people(struct js *rule)
{
	static const char *const whos[] = {"groups", "users"}, *const sides[] = {
								       "include", "exclude"};
	struct js *people = js_make(rule, "conditions.people");

	for (size_t w = 0; w < LEN(whos); w++) {
		struct js *who = js_getm(people, whos[w]);

		for (size_t i = 0; js_type(who) == JS_MAP && i < LEN(sides); i++) {
			const struct js *list = js_get(who, sides[i]);

			if (list && !js_len(list) && (w == 0 || i == 0))
				js_del(who, sides[i]);
		}
		if (who && !js_len(who))
			js_del(people, whos[w]);
	}
}

static void fill_post_auth(struct js *rule)
{
	struct js *list = js_getm(js_make(rule, "actions.postAuthSession"), "failureActions");

	prune_people(rule);
	for (size_t i = 0; js_type(list) == JS_LIST && i < js_len(list); i++) {
		struct js *one = js_atm(list, i);

		if (slice_is(js_str(js_get(one, "action")), "TERMINATE_SESSION"))
			js_default(one, "slo", js_new_null());
	}
}

static void fill_signals(struct js *rule)
{
	if (!js_len(js_get(rule, "conditions")))
		js_set(rule, "conditions", js_new_null());
}

/* Rules whose type takes no conditions. */
static void fill_bare(struct js *rule)
{
	js_set(rule, "conditions", js_new_null());
}

static const char access_catch_all[] =
	"{\"appSignOn\":{\"verificationMethod\":{\"factorMode\":\"2FA\",\"type\":\"ASSURANCE\",\"reauthenticateIn\":\"PT12H\",\"constraints\":[{\"possession\":{\"required\":true,\"deviceBound\":\"REQUIRED\"}}]}}}";
static const char profile_catch_all[] =
	"{\"profileEnrollment\":{\"access\":\"ALLOW\",\"profileAttributes\":[{\"name\":\"firstName\",\"label\":\"First name\",\"required\":true},{\"name\":\"lastName\",\"label\":\"Last name\",\"required\":true},{\"name\":\"email\",\"label\":\"Primary email\",\"required\":true}],\"targetGroupIds\":null,\"unknownUserAction\":\"REGISTER\",\"activationRequirements\":{\"emailVerification\":true},\"progressiveProfilingAction\":\"ENABLED\"}}";

const struct policy_info policy_infos[P_COUNT] = {
	[P_SIGN_ON] = {"OKTA_SIGN_ON", "SIGN_ON", "00p", "0pr", PT_CREATE | PT_RULES, sign_on_rule,
		NULL, NULL},
	[P_PASSWORD] = {"PASSWORD", "PASSWORD", "00p", "0pr", PT_CREATE | PT_RULES, people_rule,
		NULL, NULL},
	[P_MFA_ENROLL] = {"MFA_ENROLL", "MFA_ENROLL", "00p", "0pr", PT_CREATE | PT_RULES | PT_FIXED,
		people_rule, NULL, NULL},
	[P_IDP_DISCOVERY] = {"IDP_DISCOVERY", "IDP_DISCOVERY", "00p", "0pr", PT_RULES | PT_FIXED,
		idp_rule, fill_idp, NULL},
	[P_ACCESS] = {"ACCESS_POLICY", "ACCESS_POLICY", "rst", "rul",
		PT_SPARSE | PT_CREATE | PT_RULES, access_rule, fill_access, access_catch_all},
	[P_PROFILE_ENROLLMENT] = {"PROFILE_ENROLLMENT", "PROFILE_ENROLLMENT", "rst", "rul",
		PT_SPARSE | PT_CREATE, profile_rule, fill_profile, profile_catch_all},
	[P_POST_AUTH_SESSION] = {"POST_AUTH_SESSION", "POST_AUTH_SESSION", "rst", "rul", PT_SPARSE,
		people_rule, fill_post_auth, "{\"postAuthSession\":{\"failureActions\":[]}}"},
	[P_SESSION_VIOLATION] = {"SESSION_VIOLATION_DETECTION", "SESSION_VIOLATION_DETECTION",
		"rst", "rul", PT_SPARSE, violation_rule, NULL,
		"{\"sessionViolationDetection\":{\"policyEvaluation\":{\"enabled\":false}}}"},
	[P_ENTITY_RISK] = {"ENTITY_RISK", "ENTITY_RISK", "rst", "rul",
		PT_SPARSE | PT_RULES | PT_FIXED, people_rule, prune_people,
		"{\"entityRisk\":{\"actions\":[]}}"},
	[P_DEVICE_SIGNALS] = {"DEVICE_SIGNAL_COLLECTION", "DEVICE_SIGNAL_COLLECTION", "rst", "rul",
		PT_SPARSE | PT_CREATE | PT_RULES, NULL, fill_signals, NULL},
	[P_CLIENT_UPDATE] = {"CLIENT_UPDATE", "CLIENT_UPDATE", "rst", "rul", PT_SPARSE, NULL, NULL,
		"{\"updateControls\":{\"actions\":[]}}"},
	[P_CLAIM_SOURCING] = {"IDENTITY_CLAIM_SOURCING", "IDENTITY_CLAIM_SOURCING", "rst", "rul",
		PT_SPARSE, NULL, fill_bare,
		"{\"claimSourcing\":{\"redirectType\":\"IDP_DISCOVERY\"}}"},
};

int policy_type(struct slice name)
{
	for (int t = 0; t < P_COUNT; t++) {
		if (slice_is(name, policy_infos[t].name))
			return t;
	}
	return -1;
}

bool policy_type_elsewhere(struct slice name)
{
	return slice_in(
		name, "CONTINUOUS_ACCESS|ACCOUNT_LINK|OAUTH_AUTHORIZATION_POLICY|USER_LIFECYCLE");
}

void policy_fill_rule(const struct obj *policy, struct js *rule)
{
	const struct policy_info *t = &policy_infos[policy->sub];

	if (t->rule)
		flat_fill(rule, t->rule);
	if (t->fill)
		t->fill(rule);
}
