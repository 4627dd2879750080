/*
 * Between the files of users: how they are printed and listed, credentials, states, and what hangs on them.
 */
#pragma once

#include "providers/sandbox/core.h"

struct credentials {
	bool password, federated, hashed;
	struct slice value, question, answer;
	const struct js *provider;
};

/* user_credentials.c */
/* Reads body.credentials; answers 400 when they cannot be taken. */
bool credentials_read(struct call *c, struct credentials *ret);
void credentials_set(struct call *c, struct obj *u, struct js *doc, const struct credentials *cred);

/* user_life.c */
void user_set_status(struct call *c, struct obj *u, struct js *doc, enum status st);
/* Moves a user to a state, with what comes of it. */
void user_move(struct call *c, struct obj *u, enum status to);
/* Makes the answer's body the link by which a password is reset. */
void user_add_reset_url(struct call *c);
void user_delete(struct call *c);
void user_lifecycle(struct call *c);
void user_groups(struct call *c);
void user_app_links(struct call *c);

/* users.c */
void reply_user(struct call *c, const struct obj *u);

/* user_extra.c */
/* What belongs to a user and is never printed with it; the caller owns the map. */
struct js *user_hidden(const struct obj *u);
/* Takes val over. */
void user_hide(struct obj *u, const char *key, struct js *val);
void user_end_sessions(struct sandbox *s, const struct obj *u);

/* factors.c */
enum { FACTOR_TYPES = 13 }; /* what sub is below */
void factors_reset(struct sandbox *s, const struct obj *u);
