/*
 * The local tenant as a transport: a submitted request is answered at once, and the answer waits in a queue, in
 * the order in which answers are to arrive. What takes time takes the fake clock's.
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
	const char *why;
	int64_t ready_ms;
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

/* When the answer is there, and what has become of it on its way. */
static void carry(const struct transport_mem *t, struct answer *a, uint32_t timeout_ms)
{
	struct sandbox_res *res = &a->res;
	uint64_t takes_ms = res->delay_ms;

	if (res->bytes_per_s)
		takes_ms += (uint64_t)res->body.n * 1000 / res->bytes_per_s;
	if (res->fate == FATE_RESET)
		a->why = "the connection broke";
	else if (res->fate == FATE_CUT)
		res->body.n = res->cut;
	if (timeout_ms && takes_ms > timeout_ms) {
		takes_ms = timeout_ms;
		a->why = "the time is up";
	}
	a->ready_ms = t->clock ? t->clock->now_ms + (int64_t)takes_ms : 0;
}

static void enqueue(struct transport_mem *t, struct answer a)
{
	uint32_t at = t->queue.n;

	vec_push(&t->queue, a);
	for (; at > t->given && t->queue.v[at - 1].ready_ms > a.ready_ms; at--)
		t->queue.v[at] = t->queue.v[at - 1];
	t->queue.v[at] = a;
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
		.in_flight = t->queue.n - t->given + 1,
	};
	struct answer a = {.tag = req->tag};

	(void)e;
	sandbox_handle(t->s, &in, &a.res);
	carry(t, &a, req->timeout_ms);
	enqueue(t, a);
	return 0;
}

/* How many at the queue's head have arrived. */
static uint32_t arrived(const struct transport_mem *t, size_t max)
{
	uint32_t n = 0;

	while (n < t->queue.n && n < max &&
		(!t->clock || t->queue.v[n].ready_ms <= t->clock->now_ms))
		n++;
	return n;
}

static void fill(struct answer *a, struct http_res *to)
{
	if (a->why) {
		*to = (struct http_res){.tag = a->tag, .why = a->why};
		return;
	}
	read_headers(a);
	*to = (struct http_res){.tag = a->tag,
		.status = a->res.status,
		.body = buf_slice(&a->res.body),
		.headers = a->headers,
		.nheaders = a->nheaders};
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct transport_mem *t = self;
	uint32_t n;

	(void)e;
	drop_given(t);
	n = arrived(t, max);
	if (!n && t->clock) {
		if (t->queue.n && t->queue.v[0].ready_ms < until_ms)
			until_ms = t->queue.v[0].ready_ms;
		if (t->clock->now_ms < until_ms)
			t->clock->now_ms = until_ms;
		n = arrived(t, max);
	}
	for (uint32_t i = 0; i < n; i++)
		fill(&t->queue.v[i], &done[i]);
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
