#include "tests/lib/wire.h"

void wire_release(struct wire *w)
{
	buf_release(&w->wrote);
	buf_release(&w->read);
	vec_free(&w->secrets);
}

/* The next such request is the last: what is asked for once happens once. */
static void stop_at(struct wire *w, const char *method, struct slice target)
{
	AUTO(buf) struct buf line = BUF_TEXT;

	buf_addf(&line, "%s %.*s", method, SLICE_ARG(target));
	if (!w->stop_at.n || line.n < w->stop_at.n ||
		memcmp(line.p, w->stop_at.p, w->stop_at.n) != 0)
		return;
	w->stop_at.n = 0;
	*w->stop = 1;
}

static void note(struct wire *w, const struct http_req *req, struct slice target)
{
	struct buf *out = streq(req->method, "GET") ? &w->read : &w->wrote;

	buf_addf(out, "%s %.*s", req->method, SLICE_ARG(target));
	for (uint32_t i = 0; i < w->secrets.n; i++) {
		const struct wire_secret *s = &w->secrets.v[i];

		if (req->body.n && memmem(req->body.p, req->body.n, s->value, strlen(s->value)))
			buf_addf(out, " (with %s)", s->name);
	}
	buf_addc(out, '\n');
}

static int submit(void *self, const struct http_req *req, struct err *e)
{
	struct wire *w = self;
	const char *host = strstr(req->url, "://"), *path = strchr(host ? host + 3 : req->url, '/');
	struct slice target = slice_of(path ? path : "/");

	note(w, req, target);
	stop_at(w, req->method, target);
	return w->inner.ops->submit(w->inner.self, req, e);
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct wire *w = self;

	return w->inner.ops->wait(w->inner.self, until_ms, done, max, e);
}

static const struct transport_ops ops = {submit, wait};

struct transport wire_of(struct wire *w)
{
	return (struct transport){&ops, w};
}
