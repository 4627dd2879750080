/*
 * The local tenant as a transport: a submitted request is answered at once, and the answer waits in a queue.
 */
#include "providers/sandbox/transport_mem.h"

#include "base/vec.h"
#include "base/xalloc.h"

#include <stdlib.h>

struct answer {
	uint64_t tag;
	struct sandbox_res res;
	struct http_header *headers;
	size_t nheaders;
};

struct transport_mem {
	struct sandbox *s;
	struct clock_fake *clock;
	char *authorization;
	VEC(struct answer) queue;
	uint32_t given; /* of the queue's head: handed out by the last wait */
};

static void drop_given(struct transport_mem *t)
{
	for (uint32_t i = 0; i < t->given; i++) {
		sandbox_res_release(&t->queue.v[i].res);
		free(t->queue.v[i].headers);
	}
	if (t->given)
		memmove(t->queue.v, t->queue.v + t->given,
			(t->queue.n - t->given) * sizeof(*t->queue.v));
	t->queue.n -= t->given;
	t->given = 0;
}

static void read_headers(struct answer *a)
{
	struct slice rest = buf_slice(&a->res.headers), line;
	size_t cap = 0;

	for (size_t i = 0; i < rest.n; i++)
		cap += rest.p[i] == '\n';
	a->headers = xcalloc(cap + 1, sizeof(*a->headers));
	while (slice_cut(&rest, '\n', &line)) {
		struct slice value = line, name;

		if (!slice_cut(&value, ':', &name) || name.n == line.n)
			continue;
		a->headers[a->nheaders++] = (struct http_header){name, slice_trim(value)};
	}
}

/* The part of an absolute URL behind the host. */
static struct slice target_of(const char *url)
{
	const char *host = strstr(url, "://"), *path = strchr(host ? host + 3 : url, '/');

	return slice_of(path ? path : "/");
}

static int submit(void *self, const struct http_req *req, struct err *e)
{
	struct transport_mem *t = self;
	struct sandbox_req in = {
		.method = req->method,
		.target = target_of(req->url),
		.body = req->body,
		.authorization = {t->authorization,
			t->authorization ? strlen(t->authorization) : 0},
		.content_type = {NULL, 0},
	};
	struct answer a = {.tag = req->tag};

	(void)e;
	sandbox_handle(t->s, &in, &a.res);
	vec_push(&t->queue, a);
	return 0;
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct transport_mem *t = self;
	uint32_t n;

	(void)e;
	drop_given(t);
	n = t->queue.n < max ? t->queue.n : (uint32_t)max;
	for (uint32_t i = 0; i < n; i++) {
		struct answer *a = &t->queue.v[i];

		read_headers(a);
		done[i] = (struct http_res){.tag = a->tag,
			.status = a->res.status,
			.body = buf_slice(&a->res.body),
			.headers = a->headers,
			.nheaders = a->nheaders};
	}
	if (!n && t->clock && t->clock->now_ms < until_ms)
		t->clock->now_ms = until_ms;
	t->given = n;
	return (int)n;
}

static const struct transport_ops ops = {submit, wait};

struct transport_mem *transport_mem_new(
	struct sandbox *s, struct clock_fake *clock, const char *authorization)
{
	struct transport_mem *t = xcalloc(1, sizeof(*t));

	t->s = s;
	t->clock = clock;
	if (authorization)
		t->authorization = xstrndup(authorization, strlen(authorization));
	return t;
}

void transport_mem_free(struct transport_mem *t)
{
	if (!t)
		return;
	t->given = t->queue.n;
	drop_given(t);
	vec_free(&t->queue);
	free(t->authorization);
	free(t);
}

struct transport transport_mem_of(struct transport_mem *t)
{
	return (struct transport){&ops, t};
}
