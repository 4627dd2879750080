/*
 * What is named by something else stays: which kinds of objects keep which others from being deleted or
 * switched off, and what the refusal says. An id stands nowhere but where its object is meant, so that the
 * documents need not be read for it.
 */
#include "providers/sandbox/refs.h"

#include <string.h>

struct tie {
	enum kind of, by;
	uint16_t status;
	const char *code, *text; /* code NULL: E0000001, and the text is its cause */
};

static const struct tie ties[] = {
	{K_BEHAVIOR, K_POLICY_RULE, 400, NULL, "a sign-on rule asks for the behavior"},
	{K_DEVICE_ASSURANCE, K_POLICY_RULE, 409, "E0000001",
		"Device assurance is in use and cannot be deleted."},
	{K_IDP, K_POLICY_RULE, 400, "E0000167",
		"The identity provider is used by a routing rule and cannot be switched off."},
	{K_IDP, K_AUTHENTICATOR, 400, NULL, "an authenticator uses the identity provider"},
	{K_IDP, K_REALM_ASSIGNMENT, 400, NULL, "a realm assignment uses the identity provider"},
	{K_INLINE_HOOK, K_APP, 400, NULL, "an app uses the hook"},
	{K_INLINE_HOOK, K_AS_RULE, 400, NULL, "a rule of an authorization server uses the hook"},
	{K_INLINE_HOOK, K_POLICY_RULE, 400, NULL, "a policy rule uses the hook"},
	{K_PUSH_PROVIDER, K_AUTHENTICATOR, 409, "E0000187",
		"Cannot delete push provider because it is being used by a custom app authenticator."},
	{K_REALM, K_REALM_ASSIGNMENT, 400, NULL, "a realm assignment puts users into the realm"},
	{K_ZONE, K_POLICY_RULE, 400, NULL, "a policy rule uses the zone"},
	{K_ZONE, K_APP, 400, NULL, "an OAuth client is bound to the zone"},
	{K_ZONE, K_TOKEN, 400, NULL, "an API token is bound to the zone"},
	{K_ZONE, K_SETTING, 400, NULL, "ThreatInsight leaves the zone out"},
};

static bool names(const struct sandbox *s, enum kind by, const char *id)
{
	for (uint32_t i = 0; i < s->of[by].n; i++) {
		struct slice text = obj_text(store_at(s, s->of[by].v[i]));

		if (text.n && memmem(text.p, text.n, id, strlen(id)))
			return true;
	}
	return false;
}

bool refs_none(struct call *c, const struct obj *o)
{
	for (size_t i = 0; i < LEN(ties); i++) {
		const struct tie *t = &ties[i];

		if (t->of != o->kind || !names(c->s, t->by, o->id))
			continue;
		if (t->code)
			fail(c, t->status, t->code, t->text, NULL);
		else
			fail_field(c, "id", "id: %s", t->text);
		return false;
	}
	return true;
}
