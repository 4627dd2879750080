#include "cmd/cmd.h"
#include "cmd/seed.h"
#include "cmd/tenant.h"

#include "base/fs.h"
#include "base/suggest.h"
#include "base/xalloc.h"
#include "providers/sandbox/httpd.h"
#include "providers/sandbox/sandbox.h"

#include <poll.h>
#include <stdlib.h>

enum { SEED_FILE_MAX = 256 << 20, TEXT_FILE_MAX = 1 << 20, LOOK_MS = 200 };

struct words {
	const char *listen, *token, *seed, *port_file, *data, *limits, *faults, *tls_cert, *tls_key;
	int number;
	bool anyway, control, routes;
};

/* "127.0.0.1:0" or "[::1]:0" taken apart; the address is the caller's. */
static int read_address(const struct words *w, char **ret_host, uint16_t *ret_port, struct err *e)
{
	const char *colon = strrchr(w->listen, ':');
	struct slice host = {w->listen, colon ? (size_t)(colon - w->listen) : 0};
	long long port;

	if (host.n > 2 && host.p[0] == '[' && host.p[host.n - 1] == ']')
		host = (struct slice){host.p + 1, host.n - 2};
	if (!host.n || !slice_int(slice_of(colon + 1), 0, UINT16_MAX, &port))
		return err_set(e, ERR_USAGE, "--listen wants ADDRESS:PORT, not '%s'", w->listen);
	if (!w->anyway && !slice_starts(host, "127.") && !slice_is(host, "::1"))
		return err_set(e, ERR_USAGE,
			"%.*s is no loopback address, as 127.0.0.1 is; the local tenant is for this machine (--listen-anyway if you must)",
			SLICE_ARG(host));
	*ret_host = xstrndup(host.p, host.n);
	*ret_port = (uint16_t)port;
	return 0;
}

/* A word of sandbox_limits, or a file of JSON. */
static int set_limits(struct sandbox *s, const char *what, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX(TEXT_FILE_MAX);

	if (slice_in(slice_of(what), "headers|off|developer|workforce"))
		return sandbox_limits(s, slice_of(what), "--rate-limits", e);
	if (fs_read(what, &text, e) < 0)
		return -1;
	return sandbox_limits(s, buf_slice(&text), what, e);
}

static int set_faults(struct sandbox *s, const char *path, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX(TEXT_FILE_MAX);

	if (fs_read(path, &text, e) < 0)
		return -1;
	return sandbox_script(s, buf_slice(&text), path, e);
}

/* From a folder of manifests, or a file of lines. */
static int fill(const struct app *app, const struct words *w, struct sandbox *s, const char *url,
	struct err *e)
{
	AUTO(buf) struct buf lines = BUF_MAX(SEED_FILE_MAX);
	struct suggest near = suggest_for(slice_of(w->seed));
	const char *const known[] = {"fresh", "empty", "reference", "large"};

	if (fs_is_dir(w->seed))
		return seed_manifests(app, s, url, w->token, w->seed, e);
	for (size_t i = 0; i < LEN(known); i++)
		suggest_offer(&near, slice_of(known[i]));
	if (!fs_exists(w->seed) && suggest_best(&near).p)
		return err_set(e, ERR_USAGE, "there is no file '%s'; did you mean '%.*s'?", w->seed,
			SLICE_ARG(suggest_best(&near)));
	return fs_read(w->seed, &lines, e) < 0 ? -1
					       : sandbox_seed(s, buf_slice(&lines), w->seed, e);
}

static struct sandbox *make(const struct app *app, const struct words *w, struct tenant *t,
	const char *url, struct err *e)
{
	bool file = !slice_in(slice_of(w->seed), "fresh|empty|reference|large");
	struct sandbox_options o = {
		.clock = app->clock,
		.seed = (uint64_t)w->number,
		.base_url = url,
		.token = w->token,
		.content = file ? "fresh" : w->seed,
		.control = w->control,
	};
	AUTO_PTR(sandbox) s = NULL;

	if (tenant_options(t, &o, e) < 0)
		return NULL;
	s = sandbox_new(&o, e);
	if (!s) {
		if (o.data.p)
			err_in(e, "%s", w->data);
		return NULL;
	}
	if (file && !o.data.p && fill(app, w, s, url, e) < 0)
		return NULL;
	if ((w->limits && set_limits(s, w->limits, e) < 0) ||
		(w->faults && set_faults(s, w->faults, e) < 0))
		return NULL;
	return TAKE(s);
}

static int serve(const struct app *app, const struct words *w, struct sandbox_httpd *h,
	const char *host, struct err *e)
{
	AUTO(buf) struct buf url = BUF_MAX(256);
	AUTO(buf) struct buf port = BUF_MAX(16);
	AUTO_PTR(tenant) t = tenant_new(app, w->data, e);
	AUTO_PTR(sandbox) s = NULL;
	int done = 0;

	if (!t)
		return -1;
	buf_addf(&url, strchr(host, ':') ? "%s://[%s]:%u" : "%s://%s:%u",
		w->tls_cert ? "https" : "http", host, (unsigned)sandbox_httpd_port(h));
	buf_addf(&port, "%u\n", (unsigned)sandbox_httpd_port(h));
	s = make(app, w, t, buf_str(&url), e);
	if (!s)
		return -1;
	if (sandbox_httpd_serve(h, s, e) < 0 || tenant_begin(t, h, e) < 0 ||
		(w->port_file && fs_write(w->port_file, buf_slice(&port), 0644, e) < 0)) {
		sandbox_httpd_stop(h);
		return -1;
	}
	fprintf(app->out, "%s\n", buf_str(&url));
	fflush(app->out);
	fprintf(app->err, "export OKTA_CLIENT_ORGURL=%s\nexport OKTA_CLIENT_TOKEN=%s\n",
		buf_str(&url), w->token);
	fflush(app->err);
	/* a signal that comes between the test and the wait is seen at the next look */
	while (!*app->stop && done == 0) {
		done = tenant_turn(t, h, e);
		poll(NULL, 0, LOOK_MS);
	}
	if (done == 0)
		done = tenant_end(t, h, e);
	sandbox_httpd_stop(h);
	return done;
}

/* Everything that was asked for, and at last the wait for Ctrl-C. */
static int start(const struct app *app, const struct words *w, struct err *e)
{
	AUTO(buf) struct buf cert = BUF_MAX(TEXT_FILE_MAX);
	struct buf key __attribute__((cleanup(buf_wipe))) = BUF_MAX(TEXT_FILE_MAX);
	AUTO_PTR(sandbox_httpd) h = NULL;
	AUTO_CHAR host = NULL;
	struct sandbox_httpd_options o = {.clock = app->clock};

	if (!w->tls_cert != !w->tls_key)
		return err_set(e, ERR_USAGE, "--tls-cert and --tls-key go together");
	if (read_address(w, &host, &o.port, e) < 0)
		return -1;
	if (w->tls_cert && (fs_read(w->tls_cert, &cert, e) < 0 || fs_read(w->tls_key, &key, e) < 0))
		return -1;
	o.addr = host;
	o.tls_cert = w->tls_cert ? buf_str(&cert) : NULL;
	o.tls_key = w->tls_cert ? buf_str(&key) : NULL;
	h = sandbox_httpd_start(&o, e);
	return h ? serve(app, w, h, host, e) : -1;
}

static int run(const struct app *app, int argc, const char **argv)
{
	struct words w = {
		.listen = "127.0.0.1:0", .token = "sandbox", .seed = "fresh", .number = 1};
	const struct opt rows[] = {
		{OPT_STR, 0, "listen", &w.listen, "ADDR:PORT",
			"where to listen (127.0.0.1:0: the system chooses a port)", NULL, 0, 0},
		{OPT_STR, 0, "token", &w.token, "T", "the SSWS token to ask for (sandbox)", NULL, 0,
			0},
		{OPT_STR, 0, "seed", &w.seed, "WHAT",
			"fresh, empty, reference, large, a folder of manifests, or a file of JSON lines (fresh)",
			NULL, 0, 0},
		{OPT_STR, 0, "port-file", &w.port_file, "FILE",
			"write the port there once it listens", NULL, 0, 0},
		{OPT_STR, 0, "data", &w.data, "FILE",
			"keep the tenant there; --seed counts only as long as there is none", NULL,
			0, 0},
		{OPT_INT, 0, "seed-number", &w.number, "N", "of the ids that are made (1)", NULL, 0,
			INT32_MAX},
		{OPT_STR, 0, "rate-limits", &w.limits, "WHAT",
			"headers, off, developer, workforce, or a JSON file (headers)", NULL, 0, 0},
		{OPT_STR, 0, "faults", &w.faults, "FILE", "a script of what goes wrong", NULL, 0,
			0},
		{OPT_FLAG, 0, "control", &w.control, NULL,
			"answer /_sandbox/: faults, stats, clock", NULL, 0, 0},
		{OPT_STR, 0, "tls-cert", &w.tls_cert, "FILE", "serve HTTPS with this certificate",
			NULL, 0, 0},
		{OPT_STR, 0, "tls-key", &w.tls_key, "FILE", "the certificate's key", NULL, 0, 0},
		{OPT_FLAG, 0, "listen-anyway", &w.anyway, NULL,
			"allow an address that others can reach", NULL, 0, 0},
		{OPT_FLAG, 0, "routes", &w.routes, NULL, "list what is modelled, and end", NULL, 0,
			0},
		OPT_ROWS_END,
	};
	struct err e = ERR_INIT;
	int code;

	if (!command_options(app, &cmd_sandbox, rows, &argc, argv, &code))
		return code;
	if (w.routes) {
		AUTO(buf) struct buf text = BUF_TEXT;

		sandbox_routes(&text);
		fputs(buf_str(&text), app->out);
		return EXIT_OK;
	}
	if (argc > 0) {
		err_set(&e, ERR_USAGE, "unexpected word '%s'", argv[0]);
		return app_fail(app, &e);
	}
	return start(app, &w, &e) < 0 ? app_fail(app, &e) : EXIT_OK;
}

const struct command cmd_sandbox = {
	.name = "sandbox",
	.args = "",
	.help = "run a local tenant: an Okta org in memory, over HTTP",
	.text = "Prints its URL and serves until Ctrl-C. Nothing is kept without --data.",
	.run = run,
};
