/*
 * Schemas of users and groups, and the user types they belong to. Schemas are few and read at every write, so
 * their trees are kept.
 */
#include "providers/sandbox/core.h"

#include <ctype.h>
#include <stdio.h>

enum { TYPES_MAX = 10, CUSTOM_MAX = 5000 };

struct base_attr {
	const char *name, *title, *format, *self; /* self: what users may do with their own */
	int min, max;
	bool required;
};

static const struct base_attr user_attrs[] = {
	{"login", "Username", NULL, "READ_WRITE", 5, 100, true},
	{"firstName", "First name", NULL, "READ_WRITE", 1, 50, true},
	{"lastName", "Last name", NULL, "READ_WRITE", 1, 50, true},
	{"middleName", "Middle name", NULL, "READ_ONLY", 0, 0, false},
	{"honorificPrefix", "Honorific prefix", NULL, "READ_ONLY", 0, 0, false},
	{"honorificSuffix", "Honorific suffix", NULL, "READ_ONLY", 0, 0, false},
	{"email", "Primary email", "email", "READ_WRITE", 0, 0, true},
	{"title", "Title", NULL, "READ_ONLY", 0, 0, false},
	{"displayName", "Display name", NULL, "READ_ONLY", 0, 0, false},
	{"nickName", "Nickname", NULL, "READ_ONLY", 0, 0, false},
	{"profileUrl", "Profile Url", "uri", "READ_ONLY", 0, 0, false},
	{"secondEmail", "Secondary email", "email", "READ_WRITE", 0, 0, false},
	{"mobilePhone", "Mobile phone", NULL, "READ_WRITE", 0, 100, false},
	{"primaryPhone", "Primary phone", NULL, "HIDE", 0, 100, false},
	{"streetAddress", "Street address", NULL, "HIDE", 0, 0, false},
	{"city", "City", NULL, "HIDE", 0, 0, false},
	{"state", "State", NULL, "HIDE", 0, 0, false},
	{"zipCode", "Zip code", NULL, "HIDE", 0, 0, false},
	{"countryCode", "Country code", "country-code", "HIDE", 0, 0, false},
	{"postalAddress", "Postal Address", NULL, "HIDE", 0, 0, false},
	{"preferredLanguage", "Preferred language", "language-code", "READ_ONLY", 0, 0, false},
	{"locale", "Locale", "locale", "READ_ONLY", 0, 0, false},
	{"timezone", "Time zone", "timezone", "READ_ONLY", 0, 0, false},
	{"userType", "User type", NULL, "READ_ONLY", 0, 0, false},
	{"employeeNumber", "Employee number", NULL, "READ_ONLY", 0, 0, false},
	{"costCenter", "Cost center", NULL, "READ_ONLY", 0, 0, false},
	{"organization", "Organization", NULL, "READ_ONLY", 0, 0, false},
	{"division", "Division", NULL, "READ_ONLY", 0, 0, false},
	{"department", "Department", NULL, "READ_ONLY", 0, 0, false},
	{"managerId", "ManagerId", NULL, "READ_ONLY", 0, 0, false},
	{"manager", "Manager", NULL, "READ_ONLY", 0, 0, false},
};

static const struct base_attr group_attrs[] = {
	{"name", "Name", NULL, "READ_WRITE", 0, 255, true},
	{"description", "Description", NULL, "READ_WRITE", 0, 1024, false},
};

void js_default(struct js *m, const char *key, struct js *val)
{
	if (js_get(m, key))
		js_free(val);
	else
		js_set(m, key, val);
}

/* What Okta adds to each attribute. */
static void fill_attr(struct js *p, const char *self)
{
	struct js *one = js_new_map(), *list = js_new_list(), *master = js_new_map();

	js_default(p, "mutability", js_new_strz("READ_WRITE"));
	js_default(p, "scope", js_new_strz("NONE"));
	js_set(one, "principal", js_new_strz("SELF"));
	js_set(one, "action", js_new_strz(self));
	js_push(list, one);
	js_default(p, "permissions", list);
	js_set(master, "type", js_new_strz("PROFILE_MASTER"));
	js_default(p, "master", master);
}

static struct js *base_attr(const struct base_attr *a)
{
	struct js *p = js_new_map();

	js_set(p, "title", js_new_strz(a->title));
	js_set(p, "type", js_new_strz("string"));
	if (a->required)
		js_set(p, "required", js_new_bool(true));
	if (a->format)
		js_set(p, "format", js_new_strz(a->format));
	js_set(p, "mutability", js_new_strz("READ_WRITE"));
	js_set(p, "scope", js_new_strz("NONE"));
	if (a->min)
		js_set(p, "minLength", js_new_int(a->min));
	if (a->max)
		js_set(p, "maxLength", js_new_int(a->max));
	fill_attr(p, a->self);
	return p;
}

static struct js *definition(const char *id, const struct base_attr *a, size_t n)
{
	struct js *d = js_new_map(), *props = js_new_map(), *required = js_new_list();

	js_set(d, "id", js_new_strz(id));
	js_set(d, "type", js_new_strz("object"));
	for (size_t i = 0; i < n; i++) {
		js_set(props, a[i].name, base_attr(&a[i]));
		if (a[i].required)
			js_push(required, js_new_strz(a[i].name));
	}
	js_set(d, "properties", props);
	js_set(d, "required", required);
	return d;
}

static struct js *schema_tree(struct sandbox *s, const char *now, bool user, const char *id)
{
	AUTO(buf) struct buf url = BUF_MAX(512);
	struct js *t = js_new_map(), *all = js_new_list(), *ref;

	buf_addf(&url, "%s/meta/schemas/%s/%s", s->base_url, user ? "user" : "group", id);
	js_set(t, "id", js_new_str(buf_slice(&url)));
	js_set(t, "$schema", js_new_strz("http://json-schema.org/draft-04/schema#"));
	js_set(t, "name", js_new_strz(user ? "user" : "group"));
	js_set(t, "title", js_new_strz(user ? "User" : "Okta group"));
	js_set(t, "description",
		js_new_strz(user ? "Okta user profile template with default permission settings"
				 : "Okta group profile template"));
	js_set(t, "lastUpdated", js_new_strz(now));
	js_set(t, "created", js_new_strz(now));
	js_set(t, "definitions", js_new_map());
	js_set(js_getm(t, "definitions"), "custom", definition("#custom", NULL, 0));
	js_set(js_getm(t, "definitions"), "base",
		user ? definition("#base", user_attrs, LEN(user_attrs))
		     : definition("#base", group_attrs, LEN(group_attrs)));
	js_set(t, "type", js_new_strz("object"));
	for (int i = 0; i < 2; i++) {
		ref = js_new_map();
		js_set(ref, "$ref", js_new_strz(i ? "#/definitions/base" : "#/definitions/custom"));
		js_push(all, ref);
	}
	js_set(js_make(t, "properties.profile"), "allOf", all);
	return t;
}

struct obj *schema_of_type(const struct sandbox *s, uint32_t type)
{
	return store_at(s, store_at(s, type)->ref);
}

/* name in the profile was refused. */
static bool bad(struct call *c, const char *name, const char *why)
{
	fail_field(c, name, "%s: %s", name, why);
	return false;
}

static size_t chars(struct slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += ((unsigned char)s.p[i] & 0xc0) != 0x80;
	return n;
}

static bool check_str(struct call *c, const char *name, const struct js *attr, struct slice v)
{
	const struct js *min = js_get(attr, "minLength"), *max = js_get(attr, "maxLength");
	struct slice format = js_str(js_get(attr, "format"));

	if (!v.n)
		return true;
	if (min && (int64_t)chars(v) < js_int(min))
		return bad(c, name, "The field is too short");
	if (max && (int64_t)chars(v) > js_int(max))
		return bad(c, name, "The field is too long");
	if (slice_is(format, "email") && !memchr(v.p, '@', v.n))
		return bad(c, name, "Does not match required pattern");
	return true;
}

static bool check_value(struct call *c, const char *name, const struct js *attr, const struct js *v)
{
	static const struct {
		const char *word;
		unsigned types;
	} types[] = {
		{"string", 1U << JS_STR},
		{"boolean", 1U << JS_BOOL},
		{"integer", 1U << JS_INT},
		{"number", 1U << JS_INT | 1U << JS_REAL},
		{"array", 1U << JS_LIST},
	};
	const struct js *list = js_get(attr, "enum");
	bool listed = js_type(list) != JS_LIST;

	for (size_t i = 0; i < LEN(types); i++) {
		if (slice_is(js_str(js_get(attr, "type")), types[i].word) &&
			!(types[i].types & 1U << js_type(v)))
			return bad(
				c, name, "The value is not of the type that the schema asks for");
	}
	for (size_t i = 0; !listed && i < js_len(list); i++)
		listed = js_equal(js_at(list, i), v);
	if (!listed)
		return bad(c, name, "The value is not one of those that the schema lists");
	return js_type(v) != JS_STR || check_str(c, name, attr, js_str(v));
}

static bool check_required(struct call *c, const struct js *def, const struct js *profile)
{
	const struct js *required = js_get(def, "required");

	for (size_t i = 0; i < js_len(required); i++) {
		/* what is stored is NUL-terminated */
		const char *name = js_str(js_at(required, i)).p;
		const struct js *v = js_get(profile, name);

		if (!v || js_type(v) == JS_NULL || (js_type(v) == JS_STR && !js_str(v).n))
			return bad(c, name, "The field cannot be left blank");
	}
	return true;
}

bool schema_check(
	struct call *c, const struct obj *schema, const struct js *profile, const char *what)
{
	const struct js *base = js_path(schema->tree, "definitions.base"),
			*custom = js_path(schema->tree, "definitions.custom");

	for (void *it = js_first(profile); it; it = js_next(profile, it)) {
		const char *name = js_key(it);
		const struct js *attr = js_get(js_get(base, "properties"), name);

		if (!attr)
			attr = js_get(js_get(custom, "properties"), name);
		if (!attr) {
			fail_field(c, what, "Property name '%s' is not defined in profile", name);
			return false;
		}
		if (js_type(js_val(it)) != JS_NULL && !check_value(c, name, attr, js_val(it)))
			return false;
	}
	return check_required(c, base, profile) && check_required(c, custom, profile);
}

static void add_schema(struct call *c, const struct obj *o)
{
	struct buf *b = &c->res->body;
	const struct obj *type = store_at(c->s, o->ref);

	reply_status(c, 200);
	js_write(b, o->tree);
	b->n--; /* the closing brace goes behind the links */
	if (type)
		buf_addf(b,
			",\"_links\":{\"self\":{\"rel\":\"self\",\"href\":\"%s/api/v1/meta/schemas/user/%s\",\"method\":\"GET\"},\"type\":{\"rel\":\"type\",\"href\":\"%s/api/v1/meta/types/user/%s\",\"method\":\"GET\"}}}",
			c->s->base_url, o->id, c->s->base_url, type->id);
	else
		buf_addf(b,
			",\"_links\":{\"self\":{\"rel\":\"self\",\"href\":\"%s/api/v1/meta/schemas/group/default\",\"method\":\"GET\"}}}",
			c->s->base_url);
}

static struct obj *user_schema_of(struct call *c)
{
	struct obj *o = slice_is(c->arg[0], "default") ? store_at(c->s, c->s->schema)
						       : store_find(c->s, K_SCHEMA, c->arg[0]);

	if (slice_is(c->arg[0], "linkedObjects"))
		fail(c, 501, "E0000052",
			"This endpoint is not modelled by the local tenant (Okta has it).", NULL);
	else if (!o || o->ref == NO_OBJ)
		fail_missing(c, c->arg[0], "UserSchema");
	else
		return o;
	return NULL;
}

static void get_user_schema(struct call *c)
{
	const struct obj *o = user_schema_of(c);

	if (o)
		add_schema(c, o);
}

static void get_group_schema(struct call *c)
{
	add_schema(c, store_at(c->s, c->s->group_schema));
}

static bool name_ok(const char *name)
{
	if (!isalpha((unsigned char)name[0]))
		return false;
	for (; *name; name++) {
		if (!isalnum((unsigned char)*name) && *name != '_')
			return false;
	}
	return true;
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

static bool check_custom(struct call *c, const struct obj *o, const struct js *props)
{
	const struct js *base = js_path(o->tree, "definitions.base.properties");

	for (void *it = js_first(props); it; it = js_next(props, it)) {
		const struct js *v = js_val(it);

		if (!name_ok(js_key(it)) || js_get(base, js_key(it))) {
			fail_field(c, "definitions",
				"%s: the name cannot be used for a custom property", js_key(it));
			return false;
		}
		if (js_type(v) == JS_NULL)
			continue;
		if (!slice_in(js_str(js_get(v, "type")), "string|boolean|integer|number|array")) {
			fail_field(c, "definitions", "%s: the type is not supported", js_key(it));
			return false;
		}
		if (!enums_agree(v) || !enums_agree(js_get(v, "items"))) {
			fail(c, 400, "E0000123",
				"The enum and oneOf values of the property do not match.", NULL);
			return false;
		}
	}
	return true;
}

/* A property that goes takes all values with it. */
static void strip(struct call *c, const struct obj *schema, const char *name)
{
	enum kind k = schema->ref == NO_OBJ ? K_GROUP : K_USER;

	for (uint32_t i = 0; i < c->s->of[k].n; i++) {
		struct obj *o = store_at(c->s, c->s->of[k].v[i]);
		AUTO_PTR(js) doc = NULL;

		if (k == K_USER && o->parent != schema->ref)
			continue;
		doc = obj_doc(o);
		if (!js_get(js_get(doc, "profile"), name))
			continue;
		js_del(js_getm(doc, "profile"), name);
		obj_put(o, doc);
	}
}

static void set_required(struct js *def, const char *name, bool on)
{
	const struct js *old = js_get(def, "required");
	struct js *list = js_new_list();

	for (size_t i = 0; i < js_len(old); i++) {
		if (!slice_is(js_str(js_at(old, i)), name))
			js_push(list, js_copy(js_at(old, i)));
	}
	if (on)
		js_push(list, js_new_strz(name));
	js_set(def, "required", list);
}

static void merge_custom(struct call *c, struct obj *o, const struct js *in)
{
	struct js *custom = js_make(o->tree, "definitions.custom"),
		  *props = js_getm(custom, "properties");

	for (void *it = js_first(in); it; it = js_next(in, it)) {
		struct js *p;

		set_required(custom, js_key(it), js_bool(js_get(js_val(it), "required")));
		if (js_type(js_val(it)) == JS_NULL) {
			js_del(props, js_key(it));
			strip(c, o, js_key(it));
			continue;
		}
		p = js_copy(js_val(it));
		fill_attr(p, "READ_ONLY");
		js_set(props, js_key(it), p);
	}
}

/* Of a base property only these may be changed. */
static void merge_base(struct obj *o, const struct js *in)
{
	static const char *const open[] = {
		"title", "permissions", "master", "required", "pattern", "mutability"};
	struct js *base = js_make(o->tree, "definitions.base"),
		  *props = js_getm(base, "properties");

	for (void *it = js_first(in); it; it = js_next(in, it)) {
		struct js *p = js_getm(props, js_key(it));

		for (size_t i = 0; p && i < LEN(open); i++) {
			const struct js *v = js_get(js_val(it), open[i]);

			if (v)
				js_set(p, open[i], js_copy(v));
		}
		if (p)
			set_required(base, js_key(it), js_bool(js_get(p, "required")));
	}
}

static void post_schema(struct call *c, struct obj *o)
{
	const struct js *custom = js_path(c->body, "definitions.custom.properties"),
			*base = js_path(c->body, "definitions.base.properties");

	if (!check_custom(c, o, custom))
		return;
	merge_custom(c, o, custom);
	merge_base(o, base);
	js_set(o->tree, "lastUpdated", js_new_strz(c->stamp));
	add_schema(c, o);
}

static void post_user_schema(struct call *c)
{
	struct obj *o = user_schema_of(c);

	if (o)
		post_schema(c, o);
}

static void post_group_schema(struct call *c)
{
	post_schema(c, store_at(c->s, c->s->group_schema));
}

static void add_type(struct buf *b, const struct call *c, const struct obj *t)
{
	struct slice text = obj_text(t);

	buf_add(b, text.p, text.n - 1);
	buf_addf(b,
		",\"_links\":{\"schema\":{\"rel\":\"schema\",\"href\":\"%s/api/v1/meta/schemas/user/%s\",\"method\":\"GET\"},\"self\":{\"rel\":\"self\",\"href\":\"%s/api/v1/meta/types/user/%s\",\"method\":\"GET\"}}}",
		c->s->base_url, store_at(c->s, t->ref)->id, c->s->base_url, t->id);
}

static void reply_type(struct call *c, const struct obj *t)
{
	reply_status(c, 200);
	add_type(&c->res->body, c, t);
}

static struct obj *make_type(struct sandbox *s, const char *now, const struct js *name,
	const struct js *title, const struct js *text, bool first)
{
	struct obj *t = store_new(s, K_TYPE, "oty"), *schema = store_new(s, K_SCHEMA, "osc");
	AUTO_PTR(js) doc = js_new_map();
	const char *by = first ? s->org_id : store_at(s, s->admin)->id;

	t->ref = schema->ix;
	schema->ref = t->ix;
	schema->tree = schema_tree(s, now, true, first ? "default" : schema->id);
	js_set(doc, "id", js_new_strz(t->id));
	js_set(doc, "displayName", js_copy(title));
	js_set(doc, "name", js_copy(name));
	js_set(doc, "description", text ? js_copy(text) : js_new_null());
	js_set(doc, "createdBy", js_new_strz(by));
	js_set(doc, "lastUpdatedBy", js_new_strz(by));
	js_set(doc, "created", js_new_strz(now));
	js_set(doc, "lastUpdated", js_new_strz(now));
	js_set(doc, "default", js_new_bool(first));
	obj_put(t, doc);
	name_set(s, K_TYPE, 0, js_str(name), t->ix);
	return t;
}

void meta_fresh(struct sandbox *s, const char *now)
{
	AUTO_PTR(js) name = js_new_strz("user");
	AUTO_PTR(js) title = js_new_strz("User");
	AUTO_PTR(js)
	text = js_new_strz("Okta user profile template with default permission settings");
	struct obj *t = make_type(s, now, name, title, text, true), *g;

	s->type = t->ix;
	s->schema = t->ref;
	g = store_new(s, K_SCHEMA, "osc");
	g->tree = schema_tree(s, now, false, "default");
	s->group_schema = g->ix;
}

static struct obj *type_of(struct call *c)
{
	struct obj *t = slice_is(c->arg[0], "default") ? store_at(c->s, c->s->type)
						       : store_find(c->s, K_TYPE, c->arg[0]);

	if (!t)
		fail_missing(c, c->arg[0], "UserType");
	return t;
}

static void list_types(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 0, 0))
		return;
	for (uint32_t i = 0; i < c->s->of[K_TYPE].n; i++)
		add_type(page_item(c, &p, 0), c, store_at(c->s, c->s->of[K_TYPE].v[i]));
	page_end(c, &p, NULL);
}

static void create_type(struct call *c)
{
	const struct js *name = js_get(c->body, "name"), *title = js_get(c->body, "displayName");
	struct slice n = js_str(name);
	char text[64];

	snprintf(text, sizeof(text), "%.*s", (int)(n.n > 60 ? 60 : n.n), n.p ? n.p : "");
	if (!n.n || n.n > 60 || !name_ok(text))
		bad(c, "name",
			"must start with a letter and have letters, digits and underscores only");
	else if (!js_str(title).n)
		bad(c, "displayName", "The field cannot be left blank");
	else if (name_find(c->s, K_TYPE, 0, n))
		bad(c, "name",
			"An object with this field already exists in the current organization");
	else if (c->s->of[K_TYPE].n >= TYPES_MAX)
		bad(c, "name", "the maximum number of user types is reached");
	else
		reply_type(c, make_type(c->s, c->stamp, name, title, js_get(c->body, "description"),
				      false));
}

static void get_type(struct call *c)
{
	const struct obj *t = type_of(c);

	if (t)
		reply_type(c, t);
}

static void change_type(struct call *c, bool whole)
{
	static const char *const open[] = {"displayName", "description"};
	struct obj *t = type_of(c);
	AUTO_PTR(js) doc = NULL;

	if (!t)
		return;
	doc = obj_doc(t);
	if ((whole || js_get(c->body, "name")) &&
		!slice_eq(js_str(js_get(c->body, "name")), js_str(js_get(doc, "name")))) {
		bad(c, "name", "The name of a user type cannot be changed");
		return;
	}
	for (size_t i = 0; i < LEN(open); i++) {
		const struct js *v = js_get(c->body, open[i]);

		if (!v && whole) {
			bad(c, open[i], "The field cannot be left blank");
			return;
		}
		if (v)
			js_set(doc, open[i], js_copy(v));
	}
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	obj_put(t, doc);
	reply_type(c, t);
}

static void post_type(struct call *c)
{
	change_type(c, false);
}

static void put_type(struct call *c)
{
	change_type(c, true);
}

static void delete_type(struct call *c)
{
	struct obj *t = type_of(c);
	bool used = t && t->ix == c->s->type;
	AUTO_PTR(js) doc = NULL;

	if (!t)
		return;
	for (uint32_t i = 0; !used && i < c->s->of[K_USER].n; i++)
		used = store_at(c->s, c->s->of[K_USER].v[i])->parent == t->ix;
	if (used) {
		fail(c, 403, "E0000142", "The user type cannot be deleted.", NULL);
		return;
	}
	doc = obj_doc(t);
	name_drop(c->s, K_TYPE, 0, js_str(js_get(doc, "name")), t->ix);
	store_drop(c->s, store_at(c->s, t->ref));
	store_drop(c->s, t);
	reply_status(c, 204);
}

const struct route routes_meta[] = {
	{"GET", "/api/v1/meta/schemas/user/{id}", get_user_schema, 0, NULL},
	{"POST", "/api/v1/meta/schemas/user/{id}", post_user_schema, R_BODY, NULL},
	{"GET", "/api/v1/meta/schemas/group/default", get_group_schema, 0, NULL},
	{"POST", "/api/v1/meta/schemas/group/default", post_group_schema, R_BODY, NULL},
	{"GET", "/api/v1/meta/types/user", list_types, 0, NULL},
	{"POST", "/api/v1/meta/types/user", create_type, R_BODY, NULL},
	{"GET", "/api/v1/meta/types/user/{id}", get_type, 0, NULL},
	{"POST", "/api/v1/meta/types/user/{id}", post_type, R_BODY, NULL},
	{"PUT", "/api/v1/meta/types/user/{id}", put_type, R_BODY, NULL},
	{"DELETE", "/api/v1/meta/types/user/{id}", delete_type, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
