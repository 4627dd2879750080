/*
 * What a new org has before anybody touched it, as requests against it: the same handlers make it that serve it,
 * with the checks of what Okta alone may make switched off.
 */
#include "providers/sandbox/core.h"

#include "base/rfc3339.h"

/* The first NEEDED of them cannot be absent; later ones name what earlier ones made. */
enum { NEEDED = 18 };
static const char *const lines[] =
	{
		"{\"method\":\"POST\",\"path\":\"/api/v1/groups\",\"as\":\"everyone\",\"body\":{\"profile\":{\"name\":\"Everyone\",\"description\":\"All users in your organization\"}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/users\",\"as\":\"admin\",\"body\":{\"profile\":{\"firstName\":\"Sandbox\",\"lastName\":\"Admin\",\"login\":\"admin@sandbox.example\",\"email\":\"admin@sandbox.example\"},\"credentials\":{\"password\":{\"value\":\"Sandbox-1234\"}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"email\",\"key\":\"okta_email\",\"status\":\"ACTIVE\",\"name\":\"Email\",\"settings\":{\"tokenLifetimeInMinutes\":5,\"allowedFor\":\"any\"}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"app\",\"key\":\"okta_verify\",\"status\":\"ACTIVE\",\"name\":\"Okta Verify\",\"settings\":{\"channelBinding\":{\"style\":\"NUMBER_CHALLENGE\",\"required\":\"HIGH_RISK_ONLY\"},\"compliance\":{\"fips\":\"OPTIONAL\"},\"userVerification\":\"PREFERRED\",\"enrollmentSecurityLevel\":\"ANY\",\"userVerificationMethods\":[\"BIOMETRICS\"]}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"password\",\"key\":\"okta_password\",\"status\":\"ACTIVE\",\"name\":\"Password\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"phone\",\"key\":\"phone_number\",\"status\":\"ACTIVE\",\"name\":\"Phone\",\"settings\":{\"allowedFor\":\"any\"}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"security_question\",\"key\":\"security_question\",\"status\":\"INACTIVE\",\"name\":\"Security Question\",\"settings\":{\"allowedFor\":\"recovery\"}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/authenticators\",\"body\":{\"type\":\"security_key\",\"key\":\"webauthn\",\"status\":\"INACTIVE\",\"name\":\"Security Key or Biometric\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"signon\",\"body\":{\"type\":\"OKTA_SIGN_ON\",\"system\":true,\"name\":\"Default Policy\",\"description\":\"The default policy applies in all situations if no other policy applies.\",\"conditions\":{\"people\":{\"groups\":{\"include\":[\"{everyone}\"]}}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies/{signon}/rules\",\"body\":{\"type\":\"SIGN_ON\",\"system\":true,\"name\":\"Default Rule\",\"conditions\":{\"network\":{\"connection\":\"ANYWHERE\"},\"authContext\":{\"authType\":\"ANY\"}},\"actions\":{\"signon\":{\"access\":\"ALLOW\",\"requireFactor\":false}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"password\",\"body\":{\"type\":\"PASSWORD\",\"system\":true,\"name\":\"Default Policy\",\"description\":\"The default policy applies in all situations if no other policy applies.\",\"conditions\":{\"people\":{\"groups\":{\"include\":[\"{everyone}\"]}},\"authProvider\":{\"provider\":\"OKTA\"}},\"settings\":{\"password\":{\"age\":{\"historyCount\":5},\"complexity\":{\"minSymbol\":0}},\"recovery\":{\"factors\":{\"okta_email\":{\"status\":\"INACTIVE\"}}}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies/{password}/rules\",\"body\":{\"type\":\"PASSWORD\",\"system\":true,\"name\":\"Default Rule\",\"conditions\":{\"network\":{\"connection\":\"ANYWHERE\"}},\"actions\":{\"passwordChange\":{\"access\":\"ALLOW\"},\"selfServicePasswordReset\":{\"access\":\"ALLOW\",\"requirement\":{\"primary\":{\"methods\":[\"email\",\"push\"]},\"stepUp\":{\"required\":false}}},\"selfServiceUnlock\":{\"access\":\"DENY\"}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"mfa\",\"body\":{\"type\":\"MFA_ENROLL\",\"system\":true,\"name\":\"Default Policy\",\"description\":\"The default policy applies in all situations if no other policy applies.\",\"conditions\":{\"people\":{\"groups\":{\"include\":[\"{everyone}\"]}}},\"settings\":{\"type\":\"AUTHENTICATORS\",\"authenticators\":[{\"key\":\"okta_email\",\"enroll\":{\"self\":\"REQUIRED\"}},{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}},{\"key\":\"okta_verify\",\"enroll\":{\"self\":\"OPTIONAL\"}},{\"key\":\"phone_number\",\"enroll\":{\"self\":\"OPTIONAL\"}}]}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies/{mfa}/rules\",\"body\":{\"type\":\"MFA_ENROLL\",\"system\":true,\"name\":\"Default Rule\",\"conditions\":{\"network\":{\"connection\":\"ANYWHERE\"}},\"actions\":{\"enroll\":{\"self\":\"CHALLENGE\"}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"idp\",\"body\":{\"type\":\"IDP_DISCOVERY\",\"system\":true,\"name\":\"Idp Discovery Policy\",\"description\":\"The default IdP Discovery Policy\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies/{idp}/rules\",\"body\":{\"type\":\"IDP_DISCOVERY\",\"system\":true,\"name\":\"Default Rule\",\"conditions\":null,\"actions\":{\"idp\":{\"idpSelectionType\":\"SPECIFIC\",\"providers\":[{\"type\":\"OKTA\"}]}}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"access\",\"body\":{\"type\":\"ACCESS_POLICY\",\"system\":true,\"name\":\"Any two factors\",\"description\":\"Require two factors to access.\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"enroll\",\"body\":{\"type\":\"PROFILE_ENROLLMENT\",\"system\":true,\"name\":\"Default Policy\",\"description\":\"The default policy applies in all situations if no other policy applies.\"}}",
		/* what a new Identity Engine org comes with beyond that */
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"console\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Okta Admin Console\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"dashboard\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Okta Dashboard\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"as\":\"plugin\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Okta Browser Plugin\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Password only\",\"description\":\"Require a password only.\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Seamless access based on network context\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"body\":{\"type\":\"ACCESS_POLICY\",\"name\":\"Okta End User Settings\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/policies\",\"body\":{\"type\":\"ACCESS_POLICY\",\"builtin\":true,\"name\":\"Okta Account Management Policy\",\"description\":\"This policy defines how users must authenticate for authenticator enrollment, password reset, or unlock account. Password policy rules control whether to enforce this policy for password reset and unlock account.\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/zones\",\"body\":{\"type\":\"IP\",\"system\":true,\"name\":\"LegacyIpZone\",\"usage\":\"POLICY\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/zones\",\"body\":{\"type\":\"IP\",\"system\":true,\"name\":\"BlockedIpZone\",\"usage\":\"BLOCKLIST\"}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/zones\",\"body\":{\"type\":\"DYNAMIC_V2\",\"system\":true,\"name\":\"DefaultEnhancedDynamicZone\",\"usage\":\"BLOCKLIST\",\"ipServiceCategories\":{\"include\":[\"ALL_ANONYMIZERS\"]}}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/apps\",\"as\":\"app1\",\"body\":{\"name\":\"saasure\",\"label\":\"Okta Admin Console\",\"signOnMode\":\"OPENID_CONNECT\",\"system\":true}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/apps\",\"as\":\"app2\",\"body\":{\"name\":\"okta_enduser\",\"label\":\"Okta Dashboard\",\"signOnMode\":\"OPENID_CONNECT\",\"system\":true}}",
		"{\"method\":\"POST\",\"path\":\"/api/v1/apps\",\"as\":\"app3\",\"body\":{\"name\":\"okta_browser_plugin\",\"label\":\"Okta Browser Plugin\",\"signOnMode\":\"OPENID_CONNECT\",\"system\":true}}",
		"{\"method\":\"PUT\",\"path\":\"/api/v1/apps/{app1}/policies/{console}\"}",
		"{\"method\":\"PUT\",\"path\":\"/api/v1/apps/{app2}/policies/{dashboard}\"}",
		"{\"method\":\"PUT\",\"path\":\"/api/v1/apps/{app3}/policies/{plugin}\"}",
};

static int fill(struct sandbox *s, size_t n, struct err *e)
{
	AUTO(buf) struct buf text = BUF_TEXT;

	for (size_t i = 0; i < n; i++) {
		buf_adds(&text, lines[i]);
		buf_addc(&text, '\n');
	}
	return sandbox_seed(s, buf_slice(&text), "the new org", e);
}

int fresh_fill(struct sandbox *s, const char *content, struct err *e)
{
	AUTO(buf) struct buf now = BUF_MAX(64);
	bool all = streq(content, "fresh");

	if (!all && !streq(content, "empty"))
		return err_set(e, ERR_USAGE, "no built-in content '%s'; there are fresh and empty",
			content);
	rfc3339_add(&now, clock_unix_s(s->clock));
	s->filling = true;
	store_new_id(s, "00o", s->org_id);
	store_new_id(s, "guo", s->realm_id);
	meta_fresh(s, buf_str(&now));
	if (fill(s, all ? LEN(lines) : NEEDED, e) < 0)
		return -1;
	s->filling = false;
	return 0;
}
