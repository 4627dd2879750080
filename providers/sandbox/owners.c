/*
 * Owners of groups: users and groups.
 */
#include "providers/sandbox/core.h"

/* Printed in two ways, and neither is that of other times: "Thu Mar 05 08:36:28 UTC 2026" in the answer to the
 * POST, "2026-03-05 08:36:28.0" in lists (recorded). */
static void add_time(struct buf *b, struct slice stamp, bool created)
{
	static const char days[] = "SunMonTueWedThuFriSat",
			  months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	long long year, month, day, n;

	if (stamp.n < 19)
		return;
	if (!created || !slice_int((struct slice){stamp.p, 4}, 1, 9999, &year) ||
		!slice_int((struct slice){stamp.p + 5, 2}, 1, 12, &month) ||
		!slice_int((struct slice){stamp.p + 8, 2}, 1, 31, &day)) {
		buf_addf(b, "%.10s %.8s.0", stamp.p, stamp.p + 11);
		return;
	}
	/* Zeller's congruence, with Saturday as 0 */
	if (month < 3) {
		month += 12;
		year--;
	}
	n = (day + 13 * (month + 1) / 5 + year + year / 4 - year / 100 + year / 400) % 7;
	buf_addf(b, "%.3s %.3s %02lld %.8s UTC %.4s", days + (n + 6) % 7 * 3,
		months + (month - 1) % 12 * 3, day, stamp.p + 11, stamp.p);
}

static void add_name(struct buf *b, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO(buf) struct buf name = BUF_TEXT;
	const struct js *profile = js_get(doc, "profile");

	if (o->kind == K_GROUP)
		buf_add_slice(&name, js_str(js_get(profile, "name")));
	else
		buf_addf(&name, "%.*s %.*s", SLICE_ARG(js_str(js_get(profile, "firstName"))),
			SLICE_ARG(js_str(js_get(profile, "lastName"))));
	buf_add_json(b, slice_trim(buf_slice(&name)));
}

static void add_owner(struct buf *b, struct call *c, const struct obj *link, bool created)
{
	const struct obj *owner = store_at(c->s, link->ref);
	AUTO_PTR(js) doc = obj_doc(link);

	buf_addf(b,
		"{\"id\":\"%s\",\"type\":\"%s\",\"resolved\":true,\"originId\":null,\"originType\":\"OKTA_DIRECTORY\",\"displayName\":",
		owner->id, owner->kind == K_GROUP ? "GROUP" : "USER");
	add_name(b, owner);
	buf_adds(b, ",\"lastUpdated\":\"");
	add_time(b, js_str(js_get(doc, "lastUpdated")), created);
	buf_adds(b, "\"}");
}

static struct obj *find(const struct sandbox *s, const struct obj *g, struct slice id)
{
	STORE_EACH(s, K_OWNER, o) {
		if (o->parent == g->ix && slice_is(id, store_at(s, o->ref)->id))
			return o;
	}
	return NULL;
}

static void list_owners(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]);
	struct page p;

	if (!g || !page_begin(c, &p, 1000, 10000))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_OWNER, p.after) : 0;
		i < c->s->of[K_OWNER].n; i++) {
		const struct obj *o = store_at(c->s, c->s->of[K_OWNER].v[i]);

		if (o->parent != g->ix)
			continue;
		if (!page_more(&p))
			break;
		add_owner(page_item(c, &p, o->ix), c, o, false);
	}
	/* what fits on a page comes without links (recorded) */
	page_end(c, &p, p.more ? "search" : NULL);
}

/* The user or group that the body names. */
static const struct obj *owner_of(struct call *c)
{
	struct slice type = js_str(js_get(c->body, "type")), id = js_str(js_get(c->body, "id"));
	const struct obj *o;

	if (!slice_in(type, "USER|GROUP")) {
		fail_field(c, "type", "type: must be USER or GROUP");
		return NULL;
	}
	if (slice_is(type, "GROUP"))
		return group_of(c, id);
	o = store_find(c->s, K_USER, id);
	if (!o)
		fail_missing(c, id, "User");
	return o;
}

static void create_owner(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]), *owner = g ? owner_of(c) : NULL;
	AUTO_PTR(js) doc = NULL;

	if (!owner)
		return;
	if (find(c->s, g, slice_of(owner->id))) {
		fail_field(c, "owner", "Provided owner is already assigned to this group");
		return;
	}
	doc = js_new_map();
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	c->made = store_new(c->s, K_OWNER, "own");
	c->made->parent = g->ix;
	c->made->ref = owner->ix;
	obj_put(c->made, doc);
	reply_status(c, 201);
	add_owner(&c->res->body, c, c->made, true);
}

static void delete_owner(struct call *c)
{
	const struct obj *g = group_of(c, c->arg[0]);
	struct obj *o = g ? find(c->s, g, c->arg[1]) : NULL;

	if (!g)
		return;
	if (!o) {
		fail_missing(c, c->arg[1], "LinkedObject");
		return;
	}
	store_drop(c->s, o);
	reply_status(c, 204);
}

const struct route routes_owners[] = {
	{"GET", "/api/v1/groups/{id}/owners", list_owners, 0, NULL},
	{"POST", "/api/v1/groups/{id}/owners", create_owner, R_BODY, "group.owner.add"},
	{"DELETE", "/api/v1/groups/{id}/owners/{owner}", delete_owner, 0, "group.owner.remove"},
	{NULL, NULL, NULL, 0, NULL},
};
