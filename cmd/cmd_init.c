#include "cmd/cmd.h"

#include "base/fs.h"

static const char config_text[] =
	"# plumb.yaml: what this repository manages. docs/manual.md tells all keys.\n"
	"# tenant: https://acme.okta.com\n"
	"manifests: org\n"
	"# environments:\n"
	"#   preview: { tenant: https://acme.oktapreview.com, vars: { domain: preview.acme.example } }\n";

static const char manifest_text[] =
	"# What people know from Okta's documentation is what stands here; 'plumb schema' tells editors.\n"
	"groups:\n"
	"  Engineering:\n"
	"    profile: { description: Everyone who ships }\n";

static int write_new(const struct app *app, const char *path, const char *text, struct err *e)
{
	if (fs_exists(path))
		return err_set(
			e, ERR_USAGE, "'%s' is there already; init overwrites nothing", path);
	if (fs_write(path, slice_of(text), 0666, e) < 0)
		return -1;
	fprintf(app->out, "wrote %s\n", path);
	return 0;
}

static int run(const struct app *app, int argc, const char **argv)
{
	static const struct opt rows[] = {OPT_ROWS_END};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	const char *dir, *org;
	int exit_code;

	if (!command_options(app, &cmd_init, rows, &argc, argv, &exit_code))
		return exit_code;
	dir = argc > 0 ? argv[0] : ".";
	org = fs_join(&a, dir, "org");
	exit_code = EXIT_OK;
	if (fs_mkdir(org, &e) < 0 ||
		write_new(app, fs_join(&a, dir, "plumb.yaml"), config_text, &e) < 0 ||
		write_new(app, fs_join(&a, org, "groups.yaml"), manifest_text, &e) < 0)
		exit_code = app_fail(app, &e);
	else
		fputs("next: set OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN (or start 'plumb sandbox'), then 'plumb plan'\n",
			app->out);
	arena_release(&a);
	return exit_code;
}

const struct command cmd_init = {
	.name = "init",
	.args = "[DIR]",
	.help = "starts a repository: plumb.yaml and a first manifest",
	.max_words = 1,
	.run = run,
};
