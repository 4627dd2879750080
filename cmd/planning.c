#include "cmd/planning.h"

int planning_plan(
	struct session *s, const struct plan_words *w, struct plan **ret_plan, int *ret_exit)
{
	AUTO_PTR(diff) df = NULL;
	struct plan_options o = {.targets = w->targets.v, .ntargets = w->targets.n};
	struct err e = ERR_INIT;

	if (session_diff(s, &df, ret_exit) < 0)
		return -1;
	o.tenant = s->org_url;
	if (plan_new(df, &o, ret_plan, &e) < 0) {
		*ret_exit = app_fail(s->app, &e);
		return -1;
	}
	return 0;
}

int planning_guard(
	struct session *s, const struct plan_words *w, const struct plan *p, int *ret_exit)
{
	struct guard_limits g = {.max_removals = s->config.max_removals,
		.max_removals_pct = s->config.max_removals_pct,
		.min_population = s->config.min_population,
		.allow_removals = w->allow_removals};
	AUTO(buf) struct buf b = BUF_TEXT;

	if (guard_check(p, s->want, s->live, s->applied, &g, &b) == 0)
		return 0;
	fputs(buf_str(&b), s->app->err);
	*ret_exit = EXIT_GUARD;
	return -1;
}
