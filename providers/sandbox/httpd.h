/*
 * The local tenant over HTTP: libmicrohttpd on one thread, so the core needs no locks of its own. Answers that are to come
 * late or slowly wait without holding up others.
 */
#pragma once

#include "base/clock.h"
#include "base/err.h"
#include "providers/sandbox/sandbox.h"

#include <stdint.h>

struct sandbox_httpd;

struct sandbox_httpd_options {
	const char *addr;   /* numeric */
	uint16_t port;      /* 0: the system chooses */
	struct clock clock; /* of delays */
	const char *tls_cert,
		*tls_key; /* PEM texts, both or none; borrowed until the server is freed */
};

/* Listens; requests wait until there is somebody to answer them. */
struct sandbox_httpd *sandbox_httpd_start(
	const struct sandbox_httpd_options *o, struct err *e) MUST_CHECK;
uint16_t sandbox_httpd_port(const struct sandbox_httpd *h);
/* From now on requests are answered from s, earlier ones too. */
int sandbox_httpd_serve(struct sandbox_httpd *h, struct sandbox *s, struct err *e) MUST_CHECK;
/* The tenant, for whoever serves it: no request is answered until it is let go. */
struct sandbox *sandbox_httpd_hold(struct sandbox_httpd *h);
void sandbox_httpd_let_go(struct sandbox_httpd *h);
/* Answers no more: s is the caller's again when this returns. */
void sandbox_httpd_stop(struct sandbox_httpd *h);
/* Stops, and closes all connections. */
void sandbox_httpd_free(struct sandbox_httpd *h);
AUTO_FREE(sandbox_httpd);
