#include "state/refs.h"

struct walk {
	struct values *v;
	struct slice disc;
	refs_fn *fn;
	void *arg;
};

static void walk_map(struct walk *w, const struct field *rows, struct val map);

static void walk_val(struct walk *w, const struct field *f, struct val *x, srcmark mark)
{
	switch (f->type) {
	case F_REF:
		if (val_tag(*x) == V_REF)
			w->fn(w->arg, f, x, mark);
		break;
	case F_EXPR:
		if (val_tag(*x) == V_STR)
			w->fn(w->arg, f, x, mark);
		break;
	case F_LIST:
	case F_SET:
		for (uint32_t i = 0; val_tag(*x) == V_LIST && i < val_len(*x); i++)
			walk_val(w, &f->sub[0], &w->v->cells.v[x->u + i], val_mark_at(w->v, *x, i));
		break;
	case F_MAP:
		walk_map(w, f->sub, *x);
		break;
	case F_STR:
	case F_BOOL:
	case F_INT:
	case F_REAL:
	case F_ENUM:
	case F_STATUS:
	case F_ORDER:
	case F_TEXT:
	case F_ANY:
	case F_SECRET:
		break;
	}
}

void refs_in(struct values *v, const struct field *f, struct val x, struct slice disc, refs_fn *fn,
	void *arg)
{
	struct walk w = {v, disc, fn, arg};

	walk_val(&w, f, &x, 0);
}

static void walk_map(struct walk *w, const struct field *rows, struct val map)
{
	for (uint32_t i = 0; rows && val_tag(map) == V_MAP && i < val_len(map); i++) {
		const struct field *f = field_find(
			rows, pool_get(w->v->pool, map_key_at(w->v, map, i)), w->disc, NULL);

		if (f)
			walk_val(
				w, f, &w->v->cells.v[map.u + i * 2 + 1], map_mark_at(w->v, map, i));
	}
}

void refs_each(struct values *v, const struct kind *k, struct val body, struct slice disc,
	refs_fn *fn, void *arg)
{
	struct walk w = {v, disc, fn, arg};

	walk_map(&w, k->fields, body);
}

bool expr_next(struct slice *rest, struct slice *ret_name)
{
	const char *open = rest->n ? memmem(rest->p, rest->n, "${group.", 8) : NULL, *end;

	if (!open)
		return false;
	*rest = (struct slice){open + 8, rest->n - (size_t)(open + 8 - rest->p)};
	end = memmem(rest->p, rest->n, ".id}", 4);
	if (!end)
		return false;
	*ret_name = (struct slice){rest->p, (size_t)(end - rest->p)};
	*rest = (struct slice){end + 4, rest->n - ret_name->n - 4};
	return true;
}
