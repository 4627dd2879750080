#include "cmd/session.h"

#include "reconcile/drift.h"
#include "reconcile/report.h"

static int run(const struct app *app, int argc, const char **argv)
{
	struct session_words w = {0};
	const char *format = NULL;
	bool want_code = false;
	const struct opt rows[] = {{OPT_FLAG, 0, "exit-code", &want_code, NULL,
					   "exit 2 when there is drift", NULL, 0, 0},
		{OPT_WORD, 'f', "format", &format, "text|json", "of the answer", "text|json", 0, 0},
		SESSION_OFFLINE_ROWS(&w), SESSION_ONLINE_ROWS(&w), OPT_ROWS_END};
	AUTO_PTR(diff) df = NULL;
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_drift, rows, &argc, argv, &exit_code))
		return exit_code;
	session_init(&s, app, &w);
	if (session_diff(&s, &df, &exit_code) == 0) {
		AUTO_PTR(drift) d = drift_new(df, s.config.reported.v, s.config.reported.n);
		AUTO(buf) struct buf b = BUF_TEXT;

		if (format && streq(format, "json"))
			report_drift_json(d, &b);
		else
			report_drift(d, s.color, &b);
		fputs(buf_str(&b), app->out);
		exit_code = want_code && drift_is_dirty(d) ? EXIT_CHANGES : EXIT_OK;
	}
	diff_free(TAKE(df));
	session_close(&s);
	return exit_code;
}

const struct command cmd_drift = {
	.name = "drift",
	.args = "",
	.help = "what was changed in the tenant since the last apply; only reads",
	.run = run,
};
