/*
 * Any bytes as an expression of a group rule. What can be decided of nobody in particular is decided the
 * same of a person.
 */
#include <stdlib.h>

#include "reconcile/expr.h"
#include "state/refs.h"
#include "tests/fuzz/fuzz.h"

static struct val a_profile(struct values *v)
{
	static const char text[] = "{\"department\":\"Eng\",\"flag\":true,\"n\":1,\"none\":null}";
	AUTO_PTR(js) j = NULL;
	struct err e = ERR_INIT;

	if (js_parse(SLICE(text), "profile", &j, &e) < 0)
		BUG("%s", e.msg);
	return val_of_js(v, j);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	AUTO_PTR(pool) pool = pool_new();
	AUTO_PTR(values) v = values_new(pool);
	struct slice text = {(const char *)data, size}, name;
	enum expr_result nobody = expr_eval(v, text, VAL_ABSENT);
	enum expr_result somebody = expr_eval(v, text, a_profile(v));

	if (nobody != EXPR_UNKNOWN && nobody != somebody)
		BUG("%d of nobody, %d of somebody", (int)nobody, (int)somebody);
	while (expr_next(&text, &name))
		(void)pool_add(pool, name);
	return 0;
}
