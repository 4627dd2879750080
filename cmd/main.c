#include "cmd/cmd.h"

#include "base/term.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <unistd.h>

static volatile sig_atomic_t stopped;

static void on_signal(int sig)
{
	(void)sig;
	stopped++;
}

static const char *env(const char *name)
{
	return getenv(name);
}

int main(int argc, char **argv)
{
	struct sigaction sa = {.sa_handler = on_signal};
	struct app app = {
		.clock = clock_real(),
		.env = env,
		.out = stdout,
		.err = stderr,
		.out_color = term_wants_color(STDOUT_FILENO, env),
		.err_color = term_wants_color(STDERR_FILENO, env),
		.progress = term_is(STDERR_FILENO),
		.interactive = term_is(STDIN_FILENO) && term_is(STDERR_FILENO),
		.seed = (uint64_t)getpid(),
		.stop = &stopped,
	};
	const char **words;
	int code;

	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	words = xcalloc((size_t)argc + 1, sizeof(*words));
	for (int i = 0; i < argc; i++)
		words[i] = argv[i];
	code = plumb_run(&app, argc, words);
	free(words);
	if (fflush(stdout) != 0 || ferror(stdout))
		return code ? code : EXIT_FAILED;
	return code;
}
