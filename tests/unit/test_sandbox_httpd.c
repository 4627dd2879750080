/*
 * The local tenant's front against clients that behave badly.
 */
#include "tests/lib/t.h"

#include "base/clock.h"
#include "base/xalloc.h"
#include "providers/sandbox/httpd.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { CLIENTS = 1200, PARAMS = 3000 };

static const char whole[] = "GET /api/v1/org HTTP/1.1\r\nHost: x\r\nAuthorization: SSWS t\r\n"
			    "Connection: close\r\n\r\n";
static const char half[] = "POST /api/v1/groups HTTP/1.1\r\nHost: x\r\nContent-Length: 40\r\n\r\n{";

struct front {
	struct sandbox *s;
	struct sandbox_httpd *h;
};

static int set_up(void **state)
{
	struct front *f = xcalloc(1, sizeof(*f));
	struct sandbox_options o = {
		.clock = clock_real(), .base_url = "http://127.0.0.1", .token = "t"};
	struct sandbox_httpd_options ho = {.addr = "127.0.0.1", .clock = clock_real()};
	struct err e = ERR_INIT;

	f->s = sandbox_new(&o, &e);
	f->h = sandbox_httpd_start(&ho, &e);
	t_ok(f->s && f->h ? 0 : -1, &e);
	t_ok(sandbox_httpd_serve(f->h, f->s, &e), &e);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct front *f = *state;

	sandbox_httpd_free(f->h);
	sandbox_free(f->s);
	free(f);
	return 0;
}

static int dial(const struct front *f, const char *text, size_t n)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(sandbox_httpd_port(f->h))};
	struct timeval wait = {.tv_sec = 5};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(inet_pton(AF_INET, "127.0.0.1", &to.sin_addr), 1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)(const void *)&to, sizeof(to)), 0);
	assert_int_equal(send(fd, text, n, MSG_NOSIGNAL), n);
	return fd;
}

/* The status of the answer, 0 without one. */
static int status_of(const struct front *f, const char *text, size_t n)
{
	char got[16] = "";
	int fd = dial(f, text, n);
	ssize_t have = recv(fd, got, 12, MSG_WAITALL);

	close(fd);
	return have == 12 && memcmp(got, "HTTP/1.1 ", 9) == 0 ? (int)strtol(got + 9, NULL, 10) : 0;
}

static bool answered(const struct front *f, const char *text, size_t n)
{
	return status_of(f, text, n) == 200;
}

static void test_sandbox_httpd__who_hangs_up_in_a_request_takes_no_place(void **state)
{
	const struct front *f = *state;

	for (int i = 0; i < CLIENTS; i++)
		close(dial(f, half, strlen(half)));
	assert_true(answered(f, whole, strlen(whole)));
}

/* libmicrohttpd drops it without a word; nothing may be left of it. */
static void test_sandbox_httpd__a_request_with_too_many_parameters_does_no_harm(void **state)
{
	const struct front *f = *state;
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_adds(&b, "GET /api/v1/users?");
	for (int i = 0; i < PARAMS; i++)
		buf_adds(&b, "a=b&");
	buf_adds(&b, " HTTP/1.1\r\nHost: x\r\n\r\n");
	assert_false(answered(f, buf_str(&b), b.n));
	assert_true(answered(f, whole, strlen(whole)));
}

static void test_sandbox_httpd__a_body_that_is_too_large_is_refused(void **state)
{
	enum { SIZE = 3 << 20 };
	const struct front *f = *state;
	AUTO(buf) struct buf b = BUF_TEXT;

	buf_addf(&b,
		"POST /api/v1/groups HTTP/1.1\r\nHost: x\r\nAuthorization: SSWS t\r\n"
		"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n",
		SIZE);
	for (int i = 0; i < SIZE; i++)
		buf_addc(&b, ' ');
	assert_int_equal(status_of(f, buf_str(&b), b.n), 413);
	assert_true(answered(f, whole, strlen(whole)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_sandbox_httpd__##name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(who_hangs_up_in_a_request_takes_no_place),
		TEST(a_request_with_too_many_parameters_does_no_harm),
		TEST(a_body_that_is_too_large_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
