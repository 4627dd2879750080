#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Cuts a text that filled its array at the start of a UTF-8 character. */
static void cut(char *s, size_t size, int wanted)
{
	size_t n = size - 1;

	if (wanted < 0 || (size_t)wanted < size)
		return;
	/* cppcheck-suppress uninitvar */
	while (n > 0 && ((unsigned char)s[n - 1] & 0xc0) == 0x80)
		n--;
	if (n > 0 && (unsigned char)s[n - 1] >= 0xc0)
		n--;
	s[n] = '\0';
}

PRINTF(2, 0) static void fill(struct err *e, const char *fmt, va_list ap)
{
	cut(e->msg, sizeof(e->msg), vsnprintf(e->msg, sizeof(e->msg), fmt, ap));
}

int err_set(struct err *e, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	*e = (struct err)ERR_INIT;
	e->code = code;
	va_start(ap, fmt);
	fill(e, fmt, ap);
	va_end(ap);
	return -1;
}

int err_sys(struct err *e, const char *fmt, ...)
{
	int no = errno;
	char text[300];
	va_list ap;

	*e = (struct err)ERR_INIT;
	e->code = ERR_SYS;
	va_start(ap, fmt);
	cut(text, sizeof(text), vsnprintf(text, sizeof(text), fmt, ap));
	va_end(ap);
	cut(e->msg, sizeof(e->msg), snprintf(e->msg, sizeof(e->msg), "%s: %s", text, strerror(no)));
	return -1;
}

int err_in(struct err *e, const char *fmt, ...)
{
	char text[sizeof(e->msg)];
	size_t n, inner = strlen(e->msg);
	va_list ap;
	int wanted;

	va_start(ap, fmt);
	wanted = vsnprintf(text, sizeof(text) / 2, fmt, ap);
	va_end(ap);
	cut(text, sizeof(text) / 2, wanted);
	n = strlen(text);
	text[n++] = ':';
	text[n++] = ' ';
	wanted = (int)(n + inner);
	if (inner > sizeof(text) - n - 1)
		inner = sizeof(text) - n - 1;
	memcpy(text + n, e->msg, inner);
	text[n + inner] = '\0';
	cut(text, sizeof(text), wanted);
	memcpy(e->msg, text, sizeof(text));
	return -1;
}

enum exit_code err_exit(const struct err *e)
{
	switch (e->code) {
	case ERR_NONE:
		return EXIT_OK;
	case ERR_USAGE:
		return EXIT_USAGE;
	case ERR_GUARD:
		return EXIT_GUARD;
	case ERR_STALE:
	case ERR_LOCKED:
		return EXIT_STALE;
	case ERR_MANIFEST:
	case ERR_AUTH:
	case ERR_REFUSED:
	case ERR_THROTTLED:
	case ERR_NET:
	case ERR_STATE:
	case ERR_SYS:
	case ERR_CANCELLED:
		return EXIT_FAILED;
	}
	return EXIT_FAILED;
}
