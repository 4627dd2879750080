/*
 * Provisioning: an app's one connection to its service, and the features that hang on it.
 */
#include "providers/sandbox/apps.h"

static const struct {
	const char *name, *description, *start; /* what its capabilities are at first */
} features[] = {
	{"USER_PROVISIONING", "User provisioning settings from Okta to a downstream application",
		"{\"create\":{\"lifecycleCreate\":{\"status\":\"DISABLED\"}},\"update\":{\"profile\":{\"status\":\"DISABLED\"},\"lifecycleDeactivate\":{\"status\":\"DISABLED\"},\"password\":{\"status\":\"DISABLED\",\"seed\":\"RANDOM\",\"change\":\"KEEP_EXISTING\"}}}"},
	{"INBOUND_PROVISIONING",
		"In-bound provisioning settings for provisioning users from an application to Okta",
		"{\"importSettings\":{\"username\":{\"userNameFormat\":\"EMAIL\"},\"schedule\":{\"status\":\"DISABLED\",\"fullImport\":null,\"incrementalImport\":null}},\"importRules\":{\"userCreateAndMatch\":{\"exactMatchCriteria\":\"USERNAME\",\"allowPartialMatch\":true,\"autoConfirmPartialMatch\":false,\"autoConfirmExactMatch\":false,\"autoConfirmNewUsers\":false,\"autoActivateNewUsers\":false}}}"},
};

/* What a capability that is on adds to the features that the app lists. */
static const struct {
	const char *path, *feature;
} switches[] = {
	{"USER_PROVISIONING.create.lifecycleCreate.status", "PUSH_NEW_USERS"},
	{"USER_PROVISIONING.update.profile.status", "PUSH_PROFILE_UPDATES"},
	{"USER_PROVISIONING.update.lifecycleDeactivate.status", "PUSH_USER_DEACTIVATION"},
	{"USER_PROVISIONING.update.password.status", "PUSH_PASSWORD_UPDATES"},
};

static struct obj *connection_of(const struct sandbox *s, const struct obj *a)
{
	for (uint32_t i = store_after(s, K_APP_CONNECTION, a->ix); i < s->of[K_APP_CONNECTION].n;
		i++) {
		struct obj *o = store_at(s, s->of[K_APP_CONNECTION].v[i]);

		if (o->parent == a->ix)
			return o;
	}
	return NULL;
}

void app_provision_drop(struct sandbox *s, const struct obj *a)
{
	struct obj *o = connection_of(s, a);

	if (o)
		store_drop(s, o);
}

/* The app of the path, when it can be provisioned; answers otherwise. */
static struct obj *provisioned(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]);
	AUTO_PTR(js) doc = a ? obj_doc(a) : NULL;

	if (!a || app_def_of_doc(doc)->flags & D_PROVISION)
		return a;
	fail_field(c, "connection", "Provisioning is not supported for this app.");
	return NULL;
}

static void reply_connection(struct call *c, const struct obj *a, const struct obj *o)
{
	struct buf *b = &c->res->body;
	AUTO_PTR(js) doc = o ? obj_doc(o) : js_new_map();
	bool on = slice_is(js_str(js_get(doc, "status")), "ENABLED");

	js_default(doc, "authScheme", js_new_strz("UNKNOWN"));
	js_default(doc, "status", js_new_strz("UNKNOWN"));
	js_del(doc, "features");
	reply_status(c, 200);
	js_write(b, doc);
	add_nested(b, "_links");
	add_hint(b, c, "self", "POST|GET", "/api/v1/apps/%s/connections/default", a->id);
	if (o) {
		add_hint(b, c, on ? "deactivate" : "activate", "POST",
			"/api/v1/apps/%s/connections/default/lifecycle/%s", a->id,
			on ? "deactivate" : "activate");
	}
	buf_adds(b, "}}");
}

static void get_connection(struct call *c)
{
	const struct obj *a = provisioned(c);

	if (a)
		reply_connection(c, a, connection_of(c->s, a));
}

/* What is secret in a profile is not kept at all: nothing here calls a service. */
static struct js *plain_profile(const struct js *in)
{
	static const char *const shown[] = {"authScheme", "clientId", "signing", "settings"};
	struct js *to = js_new_map();

	for (size_t i = 0; i < LEN(shown); i++) {
		if (js_get(in, shown[i]))
			js_set(to, shown[i], js_copy(js_get(in, shown[i])));
	}
	return to;
}

static struct js *start_features(void)
{
	struct js *all = js_new_map();

	for (size_t i = 0; i < LEN(features); i++) {
		struct err e = ERR_INIT;
		struct js *one = NULL;

		if (js_parse(slice_of(features[i].start), "a feature", &one, &e) < 0)
			BUG("a feature of apps is no JSON: %s", e.msg);
		js_set(all, features[i].name, one);
	}
	return all;
}

static void post_connection(struct call *c)
{
	struct obj *a = provisioned(c), *o;
	const struct js *profile = js_get(c->body, "profile"), *url = js_get(c->body, "baseUrl");
	struct slice scheme = js_str(js_get(profile, "authScheme"));
	AUTO_PTR(js) doc = NULL;
	bool on;

	if (!a)
		return;
	if (!slice_in(scheme, "TOKEN|OAUTH2") ||
		(slice_is(scheme, "TOKEN") && !js_str(js_get(profile, "token")).n)) {
		fail_field(c, "profile", "profile: an authScheme and what it needs must be given");
		return;
	}
	o = connection_of(c->s, a);
	doc = o ? obj_doc(o) : js_new_map();
	on = query_is(c, "activate", "true") || slice_is(js_str(js_get(doc, "status")), "ENABLED");
	js_set(doc, "authScheme", js_new_str(scheme));
	js_set(doc, "status", js_new_strz(on ? "ENABLED" : "DISABLED"));
	if (js_type(url) == JS_STR)
		js_set(doc, "baseUrl", js_copy(url));
	js_set(doc, "profile", plain_profile(profile));
	if (!o) {
		js_set(doc, "features", start_features());
		o = store_new(c->s, K_APP_CONNECTION, "cnn");
		o->parent = a->ix;
	}
	obj_put(o, doc);
	reply_connection(c, a, o);
}

static void switch_connection(struct call *c, const char *status)
{
	const struct obj *a = provisioned(c);
	struct obj *o = a ? connection_of(c->s, a) : NULL;
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!a)
		return;
	if (!o) {
		fail_missing(c, SLICE("default"), "ProvisioningConnection");
		return;
	}
	js_set(doc, "status", js_new_strz(status));
	obj_put(o, doc);
	reply_status(c, 204);
}

static void activate(struct call *c)
{
	switch_connection(c, "ENABLED");
}

static void deactivate(struct call *c)
{
	switch_connection(c, "DISABLED");
}

/* --- features --- */

/* The app of the path and its connection, when that is on; answers otherwise. */
static struct obj *connected(struct call *c, struct obj **ret_connection)
{
	struct obj *a = app_of(c, c->arg[0]), *o = a ? connection_of(c->s, a) : NULL;
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	*ret_connection = o;
	if (!a || slice_is(js_str(js_get(doc, "status")), "ENABLED"))
		return a;
	fail_field(c, "feature", "Provisioning is not enabled for the app instance.");
	return NULL;
}

static void add_feature(
	struct buf *b, struct call *c, const struct obj *a, const struct js *all, size_t i)
{
	buf_addf(b,
		"{\"name\":\"%s\",\"status\":\"ENABLED\",\"description\":\"%s\",\"capabilities\":",
		features[i].name, features[i].description);
	js_write(b, js_get(all, features[i].name));
	buf_adds(b, ",\"_links\":{");
	add_hint(b, c, "self", "GET|PUT", "/api/v1/apps/%s/features/%s", a->id, features[i].name);
	buf_adds(b, "}}");
}

static void list_features(struct call *c)
{
	struct obj *o;
	const struct obj *a = connected(c, &o);
	AUTO_PTR(js) doc = NULL;

	if (!a)
		return;
	doc = obj_doc(o);
	reply_status(c, 200);
	for (size_t i = 0; i < LEN(features); i++) {
		buf_addc(&c->res->body, i ? ',' : '[');
		add_feature(&c->res->body, c, a, js_get(doc, "features"), i);
	}
	buf_addc(&c->res->body, ']');
}

/* Which feature the path names; answers 404 and returns their number where none is. */
static size_t which_feature(struct call *c)
{
	size_t i = 0;

	while (i < LEN(features) && !slice_is(c->arg[1], features[i].name))
		i++;
	if (i == LEN(features))
		fail_missing(c, c->arg[1], "ApplicationFeature");
	return i;
}

static void get_feature(struct call *c)
{
	struct obj *o;
	const struct obj *a = connected(c, &o);
	size_t i = a ? which_feature(c) : LEN(features);
	AUTO_PTR(js) doc = NULL;

	if (i == LEN(features))
		return;
	doc = obj_doc(o);
	reply_status(c, 200);
	add_feature(&c->res->body, c, a, js_get(doc, "features"), i);
}

/* What is known of a capability, where the body names it with a value of the same type. */
static void change(struct js *to, const struct js *from)
{
	for (void *it = js_first(from); it; it = js_next(from, it)) {
		struct js *have = js_getm(to, js_key(it));
		const struct js *v = js_val(it);

		if (js_type(have) == JS_MAP && js_type(v) == JS_MAP)
			change(have, v);
		else if (have && js_type(have) != JS_MAP && js_type(v) != JS_MAP)
			js_set(to, js_key(it), js_copy(v));
	}
}

/* The app's own list follows its capabilities. */
static void show_features(struct call *c, struct obj *a, const struct js *all)
{
	AUTO_PTR(js) app = obj_doc(a);
	struct js *list = js_new_list();

	for (size_t i = 0; i < LEN(switches); i++) {
		if (slice_is(js_str(js_path(all, switches[i].path)), "ENABLED"))
			js_push(list, js_new_strz(switches[i].feature));
	}
	js_set(app, "features", list);
	obj_put_changed(c, a, app);
}

static void put_feature(struct call *c)
{
	struct obj *o, *a = connected(c, &o);
	size_t i = a ? which_feature(c) : LEN(features);
	AUTO_PTR(js) doc = NULL;
	struct js *all;

	if (i == LEN(features))
		return;
	doc = obj_doc(o);
	all = js_getm(doc, "features");
	change(js_getm(all, features[i].name), c->body);
	obj_put(o, doc);
	show_features(c, a, all);
	reply_status(c, 200);
	add_feature(&c->res->body, c, a, all, i);
}

const struct route routes_app_provision[] = {
	{"GET", "/api/v1/apps/{id}/connections/default", get_connection, 0, NULL},
	{"POST", "/api/v1/apps/{id}/connections/default", post_connection, R_BODY,
		"application.lifecycle.update"},
	{"POST", "/api/v1/apps/{id}/connections/default/lifecycle/activate", activate, R_OPT_BODY,
		"application.lifecycle.update"},
	{"POST", "/api/v1/apps/{id}/connections/default/lifecycle/deactivate", deactivate,
		R_OPT_BODY, "application.lifecycle.update"},
	{"GET", "/api/v1/apps/{id}/features", list_features, 0, NULL},
	{"GET", "/api/v1/apps/{id}/features/{name}", get_feature, 0, NULL},
	{"PUT", "/api/v1/apps/{id}/features/{name}", put_feature, R_BODY,
		"application.lifecycle.update"},
	{NULL, NULL, NULL, 0, NULL},
};
