/*
 * Any lines "name: value" as the headers of an answer, what follows an empty line as its body.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "providers/okta/okta.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_HEADERS = 16 };

/* The URL of a link lies in one of the headers. */
static void check_link(const struct http_res *res, const char *rel)
{
	struct slice url = http_link(res, rel);
	bool found = !url.p;

	for (size_t i = 0; i < res->nheaders; i++) {
		struct slice v = res->headers[i].value;

		found = found || (url.p >= v.p && url.p + url.n <= v.p + v.n);
	}
	if (!found)
		BUG("a URL from nowhere");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct http_header headers[MAX_HEADERS];
	struct http_res res = {.status = 400, .headers = headers};
	struct slice rest = {(const char *)data, size}, line;
	struct limits l;
	struct err e = ERR_INIT;

	while (res.nheaders < MAX_HEADERS && slice_cut(&rest, '\n', &line) && line.n) {
		struct slice value = line, name;

		(void)slice_cut(&value, ':', &name);
		if (value.p)
			headers[res.nheaders++] = (struct http_header){name, slice_trim(value)};
	}
	res.body = rest;
	check_link(&res, "next");
	check_link(&res, "self");
	l = okta_provider.limits(&res);
	if (l.known && (l.reset_in_s < 0 || l.reset_in_s > 120))
		BUG("a wait of %lld s", (long long)l.reset_in_s);
	(void)okta_provider.verdict(&res, &e);
	if (!e.msg[0])
		BUG("refused without a reason");
	return 0;
}
