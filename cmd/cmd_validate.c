#include "cmd/session.h"

#include "base/slice.h"

static int run(const struct app *app, int argc, const char **argv)
{
	struct session_words w = {0};
	const struct opt rows[] = {SESSION_OFFLINE_ROWS(&w), OPT_ROWS_END};
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_validate, rows, &argc, argv, &exit_code))
		return exit_code;
	if (argc > 0 && !w.manifests)
		w.manifests = argv[0];
	session_init(&s, app, &w);
	if (session_config(&s, &exit_code) == 0 && session_manifests(&s, &exit_code) == 0 &&
		session_diags(&s, &exit_code) == 0) {
		uint32_t lists = 0, edges = s.want->edges.n;

		for (uint32_t i = 0; i < s.want->lists.n; i++)
			lists += s.want->lists.v[i].link != UINT8_MAX;
		fprintf(app->out, "%u resources, %u lists with %u members and assignments: valid\n",
			s.want->res.n, lists, edges);
	}
	session_close(&s);
	return exit_code;
}

const struct command cmd_validate = {
	.name = "validate",
	.args = "[DIR]",
	.help = "checks manifests without a tenant: syntax, keys, types, values",
	.text = "\nSends nothing. Whether names that are not declared here exist in the tenant, plan tells.",
	.max_words = 1,
	.run = run,
};
