/*
 * Branding of the local tenant: brands, themes, pages, mail, domains, captchas.
 */
#include "tests/lib/org.h"

static const char *brand(struct org *o, const char *name)
{
	org_ask(o, 201, "POST", "/api/v1/brands", org_say(o, "{'name':'%s'}", name));
	return org_say(o, "/api/v1/brands/%s", org_text(o, "id"));
}

static const char *own_brand(struct org *o)
{
	org_ask(o, 200, "GET", "/api/v1/brands", NULL);
	return org_say(o, "/api/v1/brands/%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
}

static bool flag_at(struct org *o, const char *path)
{
	return js_bool(js_path(o->doc, path));
}

static enum js_type type_at(struct org *o, const char *path)
{
	return js_type(js_path(o->doc, path));
}

static void test_brands__a_new_org_has_one_that_stays(void **state)
{
	struct org *o = *state;
	const char *own = own_brand(o);

	assert_int_equal(js_len(o->doc), 1);
	assert_true(js_bool(js_get(js_at(o->doc, 0), "isDefault")));
	assert_true(org_has_header(
		o, "Link: <http://127.0.0.1:8080/api/v1/brands?limit=20>; rel=\"self\""));
	org_ask(o, 409, "DELETE", own, NULL);
	org_error_is(o, "E0000200");
	org_ask(o, 409, "PUT", org_say(o, "%s/pages/sign-in/customized", own), "{}");
	org_error_is(o, "E0000213");
}

static void test_brands__are_made_by_name_and_replaced_whole(void **state)
{
	struct org *o = *state;
	const char *b = brand(o, "Shop");

	org_ask(o, 409, "POST", "/api/v1/brands", "{\"name\":\"shop\"}");
	org_error_is(o, "E0000202");
	org_ask(o, 200, "PUT", b,
		org_say(o,
			"{'name':'Shop','locale':'en','removePoweredByOkta':true,'customPrivacyPolicyUrl':'https://x.example','agreeToCustomPrivacyPolicy':true}"));
	assert_true(flag_at(o, "removePoweredByOkta"));
	assert_string_equal(org_text(o, "locale"), "en");
	org_ask(o, 200, "PUT", b, org_say(o, "{'name':'Shop','customPrivacyPolicyUrl':''}"));
	assert_false(flag_at(o, "removePoweredByOkta"));
	assert_int_equal(type_at(o, "customPrivacyPolicyUrl"), JS_NULL);
	assert_int_equal(type_at(o, "locale"), JS_ABSENT);
	assert_int_equal(type_at(o, "defaultApp.appInstanceId"), JS_NULL);
	org_ask(o, 400, "PUT", b,
		org_say(o, "{'name':'Shop','customPrivacyPolicyUrl':'https://x'}"));
	org_ask(o, 400, "PUT", b,
		org_say(o, "{'name':'Shop','defaultApp':{'appInstanceId':'0oa'}}"));
	org_ask(o, 400, "PUT", b, "{\"name\":7}");
	org_ask(o, 204, "DELETE", b, NULL);
	org_ask(o, 404, "GET", b, NULL);
	brand(o, "Shop");
}

static void test_brands__embed_what_is_asked_for(void **state)
{
	struct org *o = *state;
	const char *b = brand(o, "Shop");

	org_ask(o, 200, "GET", org_say(o, "%s?expand=themes,domains,emailDomain", b), NULL);
	assert_int_equal(js_len(js_path(o->doc, "_embedded.themes")), 1);
	assert_int_equal(js_len(js_path(o->doc, "_embedded.domains")), 0);
	assert_int_equal(type_at(o, "_embedded.emailDomain"), JS_ABSENT);
}

static const char *theme(struct org *o, const char *b)
{
	assert_int_equal(org_count(o, org_say(o, "%s/themes", b)), 1);
	return org_say(o, "%s/themes/%s", b, js_str(js_get(js_at(o->doc, 0), "id")).p);
}

static void test_themes__are_one_a_brand(void **state)
{
	struct org *o = *state;
	const char *t = theme(o, brand(o, "Shop"));

	org_ask(o, 200, "PUT", t,
		org_say(o,
			"{'primaryColorHex':'#ffffee','secondaryColorHex':'#000011','signInPageTouchPointVariant':'OKTA_DEFAULT','endUserDashboardTouchPointVariant':'FULL_THEME','errorPageTouchPointVariant':'OKTA_DEFAULT','emailTemplateTouchPointVariant':'OKTA_DEFAULT'}"));
	assert_string_equal(org_text(o, "primaryColorContrastHex"), "#000000");
	assert_string_equal(org_text(o, "secondaryColorContrastHex"), "#ffffff");
	assert_string_equal(org_text(o, "loadingPageTouchPointVariant"), "OKTA_DEFAULT");
	assert_string_equal(org_text(o, "favicon"), "http://127.0.0.1:8080/favicon.ico");
	org_ask(o, 400, "PUT", t,
		org_say(o,
			"{'primaryColorHex':'red','secondaryColorHex':'#000011','signInPageTouchPointVariant':'OKTA_DEFAULT','endUserDashboardTouchPointVariant':'FULL_THEME','errorPageTouchPointVariant':'OKTA_DEFAULT','emailTemplateTouchPointVariant':'OKTA_DEFAULT'}"));
	org_ask(o, 405, "DELETE", t, NULL);
	org_ask(o, 404, "GET", org_say(o, "%s%s", own_brand(o), strstr(t, "/themes")), NULL);
}

static unsigned send_file(struct org *o, const char *path, struct slice body)
{
	struct sandbox_req req = {.method = "POST",
		.target = slice_of(path),
		.authorization = SLICE("SSWS t"),
		.content_type = SLICE("multipart/form-data; boundary=\"xyz\""),
		.body = body};

	sandbox_handle(o->s, &req, &o->res);
	return o->res.status;
}

static void test_themes__take_images_and_nothing_else(void **state)
{
	static const char png[] =
		"--xyz\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n\x89PNG\r\n\x1a\n\0\0\r\n--xyz--\r\n";
	struct org *o = *state;
	const char *t = theme(o, brand(o, "Shop"));

	assert_int_equal(send_file(o, org_say(o, "%s/logo", t), SLICE(png)), 200);
	assert_int_equal(send_file(o, org_say(o, "%s/favicon", t), SLICE(png)), 201);
	assert_int_equal(send_file(o, org_say(o, "%s/logo", t),
				 SLICE("--xyz\r\n\r\nno image\r\n--xyz--\r\n")),
		400);
	assert_int_equal(send_file(o, org_say(o, "%s/logo", t), SLICE("--xyz\r\n\r\n")), 400);
	assert_int_equal(send_file(o, org_say(o, "%s/logo", t), SLICE("")), 400);
	org_ask(o, 200, "GET", t, NULL);
	assert_non_null(strstr(org_text(o, "logo"), "fileStoreRecord?id=fs0"));
	org_ask(o, 204, "DELETE", org_say(o, "%s/logo", t), NULL);
	org_ask(o, 200, "GET", t, NULL);
	assert_non_null(strstr(org_text(o, "logo"), "okta-logo"));
}

static void test_pages__are_there_once_somebody_wrote_them(void **state)
{
	struct org *o = *state;
	const char *b = brand(o, "Shop"), *page = org_say(o, "%s/pages/sign-in/customized", b);

	org_ask(o, 404, "GET", page, NULL);
	org_ask(o, 200, "GET", org_say(o, "%s/pages/sign-in/default", b), NULL);
	assert_string_equal(org_text(o, "widgetCustomizations.helpLabel"), "Help");
	org_ask(o, 200, "PUT", page,
		org_say(o,
			"{'pageContent':'<p>','widgetVersion':'^7','widgetCustomizations':{'helpLabel':'H','showUserIdentifier':false}}"));
	assert_string_equal(org_text(o, "widgetCustomizations.helpLabel"), "H");
	assert_false(flag_at(o, "widgetCustomizations.showUserIdentifier"));
	assert_int_equal(type_at(o, "widgetCustomizations.signInLabel"), JS_NULL);
	assert_int_equal(
		type_at(o, "widgetCustomizations.postAuthKeepMeSignedInPrompt"), JS_ABSENT);
	org_ask(o, 200, "GET", page, NULL);
	assert_int_equal(type_at(o, "widgetCustomizations.postAuthKeepMeSignedInPrompt"), JS_MAP);
	org_ask(o, 404, "GET", org_say(o, "%s/pages/sign-in/preview", b), NULL);
	org_ask(o, 404, "GET", org_say(o, "%s/pages/error/customized", b), NULL);
	org_ask(o, 200, "GET", org_say(o, "%s/pages/sign-in?expand=customized,preview,default", b),
		NULL);
	assert_string_equal(org_text(o, "_embedded.customized.pageContent"), "<p>");
	assert_int_equal(type_at(o, "_embedded.preview"), JS_ABSENT);
	org_ask(o, 400, "PUT", page, "{\"widgetVersion\":\"new\"}");
	org_ask(o, 204, "DELETE", page, NULL);
	org_ask(o, 404, "DELETE", page, NULL);
}

static void test_pages__signing_out_leads_to_okta_or_elsewhere(void **state)
{
	struct org *o = *state;
	const char *page = org_say(o, "%s/pages/sign-out/customized", brand(o, "Shop"));

	org_ask(o, 200, "GET", page, NULL);
	assert_string_equal(org_text(o, "type"), "OKTA_DEFAULT");
	org_ask(o, 400, "PUT", page, "{\"type\":\"EXTERNALLY_HOSTED\"}");
	org_ask(o, 200, "PUT", page,
		org_say(o, "{'type':'EXTERNALLY_HOSTED','url':'https://x.example'}"));
	org_ask(o, 200, "GET", page, NULL);
	assert_string_equal(org_text(o, "url"), "https://x.example");
}

static void test_well_known__holds_what_each_path_allows(void **state)
{
	struct org *o = *state;
	const char *b = brand(o, "Shop");

	org_ask(o, 200, "PUT", org_say(o, "%s/well-known-uris/webauthn/customized", b),
		org_say(o, "{'representation':{'origins':['https://x.example']}}"));
	org_ask(o, 400, "PUT", org_say(o, "%s/well-known-uris/webauthn/customized", b),
		org_say(o, "{'representation':{'origins':[1]}}"));
	org_ask(o, 400, "PUT", org_say(o, "%s/well-known-uris/assetlinks.json/customized", b),
		org_say(o, "{'representation':{}}"));
	org_ask(o, 400, "PUT",
		org_say(o, "%s/well-known-uris/apple-app-site-association/customized", b),
		org_say(o, "{'representation':{'authsrv':{}}}"));
	org_ask(o, 400, "GET", org_say(o, "%s/well-known-uris/other", b), NULL);
	org_ask(o, 200, "GET", org_say(o, "%s/well-known-uris?expand=all", b), NULL);
	assert_int_equal(
		js_len(js_path(o->doc, "_embedded.webauthn.customized.representation.origins")), 1);
}

static const char *customize(struct org *o, const char *list, unsigned status, const char *language,
	const char *is_default)
{
	org_ask(o, status, "POST", list,
		org_say(o,
			"{'subject':'S','body':'${resetPasswordLink} ${user.profile.firstName}','language':'%s'%s%s}",
			language, is_default ? ",'isDefault':" : "", is_default ? is_default : ""));
	return status == 201 ? org_say(o, "%s/%s", list, org_text(o, "id")) : NULL;
}

static void test_email__has_exactly_one_default(void **state)
{
	struct org *o = *state;
	const char *list =
		org_say(o, "%s/templates/email/ForgotPassword/customizations", brand(o, "Shop"));
	const char *en, *es;

	customize(o, list, 409, "en", "false");
	org_error_is(o, "E0000185");
	en = customize(o, list, 201, "en", NULL);
	assert_true(flag_at(o, "isDefault"));
	customize(o, list, 409, "en", "false");
	org_error_is(o, "E0000183");
	customize(o, list, 409, "es", "true");
	org_error_is(o, "E0000182");
	es = customize(o, list, 201, "es", NULL);
	assert_false(flag_at(o, "isDefault"));
	org_ask(o, 409, "PUT", en,
		org_say(o,
			"{'subject':'S','body':'resetPasswordLink','language':'en','isDefault':false}"));
	org_error_is(o, "E0000185");
	org_ask(o, 409, "DELETE", en, NULL);
	org_error_is(o, "E0000184");
	org_ask(o, 200, "GET", org_say(o, "%s/preview", es), NULL);
	assert_string_equal(org_text(o, "body"), "http://127.0.0.1:8080 Sandbox");
	org_ask(o, 204, "DELETE", es, NULL);
	org_ask(o, 204, "DELETE", list, NULL);
	assert_int_equal(org_count(o, list), 0);
}

static void test_email__templates_are_listed_with_their_settings(void **state)
{
	struct org *o = *state;
	const char *list = org_say(o, "%s/templates/email", brand(o, "Shop"));

	assert_true(org_count(o, org_say(o, "%s?limit=200", list)) > 20);
	assert_int_equal(org_count(o, list), 20);
	assert_true(org_has_header(o, "rel=\"next\""));
	org_ask(o, 200, "PUT", org_say(o, "%s/UserActivation/settings", list),
		"{\"recipients\":\"NO_USERS\"}");
	org_ask(o, 200, "GET",
		org_say(o, "%s/UserActivation?expand=settings,customizationCount", list), NULL);
	assert_string_equal(org_text(o, "_embedded.settings.recipients"), "NO_USERS");
	assert_int_equal(js_int(js_path(o->doc, "_embedded.customizationCount")), 0);
	assert_int_equal(type_at(o, "recipients"), JS_ABSENT);
	org_ask(o, 400, "PUT", org_say(o, "%s/UserActivation/settings", list), "{}");
	org_ask(o, 404, "GET", org_say(o, "%s/userActivation", list), NULL);
	org_ask(o, 404, "GET", org_say(o, "%s/Nothing/default-content", list), NULL);
	org_ask(o, 204, "POST", org_say(o, "%s/ForgotPassword/test", list), NULL);
	org_ask(o, 409, "POST", org_say(o, "%s/ForgotPassword/customizations", list),
		org_say(o, "{'subject':'S','body':'no link','language':'en'}"));
}

static void test_domains__bring_a_brand_and_are_never_verified(void **state)
{
	struct org *o = *state;
	const char *b, *d;

	org_ask(o, 201, "POST", "/api/v1/domains",
		org_say(o, "{'domain':'Login.X.example','certificateSourceType':'MANUAL'}"));
	assert_string_equal(org_text(o, "domain"), "login.x.example");
	assert_string_equal(org_text(o, "validationStatus"), "NOT_STARTED");
	d = org_say(o, "/api/v1/domains/%s", org_text(o, "id"));
	b = org_say(o, "/api/v1/brands/%s", org_text(o, "brandId"));
	org_ask(o, 200, "GET", b, NULL);
	assert_string_equal(org_text(o, "name"), "login.x.example");
	assert_int_equal(type_at(o, "defaultApp.appInstanceId"), JS_STR);
	org_ask(o, 409, "DELETE", b, NULL);
	org_error_is(o, "E0000201");
	org_ask(o, 200, "GET", org_say(o, "%s/domains", b), NULL);
	assert_int_equal(js_len(js_get(o->doc, "domains")), 1);
	org_ask(o, 200, "GET", "/api/v1/domains", NULL);
	assert_int_equal(js_len(js_get(o->doc, "domains")), 2);
	assert_null(js_get(js_at(js_get(o->doc, "domains"), 0), "dnsRecords"));
	org_ask(o, 400, "POST", "/api/v1/domains",
		org_say(o, "{'domain':'login.x.example','certificateSourceType':'MANUAL'}"));
	org_error_is(o, "E0000161");
	org_ask(o, 409, "PUT", d, org_say(o, "{'brandId':'%s'}", strrchr(own_brand(o), '/') + 1));
	org_error_is(o, "E0000203");
	org_ask(o, 200, "PUT", d,
		org_say(o, "{'brandId':'%s'}", strrchr(brand(o, "Shop"), '/') + 1));
	org_ask(o, 204, "DELETE", b, NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/verify", d), NULL);
	assert_string_equal(org_text(o, "validationStatus"), "FAILED_TO_VERIFY");
	org_ask(o, 403, "PUT", org_say(o, "%s/certificate", d),
		org_say(o,
			"{'type':'PEM','certificate':'c','certificateChain':'c','privateKey':'k'}"));
	org_error_is(o, "E0000165");
	org_ask(o, 204, "DELETE", d, NULL);
	org_ask(o, 404, "GET", d, NULL);
	org_error_is(o, "E0000163");
	org_ask(o, 400, "POST", "/api/v1/domains",
		org_say(o, "{'domain':'-x.example','certificateSourceType':'MANUAL'}"));
}

static void test_email_domains__are_known_to_their_brand(void **state)
{
	struct org *o = *state;
	const char
		*b = brand(o, "Shop"),
		*d,
		*body = org_say(o,
			"{'brandId':'%s','domain':'X.example','displayName':'X','userName':'it'}",
			strrchr(b, '/') + 1);

	org_ask(o, 201, "POST", "/api/v1/email-domains", body);
	assert_int_equal(type_at(o, "brandId"), JS_ABSENT);
	assert_string_equal(org_text(o, "validationSubdomain"), "mail");
	d = org_say(o, "/api/v1/email-domains/%s", org_text(o, "id"));
	org_ask(o, 409, "POST", "/api/v1/email-domains", body);
	org_error_is(o, "E0000197");
	org_ask(o, 200, "GET", b, NULL);
	assert_string_equal(org_text(o, "emailDomainId"), strrchr(d, '/') + 1);
	org_ask(o, 200, "GET", org_say(o, "%s?expand=brands", d), NULL);
	assert_int_equal(js_len(js_path(o->doc, "_embedded.brands")), 1);
	org_ask(o, 200, "PUT", d, org_say(o, "{'displayName':'Y','userName':'it'}"));
	assert_string_equal(org_text(o, "domain"), "X.example");
	org_ask(o, 400, "POST", org_say(o, "%s/verify", d), NULL);
	org_error_is(o, "E0000218");
	org_ask(o, 204, "DELETE", d, NULL);
	org_ask(o, 200, "GET", b, NULL);
	assert_int_equal(type_at(o, "emailDomainId"), JS_ABSENT);
}

static void test_email_servers__never_show_secrets(void **state)
{
	struct org *o = *state;
	const char *server;

	org_ask(o, 201, "POST", "/api/v1/email-servers",
		org_say(o,
			"{'alias':'A','enabled':true,'host':'h','port':25,'username':'u','authType':'BASIC_SMTP_AUTH','password':'hunter2'}"));
	assert_null(strstr(buf_str(&o->res.body), "hunter2"));
	server = org_say(o, "/api/v1/email-servers/%s", org_text(o, "id"));
	org_ask(o, 409, "POST", "/api/v1/email-servers",
		org_say(o,
			"{'alias':'B','enabled':true,'host':'h','port':25,'username':'u','authType':'BASIC_SMTP_AUTH'}"));
	org_ask(o, 200, "PATCH", server, "{\"port\":587}");
	assert_int_equal(js_int(js_get(o->doc, "port")), 587);
	assert_string_equal(org_text(o, "alias"), "A");
	org_ask(o, 200, "GET", "/api/v1/email-servers", NULL);
	assert_int_equal(js_len(js_get(o->doc, "email-servers")), 1);
	org_ask(o, 501, "POST", org_say(o, "%s/test", server), "{}");
}

static void test_sms__templates_hold_the_code(void **state)
{
	struct org *o = *state;
	const char *t;

	t = org_say(o, "/api/v1/templates/sms/%s",
		org_made(o, "/api/v1/templates/sms",
			org_say(o,
				"{'name':'C','type':'SMS_VERIFY_CODE','template':'${code}','translations':{'es':'es ${code}'}}")));
	assert_string_equal(org_text(o, "translations.es"), "es ${code}");
	org_ask(o, 400, "PUT", t,
		org_say(o, "{'name':'C','type':'SMS_VERIFY_CODE','template':'no'}"));
	org_ask(o, 400, "PUT", t,
		org_say(o,
			"{'name':'C','type':'SMS_VERIFY_CODE','template':'${code}','translations':{'es':1}}"));
	org_ask(o, 200, "PUT", t,
		org_say(o,
			"{'name':'C','type':'SMS_VERIFY_CODE','template':'${code}!','translations':{'fr':'${code}'}}"));
	assert_int_equal(type_at(o, "translations"), JS_ABSENT);
	org_ask(o, 200, "GET", t, NULL);
	assert_string_equal(org_text(o, "translations.fr"), "${code}");
	assert_int_equal(type_at(o, "translations.es"), JS_ABSENT);
	assert_int_equal(org_count(o, "/api/v1/templates/sms?templateType=OTHER"), 0);
	org_ask(o, 204, "DELETE", t, NULL);
}

static void test_captcha__is_one_and_stays_while_it_is_used(void **state)
{
	struct org *o = *state;
	const char *id, *captcha;

	org_ask(o, 200, "GET", "/api/v1/org/captcha", NULL);
	assert_int_equal(type_at(o, "captchaId"), JS_NULL);
	org_ask(o, 201, "POST", "/api/v1/captchas",
		org_say(o, "{'name':'c','siteKey':'s','secretKey':'hush','type':'HCAPTCHA'}"));
	id = org_say(o, "%s", org_text(o, "id"));
	captcha = org_say(o, "/api/v1/captchas/%s", id);
	assert_null(strstr(buf_str(&o->res.body), "hush"));
	org_ask(o, 403, "POST", "/api/v1/captchas",
		org_say(o, "{'name':'d','siteKey':'s','secretKey':'h','type':'HCAPTCHA'}"));
	org_error_is(o, "E0000165");
	org_ask(o, 200, "POST", captcha, "{\"name\":\"e\"}");
	assert_string_equal(org_text(o, "siteKey"), "s");
	org_ask(o, 400, "PUT", "/api/v1/org/captcha", "{\"enabledPages\":[\"SSR\"]}");
	org_ask(o, 400, "PUT", "/api/v1/org/captcha",
		org_say(o, "{'captchaId':'%s','enabledPages':['ELSEWHERE']}", id));
	org_ask(o, 200, "PUT", "/api/v1/org/captcha",
		org_say(o, "{'captchaId':'%s','enabledPages':['SIGN_IN','SSR']}", id));
	assert_string_equal(js_str(js_at(js_get(o->doc, "enabledPages"), 0)).p, "SSR");
	org_ask(o, 403, "DELETE", captcha, NULL);
	org_error_is(o, "E0000149");
	org_ask(o, 204, "DELETE", "/api/v1/org/captcha", NULL);
	org_ask(o, 204, "DELETE", captcha, NULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, org_set_up, org_tear_down)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(test_brands__a_new_org_has_one_that_stays),
		T(test_brands__are_made_by_name_and_replaced_whole),
		T(test_brands__embed_what_is_asked_for),
		T(test_themes__are_one_a_brand),
		T(test_themes__take_images_and_nothing_else),
		T(test_pages__are_there_once_somebody_wrote_them),
		T(test_pages__signing_out_leads_to_okta_or_elsewhere),
		T(test_well_known__holds_what_each_path_allows),
		T(test_email__has_exactly_one_default),
		T(test_email__templates_are_listed_with_their_settings),
		T(test_domains__bring_a_brand_and_are_never_verified),
		T(test_email_domains__are_known_to_their_brand),
		T(test_email_servers__never_show_secrets),
		T(test_sms__templates_hold_the_code),
		T(test_captcha__is_one_and_stays_while_it_is_used),
	};

	return cmocka_run_group_tests_name("sandbox_brands", tests, NULL, NULL);
}
