/*
 * Factors of users. Nothing is sent and no device answers: where a code would have gone out, the code is
 * always PASS_CODE, and what only a device can finish (push, WebAuthn) stays pending.
 */
#include "providers/sandbox/user.h"

#include "base/xalloc.h"

#include <stdlib.h>

#define PASS_CODE "123456"

enum factor_flags {
	F_BORN_ACTIVE = 1, /* at once, whatever was asked for */
	F_ACTIVATE = 2,    /* at once with activate=true */
	F_CODE = 4,        /* a code is sent */
	F_TOTP = 8,        /* a device shows codes */
	F_SECRET = 16,     /* comes with its passCode */
	F_DEVICE = 32,     /* a device finishes it */
};

static const struct factor_type {
	const char *type, *provider, *vendor, *prefix;
	const char *profile; /* what a profile may have and must have, "phoneNumber" */
	unsigned flags;
} types[FACTOR_TYPES] = {
	{"question", "OKTA", "OKTA", "ufs", "question", F_BORN_ACTIVE},
	{"sms", "OKTA", "OKTA", "sms", "phoneNumber", F_ACTIVATE | F_CODE},
	{"call", "OKTA", "OKTA", "clf", "phoneNumber", F_ACTIVATE | F_CODE},
	{"email", "OKTA", "OKTA", "emf", "email", F_ACTIVATE | F_CODE},
	{"token:software:totp", "OKTA", "OKTA", "ost", NULL, F_TOTP},
	{"token:software:totp", "GOOGLE", "GOOGLE", "uft", NULL, F_TOTP},
	{"token:hotp", "CUSTOM", "CUSTOM", "chf", "sharedSecret", F_ACTIVATE | F_TOTP},
	{"push", "OKTA", "OKTA", "opf", NULL, F_DEVICE},
	{"token", "RSA", "RSA", "rsa", "credentialId", F_BORN_ACTIVE | F_SECRET},
	{"token", "SYMANTEC", "SYMANTEC", "vip", "credentialId", F_BORN_ACTIVE | F_SECRET},
	{"token:hardware", "YUBICO", "YUBICO", "ykf", NULL, F_BORN_ACTIVE | F_SECRET},
	{"webauthn", "FIDO", "FIDO", "fwf", NULL, F_DEVICE},
	{"u2f", "FIDO", "FIDO", "fuf", NULL, F_DEVICE},
};

static const struct {
	const char *key, *text;
} questions[] = {
	{"disliked_food", "What is the food you least liked as a child?"},
	{"name_of_first_plush_toy", "What is the name of your first stuffed animal?"},
	{"first_award", "What did you earn your first medal or award for?"},
	{"favorite_security_question", "What is your favorite security question?"},
	{"favorite_toy", "Which toy did you like best as a child?"},
	{"first_computer_game", "Which computer game did you play first?"},
	{"favorite_movie_quote", "Which line of a movie do you like best?"},
	{"first_sports_team_mascot", "What was the mascot of your first sports team?"},
	{"first_music_purchase", "Which music did you buy first?"},
	{"favorite_art_piece", "Which work of art do you like best?"},
	{"grandmother_favorite_desert", "Which dessert did your grandmother like best?"},
	{"first_thing_cooked", "What did you cook first?"},
	{"childhood_dream_job", "What did you want to become as a child?"},
	{"first_kiss_location", "Where was your first kiss?"},
	{"place_where_significant_other_was_met", "Where did you meet your partner?"},
	{"favorite_vacation_location", "Where do you like to spend holidays?"},
	{"new_years_two_thousand", "Where were you on New Year's Eve of the year 2000?"},
	{"favorite_speaker_actor", "Which speaker or actor do you like best?"},
	{"favorite_book_movie_character", "Which character of a book or movie do you like best?"},
	{"favorite_sports_player", "Which sports player do you like best?"},
};

void factors_reset(struct sandbox *s, const struct obj *u)
{
	STORE_EACH(s, K_FACTOR, o) {
		if (o->parent == u->ix)
			store_drop(s, o);
	}
}

/* --- printing --- */

static bool pending(const struct obj *f)
{
	return f->status != ST_ACTIVE;
}

static void add_factor_links(
	struct buf *b, struct call *c, const struct obj *f, const struct obj *u)
{
	const struct factor_type *t = &types[f->sub];
	const char *next = !pending(f) ? "verify" : t->flags & F_DEVICE ? "poll" : "activate";
	const char *tail = !pending(f)           ? "verify"
			   : t->flags & F_DEVICE ? "lifecycle/activate/poll"
						 : "lifecycle/activate";

	add_nested(b, "_links");
	if (f->sub == 0)
		add_hint(b, c, "questions", "GET", "/api/v1/users/%s/factors/questions", u->id);
	add_hint(b, c, next, "POST", "/api/v1/users/%s/factors/%s/%s", u->id, f->id, tail);
	if (pending(f) && t->flags & F_CODE)
		buf_addf(b,
			",\"resend\":[{\"name\":\"%s\",\"href\":\"%s/api/v1/users/%s/factors/%s/resend\",\"hints\":{\"allow\":[\"POST\"]}}]",
			t->type, c->s->base_url, u->id, f->id);
	add_hint(b, c, "self", pending(f) ? "GET" : "GET|DELETE", "/api/v1/users/%s/factors/%s",
		u->id, f->id);
	add_hint(b, c, "user", "GET", "/api/v1/users/%s", u->id);
	buf_addc(b, '}');
}

static void add_factor(struct buf *b, struct call *c, const struct obj *f, const struct obj *u)
{
	buf_add_slice(b, obj_text(f));
	add_factor_links(b, c, f, u);
	/* the secret of a token's device is shown once, while it waits */
	if (pending(f) && types[f->sub].flags & F_TOTP && f->secret)
		buf_addf(b,
			",\"_embedded\":{\"activation\":{\"timeStep\":30,\"sharedSecret\":\"%s\",\"encoding\":\"base32\",\"keyLength\":6}}",
			f->secret);
	if (pending(f) && types[f->sub].flags & F_DEVICE)
		buf_adds(b, ",\"_embedded\":{\"activation\":{\"factorResult\":\"WAITING\"}}");
	buf_addc(b, '}');
}

static void reply_factor(struct call *c, const struct obj *f, const struct obj *u)
{
	reply_status(c, 200);
	add_factor(&c->res->body, c, f, u);
}

/* --- lists --- */

static void list_factors(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct page p;

	if (!u || !page_begin(c, &p, 0, 0))
		return;
	STORE_EACH(c->s, K_FACTOR, f) {
		if (f->parent == u->ix)
			add_factor(page_item(c, &p, f->ix), c, f, u);
	}
	page_end(c, &p, NULL);
}

static void list_catalog(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct page p;

	if (!u || !page_begin(c, &p, 0, 0))
		return;
	for (size_t i = 0; i < LEN(types); i++) {
		struct buf *b = page_item(c, &p, u->ix);

		buf_addf(b,
			"{\"factorType\":\"%s\",\"provider\":\"%s\",\"vendorName\":\"%s\",\"_links\":{",
			types[i].type, types[i].provider, types[i].vendor);
		if (i == 0)
			add_href(b, c, "questions", "/api/v1/users/%s/factors/questions", u->id);
		add_hint(b, c, "enroll", "POST", "/api/v1/users/%s/factors", u->id);
		buf_adds(b, "}}");
	}
	page_end(c, &p, NULL);
}

static void list_questions(struct call *c)
{
	struct page p;

	if (!user_of(c, c->arg[0]) || !page_begin(c, &p, 0, 0))
		return;
	for (size_t i = 0; i < LEN(questions); i++) {
		struct buf *b = page_item(c, &p, 0);

		buf_addf(b, "{\"question\":\"%s\",\"questionText\":", questions[i].key);
		buf_add_json(b, slice_of(questions[i].text));
		buf_addc(b, '}');
	}
	page_end(c, &p, NULL);
}

/* --- enrolling --- */

static const struct factor_type *type_of(struct call *c)
{
	struct slice type = js_str(js_get(c->body, "factorType")),
		     provider = js_str(js_get(c->body, "provider"));

	for (size_t i = 0; i < LEN(types); i++) {
		if (slice_is(type, types[i].type) &&
			(!provider.n || slice_is(provider, types[i].provider)))
			return &types[i];
	}
	fail_field(c, "factorEnrollRequest",
		"factorType: '%.*s' of this provider cannot be enrolled", SLICE_ARG(type));
	return NULL;
}

static bool is_enrolled(
	const struct sandbox *s, const struct obj *u, size_t type, const struct js *profile)
{
	STORE_EACH(s, K_FACTOR, f) {
		AUTO_PTR(js) doc = obj_doc(f);

		if (f->parent != u->ix || f->sub != type)
			continue;
		/* several phones are one factor each */
		if (!(types[type].flags & F_CODE) ||
			js_equal(js_get(js_get(doc, "profile"), types[type].profile),
				js_get(profile, types[type].profile)))
			return true;
	}
	return false;
}

static const char *question_text(struct slice key)
{
	for (size_t i = 0; i < LEN(questions); i++) {
		if (slice_is(key, questions[i].key))
			return questions[i].text;
	}
	return NULL;
}

static bool answer_ok(struct call *c, struct slice answer)
{
	if (slice_chars(answer) >= 4)
		return true;
	fail_field(c, "factorEnrollRequest",
		"The security question answer must be at least 4 characters in length");
	return false;
}

/* The profile as it is kept and shown, without secrets; NULL when it answered. */
static struct js *read_profile(struct call *c, const struct factor_type *t, const struct obj *u)
{
	const struct js *in = js_get(c->body, "profile"),
			*v = t->profile ? js_get(in, t->profile) : NULL;
	const char *text = t == types ? question_text(js_str(v)) : NULL;
	AUTO_PTR(js) doc = NULL;
	struct js *out;

	if ((t->profile && !js_str(v).n) || (t == types && !text)) {
		fail_field(c, "factorEnrollRequest",
			"%s: The field cannot be left blank or is unknown", t->profile);
		return NULL;
	}
	if (t == types && !answer_ok(c, js_str(js_get(in, "answer"))))
		return NULL;
	out = js_new_map();
	if (t->profile && !streq(t->profile, "sharedSecret"))
		js_set(out, t->profile, js_copy(v));
	if (text)
		js_set(out, "questionText", js_new_strz(text));
	if (!t->profile) {
		doc = obj_doc(u);
		js_set(out, "credentialId", js_copy(js_path(doc, "profile.login")));
	}
	return out;
}

static void keep_secret(struct obj *f, struct slice text)
{
	free(f->secret);
	f->secret = xstrndup(text.p ? text.p : "", text.n);
}

static struct obj *make(
	struct call *c, const struct obj *u, const struct factor_type *t, struct js *profile)
{
	struct obj *f = store_new(c->s, K_FACTOR, t->prefix);
	AUTO_PTR(js) doc = js_new_map();
	bool active = t->flags & F_BORN_ACTIVE ||
		      (t->flags & F_ACTIVATE && query_is(c, "activate", "true"));
	char code[21];

	f->parent = u->ix;
	f->sub = (uint8_t)(t - types);
	f->status = active ? ST_ACTIVE : ST_INACTIVE;
	store_new_id(c->s, "JBA", code);
	keep_secret(f, t == types ? js_str(js_path(c->body, "profile.answer")) : slice_of(code));
	js_set(doc, "id", js_new_strz(f->id));
	js_set(doc, "factorType", js_new_strz(t->type));
	js_set(doc, "provider", js_new_strz(t->provider));
	js_set(doc, "vendorName", js_new_strz(t->vendor));
	js_set(doc, "status", js_new_strz(active ? "ACTIVE" : "PENDING_ACTIVATION"));
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "profile", profile);
	obj_put(f, doc);
	return f;
}

static void enroll(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	const struct factor_type *t = u ? type_of(c) : NULL;
	struct js *profile;

	if (!t)
		return;
	if (u->status == ST_DEPROVISIONED || u->status == ST_SUSPENDED) {
		fail(c, 403, "E0000038",
			"This operation is not allowed in the user's current status.", NULL);
		return;
	}
	profile = read_profile(c, t, u);
	if (!profile)
		return;
	if (is_enrolled(c->s, u, (size_t)(t - types), profile)) {
		js_free(profile);
		fail_field(c, "factorEnrollRequest", "A factor of this type is already set up.");
	} else if (t->flags & F_SECRET && !js_str(js_path(c->body, "verify.passCode")).n) {
		js_free(profile);
		fail_field(c, "factorEnrollRequest", "passCode: The field cannot be left blank");
	} else {
		c->made = make(c, u, t, profile);
		reply_factor(c, c->made, u);
	}
}

/* --- one factor --- */

static struct obj *factor_of(struct call *c, const struct obj *u)
{
	struct obj *f = u ? store_find(c->s, K_FACTOR, c->arg[1]) : NULL;

	if (!u || (f && f->parent == u->ix))
		return f;
	fail_missing(c, c->arg[1], "UserFactor");
	return NULL;
}

static void get_factor(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]), *f = factor_of(c, u);

	if (f)
		reply_factor(c, f, u);
}

/* Undocumented, and used: the question of a question factor can be replaced (recorded). */
static void put_factor(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct obj *f = factor_of(c, u);
	AUTO_PTR(js) doc = f ? obj_doc(f) : NULL;
	struct js *profile;

	if (!f)
		return;
	if (f->sub != 0) {
		fail_field(c, "factorType", "Only a security question can be replaced");
		return;
	}
	profile = read_profile(c, types, u);
	if (!profile)
		return;
	js_set(doc, "profile", profile);
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	keep_secret(f, js_str(js_path(c->body, "profile.answer")));
	obj_put(f, doc);
	reply_factor(c, f, u);
}

static void delete_factor(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct obj *f = factor_of(c, u);

	if (!f)
		return;
	if (u->status == ST_DEPROVISIONED) {
		fail(c, 403, "E0000038",
			"This operation is not allowed in the user's current status.", NULL);
		return;
	}
	store_drop(c->s, f);
	reply_status(c, 204);
}

static bool needs_device(struct call *c, const struct obj *f)
{
	if (!(types[f->sub].flags & F_DEVICE))
		return false;
	fail(c, 501, "E0000052",
		"Only a device can do this, and the local tenant has none that answers.", NULL);
	return true;
}

static bool code_fits(struct call *c, struct slice code)
{
	if (slice_is(code, PASS_CODE))
		return true;
	fail(c, 403, "E0000068", "Invalid Passcode/Answer",
		"Your passcode doesn't match our records. Please try again.");
	return false;
}

static void activate(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct obj *f = factor_of(c, u);
	AUTO_PTR(js) doc = f ? obj_doc(f) : NULL;

	if (!f || needs_device(c, f))
		return;
	if (!pending(f)) {
		fail(c, 403, "E0000079", "This operation is not allowed in the factor's state.",
			NULL);
		return;
	}
	if (!code_fits(c, js_str(js_get(c->body, "passCode"))))
		return;
	f->status = ST_ACTIVE;
	js_set(doc, "status", js_new_strz("ACTIVE"));
	obj_put_changed(c, f, doc);
	reply_factor(c, f, u);
}

static void resend(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]), *f = factor_of(c, u);

	if (!f)
		return;
	if (types[f->sub].flags & F_CODE && pending(f))
		reply_factor(c, f, u);
	else
		fail(c, 403, "E0000079", "This operation is not allowed in the factor's state.",
			NULL);
}

/* A code goes out first, so a request without one is a challenge. */
static void verify(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]), *f = factor_of(c, u);
	struct slice code = js_str(js_get(c->body, "passCode"));
	bool question = f && f->sub == 0;

	if (!f || needs_device(c, f))
		return;
	if (pending(f)) {
		fail(c, 403, "E0000079", "This operation is not allowed in the factor's state.",
			NULL);
	} else if (question) {
		if (slice_eq_fold(js_str(js_get(c->body, "answer")), slice_of(f->secret)))
			reply_text(c, 200, SLICE("{\"factorResult\":\"SUCCESS\"}"));
		else
			fail(c, 403, "E0000068", "Invalid Passcode/Answer",
				"Your answer doesn't match our records. Please try again.");
	} else if (!code.n && types[f->sub].flags & F_CODE) {
		reply_text(c, 200, SLICE("{\"factorResult\":\"CHALLENGE\"}"));
	} else if (code_fits(c, code)) {
		reply_text(c, 200, SLICE("{\"factorResult\":\"SUCCESS\"}"));
	}
}

#define FACTORS "/api/v1/users/{id}/factors"

const struct route routes_factors[] = {
	{"GET", FACTORS, list_factors, 0, NULL},
	{"POST", FACTORS, enroll, R_BODY, "user.mfa.factor.activate"},
	{"GET", FACTORS "/catalog", list_catalog, 0, NULL},
	{"GET", FACTORS "/questions", list_questions, 0, NULL},
	{"GET", FACTORS "/{factor}", get_factor, 0, NULL},
	{"PUT", FACTORS "/{factor}", put_factor, R_BODY, "user.mfa.factor.update"},
	{"DELETE", FACTORS "/{factor}", delete_factor, 0, "user.mfa.factor.deactivate"},
	{"POST", FACTORS "/{factor}/lifecycle/activate", activate, R_OPT_BODY,
		"user.mfa.factor.activate"},
	{"POST", FACTORS "/{factor}/verify", verify, R_OPT_BODY,
		"user.authentication.auth_via_mfa"},
	{"POST", FACTORS "/{factor}/resend", resend, R_OPT_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
