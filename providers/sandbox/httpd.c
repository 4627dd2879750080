/*
 * The local tenant over HTTP. libmicrohttpd runs one thread that alone touches the sandbox; the lock is for the
 * hand-over. Whoever asks before it waits: a client that could connect gets an answer, not an excuse.
 */
#include "providers/sandbox/httpd.h"

#include "base/xalloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { BODY_LIMIT = 2 << 20, CONNECTIONS_MAX = 256, IDLE_S = 120 };

struct sandbox_httpd {
	struct MHD_Daemon *daemon;
	struct sandbox *s;
	pthread_mutex_t lock;
	pthread_cond_t handed_over;
	bool ready;
	uint16_t port;
};

struct peer_text {
	char v[INET6_ADDRSTRLEN];
};

struct exchange {
	char *target;
	struct buf body;
	bool started;
};

/* The only hook that sees the request line as it was sent, before decoding. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *con)
{
	struct exchange *x = xcalloc(1, sizeof(*x));

	(void)cls;
	(void)con;
	x->target = xstrndup(uri, strlen(uri));
	x->body.max = BODY_LIMIT + 1;
	return x;
}

static void on_done(
	void *cls, struct MHD_Connection *con, void **ctx, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *ctx;

	(void)cls;
	(void)con;
	(void)why;
	if (!x)
		return;
	buf_release(&x->body);
	free(x->target);
	free(x);
	*ctx = NULL;
}

static struct slice header(struct MHD_Connection *con, const char *name)
{
	const char *v = MHD_lookup_connection_value(con, MHD_HEADER_KIND, name);

	return v ? slice_of(v) : (struct slice){NULL, 0};
}

static struct slice peer(struct MHD_Connection *con, struct peer_text *to)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(con, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	const struct sockaddr *a = info ? info->client_addr : NULL;
	const void *at;

	if (!a || (a->sa_family != AF_INET && a->sa_family != AF_INET6))
		return (struct slice){NULL, 0};
	at = a->sa_family == AF_INET
		     ? (const void *)&((const struct sockaddr_in *)(const void *)a)->sin_addr
		     : &((const struct sockaddr_in6 *)(const void *)a)->sin6_addr;
	if (!inet_ntop(a->sa_family, at, to->v, sizeof(to->v)))
		return (struct slice){NULL, 0};
	return slice_of(to->v);
}

static void add_headers(struct MHD_Response *r, struct slice rest)
{
	struct slice line;

	while (slice_cut(&rest, '\n', &line)) {
		struct slice value = slice_trim(line), name;
		AUTO_CHAR key = NULL;
		AUTO_CHAR text = NULL;

		if (!value.n || !slice_cut(&value, ':', &name))
			continue;
		value = slice_trim(value);
		key = xstrndup(name.p, name.n);
		text = xstrndup(value.p, value.n);
		MHD_add_response_header(r, key, text);
	}
}

static enum MHD_Result queue(struct MHD_Connection *con, const struct sandbox_res *res)
{
	struct MHD_Response *r =
		MHD_create_response_from_buffer(res->body.n, res->body.p, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done;

	if (!r)
		return MHD_NO;
	add_headers(r, buf_slice(&res->headers));
	done = MHD_queue_response(con, res->status, r);
	MHD_destroy_response(r);
	return done;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **ctx)
{
	struct sandbox_httpd *h = cls;
	struct exchange *x = *ctx;
	struct sandbox_res res = {0};
	struct peer_text text;
	struct sandbox_req req;
	enum MHD_Result done;

	(void)url;
	(void)version;
	if (!x->started) {
		x->started = true;
		return MHD_YES;
	}
	if (*size) {
		buf_add(&x->body, data, *size);
		*size = 0;
		return MHD_YES;
	}
	sandbox_res_clear(&res);
	req = (struct sandbox_req){
		.method = method,
		.target = slice_of(x->target),
		.authorization = header(con, "Authorization"),
		.content_type = header(con, "Content-Type"),
		.if_match = header(con, "If-Match"),
		.dpop = header(con, "DPoP"),
		.user_agent = header(con, "User-Agent"),
		.peer = peer(con, &text),
		.body = buf_slice(&x->body),
	};
	pthread_mutex_lock(&h->lock);
	while (!h->ready)
		pthread_cond_wait(&h->handed_over, &h->lock);
	if (!buf_ok(&x->body))
		res.status = 413;
	else if (!h->s)
		res.status = 503;
	else
		sandbox_handle(h->s, &req, &res);
	pthread_mutex_unlock(&h->lock);
	done = queue(con, &res);
	sandbox_res_release(&res);
	return done;
}

struct sandbox_httpd *sandbox_httpd_start(const char *addr, uint16_t port, struct err *e)
{
	struct sandbox_httpd *h = xcalloc(1, sizeof(*h));
	struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
	const union MHD_DaemonInfo *info;
	const void *where = &in4;
	unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL;

	if (inet_pton(AF_INET, addr, &in4.sin_addr) != 1) {
		if (inet_pton(AF_INET6, addr, &in6.sin6_addr) != 1) {
			free(h);
			err_set(e, ERR_USAGE, "'%s' is no numeric address", addr);
			return NULL;
		}
		where = &in6;
		flags |= MHD_USE_IPv6;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->handed_over, NULL);
	h->daemon = MHD_start_daemon(flags, port, NULL, NULL, on_request, h, MHD_OPTION_SOCK_ADDR,
		where, MHD_OPTION_URI_LOG_CALLBACK, on_uri, NULL, MHD_OPTION_NOTIFY_COMPLETED,
		on_done, NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S, MHD_OPTION_END);
	info = h->daemon ? MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info) {
		err_sys(e, "cannot listen on %s port %u", addr, (unsigned)port);
		sandbox_httpd_free(h);
		return NULL;
	}
	h->port = info->port;
	return h;
}

uint16_t sandbox_httpd_port(const struct sandbox_httpd *h)
{
	return h->port;
}

void sandbox_httpd_serve(struct sandbox_httpd *h, struct sandbox *s)
{
	pthread_mutex_lock(&h->lock);
	h->s = s;
	h->ready = true;
	pthread_cond_broadcast(&h->handed_over);
	pthread_mutex_unlock(&h->lock);
}

struct sandbox *sandbox_httpd_hold(struct sandbox_httpd *h)
{
	pthread_mutex_lock(&h->lock);
	return h->s;
}

void sandbox_httpd_let_go(struct sandbox_httpd *h)
{
	pthread_mutex_unlock(&h->lock);
}

void sandbox_httpd_free(struct sandbox_httpd *h)
{
	if (!h)
		return;
	/* wakes who still waits: 503 */
	sandbox_httpd_serve(h, NULL);
	if (h->daemon)
		MHD_stop_daemon(h->daemon);
	pthread_cond_destroy(&h->handed_over);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
