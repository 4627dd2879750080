#include "cmd/seed.h"

#include "base/fs.h"
#include "providers/sandbox/transport_mem.h"

#include <stdlib.h>
#include <unistd.h>

/* What the inner run reads and writes: an empty plumb.yaml, the token, the state. */
static const char *const files[] = {"plumb.yaml", "token", "state"};
enum { CONFIG, TOKEN, STATE, FILES };

struct folder {
	struct arena mem;
	char path[64];
	const char *file[FILES];
};

static int folder_make(struct folder *f, const char *token, struct err *e)
{
	snprintf(f->path, sizeof(f->path), "/tmp/plumb-seed.XXXXXX");
	if (!mkdtemp(f->path)) {
		f->path[0] = '\0';
		return err_sys(e, "cannot make a folder below /tmp");
	}
	for (int i = 0; i < FILES; i++)
		f->file[i] = fs_join(&f->mem, f->path, files[i]);
	return fs_write(f->file[CONFIG], SLICE(""), 0600, e) < 0 ||
			       fs_write(f->file[TOKEN], slice_of(token), 0600, e) < 0
		       ? -1
		       : 0;
}

static void folder_release(struct folder *f)
{
	for (int i = 0; f->path[0] && i < FILES; i++)
		unlink(f->file[i]);
	if (f->path[0])
		rmdir(f->path);
	arena_release(&f->mem);
}

/* One run of plumb inside plumb; its words are kept back unless it fails. */
static int apply(const struct app *app, const struct folder *f, const char *url, const char *folder,
	struct err *e)
{
	const char *words[] = {"plumb", "apply", "--yes", "--color", "never", "--config",
		f->file[CONFIG], "--token-file", f->file[TOKEN], "--state", f->file[STATE],
		"--org-url", url, "--manifests", folder, "--rate-share", "100"};
	struct app inner = *app;
	char *said = NULL;
	size_t n = 0;
	int code;

	inner.out = inner.err = open_memstream(&said, &n);
	if (!inner.out)
		return err_sys(e, "cannot keep what is said");
	inner.progress = inner.interactive = inner.out_color = inner.err_color = false;
	code = plumb_run(&inner, (int)(sizeof(words) / sizeof(*words)), words);
	fclose(inner.out);
	if (code != EXIT_OK) {
		fputs(said, app->err);
		err_set(e, ERR_REFUSED, "the manifests of '%s' cannot be applied to a new tenant",
			folder);
	}
	free(said);
	return code == EXIT_OK ? 0 : -1;
}

int seed_manifests(const struct app *app, struct sandbox *s, const char *url, const char *token,
	const char *folder, struct err *e)
{
	/* waits move this clock, so that none takes time */
	struct clock_fake clock = {clock_unix_s(app->clock) * 1000};
	AUTO(folder) struct folder f = {.mem = ARENA_INIT};
	AUTO(buf) struct buf auth = BUF_TEXT;
	AUTO_PTR(transport_mem) t = NULL;
	struct transport transport;
	struct app inner = *app;
	int done;

	buf_addf(&auth, "SSWS %s", token);
	t = transport_mem_new(s, &clock, buf_str(&auth));
	transport = transport_mem_of(t);
	inner.clock = clock_of_fake(&clock);
	inner.transport = &transport;
	if (folder_make(&f, token, e) < 0)
		return -1;
	sandbox_hush(s, true);
	done = apply(&inner, &f, url, folder, e);
	sandbox_hush(s, false);
	return done;
}
