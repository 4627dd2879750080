/*
 * CAPTCHA: the one instance that an org can have, and where it is asked for.
 */
#include "providers/sandbox/collection.h"

extern const struct collection org_captcha;

static bool fill_captcha(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o;
	if (!slice_in(js_str(js_get(doc, "type")), "HCAPTCHA|RECAPTCHA_V2"))
		fail_field(c, "type", "type: must be HCAPTCHA or RECAPTCHA_V2");
	else if (!js_str(js_get(doc, "name")).n || !js_str(js_get(doc, "siteKey")).n)
		fail_field(c, "siteKey", "siteKey: a name and the provider's key are needed");
	else if (!old && !js_str(js_get(c->body, "secretKey")).n)
		fail_field(c, "secretKey", "secretKey: The field cannot be left blank");
	else if (!old && c->s->of[K_CAPTCHA].n > 1)
		fail(c, 403, "E0000165",
			"CAPTCHA count limit reached: an org can have one instance.", NULL);
	else
		return true;
	return false;
}

static bool leave_captcha(struct call *c, struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(collection_one(c, &org_captcha, NULL));

	if (!slice_is(js_str(js_get(doc, "captchaId")), o->id))
		return true;
	fail(c, 403, "E0000149",
		"The CAPTCHA is associated with the org's settings and cannot be removed.", NULL);
	return false;
}

const struct collection captchas = {
	.path = "/api/v1/captchas",
	.kind = K_CAPTCHA,
	.of = K_COUNT,
	.type = "Captcha",
	.prefix = "cap",
	.members = "id name! siteKey! type! secretKey",
	.secrets = "secretKey",
	.flags = C_CREATED | C_POST,
	.fill = fill_captcha,
	.leave = leave_captcha,
};

/* --- the org's settings --- */

/* The pages in Okta's order, each once. */
static bool fill_settings(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const order[] = {"SSR", "SSPR", "SIGN_IN"};
	const struct js *in = js_get(doc, "enabledPages");
	struct slice id = js_str(js_get(doc, "captchaId"));
	struct js *pages = js_new_list();
	size_t known = 0;

	(void)o, (void)old;
	for (size_t i = 0; i < LEN(order); i++) {
		size_t n = 0;

		for (size_t k = 0; k < js_len(in); k++)
			n += slice_is(js_str(js_at(in, k)), order[i]);
		if (n)
			js_push(pages, js_new_strz(order[i]));
		known += n;
	}
	if (known != js_len(in) || (js_type(in) != JS_LIST && js_type(in) != JS_NULL)) {
		fail_field(c, "enabledPages", "enabledPages: must be of SSR, SSPR and SIGN_IN");
	} else if ((known && !id.n) || (id.n && !store_find(c->s, K_CAPTCHA, id))) {
		fail_field(c, "captchaId",
			"captchaId: Invalid CAPTCHA ID. It cannot be blank where pages are enabled.");
	} else {
		js_set(doc, "captchaId", id.n ? js_new_str(id) : js_new_null());
		js_set(doc, "enabledPages", pages);
		return true;
	}
	js_free(pages);
	return false;
}

/* The link is the instance's. */
static void link_settings(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice id = js_str(js_get(doc, "captchaId"));

	add_hint(b, c, "self", "GET|POST|PUT|DELETE", "/api/v1/captchas%s%.*s", id.n ? "/" : "",
		SLICE_ARG(id));
}

const struct collection org_captcha = {
	.path = "/api/v1/org/captcha",
	.kind = K_SETTING,
	.of = K_COUNT,
	.type = "OrgCaptchaSettings",
	.prefix = "set",
	.members = "captchaId: enabledPages:",
	.flags = C_ONE,
	.fill = fill_settings,
	.links = link_settings,
};

static void delete_settings(struct call *c)
{
	struct js *pages = js_new_list();
	AUTO_PTR(js) doc = js_new_map();

	js_set(doc, "captchaId", js_new_null());
	js_set(doc, "enabledPages", pages);
	obj_put(collection_one(c, &org_captcha, NULL), doc);
	reply_status(c, 204);
}

const struct route routes_captchas[] = {
	{"DELETE", "/api/v1/org/captcha", delete_settings, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
