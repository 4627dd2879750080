/*
 * What else hangs on an app: groups that are pushed to its service, claims for federation, refresh tokens, its
 * logo.
 */
#include "providers/sandbox/apps.h"

#include <stdio.h>

/* --- group push --- */

/* The group that an earlier mapping of the app made or took under that name, or NULL. */
static struct obj *target_named(struct call *c, const struct obj *a, struct slice name)
{
	STORE_EACH(c->s, K_GROUP, g) {
		AUTO_PTR(js) doc = g->parent == a->ix ? obj_doc(g) : NULL;

		if (doc && slice_eq(js_str(js_path(doc, "profile.name")), name))
			return g;
	}
	return NULL;
}

static struct obj *push_target(struct call *c, const struct obj *a)
{
	struct slice id = js_str(js_get(c->body, "targetGroupId")),
		     name = js_str(js_get(c->body, "targetGroupName"));
	struct obj *g;

	if (!id.n == !name.n) {
		fail_field(c, "targetGroupId",
			"targetGroupId: either this or targetGroupName must be given");
		return NULL;
	}
	if (id.n)
		return group_of(c, id);
	g = target_named(c, a, name);
	return g ? g : group_of_app(c, a, name);
}

static bool mapped_already(struct call *c, const struct obj *self, struct slice source)
{
	STORE_EACH(c->s, K_PUSH_MAPPING, o) {
		AUTO_PTR(js) doc = o != self && o->parent == self->parent ? obj_doc(o) : NULL;

		if (doc && slice_eq(js_str(js_get(doc, "sourceGroupId")), source))
			return true;
	}
	return false;
}

static bool fill_push(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice source = js_str(js_get(doc, "sourceGroupId")),
		     status = js_str(js_get(c->body, "status"));
	const struct obj *g;

	if (c->s->filling)
		return true;
	if (status.n && !slice_in(status, "ACTIVE|INACTIVE")) {
		fail_field(c, "status", "status: must be ACTIVE or INACTIVE");
		return false;
	}
	if (old)
		return true;
	if (!group_of(c, source))
		return false;
	if (mapped_already(c, o, source)) {
		fail_field(c, "sourceGroupId", "sourceGroupId: this group is pushed already");
		return false;
	}
	g = push_target(c, store_at(c->s, o->parent));
	if (g)
		js_set(doc, "targetGroupId", js_new_strz(g->id));
	return g;
}

/* Whether the service's group goes too must be said. */
static bool leave_push(struct call *c, struct obj *o)
{
	bool too = query_is(c, "deleteTargetGroup", "true");
	AUTO_PTR(js) doc = obj_doc(o);
	struct obj *g = store_find(c->s, K_GROUP, js_str(js_get(doc, "targetGroupId")));

	if (!too && !query_is(c, "deleteTargetGroup", "false")) {
		fail_field(c, "deleteTargetGroup", "deleteTargetGroup: must be true or false");
		return false;
	}
	if (o->status == ST_ACTIVE) {
		fail_field(c, "status", "status: only an inactive mapping can be deleted");
		return false;
	}
	if (too && g && g->parent == o->parent)
		group_drop(c, g);
	return true;
}

static bool push_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice source = query_get(c, "sourceGroupId"), status = query_get(c, "status"),
		     since = query_get(c, "lastUpdated");

	return (!source.n || slice_eq(source, js_str(js_get(doc, "sourceGroupId")))) &&
	       (!status.n || slice_is(status, status_names[o->status])) &&
	       (!since.n || slice_cmp(js_str(js_get(doc, "lastUpdated")), since) >= 0);
}

static void push_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	add_href(b, c, "app", "/api/v1/apps/%s", store_at(c->s, o->parent)->id);
	add_href(b, c, "sourceGroup", "/api/v1/groups/%.*s",
		SLICE_ARG(js_str(js_get(doc, "sourceGroupId"))));
	add_href(b, c, "targetGroup", "/api/v1/groups/%.*s",
		SLICE_ARG(js_str(js_get(doc, "targetGroupId"))));
}

/* Times have no fraction here. */
static void show_push(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c, (void)o;
	show_times(doc, 'T', "Z");
}

const struct collection app_push_mappings = {
	.path = "/api/v1/apps/{id}/group-push/mappings",
	.kind = K_PUSH_MAPPING,
	.of = K_APP,
	.type = "GroupPushMapping",
	.prefix = "gPm",
	.members = "created@ id lastUpdated% sourceGroupId!^ status targetGroupId= appConfig^",
	.event = "app.user_management.grouppush.mapping.*",
	.limit = 100,
	.max = 1000,
	.flags = C_NO_PUT | C_PATCH | C_STATUS_COUNTS | C_DELETE_200,
	.fill = fill_push,
	.leave = leave_push,
	.listed = push_listed,
	.links = push_links,
	.show = show_push,
};

/* --- federated claims --- */

const struct collection app_federated_claims = {
	.path = "/api/v1/apps/{id}/federated-claims",
	.kind = K_FEDERATED_CLAIM,
	.of = K_APP,
	.type = "FederatedClaim",
	.prefix = "ofc",
	.members = "id name! expression! created@ lastUpdated%",
	.key = "name",
	.event = "application.lifecycle.update",
	.flags = C_CREATED | C_NO_LINKS,
};

/* --- tokens: sign-ins make them, and there are none here --- */

const struct collection app_tokens = {
	.path = "/api/v1/apps/{id}/tokens",
	.kind = K_APP_TOKEN,
	.of = K_APP,
	.type = "OAuth2RefreshToken",
	.prefix = "oar",
	.members = "id status created@ lastUpdated% expiresAt issuer clientId userId scopes",
	.event = "app.oauth2.token.revoke",
	.limit = 20,
	.max = 200,
	.keep = "expand",
	.flags = C_NO_CREATE | C_NO_PUT,
};

static void revoke_tokens(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);

	if (!a)
		return;
	STORE_EACH(c->s, K_APP_TOKEN, o) {
		if (o->parent == a->ix)
			collection_drop(c, o);
	}
	reply_status(c, 204);
}

/* The picture is taken and not kept: what the app shows from then on is a place of its own for it. */
static void post_logo(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]);
	AUTO_PTR(js) doc = NULL;
	char id[21];

	if (!a)
		return;
	if (!c->req->body.n) {
		fail_field(c, "file", "file: The field cannot be left blank");
		return;
	}
	store_new_id(c->s, "fs0", id);
	doc = obj_doc(a);
	js_set(doc, APP_LOGO, js_new_strz(id));
	obj_put(a, doc);
	reply_status(c, 201);
	buf_addf(&c->res->headers, "Location: %s/fs/bco/4/%s\r\n", c->s->base_url, id);
}

const struct route routes_app_extra[] = {
	{"DELETE", "/api/v1/apps/{id}/tokens", revoke_tokens, 0, "app.oauth2.token.revoke"},
	{"POST", "/api/v1/apps/{id}/logo", post_logo, 0, "application.lifecycle.update"},
	{NULL, NULL, NULL, 0, NULL},
};
