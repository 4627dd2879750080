#include "reconcile/bind.h"

struct binder {
	struct snapshot *live;
	const struct snapshot *want, *applied;
	struct diags *d;
	struct map by_name; /* map_key(kind, name) -> first live resource */
	VEC(res_ix) next;   /* the next one of that name, or NONE */
};

struct srcloc res_at(const struct snapshot *s, const struct res *r)
{
	return (struct srcloc){r->file ? pool_str(s->values->pool, r->file) : NULL,
		mark_line(r->mark), mark_col(r->mark)};
}

strid bind_name(struct snapshot *s, uint16_t kind, strid name)
{
	struct pool *pool = s->values->pool;

	return s->kinds->v[kind]->flags & KIND_FOLD_KEY ? pool_add_fold(pool, pool_get(pool, name))
							: name;
}

static void index_names(struct binder *b)
{
	vec_reserve(&b->next, b->live->res.n);
	b->next.n = b->live->res.n;
	for (res_ix i = b->live->res.n; i > 0; i--) {
		const struct res *r = &b->live->res.v[i - 1];
		uint32_t was;

		b->next.v[i - 1] = NONE;
		was = map_set(
			&b->by_name, map_key(r->kind, bind_name(b->live, r->kind, r->name)), i - 1);
		if (was != MAP_NONE)
			b->next.v[i - 1] = was;
	}
}

static res_ix first_named(struct binder *b, uint16_t kind, strid name)
{
	return map_get(&b->by_name, map_key(kind, bind_name(b->live, kind, name)));
}

/* Of two of one name, what plumb can manage comes before what it can only refer to. */
static uint32_t candidates(
	struct binder *b, uint16_t kind, strid name, strid disc, bool fixed, res_ix *ret_first)
{
	bool by_disc = b->live->kinds->v[kind]->flags & KIND_DISC_NAMES;
	uint32_t n = 0;

	for (res_ix i = first_named(b, kind, name); i != NONE; i = b->next.v[i]) {
		const struct res *r = &b->live->res.v[i];

		if ((by_disc && disc && r->disc && disc != r->disc) || (r->flags & RES_BOUND) ||
			!!(r->flags & RES_FIXED) != fixed)
			continue;
		if (n++ == 0)
			*ret_first = i;
	}
	return n;
}

static void bind_one(struct binder *b, res_ix live, strid key)
{
	b->live->res.v[live].key = key;
	b->live->res.v[live].flags |= RES_BOUND;
}

static void ambiguous(struct binder *b, const struct res *w, strid name)
{
	AUTO(buf) struct buf ids = BUF_TEXT;
	const struct kind *k = res_kind(b->want, w);

	for (res_ix i = first_named(b, w->kind, name); i != NONE; i = b->next.v[i])
		buf_addf(&ids, "%s%s", ids.n ? ", " : "",
			pool_str(b->live->values->pool, b->live->res.v[i].id));
	diag_error(b->d, res_at(b->want, w), "reference",
		"the tenant has more than one %s called '%s': %s", k->name,
		pool_str(b->want->values->pool, name), buf_str(&ids));
	diag_hint(b->d, "give them different names in the tenant first");
}

static bool bind_by_name(struct binder *b, const struct res *w, strid name)
{
	res_ix first = NONE;
	uint32_t n = candidates(b, w->kind, name, w->disc, false, &first);

	if (!n)
		n = candidates(b, w->kind, name, w->disc, true, &first);
	if (n > 1)
		ambiguous(b, w, name);
	else if (n == 1)
		bind_one(b, first, w->key);
	return n > 0;
}

static bool bind_by_id(struct binder *b, uint16_t kind, strid applied_key, strid key)
{
	res_ix a = b->applied ? snapshot_find(b->applied, kind, applied_key) : NONE;
	strid id = a == NONE ? 0 : b->applied->res.v[a].id;
	res_ix live = id ? snapshot_find_id(b->live, kind, id) : NONE;

	if (live == NONE || b->live->res.v[live].flags & RES_BOUND)
		return false;
	bind_one(b, live, key);
	return true;
}

/* The nth name that a desired resource had; 0 when there are no more. */
static strid former_name(struct binder *b, const struct res *w, uint32_t n)
{
	return val_strid(val_at(b->want->values, w->previously, n));
}

static void bind_former(struct binder *b, const struct res *w)
{
	strid old;

	for (uint32_t n = 0; (old = former_name(b, w, n)); n++) {
		strid key = bind_name(b->live, w->kind, old);

		if (snapshot_find(b->want, w->kind, key) != NONE) {
			diag_error(b->d, res_at(b->want, w), "cycle",
				"'previously' names '%s', which is declared itself",
				pool_str(b->want->values->pool, old));
			return;
		}
		if (bind_by_id(b, w->kind, key, w->key) || bind_by_name(b, w, old))
			return;
	}
}

/* The rest keep their own names; where two would share one, the discriminator or the id tells them apart. */
static void name_rest(struct binder *b)
{
	struct pool *pool = b->live->values->pool;

	for (res_ix i = 0; i < b->live->res.n; i++) {
		struct res *r = &b->live->res.v[i];
		const struct kind *k = res_kind(b->live, r);
		bool other_disc = false, twin = false, taken;

		for (res_ix j = first_named(b, r->kind, r->name); j != NONE; j = b->next.v[j]) {
			if (j == i)
				continue;
			if (b->live->res.v[j].disc != r->disc)
				other_disc = true;
			else if (!!(b->live->res.v[j].flags & RES_FIXED) ==
				 !!(r->flags & RES_FIXED))
				twin = true;
		}
		if (twin)
			r->flags |= RES_TWIN;
		if (r->flags & RES_BOUND)
			continue;
		r->key = bind_name(b->live, r->kind, r->name);
		taken = b->want && snapshot_find(b->want, r->kind, r->key) != NONE;
		if ((other_disc || taken) && k->flags & KIND_DISC_NAMES && r->disc) {
			AUTO(buf) struct buf key = BUF_TEXT;

			buf_addf(&key, "%s (%s)", pool_str(pool, r->name), pool_str(pool, r->disc));
			r->key = pool_add(pool, buf_slice(&key));
		} else if (taken) {
			r->key = key_child(pool, r->key, pool_get(pool, r->id));
		}
	}
}

void bind_live(struct snapshot *live, const struct snapshot *want, const struct snapshot *applied,
	struct diags *d)
{
	struct binder b = {.live = live, .want = want, .applied = applied, .d = d};

	index_names(&b);
	for (res_ix i = 0; want && i < want->res.n; i++) {
		const struct res *w = &want->res.v[i];

		if (!w->parent)
			bind_by_id(&b, w->kind, w->key, w->key);
	}
	for (res_ix i = 0; want && i < want->res.n; i++) {
		const struct res *w = &want->res.v[i];
		res_ix a = applied ? snapshot_find(applied, w->kind, w->key) : NONE;

		if (w->parent ||
			(a != NONE && applied->res.v[a].id &&
				snapshot_find_id(live, w->kind, applied->res.v[a].id) != NONE))
			continue;
		if (!bind_by_name(&b, w, w->name))
			bind_former(&b, w);
	}
	/* what only the state knows: it may have to go */
	for (res_ix i = 0; applied && i < applied->res.n; i++) {
		const struct res *a = &applied->res.v[i];

		if (!a->parent && !(want && snapshot_find(want, a->kind, a->key) != NONE))
			bind_by_id(&b, a->kind, a->key, a->key);
	}
	name_rest(&b);
	map_release(&b.by_name);
	vec_free(&b.next);
}
