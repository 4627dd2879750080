/*
 * What the tests of credentials share: a local tenant with a fake clock, an app with a key, and tokens to spoil.
 */
#pragma once

#include "base/clock.h"
#include "base/jwt.h"
#include "providers/sandbox/sandbox.h"

#define BASE "http://127.0.0.1:8080"
#define TOKEN_URL BASE "/oauth2/v1/token"
#define JWT_BEARER "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/* Of the app, and of the proofs; made once: RSA takes its time. */
extern struct js *app_key, *proof_key;

struct org {
	struct clock_fake clock;
	struct sandbox *s;
	struct sandbox_res res;
	struct js *doc; /* of the last answer */
	struct buf assertion, proof, form, access, header;
	int jti;
};

/* One thing wrong with a token: a claim set to a text, to a number of seconds from now, or absent. */
struct spoil {
	const char *claim, *text;
	int64_t from_now;
	bool absent;
};
void spoil(const struct org *o, struct js *claims, const struct spoil *s);

/* Of a group of tests, and of each. */
int make_keys(void **state);
int wipe_keys(void **state);
int set_up(void **state);
int tear_down(void **state);

int64_t now(const struct org *o);
void later(struct org *o, int64_t seconds);
/* Expects a status; the answer is in o->doc. */
void send_request(struct org *o, unsigned status, const struct sandbox_req *req);
/* With an Authorization header of its own; body: ' stands for ". */
void ask_as(struct org *o, const char *auth, unsigned status, const char *method, const char *path,
	const char *body);
void ask(struct org *o, unsigned status, const char *method, const char *path, const char *body);
/* A form to a path of the authorization server, with the proof that is there. */
void post(struct org *o, unsigned status, const char *path, const char *fmt, ...) PRINTF(4, 5);
struct slice text_at(const struct org *o, const char *path);
/* A NUL-terminated copy. */
void keep(char *to, size_t size, struct slice text);
void assert_error(const struct org *o, const char *error);
void assert_code(const struct org *o, const char *code);
bool header_has(const struct org *o, const char *text);

/* An app with the test's key; returns its id, which is its client_id. type: "service", "native". */
const char *make_app(struct org *o, char id[21], const char *type, const char *method,
	const char *grants, bool dpop);
void grant(struct org *o, const char *app, const char *scope);
/* A service app with okta.users.read and okta.groups.manage. */
const char *service(struct org *o, char id[21], bool dpop);

void sign(struct buf *b, const struct js *header, const struct js *claims, const struct js *key);
/* Claims that are good, to be spoiled. */
struct js *assertion_claims(struct org *o, const char *app);
struct js *proof_claims(struct org *o, const char *method, const char *url);
/* Into o->assertion and o->proof. */
void sign_assertion(struct org *o, const struct js *claims, const char *kid);
void sign_proof(struct org *o, const struct js *claims);
void good_assertion(struct org *o, const char *app);
/* Client credentials with the assertion that is there. */
void ask_token(struct org *o, unsigned status, const char *scope);
/* Keeps the answer's token as "scheme token". */
const char *keep_token(struct org *o, const char *scheme);
const char *bearer(struct org *o, const char *app, const char *scope);
