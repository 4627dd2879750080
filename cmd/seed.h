/*
 * A local tenant from manifests: what 'plumb apply' makes of them, without sockets and without waiting.
 */
#pragma once

#include "base/attr.h"
#include "cmd/cmd.h"
#include "providers/sandbox/sandbox.h"

/* Applies the folder's manifests to a new tenant; url and token are those that it was made with. */
int seed_manifests(const struct app *app, struct sandbox *s, const char *url, const char *token,
	const char *folder, struct err *e) MUST_CHECK;
