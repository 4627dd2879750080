#include "cmd/session.h"

#include "providers/okta/okta.h"

struct check {
	const char *name, *path, *bucket, *ok;
};

enum { FIRST_OF_KINDS = 2 };

struct doctor {
	struct session *s;
	uint32_t failed;
};

static const struct check checks[] = {
	{"tenant", "/.well-known/okta-organization", "/.well-known", "answers"},
	{"token", "/api/v1/users/me", "/api/v1/users/me", "accepted"},
	{"users", "/api/v1/users?limit=1", "/api/v1/users", "readable"},
	{"groups", "/api/v1/groups?limit=1", "/api/v1/groups", "readable"},
	{"group rules", "/api/v1/groups/rules?limit=1", "/api/v1/groups", "readable"},
	{"apps", "/api/v1/apps?limit=1", "/api/v1/apps", "readable"},
	{"zones", "/api/v1/zones?limit=1", "/api/v1", "readable"},
	{"trusted origins", "/api/v1/trustedOrigins?limit=1", "/api/v1", "readable"},
	{"policies", "/api/v1/policies?type=OKTA_SIGN_ON", "/api/v1", "readable"},
};

/* One more word about what an answer tells. */
static void add_detail(uint32_t check, const struct http_res *res, struct buf *out)
{
	AUTO_PTR(js) j = NULL;
	struct err ignored = ERR_INIT;
	struct limits l = okta_provider.limits(res);

	if (js_parse(res->body, "the answer", &j, &ignored) < 0)
		return;
	if (check == 0)
		buf_addf(out, ", %s",
			slice_is(js_str(js_get(j, "pipeline")), "idx") ? "Identity Engine"
								       : "Classic Engine");
	if (check == 1) {
		buf_adds(out, ", as ");
		buf_add_printable(out, js_str(js_path(j, "profile.login")));
	}
	if (l.known && l.limit)
		buf_addf(out, ", %u requests a minute", l.limit);
}

static bool is_json(const struct http_res *res)
{
	AUTO_PTR(js) j = NULL;
	struct err ignored = ERR_INIT;

	return js_parse(res->body, "the answer", &j, &ignored) == 0;
}

static void on_answer(void *owner, uint32_t tag, const struct answer *a)
{
	struct doctor *d = owner;
	AUTO(buf) struct buf b = BUF_TEXT;

	session_quiet(d->s);
	if (a->verdict == SAID_YES && !is_json(a->res)) {
		d->failed++;
		fprintf(d->s->app->out, "failed  %s: what answers is no Okta: no JSON\n",
			checks[tag].name);
		return;
	}
	if (a->verdict == SAID_YES) {
		add_detail(tag, a->res, &b);
		fprintf(d->s->app->out, "ok      %s: %s%s\n", checks[tag].name, checks[tag].ok,
			buf_str(&b));
		return;
	}
	d->failed++;
	buf_add_printable(&b, slice_of(a->err->msg));
	fprintf(d->s->app->out, "failed  %s: %s\n", checks[tag].name, buf_str(&b));
}

static int diagnose(struct session *s)
{
	struct doctor d = {.s = s};
	struct err e = ERR_INIT;

	fprintf(s->app->out, "tenant  %s\n", s->org_url);
	for (uint32_t i = 0; i < LEN(checks); i++) {
		struct call c = {.method = "GET",
			.bucket = checks[i].bucket,
			.url = BUF_TEXT,
			.body = BUF_TEXT,
			.idempotent = true,
			.done = on_answer,
			.owner = &d,
			.tag = i};

		buf_adds(&c.url, checks[i].path);
		engine_add(s->engine, &c);
		/* one after the other: what fails with the tenant or the token explains the rest */
		if (engine_run(s->engine, &e) < 0)
			return app_fail(s->app, &e);
		if (d.failed && i < FIRST_OF_KINDS)
			break;
	}
	return d.failed ? EXIT_FAILED : EXIT_OK;
}

static int run(const struct app *app, int argc, const char **argv)
{
	struct session_words w = {0};
	const struct opt rows[] = {SESSION_OFFLINE_ROWS(&w), SESSION_ONLINE_ROWS(&w), OPT_ROWS_END};
	struct session s;
	int exit_code = EXIT_OK;

	if (!command_options(app, &cmd_doctor, rows, &argc, argv, &exit_code))
		return exit_code;
	session_init(&s, app, &w);
	if (session_config(&s, &exit_code) == 0 && session_connect(&s, &exit_code) == 0)
		exit_code = diagnose(&s);
	session_close(&s);
	return exit_code;
}

const struct command cmd_doctor = {
	.name = "doctor",
	.args = "",
	.help = "says whether the tenant answers, who we are, and what we may read",
	.run = run,
};
