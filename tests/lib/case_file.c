#include "tests/lib/case_file.h"

#include <ctype.h>

#include "base/fs.h"

static bool is_section(struct slice line)
{
	return line.n > 1 && line.p[0] == '@' && islower((unsigned char)line.p[1]);
}

static void begin(struct case_file *f, struct slice line, uint32_t number)
{
	struct slice rest = {line.p + 1, line.n - 1}, word;
	struct section s = {.line = number,
		.arg_got = BUF_TEXT,
		.body_got = BUF_TEXT,
		.extra = BUF_TEXT,
		.body = {line.p + line.n, 0}};

	(void)slice_cut(&rest, ' ', &word);
	s.word = word;
	s.arg = slice_trim(rest.p ? rest : (struct slice){"", 0});
	vec_push(&f->sections, s);
}

int case_file_read(struct case_file *f, const char *path, struct err *e)
{
	struct slice rest, line;
	uint32_t number = 0;

	*f = (struct case_file){.text = BUF_TEXT};
	if (fs_read(path, &f->text, e) < 0)
		return -1;
	for (rest = buf_slice(&f->text); slice_cut(&rest, '\n', &line);) {
		number++;
		if (is_section(line)) {
			begin(f, line, number);
		} else if (f->sections.n) {
			struct section *s = &f->sections.v[f->sections.n - 1];

			if (!s->body.n)
				s->body.p = line.p;
			s->body.n = (size_t)(line.p + line.n - s->body.p);
			/* the line end, but for the file's last line without one */
			s->body.n += s->body.p + s->body.n < f->text.p + f->text.n;
		} else if (line.n) {
			return err_set(
				e, ERR_USAGE, "%s:%u: text before the first @", path, number);
		}
	}
	return 0;
}

static struct slice without_blank_end(struct slice s)
{
	while (s.n && isspace((unsigned char)s.p[s.n - 1]))
		s.n--;
	return s;
}

void case_file_body(const struct section *s, struct buf *out)
{
	buf_add_slice(out, without_blank_end(s->body));
	if (out->n)
		buf_addc(out, '\n');
}

int case_file_write(const struct case_file *f, const char *path, struct err *e)
{
	AUTO(buf) struct buf out = BUF_TEXT;

	for (uint32_t i = 0; i < f->sections.n; i++) {
		const struct section *s = &f->sections.v[i];
		struct slice arg = s->new_arg ? buf_slice(&s->arg_got) : s->arg;
		bool blank = slice_ends(s->body, "\n\n") || slice_is(s->body, "\n");
		AUTO(buf) struct buf body = BUF_TEXT;

		buf_addf(&out, "@%.*s%s%.*s\n", SLICE_ARG(s->word), arg.n ? " " : "",
			SLICE_ARG(arg));
		if (s->new_body)
			buf_add_slice(&out, buf_slice(&s->body_got));
		else
			case_file_body(s, &body);
		buf_add_slice(&out, buf_slice(&body));
		buf_add_slice(&out, buf_slice(&s->extra));
		if (blank && i + 1 < f->sections.n)
			buf_addc(&out, '\n');
	}
	return fs_write(path, buf_slice(&out), 0644, e);
}

void case_file_release(struct case_file *f)
{
	for (uint32_t i = 0; i < f->sections.n; i++) {
		buf_release(&f->sections.v[i].arg_got);
		buf_release(&f->sections.v[i].body_got);
		buf_release(&f->sections.v[i].extra);
	}
	vec_free(&f->sections);
	buf_release(&f->text);
}
