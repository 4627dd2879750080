/*
 * Manifests that are wrong, and what is said of them: tests/cases/broken/NAME.case, one file each.
 *
 *     @note why the case is there
 *     @var NAME=VALUE                 a variable, as --var sets it
 *     @manifest groups.yaml           the lines up to the next of these are a file of that name
 *     groups: ...
 *     @bytes ff fe 0a                 these bytes, in the place where this stands
 *     @generate deep 100              x-deep: [[[...]]], 100 deep
 *     @generate text 1000             x-text: a text of 1000 bytes
 *     @generate bomb 8                aliases of aliases of ten nodes each, 8 steps
 *     @link x.yaml gone               a symbolic link x.yaml to gone
 *     @load none                      loads that path; without it, the folder
 *     @expect                         the rest is what must be printed, byte for byte
 *
 * With PLUMB_ACCEPT=1 the expected parts are rewritten; look at the difference. Runs in the folder of the
 * sources.
 */
#include "tests/lib/t.h"

#include <dirent.h>
#include <unistd.h>

#include "base/fs.h"
#include "providers/okta/okta.h"
#include "state/manifest.h"

static const char folder[] = "tests/cases/broken";
enum { MIN_CASES = 65, MAX_VARS = 8 };

struct broken {
	struct t_dir dir;
	struct slice file; /* the manifest that is being written; p NULL: none */
	struct buf text, load, got;
	struct var vars[MAX_VARS];
	size_t nvars;
};

static const char *z(struct arena *a, struct slice s)
{
	return arena_str(a, s);
}

static void end_file(struct broken *b, struct arena *a)
{
	if (b->file.p)
		t_write(&b->dir, z(a, b->file), buf_slice(&b->text));
	b->file = (struct slice){NULL, 0};
	buf_clear(&b->text);
}

static void add_bytes(struct buf *out, struct slice hex)
{
	struct slice word;

	while (slice_cut(&hex, ' ', &word)) {
		char text[3] = {0}, *end;

		assert_int_equal(word.n, 2);
		memcpy(text, word.p, 2);
		buf_addc(out, (char)strtoul(text, &end, 16));
		assert_ptr_equal(end, text + 2);
	}
}

static void generate(struct buf *out, struct slice what, size_t n)
{
	if (slice_is(what, "deep")) {
		buf_adds(out, "x-deep: ");
		buf_pad(out, '[', n);
		buf_pad(out, ']', n);
	} else if (slice_is(what, "text")) {
		buf_adds(out, "x-text: ");
		buf_pad(out, 'x', n);
	} else if (slice_is(what, "bomb")) {
		buf_adds(out, "x-0: &a0 [x, x, x, x, x, x, x, x, x, x]");
		for (size_t i = 1; i <= n; i++) {
			buf_addf(out, "\nx-%zu: &a%zu [", i, i);
			for (int k = 0; k < 10; k++)
				buf_addf(out, "%s*a%zu", k ? ", " : "", i - 1);
			buf_addc(out, ']');
		}
	} else {
		fail_msg("@generate %.*s", SLICE_ARG(what));
	}
	buf_addc(out, '\n');
}

static void directive(struct broken *b, struct arena *a, struct slice line)
{
	struct slice rest = {line.p + 1, line.n - 1}, word, first;
	long long n = 0;

	(void)slice_cut(&rest, ' ', &word);
	if (slice_is(word, "bytes")) {
		add_bytes(&b->text, rest);
		return;
	}
	if (slice_is(word, "generate")) {
		(void)slice_cut(&rest, ' ', &first);
		assert_true(slice_int(rest, 1, 10000000, &n));
		generate(&b->text, first, (size_t)n);
		return;
	}
	end_file(b, a);
	if (slice_is(word, "manifest")) {
		b->file = rest;
	} else if (slice_is(word, "link")) {
		(void)slice_cut(&rest, ' ', &first);
		assert_int_equal(symlink(z(a, rest), t_path(&b->dir, z(a, first))), 0);
	} else if (slice_is(word, "load")) {
		buf_clear(&b->load);
		buf_adds(&b->load, t_path(&b->dir, z(a, rest)));
	} else if (slice_is(word, "var")) {
		assert_true(b->nvars < MAX_VARS);
		(void)slice_cut(&rest, '=', &first);
		b->vars[b->nvars++] = (struct var){first, rest};
	} else if (!slice_is(word, "note")) {
		fail_msg("what is '%.*s'?", SLICE_ARG(line));
	}
}

/* What is printed, with the test's own folder taken out. */
static void load(struct broken *b, struct arena *a)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) values = values_new(pool);
	AUTO_PTR(snapshot) snap = NULL;
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;
	struct slice rest;
	size_t n = strlen(b->dir.path);
	int r;

	r = manifest_load(buf_str(&b->load), okta_provider.kinds, values,
		(struct vars){b->vars, b->nvars}, a, &d, &snap);
	diags_print(&d, &out);
	if (r == 0)
		buf_adds(&out, "(nothing is wrong)\n");
	for (rest = buf_slice(&out); rest.n;) {
		if (slice_starts(rest, b->dir.path)) {
			n += n < rest.n && rest.p[n] == '/';
			rest = (struct slice){rest.p + n, rest.n - n};
			n = strlen(b->dir.path);
			continue;
		}
		buf_addc(&b->got, rest.p[0]);
		rest = (struct slice){rest.p + 1, rest.n - 1};
	}
}

static void accept(const char *path, struct slice text, struct slice expect, const struct buf *got)
{
	AUTO(buf) struct buf out = BUF_TEXT;
	struct err e = ERR_INIT;

	buf_add(&out, text.p, (size_t)(expect.p - text.p));
	buf_add_slice(&out, buf_slice(got));
	t_ok(fs_write(path, buf_slice(&out), 0644, &e), &e);
}

static bool run(const char *path)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	struct broken b = {.text = BUF_TEXT, .load = BUF_TEXT, .got = BUF_TEXT};
	struct arena a = ARENA_INIT;
	struct err e = ERR_INIT;
	struct slice rest, line, expect = {NULL, 0};
	bool ok;

	t_ok(fs_read(path, &text, &e), &e);
	t_dir_make(&b.dir);
	buf_adds(&b.load, b.dir.path);
	for (rest = buf_slice(&text); !expect.p && slice_cut(&rest, '\n', &line);) {
		if (slice_is(line, "@expect")) {
			end_file(&b, &a);
			expect = rest.p ? rest : (struct slice){text.p + text.n, 0};
		} else if (line.n && line.p[0] == '@') {
			directive(&b, &a, line);
		} else if (b.file.p) {
			buf_add_slice(&b.text, line);
			buf_addc(&b.text, '\n');
		}
	}
	assert_non_null(expect.p);
	load(&b, &a);
	ok = slice_eq(expect, buf_slice(&b.got));
	if (!ok && getenv("PLUMB_ACCEPT"))
		accept(path, buf_slice(&text), expect, &b.got);
	else if (!ok)
		print_error("%s: got\n%swant\n%.*s", path, buf_str(&b.got), SLICE_ARG(expect));
	t_dir_release(&b.dir);
	buf_release(&b.text);
	buf_release(&b.load);
	buf_release(&b.got);
	arena_release(&a);
	return ok || getenv("PLUMB_ACCEPT");
}

static int is_case(const struct dirent *ent)
{
	return slice_ends(slice_of(ent->d_name), ".case");
}

static void test_broken__manifests_are_explained(void **state)
{
	struct dirent **list = NULL;
	int n = scandir(folder, &list, is_case, alphasort), bad = 0;
	struct arena a = ARENA_INIT;

	(void)state;
	for (int i = 0; i < n; i++) {
		bad += !run(fs_join(&a, folder, list[i]->d_name));
		free(list[i]);
	}
	free(list);
	arena_release(&a);
	if (bad)
		fail_msg("%d of %d cases", bad, n);
	assert_true(n >= MIN_CASES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_broken__manifests_are_explained),
	};

	return t_run("broken", tests);
}
