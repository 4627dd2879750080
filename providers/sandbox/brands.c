/*
 * Brands. The org has one by itself; custom domains bring more.
 */
#include "providers/sandbox/brands.h"

#include "base/xalloc.h"

struct obj *brand_of(struct call *c)
{
	return collection_find(c, &brands, c->arg[0]);
}

struct obj *brand_default(const struct sandbox *s)
{
	STORE_EACH(s, K_BRAND, o) {
		if (o->builtin)
			return o;
	}
	return NULL;
}

struct js *brand_url(const struct call *c, const char *path)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_adds(&b, c->s->base_url);
	buf_adds(&b, path);
	return js_new_str(buf_slice(&b));
}

/* --- parts --- */

struct obj *part_find(const struct sandbox *s, const struct obj *brand, unsigned part)
{
	STORE_EACH(s, K_BRAND_PAGE, o) {
		if (o->parent == brand->ix && o->sub == part)
			return o;
	}
	return NULL;
}

void part_put(struct sandbox *s, const struct obj *brand, unsigned part, const struct js *doc)
{
	struct obj *o = part_find(s, brand, part);

	if (!o) {
		o = store_new(s, K_BRAND_PAGE, "pag");
		o->parent = brand->ix;
		o->sub = (uint8_t)part;
	}
	obj_put(o, doc);
}

/* --- the document --- */

/* The app that people without an app of their own land in. */
static const struct obj *dashboard(const struct sandbox *s)
{
	STORE_EACH(s, K_APP, o) {
		AUTO_PTR(js) doc = o->system ? obj_doc(o) : NULL;

		if (slice_is(js_str(js_get(doc, "name")), "okta_enduser"))
			return o;
	}
	return NULL;
}

/* All three members are printed; the org makes its brands with the dashboard. */
static bool fill_app(struct call *c, struct js *doc)
{
	static const char *const members[] = {
		"appInstanceId", "appLinkName", "classicApplicationUri"};
	const struct js *in = js_get(doc, "defaultApp");
	const struct obj *app = c->s->filling ? dashboard(c->s) : NULL;
	struct slice id = js_str(js_get(in, "appInstanceId"));
	struct js *to;

	if (id.n && !store_find(c->s, K_APP, id)) {
		fail_field(c, "defaultApp.appInstanceId",
			"defaultApp.appInstanceId: there is no such app");
		return false;
	}
	to = js_new_map();
	for (size_t i = 0; i < LEN(members); i++) {
		struct slice v = js_str(js_get(in, members[i]));

		js_set(to, members[i], v.n ? js_new_str(v) : js_new_null());
	}
	if (app && !id.n)
		js_set(to, "appInstanceId", js_new_strz(app->id));
	js_set(doc, "defaultApp", to);
	return true;
}

static bool fill_policy(struct call *c, struct js *doc)
{
	struct slice url = js_str(js_get(doc, "customPrivacyPolicyUrl"));
	bool agreed = js_bool(js_get(doc, "agreeToCustomPrivacyPolicy"));

	js_set(doc, "removePoweredByOkta",
		js_new_bool(js_bool(js_get(doc, "removePoweredByOkta"))));
	js_set(doc, "agreeToCustomPrivacyPolicy", js_new_bool(agreed));
	if (!url.n)
		js_set(doc, "customPrivacyPolicyUrl", js_new_null());
	if (!url.n || agreed)
		return true;
	fail_field(c, "agreeToCustomPrivacyPolicy",
		"agreeToCustomPrivacyPolicy: must be true where there is a privacy policy of one's own");
	return false;
}

static bool fill_brand(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	/* a new brand is no more than its name, whatever else was sent */
	static const char *const later[] = {"customPrivacyPolicyUrl", "agreeToCustomPrivacyPolicy",
		"removePoweredByOkta", "locale", "defaultApp", "emailDomainId"};
	const struct js *mail;

	for (size_t i = 0; !old && !c->s->filling && i < LEN(later); i++)
		js_set(doc, later[i], js_new_null());
	if (c->s->filling && js_bool(js_get(doc, "isDefault")))
		o->builtin = true;
	js_set(doc, "isDefault", js_new_bool(o->builtin));
	mail = js_get(doc, "emailDomainId");
	if (!js_str(js_get(doc, "name")).n) {
		fail_field(c, "name", "name: The field cannot be left blank");
		return false;
	}
	if (js_str(mail).n && !store_find(c->s, K_EMAIL_DOMAIN, js_str(mail))) {
		fail_field(c, "emailDomainId", "emailDomainId: there is no such email domain");
		return false;
	}
	if (!js_str(mail).n)
		js_del(doc, "emailDomainId");
	if (!js_str(js_get(doc, "locale")).n)
		js_del(doc, "locale");
	return fill_policy(c, doc) && fill_app(c, doc);
}

static void stored_brand(struct call *c, struct obj *o, bool created)
{
	AUTO_PTR(js) none = js_new_map();

	if (!created)
		return;
	collection_make(c, &brand_themes, o, none);
	email_templates_make(c, o);
}

static bool leave_brand(struct call *c, struct obj *o)
{
	static const struct refusal of_org = {409, "E0000200", "A default brand cannot be deleted"};
	static const struct refusal in_use = {
		409, "E0000201", "A brand associated with a domain cannot be deleted"};

	if (o->builtin || domains_use(c->s, o)) {
		fail_with(c, o->builtin ? &of_org : &in_use);
		return false;
	}
	for (unsigned i = 0; i < PART_COUNT; i++) {
		struct obj *part = part_find(c->s, o, i);

		if (part)
			store_drop(c->s, part);
	}
	return true;
}

struct obj *brand_named(struct call *c, struct slice name)
{
	struct obj *o = name_find(c->s, K_BRAND, 0, name);
	AUTO_PTR(js) body = NULL;

	if (o)
		return o;
	body = js_new_map();
	js_set(body, "name", js_new_str(name));
	return collection_make(c, &brands, NULL, body);
}

void brand_set_email_domain(struct obj *brand, const char *id)
{
	AUTO_PTR(js) doc = obj_doc(brand);

	if (id)
		js_set(doc, "emailDomainId", js_new_strz(id));
	else
		js_del(doc, "emailDomainId");
	obj_put(brand, doc);
}

/* --- what is printed --- */

struct js *brand_printed(struct call *c, const struct collection *col, const struct obj *o)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;
	struct js *doc = NULL;

	collection_add(&b, c, col, o);
	if (js_parse(buf_slice(&b), "what is printed", &doc, &e) < 0)
		BUG("what is printed is no JSON: %s", e.msg);
	return doc;
}

static struct js *embedded_themes(struct call *c, const struct obj *brand)
{
	struct js *list = js_new_list();

	STORE_EACH(c->s, K_BRAND_THEME, o) {
		if (o->parent == brand->ix)
			js_push(list, brand_printed(c, &brand_themes, o));
	}
	return list;
}

static struct js *embedded_domains(struct call *c, const struct obj *brand)
{
	struct js *list = js_new_list();

	STORE_EACH(c->s, K_DOMAIN, o) {
		if (o->ref == brand->ix)
			js_push(list, brand_printed(c, &domains, o));
	}
	return list;
}

static struct js *embedded_email_domain(struct call *c, const struct obj *brand)
{
	AUTO_PTR(js) doc = obj_doc(brand);
	const struct obj *o =
		store_find(c->s, K_EMAIL_DOMAIN, js_str(js_get(doc, "emailDomainId")));

	return o ? brand_printed(c, &email_domains, o) : NULL;
}

static const struct embed {
	const char *word;
	struct js *(*make)(struct call *c, const struct obj *brand);
} embeds[] = {
	{"themes", embedded_themes},
	{"domains", embedded_domains},
	{"emailDomain", embedded_email_domain},
};

static void show_brand(struct call *c, const struct obj *o, struct js *doc)
{
	struct slice rest, word;
	struct js *to;

	/* of brands themselves, not of brands that stand in other answers */
	if (c->col != &brands || !query_get(c, "expand").n)
		return;
	to = js_new_map();
	for (rest = query_get(c, "expand"); slice_cut(&rest, ',', &word);) {
		for (size_t i = 0; i < LEN(embeds); i++) {
			struct js *v = slice_is(slice_trim(word), embeds[i].word)
					       ? embeds[i].make(c, o)
					       : NULL;

			if (v)
				js_set(to, embeds[i].word, v);
		}
	}
	js_set(doc, "_embedded", to);
}

static void link_brand(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice mail = js_str(js_get(doc, "emailDomainId"));

	add_hint(b, c, "themes", "GET", "/api/v1/brands/%s/themes", o->id);
	if (mail.n) {
		add_hint(b, c, "emailDomain", "GET|PUT|DELETE", "/api/v1/email-domains/%.*s",
			SLICE_ARG(mail));
	}
	add_hint(b, c, "self", "GET|PUT|DELETE", "/api/v1/brands/%s", o->id);
}

/* Only requests of the fresh org name their own brand so. */
static struct obj *alias_brand(struct call *c, struct slice id)
{
	return c->s->filling && slice_is(id, "default") ? brand_default(c->s) : NULL;
}

static const struct refusal brand_taken = {409, "E0000202", "Brand name already exists."};

const struct collection brands = {
	.path = "/api/v1/brands",
	.kind = K_BRAND,
	.of = K_COUNT,
	.type = "Brand",
	.prefix = "bnd",
	.members =
		"id name! removePoweredByOkta: customPrivacyPolicyUrl: agreeToCustomPrivacyPolicy: isDefault=: emailDomainId locale defaultApp:",
	.key = "name",
	.taken = &brand_taken,
	.event = "system.brand.*",
	.limit = 20,
	.max = 200,
	.keep = "expand|q",
	.flags = C_CREATED,
	.fill = fill_brand,
	.stored = stored_brand,
	.leave = leave_brand,
	.links = link_brand,
	.show = show_brand,
	.alias = alias_brand,
};

static void list_domains(struct call *c)
{
	const struct obj *brand = brand_of(c);
	struct js *answer;

	if (!brand)
		return;
	answer = js_new_map();
	js_set(answer, "domains", embedded_domains(c, brand));
	reply_js(c, 200, answer);
}

const struct route routes_brands[] = {
	{"GET", "/api/v1/brands/{id}/domains", list_domains, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
