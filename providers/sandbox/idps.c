/*
 * Identity providers: where users may sign in instead of here, and which users are linked to them.
 */
#include "providers/sandbox/idps.h"

#include "providers/sandbox/refs.h"

extern const struct collection idps, idp_users;

struct obj *idp_of(struct call *c, struct slice id)
{
	return collection_find(c, &idps, id);
}

static void idp_stored(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice kid = js_str(js_path(doc, "protocol.credentials.signing.kid"));

	if (created && idp_is_saml(doc) && !idp_signing_key_find(c->s, o, kid))
		idp_signing_key_make(c, o, kid, 0);
}

static bool idp_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice type = query_get(c, "type");

	(void)o;
	return !type.n || slice_eq_fold(type, js_str(js_get(doc, "type")));
}

static bool idp_turn(struct call *c, struct obj *o, enum status to)
{
	return to == ST_ACTIVE || refs_none(c, o);
}

/* A typed link: "name":{"href":...,"type":"application/xml","hints":...}. */
static void add_xml(struct buf *b, struct call *c, const char *name, const char *allow,
	const char *head, const char *id, const char *tail)
{
	add_href(b, c, name, "%s%s%s", head, id, tail);
	b->n--;
	buf_addf(b, ",\"type\":\"application/xml\",\"hints\":{\"allow\":[\"%s\"]}}", allow);
}

static void add_oauth_links(struct buf *b, struct call *c, const struct obj *o)
{
	add_href(b, c, "authorize",
		"/oauth2/v1/authorize?idp=%s&client_id={clientId}&response_type={responseType}"
		"&response_mode={responseMode}&scope={scopes}&redirect_uri={redirectUri}"
		"&state={state}&nonce={nonce}",
		o->id);
	b->n--;
	buf_adds(b, ",\"templated\":true,\"hints\":{\"allow\":[\"GET\"]}},");
	add_hint(b, c, "clientRedirectUri", "POST", "/oauth2/v1/authorize/callback");
}

static void idp_links(struct buf *b, struct call *c, const struct obj *o)
{
	const char *turn = o->status == ST_ACTIVE ? "deactivate" : "activate";
	AUTO_PTR(js) doc = obj_doc(o);

	if (idp_is_oauth(doc)) {
		add_oauth_links(b, c, o);
		return;
	}
	if (idp_is_saml(doc)) {
		add_xml(b, c, "metadata", "GET", "/api/v1/idps/", o->id, "/metadata.xml");
		add_xml(b, c, "acs", "POST", "/sso/saml2/", o->id, "");
	}
	add_hint(b, c, "users", "GET", "/api/v1/idps/%s/users", o->id);
	add_hint(b, c, turn, "POST", "/api/v1/idps/%s/lifecycle/%s", o->id, turn);
}

/* The answer to a replacement does not know when it was made; a private key is shown to who sent it. */
static void show_idp(struct call *c, const struct obj *o, struct js *doc)
{
	static const char key[] = "protocol.credentials.signing.privateKey";

	(void)o;
	if (js_path(doc, key) && !js_str(js_path(c->body, key)).n)
		js_del(js_make(doc, "protocol.credentials.signing"), "privateKey");
	if (streq(c->req->method, "PUT"))
		js_set(doc, "created", js_new_null());
}

/* As recorded, the links of its list repeat neither q nor type. */
const struct collection idps = {
	.path = "/api/v1/idps",
	.kind = K_IDP,
	.of = K_COUNT,
	.type = "IdpTrust",
	.prefix = "0oa",
	.members = "id issuerMode name! status created@ lastUpdated% protocol! policy type!^ "
		   "properties",
	.key = "name",
	.event = "system.idp.lifecycle.*",
	.limit = 20,
	.max = 200,
	.flags = C_LIFECYCLE | C_Q_INSIDE,
	.fill = idp_fill,
	.stored = idp_stored,
	.turn = idp_turn,
	.listed = idp_listed,
	.links = idp_links,
	.show = show_idp,
};

/* --- users that are linked --- */

static struct obj *link_find(const struct sandbox *s, const struct obj *idp, const struct obj *u)
{
	STORE_EACH(s, K_IDP_USER, o) {
		if (o->parent == idp->ix && o->ref == u->ix)
			return o;
	}
	return NULL;
}

/* They are called by the user's id. */
static struct obj *link_alias(struct call *c, struct slice id)
{
	const struct obj *u = store_find(c->s, K_USER, id);

	return u && c->parent ? link_find(c->s, c->parent, u) : NULL;
}

/* A user who is gone takes the link along. */
static bool link_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	const struct obj *u = store_at(c->s, o->ref);

	(void)doc;
	return u && !u->dead;
}

static void show_link(struct call *c, const struct obj *o, struct js *doc)
{
	const struct obj *u = store_at(c->s, o->ref);

	if (u)
		js_set(doc, "id", js_new_strz(u->id));
}

static void add_link_links(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *idp = store_at(c->s, o->parent), *u = store_at(c->s, o->ref);

	if (!idp || !u)
		return;
	add_hint(b, c, "self", "GET|DELETE", "/api/v1/idps/%s/users/%s", idp->id, u->id);
	add_href(b, c, "idp", "/api/v1/idps/%s", idp->id);
	add_href(b, c, "user", "/api/v1/users/%s", u->id);
}

const struct collection idp_users = {
	.path = "/api/v1/idps/{id}/users",
	.kind = K_IDP_USER,
	.of = K_IDP,
	.type = "AppUser",
	.prefix = "idu",
	.members = "id externalId= created@ lastUpdated% profile=",
	.event = "application.user_membership.remove",
	.limit = 20,
	.max = 200,
	.keep = "",
	.flags = C_NO_CREATE | C_NO_PUT,
	.listed = link_listed,
	.show = show_link,
	.links = add_link_links,
	.alias = link_alias,
};

static void link_user(struct call *c)
{
	struct obj *idp = idp_of(c, c->arg[0]);
	const struct obj *u;
	struct slice external = js_str(js_get(c->body, "externalId"));
	AUTO_PTR(js) doc = NULL;

	if (!idp)
		return;
	u = user_of(c, c->arg[1]);
	if (!u)
		return;
	if (!external.n || external.n > 512) {
		fail_field(c, "externalId", "externalId: 1 to 512 characters are needed");
		return;
	}
	c->made = link_find(c->s, idp, u);
	if (c->made) {
		fail_field(c, "userId", "userId: the user is linked to this identity provider");
		return;
	}
	doc = js_new_map();
	js_set(doc, "externalId", js_new_str(external));
	js_set(doc, "profile", js_new_map());
	c->made = collection_make(c, &idp_users, idp, doc);
	c->made->ref = u->ix;
	collection_reply(c, 200, &idp_users, c->made);
}

/* Nobody signs in through a provider here, so it gave out no tokens. */
static void list_tokens(struct call *c)
{
	const struct obj *idp = idp_of(c, c->arg[0]), *u;

	if (!idp)
		return;
	u = user_of(c, c->arg[1]);
	if (!u)
		return;
	if (link_find(c->s, idp, u))
		reply_text(c, 200, SLICE("[]"));
	else
		fail_missing(c, c->arg[1], idp_users.type);
}

static void list_idps_of_user(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct page p;

	if (!u || !page_begin(c, &p, 0, 0))
		return;
	STORE_EACH(c->s, K_IDP_USER, o) {
		if (o->ref == u->ix)
			collection_add(
				page_item(c, &p, o->ix), c, &idps, store_at(c->s, o->parent));
	}
	page_end(c, &p, NULL);
}

const struct route routes_idps[] = {
	{"GET", "/api/v1/idps/{id}/metadata.xml", idp_metadata, 0, NULL},
	{"POST", "/api/v1/idps/{id}/users/{id}", link_user, R_BODY,
		"application.user_membership.add"},
	{"GET", "/api/v1/idps/{id}/users/{id}/credentials/tokens", list_tokens, 0, NULL},
	{"GET", "/api/v1/users/{id}/idps", list_idps_of_user, 0, NULL},
	{"GET", "/api/v1/idps/{id}/credentials/keys/active", idp_key_active, 0, NULL},
	{"POST", "/api/v1/idps/{id}/credentials/keys/generate", idp_key_generate, R_OPT_BODY,
		"system.idp.key.create"},
	{"POST", "/api/v1/idps/{id}/credentials/keys/{id}/clone", idp_key_clone, R_OPT_BODY,
		"system.idp.key.create"},
	{NULL, NULL, NULL, 0, NULL},
};
