#include "state/kind.h"

static const char *const verb_names[] = {
	[OP_NONE] = "none",
	[OP_READ] = "read",
	[OP_CREATE] = "create",
	[OP_UPDATE] = "update",
	[OP_RETYPE] = "retype",
	[OP_DELETE] = "delete",
	[OP_ACTIVATE] = "activate",
	[OP_DEACTIVATE] = "deactivate",
	[OP_SUSPEND] = "suspend",
	[OP_UNSUSPEND] = "unsuspend",
	[OP_ADD] = "add",
	[OP_CHANGE] = "change",
	[OP_REMOVE] = "remove",
	[OP_LINK] = "link",
	[OP_ORDER] = "order",
};

const char *verb_name(enum verb v)
{
	return verb_names[v];
}

bool verb_find(struct slice name, enum verb *ret_v)
{
	for (size_t i = 0; i < LEN(verb_names); i++) {
		if (slice_is(name, verb_names[i])) {
			*ret_v = (enum verb)i;
			return true;
		}
	}
	return false;
}

uint16_t kind_by_name(const struct kinds *k, const char *name)
{
	for (uint16_t i = 0; i < k->n; i++) {
		if (streq(k->v[i]->name, name))
			return i;
	}
	return KIND_NONE;
}

uint16_t kind_by_plural(const struct kinds *k, struct slice plural)
{
	for (uint16_t i = 0; i < k->n; i++) {
		if (k->v[i]->plural && slice_is(plural, k->v[i]->plural))
			return i;
	}
	return KIND_NONE;
}

static const struct route *find_route(const struct route *r, enum verb v)
{
	for (; r && r->verb != OP_NONE; r++) {
		if (r->verb == v)
			return r;
	}
	return NULL;
}

const struct route *kind_route(const struct kind *k, enum verb v)
{
	return find_route(k->routes, v);
}

const struct route *link_route(const struct link *l, enum verb v)
{
	return find_route(l->routes, v);
}

bool field_applies(const struct field *f, struct slice disc)
{
	return !f->only || !disc.p || slice_in(disc, f->only);
}

const struct field *field_find(const struct field *rows, struct slice name, struct slice disc,
	const struct field **ret_elsewhere)
{
	for (const struct field *f = rows; f && f->name; f++) {
		if (!slice_is(name, f->name))
			continue;
		if (field_applies(f, disc))
			return f;
		if (ret_elsewhere)
			*ret_elsewhere = f;
	}
	return NULL;
}

bool field_hidden(const struct field *rows, const struct field *f, struct slice disc)
{
	for (const struct field *g = rows; g < f; g++) {
		if (g->name[0] == f->name[0] && streq(g->name, f->name) && field_applies(g, disc))
			return true;
	}
	return false;
}

const struct field *field_at(const struct kind *k, struct slice path, struct slice disc)
{
	const struct field *rows = k->fields, *f = NULL;
	struct slice part;

	while (slice_cut(&path, PATH_SEP, &part)) {
		f = field_find(rows, part, disc, NULL);
		if (!f)
			return NULL;
		rows = f->type == F_MAP ? f->sub : NULL;
	}
	return f;
}

struct slice lifecycle_canon(const struct lifecycle *l, struct slice live)
{
	struct slice rest = slice_of(l->aliases), pair;

	while (l->aliases && slice_cut(&rest, '|', &pair)) {
		struct slice to = pair, from;

		(void)slice_cut(&to, '=', &from);
		if (slice_eq(from, live))
			return to;
	}
	return live;
}

const struct move *lifecycle_move(const struct lifecycle *l, struct slice from, struct slice to)
{
	for (const struct move *m = l->moves; m->to; m++) {
		if (slice_is(to, m->to) && (!m->from || slice_is(from, m->from)) &&
			!slice_eq(from, to))
			return m;
	}
	return NULL;
}
