/*
 * What a local tenant needs of the world while it is served: a file to stay in, and a network to reach event hooks
 * by. The core does neither.
 */
#pragma once

#include "base/attr.h"
#include "base/buf.h"
#include "cmd/cmd.h"
#include "providers/sandbox/httpd.h"
#include "providers/sandbox/sandbox.h"

struct tenant;

/* data: the file to keep the tenant in, or NULL. */
struct tenant *tenant_new(const struct app *app, const char *data, struct err *e) MUST_CHECK;
void tenant_free(struct tenant *t);
AUTO_FREE(tenant);
/* Fills in what o needs of the world: fetch, and data where the file has a tenant. */
int tenant_options(struct tenant *t, struct sandbox_options *o, struct err *e) MUST_CHECK;
/* Before anybody is told of the tenant: saves it once, so that a place that does not work is known at once. */
int tenant_begin(struct tenant *t, struct sandbox_httpd *h, struct err *e) MUST_CHECK;
/* To be called a few times a second: sends what waits, saves when there is news and a moment of quiet, or none for a while. */
int tenant_turn(struct tenant *t, struct sandbox_httpd *h, struct err *e) MUST_CHECK;
/* Saves what is not saved yet. */
int tenant_end(struct tenant *t, struct sandbox_httpd *h, struct err *e) MUST_CHECK;
