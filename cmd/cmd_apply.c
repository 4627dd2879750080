#include "cmd/planning.h"

#include "base/fs.h"
#include "reconcile/apply.h"
#include "reconcile/report.h"

struct words {
	struct session_words session;
	struct plan_words plan;
	bool yes;
};

static void on_op(void *self, const struct plan *p, uint32_t op, const struct op_result *r)
{
	struct session *s = self;
	AUTO(buf) struct buf b = BUF_TEXT;

	session_quiet(s);
	report_op(p, op, r, s->color, &b);
	fputs(buf_str(&b), s->app->out);
}

static int read_plan(struct session *s, const char *path, struct plan **ret_plan, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX((size_t)1 << 30), inner = BUF_TEXT;
	AUTO_PTR(js) j = NULL;
	AUTO_PTR(plan) p = NULL;

	if (fs_read(path, &text, e) < 0)
		return -1;
	if (js_parse(buf_slice(&text), "the plan", &j, e) < 0) {
		e->code = ERR_MANIFEST;
		return -1;
	}
	js_write(&inner, js_get(j, "plan") ? js_get(j, "plan") : j);
	if (plan_read(buf_slice(&inner), s->kinds, s->values, &p, e) < 0)
		return -1;
	if (!slice_is(js_str(js_get(j, "id")), p->id))
		return err_set(e, ERR_STALE,
			"the plan is not what its id says: it was changed after it was made");
	if (!streq(p->tenant, s->org_url))
		return err_set(
			e, ERR_STALE, "the plan is for %s, not for %s", p->tenant, s->org_url);
	*ret_plan = TAKE(p);
	return 0;
}

static bool confirmed(struct session *s)
{
	char answer[16] = "";

	fprintf(s->app->err, "Apply this? Only 'yes' does: ");
	fflush(s->app->err);
	return fgets(answer, sizeof(answer), stdin) &&
	       slice_is(slice_trim(slice_of(answer)), "yes");
}

static int execute(struct session *s, struct plan *p, bool check)
{
	struct apply_options o = {.engine = s->engine,
		.store = s->store,
		.check = check,
		.applied = s->applied,
		.mail = s->config.activation_email,
		.secret = session_secret,
		.report = on_op,
		.self = s};
	struct apply_counts n = {0};
	struct err e = ERR_INIT;
	int rc = apply_run(p, &o, &n, &e);

	session_quiet(s);
	fprintf(s->app->out, "%sApplied: %u done, %u failed, %u skipped, %u stale; %u requests.\n",
		p->ops.n ? "\n" : "", n.done, n.failed, n.skipped, n.stale, engine_sent(s->engine));
	if (rc < 0) {
		int code = app_fail(s->app, &e);

		return n.done && e.code == ERR_CANCELLED ? EXIT_PARTIAL : code;
	}
	if (n.failed || n.skipped || n.stale)
		return n.done ? EXIT_PARTIAL : n.stale && !n.failed ? EXIT_STALE : EXIT_FAILED;
	return EXIT_OK;
}

/* A plan that was made and reviewed before: what it changes is read again first. */
static int apply_file(struct session *s, const struct words *w, const char *path)
{
	AUTO_PTR(plan) p = NULL;
	struct err e = ERR_INIT;
	int exit_code = EXIT_OK;

	if (w->plan.targets.n || w->session.manifests || w->session.vars.n) {
		err_set(&e, ERR_USAGE,
			"a plan file is applied as it is: --target, --manifests and --var belong to 'plumb plan'");
		return app_fail(s->app, &e);
	}
	if (session_config(s, &exit_code) < 0 || session_connect(s, &exit_code) < 0)
		return exit_code;
	if (read_plan(s, path, &p, &e) < 0 || !p)
		return app_fail(s->app, &e);
	if (session_state(s, &exit_code) < 0 || planning_guard(s, &w->plan, p, &exit_code) < 0)
		return exit_code;
	return execute(s, p, true);
}

static int apply_live(struct session *s, const struct words *w)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO_PTR(plan) p = NULL;
	struct err e = ERR_INIT;
	int exit_code = EXIT_OK;

	if (planning_plan(s, &w->plan, &p, &exit_code) < 0)
		return exit_code;
	report_plan(p, s->color, &text);
	fputs(buf_str(&text), s->app->out);
	fflush(s->app->out);
	if (planning_guard(s, &w->plan, p, &exit_code) < 0)
		return exit_code;
	if (!plan_is_empty(p) && !w->yes) {
		if (!s->app->interactive) {
			err_set(&e, ERR_USAGE,
				"apply changes the tenant: give --yes, or a plan file");
			return app_fail(s->app, &e);
		}
		if (!confirmed(s))
			return EXIT_FAILED;
	}
	return execute(s, p, false);
}

static int run(const struct app *app, int argc, const char **argv)
{
	struct words w = {0};
	const struct opt rows[] = {{OPT_FLAG, 'y', "yes", &w.yes, NULL, "does not ask", NULL, 0, 0},
		PLAN_ROWS(&w.plan), SESSION_OFFLINE_ROWS(&w.session),
		SESSION_ONLINE_ROWS(&w.session), OPT_ROWS_END};
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_apply, rows, &argc, argv, &exit_code))
		return exit_code;
	session_init(&s, app, &w.session);
	s.lock = true;
	exit_code = argc > 0 ? apply_file(&s, &w, argv[0]) : apply_live(&s, &w);
	session_close(&s);
	return exit_code;
}

const struct command cmd_apply = {
	.name = "apply",
	.args = "[PLAN]",
	.help = "makes the tenant what the manifests, or a plan file, say",
	.text = "\nWithout PLAN the plan is made now, shown, and asked about (--yes does not ask). With PLAN exactly that\n"
		"is done: each object is read again first, and what was changed since is refused as stale.",
	.max_words = 1,
	.run = run,
};
