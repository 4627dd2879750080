/*
 * Through what the org reaches people: servers of its own for mail, and the text of short messages.
 */
#include "providers/sandbox/collection.h"

#include <string.h>

/* --- SMTP servers --- */

static bool other_enabled(const struct sandbox *s, const struct obj *o)
{
	STORE_EACH(s, K_EMAIL_SERVER, v) {
		AUTO_PTR(js) doc = v == o ? NULL : obj_doc(v);

		if (js_bool(js_get(doc, "enabled")))
			return true;
	}
	return false;
}

static bool fill_server(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	int64_t port = js_int(js_get(doc, "port"));

	(void)old;
	/* clients from before there was OAuth do not send it */
	js_default(doc, "authType", js_new_strz("BASIC_SMTP_AUTH"));
	if (!slice_in(js_str(js_get(doc, "authType")),
		    "BASIC_SMTP_AUTH|OAUTH2_CLIENT_CREDENTIALS|OAUTH2_JWT_BEARER_GRANT"))
		fail_field(c, "authType", "authType: is no known way to authenticate");
	else if (port < 1 || port > 65535)
		fail_field(c, "port", "port: must be between 1 and 65535");
	else if (js_type(js_get(doc, "enabled")) != JS_BOOL)
		fail_field(c, "enabled", "enabled: must be true or false");
	else if (js_bool(js_get(doc, "enabled")) && other_enabled(c->s, o))
		fail(c, 409, "E0000222", "Only one SMTP server can be enabled at a time.", NULL);
	else
		return true;
	return false;
}

const struct collection email_servers = {
	.path = "/api/v1/email-servers",
	.kind = K_EMAIL_SERVER,
	.of = K_COUNT,
	.type = "EmailServer",
	.prefix = "ces",
	.members =
		"id alias! enabled! host! port! username! authType password clientId clientSecret tokenEndpoint scopes signingAlgorithm keyId issuer subject audience privateKey",
	.secrets = "password|clientSecret|privateKey",
	.key = "alias",
	.envelope = "email-servers",
	.flags = C_CREATED | C_NO_PUT | C_PATCH,
	.fill = fill_server,
};

/* Whether the server takes mail is nothing that can be known here. */
static void test_server(struct call *c)
{
	if (collection_find(c, &email_servers, c->arg[0]))
		fail(c, 501, "E0000052", "The local tenant sends no mail (Okta does).", NULL);
}

/* --- short messages --- */

enum { SMS_NAME_MAX = 50, SMS_TEXT_MAX = 161 };

static bool has_code(struct slice text)
{
	return memmem(text.p ? text.p : "", text.n, "${code}", 7) != NULL;
}

static bool fill_sms(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice name = js_str(js_get(doc, "name")), text = js_str(js_get(doc, "template"));
	const struct js *all = js_get(doc, "translations");

	(void)o, (void)old;
	if (!slice_is(js_str(js_get(doc, "type")), "SMS_VERIFY_CODE"))
		fail_field(c, "type", "type: must be SMS_VERIFY_CODE");
	else if (!name.n || slice_chars(name) > SMS_NAME_MAX)
		fail_field(c, "name", "name: must be between 1 and %d characters", SMS_NAME_MAX);
	else if (!has_code(text) || slice_chars(text) > SMS_TEXT_MAX)
		fail_field(c, "template",
			"template: must hold ${code} and have at most %d characters", SMS_TEXT_MAX);
	else if (all && js_type(all) != JS_MAP)
		fail_field(c, "translations", "translations: must be texts by language");
	else {
		for (void *it = js_first(all); it; it = js_next(all, it)) {
			if (has_code(js_str(js_val(it))))
				continue;
			fail_field(c, "translations", "translations: %.20s must hold ${code}",
				js_key(it));
			return false;
		}
		return true;
	}
	return false;
}

/* A replacement is answered without what was stored of it (recordings of 2025). */
static void show_sms(struct call *c, const struct obj *o, struct js *doc)
{
	(void)o;
	if (streq(c->req->method, "PUT"))
		js_del(doc, "translations");
}

static bool list_sms(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice type = query_get(c, "templateType");

	(void)o;
	return !type.n || slice_eq(type, js_str(js_get(doc, "type")));
}

/* There is one of each type, and there is but one type. */
const struct collection sms_templates = {
	.path = "/api/v1/templates/sms",
	.kind = K_SMS_TEMPLATE,
	.of = K_COUNT,
	.type = "SmsTemplate",
	.prefix = "cst",
	.members = "id name! type! template! created@ lastUpdated% translations",
	.key = "type",
	.flags = C_POST | C_NO_LINKS,
	.fill = fill_sms,
	.listed = list_sms,
	.show = show_sms,
};

const struct route routes_senders[] = {
	{"POST", "/api/v1/email-servers/{id}/test", test_server, R_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
