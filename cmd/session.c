#include "cmd/session.h"

#include <stdlib.h>

#include "base/fs.h"
#include "cmd/connect.h"
#include "providers/okta/okta.h"
#include "providers/transport_curl.h"
#include "providers/transport_record.h"
#include "reconcile/reader.h"

void session_init(struct session *s, const struct app *app, const struct session_words *w)
{
	*s = (struct session){.app = app, .words = *w};
	s->pool = pool_new();
	s->values = values_new(s->pool);
	s->kinds = okta_provider.kinds;
	s->config = config_default();
	s->color = app->out_color;
	if (w->color && streq(w->color, "always"))
		s->color = true;
	if (w->color && streq(w->color, "never"))
		s->color = false;
}

void session_close(struct session *s)
{
	session_quiet(s);
	engine_free(s->engine);
	transport_record_free(s->record);
	transport_curl_free(s->curl);
	if (s->record_file)
		fclose(s->record_file);
	snapshot_free(s->live);
	snapshot_free(s->want);
	snapshot_free(s->applied);
	store_free(s->store);
	diags_release(&s->diags);
	config_release(&s->config);
	values_free(s->values);
	pool_free(s->pool);
	arena_release(&s->arena);
}

static int fail(struct session *s, const struct err *e, int *ret_exit)
{
	session_quiet(s);
	*ret_exit = app_fail(s->app, e);
	return -1;
}

int session_diags(struct session *s, int *ret_exit)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	uint32_t errors = s->diags.nerrors;

	session_quiet(s);
	diags_print(&s->diags, &b);
	fputs(buf_str(&b), s->app->err);
	if (!errors)
		return 0;
	fprintf(s->app->err, "%u error%s; nothing was changed\n", errors, errors == 1 ? "" : "s");
	*ret_exit = EXIT_FAILED;
	return -1;
}

int session_config(struct session *s, int *ret_exit)
{
	const char *path = s->words.config ? s->words.config : "plumb.yaml";
	struct err e = ERR_INIT;

	if (s->words.config || fs_exists(path)) {
		if (config_load(path, s->words.environment, &s->arena, &s->diags, &s->config) < 0)
			return session_diags(s, ret_exit);
	} else if (s->words.environment) {
		err_set(&e, ERR_USAGE, "'-e %s' needs a plumb.yaml with environments",
			s->words.environment);
		return fail(s, &e, ret_exit);
	}
	for (uint32_t i = 0; i < s->config.reported.n; i++) {
		if (kind_by_plural(s->kinds, slice_of(s->config.reported.v[i])) != KIND_NONE)
			continue;
		err_set(&e, ERR_MANIFEST, "%s: 'unmanaged' names no kind '%s'", path,
			s->config.reported.v[i]);
		return fail(s, &e, ret_exit);
	}
	for (int i = 0; i < s->words.vars.n; i++) {
		struct slice value = slice_of(s->words.vars.v[i]), name;

		(void)slice_cut(&value, '=', &name);
		if (!value.p || !name.n) {
			err_set(&e, ERR_USAGE, "'--var' takes NAME=VALUE, not '%s'",
				s->words.vars.v[i]);
			return fail(s, &e, ret_exit);
		}
		config_set_var(&s->config, name, value);
	}
	if (s->words.manifests)
		s->config.manifests = s->words.manifests;
	if (s->words.rate_share)
		s->config.rate_share_pct = (uint8_t)s->words.rate_share;
	return 0;
}

int session_manifests(struct session *s, int *ret_exit)
{
	struct vars vars = {s->config.vars.v, s->config.vars.n};

	if (manifest_load(s->config.manifests, s->kinds, s->values, vars, &s->arena, &s->diags,
		    &s->want) < 0)
		return session_diags(s, ret_exit);
	return 0;
}

static void tick(void *self, uint32_t sent, uint32_t in_flight, uint32_t waiting, const char *held,
	int64_t held_ms)
{
	struct session *s = self;

	if (!s->app->progress)
		return;
	fprintf(s->app->err, "\r\033[K%u requests, %u in flight, %u waiting", sent - in_flight,
		in_flight, waiting);
	if (held)
		fprintf(s->app->err, "; bucket %s for %lld s", held,
			(long long)(held_ms + 999) / 1000);
	fflush(s->app->err);
	s->progress_shown = true;
}

void session_quiet(struct session *s)
{
	if (s->progress_shown)
		fputs("\r\033[K", s->app->err);
	s->progress_shown = false;
}

static int open_transport(struct session *s, struct err *e)
{
	AUTO(buf) struct buf authorization = BUF_MAX(16384);
	struct transport_curl_options o = {
		.clock = s->app->clock, .user_agent = "plumb", .ca_file = s->words.ca_file};

	if (s->app->transport) {
		s->transport = *s->app->transport;
		return 0;
	}
	if (connect_authorization(s->app, s->words.token_file, &authorization, e) < 0)
		return -1;
	/* a token that may go unencrypted goes nowhere but to this machine */
	o.direct = slice_starts(slice_of(s->org_url), "http://");
	o.authorization = buf_str(&authorization);
	s->curl = transport_curl_new(&o, e);
	buf_wipe(&authorization);
	if (!s->curl)
		return -1;
	s->transport = transport_curl_of(s->curl);
	return 0;
}

static int open_record(struct session *s, struct err *e)
{
	if (!s->words.record)
		return 0;
	s->record_file = fopen(s->words.record, "we");
	if (!s->record_file)
		return err_sys(e, "'%s'", s->words.record);
	s->record = transport_record_new(s->transport, s->record_file);
	s->transport = transport_record_of(s->record);
	return 0;
}

int session_connect(struct session *s, int *ret_exit)
{
	struct err e = ERR_INIT;
	struct engine_options o;

	if (connect_url(s->app, s->words.org_url, s->config.tenant, &s->arena, &s->org_url, &e) <
			0 ||
		open_transport(s, &e) < 0 || open_record(s, &e) < 0)
		return fail(s, &e, ret_exit);
	/* a leftover variable is a way to the wrong tenant */
	if (s->words.environment && s->config.tenant && !s->words.org_url &&
		!streq(s->config.tenant, s->org_url))
		fprintf(s->app->err,
			"plumb: warning: the environment's variables say %s, plumb.yaml's '%s' says %s; the former counts\n",
			s->org_url, s->words.environment, s->config.tenant);
	o = (struct engine_options){.provider = &okta_provider,
		.transport = s->transport,
		.clock = s->app->clock,
		.base_url = s->org_url,
		.max_in_flight = s->words.in_flight ? (uint32_t)s->words.in_flight : 16,
		.share_pct = s->config.rate_share_pct,
		.seed = s->app->seed,
		.stop = s->app->stop,
		.progress = {tick, s}};
	s->engine = engine_new(&o);
	return 0;
}

/* .plumb/HOST.state beside plumb.yaml's working directory, unless somebody says otherwise. */
static const char *state_path(struct session *s)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	const char *host;

	if (s->words.state)
		return s->words.state;
	if (s->config.state)
		return s->config.state;
	host = strstr(s->org_url, "://");
	buf_adds(&b, ".plumb/");
	for (const char *p = host ? host + 3 : s->org_url; *p; p++)
		buf_addc(&b, *p == '/' || *p == ':' ? '_' : *p);
	buf_adds(&b, ".state");
	return arena_str(&s->arena, buf_slice(&b));
}

int session_state(struct session *s, int *ret_exit)
{
	struct err e = ERR_INIT;

	s->store = store_file(state_path(s), s->org_url);
	if (s->lock && store_lock(s->store, &e) < 0)
		return fail(s, &e, ret_exit);
	if (store_load(s->store, s->kinds, s->values, &s->applied, &e) < 0)
		return fail(s, &e, ret_exit);
	return 0;
}

int session_read(struct session *s, bool all, int *ret_exit)
{
	struct read_scope scope = {.want = s->want, .applied = s->applied, .all = all};
	struct err e = ERR_INIT;

	if (reader_read(s->engine, s->kinds, s->values, &scope, &s->diags, &s->live, &e) < 0)
		return fail(s, &e, ret_exit);
	session_quiet(s);
	return s->diags.nerrors ? session_diags(s, ret_exit) : 0;
}

int session_diff(struct session *s, struct diff **ret_diff, int *ret_exit)
{
	AUTO_PTR(diff) df = NULL;

	if (session_config(s, ret_exit) < 0 || session_manifests(s, ret_exit) < 0 ||
		session_connect(s, ret_exit) < 0 || session_state(s, ret_exit) < 0 ||
		session_read(s, false, ret_exit) < 0)
		return -1;
	df = diff_new(s->want, s->live, s->applied, &s->diags);
	if (session_diags(s, ret_exit) < 0)
		return -1;
	*ret_diff = TAKE(df);
	return 0;
}

int session_secret(void *self, struct slice source, struct buf *out, struct err *e)
{
	struct session *s = self;

	if (slice_starts(source, "env.")) {
		const char *v = s->app->env(source.p + 4);

		if (!v || !*v)
			return err_set(e, ERR_MANIFEST, "the secret's variable '%s' is not set",
				source.p + 4);
		buf_adds(out, v);
		return 0;
	}
	if (fs_read(source.p + 5, out, e) < 0)
		return err_in(e, "the secret's file");
	/* a file's last line end is no part of the secret */
	while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r'))
		out->p[--out->n] = '\0';
	return 0;
}
