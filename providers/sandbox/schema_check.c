/*
 * What profiles must obey: is every attribute defined, is it there, is it of the type, length and form that the
 * schema wants.
 */
#include "providers/sandbox/schema.h"

/* name in the profile was refused. */
static bool bad(struct call *c, const char *name, const char *why)
{
	fail_field(c, name, "%s: %s", name, why);
	return false;
}

static bool is_word(char ch)
{
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9');
}

/* Is ch in the set between the brackets: single characters, ranges, and what a backslash makes literal? */
static bool in_set(struct slice set, char ch)
{
	for (size_t i = 0; i < set.n; i++) {
		char lo = set.p[i];

		if (lo == '\\' && i + 1 < set.n)
			lo = set.p[++i];
		if (i + 2 < set.n && set.p[i + 1] == '-' && is_word(lo)) {
			if (ch >= lo && ch <= set.p[i + 2])
				return true;
			i += 2;
		} else if (ch == lo) {
			return true;
		}
	}
	return false;
}

/* Okta knows two forms: ".+" takes anything, "[...]+" what consists of a set of characters. */
static bool fits(struct slice pattern, struct slice v)
{
	if (!slice_starts(pattern, "[") || !slice_ends(pattern, "]+"))
		return true;
	for (size_t i = 0; i < v.n; i++) {
		if (!in_set((struct slice){pattern.p + 1, pattern.n - 3}, v.p[i]))
			return false;
	}
	return true;
}

static bool is_country(struct slice v)
{
	return v.n == 2 && is_word(v.p[0]) && is_word(v.p[1]);
}

static bool check_form(
	struct call *c, const char *name, const struct js *attr, bool base, struct slice v)
{
	struct slice format = js_str(js_get(attr, "format")),
		     pattern = js_str(js_get(attr, "pattern"));

	if (base && streq(name, "login") && !pattern.n && !memchr(v.p, '@', v.n))
		return bad(c, name, "Username must be in the form of an email address");
	if ((slice_is(format, "email") && !memchr(v.p, '@', v.n)) ||
		(slice_is(format, "country-code") && !is_country(v)) || !fits(pattern, v))
		return bad(c, name, "Does not match required pattern");
	return true;
}

static bool check_str(
	struct call *c, const char *name, const struct js *attr, bool base, struct slice v)
{
	const struct js *min = js_get(attr, "minLength"), *max = js_get(attr, "maxLength");
	bool any = slice_is(js_str(js_get(attr, "pattern")), ".+");

	if (!v.n)
		return true;
	if (min && !any && (int64_t)slice_chars(v) < js_int(min))
		return bad(c, name, "The field is too short");
	if (max && (int64_t)slice_chars(v) > js_int(max))
		return bad(c, name, "The field is too long");
	return check_form(c, name, attr, base, v);
}

/* Does the value have the type's word and stand in the enumeration, if there is one? */
static const char *misfit(const struct js *attr, const struct js *v)
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
		{"object", 1U << JS_MAP},
	};
	const struct js *list = js_get(attr, "enum");
	bool listed = js_type(list) != JS_LIST;

	for (size_t i = 0; i < LEN(types); i++) {
		if (slice_is(js_str(js_get(attr, "type")), types[i].word) &&
			!(types[i].types & 1U << js_type(v)))
			return "The value is not of the type that the schema asks for";
	}
	for (size_t i = 0; !listed && i < js_len(list); i++)
		listed = js_equal(js_at(list, i), v);
	return listed ? NULL : "The value is not one of those that the schema lists";
}

static bool check_value(
	struct call *c, const char *name, const struct js *attr, bool base, const struct js *v)
{
	const char *why = misfit(attr, v);

	for (size_t i = 0; !why && i < js_len(v) && js_type(v) == JS_LIST; i++)
		why = misfit(js_get(attr, "items"), js_at(v, i));
	if (why)
		return bad(c, name, why);
	return js_type(v) != JS_STR || check_str(c, name, attr, base, js_str(v));
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
		bool of_base = attr != NULL;

		if (!attr)
			attr = js_get(js_get(custom, "properties"), name);
		if (!attr) {
			fail_field(c, what, "Property name '%s' is not defined in profile", name);
			return false;
		}
		if (js_type(js_val(it)) != JS_NULL &&
			!check_value(c, name, attr, of_base, js_val(it)))
			return false;
	}
	return check_required(c, base, profile) && check_required(c, custom, profile);
}

struct js *schema_defaults(const struct obj *schema, const struct js *profile)
{
	const struct js *props = js_path(schema->tree, "definitions.custom.properties");
	struct js *to = js_type(profile) == JS_MAP ? js_copy(profile) : js_new_map();

	for (void *it = js_first(props); it; it = js_next(props, it)) {
		const struct js *v = js_get(js_val(it), "default");

		if (v && js_type(js_get(to, js_key(it))) <= JS_NULL)
			js_set(to, js_key(it), js_copy(v));
	}
	return to;
}

/* Does a user of that schema other than self have the value? */
static bool taken(struct call *c, const struct obj *schema, const char *name, const struct js *v,
	const struct obj *self)
{
	STORE_EACH(c->s, K_USER, u) {
		AUTO_PTR(js) doc = NULL;

		if (u == self || u->parent != schema->ref)
			continue;
		doc = obj_doc(u);
		if (js_equal(js_get(js_get(doc, "profile"), name), v))
			return true;
	}
	return false;
}

bool schema_unique(
	struct call *c, const struct obj *schema, const struct js *profile, const struct obj *self)
{
	const struct js *props = js_path(schema->tree, "definitions.custom.properties");

	for (void *it = js_first(props); it; it = js_next(props, it)) {
		const struct js *v = js_get(profile, js_key(it));

		if (js_get(js_val(it), "unique") && js_type(v) > JS_NULL &&
			taken(c, schema, js_key(it), v, self))
			return bad(c, js_key(it),
				"An object with this field already exists in the current organization");
	}
	return true;
}
