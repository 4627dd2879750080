/*
 * Time is handed in. Only loops ask a clock, once a turn; policy code takes the time as a parameter.
 */
#pragma once

#include <stdint.h>

struct clock_ops {
	int64_t (*mono_ms)(void *self); /* never goes back */
	int64_t (*unix_s)(void *self);  /* seconds since 1970 */
};

struct clock {
	const struct clock_ops *ops;
	void *self;
};

static inline int64_t clock_mono_ms(struct clock c)
{
	return c.ops->mono_ms(c.self);
}

static inline int64_t clock_unix_s(struct clock c)
{
	return c.ops->unix_s(c.self);
}

struct clock clock_real(void);

/* A clock that moves only when told to. */
struct clock_fake {
	int64_t now_ms; /* milliseconds since 1970; mono_ms is the same count */
};
struct clock clock_of_fake(struct clock_fake *f);
