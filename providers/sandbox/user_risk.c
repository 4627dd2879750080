/*
 * The risk that administrators see in a user. Nobody judges here: it is what was last set.
 */
#include "providers/sandbox/collection.h"

static bool fill_risk(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	const struct js *reason = js_get(c->body, "riskReason");

	(void)o, (void)old;
	if (c->s->filling) {
		js_set(doc, "riskLevel", js_new_strz("NONE"));
		return true;
	}
	if (!slice_in(js_str(js_get(doc, "riskLevel")), "HIGH|MEDIUM|LOW")) {
		fail_field(c, "riskLevel", "riskLevel: it is HIGH, MEDIUM or LOW");
		return false;
	}
	js_set(doc, "reason",
		js_type(reason) == JS_STR ? js_copy(reason) : js_new_strz("Admin override risk"));
	return true;
}

static void risk_links(struct buf *b, struct call *c, const struct obj *o)
{
	const char *user = store_at(c->s, o->parent)->id;

	add_hint(b, c, "user", "GET", "/api/v1/users/%s", user);
	add_hint(b, c, "self", "GET|PUT", "/api/v1/users/%s/risk", user);
}

const struct collection user_risk = {
	.path = "/api/v1/users/{id}/risk",
	.kind = K_SETTING,
	.of = K_USER,
	.type = "UserRisk",
	.prefix = "uri",
	.members = "riskLevel! reason=",
	.event = "user.risk.*",
	.flags = C_ONE | C_NO_PUT,
	.fill = fill_risk,
	.links = risk_links,
};

/* The first time something is made, so the answer is 201. */
static void put_risk(struct call *c)
{
	struct obj *u = user_of(c, c->arg[0]), *o;
	AUTO_PTR(js) old = NULL;
	bool first;

	if (!u)
		return;
	o = collection_one(c, &user_risk, u);
	old = obj_doc(o);
	first = slice_is(js_str(js_get(old, "riskLevel")), "NONE");
	if (collection_change(c, &user_risk, o, c->body, old))
		collection_reply(c, first ? 201 : 200, &user_risk, o);
}

const struct route routes_risk[] = {
	{"PUT", "/api/v1/users/{id}/risk", put_risk, R_BODY, "user.risk.change"},
	{NULL, NULL, NULL, 0, NULL},
};
