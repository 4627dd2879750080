#include "tests/lib/tenant.h"

#include <ctype.h>
#include <stdlib.h>

enum { ID_CHARS = 20, SHA256_HEX = 64, SHORT_HEX = 12 };

static const struct collection {
	const char *kind, *path, *name_path;
} collections[] = {
	{"user", "/api/v1/users?limit=200", "profile.login"},
	{"user", "/api/v1/users?filter=status+eq+%22DEPROVISIONED%22&limit=200", "profile.login"},
	{"group", "/api/v1/groups?limit=200", "profile.name"},
	{"groupRule", "/api/v1/groups/rules?limit=200", "name"},
	{"app", "/api/v1/apps?limit=200", "label"},
	{"zone", "/api/v1/zones?limit=200", "name"},
	{"userType", "/api/v1/meta/types/user", "name"},
};

static const char *const policy_types[] = {"OKTA_SIGN_ON", "PASSWORD", "MFA_ENROLL",
	"ACCESS_POLICY", "IDP_DISCOVERY", "PROFILE_ENROLLMENT"};

void tenant_release(struct tenant *t)
{
	for (uint32_t i = 0; i < t->names.n; i++)
		free(t->names.v[i].name);
	vec_free(&t->names);
}

int tenant_get(struct tenant *t, const char *target, struct js **ret_js, struct err *e)
{
	AUTO(sandbox_res) struct sandbox_res res = {0};
	struct sandbox_req req = {.method = "GET", .target = slice_of(target), .aside = true};

	sandbox_handle(t->s, &req, &res);
	if (res.status != 200)
		return err_set(e, ERR_REFUSED, "GET %s was answered with %u %s", target,
			(unsigned)res.status, buf_str(&res.body));
	return js_parse(buf_slice(&res.body), target, ret_js, e);
}

static const struct named *by_id(const struct tenant *t, struct slice id)
{
	for (uint32_t i = 0; i < t->names.n; i++) {
		if (slice_is(id, t->names.v[i].id))
			return &t->names.v[i];
	}
	return NULL;
}

/* "KIND:NAME"; the one that was seen last, where a name was given again. */
static const struct named *by_name(const struct tenant *t, struct slice word)
{
	struct slice name = word, kind;

	if (!slice_cut(&name, ':', &kind) || !name.p)
		return NULL;
	for (uint32_t i = t->names.n; i > 0; i--) {
		if (slice_is(kind, t->names.v[i - 1].kind) &&
			slice_is(name, t->names.v[i - 1].name))
			return &t->names.v[i - 1];
	}
	return NULL;
}

static void remember(struct tenant *t, const char *kind, const struct js *j, struct slice name)
{
	struct slice id = js_str(js_get(j, "id"));
	struct named n = {.kind = kind};

	if (id.n != ID_CHARS || by_id(t, id))
		return;
	memcpy(n.id, id.p, ID_CHARS);
	n.name = xstrndup(name.p, name.n);
	vec_push(&t->names, n);
}

static int learn_rules(struct tenant *t, const struct named *policy, struct err *e)
{
	AUTO(buf) struct buf path = BUF_TEXT, name = BUF_TEXT;
	AUTO_PTR(js) list = NULL;
	const char *policy_name = policy->name;

	buf_addf(&path, "/api/v1/policies/%s/rules", policy->id);
	if (tenant_get(t, buf_str(&path), &list, e) < 0)
		return -1;
	for (size_t i = 0; i < js_len(list); i++) {
		buf_clear(&name);
		buf_addf(&name, "%s/", policy_name);
		buf_add_slice(&name, js_str(js_get(js_at(list, i), "name")));
		remember(t, "policyRule", js_at(list, i), buf_slice(&name));
	}
	return 0;
}

/* Policies of two types may share a name: then the type stands behind it. */
static int learn_policies(struct tenant *t, const char *type, struct err *e)
{
	AUTO(buf) struct buf path = BUF_TEXT;
	AUTO_PTR(js) list = NULL;

	buf_addf(&path, "/api/v1/policies?type=%s", type);
	if (tenant_get(t, buf_str(&path), &list, e) < 0)
		return -1;
	for (size_t i = 0; i < js_len(list); i++) {
		AUTO(buf) struct buf word = BUF_TEXT;
		struct slice name = js_str(js_get(js_at(list, i), "name"));
		const struct named *twin;
		const size_t prefix = strlen("policy:");

		buf_adds(&word, "policy:");
		buf_add_slice(&word, name);
		twin = by_name(t, buf_slice(&word));
		if (twin || slice_is(name, "Default Policy"))
			buf_addf(&word, " (%s)", type);
		remember(t, "policy", js_at(list, i),
			(struct slice){word.p + prefix, word.n - prefix});
		twin = by_id(t, js_str(js_get(js_at(list, i), "id")));
		if (twin && learn_rules(t, twin, e) < 0)
			return -1;
	}
	return 0;
}

int tenant_learn(struct tenant *t, struct err *e)
{
	for (size_t c = 0; c < LEN(collections); c++) {
		AUTO_PTR(js) list = NULL;

		if (tenant_get(t, collections[c].path, &list, e) < 0)
			return -1;
		for (size_t i = 0; i < js_len(list); i++)
			remember(t, collections[c].kind, js_at(list, i),
				js_str(js_path(js_at(list, i), collections[c].name_path)));
	}
	for (size_t i = 0; i < LEN(policy_types); i++) {
		if (learn_policies(t, policy_types[i], e) < 0)
			return -1;
	}
	return 0;
}

static bool is_hex(struct slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]) && (s.p[i] < 'a' || s.p[i] > 'f'))
			return false;
	}
	return true;
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

/* One word of the text; before is what was shown already. */
static void show_word(
	const struct tenant *t, struct slice word, struct slice before, struct buf *out)
{
	const struct named *n = word.n == ID_CHARS ? by_id(t, word) : NULL;
	const char *slash;

	if (n) {
		slash = streq(n->kind, "policyRule") ? strchr(n->name, '/') : NULL;
		buf_addf(out, "{%s}", slash ? slash + 1 : n->name);
	} else if (word.n == SHA256_HEX && is_hex(word)) {
		buf_adds(out, "{sha256}");
	} else if (word.n == SHORT_HEX && is_hex(word) && slice_ends(before, "plan ")) {
		buf_adds(out, "{plan}");
	} else if (word.n > 10 && slice_ends(before, ", request ")) {
		buf_adds(out, "{request}");
	} else {
		buf_add_slice(out, word);
	}
}

void tenant_show(const struct tenant *t, struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = 0;

		while (i + n < text.n && is_word(text.p[i + n]))
			n++;
		if (n) {
			show_word(t, (struct slice){text.p + i, n}, (struct slice){text.p, i}, out);
			i += n;
		} else {
			buf_addc(out, text.p[i++]);
		}
	}
}

/* {KIND:NAME} at the start of s: its length with the braces, or 0. */
static size_t placeholder(struct slice s)
{
	size_t n = 1;

	while (n < s.n && isalpha((unsigned char)s.p[n]))
		n++;
	if (s.p[0] != '{' || n < 4 || n >= s.n || s.p[n] != ':')
		return 0;
	while (n < s.n && s.p[n] != '}' && s.p[n] != '\n' && s.p[n] != '"')
		n++;
	return n < s.n && s.p[n] == '}' ? n + 1 : 0;
}

int tenant_fill(const struct tenant *t, struct slice text, struct buf *out, struct err *e)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = placeholder((struct slice){text.p + i, text.n - i});
		const struct named *found;

		if (!n) {
			buf_addc(out, text.p[i++]);
			continue;
		}
		found = by_name(t, (struct slice){text.p + i + 1, n - 2});
		if (!found)
			return err_set(e, ERR_USAGE, "the tenant has no %.*s", (int)n, text.p + i);
		buf_adds(out, found->id);
		i += n;
	}
	return 0;
}
