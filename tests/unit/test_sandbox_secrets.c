/*
 * What the local tenant shows and sends of what it was trusted with.
 */
#include "tests/lib/org.h"

/* One header is one line, whatever the hook's document says. */
static int one_header(struct org *o, const struct sandbox_out *out, struct buf *ret_body)
{
	(void)o;
	assert_null(memmem(out->headers.p, out->headers.n, "X-In", 4));
	assert_non_null(memmem(out->headers.p, out->headers.n, "X-Good: 1", 9));
	buf_adds(ret_body, "{}");
	return 200;
}

static void test_sandbox_secrets__headers_of_hooks_do_not_break_out_of_their_line(void **state)
{
	struct org *o = *state;
	const char *id = org_made(o, "/api/v1/inlineHooks",
		org_say(o,
			"{'name':'h','version':'1.0.0','type':'com.okta.telephony.provider','channel':{'type':'HTTP','version':'1.0.0','config':{'uri':'https://h.example','headers':[{'key':'X-A','value':'1\\nX-In: 1'},{'key':'X-B','value':'1\\rX-In: 1'},{'key':'X-In\\r','value':'1'},{'key':'X-Good','value':'1'}]}}}"));

	o->endpoint = one_header;
	org_ask(o, 200, "POST", org_say(o, "/api/v1/inlineHooks/%s/execute", id), "{}");
}

static void test_sandbox_secrets__the_secret_of_an_api_service_is_shown_once(void **state)
{
	struct org *o = *state;
	const char *path = "/integrations/api/v1/api-services";

	org_ask(o, 201, "POST", path,
		org_say(o, "{'type':'a_service','grantedScopes':['okta.logs.read']}"));
	assert_int_equal(strlen(org_text(o, "clientSecret")), 64);
	org_ask(o, 200, "GET", org_say(o, "%s/%s", path, org_text(o, "id")), NULL);
	assert_null(strstr(buf_str(&o->res.body), "clientSecret"));
}

#define TEST(name)                                                                                 \
	cmocka_unit_test_setup_teardown(test_sandbox_secrets__##name, org_set_up, org_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(headers_of_hooks_do_not_break_out_of_their_line),
		TEST(the_secret_of_an_api_service_is_shown_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
