/*
 * Scopes and claims of custom authorization servers, and which ones every server has from the start.
 */
#include "providers/sandbox/authz_servers.h"

extern const struct collection authz_scopes, authz_claims;

static void set_flag(struct js *doc, const char *key)
{
	js_set(doc, key, js_new_bool(js_bool(js_get(doc, key))));
}

static bool check_word(struct call *c, const struct js *doc, const char *key, const char *words)
{
	if (slice_in(js_str(js_get(doc, key)), words))
		return true;
	fail_field(c, key, "%s: The field is none of %s", key, words);
	return false;
}

/* What Okta made keeps its name and what else identifies it. */
static void keep(struct js *doc, const struct js *old, const char *key)
{
	const struct js *was = js_get(old, key);

	if (was)
		js_set(doc, key, js_copy(was));
}

/* --- scopes --- */

static bool fill_scope(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	if (c->s->filling)
		o->system = js_bool(js_get(doc, "system"));
	if (o->system)
		keep(doc, old, "name");
	js_default(doc, "consent", js_new_strz("IMPLICIT"));
	js_default(doc, "metadataPublish", js_new_strz("NO_CLIENTS"));
	set_flag(doc, "system");
	set_flag(doc, "optional");
	set_flag(doc, "default");
	return check_word(c, doc, "consent", "IMPLICIT|FLEXIBLE|REQUIRED|ADMIN") &&
	       check_word(c, doc, "metadataPublish", "NO_CLIENTS|ALL_CLIENTS");
}

static void scope_links(struct buf *b, struct call *c, const struct obj *o)
{
	authz_add_self(b, c, o, "scopes", "GET|PUT|DELETE");
}

const struct collection authz_scopes = {
	.path = "/api/v1/authorizationServers/{id}/scopes",
	.kind = K_SCOPE,
	.of = K_AUTH_SERVER,
	.type = "OAuth2Scope",
	.prefix = "scp",
	.members = "id name! displayName description system= metadataPublish consent optional "
		   "apiResourceId=: default",
	.key = "name",
	.event = "oauth2.scope.*d",
	.filter = "id|name|displayName|consent|metadataPublish|default|system",
	.flags = C_CREATED,
	.fill = fill_scope,
	.links = scope_links,
};

/* --- claims --- */

/* A name may stand once in ID tokens and once in access tokens. */
static bool name_free(struct call *c, const struct obj *o, const struct js *doc)
{
	STORE_EACH(c->s, K_CLAIM, other) {
		AUTO_PTR(js)
		have = other != o && other->parent == o->parent ? obj_doc(other) : NULL;

		if (!have || !js_equal(js_get(have, "name"), js_get(doc, "name")) ||
			!js_equal(js_get(have, "claimType"), js_get(doc, "claimType")))
			continue;
		fail_field(c, "name", "name: the server has a claim of this name and type");
		return false;
	}
	return true;
}

static bool check_claim(struct call *c, struct js *doc)
{
	bool groups = slice_is(js_str(js_get(doc, "valueType")), "GROUPS");

	if (!check_word(c, doc, "claimType", "IDENTITY|RESOURCE") ||
		!check_word(c, doc, "valueType", "EXPRESSION|GROUPS|SYSTEM"))
		return false;
	if (!groups)
		js_del(doc, "group_filter_type");
	else if (!check_word(c, doc, "group_filter_type", "STARTS_WITH|EQUALS|CONTAINS|REGEX"))
		return false;
	if (slice_is(js_str(js_get(doc, "valueType")), "SYSTEM") || js_str(js_get(doc, "value")).n)
		return true;
	fail_field(c, "value", "value: The field cannot be left blank");
	return false;
}

static bool fill_claim(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const fixed[] = {"name", "claimType", "valueType", "value"};
	struct js *conditions;

	if (c->s->filling)
		o->system = js_bool(js_get(doc, "system"));
	for (size_t i = 0; o->system && i < LEN(fixed); i++)
		keep(doc, old, fixed[i]);
	js_default(doc, "valueType", js_new_strz("EXPRESSION"));
	if (!check_claim(c, doc) || !name_free(c, o, doc))
		return false;
	if (js_type(js_get(doc, "conditions")) != JS_MAP)
		js_set(doc, "conditions", js_new_map());
	conditions = js_getm(doc, "conditions");
	if (js_type(js_get(conditions, "scopes")) != JS_LIST)
		js_set(conditions, "scopes", js_new_list());
	set_flag(doc, "system");
	set_flag(doc, "alwaysIncludeInToken");
	/* an access token holds all its claims */
	if (slice_is(js_str(js_get(doc, "claimType")), "RESOURCE"))
		js_set(doc, "alwaysIncludeInToken", js_new_bool(true));
	return true;
}

static void claim_links(struct buf *b, struct call *c, const struct obj *o)
{
	authz_add_self(b, c, o, "claims", "GET|PUT|DELETE");
}

const struct collection authz_claims = {
	.path = "/api/v1/authorizationServers/{id}/claims",
	.kind = K_CLAIM,
	.of = K_AUTH_SERVER,
	.type = "OAuth2Claim",
	.prefix = "ocl",
	.members = "id name! status claimType! valueType value conditions system= "
		   "alwaysIncludeInToken apiResourceId=: group_filter_type",
	.event = "oauth2.claim.*d",
	.flags = C_CREATED | C_STATUS_COUNTS,
	.fill = fill_claim,
	.links = claim_links,
};

/* --- what comes with a server --- */

static const struct standard_scope {
	const char *name, *label, *description;
} standard_scopes[] = {
	{"openid", "openid", "Makes the request one of OpenID Connect."},
	{"profile", "View your profile information.", "Gives the app your name and profile."},
	{"email", "View your email address.", "Gives the app your email address."},
	{"address", "View your address.", "Gives the app your postal address."},
	{"phone", "View your phone number.", "Gives the app your phone number."},
	{"offline_access", "Keep you signed in to the app.", "Lets the app work without you."},
	{"device_sso", "Request device secret.", "Signs you in to the device's other apps."},
};

static const struct standard_claim {
	const char *name, *scope; /* NULL: in access tokens */
	bool always;
} standard_claims[] = {
	{"middle_name", "profile", false},
	{"zoneinfo", "profile", false},
	{"website", "profile", false},
	{"updated_at", "profile", false},
	{"profile", "profile", false},
	{"preferred_username", "profile", true},
	{"picture", "profile", false},
	{"phone_number", "phone", false},
	{"nickname", "profile", false},
	{"name", "profile", true},
	{"sub", NULL, true},
	{"locale", "profile", false},
	{"given_name", "profile", false},
	{"gender", "profile", false},
	{"family_name", "profile", false},
	{"email_verified", "email", false},
	{"email", "email", true},
	{"birthdate", "profile", false},
	{"address", "address", false},
};

static void make_scope(struct call *c, struct obj *server, const struct standard_scope *s)
{
	AUTO_PTR(js) doc = js_new_map();

	js_set(doc, "name", js_new_strz(s->name));
	js_set(doc, "displayName", js_new_strz(s->label));
	js_set(doc, "description", js_new_strz(s->description));
	js_set(doc, "system", js_new_bool(true));
	js_set(doc, "metadataPublish", js_new_strz("ALL_CLIENTS"));
	collection_make(c, &authz_scopes, server, doc);
}

static void make_claim(struct call *c, struct obj *server, const struct standard_claim *s)
{
	AUTO_PTR(js) doc = js_new_map();
	struct js *scopes = js_new_list();

	js_set(doc, "name", js_new_strz(s->name));
	js_set(doc, "claimType", js_new_strz(s->scope ? "IDENTITY" : "RESOURCE"));
	js_set(doc, "valueType", js_new_strz(s->scope ? "SYSTEM" : "EXPRESSION"));
	if (s->scope)
		js_push(scopes, js_new_strz(s->scope));
	else
		js_set(doc, "value",
			js_new_strz("(appuser != null) ? appuser.userName : app.clientId"));
	js_set(js_make(doc, "conditions"), "scopes", scopes);
	js_set(doc, "system", js_new_bool(true));
	js_set(doc, "alwaysIncludeInToken", js_new_bool(s->always));
	collection_make(c, &authz_claims, server, doc);
}

void authz_server_furnish(struct call *c, struct obj *server)
{
	for (size_t i = 0; i < LEN(standard_scopes); i++)
		make_scope(c, server, &standard_scopes[i]);
	for (size_t i = 0; i < LEN(standard_claims); i++)
		make_claim(c, server, &standard_claims[i]);
}
