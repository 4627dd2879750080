/*
 * Between the files about apps: the catalogue, what the server adds to an app, its client and its keys.
 */
#pragma once

#include "providers/sandbox/collection.h"

/* How Okta ends an app's sessions from afar; the first is not at all. */
enum logout {
	LOGOUT_NONE,
	LOGOUT_REVOKE, /* the standard's token revocation */
	LOGOUT_OWN,    /* the app's own way */
	LOGOUT_SHARED, /* as before, and only in part */
};

/* The member of a stored app that is never printed: the id of its own picture. */
#define APP_LOGO "_logo"

enum app_def_flags {
	D_TEMPLATE = 1 << 0,  /* for apps that no catalogue has; of one sign-on mode */
	D_OKTA = 1 << 1,      /* of Okta's own, those without notes */
	D_SEATS = 1 << 2,     /* counts licences */
	D_PROVISION = 1 << 3, /* has a provisioning connection */
	D_EVERYONE = 1 << 4,  /* nobody needs to be assigned */
	D_NO_MODE = 1 << 5,   /* its sign-on mode reads null */
};

/* A definition: what an app's name refers to. */
struct app_def {
	const char *name;
	const char *mode; /* fixed for templates and for Okta's own; NULL: as it is asked for */
	const char *
		params; /* "a|b=default"; without a default they read null; NULL: as they are sent */
	const char *required; /* of params */
	const char *links;    /* what a dashboard shows of it; NULL: <name>_link */
	enum logout logout;
	unsigned flags;
};

/* NULL: the catalogue has none of that name. The name is in lower case. */
const struct app_def *app_def_of(struct slice name);
/* The definition of a stored app; for one that was made for it alone a blank one. */
const struct app_def *app_def_of_doc(const struct js *doc);
/* Puts settings.app in order; false when it answered that something is missing. */
bool app_def_params(struct call *c, const struct app_def *d, struct js *doc);

/*
 * The document of an app as Okta would print it, from the body that was sent and, on a replacement, from the
 * document that was there. Answers 400 and returns NULL when the body will not do.
 */
struct js *app_fill(struct call *c, struct obj *a, const struct js *old);
/* Takes out what is none of "a|b|c". */
void app_keep(struct js *map, const char *members);

/* The OAuth client of an app of the template oidc_client; false when it answered. */
bool app_client_fill(struct call *c, struct obj *a, struct js *doc, const struct js *old);
/* Puts what is kept beside the document in its place: the keys and, where it is asked for, the secret. */
void app_client_show(struct call *c, const struct obj *a, struct js *doc, bool secret);
/* May it be a client's secret where it authenticates so? False when it answered. */
bool app_secret_ok(struct call *c, struct slice secret, struct slice method);
/* The newest active secret as a document, or NULL. */
struct js *app_secret_newest(const struct sandbox *s, const struct obj *a);
/* After a POST or PUT of the app: takes the secret out of the client, and makes one where it needs one. */
void app_secret_change(struct call *c, struct obj *a, struct js *client);
/* Sets of keys that come with an app: false when it answered. */
bool app_jwks_ok(struct call *c, const struct js *keys);
/* What comes replaces what was there; what stays keeps its id. */
void app_jwks_change(struct call *c, struct obj *a, const struct js *keys);
/* The list that the app shows, or NULL. */
struct js *app_jwks_shown(const struct sandbox *s, const struct obj *a);

/* The key that the app has under a name, or NULL. */
const struct obj *app_key_of(struct call *c, const struct obj *a, struct slice kid);
/* The names of a key made for this app, and of the one that all clients of the org share. */
struct js *app_key_make(struct call *c, struct obj *a);
struct js *app_org_kid(struct call *c);

/* The assignment of an app to a user, who has it. */
void add_app_user(struct buf *b, struct call *c, const struct obj *a, const struct obj *u);

/* Forgets the connection of an app that goes. */
void app_provision_drop(struct sandbox *s, const struct obj *a);
