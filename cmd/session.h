/*
 * What most commands share: options, plumb.yaml, the environment's variables, manifests, the state, the
 * connection. Stages are opened one by one, so that a command touches no more than it needs.
 */
#pragma once

#include "cmd/cmd.h"
#include "reconcile/diff.h"
#include "reconcile/engine.h"
#include "state/config.h"
#include "state/store.h"

struct session_words {
	const char *config, *manifests, *environment, *org_url, *state, *record, *ca_file,
		*token_file, *color;
	struct opt_list vars;
	int rate_share, in_flight;
};

struct session {
	const struct app *app;
	struct session_words words;
	struct arena arena;
	struct pool *pool;
	struct values *values;
	const struct kinds *kinds;
	struct config config;
	struct diags diags;
	const char *org_url; /* without a slash at the end */
	struct snapshot *want, *applied, *live;
	struct store *store;
	struct engine *engine;
	struct transport transport;
	struct transport_curl *curl;
	struct transport_record *record;
	FILE *record_file;
	bool color; /* of the answer on stdout */
	bool progress_shown;
	bool lock; /* the state is ours from when it is read */
};

/* Rows of the options that say where things are (SESSION_OFFLINE), and how the tenant is reached. */
#define SESSION_OFFLINE_ROWS(w)                                                                    \
	{OPT_STR, 'c', "config", &(w)->config, "FILE", "plumb.yaml to read", NULL, 0, 0},          \
		{OPT_STR, 'm', "manifests", &(w)->manifests, "DIR", "folder of the manifests",     \
			NULL, 0, 0},                                                               \
		{OPT_STR, 'e', "environment", &(w)->environment, "NAME",                           \
			"environment of plumb.yaml", NULL, 0, 0},                                  \
		{OPT_LIST, 0, "var", &(w)->vars, "NAME=VALUE", "sets a variable", NULL, 0, 0},     \
	{                                                                                          \
		OPT_WORD, 0, "color", &(w)->color, "auto|always|never", "colours",                 \
			"auto|always|never", 0, 0                                                  \
	}
#define SESSION_ONLINE_ROWS(w)                                                                     \
	{OPT_STR, 0, "org-url", &(w)->org_url, "URL",                                              \
		"the tenant (else OKTA_CLIENT_ORGURL, plumb.yaml)", NULL, 0, 0},                   \
		{OPT_STR, 0, "token-file", &(w)->token_file, "FILE",                               \
			"file with the API token (else OKTA_CLIENT_TOKEN)", NULL, 0, 0},           \
		{OPT_STR, 0, "state", &(w)->state, "FILE",                                         \
			"the state (else plumb.yaml, .plumb/HOST.state)", NULL, 0, 0},             \
		{OPT_INT, 0, "rate-share", &(w)->rate_share, "PERCENT",                            \
			"share of each rate limit to use", NULL, 1, 100},                          \
		{OPT_INT, 0, "in-flight", &(w)->in_flight, "N", "requests under way at once",      \
			NULL, 1, 100},                                                             \
		{OPT_STR, 0, "ca-file", &(w)->ca_file, "FILE", "certificates to trust, as PEM",    \
			NULL, 0, 0},                                                               \
	{                                                                                          \
		OPT_STR, 0, "record", &(w)->record, "FILE",                                        \
			"writes a line for each request that is sent", NULL, 0, 0                  \
	}

/* words point into argv; call session_close whatever comes. */
void session_init(struct session *s, const struct app *app, const struct session_words *w);
void session_close(struct session *s);

/* Each returns 0, or -1 with the exit code in *ret_exit, after it said why. */
int session_config(struct session *s, int *ret_exit) MUST_CHECK;
int session_manifests(struct session *s, int *ret_exit) MUST_CHECK;
int session_connect(struct session *s, int *ret_exit) MUST_CHECK;
/* The state of the tenant that session_connect found. */
int session_state(struct session *s, int *ret_exit) MUST_CHECK;
/* all: everything there is, for export; else what manifests and state mention. */
int session_read(struct session *s, bool all, int *ret_exit) MUST_CHECK;
/* manifests, connection, state and live snapshot -> the diff. */
int session_diff(struct session *s, struct diff **ret_diff, int *ret_exit) MUST_CHECK;
/* Takes the progress line off the terminal. */
void session_quiet(struct session *s);
/* Shows what was collected; -1 and exit 1 when an error is among it. */
int session_diags(struct session *s, int *ret_exit) MUST_CHECK;
/* Reads a secret of a manifest, "env.NAME" or "file.PATH"; struct session is self. */
int session_secret(void *self, struct slice source, struct buf *out, struct err *e) MUST_CHECK;
