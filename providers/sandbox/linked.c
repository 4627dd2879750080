/*
 * Linked objects: definitions, which name both ends of a relation between users, and the links themselves. A
 * link stands in the definition's in: to is the associated user, tag the primary one.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/schema.h"

enum { DEFINITIONS_MAX = 200, LINKS_PAGE = 1000 };

static const char *const ends[] = {"primary", "associated"};

/* Names are one space, whichever end they are of. */
static struct obj *definition_named(struct call *c, struct slice name)
{
	return name_find(c->s, K_LINKED_OBJECT, 0, name);
}

static bool fill_definition(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const order[] = {"name", "title", "description", "type"};

	(void)o, (void)old;
	for (size_t i = 0; i < LEN(ends); i++) {
		const struct js *in = js_get(doc, ends[i]);
		struct js *end = js_new_map();
		struct slice name;

		for (size_t k = 0; k < LEN(order); k++) {
			const struct js *v = js_get(in, order[k]);

			if (js_type(v) == JS_STR)
				js_set(end, order[k], js_copy(v));
		}
		js_set(doc, ends[i], end); /* in is gone */
		name = js_str(js_get(end, "name"));
		if (!name.n || !schema_name_ok(name.p) || !js_str(js_get(end, "title")).n ||
			!slice_is(js_str(js_get(end, "type")), "USER")) {
			fail_field(c, ends[i], "%s: it needs a name, a title and the type USER",
				ends[i]);
			return false;
		}
	}
	if (c->s->of[K_LINKED_OBJECT].n <= DEFINITIONS_MAX &&
		!definition_named(c, js_str(js_path(doc, "primary.name"))) &&
		!definition_named(c, js_str(js_path(doc, "associated.name"))) &&
		!slice_eq_fold(js_str(js_path(doc, "primary.name")),
			js_str(js_path(doc, "associated.name"))))
		return true;
	fail(c, 409, "E0000127", "The linked object definition cannot be made.",
		"Both names must be free, and there is a limit to their number");
	return false;
}

static void definition_stored(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = obj_doc(o);

	(void)created;
	for (size_t i = 0; i < LEN(ends); i++)
		name_set(c->s, K_LINKED_OBJECT, 0, js_str(js_get(js_get(doc, ends[i]), "name")),
			o->ix);
}

static bool definition_leaves(struct call *c, struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	log_target(c, o);
	for (size_t i = 0; i < LEN(ends); i++)
		name_drop(c->s, K_LINKED_OBJECT, 0, js_str(js_get(js_get(doc, ends[i]), "name")),
			o->ix);
	return true;
}

static void definition_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	add_href(b, c, "self", "/api/v1/meta/schemas/user/linkedObjects/%s",
		js_str(js_path(doc, "primary.name")).p);
}

const struct collection linked_objects = {
	.path = "/api/v1/meta/schemas/user/linkedObjects",
	.kind = K_LINKED_OBJECT,
	.of = K_COUNT,
	.type = "LinkedObject",
	.prefix = "lnk",
	.members = "primary! associated!",
	.event = "directory.linked_object.*",
	.flags = C_CREATED | C_NO_PUT,
	.fill = fill_definition,
	.stored = definition_stored,
	.leave = definition_leaves,
	.links = definition_links,
	.alias = definition_named,
};

/* The schemas' route takes these two paths else: their last word could be a schema's id. */
static void list_definitions(struct call *c)
{
	collection_list(c, &linked_objects, NULL);
}

static void create_definition(struct call *c)
{
	collection_create(c, &linked_objects);
}

/* --- the links --- */

/* The definition that has the name at its primary (0) or associated (1) end. */
static struct obj *relation(struct call *c, struct slice name, size_t *ret_end)
{
	struct obj *o = definition_named(c, name);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	*ret_end = slice_eq_fold(js_str(js_path(doc, "primary.name")), name) ? 0 : 1;
	if (!o)
		fail_missing(c, name, "LinkedObject");
	return o;
}

static struct obj *primary_relation(struct call *c, struct slice name)
{
	size_t end;
	struct obj *o = relation(c, name, &end);

	if (!o || end == 0)
		return o;
	fail_missing(c, name, "LinkedObject");
	return NULL;
}

static void put_link(struct call *c)
{
	const struct obj *associated = user_of(c, c->arg[0]), *primary;
	struct obj *o = associated ? primary_relation(c, c->arg[1]) : NULL;

	if (!o)
		return;
	primary = user_of(c, c->arg[2]);
	if (!primary)
		return;
	edge_del(&o->in, associated->ix, edge_tag(&o->in, associated->ix));
	edge_add(&o->in, associated->ix, primary->ix);
	reply_status(c, 204);
}

static void delete_link(struct call *c)
{
	const struct obj *associated = user_of(c, c->arg[0]);
	struct obj *o = associated ? primary_relation(c, c->arg[1]) : NULL;

	if (!o)
		return;
	if (!edge_del(&o->in, associated->ix, edge_tag(&o->in, associated->ix)))
		c->event = ""; /* there was none */
	reply_status(c, 204);
}

static void add_link(struct call *c, struct page *p, uint32_t ix)
{
	const struct obj *u = store_at(c->s, ix);
	struct buf *b = page_item(c, p, ix);

	buf_adds(b, "{\"_links\":{");
	add_href(b, c, "self", "/api/v1/users/%s", u->id);
	buf_adds(b, "}}");
}

/* By the associated name who is associated with the user, by the primary one whom the user is associated with. */
static void list_links(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]), *o;
	struct page p;
	size_t end = 0;

	o = u ? relation(c, c->arg[1], &end) : NULL;
	if (!o || !page_begin(c, &p, LINKS_PAGE, LINKS_PAGE))
		return;
	for (uint32_t i = 0; i < o->in.n; i++) {
		uint32_t associated = o->in.v[i].to, primary = o->in.v[i].tag,
			 other = end ? associated : primary;

		if ((end ? primary : associated) != u->ix || store_at(c->s, other)->dead ||
			(p.has_after && other <= p.after))
			continue;
		if (!page_more(&p))
			break;
		add_link(c, &p, other);
	}
	page_end(c, &p, "");
}

const struct route routes_linked[] = {
	{"GET", "/api/v1/meta/schemas/user/linkedObjects", list_definitions, 0, NULL},
	{"POST", "/api/v1/meta/schemas/user/linkedObjects", create_definition, R_BODY,
		"directory.linked_object.create"},
	{"GET", "/api/v1/users/{id}/linkedObjects/{name}", list_links, 0, NULL},
	{"DELETE", "/api/v1/users/{id}/linkedObjects/{name}", delete_link, 0,
		"user.account.update_profile"},
	{"PUT", "/api/v1/users/{id}/linkedObjects/{name}/{id}", put_link, 0,
		"user.account.update_profile"},
	{NULL, NULL, NULL, 0, NULL},
};
