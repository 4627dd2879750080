/*
 * What hangs on an authenticator: its methods, and the models of security keys that an org adds to WebAuthn.
 */
#include "providers/sandbox/authenticators.h"
#include "providers/sandbox/collection.h"

#include <string.h>

static const char
	webauthn[] = "{\"userVerification\":\"DISCOURAGED\",\"attachment\":\"ANY\"}",
	push[] = "{\"algorithms\":[\"RS256\",\"ES256\"],\"keyProtection\":\"ANY\"}",
	totp[] =
		"{\"timeIntervalInSeconds\":30,\"encoding\":\"base32\",\"algorithm\":\"HMacSHA1\",\"passCodeLength\":6}";

/* What a method starts with, and has where nothing was sent. */
static const struct {
	const char *type, *settings;
} method_settings[] = {
	{"webauthn", webauthn},
	{"push", push},
	{"signed_nonce", push},
	{"totp", totp},
};

static bool fill_method(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct err e = ERR_INIT;

	(void)c, (void)o, (void)old;
	for (size_t i = 0; i < LEN(method_settings); i++) {
		AUTO_PTR(js) first = NULL;
		struct js *settings;

		if (!slice_is(js_str(js_get(doc, "type")), method_settings[i].type))
			continue;
		if (js_parse(slice_of(method_settings[i].settings), "settings", &first, &e) < 0)
			BUG("%s", e.msg);
		settings = js_make(doc, "settings");
		for (void *it = js_first(first); it; it = js_next(first, it))
			js_default(settings, js_key(it), js_copy(js_val(it)));
	}
	return true;
}

/* Below the parent that the path named, what this member calls by that id. */
static struct obj *child_by(struct call *c, enum kind kind, const char *member, struct slice id)
{
	for (uint32_t i = 0; c->parent && i < c->s->of[kind].n; i++) {
		struct obj *o = store_at(c->s, c->s->of[kind].v[i]);
		AUTO_PTR(js) doc = NULL;

		if (o->parent != c->parent->ix)
			continue;
		doc = obj_doc(o);
		if (slice_eq(js_str(js_get(doc, member)), id))
			return o;
	}
	return NULL;
}

static struct obj *method_alias(struct call *c, struct slice id)
{
	return child_by(c, K_AUTHENTICATOR_METHOD, "type", id);
}

/* Only where there are several, one of them can be switched off. */
static void method_links(struct buf *b, struct call *c, const struct obj *o)
{
	const struct obj *a = store_at(c->s, o->parent);
	const char *verb = o->status == ST_ACTIVE ? "deactivate" : "activate";
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice type = js_str(js_get(doc, "type"));

	add_hint(b, c, "self", "GET|PUT", "/api/v1/authenticators/%s/methods/%.*s", a->id,
		SLICE_ARG(type));
	if (slice_is(type, authenticator_key_of(a)->methods))
		return;
	add_hint(b, c, verb, "POST", "/api/v1/authenticators/%s/methods/%.*s/lifecycle/%s", a->id,
		SLICE_ARG(type), verb);
}

const struct collection authenticator_methods = {
	.path = "/api/v1/authenticators/{id}/methods",
	.kind = K_AUTHENTICATOR_METHOD,
	.of = K_AUTHENTICATOR,
	.type = "AuthenticatorMethod",
	.prefix = "aum",
	.members =
		"type^ status settings verifiableProperties acceptableAdjacentIntervals algorithm encoding factorProfileId passCodeLength protocol timeIntervalInSeconds",
	.event = "security.authenticator.lifecycle.update",
	.flags = C_NO_CREATE | C_NO_DELETE | C_LIFECYCLE,
	.fill = fill_method,
	.links = method_links,
	.alias = method_alias,
};

/* The only method of an authenticator goes with it. */
static void deactivate_method(struct call *c)
{
	struct obj *o;
	AUTO_PTR(js) doc = NULL;

	c->parent = collection_find(c, collection_of(K_AUTHENTICATOR), c->arg[0]);
	o = c->parent ? collection_find(c, &authenticator_methods, c->arg[1]) : NULL;
	if (!o)
		return;
	if (!strchr(authenticator_key_of(c->parent)->methods, '|')) {
		fail_field(c, "methodType", "The only method of an authenticator stays active");
		return;
	}
	doc = obj_doc(o);
	o->status = ST_INACTIVE;
	js_set(doc, "status", js_new_strz(status_names[o->status]));
	obj_put(o, doc);
	collection_reply(c, 200, &authenticator_methods, o);
}

const struct route routes_authenticator_methods[] = {
	{"POST", "/api/v1/authenticators/{id}/methods/{type}/lifecycle/deactivate",
		deactivate_method, R_OPT_BODY, "security.authenticator.lifecycle.update"},
	{NULL, NULL, NULL, 0, NULL},
};

static bool fill_aaguid(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice id = js_str(js_get(doc, "aaguid"));

	(void)o;
	if (!(authenticator_key_of(c->parent)->flags & AK_AAGUIDS)) {
		fail_field(c, "authenticatorId", "This authenticator has no AAGUIDs");
		return false;
	}
	if (id.n < 35 || id.n > 36) {
		fail_field(c, "aaguid", "aaguid: must be a UUID");
		return false;
	}
	if (!old && child_by(c, K_AAGUID, "aaguid", id)) {
		fail_field(c, "aaguid", "aaguid: An object with this field already exists");
		return false;
	}
	return true;
}

static struct obj *aaguid_alias(struct call *c, struct slice id)
{
	return child_by(c, K_AAGUID, "aaguid", id);
}

static void aaguid_links(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	add_hint(b, c, "self", "GET|PUT|DELETE", "/api/v1/authenticators/%s/aaguids/%.*s",
		store_at(c->s, o->parent)->id, SLICE_ARG(js_str(js_get(doc, "aaguid"))));
}

const struct collection authenticator_aaguids = {
	.path = "/api/v1/authenticators/{id}/aaguids",
	.kind = K_AAGUID,
	.of = K_AUTHENTICATOR,
	.type = "CustomAAGUID",
	.prefix = "aag",
	.members = "aaguid!^ name authenticatorCharacteristics attestationRootCertificates",
	.event = "security.authenticator.lifecycle.update",
	.flags = C_PATCH,
	.fill = fill_aaguid,
	.links = aaguid_links,
	.alias = aaguid_alias,
};
