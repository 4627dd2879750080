#include "tests/lib/wire.h"

static const char spoilt[] =
	"{\"errorCode\":\"E0000009\",\"errorSummary\":\"Internal Server Error\",\"errorCauses\":[]}";

void wire_release(struct wire *w)
{
	buf_release(&w->wrote);
	buf_release(&w->read);
	vec_free(&w->faults);
	vec_free(&w->secrets);
	vec_free(&w->made);
	vec_free(&w->lost);
}

static struct wire_fault *fault_of(struct wire *w, const char *method, struct slice target)
{
	for (uint32_t i = 0; i < w->faults.n; i++) {
		struct wire_fault *f = &w->faults.v[i];

		if (f->left > 0 && streq(f->method, method) && f->target.n <= target.n &&
			memcmp(f->target.p, target.p, f->target.n) == 0)
			return f;
	}
	return NULL;
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
	struct wire_fault *f = fault_of(w, req->method, target);

	note(w, req, target);
	if (f)
		f->left--;
	if (f && f->what == FAULT_STATUS) {
		vec_push(&w->made, (struct wire_answer){req->tag, f->status});
		return 0;
	}
	if (f && f->what == FAULT_LOST)
		vec_push(&w->lost, req->tag);
	if (f && f->what == FAULT_STOP)
		*w->stop = 1;
	return w->inner.ops->submit(w->inner.self, req, e);
}

static bool is_lost(struct wire *w, uint64_t tag)
{
	for (uint32_t i = 0; i < w->lost.n; i++) {
		if (w->lost.v[i] == tag) {
			w->lost.v[i] = w->lost.v[--w->lost.n];
			return true;
		}
	}
	return false;
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct wire *w = self;
	int n = 0;

	if (!w->made.n) {
		n = w->inner.ops->wait(w->inner.self, until_ms, done, max, e);
		for (int i = 0; i < n; i++) {
			if (is_lost(w, done[i].tag))
				done[i] = (struct http_res){
					.tag = done[i].tag, .why = "the connection broke"};
		}
		return n;
	}
	while (w->made.n && (size_t)n < max) {
		struct wire_answer a = w->made.v[--w->made.n];

		done[n++] = (struct http_res){
			.tag = a.tag, .status = a.status, .body = slice_of(spoilt)};
	}
	return n;
}

static const struct transport_ops ops = {submit, wait};

struct transport wire_of(struct wire *w)
{
	return (struct transport){&ops, w};
}
