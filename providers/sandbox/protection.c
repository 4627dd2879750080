/*
 * What guards devices, sign-in pages and phones: posture checks, bot protection, telephony providers.
 */
#include "providers/sandbox/collection.h"

static bool fill_check(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	js_default(doc, "type", js_new_strz("CUSTOM"));
	if (!slice_in(js_str(js_get(doc, "platform")), "MACOS|WINDOWS")) {
		fail_field(c, "platform", "platform: must be MACOS or WINDOWS");
		return false;
	}
	if (!slice_in(js_str(js_get(doc, "mappingType")), "CHECKBOX|TEXTBOX")) {
		fail_field(c, "mappingType", "mappingType: must be CHECKBOX or TEXTBOX");
		return false;
	}
	return true;
}

/* Assurances name checks by the variable that they set. */
static bool leave_check(struct call *c, struct obj *o)
{
	AUTO_PTR(js) check = obj_doc(o);
	struct slice variable = js_str(js_get(check, "variableName"));

	for (uint32_t i = 0; i < c->s->of[K_DEVICE_ASSURANCE].n; i++) {
		AUTO_PTR(js) doc = obj_doc(store_at(c->s, c->s->of[K_DEVICE_ASSURANCE].v[i]));
		const struct js *list = js_path(doc, "devicePostureChecks.include");

		for (size_t k = 0; k < js_len(list); k++) {
			if (!slice_eq(js_str(js_get(js_at(list, k), "variableName")), variable))
				continue;
			fail(c, 409, "E0000001",
				"Device posture check is in use and can't be deleted.", NULL);
			return false;
		}
	}
	return true;
}

const struct collection posture_checks = {
	.path = "/api/v1/device-posture-checks",
	.kind = K_POSTURE_CHECK,
	.of = K_COUNT,
	.type = "DevicePostureCheck",
	.prefix = "dch",
	.members =
		"id name! description variableName!^ query! platform!^ type mappingType! remediationSettings createdDate@ createdBy& lastUpdate% lastUpdatedBy~",
	.key = "variableName",
	.event = "device.posture.check.*",
	.fill = fill_check,
	.leave = leave_check,
};

/* Okta's own checks: the local tenant knows none. */
static void list_builtin(struct call *c)
{
	reply_text(c, 200, SLICE("[]"));
}

/* --- bots --- */

static bool fill_bots(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const flows[] = {"SIGN_IN", "SSR", "SSPR"};
	const char *bad = NULL;

	(void)o;
	if (!old) {
		struct js *all = js_new_list();

		for (size_t i = 0; i < LEN(flows); i++)
			js_push(all, js_new_strz(flows[i]));
		js_default(doc, "level", js_new_strz("LOW"));
		js_default(doc, "mode", js_new_strz("LOG_ONLY"));
		js_default(doc, "supportedFlows", all);
	}
	if (!slice_in(js_str(js_get(doc, "level")), "ANY|HIGH|LOW|MEDIUM"))
		bad = "level";
	else if (!slice_in(js_str(js_get(doc, "mode")), "DISABLED|ENFORCED|LOG_ONLY"))
		bad = "mode";
	else if (slice_is(js_str(js_get(doc, "mode")), "ENFORCED") &&
		 !slice_is(js_str(js_get(doc, "enforcementType")), "OKTA_CHALLENGE"))
		bad = "enforcementType";
	else if (!js_len(js_get(doc, "supportedFlows")))
		bad = "supportedFlows";
	if (bad)
		fail_field(c, bad, "%s: The field cannot be left blank", bad);
	return !bad;
}

const struct collection bot_protection = {
	.path = "/api/v1/bot-protection/configuration",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "BotProtectionConfiguration",
	.prefix = "set",
	.members = "level mode enforcementType supportedFlows",
	.event = "security.bot_protection.configuration.*",
	.flags = C_ONE | C_POST_WHOLE | C_NO_PUT,
	.fill = fill_bots,
};

/* --- telephony --- */

extern const struct collection telephony_providers;

static struct obj *primary(const struct sandbox *s)
{
	for (uint32_t i = 0; i < s->of[K_TELEPHONY].n; i++) {
		struct obj *o = store_at(s, s->of[K_TELEPHONY].v[i]);

		if (o->priority)
			return o;
	}
	return NULL;
}

static bool fill_phone(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	if (!slice_in(js_str(js_get(doc, "providerName")), "TELESIGN|TWILIO")) {
		fail_field(c, "providerName", "providerName: must be TELESIGN or TWILIO");
		return false;
	}
	if (!slice_is(js_str(js_get(doc, "providerCapability")), "ALL")) {
		fail_field(c, "providerCapability", "providerCapability: must be ALL");
		return false;
	}
	if (!old && !primary(c->s))
		o->priority = 1;
	return true;
}

static void show_phone(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c;
	js_del(doc, "status");
	js_set(doc, "isPrimaryProvider", js_new_bool(o->priority && o->status == ST_ACTIVE));
	js_set(doc, "enabled", js_new_bool(o->status == ST_ACTIVE));
}

static bool turn_phone(struct call *c, struct obj *o, enum status to)
{
	(void)c;
	if (to != ST_ACTIVE)
		o->priority = 0;
	else
		o->priority = !primary(c->s);
	return true;
}

const struct collection telephony_providers = {
	.path = "/api/v1/telephony-providers",
	.kind = K_TELEPHONY,
	.of = K_COUNT,
	.type = "CustomTelephonyProvider",
	.prefix = "oct",
	.members =
		"id providerName!^ providerCapability! providerSid! providerAuthToken providerSettings!",
	.secrets = "providerAuthToken",
	.event = "system.telephony.provider.*",
	.flags = C_CREATED | C_NO_PUT | C_PATCH | C_LIFECYCLE | C_INACTIVE_FIRST | C_NO_LINKS,
	.fill = fill_phone,
	.turn = turn_phone,
	.show = show_phone,
};

static void set_primary(struct call *c)
{
	struct obj *o = collection_find(c, &telephony_providers, c->arg[0]), *was;

	if (!o)
		return;
	if (o->status != ST_ACTIVE) {
		fail_field(
			c, "enabled", "enabled: only an enabled provider can be the primary one");
		return;
	}
	was = primary(c->s);
	if (was)
		was->priority = 0;
	o->priority = 1;
	collection_reply(c, 200, &telephony_providers, o);
}

static void send_test(struct call *c)
{
	if (collection_find(c, &telephony_providers, c->arg[0]))
		fail(c, 501, "E0000052", "The local tenant calls nobody (Okta does).", NULL);
}

const struct route routes_protection[] = {
	{"GET", "/api/v1/device-posture-checks/default", list_builtin, 0, NULL},
	{"POST", "/api/v1/telephony-providers/{id}/setAsPrimary", set_primary, R_OPT_BODY,
		"system.telephony.provider.update"},
	{"POST", "/api/v1/telephony-providers/{id}/test", send_test, R_OPT_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
