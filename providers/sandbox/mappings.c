/*
 * Profile mappings: what of a profile becomes what of another. Each app and identity provider has one to every
 * user type, and each user type one to every app; nobody makes or deletes them. So they are looked for where
 * somebody asks for them, and made where they are missing; one whose end is gone is not there.
 */
#include "providers/sandbox/schema.h"

enum { PAGE = 20, PAGE_MAX = 200 };

struct mapped {
	const char *to, *from;
};

/* Of the recordings, in their order. */
static const struct mapped oidc_idp[] = {
	{"login", "appuser.email"},
	{"displayName", "appuser.displayName"},
	{"nickName", "appuser.nickname"},
	{"firstName", "appuser.firstName"},
	{"middleName", "appuser.middleName"},
	{"lastName", "appuser.lastName"},
	{"email", "appuser.email"},
	{"profileUrl", "appuser.profile"},
	{"timezone", "appuser.zoneinfo == null ? \"America/Los_Angeles\" : appuser.zoneinfo"},
	{"primaryPhone", "appuser.phoneNumber"},
	{"streetAddress", "appuser.street_address"},
	{"city", "appuser.locality"},
	{"state", "appuser.region"},
	{"zipCode", "appuser.postalCode"},
	{"countryCode", "appuser.country"},
	{NULL, NULL},
};

static const struct mapped saml_idp[] = {
	{"firstName", "source.firstName"},
	{"lastName", "source.lastName"},
	{"email", "source.email"},
	{"mobilePhone", "source.mobilePhone"},
	{"login", "source.userName"},
	{NULL, NULL},
};

/* What the profiles of an app's users show that it gives; the expressions themselves are not recorded. */
static const struct mapped to_oidc_app[] = {
	{"name", "user.firstName + \" \" + user.lastName"},
	{"given_name", "user.firstName"},
	{"family_name", "user.lastName"},
	{"email", "user.email"},
	{"zoneinfo", "user.timezone == null ? \"America/Los_Angeles\" : user.timezone"},
	{"locale", "user.locale == null ? \"en_US\" : user.locale"},
	{NULL, NULL},
};
static const struct mapped nothing[] = {
	{NULL, NULL},
};

static const struct mapped *usual(const struct obj *source, const struct obj *app)
{
	AUTO_PTR(js) doc = obj_doc(app);

	if (app->kind == K_IDP)
		return slice_is(js_str(js_get(doc, "type")), "SAML2") ? saml_idp : oidc_idp;
	if (source != app && slice_is(js_str(js_get(doc, "signOnMode")), "OPENID_CONNECT"))
		return to_oidc_app;
	return nothing;
}

/* Properties of who is the source of profiles are written at every update, others at creation only. */
static const char *push_status(const struct obj *source)
{
	AUTO_PTR(js) doc = obj_doc(source);

	return source->kind == K_IDP && js_bool(js_path(doc, "policy.provisioning.profileMaster"))
		       ? "PUSH"
		       : "DONT_PUSH";
}

/* The object stands for a mapping; its document has the properties only. */
static struct obj *mapping_between(struct call *c, struct obj *source, struct obj *target)
{
	struct obj *o = name_find(c->s, K_MAPPING, source->ix, slice_of(target->id));
	const struct obj *app = source->kind == K_TYPE ? target : source;
	AUTO_PTR(js) props = NULL;
	const char *push;

	if (o)
		return o;
	o = store_new(c->s, K_MAPPING, "prm");
	o->parent = source->ix;
	o->ref = target->ix;
	props = js_new_map();
	push = push_status(source);
	for (const struct mapped *m = usual(source, app); m->to; m++) {
		struct js *p = js_new_map();

		js_set(p, "expression", js_new_strz(m->from));
		js_set(p, "pushStatus", js_new_strz(push));
		js_set(props, m->to, p);
	}
	obj_put(o, props);
	name_set(c->s, K_MAPPING, source->ix, slice_of(target->id), o->ix);
	return o;
}

static bool asked_for(const struct obj *o, struct slice id)
{
	return !id.p || slice_is(id, o->id);
}

/* Makes what is missing among the mappings that the request asks for. */
static void complete(struct call *c, struct slice source, struct slice target)
{
	static const enum kind kinds[] = {K_APP, K_IDP};

	for (size_t k = 0; k < LEN(kinds); k++) {
		STORE_EACH(c->s, kinds[k], app) {
			STORE_EACH(c->s, K_TYPE, type) {
				if (asked_for(app, source) && asked_for(type, target))
					mapping_between(c, app, type);
				if (kinds[k] == K_APP && asked_for(type, source) &&
					asked_for(app, target))
					mapping_between(c, type, app);
			}
		}
	}
}

static void add_end(struct buf *b, struct call *c, const char *word, const struct obj *end)
{
	AUTO_PTR(js) doc = obj_doc(end);
	AUTO(buf) struct buf name = BUF_TEXT;

	if (end->kind == K_TYPE)
		buf_add_slice(&name, js_str(js_get(doc, "name")));
	else
		schema_app_name(&name, end, doc);
	buf_addf(b, ",\"%s\":{\"id\":\"%s\",\"name\":", word, end->id);
	buf_add_json(b, buf_slice(&name));
	buf_addf(b, ",\"type\":\"%s\",\"_links\":{", end->kind == K_TYPE ? "user" : "appuser");
	if (end->kind == K_TYPE) {
		add_href(b, c, "self", "/api/v1/meta/types/user/%s", end->id);
		add_href(b, c, "schema", "/api/v1/meta/schemas/user/%s",
			store_at(c->s, end->ref)->id);
	} else {
		add_href(b, c, "self", "/api/v1/apps/%s", end->id);
		add_href(b, c, "schema", "/api/v1/meta/schemas/apps/%s/default", end->id);
	}
	buf_adds(b, "}}");
}

static void add_mapping(struct buf *b, struct call *c, const struct obj *o, bool whole)
{
	buf_addf(b, "{\"id\":\"%s\"", o->id);
	add_end(b, c, "source", store_at(c->s, o->parent));
	add_end(b, c, "target", store_at(c->s, o->ref));
	if (whole) {
		buf_adds(b, ",\"properties\":");
		buf_add_slice(b, obj_text(o));
	}
	buf_adds(b, ",\"_links\":{");
	add_href(b, c, "self", "/api/v1/mappings/%s", o->id);
	buf_adds(b, "}}");
}

static bool alive(const struct call *c, const struct obj *o)
{
	return !store_at(c->s, o->parent)->dead && !store_at(c->s, o->ref)->dead;
}

static void list_mappings(struct call *c)
{
	struct slice source = query_get(c, "sourceId"), target = query_get(c, "targetId");
	struct page p;

	if (!page_begin(c, &p, PAGE, PAGE_MAX))
		return;
	complete(c, source, target);
	for (uint32_t i = p.has_after ? store_after(c->s, K_MAPPING, p.after) : 0;
		i < c->s->of[K_MAPPING].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_MAPPING].v[i]);

		if (!alive(c, o) || !asked_for(store_at(c->s, o->parent), source) ||
			!asked_for(store_at(c->s, o->ref), target))
			continue;
		if (!page_more(&p))
			break;
		add_mapping(page_item(c, &p, o->ix), c, o, false);
	}
	page_end(c, &p, "");
}

static struct obj *mapping_of(struct call *c)
{
	struct obj *o = store_find(c->s, K_MAPPING, c->arg[0]);

	if (o && alive(c, o))
		return o;
	fail_missing(c, c->arg[0], "ProfileMapping");
	return NULL;
}

static void reply_mapping(struct call *c, const struct obj *o)
{
	reply_status(c, 200);
	add_mapping(&c->res->body, c, o, true);
}

static void get_mapping(struct call *c)
{
	const struct obj *o = mapping_of(c);

	if (o)
		reply_mapping(c, o);
}

static bool property_ok(struct call *c, const char *name, const struct js *in)
{
	struct slice push = js_str(js_get(in, "pushStatus"));

	if (js_type(in) == JS_NULL ||
		(js_str(js_get(in, "expression")).n &&
			(!js_get(in, "pushStatus") || slice_in(push, "PUSH|DONT_PUSH"))))
		return true;
	fail_field(c, name, "%s: it needs an expression, and PUSH or DONT_PUSH", name);
	return false;
}

/* A property that is null goes; what is not named stays. */
static void post_mapping(struct call *c)
{
	const struct js *in = js_get(c->body, "properties");
	struct obj *o = mapping_of(c);
	AUTO_PTR(js) props = o ? obj_doc(o) : NULL;

	for (void *it = js_first(in); o && it; it = js_next(in, it)) {
		struct js *p;

		if (!property_ok(c, js_key(it), js_val(it)))
			return;
		if (js_type(js_val(it)) == JS_NULL) {
			js_del(props, js_key(it));
			continue;
		}
		p = js_new_map();
		js_set(p, "expression", js_copy(js_get(js_val(it), "expression")));
		js_set(p, "pushStatus",
			js_get(js_val(it), "pushStatus") ? js_copy(js_get(js_val(it), "pushStatus"))
							 : js_new_strz("DONT_PUSH"));
		js_set(props, js_key(it), p);
	}
	if (!o)
		return;
	obj_put(o, props);
	reply_mapping(c, o);
}

const struct route routes_mappings[] = {
	{"GET", "/api/v1/mappings", list_mappings, 0, NULL},
	{"GET", "/api/v1/mappings/{id}", get_mapping, 0, NULL},
	{"POST", "/api/v1/mappings/{id}", post_mapping, R_BODY, "directory.mapping.update"},
	{NULL, NULL, NULL, 0, NULL},
};
