/*
 * Schemas of app users: what the users of an app, or those who come from an identity provider, have in their
 * profiles there. They come into being when somebody first asks for them.
 */
#include "providers/sandbox/schema.h"

#include <stdio.h>

/* OpenID Connect's claims. The prose is ours. */
static const struct schema_attr oidc_attrs[] = {
	{"userName", "Username", NULL, NULL, "preferred_username", "SELF", 0, 0, true},
	{"name", "Name", "Full name, as it is displayed.", NULL, NULL, "SELF", 0, 0, false},
	{"nickname", "Nickname", "Casual name.", NULL, NULL, "SELF", 0, 0, false},
	{"given_name", "Given Name", "First name.", NULL, NULL, "SELF", 0, 0, false},
	{"middle_name", "Middle Name", "Middle name.", NULL, NULL, "SELF", 0, 0, false},
	{"family_name", "Family Name", "Last name.", NULL, NULL, "SELF", 0, 0, false},
	{"email", "Email", "Preferred address.", NULL, NULL, "SELF", 0, 0, false},
	{"profile", "Profile URL", "Page about the user.", NULL, NULL, "SELF", 0, 0, false},
	{"picture", "Picture URL", "Picture of the user.", NULL, NULL, "SELF", 0, 0, false},
	{"website", "Website", "The user's own page.", NULL, NULL, "SELF", 0, 0, false},
	{"gender", "Gender", "Gender.", NULL, NULL, "SELF", 0, 0, false},
	{"birthdate", "Birthdate", "Birthday, YYYY-MM-DD.", NULL, NULL, "SELF", 0, 0, false},
	{"zoneinfo", "Time Zone", "Time zone.", NULL, NULL, "SELF", 0, 0, false},
	{"locale", "Locale Name", "Language and country.", NULL, NULL, "SELF", 0, 0, false},
	{"phone_number", "Phone Number", "Phone, E.164.", NULL, NULL, "SELF", 0, 0, false},
	{"street_address", "Street Address", "Street and number.", NULL, "address.street_address",
		"SELF", 0, 0, false},
	{"locality", "Locality", "City.", NULL, "address.locality", "SELF", 0, 0, false},
	{"region", "Region", "State or province.", NULL, "address.region", "SELF", 0, 0, false},
	{"postal_code", "Postal Code", "Zip code.", NULL, "address.postal_code", "SELF", 0, 0,
		false},
	{"country", "Country", "Country.", NULL, "address.country", "SELF", 0, 0, false},
	{"formatted", "Formatted", "The address in full.", NULL, "address.formatted", "SELF", 0, 0,
		false},
};

static const struct schema_attr plain_attrs[] = {
	{"userName", "Username", NULL, NULL, NULL, "NONE", 0, 100, true},
};

static const struct schema_attr saml_idp_attrs[] = {
	{"userName", "Username", NULL, NULL, "userName", "NONE", 0, 100, true},
	{"firstName", "First name", NULL, NULL, "firstName", "NONE", 0, 0, false},
	{"lastName", "Last name", NULL, NULL, "lastName", "NONE", 0, 0, false},
	{"email", "Email", NULL, NULL, "email", "NONE", 0, 0, false},
	{"mobilePhone", "Mobile phone", NULL, NULL, "mobilePhone", "NONE", 0, 0, false},
};

/* The attributes that its mapping to a user of Okta's reads. */
static const struct schema_attr oidc_idp_attrs[] = {
	{"userName", "Username", NULL, NULL, "preferred_username", "NONE", 0, 100, true},
	{"email", "Email", NULL, NULL, "email", "NONE", 0, 0, false},
	{"displayName", "Display name", NULL, NULL, "name", "NONE", 0, 0, false},
	{"nickname", "Nickname", NULL, NULL, "nickname", "NONE", 0, 0, false},
	{"firstName", "First name", NULL, NULL, "given_name", "NONE", 0, 0, false},
	{"middleName", "Middle name", NULL, NULL, "middle_name", "NONE", 0, 0, false},
	{"lastName", "Last name", NULL, NULL, "family_name", "NONE", 0, 0, false},
	{"profile", "Profile URL", NULL, NULL, "profile", "NONE", 0, 0, false},
	{"zoneinfo", "Time zone", NULL, NULL, "zoneinfo", "NONE", 0, 0, false},
	{"phoneNumber", "Phone number", NULL, NULL, "phone_number", "NONE", 0, 0, false},
	{"street_address", "Street address", NULL, NULL, "address.street_address", "NONE", 0, 0,
		false},
	{"locality", "Locality", NULL, NULL, "address.locality", "NONE", 0, 0, false},
	{"region", "Region", NULL, NULL, "address.region", "NONE", 0, 0, false},
	{"postalCode", "Postal code", NULL, NULL, "address.postal_code", "NONE", 0, 0, false},
	{"country", "Country", NULL, NULL, "address.country", "NONE", 0, 0, false},
};

struct base {
	const struct schema_attr *v;
	size_t n;
};

static struct base base_of(const struct obj *app, const struct js *doc)
{
	bool idp = app->kind == K_IDP;

	if (slice_is(js_str(js_get(doc, "signOnMode")), "OPENID_CONNECT"))
		return (struct base){oidc_attrs, LEN(oidc_attrs)};
	if (idp && slice_is(js_str(js_get(doc, "type")), "SAML2"))
		return (struct base){saml_idp_attrs, LEN(saml_idp_attrs)};
	if (idp)
		return (struct base){oidc_idp_attrs, LEN(oidc_idp_attrs)};
	return (struct base){plain_attrs, LEN(plain_attrs)};
}

void schema_app_name(struct buf *b, const struct obj *app, const struct js *doc)
{
	struct slice name = js_str(js_get(doc, "name")), type = js_str(js_get(doc, "type"));

	if (app->kind != K_IDP) {
		buf_add_slice(b, name);
		return;
	}
	if (slice_is(type, "SAML2"))
		type = SLICE("SAML");
	buf_add_lower(b, type);
	buf_adds(b, "_idp");
}

/* Names that many apps share get a tail: "oidc_client_1a2b3c4". */
static void put_names(struct js *tree, const struct obj *app, const struct js *doc)
{
	AUTO(buf) struct buf name = BUF_TEXT;
	AUTO(buf) struct buf title = BUF_TEXT;
	struct slice label = js_str(js_get(doc, app->kind == K_IDP ? "name" : "label"));

	schema_app_name(&name, app, doc);
	if (slice_is(js_str(js_get(doc, "name")), "oidc_client")) {
		buf_addc(&name, '_');
		buf_add_lower(&name, slice_head(slice_of(app->id + 10), 7));
	}
	buf_add_slice(&title, label);
	buf_adds(&title, " User");
	js_set(tree, "name", js_new_str(buf_slice(&name)));
	js_set(tree, "title", js_new_str(buf_slice(&title)));
}

static struct obj *schema_of_app(struct call *c, const struct obj *app)
{
	struct obj *o = name_find(c->s, K_SCHEMA, app->ix, SLICE("default"));
	AUTO_PTR(js) doc = obj_doc(app);

	if (!o) {
		struct base base = base_of(app, doc);
		const struct js *born = js_get(doc, "created");
		char id[64];

		o = store_new(c->s, K_SCHEMA, "osc");
		o->sub = SCHEMA_APP;
		o->ref = app->ix;
		snprintf(id, sizeof(id), "apps/%s/default", app->id);
		o->tree = schema_tree(c->s, js_type(born) == JS_STR ? js_str(born).p : c->stamp,
			SCHEMA_APP, id, base.v, base.n);
		name_set(c->s, K_SCHEMA, app->ix, SLICE("default"), o->ix);
	}
	put_names(o->tree, app, doc);
	return o;
}

/* An identity provider has a schema at the same place. */
static struct obj *app_schema_of(struct call *c)
{
	const struct obj *app = store_find(c->s, K_IDP, c->arg[0]);

	if (!app)
		app = app_of(c, c->arg[0]);
	return app ? schema_of_app(c, app) : NULL;
}

static void get_app_schema(struct call *c)
{
	const struct obj *o = app_schema_of(c);

	if (o)
		schema_reply(c, o, false);
}

static void post_app_schema(struct call *c)
{
	struct obj *o = app_schema_of(c);

	if (!o || !schema_edit_ok(c, o))
		return;
	schema_edit(c, o);
	schema_reply(c, o, true);
}

const struct route routes_app_schemas[] = {
	{"GET", "/api/v1/meta/schemas/apps/{id}/default", get_app_schema, 0, NULL},
	{"POST", "/api/v1/meta/schemas/apps/{id}/default", post_app_schema, R_BODY,
		"directory.app_user_profile.update"},
	{NULL, NULL, NULL, 0, NULL},
};
