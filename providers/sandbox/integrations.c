/*
 * What carries events out of the org and into it, and services that other companies integrate.
 */
#include "providers/sandbox/collection.h"

#include "base/xalloc.h"

/* Of Amazon's settings none can change, of Splunk's all but the edition. */
static bool fill_stream(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice type = js_str(js_get(doc, "type"));

	(void)o;
	if (!slice_in(type, "aws_eventbridge|splunk_cloud_logstreaming")) {
		fail_field(c, "type", "type: The field is not a known type");
		return false;
	}
	if (old && slice_is(type, "aws_eventbridge") &&
		!js_equal(js_get(doc, "settings"), js_get(old, "settings"))) {
		fail_field(c, "settings", "settings: cannot be changed");
		return false;
	}
	return true;
}

const struct collection log_streams = {
	.path = "/api/v1/logStreams",
	.kind = K_LOG_STREAM,
	.of = K_COUNT,
	.type = "LogStream",
	.prefix = "0oa",
	.members = "id type!^ name! lastUpdated% created@ status settings!",
	.secrets = "settings.token",
	.key = "name",
	.event = "system.log_stream.lifecycle.*",
	.limit = 20,
	.max = 200,
	.keep = "filter",
	.filter = "type|status",
	.flags = C_LIFE_BLANK | C_LINK_METHOD,
	.fill = fill_stream,
};

const struct collection security_providers = {
	.path = "/api/v1/security-events-providers",
	.kind = K_SECURITY_PROVIDER,
	.of = K_COUNT,
	.type = "SecurityEventsProvider",
	.prefix = "sse",
	.members = "id name! type! status settings!",
	.key = "name",
	.event = "security.events.provider.*",
	.flags = C_LIFECYCLE,
};

/* Of Google's service account only the project's name is shown. */
static bool fill_push(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *account = js_path(doc, "configuration.serviceAccountJson");
	struct slice type = js_str(js_get(doc, "providerType"));

	(void)o, (void)old;
	if (!slice_in(type, "APNS|FCM")) {
		fail_field(c, "providerType", "providerType: must be APNS or FCM");
		return false;
	}
	if (js_get(account, "project_id"))
		js_set(js_make(doc, "configuration"), "projectId",
			js_copy(js_get(account, "project_id")));
	return true;
}

const struct collection push_providers = {
	.path = "/api/v1/push-providers",
	.kind = K_PUSH_PROVIDER,
	.of = K_COUNT,
	.type = "PushProvider",
	.prefix = "ppc",
	.members = "id name! providerType!^ lastUpdatedDate% configuration!",
	.secrets = "configuration.serviceAccountJson|configuration.tokenSigningKey",
	.key = "name",
	.event = "system.push_provider.*",
	.flags = 0,
	.fill = fill_push,
};

enum { SECRET_CHARS = 64 };

static bool fill_service(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	AUTO(buf) struct buf secret = BUF_TEXT;
	char part[21];

	(void)old;
	if (o->secret)
		return true;
	while (secret.n < SECRET_CHARS) {
		store_new_id(c->s, "sec", part);
		buf_adds(&secret, part + 3);
	}
	o->secret = xstrndup(secret.p, SECRET_CHARS);
	js_default(doc, "name", js_copy(js_get(doc, "type")));
	buf_clear(&secret);
	buf_addf(&secret, "%s/docs/%.*s", c->s->base_url, SLICE_ARG(js_str(js_get(doc, "type"))));
	js_default(doc, "configGuideUrl", js_new_str(buf_slice(&secret)));
	js_default(doc, "properties", js_new_map());
	return true;
}

/* The secret is shown once, to whom it was made for. */
static void show_service(struct call *c, const struct obj *o, struct js *doc)
{
	if (c->made == o && o->secret)
		js_set(doc, "clientSecret", js_new_strz(o->secret));
}

static void link_service(struct buf *b, struct call *c, const struct obj *o)
{
	add_hint(b, c, "self", "GET|DELETE", "/integrations/api/v1/api-services/%s", o->id);
	add_hint(b, c, "client", "GET", "/oauth2/v1/clients/%s", o->id);
}

const struct collection api_services = {
	.path = "/integrations/api/v1/api-services",
	.kind = K_API_SERVICE,
	.of = K_COUNT,
	.type = "APIServiceIntegrationInstance",
	.prefix = "0oa",
	.members =
		"id type!^ name= createdAt@ createdBy& configGuideUrl= grantedScopes! properties",
	.event = "app.oauth2.client.lifecycle.*",
	.limit = 20,
	.max = 200,
	.flags = C_CREATED | C_NO_PUT,
	.fill = fill_service,
	.links = link_service,
	.show = show_service,
};
