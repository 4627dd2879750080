/*
 * Authenticators: a row for each key, what is checked when they come and go, and their lifecycle.
 */
#include "providers/sandbox/authenticators.h"
#include "providers/sandbox/collection.h"
#include "providers/sandbox/policies.h"

static const struct authenticator_key keys[] = {
	{"custom_app", "app", "{\"userVerification\":\"PREFERRED\"}", "PUSH", "push",
		AK_MANY | AK_ENROLL},
	{"custom_otp", "security_key", NULL, NULL, "otp", AK_MANY},
	{"duo", "app", "{}", "DUO", "duo", 0},
	{"external_idp", "federated", NULL, "CLAIMS", "idp", AK_MANY},
	{"google_otp", "app", "{}", NULL, "otp", 0},
	{"okta_email", "email", "{\"allowedFor\":\"any\",\"tokenLifetimeInMinutes\":5}", NULL,
		"email", 0},
	{"okta_password", "password", NULL, NULL, "password", AK_FIXED},
	{"okta_verify", "app",
		"{\"compliance\":{\"fips\":\"OPTIONAL\"},\"channelBinding\":{\"style\":\"NUMBER_CHALLENGE\",\"required\":\"HIGH_RISK_ONLY\"},\"userVerification\":\"PREFERRED\",\"enrollmentSecurityLevel\":\"ANY\",\"userVerificationMethods\":[\"BIOMETRICS\"],\"appInstanceId\":\"\"}",
		NULL, "push|signed_nonce|totp", AK_ENROLL},
	{"onprem_mfa", "security_key", NULL, "*", "otp", 0},
	{"phone_number", "phone", "{\"allowedFor\":\"any\"}", NULL, "sms|-voice", 0},
	{"rsa_token", "security_key", NULL, "*", "otp", 0},
	{"security_question", "security_question", "{\"allowedFor\":\"recovery\"}", NULL,
		"security_question", 0},
	{"smart_card_idp", "federated", NULL, "*", "cert", 0},
	{"symantec_vip", "security_key", NULL, "*", "otp", 0},
	{"tac", "tac", NULL, "tac", "tac", 0},
	{"webauthn", "security_key", NULL, NULL, "webauthn", AK_AAGUIDS},
	{"yubikey_token", "security_key", NULL, NULL, "otp", 0},
};

const struct authenticator_key *authenticator_key_of(const struct obj *o)
{
	return &keys[o->sub];
}

/* May there be another one of this key, by this name? False when it answered. */
static bool unique(struct call *c, const struct obj *self, const struct js *doc)
{
	STORE_EACH(c->s, K_AUTHENTICATOR, o) {
		AUTO_PTR(js) other = NULL;

		if (o == self || o->sub != self->sub)
			continue;
		if (!(keys[o->sub].flags & AK_MANY)) {
			fail(c, 409, "E0000157",
				"An authenticator of this key already exists in the organization.",
				NULL);
			return false;
		}
		other = obj_doc(o);
		if (slice_eq_fold(js_str(js_get(other, "name")), js_str(js_get(doc, "name")))) {
			fail(c, 400, "E0000232", "An authenticator of this name already exists.",
				NULL);
			return false;
		}
	}
	return true;
}

/* What was not sent is as it was, or as it is at first. */
static void fill_settings(const struct authenticator_key *k, const struct js *old, struct js *doc)
{
	struct err e = ERR_INIT;
	AUTO_PTR(js) first = NULL;
	struct js *settings;

	if (!k->settings) {
		js_del(doc, "settings");
		return;
	}
	if (js_type(js_get(doc, "settings")) != JS_MAP)
		js_set(doc, "settings", old ? js_copy(js_get(old, "settings")) : js_new_map());
	settings = js_getm(doc, "settings");
	if (js_parse(slice_of(k->settings), "settings", &first, &e) < 0)
		BUG("%s", e.msg);
	for (void *it = js_first(first); it; it = js_next(first, it))
		js_default(settings, js_key(it), js_copy(js_val(it)));
	if (js_type(js_get(settings, "appInstanceId")) == JS_STR && streq(k->key, "custom_app"))
		js_set(settings, "oauthClientId", js_copy(js_get(settings, "appInstanceId")));
}

static bool find_key(struct call *c, struct obj *o, const struct js *doc)
{
	struct slice key = js_str(js_get(doc, "key"));

	for (size_t i = 0; i < LEN(keys); i++) {
		if (slice_is(key, keys[i].key)) {
			o->sub = (uint8_t)i;
			return true;
		}
	}
	fail_field(c, "key", "key: The field is not a known authenticator");
	return false;
}

static bool fill_authenticator(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct authenticator_key *k;

	if (!old && !find_key(c, o, doc))
		return false;
	k = &keys[o->sub];
	if (!unique(c, o, doc))
		return false;
	if (k->provider && !streq(k->provider, "*") &&
		!slice_is(js_str(js_path(doc, "provider.type")), k->provider)) {
		fail_field(c, "provider.type", "provider.type: must be %s", k->provider);
		return false;
	}
	if (!old && streq(k->key, "custom_app") && !js_bool(js_get(c->body, "agreeToTerms"))) {
		fail_field(c, "agreeToTerms", "agreeToTerms: The terms must be accepted");
		return false;
	}
	if (!old && query_is(c, "activate", "false"))
		o->status = ST_INACTIVE;
	js_set(doc, "status", js_new_strz(status_names[o->status]));
	js_set(doc, "type", js_new_strz(k->type));
	if (!k->provider)
		js_del(doc, "provider");
	fill_settings(k, old, doc);
	return true;
}

static void make_methods(struct call *c, struct obj *o, bool created)
{
	struct slice rest = slice_of(keys[o->sub].methods), word;

	while (created && slice_cut(&rest, '|', &word)) {
		AUTO_PTR(js) body = js_new_map();
		bool off = word.p[0] == '-';

		js_set(body, "type", js_new_str((struct slice){word.p + off, word.n - off}));
		js_set(body, "status", js_new_strz(off ? "INACTIVE" : "ACTIVE"));
		collection_make(c, collection_of(K_AUTHENTICATOR_METHOD), o, body);
	}
}

static void add_links(struct buf *b, struct call *c, const struct obj *o)
{
	const struct authenticator_key *k = &keys[o->sub];
	const char *verb = o->status == ST_ACTIVE ? "deactivate" : "activate";

	if (k->flags & AK_AAGUIDS)
		add_hint(b, c, "aaguids", "GET|POST", "/api/v1/authenticators/%s/aaguids", o->id);
	add_hint(b, c, "self", "GET|PUT", "/api/v1/authenticators/%s", o->id);
	if (!(k->flags & AK_FIXED))
		add_hint(b, c, verb, "POST", "/api/v1/authenticators/%s/lifecycle/%s", o->id, verb);
	add_hint(b, c, "methods", "GET", "/api/v1/authenticators/%s/methods", o->id);
	if (k->flags & AK_ENROLL)
		add_hint(b, c, "enroll", "POST", "/idp/authenticators");
}

const struct collection authenticators = {
	.path = "/api/v1/authenticators",
	.kind = K_AUTHENTICATOR,
	.of = K_COUNT,
	.type = "Authenticator",
	.prefix = "aut",
	.members =
		"type= id key!^ status name! description created@ lastUpdated% settings provider",
	.secrets =
		"provider.configuration.sharedSecret|provider.configuration.secretKey|provider.configuration.integrationKey",
	.event = "security.authenticator.lifecycle.*",
	.flags = C_NO_DELETE,
	.fill = fill_authenticator,
	.stored = make_methods,
	.links = add_links,
};

static void move(struct call *c, enum status to)
{
	struct obj *o = collection_find(c, &authenticators, c->arg[0]);
	AUTO_PTR(js) doc = NULL;

	if (!o)
		return;
	if (o->status != to) {
		doc = obj_doc(o);
		obj_set_status(o, doc, to);
		collection_touch(c, &authenticators, doc);
		obj_put(o, doc);
	}
	collection_reply(c, 200, &authenticators, o);
}

static void activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

/* Does an app ask this one for consent on another device (CIBA)? */
static bool app_needs(const struct sandbox *s, const struct obj *o)
{
	STORE_EACH(s, K_APP, a) {
		AUTO_PTR(js) app = obj_doc(a);

		if (slice_is(js_str(js_path(app,
				     "settings.oauthClient.backchannel_custom_authenticator_id")),
			    o->id))
			return true;
	}
	return false;
}

/* Does a rule ask for it, in a chain, a constraint or for resetting a password? */
static bool rule_needs(const struct sandbox *s, const struct obj *o)
{
	AUTO(buf) struct buf word = BUF_TEXT;

	if (keys[o->sub].flags & AK_MANY)
		buf_adds(&word, o->id);
	else
		buf_addf(&word, "\"key\":\"%s\"", keys[o->sub].key);
	for (uint32_t i = 0; i < s->of[K_POLICY_RULE].n; i++) {
		struct slice text = obj_text(store_at(s, s->of[K_POLICY_RULE].v[i]));

		if (memmem(text.p, text.n, word.p, word.n))
			return true;
	}
	return false;
}

/* Recorded refusals: what is off already, what an app needs, and what a policy lets users enroll. */
static void deactivate(struct call *c)
{
	const struct obj *o = collection_find(c, &authenticators, c->arg[0]);
	AUTO(buf) struct buf cause = BUF_TEXT;
	AUTO(buf) struct buf names = BUF_TEXT;

	if (!o)
		return;
	if (o->status != ST_ACTIVE || keys[o->sub].flags & AK_FIXED) {
		fail(c, 400, "E0000001",
			"Api validation failed: api.authenticator.error.unsupported.active.deactivate",
			NULL);
		return;
	}
	if (app_needs(c->s, o)) {
		fail_field(c, "authenticator",
			"Cannot delete this authenticator because it is being configured for CIBA in an app");
		return;
	}
	policy_enrolling(c->s, o, &names);
	if (!names.n && rule_needs(c->s, o)) {
		fail(c, 403, "E0000246", "The authenticator is used by a policy rule.", NULL);
		return;
	}
	if (!names.n) {
		move(c, ST_INACTIVE);
		return;
	}
	buf_addf(&cause, "Authenticator Enrollment Policies: %s", buf_str(&names));
	fail(c, 403, "E0000148",
		streq(keys[o->sub].key, "okta_verify")
			? "Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable the authenticator in these policies. Additionally, if disabling Okta Verify when Fastpass is active, the \"Device state\" must not be set to \"registered\" in app assurance policies."
			: "Cannot modify/disable this authenticator because it is enabled in one or more policies. To continue, disable the authenticator in these policies.",
		buf_str(&cause));
}

const struct route routes_authenticators[] = {
	{"POST", "/api/v1/authenticators/{id}/lifecycle/activate", activate, R_OPT_BODY,
		"security.authenticator.lifecycle.activate"},
	{"POST", "/api/v1/authenticators/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"security.authenticator.lifecycle.deactivate"},
	{NULL, NULL, NULL, 0, NULL},
};
