#include "cmd/cmd.h"

#include "base/suggest.h"

static const struct command *const commands[] = {
	&cmd_init,
	&cmd_validate,
	&cmd_plan,
	&cmd_apply,
	&cmd_drift,
	&cmd_export,
	&cmd_schema,
	&cmd_sandbox,
	&cmd_doctor,
	&cmd_version,
	&cmd_help,
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < LEN(commands); i++) {
		if (streq(commands[i]->name, name))
			return commands[i];
	}
	return NULL;
}

int app_fail(const struct app *app, const struct err *e)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_add_printable(&b, slice_of(e->msg));
	fprintf(app->err, "plumb: error: %s", buf_str(&b));
	if (e->http.status && e->http.code[0])
		fprintf(app->err, " [HTTP %u %s, request %s]", (unsigned)e->http.status,
			e->http.code, e->http.request_id[0] ? e->http.request_id : "-");
	fputc('\n', app->err);
	return (int)err_exit(e);
}

static void usage(FILE *out)
{
	fputs("plumb: GitOps for Okta. Manifests say what the tenant should be; plan shows the difference, apply makes it.\n\nusage: plumb COMMAND [OPTION...]\n\n",
		out);
	for (size_t i = 0; i < LEN(commands); i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->help);
	fputs("\nplumb COMMAND -h tells a command's options. Exit codes: 0 done, 1 failed, 2 changes (with --exit-code),\n3 refused by a guard, 4 partly applied, 5 stale or locked, 64 usage.\n",
		out);
}

static void command_help(const struct command *c, const struct opt *rows, FILE *out)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	opt_help(rows, &b);
	fprintf(out, "usage: plumb %s%s%s%s\n\n%s.\n", c->name, c->args[0] ? " " : "", c->args,
		rows[0].type == OPT_END ? "" : " [OPTION...]", c->help);
	if (c->text)
		fprintf(out, "%s\n", c->text);
	fprintf(out, "\n%s  %-30s %s\n", buf_str(&b), "-h, --help", "this text");
}

bool command_options(const struct app *app, const struct command *c, const struct opt *rows,
	int *argc, const char **argv, int *ret_exit)
{
	struct err e = ERR_INIT;

	for (int i = 1; i < *argc && !streq(argv[i], "--"); i++) {
		if (streq(argv[i], "-h") || streq(argv[i], "--help")) {
			command_help(c, rows, app->out);
			*ret_exit = EXIT_OK;
			return false;
		}
	}
	if (opt_parse(rows, argc, argv, &e) < 0) {
		*ret_exit = app_fail(app, &e);
		fprintf(app->err, "'plumb %s -h' tells the options\n", c->name);
		return false;
	}
	if (*argc > c->max_words) {
		err_set(&e, ERR_USAGE, "unexpected '%s'", argv[c->max_words]);
		*ret_exit = app_fail(app, &e);
		fprintf(app->err, "'plumb %s -h' tells what it takes\n", c->name);
		return false;
	}
	return true;
}

static int unknown_command(const struct app *app, const char *name);

static int run_help(const struct app *app, int argc, const char **argv)
{
	const char *words[] = {NULL, "-h"};
	const struct command *c = argc > 1 ? find(argv[1]) : NULL;

	if (argc > 1 && !c && argv[1][0] != '-')
		return unknown_command(app, argv[1]);
	if (!c || c == &cmd_help) {
		usage(app->out);
		return EXIT_OK;
	}
	words[0] = c->name;
	return c->run(app, 2, words);
}

const struct command cmd_help = {
	.name = "help",
	.args = "[COMMAND]",
	.help = "what plumb can do, or one command's options",
	.run = run_help,
};

static int unknown_command(const struct app *app, const char *name)
{
	struct suggest s = suggest_for(slice_of(name));
	struct err e = ERR_INIT;

	for (size_t i = 0; i < LEN(commands); i++)
		suggest_offer(&s, slice_of(commands[i]->name));
	if (suggest_best(&s).p)
		err_set(&e, ERR_USAGE, "unknown command '%s'; did you mean '%.*s'?", name,
			SLICE_ARG(suggest_best(&s)));
	else
		err_set(&e, ERR_USAGE, "unknown command '%s'; 'plumb help' lists them", name);
	return app_fail(app, &e);
}

int plumb_run(const struct app *app, int argc, const char **argv)
{
	const struct command *c;

	if (argc < 2) {
		usage(app->err);
		return EXIT_USAGE;
	}
	if (streq(argv[1], "-h") || streq(argv[1], "--help")) {
		usage(app->out);
		return EXIT_OK;
	}
	c = find(streq(argv[1], "--version") ? "version" : argv[1]);
	if (c)
		return c->run(app, argc - 1, argv + 1);
	return unknown_command(app, argv[1]);
}
