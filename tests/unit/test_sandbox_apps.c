/*
 * Apps in the local tenant: what the catalogue gives them, their clients and keys, who has them, and what they
 * push.
 */
#include "tests/lib/org.h"

#include <string.h>

static void get(struct org *o, const char *path)
{
	org_ask(o, 200, "GET", path, NULL);
}

static void is(struct org *o, const char *path, const char *want)
{
	t_slice(js_str(js_path(o->doc, path)), want);
}

static bool is_null(struct org *o, const char *path)
{
	return js_type(js_path(o->doc, path)) == JS_NULL;
}

static bool has(struct org *o, const char *path)
{
	return js_path(o->doc, path) != NULL;
}

static void cause_is(struct org *o, const char *want)
{
	t_contains(js_str(js_get(js_at(js_get(o->doc, "errorCauses"), 0), "errorSummary")).p, want);
}

/* The id of what was made, as a text that stays a while. */
static const char *made(struct org *o, unsigned status, const char *path, const char *body)
{
	org_ask(o, status, "POST", path, body);
	return org_say(o, "%s", js_str(js_get(o->doc, "id")).p);
}

static const char *app(struct org *o, const char *body)
{
	return made(o, 200, "/api/v1/apps", body);
}

static const char *oidc(struct org *o, const char *client, const char *settings)
{
	return app(o,
		org_say(o,
			"{'name':'oidc_client','label':'C','signOnMode':'OPENID_CONNECT','credentials':{'oauthClient':{%s}},'settings':{'oauthClient':{'grant_types':['authorization_code']%s}}}",
			client, settings));
}

static const char *saml(struct org *o, const char *label)
{
	return app(o,
		org_say(o,
			"{'label':'%s','signOnMode':'SAML_2_0','settings':{'signOn':{'ssoAcsUrl':'https://sp.example/acs','audienceOverride':'','nonsense':1,'slo':{'enabled':true,'issuer':'https://sp.example','logoutUrl':'https://sp.example/out'}}}}",
			label));
}

static const char *path(struct org *o, const char *id, const char *tail)
{
	return org_say(o, "/api/v1/apps/%s%s", id, tail);
}

/* --- what the catalogue says --- */

static void test_apps__read_as_their_definition_says(void **state)
{
	struct org *o = *state;

	app(o, org_say(o,
		       "{'name':'PagerDuty','label':'P','signOnMode':'AUTO_LOGIN','settings':{'app':{'subdomain':'x','other':1},'signOn':{}}}"));
	is(o, "name", "pagerduty");
	is(o, "signOnMode", "BROWSER_PLUGIN");
	is(o, "settings.app.subdomain", "x");
	assert_true(is_null(o, "settings.app.adminUserId"));
	assert_false(has(o, "settings.app.other"));
	assert_false(has(o, "settings.signOn"));
	assert_true(js_bool(js_path(o->doc, "visibility.appLinks.login")));
	is(o, "universalLogout.status", "UNSUPPORTED");

	app(o, org_say(o,
		       "{'name':'deelhr','label':'D','signOnMode':'AUTO_LOGIN','credentials':{'userName':''},'visibility':{'appLinks':{'deelhr_link':false,'video':true}}}"));
	assert_true(is_null(o, "signOnMode"));
	assert_false(has(o, "credentials.scheme"));
	assert_false(js_bool(js_path(o->doc, "visibility.appLinks.deelhr_link")));
	assert_int_equal(js_len(js_path(o->doc, "visibility.appLinks")), 1);

	app(o, org_say(o,
		       "{'name':'office365','label':'O','signOnMode':'SAML_2_0','settings':{'app':{'domain':'d','msftTenant':'t'},'signOn':{'audienceOverride':'','ssoAcsUrl':'x'}}}"));
	is(o, "settings.app.wsFedConfigureType", "AUTO");
	is(o, "universalLogout.supportType", "PARTIAL");
	assert_true(js_bool(js_path(o->doc, "visibility.appLinks.calendar")));
	assert_true(is_null(o, "settings.signOn.audienceOverride"));
	assert_false(has(o, "settings.signOn.ssoAcsUrl"));
	assert_int_equal(js_int(js_path(o->doc, "licensing.seatCount")), 0);
}

static void test_apps__refuse_what_no_catalogue_has(void **state)
{
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o, "{'name':'no_such_app','label':'X','signOnMode':'SAML_2_0'}"));
	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o, "{'name':'saasure','label':'X','signOnMode':'OPENID_CONNECT'}"));
	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o, "{'name':'bookmark','label':'X','signOnMode':'BASIC_AUTH'}"));
	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o,
			"{'name':'template_swa','label':'X','signOnMode':'BROWSER_PLUGIN','settings':{'app':{'url':'u'}}}"));
	cause_is(o, "The field cannot be left blank");
}

static void test_apps__of_the_orgs_own_are_numbered(void **state)
{
	struct org *o = *state;
	const char *id = saml(o, "My App-2");

	is(o, "name", "sandbox_myapp2_1");
	assert_true(js_bool(js_path(o->doc, "visibility.appLinks.sandbox_myapp2_1_link")));
	is(o, "settings.signOn.spIssuer", "https://sp.example");
	assert_false(has(o, "settings.signOn.audienceOverride"));
	assert_false(has(o, "settings.signOn.nonsense"));
	is(o, "universalLogout.protocol", "GLOBAL_TOKEN_REVOCATION");
	org_ask(o, 200, "PUT", path(o, id, ""),
		org_say(o, "{'label':'Other','signOnMode':'SAML_2_0','name':'x'}"));
	is(o, "name", "sandbox_myapp2_1");
	assert_false(has(o, "settings.signOn.ssoAcsUrl"));
	saml(o, "B");
	is(o, "name", "sandbox_b_2");
}

static void test_apps__of_okta_are_there_and_stay(void **state)
{
	struct org *o = *state;
	const char *id;

	get(o, "/api/v1/apps?filter=name+eq+%22saasure%22");
	assert_int_equal(js_len(o->doc), 1);
	assert_non_null(js_path(js_at(o->doc, 0), "visibility.appLinks.admin"));
	assert_null(js_path(js_at(o->doc, 0), "settings.notes"));
	id = org_say(o, "%s", js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 403, "DELETE", path(o, id, ""), NULL);
	is(o, "errorCode", "E0000056");
	org_ask(o, 403, "PUT", path(o, id, ""), "{\"label\":\"X\"}");
}

static void test_apps__are_found_by_filter_with_a_user(void **state)
{
	struct org *o = *state;
	const char *u = org_user(o, "a", "d"), *a = oidc(o, "", "");

	saml(o, "S");
	org_ask(o, 200, "POST", path(o, a, "/users"), org_say(o, "{'id':'%s'}", u));
	get(o, org_say(o, "/api/v1/apps?filter=user.id+eq+%%22%s%%22&expand=user/%s", u, u));
	assert_int_equal(js_len(o->doc), 1);
	t_slice(js_str(js_path(js_at(o->doc, 0), "_embedded.user.id")), u);
	org_ask(o, 400, "GET", org_say(o, "/api/v1/apps?expand=user/%s", u), NULL);
	get(o, "/api/v1/apps?filter=settings.slo.enabled+eq+%22true%22");
	assert_int_equal(js_len(o->doc), 1);
}

/* --- clients --- */

static void test_clients__show_their_secret_on_writes_only(void **state)
{
	struct org *o = *state;
	const char *a = oidc(o, "", ""), *secret, *put;

	secret = org_say(
		o, "%s", js_str(js_path(o->doc, "credentials.oauthClient.client_secret")).p);
	assert_int_equal(strlen(secret), 64);
	get(o, path(o, a, ""));
	assert_false(has(o, "credentials.oauthClient.client_secret"));
	put = org_say(o,
		"{'label':'C','credentials':{'oauthClient':{'client_secret':''}},'settings':{'oauthClient':{'grant_types':['implicit']}}}");
	org_ask(o, 200, "PUT", path(o, a, ""), put);
	is(o, "credentials.oauthClient.client_secret", secret);
	get(o, path(o, a, "/credentials/secrets"));
	assert_int_equal(js_len(o->doc), 1);
	t_slice(js_str(js_get(js_at(o->doc, 0), "client_secret")), secret);
	assert_int_equal(js_str(js_get(js_at(o->doc, 0), "secret_hash")).n, 22);
}

static void test_clients__change_secrets_without_a_gap(void **state)
{
	struct org *o = *state;
	const char *a = oidc(o, "", ""), *list = path(o, a, "/credentials/secrets"), *first,
		   *second;

	get(o, list);
	first = org_say(o, "%s/%s", list, js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 400, "POST", org_say(o, "%s/lifecycle/deactivate", first), NULL);
	cause_is(o, "only active client secret");
	org_ask(o, 400, "POST", list, org_say(o, "{'client_secret':'short'}"));
	second = org_say(o, "%s/%s", list,
		made(o, 201, list, org_say(o, "{'client_secret':'0123456789abcdef'}")));
	assert_true(has(o, "_links.deactivate.href"));
	org_ask(o, 400, "POST", list, "{}");
	cause_is(o, "two client secrets");
	org_ask(o, 400, "DELETE", first, NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", first), NULL);
	is(o, "status", "INACTIVE");
	assert_true(has(o, "_links.delete.href"));
	org_ask(o, 204, "DELETE", first, NULL);
	org_ask(o, 200, "PUT", path(o, a, ""),
		org_say(o,
			"{'label':'C','settings':{'oauthClient':{'grant_types':['implicit']}}}"));
	is(o, "credentials.oauthClient.client_secret", "0123456789abcdef");
	get(o, second);
}

static void test_clients__have_the_keys_that_they_were_given(void **state)
{
	struct org *o = *state;
	const char *a = oidc(o, "'token_endpoint_auth_method':'private_key_jwt'",
			   ",'jwks':{'keys':[{'kty':'RSA','kid':'k1','e':'AQAB','n':'abc'}]}"),
		   *list = path(o, a, "/credentials/jwks"), *key, *other;
	const struct js *shown = js_at(js_path(o->doc, "settings.oauthClient.jwks.keys"), 0);

	assert_false(has(o, "credentials.oauthClient.client_secret"));
	t_slice(js_str(js_get(shown, "status")), "ACTIVE");
	assert_true(js_type(js_get(shown, "use")) == JS_NULL);
	key = org_say(o, "%s/%s", list, js_str(js_get(shown, "id")).p);
	get(o, key);
	is(o, "kid", "k1");
	org_ask(o, 400, "POST", org_say(o, "%s/lifecycle/deactivate", key), NULL);
	org_ask(o, 400, "POST", list, org_say(o, "{'kty':'RSA','kid':'k1','e':'AQAB','n':'def'}"));
	other = made(o, 201, list, org_say(o, "{'kty':'RSA','kid':'k2','e':'AQAB','n':'def'}"));
	org_ask(o, 400, "DELETE", key, NULL);
	org_ask(o, 200, "POST", org_say(o, "%s/lifecycle/deactivate", key), NULL);
	org_ask(o, 204, "DELETE", key, NULL);
	/* a PUT that brings the same key leaves it its id */
	org_ask(o, 200, "PUT", path(o, a, ""),
		org_say(o,
			"{'label':'C','credentials':{'oauthClient':{'token_endpoint_auth_method':'private_key_jwt'}},'settings':{'oauthClient':{'grant_types':['client_credentials'],'jwks':{'keys':[{'kty':'RSA','kid':'k2','e':'AQAB','n':'def'}]}}}}"));
	shown = js_at(js_path(o->doc, "settings.oauthClient.jwks.keys"), 0);
	t_slice(js_str(js_get(shown, "id")), other);
	assert_int_equal(js_len(js_path(o->doc, "settings.oauthClient.jwks.keys")), 1);
}

static void test_clients__choose_an_id_once(void **state)
{
	struct org *o = *state;
	const char *a = oidc(o, "'client_id':'chosen-id','client_secret':'0123456789abcdef'",
		",'frontchannel_logout_uri':'https://x.example','nonsense':1");

	is(o, "credentials.oauthClient.client_id", "chosen-id");
	is(o, "credentials.oauthClient.client_secret", "0123456789abcdef");
	assert_true(
		js_type(js_path(o->doc,
			"settings.oauthClient.frontchannel_logout_session_required")) == JS_BOOL);
	assert_false(has(o, "settings.oauthClient.nonsense"));
	org_ask(o, 400, "POST", "/api/v1/apps",
		org_say(o,
			"{'name':'oidc_client','label':'D','signOnMode':'OPENID_CONNECT','credentials':{'oauthClient':{'client_id':'chosen-id'}},'settings':{'oauthClient':{'grant_types':['implicit']}}}"));
	org_ask(o, 200, "PUT", path(o, a, ""),
		org_say(o,
			"{'label':'C','credentials':{'oauthClient':{'client_id':'another-id'}},'settings':{'oauthClient':{'grant_types':['implicit']}}}"));
	is(o, "credentials.oauthClient.client_id", "chosen-id");
}

/* --- keys to sign with --- */

static void test_saml_apps__tell_others_their_key(void **state)
{
	struct org *o = *state;
	const char *a = saml(o, "S"), *kid, *new_kid, *body;

	kid = org_say(o, "%s", js_str(js_path(o->doc, "credentials.signing.kid")).p);
	get(o, path(o, a, "/credentials/keys"));
	assert_int_equal(js_len(o->doc), 1);
	t_slice(js_str(js_get(js_at(o->doc, 0), "kid")), kid);
	t_slice(js_str(js_get(js_at(o->doc, 0), "expiresAt")), "2036-01-01T00:00:00.000Z");
	assert_null(js_get(js_at(o->doc, 0), "_links"));
	get(o, path(o, a, org_say(o, "/sso/saml/metadata?kid=%s", kid)));
	assert_non_null(strstr(buf_str(&o->res.headers), "Content-Type: application/xml"));
	body = buf_str(&o->res.body);
	t_contains(body, "<md:EntityDescriptor entityID=\"http://www.okta.com/exk");
	t_contains(body, "<ds:X509Certificate>MII");
	t_contains(body, "/slo/saml\"/>");
	t_contains(body, "</md:EntityDescriptor>");

	org_ask(o, 400, "POST", path(o, a, "/credentials/keys/generate?validityYears=11"), NULL);
	org_ask(o, 201, "POST", path(o, a, "/credentials/keys/generate?validityYears=2"), NULL);
	new_kid = org_say(o, "%s", js_str(js_get(o->doc, "kid")).p);
	org_ask(o, 200, "PUT", path(o, a, ""),
		org_say(o, "{'label':'S','credentials':{'signing':{'kid':'%s'}}}", new_kid));
	is(o, "credentials.signing.kid", new_kid);
	get(o, path(o, a, org_say(o, "/credentials/keys/%s", kid)));
	org_ask(o, 404, "GET", path(o, a, "/credentials/keys/none"), NULL);
	org_ask(o, 404, "GET", path(o, oidc(o, "", ""), "/sso/saml/metadata"), NULL);
}

static void test_saml_apps__share_a_key_that_is_cloned(void **state)
{
	struct org *o = *state;
	const char *a = saml(o, "A"), *kid, *b, *clone;

	kid = org_say(o, "%s", js_str(js_path(o->doc, "credentials.signing.kid")).p);
	b = saml(o, "B");
	clone = path(o, a, org_say(o, "/credentials/keys/%s/clone?targetAid=%s", kid, b));
	org_ask(o, 201, "POST", clone, NULL);
	is(o, "kid", kid);
	get(o, path(o, b, "/credentials/keys"));
	assert_int_equal(js_len(o->doc), 2);
	org_ask(o, 400, "POST", clone, NULL);
	org_ask(o, 404, "POST", path(o, a, org_say(o, "/credentials/keys/%s/clone", kid)), NULL);
}

/* --- provisioning --- */

static void test_provisioning__needs_a_connection_that_is_on(void **state)
{
	struct org *o = *state;
	const char *a = app(o,
			   org_say(o,
				   "{'name':'okta_org2org','label':'O','signOnMode':'SAML_2_0'}")),
		   *connection = path(o, a, "/connections/default"),
		   *feature = path(o, a, "/features/USER_PROVISIONING");

	org_ask(o, 400, "GET", feature, NULL);
	cause_is(o, "Provisioning is not enabled");
	org_ask(o, 200, "POST", connection,
		org_say(o,
			"{'baseUrl':'https://o.example','profile':{'authScheme':'TOKEN','token':'t0ps3cret'}}"));
	is(o, "status", "DISABLED");
	assert_null(strstr(buf_str(&o->res.body), "t0ps3cret"));
	org_ask(o, 204, "POST", org_say(o, "%s/lifecycle/activate", connection), NULL);
	get(o, connection);
	is(o, "status", "ENABLED");
	assert_true(has(o, "_links.deactivate.href"));
	org_ask(o, 200, "PUT", feature,
		org_say(o, "{'create':{'lifecycleCreate':{'status':'ENABLED'}},'nonsense':1}"));
	is(o, "capabilities.create.lifecycleCreate.status", "ENABLED");
	is(o, "capabilities.update.profile.status", "DISABLED");
	assert_false(has(o, "capabilities.nonsense"));
	get(o, path(o, a, ""));
	t_slice(js_str(js_at(js_get(o->doc, "features"), 0)), "PUSH_NEW_USERS");
	org_ask(o, 404, "GET", path(o, a, "/features/NONE"), NULL);
	org_ask(o, 400, "GET", path(o, saml(o, "S"), "/connections/default"), NULL);
}

static void test_group_push__makes_and_takes_the_target(void **state)
{
	struct org *o = *state;
	const char *g = org_group(o, "G"),
		   *a = app(o,
			   org_say(o, "{'name':'deelhr','label':'D','signOnMode':'AUTO_LOGIN'}")),
		   *list = path(o, a, "/group-push/mappings"), *m, *target;

	org_ask(o, 400, "POST", list, org_say(o, "{'sourceGroupId':'%s'}", g));
	m = org_say(o, "%s/%s", list,
		made(o, 200, list,
			org_say(o, "{'sourceGroupId':'%s','status':'ACTIVE','targetGroupName':'T'}",
				g)));
	is(o, "created", "2026-01-01T00:00:00Z");
	target = org_say(o, "/api/v1/groups/%s", js_str(js_get(o->doc, "targetGroupId")).p);
	org_ask(o, 400, "POST", list,
		org_say(o, "{'sourceGroupId':'%s','targetGroupName':'U'}", g));
	get(o, target);
	is(o, "type", "APP_GROUP");
	is(o, "profile.name", "T");
	get(o, org_say(o, "%s?sourceGroupId=%s&status=ACTIVE", list, g));
	assert_int_equal(js_len(o->doc), 1);
	get(o, org_say(o, "%s?status=INACTIVE", list));
	assert_int_equal(js_len(o->doc), 0);
	org_ask(o, 400, "DELETE", org_say(o, "%s?deleteTargetGroup=true", m), NULL);
	org_ask(o, 200, "PATCH", m, org_say(o, "{'status':'INACTIVE','sourceGroupId':'x'}"));
	is(o, "status", "INACTIVE");
	is(o, "sourceGroupId", g);
	org_ask(o, 400, "DELETE", m, NULL);
	org_ask(o, 200, "DELETE", org_say(o, "%s?deleteTargetGroup=true", m), NULL);
	org_ask(o, 404, "GET", target, NULL);
	org_ask(o, 404, "GET", m, NULL);
}

static void test_federated_claims__belong_to_their_app(void **state)
{
	struct org *o = *state;
	const char *a = saml(o, "A"), *b = saml(o, "B"), *list = path(o, a, "/federated-claims"),
		   *id;

	id = made(o, 201, list, org_say(o, "{'name':'n','expression':'user.profile.lastName'}"));
	assert_false(has(o, "_links"));
	org_ask(o, 400, "POST", list, org_say(o, "{'name':'n','expression':'x'}"));
	org_ask(o, 200, "PUT", org_say(o, "%s/%s", list, id),
		org_say(o, "{'name':'n','expression':'x'}"));
	is(o, "expression", "x");
	org_ask(o, 404, "GET", path(o, b, org_say(o, "/federated-claims/%s", id)), NULL);
	org_ask(o, 204, "DELETE", org_say(o, "%s/%s", list, id), NULL);
	get(o, list);
	assert_int_equal(js_len(o->doc), 0);
}

/* --- assignments --- */

static void test_group_assignments__are_patched_whole_or_not_at_all(void **state)
{
	struct org *o = *state;
	const char *a = saml(o, "S"), *g = org_group(o, "G"),
		   *to = path(o, a, org_say(o, "/groups/%s", g));

	org_ask(o, 404, "PATCH", to, "[]");
	org_ask(o, 200, "PUT", to, org_say(o, "{'priority':3,'profile':{'role':'a','site':'x'}}"));
	org_ask(o, 200, "PATCH", to,
		org_say(o,
			"[{'op':'replace','path':'/profile/role','value':'b'},{'op':'remove','path':'/profile/site'},{'op':'replace','path':'/priority','value':1},{'op':'add','path':'/profile/a~1b','value':1}]"));
	is(o, "profile.role", "b");
	assert_false(has(o, "profile.site"));
	assert_int_equal(js_int(js_get(js_get(o->doc, "profile"), "a/b")), 1);
	assert_int_equal(js_int(js_get(o->doc, "priority")), 1);
	org_ask(o, 400, "PATCH", to,
		org_say(o,
			"[{'op':'replace','path':'/priority','value':9},{'op':'remove','path':'/profile/none'}]"));
	org_ask(o, 400, "PATCH", to, "{}");
	org_ask(o, 400, "PATCH", to, "[1,{\"op\":2},null]");
	get(o, org_say(o, "%s?expand=group", to));
	assert_int_equal(js_int(js_get(o->doc, "priority")), 1);
	is(o, "_embedded.group.profile.name", "G");
	assert_true(has(o, "_embedded.group._links.users.href"));
}

static void test_app_users__bring_no_credentials_where_all_share_them(void **state)
{
	struct org *o = *state;
	const char *
		u = org_user(o, "a", "d"),
	       *a = app(o,
		       org_say(o,
			       "{'label':'W','signOnMode':'AUTO_LOGIN','credentials':{'scheme':'SHARED_USERNAME_AND_PASSWORD','userName':'all','password':{'value':'one4All!'}},'settings':{'signOn':{'loginUrl':'https://w.example'}}}"));

	is(o, "credentials.userName", "all");
	assert_null(strstr(buf_str(&o->res.body), "one4All!"));
	org_ask(o, 400, "POST", path(o, a, "/users"),
		org_say(o, "{'id':'%s','credentials':{'userName':'mine'}}", u));
	is(o, "errorCode", "E0000041");
	org_ask(o, 200, "POST", path(o, a, "/users"), org_say(o, "{'id':'%s'}", u));
	assert_false(has(o, "credentials.userName"));
}

static void test_apps__take_with_them_what_was_theirs(void **state)
{
	struct org *o = *state;
	const char *a = app(o,
			   org_say(o, "{'name':'deelhr','label':'D','signOnMode':'AUTO_LOGIN'}")),
		   *g = org_group(o, "G"), *target, *m;

	m = made(o, 200, path(o, a, "/group-push/mappings"),
		org_say(o, "{'sourceGroupId':'%s','targetGroupName':'T'}", g));
	target = org_say(o, "/api/v1/groups/%s", js_str(js_get(o->doc, "targetGroupId")).p);
	org_ask(o, 201, "POST", path(o, a, "/logo"), "picture");
	assert_non_null(strstr(buf_str(&o->res.headers), "Location: "));
	get(o, path(o, a, ""));
	t_contains(js_str(js_get(js_at(js_path(o->doc, "_links.logo"), 0), "href")).p, "/fs/bco/");
	assert_false(has(o, "_logo"));
	org_ask(o, 403, "DELETE", path(o, a, ""), NULL);
	org_ask(o, 200, "POST", path(o, a, "/lifecycle/deactivate"), NULL);
	org_ask(o, 204, "DELETE", path(o, a, ""), NULL);
	org_ask(o, 404, "GET", target, NULL);
	org_ask(o, 404, "GET", path(o, a, org_say(o, "/group-push/mappings/%s", m)), NULL);
	get(o, org_say(o, "/api/v1/groups/%s", g));
}

static void test_apps__survive_odd_bodies(void **state)
{
	static const char *const bodies[] = {"{}", "{\"label\":1}",
		"{\"label\":\"x\",\"signOnMode\":[]}",
		"{\"label\":\"x\",\"signOnMode\":\"SAML_2_0\",\"settings\":null,\"visibility\":[]}",
		"{\"label\":\"x\",\"signOnMode\":\"OPENID_CONNECT\",\"name\":\"oidc_client\",\"settings\":{\"oauthClient\":{\"grant_types\":[1],\"jwks\":{\"keys\":[1,null]}}}}",
		"{\"label\":\"x\",\"signOnMode\":\"OPENID_CONNECT\",\"name\":\"oidc_client\",\"settings\":{\"oauthClient\":{\"grant_types\":\"a\"}}}",
		"{\"label\":\"x\",\"signOnMode\":\"BOOKMARK\",\"name\":{\"a\":1}}",
		"{\"label\":\"x\",\"signOnMode\":\"SAML_1_1\"}"};
	struct org *o = *state;

	for (size_t i = 0; i < LEN(bodies); i++)
		org_ask(o, 400, "POST", "/api/v1/apps", bodies[i]);
	app(o, org_say(o,
		       "{'label':'x','signOnMode':'SAML_2_0','settings':{'signOn':{'slo':1,'acsEndpoints':{},'spCertificate':[]},'app':{'a':[]}},'visibility':{'appLinks':[1]},'credentials':{'signing':7,'userNameTemplate':null}}"));
	app(o, org_say(o,
		       "{'label':'x','signOnMode':'OPENID_CONNECT','name':'oidc_client','credentials':{'oauthClient':{'client_id':7,'client_secret':[],'token_endpoint_auth_method':{}}},'settings':{'oauthClient':{'grant_types':['a'],'refresh_token':[],'application_type':3,'jwks':{'keys':{}}}}}"));
}

static void test_apps__are_numbered_on_after_a_load(void **state)
{
	struct org *o = *state;
	struct sandbox_options opt = {.base_url = "http://127.0.0.1:8080", .token = "t"};
	AUTO(buf) struct buf text = BUF_TEXT;
	struct err e = ERR_INIT;
	const char *a = oidc(o, "", ""), *secret;

	secret = org_say(
		o, "%s", js_str(js_path(o->doc, "credentials.oauthClient.client_secret")).p);
	saml(o, "A");
	sandbox_save(o->s, &text);
	sandbox_free(o->s);
	opt.clock = clock_of_fake(&o->clock);
	opt.data = buf_slice(&text);
	o->s = sandbox_new(&opt, &e);
	assert_non_null(o->s);
	saml(o, "B");
	is(o, "name", "sandbox_b_2");
	get(o, path(o, a, "/credentials/secrets"));
	t_slice(js_str(js_get(js_at(o->doc, 0), "client_secret")), secret);
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(apps__read_as_their_definition_says),
		T(apps__refuse_what_no_catalogue_has),
		T(apps__of_the_orgs_own_are_numbered),
		T(apps__of_okta_are_there_and_stay),
		T(apps__are_found_by_filter_with_a_user),
		T(clients__show_their_secret_on_writes_only),
		T(clients__change_secrets_without_a_gap),
		T(clients__have_the_keys_that_they_were_given),
		T(clients__choose_an_id_once),
		T(saml_apps__tell_others_their_key),
		T(saml_apps__share_a_key_that_is_cloned),
		T(provisioning__needs_a_connection_that_is_on),
		T(group_push__makes_and_takes_the_target),
		T(federated_claims__belong_to_their_app),
		T(group_assignments__are_patched_whole_or_not_at_all),
		T(app_users__bring_no_credentials_where_all_share_them),
		T(apps__take_with_them_what_was_theirs),
		T(apps__survive_odd_bodies),
		T(apps__are_numbered_on_after_a_load),
	};

	return t_run("sandbox_apps", tests);
}
