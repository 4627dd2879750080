/*
 * What hangs on one user beside the profile: classification, and lists that are empty here. None of it is
 * printed with the user, so it is kept apart from the document.
 */
#include "providers/sandbox/oauth.h"
#include "providers/sandbox/user.h"

#include "base/xalloc.h"

#include <stdlib.h>

struct js *user_hidden(const struct obj *u)
{
	struct err e = ERR_INIT;
	struct js *doc = NULL;

	if (!u->secret)
		return js_new_map();
	if (js_parse(slice_of(u->secret), "a user's hidden part", &doc, &e) < 0)
		BUG("a user's hidden part is no JSON: %s", e.msg);
	return doc;
}

void user_hide(struct obj *u, const char *key, struct js *val)
{
	AUTO_PTR(js) doc = user_hidden(u);
	AUTO(buf) struct buf text = BUF_TEXT;

	js_set(doc, key, val);
	js_write(&text, doc);
	free(u->secret);
	u->secret = xstrndup(buf_str(&text), text.n);
}

/* --- classification --- */

static void reply_class(struct call *c, const struct obj *u)
{
	AUTO_PTR(js) hidden = user_hidden(u);
	AUTO_PTR(js) doc = obj_doc(u);
	const struct js *set = js_get(hidden, "classification");
	struct js *reply = set ? js_copy(set) : js_new_map();

	js_default(reply, "type", js_new_strz("STANDARD"));
	js_default(reply, "lastUpdated", js_copy(js_get(doc, "created")));
	reply_js(c, 200, reply);
}

static void get_class(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);

	if (u)
		reply_class(c, u);
}

static void put_class(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);
	struct slice type = js_str(js_get(c->body, "type"));
	struct js *set;

	if (!u)
		return;
	if (!slice_in(type, "LITE|STANDARD")) {
		fail_field(c, "type", "type: must be LITE or STANDARD");
		return;
	}
	set = js_new_map();
	js_set(set, "type", js_new_str(type));
	js_set(set, "lastUpdated", js_new_strz(c->stamp));
	user_hide(u, "classification", set);
	reply_class(c, u);
}

/* --- sessions, and what nobody can have here --- */

void user_end_sessions(struct sandbox *s, const struct obj *u)
{
	STORE_EACH(s, K_SESSION, o) {
		if (o->parent == u->ix)
			store_drop(s, o);
	}
}

static void delete_sessions(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);

	if (!u)
		return;
	user_end_sessions(c->s, u);
	if (query_is(c, "oauthTokens", "true"))
		oauth_drop_user(c, u->ix, NO_OBJ);
	reply_status(c, 204);
}

static void list_tokens(struct call *c)
{
	fail(c, 501, "E0000052", "The tokens of a user are not listed here (Okta does).", NULL);
}

static void revoke_tokens(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct client client = {0};

	if (!u)
		return;
	if (oauth_client_find(c, c->arg[1], &client)) {
		oauth_drop_user(c, u->ix, client.app->ix);
		reply_status(c, 204);
	} else {
		fail_missing(c, c->arg[1], "PublicClientApp");
	}
	client_release(&client);
}

/* Nobody is asked for a password or for consent, so nothing is blocked or granted. */
static void list_nothing(struct call *c)
{
	struct page p;

	if (user_of(c, c->arg[0]) && page_begin(c, &p, 0, 0))
		page_end(c, &p, NULL);
}

static void list_no_grants(struct call *c)
{
	struct page p;

	if (user_of(c, c->arg[0]) && page_begin(c, &p, 20, 200))
		page_end(c, &p, "expand|scopeId");
}

static void list_no_grants_of_client(struct call *c)
{
	struct client client = {0};

	if (oauth_client_find(c, c->arg[1], &client))
		list_no_grants(c);
	else
		fail_missing(c, c->arg[1], "PublicClientApp");
	client_release(&client);
}

static void revoke_nothing(struct call *c)
{
	if (user_of(c, c->arg[0]))
		reply_status(c, 204);
}

static void find_nothing(struct call *c)
{
	if (user_of(c, c->arg[0]))
		fail_missing(c, c->arg[1], "OAuth2ScopeConsentGrant");
}

#define USER "/api/v1/users/{id}"

const struct route routes_user_extra[] = {
	{"GET", USER "/classification", get_class, 0, NULL},
	{"PUT", USER "/classification", put_class, R_BODY, "user.account.update_classification"},
	{"DELETE", USER "/sessions", delete_sessions, 0, "user.session.clear"},
	{"GET", USER "/blocks", list_nothing, 0, NULL},
	{"GET", USER "/clients/{client}/grants", list_no_grants_of_client, 0, NULL},
	{"DELETE", USER "/clients/{client}/grants", revoke_nothing, 0, NULL},
	{"GET", USER "/clients/{client}/tokens", list_tokens, 0, NULL},
	{"DELETE", USER "/clients/{client}/tokens", revoke_tokens, 0, NULL},
	{"GET", USER "/grants", list_no_grants, 0, NULL},
	{"DELETE", USER "/grants", revoke_nothing, 0, NULL},
	{"GET", USER "/grants/{grant}", find_nothing, 0, NULL},
	{"DELETE", USER "/grants/{grant}", find_nothing, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
