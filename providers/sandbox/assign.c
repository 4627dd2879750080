/*
 * Who has an app: users by themselves, and the members of groups, who are not stored one by one.
 */
#include "providers/sandbox/apps.h"
#include "providers/sandbox/log.h"

void unassign_user(struct sandbox *s, struct obj *a, struct obj *u)
{
	uint32_t tag = edge_tag(&a->in, u->ix);

	edge_del(&a->in, u->ix, tag);
	edge_del(&u->out, a->ix, tag);
	if (tag != NO_OBJ)
		store_drop(s, store_at(s, tag));
}

struct obj *granting_group(const struct sandbox *s, const struct obj *a, const struct obj *u)
{
	struct obj *best = NULL;
	int32_t priority = 0;

	if (u->status == ST_DEPROVISIONED)
		return NULL;
	for (uint32_t i = 0; i < a->out.n; i++) {
		struct obj *g = store_at(s, a->out.v[i].to);
		int32_t p = store_at(s, a->out.v[i].tag)->priority;

		if ((!best || p < priority) && user_in_group(s, u, g)) {
			best = g;
			priority = p;
		}
	}
	return best;
}

/* --- what the System Log hears of apps that groups give --- */

static void log_access(struct sandbox *s, const struct obj *a, const struct obj *u, bool gained)
{
	log_system(s, &(struct log_note){gained ? "application.user_membership.add"
						: "application.user_membership.remove",
			      {a, u}, NULL});
}

/* Does u have a by itself, or by another group than g? */
static bool has_otherwise(
	const struct sandbox *s, const struct obj *a, const struct obj *u, const struct obj *g)
{
	if (edge_has(&a->in, u->ix))
		return true;
	for (uint32_t i = 0; i < a->out.n; i++) {
		const struct obj *other = store_at(s, a->out.v[i].to);

		if (other != g && user_in_group(s, u, other))
			return true;
	}
	return false;
}

void log_granted(struct sandbox *s, const struct obj *g, const struct obj *a, const struct obj *u,
	bool gained)
{
	if (s->silent || u->status == ST_DEPROVISIONED)
		return;
	for (uint32_t i = 0; i < g->out.n; i++) {
		const struct obj *each = store_at(s, g->out.v[i].to);

		if ((!a || a == each) && !has_otherwise(s, each, u, g))
			log_access(s, each, u, gained);
	}
}

void log_apps_of(struct sandbox *s, const struct obj *u, bool gained)
{
	for (uint32_t i = 0; !s->silent && i < s->of[K_APP].n; i++) {
		const struct obj *a = store_at(s, s->of[K_APP].v[i]);

		if (has_otherwise(s, a, u, NULL))
			log_access(s, a, u, gained);
	}
}

/* What the profile mapping of a plain OIDC app gives. */
static struct js *mapped_profile(const struct js *app, const struct js *user)
{
	static const struct {
		const char *to, *from;
	} claims[] = {
		{"zoneinfo", NULL},
		{"website", NULL},
		{"birthdate", NULL},
		{"gender", NULL},
		{"profile", "profileUrl"},
		{"preferred_username", "login"},
		{"given_name", "firstName"},
		{"middle_name", "middleName"},
		{"locale", "locale"},
		{"picture", NULL},
		{"name", NULL},
		{"nickname", "nickName"},
		{"phone_number", "primaryPhone"},
		{"region", "state"},
		{"country", "countryCode"},
		{"email", "email"},
		{"family_name", "lastName"},
		{"street_address", "streetAddress"},
		{"locality", "city"},
		{"postal_code", "zipCode"},
	};
	const struct js *from = js_get(user, "profile");
	struct slice first = js_str(js_get(from, "firstName")),
		     last = js_str(js_get(from, "lastName"));
	AUTO(buf) struct buf name = BUF_MAX(4096);
	struct js *to = js_new_map();

	if (!slice_is(js_str(js_get(app, "signOnMode")), "OPENID_CONNECT"))
		return to;
	for (size_t i = 0; i < LEN(claims); i++)
		js_set(to, claims[i].to,
			claims[i].from ? js_copy_or_null(js_get(from, claims[i].from))
				       : js_new_null());
	buf_addf(&name, "%.*s %.*s", SLICE_ARG(first), SLICE_ARG(last));
	js_set(to, "name", js_new_str(buf_slice(&name)));
	js_set(to, "zoneinfo", js_new_strz("America/Los_Angeles"));
	if (js_type(js_get(to, "locale")) != JS_STR)
		js_set(to, "locale", js_new_strz("en_US"));
	return to;
}

static struct js *assignment(
	const struct obj *u, const struct js *app, const char *scope, const char *stamp)
{
	AUTO_PTR(js) user = obj_doc(u);
	struct js *doc = js_new_map(), *cred = js_new_map();
	struct slice scheme = js_str(js_path(app, "credentials.scheme"));

	js_set(doc, "id", js_new_strz(u->id));
	js_set(doc, "externalId", js_new_null());
	js_set(doc, "created", js_new_strz(stamp));
	js_set(doc, "lastUpdated", js_new_strz(stamp));
	js_set(doc, "scope", js_new_strz(scope));
	js_set(doc, "status", js_new_strz("ACTIVE"));
	js_set(doc, "statusChanged", js_new_strz(stamp));
	js_set(doc, "passwordChanged", js_new_null());
	js_set(doc, "syncState", js_new_strz("DISABLED"));
	if (!slice_is(scheme, "SHARED_USERNAME_AND_PASSWORD"))
		js_set(cred, "userName", js_copy(js_path(user, "profile.login")));
	js_set(doc, "credentials", cred);
	js_set(doc, "profile", mapped_profile(app, user));
	return doc;
}

static void merge_into(struct js *to, const struct js *from)
{
	for (void *it = js_first(from); it; it = js_next(from, it))
		js_set(to, js_key(it), js_copy(js_val(it)));
}

/* What was sent, on top; a password is only shown to be there. */
static void take_body(struct call *c, struct js *doc)
{
	const struct js *cred = js_get(c->body, "credentials");
	struct slice user = js_str(js_get(cred, "userName"));

	if (user.n)
		js_set(js_make(doc, "credentials"), "userName", js_new_str(user));
	if (js_path(cred, "password.value")) {
		js_set(js_make(doc, "credentials"), "password", js_new_map());
		js_set(doc, "passwordChanged", js_new_strz(c->stamp));
	}
	merge_into(js_make(doc, "profile"), js_get(c->body, "profile"));
}

static void add_body(struct buf *b, struct call *c, struct js *doc, const struct obj *a,
	const struct obj *u, const struct obj *g)
{
	js_write(b, doc);
	add_nested(b, "_links");
	add_href(b, c, "app", "/api/v1/apps/%s", a->id);
	if (g)
		add_href(b, c, "group", "/api/v1/groups/%s", g->id);
	add_href(b, c, "user", "/api/v1/users/%s", u->id);
	buf_addc(b, '}');
	if (query_is(c, "expand", "user")) {
		buf_adds(b, ",\"_embedded\":{\"user\":");
		add_user(b, c, u, false);
		buf_addc(b, '}');
	}
	buf_addc(b, '}');
}

void add_app_user(struct buf *b, struct call *c, const struct obj *a, const struct obj *u)
{
	uint32_t tag = edge_tag(&a->in, u->ix);
	const struct obj *g = tag == NO_OBJ ? granting_group(c->s, a, u) : NULL;
	AUTO_PTR(js) doc = NULL;

	if (g) {
		const struct obj *via = store_at(c->s, edge_tag(&a->out, g->ix));
		AUTO_PTR(js) app = obj_doc(a);
		AUTO_PTR(js) grant = obj_doc(via);

		doc = assignment(u, app, "GROUP", js_str(js_get(grant, "lastUpdated")).p);
		merge_into(js_make(doc, "profile"), js_get(grant, "profile"));
	} else {
		doc = obj_doc(store_at(c->s, tag));
	}
	add_body(b, c, doc, a, u, g);
}

/* The next user behind after that one edge of the app leads to. */
static uint32_t next_in(const struct sandbox *s, const struct obj *g, uint32_t after)
{
	if (g->ix == s->everyone) {
		uint32_t i = after == NO_OBJ ? 0 : store_after(s, K_USER, after);

		return i < s->of[K_USER].n ? s->of[K_USER].v[i] : NO_OBJ;
	}
	{
		uint32_t i = after == NO_OBJ ? 0 : edge_find(&g->in, after + 1);

		return i < g->in.n ? g->in.v[i].to : NO_OBJ;
	}
}

static uint32_t next_user(const struct sandbox *s, const struct obj *a, uint32_t after)
{
	uint32_t i = after == NO_OBJ ? 0 : edge_find(&a->in, after + 1);
	uint32_t best = i < a->in.n ? a->in.v[i].to : NO_OBJ;

	for (uint32_t k = 0; k < a->out.n; k++) {
		uint32_t u = next_in(s, store_at(s, a->out.v[k].to), after);

		if (u < best)
			best = u;
	}
	return best;
}

static void list_users(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]);
	struct slice q = query_get(c, "q");
	struct page p;

	if (!a || !page_begin(c, &p, 50, 500))
		return;
	for (uint32_t ix = next_user(c->s, a, p.after); ix != NO_OBJ; ix = next_user(c->s, a, ix)) {
		const struct obj *u = store_at(c->s, ix);
		AUTO_PTR(js) doc = q.p ? obj_doc(u) : NULL;

		if (u->status == ST_DEPROVISIONED || (q.p && !user_fits(doc, q)))
			continue;
		if (!page_more(&p))
			break;
		add_app_user(page_item(c, &p, ix), c, a, u);
	}
	page_end(c, &p, "expand|q");
}

static void reply_app_user(struct call *c, const struct obj *a, const struct obj *u)
{
	reply_status(c, 200);
	add_app_user(&c->res->body, c, a, u);
}

/* The user of the path when it has the app; otherwise 404. */
static struct obj *holder(struct call *c, const struct obj *a)
{
	struct obj *u = a ? store_find(c->s, K_USER, c->arg[1]) : NULL;

	if (!a)
		return NULL;
	if (u && (edge_has(&a->in, u->ix) || granting_group(c->s, a, u)))
		return u;
	fail_missing(c, c->arg[1], "AppUser");
	return NULL;
}

static void get_app_user(struct call *c)
{
	const struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (u)
		reply_app_user(c, a, u);
}

/* Where all share one user name and password, nobody brings their own. */
static bool credentials_ok(struct call *c, const struct obj *a)
{
	AUTO_PTR(js) app = obj_doc(a);
	const struct js *cred = js_get(c->body, "credentials");

	if (!slice_is(js_str(js_path(app, "credentials.scheme")), "SHARED_USERNAME_AND_PASSWORD") ||
		(!js_str(js_get(cred, "userName")).n && !js_path(cred, "password.value")))
		return true;
	fail(c, 400, "E0000041",
		"Credentials should not be set on this resource based on the scheme.", NULL);
	return false;
}

static void keep_direct(struct sandbox *s, struct obj *a, struct obj *u, const struct js *doc)
{
	struct obj *o = store_new(s, K_APP_USER, "0ua");

	obj_put(o, doc);
	edge_add(&a->in, u->ix, o->ix);
	edge_add(&u->out, a->ix, o->ix);
}

void assign_direct(
	struct sandbox *s, struct obj *a, const struct js *app, struct obj *u, const char *stamp)
{
	AUTO_PTR(js) doc = assignment(u, app, "USER", stamp);

	keep_direct(s, a, u, doc);
}

static void make_direct(struct call *c, struct obj *a, struct obj *u)
{
	AUTO_PTR(js) app = obj_doc(a);
	AUTO_PTR(js) doc = assignment(u, app, "USER", c->stamp);

	take_body(c, doc);
	keep_direct(c->s, a, u, doc);
}

static void assign_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u;
	struct slice id = js_str(js_get(c->body, "id"));

	if (!a)
		return;
	u = user_of(c, id);
	if (!u)
		return;
	if (u->status == ST_DEPROVISIONED) {
		fail(c, 403, "E0000117", "Cannot assign an app to an inactive user.", NULL);
		return;
	}
	if (edge_has(&a->in, u->ix)) {
		fail(c, 409, "E0000062",
			"The specified user is already assigned to the application.", NULL);
		return;
	}
	if (!credentials_ok(c, a))
		return;
	make_direct(c, a, u);
	c->made = u;
	reply_app_user(c, a, u);
}

static void post_app_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (!u || !credentials_ok(c, a))
		return;
	if (!edge_has(&a->in, u->ix)) {
		make_direct(c, a, u);
	} else {
		struct obj *o = store_at(c->s, edge_tag(&a->in, u->ix));
		AUTO_PTR(js) doc = obj_doc(o);

		take_body(c, doc);
		obj_put_changed(c, o, doc);
	}
	reply_app_user(c, a, u);
}

/* Takes the user's own assignment; what a group gives is not for this call to take. */
static void delete_app_user(struct call *c)
{
	struct obj *a = app_of(c, c->arg[0]), *u = holder(c, a);

	if (!u)
		return;
	unassign_user(c->s, a, u);
	reply_status(c, 204);
}

const struct route routes_assign[] = {
	{"GET", "/api/v1/apps/{app}/users", list_users, 0, NULL},
	{"POST", "/api/v1/apps/{app}/users", assign_user, R_BODY,
		"application.user_membership.add"},
	{"GET", "/api/v1/apps/{app}/users/{user}", get_app_user, 0, NULL},
	{"POST", "/api/v1/apps/{app}/users/{user}", post_app_user, R_BODY,
		"application.user_membership.update"},
	{"DELETE", "/api/v1/apps/{app}/users/{user}", delete_app_user, 0,
		"application.user_membership.remove"},
	{NULL, NULL, NULL, 0, NULL},
};
