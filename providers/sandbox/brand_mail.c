/*
 * What the org writes to people: the templates that each brand has, their customizations in languages, and
 * who gets them. No mail ever leaves the local tenant.
 */
#include "providers/sandbox/brands.h"

#include "base/xalloc.h"

#include <string.h>

/*
 * The templates of an Identity Engine org, in the order in which they are listed (recordings of 2025). The
 * texts are plumb's own. A template without its variable would be of no use: customizations must have it.
 */
static const struct template
{
	const char *name, *variable, *subject;
}
templates[] = {
	{"UserActivation", "activationLink", "Your account is ready"},
	{"UserBootstrappedActivation", "activationLink", "Your account is ready"},
	{"ForgotPassword", "resetPasswordLink", "Choose a new password"},
	{"ForgotPasswordDenied", NULL, "Your password cannot be reset"},
	{"PasswordResetByAdmin", "resetPasswordLink", "Your password was reset"},
	{"PasswordResetBySupportUser", "resetPasswordLink", "Your password was reset"},
	{"ADUserActivation", NULL, "Your account is ready"},
	{"ADForgotPasswordDenied", NULL, "Your password cannot be reset"},
	{"ADForgotPassword", "resetPasswordLink", "Choose a new password"},
	{"LDAPUserActivation", NULL, "Your account is ready"},
	{"LDAPForgotPassword", "resetPasswordLink", "Choose a new password"},
	{"LDAPForgotPasswordDenied", NULL, "Your password cannot be reset"},
	{"SelfServiceUnlock", "unlockAccountLink", "Unlock your account"},
	{"ADSelfServiceUnlock", "unlockAccountLink", "Unlock your account"},
	{"LDAPSelfServiceUnlock", "unlockAccountLink", "Unlock your account"},
	{"OktaVerifyActivation", NULL, "Set up Okta Verify"},
	{"AccountLockout", NULL, "Your account is locked"},
	{"EmailChallenge", "verificationToken", "Your code to sign in"},
	{"EmailFactorVerification", "verificationToken", "Confirm your address"},
	{"NewSignOnNotification", NULL, "Somebody signed in as you"},
	{"RegistrationActivation", "activationLink", "Welcome to ${org.name}"},
	{"ChangeEmailConfirmation", NULL, "Confirm your new address"},
	{"PendingEmailChange", NULL, "Your address is about to change"},
	{"EmailChangeConfirmation", NULL, "Your address was changed"},
	{"RegistrationEmailVerification", NULL, "Confirm your address"},
	{"SelfServiceUnlockOnUnlockedAccount", NULL, "Your account is not locked"},
	{"AuthenticatorEnrolled", NULL, "A security method was added"},
	{"AuthenticatorReset", NULL, "A security method was reset"},
	{"PasswordChanged", NULL, "Your password was changed"},
	{"IGAReviewerOverdueNotification", NULL, "A review is overdue"},
	{"MyAccountChangeConfirmation", NULL, "Your account was changed"},
};

void email_templates_make(struct call *c, struct obj *brand)
{
	for (size_t i = 0; i < LEN(templates); i++) {
		AUTO_PTR(js) body = js_new_map();

		js_set(body, "name", js_new_strz(templates[i].name));
		collection_make(c, &email_templates, brand, body);
	}
}

/* A tenant that another plumb saved may have templates that this one does not know: they have no texts. */
static const struct template *template_info(const struct obj *o)
{
	static const struct template unknown = {"", NULL, ""};
	AUTO_PTR(js) doc = obj_doc(o);

	for (size_t i = 0; i < LEN(templates); i++) {
		if (slice_is(js_str(js_get(doc, "name")), templates[i].name))
			return &templates[i];
	}
	return &unknown;
}

/* --- templates --- */

/* Templates go by their names; c->parent is the brand. */
static struct obj *alias_template(struct call *c, struct slice id)
{
	struct obj *o = c->parent ? name_find(c->s, K_EMAIL_TEMPLATE, c->parent->ix, id) : NULL;

	return o && slice_is(id, template_info(o)->name) ? o : NULL;
}

static struct obj *template_of(struct call *c)
{
	c->parent = brand_of(c);
	return c->parent ? collection_find(c, &email_templates, c->arg[1]) : NULL;
}

static void add_path(struct buf *b, const struct call *c, const struct obj *o, const char *tail)
{
	buf_addf(b, "/api/v1/brands/%s/templates/email/%s%s", store_at(c->s, o->parent)->id,
		template_info(o)->name, tail);
}

/* Some of the links that a template's documents have, each at the template's path and tail. */
struct tail {
	const char *name, *allow, *tail;
};
static void add_tails(struct buf *b, const struct call *c, const struct obj *template,
	const struct tail *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		AUTO(buf) struct buf path = BUF_MAX(256);

		add_path(&path, c, template, v[i].tail);
		add_hint(b, c, v[i].name, v[i].allow, "%s", buf_str(&path));
	}
}

static void link_template(struct buf *b, struct call *c, const struct obj *o)
{
	static const struct tail tails[] = {
		{"settings", "GET|PUT", "/settings"},
		{"self", "GET", ""},
		{"defaultContent", "GET", "/default-content"},
		{"test", "POST", "/test"},
		{"customizations", "GET|POST|DELETE", "/customizations"},
	};

	add_tails(b, c, o, tails, LEN(tails));
}

static int64_t count_customizations(const struct sandbox *s, const struct obj *template)
{
	int64_t n = 0;

	STORE_EACH(s, K_EMAIL_CUSTOMIZATION, mail)
		n += mail->parent == template->ix;
	return n;
}

/* Who gets it is kept in the object's document, beside what is printed. */
static struct slice recipients_of(const struct js *doc)
{
	struct slice v = js_str(js_get(doc, "recipients"));

	return v.n ? v : SLICE("ALL_USERS");
}

static void add_settings(struct buf *b, const struct call *c, const struct obj *o)
{
	static const struct tail tails[] = {
		{"self", "GET|PUT", "/settings"},
		{"template", "GET", ""},
	};
	AUTO_PTR(js) doc = obj_doc(o);

	buf_adds(b, "{\"recipients\":");
	buf_add_json(b, recipients_of(doc));
	buf_adds(b, ",\"_links\":{");
	add_tails(b, c, o, tails, LEN(tails));
	buf_adds(b, "}}");
}

static void show_template(struct call *c, const struct obj *o, struct js *doc)
{
	struct slice rest = query_get(c, "expand"), word;
	struct js *to;

	js_del(doc, "recipients");
	if (!rest.n)
		return;
	to = js_new_map();
	while (slice_cut(&rest, ',', &word)) {
		word = slice_trim(word);
		if (slice_is(word, "customizationCount")) {
			js_set(to, "customizationCount", js_new_int(count_customizations(c->s, o)));
		} else if (slice_is(word, "settings")) {
			AUTO(buf) struct buf b = BUF_TEXT;
			struct err e = ERR_INIT;
			struct js *v = NULL;

			add_settings(&b, c, o);
			if (js_parse(buf_slice(&b), "settings", &v, &e) < 0)
				BUG("settings are no JSON: %s", e.msg);
			js_set(to, "settings", v);
		}
	}
	js_set(doc, "_embedded", to);
}

const struct collection email_templates = {
	.path = "/api/v1/brands/{id}/templates/email",
	.kind = K_EMAIL_TEMPLATE,
	.of = K_BRAND,
	.type = "EmailTemplate",
	.prefix = "oet",
	.members = "name",
	.key = "name",
	.limit = 20,
	.max = 200,
	.keep = "expand",
	.flags = C_NO_CREATE | C_NO_PUT | C_NO_DELETE,
	.links = link_template,
	.show = show_template,
	.alias = alias_template,
};

static void get_settings(struct call *c)
{
	const struct obj *o = template_of(c);

	if (!o)
		return;
	reply_status(c, 200);
	add_settings(&c->res->body, c, o);
}

static void put_settings(struct call *c)
{
	struct obj *o = template_of(c);
	struct slice v = js_str(js_get(c->body, "recipients"));
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!o)
		return;
	if (!slice_in(v, "ALL_USERS|ADMINS_ONLY|NO_USERS")) {
		fail_field(c, "recipients",
			"recipients: must be one of ALL_USERS, ADMINS_ONLY, NO_USERS");
		return;
	}
	js_set(doc, "recipients", js_new_str(v));
	obj_put(o, doc);
	reply_status(c, 200);
	add_settings(&c->res->body, c, o);
}

/* --- content --- */

static void add_body(struct buf *b, const struct template *t)
{
	buf_addf(b, "<!DOCTYPE html><html><body><p>Hello ${user.profile.firstName},</p><p>%s.",
		t->subject);
	if (t->variable)
		buf_addf(b, " ${%s}", t->variable);
	buf_adds(b, "</p></body></html>");
}

/* A variable's value for who asks; p NULL when it is not known here. */
static struct slice variable(const struct call *c, const struct js *user, struct slice name)
{
	AUTO(buf) struct buf path = BUF_MAX(256);

	if (slice_is(name, "org.name"))
		return SLICE("Sandbox");
	if (slice_ends(name, "Link"))
		return slice_of(c->s->base_url);
	if (!slice_starts(name, "user."))
		return (struct slice){NULL, 0};
	name = (struct slice){name.p + 5, name.n - 5};
	buf_addf(
		&path, "%s%.*s", slice_starts(name, "profile.") ? "" : "profile.", SLICE_ARG(name));
	return js_str(js_path(user, buf_str(&path)));
}

/* What is not known stays as it is written. */
static struct js *rendered(const struct call *c, struct slice text)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	const struct obj *admin = store_at(c->s, c->s->admin);
	AUTO_PTR(js) user = admin ? obj_doc(admin) : NULL;

	for (size_t i = 0; i < text.n; i++) {
		struct slice rest = {text.p + i, text.n - i}, name, v = {NULL, 0};

		if (slice_starts(rest, "${") && memchr(rest.p, '}', rest.n)) {
			rest = (struct slice){rest.p + 2, rest.n - 2};
			slice_cut(&rest, '}', &name);
			v = variable(c, user, name);
		}
		if (!v.n) {
			buf_addc(&b, text.p[i]);
			continue;
		}
		buf_add_slice(&b, v);
		i += name.n + 2;
	}
	return js_new_str(buf_slice(&b));
}

static void reply_content(struct call *c, const struct obj *template, struct js *subject,
	struct js *body, const struct tail *tails, size_t n)
{
	struct js *doc = js_new_map();
	struct buf *b = &c->res->body;

	js_set(doc, "subject", subject);
	js_set(doc, "body", body);
	reply_js(c, 200, doc);
	add_nested(b, "_links");
	add_tails(b, c, template, tails, n);
	buf_adds(b, "}}");
}

/* As it is, or rendered for the caller. */
static void reply_default(struct call *c, bool render, const struct tail *tails, size_t n)
{
	const struct obj *o = template_of(c);
	const struct template *t = o ? template_info(o) : NULL;
	AUTO(buf) struct buf body = BUF_TEXT;

	if (!o)
		return;
	add_body(&body, t);
	reply_content(c, o, render ? rendered(c, slice_of(t->subject)) : js_new_strz(t->subject),
		render ? rendered(c, buf_slice(&body)) : js_new_str(buf_slice(&body)), tails, n);
}

static void get_default(struct call *c)
{
	static const struct tail tails[] = {
		{"self", "GET", "/default-content"},
		{"template", "GET", ""},
		{"preview", "GET", "/default-content/preview"},
		{"test", "POST", "/test"},
	};

	reply_default(c, false, tails, LEN(tails));
}

static void preview_default(struct call *c)
{
	static const struct tail tails[] = {
		{"self", "GET", "/default-content/preview"},
		{"template", "GET", ""},
		{"defaultContent", "GET", "/default-content"},
		{"test", "POST", "/test"},
	};

	reply_default(c, true, tails, LEN(tails));
}

static void send_test(struct call *c)
{
	if (template_of(c))
		reply_status(c, 204);
}

/* --- customizations --- */

static const struct refusal second_default = {
	409, "E0000182", "A default email template customization already exists."};
static const struct refusal language_taken = {
	409, "E0000183", "An email template customization for that language already exists."};
static const struct refusal default_stays = {
	409, "E0000184", "A default email template customization can't be deleted."};
static const struct refusal default_needed = {409, "E0000185",
	"The isDefault parameter of the default email template customization can't be set to false."};

/* Another customization of the template that is its default. */
static bool has_default(const struct sandbox *s, const struct obj *o)
{
	STORE_EACH(s, K_EMAIL_CUSTOMIZATION, v) {
		AUTO_PTR(js) doc = v != o && v->parent == o->parent ? obj_doc(v) : NULL;

		if (js_bool(js_get(doc, "isDefault")))
			return true;
	}
	return false;
}

/* There is always exactly one default: the first, until all of them go. */
static bool fill_default(struct call *c, const struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *asked = js_get(doc, "isDefault");
	bool first = !has_default(c->s, o), was = js_bool(js_get(old, "isDefault")),
	     want = js_type(asked) == JS_BOOL ? js_bool(asked)
		    : old                     ? was
					      : first;

	if (want && !first)
		fail_with(c, &second_default);
	else if (!want && first)
		fail_with(c, &default_needed);
	else {
		js_set(doc, "isDefault", js_new_bool(want));
		return true;
	}
	return false;
}

static bool fill_customization(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	static const char *const texts[] = {"subject", "body", "language"};
	const struct template *t = template_info(store_at(c->s, o->parent));
	struct slice body = js_str(js_get(doc, "body"));

	for (size_t i = 0; i < LEN(texts); i++) {
		if (js_str(js_get(doc, texts[i])).n)
			continue;
		fail_field(c, texts[i], "%s: must be text", texts[i]);
		return false;
	}
	if (t->variable && !memmem(body.p, body.n, t->variable, strlen(t->variable))) {
		fail(c, 409, "E0000195", "API validation failed due to conflict: body",
			t->variable);
		return false;
	}
	return fill_default(c, o, old, doc);
}

static bool leave_customization(struct call *c, struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	if (!js_bool(js_get(doc, "isDefault")))
		return true;
	fail_with(c, &default_stays);
	return false;
}

/* Those of one customization are followed by the template's. */
static void add_customization_links(
	struct buf *b, struct call *c, const struct obj *o, const char *self, const char *more)
{
	static const struct tail tails[] = {
		{"template", "GET", ""},
		{"settings", "GET|PUT", "/settings"},
		{"test", "POST", "/test"},
	};
	const struct obj *template = store_at(c->s, o->parent);
	AUTO(buf) struct buf path = BUF_MAX(256);

	add_path(&path, c, template, "/customizations/");
	add_hint(b, c, self, "GET|PUT|DELETE", "%s%s", buf_str(&path), o->id);
	add_hint(b, c, more, "GET", "%s%s/preview", buf_str(&path), o->id);
	add_tails(b, c, template, tails, LEN(tails));
}

static void link_customization(struct buf *b, struct call *c, const struct obj *o)
{
	add_customization_links(b, c, o, "self", "preview");
}

const struct collection email_customizations = {
	.path = "/api/v1/brands/{id}/templates/email/{id}/customizations",
	.kind = K_EMAIL_CUSTOMIZATION,
	.of = K_EMAIL_TEMPLATE,
	.type = "EmailCustomization",
	.prefix = "oel",
	.members = "subject! body! id language! isDefault: created@ lastUpdated%",
	.key = "language",
	.taken = &language_taken,
	.event = "system.email.template.*",
	.limit = 10,
	.max = 200,
	.flags = C_CREATED,
	.fill = fill_customization,
	.leave = leave_customization,
	.links = link_customization,
};

static void delete_all(struct call *c)
{
	const struct obj *template = template_of(c);

	if (!template)
		return;
	STORE_EACH(c->s, K_EMAIL_CUSTOMIZATION, o) {
		if (o->parent == template->ix)
			collection_drop(c, o);
	}
	reply_status(c, 204);
}

static void preview_customization(struct call *c)
{
	const struct obj *template = template_of(c), *o;
	struct buf *b = &c->res->body;
	AUTO_PTR(js) doc = NULL;
	struct js *answer;

	if (!template)
		return;
	o = collection_find(c, &email_customizations, c->arg[2]);
	if (!o)
		return;
	if (o->parent != template->ix) {
		fail_missing(c, c->arg[2], email_customizations.type);
		return;
	}
	doc = obj_doc(o);
	answer = js_new_map();
	js_set(answer, "subject", rendered(c, js_str(js_get(doc, "subject"))));
	js_set(answer, "body", rendered(c, js_str(js_get(doc, "body"))));
	reply_js(c, 200, answer);
	add_nested(b, "_links");
	add_customization_links(b, c, o, "contentSource", "self");
	buf_adds(b, "}}");
}

#define EMAIL "/api/v1/brands/{id}/templates/email/{name}/"
const struct route routes_brand_mail[] = {
	{"GET", EMAIL "settings", get_settings, 0, NULL},
	{"PUT", EMAIL "settings", put_settings, R_BODY, "system.email.template.update"},
	{"GET", EMAIL "default-content", get_default, 0, NULL},
	{"GET", EMAIL "default-content/preview", preview_default, 0, NULL},
	{"POST", EMAIL "test", send_test, R_OPT_BODY, NULL},
	{"DELETE", EMAIL "customizations", delete_all, 0, "system.email.template.delete"},
	{"GET", EMAIL "customizations/{id}/preview", preview_customization, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
#undef EMAIL
