#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { MAX_DIAGS = 1000, MAX_TEXT = 800 };

void diags_release(struct diags *d)
{
	arena_release(&d->text);
	vec_free(&d->list);
	d->nerrors = d->dropped = 0;
}

PRINTF(2, 0) static const char *text(struct diags *d, const char *fmt, va_list ap)
{
	AUTO(buf) struct buf out = BUF_TEXT;
	char s[MAX_TEXT];

	if (vsnprintf(s, sizeof(s), fmt, ap) >= (int)sizeof(s)) {
		size_t n = sizeof(s) - 4;

		while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
			n--;
		memcpy(s + n, "...", 4);
	}
	buf_add_printable(&out, slice_of(s));
	return arena_str(&d->text, buf_slice(&out));
}

static void add(
	struct diags *d, struct srcloc at, enum severity sev, const char *code, const char *msg)
{
	if (sev == SEV_ERROR)
		d->nerrors++;
	if (d->list.n >= MAX_DIAGS) {
		d->dropped++;
		return;
	}
	vec_push(&d->list,
		(struct diag){
			.at = at, .severity = sev, .code = code, .msg = msg, .seq = d->list.n});
}

void diag_error(struct diags *d, struct srcloc at, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, at, SEV_ERROR, code, text(d, fmt, ap));
	va_end(ap);
}

void diag_warn(struct diags *d, struct srcloc at, const char *code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(d, at, SEV_WARNING, code, text(d, fmt, ap));
	va_end(ap);
}

void diag_hint(struct diags *d, const char *fmt, ...)
{
	va_list ap;

	if (!d->list.n || d->dropped)
		return;
	va_start(ap, fmt);
	d->list.v[d->list.n - 1].hint = text(d, fmt, ap);
	va_end(ap);
}

static int by_place(const void *pa, const void *pb)
{
	const struct diag *a = pa, *b = pb;
	int c = strcmp(a->at.file ? a->at.file : "", b->at.file ? b->at.file : "");

	if (c)
		return c;
	if (a->at.line != b->at.line)
		return a->at.line < b->at.line ? -1 : 1;
	if (a->at.col != b->at.col)
		return a->at.col < b->at.col ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

void diags_print(struct diags *d, struct buf *out)
{
	vec_sort(&d->list, by_place);
	for (uint32_t i = 0; i < d->list.n; i++) {
		const struct diag *g = &d->list.v[i];

		if (g->at.file) {
			buf_add_printable(out, slice_of(g->at.file));
			if (g->at.line)
				buf_addf(out, ":%u:%u", g->at.line, g->at.col);
			buf_adds(out, ": ");
		}
		buf_addf(out, "%s[%s]: %s\n", g->severity == SEV_ERROR ? "error" : "warning",
			g->code, g->msg);
		if (g->hint)
			buf_addf(out, "  hint: %s\n", g->hint);
	}
	if (d->dropped)
		buf_addf(out, "error: and %u more\n", d->dropped);
}
