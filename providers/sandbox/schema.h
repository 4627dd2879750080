/*
 * Profiles' schemas: of users (one for each type), of groups, and of the users of an app or identity provider.
 * Schemas are few and read at every write, so the trees of their documents are kept.
 */
#pragma once

#include "providers/sandbox/core.h"

/* In obj.sub: whose profiles a K_SCHEMA is about. A user schema's ref is its type, an app schema's its app. */
enum schema_of { SCHEMA_USER, SCHEMA_GROUP, SCHEMA_APP };

/* One attribute that Okta defines. */
struct schema_attr {
	const char *name, *title, *text, *format, *external;
	const char *access; /* what users may do with their own; in app schemas the scope */
	int min, max;
	bool required;
};

/* An attribute's definition as it is printed in a schema of that kind. in is what was asked for. */
struct js *schema_property(enum schema_of of, const struct js *in);
/* Lists what is required in a definition, or nothing at all where there are no properties. */
void schema_set_required(struct js *def);
/* Are the definitions in a request such that Okta takes them? Answers 400 where not. */
bool schema_edit_ok(struct call *c, const struct obj *o);
/* Merges the definitions of the request into the schema; what goes takes its values along. */
void schema_edit(struct call *c, struct obj *o);

/*
 * Checks a profile against a schema and answers 400 when it does not hold; what names the operation in the
 * answer ("newUser"). Required attributes must be there.
 */
bool schema_check(
	struct call *c, const struct obj *schema, const struct js *profile, const char *what);
struct obj *schema_of_type(const struct sandbox *s, uint32_t type);
/* The schema of groups, which is there before anything else. */
void meta_fresh(struct sandbox *s, const char *now);
/* The whole document without links. id is what follows /meta/schemas/ in its id. */
struct js *schema_tree(struct sandbox *s, const char *now, enum schema_of of, const char *id,
	const struct schema_attr *base, size_t nbase);
/* A schema of users for that type, which is called name and title. */
struct obj *schema_make_user(struct call *c, struct obj *type, const struct js *doc);
/* Answers with the schema; a property that was just made unique is not checked yet. */
void schema_reply(struct call *c, const struct obj *o, bool edited);
/* Is it a name that a property or a type may have? */
bool schema_name_ok(const char *name);

/* app_schema.c: how an app's or identity provider's users are called: "oidc_idp". */
void schema_app_name(struct buf *b, const struct obj *app, const struct js *doc);

/* schema_check.c */
/* The profile with the defaults of what it does not have; profile is borrowed. */
struct js *schema_defaults(const struct obj *schema, const struct js *profile);
/* Answers 400 when another user has a value that the schema wants to be unique. */
bool schema_unique(
	struct call *c, const struct obj *schema, const struct js *profile, const struct obj *self);
