/*
 * OAuth clients: what an app of the template oidc_client has.
 */
#include "providers/sandbox/apps.h"

static const struct flat defaults[] = {
	{"credentials.oauthClient.autoKeyRotation", 'b', "true"},
	{"credentials.oauthClient.token_endpoint_auth_method", 's', "client_secret_basic"},
	{"settings.oauthClient.client_uri", 'n', NULL},
	{"settings.oauthClient.logo_uri", 'n', NULL},
	{"settings.oauthClient.redirect_uris", 'l', NULL},
	{"settings.oauthClient.response_types", 'l', NULL},
	{"settings.oauthClient.grant_types", 'l', NULL},
	{"settings.oauthClient.application_type", 's', "web"},
	{"settings.oauthClient.consent_method", 's', "TRUSTED"},
	{"settings.oauthClient.issuer_mode", 's', "ORG_URL"},
	{"settings.oauthClient.idp_initiated_login.mode", 's', "DISABLED"},
	{"settings.oauthClient.idp_initiated_login.default_scope", 'l', NULL},
	{"settings.oauthClient.wildcard_redirect", 's', "DISABLED"},
	{"settings.oauthClient.dpop_bound_access_tokens", 'b', "false"},
	{"settings.oauthClient.participate_slo", 'b', "false"},
	{NULL, 0, NULL},
};

static const char members[] =
	"application_type|backchannel_authentication_request_signing_alg|backchannel_custom_authenticator_id|backchannel_token_delivery_mode|client_uri|consent_method|dpop_bound_access_tokens|frontchannel_logout_session_required|frontchannel_logout_uri|grant_types|id_token_encrypted_response_alg|idp_initiated_login|initiate_login_uri|issuer_mode|jwks|jwks_uri|logo_uri|network|participate_slo|policy_uri|post_logout_redirect_uris|redirect_uris|refresh_token|request_object_signing_alg|response_types|sector_identifier_uri|subject_type|tos_uri|wildcard_redirect";

static void fill_refresh(struct js *settings)
{
	struct js *refresh = js_getm(settings, "refresh_token");

	if (js_type(refresh) != JS_MAP)
		return;
	if (slice_is(js_str(js_get(refresh, "rotation_type")), "STATIC"))
		js_del(refresh, "leeway");
	else
		js_default(refresh, "leeway", js_new_int(30));
}

/* The members that only some clients have. */
static void fill_some(struct js *settings)
{
	if (js_str(js_get(settings, "frontchannel_logout_uri")).n)
		js_default(settings, "frontchannel_logout_session_required", js_new_bool(false));
	if (js_str(js_get(settings, "backchannel_custom_authenticator_id")).n)
		js_default(settings, "backchannel_token_delivery_mode", js_new_strz("poll"));
	fill_refresh(settings);
}

/* A client's id is chosen at its creation, or the app's own. */
static bool fill_id(struct call *c, struct obj *a, struct js *client, const struct js *old)
{
	const struct js *had = js_path(old, "credentials.oauthClient.client_id");
	struct slice want = js_str(js_get(client, "client_id"));
	const struct obj *other;

	if (had) {
		js_set(client, "client_id", js_copy(had));
		return true;
	}
	if (!want.n) {
		js_set(client, "client_id", js_new_strz(a->id));
		return true;
	}
	if (want.n < 6 || want.n > 100 || slice_is(want, "ALL_CLIENTS")) {
		fail_field(c, "client_id", "client_id: must have between 6 and 100 characters");
		return false;
	}
	other = name_find(c->s, K_APP, 0, want);
	if (!other)
		return true;
	fail_field(c, "client_id",
		"client_id: An object with this field already exists in the current organization");
	return false;
}

static bool client_ok(struct call *c, const struct js *client, const struct js *settings)
{
	struct slice secret = js_str(js_get(client, "client_secret")),
		     method = js_str(js_get(client, "token_endpoint_auth_method"));

	if (c->s->filling)
		return true;
	if (!js_len(js_get(settings, "grant_types"))) {
		fail_field(c, "settings.oauthClient.grant_types",
			"grant_types: The field cannot be left blank");
		return false;
	}
	return (!secret.n || !slice_starts(method, "client_secret") ||
		       app_secret_ok(c, secret, method)) &&
	       app_jwks_ok(c, js_path(settings, "jwks.keys"));
}

bool app_client_fill(struct call *c, struct obj *a, struct js *doc, const struct js *old)
{
	struct js *client = js_make(doc, "credentials.oauthClient"),
		  *settings = js_make(doc, "settings.oauthClient");
	struct slice type;

	app_keep(client,
		"autoKeyRotation|client_id|client_secret|pkce_required|token_endpoint_auth_method");
	app_keep(settings, members);
	flat_fill(doc, defaults);
	if (!client_ok(c, client, settings) || !fill_id(c, a, client, old))
		return false;
	type = js_str(js_get(settings, "application_type"));
	js_default(client, "pkce_required",
		js_new_bool(slice_is(type, "browser") || slice_is(type, "native")));
	if (slice_is(js_str(js_get(client, "token_endpoint_auth_method")), "none"))
		js_set(client, "pkce_required", js_new_bool(true));
	app_secret_change(c, a, client);
	app_jwks_change(c, a, js_path(settings, "jwks.keys"));
	js_del(settings, "jwks");
	fill_some(settings);
	return true;
}

void app_client_show(struct call *c, const struct obj *a, struct js *doc, bool secret)
{
	AUTO_PTR(js) newest = NULL;
	struct js *keys;

	if (!js_path(doc, "settings.oauthClient"))
		return;
	newest = secret ? app_secret_newest(c->s, a) : NULL;
	if (newest)
		js_set(js_make(doc, "credentials.oauthClient"), "client_secret",
			js_copy(js_get(newest, "client_secret")));
	keys = app_jwks_shown(c->s, a);
	if (keys)
		js_set(js_make(doc, "settings.oauthClient.jwks"), "keys", keys);
}
