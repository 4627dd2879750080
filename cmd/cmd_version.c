#include "cmd/cmd.h"

#include "version.h"

static int run(const struct app *app, int argc, const char **argv)
{
	static const struct opt rows[] = {OPT_ROWS_END};
	int exit_code;

	if (!command_options(app, &cmd_version, rows, &argc, argv, &exit_code))
		return exit_code;
	fprintf(app->out, "plumb %s\n", PLUMB_VERSION);
	return EXIT_OK;
}

const struct command cmd_version = {
	.name = "version",
	.args = "",
	.help = "the version of this program",
	.run = run,
};
