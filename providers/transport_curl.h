/*
 * HTTP by libcurl's multi interface: many requests in flight, HTTP/2 where the server speaks it, TLS
 * verified. Redirects are not followed: a token never goes to a host that nobody named.
 */
#pragma once

#include "base/clock.h"
#include "base/http.h"

#include <stdbool.h>

struct transport_curl;

struct transport_curl_options {
	struct clock clock;
	const char *authorization; /* the header's value; copied and wiped at the end */
	const char *user_agent;
	const char *ca_file; /* NULL: the system's */
	bool direct;         /* no proxy, whatever the environment says: to this machine */
};

struct transport_curl *transport_curl_new(
	const struct transport_curl_options *o, struct err *e) MUST_CHECK;
void transport_curl_free(struct transport_curl *t);
AUTO_FREE(transport_curl);
struct transport transport_curl_of(struct transport_curl *t);
/* Takes a URL apart by the library's rules. False: it is none. host is the caller's to free. */
bool url_split(const char *url, bool *ret_https, char **ret_host, bool *ret_bare) MUST_CHECK;
