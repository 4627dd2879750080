/*
 * Users: how they are printed, made, changed and listed. Their states are user_life.c.
 */
#include "providers/sandbox/filter.h"
#include "providers/sandbox/listing.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/schema.h"
#include "providers/sandbox/user.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <string.h>

struct link {
	const char *name, *tail;
	bool post;
	unsigned states;
	bool credentials; /* about these */
};

#define IN(st) (1U << (st))
enum { GROUPS_MAX = 20, SHORT_MAX = 100 };

/* What a user of each state offers. */
static const struct link links[] = {
	{"suspend", "/lifecycle/suspend", true, IN(ST_ACTIVE) | IN(ST_PROVISIONED), false},
	{"unsuspend", "/lifecycle/unsuspend", true, IN(ST_SUSPENDED), false},
	{"unlock", "/lifecycle/unlock", true, IN(ST_LOCKED_OUT), false},
	{"activate", "/lifecycle/activate", true, IN(ST_STAGED) | IN(ST_DEPROVISIONED), false},
	{"reactivate", "/lifecycle/reactivate", true, IN(ST_PROVISIONED) | IN(ST_RECOVERY), false},
	{"resetPassword", "/lifecycle/reset_password", true,
		IN(ST_PROVISIONED) | IN(ST_ACTIVE) | IN(ST_RECOVERY) | IN(ST_PASSWORD_EXPIRED) |
			IN(ST_LOCKED_OUT),
		true},
	{"expirePassword", "/lifecycle/expire_password", true, IN(ST_ACTIVE), true},
	{"changePassword", "/credentials/change_password", true, IN(ST_ACTIVE), true},
	{"changeRecoveryQuestion", "/credentials/change_recovery_question", true, IN(ST_ACTIVE),
		true},
	{"forgotPassword", "/credentials/forgot_password", true, IN(ST_ACTIVE), true},
	{"resetFactors", "/lifecycle/reset_factors", true, ~0U, false},
	{"delete", "", false, IN(ST_DEPROVISIONED), false},
	{"deactivate", "/lifecycle/deactivate", true,
		~(IN(ST_DEPROVISIONED) | IN(ST_STAGED) | IN(ST_SUSPENDED)), false},
};

/* What a client asked to be spared, by a parameter of its Content-Type: okta-response="omitCredentials,...". */
static bool spared(const struct call *c, const char *word)
{
	struct slice type = c->req->content_type;
	const char *at = type.n ? memmem(type.p, type.n, "okta-response=", 14) : NULL;
	struct slice list, one;

	if (!at)
		return false;
	list = (struct slice){at + 14, type.n - (size_t)(at + 14 - type.p)};
	while (list.n && slice_cut(&list, ',', &one)) {
		while (one.n && strchr(" \"'", one.p[0]))
			one = (struct slice){one.p + 1, one.n - 1};
		while (one.n && strchr(" \"';", one.p[one.n - 1]))
			one.n--;
		if (slice_is(one, word))
			return true;
	}
	return false;
}

static void add_links(struct buf *b, const struct call *c, const struct obj *u)
{
	const struct obj *type = store_at(c->s, u->parent);
	bool spare = spared(c, "omitCredentialsLinks");

	for (size_t i = 0; i < LEN(links); i++) {
		if (!(links[i].states & IN(u->status)) || (spare && links[i].credentials))
			continue;
		buf_addf(b, ",\"%s\":{\"href\":\"%s/api/v1/users/%s%s\",\"method\":\"%s\"}",
			links[i].name, c->s->base_url, u->id, links[i].tail,
			links[i].post ? "POST" : "DELETE");
	}
	if (!type)
		return;
	add_href(b, c, "schema", "/api/v1/meta/schemas/user/%s", store_at(c->s, type->ref)->id);
	add_href(b, c, "type", "/api/v1/meta/types/user/%s", type->id);
}

void add_user(struct buf *b, const struct call *c, const struct obj *u, bool all)
{
	if (spared(c, "omitCredentials")) {
		AUTO_PTR(js) doc = obj_doc(u);

		js_del(doc, "credentials");
		js_write(b, doc);
	} else {
		buf_add_slice(b, obj_text(u));
	}
	add_nested(b, "_links");
	add_href(b, c, "self", "/api/v1/users/%s", u->id);
	if (all)
		add_links(b, c, u);
	buf_adds(b, "}}");
}

/* Who calls, when that is a user. */
static struct obj *me(const struct call *c)
{
	struct obj *u = c->actor ? c->actor : store_at(c->s, c->s->admin);

	return u && u->kind == K_USER ? u : NULL;
}

/* A login without its domain, as long as only one user has it. */
static struct obj *user_by_short_name(const struct sandbox *s, struct slice id)
{
	AUTO(buf) struct buf want = BUF_TEXT;
	struct obj *found = NULL;

	/* an id of somebody who is gone is no name */
	if (!id.n || id.n > SHORT_MAX || slice_starts(id, "00u") || memchr(id.p, '@', id.n))
		return NULL;
	buf_addf(&want, "\"login\":\"%.*s@", SLICE_ARG(id));
	for (uint32_t i = 0; i < s->of[K_USER].n; i++) {
		struct obj *u = store_at(s, s->of[K_USER].v[i]);
		struct slice text = obj_text(u);

		if (!memmem(text.p, text.n, want.p, want.n))
			continue;
		if (found)
			return NULL;
		found = u;
	}
	return found;
}

struct obj *user_of(struct call *c, struct slice id)
{
	struct obj *u = slice_is(id, "me") ? me(c) : store_find(c->s, K_USER, id);

	if (!u)
		u = name_find(c->s, K_USER, 0, id);
	if (!u)
		u = user_by_short_name(c->s, id);
	if (!u || u->dead) {
		fail_missing(c, id, "User");
		return NULL;
	}
	return u;
}

void reply_user(struct call *c, const struct obj *u)
{
	reply_status(c, 200);
	add_user(&c->res->body, c, u, true);
}

/* A hash of the profile alone: what changes a state does not change the tag. */
static void add_etag(struct buf *b, const struct obj *u)
{
	AUTO_PTR(js) doc = obj_doc(u);
	AUTO(buf) struct buf text = BUF_TEXT;

	js_write_sorted(&text, js_get(doc, "profile"));
	buf_adds(b, "W/\"");
	hash_add_sha256(b, buf_slice(&text));
	buf_addc(b, '"');
}

static void get_user(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);

	if (!u)
		return;
	reply_user(c, u);
	/* nobody signs in, so no device of anybody's is blocked */
	if (query_is(c, "expand", "blocks")) {
		c->res->body.n--;
		buf_adds(&c->res->body, ",\"_embedded\":{\"blocks\":[]}}");
	}
	buf_adds(&c->res->headers, "ETag: ");
	add_etag(&c->res->headers, u);
	buf_adds(&c->res->headers, "\r\n");
}

static bool tag_fits(struct call *c, const struct obj *u)
{
	AUTO(buf) struct buf tag = BUF_TEXT;
	struct slice want = c->req->if_match;

	if (!want.p)
		return true;
	add_etag(&tag, u);
	if (slice_is(want, "*") || slice_eq(want, buf_slice(&tag)))
		return true;
	if (want.n < 2 || want.p[want.n - 1] != '"')
		fail(c, 400, "E0000242", "The ETag is not valid.", NULL);
	else
		fail(c, 412, "E0000231", "The resource was changed since it was read.", NULL);
	return false;
}

int user_fits(const struct js *doc, struct slice q)
{
	static const char *const fields[] = {
		"profile.firstName", "profile.lastName", "profile.email", "profile.login"};

	for (size_t i = 0; i < LEN(fields); i++) {
		struct slice v = js_str(js_path(doc, fields[i]));

		if (slice_starts_fold(v, q))
			return 1;
	}
	return 0;
}

static bool only_user(const struct sandbox *s, const struct filter *f, const struct obj **ret)
{
	struct slice v;

	if (filter_only_eq(f, "id", &v))
		*ret = store_find(s, K_USER, v);
	else if (filter_only_eq(f, "profile.login", &v))
		*ret = name_find(s, K_USER, 0, v);
	else
		return false;
	return true;
}

static bool is_deprovisioned(const struct obj *u)
{
	return u->status == ST_DEPROVISIONED;
}

static void add_listed(struct buf *b, struct call *c, const struct obj *u)
{
	add_user(b, c, u, false);
}

static void list_users(struct call *c)
{
	static const struct listing l = {
		.kind = K_USER,
		.filter =
			"id|status|lastUpdated|profile.login|profile.email|profile.firstName|profile.lastName",
		.ranges = "lastUpdated",
		.search =
			"id|status|created|activated|statusChanged|lastUpdated|lastLogin|type.id|realmId|credentials.|profile.",
		.parts = "profile.firstName|profile.lastName|profile.email|profile.login",
		.limit = 200,
		.max = 200,
		.q_limit = 10,
		.q_max = 200,
		.keep = "filter|search|sortBy|sortOrder",
		.fits = user_fits,
		.hidden = is_deprovisioned,
		.only = only_user,
		.add = add_listed,
	};

	list_objects(c, &l);
}

/* The profile as Okta prints it: six attributes always, the rest where they are set. */
static struct js *tidy_profile(const struct js *from)
{
	static const char *const always[] = {
		"firstName", "lastName", "mobilePhone", "secondEmail", "login", "email"};
	struct js *to = js_new_map();

	for (size_t i = 0; i < LEN(always); i++) {
		const struct js *v = js_get(from, always[i]);

		js_set(to, always[i], js_type(v) == JS_STR ? js_copy(v) : js_new_null());
	}
	for (void *it = js_first(from); it; it = js_next(from, it)) {
		if (js_type(js_val(it)) != JS_NULL && !js_get(to, js_key(it)))
			js_set(to, js_key(it), js_copy(js_val(it)));
	}
	return to;
}

static bool login_free(struct call *c, struct slice login, const struct obj *self)
{
	const struct obj *other = name_find(c->s, K_USER, 0, login);

	if (!other || other == self)
		return true;
	fail_field(c, "login",
		"login: An object with this field already exists in the current organization");
	return false;
}

static bool check_profile(struct call *c, uint32_t type, const struct js *profile,
	const struct obj *self, const char *what)
{
	const struct obj *schema = schema_of_type(c->s, type);

	return schema_check(c, schema, profile, what) &&
	       login_free(c, js_str(js_get(profile, "login")), self) &&
	       schema_unique(c, schema, profile, self);
}

static const struct obj *type_of(struct call *c)
{
	struct slice id = js_str(js_path(c->body, "type.id"));
	const struct obj *t = !js_get(c->body, "type") || slice_is(id, "default")
				      ? store_at(c->s, c->s->type)
				      : store_find(c->s, K_TYPE, id);

	if (!t)
		fail_missing(c, id, "UserType");
	return t;
}

static bool groups_exist(struct call *c, const struct js *ids)
{
	if (js_len(ids) > GROUPS_MAX) {
		fail(c, 400, "E0000093", "Target count limit exceeded",
			"The number of group targets is too large");
		return false;
	}
	for (size_t i = 0; i < js_len(ids); i++) {
		const struct obj *g = group_of(c, js_str(js_at(ids, i)));

		if (!g)
			return false;
		if (g->sub) {
			fail_field(
				c, "groupIds", "groupIds: the group %s cannot be assigned", g->id);
			return false;
		}
	}
	return true;
}

static void name_user(struct call *c, struct obj *u, const struct js *doc)
{
	name_set(c->s, K_USER, 0, js_str(js_path(doc, "profile.login")), u->ix);
}

/* A realm that is none is taken for the default one. */
static void put_realm(struct call *c, struct js *doc)
{
	const struct obj *realm = store_find(c->s, K_REALM, js_str(js_get(c->body, "realmId")));

	if (realm)
		js_set(doc, "realmId", js_new_strz(realm->id));
}

static struct js *user_doc(struct call *c, const struct obj *u, const struct obj *type)
{
	static const char *const times[] = {"created", "activated", "statusChanged", "lastLogin",
		"lastUpdated", "passwordChanged"};
	struct js *doc = js_new_map(), *t = js_new_map();

	js_set(doc, "id", js_new_strz(u->id));
	js_set(doc, "status", js_new_strz("STAGED"));
	for (size_t i = 0; i < LEN(times); i++)
		js_set(doc, times[i], js_new_null());
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(t, "id", js_new_strz(type->id));
	js_set(doc, "realmId", js_new_strz(c->s->realm_id));
	put_realm(c, doc);
	js_set(doc, "type", t);
	js_set(doc, "profile", tidy_profile(js_get(c->body, "profile")));
	js_set(doc, "credentials", js_new_map());
	return doc;
}

static void join_groups(struct call *c, struct obj *u, const struct js *ids)
{
	for (size_t i = 0; i < js_len(ids); i++) {
		struct obj *g = store_find(c->s, K_GROUP, js_str(js_at(ids, i)));

		if (!member_add(c->s, g, u, ORIGIN_DIRECT, c->stamp))
			continue;
		log_also(c, &(struct log_note){"group.user_membership.add", {u, g}, NULL});
		log_granted(c->s, g, NULL, u, true);
	}
}

static void create_user(struct call *c)
{
	bool activate = !query_is(c, "activate", "false"),
	     change = query_is(c, "nextLogin", "changePassword");
	const struct obj *type = type_of(c);
	struct credentials cred = {0};
	struct obj *u;

	if (!type)
		return;
	js_set(c->body, "profile",
		schema_defaults(schema_of_type(c->s, type->ix), js_get(c->body, "profile")));
	if (!check_profile(c, type->ix, js_get(c->body, "profile"), NULL, "newUser") ||
		!groups_exist(c, js_get(c->body, "groupIds")) || !credentials_read(c, &cred))
		return;
	if (change && (!cred.password || !activate)) {
		fail(c, 400, cred.password ? "E0000125" : "E0000124",
			"Could not create user. To create a user and expire their password immediately, a password must be specified and activate must be true.",
			NULL);
		return;
	}
	u = store_new(c->s, K_USER, "00u");
	u->parent = type->ix;
	c->made = u;
	if (c->s->admin == NO_OBJ)
		c->s->admin = u->ix;
	{
		AUTO_PTR(js) doc = user_doc(c, u, type);

		name_user(c, u, doc);
		credentials_set(c, u, doc, &cred);
		user_set_status(c, u, doc, ST_STAGED);
		if (!cred.password)
			js_set(doc, "statusChanged", js_new_null());
		if (activate)
			user_set_status(c, u, doc,
				change ? ST_PASSWORD_EXPIRED
				: cred.password ||
						(cred.federated && query_is(c, "provider", "true"))
					? ST_ACTIVE
					: ST_PROVISIONED);
		obj_put(u, doc);
	}
	if (activate)
		log_also(c, &(struct log_note){"user.lifecycle.activate", {u}, NULL});
	log_granted(c->s, store_at(c->s, c->s->everyone), NULL, u, true);
	join_groups(c, u, js_get(c->body, "groupIds"));
	rules_run(c->s, u, c->stamp);
	reply_user(c, u);
}

/* What was there with what came in on top; null takes away. */
static struct js *merge(const struct js *old, const struct js *new)
{
	struct js *to = js_copy(old);

	for (void *it = js_first(new); it; it = js_next(new, it)) {
		if (js_type(js_val(it)) == JS_NULL)
			js_del(to, js_key(it));
		else
			js_set(to, js_key(it), js_copy(js_val(it)));
	}
	return to;
}

static void put_type(struct obj *u, struct js *doc, const struct obj *type)
{
	struct js *t = js_new_map();

	u->parent = type->ix;
	js_set(t, "id", js_new_strz(type->id));
	js_set(doc, "type", t);
}

static bool put_profile(struct call *c, struct obj *u, struct js *doc, bool replace)
{
	const struct js *in = js_get(c->body, "profile"), *old = js_get(doc, "profile");
	const struct obj *type = js_get(c->body, "type") ? type_of(c) : store_at(c->s, u->parent);
	AUTO_PTR(js) merged = replace ? NULL : merge(old, in);
	AUTO_PTR(js)
	want = type ? schema_defaults(schema_of_type(c->s, type->ix), replace ? in : merged) : NULL;
	struct slice login = js_str(js_get(old, "login"));

	if (!type)
		return false;
	if (!replace && type->ix != u->parent) {
		fail_field(c, "type", "type: the user type can only be changed by a full update");
		return false;
	}
	/* schema_check wants nulls to be absent */
	if (js_type(in) == JS_MAP && !check_profile(c, type->ix, want, u, "user"))
		return false;
	put_type(u, doc, type);
	put_realm(c, doc);
	if (js_type(in) != JS_MAP)
		return true;
	name_drop(c->s, K_USER, 0, login, u->ix);
	js_set(doc, "profile", tidy_profile(want));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	name_user(c, u, doc);
	return true;
}

/* What has an event of its own besides the profile's. */
static void log_parts(struct call *c, const struct obj *u, const struct js *old,
	const struct js *now, const struct credentials *cred)
{
	static const struct {
		const char *path, *event;
	} parts[] = {
		{"profile.email", "user.account.update_primary_email"},
		{"profile.secondEmail", "user.account.update_secondary_email"},
	};
	struct slice from = js_str(js_path(old, "type.id")), to = js_str(js_path(now, "type.id"));
	AUTO(buf) struct buf types = BUF_TEXT;

	for (size_t i = 0; i < LEN(parts); i++) {
		if (!js_equal(js_path(old, parts[i].path), js_path(now, parts[i].path)))
			log_also(c, &(struct log_note){parts[i].event, {u}, NULL});
	}
	if (cred->password && js_type(js_get(c->body, "profile")) == JS_MAP)
		log_also(c, &(struct log_note){"user.account.update_password", {u}, NULL});
	if (slice_eq(from, to))
		return;
	buf_addf(&types, "\"oldUserType\":\"%.*s\",\"newUserType\":\"%.*s\"", SLICE_ARG(from),
		SLICE_ARG(to));
	log_also(c, &(struct log_note){"user.account.update_user_type", {u}, buf_str(&types)});
}

static void change_user(struct call *c, bool replace)
{
	struct obj *u = user_of(c, c->arg[0]);
	struct credentials cred = {0};
	AUTO_PTR(js) doc = NULL;
	AUTO_PTR(js) old = NULL;

	if (!u || !tag_fits(c, u) || !credentials_read(c, &cred))
		return;
	if (cred.hashed && u->status != ST_STAGED) {
		fail_field(c, "password", "password: A hash can be set for a staged user only");
		return;
	}
	doc = obj_doc(u);
	old = obj_doc(u);
	if (!put_profile(c, u, doc, replace))
		return;
	credentials_set(c, u, doc, &cred);
	if (cred.password && js_type(js_get(c->body, "profile")) != JS_MAP)
		c->event = "user.account.update_password";
	/* a password set by an administrator ends whatever waits for the user to set one */
	if (cred.password && (u->status == ST_PROVISIONED || u->status == ST_RECOVERY ||
				     u->status == ST_PASSWORD_EXPIRED))
		user_set_status(c, u, doc, ST_ACTIVE);
	obj_put(u, doc);
	log_parts(c, u, old, doc, &cred);
	rules_run(c->s, u, c->stamp);
	reply_user(c, u);
}

static void post_user(struct call *c)
{
	change_user(c, false);
}

static void put_user(struct call *c)
{
	change_user(c, true);
}

const struct route routes_users[] = {
	{"GET", "/api/v1/users", list_users, 0, NULL},
	{"POST", "/api/v1/users", create_user, R_BODY, "user.lifecycle.create"},
	{"GET", "/api/v1/users/{id}", get_user, 0, NULL},
	{"POST", "/api/v1/users/{id}", post_user, R_BODY, "user.account.update_profile"},
	{"PUT", "/api/v1/users/{id}", put_user, R_BODY, "user.account.update_profile"},
	{"DELETE", "/api/v1/users/{id}", user_delete, 0, "user.lifecycle.deactivate"},
	{"POST", "/api/v1/users/{id}/lifecycle/{action}", user_lifecycle, R_OPT_BODY,
		"user.lifecycle.*"},
	{"GET", "/api/v1/users/{id}/groups", user_groups, 0, NULL},
	{"GET", "/api/v1/users/{id}/appLinks", user_app_links, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
