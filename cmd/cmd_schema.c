#include "cmd/cmd.h"

#include "providers/okta/okta.h"
#include "state/schema.h"

static int run(const struct app *app, int argc, const char **argv)
{
	static const struct opt rows[] = {OPT_ROWS_END};
	AUTO(buf) struct buf b = BUF_TEXT;
	int exit_code;

	if (!command_options(app, &cmd_schema, rows, &argc, argv, &exit_code))
		return exit_code;
	schema_write(okta_provider.kinds, &b);
	fputs(buf_str(&b), app->out);
	return EXIT_OK;
}

const struct command cmd_schema = {
	.name = "schema",
	.args = "",
	.help = "the JSON Schema of manifests, for editors",
	.run = run,
};
