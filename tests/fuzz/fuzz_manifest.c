/*
 * Any bytes as a manifest. What is taken is written as the state file has it and read back: it must be
 * the same, and must not differ from itself.
 */
#include <stdlib.h>

#include "providers/okta/okta.h"
#include "reconcile/compare.h"
#include "state/manifest.h"
#include "state/plain.h"
#include "tests/fuzz/fuzz.h"

static const struct var vars[] = {
	{{"stage", 5}, {"prod", 4}},
	{{"type", 4}, {"IP", 2}},
};

static void check_res(struct values *v, const struct snapshot *s, const struct res *r)
{
	const struct kind *k = res_kind(s, r);
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO(buf) struct buf again = BUF_TEXT;
	AUTO_PTR(js) j = NULL;
	row_vec rows = {0};
	struct err e = ERR_INIT;
	struct val back;

	val_write(v, &text, r->body);
	if (js_parse(buf_slice(&text), "a body", &j, &e) < 0)
		BUG("%s: %s", e.msg, buf_str(&text));
	back = plain_decode(v, k->fields, false, j, res_disc(s, r));
	val_write(v, &again, back);
	if (!slice_eq(buf_slice(&text), buf_slice(&again)))
		BUG("%s became %s", buf_str(&text), buf_str(&again));
	compare_bodies(v, k, res_disc(s, r), r->body, back, &rows);
	if (rows.n)
		BUG("%s differs from itself at %s", buf_str(&text),
			pool_str(v->pool, rows.v[0].path));
	vec_free(&rows);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	AUTO_PTR(snapshot) s = NULL;
	AUTO(diags) struct diags d = DIAGS_INIT;
	AUTO(buf) struct buf out = BUF_TEXT;
	struct arena a = ARENA_INIT;
	int r;

	r = manifest_parse((struct slice){(const char *)data, size}, "m.yaml", okta_provider.kinds,
		v, (struct vars){vars, LEN(vars)}, &a, &d, &s);
	if ((r < 0) != (d.nerrors > 0))
		BUG("a failure without a reason, or a reason without one");
	diags_print(&d, &out);
	/* building leaves nothing behind */
	if (v->stack.n)
		BUG("%u values are left", v->stack.n);
	for (res_ix i = 0; s && i < s->res.n; i++)
		check_res(v, s, &s->res.v[i]);
	arena_release(&a);
	return 0;
}
