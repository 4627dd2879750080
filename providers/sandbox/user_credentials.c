/*
 * Passwords and recovery questions: what may be sent, what is kept, and changing them. Of a password only a hash is
 * kept, and neither it nor an answer is ever printed.
 */
#include "providers/sandbox/user.h"

#include "base/hash.h"

#include <ctype.h>

#define IN(st) (1U << (st))

enum { PASSWORD_MIN = 8, PASSWORD_MAX = 72, QUESTION_MAX = 100 };

static const char requirements[] =
	"Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.";

static bool weak(struct slice p)
{
	bool lo = false, up = false, dig = false;

	for (size_t i = 0; i < p.n; i++) {
		lo |= islower((unsigned char)p.p[i]) != 0;
		up |= isupper((unsigned char)p.p[i]) != 0;
		dig |= isdigit((unsigned char)p.p[i]) != 0;
	}
	return p.n < PASSWORD_MIN || p.n > PASSWORD_MAX || !lo || !up || !dig;
}

/* --- imported hashes --- */

static bool within(const struct js *v, int64_t min, int64_t max)
{
	return js_type(v) == JS_INT && js_int(v) >= min && js_int(v) <= max;
}

/* What is wrong with an imported hash, or NULL. */
static const char *hash_fault(const struct js *h)
{
	struct slice algorithm = js_str(js_get(h, "algorithm")), salt = js_str(js_get(h, "salt"));

	if (!slice_in(algorithm, "BCRYPT|SHA-512|SHA-256|SHA-1|MD5|PBKDF2"))
		return "algorithm: is not one that passwords can be imported with";
	if (!js_str(js_get(h, "value")).n)
		return "value: The field cannot be left blank";
	if (slice_is(algorithm, "BCRYPT")) {
		if (salt.n != 22)
			return "salt: must have 22 characters";
		return within(js_get(h, "workFactor"), 1, 20) ? NULL
							      : "workFactor: must be 1 to 20";
	}
	if (slice_is(algorithm, "PBKDF2")) {
		if (!within(js_get(h, "iterationCount"), 4096, INT32_MAX))
			return "iterationCount: must be 4096 at least";
		if (!within(js_get(h, "keySize"), 1, INT32_MAX))
			return "keySize: The field cannot be left blank";
		return slice_in(js_str(js_get(h, "digestAlgorithm")), "SHA256_HMAC|SHA512_HMAC")
			       ? NULL
			       : "digestAlgorithm: must be SHA256_HMAC or SHA512_HMAC";
	}
	if (salt.n && !slice_in(js_str(js_get(h, "saltOrder")), "PREFIX|POSTFIX"))
		return "saltOrder: must be PREFIX or POSTFIX";
	return NULL;
}

/* --- reading and keeping --- */

static bool question_ok(struct call *c, const struct js *q)
{
	struct slice question = js_str(js_get(q, "question")), answer = js_str(js_get(q, "answer"));

	if (js_type(q) != JS_MAP || (!question.n && !answer.n))
		return true;
	if (question.n && slice_chars(question) <= QUESTION_MAX && answer.n &&
		slice_chars(answer) <= QUESTION_MAX)
		return true;
	fail_field(c, "recovery_question",
		"recovery_question: a question and an answer of 1 to %d characters are needed",
		QUESTION_MAX);
	return false;
}

bool credentials_read(struct call *c, struct credentials *ret)
{
	const struct js *cred = js_get(c->body, "credentials"), *pw = js_get(cred, "password"),
			*value = js_get(pw, "value"), *hash = js_get(pw, "hash");
	struct slice type = js_str(js_path(cred, "provider.type"));
	const char *fault = js_type(hash) == JS_MAP ? hash_fault(hash) : NULL;

	ret->hashed = js_type(hash) == JS_MAP || js_type(js_get(pw, "hook")) == JS_MAP;
	ret->value = js_str(value);
	ret->password = ret->hashed || js_type(value) == JS_STR;
	ret->provider =
		js_type(js_get(cred, "provider")) == JS_MAP ? js_get(cred, "provider") : NULL;
	ret->federated = slice_is(type, "FEDERATION") || slice_is(type, "SOCIAL");
	ret->question = js_str(js_path(cred, "recovery_question.question"));
	ret->answer = js_str(js_path(cred, "recovery_question.answer"));
	if (fault)
		fail_field(c, "password", "%s", fault);
	else if (js_type(value) == JS_STR && weak(ret->value))
		fail_field(c, "password", "%s", requirements);
	else
		return question_ok(c, js_get(cred, "recovery_question"));
	return false;
}

static struct js *provider(const char *type)
{
	struct js *p = js_new_map();

	js_set(p, "type", js_new_strz(type));
	js_set(p, "name", js_new_strz(type));
	return p;
}

/* The user's id is the salt. */
static void add_hash(struct buf *b, const struct obj *u, struct slice password)
{
	AUTO(buf) struct buf text = BUF_TEXT;

	buf_adds(&text, u->id);
	buf_add_slice(&text, password);
	hash_add_sha256(b, buf_slice(&text));
}

static void set_password(struct call *c, struct obj *u, struct js *doc, struct slice value)
{
	AUTO(buf) struct buf hash = BUF_TEXT;

	if (value.n)
		add_hash(&hash, u, value);
	user_hide(u, "password", js_new_str(buf_slice(&hash)));
	js_set(js_make(doc, "credentials"), "password", js_new_map());
	js_set(doc, "passwordChanged", js_new_strz(c->stamp));
}

static void set_question(struct obj *u, struct js *doc, struct slice question, struct slice answer)
{
	struct js *q = js_new_map();

	js_set(q, "question", js_new_str(question));
	js_set(js_make(doc, "credentials"), "recovery_question", q);
	user_hide(u, "answer", js_new_str(answer));
}

void credentials_set(struct call *c, struct obj *u, struct js *doc, const struct credentials *cred)
{
	struct js *to = js_make(doc, "credentials");

	if (cred->password)
		set_password(c, u, doc, cred->value);
	if (cred->question.n)
		set_question(u, doc, cred->question, cred->answer);
	if (cred->provider)
		js_set(to, "provider", js_copy(cred->provider));
	else if (cred->hashed)
		js_set(to, "provider", provider("IMPORT"));
	else if (!js_get(to, "provider"))
		js_set(to, "provider", provider("OKTA"));
}

/* --- changing --- */

static bool state_ok(struct call *c, const struct obj *u, unsigned states)
{
	if (states & IN(u->status))
		return true;
	fail(c, 403, "E0000038", "This operation is not allowed in the user's current status.",
		NULL);
	return false;
}

/* A password that was imported as a hash cannot be compared here: it never fits. */
static bool password_fits(
	struct call *c, const struct obj *u, struct slice value, const char *cause)
{
	AUTO_PTR(js) hidden = user_hidden(u);
	AUTO(buf) struct buf hash = BUF_TEXT;
	struct slice kept = js_str(js_get(hidden, "password"));

	add_hash(&hash, u, value);
	if (kept.n && slice_eq(kept, buf_slice(&hash)))
		return true;
	fail(c, 403, "E0000014", "Update of credentials failed", cause);
	return false;
}

static bool strong_enough(struct call *c, struct slice value)
{
	if (!weak(value))
		return true;
	fail(c, 403, "E0000080",
		"The password does not meet the complexity requirements of the current password policy.",
		requirements);
	return false;
}

static void reply_credentials(struct call *c, const struct js *doc)
{
	reply_js(c, 200, js_copy(js_get(doc, "credentials")));
}

/* A new password ends recovery and expiry. */
static void store_password(struct call *c, struct obj *u, struct slice value)
{
	AUTO_PTR(js) doc = obj_doc(u);

	set_password(c, u, doc, value);
	if (u->status == ST_RECOVERY || u->status == ST_PASSWORD_EXPIRED)
		user_set_status(c, u, doc, ST_ACTIVE);
	obj_put(u, doc);
	if (js_bool(js_get(c->body, "revokeSessions")))
		user_end_sessions(c->s, u);
	reply_credentials(c, doc);
}

static void change_password(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);
	struct slice old = js_str(js_path(c->body, "oldPassword.value")),
		     new = js_str(js_path(c->body, "newPassword.value"));

	if (u &&
		state_ok(c, u,
			IN(ST_STAGED) | IN(ST_ACTIVE) | IN(ST_PASSWORD_EXPIRED) |
				IN(ST_RECOVERY)) &&
		password_fits(c, u, old, "oldPassword: Old Password is not correct") &&
		strong_enough(c, new))
		store_password(c, u, new);
}

static void change_question(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);
	const struct js *q = js_get(c->body, "recovery_question");
	AUTO_PTR(js) doc = u ? obj_doc(u) : NULL;

	if (!u || !state_ok(c, u, IN(ST_STAGED) | IN(ST_ACTIVE) | IN(ST_RECOVERY)) ||
		!password_fits(c, u, js_str(js_path(c->body, "password.value")),
			"password: Password is not correct"))
		return;
	if (!js_str(js_get(q, "question")).n) {
		fail_field(c, "recovery_question",
			"recovery_question: The field cannot be left blank");
		return;
	}
	if (!question_ok(c, q))
		return;
	set_question(u, doc, js_str(js_get(q, "question")), js_str(js_get(q, "answer")));
	obj_put(u, doc);
	reply_credentials(c, doc);
}

static void forgot_password(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);

	if (!u)
		return;
	if (u->status != ST_ACTIVE) {
		fail(c, 403, "E0000034", "Forgot password not allowed on specified user.", NULL);
		return;
	}
	user_move(c, u, ST_RECOVERY);
	reply_text(c, 200, SLICE("{}"));
	if (query_is(c, "sendEmail", "false"))
		user_add_reset_url(c);
}

static void answer_question(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);
	AUTO_PTR(js) hidden = u ? user_hidden(u) : NULL;
	struct slice kept = js_str(js_get(hidden, "answer")),
		     answer = js_str(js_path(c->body, "recovery_question.answer")),
		     new = js_str(js_path(c->body, "password.value"));

	if (!u)
		return;
	if (!kept.n || !(IN(u->status) & (IN(ST_ACTIVE) | IN(ST_RECOVERY))))
		fail(c, 403, "E0000034", "Forgot password not allowed on specified user.", NULL);
	else if (!slice_eq_fold(kept, answer))
		fail(c, 403, "E0000087", "The recovery question answer did not match our records.",
			NULL);
	else if (strong_enough(c, new))
		store_password(c, u, new);
}

#define CREDENTIALS "/api/v1/users/{id}/credentials"

const struct route routes_user_credentials[] = {
	{"POST", CREDENTIALS "/change_password", change_password, R_BODY,
		"user.account.update_password"},
	{"POST", CREDENTIALS "/change_recovery_question", change_question, R_BODY,
		"user.account.update_profile"},
	{"POST", CREDENTIALS "/forgot_password", forgot_password, R_OPT_BODY,
		"user.account.reset_password"},
	{"POST", CREDENTIALS "/forgot_password_recovery_question", answer_question, R_BODY,
		"user.account.update_password"},
	{NULL, NULL, NULL, 0, NULL},
};
