/*
 * Between users.c and user_life.c: credentials and states.
 */
#pragma once

#include "providers/sandbox/core.h"

struct credentials {
	bool password, federated, hashed;
	struct slice question;
	const struct js *provider;
};

/* Reads body.credentials; answers 400 when they cannot be taken. */
bool credentials_read(struct call *c, struct credentials *ret);
void credentials_set(struct call *c, struct js *doc, const struct credentials *cred);
void user_set_status(struct call *c, struct obj *u, struct js *doc, enum status st);
void reply_user(struct call *c, const struct obj *u);
void user_delete(struct call *c);
void user_lifecycle(struct call *c);
void user_groups(struct call *c);
void user_app_links(struct call *c);
