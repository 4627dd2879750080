/*
 * The org itself and what is only ever read: authenticators, brands.
 */
#include "providers/sandbox/core.h"

static void well_known(struct call *c)
{
	reply_status(c, 200);
	buf_addf(&c->res->body,
		"{\"id\":\"%s\",\"cell\":\"op1\",\"_links\":{\"organization\":{\"href\":\"%s\"}},\"pipeline\":\"idx\",\"settings\":{\"analyticsCollectionEnabled\":false,\"bugReportingEnabled\":true,\"omEnabled\":false,\"pssoEnabled\":false,\"desktopMFAEnabled\":false,\"itpEnabled\":false}}",
		c->s->org_id, c->s->base_url);
}

static void add_authenticator(struct buf *b, struct call *c, const struct obj *o)
{
	struct slice text = obj_text(o);

	buf_add(b, text.p, text.n - 1);
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "self", "/api/v1/authenticators/%s", o->id);
	buf_addc(b, ',');
	add_href(b, c, "methods", "/api/v1/authenticators/%s/methods", o->id);
	buf_adds(b, "}}");
}

static void list_authenticators(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 0, 0))
		return;
	for (uint32_t i = 0; i < c->s->of[K_AUTHENTICATOR].n; i++)
		add_authenticator(
			page_item(c, &p, 0), c, store_at(c->s, c->s->of[K_AUTHENTICATOR].v[i]));
	page_end(c, &p, NULL);
}

static void get_authenticator(struct call *c)
{
	const struct obj *o = store_find(c->s, K_AUTHENTICATOR, c->arg[0]);

	if (!o) {
		fail_missing(c, c->arg[0], "Authenticator");
		return;
	}
	reply_status(c, 200);
	add_authenticator(&c->res->body, c, o);
}

/* Only the fresh org makes authenticators; what they can be is not modelled. */
static void create_authenticator(struct call *c)
{
	struct obj *o;
	AUTO_PTR(js) doc = NULL;

	if (!c->s->filling) {
		fail(c, 501, "E0000052",
			"Changing authenticators is not modelled by the local tenant (Okta has it).",
			NULL);
		return;
	}
	o = store_new(c->s, K_AUTHENTICATOR, "aut");
	doc = js_new_map();
	js_set(doc, "type", js_copy(js_get(c->body, "type")));
	js_set(doc, "id", js_new_strz(o->id));
	js_set(doc, "key", js_copy(js_get(c->body, "key")));
	js_set(doc, "status", js_copy(js_get(c->body, "status")));
	js_set(doc, "name", js_copy(js_get(c->body, "name")));
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	if (js_get(c->body, "settings"))
		js_set(doc, "settings", js_copy(js_get(c->body, "settings")));
	o->status = slice_is(js_str(js_get(doc, "status")), "ACTIVE") ? ST_ACTIVE : ST_INACTIVE;
	obj_put(o, doc);
	reply_text(c, 200, obj_text(o));
}

static void list_brands(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 20, 200))
		return;
	if (!p.has_after) {
		/* one brand, made from the org's own id */
		buf_addf(page_item(c, &p, c->s->everyone),
			"{\"id\":\"bnd%s\",\"name\":\"sandbox\",\"isDefault\":true,\"agreeToCustomPrivacyPolicy\":false,\"customPrivacyPolicyUrl\":null,\"removePoweredByOkta\":false,\"locale\":null,\"emailDomainId\":null,\"defaultApp\":{\"appInstanceId\":null,\"appLinkName\":null,\"classicApplicationUri\":null},\"_links\":{",
			c->s->org_id + 3);
		add_href(&c->res->body, c, "self", "/api/v1/brands/bnd%s", c->s->org_id + 3);
		buf_adds(&c->res->body, "}}");
	}
	page_end(c, &p, "");
}

const struct route routes_org[] = {
	{"GET", "/.well-known/okta-organization", well_known, R_OPEN, NULL},
	{"GET", "/api/v1/authenticators", list_authenticators, 0, NULL},
	{"POST", "/api/v1/authenticators", create_authenticator, R_BODY, NULL},
	{"GET", "/api/v1/authenticators/{id}", get_authenticator, 0, NULL},
	{"GET", "/api/v1/brands", list_brands, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
