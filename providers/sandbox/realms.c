/*
 * Realms, and which new users go into which.
 */
#include "providers/sandbox/collection.h"

static const struct flat realm_defaults[] = {
	{"profile.domains", 'l', NULL},
	{NULL, 0, NULL},
};

static bool fill_realm(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)old;
	if (!js_str(js_path(doc, "profile.name")).n) {
		fail_field(c, "name", "name: The field cannot be left blank");
		return false;
	}
	js_default(doc, "isDefault", js_new_bool(o->system));
	return true;
}

/* The realm that everybody is in. */
static void fresh_realm(struct call *c)
{
	struct err e = ERR_INIT;
	AUTO_PTR(js) body = NULL;
	struct obj *o;

	if (js_parse(
		    SLICE("{\"profile\":{\"name\":\"Default Realm\",\"realmType\":\"DEFAULT\"},\"isDefault\":true}"),
		    "a realm", &body, &e) < 0)
		BUG("%s", e.msg);
	o = collection_make(c, c->col, NULL, body);
	o->system = true;
	memcpy(c->s->realm_id, o->id, sizeof(o->id));
}

static bool leave_realm(struct call *c, struct obj *o)
{
	STORE_EACH(c->s, K_USER, u) {
		AUTO_PTR(js) doc = obj_doc(u);

		if (!slice_is(js_str(js_get(doc, "realmId")), o->id))
			continue;
		fail(c, 400, "E0000178", "The realm cannot be deleted while users are in it.",
			NULL);
		return false;
	}
	return true;
}

const struct collection realms = {
	.path = "/api/v1/realms",
	.kind = K_REALM,
	.of = K_COUNT,
	.type = "Realm",
	.prefix = "guo",
	.members = "id created@ lastUpdated% profile! isDefault=",
	.defaults = realm_defaults,
	.key = "profile.name",
	.event = "directory.realm.lifecycle.*",
	.limit = 200,
	.max = 200,
	.search_limit = 10,
	.keep = "search|sortBy|sortOrder",
	.search = "id|profile.|isDefault|created|lastUpdated",
	.flags = C_LINK_METHOD,
	.fill = fill_realm,
	.leave = leave_realm,
	.fresh = fresh_realm,
};

static bool fill_assignment(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice realm = js_str(js_path(doc, "actions.assignUserToRealm.realmId"));

	(void)old;
	if (!c->s->filling && !store_find(c->s, K_REALM, realm)) {
		fail_missing(c, realm, "Realm");
		return false;
	}
	js_default(doc, "isDefault", js_new_bool(o->system));
	return true;
}

/* The one for all whom no other row takes; it cannot go. */
static void fresh_assignment(struct call *c)
{
	AUTO_PTR(js) body = js_new_map();

	js_set(body, "name", js_new_strz("Catch-all realm assignment"));
	js_set(body, "priority", js_new_int(499));
	js_set(js_make(body, "conditions"), "profileSourceId", js_new_null());
	js_set(js_make(body, "actions.assignUserToRealm"), "realmId", js_new_strz(c->s->realm_id));
	js_set(body, "isDefault", js_new_bool(true));
	js_set(body, "status", js_new_strz("ACTIVE"));
	collection_make(c, c->col, NULL, body)->system = true;
}

const struct collection realm_assignments = {
	.path = "/api/v1/realm-assignments",
	.kind = K_REALM_ASSIGNMENT,
	.of = K_COUNT,
	.type = "RealmAssignment",
	.prefix = "rul",
	.members =
		"id status name! created@ lastUpdated% conditions! actions! priority domains isDefault=",
	.key = "name",
	.event = "directory.realm.assignment.*",
	.limit = 20,
	.max = 200,
	.flags = C_BORN_INACTIVE | C_LIFE_204 | C_LINK_METHOD | C_INACTIVE_FIRST,
	.fill = fill_assignment,
	.fresh = fresh_assignment,
};
