/*
 * The local tenant over HTTP. One thread runs libmicrohttpd and answers from the sandbox; it starts when there
 * is a sandbox to serve, so that a client that could connect gets an answer, not an excuse. What must wait (an
 * answer that comes late, a body that comes slowly) is suspended in a list that the same thread looks at.
 */
#include "providers/sandbox/httpd.h"

#include "base/fs.h"
#include "base/xalloc.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	BODY_LIMIT = 2 << 20,
	CONNECTIONS_MAX = 512,
	IDLE_S = 120,
	TURN_MS = 1000,   /* the loop looks around so often in any case */
	STEPS_PER_S = 20, /* of a slow body */
	BLOCK = 16 << 10,
};

struct sandbox_httpd {
	struct MHD_Daemon *daemon;
	struct sandbox *s;
	pthread_mutex_t lock; /* of the sandbox: others may want to look at it */
	struct clock clock;
	pthread_t thread;
	bool running;
	int wake; /* readable: the thread is to end */
	uint16_t port;
	uint32_t in_flight; /* handled, and not yet sent */
	struct exchange *waiting;
};

struct peer_text {
	char v[INET6_ADDRSTRLEN];
};

struct exchange {
	struct sandbox_httpd *h;
	struct MHD_Connection *con;
	char *target;
	struct buf body;
	bool started, handled;
	struct sandbox_res res;
	int64_t due_ms, began_ms; /* suspended until; the body's first byte */
	struct exchange *next;    /* in the list of who waits */
};

static void exchange_free(struct exchange *x)
{
	if (!x)
		return;
	sandbox_res_release(&x->res);
	buf_release(&x->body);
	free(x->target);
	free(x);
}

/*
 * A connection knows its exchange too: on_done is not called for a request that libmicrohttpd drops before it is
 * whole, as one with more parameters than it has memory for.
 */
static void on_connection(
	void *cls, struct MHD_Connection *con, void **ctx, enum MHD_ConnectionNotificationCode what)
{
	struct exchange **now = *ctx;

	(void)cls;
	(void)con;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*ctx = xcalloc(1, sizeof(*now));
		return;
	}
	exchange_free(*now);
	free(now);
}

static struct exchange **exchange_of(struct MHD_Connection *con)
{
	return MHD_get_connection_info(con, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

/* The only hook that sees the request line as it was sent, before decoding. */
static void *on_uri(void *cls, const char *uri, struct MHD_Connection *con)
{
	struct exchange *x = *exchange_of(con) = xcalloc(1, sizeof(*x));

	x->h = cls;
	x->con = con;
	x->target = xstrndup(uri, strlen(uri));
	x->body.max = BODY_LIMIT + 1;
	return x;
}

static void leave_list(struct exchange *x)
{
	struct exchange **at = &x->h->waiting;

	while (*at && *at != x)
		at = &(*at)->next;
	if (*at)
		*at = x->next;
}

static void on_done(
	void *cls, struct MHD_Connection *con, void **ctx, enum MHD_RequestTerminationCode why)
{
	struct exchange *x = *ctx;

	(void)cls;
	(void)why;
	if (!x)
		return;
	leave_list(x);
	x->h->in_flight -= x->handled;
	exchange_free(x);
	*ctx = *exchange_of(con) = NULL;
}

static void wait_until(struct exchange *x, int64_t due_ms)
{
	x->due_ms = due_ms;
	x->next = x->h->waiting;
	x->h->waiting = x;
	MHD_suspend_connection(x->con);
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

/* So much of the body as may be on its way by now. */
static ssize_t read_body(void *cls, uint64_t pos, char *to, size_t max)
{
	struct exchange *x = cls;
	const struct sandbox_res *res = &x->res;
	uint64_t end = res->fate == FATE_CUT ? res->cut : res->body.n, rate = res->bytes_per_s;
	uint64_t step = rate / STEPS_PER_S ? rate / STEPS_PER_S : 1;
	int64_t due_ms = x->began_ms + (int64_t)((pos + step) * 1000 / (rate ? rate : 1));
	size_t n = end - pos < max ? (size_t)(end - pos) : max;

	if (pos >= end)
		return res->fate == FATE_CUT ? MHD_CONTENT_READER_END_WITH_ERROR
					     : MHD_CONTENT_READER_END_OF_STREAM;
	if (rate && clock_mono_ms(x->h->clock) < due_ms) {
		wait_until(x, due_ms);
		return 0;
	}
	if (rate && n > step)
		n = (size_t)step;
	memcpy(to, res->body.p + pos, n);
	return (ssize_t)n;
}

static enum MHD_Result send_answer(struct exchange *x)
{
	const struct sandbox_res *res = &x->res;
	struct MHD_Response *r;
	enum MHD_Result done;

	/* this closes the connection */
	if (res->fate == FATE_RESET)
		return MHD_NO;
	x->began_ms = clock_mono_ms(x->h->clock);
	if (res->fate == FATE_CUT || (res->bytes_per_s && res->body.n))
		r = MHD_create_response_from_callback(res->body.n, BLOCK, read_body, x, NULL);
	else
		r = MHD_create_response_from_buffer(
			res->body.n, res->body.p, MHD_RESPMEM_MUST_COPY);
	if (!r)
		return MHD_NO;
	add_headers(r, buf_slice(&res->headers));
	done = MHD_queue_response(x->con, res->status, r);
	MHD_destroy_response(r);
	return done;
}

static void answer(struct sandbox_httpd *h, const struct sandbox_req *req, struct sandbox_res *res)
{
	pthread_mutex_lock(&h->lock);
	sandbox_handle(h->s, req, res);
	pthread_mutex_unlock(&h->lock);
}

static void handle(struct exchange *x, const char *method)
{
	struct peer_text text;
	struct sandbox_req req = {
		.method = method,
		.target = slice_of(x->target),
		.authorization = header(x->con, "Authorization"),
		.content_type = header(x->con, "Content-Type"),
		.if_match = header(x->con, "If-Match"),
		.dpop = header(x->con, "DPoP"),
		.user_agent = header(x->con, "User-Agent"),
		.peer = peer(x->con, &text),
		.body = buf_slice(&x->body),
		.too_large = !buf_ok(&x->body),
	};

	x->handled = true;
	req.in_flight = ++x->h->in_flight;
	sandbox_res_clear(&x->res);
	answer(x->h, &req, &x->res);
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *con, const char *url,
	const char *method, const char *version, const char *data, size_t *size, void **ctx)
{
	struct sandbox_httpd *h = cls;
	struct exchange *x = *ctx;

	(void)con;
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
	if (!x->handled) {
		handle(x, method);
		if (x->res.delay_ms) {
			wait_until(x, clock_mono_ms(h->clock) + x->res.delay_ms);
			return MHD_YES;
		}
	}
	return send_answer(x);
}

/* Who has waited long enough goes on; -1: nobody waits, else for how long. */
static int64_t resume_due(struct sandbox_httpd *h, bool all)
{
	struct exchange **at = &h->waiting, *x;
	int64_t now_ms = clock_mono_ms(h->clock), least_ms = -1;

	while ((x = *at)) {
		if (all || x->due_ms <= now_ms) {
			*at = x->next;
			MHD_resume_connection(x->con);
			least_ms = 0;
			continue;
		}
		if (least_ms < 0 || x->due_ms - now_ms < least_ms)
			least_ms = x->due_ms - now_ms;
		at = &x->next;
	}
	return least_ms;
}

/*
 * Not with epoll: libmicrohttpd asks it for edges and forgets one when a client hangs up right behind half a
 * request; such connections would stay open, and they are counted.
 */
static void *run(void *self)
{
	struct sandbox_httpd *h = self;
	bool ended = false;

	while (!ended) {
		int64_t wait_ms = resume_due(h, false);
		MHD_UNSIGNED_LONG_LONG mhd_ms;
		struct timeval wait = {0};
		fd_set in, out, odd;
		int last = h->wake;

		FD_ZERO(&in);
		FD_ZERO(&out);
		FD_ZERO(&odd);
		FD_SET(h->wake, &in);
		MHD_get_fdset(h->daemon, &in, &out, &odd, &last);
		if (wait_ms < 0 || wait_ms > TURN_MS)
			wait_ms = TURN_MS;
		if (MHD_get_timeout(h->daemon, &mhd_ms) == MHD_YES && mhd_ms < (uint64_t)wait_ms)
			wait_ms = (int64_t)mhd_ms;
		wait.tv_sec = wait_ms / 1000;
		wait.tv_usec = wait_ms % 1000 * 1000;
		if (select(last + 1, &in, &out, &odd, &wait) < 0)
			continue;
		ended = FD_ISSET(h->wake, &in);
		MHD_run_from_select(h->daemon, &in, &out, &odd);
	}
	return NULL;
}

static bool read_address(const char *addr, uint16_t port, struct sockaddr_storage *to)
{
	struct sockaddr_in in4 = {.sin_family = AF_INET, .sin_port = htons(port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};

	if (inet_pton(AF_INET, addr, &in4.sin_addr) == 1)
		memcpy(to, &in4, sizeof(in4));
	else if (inet_pton(AF_INET6, addr, &in6.sin6_addr) == 1)
		memcpy(to, &in6, sizeof(in6));
	else
		return false;
	return true;
}

/* libmicrohttpd does not say why it refuses a certificate; without a failed call it is that. */
static int no_start(const struct sandbox_httpd_options *o, struct err *e)
{
	if (o->tls_cert && !errno)
		return err_set(e, ERR_USAGE,
			"the TLS certificate and its key are no PEM texts that belong together");
	return err_sys(e, "cannot listen on %s port %u", o->addr, (unsigned)o->port);
}

struct sandbox_httpd *sandbox_httpd_start(const struct sandbox_httpd_options *o, struct err *e)
{
	AUTO_PTR(sandbox_httpd) h = xcalloc(1, sizeof(*h));
	struct sockaddr_storage where = {0};
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)(uintptr_t)o->tls_cert},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)(uintptr_t)o->tls_key},
		{MHD_OPTION_END, 0, NULL},
	};
	const union MHD_DaemonInfo *info;
	unsigned flags = MHD_ALLOW_SUSPEND_RESUME;

	pthread_mutex_init(&h->lock, NULL);
	h->clock = o->clock;
	h->wake = -1;
	if (!read_address(o->addr, o->port, &where)) {
		err_set(e, ERR_USAGE, "'%s' is no numeric address", o->addr);
		return NULL;
	}
	if (o->tls_cert && MHD_is_feature_supported(MHD_FEATURE_TLS) != MHD_YES) {
		err_set(e, ERR_USAGE, "libmicrohttpd is built without TLS on this machine");
		return NULL;
	}
	flags |= where.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0;
	flags |= o->tls_cert ? MHD_USE_TLS : 0;
	errno = 0;
	h->daemon = MHD_start_daemon(flags, o->port, NULL, NULL, on_request, h,
		MHD_OPTION_SOCK_ADDR, &where, MHD_OPTION_URI_LOG_CALLBACK, on_uri, h,
		MHD_OPTION_NOTIFY_COMPLETED, on_done, NULL, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_S,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, NULL, MHD_OPTION_ARRAY,
		o->tls_cert ? tls : tls + 2, MHD_OPTION_END);
	info = h->daemon ? MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
	if (!info) {
		no_start(o, e);
		return NULL;
	}
	h->port = info->port;
	return TAKE(h);
}

uint16_t sandbox_httpd_port(const struct sandbox_httpd *h)
{
	return h->port;
}

/* Signals are for the thread that waits for them, not for this one. */
int sandbox_httpd_serve(struct sandbox_httpd *h, struct sandbox *s, struct err *e)
{
	sigset_t all, before;

	h->s = s;
	h->wake = eventfd(0, EFD_CLOEXEC);
	if (h->wake < 0)
		return err_sys(e, "eventfd");
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	errno = pthread_create(&h->thread, NULL, run, h);
	h->running = errno == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return h->running ? 0 : err_sys(e, "cannot start a thread");
}

void sandbox_httpd_stop(struct sandbox_httpd *h)
{
	if (!h->running)
		return;
	eventfd_write(h->wake, 1);
	pthread_join(h->thread, NULL);
	h->running = false;
	h->s = NULL;
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
	sandbox_httpd_stop(h);
	if (h->daemon) {
		/* it does not stop while a connection is suspended */
		resume_due(h, true);
		MHD_stop_daemon(h->daemon);
	}
	close_fdp(&h->wake);
	pthread_mutex_destroy(&h->lock);
	free(h);
}
