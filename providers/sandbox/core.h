/*
 * Inside the local tenant: the store of objects, the call under way, and what handlers share. Private to
 * this folder; the fronts and the commands know sandbox.h only.
 */
#pragma once

#include "base/arena.h"
#include "base/js.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/vec.h"
#include "base/xalloc.h"
#include "providers/sandbox/sandbox.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What there is; SETTING is the org's: what there is one of; TOKEN an API token: parent is whose, secret the
 * token; GRANT a scope that an app may ask for.
 */
#define KINDS(X)                                                                                   \
	X(USER)                                                                                    \
	X(GROUP)                                                                                   \
	X(GROUP_RULE)                                                                              \
	X(APP)                                                                                     \
	X(APP_USER)                                                                                \
	X(APP_GROUP)                                                                               \
	X(ZONE)                                                                                    \
	X(POLICY)                                                                                  \
	X(POLICY_RULE)                                                                             \
	X(TYPE)                                                                                    \
	X(SCHEMA)                                                                                  \
	X(AUTHENTICATOR)                                                                           \
	X(BRAND)                                                                                   \
	X(ORIGIN)                                                                                  \
	X(AUTHENTICATOR_METHOD)                                                                    \
	X(AAGUID)                                                                                  \
	X(APP_KEY)                                                                                 \
	X(APP_SECRET)                                                                              \
	X(APP_JWK)                                                                                 \
	X(APP_CONNECTION)                                                                          \
	X(PUSH_MAPPING)                                                                            \
	X(FEDERATED_CLAIM)                                                                         \
	X(APP_TOKEN)                                                                               \
	X(LINKED_OBJECT)                                                                           \
	X(MAPPING)                                                                                 \
	X(UI_SCHEMA)                                                                               \
	X(BRAND_THEME)                                                                             \
	X(BRAND_PAGE)                                                                              \
	X(EMAIL_TEMPLATE)                                                                          \
	X(EMAIL_CUSTOMIZATION)                                                                     \
	X(DOMAIN)                                                                                  \
	X(EMAIL_DOMAIN)                                                                            \
	X(EMAIL_SERVER)                                                                            \
	X(SMS_TEMPLATE)                                                                            \
	X(IDP)                                                                                     \
	X(IDP_KEY)                                                                                 \
	X(IDP_SIGNING_KEY)                                                                         \
	X(IDP_USER)                                                                                \
	X(AUTH_SERVER)                                                                             \
	X(SCOPE)                                                                                   \
	X(CLAIM)                                                                                   \
	X(AS_POLICY)                                                                               \
	X(AS_RULE)                                                                                 \
	X(AS_KEY)                                                                                  \
	X(AS_CLIENT_KEY)                                                                           \
	X(EVENT_HOOK)                                                                              \
	X(INLINE_HOOK)                                                                             \
	X(HOOK_KEY)                                                                                \
	X(ROLE_ASSIGN)                                                                             \
	X(ROLE)                                                                                    \
	X(RESOURCE_SET)                                                                            \
	X(RESOURCE)                                                                                \
	X(BINDING)                                                                                 \
	X(OWNER)                                                                                   \
	X(FACTOR)                                                                                  \
	X(SESSION)                                                                                 \
	X(SUBSCRIPTION)                                                                            \
	X(REALM)                                                                                   \
	X(REALM_ASSIGNMENT)                                                                        \
	X(BEHAVIOR)                                                                                \
	X(DEVICE)                                                                                  \
	X(DEVICE_ASSURANCE)                                                                        \
	X(LOG_STREAM)                                                                              \
	X(CAPTCHA)                                                                                 \
	X(FEATURE)                                                                                 \
	X(PUSH_PROVIDER)                                                                           \
	X(SECURITY_PROVIDER)                                                                       \
	X(PRINCIPAL_LIMIT)                                                                         \
	X(API_SERVICE)                                                                             \
	X(SETTING)                                                                                 \
	X(TOKEN)                                                                                   \
	X(GRANT)                                                                                   \
	X(POSTURE_CHECK)                                                                           \
	X(TELEPHONY)

#define KIND_ENUM(name) K_##name,
enum kind { KINDS(KIND_ENUM) K_COUNT };

/* Index into status_names; users have the first eight, everything else ACTIVE, INACTIVE, INVALID. */
enum status {
	ST_STAGED,
	ST_PROVISIONED,
	ST_ACTIVE,
	ST_RECOVERY,
	ST_PASSWORD_EXPIRED,
	ST_LOCKED_OUT,
	ST_SUSPENDED,
	ST_DEPROVISIONED,
	ST_INACTIVE,
	ST_INVALID,
	ST_COUNT,
};
extern const char *const status_names[ST_COUNT];

/*
 * Relations are pairs of integers, sorted by (to, tag), never JSON. What to and tag mean:
 *   user.in   groups it is in, tag 0             user.out  apps assigned directly, tag: the K_APP_USER
 *   group.in  members, tag: origin (see below)   group.out apps assigned, tag: the K_APP_GROUP
 *   app.in    users, tag: the K_APP_USER         app.out   groups, tag: the K_APP_GROUP
 *   policy.in rules, tag 0                       group_rule.in targets, group_rule.out excluded users
 * A membership's origin is ORIGIN_DIRECT or 1 + the index of a group rule; one pair for each origin.
 */
struct edge {
	uint32_t to, tag;
};
struct edges {
	struct edge *v;
	uint32_t n, cap;
};
enum { ORIGIN_DIRECT = 0 };
#define NO_OBJ UINT32_MAX

struct expr;
struct collection;
struct oauth;
struct log;
struct outbox;

/*
 * One object: its document as compact JSON text, without _links and without secrets. Objects that are read at
 * every turn (schemas) keep the tree instead. Dead objects keep their place, so that a cursor that names one
 * still works.
 */
struct obj {
	char id[21];
	uint8_t kind, status;
	bool dead, system, builtin; /* builtin: of the fresh org, with rules of its own */
	uint8_t sub;                /* of the kind's own making: a policy's type */
	union {
		int32_t priority;
		int32_t used_min; /* of an API token: when it was last used */
		int32_t role;     /* of a subscription: the standard role, or ROLE_CUSTOM */
	};
	uint32_t ix, parent,
		ref; /* parent: a rule's policy, a user's type; an app's policies: parent, ref */
	uint32_t ntext;
	uint64_t name; /* the key of its name among s->names, or 0 */
	char *text, *secret;
	struct js *tree;
	struct expr *expr; /* a group rule's */
	struct edges in, out;
};

struct rates;
struct faults;
struct route;
struct route_row {
	uint64_t key;
	const struct route *route;
	uint32_t place; /* in the order of the tables */
};

struct sandbox {
	struct clock clock;
	struct rng rng;
	uint64_t seed;
	char *base_url, *token;
	bool filling; /* the fresh org is being made: no checks of system objects */
	bool silent;  /* what is done is no history: nothing of it goes to the log */
	VEC(struct obj *) objs;
	VEC(uint32_t) of[K_COUNT]; /* by kind, in the order of creation */
	struct map ids, names;
	uint32_t everyone, admin, type, group_schema, access_default, enroll_default;
	char org_id[21], realm_id[21];
	VEC(struct route_row) routes; /* every family's, sorted by what their paths begin with */
	struct rates *rates;
	struct faults *faults; /* NULL: none */
	int64_t clock_offset_s;
	bool control;
	uint32_t made_apps; /* definitions of apps that this org made for itself */
	uint64_t served, changes;
	char request_id[21]; /* of the request under way */
	struct log *log;
	struct outbox *outbox;
	struct oauth *oauth; /* what the authorization server remembers; made when it is needed */
	int (*fetch)(void *self, const struct sandbox_out *out, struct buf *ret_body);
	void *fetch_self;
};
/* As the tenant sees it: its clock may have been moved. */
int64_t sandbox_now(const struct sandbox *s);

/* store.c */
struct obj *store_new(struct sandbox *s, enum kind k, const char *prefix);
/* With an id that is known; it must be free. */
struct obj *store_new_as(struct sandbox *s, enum kind k, const char *id);
void store_drop(struct sandbox *s, struct obj *o);
/*
 * Drops what hangs on an object that is about to go: role assignments, bindings, owners, factors, sessions,
 * subscriptions, settings whose parent or ref it is, and what hangs on them.
 */
void store_drop_ties(struct sandbox *s, const struct obj *o);
struct obj *store_at(const struct sandbox *s, uint32_t ix);
/* The living object of that kind and id, or NULL. */
struct obj *store_find(const struct sandbox *s, enum kind k, struct slice id);
/* As store_find, dead or alive: what a cursor names. */
uint32_t store_cursor(const struct sandbox *s, struct slice id);
/* The prefix has three characters. */
void store_new_id(struct sandbox *s, const char *prefix, char ret_id[21]);
/* The object of that kind that came after o, which may be dead by now; NULL: the first. */
struct obj *store_next(const struct sandbox *s, enum kind k, const struct obj *o);
/* All living objects of a kind in the order of their creation; o may be dropped on the way. */
#define STORE_EACH(s, k, o) for (struct obj *o = store_next(s, k, NULL); o; o = store_next(s, k, o))
/* Where the objects of a kind that are newer than index after start in s->of[k]. */
uint32_t store_after(const struct sandbox *s, enum kind k, uint32_t after);
/*
 * Natural keys: unique per kind and scope, without regard to the case of ASCII letters; those of users, which are
 * logins, without regard to diacritical marks too.
 */
void name_set(struct sandbox *s, enum kind k, uint32_t scope, struct slice name, uint32_t ix);
void name_drop(struct sandbox *s, enum kind k, uint32_t scope, struct slice name, uint32_t ix);
struct obj *name_find(const struct sandbox *s, enum kind k, uint32_t scope, struct slice name);
/* The document as a tree that the caller owns. */
struct js *obj_doc(const struct obj *o) MUST_CHECK;
void obj_put(struct obj *o, const struct js *doc);
struct slice obj_text(const struct obj *o);
/* Sets the status of the object and of its document, which is not stored yet. */
void obj_set_status(struct obj *o, struct js *doc, enum status st);
uint32_t edge_find(const struct edges *e, uint32_t to);
bool edge_has(const struct edges *e, uint32_t to);
bool edge_add(struct edges *e, uint32_t to, uint32_t tag);
/* Removes one pair; false when it is not there. */
bool edge_del(struct edges *e, uint32_t to, uint32_t tag);
uint32_t edge_tag(const struct edges *e, uint32_t to);

/* One request under way. Handlers answer with a reply_* or fail_* function, exactly once. */
struct param {
	struct slice name, value; /* decoded */
};
enum { PARAM_MAX = 24, ARG_MAX = 4, SEGMENTS_MAX = 12 };
struct call {
	struct sandbox *s;
	const struct sandbox_req *req;
	struct sandbox_res *res;
	struct slice path;
	struct slice seg[SEGMENTS_MAX]; /* the path's segments, as sent */
	size_t nseg;
	struct slice arg[ARG_MAX]; /* what {…} of the route matched, decoded */
	struct param query[PARAM_MAX];
	size_t nquery;
	struct param form[PARAM_MAX]; /* of a body that is one (R_FORM) */
	size_t nform;
	struct obj *actor;   /* who calls: a user or an app; NULL before that is known */
	char token_id[21];   /* of the API token it came with, or "" */
	struct slice scopes; /* of the access token, separated by blanks; p NULL without one */
	struct js *body;     /* a map when the route asks for one */
	struct obj *made;    /* by a POST to a collection */
	const struct collection *col; /* whose route it is */
	struct obj *parent;           /* what the collection belongs to */
	struct arena mem;
	int64_t now;
	const char *stamp; /* now, as Okta prints it */
	const char *type;  /* of the answer's body; NULL: JSON */
	/* for the System Log: another word than the route's ("": none), a member for debugData, what is named */
	const char *event, *detail;
	struct buf targets;
	uint8_t ntargets;
	struct js *was; /* what the request is about to update, as it was */
	uint32_t was_ix;
	const char *request_id;
};
/* Stores a document that was changed by this call. */
void obj_put_changed(const struct call *c, struct obj *o, struct js *doc);

enum route_flags {
	R_BODY = 1,     /* a JSON object must come with it */
	R_OPEN = 2,     /* no credentials asked for */
	R_OPT_BODY = 4, /* a JSON object may come with it */
	R_LIST = 8,     /* a JSON list must come with it */
	R_FORM = 16,    /* the body is a form */
};
struct route {
	const char *method, *path;
	void (*run)(struct call *c);
	unsigned flags;
	/* the System Log's word for it, when it is a change; its targets are what the path names and c->made */
	const char *event;
};
/* One table a family, ended by a row without a method; families.inc lists them. */
#define FAMILY(name) extern const struct route routes_##name[];
#include "providers/sandbox/families.inc"
#undef FAMILY

/* route.c */
/*
 * Does a path fit a pattern, or (below) begin as it? A segment "*" or "{name}" stands for any one; the first
 * ARG_MAX of these are left in ret_arg where it is given.
 */
bool path_fits(
	const char *pattern, const struct slice *seg, size_t n, bool below, struct slice *ret_arg);
void route_index(struct sandbox *s);

/* reply.c */
struct slice query_get(const struct call *c, const char *name); /* p NULL when absent */
struct slice form_get(const struct call *c, const char *name);
bool query_is(const struct call *c, const char *name, const char *value);
void reply_status(struct call *c, uint16_t status);
/* Takes doc over. */
void reply_js(struct call *c, uint16_t status, struct js *doc);
void reply_text(struct call *c, uint16_t status, struct slice json);
void fail(
	struct call *c, uint16_t status, const char *code, const char *summary, const char *cause);
/* With the words that Okta has for the code, where they name nothing. */
void fail_code(struct call *c, uint16_t status, const char *code);
/* 400 E0000001 with one cause. */
void fail_field(struct call *c, const char *field, const char *fmt, ...) PRINTF(3, 4);
void fail_missing(struct call *c, struct slice id, const char *type);
/* The object that stands last in b gets one more member, an object; the caller closes both. */
void add_nested(struct buf *b, const char *member);
/* A link of HAL, "name":{"href":...}, with a comma before it where it is not the first. */
void add_href(struct buf *b, const struct call *c, const char *name, const char *fmt, ...)
	PRINTF(4, 5);
/* With what may be done there, "GET|PUT", as "hints":{"allow":[...]}; allow NULL: without. */
void add_hint(struct buf *b, const struct call *c, const char *name, const char *allow,
	const char *fmt, ...) PRINTF(5, 6);

/* A page of a list: begin, ask page_more before each item, item, end. */
struct page {
	uint32_t limit, after, n, last;
	bool has_after, more, paged;
	const char *envelope;
};
/* limit and after as asked for, within the endpoint's bounds; false when the call was answered. */
bool page_begin(struct call *c, struct page *p, uint32_t limit, uint32_t max);
/* The list stands in a member of an object, and so does the link to the next page. */
void page_wrap(struct call *c, struct page *p, const char *member);
/* Room for another? Remembers that there is more when not. */
bool page_more(struct page *p);
/* Appends the separator; the caller appends the item. ix is what the cursor will name. */
struct buf *page_item(struct call *c, struct page *p, uint32_t ix);
/* keep: the parameters that the links repeat, "filter|q"; NULL: no links at all. */
void page_end(struct call *c, struct page *p, const char *keep);

/* Adds a Link header to the path with these parameters, sorted by name. */
void link_add(struct call *c, const char *rel, struct param *list, size_t n);

/* Who is what: users.c, groups.c, apps.c, policies.c, rules.c, assign.c */
void add_user(struct buf *b, const struct call *c, const struct obj *u, bool all);
void add_group(struct buf *b, struct call *c, const struct obj *g);
void add_app(struct buf *b, struct call *c, const struct obj *a, bool secret);
struct obj *user_of(struct call *c, struct slice id); /* by id, login or "me"; answers 404 */
/* How well does q fit? 0: not, 1: a name, the login or the address start with it. */
int user_fits(const struct js *doc, struct slice q);
struct obj *group_of(struct call *c, struct slice id);
struct obj *app_of(struct call *c, struct slice id);
struct obj *policy_of(struct call *c, struct slice id);
bool user_in_group(const struct sandbox *s, const struct obj *u, const struct obj *g);
/* True when that made the user a member. */
bool member_add(struct sandbox *s, struct obj *g, struct obj *u, uint32_t origin, const char *now);
/* A group that an app brings, which is its parent; it is not for the org to change. */
struct obj *group_of_app(struct call *c, const struct obj *app, struct slice name);
void group_drop(struct call *c, struct obj *g);
/* Takes one origin away; the member goes with the last, which is when it is true. */
bool member_del(struct sandbox *s, struct obj *g, struct obj *u, uint32_t origin, const char *now);
void rules_run(struct sandbox *s, struct obj *u, const char *now);
void rules_lost_group(struct sandbox *s, const struct obj *g);
void rule_exclude(struct sandbox *s, struct obj *rule, const struct obj *u, const char *now);
/* app.in and app.out, and what hangs on them. */
/* The app for a user who does not have it, as a request without a body gives it; app is a's document. */
void assign_direct(
	struct sandbox *s, struct obj *a, const struct js *app, struct obj *u, const char *stamp);
void unassign_user(struct sandbox *s, struct obj *a, struct obj *u);
void unassign_group(struct sandbox *s, struct obj *a, struct obj *g);
/* The group through which u has a, or NULL. */
struct obj *granting_group(const struct sandbox *s, const struct obj *a, const struct obj *u);
/* Tells the System Log who has, or has no more, what group g gives by way of its app a; NULL: all its apps. */
void log_granted(struct sandbox *s, const struct obj *g, const struct obj *a, const struct obj *u,
	bool gained);
/* Of all apps that a user has. */
void log_apps_of(struct sandbox *s, const struct obj *u, bool gained);

/* Who calls, as createdBy names it. */
const char *call_actor_id(const struct call *c);

/* inventory.c */
/* Takes in the objects of a recorded list; what is none is passed over. */
void inventory_take(struct sandbox *s, const struct js *exchange);

/* data.c */
/* Makes the tenant that sandbox_save wrote. */
int data_load(struct sandbox *s, struct slice text, struct err *e) MUST_CHECK;

/* sizes.c */
/* The name of a built-in size ("reference", "large"), or NULL. */
const char *sizes_known(struct slice name);
/* Fills a fresh org up to that size; the same seed number gives the same tenant. */
int sizes_fill(struct sandbox *s, const char *name, struct err *e) MUST_CHECK;

/* fresh.c */
int fresh_fill(struct sandbox *s, const char *content, struct err *e) MUST_CHECK;
/* Runs one request that must succeed; the answer's id is copied when ret_id is given. */
int seed_request(struct sandbox *s, const char *method, struct slice path, struct slice body,
	char *ret_id, struct err *e) MUST_CHECK;
