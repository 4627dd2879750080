/*
 * A kind is data: one file, providers/okta/kind_<name>.c, with one descriptor. Checking manifests, the
 * diff, the wire format, JSON Schema, export and the documentation all follow from its rows.
 *
 * Manifests hold the object of Okta's API as its documentation shows it, so the rows nest as that JSON does.
 */
#pragma once

#include "base/buf.h"
#include "base/js.h"
#include "base/slice.h"

#include <stdbool.h>
#include <stdint.h>

enum field_type {
	F_STR,
	F_BOOL,
	F_INT, /* within min..max where max is not 0 */
	F_REAL,
	F_ENUM,   /* one of the words in arg "A|B" */
	F_STATUS, /* a lifecycle state: never sent in a body, reached by the lifecycle's moves */
	F_ORDER,  /* a position among siblings (policies of one type): reached by reordering */
	F_REF,    /* the name of a resource of kind arg; an id on the wire */
	F_EXPR,   /* text in which ${group.NAME.id} stands for an id */
	F_TEXT,   /* text in a canonical form that codec knows */
	F_LIST,   /* ordered; sub[0] is the element */
	F_SET,    /* as F_LIST, but order means nothing */
	F_MAP,    /* sub are its members */
	F_ANY,    /* free-form */
	F_SECRET, /* ${secret.env.NAME}, ${secret.file.PATH}: sent, never read back, never shown */
};

enum field_flag {
	F_REQUIRED = 1,       /* must be there when the object is created */
	F_CREATE_ONLY = 2,    /* cannot be changed afterwards */
	F_READ_ONLY = 4,      /* the server's: refused in a manifest, with this reason */
	F_WRITE_ONLY = 8,     /* never read back: sent on creation, not compared */
	F_FOLD = 16,          /* the case of letters means nothing */
	F_OPEN = 32,          /* a map that takes further members, free-form */
	F_LINK = 64,          /* not in the body: set by a call of its own (route verb LINK) */
	F_NOT_EXPORTED = 128, /* export leaves it out: made by the server, meaningless elsewhere */
	F_WHOLE = 256,        /* a map that is declared whole: members left out are not there */
};

struct codec {
	const char *what; /* "an address range": in messages */
	/* Appends the canonical form of what a person wrote; false: it is not valid, *ret_why says why. */
	bool (*canon)(struct slice text, struct buf *out, const char **ret_why);
	bool (*from_wire)(const struct js *j, struct buf *out);
	/* Do two canonical texts mean the same? */
	bool (*same)(struct slice a, struct slice b);
	struct js *(*to_wire)(struct slice canon);
};

struct field {
	const char *name;
	enum field_type type;
	uint32_t flags; /* enum field_flag */
	const char *
		arg; /* F_ENUM: words; F_REF: kind; F_LIST, F_SET: member by which elements match */
	const struct field *sub; /* F_MAP: members, ended by {0}; F_LIST, F_SET: the element */
	const char *only;        /* only where the kind's discriminator is one of these words */
	const char *dflt; /* what the server takes for absent: compared as if it were there */
	const struct codec *codec;
	int64_t min, max;
	const char *wire;     /* the member's name on the wire; NULL: name */
	const char *ref_disc; /* F_REF: the discriminator of what it may name */
	const char *doc;      /* one sentence */
};

enum verb {
	OP_NONE,
	OP_READ,
	OP_CREATE,
	OP_UPDATE, /* a body of what changed (PATCH-like POST), or a full PUT: see KIND_PUT */
	OP_RETYPE, /* PUT of the whole object where only that can change a field (a user's type) */
	OP_DELETE,
	OP_ACTIVATE,
	OP_DEACTIVATE,
	OP_SUSPEND,
	OP_UNSUSPEND,
	OP_ADD,    /* an edge */
	OP_CHANGE, /* an edge's attributes */
	OP_REMOVE, /* an edge */
	OP_LINK,   /* a field that has a call of its own */
	OP_ORDER,  /* siblings into the order that manifests give */
};

const char *verb_name(enum verb v);
bool verb_find(struct slice name, enum verb *ret_v);

enum route_flag {
	R_IDEMPOTENT = 1, /* may be sent again when no answer came */
};

/*
 * Paths have {id}, {parent} (of a child), {from} and {to} (of an edge) and {value} (of a link) in them.
 * bucket is the tenant's rate limit that the call draws from (Okta: "Rate limits").
 */
struct route {
	enum verb verb;
	const char *method, *path, *bucket;
	uint32_t flags;
};

/* One paged listing; only names the discriminator's value that it covers. */
struct listing {
	const char *path, *bucket, *only;
};

/* A list of references inlined in a resource: members, assignments. Okta keeps each as an object apart. */
struct link {
	const char *path;      /* in the manifest: "members", "assignments.groups" */
	const char *noun;      /* in reports: "member" */
	const char *to;        /* kind of the other end */
	const char *to_field;  /* what the reference is called in the long form: "group" */
	const char *id_path;   /* in a listed element: where the other end's id is */
	const char *name_path; /* where its name is, if it is listed along; NULL */
	const char *body_id;   /* member of the body that names the other end on OP_ADD; NULL */
	const char *only_path,
		*only_value;        /* elements where this member has another value are not ours */
	const struct field *attrs;  /* of the long form, ended by {0}; NULL: none */
	const struct route *routes; /* OP_ADD, OP_CHANGE, OP_REMOVE */
	struct listing list;        /* path with {id} */
	bool serial;                /* writes of one resource's list go one by one */
	bool own;           /* only of resources that are not Okta\'s own may the list be changed */
	bool awake;         /* the other end must be active to be added */
	const char *fed_by; /* kind of the rules that put edges there too; NULL */
	const char *doc;
};

/* An ordered list of resources that live below another one: a policy's rules. */
struct child {
	const char *path;        /* "rules" */
	const char *system_path; /* "defaultRule": the one that Okta made */
	const char *kind;
	struct listing list;   /* with {id} of the parent */
	const char *born_with; /* discriminators whose new parents bring a system child along */
	const char *no_new;    /* discriminators of parents that take no child of ours */
};

struct move {
	const char *from, *to; /* from NULL: any other state */
	enum verb via;
};

/* The states of a resource as people declare them, and how to get from one to another. */
struct lifecycle {
	const char *field;        /* "status" */
	const char *born;         /* after OP_CREATE */
	const char *dflt;         /* wanted of a new resource when its manifest does not say */
	const char *aliases;      /* "PROVISIONED=ACTIVE|...": live states that count as another */
	const struct move *moves; /* ended by {0} */
	const char *gone;         /* the state that stands for removal; NULL: none does */
};

enum kind_flag {
	KIND_FOLD_KEY = 1,        /* names differ only in more than case */
	KIND_PUT = 2,             /* OP_UPDATE replaces: read, merge, write */
	KIND_SERIAL = 4,          /* writes go one by one */
	KIND_DELETE_INACTIVE = 8, /* OP_DEACTIVATE before OP_DELETE */
	KIND_EDIT_INACTIVE = 16,  /* OP_DEACTIVATE before OP_UPDATE */
	KIND_EXISTING = 32,       /* `existing: true` may be said of it */
	KIND_DISC_NAMES =
		64, /* names are unique per discriminator: NAME (DISC) tells twins apart */
};

/* What a new object's body has beside what its manifest says; disc NULL: any. */
struct skeleton {
	const char *disc, *json;
};

/* Resources found by name or id without listing the collection: terms are or-ed, at most batch a call. */
struct lookup {
	const char *path, *bucket;       /* up to where the expression goes, percent-encoded */
	const char *name_term, *id_term; /* printf with one %s, quotes escaped */
	uint32_t batch;
};

enum live_flag {
	LIVE_SKIP = 1, /* not something plumb can manage: it is as if it were not there */
	LIVE_SYSTEM =
		2, /* Okta's own: may be referred to, and edited where Okta lets one; never deleted */
	LIVE_FIXED = 4, /* Okta's own: may only be referred to */
};

enum removal { REMOVAL_DELETE, REMOVAL_DEACTIVATE };

struct kind {
	const char *name, *plural; /* "groupRule", "groupRules"; a child kind has no plural */
	const char *doc;
	const struct field *fields;
	const struct route *routes;
	const struct listing *lists;
	const struct link *links; /* ended by {0}, or NULL */
	const struct child *child;
	const char *parent; /* a child's: the kind above */
	const struct lifecycle *lifecycle;
	const char *name_path;     /* "profile.name": what the key stands for */
	const char *id_prefix;     /* of its ids, to tell an id from a name */
	const char *discriminator; /* "type": NULL where all objects have the same members */
	const char *sparse;        /* discriminators whose positions start at 0 and keep gaps */
	const char *ordered;       /* discriminators whose siblings have an order */
	const char *no_new;        /* discriminators of which Okta has one, and takes no more */
	enum removal removal;
	uint32_t flags;                   /* enum kind_flag */
	const struct skeleton *skeletons; /* ended by {0}, or NULL */
	const struct lookup *lookup;
	/* What a live object is: enum live_flag. NULL: 0. */
	uint32_t (*classify)(const struct js *live);
};

/* The kinds of a provider, sorted by name; index in this array is a kind's number everywhere. */
struct kinds {
	const struct kind *const *v;
	uint16_t n;
};

#define KIND_NONE UINT16_MAX
uint16_t kind_by_name(const struct kinds *k, const char *name);
uint16_t kind_by_plural(const struct kinds *k, struct slice plural);
const struct route *kind_route(const struct kind *k, enum verb v);
const struct route *link_route(const struct link *l, enum verb v);
/* Does a row of this name apply where the discriminator is disc (p NULL: unknown, all apply)? */
bool field_applies(const struct field *f, struct slice disc);
/* The row for name, or NULL; *ret_elsewhere is a row of that name for other discriminators. */
const struct field *field_find(const struct field *rows, struct slice name, struct slice disc,
	const struct field **ret_elsewhere);
/* Is a row that applies hidden by an earlier one of its name? field_find gives the first. */
bool field_hidden(const struct field *rows, const struct field *f, struct slice disc);
/* The row at a path of names joined by PATH_SEP; NULL inside free-form parts. */
const struct field *field_at(const struct kind *k, struct slice path, struct slice disc);
/* The move that leads from one state to another, or NULL. */
const struct move *lifecycle_move(const struct lifecycle *l, struct slice from, struct slice to);
/* A live state as manifests call it. */
struct slice lifecycle_canon(const struct lifecycle *l, struct slice live);

#define PATH_SEP '\x1f'
/* Between a parent's key and a child's name in a child's key. */
#define KEY_SEP '\x1f'
