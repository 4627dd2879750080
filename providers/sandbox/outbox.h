/*
 * Event hooks' other half: which events go to which endpoint, what is sent, and the question that proves that an
 * endpoint wants them. Sending is for whoever has a network: sandbox_out_next, and options.fetch.
 */
#pragma once

#include "providers/sandbox/core.h"

/* The nth event of the log was written: queues it for the hooks that ask for its type. */
void outbox_event(struct sandbox *s, uint32_t nth);
/*
 * Asks the hook's endpoint to repeat a challenge; true when it did. Header x-okta-verification-challenge, answer
 * {"verification":"..."} (Okta: "Event hooks").
 */
bool outbox_verify(struct sandbox *s, const struct obj *hook);
/* Has an inline hook's endpoint answer the payload; *ret is the caller's. False when there is no good answer. */
bool outbox_execute(
	struct sandbox *s, const struct obj *hook, const struct js *payload, struct js **ret);
void outbox_free(struct outbox *o);
