/*
 * Commands: one file each, cmd_<name>.c, ending in one descriptor; cmd/run.c lists them.
 *
 * Adding a command: write cmd/cmd_<name>.c with `const struct command cmd_<name>`, add it to the list
 * in cmd/run.c, describe it in docs/manual.md (tests compare the two).
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "base/http.h"
#include "base/opt.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Everything ambient, handed in by main or by a test; nothing below reaches around it. */
struct app {
	struct clock clock;
	const char *(*env)(const char *name); /* NULL when unset */
	FILE *out, *err;                      /* the answer; progress and diagnostics */
	bool out_color, err_color, progress;  /* progress: err is a terminal */
	bool interactive;                  /* stdin and err are terminals: questions may be asked */
	uint64_t seed;                     /* of jitter */
	const volatile sig_atomic_t *stop; /* counts Ctrl-C */
	const struct transport *transport; /* a test's; NULL: libcurl */
};

struct command {
	const char *name;
	const char *args; /* as the help shows them: "[PLAN]" */
	const char *help; /* one line */
	const char *text; /* the rest of -h */
	int max_words;    /* beside options */
	/* argv[0..argc-1] are the words after the command's name, options included. */
	int (*run)(const struct app *app, int argc, const char **argv);
};

/* Runs `plumb argv[1..]` and returns the exit code. */
int plumb_run(const struct app *app, int argc, const char **argv);

/*
 * Parses a command's options, which include -h: *ret_exit is what to return at once when this says
 * false (help was asked for and printed, or the words are wrong and that was said).
 */
bool command_options(const struct app *app, const struct command *c, const struct opt *rows,
	int *argc, const char **argv, int *ret_exit);
/* Says "plumb: error: ..." on app->err and returns the exit code. */
int app_fail(const struct app *app, const struct err *e);

extern const struct command cmd_init, cmd_validate, cmd_plan, cmd_apply, cmd_drift, cmd_export,
	cmd_schema, cmd_sandbox, cmd_doctor, cmd_version, cmd_help;
