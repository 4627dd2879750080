/*
 * Trusted origins.
 */
#include "providers/sandbox/core.h"

static struct obj *origin_of(struct call *c)
{
	struct obj *o = store_find(c->s, K_ORIGIN, c->arg[0]);

	if (!o)
		fail_missing(c, c->arg[0], "TrustedOrigin");
	return o;
}

static void add_origin(struct buf *b, struct call *c, const struct obj *o)
{
	struct slice text = obj_text(o);
	const char *verb = o->status == ST_ACTIVE ? "deactivate" : "activate",
		   *base = c->s->base_url;

	buf_add(b, text.p, text.n - 1);
	buf_addf(b,
		",\"_links\":{\"self\":{\"href\":\"%s/api/v1/trustedOrigins/%s\",\"hints\":{\"allow\":[\"GET\",\"PUT\",\"DELETE\"]}},\"%s\":{\"href\":\"%s/api/v1/trustedOrigins/%s/lifecycle/%s\",\"hints\":{\"allow\":[\"POST\"]}}}}",
		base, o->id, verb, base, o->id, verb);
}

static void reply(struct call *c, const struct obj *o)
{
	reply_status(c, 200);
	add_origin(&c->res->body, c, o);
}

/* The document that the body makes; NULL when the call was answered. */
static struct js *origin_doc(struct call *c, const struct obj *o, const struct js *old)
{
	struct slice name = js_str(js_get(c->body, "name")),
		     origin = js_str(js_get(c->body, "origin"));
	const struct js *scopes = js_get(c->body, "scopes");
	const struct obj *other = name_find(c->s, K_ORIGIN, 0, name);
	struct js *doc;

	if (!name.n || (other && other != o))
		fail_field(c, "name", "name: is missing, or another object has it");
	else if (!slice_starts(origin, "http"))
		fail_field(c, "origin", "origin: The field cannot be left blank");
	else if (!js_len(scopes))
		fail_field(c, "scopes", "scopes: The field cannot be left blank");
	else {
		doc = js_new_map();
		js_set(doc, "id", js_new_strz(o->id));
		js_set(doc, "name", js_new_str(name));
		js_set(doc, "origin", js_new_str(origin));
		js_set(doc, "scopes", js_copy(scopes));
		js_set(doc, "status", js_new_strz(status_names[o->status]));
		js_set(doc, "created",
			old ? js_copy(js_get(old, "created")) : js_new_strz(c->stamp));
		js_set(doc, "createdBy", js_new_strz(store_at(c->s, c->s->admin)->id));
		js_set(doc, "lastUpdated", js_new_strz(c->stamp));
		js_set(doc, "lastUpdatedBy", js_new_strz(store_at(c->s, c->s->admin)->id));
		return doc;
	}
	return NULL;
}

static void put_doc(struct call *c, struct obj *o, const struct js *old, const struct js *doc)
{
	if (old)
		name_drop(c->s, K_ORIGIN, 0, js_str(js_get(old, "name")), o->ix);
	obj_put(o, doc);
	name_set(c->s, K_ORIGIN, 0, js_str(js_get(doc, "name")), o->ix);
	reply(c, o);
}

static void create(struct call *c)
{
	struct obj *o = store_new(c->s, K_ORIGIN, "tos");
	AUTO_PTR(js) doc = origin_doc(c, o, NULL);

	if (doc)
		put_doc(c, o, NULL, doc);
	else
		store_drop(c->s, o);
}

static void get(struct call *c)
{
	const struct obj *o = origin_of(c);

	if (o)
		reply(c, o);
}

static void put(struct call *c)
{
	struct obj *o = origin_of(c);
	AUTO_PTR(js) old = o ? obj_doc(o) : NULL;
	AUTO_PTR(js) doc = o ? origin_doc(c, o, old) : NULL;

	if (doc)
		put_doc(c, o, old, doc);
}

static void delete (struct call *c)
{
	struct obj *o = origin_of(c);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!o)
		return;
	name_drop(c->s, K_ORIGIN, 0, js_str(js_get(doc, "name")), o->ix);
	store_drop(c->s, o);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *o = origin_of(c);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!o)
		return;
	o->status = (uint8_t)to;
	js_set(doc, "status", js_new_strz(status_names[to]));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	obj_put(o, doc);
	reply(c, o);
}

static void activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

static void deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}

static void list(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 20, 200))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_ORIGIN, p.after) : 0;
		i < c->s->of[K_ORIGIN].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_ORIGIN].v[i]);

		if (!page_more(&p))
			break;
		add_origin(page_item(c, &p, o->ix), c, o);
	}
	page_end(c, &p, "");
}

const struct route routes_origins[] = {
	{"GET", "/api/v1/trustedOrigins", list, 0, NULL},
	{"POST", "/api/v1/trustedOrigins", create, R_BODY, NULL},
	{"GET", "/api/v1/trustedOrigins/{id}", get, 0, NULL},
	{"PUT", "/api/v1/trustedOrigins/{id}", put, R_BODY, NULL},
	{"DELETE", "/api/v1/trustedOrigins/{id}", delete, 0, NULL},
	{"POST", "/api/v1/trustedOrigins/{id}/lifecycle/activate", activate, R_OPT_BODY, NULL},
	{"POST", "/api/v1/trustedOrigins/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
