/*
 * Hooks: what Okta calls while it works (inline) and after something happened (event). The
 * credentials that a call sends along are kept as the object's secret.
 */
#include "providers/sandbox/collection.h"

#include "base/xalloc.h"
#include "providers/sandbox/outbox.h"

#include <stdlib.h>

enum { NAME_MAX_CHARS = 255, EVENTS_MAX = 300 };

/* What is taken and never shown; the first that was sent becomes the object's secret. */
static const char *const secrets[] = {
	"channel.config.authScheme.value",
	"channel.config.clientSecret",
};
#define SECRETS "channel.config.authScheme.value|channel.config.clientSecret"

static const struct flat channel_defaults[] = {
	{"channel.type", 's', "HTTP"},
	{"channel.version", 's', "1.0.0"},
	{"channel.config.headers", 'l', NULL},
	{"channel.config.method", 's', "POST"},
	{"channel.config.authScheme", 'n', NULL},
	{NULL, 0, NULL},
};

/* Here, unlike at Okta, receivers may listen on the same machine, in the clear. */
static bool is_local(struct slice uri)
{
	static const char *const heads[] = {"http://127.0.0.1", "http://localhost", "http://[::1]"};

	for (size_t i = 0; i < LEN(heads); i++) {
		size_t n = strlen(heads[i]);

		if (slice_starts(uri, heads[i]) &&
			(uri.n == n || uri.p[n] == ':' || uri.p[n] == '/'))
			return true;
	}
	return false;
}

static bool check_hook(struct call *c, const struct js *doc)
{
	const struct js *config = js_path(doc, "channel.config");
	struct slice uri = js_str(js_get(config, "uri"));

	if (slice_chars(js_str(js_get(doc, "name"))) > NAME_MAX_CHARS) {
		fail_field(c, "name", "name: The field is too long");
		return false;
	}
	if (!uri.n && js_type(config) == JS_MAP) {
		fail_field(c, "uri", "uri: The field cannot be left blank");
		return false;
	}
	if (!slice_starts(uri, "https://") && !is_local(uri)) {
		fail_field(c, "channel", "channel: a configuration with an https URI is needed");
		return false;
	}
	return true;
}

/* An authentication that was sent without its value keeps the old one. True when the secret is another. */
static bool keep_secret(struct obj *o, const struct js *doc)
{
	struct slice value = {NULL, 0};
	bool authenticates = js_type(js_path(doc, "channel.config.authScheme")) == JS_MAP ||
			     slice_is(js_str(js_path(doc, "channel.type")), "OAUTH"),
	     changed;

	for (size_t i = 0; i < LEN(secrets) && !value.n; i++)
		value = js_str(js_path(doc, secrets[i]));
	if (authenticates && !value.n)
		return false;
	changed = !slice_eq(value, slice_of(o->secret));
	free(o->secret);
	o->secret = value.n ? xstrndup(value.p, value.n) : NULL;
	return changed;
}

static void add_turn(struct buf *b, struct call *c, const struct obj *o, const char *path)
{
	const char *verb = o->status == ST_ACTIVE ? "deactivate" : "activate";

	add_hint(b, c, verb, "POST", "%s/%s/lifecycle/%s", path, o->id, verb);
}

/* What may be done to an active hook stands at its action, a deletion only at what is inactive. */
static void add_hook_links(
	struct buf *b, struct call *c, const struct obj *o, const char *path, const char *action)
{
	add_hint(b, c, "self", NULL, "%s/%s", path, o->id);
	if (o->status != ST_ACTIVE) {
		add_hint(b, c, "delete", "DELETE", "%s/%s", path, o->id);
	} else if (action) {
		const char *word = strrchr(action, '/');

		add_hint(b, c, word ? word + 1 : action, "POST", "%s/%s/%s", path, o->id, action);
	}
	add_turn(b, c, o, path);
}

/* --- inline hooks --- */

static bool fill_inline(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	(void)old;
	if (!slice_in(js_str(js_get(doc, "type")),
		    "com.okta.oauth2.tokens.transform|com.okta.saml.tokens.transform|"
		    "com.okta.import.transform|com.okta.user.pre-registration|"
		    "com.okta.user.credential.password.import|com.okta.telephony.provider")) {
		fail_field(c, "type", "type: The field is not a known type of inline hook");
		return false;
	}
	if (!check_hook(c, doc))
		return false;
	keep_secret(o, doc);
	if (!js_str(js_get(doc, "version")).n)
		js_set(doc, "version", js_new_strz("1.0.0"));
	return true;
}

static bool inline_listed(struct call *c, const struct obj *o, const struct js *doc)
{
	struct slice type = query_get(c, "type");

	(void)o;
	return !type.n || slice_eq(type, js_str(js_get(doc, "type")));
}

static void inline_links(struct buf *b, struct call *c, const struct obj *o)
{
	add_hook_links(b, c, o, "/api/v1/inlineHooks", "execute");
}

const struct collection inline_hooks = {
	.path = "/api/v1/inlineHooks",
	.kind = K_INLINE_HOOK,
	.of = K_COUNT,
	.type = "InlineHook",
	.prefix = "cal",
	.members = "id status name! type!^ version channel! created@ lastUpdated%",
	.defaults = channel_defaults,
	.secrets = SECRETS,
	.key = "name",
	.event = "inline_hook.*d",
	.flags = C_LIFECYCLE | C_POST | C_INACTIVE_FIRST,
	.fill = fill_inline,
	.listed = inline_listed,
	.links = inline_links,
};

/* --- event hooks --- */

static const struct flat event_defaults[] = {
	{"events.type", 's', "EVENT_TYPE"},
	{"events.filter", 'n', NULL},
	{"channel.type", 's', "HTTP"},
	{"channel.version", 's', "1.0.0"},
	{"channel.config.headers", 'l', NULL},
	{"channel.config.method", 's', "POST"},
	{NULL, 0, NULL},
};

static bool check_events(struct call *c, const struct js *events)
{
	const struct js *items = js_get(events, "items");
	size_t n = js_len(items);
	bool good = js_type(items) == JS_LIST && n && n <= EVENTS_MAX;

	for (size_t i = 0; good && i < n; i++)
		good = js_str(js_at(items, i)).n != 0;
	if (!good)
		fail_field(c, "events", "events: a list of event types is needed, at most %d",
			EVENTS_MAX);
	return good;
}

/* Filters are in one language, of one version, which nobody sends. */
static void fill_filter(struct js *events)
{
	struct js *filter = js_getm(events, "filter"), *map = js_getm(filter, "eventFilterMap");

	if (js_type(filter) != JS_MAP)
		return;
	js_set(filter, "type", js_new_strz("EXPRESSION_LANGUAGE"));
	for (size_t i = 0; i < js_len(map) && js_type(map) == JS_LIST; i++) {
		struct js *condition = js_getm(js_atm(map, i), "condition");

		if (js_type(condition) == JS_MAP && !js_get(condition, "version"))
			js_set(condition, "version", js_new_null());
	}
}

/* The channel without what is not kept in the document. */
static bool same_channel(const struct js *old, const struct js *doc)
{
	AUTO_PTR(js) now = js_copy(js_get(doc, "channel"));
	struct js *config = js_getm(now, "config");

	if (js_type(config) == JS_MAP) {
		struct js *scheme = js_getm(config, "authScheme");

		js_del(config, "clientSecret");
		if (js_type(scheme) == JS_MAP)
			js_del(scheme, "value");
	}
	return js_equal(now, js_get(old, "channel"));
}

/* A changed channel has to be verified anew. */
static bool fill_event(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	bool other;

	if (!check_hook(c, doc) || !check_events(c, js_get(doc, "events")))
		return false;
	fill_filter(js_getm(doc, "events"));
	flat_set(doc, "events.items");
	if (!old && !c->s->filling)
		o->status = ST_ACTIVE;
	other = keep_secret(o, doc);
	if (!old || other || !same_channel(old, doc))
		js_set(doc, "verificationStatus", js_new_strz("UNVERIFIED"));
	return true;
}

static void event_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	bool verified = slice_is(js_str(js_get(doc, "verificationStatus")), "VERIFIED");

	add_hook_links(b, c, o, "/api/v1/eventHooks", verified ? NULL : "lifecycle/verify");
}

const struct collection event_hooks = {
	.path = "/api/v1/eventHooks",
	.kind = K_EVENT_HOOK,
	.of = K_COUNT,
	.type = "EventHook",
	.prefix = "who",
	.members =
		"id status verificationStatus= name! description: created@ createdBy& lastUpdated% "
		"events! channel!",
	.defaults = event_defaults,
	.secrets = SECRETS,
	.key = "name",
	.event = "event_hook.*d",
	.flags = C_LIFECYCLE | C_STATUS_COUNTS | C_INACTIVE_FIRST,
	.fill = fill_event,
	.links = event_links,
};

/* --- what reaches out --- */

/* OAuth channels need a token of somebody else's server first, which is not modelled. */
static void execute(struct call *c)
{
	const struct obj *o = collection_find(c, &inline_hooks, c->arg[0]);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;
	struct js *answer;

	if (!o)
		return;
	if (slice_is(js_str(js_path(doc, "channel.type")), "OAUTH"))
		fail(c, 501, "E0000052", "Hooks with OAuth channels are not called here.", NULL);
	else if (o->status != ST_ACTIVE)
		fail_field(c, "inlineHookId", "inlineHookId: the hook is not active");
	else if (outbox_execute(c->s, o, c->body, &answer))
		reply_js(c, 200, answer);
	else
		fail_field(c, "inlineHookId", "inlineHookId: the hook's endpoint did not answer");
}

static void verify(struct call *c)
{
	struct obj *o = collection_find(c, &event_hooks, c->arg[0]);
	AUTO_PTR(js) doc = NULL;

	if (!o)
		return;
	if (!outbox_verify(c->s, o)) {
		fail_field(c, "uri", "uri: the endpoint did not repeat the challenge");
		return;
	}
	doc = obj_doc(o);
	js_set(doc, "verificationStatus", js_new_strz("VERIFIED"));
	collection_touch(c, &event_hooks, doc);
	obj_put(o, doc);
	collection_reply(c, 200, &event_hooks, o);
}

const struct route routes_hooks[] = {
	{"POST", "/api/v1/inlineHooks/{id}/execute", execute, R_BODY, "inline_hook.executed"},
	{"POST", "/api/v1/eventHooks/{id}/lifecycle/verify", verify, R_OPT_BODY,
		"event_hook.verified"},
	{NULL, NULL, NULL, 0, NULL},
};
