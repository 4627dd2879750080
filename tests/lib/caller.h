/*
 * What the tests of credentials share: a local tenant with a fake clock, an app with a key, and tokens to spoil.
 */
#pragma once

#include "tests/lib/org.h"

#include "base/jwt.h"

#define BASE "http://127.0.0.1:8080"
#define TOKEN_URL BASE "/oauth2/v1/token"
#define JWT_BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* Of the app, and of the proofs; made once: RSA takes its time. */
extern struct js *caller_app_key, *caller_proof_key;

/* A local tenant, and what is sent to it with the next request. */
struct caller {
	struct org *org;
	struct buf assertion, proof;
	struct buf access; /* "scheme token" */
	int jti;
};

/* One thing wrong with a token: a claim set to a text, to a number of seconds from now, or absent. */
struct spoil {
	const char *claim, *text;
	int64_t from_now;
	bool absent;
};
void caller_spoil(const struct caller *o, struct js *claims, const struct spoil *s);

/* Of a group of tests, and of each. */
int caller_make_keys(void **state);
int caller_wipe_keys(void **state);
int caller_set_up(void **state);
int caller_tear_down(void **state);

int64_t caller_now(const struct caller *o);
void caller_later(struct caller *o, int64_t seconds);
/* Expects a status; the answer is in org->doc. */
void caller_send(struct caller *o, unsigned status, const struct sandbox_req *req);
/* With an Authorization header of its own; body: ' stands for ". */
void caller_ask_as(struct caller *o, const char *auth, unsigned status, const char *method,
	const char *path, const char *body);
void caller_ask(
	struct caller *o, unsigned status, const char *method, const char *path, const char *body);
/* A form to a path of the authorization server, with the proof that is there. */
void caller_post(struct caller *o, unsigned status, const char *path, const char *fmt, ...)
	PRINTF(4, 5);
struct slice caller_text_at(const struct caller *o, const char *path);
/* A NUL-terminated copy. */
void caller_keep(char *to, size_t size, struct slice text);
void caller_error_is(const struct caller *o, const char *error);

/* An app with the test's key; returns its id, which is its client_id. type: "service", "native". */
const char *caller_make_app(struct caller *o, char id[21], const char *type, const char *method,
	const char *grants, bool dpop);
void caller_grant(struct caller *o, const char *app, const char *scope);
/* Gives the user or client of a path an administrator role, where roles are modelled. */
void caller_role(struct caller *o, const char *principal, const char *type);
/* A service app with okta.users.read and okta.groups.manage. */
const char *caller_service(struct caller *o, char id[21], bool dpop);

void caller_sign(
	struct buf *b, const struct js *header, const struct js *claims, const struct js *key);
/* Claims that are good, to be spoiled. */
struct js *caller_assertion_claims(struct caller *o, const char *app);
struct js *caller_proof_claims(struct caller *o, const char *method, const char *url);
/* Into o->assertion and o->proof. */
void caller_sign_assertion(struct caller *o, const struct js *claims, const char *kid);
void caller_sign_proof(struct caller *o, const struct js *claims);
void caller_good_assertion(struct caller *o, const char *app);
/* Client credentials with the assertion that is there. */
void caller_ask_token(struct caller *o, unsigned status, const char *scope);
/* Keeps the answer's token as "scheme token". */
const char *caller_keep_token(struct caller *o, const char *scheme);
const char *caller_bearer(struct caller *o, const char *app, const char *scope);
