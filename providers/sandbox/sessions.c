/*
 * Sessions. Nobody signs in here, so only a seed begins one.
 */
#include "providers/sandbox/core.h"

#include "base/rfc3339.h"

enum { LIFE_S = 2 * 3600 };

static void set_end(struct call *c, struct js *doc)
{
	AUTO(buf) struct buf end = BUF_MAX(64);

	rfc3339_add(&end, c->now + LIFE_S);
	js_set(doc, "expiresAt", js_new_str(buf_slice(&end)));
}

/* A session that has run out is gone. */
static struct obj *session_of(struct call *c)
{
	struct obj *o = store_find(c->s, K_SESSION, c->arg[0]);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (o && slice_cmp(js_str(js_get(doc, "expiresAt")), slice_of(c->stamp)) > 0)
		return o;
	fail_missing(c, c->arg[0], "Session");
	return NULL;
}

static void reply_session(struct call *c, const struct obj *o)
{
	struct buf *b = &c->res->body;

	reply_status(c, 200);
	buf_add_slice(b, obj_text(o));
	add_nested(b, "_links");
	add_hint(b, c, "self", "GET|DELETE", "/api/v1/sessions/%s", o->id);
	add_hint(b, c, "refresh", "POST", "/api/v1/sessions/%s/lifecycle/refresh", o->id);
	add_hint(b, c, "user", "GET", "/api/v1/users/%s", store_at(c->s, o->parent)->id);
	buf_adds(b, "}}");
}

/* Only a seed does this: {"userId": "00u…"}. */
static void create_session(struct call *c)
{
	const struct obj *u;
	AUTO_PTR(js) user = NULL;
	AUTO_PTR(js) doc = NULL;
	struct js *amr, *idp;

	if (!c->s->filling) {
		fail(c, 501, "E0000052",
			"Signing in is not modelled by the local tenant (Okta has it).", NULL);
		return;
	}
	u = user_of(c, js_str(js_get(c->body, "userId")));
	if (!u)
		return;
	user = obj_doc(u);
	doc = js_new_map();
	c->made = store_new(c->s, K_SESSION, "102");
	c->made->parent = u->ix;
	js_set(doc, "id", js_new_strz(c->made->id));
	js_set(doc, "login", js_copy(js_path(user, "profile.login")));
	js_set(doc, "userId", js_new_strz(u->id));
	js_set(doc, "createdAt", js_new_strz(c->stamp));
	set_end(c, doc);
	js_set(doc, "status", js_new_strz("ACTIVE"));
	js_set(doc, "lastPasswordVerification", js_new_strz(c->stamp));
	js_set(doc, "lastFactorVerification", js_new_null());
	amr = js_new_list();
	js_push(amr, js_new_strz("pwd"));
	js_set(doc, "amr", amr);
	idp = js_new_map();
	js_set(idp, "id", js_new_strz(c->s->org_id));
	js_set(idp, "type", js_new_strz("OKTA"));
	js_set(doc, "idp", idp);
	js_set(doc, "mfaActive", js_new_bool(false));
	obj_put(c->made, doc);
	reply_session(c, c->made);
}

static void get_session(struct call *c)
{
	const struct obj *o = session_of(c);

	if (o)
		reply_session(c, o);
}

static void refresh_session(struct call *c)
{
	struct obj *o = session_of(c);
	AUTO_PTR(js) doc = o ? obj_doc(o) : NULL;

	if (!o)
		return;
	set_end(c, doc);
	obj_put(o, doc);
	reply_session(c, o);
}

static void delete_session(struct call *c)
{
	struct obj *o = session_of(c);

	if (!o)
		return;
	store_drop(c->s, o);
	reply_status(c, 204);
}

/* A token is no session: there is nothing that "me" could be. */
const struct route routes_sessions[] = {
	{"POST", "/api/v1/sessions", create_session, R_BODY, "user.session.start"},
	{"GET", "/api/v1/sessions/{id}", get_session, 0, NULL},
	{"DELETE", "/api/v1/sessions/{id}", delete_session, 0, "user.session.end"},
	{"POST", "/api/v1/sessions/{id}/lifecycle/refresh", refresh_session, R_OPT_BODY,
		"user.session.refresh"},
	{NULL, NULL, NULL, 0, NULL},
};
