/*
 * Any bytes as an expression of the local tenant's group rules: compiled, and run for somebody.
 */
#include <stdlib.h>

#include "base/xalloc.h"
#include "providers/sandbox/expr.h"
#include "tests/fuzz/fuzz.h"

static bool member(void *self, char how, struct slice group)
{
	(void)self;
	return how == 'i' && slice_is(group, "00g1");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char text[] =
		"{\"department\":\"Eng\",\"flag\":true,\"n\":1,\"none\":null,\"list\":[\"a\",\"b\"]}";
	AUTO_PTR(js) profile = NULL;
	AUTO(buf) struct buf why = BUF_MAX(256);
	struct expr_world w = {.id = SLICE("00u1"), .status = SLICE("ACTIVE"), .member = member};
	struct err e = ERR_INIT;
	struct expr *x = expr_compile((struct slice){(const char *)data, size}, &why);

	if (!x)
		return 0;
	if (js_parse(SLICE(text), "a profile", &profile, &e) < 0)
		BUG("%s", e.msg);
	w.profile = profile;
	(void)expr_uses_groups(x);
	if (expr_true(x, &w) != expr_true(x, &w))
		BUG("not the same twice");
	expr_free(x);
	return 0;
}
