#include "base/term.h"

#include <unistd.h>

void term_color(struct buf *b, bool on, enum color c)
{
	static const char *const sgr[] = {
		[COLOR_NONE] = "\033[0m",
		[COLOR_RED] = "\033[31m",
		[COLOR_GREEN] = "\033[32m",
		[COLOR_YELLOW] = "\033[33m",
		[COLOR_BLUE] = "\033[34m",
		[COLOR_BOLD] = "\033[1m",
		[COLOR_DIM] = "\033[2m",
	};

	if (on)
		buf_adds(b, sgr[c]);
}

bool term_is(int fd)
{
	return isatty(fd) == 1;
}

bool term_wants_color(int fd, const char *(*env)(const char *))
{
	const char *no = env("NO_COLOR"), *term = env("TERM");

	return term_is(fd) && !(no && *no) && term && !streq(term, "dumb");
}
