/*
 * Command-line options as rows: one array drives parsing, -h and completion. Long options are never
 * abbreviated; an unknown one is an error with the nearest name; "--" ends the options.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

#include <stdbool.h>

enum opt_type {
	OPT_END,
	OPT_FLAG, /* bool: --x, --no-x */
	OPT_STR,  /* const char *: the argument, borrowed from argv */
	OPT_LIST, /* struct opt_list: may be given more than once */
	OPT_INT,  /* int, within min..max */
	OPT_WORD, /* const char *: one of words "a|b|c" */
};

enum { OPT_LIST_MAX = 64 };
struct opt_list {
	const char *v[OPT_LIST_MAX];
	int n;
};

struct opt {
	enum opt_type type;
	char letter; /* 0: none */
	const char *name;
	void *target;
	const char *arg;   /* what the argument is called in the help */
	const char *help;  /* one line */
	const char *words; /* OPT_WORD */
	int min, max;      /* OPT_INT */
};

#define OPT_ROWS_END                                                                               \
	{                                                                                          \
		OPT_END, 0, NULL, NULL, NULL, NULL, NULL, 0, 0                                     \
	}

/* Parses argv[1..]; moves what is no option to argv[0..] and sets *argc to their count. ERR_USAGE. */
int opt_parse(const struct opt *rows, int *argc, const char **argv, struct err *e) MUST_CHECK;
/* One line an option. */
void opt_help(const struct opt *rows, struct buf *out);
