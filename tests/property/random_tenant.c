#include "tests/property/random_tenant.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/js.h"
#include "base/xalloc.h"

enum { MAX_IDS = 64 };

struct ids {
	char v[MAX_IDS][24];
	uint32_t n;
};

struct filler {
	struct sandbox *s;
	struct rng r;
	bool plain;
	struct ids users, active, groups, zones, policies;
};

bool random_tenant_ask(struct sandbox *s, const char *method, const char *target, const char *body,
	struct sandbox_res *res)
{
	struct sandbox_req req = {.method = method,
		.target = slice_of(target),
		.authorization = SLICE("SSWS t"),
		.content_type = SLICE("application/json"),
		.body = slice_of(body)};

	sandbox_res_clear(res);
	sandbox_handle(s, &req, res);
	return res->status >= 200 && res->status < 300;
}

enum { PLAIN_TEXTS = 9 };

static const char *awkward_text(struct filler *f)
{
	static const char *const texts[] = {"Engineering", "NO", "on", "0123", "123", "1e3", "null",
		"~", "true", "- x", "a: b", "a #b", "it's", "say \"hi\"", "back\\slash",
		"Zürich – Ärzte", "日本語", "tab\there", "two\nlines", "line\nand more\n",
		" leading", "trailing ", "{}", "[x]", "*star", "&and", "!bang", "%pct", "@at",
		"`tick`", "?", ":", "a:b", "=", "<<", "|", ">", "-", "--- ", "...", "0x1F", ".5",
		"${source.login}",
		"long long long long long long long long long long long long long long long"};

	return texts[rng_below(&f->r, f->plain ? PLAIN_TEXTS : (uint32_t)LEN(texts))];
}

static bool chance(struct filler *f, uint32_t pct)
{
	return rng_below(&f->r, 100) < pct;
}

static const char *pick(struct filler *f, const char *const *words, size_t n)
{
	return words[rng_below(&f->r, (uint32_t)n)];
}

#define PICK(f, ...)                                                                               \
	pick(f, (const char *const[]){__VA_ARGS__}, LEN(((const char *const[]){__VA_ARGS__})))

/* Sends body; the id of the answer goes to ids. */
static bool make(struct filler *f, const char *target, struct buf *body, struct ids *ids)
{
	struct sandbox_res res = {.body = BUF_TEXT, .headers = BUF_TEXT};
	bool ok = random_tenant_ask(f->s, "POST", target, buf_str(body), &res);
	AUTO_PTR(js) j = NULL;
	struct err e = ERR_INIT;

	/* the tenant is to be as random as the seed says: what it refuses is a mistake of this file */
	if (!ok)
		BUG("%s %s -> %u %s\n", target, buf_str(body), res.status, buf_str(&res.body));
	if (ok && ids && ids->n < MAX_IDS &&
		js_parse(buf_slice(&res.body), "answer", &j, &e) == 0) {
		struct slice id = js_str(js_get(j, "id"));

		if (id.n >= sizeof(ids->v[0]))
			BUG("an id of %zu characters", id.n);
		memcpy(ids->v[ids->n++], id.p, id.n);
	}
	sandbox_res_release(&res);
	return ok;
}

static void put(struct filler *f, const char *method, const char *body, const char *fmt, ...)
	PRINTF(4, 5);

static void put(struct filler *f, const char *method, const char *body, const char *fmt, ...)
{
	struct sandbox_res res = {.body = BUF_TEXT, .headers = BUF_TEXT};
	char target[300];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(target, sizeof(target), fmt, ap);
	va_end(ap);
	if (!random_tenant_ask(f->s, method, target, body, &res))
		BUG("%s %s -> %u %s\n", method, target, res.status, buf_str(&res.body));
	sandbox_res_release(&res);
}

static const char *id_of(struct filler *f, const struct ids *ids)
{
	return ids->n ? ids->v[rng_below(&f->r, ids->n)] : "none";
}

static void add_text(struct filler *f, struct buf *b, const char *name)
{
	buf_addf(b, ",\"%s\":", name);
	buf_add_json(b, slice_of(awkward_text(f)));
}

/* STAGED cannot be reached again, so who is staged is so in every tenant: their logins say it. */
static void add_user(struct filler *f, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	bool staged = chance(f, 20);

	buf_addf(&b,
		"{\"profile\":{\"login\":\"%s%u@x.example\",\"email\":\"u%u@x.example\","
		"\"firstName\":\"F\",\"lastName\":\"L%u\"",
		staged ? "staged-" : PICK(f, "u", "User.", "o'neil+"), i, i, i);
	if (chance(f, 50))
		buf_addf(&b, ",\"department\":\"%s\"", PICK(f, "Engineering", "Sales", "NO"));
	if (chance(f, 30))
		add_text(f, &b, "title");
	if (chance(f, 20))
		add_text(f, &b, "nickName");
	buf_adds(&b, "}}");
	if (!make(f, staged ? "/api/v1/users?activate=false" : "/api/v1/users?activate=true", &b,
		    &f->users))
		return;
	if (!staged && chance(f, 15))
		put(f, "POST", NULL, "/api/v1/users/%s/lifecycle/deactivate",
			f->users.v[f->users.n - 1]);
	else if (!staged && f->active.n < MAX_IDS)
		memcpy(f->active.v[f->active.n++], f->users.v[f->users.n - 1],
			sizeof(f->users.v[0]));
}

static void add_group(struct filler *f, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT, name = BUF_TEXT;

	buf_addf(&name, "%s %u", awkward_text(f), i);
	buf_adds(&b, "{\"profile\":{\"name\":");
	buf_add_json(&b, buf_slice(&name));
	if (chance(f, 60))
		add_text(f, &b, "description");
	buf_adds(&b, "}}");
	if (!make(f, "/api/v1/groups", &b, &f->groups))
		return;
	for (uint32_t k = rng_below(&f->r, 6); k > 0 && f->users.n; k--)
		put(f, "PUT", NULL, "/api/v1/groups/%s/users/%s", f->groups.v[f->groups.n - 1],
			id_of(f, &f->users));
}

static void add_rule(struct filler *f, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct ids made = {.n = 0};

	if (!f->groups.n)
		return;
	buf_addf(&b,
		"{\"type\":\"group_rule\",\"name\":\"rule %u\",\"conditions\":{\"expression\":{\"type\":\"urn:okta:expression:1.0\",\"value\":",
		i);
	if (chance(f, 50)) {
		buf_adds(&b, "\"user.department==\\\"Engineering\\\"\"");
	} else {
		buf_addf(&b, "\"isMemberOfAnyGroup(\\\"%s\\\")\"", id_of(f, &f->groups));
	}
	buf_adds(&b, "}");
	if (chance(f, 30) && f->users.n)
		buf_addf(&b, ",\"people\":{\"users\":{\"exclude\":[\"%s\"]}}", id_of(f, &f->users));
	buf_addf(&b, "},\"actions\":{\"assignUserToGroups\":{\"groupIds\":[\"%s\"]}}}",
		id_of(f, &f->groups));
	if (make(f, "/api/v1/groups/rules", &b, &made) && chance(f, 60))
		put(f, "POST", NULL, "/api/v1/groups/rules/%s/lifecycle/activate", made.v[0]);
}

static void add_zone(struct filler *f, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	uint32_t type = rng_below(&f->r, 3);

	buf_addf(&b, "{\"name\":\"zone %u of %u\",\"usage\":\"POLICY\",", i, type);
	switch (type) {
	case 0:
		buf_adds(&b,
			"\"type\":\"IP\",\"gateways\":[{\"type\":\"CIDR\",\"value\":\"203.0.113.7/24\"},{\"type\":\"RANGE\",\"value\":\"198.51.100.7-198.51.100.9\"}");
		buf_adds(
			&b, chance(f, 50) ? ",{\"type\":\"RANGE\",\"value\":\"192.0.2.1\"}]" : "]");
		if (chance(f, 40))
			buf_adds(&b,
				",\"proxies\":[{\"type\":\"CIDR\",\"value\":\"2001:db8::/32\"}]");
		break;
	case 1:
		buf_adds(&b,
			"\"type\":\"DYNAMIC\",\"asns\":[\"23457\",\"12\"],\"locations\":[{\"country\":\"US\"},{\"country\":\"DE\",\"region\":\"DE-BE\"}],\"proxyType\":\"Any\"");
		break;
	default:
		buf_adds(&b,
			"\"type\":\"DYNAMIC_V2\",\"locations\":{\"include\":[{\"country\":\"US\"},{\"country\":\"AF\",\"region\":\"AF-BGL\"}]},\"ipServiceCategories\":{\"include\":[\"ALL_IP_SERVICES\"],\"exclude\":[\"SURFSHARK_VPN\"]}");
	}
	buf_adds(&b, "}");
	if (make(f, "/api/v1/zones", &b, &f->zones) && chance(f, 20))
		put(f, "POST", NULL, "/api/v1/zones/%s/lifecycle/deactivate",
			f->zones.v[f->zones.n - 1]);
}

static const char *app_body(struct filler *f)
{
	return PICK(f,
		"\"name\":\"bookmark\",\"signOnMode\":\"BOOKMARK\",\"settings\":{\"app\":{\"url\":\"https://x.example/?a=b#c\"}}",
		"\"name\":\"oidc_client\",\"signOnMode\":\"OPENID_CONNECT\",\"credentials\":{\"oauthClient\":{\"token_endpoint_auth_method\":\"client_secret_post\"}},\"settings\":{\"oauthClient\":{\"application_type\":\"web\",\"redirect_uris\":[\"https://b.example/cb\",\"https://a.example/cb\"],\"response_types\":[\"code\"],\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"refresh_token\":{\"rotation_type\":\"ROTATE\",\"leeway\":20}}}",
		"\"name\":\"oidc_client\",\"signOnMode\":\"OPENID_CONNECT\",\"profile\":{\"team\":\"x\",\"n\":1,\"deep\":{\"a\":[1,2]}},\"settings\":{\"oauthClient\":{\"application_type\":\"service\",\"response_types\":[\"token\"],\"grant_types\":[\"client_credentials\"]}}",
		"\"signOnMode\":\"SAML_2_0\",\"settings\":{\"signOn\":{\"ssoAcsUrl\":\"https://s.example/acs\",\"recipient\":\"https://s.example/acs\",\"destination\":\"https://s.example/acs\",\"audience\":\"aud\",\"subjectNameIdTemplate\":\"${user.userName}\",\"subjectNameIdFormat\":\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\",\"responseSigned\":true,\"assertionSigned\":true,\"signatureAlgorithm\":\"RSA_SHA256\",\"digestAlgorithm\":\"SHA256\",\"honorForceAuthn\":true,\"authnContextClassRef\":\"urn:x\",\"attributeStatements\":[{\"type\":\"EXPRESSION\",\"name\":\"b\",\"namespace\":\"urn:n\",\"values\":[\"user.email\"]},{\"type\":\"GROUP\",\"name\":\"a\",\"namespace\":\"urn:n\",\"filterType\":\"REGEX\",\"filterValue\":\".*\"}]}}",
		"\"signOnMode\":\"AUTO_LOGIN\",\"settings\":{\"signOn\":{\"loginUrl\":\"https://l.example\"}}",
		"\"name\":\"template_swa\",\"signOnMode\":\"BROWSER_PLUGIN\",\"settings\":{\"app\":{\"url\":\"https://p.example\",\"usernameField\":\"u\",\"passwordField\":\"p\",\"buttonField\":\"b\"}}",
		"\"name\":\"template_swa3field\",\"signOnMode\":\"BROWSER_PLUGIN\",\"settings\":{\"app\":{\"targetURL\":\"https://p.example\",\"userNameSelector\":\"u\",\"passwordSelector\":\"p\",\"buttonSelector\":\"b\",\"extraFieldSelector\":\"e\",\"extraFieldValue\":\"v\"}}");
}

static void assign(struct filler *f, const char *app)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	for (uint32_t k = rng_below(&f->r, 4); k > 0 && f->groups.n; k--)
		put(f, "PUT", chance(f, 50) ? "{}" : "{\"profile\":{\"role\":\"NO\"}}",
			"/api/v1/apps/%s/groups/%s", app, id_of(f, &f->groups));
	buf_addf(&b, "{\"id\":\"%s\",\"scope\":\"USER\"}", id_of(f, &f->active));
	if (f->active.n && chance(f, 50))
		put(f, "POST", buf_str(&b), "/api/v1/apps/%s/users", app);
}

static void add_app(struct filler *f, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT, label = BUF_TEXT;
	const char *body = app_body(f);
	struct ids made = {.n = 0};

	/* what cannot be changed is in the name: another tenant's of that name is then the same */
	buf_addf(&label, "%s %u %zu", awkward_text(f), i, strlen(body));
	buf_adds(&b, "{\"label\":");
	buf_add_json(&b, slice_trim(buf_slice(&label)));
	buf_addf(&b, ",%s", body);
	if (chance(f, 30))
		buf_adds(&b,
			",\"visibility\":{\"hide\":{\"iOS\":true,\"web\":true}},\"accessibility\":{\"selfService\":true}");
	buf_adds(&b, "}");
	if (!make(f, "/api/v1/apps?activate=true", &b, &made))
		return;
	assign(f, made.v[0]);
	if (f->policies.n && chance(f, 40))
		put(f, "PUT", NULL, "/api/v1/apps/%s/policies/%s", made.v[0],
			id_of(f, &f->policies));
	if (chance(f, 15))
		put(f, "POST", NULL, "/api/v1/apps/%s/lifecycle/deactivate", made.v[0]);
}

static void add_network(struct filler *f, struct buf *b)
{
	if (f->zones.n && chance(f, 50))
		buf_addf(b, "\"network\":{\"connection\":\"ZONE\",\"include\":[\"%s\"]}",
			id_of(f, &f->zones));
	else
		buf_adds(b, "\"network\":{\"connection\":\"ANYWHERE\"}");
}

static void add_policy_rule(struct filler *f, const char *policy, const char *type, uint32_t i)
{
	AUTO(buf) struct buf b = BUF_TEXT, target = BUF_TEXT;
	bool access = streq(type, "ACCESS_POLICY");

	buf_addf(&target, "/api/v1/policies/%s/rules", policy);
	buf_addf(&b, "{\"name\":\"r%u\",\"type\":\"%s\",", i,
		streq(type, "OKTA_SIGN_ON") ? "SIGN_ON" : type);
	if (access)
		buf_addf(&b, "\"priority\":%u,", i * (1 + rng_below(&f->r, 3)));
	buf_adds(&b, "\"conditions\":{");
	add_network(f, &b);
	if (chance(f, 30) && f->users.n && !streq(type, "IDP_DISCOVERY"))
		buf_addf(&b, ",\"people\":{\"users\":{\"exclude\":[\"%s\"]}}", f->users.v[0]);
	buf_adds(&b, "},\"actions\":{");
	if (access)
		buf_addf(&b,
			"\"appSignOn\":{\"access\":\"ALLOW\",\"verificationMethod\":{\"type\":\"ASSURANCE\",\"factorMode\":\"%s\",\"reauthenticateIn\":\"PT2H\",\"constraints\":[{\"knowledge\":{\"types\":[\"password\"],\"reauthenticateIn\":\"PT2H\"}}]}}",
			PICK(f, "1FA", "2FA"));
	else if (streq(type, "OKTA_SIGN_ON"))
		buf_addf(&b,
			"\"signon\":{\"access\":\"%s\",\"requireFactor\":false,\"session\":{\"maxSessionIdleMinutes\":%u}}",
			PICK(f, "ALLOW", "DENY"), 10 + rng_below(&f->r, 100));
	else if (streq(type, "PASSWORD"))
		buf_adds(&b,
			"\"passwordChange\":{\"access\":\"ALLOW\"},\"selfServicePasswordReset\":{\"access\":\"DENY\"},\"selfServiceUnlock\":{\"access\":\"DENY\"}");
	else
		buf_addf(&b, "\"enroll\":{\"self\":\"%s\"}", PICK(f, "CHALLENGE", "NEVER"));
	buf_adds(&b, "}}");
	make(f, buf_str(&target), &b, NULL);
}

static void add_policy(struct filler *f, uint32_t i)
{
	const char *type =
		PICK(f, "OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL", "ACCESS_POLICY", "ACCESS_POLICY");
	AUTO(buf) struct buf b = BUF_TEXT;
	bool access = streq(type, "ACCESS_POLICY");
	struct ids made = {.n = 0};

	buf_addf(&b, "{\"name\":\"policy %u %s\",\"type\":\"%s\"", i, type, type);
	if (chance(f, 50))
		add_text(f, &b, "description");
	if (!access && f->groups.n)
		buf_addf(&b, ",\"conditions\":{\"people\":{\"groups\":{\"include\":[\"%s\"]}}}",
			id_of(f, &f->groups));
	if (streq(type, "MFA_ENROLL"))
		buf_adds(&b,
			",\"settings\":{\"type\":\"AUTHENTICATORS\",\"authenticators\":[{\"key\":\"okta_password\",\"enroll\":{\"self\":\"REQUIRED\"}},{\"key\":\"okta_verify\",\"enroll\":{\"self\":\"OPTIONAL\"}}]}");
	if (streq(type, "PASSWORD"))
		buf_addf(&b,
			",\"settings\":{\"password\":{\"complexity\":{\"minLength\":%u},\"age\":{\"historyCount\":4}}}",
			8 + rng_below(&f->r, 10));
	buf_adds(&b, "}");
	if (!make(f, "/api/v1/policies", &b, &made))
		return;
	if (access && f->policies.n < MAX_IDS)
		memcpy(f->policies.v[f->policies.n++], made.v[0], sizeof(made.v[0]));
	for (uint32_t k = 0, n = rng_below(&f->r, 5); k < n; k++)
		add_policy_rule(f, made.v[0], type, k);
	if (chance(f, 15) && !access)
		put(f, "POST", NULL, "/api/v1/policies/%s/lifecycle/deactivate", made.v[0]);
}

void random_tenant_fill(struct sandbox *s, uint64_t seed, bool plain)
{
	struct filler f = {.s = s, .r = {seed * 7919 + 1}, .plain = plain};

	for (uint32_t i = 0, n = rng_below(&f.r, 12); i < n; i++)
		add_user(&f, i);
	for (uint32_t i = 0, n = rng_below(&f.r, 7); i < n; i++)
		add_group(&f, i);
	for (uint32_t i = 0, n = rng_below(&f.r, 3); i < n; i++)
		add_rule(&f, i);
	for (uint32_t i = 0, n = rng_below(&f.r, 4); i < n; i++)
		add_zone(&f, i);
	for (uint32_t i = 0, n = rng_below(&f.r, 5); i < n; i++)
		add_policy(&f, i);
	for (uint32_t i = 0, n = rng_below(&f.r, 6); i < n; i++)
		add_app(&f, i);
}
