#include "reconcile/compare.h"

#include <strings.h>

struct comparer {
	struct values *v;
	struct slice disc;
	row_vec *rows;
	struct buf path;
};

/* Is x what dflt (a row's text) says? */
static bool is_default(const struct values *v, const char *dflt, struct val x)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	if (!dflt)
		return false;
	if (val_tag(x) == V_STR)
		return slice_is(pool_get(v->pool, x.u), dflt);
	val_write(v, &b, x);
	return slice_is(buf_slice(&b), dflt);
}

/* Elements that a default of the form "path=VALUE" stands for: as if they were not there. */
static bool is_implied(const struct values *v, const struct field *f, struct val element)
{
	struct slice value = slice_of(f->dflt), path;
	struct val x;

	if (!f->dflt || (f->type != F_SET && f->type != F_LIST) || !slice_cut(&value, '=', &path) ||
		!value.p)
		return false;
	for (x = element; path.p;) {
		struct slice part;
		AUTO_CHAR name = NULL;

		(void)slice_cut(&path, '.', &part);
		name = xstrndup(part.p, part.n);
		x = val_get(v, x, name);
	}
	return val_tag(x) == V_STR && slice_eq(pool_get(v->pool, x.u), value);
}

static bool any_equal(const struct values *v, struct val want, struct val have);

/* Free-form: what want says must be there; the server may say more. */
static bool any_map_equal(const struct values *v, struct val want, struct val have)
{
	for (uint32_t i = 0; i < val_len(want); i++) {
		struct val h = val_get(v, have, pool_str(v->pool, map_key_at(v, want, i)));

		if (!any_equal(v, map_val_at(v, want, i), h))
			return false;
	}
	return true;
}

static bool any_equal(const struct values *v, struct val want, struct val have)
{
	if (val_empty(v, want) || val_empty(v, have))
		return val_empty(v, want) && val_empty(v, have);
	if (val_tag(want) == V_MAP && val_tag(have) == V_MAP)
		return any_map_equal(v, want, have);
	if (val_tag(want) == V_LIST && val_tag(have) == V_LIST) {
		if (val_len(want) != val_len(have))
			return false;
		for (uint32_t i = 0; i < val_len(want); i++) {
			if (!any_equal(v, val_at(v, want, i), val_at(v, have, i)))
				return false;
		}
		return true;
	}
	return val_equal(v, want, have);
}

static bool list_equal(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have)
{
	if (val_tag(want) != V_LIST || val_tag(have) != V_LIST || val_len(want) != val_len(have))
		return false;
	for (uint32_t i = 0; i < val_len(want); i++) {
		if (!compare_equal(v, &f->sub[0], disc, val_at(v, want, i), val_at(v, have, i)))
			return false;
	}
	return true;
}

/* A reference to what is gone from Okta counts as nothing. */
static bool counts(const struct values *v, const struct field *f, struct val element)
{
	return !val_empty(v, element) && !is_implied(v, f, element);
}

static uint32_t count(const struct values *v, const struct field *f, struct val list)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < val_len(list); i++)
		n += counts(v, f, val_at(v, list, i));
	return n;
}

/* Each element of want has one of its own in have; and there are no more. */
static bool set_equal(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have)
{
	uint32_t n = val_tag(have) == V_LIST ? val_len(have) : 0;
	bool *used, ok = true;

	if (val_tag(want) != V_LIST || count(v, f, want) != (n ? count(v, f, have) : 0))
		return false;
	used = xcalloc(n, sizeof(*used));
	for (uint32_t i = 0; ok && i < val_len(want); i++) {
		struct val w = val_at(v, want, i);

		ok = !counts(v, f, w);
		for (uint32_t k = 0; !ok && k < n; k++) {
			struct val h = val_at(v, have, k);

			if (used[k] || !counts(v, f, h) ||
				!compare_equal(v, &f->sub[0], disc, w, h))
				continue;
			used[k] = ok = true;
		}
	}
	free(used);
	return ok;
}

static bool map_equal(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have)
{
	for (uint32_t i = 0; i < val_len(want); i++) {
		strid key = map_key_at(v, want, i);
		const struct field *sub = field_find(f->sub, pool_get(v->pool, key), disc, NULL);
		struct val w = map_val_at(v, want, i), h = val_get(v, have, pool_str(v->pool, key));

		if (sub ? !compare_equal(v, sub, disc, w, h) : !any_equal(v, w, h))
			return false;
	}
	return true;
}

/* Members that want leaves out must not be there, but for what the server fills in. */
static bool has_no_more(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have)
{
	for (uint32_t i = 0; val_tag(have) == V_MAP && i < val_len(have); i++) {
		strid key = map_key_at(v, have, i);
		const struct field *sub = field_find(f->sub, pool_get(v->pool, key), disc, NULL);
		struct val h = map_val_at(v, have, i);

		if (val_tag(val_get(v, want, pool_str(v->pool, key))) == V_ABSENT &&
			!val_empty(v, h) && !(sub && is_default(v, sub->dflt, h)))
			return false;
	}
	return true;
}

static bool fold_equal(const struct values *v, struct val a, struct val b)
{
	return val_tag(a) == V_STR && val_tag(b) == V_STR &&
	       slice_eq_fold(pool_get(v->pool, a.u), pool_get(v->pool, b.u));
}

bool compare_equal(const struct values *v, const struct field *f, struct slice disc,
	struct val want, struct val have)
{
	if (f->flags & F_WRITE_ONLY || f->type == F_SECRET || f->type == F_STATUS ||
		f->type == F_ORDER)
		return true;
	/* of another type than the row says, from a server that does: at least it is equal to itself */
	if (want.head == have.head && want.u == have.u)
		return true;
	if (f->type == F_MAP && val_tag(want) == V_MAP)
		return map_equal(v, f, disc, want, have) &&
		       (!(f->flags & F_WHOLE) || has_no_more(v, f, disc, want, have));
	if (f->type == F_SET && val_tag(want) == V_LIST)
		return set_equal(v, f, disc, want, have);
	if (val_empty(v, have))
		return val_empty(v, want) || is_default(v, f->dflt, want);
	if (val_empty(v, want))
		/* cleared: back at the default is as good as gone */
		return is_default(v, f->dflt, have);
	if (f->type == F_LIST)
		return list_equal(v, f, disc, want, have);
	if (f->type == F_ANY)
		return any_equal(v, want, have);
	if (f->codec && val_strid(want) && val_strid(have))
		return f->codec->same(
			pool_get(v->pool, val_strid(want)), pool_get(v->pool, val_strid(have)));
	return f->flags & F_FOLD ? fold_equal(v, want, have) : val_equal(v, want, have);
}

static void compare_map(
	struct comparer *c, const struct field *rows, struct val want, struct val have);

static void compare_entry(
	struct comparer *c, const struct field *f, struct val w, struct val h, srcmark mark)
{
	struct row r = {.from = h, .to = w, .mark = mark};

	if (f && f->flags & F_WRITE_ONLY)
		return;
	if (f && f->type == F_MAP && val_tag(w) == V_MAP && !(f->flags & F_WHOLE)) {
		compare_map(c, f->sub, w, h);
		return;
	}
	if (f ? compare_equal(c->v, f, c->disc, w, h) : any_equal(c->v, w, h))
		return;
	r.path = pool_add(c->v->pool, buf_slice(&c->path));
	vec_push(c->rows, r);
}

static void compare_map(
	struct comparer *c, const struct field *rows, struct val want, struct val have)
{
	for (uint32_t i = 0; i < val_len(want); i++) {
		strid key = map_key_at(c->v, want, i);
		struct slice name = pool_get(c->v->pool, key);
		size_t n = c->path.n;

		if (n)
			buf_addc(&c->path, PATH_SEP);
		buf_add_slice(&c->path, name);
		compare_entry(c, field_find(rows, name, c->disc, NULL), map_val_at(c->v, want, i),
			val_get(c->v, have, name.p), map_mark_at(c->v, want, i));
		c->path.n = n;
		if (c->path.p)
			c->path.p[n] = '\0';
	}
}

void compare_bodies(struct values *v, const struct kind *k, struct slice disc, struct val want,
	struct val have, row_vec *rows)
{
	struct comparer c = {v, disc, rows, BUF_TEXT};

	compare_map(&c, k->fields, want, have);
	buf_release(&c.path);
}

void compare_attrs(struct values *v, const struct field *attrs, struct val want, struct val have,
	row_vec *rows)
{
	struct comparer c = {v, {NULL, 0}, rows, BUF_TEXT};

	if (val_tag(want) == V_MAP)
		compare_map(&c, attrs, want, have);
	buf_release(&c.path);
}
