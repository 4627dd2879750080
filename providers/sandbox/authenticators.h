/*
 * Authenticators: which kinds of them there are.
 */
#pragma once

#include "providers/sandbox/core.h"

enum authenticator_flags {
	AK_MANY = 1 << 0,   /* an org can have several of this key, told apart by name */
	AK_ENROLL = 1 << 1, /* has a link for enrolling at an app */
	AK_FIXED = 1 << 2,  /* cannot be switched off */
	AK_AAGUIDS = 1 << 3,
};

struct authenticator_key {
	const char *key, *type;
	const char *settings; /* those of a new one, as JSON; NULL: it has none */
	const char
		*provider;   /* the type that its provider must have; "*": any; NULL: it has none */
	const char *methods; /* "sms|voice"; one behind '-' starts inactive */
	unsigned flags;
};

/* The row that an authenticator was made from. */
const struct authenticator_key *authenticator_key_of(const struct obj *o);
