/*
 * The factors of a Classic org: which types its users may enroll. Identity Engine has authenticators in their
 * place; the two are not tied together here.
 */
#include "providers/sandbox/core.h"

static const struct org_factor {
	const char *id, *provider, *type;
} factors[] = {
	{"okta_question", "OKTA", "question"},
	{"okta_sms", "OKTA", "sms"},
	{"okta_call", "OKTA", "call"},
	{"okta_email", "OKTA", "email"},
	{"okta_otp", "OKTA", "token:software:totp"},
	{"okta_push", "OKTA", "push"},
	{"google_otp", "GOOGLE", "token:software:totp"},
	{"rsa_token", "RSA", "token"},
	{"symantec_vip", "SYMANTEC", "token"},
	{"yubikey_token", "YUBICO", "token:hardware"},
	{"hotp", "CUSTOM", "token:hotp"},
	{"duo", "DUO", "web"},
	{"fido_u2f", "FIDO", "u2f"},
	{"fido_webauthn", "FIDO", "webauthn"},
};

/* Only what is active is stored: a factor of nobody, with the place in the table in sub. */
static struct obj *find(const struct sandbox *s, size_t at)
{
	STORE_EACH(s, K_FACTOR, o) {
		if (o->parent == NO_OBJ && o->sub == at)
			return o;
	}
	return NULL;
}

static void add(struct buf *b, struct call *c, size_t at)
{
	const struct org_factor *f = &factors[at];
	const char *other = find(c->s, at) ? "deactivate" : "activate";

	buf_addf(b,
		"{\"id\":\"%s\",\"provider\":\"%s\",\"factorType\":\"%s\",\"status\":\"%s\",\"_links\":{",
		f->id, f->provider, f->type, find(c->s, at) ? "ACTIVE" : "INACTIVE");
	add_href(b, c, other, "/api/v1/org/factors/%s/lifecycle/%s", f->id, other);
	buf_adds(b, "}}");
}

static void list_all(struct call *c)
{
	struct page p;

	if (!page_begin(c, &p, 0, 0))
		return;
	for (size_t i = 0; i < LEN(factors); i++)
		add(page_item(c, &p, 0), c, i);
	page_end(c, &p, NULL);
}

static bool read_at(struct call *c, size_t *ret)
{
	for (*ret = 0; *ret < LEN(factors); ++*ret) {
		if (slice_is(c->arg[0], factors[*ret].id))
			return true;
	}
	fail_missing(c, c->arg[0], "Factor");
	return false;
}

static void get_one(struct call *c)
{
	size_t at;

	if (!read_at(c, &at))
		return;
	reply_status(c, 200);
	add(&c->res->body, c, at);
}

static void activate(struct call *c)
{
	size_t at;

	if (!read_at(c, &at))
		return;
	if (!find(c->s, at))
		store_new(c->s, K_FACTOR, "fct")->sub = (uint8_t)at;
	get_one(c);
}

static void deactivate(struct call *c)
{
	struct obj *o;
	size_t at;

	if (!read_at(c, &at))
		return;
	o = find(c->s, at);
	if (o)
		store_drop(c->s, o);
	get_one(c);
}

const struct route routes_org_factors[] = {
	{"GET", "/api/v1/org/factors", list_all, 0, NULL},
	{"GET", "/api/v1/org/factors/{id}", get_one, 0, NULL},
	{"POST", "/api/v1/org/factors/{id}/lifecycle/activate", activate, R_OPT_BODY,
		"system.mfa.factor.activate"},
	{"POST", "/api/v1/org/factors/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"system.mfa.factor.deactivate"},
	{NULL, NULL, NULL, 0, NULL},
};
