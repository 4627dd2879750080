/*
 * The System Log: what an event says of its caller, its targets, and what changed.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/log.h"

#include <stdio.h>

/* --- targets --- */

static const struct {
	enum kind kind;
	const char *type;
} type_names[] = {
	{K_USER, "User"},
	{K_GROUP, "UserGroup"},
	{K_GROUP_RULE, "GroupRule"},
	{K_APP, "AppInstance"},
	{K_POLICY, "PolicyEntity"},
	{K_POLICY_RULE, "PolicyRule"},
	{K_AS_POLICY, "PolicyEntity"},
	{K_AS_RULE, "PolicyRule"},
	{K_ROLE_ASSIGN, "ROLE"},
	{K_DEVICE, "Device"},
	{K_ZONE, "NetworkZone"},
	{K_TYPE, "UserType"},
	{K_SCHEMA, "UserSchema"},
};

static const char *type_of(const struct obj *o)
{
	const struct collection *col;

	for (size_t i = 0; i < LEN(type_names); i++) {
		if (type_names[i].kind == (enum kind)o->kind)
			return type_names[i].type;
	}
	col = o->kind == K_SETTING ? collection_row(o) : collection_of(o->kind);
	return col ? col->type : "Resource";
}

/* What people call an object, twice: the name that is unique, and the one that is shown. */
static void put_names(struct buf *b, const struct obj *o, const struct js *doc)
{
	static const char *const unique[] = {"profile.login", "label", "name"};
	static const char *const shown[] = {"profile.name", "label", "name", "displayName"};
	AUTO(buf) struct buf full = BUF_TEXT;
	struct slice alt = {NULL, 0}, name = {NULL, 0};

	for (size_t i = 0; i < LEN(unique) && !alt.n; i++)
		alt = js_str(js_path(doc, unique[i]));
	for (size_t i = 0; i < LEN(shown) && !name.n; i++)
		name = js_str(js_path(doc, shown[i]));
	if (o->kind == K_USER) {
		buf_add_slice(&full, js_str(js_path(doc, "profile.firstName")));
		buf_addc(&full, ' ');
		buf_add_slice(&full, js_str(js_path(doc, "profile.lastName")));
		name = slice_trim(buf_slice(&full));
	}
	if (!alt.n)
		alt = SLICE("unknown");
	log_put(b, alt);
	log_put(b, name.n ? name : alt);
}

static void put_doc(struct buf *b, const struct obj *o, const struct js *doc)
{
	AUTO(buf) struct buf entry = BUF_TEXT;

	log_put(b, slice_of(type_of(o)));
	log_put(b, slice_of(o->id));
	put_names(b, o, doc);
	if (o->kind == K_POLICY || o->kind == K_AS_POLICY) {
		buf_adds(&entry, "{\"policyType\":");
		buf_add_json(&entry, js_str(js_get(doc, "type")));
		buf_addc(&entry, '}');
	}
	log_put_json(b, buf_slice(&entry));
}

static void put_target(struct buf *b, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);

	put_doc(b, o, doc);
}

/* A user as an app knows it: what a group gives has no object of its own, but an id. */
static void put_app_user(struct buf *b, const struct sandbox *s, const struct obj *app,
	const struct obj *u, const struct js *doc)
{
	const struct obj *own = store_at(s, edge_tag(&app->in, u->ix));
	char id[21];

	snprintf(id, sizeof(id), "0ua%s", u->id + 3);
	log_put(b, SLICE("AppUser"));
	log_put(b, slice_of(own ? own->id : id));
	put_names(b, u, doc);
	log_put(b, SLICE(""));
}

/* Both the user and its assignment. */
static void put_assigned(
	struct buf *b, const struct sandbox *s, const struct obj *app, const struct obj *u)
{
	AUTO_PTR(js) doc = obj_doc(u);

	put_doc(b, u, doc);
	put_app_user(b, s, app, u, doc);
}

/* Appends what is named; an assignment to an app, where the app stands first, names the three it is about. */
static uint8_t put_targets(struct buf *b, const struct sandbox *s, const char *type,
	const struct obj *const *list, size_t n)
{
	bool assignment = n > 1 && list[0] && list[0]->kind == K_APP && list[1] &&
			  list[1]->kind == K_USER &&
			  slice_starts(slice_of(type), "application.user_membership.");
	uint8_t count = 0;

	for (size_t i = 0; i < n && list[i]; i++) {
		if (i == 1 && assignment)
			put_assigned(b, s, list[0], list[1]);
		else
			put_target(b, list[i]);
		count++;
	}
	return (uint8_t)(count + assignment);
}

/* --- what changed --- */

/* What an update says of it: from and to at its target, or the names of attributes in debugData. */
static const struct told {
	enum kind kind;
	const char *path; /* in the document; NULL: all of it */
} told[] = {
	{K_USER, "profile"},
	{K_GROUP, "profile"},
	{K_APP, NULL},
	{K_IDP, NULL},
};

static const struct told *told_of(enum kind k)
{
	for (size_t i = 0; i < LEN(told); i++) {
		if (told[i].kind == k)
			return &told[i];
	}
	return NULL;
}

/* Keeps the object that the request is about to update, as it is. */
static void remember(struct call *c, const struct obj *o)
{
	bool itself = c->nseg == 4 && !streq(c->req->method, "DELETE");

	if (!itself || c->was || !told_of(o->kind))
		return;
	c->was = obj_doc(o);
	c->was_ix = o->ix;
}

/* Members of a that b has otherwise, or not at all. */
static void add_differing(
	struct buf *b, const struct js *one, const struct js *other, bool values, bool missing)
{
	for (void *it = js_first(one); it; it = js_next(one, it)) {
		const struct js *there = js_get(other, js_key(it));

		if (streq(js_key(it), "lastUpdated") ||
			(missing ? there != NULL : js_equal(js_val(it), there)))
			continue;
		if (b->n)
			buf_addc(b, ',');
		if (!values) {
			buf_adds(b, js_key(it));
			continue;
		}
		buf_add_json(b, slice_of(js_key(it)));
		buf_addc(b, ':');
		js_write(b, js_val(it));
	}
}

/* Leaves debugData's part in detail, the target's in change. */
static void add_change(struct call *c, struct buf *detail, struct buf *change)
{
	const struct obj *o = c->was ? store_at(c->s, c->was_ix) : NULL;
	const struct told *t = o && !o->dead ? told_of(o->kind) : NULL;
	AUTO_PTR(js) now = t ? obj_doc(o) : NULL;
	AUTO(buf) struct buf from = BUF_TEXT;
	AUTO(buf) struct buf to = BUF_TEXT;

	if (!t)
		return;
	if (t->path) {
		const struct js *a = js_path(c->was, t->path), *b = js_path(now, t->path);

		add_differing(&to, b, a, false, false);
		add_differing(&to, a, b, false, true);
		if (to.n) {
			buf_adds(detail, "\"changedAttributes\":");
			buf_add_json(detail, buf_slice(&to));
		}
		return;
	}
	add_differing(&from, c->was, now, true, false);
	add_differing(&to, now, c->was, true, false);
	if (from.n || to.n)
		buf_addf(change, "{\"from\":{%s},\"to\":{%s}}", buf_str(&from), buf_str(&to));
}

/* --- events --- */

void log_before(struct call *c, const struct route *r)
{
	const struct obj *named[ARG_MAX + 1] = {NULL};
	size_t n = 0;

	if (c->s->silent || !r->event)
		return;
	for (size_t i = 0; i < ARG_MAX && c->arg[i].n; i++) {
		const struct obj *o = store_at(c->s, store_cursor(c->s, c->arg[i]));

		if (!o)
			o = name_find(c->s, K_USER, 0, c->arg[i]);
		if (o && !o->dead)
			named[n++] = o;
	}
	c->ntargets = put_targets(&c->targets, c->s, r->event, named, n);
	if (n == 1)
		remember(c, named[0]);
}

void log_target(struct call *c, const struct obj *o)
{
	if (c->s->silent || c->ntargets > ARG_MAX)
		return;
	put_target(&c->targets, o);
	c->ntargets++;
}

/*
 * The route's word; a collection's has a star for what is done, a route's for the last word of its path. A plus is a
 * star of what is not created, but added.
 */
static void put_type(struct buf *b, const struct call *c, const struct route *r)
{
	/* a route of a collection may have a whole word of its own */
	bool of_col = c->col && !strchr(r->event, '.');
	const char *word = c->event ? c->event
			   : of_col ? c->col->event
				    : r->event,
		   *star = strpbrk(word, "*+");
	struct slice verb = slice_of(r->event);
	AUTO(buf) struct buf type = BUF_TEXT;

	for (size_t i = 0; !of_col && i < ARG_MAX && c->arg[i].n; i++)
		verb = c->arg[i];
	if (star && *star == '+' && slice_is(verb, "create"))
		verb = SLICE("add");
	if (star) {
		buf_add(&type, word, (size_t)(star - word));
		buf_add_slice(&type, slice_head(verb, LOG_FIELD_MAX));
		word = star + 1;
	}
	buf_adds(&type, word);
	log_put(b, buf_slice(&type));
}

/* Who calls, an admin by a token or a service app, and how. */
static void put_caller(struct buf *b, const struct call *c)
{
	const struct obj *o = store_find(c->s, K_USER, slice_of(call_actor_id(c)));
	AUTO_PTR(js) doc = NULL;

	if (!o)
		o = store_find(c->s, K_APP, slice_of(call_actor_id(c)));
	log_put(b, slice_of(call_actor_id(c)));
	log_put(b, o && o->kind == K_APP ? SLICE("PublicClientApp") : SLICE("User"));
	if (o) {
		doc = obj_doc(o);
		put_names(b, o, doc);
	} else {
		log_put(b, SLICE("unknown"));
		log_put(b, SLICE("unknown"));
	}
	log_put(b, slice_of(c->token_id));
	log_put(b, slice_of(c->request_id));
	log_put(b, slice_of(c->req->method));
	log_put(b, c->req->target);
	log_put(b, c->req->peer);
	log_put(b, c->req->user_agent);
}

static void put_okta(struct buf *b, const struct sandbox *s)
{
	char id[21];

	snprintf(id, sizeof(id), "spr%s", s->org_id + 3);
	log_put(b, slice_of(id));
	log_put(b, SLICE("SystemPrincipal"));
	log_put(b, SLICE("system@okta.com"));
	log_put(b, SLICE("Okta System"));
	for (int i = F_TOKEN; i < F_DETAIL; i++)
		log_put(b, i == F_REQUEST ? slice_of(s->request_id) : SLICE(""));
}

/* What the request made, and for an assignment how the app knows the user. */
static void put_made(struct buf *b, struct call *c)
{
	const struct obj *app = c->made->kind == K_USER ? store_find(c->s, K_APP, c->arg[0]) : NULL;

	/* what hangs on a user or a group is told of these */
	if (c->made->kind == K_FACTOR || c->made->kind == K_OWNER)
		return;
	if (app)
		put_assigned(b, c->s, app, c->made);
	else
		put_target(b, c->made);
	c->ntargets = (uint8_t)(c->ntargets + 1 + (app != NULL));
}

static void write_own(struct call *c, const struct route *r)
{
	AUTO(buf) struct buf b = BUF_MAX(LOG_TEXT_MAX);
	AUTO(buf) struct buf detail = BUF_TEXT;
	AUTO(buf) struct buf change = BUF_TEXT;

	put_type(&b, c, r);
	put_caller(&b, c);
	add_change(c, &detail, &change);
	if (c->detail)
		buf_addf(&detail, "%s%s", detail.n ? "," : "", c->detail);
	log_put_json(&b, buf_slice(&detail));
	log_put_json(&b, buf_slice(&change));
	buf_add_slice(&b, buf_slice(&c->targets));
	if (c->made)
		put_made(&b, c);
	log_keep(c->s, &b, c->ntargets, false);
}

void log_after(struct call *c, const struct route *r)
{
	bool done = c->res->status >= 200 && c->res->status < 300;

	if (done && !c->s->silent && r->event && (!c->event || c->event[0]) &&
		(!c->col || c->col->event))
		write_own(c, r);
	log_flush(c->s);
}

static void put_note(struct sandbox *s, struct buf *b, const struct log_note *n)
{
	uint8_t count;

	log_put_json(b, slice_of(n->detail));
	log_put(b, SLICE(""));
	count = put_targets(b, s, n->type, n->target, NOTE_TARGETS);
	log_keep(s, b, count, true);
}

void log_also(struct call *c, const struct log_note *n)
{
	AUTO(buf) struct buf b = BUF_MAX(LOG_TEXT_MAX);

	if (c->s->silent)
		return;
	log_put(&b, slice_of(n->type));
	put_caller(&b, c);
	put_note(c->s, &b, n);
}

void log_system(struct sandbox *s, const struct log_note *n)
{
	AUTO(buf) struct buf b = BUF_MAX(LOG_TEXT_MAX);

	if (s->silent)
		return;
	log_put(&b, slice_of(n->type));
	put_okta(&b, s);
	put_note(s, &b, n);
}
