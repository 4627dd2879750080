/*
 * What policies say beyond their rules: the settings of password policies, and which authenticators an enrollment
 * policy lets users have.
 */
#include "providers/sandbox/authenticators.h"
#include "providers/sandbox/policies.h"

static const struct flat password_settings[] = {
	{"settings.password.complexity.minLength", 'i', "8"},
	{"settings.password.complexity.minLowerCase", 'i', "1"},
	{"settings.password.complexity.minUpperCase", 'i', "1"},
	{"settings.password.complexity.minNumber", 'i', "1"},
	{"settings.password.complexity.minSymbol", 'i', "1"},
	{"settings.password.complexity.excludeUsername", 'b', "true"},
	{"settings.password.complexity.dictionary.common.exclude", 'b', "false"},
	{"settings.password.complexity.excludeAttributes", 'l', NULL},
	{"settings.password.age.maxAgeDays", 'i', "0"},
	{"settings.password.age.expireWarnDays", 'i', "0"},
	{"settings.password.age.minAgeMinutes", 'i', "0"},
	{"settings.password.age.historyCount", 'i', "0"},
	{"settings.password.lockout.maxAttempts", 'i', "10"},
	{"settings.password.lockout.autoUnlockMinutes", 'i', "0"},
	{"settings.password.lockout.userLockoutNotificationChannels", 'l', NULL},
	{"settings.password.lockout.showLockoutFailures", 'b', "false"},
	{"settings.password.breachedProtection.expireAfterDays", 'n', NULL},
	{"settings.password.breachedProtection.logoutEnabled", 'b', "false"},
	{"settings.password.breachedProtection.delegatedWorkflowId", 'n', NULL},
	{"settings.recovery.factors.recovery_question.status", 's', "INACTIVE"},
	{"settings.recovery.factors.recovery_question.properties.complexity.minLength", 'i', "4"},
	{"settings.recovery.factors.okta_email.status", 's', "ACTIVE"},
	{"settings.recovery.factors.okta_email.properties.recoveryToken.tokenLifetimeMinutes", 'i',
		"60"},
	{"settings.recovery.factors.okta_sms.status", 's', "INACTIVE"},
	{"settings.recovery.factors.okta_call.status", 's', "INACTIVE"},
	{"settings.delegation.options.skipUnlock", 'b', "false"},
	{NULL, 0, NULL},
};

static const struct flat mfa_settings[] = {
	{"settings.type", 's', "AUTHENTICATORS"},
	{NULL, 0, NULL},
};

/* Where one key can stand for several authenticators, their id tells them apart. */
static bool entry_names(const struct js *entry, const struct obj *a)
{
	const struct authenticator_key *k = authenticator_key_of(a);
	struct slice id = js_str(js_get(entry, "id"));

	return slice_is(js_str(js_get(entry, "key")), k->key) &&
	       (!(k->flags & AK_MANY) || slice_is(id, a->id));
}

static const struct js *entry_of(const struct js *list, const struct obj *a)
{
	for (size_t i = 0; i < js_len(list); i++) {
		if (entry_names(js_at(list, i), a))
			return js_at(list, i);
	}
	return NULL;
}

static bool refused(const struct js *entry)
{
	return slice_is(js_str(js_path(entry, "enroll.self")), "NOT_ALLOWED");
}

static struct js *new_entry(const struct obj *a, bool allowed)
{
	const struct authenticator_key *k = authenticator_key_of(a);
	struct js *one = js_new_map();

	js_set(one, "key", js_new_strz(k->key));
	if (k->flags & AK_MANY)
		js_set(one, "id", js_new_strz(a->id));
	js_set(js_make(one, "enroll"), "self", js_new_strz(allowed ? "OPTIONAL" : "NOT_ALLOWED"));
	return one;
}

/* Is this one off? */
static bool is_off(const struct sandbox *s, const struct js *entry)
{
	STORE_EACH(s, K_AUTHENTICATOR, a) {
		if (a->status != ST_ACTIVE && entry_names(entry, a))
			return true;
	}
	return false;
}

/*
 * What was sent, and every authenticator that is on beside it. Of the default policy the answer was written down when
 * the policy was: not allowed. What is new since then is optional there, so that switching it off again is refused,
 * as recorded; other policies allow nothing that was not sent.
 */
static struct js *list_authenticators(
	const struct sandbox *s, const struct obj *p, const struct js *had, bool optional)
{
	struct js *to = js_new_list();

	for (size_t i = 0; js_type(had) == JS_LIST && i < js_len(had); i++) {
		const struct js *entry = js_at(had, i);

		if (js_type(entry) == JS_MAP && !(p->system && refused(entry) && is_off(s, entry)))
			js_push(to, js_copy(entry));
	}
	STORE_EACH(s, K_AUTHENTICATOR, a) {
		if (a->status == ST_ACTIVE && !entry_of(had, a))
			js_push(to, new_entry(a, optional));
	}
	return to;
}

static bool lists_authenticators(const struct js *doc)
{
	return slice_is(js_str(js_path(doc, "settings.type")), "AUTHENTICATORS");
}

void policy_fill_settings(struct call *c, const struct obj *p, struct js *doc)
{
	struct js *settings;

	if (p->sub == P_PASSWORD) {
		flat_fill(doc, password_settings);
		if (js_type(js_get(doc, "conditions")) == JS_MAP)
			js_default(js_make(doc, "conditions.authProvider"), "provider",
				js_new_strz("OKTA"));
	}
	if (p->sub != P_MFA_ENROLL)
		return;
	flat_fill(doc, mfa_settings);
	settings = js_getm(doc, "settings");
	if (p->system && lists_authenticators(doc))
		js_set(settings, "authenticators",
			list_authenticators(c->s, p, js_get(settings, "authenticators"), false));
}

void policy_show_settings(const struct sandbox *s, const struct obj *p, struct js *doc)
{
	struct js *settings = js_getm(doc, "settings");

	if (p->sub != P_MFA_ENROLL || !lists_authenticators(doc))
		return;
	js_set(settings, "authenticators",
		list_authenticators(s, p, js_get(settings, "authenticators"), p->system));
}

void policy_enrolling(
	const struct sandbox *s, const struct obj *authenticator, struct buf *ret_names)
{
	STORE_EACH(s, K_POLICY, p) {
		AUTO_PTR(js) doc = p->sub == P_MFA_ENROLL ? obj_doc(p) : NULL;
		const struct js *entry;

		if (!doc || !lists_authenticators(doc))
			continue;
		entry = entry_of(js_path(doc, "settings.authenticators"), authenticator);
		if (entry ? refused(entry) : !p->system)
			continue;
		buf_adds(ret_names, ret_names->n ? ", " : "");
		buf_add_slice(ret_names, js_str(js_get(doc, "name")));
	}
}
