/*
 * The schemas of users and groups: what a new one has and how a schema is printed. Changing them is
 * schema_edit.c, the attributes of app users are app_schema.c, what profiles must obey is schema_check.c.
 */
#include "providers/sandbox/schema.h"

static const struct schema_attr user_attrs[] = {
	{"login", "Username", NULL, NULL, NULL, "READ_ONLY", 5, 100, true},
	{"firstName", "First name", NULL, NULL, NULL, "READ_WRITE", 1, 50, true},
	{"lastName", "Last name", NULL, NULL, NULL, "READ_WRITE", 1, 50, true},
	{"middleName", "Middle name", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"honorificPrefix", "Honorific prefix", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"honorificSuffix", "Honorific suffix", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"email", "Primary email", NULL, "email", NULL, "READ_WRITE", 0, 0, true},
	{"title", "Title", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"displayName", "Display name", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"nickName", "Nickname", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"profileUrl", "Profile Url", NULL, "uri", NULL, "READ_ONLY", 0, 0, false},
	{"secondEmail", "Secondary email", NULL, "email", NULL, "READ_WRITE", 0, 0, false},
	{"mobilePhone", "Mobile phone", NULL, NULL, NULL, "READ_WRITE", 0, 100, false},
	{"primaryPhone", "Primary phone", NULL, NULL, NULL, "HIDE", 0, 100, false},
	{"streetAddress", "Street address", NULL, NULL, NULL, "HIDE", 0, 0, false},
	{"city", "City", NULL, NULL, NULL, "HIDE", 0, 0, false},
	{"state", "State", NULL, NULL, NULL, "HIDE", 0, 0, false},
	{"zipCode", "Zip code", NULL, NULL, NULL, "HIDE", 0, 0, false},
	{"countryCode", "Country code", NULL, "country-code", NULL, "HIDE", 0, 0, false},
	{"postalAddress", "Postal Address", NULL, NULL, NULL, "HIDE", 0, 0, false},
	{"preferredLanguage", "Preferred language", NULL, "language-code", NULL, "READ_ONLY", 0, 0,
		false},
	{"locale", "Locale", NULL, "locale", NULL, "READ_ONLY", 0, 0, false},
	{"timezone", "Time zone", NULL, "timezone", NULL, "READ_ONLY", 0, 0, false},
	{"userType", "User type", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"employeeNumber", "Employee number", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"costCenter", "Cost center", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"organization", "Organization", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"division", "Division", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"department", "Department", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"managerId", "ManagerId", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
	{"manager", "Manager", NULL, NULL, NULL, "READ_ONLY", 0, 0, false},
};

static const struct schema_attr group_attrs[] = {
	{"name", "Name", NULL, NULL, NULL, "READ_WRITE", 0, 255, true},
	{"description", "Description", NULL, NULL, NULL, "READ_WRITE", 0, 1024, false},
};

/* --- one attribute --- */

static struct js *permissions(const char *action)
{
	struct js *one = js_new_map(), *list = js_new_list();

	js_set(one, "principal", js_new_strz("SELF"));
	js_set(one, "action", js_new_strz(action));
	js_push(list, one);
	return list;
}

static struct js *master(const char *type)
{
	struct js *m = js_new_map();

	js_set(m, "type", js_new_strz(type));
	return m;
}

/* Who says so stands before what it says, however it was sent. */
static struct js *tidy_permissions(const struct js *in)
{
	struct js *list = js_new_list();

	for (size_t i = 0; i < js_len(in); i++) {
		const struct js *p = js_get(js_at(in, i), "principal"),
				*a = js_get(js_at(in, i), "action");
		struct js *one = js_new_map();

		js_set(one, "principal", p ? js_copy(p) : js_new_strz("SELF"));
		js_set(one, "action", a ? js_copy(a) : js_new_strz("READ_ONLY"));
		js_push(list, one);
	}
	return list;
}

static struct js *tidy_items(const struct js *in)
{
	static const char *const order[] = {"type", "enum", "oneOf"};
	struct js *items = js_new_map();

	for (size_t i = 0; i < LEN(order); i++) {
		const struct js *v = js_get(in, order[i]);

		if (js_type(v) > JS_NULL)
			js_set(items, order[i], js_copy(v));
	}
	if (slice_is(js_str(js_get(in, "type")), "object"))
		js_set(items, "additionalProperties", js_new_bool(true));
	return items;
}

/* What is left out of app schemas: who may change it, where only the usual is said. */
static bool is_usual(const char *name, const struct js *v)
{
	if (streq(name, "permissions"))
		return !js_len(v) ||
		       slice_in(js_str(js_get(js_at(v, 0), "action")), "READ_ONLY|READ_WRITE");
	return streq(name, "master") && slice_in(js_str(js_get(v, "type")), "PROFILE_MASTER|OKTA");
}

static struct js *tidy_member(const char *name, const struct js *in, const char *type)
{
	const struct js *v = js_get(in, name);

	if (js_type(v) <= JS_NULL || (streq(name, "required") && !js_bool(v)) ||
		(streq(name, "union") && !streq(type, "array")) ||
		(streq(name, "unique") && slice_is(js_str(v), "NOT_UNIQUE")))
		return NULL;
	if (streq(name, "unique"))
		return js_new_strz("UNIQUE_VALIDATED");
	if (streq(name, "items"))
		return tidy_items(v);
	return streq(name, "permissions") ? tidy_permissions(v) : js_copy(v);
}

/* In the order of the answers. */
static const char *const members[] = {"title", "description", "type", "required", "format",
	"pattern", "mutability", "externalName", "externalNamespace", "scope", "enum", "oneOf",
	"minLength", "maxLength", "items", "union", "unique", "default", "permissions", "master"};

struct js *schema_property(enum schema_of of, const struct js *in)
{
	bool array = slice_is(js_str(js_get(in, "type")), "array");
	AUTO_PTR(js) full = js_copy(in);
	struct js *p = js_new_map();

	if (js_type(js_get(in, "scope")) != JS_STR)
		js_set(full, "scope", js_new_strz("NONE"));
	if (of != SCHEMA_APP) {
		js_default(full, "mutability", js_new_strz("READ_WRITE"));
		if (!js_len(js_get(in, "permissions")))
			js_set(full, "permissions", permissions("READ_ONLY"));
		if (js_type(js_get(in, "master")) != JS_MAP)
			js_set(full, "master", master("PROFILE_MASTER"));
	}
	for (size_t i = 0; i < LEN(members); i++) {
		struct js *v = tidy_member(members[i], full, array ? "array" : "");

		if (v && of == SCHEMA_APP && is_usual(members[i], v)) {
			js_free(v);
			v = NULL;
		}
		if (v)
			js_set(p, members[i], v);
	}
	return p;
}

/* --- a new schema --- */

static void set_str(struct js *m, const char *key, const char *v)
{
	if (v)
		js_set(m, key, js_new_strz(v));
}

static struct js *okta_property(enum schema_of of, const struct schema_attr *a)
{
	AUTO_PTR(js) p = js_new_map();

	set_str(p, "title", a->title);
	set_str(p, "description", a->text);
	set_str(p, "type", "string");
	set_str(p, "format", a->format);
	set_str(p, "externalName", a->external);
	if (a->required)
		js_set(p, "required", js_new_bool(true));
	if (a->min)
		js_set(p, "minLength", js_new_int(a->min));
	if (a->max)
		js_set(p, "maxLength", js_new_int(a->max));
	if (of == SCHEMA_APP)
		set_str(p, "scope", a->access);
	else
		js_set(p, "permissions", permissions(a->access));
	return schema_property(of, p);
}

void schema_set_required(struct js *def)
{
	const struct js *props = js_get(def, "properties");
	struct js *list = js_new_list();

	for (void *it = js_first(props); it; it = js_next(props, it)) {
		if (js_bool(js_get(js_val(it), "required")))
			js_push(list, js_new_strz(js_key(it)));
	}
	js_del(def, "required");
	if (js_len(props))
		js_set(def, "required", list);
	else
		js_free(list);
}

static struct js *definition(
	enum schema_of of, const char *id, const struct schema_attr *a, size_t n)
{
	struct js *d = js_new_map(), *props = js_new_map();

	set_str(d, "id", id);
	set_str(d, "type", "object");
	for (size_t i = 0; i < n; i++)
		js_set(props, a[i].name, okta_property(of, &a[i]));
	js_set(d, "properties", props);
	schema_set_required(d);
	return d;
}

struct js *schema_tree(struct sandbox *s, const char *now, enum schema_of of, const char *id,
	const struct schema_attr *base, size_t nbase)
{
	static const struct {
		const char *name, *title, *text;
	} words[] = {
		[SCHEMA_USER] = {"user", "User",
			"Okta user profile template with default permission settings"},
		[SCHEMA_GROUP] = {"group", "Okta group", "Okta group profile template"},
		[SCHEMA_APP] = {"", "", NULL},
	};
	AUTO(buf) struct buf url = BUF_MAX(512);
	struct js *t = js_new_map(), *all = js_new_list(), *ref;

	buf_addf(&url, "%s/meta/schemas/%s", s->base_url, id);
	js_set(t, "id", js_new_str(buf_slice(&url)));
	set_str(t, "$schema", "http://json-schema.org/draft-04/schema#");
	set_str(t, "name", words[of].name);
	set_str(t, "title", words[of].title);
	set_str(t, "description", words[of].text);
	set_str(t, "lastUpdated", now);
	set_str(t, "created", now);
	js_set(t, "definitions", js_new_map());
	js_set(js_getm(t, "definitions"), "custom", definition(of, "#custom", NULL, 0));
	js_set(js_getm(t, "definitions"), "base", definition(of, "#base", base, nbase));
	set_str(t, "type", "object");
	for (int i = 0; i < 2; i++) {
		ref = js_new_map();
		set_str(ref, "$ref", i ? "#/definitions/base" : "#/definitions/custom");
		js_push(all, ref);
	}
	js_set(js_make(t, "properties.profile"), "allOf", all);
	return t;
}

struct obj *schema_make_user(struct call *c, struct obj *type, const struct js *doc)
{
	AUTO(buf) struct buf id = BUF_MAX(64);
	struct obj *o = store_new(c->s, K_SCHEMA, "osc");

	buf_addf(&id, "user/%s", type->ix == c->s->type ? "default" : o->id);
	o->sub = SCHEMA_USER;
	o->ref = type->ix;
	o->tree =
		schema_tree(c->s, c->stamp, SCHEMA_USER, buf_str(&id), user_attrs, LEN(user_attrs));
	js_set(o->tree, "name", js_copy(js_get(doc, "name")));
	js_set(o->tree, "title", js_copy(js_get(doc, "displayName")));
	return o;
}

void meta_fresh(struct sandbox *s, const char *now)
{
	struct obj *o = store_new(s, K_SCHEMA, "osc");

	o->sub = SCHEMA_GROUP;
	o->tree = schema_tree(s, now, SCHEMA_GROUP, "group/default", group_attrs, LEN(group_attrs));
	s->group_schema = o->ix;
}

struct obj *schema_of_type(const struct sandbox *s, uint32_t type)
{
	return store_at(s, store_at(s, type)->ref);
}

/* --- printing --- */

/* Whether values are unique is found out in the background: who just asked for it reads that it is not done. */
static void set_pending(struct js *tree, const struct js *asked)
{
	struct js *props = js_make(tree, "definitions.custom.properties");

	for (void *it = js_first(asked); it; it = js_next(asked, it)) {
		struct js *p = js_getm(props, js_key(it));

		if (js_get(p, "unique"))
			set_str(p, "unique", "PENDING_UNIQUENESS");
	}
}

static void add_link(struct call *c, const char *name, const char *path, const char *id)
{
	buf_addf(&c->res->body,
		"\"%s\":{\"rel\":\"%s\",\"href\":\"%s/api/v1/meta/%s/%s\",\"method\":\"GET\"}",
		name, name, c->s->base_url, path, id);
}

void schema_reply(struct call *c, const struct obj *o, bool edited)
{
	struct buf *b = &c->res->body;
	AUTO_PTR(js) tree = js_copy(o->tree);

	if (edited)
		set_pending(tree, js_path(c->body, "definitions.custom.properties"));
	reply_status(c, 200);
	js_write(b, tree);
	if (o->sub == SCHEMA_APP)
		return;
	add_nested(b, "_links");
	if (o->sub == SCHEMA_USER) {
		add_link(c, "self", "schemas/user", o->id);
		buf_addc(b, ',');
		add_link(c, "type", "types/user", store_at(c->s, o->ref)->id);
	} else {
		add_link(c, "self", "schemas/group", "default");
	}
	buf_adds(b, "}}");
}

/* --- requests --- */

static struct obj *user_schema_of(struct call *c)
{
	struct obj *o = slice_is(c->arg[0], "default") ? schema_of_type(c->s, c->s->type)
						       : store_find(c->s, K_SCHEMA, c->arg[0]);

	if (o && o->sub == SCHEMA_USER)
		return o;
	fail_missing(c, c->arg[0], "UserSchema");
	return NULL;
}

static void get_user_schema(struct call *c)
{
	const struct obj *o = user_schema_of(c);

	if (o)
		schema_reply(c, o, false);
}

static void post_user_schema(struct call *c)
{
	struct obj *o = user_schema_of(c);

	if (!o || !schema_edit_ok(c, o))
		return;
	schema_edit(c, o);
	schema_reply(c, o, true);
}

static void get_group_schema(struct call *c)
{
	schema_reply(c, store_at(c->s, c->s->group_schema), false);
}

static void post_group_schema(struct call *c)
{
	struct obj *o = store_at(c->s, c->s->group_schema);

	if (!schema_edit_ok(c, o))
		return;
	schema_edit(c, o);
	schema_reply(c, o, true);
}

const struct route routes_schemas[] = {
	{"GET", "/api/v1/meta/schemas/user/{id}", get_user_schema, 0, NULL},
	{"POST", "/api/v1/meta/schemas/user/{id}", post_user_schema, R_BODY,
		"directory.user_profile.update"},
	{"GET", "/api/v1/meta/schemas/group/default", get_group_schema, 0, NULL},
	{"POST", "/api/v1/meta/schemas/group/default", post_group_schema, R_BODY,
		"directory.user_profile.update"},
	{NULL, NULL, NULL, 0, NULL},
};
