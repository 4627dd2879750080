/*
 * Schemas that are not of profiles: how enrollment forms look, and what settings a log stream takes.
 */
#include "providers/sandbox/collection.h"

static bool fill_ui_schema(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)o, (void)old;
	if (js_type(js_get(doc, "uiSchema")) == JS_MAP)
		return true;
	fail_field(c, "uiSchema", "uiSchema: The field must be an object");
	return false;
}

const struct collection ui_schemas = {
	.path = "/api/v1/meta/uischemas",
	.kind = K_UI_SCHEMA,
	.of = K_COUNT,
	.type = "UISchema",
	.prefix = "uis",
	.members = "id uiSchema! created@ lastUpdated%",
	.event = "system.ui_schema.*",
	.fill = fill_ui_schema,
};

struct setting {
	const char *name, *title, *pattern;
	bool fixed; /* at creation */
};

/* Of the OpenAPI document; regions as AWS names them. */
static const struct stream_type {
	const char *name, *title;
	struct setting settings[4];
	const char *regions;
} stream_types[] = {
	{"aws_eventbridge", "AWS EventBridge",
		{
			{"accountId", "AWS Account ID", "^\\d{12}$", true},
			{"eventSourceName", "AWS Event Source Name", "^[\\.\\-_A-Za-z0-9]{1,75}$",
				true},
			{"region", "AWS Region", NULL, true},
		},
		"us-east-2|us-east-1|us-west-1|us-west-2|ca-central-1|eu-central-1|eu-west-1|eu-west-2|eu-west-3|eu-south-1|eu-north-1"},
	{"splunk_cloud_logstreaming", "Splunk Cloud",
		{
			{"host", "Host",
				"^([a-z0-9]+(-[a-z0-9]+)*){1,100}\\.splunkcloud(gc|fed)?\\.com$",
				false},
			{"token", "HEC Token",
				"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
				false},
		},
		NULL},
};

static struct js *setting_schema(const struct setting *s, const char *regions)
{
	struct js *p = js_new_map(), *list = js_new_list();

	js_set(p, "title", js_new_strz(s->title));
	js_set(p, "type", js_new_strz("string"));
	js_set(p, "writeOnce", js_new_bool(s->fixed));
	if (s->pattern) {
		js_set(p, "pattern", js_new_strz(s->pattern));
		js_free(list);
		return p;
	}
	for (struct slice rest = slice_of(regions), word; slice_cut(&rest, '|', &word);) {
		struct js *one = js_new_map();

		js_set(one, "title", js_new_str(word));
		js_set(one, "const", js_new_str(word));
		js_push(list, one);
	}
	js_set(p, "oneOf", list);
	return p;
}

static struct js *object_schema(void)
{
	struct js *o = js_new_map();

	js_set(o, "type", js_new_strz("object"));
	js_set(o, "properties", js_new_map());
	js_set(o, "required", js_new_list());
	return o;
}

static void put_property(struct js *object, const char *name, struct js *schema)
{
	js_set(js_getm(object, "properties"), name, schema);
	js_push(js_getm(object, "required"), js_new_strz(name));
}

static struct js *stream_schema(const struct call *c, const struct stream_type *t)
{
	static const struct setting name = {"name", "Name", "^.{1,100}$", false};
	AUTO(buf) struct buf id = BUF_MAX(512);
	struct js *doc = js_new_map(), *settings = object_schema(), *body = object_schema();

	for (size_t i = 0; i < LEN(t->settings) && t->settings[i].name; i++)
		put_property(
			settings, t->settings[i].name, setting_schema(&t->settings[i], t->regions));
	put_property(body, "settings", settings);
	put_property(body, "name", setting_schema(&name, NULL));
	buf_addf(&id, "%s/api/v1/meta/schemas/logStream/%s", c->s->base_url, t->name);
	js_set(doc, "$schema", js_new_strz("https://json-schema.org/draft/2020-12/schema"));
	js_set(doc, "$id", js_new_str(buf_slice(&id)));
	js_set(doc, "title", js_new_strz(t->title));
	for (void *it = js_first(body); it; it = js_next(body, it))
		js_set(doc, js_key(it), js_copy(js_val(it)));
	js_free(body);
	return doc;
}

static void list_stream_schemas(struct call *c)
{
	struct js *all = js_new_list();

	for (size_t i = 0; i < LEN(stream_types); i++)
		js_push(all, stream_schema(c, &stream_types[i]));
	reply_js(c, 200, all);
}

static void get_stream_schema(struct call *c)
{
	for (size_t i = 0; i < LEN(stream_types); i++) {
		if (slice_is(c->arg[0], stream_types[i].name)) {
			reply_js(c, 200, stream_schema(c, &stream_types[i]));
			return;
		}
	}
	fail_missing(c, c->arg[0], "LogStreamSchema");
}

const struct route routes_stream_schemas[] = {
	{"GET", "/api/v1/meta/schemas/logStream", list_stream_schemas, 0, NULL},
	{"GET", "/api/v1/meta/schemas/logStream/{type}", get_stream_schema, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
