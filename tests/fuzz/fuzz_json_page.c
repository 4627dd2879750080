/*
 * Any JSON as what a tenant answers: decoded as each kind, compared with itself, encoded again.
 */
#include <stdlib.h>

#include "providers/okta/okta.h"
#include "reconcile/compare.h"
#include "state/wire.h"
#include "tests/fuzz/fuzz.h"

static strid id_of(void *self, const char *kind, strid key)
{
	(void)self;
	(void)kind;
	return key;
}

static int secret(void *self, struct slice source, struct buf *out, struct err *e)
{
	(void)self;
	(void)source;
	(void)e;
	buf_adds(out, "secret");
	return 0;
}

static void decode(struct values *v, const struct kind *k, const struct js *live)
{
	const struct wire_env env = {id_of, secret, NULL};
	struct slice disc = wire_disc(k, live);
	struct val body = wire_decode(v, k, live, disc);
	AUTO_PTR(js) j = wire_skeleton(k, disc);
	AUTO(buf) struct buf out = BUF_TEXT;
	row_vec rows = {0};
	struct err e = ERR_INIT;

	compare_bodies(v, k, disc, body, body, &rows);
	if (rows.n)
		BUG("differs from itself");
	vec_free(&rows);
	if (wire_encode(v, k->fields, body, disc, &env, j, &e) == 0)
		js_write(&out, j);
	if (k->classify)
		(void)k->classify(live);
	for (const struct link *l = k->links; l && l->path; l++)
		(void)wire_decode_attrs(v, l->attrs, live);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(js) j = NULL;
	struct err e = ERR_INIT;

	if (js_parse((struct slice){(const char *)data, size}, "a page", &j, &e) < 0)
		return 0;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		decode(v, okta_provider.kinds->v[i], j);
		for (size_t k = 0; js_type(j) == JS_LIST && k < js_len(j); k++)
			decode(v, okta_provider.kinds->v[i], js_at(j, k));
	}
	if (v->stack.n)
		BUG("%u values are left", v->stack.n);
	return 0;
}
