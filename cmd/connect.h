/*
 * Which tenant, with which credentials: options, then the environment, then plumb.yaml. https only, except
 * to this machine.
 */
#pragma once

#include "base/arena.h"
#include "cmd/cmd.h"

/*
 * The URL, checked, without a slash at the end. Order: option, OKTA_CLIENT_ORGURL, OKTA_ORG_NAME with
 * OKTA_BASE_URL (okta.com), configured.
 */
int connect_url(const struct app *app, const char *option, const char *configured, struct arena *a,
	const char **ret_url, struct err *e) MUST_CHECK;
/* "SSWS TOKEN" from the file, else OKTA_CLIENT_TOKEN, else OKTA_API_TOKEN. Wipe it after use. */
int connect_authorization(
	const struct app *app, const char *token_file, struct buf *out, struct err *e) MUST_CHECK;
