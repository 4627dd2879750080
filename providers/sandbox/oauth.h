/*
 * Between the oauth*.c files: the org authorization server. Its state is in memory, bounded, and moves with the
 * clock of the call.
 */
#pragma once

#include "base/jwt.h"
#include "providers/sandbox/auth.h"

enum {
	ACCESS_S = 3600,
	CODE_S = 60,
	DEVICE_S = 600,
	DEVICE_INTERVAL_S = 5,
	REFRESH_S = 100 * 24 * 3600,
	ASSERTION_S = 3600, /* the longest life of a client assertion */
	PROOF_S = 300,
	SKEW_S = 5, /* how far ahead of ours the clock of a client may be */
	JTI_MAX = 256,
	SCOPES_MAX = 100,
	URL_MAX = 20 << 10,
	THUMBPRINT = 44, /* with its NUL */
};

enum ticket_kind { TICKET_CODE, TICKET_DEVICE, TICKET_REFRESH };

/* What a client may turn into tokens: a code, a device code, a refresh token. */
struct ticket {
	enum ticket_kind kind;
	char secret[48], user_code[12];
	char jkt[THUMBPRINT]; /* of the DPoP key it is bound to, or "" */
	char *scope, *redirect, *challenge, *nonce;
	uint32_t app, user; /* user: NO_OBJ until a device is approved */
	uint32_t family;    /* one sign-in: what is revoked together */
	int64_t expires, auth_time;
	int64_t polled, used; /* a device's last poll; when a refresh token was exchanged, or 0 */
	uint32_t interval;
	bool denied;
};

/* oauth.c */
void oauth_free(struct oauth *o);

/* oauth_store.c */
/* Was that text never seen before? Remembers it for the longest life of what is single use. */
bool oauth_first_use(struct call *c, const char *what, struct slice scope, struct slice text);
bool oauth_is_seen(struct call *c, const char *what, struct slice scope, struct slice text);
/* The org's signing key, private. */
const struct js *oauth_key(struct call *c);
/* A new one; the texts are copied and may be without p. Old and surplus ones go. */
struct ticket *oauth_ticket(struct call *c, enum ticket_kind kind, int64_t lives);
/* The one of that secret that has not expired, or NULL; expired: it is there, but too old. */
struct ticket *oauth_find(
	struct call *c, enum ticket_kind kind, struct slice secret, bool *ret_expired);
struct ticket *oauth_find_device(struct call *c, struct slice user_code);
void oauth_drop(struct call *c, struct ticket *t);
/* Refresh tokens of one sign-in, and the access tokens that came of them. */
void oauth_drop_family(struct call *c, uint32_t family);
/* All of a user's with one app, or NO_OBJ with any: DELETE /users/{id}/clients/{id}/tokens. */
void oauth_drop_user(struct call *c, uint32_t user, uint32_t app);
uint32_t oauth_new_family(struct call *c);
/* n characters that nobody has seen, in ret of n + 1. */
void oauth_secret(struct call *c, char *ret, size_t n);
/* The nonce that proofs must carry now; it changes every day. */
void oauth_add_nonce(struct call *c, struct buf *b, int days_ago);

/* oauth_client.c */
struct client {
	struct obj *app;
	struct js *doc;  /* the app's */
	bool signed_jwt; /* it authenticated with private_key_jwt */
};
void client_release(struct client *cl);
/* Which app asks, by the credentials of the form and the header; false when it answered. */
bool oauth_client(struct call *c, struct client *ret);
/* The app of a client_id with its document, or false. */
bool oauth_client_find(struct call *c, struct slice id, struct client *ret);
bool oauth_client_may(const struct client *cl, const char *grant_type);
const struct js *oauth_setting(const struct client *cl, const char *name);
/* RFC 6749's errors. */
void oauth_fail(struct call *c, uint16_t status, const char *error, const char *description);
/* Adds a header whose value may hold what a client sent: control characters are dropped. */
void oauth_header(struct call *c, const char *name, struct slice value);

/* oauth_dpop.c */
struct proof {
	char jkt[THUMBPRINT];
	struct slice nonce; /* p NULL without one */
};
/*
 * Checks the request's DPoP proof; token is the access token that it must name, p NULL at the token endpoint.
 * NULL, or what is wrong with it.
 */
const char *oauth_proof(struct call *c, struct slice token, struct proof *ret);
/* At the token endpoint: demands what the client needs. jkt becomes "" without DPoP; false when it answered. */
bool oauth_bind(struct call *c, const struct client *cl, char jkt[THUMBPRINT]);

/* oauth_tokens.c */
struct issue {
	const struct client *cl;
	const struct obj *user; /* NULL: the client acts for itself */
	struct slice scope, nonce;
	const char *jkt, *refresh;
	uint32_t family;
	int64_t auth_time;
};
/* 200 with an access token and what the scope asks for beside it. */
void oauth_issue(struct call *c, const struct issue *i);
/* The claims of an access token that is the org's and lives, or NULL; its app and user are there. */
struct js *oauth_access(
	struct call *c, struct slice token, struct obj **ret_app, struct obj **ret_user);
/* The scopes of a token's claim, separated by blanks. */
void oauth_add_scopes(struct buf *b, const struct js *scp);
/* The scopes that the client may have of those asked for, sorted; false when it answered. */
bool oauth_scope(struct call *c, const struct client *cl, struct slice asked, bool for_user,
	struct slice *ret);
/* Why not, as an error word of RFC 6749; NULL when all may be had. */
const char *oauth_scope_refused(struct call *c, const struct client *cl, struct slice asked,
	bool for_user, struct slice *ret, const char **ret_why);
void oauth_add_user_claims(struct js *to, const struct obj *user, struct slice scope);

/* oauth_bearer.c */
/* Who calls with an access token; false when it answered. scope: what is needed, for the answer. */
bool oauth_bearer(struct call *c, struct slice scheme, struct slice token, struct slice scope);
/* Answers with an empty body and the WWW-Authenticate header that says why. */
void oauth_refuse(struct call *c, uint16_t status, struct slice scope, const char *error,
	const char *description);

/* oauth_token.c, oauth_flows.c: handlers */
void oauth_token(struct call *c);
void oauth_authorize(struct call *c);
void oauth_device(struct call *c);
void oauth_activate(struct call *c);
void oauth_revoke(struct call *c);
void oauth_introspect(struct call *c);
void oauth_userinfo(struct call *c);
