/*
 * Plain resources as rows. Most of what Okta has is a collection of documents that is made, read, replaced,
 * switched on and off, deleted and listed in one of a few ways; a row says which, and its hooks say what rows
 * cannot. What needs more than hooks (users, groups, apps, policies) has routes of its own.
 */
#pragma once

#include "providers/sandbox/core.h"
#include "providers/sandbox/flat.h"

enum collection_flags {
	/* a creation answers 201, else 200 */
	C_CREATED = 1 << 0,
	C_NO_CREATE = 1 << 1,
	C_NO_PUT = 1 << 2,
	C_NO_DELETE = 1 << 3,
	C_NO_LIST = 1 << 4,
	/* POST to one is a partial update; with C_POST_WHOLE it replaces, as PUT does; PATCH is partial too */
	C_POST = 1 << 5,
	C_POST_WHOLE = 1 << 6,
	C_PATCH = 1 << 7,
	/* has lifecycle/activate and deactivate: answered with 200 and the object, with 204, with 200 alone */
	C_LIFECYCLE = 1 << 8,
	C_LIFE_204 = 1 << 9,
	C_LIFE_BLANK = 1 << 10,
	C_BORN_INACTIVE = 1 << 11,
	/* a status in a body is obeyed, else ignored */
	C_STATUS_COUNTS = 1 << 12,
	/* only what is inactive can be deleted */
	C_INACTIVE_FIRST = 1 << 13,
	/* no collection: the path is the one object, made with the org or with what it belongs to */
	C_ONE = 1 << 14,
	/* a deletion answers 200 and nothing, else 204 */
	C_DELETE_200 = 1 << 15,
	/* members that the row does not name are kept, else dropped as Okta does */
	C_KEEP_UNKNOWN = 1 << 16,
	/* links say "rel" and "method" where others have hints; or there are none */
	C_LINK_METHOD = 1 << 17,
	C_NO_LINKS = 1 << 18,
	/* q may stand anywhere in the key, else only at its start */
	C_Q_INSIDE = 1 << 19,
};

/* An error of a kind's own; in place of the usual one. */
struct refusal {
	uint16_t status;
	const char *code, *summary;
};

struct collection {
	const char *
		path; /* "/api/v1/behaviors"; where it belongs to an object, that one's id stands as {id} */
	enum kind kind, of; /* of: the kind of what it belongs to, or K_COUNT */
	const char *type;   /* as errors name it */
	const char *prefix; /* of ids, three characters */
	/*
	 * The members as they are printed, separated by blanks, each with marks behind it: '!' must be sent,
	 * '^' is fixed at creation, '=' is the server's, ':' reads null where nothing was sent (else it is
	 * absent), '@' and '%' are the times of creation and of the last change, '&' and '~' who did it. id and
	 * status are the server's without a mark.
	 */
	const char *members;
	const struct flat *defaults; /* NULL: none */
	const char *secrets; /* what is taken and never shown: "settings.token|a.b", or NULL */
	const char *key;     /* the path of what is unique within of, or NULL */
	/* What a taken key and an unknown id are answered with; NULL: E0000001 and E0000007. */
	const struct refusal *taken, *missing;
	/* the System Log's words; '*' stands for create, update, delete, activate, deactivate */
	const char *event;
	uint32_t limit, max;   /* of a page; 0: all at once and no Link header */
	uint32_t search_limit; /* of a page of a search; 0: the same */
	const char *keep;      /* the parameters that links repeat */
	const char *filter,
		*search; /* attributes that these may ask for, "id|profile."; NULL: none */
	const char *
		envelope; /* the member that holds a list, or NULL: the list itself is the answer */
	unsigned flags;
	/*
	 * Completes and checks doc, what the body asks for; old is what was there, NULL at creation. False when it
	 * answered. The object has its id, kind, parent and status; it is not stored yet.
	 */
	bool (*fill)(struct call *c, struct obj *o, const struct js *old, struct js *doc);
	/* After doc was stored: what else comes into being or changes with it. */
	void (*stored)(struct call *c, struct obj *o, bool created);
	/* May it be deleted? False when it answered. Called while it is still there. */
	bool (*leave)(struct call *c, struct obj *o);
	/* May it be switched so? False when it answered. Only called when it is a change. */
	bool (*turn)(struct call *c, struct obj *o, enum status to);
	/* Is it in this list? */
	bool (*listed)(struct call *c, const struct obj *o, const struct js *doc);
	/* Appends what _links has, without braces; NULL: self and what the flags offer. */
	void (*links)(struct buf *b, struct call *c, const struct obj *o);
	/* Changes what is printed just before that: what depends on the request or on other objects. */
	void (*show)(struct call *c, const struct obj *o, struct js *doc);
	/* What a new org has of it before its content is made. */
	void (*fresh)(struct call *c);
	/* The object that an id names where it is no object's id ("default"), or NULL. */
	struct obj *(*alias)(struct call *c, struct slice id);
};

/* Ended by NULL; collections.inc lists them. */
extern const struct collection *const collections[];

/* What serves this request, if a collection does; sets c->col and c->arg. ret_other: it has other methods. */
const struct route *collection_route(
	struct call *c, const struct slice *seg, size_t n, bool *ret_other);
/* Appends "METHOD path" lines of all rows. */
void collection_routes(struct buf *to);
/* The objects of C_ONE. */
void collection_fresh(struct sandbox *s, const char *now);

/* For hooks and for routes beside them. */
const struct collection *collection_of(enum kind k);
void fail_with(struct call *c, const struct refusal *r);
/* The object that the nth {id} of the path names; answers 404 where there is none. */
struct obj *collection_find(struct call *c, const struct collection *col, struct slice id);
/* Makes one as the server does for itself: no checks, the body is doc's members. NULL parent: none. */
struct obj *collection_make(
	struct call *c, const struct collection *col, struct obj *parent, const struct js *body);
void collection_add(
	struct buf *b, struct call *c, const struct collection *col, const struct obj *o);
void collection_reply(
	struct call *c, uint16_t status, const struct collection *col, const struct obj *o);
/* Takes the object out, with its name and with the objects of collections that belong to it. */
void collection_drop(struct call *c, struct obj *o);
/* Takes out what belongs to an object that has routes of its own, before that goes. */
void collection_drop_below(struct call *c, const struct obj *o);
/* Lists those below parent (NULL: all); used by routes that list with rules of their own. */
void collection_list(struct call *c, const struct collection *col, const struct obj *parent);
/* What there is one of (C_ONE) below parent, which may be NULL; made where nobody has asked for it yet. */
struct obj *collection_one(struct call *c, const struct collection *col, struct obj *parent);
/* Makes one as a POST to the collection does, and answers. */
void collection_create(struct call *c, const struct collection *col);
/* The path of an object of a collection, without the host. */
void collection_path(struct buf *b, const struct sandbox *s, const struct obj *o);

/* For show: created and lastUpdated with another separator and end, "2025-08-25 08:25:43.0". */
void show_times(struct js *doc, char separator, const char *end);

/* Between collection.c and collection_doc.c. */
const struct collection *collection_row(const struct obj *o);
size_t collection_params(const char *path);
struct slice collection_key(const struct collection *col, const struct js *doc);
/* Stores what the body makes of the object; false when it answered. old: what was there, or NULL. */
bool collection_change(struct call *c, const struct collection *col, struct obj *o,
	const struct js *body, const struct js *old);
/* Moves the times of the last change. */
void collection_touch(struct call *c, const struct collection *col, struct js *doc);
