#include "base/clock.h"

#include <stddef.h>
#include <time.h>

static int64_t real_mono_ms(void *self)
{
	struct timespec t;

	(void)self;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t real_unix_s(void *self)
{
	(void)self;
	return (int64_t)time(NULL);
}

struct clock clock_real(void)
{
	static const struct clock_ops ops = {real_mono_ms, real_unix_s};

	return (struct clock){&ops, NULL};
}

static int64_t fake_mono_ms(void *self)
{
	return ((struct clock_fake *)self)->now_ms;
}

static int64_t fake_unix_s(void *self)
{
	return ((struct clock_fake *)self)->now_ms / 1000;
}

struct clock clock_of_fake(struct clock_fake *f)
{
	static const struct clock_ops ops = {fake_mono_ms, fake_unix_s};

	return (struct clock){&ops, f};
}
