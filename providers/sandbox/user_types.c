/*
 * User types: each has a schema of its own, which comes and goes with it.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/schema.h"

#include "base/rfc3339.h"
#include "base/xalloc.h"

enum { TYPES_MAX = 10, NAME_CHARS = 60, BUSY_S = 10 };
/* In obj.sub. */
enum { TYPE_NEW, TYPE_CHANGED };

static bool bad(struct call *c, const char *field, const char *why)
{
	fail_field(c, field, "%s: %s", field, why);
	return false;
}

static bool name_ok(struct slice name)
{
	AUTO_CHAR text = xstrndup(name.p ? name.p : "", name.n);

	return name.n <= NAME_CHARS && text[0] != '_' && schema_name_ok(text);
}

/* The description may be absent in a partial update, where what was there is in the document by now. */
static bool fill_type(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *name = js_get(c->body, "name");
	bool first = js_bool(js_get(doc, "default"));

	if (!old && !name_ok(js_str(js_get(doc, "name"))))
		return bad(c, "name",
			"must start with a letter and have letters, digits and underscores only");
	if (!old && c->s->of[K_TYPE].n > TYPES_MAX)
		return bad(c, "name", "the maximum number of user types is reached");
	if (old && name && !js_equal(name, js_get(old, "name")))
		return bad(c, "name", "The name of a user type cannot be changed");
	if (old && streq(c->req->method, "PUT") && (!name || !js_get(c->body, "description")))
		return bad(c, name ? "description" : "name", "The field cannot be left blank");
	if (js_type(js_get(doc, "displayName")) != JS_STR)
		return bad(c, "displayName", "The field cannot be left blank");
	js_set(doc, "default", js_new_bool(first));
	if (first && !old)
		c->s->type = o->ix;
	return true;
}

static void type_stored(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) doc = obj_doc(o);

	if (created)
		o->ref = schema_make_user(c, o, doc)->ix;
	else
		o->sub = TYPE_CHANGED;
	js_set(store_at(c->s, o->ref)->tree, "title", js_copy(js_get(doc, "displayName")));
}

static bool in_use(const struct call *c, const struct obj *o)
{
	STORE_EACH(c->s, K_USER, u) {
		if (u->parent == o->ix)
			return true;
	}
	return false;
}

/*
 * Okta works on a type for a while after it was changed, and fails instead of waiting; of the recorded deletions
 * only one that came right after a change was answered so.
 */
static bool is_busy(const struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO(buf) struct buf then = BUF_MAX(64);

	rfc3339_add(&then, c->now - BUSY_S);
	return o->sub == TYPE_CHANGED &&
	       slice_cmp(js_str(js_get(doc, "lastUpdated")), buf_slice(&then)) > 0;
}

static bool type_leaves(struct call *c, struct obj *o)
{
	if (o->ix == c->s->type || in_use(c, o)) {
		fail(c, 403, "E0000142", "The user type cannot be deleted.", NULL);
		return false;
	}
	if (is_busy(c, o)) {
		fail(c, 500, "E0000009", "Internal Server Error", NULL);
		return false;
	}
	store_drop(c->s, store_at(c->s, o->ref));
	return true;
}

static void type_links(struct buf *b, struct call *c, const struct obj *o)
{
	buf_addf(b,
		"\"schema\":{\"rel\":\"schema\",\"href\":\"%s/api/v1/meta/schemas/user/%s\",\"method\":\"GET\"},",
		c->s->base_url, store_at(c->s, o->ref)->id);
	buf_addf(b,
		"\"self\":{\"rel\":\"self\",\"href\":\"%s/api/v1/meta/types/user/%s\",\"method\":\"GET\"}",
		c->s->base_url, o->id);
}

static struct obj *type_alias(struct call *c, struct slice id)
{
	return slice_is(id, "default") ? store_at(c->s, c->s->type) : NULL;
}

const struct collection user_types = {
	.path = "/api/v1/meta/types/user",
	.kind = K_TYPE,
	.of = K_COUNT,
	.type = "UserType",
	.prefix = "oty",
	.members =
		"id displayName! name!^ description: createdBy& lastUpdatedBy~ created@ lastUpdated% default=",
	.key = "name",
	.event = "directory.non_default_user_profile.*",
	.flags = C_POST,
	.fill = fill_type,
	.stored = type_stored,
	.leave = type_leaves,
	.links = type_links,
	.alias = type_alias,
};
