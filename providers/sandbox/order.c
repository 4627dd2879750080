/*
 * The order of policies and of rules: the places are numbers in their documents.
 */
#include "providers/sandbox/order.h"

#include <stdlib.h>
#include <string.h>

void order_set(struct obj *o, int32_t priority)
{
	AUTO_PTR(js) doc = NULL;

	if (o->priority == priority)
		return;
	doc = obj_doc(o);
	o->priority = priority;
	js_set(doc, "priority", js_new_int(priority));
	obj_put(o, doc);
}

int order_compare(const void *x, const void *y)
{
	const struct obj *a = *(struct obj *const *)x, *b = *(struct obj *const *)y;

	if (a->system != b->system)
		return a->system ? 1 : -1;
	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->ix < b->ix ? -1 : a->ix > b->ix;
}

void order_dense(struct obj **sib, size_t n, struct obj *self, int64_t want)
{
	struct obj **v = xcalloc(n + 1, sizeof(struct obj *));
	size_t m = 0, custom = 0, at;

	for (size_t i = 0; i < n; i++) {
		if (sib[i] != self)
			v[m++] = sib[i];
	}
	qsort(v, m, sizeof(struct obj *), order_compare);
	while (custom < m && !v[custom]->system)
		custom++;
	if (self) {
		at = self->system                         ? m
		     : want > 0 && (size_t)want <= custom ? (size_t)want - 1
							  : custom;
		memmove(v + at + 1, v + at, (m - at) * sizeof(struct obj *));
		v[at] = self;
		m++;
	}
	for (size_t i = 0; i < m; i++)
		order_set(v[i], (int32_t)i + 1);
	free(v);
}

static struct obj *holder_of(struct obj **v, uint32_t n, int32_t priority, const struct obj *self)
{
	for (uint32_t i = 0; i < n; i++) {
		if (v[i] != self && !v[i]->system && v[i]->priority == priority)
			return v[i];
	}
	return NULL;
}

void order_sparse(struct obj **v, uint32_t count, struct obj *self, int32_t had, int64_t want)
{
	struct obj *push[ORDER_LAST];
	int32_t top = -1, q, n = 0;

	for (uint32_t i = 0; i < count; i++) {
		if (!v[i]->system && (v[i] != self || had >= 0) && v[i]->priority > top)
			top = v[i]->priority;
	}
	if (want < 0)
		want = top + 1;
	if (want > ORDER_LAST - 1)
		want = ORDER_LAST - 1;
	for (q = (int32_t)want; q < ORDER_LAST; q++) {
		struct obj *other = holder_of(v, count, q, self);

		if (!other && q != had)
			break;
		if (other)
			push[n++] = other;
	}
	while (n-- > 0)
		order_set(push[n], push[n]->priority < ORDER_LAST - 1 ? push[n]->priority + 1
								      : ORDER_LAST - 1);
	order_set(self, (int32_t)want);
}
