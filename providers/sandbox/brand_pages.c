/*
 * The pages of a brand that people see when they sign in and out, and what other programs read below
 * /.well-known. What a brand has of its own is a part of it (brands.h); the rest is made here.
 */
#include "providers/sandbox/brands.h"

#include <stdio.h>

/* --- what the pages hold --- */

static const char sign_in_html[] =
	"<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"UTF-8\">\n<link rel=\"stylesheet\" href=\"{{themedStylesUrl}}\">\n<link rel=\"shortcut icon\" href=\"{{faviconUrl}}\">\n<title>{{pageTitle}}</title>\n{{{SignInWidgetResources}}}\n<style nonce=\"{{nonceValue}}\">#background { background-image: {{bgImageUrl}} }</style>\n</head>\n<body>\n<div id=\"background\"></div>\n<div id=\"widget\"></div>\n{{{OktaUtil}}}\n<script nonce=\"{{nonceValue}}\">new OktaSignIn(OktaUtil.getSignInWidgetConfig()).renderEl({ el: '#widget' }, OktaUtil.completeLogin);</script>\n</body>\n</html>\n";
static const char error_html[] =
	"<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"UTF-8\">\n<link rel=\"stylesheet\" href=\"{{themedStylesUrl}}\">\n<title>{{pageTitle}}</title>\n</head>\n<body>\n<h1>{{errorSummary}}</h1>\n<p>{{{errorDescription}}}</p>\n{{#back}}<a href=\"{{{href}}}\">{{text}}</a>{{/back}}\n</body>\n</html>\n";

/* The widget's texts and what Okta's own page says (recordings of 2025); a page of one's own has nulls. */
static const struct label {
	const char *name, *text;
} labels[] = {
	{"signInLabel", "Sign In"},
	{"usernameLabel", "Username"},
	{"usernameInfoTip", ""},
	{"passwordLabel", "Password"},
	{"passwordInfoTip", ""},
	{"showPasswordVisibilityToggle", NULL},
	{"showUserIdentifier", NULL},
	{"forgotPasswordLabel", "Forgot password?"},
	{"forgotPasswordUrl", ""},
	{"unlockAccountLabel", "Unlock account?"},
	{"unlockAccountUrl", ""},
	{"helpLabel", "Help"},
	{"helpUrl", ""},
	{"customLink1Label", ""},
	{"customLink1Url", ""},
	{"customLink2Label", ""},
	{"customLink2Url", ""},
	{"authenticatorPageCustomLinkLabel", ""},
	{"authenticatorPageCustomLinkUrl", ""},
	{"classicRecoveryFlowEmailOrUsernameLabel", "Email or Username"},
};

static const struct label prompt_labels[] = {
	{"title", "Keep me signed in"},
	{"subtitle", "Be asked for fewer security methods."},
	{"acceptButtonText", "Stay signed in"},
	{"rejectButtonText", "Don't stay signed in"},
};

static const char prompt[] = "postAuthKeepMeSignedInPrompt";

static struct js *prompt_map(const struct js *in, bool own)
{
	struct js *to = js_new_map();

	for (size_t i = 0; i < LEN(prompt_labels); i++) {
		struct slice v = own ? slice_of(prompt_labels[i].text)
				     : js_str(js_get(in, prompt_labels[i].name));

		js_set(to, prompt_labels[i].name, v.n ? js_new_str(v) : js_new_null());
	}
	return to;
}

/* own: Okta's page, where everything has a value. */
static struct js *widget_map(const struct js *in, bool own)
{
	struct js *to = js_new_map();
	struct slice generation = js_str(js_get(in, "widgetGeneration"));

	for (size_t i = 0; i < LEN(labels); i++) {
		const struct label *l = &labels[i];
		const struct js *v = js_get(in, l->name);

		if (!l->text)
			js_set(to, l->name, js_new_bool(js_type(v) != JS_BOOL || js_bool(v)));
		else if (own)
			js_set(to, l->name, js_new_strz(l->text));
		else
			js_set(to, l->name,
				js_type(v) == JS_STR ? js_new_str(js_str(v)) : js_new_null());
	}
	js_set(to, "widgetGeneration", js_new_str(generation.n ? generation : SLICE("G2")));
	if (own || js_type(js_get(in, prompt)) == JS_MAP)
		js_set(to, prompt, prompt_map(js_get(in, prompt), own));
	return to;
}

static struct js *own_sign_in(void)
{
	struct js *doc = js_new_map();

	js_set(doc, "pageContent", js_new_strz(sign_in_html));
	js_set(doc, "widgetVersion", js_new_strz("^7"));
	js_set(doc, "widgetCustomizations", widget_map(NULL, true));
	return doc;
}

static struct js *own_error(void)
{
	struct js *doc = js_new_map();

	js_set(doc, "pageContent", js_new_strz(error_html));
	return doc;
}

/* "*", or a number of up to three parts with "^" before it or not. */
static bool is_version(struct slice s)
{
	struct slice part;
	size_t parts = 0;
	long long n;

	if (slice_is(s, "*"))
		return true;
	if (s.n && s.p[0] == '^')
		s = (struct slice){s.p + 1, s.n - 1};
	for (; slice_cut(&s, '.', &part); parts++) {
		if (!part.n || part.p[0] == '+' || !slice_int(part, 0, INT32_MAX, &n))
			return false;
	}
	return parts >= 1 && parts <= 3;
}

static bool fill_sign_in(struct call *c, struct js *doc)
{
	const struct js *version = js_get(c->body, "widgetVersion"),
			*widget = js_get(c->body, "widgetCustomizations");
	struct slice generation = js_str(js_get(widget, "widgetGeneration"));

	if (version && js_type(version) != JS_NULL && !is_version(js_str(version))) {
		fail_field(c, "widgetVersion", "widgetVersion: is no version of the widget");
		return false;
	}
	if (generation.n && !slice_in(generation, "G2|G3")) {
		fail_field(c, "widgetGeneration", "widgetGeneration: must be G2 or G3");
		return false;
	}
	js_set(doc, "widgetVersion",
		js_str(version).n ? js_new_str(js_str(version)) : js_new_null());
	js_set(doc, "widgetCustomizations", widget_map(widget, false));
	return true;
}

/* The document that the body asks for, or NULL when it answered. */
static struct js *page_doc(struct call *c, bool (*fill)(struct call *c, struct js *doc))
{
	const struct js *html = js_get(c->body, "pageContent"),
			*csp = js_get(c->body, "contentSecurityPolicySetting");
	struct slice mode = js_str(js_get(csp, "mode"));
	struct js *doc;

	if (mode.n && !slice_in(mode, "enforced|report_only")) {
		fail_field(c, "mode", "mode: must be enforced or report_only");
		return NULL;
	}
	doc = js_new_map();
	js_set(doc, "pageContent",
		js_type(html) == JS_STR ? js_new_str(js_str(html)) : js_new_null());
	if (js_type(csp) == JS_MAP)
		js_set(doc, "contentSecurityPolicySetting", js_copy(csp));
	if (!fill || fill(c, doc))
		return doc;
	js_free(doc);
	return NULL;
}

/* --- where they are --- */

static const struct page_kind {
	const char *name, *url;
	unsigned part;
	struct js *(*own)(void);
	bool (*fill)(struct call *c, struct js *doc);
} pages[] = {
	{"sign-in", "login", PART_SIGN_IN, own_sign_in, fill_sign_in},
	{"error", "error", PART_ERROR, own_error, NULL},
};

/* Which page the path is about: /api/v1/brands/{id}/pages/NAME. */
static const struct page_kind *page_of(const struct call *c)
{
	struct slice rest = c->path, part = {NULL, 0};

	for (int i = 0; i < 7; i++)
		slice_cut(&rest, '/', &part);
	return &pages[slice_is(part, pages[1].name)];
}

/* As it is read, where more is printed than a change is answered with. */
static struct js *page_read(const struct obj *o)
{
	struct js *doc = obj_doc(o), *widget = js_getm(doc, "widgetCustomizations");

	if (widget && !js_get(widget, prompt))
		js_set(widget, prompt, prompt_map(NULL, false));
	return doc;
}

static bool page_part(struct call *c, unsigned *ret_part)
{
	const struct page_kind *p = page_of(c);

	*ret_part = p->part + slice_is(c->arg[1], "preview");
	if (slice_in(c->arg[1], "customized|preview"))
		return true;
	fail(c, 404, "E0000008", "The requested path was not found", NULL);
	return false;
}

static struct obj *page_find(struct call *c, unsigned *ret_part)
{
	const struct obj *brand = brand_of(c);
	struct obj *o = NULL;

	if (!brand || !page_part(c, ret_part))
		return NULL;
	o = part_find(c->s, brand, *ret_part);
	if (!o)
		fail_missing(c, slice_of(brand->id), "CustomizedPage");
	return o;
}

static void get_page(struct call *c)
{
	const struct obj *o;
	unsigned part;

	if (slice_is(c->arg[1], "default")) {
		if (brand_of(c))
			reply_js(c, 200, page_of(c)->own());
		return;
	}
	o = page_find(c, &part);
	if (o)
		reply_js(c, 200, page_read(o));
}

static void put_page(struct call *c)
{
	const struct obj *brand = brand_of(c);
	struct js *doc;
	unsigned part;

	if (!brand || !page_part(c, &part))
		return;
	if (brand->builtin) {
		fail(c, 409, "E0000213", "Cannot update page content for the default brand.", NULL);
		return;
	}
	doc = page_doc(c, page_of(c)->fill);
	if (!doc)
		return;
	part_put(c->s, brand, part, doc);
	reply_js(c, 200, doc);
}

static void delete_page(struct call *c)
{
	unsigned part;
	struct obj *o = page_find(c, &part);

	if (!o)
		return;
	store_drop(c->s, o);
	reply_status(c, 204);
}

static void add_embedded(struct call *c, const struct obj *brand, struct js *to, struct slice word)
{
	const struct page_kind *p = page_of(c);
	bool preview = slice_in(word, "preview|previewUrl");
	const struct obj *o = part_find(c->s, brand, p->part + preview);
	char path[32];

	if (slice_is(word, "default")) {
		js_set(to, "default", p->own());
	} else if (slice_in(word, "customized|preview")) {
		if (o)
			js_set(to, preview ? "preview" : "customized", page_read(o));
	} else if (slice_in(word, "customizedUrl|previewUrl")) {
		snprintf(path, sizeof(path), "/%s/%s", p->url, preview ? "preview" : "default");
		js_set(to, preview ? "previewUrl" : "customizedUrl", brand_url(c, path));
	}
}

static void get_root(struct call *c)
{
	static const struct {
		const char *name, *allow;
	} subs[] = {{"default", "GET"}, {"customized", "GET|PUT|DELETE"},
		{"preview", "GET|PUT|DELETE"}};
	const struct obj *brand = brand_of(c);
	const struct page_kind *p = page_of(c);
	struct buf *b = &c->res->body;
	struct slice rest, word;

	if (!brand)
		return;
	reply_status(c, 200);
	buf_addc(b, '{');
	if (query_get(c, "expand").n) {
		AUTO_PTR(js) to = js_new_map();

		for (rest = query_get(c, "expand"); slice_cut(&rest, ',', &word);)
			add_embedded(c, brand, to, slice_trim(word));
		buf_adds(b, "\"_embedded\":");
		js_write(b, to);
		buf_addc(b, ',');
	}
	buf_adds(b, "\"_links\":{");
	add_hint(b, c, "self", "GET", "/api/v1/brands/%s/pages/%s", brand->id, p->name);
	for (size_t i = 0; i < LEN(subs); i++) {
		add_hint(b, c, subs[i].name, subs[i].allow, "/api/v1/brands/%s/pages/%s/%s",
			brand->id, p->name, subs[i].name);
	}
	buf_adds(b, "}}");
}

/* The newest of each generation that is still served; Okta lists minor versions too. */
static void list_versions(struct call *c)
{
	if (brand_of(c))
		reply_text(c, 200,
			SLICE("[\"7.30\",\"6.9\",\"5.16\",\"4.5\",\"3.9\",\"2.21\",\"1.13\"]"));
}

/* --- signing out --- */

static void get_sign_out(struct call *c)
{
	const struct obj *brand = brand_of(c), *o;

	if (!brand)
		return;
	o = part_find(c->s, brand, PART_SIGN_OUT);
	reply_text(c, 200, o ? obj_text(o) : SLICE("{\"type\":\"OKTA_DEFAULT\"}"));
}

static void put_sign_out(struct call *c)
{
	const struct obj *brand = brand_of(c);
	struct slice type = js_str(js_get(c->body, "type")), url = js_str(js_get(c->body, "url"));
	bool hosted = slice_is(type, "EXTERNALLY_HOSTED");
	struct js *doc;

	if (!brand)
		return;
	if (!hosted && !slice_is(type, "OKTA_DEFAULT")) {
		fail_field(c, "type", "type: must be EXTERNALLY_HOSTED or OKTA_DEFAULT");
		return;
	}
	if (hosted && !slice_starts(url, "http")) {
		fail_field(c, "url", "url: an external page needs its address");
		return;
	}
	doc = js_new_map();
	js_set(doc, "type", js_new_str(type));
	if (hosted)
		js_set(doc, "url", js_new_str(url));
	part_put(c->s, brand, PART_SIGN_OUT, doc);
	reply_js(c, 200, doc);
}

#define PAGES "/api/v1/brands/{id}/pages/"
const struct route routes_brand_pages[] = {
	{"GET", PAGES "sign-in", get_root, 0, NULL},
	{"GET", PAGES "sign-in/widget-versions", list_versions, 0, NULL},
	{"GET", PAGES "sign-in/{page}", get_page, 0, NULL},
	{"PUT", PAGES "sign-in/{page}", put_page, R_BODY, "system.custom_signin.update"},
	{"DELETE", PAGES "sign-in/{page}", delete_page, 0, "system.custom_signin.delete"},
	{"GET", PAGES "error", get_root, 0, NULL},
	{"GET", PAGES "error/{page}", get_page, 0, NULL},
	{"PUT", PAGES "error/{page}", put_page, R_BODY, "system.custom_error.update"},
	{"DELETE", PAGES "error/{page}", delete_page, 0, "system.custom_error.delete"},
	{"GET", PAGES "sign-out/customized", get_sign_out, 0, NULL},
	{"PUT", PAGES "sign-out/customized", put_sign_out, R_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
#undef PAGES
