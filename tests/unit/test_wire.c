/*
 * state/wire: the API's JSON -> values -> the API's JSON.
 */
#include "tests/lib/t.h"

#include "providers/okta/okta.h"
#include "state/wire.h"

struct wire_row {
	const char *kind, *live;
	const char *value; /* as decoded */
	const char *body;  /* as encoded again; NULL: live */
};

static struct js *parse(const char *text)
{
	struct js *j = NULL;
	struct err e = ERR_INIT;

	t_ok(js_parse(slice_of(text), "a text", &j, &e), &e);
	return j;
}

static const struct kind *kind(const char *name)
{
	return okta_provider.kinds->v[kind_by_name(okta_provider.kinds, name)];
}

static strid same_id(void *self, const char *of, strid key)
{
	const struct pool *pool = self;

	(void)of;
	return slice_is(pool_get(pool, key), "none") ? 0 : key;
}

static int secret(void *self, struct slice source, struct buf *out, struct err *e)
{
	(void)self;
	if (slice_is(source, "env.NONE"))
		return err_set(e, ERR_SYS, "NONE is not set");
	buf_adds(out, "hunter2");
	return 0;
}

static const struct wire_row round_trips[] = {
	{"group",
		"{\"profile\":{\"name\":\"eng\",\"n\":[1]},\"type\":\"OKTA_GROUP\",\"id\":\"00g1\"}",
		"{\"profile\":{\"name\":\"eng\",\"n\":[1]}}",
		"{\"profile\":{\"n\":[1],\"name\":\"eng\"}}"},
	{"user",
		"{\"status\":\"PROVISIONED\",\"type\":{\"id\":\"oty1\"},\"profile\":{\"login\":\"a\"},"
		"\"credentials\":{\"password\":{}}}",
		"{\"status\":\"ACTIVE\",\"type\":\"oty1\",\"profile\":{\"login\":\"a\"}}",
		"{\"profile\":{\"login\":\"a\"},\"type\":{\"id\":\"oty1\"}}"},
	{"zone",
		"{\"type\":\"IP\",\"gateways\":[{\"type\":\"CIDR\",\"value\":\"10.0.0.0/8\"},{"
		"\"type\":\"RANGE\",\"value\":\"10.0.0.1-10.0.0.2\"}],\"asns\":null}",
		"{\"type\":\"IP\",\"gateways\":[\"10.0.0.0/8\",\"10.0.0.1-10.0.0.2\"]}",
		"{\"gateways\":[{\"type\":\"CIDR\",\"value\":\"10.0.0.0/8\"},{\"type\":\"RANGE\","
		"\"value\":\"10.0.0.1-10.0.0.2\"}],\"type\":\"IP\"}"},
	{"zone", "{\"asns\":{\"include\":[\"1\"]},\"type\":\"DYNAMIC_V2\"}",
		"{\"type\":\"DYNAMIC_V2\",\"asns\":{\"include\":[\"1\"]}}", NULL},
	{"groupRule",
		"{\"actions\":{\"assignUserToGroups\":{\"groupIds\":[\"00g1\"]}},\"conditions\":{"
		"\"expression\":{\"type\":\"urn:okta:expression:1.0\",\"value\":\"x\"}}}",
		"{\"conditions\":{\"expression\":{\"value\":\"x\",\"type\":"
		"\"urn:okta:expression:1.0\"}},\"actions\":{\"assignUserToGroups\":[\"00g1\"]}}",
		NULL},
	/* a link's id is the end of its URL, and is not in a body */
	{"app", "{\"signOnMode\":\"BOOKMARK\",\"_links\":{\"accessPolicy\":{\"href\":\"https://a/rst1\"}}}",
		"{\"signOnMode\":\"BOOKMARK\",\"accessPolicy\":\"rst1\"}",
		"{\"signOnMode\":\"BOOKMARK\"}"},
	/* two rows of one name: the first that applies */
	{"app", "{\"name\":\"template_swa\",\"signOnMode\":\"BROWSER_PLUGIN\"}",
		"{\"signOnMode\":\"BROWSER_PLUGIN\",\"name\":\"template_swa\"}", NULL},
	{"app", "{\"name\":\"x\",\"settings\":{\"app\":{\"url\":\"u\"}}}",
		"{\"name\":\"x\",\"settings\":{\"app\":{\"url\":\"u\"}}}", NULL},
	/* what a tenant answers instead of what it should */
	{"group", "{\"profile\":[1,2]}", "{\"profile\":[1,2]}", "{\"profile\":{}}"},
	{"zone", "{\"gateways\":\"x\",\"type\":\"IP\"}", "{\"type\":\"IP\",\"gateways\":\"x\"}",
		"{\"gateways\":[],\"type\":\"IP\"}"},
	{"policy", "[]", "{}", "{}"},
};

static void test_wire__round_trips(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(round_trips); i++) {
		const struct wire_row *r = &round_trips[i];
		AUTO_PTR(pool) pool = pool_new();
		AUTO_PTR(values) v = values_new(pool);
		AUTO_PTR(js) live = parse(r->live);
		AUTO_PTR(js) body = js_new_map();
		AUTO(buf) struct buf got = BUF_TEXT;
		const struct wire_env env = {same_id, secret, pool};
		const struct kind *k = kind(r->kind);
		struct slice disc = wire_disc(k, live);
		struct val x = wire_decode(v, k, live, disc);
		struct err e = ERR_INIT;

		val_write(v, &got, x);
		t_slice(buf_slice(&got), r->value);
		t_ok(wire_encode(v, k->fields, x, disc, &env, body, &e), &e);
		buf_clear(&got);
		js_write_sorted(&got, body);
		t_slice(buf_slice(&got), r->body ? r->body : r->live);
	}
}

/* {name: x}, as a body of that kind. */
static struct val body_of(struct values *v, const char *name, struct val x)
{
	values_push_key(v, pool_adds(v->pool, name), 0);
	values_push(v, x, 0);
	return values_map(v, 1);
}

static void test_wire__leaves_what_is_not_ours(void **state)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(js)
	body = parse("{\"profile\":{\"description\":\"a\",\"other\":1},\"id\":\"00g1\"}");
	const struct wire_env env = {same_id, secret, pool};
	AUTO(buf) struct buf got = BUF_TEXT;
	struct err e = ERR_INIT;
	struct val x = body_of(v, "profile", body_of(v, "description", VAL_NULL));

	(void)state;
	t_ok(wire_encode(v, kind("group")->fields, x, (struct slice){NULL, 0}, &env, body, &e), &e);
	js_write_sorted(&got, body);
	t_slice(buf_slice(&got),
		"{\"id\":\"00g1\",\"profile\":{\"description\":null,\"other\":1}}");
}

static void test_wire__puts_ids_into_expressions(void **state)
{
	static const struct {
		const char *text, *want; /* want NULL: refused */
	} rows[] = {
		{"a(\"${group.eng.id}\",\"${group.ops.id}\")", "a(\"eng\",\"ops\")"},
		{"${group.none.id}", NULL},
		{"${group.never seen.id}", NULL},
		{"${group.eng}", "${group.eng}"},
		{"plain", "plain"},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		AUTO_PTR(pool) pool = pool_new();
		AUTO_PTR(values) v = values_new(pool);
		AUTO_PTR(js) body = js_new_map();
		const struct wire_env env = {same_id, secret, pool};
		struct err e = ERR_INIT;
		struct val x;
		int r;

		(void)(pool_adds(pool, "eng") + pool_adds(pool, "ops") + pool_adds(pool, "none"));
		x = body_of(v, "conditions",
			body_of(v, "expression", body_of(v, "value", val_strz(v, rows[i].text))));
		r = wire_encode(
			v, kind("groupRule")->fields, x, (struct slice){NULL, 0}, &env, body, &e);
		assert_int_equal(r, rows[i].want ? 0 : -1);
		if (r == 0)
			t_slice(js_str(js_path(body, "conditions.expression.value")), rows[i].want);
		else
			t_contains(e.msg, "has no id: it is not in the tenant");
	}
}

static void test_wire__fetches_secrets_at_the_last_moment(void **state)
{
	static const char *const sources[] = {"env.PW", "env.NONE"};

	(void)state;
	for (size_t i = 0; i < LEN(sources); i++) {
		AUTO_PTR(pool) pool = pool_new();
		AUTO_PTR(values) v = values_new(pool);
		AUTO_PTR(js) body = js_new_map();
		const struct wire_env env = {same_id, secret, pool};
		struct err e = ERR_INIT;
		struct val x = body_of(v, "credentials",
			body_of(v, "password",
				body_of(v, "value", val_secret(pool_adds(pool, sources[i])))));
		int r = wire_encode(
			v, kind("user")->fields, x, (struct slice){NULL, 0}, &env, body, &e);

		if (i == 0)
			t_slice(js_str(js_path(body, "credentials.password.value")), "hunter2");
		else
			assert_string_equal(e.msg, "credentials: password: value: NONE is not set");
		assert_int_equal(r, i == 0 ? 0 : -1);
	}
}

static void test_wire__a_reference_without_id_is_refused(void **state)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(js) body = js_new_map();
	const struct wire_env env = {same_id, secret, pool};
	struct err e = ERR_INIT;
	struct val list;

	(void)state;
	values_push(v, val_ref(pool_adds(pool, "none")), 0);
	list = values_list(v, 1);
	assert_int_equal(wire_encode(v, kind("groupRule")->fields,
				 body_of(v, "actions", body_of(v, "assignUserToGroups", list)),
				 (struct slice){NULL, 0}, &env, body, &e),
		-1);
	assert_int_equal(e.code, ERR_REFUSED);
	assert_string_equal(e.msg, "actions: assignUserToGroups: group 'none' has no id: it is not "
				   "in the tenant");
}

static void test_wire__sets_what_is_not_set(void **state)
{
	AUTO_PTR(js) body = parse("{\"profile\":{\"name\":\"given\"}}");

	(void)state;
	wire_default(body, "profile.name", SLICE("key"));
	t_slice(js_str(js_path(body, "profile.name")), "given");
	wire_default(body, "label", SLICE("key"));
	t_slice(js_str(js_path(body, "label")), "key");
	wire_default(body, "a.b", SLICE("key"));
	t_slice(js_str(js_path(body, "a.b")), "key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire__round_trips),
		cmocka_unit_test(test_wire__leaves_what_is_not_ours),
		cmocka_unit_test(test_wire__puts_ids_into_expressions),
		cmocka_unit_test(test_wire__fetches_secrets_at_the_last_moment),
		cmocka_unit_test(test_wire__a_reference_without_id_is_refused),
		cmocka_unit_test(test_wire__sets_what_is_not_set),
	};

	return t_run("wire", tests);
}
