/*
 * Properties on random tenants. PLUMB_SEEDS says how many (300), PLUMB_SEED the one to look at.
 *
 * 1. export, then plan: empty.
 * 2. export applied to a new tenant, then plan: empty; then export: the same bytes.
 * 3. another tenant's export applied to this one, then plan: empty (with the state, and without).
 * 4. the order of files, of entries and of keys changes nothing: the same plan, byte for byte.
 * 5. plan, drift and export send only GET.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/vec.h"
#include "cmd/cmd.h"
#include "providers/sandbox/transport_mem.h"
#include "providers/transport_record.h"
#include "tests/property/random_tenant.h"

#define URL "http://127.0.0.1:9"

struct world {
	struct clock_fake clock;
	struct sandbox *sandbox;
	struct transport_mem *mem;
	struct transport_record *record;
	struct transport transport;
	char *sent;
	size_t sent_n;
	FILE *sent_file;
};

static char folder[] = "/tmp/plumb-prop-XXXXXX";

static const char *env(const char *name)
{
	return streq(name, "OKTA_CLIENT_ORGURL") ? URL : NULL;
}

enum content { EMPTY, AWKWARD, PLAIN };

static void world_open(struct world *w, uint64_t seed, enum content content)
{
	struct sandbox_options o = {.seed = seed, .base_url = URL, .token = "t"};
	struct err e = ERR_INIT;

	*w = (struct world){.clock = {.now_ms = 1769904000000}};
	o.clock = clock_of_fake(&w->clock);
	w->sandbox = sandbox_new(&o, &e);
	assert_non_null(w->sandbox);
	if (content != EMPTY)
		random_tenant_fill(w->sandbox, seed, content == PLAIN);
	w->mem = transport_mem_new(w->sandbox, &w->clock, "SSWS t");
	w->sent_file = open_memstream(&w->sent, &w->sent_n);
	w->record = transport_record_new(transport_mem_of(w->mem), w->sent_file);
	w->transport = transport_record_of(w->record);
}

static void world_close(struct world *w)
{
	transport_record_free(w->record);
	transport_mem_free(w->mem);
	sandbox_free(w->sandbox);
	fclose(w->sent_file);
	free(w->sent);
}

/* Runs a command; what it says goes to *ret_out (the caller's) and, when it fails, to stderr. */
static int plumb(struct world *w, char **ret_out, ...)
{
	const char *argv[32] = {"plumb"};
	char *out = NULL, *err = NULL;
	size_t nout = 0, nerr = 0;
	int argc = 1, code;
	struct app app = {.clock = clock_of_fake(&w->clock),
		.env = env,
		.transport = &w->transport,
		.seed = 1};
	va_list ap;

	va_start(ap, ret_out);
	while ((argv[argc] = va_arg(ap, const char *)))
		argc++;
	va_end(ap);
	rewind(w->sent_file);
	app.out = open_memstream(&out, &nout);
	app.err = open_memstream(&err, &nerr);
	code = plumb_run(&app, argc, argv);
	fclose(app.out);
	fclose(app.err);
	if (code != 0)
		fprintf(stderr, "# plumb %s: exit %d\n%s%s", argv[1], code, out, err);
	free(err);
	if (ret_out)
		*ret_out = out;
	else
		free(out);
	return code;
}

static void assert_only_get(struct world *w)
{
	fflush(w->sent_file);
	w->sent[w->sent_n] = '\0';
	assert_null(strstr(w->sent, "\"method\":\"P"));
	assert_null(strstr(w->sent, "\"method\":\"D"));
}

static const char *path(const char *name)
{
	static char paths[4][200];
	static int next;
	char *p = paths[next++ % 4];

	snprintf(p, sizeof(paths[0]), "%s/%s", folder, name);
	return p;
}

/* Writes text as the only manifest of folder name. */
static void write_manifest(const char *name, const char *text)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct err e = ERR_INIT;

	assert_int_equal(fs_mkdir(path(name), &e), 0);
	buf_addf(&b, "%s/all.yaml", path(name));
	assert_int_equal(fs_write(buf_str(&b), slice_of(text), 0600, &e), 0);
}

static void check_empty_plan(struct world *w, const char *manifests, const char *state)
{
	char *out;

	assert_int_equal(
		plumb(w, &out, "plan", "-m", manifests, "--state", state, "--exit-code", NULL), 0);
	free(out);
	assert_only_get(w);
	assert_int_equal(
		plumb(w, NULL, "drift", "-m", manifests, "--state", state, "--exit-code", NULL), 0);
	assert_only_get(w);
}

static void apply(struct world *w, const char *manifests, const char *state)
{
	assert_int_equal(plumb(w, NULL, "apply", "--yes", "--allow-removals", "-m", manifests,
				 "--state", state, NULL),
		0);
}

/* --- shuffled manifests --- */

/* Blocks that start at lines of exactly indent blanks, shuffled; deeper ones go with their block. */
static void shuffle(struct rng *r, struct slice text, size_t indent, struct buf *out)
{
	VEC(struct slice) blocks = {0};
	size_t start = 0;

	for (size_t i = 0; i < text.n;) {
		const char *nl = memchr(text.p + i, '\n', text.n - i);
		size_t end = nl ? (size_t)(nl - text.p) + 1 : text.n, blanks = 0;

		while (i + blanks < end && text.p[i + blanks] == ' ')
			blanks++;
		if (blanks == indent && i > start && text.p[i + blanks] != '-' &&
			text.p[i + blanks] != '\n') {
			vec_push(&blocks, (struct slice){text.p + start, i - start});
			start = i;
		}
		i = end;
	}
	if (text.n > start)
		vec_push(&blocks, (struct slice){text.p + start, text.n - start});
	for (uint32_t i = blocks.n; i > 1; i--) {
		uint32_t k = rng_below(r, i);
		struct slice tmp = blocks.v[i - 1];

		blocks.v[i - 1] = blocks.v[k];
		blocks.v[k] = tmp;
	}
	for (uint32_t i = 0; i < blocks.n; i++) {
		struct slice rest = blocks.v[i], head;

		if (indent > 2 || !slice_cut(&rest, '\n', &head) || !rest.n) {
			buf_add_slice(out, blocks.v[i]);
			continue;
		}
		/* the entry's own keys too */
		buf_addf(out, "%.*s\n", SLICE_ARG(head));
		shuffle(r, rest, indent + 2, out);
	}
	vec_free(&blocks);
}

static void check_order(struct world *w, const char *text, uint64_t seed)
{
	struct rng r = {seed};
	struct slice rest = slice_of(text);
	char *first, *second, *p;
	int n = 0;

	write_manifest("ordered", text);
	/* each collection a file of its own, its entries shuffled */
	while (rest.n) {
		const char *at = rest.p;
		AUTO(buf) struct buf file = BUF_TEXT, name = BUF_TEXT;
		struct slice collection, head;
		struct err e = ERR_INIT;

		do {
			at = memchr(at, '\n', rest.n - (size_t)(at - rest.p));
			at = at ? at + 1 : rest.p + rest.n;
		} while (at < rest.p + rest.n && *at == ' ');
		collection = (struct slice){rest.p, (size_t)(at - rest.p)};
		rest = (struct slice){at, rest.n - collection.n};
		(void)slice_cut(&collection, '\n', &head);
		buf_addf(&file, "%.*s\n", SLICE_ARG(head));
		shuffle(&r, collection, 2, &file);
		assert_int_equal(fs_mkdir(path("shuffled"), &e), 0);
		buf_addf(&name, "%s/%d.yaml", path("shuffled"), 9 - n++);
		assert_int_equal(fs_write(buf_str(&name), buf_slice(&file), 0600, &e), 0);
	}
	assert_int_equal(plumb(w, &first, "plan", "-f", "json", "--allow-removals", "-m",
				 path("ordered"), "--state", path("none"), NULL),
		0);
	assert_int_equal(plumb(w, &second, "plan", "-f", "json", "--allow-removals", "-m",
				 path("shuffled"), "--state", path("none"), NULL),
		0);
	/* but for the places */
	for (char *t = first; t; t = t == first ? second : NULL) {
		while ((p = strstr(t, ",\"file\":")) || (p = strstr(t, ",\"line\":"))) {
			char *end = p + 1;

			while (*end && *end != '}' &&
				!(*end == ',' && strncmp(end, ",\"line\"", 7) != 0 &&
					strncmp(end, ",\"column\"", 9) != 0))
				end++;
			memmove(p, end, strlen(end) + 1);
		}
		p = strstr(t, "\"id\":\"");
		if (p)
			memset(p + 6, '0', 64);
	}
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void clean(void)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_addf(&b, "rm -rf '%s'/*", folder);
	if (system(buf_str(&b)) != 0)
		fail();
}

/* Of plain texts, so that a line that looks like a key is one. */
static void check_seed_order(uint64_t seed)
{
	struct world from, to;
	char *text;

	world_open(&from, seed, PLAIN);
	world_open(&to, seed + 1, PLAIN);
	assert_int_equal(plumb(&from, &text, "export", NULL), 0);
	check_order(&to, text, seed);
	free(text);
	world_close(&from);
	world_close(&to);
	clean();
}

static void check_seed(uint64_t seed)
{
	struct world a, b, c;
	char *first, *again, *other;

	world_open(&a, seed, AWKWARD);
	world_open(&b, seed + 100000, EMPTY);
	world_open(&c, seed + 200000, AWKWARD);

	assert_int_equal(plumb(&a, &first, "export", NULL), 0);
	assert_only_get(&a);
	write_manifest("a", first);
	check_empty_plan(&a, path("a"), path("none"));

	apply(&b, path("a"), path("b.state"));
	check_empty_plan(&b, path("a"), path("b.state"));
	check_empty_plan(&b, path("a"), path("none"));
	assert_int_equal(plumb(&b, &again, "export", NULL), 0);
	assert_string_equal(again, first);

	assert_int_equal(plumb(&c, &other, "export", NULL), 0);
	write_manifest("c", other);
	apply(&a, path("c"), path("a.state"));
	check_empty_plan(&a, path("c"), path("a.state"));
	check_empty_plan(&a, path("c"), path("none"));

	/* b has everything from its manifests: another tenant's replace them, and what plumb made goes */
	apply(&b, path("c"), path("b.state"));
	check_empty_plan(&b, path("c"), path("b.state"));
	free(first);
	free(again);
	free(other);
	world_close(&a);
	world_close(&b);
	world_close(&c);
	clean();
}

static void test_random__export_plan_apply_agree(void **state)
{
	const char *one = getenv("PLUMB_SEED"), *many = getenv("PLUMB_SEEDS");
	uint64_t n = many ? strtoull(many, NULL, 10) : 300;

	(void)state;
	assert_non_null(mkdtemp(folder));
	if (one) {
		check_seed(strtoull(one, NULL, 10));
		check_seed_order(strtoull(one, NULL, 10));
	} else {
		for (uint64_t seed = 0; seed < n; seed++) {
			check_seed(seed);
			check_seed_order(seed);
		}
	}
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_random__export_plan_apply_agree)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
