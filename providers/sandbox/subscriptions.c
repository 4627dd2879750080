/*
 * Which notifications administrators get: by role, and by user.
 */
#include "providers/sandbox/roles.h"

static const char *const notifications[SUBSCRIPTION_TYPES] = {
	"AD_AGENT",
	"AGENT_AUTO_UPDATE_NOTIFICATION",
	"AGENT_AUTO_UPDATE_NOTIFICATION_LDAP",
	"APP_IMPORT",
	"CONNECTOR_AGENT",
	"IWA_AGENT",
	"LDAP_AGENT",
	"OKTA_ANNOUNCEMENT",
	"OKTA_UPDATE",
	"RATELIMIT_NOTIFICATION",
	"REPORT_SUSPICIOUS_ACTIVITY",
	"USER_DEPROVISION",
	"USER_LOCKED_OUT",
};

/*
 * Whose subscriptions: an object (a user, a custom role), or the standard role of that index. Only what is
 * subscribed is stored, with the notification in sub and the standard role in role.
 */
struct subscriber {
	uint32_t ix;
	int role;
	const char *path, *name; /* as links have them */
};

static bool read_subscriber(struct call *c, struct subscriber *ret)
{
	const struct obj *o;

	*ret = (struct subscriber){NO_OBJ, ROLE_CUSTOM, "roles", NULL};
	if (slice_starts(c->path, "/api/v1/users/")) {
		ret->path = "users";
		o = user_of(c, c->arg[0]);
	} else {
		for (int i = ROLE_CUSTOM + 1; i < ROLE_TYPES; i++) {
			if (!slice_is(c->arg[0], role_types[i].name))
				continue;
			ret->role = i;
			ret->name = role_types[i].name;
			return true;
		}
		o = iam_role_of(c, c->arg[0]);
	}
	if (!o)
		return false;
	ret->ix = o->ix;
	ret->name = o->id;
	return true;
}

static struct obj *find(const struct sandbox *s, const struct subscriber *who, size_t what)
{
	STORE_EACH(s, K_SUBSCRIPTION, o) {
		if (o->parent == who->ix && o->role == who->role && o->sub == what)
			return o;
	}
	return NULL;
}

static void add(struct buf *b, struct call *c, const struct subscriber *who, size_t what)
{
	bool on = find(c->s, who, what) != NULL;
	const char *change = on ? "unsubscribe" : "subscribe";

	buf_addf(b,
		"{\"notificationType\":\"%s\",\"channels\":[\"email\"],\"status\":\"%s\",\"_links\":{",
		notifications[what], on ? "subscribed" : "unsubscribed");
	add_hint(b, c, change, "POST", "/api/v1/%s/%s/subscriptions/%s/%s", who->path, who->name,
		notifications[what], change);
	add_href(b, c, "self", "/api/v1/%s/%s/subscriptions/%s", who->path, who->name,
		notifications[what]);
	buf_adds(b, "}}");
}

static void list_all(struct call *c)
{
	struct subscriber who;
	struct page p;

	if (!read_subscriber(c, &who) || !page_begin(c, &p, 0, 0))
		return;
	for (size_t i = 0; i < LEN(notifications); i++)
		add(page_item(c, &p, 0), c, &who, i);
	page_end(c, &p, NULL);
}

static bool read_what(struct call *c, struct subscriber *who, size_t *ret)
{
	if (!read_subscriber(c, who))
		return false;
	for (*ret = 0; *ret < LEN(notifications); ++*ret) {
		if (slice_is(c->arg[1], notifications[*ret]))
			return true;
	}
	fail_missing(c, c->arg[1], "NotificationType");
	return false;
}

static void get_one(struct call *c)
{
	struct subscriber who;
	size_t what;

	if (!read_what(c, &who, &what))
		return;
	reply_status(c, 200);
	add(&c->res->body, c, &who, what);
}

static void subscribe(struct call *c)
{
	struct subscriber who;
	size_t what;

	if (!read_what(c, &who, &what))
		return;
	if (!find(c->s, &who, what)) {
		struct obj *o = store_new(c->s, K_SUBSCRIPTION, "sub");

		o->parent = who.ix;
		o->role = who.role;
		o->sub = (uint8_t)what;
	}
	reply_status(c, 200);
}

static void unsubscribe(struct call *c)
{
	struct subscriber who;
	struct obj *o;
	size_t what;

	if (!read_what(c, &who, &what))
		return;
	o = find(c->s, &who, what);
	if (o)
		store_drop(c->s, o);
	reply_status(c, 200);
}

#define ROWS(base)                                                                                 \
	{"GET", base "/subscriptions", list_all, 0, NULL},                                         \
		{"GET", base "/subscriptions/{type}", get_one, 0, NULL},                           \
		{"POST", base "/subscriptions/{type}/subscribe", subscribe, R_OPT_BODY,            \
			"system.admin.notification.subscribe"},                                    \
	{                                                                                          \
		"POST", base "/subscriptions/{type}/unsubscribe", unsubscribe, R_OPT_BODY,         \
			"system.admin.notification.unsubscribe"                                    \
	}

const struct route routes_subscriptions[] = {
	ROWS("/api/v1/roles/{role}"),
	ROWS("/api/v1/users/{id}"),
	{NULL, NULL, NULL, 0, NULL},
};
