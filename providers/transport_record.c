#include "providers/transport_record.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xalloc.h"

struct transport_record {
	struct transport inner;
	FILE *out;
};

struct transport_record *transport_record_new(struct transport inner, FILE *out)
{
	struct transport_record *t = xcalloc(1, sizeof(*t));

	t->inner = inner;
	t->out = out;
	return t;
}

void transport_record_free(struct transport_record *t)
{
	free(t);
}

/* Without scheme and host. */
static struct slice path_of(const char *url)
{
	const char *p = strstr(url, "://"), *slash = p ? strchr(p + 3, '/') : NULL;

	return slice_of(slash ? slash : url);
}

static int submit(void *self, const struct http_req *req, struct err *e)
{
	struct transport_record *t = self;
	AUTO(buf) struct buf line = BUF_TEXT;

	buf_adds(&line, "{\"method\":");
	buf_add_json(&line, slice_of(req->method));
	buf_adds(&line, ",\"path\":");
	buf_add_json(&line, path_of(req->url));
	buf_addf(&line, ",\"bytes\":%zu}\n", req->body.n);
	fputs(buf_str(&line), t->out);
	fflush(t->out);
	return t->inner.ops->submit(t->inner.self, req, e);
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct transport_record *t = self;

	return t->inner.ops->wait(t->inner.self, until_ms, done, max, e);
}

struct transport transport_record_of(struct transport_record *t)
{
	static const struct transport_ops ops = {submit, wait};

	return (struct transport){&ops, t};
}
