/*
 * Which of Okta's scopes an app may ask for. Only a super administrator grants them.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/collection.h"

static void show(struct call *c, const struct obj *o, struct js *doc)
{
	(void)o;
	if (query_is(c, "expand", "scope"))
		js_set(js_make(doc, "_embedded.scope"), "id", js_copy(js_get(doc, "scopeId")));
}

static void add_titled(struct buf *b, struct slice title)
{
	b->n--; /* the closing brace goes behind the title */
	buf_adds(b, ",\"title\":");
	buf_add_json(b, title);
	buf_addc(b, '}');
}

static void links(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *a = store_at(c->s, o->parent);
	AUTO_PTR(js) app = obj_doc(a);
	struct slice label = js_str(js_get(app, "label")),
		     id = js_str(js_path(app, "credentials.oauthClient.client_id"));

	add_href(b, c, "app", "/api/v1/apps/%s", a->id);
	add_titled(b, label);
	add_hint(b, c, "self", "GET|DELETE", "/api/v1/apps/%s/grants/%s", a->id, o->id);
	add_href(b, c, "client", "/oauth2/v1/clients/%.*s", SLICE_ARG(id));
	add_titled(b, label);
}

const struct collection app_grants = {
	.path = "/api/v1/apps/{id}/grants",
	.kind = K_GRANT,
	.of = K_APP,
	.type = "OAuth2ScopeConsentGrant",
	.prefix = "oag",
	.members = "id status created@ createdBy= lastUpdated% issuer= clientId= scopeId= source=",
	.key = "scopeId",
	.flags = C_CREATED | C_NO_CREATE | C_NO_PUT | C_NO_DELETE,
	.links = links,
	.show = show,
};

static bool may_grant(struct call *c)
{
	if (auth_is_super(c))
		return true;
	auth_deny(c);
	return false;
}

/* The org itself, with or without a slash at the end. */
static bool issuer_ok(const struct call *c, struct slice issuer)
{
	if (slice_ends(issuer, "/"))
		issuer.n--;
	return slice_is(issuer, c->s->base_url);
}

static bool check(struct call *c, const struct obj *app, const struct js *doc)
{
	struct slice scope = js_str(js_get(c->body, "scopeId"));

	if (!js_path(doc, "credentials.oauthClient.client_id"))
		fail_field(c, "appId", "appId: the app is no OAuth client");
	else if (!issuer_ok(c, js_str(js_get(c->body, "issuer"))))
		fail_field(c, "issuer", "issuer: must be the URL of this org");
	else if (!auth_scope_known(scope))
		fail_field(c, "scopeId", "scopeId: The scope does not exist.");
	else if (name_find(c->s, K_GRANT, app->ix, scope))
		fail_field(c, "scopeId", "scopeId: The scope is granted to the app already.");
	else
		return true;
	return false;
}

static void create(struct call *c)
{
	struct obj *app = app_of(c, c->arg[0]);
	AUTO_PTR(js) doc = app ? obj_doc(app) : NULL;
	AUTO_PTR(js) grant = js_new_map();
	struct js *by = js_make(grant, "createdBy");

	if (!app || !may_grant(c) || !check(c, app, doc))
		return;
	js_set(by, "id", js_new_strz(call_actor_id(c)));
	js_set(by, "type",
		js_new_strz(c->actor && c->actor->kind == K_APP ? "PublicClientApp" : "User"));
	js_set(grant, "issuer", js_new_strz(c->s->base_url));
	js_set(grant, "clientId", js_copy(js_path(doc, "credentials.oauthClient.client_id")));
	js_set(grant, "scopeId", js_copy(js_get(c->body, "scopeId")));
	js_set(grant, "source", js_new_strz("ADMIN"));
	c->made = collection_make(c, &app_grants, app, grant);
	collection_reply(c, 201, &app_grants, c->made);
}

static void revoke(struct call *c)
{
	const struct obj *app = app_of(c, c->arg[0]);
	struct obj *g = app ? store_find(c->s, K_GRANT, c->arg[1]) : NULL;

	if (app && (!g || g->parent != app->ix)) {
		fail_missing(c, c->arg[1], app_grants.type);
	} else if (app && may_grant(c)) {
		collection_drop(c, g);
		reply_status(c, 204);
	}
}

const struct route routes_grants[] = {
	{"POST", "/api/v1/apps/{id}/grants", create, R_BODY, "app.oauth2.admin.consent.grant"},
	{"DELETE", "/api/v1/apps/{id}/grants/{grant}", revoke, 0,
		"app.oauth2.admin.consent.revoke"},
	{NULL, NULL, NULL, 0, NULL},
};
