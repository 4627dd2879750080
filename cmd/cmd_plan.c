#include "cmd/planning.h"

#include "base/fs.h"
#include "reconcile/report.h"

struct words {
	struct session_words session;
	struct plan_words plan;
	const char *out, *format;
	bool exit_code;
};

static void show(struct session *s, const struct words *w, const struct plan *p)
{
	AUTO(buf) struct buf text = BUF_TEXT;

	if (w->format && streq(w->format, "json"))
		report_plan_json(p, &text);
	else
		report_plan(p, s->color, &text);
	fputs(buf_str(&text), s->app->out);
}

/* What a guard refuses is not written: there is nothing to apply. */
static int write_plan(struct session *s, const char *path, const struct plan *p)
{
	AUTO(buf) struct buf json = BUF_TEXT;
	struct err e = ERR_INIT;

	report_plan_json(p, &json);
	if (fs_write(path, buf_slice(&json), 0600, &e) < 0)
		return app_fail(s->app, &e);
	fprintf(s->app->err, "plan %.12s written to %s\n", p->id, path);
	return EXIT_OK;
}

static int plan(struct session *s, const struct words *w)
{
	AUTO_PTR(plan) p = NULL;
	int exit_code = EXIT_OK;

	if (planning_plan(s, &w->plan, &p, &exit_code) < 0)
		return exit_code;
	show(s, w, p);
	if (planning_guard(s, &w->plan, p, &exit_code) < 0)
		return exit_code;
	if (w->out)
		exit_code = write_plan(s, w->out, p);
	if (exit_code == EXIT_OK && w->exit_code && !plan_is_empty(p))
		exit_code = EXIT_CHANGES;
	return exit_code;
}

static int run(const struct app *app, int argc, const char **argv)
{
	struct words w = {0};
	const struct opt rows[] = {{OPT_STR, 'o', "out", &w.out, "FILE",
					   "writes the plan for 'plumb apply FILE'", NULL, 0, 0},
		{OPT_FLAG, 0, "exit-code", &w.exit_code, NULL, "exit 2 when there are changes",
			NULL, 0, 0},
		{OPT_WORD, 'f', "format", &w.format, "text|json", "of the answer", "text|json", 0,
			0},
		PLAN_ROWS(&w.plan), SESSION_OFFLINE_ROWS(&w.session),
		SESSION_ONLINE_ROWS(&w.session), OPT_ROWS_END};
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_plan, rows, &argc, argv, &exit_code))
		return exit_code;
	session_init(&s, app, &w.session);
	exit_code = plan(&s, &w);
	session_close(&s);
	return exit_code;
}

const struct command cmd_plan = {
	.name = "plan",
	.args = "",
	.help = "shows what apply would do; only reads",
	.run = run,
};
