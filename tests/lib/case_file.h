/*
 * The text of a case, section by section: "@word argument" and the lines below it.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/vec.h"

struct section {
	struct slice word, arg, body;
	uint32_t line;
	bool new_arg, new_body; /* accepted: these stand there from now on */
	struct buf arg_got, body_got;
	struct buf extra; /* sections to be put behind this one */
};

struct case_file {
	struct buf text;
	VEC(struct section) sections;
};

int case_file_read(struct case_file *f, const char *path, struct err *e) MUST_CHECK;
int case_file_write(const struct case_file *f, const char *path, struct err *e) MUST_CHECK;
void case_file_release(struct case_file *f);
/* The body as text is compared: ended by one line end, or empty. */
void case_file_body(const struct section *s, struct buf *out);
