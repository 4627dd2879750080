/*
 * A user's states, and end.
 */
#include "providers/sandbox/log.h"
#include "providers/sandbox/user.h"

#define IN(st) (1U << (st))

enum answer { A_EMPTY, A_USER, A_TOKEN, A_RESET, A_TEMP };

struct action {
	const char *name;
	unsigned from;
	enum status to; /* ST_COUNT: stays; see arrive */
	enum answer answer;
	bool mails; /* unless told not to; else it answers with the link unless told to mail it */
	uint16_t status;
	const char *code, *summary; /* of the refusal */
	const char *event;          /* NULL: user.lifecycle. and the name */
};

static const char wrong_state[] = "This operation is not allowed in the user's current status.";

#define WITH_PASSWORD                                                                              \
	(IN(ST_ACTIVE) | IN(ST_PASSWORD_EXPIRED) | IN(ST_LOCKED_OUT) | IN(ST_RECOVERY) |           \
		IN(ST_PROVISIONED))

static const struct action actions[] = {
	{"activate", IN(ST_STAGED) | IN(ST_DEPROVISIONED), ST_PROVISIONED, A_TOKEN, true, 403,
		"E0000016", "Activation failed because the user is already active", NULL},
	{"reactivate", IN(ST_PROVISIONED) | IN(ST_RECOVERY), ST_PROVISIONED, A_TOKEN, false, 403,
		"E0000038", wrong_state, NULL},
	{"deactivate", ~IN(ST_DEPROVISIONED), ST_DEPROVISIONED, A_EMPTY, false, 403, "E0000038",
		wrong_state, NULL},
	{"suspend", IN(ST_ACTIVE), ST_SUSPENDED, A_EMPTY, false, 400, "E0000001",
		"Api validation failed: suspendUser", NULL},
	{"unsuspend", IN(ST_SUSPENDED), ST_ACTIVE, A_EMPTY, false, 400, "E0000001",
		"Api validation failed: unsuspendUser", NULL},
	{"unlock", IN(ST_LOCKED_OUT), ST_ACTIVE, A_EMPTY, false, 403, "E0000032",
		"Unlock is not allowed for this user", "user.account.unlock_by_admin"},
	{"expire_password", WITH_PASSWORD & ~IN(ST_LOCKED_OUT), ST_PASSWORD_EXPIRED, A_USER, false,
		403, "E0000038", wrong_state, "user.account.expire_password"},
	{"expire_password_with_temp_password", WITH_PASSWORD & ~IN(ST_LOCKED_OUT),
		ST_PASSWORD_EXPIRED, A_TEMP, false, 403, "E0000038", wrong_state,
		"user.account.expire_password"},
	{"reset_password", WITH_PASSWORD, ST_RECOVERY, A_RESET, true, 403, "E0000038", wrong_state,
		"user.account.reset_password"},
	{"reset_factors", ~(IN(ST_DEPROVISIONED) | IN(ST_SUSPENDED)), ST_COUNT, A_EMPTY, false, 403,
		"E0000038", wrong_state, "user.mfa.factor.reset_all"},
	/* too many wrong passwords: nobody signs in here, so a seed says that it happened */
	{"lock", IN(ST_ACTIVE), ST_LOCKED_OUT, A_EMPTY, false, 403, "E0000038", wrong_state,
		"user.account.lock"},
};

void user_set_status(struct call *c, struct obj *u, struct js *doc, enum status st)
{
	obj_set_status(u, doc, st);
	js_set(doc, "statusChanged", js_new_strz(c->stamp));
	if (js_type(js_get(doc, "activated")) == JS_NULL && st != ST_STAGED &&
		st != ST_DEPROVISIONED)
		js_set(doc, "activated", js_new_strz(c->stamp));
}

/* An activation leads whoever has a password, or needs none, past the welcome. */
static enum status arrive(const struct action *a, const struct js *doc)
{
	bool ready =
		js_path(doc, "credentials.password") ||
		slice_in(js_str(js_path(doc, "credentials.provider.type")), "FEDERATION|SOCIAL");

	return a->answer == A_TOKEN && a->mails && ready ? ST_ACTIVE : a->to;
}

static void add_secret_url(struct call *c, const char *path, const char *key, bool token)
{
	struct buf *b = &c->res->body;
	char id[21];

	store_new_id(c->s, "tok", id);
	buf_addf(b, "{\"%s\":\"%s/%s/%s\"", key, c->s->base_url, path, id);
	if (token)
		buf_addf(b, ",\"activationToken\":\"%s\"", id);
	buf_addc(b, '}');
}

void user_add_reset_url(struct call *c)
{
	buf_clear(&c->res->body);
	add_secret_url(c, "reset_password", "resetPasswordUrl", false);
}

static void add_temp_password(struct call *c)
{
	char id[21];

	store_new_id(c->s, "Aa1", id);
	buf_addf(&c->res->body, "{\"tempPassword\":\"%.12s\"}", id);
}

static void answer(struct call *c, const struct action *a, const struct obj *u)
{
	bool quiet =
		a->mails ? query_is(c, "sendEmail", "false") : !query_is(c, "sendEmail", "true");

	if (a->answer == A_USER && !query_is(c, "tempPassword", "true")) {
		reply_user(c, u);
		return;
	}
	reply_status(c, 200);
	if (a->answer == A_TOKEN && quiet && u->status == ST_PROVISIONED)
		add_secret_url(c, "welcome", "activationUrl", true);
	else if (a->answer == A_RESET && quiet)
		user_add_reset_url(c);
	else if (a->answer == A_USER || a->answer == A_TEMP)
		add_temp_password(c);
	else
		buf_adds(&c->res->body, "{}");
}

/* Deactivation takes the user's own assignments; groups are kept. */
static void drop_apps(struct call *c, struct obj *u)
{
	while (u->out.n)
		unassign_user(c->s, store_at(c->s, u->out.v[u->out.n - 1].to), u);
}

void user_move(struct call *c, struct obj *u, enum status to)
{
	AUTO_PTR(js) doc = obj_doc(u);
	bool back = u->status == ST_DEPROVISIONED;

	if (to == ST_DEPROVISIONED)
		log_apps_of(c->s, u, false);
	user_set_status(c, u, doc, to);
	obj_put_changed(c, u, doc);
	if (to == ST_DEPROVISIONED)
		drop_apps(c, u);
	else if (back)
		log_apps_of(c->s, u, true);
	rules_run(c->s, u, c->stamp);
}

void user_lifecycle(struct call *c)
{
	const struct action *a = NULL;
	struct obj *u = user_of(c, c->arg[0]);

	if (!u)
		return;
	for (size_t i = 0; i < LEN(actions); i++) {
		if (slice_is(c->arg[1], actions[i].name) &&
			(actions[i].to != ST_LOCKED_OUT || c->s->filling))
			a = &actions[i];
	}
	if (!a) {
		fail(c, 501, "E0000052",
			"This endpoint is not modelled by the local tenant (Okta may have it).",
			NULL);
		return;
	}
	if (!(a->from & IN(u->status))) {
		fail(c, a->status, a->code, a->summary,
			a->status == 400 ? "Cannot do this in the user's current status" : NULL);
		return;
	}
	c->event = a->event;
	if (a->to != ST_COUNT) {
		AUTO_PTR(js) doc = obj_doc(u);

		user_move(c, u, arrive(a, doc));
	}
	if (streq(a->name, "reset_factors"))
		factors_reset(c->s, u);
	if (query_is(c, "revokeSessions", "true") || u->status == ST_DEPROVISIONED)
		user_end_sessions(c->s, u);
	answer(c, a, u);
}

static void forget(struct call *c, struct obj *u)
{
	AUTO_PTR(js) doc = obj_doc(u);

	drop_apps(c, u);
	store_drop_ties(c->s, u);
	while (u->in.n) {
		struct obj *g = store_at(c->s, u->in.v[u->in.n - 1].to);
		uint32_t at;

		while ((at = edge_find(&g->in, u->ix)) < g->in.n && g->in.v[at].to == u->ix)
			edge_del(&g->in, u->ix, g->in.v[at].tag);
		edge_del(&u->in, g->ix, 0);
	}
	name_drop(c->s, K_USER, 0, js_str(js_path(doc, "profile.login")), u->ix);
	store_drop(c->s, u);
}

/* The first DELETE deactivates, the second one deletes. */
void user_delete(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]);

	if (!u)
		return;
	if (u->ix == c->s->admin && u->status == ST_DEPROVISIONED) {
		fail(c, 403, "E0000006",
			"You do not have permission to perform the requested action", NULL);
		return;
	}
	if (u->status == ST_DEPROVISIONED) {
		c->event = "user.lifecycle.delete.initiated";
		log_system(c->s, &(struct log_note){"user.lifecycle.delete.completed", {u}, NULL});
		forget(c, u);
	} else {
		user_move(c, u, ST_DEPROVISIONED);
	}
	reply_status(c, 204);
}

void user_groups(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]), *all = store_at(c->s, c->s->everyone);
	struct page p;

	if (!u || !page_begin(c, &p, 200, 200))
		return;
	if (user_in_group(c->s, u, all) && (!p.has_after || p.after < all->ix))
		add_group(page_item(c, &p, all->ix), c, all);
	for (uint32_t i = p.has_after ? edge_find(&u->in, p.after + 1) : 0; i < u->in.n; i++) {
		if (!page_more(&p))
			break;
		add_group(page_item(c, &p, u->in.v[i].to), c, store_at(c->s, u->in.v[i].to));
	}
	page_end(c, &p, "");
}

static void add_app_link(struct buf *b, struct call *c, const struct obj *u, const struct obj *a)
{
	AUTO_PTR(js) doc = obj_doc(a);

	buf_addf(b, "{\"id\":\"%.3s%.17s\",\"label\":", u->id, a->id + 3);
	js_write(b, js_get(doc, "label"));
	buf_addf(b, ",\"linkUrl\":\"%s/home/", c->s->base_url);
	buf_add_url(b, js_str(js_get(doc, "name")));
	buf_addf(b,
		"/%s/aln1\",\"logoUrl\":\"%s/assets/img/logos/default.png\",\"appName\":", a->id,
		c->s->base_url);
	js_write(b, js_get(doc, "name"));
	buf_addf(b,
		",\"appInstanceId\":\"%s\",\"appAssignmentId\":\"0ua%s\",\"credentialsSetup\":false,\"hidden\":false,\"sortOrder\":0}",
		a->id, u->id + 3);
}

void user_app_links(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct page p;

	if (!u || !page_begin(c, &p, 0, 0))
		return;
	STORE_EACH(c->s, K_APP, a) {
		if (a->status == ST_ACTIVE &&
			(edge_has(&a->in, u->ix) || granting_group(c->s, a, u)))
			add_app_link(page_item(c, &p, a->ix), c, u, a);
	}
	page_end(c, &p, NULL);
}
