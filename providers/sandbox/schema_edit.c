/*
 * Changing a schema: properties that are added, replaced and taken away, and the little that may be changed in
 * Okta's own.
 */
#include "providers/sandbox/log.h"
#include "providers/sandbox/schema.h"

/* What Okta allows: properties with unique values, custom properties. */
enum { UNIQUE_MAX = 5, CUSTOM_MAX = 5000 };

bool schema_name_ok(const char *name)
{
	if (name[0] >= '0' && name[0] <= '9')
		return false;
	for (const char *p = name; *p; p++) {
		if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
			    (*p >= '0' && *p <= '9') || *p == '_'))
			return false;
	}
	return name[0] != '\0';
}

/* An enum and its titled twin must agree, item by item. */
static bool enums_agree(const struct js *attr)
{
	const struct js *list = js_get(attr, "enum"), *of = js_get(attr, "oneOf");

	if (js_type(list) != JS_LIST || js_type(of) != JS_LIST)
		return true;
	if (js_len(list) != js_len(of))
		return false;
	for (size_t i = 0; i < js_len(list); i++) {
		const struct js *a = js_at(list, i), *b = js_get(js_at(of, i), "const");

		if (!b || !js_equal(a, b))
			return false;
	}
	return true;
}

static bool refuse(struct call *c, const char *name, const char *why)
{
	fail_field(c, name, "%s: %s", name, why);
	return false;
}

/* A property that is asked for, and what stands there under its name. */
static bool property_ok(struct call *c, const struct obj *schema, const char *name,
	const struct js *in, const struct js *was)
{
	bool app = schema->sub == SCHEMA_APP;
	struct slice type = js_str(js_get(in, "type")), item = js_str(js_path(in, "items.type"));

	if (!js_str(js_get(in, "title")).n)
		return refuse(c, name, "The title cannot be left blank");
	if (!slice_in(type, "string|boolean|integer|number|array"))
		return refuse(c, name, "The type is not supported");
	if (was && !slice_eq(type, js_str(js_get(was, "type"))))
		return refuse(c, name, "The type of a property cannot be changed");
	if (slice_is(type, "array") && js_type(js_get(in, "items")) != JS_MAP)
		return refuse(c, name, "An array needs to say what its items are");
	if (slice_is(type, "array") && !slice_in(item, app ? "string|integer|number|boolean|object"
							   : "string|integer|number|boolean"))
		return refuse(c, name, "The type of the items is not supported");
	if (app && store_at(c->s, schema->ref)->kind == K_IDP &&
		!js_str(js_get(in, "externalName")).n)
		return refuse(c, name, "A property of an identity provider needs an externalName");
	if (enums_agree(in) && enums_agree(js_get(in, "items")))
		return true;
	fail(c, 400, "E0000123", "The enum and oneOf values of the property do not match.", NULL);
	return false;
}

/* How many properties have unique values once the request is done? */
static bool unique_ok(struct call *c, const struct js *props, const struct js *in)
{
	size_t n = 0;

	for (void *it = js_first(props); it; it = js_next(props, it))
		n += !js_get(in, js_key(it)) && js_get(js_val(it), "unique");
	for (void *it = js_first(in); it; it = js_next(in, it)) {
		struct slice v = js_str(js_get(js_val(it), "unique"));

		n += v.n && !slice_is(v, "NOT_UNIQUE");
	}
	return n <= UNIQUE_MAX ||
	       refuse(c, "unique", "There are too many properties with unique values");
}

bool schema_edit_ok(struct call *c, const struct obj *o)
{
	const struct js *in = js_path(c->body, "definitions.custom.properties"),
			*base = js_path(o->tree, "definitions.base.properties"),
			*props = js_path(o->tree, "definitions.custom.properties");

	for (void *it = js_first(in); it; it = js_next(in, it)) {
		const char *name = js_key(it);

		if (!schema_name_ok(name))
			return refuse(c, name,
				"A name has letters, digits and underscores and starts with no digit");
		if (js_get(base, name))
			return refuse(c, name, "The name is that of a property of Okta's");
		if (js_type(js_val(it)) != JS_NULL &&
			!property_ok(c, o, name, js_val(it), js_get(props, name)))
			return false;
	}
	if (js_len(props) + js_len(in) > CUSTOM_MAX)
		return refuse(c, "definitions", "There are too many properties");
	return unique_ok(c, props, in);
}

static void strip_one(struct obj *o, const char *name)
{
	AUTO_PTR(js) doc = obj_doc(o);

	if (!js_get(js_get(doc, "profile"), name))
		return;
	js_del(js_getm(doc, "profile"), name);
	obj_put(o, doc);
}

/* The tags of both are what holds the profiles that users and groups have in the app. */
static void strip_app(struct call *c, const struct obj *app, const char *name)
{
	for (uint32_t i = 0; app->kind == K_APP && i < app->in.n; i++)
		strip_one(store_at(c->s, app->in.v[i].tag), name);
	for (uint32_t i = 0; app->kind == K_APP && i < app->out.n; i++)
		strip_one(store_at(c->s, app->out.v[i].tag), name);
}

/* A property that goes takes all values with it. */
static void strip(struct call *c, const struct obj *schema, const char *name)
{
	enum kind k = schema->sub == SCHEMA_USER ? K_USER : K_GROUP;

	if (schema->sub == SCHEMA_APP) {
		strip_app(c, store_at(c->s, schema->ref), name);
		return;
	}
	STORE_EACH(c->s, k, o) {
		if (k == K_GROUP || o->parent == schema->ref)
			strip_one(o, name);
	}
}

static void merge_custom(struct call *c, struct obj *o, const struct js *in)
{
	struct js *custom = js_make(o->tree, "definitions.custom"),
		  *props = js_getm(custom, "properties");

	for (void *it = js_first(in); it; it = js_next(in, it)) {
		if (js_type(js_val(it)) != JS_NULL) {
			js_set(props, js_key(it), schema_property(o->sub, js_val(it)));
			continue;
		}
		if (!js_get(props, js_key(it)))
			continue;
		js_del(props, js_key(it));
		strip(c, o, js_key(it));
	}
	schema_set_required(custom);
}

/* May that member of Okta's own property be changed? What may not is passed over, as Okta does. */
static bool is_open(enum schema_of of, const char *name, const char *member)
{
	if (slice_in(slice_of(member), "title|permissions|master"))
		return true;
	if (streq(member, "required"))
		return of == SCHEMA_APP ? !streq(name, "userName")
					: slice_in(slice_of(name), "firstName|lastName");
	return streq(member, "pattern") && of == SCHEMA_USER && streq(name, "login");
}

static void merge_base(struct obj *o, const struct js *in)
{
	static const char *const some[] = {"title", "permissions", "master", "required", "pattern"};
	struct js *base = js_make(o->tree, "definitions.base"),
		  *props = js_getm(base, "properties");

	for (void *it = js_first(in); it; it = js_next(in, it)) {
		const struct js *was = js_get(props, js_key(it));
		AUTO_PTR(js) p = was ? js_copy(was) : NULL;

		for (size_t i = 0; p && i < LEN(some); i++) {
			const struct js *v = js_get(js_val(it), some[i]);

			if (v && is_open(o->sub, js_key(it), some[i]))
				js_set(p, some[i], js_copy(v));
		}
		if (p)
			js_set(props, js_key(it), schema_property(o->sub, p));
	}
	schema_set_required(base);
}

void schema_edit(struct call *c, struct obj *o)
{
	merge_custom(c, o, js_path(c->body, "definitions.custom.properties"));
	merge_base(o, js_path(c->body, "definitions.base.properties"));
	js_set(o->tree, "lastUpdated", js_new_strz(c->stamp));
	if (!slice_is(c->arg[0], o->id))
		log_target(c, o);
}
