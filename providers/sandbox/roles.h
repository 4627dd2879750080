/*
 * Between the files of administration: what roles there are, and who was given which.
 */
#pragma once

#include "providers/sandbox/core.h"

struct role_type {
	const char *name, *label;
	char targets;        /* what it can be narrowed to: 'a'pps, 'g'roups; 0: nothing */
	const char *iam_set; /* of the IAM-based standard roles: the resource set that is theirs */
};
/* The numbers are in saved tenants too: how many there are of what sub names. */
enum { ROLE_CUSTOM, ROLE_SUPER, ROLE_TYPES = 14, SUBSCRIPTION_TYPES = 13 };
extern const struct role_type role_types[ROLE_TYPES];

/* Whose roles the path is about: a user, a group or a client (an app); answers 404. */
struct obj *role_principal(struct call *c);
/* The path of a principal, without the host. */
void role_add_principal(struct buf *b, const struct obj *principal);
/*
 * The assignment that an id names at this principal, given by hand or, when inherited, by a group; answers 404.
 * The ids of types that take targets are the same for every principal, so they are no ids of the store.
 */
struct obj *role_assignment(
	struct call *c, const struct obj *principal, struct slice id, bool inherited);
/* Is this assignment one of that id which the user has, by hand or through a group? */
bool role_applies(
	const struct sandbox *s, const struct obj *o, const struct obj *u, struct slice id);
/*
 * Gives a role; ref is the binding of a custom one, or NO_OBJ. Touches the standard roles that are there, as
 * Okta does.
 */
struct obj *role_grant(struct call *c, const struct obj *principal, int type, uint32_t ref);
/* What the assignment's document says of time; created too when it starts anew. */
void role_touch(struct obj *o, const char *now, bool created);
/*
 * Does a user (group, client app) have an administrator role of this type, NULL: of any? What a group gives counts
 * for its members.
 */
bool roles_has(const struct sandbox *s, const struct obj *principal, const char *type);
/* May this principal get roles? Answers 400. */
bool role_allowed(struct call *c, const struct obj *principal);
/* Appends to the answer what is embedded as "targets": the list of what the role is narrowed to. */
void role_add_targets(struct call *c, const struct obj *o);

/* iam.c, iam_resources.c */
extern const struct collection iam_roles, iam_sets, iam_resources;
/* Does a link or an ORN name a resource? Answers 400. */
bool resource_check(struct call *c, struct slice text);
/* Puts a resource that was checked into a set, unless it is there. */
void resource_add(struct call *c, struct obj *set, struct slice text);

/* iam_bindings.c */
/* The binding of a role to a resource set, or NULL. */
struct obj *binding_find(const struct sandbox *s, const struct obj *set, const struct obj *role);
struct obj *binding_make(struct call *c, const struct obj *set, const struct obj *role);
/* The custom role and the resource set that an id or label names; answers 404. */
struct obj *iam_role_of(struct call *c, struct slice id);
struct obj *iam_set_of(struct call *c, struct slice id);
