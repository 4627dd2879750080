/*
 * What an org has one of: its name and contacts, its thresholds.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/rate.h"

static void fresh_org(struct call *c)
{
	const struct obj *o = store_at(c->s, c->s->of[K_SETTING].v[c->s->of[K_SETTING].n - 1]);

	memcpy(c->s->org_id, o->id, sizeof(o->id));
}

static bool fill_org(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)c, (void)o, (void)old;
	js_default(doc, "companyName", js_new_strz("Sandbox"));
	js_set(doc, "subdomain", js_new_strz("sandbox"));
	return true;
}

static void link_org(struct buf *b, struct call *c, const struct obj *o)
{
	(void)o;
	add_href(b, c, "organization", "/api/v1/org");
	add_href(b, c, "contacts", "/api/v1/org/contacts");
}

const struct collection org_settings = {
	.path = "/api/v1/org",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "OrgSetting",
	.prefix = "00o",
	.members =
		"id subdomain= companyName website: phoneNumber: address1: address2: city: state: country: postalCode: supportPhoneNumber: endUserSupportHelpURL: expiresAt=: status created@ lastUpdated%",
	.event = "system.org.*",
	.flags = C_ONE | C_POST,
	.fill = fill_org,
	.links = link_org,
	.fresh = fresh_org,
};

static void fill_contact(struct js *doc, const struct sandbox *s)
{
	const struct obj *admin = store_at(s, s->admin);

	if (admin && js_type(js_get(doc, "userId")) != JS_STR)
		js_set(doc, "userId", js_new_strz(admin->id));
}

static void show_contact(struct call *c, const struct obj *o, struct js *doc)
{
	(void)o;
	fill_contact(doc, c->s);
}

static bool check_contact(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	return c->s->filling || user_of(c, js_str(js_get(doc, "userId")));
}

static void link_contact(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	fill_contact(doc, c->s);
	add_href(b, c, "user", "/api/v1/users/%.*s", SLICE_ARG(js_str(js_get(doc, "userId"))));
}

#define CONTACT(var, word)                                                                         \
	const struct collection var = {                                                            \
		.path = "/api/v1/org/contacts/" word,                                              \
		.kind = K_SETTING,                                                                 \
		.of = K_COUNT,                                                                     \
		.type = "OrgContact",                                                              \
		.prefix = "con",                                                                   \
		.members = "userId",                                                               \
		.event = "system.org.contact.*",                                                   \
		.flags = C_ONE,                                                                    \
		.fill = check_contact,                                                             \
		.links = link_contact,                                                             \
		.show = show_contact,                                                              \
	}
CONTACT(contact_billing, "BILLING");
CONTACT(contact_technical, "TECHNICAL");

static bool fill_threshold(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *v = js_get(doc, "warningThreshold");

	(void)o, (void)old;
	if (c->s->filling)
		js_default(doc, "warningThreshold", js_new_int(90));
	else if (js_type(v) != JS_INT || js_int(v) < 30 || js_int(v) > 90) {
		fail_field(c, "warningThreshold", "warningThreshold: must be between 30 and 90");
		return false;
	}
	return true;
}

const struct collection limit_threshold = {
	.path = "/api/v1/rate-limit-settings/warning-threshold",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "RateLimitWarningThreshold",
	.prefix = "set",
	.members = "warningThreshold",
	.event = "system.rate_limit.configuration.*",
	.flags = C_ONE | C_NO_LINKS,
	.fill = fill_threshold,
};

static bool fill_notices(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	if (c->s->filling)
		js_default(doc, "notificationsEnabled", js_new_bool(true));
	if (js_type(js_get(doc, "notificationsEnabled")) == JS_BOOL)
		return true;
	fail_field(c, "notificationsEnabled", "notificationsEnabled: must be true or false");
	return false;
}

const struct collection limit_notices = {
	.path = "/api/v1/rate-limit-settings/admin-notifications",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "RateLimitAdminNotifications",
	.prefix = "set",
	.members = "notificationsEnabled",
	.event = "system.rate_limit.configuration.*",
	.flags = C_ONE | C_NO_LINKS,
	.fill = fill_notices,
};

static const struct flat client_defaults[] = {
	{"useCaseModeOverrides.LOGIN_PAGE", 's', "PREVIEW"},
	{"useCaseModeOverrides.OAUTH2_AUTHORIZE", 's', "PREVIEW"},
	{"useCaseModeOverrides.OIE_APP_INTENT", 's', "PREVIEW"},
	{NULL, 0, NULL},
};

static bool fill_clients(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	if (c->s->filling)
		js_default(doc, "defaultMode", js_new_strz("PREVIEW"));
	if (slice_in(js_str(js_get(doc, "defaultMode")), "DISABLE|ENFORCE|PREVIEW"))
		return true;
	fail_field(c, "defaultMode", "defaultMode: must be DISABLE, ENFORCE or PREVIEW");
	return false;
}

const struct collection limit_clients = {
	.path = "/api/v1/rate-limit-settings/per-client",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "PerClientRateLimitSettings",
	.prefix = "set",
	.members = "defaultMode useCaseModeOverrides",
	.defaults = client_defaults,
	.event = "system.rate_limit.configuration.*",
	.flags = C_ONE | C_NO_LINKS,
	.fill = fill_clients,
};

static bool fill_threats(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *zones;

	(void)o, (void)old;
	if (c->s->filling)
		js_default(doc, "action", js_new_strz("none"));
	js_default(doc, "excludeZones", js_new_list());
	if (!slice_in(js_str(js_get(doc, "action")), "none|audit|block")) {
		fail_field(c, "action", "action: must be none, audit or block");
		return false;
	}
	flat_set(doc, "excludeZones");
	zones = js_get(doc, "excludeZones");
	for (size_t i = 0; i < js_len(zones); i++) {
		if (!store_find(c->s, K_ZONE, js_str(js_at(zones, i)))) {
			fail_missing(c, js_str(js_at(zones, i)), "NetworkZone");
			return false;
		}
	}
	return true;
}

const struct collection threat_settings = {
	.path = "/api/v1/threats/configuration",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "ThreatInsightConfiguration",
	.prefix = "set",
	.members = "action excludeZones created@ lastUpdated%",
	.event = "security.threat.configuration.*",
	.flags = C_ONE | C_POST_WHOLE | C_NO_PUT,
	.fill = fill_threats,
};

/* Each token and each OAuth client has one; the list wants to be told whose. */
static bool fill_principal(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const shares[] = {"defaultPercentage", "defaultConcurrencyPercentage"};

	(void)o, (void)old;
	js_set(doc, "orgId", js_new_strz(c->s->org_id));
	for (size_t i = 0; i < LEN(shares); i++) {
		const struct js *v = js_get(doc, shares[i]);

		js_default(doc, shares[i], js_new_int(50));
		if (v && (js_type(v) != JS_INT || js_int(v) < 0 || js_int(v) > 100)) {
			fail_field(c, shares[i], "%s: must be between 0 and 100", shares[i]);
			return false;
		}
	}
	return true;
}

const struct collection principal_limits = {
	.path = "/api/v1/principal-rate-limits",
	.kind = K_PRINCIPAL_LIMIT,
	.of = K_COUNT,
	.type = "PrincipalRateLimitEntity",
	.prefix = "prl",
	.members =
		"id orgId= principalId!^ principalType!^ defaultPercentage defaultConcurrencyPercentage lastUpdate% lastUpdatedBy~ createdDate@ createdBy&",
	.key = "principalId",
	.event = "system.rate_limit.configuration.*",
	.limit = 20,
	.max = 50,
	.keep = "filter",
	.filter = "principalType|principalId",
	.flags = C_CREATED | C_NO_DELETE | C_NO_LINKS,
	.fill = fill_principal,
};

static void list_contacts(struct call *c)
{
	static const char *const types[] = {"BILLING", "TECHNICAL"};
	static const char *const links[] = {"billing", "technical"};
	struct buf *b = &c->res->body;

	reply_status(c, 200);
	for (size_t i = 0; i < LEN(types); i++) {
		buf_addf(b, "%s{\"contactType\":\"%s\",\"_links\":{", i ? "," : "[", types[i]);
		add_href(b, c, links[i], "/api/v1/org/contacts/%s", types[i]);
		buf_adds(b, "}}");
	}
	buf_addc(b, ']');
}

const struct route routes_settings[] = {
	{"GET", "/api/v1/org/contacts", list_contacts, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
