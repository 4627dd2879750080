#include "cmd/tenant.h"

#include "base/fs.h"
#include "base/xalloc.h"
#include "providers/transport_curl.h"

#include <stdlib.h>

/* Okta waits three seconds for a hook (Okta: "Event hooks"). */
enum {
	DATA_MAX = 1 << 30,
	HOOK_MS = 3000,
	QUIET_MS = 1000,
	NEWS_MS = 5000,
	AGAIN_MS = 10000,
	SEND_MAX = 20,
	SEND_MS = 1000
};

struct tenant {
	const struct app *app;
	const char *data;
	struct buf text; /* of the file */
	/* one for each thread: requests that ask hooks are answered on the front's */
	struct transport_curl *asking, *sending;
	uint64_t seen, saved;
	int64_t due_ms;  /* nothing is written before */
	int64_t news_ms; /* since when there is something that is not saved */
	int lock_fd;
	bool kept; /* it was written at least once */
	bool failing;
};

struct tenant *tenant_new(const struct app *app, const char *data, struct err *e)
{
	struct transport_curl_options o = {.clock = app->clock, .user_agent = "plumb-sandbox"};
	struct tenant *t = xcalloc(1, sizeof(*t));

	t->app = app;
	t->data = data;
	t->lock_fd = -1;
	t->text = (struct buf)BUF_MAX(DATA_MAX);
	t->asking = transport_curl_new(&o, e);
	t->sending = t->asking ? transport_curl_new(&o, e) : NULL;
	if (t->sending && (!data || fs_lock(data, &t->lock_fd, e) == 0))
		return t;
	tenant_free(t);
	return NULL;
}

void tenant_free(struct tenant *t)
{
	if (!t)
		return;
	transport_curl_free(t->asking);
	transport_curl_free(t->sending);
	buf_wipe(&t->text);
	close_fdp(&t->lock_fd);
	free(t);
}

/* One exchange, waited for; the answer's status, or 0. */
static int exchange(const struct app *app, struct transport_curl *curl,
	const struct sandbox_out *out, struct buf *ret_body)
{
	struct transport tr = transport_curl_of(curl);
	struct http_req req = {.tag = out->tag,
		.method = out->method,
		.url = out->url,
		.body = out->body,
		.headers = out->headers,
		.timeout_ms = HOOK_MS};
	int64_t until = clock_mono_ms(app->clock) + HOOK_MS + 1000;
	struct err e = ERR_INIT;
	struct http_res res;

	if (tr.ops->submit(tr.self, &req, &e) < 0)
		return 0;
	while (clock_mono_ms(app->clock) < until) {
		if (tr.ops->wait(tr.self, until, &res, 1, &e) != 1)
			continue;
		if (ret_body)
			buf_add_slice(ret_body, res.body);
		return res.status;
	}
	return 0;
}

static int fetch(void *self, const struct sandbox_out *out, struct buf *ret_body)
{
	struct tenant *t = self;

	return exchange(t->app, t->asking, out, ret_body);
}

static bool is_kept(const struct tenant *t)
{
	return t->data && fs_exists(t->data);
}

int tenant_options(struct tenant *t, struct sandbox_options *o, struct err *e)
{
	o->fetch = fetch;
	o->fetch_self = t;
	if (!is_kept(t))
		return 0;
	if (fs_read(t->data, &t->text, e) < 0)
		return -1;
	o->data = buf_slice(&t->text);
	return 0;
}

/* A delivery is sent without the tenant: others are served meanwhile. */
static bool send_one(struct tenant *t, struct sandbox_httpd *h)
{
	AUTO(buf) struct buf url = BUF_TEXT;
	AUTO(buf) struct buf headers = BUF_TEXT;
	AUTO(buf) struct buf body = BUF_TEXT;
	struct sandbox *s = sandbox_httpd_hold(h);
	struct sandbox_out out;
	bool there = sandbox_out_next(s, &out);
	int status;

	if (there) {
		buf_adds(&url, out.url);
		buf_add_slice(&headers, out.headers);
		buf_add_slice(&body, out.body);
	}
	sandbox_httpd_let_go(h);
	if (!there)
		return false;
	out.url = buf_str(&url);
	out.headers = buf_slice(&headers);
	out.body = buf_slice(&body);
	status = exchange(t->app, t->sending, &out, NULL);
	buf_wipe(&headers);
	sandbox_out_done(sandbox_httpd_hold(h), out.tag, (uint16_t)status);
	sandbox_httpd_let_go(h);
	return true;
}

static int save(struct tenant *t, struct sandbox_httpd *h, struct err *e)
{
	struct sandbox *s = sandbox_httpd_hold(h);
	uint64_t changes;
	int done;

	buf_clear(&t->text);
	sandbox_save(s, &t->text);
	changes = sandbox_changes(s);
	sandbox_httpd_let_go(h);
	done = fs_write(t->data, buf_slice(&t->text), 0600, e);
	buf_wipe(&t->text);
	if (done == 0)
		t->saved = changes;
	return done;
}

/* A disk that is full for a while must not end a tenant that lives in memory; a place that never worked must. */
static int save_or_warn(struct tenant *t, struct sandbox_httpd *h, int64_t now, struct err *e)
{
	AUTO(buf) struct buf why = BUF_TEXT;
	bool failed = save(t, h, e) < 0;

	if (failed && !t->kept)
		return -1;
	if (failed && !t->failing) {
		buf_add_printable(&why, slice_of(e->msg));
		fprintf(t->app->err, "plumb: warning: the tenant is not saved: %s\n",
			buf_str(&why));
		fflush(t->app->err);
	}
	t->kept = true;
	t->failing = failed;
	t->due_ms = now + AGAIN_MS;
	return 0;
}

int tenant_turn(struct tenant *t, struct sandbox_httpd *h, struct err *e)
{
	int64_t began = clock_mono_ms(t->app->clock), now;
	uint64_t changes;

	/* receivers that hang must not keep the tenant from being saved */
	for (int i = 0; i < SEND_MAX && !*t->app->stop && send_one(t, h) &&
			clock_mono_ms(t->app->clock) < began + SEND_MS;
		i++)
		;
	if (!t->data)
		return 0;
	now = clock_mono_ms(t->app->clock);
	changes = sandbox_changes(sandbox_httpd_hold(h));
	sandbox_httpd_let_go(h);
	if (changes != t->seen) {
		if (t->seen == t->saved)
			t->news_ms = now;
		t->seen = changes;
		t->due_ms = now + QUIET_MS;
	}
	if (changes == t->saved || (now < t->due_ms && (t->failing || now < t->news_ms + NEWS_MS)))
		return 0;
	t->news_ms = now;
	return save_or_warn(t, h, now, e);
}

int tenant_begin(struct tenant *t, struct sandbox_httpd *h, struct err *e)
{
	return t->data ? save_or_warn(t, h, clock_mono_ms(t->app->clock), e) : 0;
}

int tenant_end(struct tenant *t, struct sandbox_httpd *h, struct err *e)
{
	return t->data ? save(t, h, e) : 0;
}
