/*
 * The state: what plumb last applied or adopted, by resource. It makes removal, rename and three-way drift
 * possible and is never a second truth: without it plumb still plans, by name, and deletes nothing.
 *
 * This is the file backend (the seam for others is this header): JSON lines, one resource each; a later
 * line of the same resource counts, a torn last line does not. Every result is appended and synced; the
 * file is rewritten, sorted, when a run ends.
 */
#pragma once

#include "base/err.h"
#include "state/snapshot.h"

struct store;

/* Nothing is read or made yet. tenant is the URL that the state is about. */
struct store *store_file(const char *path, const char *tenant);
void store_free(struct store *s);
AUTO_FREE(store);

/*
 * The applied snapshot, sealed, owned by the caller; empty when there is no state. ERR_STATE where the file
 * is not ours, of another tenant, or of a version that this program does not know.
 */
int store_load(struct store *s, const struct kinds *kinds, struct values *values,
	struct snapshot **ret_applied, struct err *e) MUST_CHECK;
/* ERR_LOCKED while another run has it. Released by store_free. */
int store_lock(struct store *s, struct err *e) MUST_CHECK;

/* What is recorded of one resource. body V_ABSENT, lists NULL: what was recorded before stays. */
struct applied_list {
	uint16_t link;
	uint8_t mode;
	const struct edge *edges;
	const struct val *attrs;
	uint32_t n;
};
struct applied {
	uint16_t kind;
	strid key, id, disc, parent;
	bool created, protect, partial;
	struct val body;
	const struct applied_list *lists;
	size_t nlists;
};

/* Each is on disk when it returns. */
int store_put(struct store *s, const struct kinds *kinds, const struct values *v,
	const struct applied *a, struct err *e) MUST_CHECK;
int store_forget(struct store *s, const struct kinds *kinds, const struct values *v, uint16_t kind,
	strid key, struct err *e) MUST_CHECK;
/* An edge that is there now (with attrs), or is not. */
int store_edge(struct store *s, const struct kinds *kinds, const struct values *v, uint16_t kind,
	strid key, uint16_t link, strid to, struct val attrs, bool present,
	struct err *e) MUST_CHECK;
/* Holds syncing back until store_sync: for many records that belong together. */
void store_batch(struct store *s, bool on);
int store_sync(struct store *s, struct err *e) MUST_CHECK;
/* Rewrites the file without what was superseded. */
int store_compact(struct store *s, const struct kinds *kinds, struct err *e) MUST_CHECK;
