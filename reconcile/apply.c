#include "reconcile/apply.h"

#include <stdlib.h>

#include "reconcile/task.h"

enum { MAX_OPEN = 512 }; /* ops with a call of their own in the engine */

struct run {
	struct plan *p;
	const struct apply_options *o;
	struct book book;
	struct task *tasks;        /* by op */
	struct op_result *results; /* by op */
	uint32_t *blocked;         /* by op: deps that have not ended */
	bool *doomed;              /* by op: something it needs did not succeed */
	uint32_t *first_out, *out; /* deps by what they wait for */
	uint32_t *left;            /* by change: ops of its own (no edges) that have not ended */
	bool *broken;              /* by change: one of them did not succeed */
	bool *pauses;              /* by change: it is deactivated while it is changed */
	VEC(uint32_t) ready;
	uint32_t next_ready, open;
	struct err fatal;
};

/* --- the state --- */

static struct val without_status(const struct run *r, const struct plan_change *c)
{
	const struct kind *k = r->p->kinds->v[c->kind];
	struct values *v = r->p->values;
	uint32_t n = 0;

	for (uint32_t i = 0; i < val_len(c->body); i++) {
		strid key = map_key_at(v, c->body, i);

		if (k->lifecycle && slice_is(pool_get(v->pool, key), k->lifecycle->field))
			continue;
		values_push_key(v, key, 0);
		values_push(v, map_val_at(v, c->body, i), 0);
		n++;
	}
	return values_map(v, n);
}

static int record(struct run *r, uint32_t change, struct val body, bool lists)
{
	const struct plan_change *c = &r->p->changes.v[change];
	struct applied_list l[8];
	struct applied a = {.kind = c->kind,
		.key = c->key,
		.id = book_id(&r->book, c->kind, c->key),
		.disc = c->disc,
		.parent = c->parent,
		.created = c->created,
		.protect = c->protect,
		.partial = (c->type == CHANGE_CREATE || r->pauses[change]) && r->left[change] > 0,
		.body = body,
		.lists = lists ? l : NULL};

	for (uint32_t i = 0; lists && i < c->nlists && i < LEN(l); i++) {
		const struct plan_list *pl = &r->p->lists.v[c->first_list + i];

		l[a.nlists++] = (struct applied_list){.link = pl->link,
			.mode = pl->mode,
			.edges = r->p->list_edges.v + pl->first,
			.attrs = r->p->list_attrs.v + pl->first,
			.n = pl->n};
	}
	return store_put(r->o->store, r->p->kinds, r->p->values, &a, &r->fatal);
}

static int forget(struct run *r, const struct plan_change *c)
{
	return store_forget(r->o->store, r->p->kinds, r->p->values, c->kind, c->key, &r->fatal);
}

/* What needs no call is recorded first: adopted, forgotten, lists as they are. */
static int record_known(struct run *r)
{
	store_batch(r->o->store, true);
	for (uint32_t i = 0; i < r->p->changes.n; i++) {
		const struct plan_change *c = &r->p->changes.v[i];
		int rc = 0;

		if (c->type == CHANGE_FORGET)
			rc = forget(r, c);
		else if (c->type == CHANGE_NONE || c->type == CHANGE_UPDATE)
			rc = c->id || !c->system
				     ? record(r, i, r->left[i] ? VAL_ABSENT : c->body, true)
				     : 0;
		if (rc < 0)
			return -1;
	}
	store_batch(r->o->store, false);
	return store_sync(r->o->store, &r->fatal);
}

/* A list of who is kept out stays as it is when somebody is taken out. */
static bool keeps_out(const struct run *r, const struct op *o)
{
	const struct plan_change *c = &r->p->changes.v[o->change];

	for (uint32_t i = 0; i < c->nlists; i++) {
		const struct plan_list *l = &r->p->lists.v[c->first_list + i];

		if (l->link == o->link)
			return l->mode == LIST_EXCLUDE;
	}
	return false;
}

static int record_edge(struct run *r, const struct op *o)
{
	if (keeps_out(r, o))
		return 0;
	return store_edge(r->o->store, r->p->kinds, r->p->values, o->kind, o->key, o->link, o->to,
		o->attrs, o->verb != OP_REMOVE, &r->fatal);
}

static int record_op(struct run *r, const struct op *o)
{
	const struct plan_change *c;

	if (o->change == NONE)
		return 0;
	if (o->link != UINT16_MAX)
		return record_edge(r, o);
	c = &r->p->changes.v[o->change];
	if (r->broken[o->change])
		return 0;
	if (c->type == CHANGE_DELETE)
		return r->left[o->change] ? 0 : forget(r, c);
	if (r->left[o->change] == 0)
		return record(r, o->change, c->body, o->verb == OP_CREATE);
	/* it is ours from now on, whatever becomes of the rest */
	return o->verb == OP_CREATE ? record(r, o->change, without_status(r, c), true) : 0;
}

/* --- the graph --- */

static void end_op(struct run *r, uint32_t op, enum op_state state, const struct err *e);

static void take_end(struct run *r, uint32_t op, enum op_state state, const struct err *e)
{
	const struct op *o = &r->p->ops.v[op];
	bool ok = state == OPS_DONE;

	r->results[op].state = state;
	if (e)
		r->results[op].err = *e;
	if (o->change != NONE && o->link == UINT16_MAX) {
		r->left[o->change]--;
		r->broken[o->change] = r->broken[o->change] || !ok;
	}
	if (ok && r->fatal.code == ERR_NONE && record_op(r, o) < 0)
		engine_drop(r->o->engine);
	if (r->o->report && o->verb != OP_NONE && !(ok && o->flags & OPF_CHECK))
		r->o->report(r->o->self, r->p, op, &r->results[op]);
	for (uint32_t i = r->first_out[op]; i < r->first_out[op + 1]; i++) {
		const struct dep *d = &r->p->deps.v[r->out[i]];

		if (!ok && !d->soft)
			r->doomed[d->op] = true;
		if (--r->blocked[d->op] == 0)
			vec_push(&r->ready, d->op);
	}
}

static void end_op(struct run *r, uint32_t op, enum op_state state, const struct err *e)
{
	task_release(&r->tasks[op]);
	take_end(r, op, state, e);
}

static void on_answer(void *owner, uint32_t op, const struct answer *a);

static void send(struct run *r, uint32_t op, struct call *c)
{
	c->done = on_answer;
	c->owner = r;
	c->tag = op;
	engine_add(r->o->engine, c);
}

static void start_op(struct run *r, uint32_t op)
{
	struct err e = ERR_INIT;
	struct call c;

	if (r->doomed[op]) {
		err_set(&e, ERR_REFUSED, "not tried: something that it needs did not succeed");
		end_op(r, op, OPS_SKIPPED, &e);
		return;
	}
	if (r->p->ops.v[op].verb == OP_NONE) {
		end_op(r, op, OPS_DONE, NULL);
		return;
	}
	r->tasks[op].op = op;
	if (task_start(&r->tasks[op], &r->book, r->o, &c, &e) < 0) {
		end_op(r, op, e.code == ERR_STALE ? OPS_STALE : OPS_FAILED, &e);
		return;
	}
	r->results[op].state = OPS_SENT;
	r->open++;
	send(r, op, &c);
}

static void start_ready(struct run *r)
{
	while (r->next_ready < r->ready.n && r->open < MAX_OPEN && r->fatal.code == ERR_NONE)
		start_op(r, r->ready.v[r->next_ready++]);
}

static void on_answer(void *owner, uint32_t op, const struct answer *a)
{
	struct run *r = owner;
	const struct op *o = &r->p->ops.v[op];
	struct task *t = &r->tasks[op];
	struct err e = ERR_INIT;
	enum task_end end;
	struct call c;

	end = task_answer(t, &r->book, r->o, a, &c, &e);
	if (end == TASK_MORE && r->fatal.code != ERR_NONE) {
		/* what cannot be recorded is not done */
		buf_release(&c.url);
		buf_wipe(&c.body);
		e = r->fatal;
		end = TASK_FAILED;
	}
	if (end == TASK_MORE) {
		send(r, op, &c);
		return;
	}
	r->open--;
	if (end == TASK_DONE && t->id && o->verb != OP_ORDER)
		book_learn(&r->book, o->kind, o->key, t->id);
	end_op(r, op,
		end == TASK_DONE    ? OPS_DONE
		: end == TASK_STALE ? OPS_STALE
				    : OPS_FAILED,
		end == TASK_DONE ? NULL : &e);
	start_ready(r);
}

static void index_deps(struct run *r)
{
	uint32_t n = r->p->ops.n;

	for (uint32_t i = 0; i < r->p->deps.n; i++) {
		r->blocked[r->p->deps.v[i].op]++;
		r->first_out[r->p->deps.v[i].before + 1]++;
	}
	for (uint32_t i = 0; i < n; i++)
		r->first_out[i + 1] += r->first_out[i];
	for (uint32_t i = 0; i < r->p->deps.n; i++)
		r->out[r->first_out[r->p->deps.v[i].before]++] = i;
	for (uint32_t i = n; i > 0; i--)
		r->first_out[i] = r->first_out[i - 1];
	r->first_out[0] = 0;
	for (uint32_t i = 0; i < n; i++) {
		const struct op *o = &r->p->ops.v[i];

		if (!r->blocked[i])
			vec_push(&r->ready, i);
		if (o->change == NONE || o->link != UINT16_MAX)
			continue;
		r->left[o->change]++;
		if (o->verb == OP_ACTIVATE && r->p->changes.v[o->change].type == CHANGE_UPDATE &&
			!r->p->changes.v[o->change].status_to)
			r->pauses[o->change] = true;
	}
}

static struct run *run_new(struct plan *p, const struct apply_options *o)
{
	struct run *r = xcalloc(1, sizeof(*r));

	r->p = p;
	r->o = o;
	r->book.p = p;
	r->book.known = snapshot_new(p->kinds, p->values);
	r->tasks = xcalloc(p->ops.n, sizeof(*r->tasks));
	r->results = xcalloc(p->ops.n, sizeof(*r->results));
	r->blocked = xcalloc(p->ops.n, sizeof(*r->blocked));
	r->doomed = xcalloc(p->ops.n, sizeof(*r->doomed));
	r->first_out = xcalloc((size_t)p->ops.n + 1, sizeof(*r->first_out));
	r->out = xcalloc(p->deps.n, sizeof(*r->out));
	r->left = xcalloc(p->changes.n, sizeof(*r->left));
	r->broken = xcalloc(p->changes.n, sizeof(*r->broken));
	r->pauses = xcalloc(p->changes.n, sizeof(*r->pauses));
	for (uint32_t i = 0; i < p->ids.n; i++)
		book_learn(&r->book, p->ids.v[i].kind, p->ids.v[i].key, p->ids.v[i].id);
	for (uint32_t i = 0; i < p->changes.n; i++) {
		if (p->changes.v[i].id)
			book_learn(&r->book, p->changes.v[i].kind, p->changes.v[i].key,
				p->changes.v[i].id);
	}
	return r;
}

static void run_free(struct run *r)
{
	for (uint32_t i = 0; i < r->p->ops.n; i++)
		task_release(&r->tasks[i]);
	snapshot_free(r->book.known);
	map_release(&r->book.ids);
	vec_free(&r->ready);
	free(r->tasks);
	free(r->results);
	free(r->blocked);
	free(r->doomed);
	free(r->first_out);
	free(r->out);
	free(r->left);
	free(r->broken);
	free(r->pauses);
	free(r);
}

static struct apply_counts count(const struct run *r)
{
	struct apply_counts n = {0};

	for (uint32_t i = 0; i < r->p->ops.n; i++) {
		/* an order that was only looked at is nobody's operation */
		if (r->p->ops.v[i].verb == OP_NONE ||
			(r->p->ops.v[i].flags & OPF_CHECK && r->results[i].state == OPS_DONE))
			continue;
		switch (r->results[i].state) {
		case OPS_DONE:
			n.done++;
			break;
		case OPS_FAILED:
			n.failed++;
			break;
		case OPS_STALE:
			n.stale++;
			break;
		case OPS_WAITING:
		case OPS_SENT:
		case OPS_SKIPPED:
			n.skipped++;
			break;
		}
	}
	return n;
}

/* Every secret must be there before anything is sent; none is kept. */
static int check_secret(const struct run *r, struct val x, struct err *e)
{
	struct values *v = r->p->values;
	struct buf secret = BUF_MAX(1 << 20);
	int rc = 0;

	if (val_tag(x) == V_SECRET) {
		rc = r->o->secret(r->o->self, pool_get(v->pool, val_strid(x)), &secret, e);
		buf_wipe(&secret);
	}
	for (uint32_t i = 0; rc == 0 && val_tag(x) == V_MAP && i < val_len(x); i++)
		rc = check_secret(r, map_val_at(v, x, i), e);
	return rc;
}

static int check_secrets(const struct run *r, struct err *e)
{
	for (uint32_t i = 0; i < r->p->ops.n; i++) {
		const struct op *o = &r->p->ops.v[i];
		struct val x = o->link != UINT16_MAX  ? o->attrs
			       : o->verb == OP_CREATE ? r->p->changes.v[o->change].body
						      : VAL_ABSENT;

		if (check_secret(r, x, e) < 0) {
			AUTO(buf) struct buf name = BUF_TEXT;

			res_describe(r->p->kinds, r->p->values->pool, o->kind, o->key, &name);
			return err_in(e, "%s", buf_str(&name));
		}
	}
	return 0;
}

int apply_run(struct plan *p, const struct apply_options *o, struct apply_counts *ret_counts,
	struct err *e)
{
	struct run *r = run_new(p, o);
	int rc;

	index_deps(r);
	rc = check_secrets(r, e);
	if (rc == 0)
		rc = record_known(r);
	if (rc == 0) {
		start_ready(r);
		rc = engine_run(o->engine, e);
	}
	if (r->fatal.code != ERR_NONE) {
		*e = r->fatal;
		rc = -1;
	}
	*ret_counts = count(r);
	run_free(r);
	if (rc == 0)
		rc = store_compact(o->store, p->kinds, e);
	return rc;
}
