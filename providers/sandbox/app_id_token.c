/*
 * The claim about groups that the org itself puts into a client's ID tokens. The endpoint is the console's own, in no
 * document, but clients that manage apps ask for it.
 */
#include "providers/sandbox/apps.h"
#include "providers/sandbox/collection.h"

const struct collection app_id_token = {
	.path = "/api/v1/internal/apps/{id}/settings/oauth/idToken",
	.kind = K_SETTING,
	.of = K_APP,
	.type = "IdTokenSettings",
	.prefix = "set",
	.members =
		"issuer=: orgUrl=: customUrl=: audience=: issuerMode valueType name value groupFilterType",
	.flags = C_ONE | C_NO_PUT | C_NO_LINKS,
};

/* Only what comes of the template has it. */
static struct obj *client_of(struct call *c, struct js **ret_doc)
{
	struct obj *a = app_of(c, c->arg[0]);
	AUTO_PTR(js) doc = a ? obj_doc(a) : NULL;

	if (a && !slice_is(js_str(js_get(doc, "name")), "oidc_client")) {
		fail_missing(c, c->arg[0], "AppInstance");
		return NULL;
	}
	*ret_doc = doc;
	doc = NULL;
	return a;
}

static void get_token(struct call *c)
{
	AUTO_PTR(js) app = NULL;
	AUTO_PTR(js) doc = NULL;
	struct obj *a = client_of(c, &app);

	if (!a)
		return;
	doc = obj_doc(collection_one(c, &app_id_token, a));
	js_set(doc, "issuer", js_new_strz(c->s->base_url));
	js_set(doc, "audience", js_copy_or_null(js_path(app, "credentials.oauthClient.client_id")));
	js_default(doc, "issuerMode",
		js_copy_or_null(js_path(app, "settings.oauthClient.issuer_mode")));
	reply_js(c, 200, doc);
	doc = NULL;
}

/* The answer to a change leaves out who issues, and for whom. */
static void post_token(struct call *c)
{
	static const char *const members[] = {
		"issuerMode", "valueType", "name", "value", "groupFilterType"};
	AUTO_PTR(js) app = NULL;
	AUTO_PTR(js) doc = NULL;
	struct obj *a = client_of(c, &app), *o;

	if (!a)
		return;
	o = collection_one(c, &app_id_token, a);
	doc = obj_doc(o);
	for (size_t i = 0; i < LEN(members); i++) {
		const struct js *v = js_get(c->body, members[i]);

		js_del(doc, members[i]);
		if (js_type(v) == JS_STR)
			js_set(doc, members[i], js_copy(v));
	}
	obj_put(o, doc);
	reply_js(c, 200, doc);
	doc = NULL;
}

const struct route routes_app_id_token[] = {
	{"GET", "/api/v1/internal/apps/{id}/settings/oauth/idToken", get_token, 0, NULL},
	{"POST", "/api/v1/internal/apps/{id}/settings/oauth/idToken", post_token, R_BODY,
		"application.lifecycle.update"},
	{NULL, NULL, NULL, 0, NULL},
};
