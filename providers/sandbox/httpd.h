/*
 * The local tenant over HTTP: libmicrohttpd on one thread, so the core needs no locks.
 */
#pragma once

#include "base/err.h"
#include "providers/sandbox/sandbox.h"

#include <stdint.h>

struct sandbox_httpd;

/* Listens on a numeric address; port 0 lets the system choose. */
struct sandbox_httpd *sandbox_httpd_start(
	const char *addr, uint16_t port, struct err *e) MUST_CHECK;
uint16_t sandbox_httpd_port(const struct sandbox_httpd *h);
/* From now on requests are answered from s; earlier ones wait for this. NULL: 503. */
void sandbox_httpd_serve(struct sandbox_httpd *h, struct sandbox *s);
/* The tenant, for whoever serves it: no request is answered until it is let go. */
struct sandbox *sandbox_httpd_hold(struct sandbox_httpd *h);
void sandbox_httpd_let_go(struct sandbox_httpd *h);
/* Stops listening and waits for requests under way. */
void sandbox_httpd_free(struct sandbox_httpd *h);
