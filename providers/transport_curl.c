#include "providers/transport_curl.h"

#include <curl/curl.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/vec.h"

enum {
	MAX_BODY = 64 << 20,
	MAX_HEADERS = 256 << 10,
	CONNECT_TIMEOUT_MS = 30000,
	MAX_CONNECTIONS = 16
};

struct exchange {
	CURL *easy;
	struct curl_slist *lines; /* the request's header */
	uint64_t tag;
	struct buf sent, body, head;
	char why[CURL_ERROR_SIZE];
	struct http_header *headers;
	struct exchange *next; /* in the list of those that can be used again */
};

struct transport_curl {
	CURLM *multi;
	struct clock clock;
	char *authorization, *user_agent, *ca_file;
	bool direct;
	struct exchange *idle;
	VEC(struct exchange *) answered; /* since the last wait */
};

static void exchange_clear(struct exchange *x)
{
	curl_slist_free_all(x->lines);
	x->lines = NULL;
	buf_wipe(&x->sent);
	buf_wipe(&x->body);
	buf_release(&x->head);
	free(x->headers);
	x->headers = NULL;
}

static void exchange_free(struct exchange *x)
{
	exchange_clear(x);
	curl_easy_cleanup(x->easy);
	free(x);
}

struct transport_curl *transport_curl_new(const struct transport_curl_options *o, struct err *e)
{
	struct transport_curl *t;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
		err_set(e, ERR_SYS, "libcurl could not start");
		return NULL;
	}
	t = xcalloc(1, sizeof(*t));
	t->multi = curl_multi_init();
	if (!t->multi)
		BUG("libcurl could not start");
	curl_multi_setopt(t->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(t->multi, CURLMOPT_MAX_HOST_CONNECTIONS, (long)MAX_CONNECTIONS);
	t->clock = o->clock;
	t->direct = o->direct;
	t->authorization =
		o->authorization ? xstrndup(o->authorization, strlen(o->authorization)) : NULL;
	t->user_agent = xstrndup(o->user_agent, strlen(o->user_agent));
	t->ca_file = o->ca_file ? xstrndup(o->ca_file, strlen(o->ca_file)) : NULL;
	return t;
}

static void reuse(struct transport_curl *t, struct exchange *x)
{
	exchange_clear(x);
	x->next = t->idle;
	t->idle = x;
}

void transport_curl_free(struct transport_curl *t)
{
	if (!t)
		return;
	for (uint32_t i = 0; i < t->answered.n; i++)
		reuse(t, t->answered.v[i]);
	vec_free(&t->answered);
	while (t->idle) {
		struct exchange *x = t->idle;

		t->idle = x->next;
		exchange_free(x);
	}
	curl_multi_cleanup(t->multi);
	if (t->authorization)
		explicit_bzero(t->authorization, strlen(t->authorization));
	free(t->authorization);
	free(t->user_agent);
	free(t->ca_file);
	free(t);
	curl_global_cleanup();
}

static size_t on_body(char *p, size_t size, size_t n, void *self)
{
	struct exchange *x = self;

	buf_add(&x->body, p, size * n);
	return buf_ok(&x->body) ? size * n : 0;
}

static size_t on_header(char *p, size_t size, size_t n, void *self)
{
	struct exchange *x = self;

	/* a header block that another follows (100 Continue, a proxy's CONNECT) does not count */
	if (size * n > 5 && memcmp(p, "HTTP/", 5) == 0)
		buf_clear(&x->head);
	buf_add(&x->head, p, size * n);
	return buf_ok(&x->head) ? size * n : 0;
}

static void add_line(struct exchange *x, const char *name, const char *value)
{
	struct buf line = BUF_TEXT;
	struct curl_slist *more;

	buf_addf(&line, "%s: %s", name, value);
	more = curl_slist_append(x->lines, buf_str(&line));
	if (!more)
		BUG("a request header could not be added");
	x->lines = more;
	buf_wipe(&line);
}

static void add_lines(struct exchange *x, struct slice rest)
{
	struct slice line;

	while (rest.n && slice_cut(&rest, '\n', &line)) {
		struct slice value = slice_trim(line), name;
		AUTO_CHAR n = NULL;
		AUTO_CHAR v = NULL;

		if (!value.n || !slice_cut(&value, ':', &name))
			continue;
		value = slice_trim(value);
		n = xstrndup(name.p, name.n);
		v = xstrndup(value.p, value.n);
		add_line(x, n, v);
	}
}

static void prepare(struct transport_curl *t, struct exchange *x, const struct http_req *req)
{
	CURL *c = x->easy;

	curl_easy_reset(c);
	add_line(x, "Accept", "application/json");
	if (t->authorization)
		add_line(x, "Authorization", t->authorization);
	if (req->body.n)
		add_line(x, "Content-Type", "application/json");
	add_lines(x, req->headers);
	curl_easy_setopt(c, CURLOPT_URL, req->url);
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
	curl_easy_setopt(c, CURLOPT_USERAGENT, t->user_agent);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, x->why);
	curl_easy_setopt(c, CURLOPT_PRIVATE, x);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(c, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_TIMEOUT_MS);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)req->timeout_ms);
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_2TLS);
	curl_easy_setopt(c, CURLOPT_PIPEWAIT, 1L);
	if (t->direct)
		curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
	if (t->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, t->ca_file);
	if (!streq(req->method, "GET")) {
		/* Okta answers 411 to a bodiless POST without Content-Length (Okta: "Core Okta API") */
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, buf_str(&x->sent));
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->body.n);
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
	}
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, x->lines);
}

static int submit(void *self, const struct http_req *req, struct err *e)
{
	struct transport_curl *t = self;
	struct exchange *x = t->idle;
	CURLMcode rc;

	if (x) {
		t->idle = x->next;
	} else {
		x = xcalloc(1, sizeof(*x));
		x->easy = curl_easy_init();
		if (!x->easy)
			BUG("libcurl could not start a request");
	}
	x->tag = req->tag;
	x->why[0] = '\0';
	x->sent = (struct buf)BUF_TEXT;
	x->body = (struct buf)BUF_MAX(MAX_BODY);
	x->head = (struct buf)BUF_MAX(MAX_HEADERS);
	buf_add_slice(&x->sent, req->body);
	prepare(t, x, req);
	rc = curl_multi_add_handle(t->multi, x->easy);
	if (rc != CURLM_OK) {
		exchange_free(x);
		return err_set(e, ERR_SYS, "libcurl: %s", curl_multi_strerror(rc));
	}
	return 0;
}

static size_t split_headers(struct exchange *x)
{
	struct slice rest = buf_slice(&x->head), line;
	size_t n = 0;

	for (size_t i = 0; i < rest.n; i++)
		n += rest.p[i] == '\n';
	x->headers = xcalloc(n, sizeof(*x->headers));
	n = 0;
	while (slice_cut(&rest, '\n', &line)) {
		struct slice value = line, name;

		if (!slice_cut(&value, ':', &name) || !value.p)
			continue;
		x->headers[n++] = (struct http_header){name, slice_trim(value)};
	}
	return n;
}

static struct http_res answer(struct exchange *x, CURLcode rc)
{
	struct http_res res = {.tag = x->tag};
	long status = 0;

	if (rc != CURLE_OK) {
		res.why = x->why[0] ? x->why : curl_easy_strerror(rc);
		return res;
	}
	curl_easy_getinfo(x->easy, CURLINFO_RESPONSE_CODE, &status);
	res.status = (uint16_t)status;
	res.body = buf_slice(&x->body);
	res.nheaders = split_headers(x);
	res.headers = x->headers;
	return res;
}

static int collect(struct transport_curl *t, struct http_res *done, size_t max)
{
	int n = 0, left;
	CURLMsg *m;

	while ((size_t)n < max && (m = curl_multi_info_read(t->multi, &left))) {
		struct exchange *x = NULL;
		CURL *easy = m->easy_handle;
		CURLcode rc = m->data.result;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&x);
		curl_multi_remove_handle(t->multi, easy);
		done[n++] = answer(x, rc);
		vec_push(&t->answered, x);
	}
	return n;
}

static int wait(void *self, int64_t until_ms, struct http_res *done, size_t max, struct err *e)
{
	struct transport_curl *t = self;

	for (uint32_t i = 0; i < t->answered.n; i++)
		reuse(t, t->answered.v[i]);
	t->answered.n = 0;
	for (;;) {
		int64_t left_ms;
		int running, n;
		CURLMcode rc = curl_multi_perform(t->multi, &running);

		if (rc != CURLM_OK)
			return err_set(e, ERR_SYS, "libcurl: %s", curl_multi_strerror(rc));
		n = collect(t, done, max);
		left_ms = until_ms - clock_mono_ms(t->clock);
		if (n || left_ms <= 0)
			return n;
		rc = curl_multi_poll(t->multi, NULL, 0, left_ms > 1000 ? 1000 : (int)left_ms, NULL);
		if (rc != CURLM_OK)
			return err_set(e, ERR_SYS, "libcurl: %s", curl_multi_strerror(rc));
	}
}

struct transport transport_curl_of(struct transport_curl *t)
{
	static const struct transport_ops ops = {submit, wait};

	return (struct transport){&ops, t};
}

bool url_split(const char *url, bool *ret_https, char **ret_host, bool *ret_bare)
{
	CURLU *u = curl_url();
	char *scheme = NULL, *host = NULL, *path = NULL, *user = NULL, *query = NULL;
	bool ok = u && curl_url_set(u, CURLUPART_URL, url, 0) == CURLUE_OK &&
		  curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		  curl_url_get(u, CURLUPART_HOST, &host, 0) == CURLUE_OK;

	if (ok) {
		curl_url_get(u, CURLUPART_PATH, &path, 0);
		curl_url_get(u, CURLUPART_USER, &user, 0);
		curl_url_get(u, CURLUPART_QUERY, &query, 0);
		*ret_https = streq(scheme, "https");
		ok = *ret_https || streq(scheme, "http");
		*ret_host = xstrndup(host, strlen(host));
		*ret_bare = (!path || streq(path, "/")) && !user && !query;
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(path);
	curl_free(user);
	curl_free(query);
	curl_url_cleanup(u);
	return ok;
}
