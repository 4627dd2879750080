/*
 * The part of the Okta Expression Language that group rules use, decided where it can be: comparisons of
 * profile attributes, String functions, and/or/not. Everything else is EXPR_UNKNOWN, never a guess.
 */
#pragma once

#include "state/value.h"

enum expr_result { EXPR_NO, EXPR_YES, EXPR_UNKNOWN };

/* Of a user whose profile is profile (V_ABSENT: not known). */
enum expr_result expr_eval(const struct values *v, struct slice text, struct val profile);
