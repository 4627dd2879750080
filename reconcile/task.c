#include "reconcile/task.h"

#include <stdlib.h>

#include "reconcile/resolve.h"
#include "state/wire.h"

enum task_step { STEP_WRITE, STEP_READ, STEP_FIND, STEP_ORDER_READ, STEP_ORDER_WRITE };

/* Members that are the server's: a PUT leaves them out. */
static const char *const read_only[] = {"id", "created", "lastUpdated", "lastMembershipUpdated",
	"objectClass", "_links", "_embedded", "orn", "universalLogout", "activated",
	"statusChanged", "lastLogin", "passwordChanged"};

strid book_id(const struct book *b, uint16_t kind, strid key)
{
	uint32_t id = map_get(&b->ids, map_key(kind, key));

	return id == MAP_NONE ? 0 : id;
}

void book_learn(struct book *b, uint16_t kind, strid key, strid id)
{
	map_set(&b->ids, map_key(kind, key), id);
	if (snapshot_find_id(b->known, kind, id) == NONE)
		snapshot_add(b->known,
			&(struct res){.kind = kind, .key = key, .id = id, .flags = RES_STUB});
}

void task_release(struct task *t)
{
	js_free(t->raw);
	t->raw = NULL;
}

struct builder {
	struct task *t;
	const struct book *b;
	const struct apply_options *o;
	const struct plan *p;
	const struct op *op;
	const struct kind *k;
};

static struct builder builder_of(
	struct task *t, const struct book *b, const struct apply_options *o)
{
	const struct op *op = &b->p->ops.v[t->op];

	return (struct builder){t, b, o, b->p, op, b->p->kinds->v[op->kind]};
}

static const struct plan_change *change_of(const struct builder *x)
{
	return x->op->change == NONE ? NULL : &x->p->changes.v[x->op->change];
}

static struct slice text(const struct builder *x, strid s)
{
	return pool_get(x->p->values->pool, s);
}

static struct slice disc_of(const struct builder *x)
{
	return x->op->disc ? text(x, x->op->disc) : (struct slice){NULL, 0};
}

static strid id_of(void *self, const char *kind, strid key)
{
	const struct builder *x = self;

	return book_id(x->b, kind_by_name(x->p->kinds, kind), key);
}

static int secret_of(void *self, struct slice source, struct buf *out, struct err *e)
{
	const struct builder *x = self;

	return x->o->secret(x->o->self, source, out, e);
}

static struct wire_env env_of(struct builder *x)
{
	return (struct wire_env){id_of, secret_of, x};
}

/* --- URLs --- */

static strid own_id(const struct builder *x)
{
	return x->t->id ? x->t->id : book_id(x->b, x->op->kind, x->op->key);
}

static bool is_edge(const struct op *o)
{
	return o->link != UINT16_MAX;
}

static strid link_target(const struct builder *x)
{
	const struct field *f = field_at(x->k, text(x, x->op->field), disc_of(x));

	return f && f->type == F_REF ? book_id(x->b, kind_by_name(x->p->kinds, f->arg), x->op->to)
				     : 0;
}

/* What a hole of a route stands for; p NULL when it has no id yet. */
static struct slice hole(const struct builder *x, struct slice name)
{
	const struct kinds *kinds = x->p->kinds;
	strid id = 0;

	if (slice_is(name, "mail"))
		return x->o->mail ? SLICE("true") : SLICE("false");
	if (slice_is(name, "disc"))
		return disc_of(x);
	if (slice_is(name, "id"))
		id = own_id(x);
	else if (slice_is(name, "parent") && x->k->parent)
		id = book_id(x->b, kind_by_name(kinds, x->k->parent), x->op->parent);
	else if (slice_is(name, "from"))
		id = book_id(x->b, x->op->kind, x->op->key);
	else if (slice_is(name, "to") && is_edge(x->op))
		id = book_id(x->b, kind_by_name(kinds, x->k->links[x->op->link].to), x->op->to);
	else if (slice_is(name, "value"))
		id = link_target(x);
	return id ? text(x, id) : (struct slice){NULL, 0};
}

static int add_url(const struct builder *x, const char *path, struct buf *url, struct err *e)
{
	struct slice rest = slice_of(path);

	while (rest.n) {
		const char *open = memchr(rest.p, '{', rest.n), *close;
		struct slice name, value;

		if (!open)
			break;
		close = memchr(open, '}', rest.n - (size_t)(open - rest.p));
		if (!close)
			BUG("the route '%s'", path);
		buf_add(url, rest.p, (size_t)(open - rest.p));
		name = (struct slice){open + 1, (size_t)(close - open) - 1};
		value = hole(x, name);
		if (!value.p)
			return err_set(e, ERR_REFUSED,
				"what it refers to (%.*s) is not in the tenant", SLICE_ARG(name));
		buf_add_url(url, value);
		rest = (struct slice){close + 1, rest.n - (size_t)(close + 1 - rest.p)};
	}
	buf_add_slice(url, rest);
	return 0;
}

static int make_call(struct builder *x, const struct route *r, const char *method,
	const struct js *body, struct call *ret, struct err *e)
{
	if (!r)
		return err_set(e, ERR_REFUSED, "a %s cannot be asked for this", x->k->name);
	*ret = (struct call){.method = method ? method : r->method,
		.bucket = r->bucket,
		.url = BUF_TEXT,
		.body = BUF_MAX(64 << 20),
		.idempotent = r->flags & R_IDEMPOTENT};
	if (add_url(x, r->path, &ret->url, e) < 0) {
		buf_release(&ret->url);
		return -1;
	}
	if (body)
		js_write(&ret->body, body);
	return 0;
}

/* --- bodies --- */

static struct js *create_body(struct builder *x, struct err *e)
{
	const struct plan_change *c = change_of(x);
	AUTO_PTR(js) body = wire_skeleton(x->k, disc_of(x));
	struct wire_env env = env_of(x);

	if (wire_encode(x->p->values, x->k->fields, c->body, disc_of(x), &env, body, e) < 0)
		return NULL;
	wire_default(body, x->k->name_path, text(x, c->name));
	if (x->k->parent) {
		bool sparse = x->k->sparse && slice_in(disc_of(x), x->k->sparse);

		js_set(body, "priority", js_new_int((int64_t)x->op->position + !sparse));
	}
	return TAKE(body);
}

static void strip(struct js *body)
{
	for (size_t i = 0; i < LEN(read_only); i++)
		js_del(body, read_only[i]);
}

/* Sets one row's new value at its place in body. */
static int add_row(struct builder *x, const struct row *r, struct js *body, struct err *e)
{
	struct values *v = x->p->values;
	struct slice rest = text(x, r->path), part;
	struct wire_env env = env_of(x);
	uint32_t depth = 0;
	struct val nested = r->to;

	/* the row as the body that has nothing else: {a: {b: to}} */
	while (slice_cut(&rest, PATH_SEP, &part)) {
		values_push_key(v, pool_add(v->pool, part), 0);
		depth++;
	}
	for (uint32_t i = 0; i < depth; i++) {
		values_push(v, nested, 0);
		nested = values_map(v, 1);
	}
	return wire_encode(v, x->k->fields, nested, disc_of(x), &env, body, e);
}

static int add_rows(struct builder *x, bool retype, struct js *body, struct err *e)
{
	const struct plan_change *c = change_of(x);
	bool has_retype = kind_route(x->k, OP_RETYPE) != NULL;

	for (uint32_t i = 0; c && i < c->nrows; i++) {
		const struct row *r = &x->p->rows.v[c->first_row + i];
		const struct field *f = field_at(x->k, text(x, r->path), disc_of(x));
		bool is_type = f && f->type == F_REF && has_retype;

		if ((f && f->flags & F_LINK) || is_type != retype)
			continue;
		if (add_row(x, r, body, e) < 0)
			return -1;
	}
	return 0;
}

static int edge_body(struct builder *x, struct js **ret_body, struct err *e)
{
	const struct link *l = &x->k->links[x->op->link];
	AUTO_PTR(js) body = js_new_map();
	struct wire_env env = env_of(x);

	*ret_body = NULL;
	if (x->op->verb == OP_REMOVE || (!l->attrs && !l->body_id))
		return 0;
	if (val_tag(x->op->attrs) == V_MAP && wire_encode(x->p->values, l->attrs, x->op->attrs,
						      (struct slice){NULL, 0}, &env, body, e) < 0)
		return -1;
	if (x->op->verb == OP_ADD && l->body_id)
		js_set(body, l->body_id, js_new_str(hole(x, SLICE("to"))));
	if (x->op->verb == OP_ADD && l->only_path)
		js_set(body, l->only_path, js_new_strz(l->only_value));
	*ret_body = TAKE(body);
	return 0;
}

/* --- the steps --- */

static bool is_put(const struct builder *x)
{
	return x->op->verb == OP_RETYPE || (x->op->verb == OP_UPDATE && x->k->flags & KIND_PUT);
}

static int write_call(struct builder *x, struct call *ret, struct err *e)
{
	AUTO_PTR(js) body = NULL;
	const struct route *r = is_edge(x->op) ? link_route(&x->k->links[x->op->link], x->op->verb)
					       : kind_route(x->k, x->op->verb);

	x->t->step = STEP_WRITE;
	if (is_edge(x->op)) {
		if (edge_body(x, &body, e) < 0)
			return -1;
	} else if (x->op->verb == OP_CREATE) {
		body = create_body(x, e);
		if (!body)
			return -1;
	} else if (x->op->verb == OP_UPDATE || x->op->verb == OP_RETYPE) {
		body = is_put(x) && x->t->raw ? TAKE(x->t->raw) : js_new_map();
		strip(body);
		if (x->op->verb == OP_RETYPE)
			js_del(body, "credentials");
		if (add_rows(x, x->op->verb == OP_RETYPE, body, e) < 0)
			return -1;
	}
	return make_call(x, r, NULL, body, ret, e);
}

static int read_call(struct builder *x, struct call *ret, struct err *e)
{
	x->t->step = STEP_READ;
	return make_call(x, kind_route(x->k, OP_READ), NULL, NULL, ret, e);
}

static int list_call(struct builder *x, enum task_step step, struct call *ret, struct err *e)
{
	x->t->step = (uint8_t)step;
	return make_call(x, kind_route(x->k, OP_ORDER), NULL, NULL, ret, e);
}

int task_start(struct task *t, const struct book *b, const struct apply_options *o,
	struct call *ret_call, struct err *e)
{
	struct builder x = builder_of(t, b, o);
	const struct plan_change *c = change_of(&x);

	if (x.op->verb == OP_CREATE && o->check && o->applied &&
		snapshot_find(o->applied, x.op->kind, x.op->key) != NONE)
		return err_set(e, ERR_STALE, "it was created since the plan was made");
	if (x.op->verb == OP_ORDER)
		return list_call(&x, STEP_ORDER_READ, ret_call, e);
	if (c && c->system && !own_id(&x))
		return list_call(&x, STEP_FIND, ret_call, e);
	if (is_put(&x) || (o->check && c && c->id && !is_edge(x.op) && x.op->verb != OP_CREATE))
		return read_call(&x, ret_call, e);
	return write_call(&x, ret_call, e);
}

/*
 * Is what is there now this side of a row? Ids that the plan does not know are nothing to a comparison, so a
 * list must have as many elements, too: somebody may have added one.
 */
static bool is_side(const struct builder *x, const struct field *f, struct val side, struct val now)
{
	const struct values *v = x->p->values;

	if (val_tag(side) == V_LIST && val_tag(now) == V_LIST && val_len(side) != val_len(now))
		return false;
	return f ? compare_equal(v, f, disc_of(x), side, now) : val_equal(v, side, now);
}

/* Is what the plan was made from still so? Names what is not. */
static bool still_so(struct builder *x, struct err *e)
{
	const struct plan_change *c = change_of(x);
	struct values *v = x->p->values;
	struct val now = wire_decode(v, x->k, x->t->raw, disc_of(x));
	bool moves = x->op->verb != OP_UPDATE && x->op->verb != OP_RETYPE && x->op->verb != OP_LINK;

	resolve_body(x->b->known, x->k, now, disc_of(x));
	if (c->seal) {
		AUTO(buf) struct buf hex = BUF_TEXT;

		plan_seal_body(v, x->k, now, &hex);
		if (!slice_eq(buf_slice(&hex), text(x, c->seal))) {
			err_set(e, ERR_STALE, "it was changed since the plan was made");
			return false;
		}
	}
	for (uint32_t i = 0; i < c->nrows && !moves; i++) {
		const struct row *r = &x->p->rows.v[c->first_row + i];
		struct slice rest = text(x, r->path), part;
		const struct field *f = field_at(x->k, rest, disc_of(x));
		struct val at = now;

		while (slice_cut(&rest, PATH_SEP, &part)) {
			AUTO_CHAR name = xstrndup(part.p, part.n);

			at = val_get(v, at, name);
		}
		if (is_side(x, f, r->from, at) || is_side(x, f, r->to, at))
			continue;
		AUTO(buf) struct buf path = BUF_TEXT;
		rest = text(x, r->path);
		while (slice_cut(&rest, PATH_SEP, &part)) {
			buf_adds(&path, path.n ? "." : "");
			buf_add_slice(&path, part);
		}
		err_set(e, ERR_STALE, "'%s' was changed since the plan was made", buf_str(&path));
		return false;
	}
	return true;
}

static enum task_end have_raw(struct builder *x, struct call *ret, struct err *e)
{
	if (!still_so(x, e))
		return TASK_STALE;
	return write_call(x, ret, e) < 0 ? TASK_FAILED : TASK_MORE;
}

/* The child that Okta made together with its parent. */
static enum task_end found_system(
	struct builder *x, const struct js *list, struct call *ret, struct err *e)
{
	for (size_t i = 0; i < js_len(list); i++) {
		const struct js *j = js_at(list, i);

		if (js_type(j) != JS_MAP || !x->k->classify || !(x->k->classify(j) & LIVE_SYSTEM) ||
			!js_str(js_get(j, "id")).n)
			continue;
		x->t->id = pool_add(x->p->values->pool, js_str(js_get(j, "id")));
		x->t->raw = js_copy(j);
		return write_call(x, ret, e) < 0 ? TASK_FAILED : TASK_MORE;
	}
	err_set(e, ERR_REFUSED, "Okta made no default rule");
	return TASK_FAILED;
}

/* --- order --- */

struct slot {
	const struct js *live;
	int64_t priority;
	uint32_t place; /* in the target */
};

typedef VEC(struct slot) slot_vec;

static int by_priority(const void *pa, const void *pb)
{
	const struct slot *a = pa, *b = pb;

	if (a->priority != b->priority)
		return a->priority < b->priority ? -1 : 1;
	return a->place < b->place ? -1 : a->place > b->place;
}

static void gather(const struct builder *x, const struct js *list, slot_vec *slots)
{
	for (size_t i = 0; i < js_len(list); i++) {
		const struct js *j = js_at(list, i);
		struct slice id = js_str(js_get(j, "id"));

		for (uint32_t k = 0; k < x->op->nkeys; k++) {
			strid key = x->p->order_keys.v[x->op->first_key + k];
			strid known = book_id(x->b, x->op->kind, key);

			if (known && slice_eq(text(x, known), id))
				vec_push(slots, (struct slot){j, js_int(js_get(j, "priority")), k});
		}
	}
	vec_sort(slots, by_priority);
}

/*
 * The first of the target's order that does not stand where it should, and the number it is to get: that
 * of the one that stands there, which Okta then moves down. Of two with one number the second moves.
 */
static const struct js *first_wrong(const slot_vec *slots, int64_t *ret_priority)
{
	for (uint32_t i = 0; i < slots->n; i++) {
		uint32_t least = i;

		for (uint32_t k = i; k < slots->n; k++) {
			if (slots->v[k].place < slots->v[least].place)
				least = k;
		}
		*ret_priority = slots->v[i].priority;
		if (least != i)
			return slots->v[least].live;
		if (i && slots->v[i].priority == slots->v[i - 1].priority) {
			*ret_priority = slots->v[i].priority + 1;
			return slots->v[i].live;
		}
	}
	return NULL;
}

static enum task_end order_next(
	struct builder *x, const struct js *list, struct call *ret, struct err *e)
{
	slot_vec slots = {0};
	int64_t priority = 0;
	const struct js *wrong;
	AUTO_PTR(js) body = NULL;

	gather(x, list, &slots);
	wrong = first_wrong(&slots, &priority);
	vec_free(&slots);
	if (!wrong)
		return TASK_DONE;
	if (++x->t->writes > 4 * x->op->nkeys + 4) {
		err_set(e, ERR_REFUSED, "Okta does not take the order");
		return TASK_FAILED;
	}
	body = js_copy(wrong);
	x->t->id = pool_add(x->p->values->pool, js_str(js_get(wrong, "id")));
	strip(body);
	js_set(body, "priority", js_new_int(priority));
	x->t->step = STEP_ORDER_WRITE;
	return make_call(x, kind_route(x->k, OP_UPDATE), NULL, body, ret, e) < 0 ? TASK_FAILED
										 : TASK_MORE;
}

static enum task_end on_list(
	struct builder *x, const struct answer *a, struct call *ret, struct err *e)
{
	AUTO_PTR(js) list = NULL;

	if (js_parse(a->res->body, "the answer", &list, e) < 0)
		return TASK_FAILED;
	return x->t->step == STEP_FIND ? found_system(x, list, ret, e)
				       : order_next(x, list, ret, e);
}

static enum task_end on_written(struct builder *x, const struct answer *a, struct err *e)
{
	AUTO_PTR(js) j = NULL;

	if (x->op->verb != OP_CREATE)
		return TASK_DONE;
	if (js_parse(a->res->body, "the answer", &j, e) < 0)
		return TASK_FAILED;
	if (!js_str(js_get(j, "id")).n) {
		err_set(e, ERR_NET, "it was created, but the answer has no id");
		return TASK_FAILED;
	}
	x->t->id = pool_add(x->p->values->pool, js_str(js_get(j, "id")));
	return TASK_DONE;
}

enum task_end task_answer(struct task *t, const struct book *b, const struct apply_options *o,
	const struct answer *a, struct call *ret_call, struct err *e)
{
	struct builder x = builder_of(t, b, o);
	bool removes = x.op->verb == OP_DELETE || x.op->verb == OP_REMOVE;

	if (a->verdict == SAID_GONE && removes)
		return TASK_DONE;
	if (a->verdict != SAID_YES) {
		*e = *a->err;
		if (a->verdict == NO_ANSWER && x.op->verb == OP_CREATE)
			err_in(e, "it may have been created, the next plan will tell");
		return a->verdict == SAID_GONE && t->step == STEP_READ ? TASK_STALE : TASK_FAILED;
	}
	switch ((enum task_step)t->step) {
	case STEP_READ:
		if (js_parse(a->res->body, "the answer", &t->raw, e) < 0)
			return TASK_FAILED;
		if (js_type(t->raw) != JS_MAP) {
			err_set(e, ERR_NET, "the answer is no object");
			return TASK_FAILED;
		}
		return have_raw(&x, ret_call, e);
	case STEP_FIND:
	case STEP_ORDER_READ:
		return on_list(&x, a, ret_call, e);
	case STEP_ORDER_WRITE:
		t->id = 0;
		return list_call(&x, STEP_ORDER_READ, ret_call, e) < 0 ? TASK_FAILED : TASK_MORE;
	case STEP_WRITE:
		break;
	}
	return on_written(&x, a, e);
}
