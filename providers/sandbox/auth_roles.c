/*
 * What administrator roles allow, and whether the caller has one that does.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/roles.h"

/*
 * The standard roles, coarsely: what they may change and what they may only see. "*" is everything, '!' before a
 * list everything but that.
 */
static const struct rights {
	const char *role, *manage, *read;
} rights[] = {
	{"SUPER_ADMIN", "*", "*"},
	{"ORG_ADMIN", "!roles|appGrants|apiTokens", "*"},
	{"READ_ONLY_ADMIN", "", "*"},
	{"APP_ADMIN", "apps|clients|profileMappings",
		"users|groups|members|help|schemas|userTypes|policies|idps|logs"},
	{"API_ACCESS_MANAGEMENT_ADMIN", "authorizationServers|clients|apps",
		"users|groups|members|help|userTypes|logs"},
	{"USER_ADMIN", "users|groups|members|help|sessions",
		"apps|schemas|userTypes|linkedObjects|profileMappings|logs"},
	{"GROUP_MEMBERSHIP_ADMIN", "members", "users|groups|help|userTypes|schemas"},
	{"HELP_DESK_ADMIN", "help", "users|groups|members|userTypes|schemas"},
	{"MOBILE_ADMIN", "devices|deviceAssurance|deviceIntegrations", "users|groups|members|apps"},
	{"WORKFLOWS_ADMIN", "", "users|groups|members|apps"},
	{"ACCESS_CERTIFICATIONS_ADMIN", "", "users|groups|members|apps"},
	{"ACCESS_REQUESTS_ADMIN", "", "users|groups|members|apps"},
	/* what a custom role permits is not looked into: all but the roles themselves */
	{"CUSTOM", "!roles|appGrants|apiTokens", "*"},
	{"REPORT_ADMIN", "", "users|groups|members|apps|logs"},
};

static bool words_have(const char *words, struct slice word)
{
	if (words[0] == '!')
		return !slice_in(word, words + 1);
	return words[0] == '*' || slice_in(word, words);
}

bool auth_role_allows(struct slice role, const struct area *a, bool write)
{
	struct slice rest = slice_of(a ? a->stems : ""), word;

	if (slice_is(role, "SUPER_ADMIN"))
		return true;
	if (!a || !slice_cut(&rest, '|', &word))
		return false;
	if (a->word)
		word = slice_of(a->word);
	for (size_t i = 0; i < LEN(rights); i++) {
		const struct rights *r = &rights[i];

		if (slice_is(role, r->role))
			return words_have(r->manage, word) || (!write && words_have(r->read, word));
	}
	return false;
}

bool auth_has_role(const struct sandbox *s, const struct obj *who, const struct area *a, bool write)
{
	/* the administrator of --token has all rights */
	if (who ? who->ix == s->admin : s->filling)
		return true;
	for (size_t i = 0; who && i < LEN(rights); i++) {
		if (auth_role_allows(slice_of(rights[i].role), a, write) &&
			roles_has(s, who, rights[i].role))
			return true;
	}
	return false;
}

bool auth_is_super(const struct call *c)
{
	return auth_has_role(c->s, c->actor, NULL, true);
}
