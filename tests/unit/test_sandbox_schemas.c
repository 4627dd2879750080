/*
 * Profiles in the local tenant: their schemas, user types, links between users, and mappings.
 */
#include "tests/lib/org.h"

#undef fail /* cmocka's; the sandbox has a function of that name */
#include "providers/sandbox/core.h"

static void assert_text(struct org *o, const char *path, const char *want)
{
	struct slice got = js_str(js_path(o->doc, path));

	if (!slice_is(got, want))
		print_error("%s is %.*s\n", path, SLICE_ARG(got));
	assert_true(slice_is(got, want));
}

static void assert_absent(struct org *o, const char *path)
{
	assert_null(js_path(o->doc, path));
}

/* What is there at the path, as compact text. */
static void assert_json(struct org *o, const char *path, const char *want)
{
	AUTO(buf) struct buf got = BUF_TEXT;

	js_write(&got, js_path(o->doc, path));
	for (char *p = got.p; p && *p; p++)
		*p = *p == '"' ? '\'' : *p;
	assert_string_equal(buf_str(&got), want);
}

#define CUSTOM(properties) "{'definitions':{'custom':{'properties':{" properties "}}}}"
#define BASE(properties) "{'definitions':{'base':{'properties':{" properties "}}}}"
#define USER(login, more)                                                                          \
	"{'profile':{'firstName':'A','lastName':'B','login':'" login                               \
	"','email':'a@x.example'" more "}}"
static const char user_schema[] = "/api/v1/meta/schemas/user/default";

/* --- schemas of users and groups --- */

static void test_a_property_is_completed_and_printed_in_okta_s_order(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "GET", user_schema, NULL);
	assert_json(o, "definitions.custom", "{'id':'#custom','type':'object','properties':{}}");
	assert_json(o, "definitions.base.required", "['login','firstName','lastName','email']");
	org_ask(o, 200, "POST", user_schema,
		CUSTOM("'size':{'type':'array','title':'Size','scope':'SELF','required':false,'items':{'enum':[0.5,1],'oneOf':[{'const':0.5,'title':'Half'},{'const':1,'title':'One'}],'type':'number'}}"));
	assert_json(o, "definitions.custom.properties.size",
		"{'title':'Size','type':'array','mutability':'READ_WRITE','scope':'SELF','items':{'type':'number','enum':[0.5,1],'oneOf':[{'const':0.5,'title':'Half'},{'const':1,'title':'One'}]},'permissions':[{'principal':'SELF','action':'READ_ONLY'}],'master':{'type':'PROFILE_MASTER'}}");
	assert_json(o, "definitions.custom.required", "[]");
}

static void test_edits_merge_and_null_takes_away_with_the_values(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", user_schema,
		CUSTOM("'shoe':{'type':'string','title':'Shoe','required':true},'hat':{'type':'string','title':'Hat'}"));
	assert_json(o, "definitions.custom.required", "['shoe']");
	org_ask(o, 400, "POST", "/api/v1/users", USER("a@x.example", ""));
	org_ask(o, 200, "POST", "/api/v1/users", USER("a@x.example", ",'shoe':'44','hat':'7'"));
	org_ask(o, 200, "POST", user_schema, CUSTOM("'shoe':null"));
	assert_absent(o, "definitions.custom.properties.shoe");
	assert_text(o, "definitions.custom.properties.hat.title", "Hat");
	org_ask(o, 200, "GET", "/api/v1/users/a@x.example", NULL);
	assert_absent(o, "profile.shoe");
	assert_text(o, "profile.hat", "7");
}

static void test_what_no_schema_may_say_is_refused(void **state)
{
	static const char *const bad[] = {
		CUSTOM("'7up':{'type':'string','title':'T'}"),
		CUSTOM("'a-b':{'type':'string','title':'T'}"),
		CUSTOM("'login':{'type':'string','title':'T'}"),
		CUSTOM("'x':{'type':'string'}"),
		CUSTOM("'x':{'type':'object','title':'T'}"),
		CUSTOM("'x':{'type':'array','title':'T'}"),
		CUSTOM("'x':{'type':'array','title':'T','items':{'type':'object'}}"),
		CUSTOM("'hat':{'type':'number','title':'T'}"),
		CUSTOM("'x':7"),
	};
	struct org *o = *state;

	org_ask(o, 200, "POST", user_schema, CUSTOM("'hat':{'type':'string','title':'Hat'}"));
	for (size_t i = 0; i < LEN(bad); i++) {
		org_ask(o, 400, "POST", user_schema, bad[i]);
		assert_text(o, "errorCode", "E0000001");
	}
	org_ask(o, 400, "POST", user_schema,
		CUSTOM("'x':{'type':'string','title':'T','enum':['a','b'],'oneOf':[{'const':'b','title':'B'},{'const':'a','title':'A'}]}"));
	assert_text(o, "errorCode", "E0000123");
	org_ask(o, 200, "POST", user_schema, "{'definitions':[1]}");
}

static void test_of_okta_s_properties_little_can_be_changed(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", user_schema,
		BASE("'lastName':{'title':'Family','required':false,'maxLength':1,'permissions':[{'action':'HIDE','principal':'SELF'}]},'email':{'required':false},'nothing':{'title':'N'}"));
	assert_json(o, "definitions.base.properties.lastName",
		"{'title':'Family','type':'string','mutability':'READ_WRITE','scope':'NONE','minLength':1,'maxLength':50,'permissions':[{'principal':'SELF','action':'HIDE'}],'master':{'type':'PROFILE_MASTER'}}");
	assert_json(o, "definitions.base.required", "['login','firstName','email']");
	assert_absent(o, "definitions.base.properties.nothing");
	org_ask(o, 200, "POST", "/api/v1/users",
		"{'profile':{'firstName':'A','login':'a@x.example','email':'a@x.example'}}");
}

static void test_the_login_s_pattern_decides_about_logins(void **state)
{
	struct org *o = *state;

	org_ask(o, 400, "POST", "/api/v1/users", USER("adalovelace", ""));
	org_ask(o, 200, "POST", user_schema, BASE("'login':{'pattern':'[a-z13\\\\.-]+'}"));
	org_ask(o, 200, "POST", "/api/v1/users", USER("ada.l-13", ""));
	org_ask(o, 400, "POST", "/api/v1/users", USER("ada@l-13", ""));
	org_ask(o, 400, "POST", "/api/v1/users", USER("Adalove", ""));
	org_ask(o, 200, "POST", user_schema, BASE("'login':{'pattern':'.+'}"));
	org_ask(o, 200, "POST", "/api/v1/users", USER("B", ""));
	org_ask(o, 200, "POST", user_schema, BASE("'login':{'pattern':null}"));
	org_ask(o, 400, "POST", "/api/v1/users", USER("Clovelace", ""));
}

static void test_values_are_of_the_type_and_among_the_choices(void **state)
{
	static const struct {
		unsigned status;
		const char *value;
	} cases[] = {
		{200, ",'list':['a','b']"},
		{200, ",'list':[]"},
		{400, ",'list':['a',1]"},
		{400, ",'list':['c']"},
		{400, ",'list':'a'"},
		{200, ",'part':0.5"},
		{200, ",'part':2"},
		{400, ",'part':'2'"},
		{400, ",'count':0.5"},
		{400, ",'flag':'true'"},
		{200, ",'flag':false"},
		{200, ",'flag':null"},
		{400, ",'countryCode':'USA'"},
		{200, ",'countryCode':'US'"},
		{400, ",'secondEmail':'nobody'"},
	};
	struct org *o = *state;
	char body[512];

	org_ask(o, 200, "POST", user_schema,
		CUSTOM("'list':{'type':'array','title':'L','items':{'type':'string','enum':['a','b']}},'part':{'type':'number','title':'P'},'count':{'type':'integer','title':'C'},'flag':{'type':'boolean','title':'F'}"));
	for (size_t i = 0; i < LEN(cases); i++) {
		snprintf(body, sizeof(body),
			"{'profile':{'firstName':'A','lastName':'B','login':'u%zu@x.example','email':'a@x.example'%s}}",
			i, cases[i].value);
		org_ask(o, cases[i].status, "POST", "/api/v1/users", body);
	}
}

static void test_unique_values_are_taken_once_and_defaults_fill_in(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", user_schema,
		CUSTOM("'badge':{'type':'string','title':'B','unique':'UNIQUE_VALIDATED'},'site':{'type':'string','title':'S','default':'HQ','unique':'NOT_UNIQUE'}"));
	assert_text(o, "definitions.custom.properties.badge.unique", "PENDING_UNIQUENESS");
	assert_absent(o, "definitions.custom.properties.site.unique");
	org_ask(o, 200, "GET", user_schema, NULL);
	assert_text(o, "definitions.custom.properties.badge.unique", "UNIQUE_VALIDATED");
	org_ask(o, 200, "POST", "/api/v1/users", USER("a@x.example", ",'badge':'7'"));
	assert_text(o, "profile.site", "HQ");
	org_ask(o, 400, "POST", "/api/v1/users", USER("b@x.example", ",'badge':'7'"));
	org_ask(o, 200, "POST", "/api/v1/users", USER("b@x.example", ",'badge':'8'"));
	org_ask(o, 200, "POST", "/api/v1/users/b@x.example", "{'profile':{'badge':'8'}}");
	org_ask(o, 400, "POST", "/api/v1/users/b@x.example", "{'profile':{'badge':'7'}}");
	org_ask(o, 400, "POST", user_schema,
		CUSTOM("'u1':{'type':'string','title':'T','unique':'UNIQUE_VALIDATED'},'u2':{'type':'string','title':'T','unique':'UNIQUE_VALIDATED'},'u3':{'type':'string','title':'T','unique':'UNIQUE_VALIDATED'},'u4':{'type':'string','title':'T','unique':'UNIQUE_VALIDATED'},'u5':{'type':'string','title':'T','unique':'UNIQUE_VALIDATED'}"));
}

static void test_groups_have_a_schema_too(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", "/api/v1/meta/schemas/group/default",
		CUSTOM("'floor':{'type':'integer','title':'Floor'}"));
	assert_text(
		o, "_links.self.href", "http://127.0.0.1:8080/api/v1/meta/schemas/group/default");
	org_ask(o, 200, "POST", "/api/v1/groups", "{'profile':{'name':'G','floor':3}}");
	org_ask(o, 400, "POST", "/api/v1/groups", "{'profile':{'name':'H','floor':'3'}}");
	org_ask(o, 200, "POST", "/api/v1/meta/schemas/group/default", CUSTOM("'floor':null"));
	org_ask(o, 400, "POST", "/api/v1/groups", "{'profile':{'name':'H','floor':3}}");
}

/* --- user types --- */

static void test_a_type_has_a_schema_of_its_own(void **state)
{
	struct org *o = *state;
	char type[128], schema[128], body[512];

	org_ask(o, 200, "POST", user_schema, CUSTOM("'hat':{'type':'string','title':'Hat'}"));
	org_ask(o, 200, "POST", "/api/v1/meta/types/user",
		"{'name':'contractor','displayName':'Contractor'}");
	snprintf(type, sizeof(type), "/api/v1/meta/types/user/%s", js_str(js_get(o->doc, "id")).p);
	snprintf(schema, sizeof(schema), "%s",
		js_str(js_path(o->doc, "_links.schema.href")).p + strlen("http://127.0.0.1:8080"));
	snprintf(body, sizeof(body),
		"{'type':{'id':'%s'},'profile':{'firstName':'A','lastName':'B','login':'a@x.example','email':'a@x.example','firm':'F'}}",
		js_str(js_get(o->doc, "id")).p);
	org_ask(o, 400, "POST", "/api/v1/users", body);
	org_ask(o, 200, "POST", schema, CUSTOM("'firm':{'type':'string','title':'Firm'}"));
	assert_absent(o, "definitions.custom.properties.hat");
	assert_text(o, "title", "Contractor");
	org_ask(o, 200, "POST", "/api/v1/users", body);
	org_ask(o, 403, "DELETE", type, NULL);
	assert_text(o, "errorCode", "E0000142");
	org_ask(o, 200, "GET", "/api/v1/meta/types/user/default", NULL);
	assert_text(o, "name", "user");
	org_ask(o, 403, "DELETE", "/api/v1/meta/types/user/default", NULL);
}

static void test_a_type_keeps_its_name_and_is_busy_after_a_change(void **state)
{
	struct org *o = *state;
	char type[128];

	org_ask(o, 400, "POST", "/api/v1/meta/types/user", "{'name':'7','displayName':'S'}");
	org_ask(o, 400, "POST", "/api/v1/meta/types/user", "{'name':'seven'}");
	org_ask(o, 200, "POST", "/api/v1/meta/types/user", "{'name':'seven','displayName':'S'}");
	snprintf(type, sizeof(type), "/api/v1/meta/types/user/%s", js_str(js_get(o->doc, "id")).p);
	org_ask(o, 400, "POST", "/api/v1/meta/types/user", "{'name':'seven','displayName':'S'}");
	org_ask(o, 400, "POST", type, "{'name':'eight'}");
	org_ask(o, 400, "PUT", type, "{'name':'seven','displayName':'Seven'}");
	org_ask(o, 200, "PUT", type, "{'name':'seven','displayName':'Seven','description':'d'}");
	org_ask(o, 200, "POST", type, "{'displayName':'Sept'}");
	assert_text(o, "description", "d");
	org_ask(o, 500, "DELETE", type, NULL);
	assert_text(o, "errorCode", "E0000009");
	o->clock.now_ms += 11000;
	org_ask(o, 204, "DELETE", type, NULL);
	org_ask(o, 404, "GET", type, NULL);
	org_ask(o, 200, "GET", "/api/v1/meta/types/user", NULL);
	assert_int_equal(js_len(o->doc), 1);
}

/* --- apps --- */

static const char *app(struct org *o, char path[128], const char *body)
{
	org_ask(o, 200, "POST", "/api/v1/apps", body);
	snprintf(path, 128, "/api/v1/meta/schemas/apps/%s/default", js_str(js_get(o->doc, "id")).p);
	return path;
}

static void test_an_app_s_schema_leaves_the_usual_out(void **state)
{
	struct org *o = *state;
	char path[128];

	app(o, path,
		"{'name':'bookmark','label':'Mark','signOnMode':'BOOKMARK','settings':{'app':{'url':'https://x.example'}}}");
	org_ask(o, 200, "GET", path, NULL);
	assert_text(o, "title", "Mark User");
	assert_json(o, "definitions.base.properties",
		"{'userName':{'title':'Username','type':'string','required':true,'scope':'NONE','maxLength':100}}");
	org_ask(o, 200, "POST", path,
		CUSTOM("'tags':{'type':'array','title':'T','union':'DISABLE','items':{'type':'object'},'permissions':[{'action':'READ_ONLY','principal':'SELF'}],'master':{'type':'OKTA'}},'one':{'type':'string','title':'O','union':'DISABLE','permissions':[{'action':'HIDE','principal':'SELF'}],'master':{'type':'OVERRIDE'}}"));
	assert_json(o, "definitions.custom.properties.tags",
		"{'title':'T','type':'array','scope':'NONE','items':{'type':'object','additionalProperties':true},'union':'DISABLE'}");
	assert_json(o, "definitions.custom.properties.one",
		"{'title':'O','type':'string','scope':'NONE','permissions':[{'principal':'SELF','action':'HIDE'}],'master':{'type':'OVERRIDE'}}");
	org_ask(o, 200, "POST", path, BASE("'userName':{'title':'Name','required':false}"));
	assert_text(o, "definitions.base.properties.userName.title", "Name");
	assert_json(o, "definitions.base.required", "['userName']");
	org_ask(o, 404, "GET", "/api/v1/meta/schemas/apps/nobody/default", NULL);
}

static void test_mappings_follow_apps_and_types(void **state)
{
	struct org *o = *state;
	char path[128], list[128], mapping[128], id[21];
	size_t there;

	org_ask(o, 200, "GET", "/api/v1/mappings", NULL);
	there = js_len(o->doc); /* of the apps that every org has */
	assert_int_equal(there, 14);
	app(o, path,
		"{'name':'bookmark','label':'Mark','signOnMode':'BOOKMARK','settings':{'app':{'url':'https://x.example'}}}");
	snprintf(id, sizeof(id), "%.20s", path + strlen("/api/v1/meta/schemas/apps/"));
	snprintf(list, sizeof(list), "/api/v1/mappings?sourceId=%s", id);
	org_ask(o, 200, "GET", list, NULL);
	assert_int_equal(js_len(o->doc), 1);
	assert_null(js_get(js_at(o->doc, 0), "properties"));
	snprintf(mapping, sizeof(mapping), "/api/v1/mappings/%s",
		js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 200, "POST", mapping,
		"{'properties':{'nickName':{'expression':'appuser.userName'},'city':{'expression':'appuser.x','pushStatus':'PUSH'}}}");
	org_ask(o, 200, "POST", mapping, "{'properties':{'city':null}}");
	assert_json(o, "properties",
		"{'nickName':{'expression':'appuser.userName','pushStatus':'DONT_PUSH'}}");
	assert_text(o, "target.name", "user");
	org_ask(o, 400, "POST", mapping, "{'properties':{'city':{'pushStatus':'PUSH'}}}");
	org_ask(o, 200, "POST", "/api/v1/meta/types/user", "{'name':'t','displayName':'T'}");
	org_ask(o, 200, "GET", list, NULL);
	assert_int_equal(js_len(o->doc), 2);
	snprintf(list, sizeof(list), "/api/v1/apps/%s/lifecycle/deactivate", id);
	org_ask(o, 200, "POST", list, NULL);
	snprintf(list, sizeof(list), "/api/v1/apps/%s", id);
	org_ask(o, 204, "DELETE", list, NULL);
	org_ask(o, 404, "GET", mapping, NULL);
	org_ask(o, 200, "GET", "/api/v1/mappings?limit=200", NULL);
	assert_int_equal(js_len(o->doc), there * 2); /* there are two types now */
}

static void test_an_identity_provider_s_mapping_pushes_when_it_is_the_source(void **state)
{
	struct org *o = *state;
	struct obj *idp = store_new(o->s, K_IDP, "0oa");
	AUTO_PTR(js) doc = js_new_map();
	char path[128];

	js_set(doc, "type", js_new_strz("SAML2"));
	js_set(doc, "name", js_new_strz("Partner"));
	js_set(js_make(doc, "policy.provisioning"), "profileMaster", js_new_bool(true));
	obj_put(idp, doc);
	snprintf(path, sizeof(path), "/api/v1/mappings?sourceId=%s", idp->id);
	org_ask(o, 200, "GET", path, NULL);
	snprintf(path, sizeof(path), "/api/v1/mappings/%s",
		js_str(js_get(js_at(o->doc, 0), "id")).p);
	org_ask(o, 200, "GET", path, NULL);
	assert_text(o, "source.name", "saml_idp");
	assert_text(o, "properties.login.expression", "source.userName");
	assert_text(o, "properties.login.pushStatus", "PUSH");
	snprintf(path, sizeof(path), "/api/v1/meta/schemas/apps/%s/default", idp->id);
	org_ask(o, 200, "GET", path, NULL);
	assert_text(o, "title", "Partner User");
	org_ask(o, 400, "POST", path, CUSTOM("'x':{'type':'string','title':'X'}"));
	org_ask(o, 200, "POST", path,
		CUSTOM("'x':{'type':'string','title':'X','externalName':'ex'}"));
}

/* --- links between users --- */

static void test_links_have_one_primary_and_many_associated(void **state)
{
	static const char relation[] =
		"{'primary':{'name':'boss','title':'B','type':'USER'},'associated':{'name':'report','title':'R','type':'USER'}}";
	static const char definitions[] = "/api/v1/meta/schemas/user/linkedObjects";
	struct org *o = *state;

	org_ask(o, 200, "POST", "/api/v1/users", USER("a@x.example", ""));
	org_ask(o, 200, "POST", "/api/v1/users", USER("b@x.example", ""));
	org_ask(o, 200, "POST", "/api/v1/users", USER("c@x.example", ""));
	org_ask(o, 404, "PUT", "/api/v1/users/a@x.example/linkedObjects/boss/b@x.example", NULL);
	org_ask(o, 201, "POST", definitions, relation);
	org_ask(o, 409, "POST", definitions, relation);
	assert_text(o, "errorCode", "E0000127");
	org_ask(o, 400, "POST", definitions, "{'primary':'boss','associated':{}}");
	org_ask(o, 200, "GET", "/api/v1/meta/schemas/user/linkedObjects/report", NULL);
	assert_text(o, "primary.name", "boss");
	org_ask(o, 204, "PUT", "/api/v1/users/a@x.example/linkedObjects/boss/b@x.example", NULL);
	org_ask(o, 204, "PUT", "/api/v1/users/a@x.example/linkedObjects/boss/c@x.example", NULL);
	org_ask(o, 204, "PUT", "/api/v1/users/b@x.example/linkedObjects/boss/c@x.example", NULL);
	org_ask(o, 200, "GET", "/api/v1/users/a@x.example/linkedObjects/boss", NULL);
	assert_int_equal(js_len(o->doc), 1);
	org_ask(o, 200, "GET", "/api/v1/users/c@x.example/linkedObjects/report", NULL);
	assert_int_equal(js_len(o->doc), 2);
	org_ask(o, 204, "DELETE", "/api/v1/users/a@x.example/linkedObjects/boss", NULL);
	org_ask(o, 204, "DELETE", "/api/v1/users/a@x.example/linkedObjects/boss", NULL);
	org_ask(o, 200, "GET", "/api/v1/users/c@x.example/linkedObjects/report", NULL);
	assert_int_equal(js_len(o->doc), 1);
	org_ask(o, 204, "DELETE", "/api/v1/meta/schemas/user/linkedObjects/report", NULL);
	org_ask(o, 404, "GET", "/api/v1/meta/schemas/user/linkedObjects/boss", NULL);
	org_ask(o, 201, "POST", definitions, relation);
}

/* --- beside profiles --- */

static void test_forms_and_log_streams_have_schemas(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", "/api/v1/meta/uischemas",
		"{'uiSchema':{'type':'Group','elements':[]}}");
	assert_text(o, "uiSchema.type", "Group");
	org_ask(o, 400, "POST", "/api/v1/meta/uischemas", "{'uiSchema':'Group'}");
	org_ask(o, 200, "GET", "/api/v1/meta/schemas/logStream/aws_eventbridge", NULL);
	assert_json(o, "properties.settings.required", "['accountId','eventSourceName','region']");
	org_ask(o, 200, "GET", "/api/v1/meta/schemas/logStream", NULL);
	assert_int_equal(js_len(o->doc), 2);
	org_ask(o, 404, "GET", "/api/v1/meta/schemas/logStream/x", NULL);
}

static void test_a_user_s_risk_is_what_was_set(void **state)
{
	struct org *o = *state;

	org_ask(o, 200, "POST", "/api/v1/users", USER("a@x.example", ""));
	org_ask(o, 200, "GET", "/api/v1/users/a@x.example/risk", NULL);
	assert_text(o, "riskLevel", "NONE");
	assert_absent(o, "reason");
	org_ask(o, 400, "PUT", "/api/v1/users/a@x.example/risk", "{'riskLevel':'NONE'}");
	org_ask(o, 201, "PUT", "/api/v1/users/a@x.example/risk", "{'riskLevel':'LOW'}");
	org_ask(o, 200, "PUT", "/api/v1/users/a@x.example/risk",
		"{'riskLevel':'HIGH','riskReason':'because'}");
	org_ask(o, 200, "GET", "/api/v1/users/a@x.example/risk", NULL);
	assert_text(o, "reason", "because");
}

#define T(name) cmocka_unit_test_setup_teardown(test_##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_property_is_completed_and_printed_in_okta_s_order),
		T(edits_merge_and_null_takes_away_with_the_values),
		T(what_no_schema_may_say_is_refused),
		T(of_okta_s_properties_little_can_be_changed),
		T(the_login_s_pattern_decides_about_logins),
		T(values_are_of_the_type_and_among_the_choices),
		T(unique_values_are_taken_once_and_defaults_fill_in),
		T(groups_have_a_schema_too),
		T(a_type_has_a_schema_of_its_own),
		T(a_type_keeps_its_name_and_is_busy_after_a_change),
		T(an_app_s_schema_leaves_the_usual_out),
		T(mappings_follow_apps_and_types),
		T(an_identity_provider_s_mapping_pushes_when_it_is_the_source),
		T(links_have_one_primary_and_many_associated),
		T(forms_and_log_streams_have_schemas),
		T(a_user_s_risk_is_what_was_set),
	};

	return cmocka_run_group_tests_name("sandbox schemas", tests, NULL, NULL);
}
