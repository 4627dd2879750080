/*
 * Between the auth*.c and oauth*.c files: what a request needs, and who may.
 */
#pragma once

#include "providers/sandbox/core.h"

/* What the requests below a path need. */
struct area {
	const char *path;  /* of whole segments; {…} stands for any one */
	const char *stems; /* of scopes, without "okta.", separated by '|': each is needed */
	const char *word;  /* what admin roles call it, or NULL: the first stem */
	char mode; /* 'r', 'm': every method needs .read, or .manage; 0: as the method says */
};

/* auth_scopes.c */
/* The first row that fits, or NULL. */
const struct area *auth_area(const struct slice *seg, size_t n);
/* Does the request change something, as its scope sees it? */
bool auth_writes(const struct area *a, const char *method);
/* The scopes that are needed, separated by blanks. */
void auth_add_needed(struct buf *b, const struct area *a, bool write);
/* Are all of them among the scopes given? Managing is reading too. */
bool auth_scopes_allow(struct slice given, const struct area *a, bool write);
/* Is it a scope of Okta's API that exists, "okta.users.read"? */
bool auth_scope_known(struct slice scope);
/* Is word one of a list of words that blanks separate? */
bool auth_word_in(struct slice word, struct slice list);

/* auth.c */
/* Who calls, and may they? False when it answered. */
bool auth_check(struct call *c, const struct slice *seg, size_t n);
/* Does the caller have all rights? */
bool auth_is_super(const struct call *c);
/* The API token of the options, unless it is there already. */
void auth_fresh(struct sandbox *s);
/* 403: the caller's role does not allow it. */
void auth_deny(struct call *c);

/* auth_roles.c */
/* Does a standard admin role, "USER_ADMIN", allow it? An area of NULL is for SUPER_ADMIN alone. */
bool auth_role_allows(struct slice role, const struct area *a, bool write);
/* Has the principal (a user or an app) an admin role that allows it? */
bool auth_has_role(
	const struct sandbox *s, const struct obj *who, const struct area *a, bool write);

/* auth_tokens.c */
/* The API token of that text that lives, or NULL; counts as a use. */
struct obj *auth_token(struct sandbox *s, struct slice text, int64_t now);
