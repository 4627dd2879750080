/*
 * Policies among themselves: what each type is, and what its policies and rules consist of.
 */
#pragma once

#include "providers/sandbox/core.h"
#include "providers/sandbox/flat.h"

enum policy_type {
	P_SIGN_ON,
	P_PASSWORD,
	P_MFA_ENROLL,
	P_IDP_DISCOVERY,
	P_ACCESS,
	P_PROFILE_ENROLLMENT,
	P_POST_AUTH_SESSION,
	P_SESSION_VIOLATION,
	P_ENTITY_RISK,
	P_DEVICE_SIGNALS,
	P_CLIENT_UPDATE,
	P_CLAIM_SOURCING,
	P_COUNT,
};

enum policy_flags {
	PT_SPARSE =
		1
		<< 0, /* numbers of rules keep their gaps; no order and no conditions of policies */
	PT_CREATE = 1 << 1, /* may policies be made? */
	PT_RULES = 1 << 2,  /* may rules be made? */
	PT_FIXED = 1 << 3,  /* the system's own rule cannot be changed at all */
};

struct policy_info {
	const char *name, *rule_type, *prefix, *rule_prefix;
	unsigned flags;
	/* what a rule has where nothing was sent, then what rows cannot say; either may be NULL */
	const struct flat *rule;
	void (*fill)(struct js *rule);
	/* the actions, as JSON, of the system's rule that comes with every policy; NULL: none comes */
	const char *catch_all;
};

/* policy_types.c */
extern const struct policy_info policy_infos[P_COUNT];
/* -1 when there is no such type, or it is not modelled. */
int policy_type(struct slice name);
/* Types that Okta has and that are not modelled. */
bool policy_type_elsewhere(struct slice name);
/* Completes conditions and actions as the server does. */
void policy_fill_rule(const struct obj *policy, struct js *rule);

/* policy_settings.c */
/* Completes doc's settings, and the conditions that hang on the type. */
void policy_fill_settings(struct call *c, const struct obj *p, struct js *doc);
/* Brings up to date what depends on what else the org has. */
void policy_show_settings(const struct sandbox *s, const struct obj *p, struct js *doc);
/* Appends the names of the policies that let users enroll this authenticator, separated by commas. */
void policy_enrolling(
	const struct sandbox *s, const struct obj *authenticator, struct buf *ret_names);

/* policies.c */
void policy_reply(struct call *c, const struct obj *p);
/* Stores a new policy, without rules, from what body says; want is its place, 0: the last. */
struct obj *policy_make(struct call *c, int type, const struct js *body, int64_t want);
/* 403: it is Okta's own. */
void policy_refuse(struct call *c);

/* policy_rules.c */
/* The rule that comes with every policy of its type. */
void policy_catch_all(struct call *c, struct obj *policy);
void policy_drop_rules(struct sandbox *s, struct obj *policy);
/* Copies the rules of one policy to another one of the same type. */
void policy_copy_rules(struct call *c, const struct obj *from, struct obj *to);
/* Appends the rules as a JSON list, in their order. */
void policy_add_rules(struct buf *b, struct call *c, const struct obj *policy);

/* policy_map.c */
/* Forgets that anything uses this policy; apps fall back to the default one. */
void policy_unmap(struct sandbox *s, const struct obj *p);
