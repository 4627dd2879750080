/*
 * What guards the org beside its policies: trusted origins, behaviors.
 */
#include "providers/sandbox/collection.h"

#include <stdio.h>

static bool fill_origin(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	if (slice_starts(js_str(js_get(doc, "origin")), "http") &&
		js_type(js_get(doc, "scopes")) == JS_LIST && js_len(js_get(doc, "scopes")))
		return true;
	fail_field(c, "origin", "origin: an origin and its scopes are needed");
	return false;
}

/* Of the 2025 recordings: CORS, REDIRECT and IFRAME_EMBED scopes come back as they were sent. */
const struct collection trusted_origins = {
	.path = "/api/v1/trustedOrigins",
	.kind = K_ORIGIN,
	.of = K_COUNT,
	.type = "TrustedOrigin",
	.prefix = "tos",
	.members =
		"id name! origin! scopes! status created@ createdBy& lastUpdated% lastUpdatedBy~",
	.key = "name",
	.event = "security.trusted_origin.*",
	.limit = 20,
	.max = 200,
	.keep = "filter|q",
	.filter = "id|name|origin|status",
	.flags = C_LIFECYCLE,
	.fill = fill_origin,
};

/* Counts are printed as they were sent, measures with a fraction: 20 becomes 20.0. */
static bool fill_behavior(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const measures[] = {"radiusKilometers", "velocityKph"};
	struct js *settings = js_getm(doc, "settings");

	(void)o, (void)old;
	if (!slice_in(js_str(js_get(doc, "type")),
		    "ANOMALOUS_LOCATION|ANOMALOUS_IP|ANOMALOUS_DEVICE|VELOCITY|ANOMALOUS_ASN")) {
		fail_field(c, "type", "type: The field is not a known type");
		return false;
	}
	for (size_t i = 0; i < LEN(measures); i++) {
		const struct js *v = js_get(settings, measures[i]);

		if (js_type(v) == JS_INT)
			js_set(settings, measures[i], js_new_real((double)js_int(v)));
	}
	return true;
}

/* Times are those of a database here, "2025-08-25 08:25:43.0". */
static void show_behavior(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c, (void)o;
	show_times(doc, ' ', ".0");
}

const struct collection behaviors = {
	.path = "/api/v1/behaviors",
	.kind = K_BEHAVIOR,
	.of = K_COUNT,
	.type = "BehaviorRule",
	.prefix = "bhv",
	.members = "id name! status settings type!^ created@ lastUpdated%",
	.key = "name",
	.event = "security.behavior.settings.*",
	.flags = C_LIFECYCLE,
	.fill = fill_behavior,
	.show = show_behavior,
};

/* The resource members repeat what stands elsewhere; Okta prints them all the same. */
static bool fill_assurance(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct js *shown = js_new_map();

	(void)old;
	flat_set(doc, "diskEncryptionType.include");
	flat_set(doc, "screenLockType.include");
	js_set(shown, "value", js_copy(js_get(doc, "name")));
	js_set(shown, "sensitive", js_new_bool(false));
	js_set(doc, "resourceDisplayName", shown);
	js_set(doc, "resourceId", js_new_strz(o->id));
	js_set(doc, "resourceType", js_new_strz("DeviceAssurancePolicyEntity"));
	js_default(doc, "displayRemediationMode", js_new_strz("HIDE"));
	if (slice_in(js_str(js_get(doc, "platform")), "ANDROID|CHROMEOS|IOS|MACOS|WINDOWS"))
		return true;
	fail_field(c, "platform", "platform: The field is not a known platform");
	return false;
}

const struct collection device_assurances = {
	.path = "/api/v1/device-assurances",
	.kind = K_DEVICE_ASSURANCE,
	.of = K_COUNT,
	.type = "DeviceAssurancePolicyEntity",
	.prefix = "dae",
	.members =
		"name! platform!^ id osVersion osVersionConstraints secureHardwarePresent jailbreak diskEncryptionType screenLockType thirdPartySignalProviders devicePostureChecks displayRemediationMode gracePeriod createdDate@ createdBy& lastUpdate% lastUpdatedBy~ resourceId= resourceDisplayName= resourceType=",
	.key = "name",
	.event = "device.assurance.policy.+",
	.flags = 0,
	.fill = fill_assurance,
};
