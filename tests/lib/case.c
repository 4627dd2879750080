#include "tests/lib/case.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "cmd/cmd.h"
#include "providers/sandbox/transport_mem.h"
#include "tests/lib/case_file.h"
#include "tests/lib/t.h"
#include "tests/lib/tenant.h"
#include "tests/lib/wire.h"

#define ORG_URL "https://acme.okta.example"

/* 2026-01-01; between steps the tenant's rate windows pass */
static const int64_t START_MS = 1767225600000, STEP_MS = 120000;
enum { WORDS_MAX = 40, SANDBOX_SEED = 7 };

struct setting {
	char *name, *value;
};

struct runner {
	const char *path;
	bool accept, is_accepted;
	struct buf *report;
	struct case_file file;
	struct section *at, *last; /* last: of the run that is looked at, NULL without one */
	struct t_dir dir;
	struct clock_fake clock;
	struct tenant tenant;
	struct wire wire;
	VEC(struct setting) env;
	volatile sig_atomic_t stop;
	int exit;
	struct buf out, err; /* of the last run, as they are compared */
	bool seen_exit, seen_err, broken;
};

/* app.env has no argument of its own */
static const struct runner *running;

static const char *env(const char *name)
{
	for (uint32_t i = 0; i < running->env.n; i++) {
		if (streq(running->env.v[i].name, name))
			return running->env.v[i].value;
	}
	return streq(name, "OKTA_CLIENT_ORGURL") ? ORG_URL : NULL;
}

/* --- what differs --- */

static void differs(struct runner *r, const struct section *s, const char *got, const char *want)
{
	buf_addf(r->report, "%s:%u: @%.*s %.*s\n--- got\n%s--- want\n%s---\n", r->path, s->line,
		SLICE_ARG(s->word), SLICE_ARG(s->arg), got, want);
}

/* The case itself is wrong, or plumb's tenant refuses what it says: there is no going on. */
static void wrong(struct runner *r, const char *why)
{
	buf_addf(r->report, "%s:%u: @%.*s: %s\n", r->path, r->at ? r->at->line : 1,
		r->at ? (int)r->at->word.n : 0, r->at ? r->at->word.p : "", why);
	r->broken = true;
}

static void expect_text(struct runner *r, const struct buf *got)
{
	AUTO(buf) struct buf want = BUF_TEXT;

	case_file_body(r->at, &want);
	if (slice_eq(buf_slice(got), buf_slice(&want)))
		return;
	if (!r->accept) {
		differs(r, r->at, buf_str(got), buf_str(&want));
		return;
	}
	buf_clear(&r->at->body_got);
	buf_add_slice(&r->at->body_got, buf_slice(got));
	r->at->new_body = r->is_accepted = true;
}

/* --- running --- */

static size_t cut_words(char *text, const char **words, size_t max)
{
	size_t n = 0;

	for (char *p = text; *p && n < max;) {
		char *to = p;
		bool quoted = false;

		words[n++] = p;
		for (; *p && (quoted || *p != ' '); p++) {
			if (*p == '"')
				quoted = !quoted;
			else
				*to++ = *p;
		}
		while (*p == ' ')
			*p++ = '\0';
		*to = '\0';
	}
	words[n] = NULL;
	return n;
}

static void learn(struct runner *r)
{
	struct err e = ERR_INIT;

	r->clock.now_ms += STEP_MS;
	if (tenant_learn(&r->tenant, &e) < 0)
		wrong(r, e.msg);
	r->clock.now_ms += STEP_MS;
}

/* Runs the words behind "plumb"; out and err as they were printed. */
static int run_words(struct runner *r, char *text, struct buf *out, struct buf *err)
{
	const char *words[WORDS_MAX + 2] = {"plumb"};
	size_t n = cut_words(text, words + 1, WORDS_MAX), size[2] = {0, 0};
	struct transport transport = wire_of(&r->wire);
	char *printed[2] = {NULL, NULL};
	struct app app = {.clock = clock_of_fake(&r->clock),
		.env = env,
		.out = open_memstream(&printed[0], &size[0]),
		.err = open_memstream(&printed[1], &size[1]),
		.seed = SANDBOX_SEED,
		.stop = &r->stop,
		.transport = &transport};
	int code;

	r->stop = 0;
	buf_clear(&r->wire.wrote);
	buf_clear(&r->wire.read);
	code = plumb_run(&app, (int)n + 1, words);
	fclose(app.out);
	fclose(app.err);
	buf_add(out, printed[0], size[0]);
	buf_add(err, printed[1], size[1]);
	free(printed[0]);
	free(printed[1]);
	return code;
}

static void look_for_secrets(struct runner *r, struct slice text, const char *where)
{
	for (uint32_t i = 0; i < r->wire.secrets.n; i++) {
		const struct wire_secret *s = &r->wire.secrets.v[i];

		if (text.n && memmem(text.p, text.n, s->value, strlen(s->value)))
			buf_addf(r->report, "%s:%u: the secret %s is in %s\n", r->path, r->at->line,
				s->name, where);
	}
}

static void look_in_files(struct runner *r, const char *folder)
{
	DIR *d = r->wire.secrets.n ? opendir(folder) : NULL;
	const struct dirent *ent;
	struct err e = ERR_INIT;

	while (d && (ent = readdir(d))) {
		AUTO(buf) struct buf path = BUF_TEXT, text = BUF_TEXT;

		buf_addf(&path, "%s/%s", folder, ent->d_name);
		if (streq(ent->d_name, ".") || streq(ent->d_name, ".."))
			continue;
		if (fs_is_dir(buf_str(&path)))
			look_in_files(r, buf_str(&path));
		else if (fs_read(buf_str(&path), &text, &e) == 0)
			look_for_secrets(r, buf_slice(&text), buf_str(&path));
	}
	if (d)
		closedir(d);
}

/* apply and sandbox aside, commands only read. */
static void look_at_reader(struct runner *r, struct slice command)
{
	if (slice_starts(command, "apply") || !r->wire.wrote.n)
		return;
	differs(r, r->at, buf_str(&r->wire.wrote), "only GETs\n");
}

static void do_run(struct runner *r)
{
	AUTO(buf) struct buf out = BUF_TEXT, err = BUF_TEXT;
	AUTO_CHAR text = xstrndup(r->at->arg.p, r->at->arg.n);

	learn(r);
	r->exit = run_words(r, text, &out, &err);
	look_at_reader(r, r->at->arg);
	look_for_secrets(r, buf_slice(&out), "stdout");
	look_for_secrets(r, buf_slice(&err), "stderr");
	look_in_files(r, ".");
	learn(r);
	buf_clear(&r->out);
	buf_clear(&r->err);
	tenant_show(&r->tenant, buf_slice(&out), &r->out);
	tenant_show(&r->tenant, buf_slice(&err), &r->err);
	r->seen_exit = r->seen_err = false;
	r->last = r->at;
}

static void do_settled(struct runner *r)
{
	static const char *const commands[] = {"plan --exit-code", "drift --exit-code"};

	r->last = NULL;
	for (size_t i = 0; i < LEN(commands); i++) {
		AUTO(buf) struct buf out = BUF_TEXT, err = BUF_TEXT;
		AUTO_CHAR text = xstrndup(commands[i], strlen(commands[i]));

		learn(r);
		if (run_words(r, text, &out, &err) == 0 && !err.n)
			continue;
		buf_add_slice(&out, buf_slice(&err));
		differs(r, r->at, buf_str(&out), i ? "no drift\n" : "no changes\n");
	}
}

/* What a run did that its sections do not tell: an exit code, something on stderr. */
static void end_run(struct runner *r)
{
	struct section *s = r->last;

	r->last = NULL;
	if (!s || r->broken)
		return;
	if (!r->seen_exit && r->exit) {
		if (r->accept)
			buf_addf(&s->extra, "@exit %d\n", r->exit);
		else
			buf_addf(r->report, "%s:%u: exit code %d\n%s", r->path, s->line, r->exit,
				buf_str(&r->err));
	}
	if (!r->seen_err && r->err.n) {
		if (r->accept)
			buf_addf(&s->extra, "@stderr\n%s", buf_str(&r->err));
		else
			differs(r, s, buf_str(&r->err), "nothing on stderr\n");
	}
	r->is_accepted = r->is_accepted || s->extra.n;
}

/* --- sections that say what is --- */

static void file_path(struct slice name, struct buf *out)
{
	buf_addf(out, "%s%.*s", memchr(name.p, '/', name.n) ? "" : "org/", SLICE_ARG(name));
}

static void do_manifest(struct runner *r)
{
	AUTO(buf) struct buf path = BUF_TEXT, body = BUF_TEXT;

	file_path(r->at->arg, &path);
	case_file_body(r->at, &body);
	t_write(&r->dir, buf_str(&path), buf_slice(&body));
}

static void do_remove(struct runner *r)
{
	AUTO(buf) struct buf path = BUF_TEXT;

	file_path(r->at->arg, &path);
	if (unlink(buf_str(&path)) != 0)
		wrong(r, "there is no such file");
}

static void do_edit(struct runner *r)
{
	AUTO(buf) struct buf text = BUF_TEXT, out = BUF_TEXT, path = BUF_TEXT;
	struct slice rest = r->at->arg, name;
	const char *arrow, *place;
	struct err e = ERR_INIT;
	size_t n;

	(void)slice_cut(&rest, ' ', &name);
	arrow = rest.p ? memmem(rest.p, rest.n, " => ", 4) : NULL;
	if (!arrow) {
		wrong(r, "it takes NAME OLD => NEW");
		return;
	}
	n = (size_t)(arrow - rest.p);
	buf_add_slice(&path, name);
	if (fs_read(buf_str(&path), &text, &e) < 0) {
		wrong(r, e.msg);
		return;
	}
	place = memmem(buf_str(&text), text.n, rest.p, n);
	if (!place) {
		wrong(r, "the file has no such text");
		return;
	}
	buf_add(&out, text.p, (size_t)(place - text.p));
	buf_add(&out, arrow + 4, rest.n - n - 4);
	buf_adds(&out, place + n);
	t_write(&r->dir, buf_str(&path), buf_slice(&out));
}

static void do_config(struct runner *r)
{
	AUTO(buf) struct buf body = BUF_TEXT;

	case_file_body(r->at, &body);
	t_write(&r->dir, "plumb.yaml", buf_slice(&body));
}

static void do_requests(struct runner *r)
{
	AUTO(buf) struct buf lines = BUF_TEXT;
	struct err e = ERR_INIT;

	learn(r);
	if (tenant_fill(&r->tenant, r->at->body, &lines, &e) < 0 ||
		sandbox_seed(r->tenant.s, buf_slice(&lines), "line", &e) < 0)
		wrong(r, e.msg);
}

static struct setting setting_of(struct slice text)
{
	struct slice value = text, name;

	(void)slice_cut(&value, '=', &name);
	return (struct setting){
		xstrndup(name.p, name.n), value.p ? xstrndup(value.p, value.n) : xstrndup("", 0)};
}

static void do_env(struct runner *r)
{
	vec_push(&r->env, setting_of(r->at->arg));
}

static void do_secret(struct runner *r)
{
	do_env(r);
	vec_push(&r->wire.secrets,
		(struct wire_secret){r->env.v[r->env.n - 1].name, r->env.v[r->env.n - 1].value});
}

static void do_faults(struct runner *r)
{
	struct err e = ERR_INIT;

	if (sandbox_script(r->tenant.s, r->at->body, "line", &e) < 0)
		wrong(r, e.msg);
}

static void do_limits(struct runner *r)
{
	struct err e = ERR_INIT;

	if (sandbox_limits(r->tenant.s, r->at->arg, "@limits", &e) < 0)
		wrong(r, e.msg);
}

static void do_stop(struct runner *r)
{
	r->wire.stop_at = r->at->arg;
}

static void do_note(struct runner *r)
{
	(void)r;
}

/* --- sections that say what is to come of it --- */

static void expect_exit(struct runner *r)
{
	AUTO(buf) struct buf got = BUF_TEXT;

	r->seen_exit = true;
	buf_addf(&got, "%d", r->exit);
	if (slice_eq(buf_slice(&got), r->at->arg))
		return;
	if (!r->accept) {
		buf_addf(r->report, "%s:%u: exit code %d, not %.*s\n%s", r->path, r->at->line,
			r->exit, SLICE_ARG(r->at->arg), buf_str(&r->err));
		return;
	}
	buf_clear(&r->at->arg_got);
	buf_add_slice(&r->at->arg_got, buf_slice(&got));
	r->at->new_arg = r->is_accepted = true;
}

static void expect_out(struct runner *r)
{
	expect_text(r, &r->out);
}

static void expect_err(struct runner *r)
{
	r->seen_err = true;
	expect_text(r, &r->err);
}

static bool out_has(const struct runner *r)
{
	return memmem(buf_str(&r->out), r->out.n, r->at->arg.p, r->at->arg.n) != NULL;
}

static void expect_out_has(struct runner *r)
{
	if (!out_has(r))
		differs(r, r->at, buf_str(&r->out), "that text in it\n");
}

static void expect_out_lacks(struct runner *r)
{
	if (out_has(r))
		differs(r, r->at, buf_str(&r->out), "that text not in it\n");
}

static void expect_err_has(struct runner *r)
{
	r->seen_err = true;
	if (!memmem(buf_str(&r->err), r->err.n, r->at->arg.p, r->at->arg.n))
		differs(r, r->at, buf_str(&r->err), "that text in it\n");
}

static void expect_sent(struct runner *r)
{
	AUTO(buf) struct buf got = BUF_TEXT;

	tenant_show(&r->tenant,
		buf_slice(slice_is(r->at->word, "read") ? &r->wire.read : &r->wire.wrote), &got);
	expect_text(r, &got);
}

/* Lines "PATH: VALUE" with the values that the document has. */
static void expect_values(struct runner *r, const struct js *doc)
{
	AUTO(buf) struct buf got = BUF_TEXT, shown = BUF_TEXT;
	struct slice rest = r->at->body, line;

	while (slice_cut(&rest, '\n', &line)) {
		struct slice value = line, path;
		AUTO_CHAR key = NULL;

		if (!slice_trim(line).n)
			continue;
		(void)slice_cut(&value, ':', &path);
		key = xstrndup(path.p, path.n);
		buf_addf(&got, "%s: ", key);
		if (js_path(doc, key))
			js_write_sorted(&got, js_path(doc, key));
		else
			buf_adds(&got, "absent");
		buf_addc(&got, '\n');
	}
	tenant_show(&r->tenant, buf_slice(&got), &shown);
	expect_text(r, &shown);
}

static void expect_json(struct runner *r)
{
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;

	if (js_parse(buf_slice(&r->out), "stdout", &doc, &e) < 0)
		buf_addf(r->report, "%s:%u: %s\n", r->path, r->at->line, e.msg);
	else
		expect_values(r, doc);
}

static void expect_answer(struct runner *r)
{
	AUTO(buf) struct buf target = BUF_TEXT;
	AUTO_PTR(js) doc = NULL;
	struct err e = ERR_INIT;

	if (tenant_fill(&r->tenant, r->at->arg, &target, &e) < 0 ||
		tenant_get(&r->tenant, buf_str(&target), &doc, &e) < 0)
		buf_addf(r->report, "%s:%u: %s\n", r->path, r->at->line, e.msg);
	else
		expect_values(r, doc);
}

static void expect_state(struct runner *r)
{
	AUTO(buf) struct buf text = BUF_TEXT, got = BUF_TEXT;
	struct err e = ERR_INIT;
	struct slice rest, line;

	if (fs_exists(".plumb/acme.okta.example.state") &&
		fs_read(".plumb/acme.okta.example.state", &text, &e) < 0)
		wrong(r, e.msg);
	for (rest = buf_slice(&text); slice_cut(&rest, '\n', &line);) {
		AUTO_PTR(js) doc = NULL;
		struct slice key;

		if (!line.n || js_parse(line, "the state", &doc, &e) < 0 || !js_get(doc, "kind"))
			continue;
		key = js_str(js_get(doc, "key"));
		buf_addf(&got, "%.*s ", SLICE_ARG(js_str(js_get(doc, "kind"))));
		for (size_t i = 0; i < key.n; i++)
			buf_addc(&got, key.p[i] == '\x1f' ? '/' : key.p[i]);
		buf_addf(&got, " %.*s\n", SLICE_ARG(js_str(js_get(doc, "origin"))));
	}
	expect_text(r, &got);
}

static const struct directive {
	const char *word;
	void (*act)(struct runner *r);
	bool about_run;
} directives[] = {
	{"note", do_note, false},
	{"manifest", do_manifest, false},
	{"remove", do_remove, false},
	{"edit", do_edit, false},
	{"config", do_config, false},
	{"tenant", do_requests, false},
	{"change", do_requests, false},
	{"env", do_env, false},
	{"secret", do_secret, false},
	{"faults", do_faults, false},
	{"limits", do_limits, false},
	{"stop", do_stop, false},
	{"run", do_run, false},
	{"settled", do_settled, false},
	{"exit", expect_exit, true},
	{"stdout", expect_out, true},
	{"stderr", expect_err, true},
	{"stdout-has", expect_out_has, true},
	{"stdout-lacks", expect_out_lacks, true},
	{"stderr-has", expect_err_has, true},
	{"sent", expect_sent, true},
	{"read", expect_sent, true},
	{"json", expect_json, true},
	{"get", expect_answer, true},
	{"state", expect_state, true},
};

static void act(struct runner *r)
{
	for (size_t i = 0; i < LEN(directives); i++) {
		const struct directive *d = &directives[i];

		if (!slice_is(r->at->word, d->word))
			continue;
		if (!d->about_run)
			end_run(r);
		else if (!r->last)
			wrong(r, "there is no run above it");
		if (!r->broken)
			d->act(r);
		return;
	}
	wrong(r, "what is that?");
}

static void run_sections(struct runner *r)
{
	struct err e = ERR_INIT;
	struct sandbox_options o = {.clock = clock_of_fake(&r->clock),
		.seed = SANDBOX_SEED,
		.base_url = ORG_URL,
		.content = "fresh"};
	AUTO_PTR(sandbox) s = sandbox_new(&o, &e);
	AUTO_PTR(transport_mem) mem = NULL;

	if (!s) {
		wrong(r, e.msg);
		return;
	}
	mem = transport_mem_new(s, &r->clock, "SSWS test");
	r->tenant.s = s;
	r->wire.inner = transport_mem_of(mem);
	r->wire.stop = &r->stop;
	t_write(&r->dir, "plumb.yaml", SLICE("manifests: org\n"));
	for (uint32_t i = 0; i < r->file.sections.n && !r->broken; i++) {
		r->at = &r->file.sections.v[i];
		act(r);
	}
	end_run(r);
}

static void release(struct runner *r)
{
	tenant_release(&r->tenant);
	wire_release(&r->wire);
	for (uint32_t i = 0; i < r->env.n; i++) {
		free(r->env.v[i].name);
		free(r->env.v[i].value);
	}
	vec_free(&r->env);
	buf_release(&r->out);
	buf_release(&r->err);
	case_file_release(&r->file);
}

void case_run(const char *path, bool accept, struct buf *report)
{
	struct runner r = {.path = path,
		.accept = accept,
		.report = report,
		.clock = {START_MS},
		.wire = {.wrote = BUF_TEXT, .read = BUF_TEXT},
		.out = BUF_TEXT,
		.err = BUF_TEXT};
	AUTO_CLOSE home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct err e = ERR_INIT;

	if (case_file_read(&r.file, path, &e) < 0) {
		wrong(&r, e.msg);
		release(&r);
		return;
	}
	t_dir_make(&r.dir);
	running = &r;
	if (home < 0 || chdir(r.dir.path) != 0)
		wrong(&r, "its folder is not there");
	else
		run_sections(&r);
	running = NULL;
	if (home < 0 || fchdir(home) != 0)
		buf_addf(report, "%s: the way back is lost\n", path);
	t_dir_release(&r.dir);
	if (r.is_accepted && !r.broken && case_file_write(&r.file, path, &e) < 0)
		wrong(&r, e.msg);
	release(&r);
}
