#include "cmd/session.h"

#include "base/fs.h"
#include "state/yaml_write.h"

struct words {
	struct session_words session;
	const char *out;
};

static int write_kind(
	struct session *s, const struct words *w, uint16_t kind, uint32_t *left_out, struct err *e)
{
	AUTO(buf) struct buf text = BUF_TEXT, path = BUF_TEXT;

	if (yaml_write_kind(s->live, kind, &text, left_out, e) < 0)
		return -1;
	if (!text.n)
		return 0;
	if (!w->out) {
		fputs(buf_str(&text), s->app->out);
		return 0;
	}
	buf_addf(&path, "%s/%s.yaml", w->out, s->kinds->v[kind]->plural);
	return fs_write(buf_str(&path), buf_slice(&text), 0666, e);
}

static int write_all(struct session *s, const struct words *w)
{
	uint32_t left_out = 0;
	struct err e = ERR_INIT;

	if (w->out && fs_mkdir(w->out, &e) < 0)
		return app_fail(s->app, &e);
	for (uint16_t k = 0; k < s->kinds->n; k++) {
		if (s->kinds->v[k]->plural && write_kind(s, w, k, &left_out, &e) < 0)
			return app_fail(s->app, &e);
	}
	if (left_out)
		fprintf(s->app->err,
			"%u objects share their name with another one and were left out\n",
			left_out);
	return EXIT_OK;
}

static int run(const struct app *app, int argc, const char **argv)
{
	struct words w = {0};
	const struct opt rows[] = {
		{OPT_STR, 'o', "out", &w.out, "DIR", "a file for each kind, there", NULL, 0, 0},
		SESSION_OFFLINE_ROWS(&w.session), SESSION_ONLINE_ROWS(&w.session), OPT_ROWS_END};
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_export, rows, &argc, argv, &exit_code))
		return exit_code;
	session_init(&s, app, &w.session);
	if (session_config(&s, &exit_code) == 0 && session_connect(&s, &exit_code) == 0 &&
		session_read(&s, true, &exit_code) == 0)
		exit_code = write_all(&s, &w);
	session_close(&s);
	return exit_code;
}

const struct command cmd_export = {
	.name = "export",
	.args = "",
	.help = "writes the tenant as manifests; only reads",
	.text = "\nThe first plan of what was written is empty. Secrets, and what Okta owns, are left out.",
	.run = run,
};
