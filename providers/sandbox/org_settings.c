/*
 * An org's switches: each is one boolean at a path of its own, or turned by a verb; and the features that
 * administrators may turn on by themselves.
 */
#include "providers/sandbox/collection.h"

#include "base/rfc3339.h"

#include <string.h>

static bool fill_switch(
	struct call *c, const struct js *old, struct js *doc, const char *word, bool on)
{
	if (!old)
		js_default(doc, word, js_new_bool(on));
	if (js_type(js_get(doc, word)) == JS_BOOL)
		return true;
	fail_field(c, word, "%s: must be true or false", word);
	return false;
}

#define SWITCH(var, where, word, on, how)                                                          \
	static bool fill_##var(                                                                    \
		struct call *c, struct obj *o, const struct js *old, struct js *doc)               \
	{                                                                                          \
		(void)o;                                                                           \
		return fill_switch(c, old, doc, word, on);                                         \
	}                                                                                          \
	const struct collection var = {                                                            \
		.path = where,                                                                     \
		.kind = K_SETTING,                                                                 \
		.of = K_COUNT,                                                                     \
		.type = "OrgSetting",                                                              \
		.prefix = "set",                                                                   \
		.members = word,                                                                   \
		.event = "system.org.*",                                                           \
		.flags = C_ONE | C_NO_LINKS | (how),                                               \
		.fill = fill_##var,                                                                \
	}

SWITCH(org_third_party, "/api/v1/org/orgSettings/thirdPartyAdminSetting", "thirdPartyAdmin", false,
	C_NO_PUT | C_POST);
SWITCH(org_admin_app, "/api/v1/org/settings/autoAssignAdminAppSetting", "autoAssignAdminAppSetting",
	true, C_NO_PUT | C_POST);
SWITCH(org_privileges, "/api/v1/org/settings/clientPrivilegesSetting", "clientPrivilegesSetting",
	false, 0);
SWITCH(attack_authenticators, "/attack-protection/api/v1/authenticator-settings",
	"verifyKnowledgeSecondWhen2faRequired", false, 0);
SWITCH(attack_lockout, "/attack-protection/api/v1/user-lockout-settings",
	"preventBruteForceLockoutFromUnknownDevices", false, 0);

/* --- turned by verbs --- */

struct verb {
	const char *path, *word; /* of the setting, below /api/v1/org; of the action */
	const char *member;
	bool on;
};

/* Links name what would change something: never the verb that was said last. */
static const struct verb verbs[] = {
	{"/preferences", "showEndUserFooter", "showEndUserFooter", true},
	{"/preferences", "hideEndUserFooter", "showEndUserFooter", false},
	{"/privacy/oktaCommunication", "optIn", "optOutEmailUsers", false},
	{"/privacy/oktaCommunication", "optOut", "optOutEmailUsers", true},
};

static void link_verbs(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_TEXT;
	AUTO_PTR(js) doc = obj_doc(o);

	collection_path(&path, c->s, o);
	for (size_t i = 0; i < LEN(verbs); i++) {
		const struct verb *v = &verbs[i];
		size_t head = strlen("/api/v1/org");

		if (path.n < head || !streq(buf_str(&path) + head, v->path) ||
			js_bool(js_get(doc, v->member)) == v->on)
			continue;
		add_hint(b, c, v->word, "POST", "%s/%s", buf_str(&path), v->word);
	}
}

static bool fill_footer(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o;
	return fill_switch(c, old, doc, "showEndUserFooter", true);
}

const struct collection org_preferences = {
	.path = "/api/v1/org/preferences",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "OrgPreferences",
	.prefix = "set",
	.members = "showEndUserFooter",
	.flags = C_ONE | C_NO_PUT,
	.fill = fill_footer,
	.links = link_verbs,
};

static bool fill_mails(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o;
	return fill_switch(c, old, doc, "optOutEmailUsers", false);
}

const struct collection org_communication = {
	.path = "/api/v1/org/privacy/oktaCommunication",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "OrgOktaCommunicationSetting",
	.prefix = "set",
	.members = "optOutEmailUsers",
	.flags = C_ONE | C_NO_PUT,
	.fill = fill_mails,
	.links = link_verbs,
};

static void turn(struct call *c)
{
	const struct verb *v = verbs;
	const struct collection *col;
	struct obj *o;
	AUTO_PTR(js) doc = NULL;

	while (!slice_is(c->seg[c->nseg - 1], v->word))
		v++;
	col = streq(v->path, "/preferences") ? &org_preferences : &org_communication;
	o = collection_one(c, col, NULL);
	doc = obj_doc(o);
	js_set(doc, v->member, js_new_bool(v->on));
	obj_put(o, doc);
	collection_reply(c, 200, col, o);
}

/* --- Okta's support, which may look in for some hours --- */

static bool fill_support(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)c, (void)o, (void)old;
	js_default(doc, "support", js_new_strz("DISABLED"));
	return true;
}

static bool is_open(const struct js *doc, int64_t now, int64_t *ret_until)
{
	*ret_until = now;
	return rfc3339_parse(js_str(js_get(doc, "expiration")), ret_until) && *ret_until > now;
}

/* What was granted ends by itself. */
static void show_support(struct call *c, const struct obj *o, struct js *doc)
{
	int64_t until;

	(void)o;
	if (is_open(doc, c->now, &until))
		return;
	js_set(doc, "support", js_new_strz("DISABLED"));
	js_set(doc, "expiration", js_new_null());
}

static void link_support(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	int64_t until;
	bool open = is_open(doc, c->now, &until);

	add_hint(b, c, open ? "extend" : "grant", "POST", "/api/v1/org/privacy/oktaSupport/%s",
		open ? "extend" : "grant");
	if (!open)
		return;
	add_hint(b, c, "revoke", "POST", "/api/v1/org/privacy/oktaSupport/revoke");
}

const struct collection org_support = {
	.path = "/api/v1/org/privacy/oktaSupport",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "OrgOktaSupportSettings",
	.prefix = "set",
	.members = "support expiration: caseNumber:",
	.flags = C_ONE | C_NO_PUT,
	.fill = fill_support,
	.links = link_support,
	.show = show_support,
};

enum { GRANT_H = 8, EXTEND_H = 24, HOUR_S = 3600 };

static void support(struct call *c)
{
	struct slice word = c->seg[c->nseg - 1];
	struct obj *o = collection_one(c, &org_support, NULL);
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO(buf) struct buf text = BUF_TEXT;
	int64_t until;

	if (slice_is(word, "revoke")) {
		js_del(doc, "expiration");
	} else {
		bool more = slice_is(word, "extend");

		if (!is_open(doc, c->now, &until) && more) {
			fail_field(c, "support", "support: there is no access to extend");
			return;
		}
		until = (more ? until : c->now) + (int64_t)HOUR_S * (more ? EXTEND_H : GRANT_H);
		rfc3339_add(&text, until);
		js_set(doc, "expiration", js_new_str(buf_slice(&text)));
		js_set(doc, "support", js_new_strz("ENABLED"));
	}
	obj_put(o, doc);
	collection_reply(c, 200, &org_support, o);
}

/* --- sessions of the Admin Console --- */

static bool fill_console(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const struct {
		const char *word;
		int64_t usual, most;
	} times[] = {
		{"sessionIdleTimeoutMinutes", 15, 720},
		{"sessionMaxLifetimeMinutes", 720, 10080},
	};

	(void)o, (void)old;
	for (size_t i = 0; i < LEN(times); i++) {
		const struct js *v;

		js_default(doc, times[i].word, js_new_int(times[i].usual));
		v = js_get(doc, times[i].word);
		if (js_type(v) == JS_INT && js_int(v) >= 5 && js_int(v) <= times[i].most)
			continue;
		fail_field(c, times[i].word, "%s: must be between 5 and %lld", times[i].word,
			(long long)times[i].most);
		return false;
	}
	return true;
}

const struct collection console_settings = {
	.path = "/api/v1/first-party-app-settings/admin-console",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "AdminConsoleSettings",
	.prefix = "set",
	.members = "sessionIdleTimeoutMinutes sessionMaxLifetimeMinutes",
	.event = "system.org.*",
	.flags = C_ONE | C_NO_LINKS,
	.fill = fill_console,
};

/* --- features --- */

extern const struct collection features;

static void show_feature(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c;
	js_set(doc, "status", js_new_strz(o->status == ST_ACTIVE ? "ENABLED" : "DISABLED"));
}

static void link_feature(struct buf *b, struct call *c, const struct obj *o)
{
	add_hint(b, c, "self", "POST", "/api/v1/features/%s", o->id);
	add_href(b, c, "dependents", "/api/v1/features/%s/dependents", o->id);
	add_href(b, c, "dependencies", "/api/v1/features/%s/dependencies", o->id);
}

/* A few of what Okta offers: the others come and go with its releases. */
static void fresh_features(struct call *c)
{
	static const struct {
		const char *name, *stage, *text;
	} some[] = {
		{"Android Device Trust", "EA", "Signals of managed Android devices."},
		{"Event Hook Filters", "EA", "Event hooks that send only what fits a condition."},
	};

	for (size_t i = 0; i < LEN(some); i++) {
		AUTO_PTR(js) doc = js_new_map();
		struct js *stage = js_make(doc, "stage");

		js_set(doc, "name", js_new_strz(some[i].name));
		js_set(doc, "type", js_new_strz("self-service"));
		js_set(doc, "description", js_new_strz(some[i].text));
		js_set(stage, "value", js_new_strz(some[i].stage));
		collection_make(c, &features, NULL, doc);
	}
}

const struct collection features = {
	.path = "/api/v1/features",
	.kind = K_FEATURE,
	.of = K_COUNT,
	.type = "Feature",
	.prefix = "ftr",
	.members = "id name! type stage status description",
	.key = "name",
	.flags = C_BORN_INACTIVE | C_NO_CREATE | C_NO_PUT | C_NO_DELETE,
	.links = link_feature,
	.show = show_feature,
	.fresh = fresh_features,
};

static void turn_feature(struct call *c)
{
	bool on = slice_eq_fold(c->arg[1], SLICE("enable"));
	struct obj *o = collection_find(c, &features, c->arg[0]);

	if (!o)
		return;
	if (!on && !slice_eq_fold(c->arg[1], SLICE("disable"))) {
		fail_field(c, "lifecycle", "lifecycle: must be ENABLE or DISABLE");
		return;
	}
	o->status = on ? ST_ACTIVE : ST_INACTIVE;
	c->event = on ? "system.feature.enable" : "system.feature.disable";
	collection_reply(c, 200, &features, o);
}

/* None of those that are here needs another. */
static void related(struct call *c)
{
	if (collection_find(c, &features, c->arg[0]))
		reply_text(c, 200, SLICE("[]"));
}

const struct route routes_org_settings[] = {
	{"POST", "/api/v1/org/preferences/showEndUserFooter", turn, R_OPT_BODY,
		"system.org.update"},
	{"POST", "/api/v1/org/preferences/hideEndUserFooter", turn, R_OPT_BODY,
		"system.org.update"},
	{"POST", "/api/v1/org/privacy/oktaCommunication/optIn", turn, R_OPT_BODY,
		"system.org.update"},
	{"POST", "/api/v1/org/privacy/oktaCommunication/optOut", turn, R_OPT_BODY,
		"system.org.update"},
	{"POST", "/api/v1/org/privacy/oktaSupport/grant", support, R_OPT_BODY, "system.org.update"},
	{"POST", "/api/v1/org/privacy/oktaSupport/extend", support, R_OPT_BODY,
		"system.org.update"},
	{"POST", "/api/v1/org/privacy/oktaSupport/revoke", support, R_OPT_BODY,
		"system.org.update"},
	{"GET", "/api/v1/features/{id}/dependencies", related, 0, NULL},
	{"GET", "/api/v1/features/{id}/dependents", related, 0, NULL},
	{"POST", "/api/v1/features/{id}/{lifecycle}", turn_feature, R_OPT_BODY,
		"system.feature.enable"},
	{NULL, NULL, NULL, 0, NULL},
};
