#include "reconcile/report.h"

#include <stdlib.h>

#include "base/term.h"

enum { MAX_SHOWN = 120, WHERE_COLUMN = 56 };

struct printer {
	struct buf *out;
	struct values *v;
	const struct kinds *kinds;
	bool color;
};

/* Appends behind the text of the current line, at a column if there is room. */
static void where(struct printer *r, size_t line_start, strid file, srcmark mark)
{
	size_t used = r->out->n - line_start;

	if (!file)
		return;
	buf_pad(r->out, ' ', used < WHERE_COLUMN ? WHERE_COLUMN - used : 2);
	term_color(r->out, r->color, COLOR_DIM);
	buf_add_printable(r->out, pool_get(r->v->pool, file));
	if (mark)
		buf_addf(r->out, ":%u", mark_line(mark));
	term_color(r->out, r->color, COLOR_NONE);
}

static void add_path(struct printer *r, strid path)
{
	struct slice rest = pool_get(r->v->pool, path), part;
	bool first = true;

	while (slice_cut(&rest, PATH_SEP, &part)) {
		if (!first)
			buf_addc(r->out, '.');
		buf_add_printable(r->out, part);
		first = false;
	}
}

static void add_val(struct printer *r, struct val x)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	size_t n;

	if (val_empty(r->v, x)) {
		buf_adds(r->out, val_tag(x) == V_LIST  ? "[]"
				 : val_tag(x) == V_STR ? "\"\""
						       : "(none)");
		return;
	}
	if (val_tag(x) == V_SECRET) {
		buf_adds(r->out, "(secret)");
		return;
	}
	if (val_tag(x) == V_STR || val_tag(x) == V_REF)
		buf_add_printable(&text, pool_get(r->v->pool, val_strid(x)));
	else
		val_write(r->v, &text, x);
	n = text.n;
	if (n > MAX_SHOWN) {
		for (n = MAX_SHOWN; n && ((unsigned char)text.p[n] & 0xc0) == 0x80;)
			n--;
	}
	buf_add(r->out, buf_str(&text), n);
	if (n < text.n)
		buf_addf(r->out, "... (%zu bytes)", text.n);
}

static void add_row(struct printer *r, const struct row *row, strid file, bool created)
{
	size_t start;

	buf_adds(r->out, "      ");
	start = r->out->n - 6;
	add_path(r, row->path);
	buf_adds(r->out, ": ");
	if (!created) {
		add_val(r, row->from);
		buf_adds(r->out, " → ");
	}
	add_val(r, row->to);
	if (!created)
		where(r, start, row->mark ? file : 0, row->mark);
	buf_addc(r->out, '\n');
}

static const char *const symbols[] = {[CHANGE_NONE] = "~",
	[CHANGE_CREATE] = "+",
	[CHANGE_UPDATE] = "~",
	[CHANGE_DELETE] = "-",
	[CHANGE_FORGET] = "."};

static const enum color colors[] = {[CHANGE_NONE] = COLOR_YELLOW,
	[CHANGE_CREATE] = COLOR_GREEN,
	[CHANGE_UPDATE] = COLOR_YELLOW,
	[CHANGE_DELETE] = COLOR_RED,
	[CHANGE_FORGET] = COLOR_DIM};

static const char *verb_of(const struct plan *p, const struct plan_change *c)
{
	if (c->type == CHANGE_DELETE)
		return p->kinds->v[c->kind]->removal == REMOVAL_DEACTIVATE
			       ? "  no longer declared: deactivated"
		       : c->parent ? "  not in the list: deleted"
				   : "  no longer declared: deleted";
	if (c->type == CHANGE_FORGET)
		return "  no longer declared: left alone, struck from the state";
	return c->adopt && c->type == CHANGE_UPDATE ? "  adopted" : "";
}

static void add_head(struct printer *r, const struct plan *p, const struct plan_change *c)
{
	size_t start = r->out->n;

	buf_adds(r->out, "  ");
	term_color(r->out, r->color, colors[c->type]);
	buf_addf(r->out, "%s ", symbols[c->type]);
	res_describe(p->kinds, r->v->pool, c->kind, c->key, r->out);
	term_color(r->out, r->color, COLOR_NONE);
	buf_adds(r->out, verb_of(p, c));
	where(r, start, c->file, c->mark);
	buf_addc(r->out, '\n');
}

static void add_edge(struct printer *r, const struct op *o)
{
	static const char *const signs[] = {[OP_ADD] = "+", [OP_CHANGE] = "~", [OP_REMOVE] = "-"};
	static const enum color edge_colors[] = {
		[OP_ADD] = COLOR_GREEN, [OP_CHANGE] = COLOR_YELLOW, [OP_REMOVE] = COLOR_RED};
	const struct link *l = &r->kinds->v[o->kind]->links[o->link];
	size_t start = r->out->n;

	buf_adds(r->out, "      ");
	term_color(r->out, r->color, edge_colors[o->verb]);
	buf_addf(r->out, "%s %s ", signs[o->verb], l->noun);
	key_describe(r->v->pool, o->to, r->out);
	term_color(r->out, r->color, COLOR_NONE);
	if (o->verb != OP_REMOVE && val_tag(o->attrs) == V_MAP) {
		buf_addc(r->out, ' ');
		val_write(r->v, r->out, o->attrs);
	}
	where(r, start, o->file, o->mark);
	buf_addc(r->out, '\n');
}

static void add_order(struct printer *r, const struct plan *p, const struct op *o)
{
	const char *parent = r->kinds->v[o->kind]->parent;
	size_t start = r->out->n;

	buf_adds(r->out, "  ");
	term_color(r->out, r->color, COLOR_YELLOW);
	buf_adds(r->out, "~ order of ");
	if (parent)
		res_describe(
			p->kinds, r->v->pool, kind_by_name(p->kinds, parent), o->parent, r->out);
	else
		buf_addf(r->out, "%s of type %s", r->kinds->v[o->kind]->plural,
			pool_str(r->v->pool, o->disc));
	term_color(r->out, r->color, COLOR_NONE);
	where(r, start, o->file, o->mark);
	buf_adds(r->out, "\n      ");
	for (uint32_t i = 0; i < o->nkeys; i++) {
		struct slice key = pool_get(r->v->pool, p->order_keys.v[o->first_key + i]);
		const char *sep = memchr(key.p, KEY_SEP, key.n);

		buf_addf(r->out, "%s%u. ", i ? "  " : "", i + 1);
		buf_add_printable(r->out, sep ? slice_of(sep + 1) : key);
	}
	buf_addc(r->out, '\n');
}

static void add_change(
	struct printer *r, const struct plan *p, uint32_t ix, const uint32_t *ops, uint32_t nops)
{
	const struct plan_change *c = &p->changes.v[ix];

	add_head(r, p, c);
	for (uint32_t i = 0; i < c->nrows; i++)
		add_row(r, &p->rows.v[c->first_row + i], c->file, c->type == CHANGE_CREATE);
	if (c->status_to && c->type != CHANGE_DELETE)
		buf_addf(r->out, "      status: %s → %s\n", pool_str(r->v->pool, c->status_from),
			pool_str(r->v->pool, c->status_to));
	for (uint32_t i = 0; i < nops; i++) {
		const struct op *o = &p->ops.v[ops[i]];

		if (o->link != UINT16_MAX)
			add_edge(r, o);
	}
}

static uint32_t plural_of(struct buf *out, uint32_t n, const char *what, uint32_t before)
{
	if (!n)
		return before;
	buf_addf(out, "%s%u %s", before ? ", " : "", n, what);
	return before + 1;
}

static void add_summary(struct printer *r, const struct plan *p)
{
	struct plan_counts n = plan_count(p);
	uint32_t calls = 0, parts = 0;

	for (uint32_t i = 0; i < p->ops.n; i++)
		calls += p->ops.v[i].verb != OP_NONE && !(p->ops.v[i].flags & OPF_CHECK);
	term_color(r->out, r->color, COLOR_BOLD);
	if (plan_is_empty(p)) {
		buf_adds(r->out, "No changes: the tenant is as declared.");
	} else {
		buf_adds(r->out, "Plan: ");
		parts = plural_of(r->out, n.create, "to create", parts);
		parts = plural_of(r->out, n.update, "to change", parts);
		parts = plural_of(r->out, n.remove, "to remove", parts);
		parts = plural_of(r->out, n.edges_add,
			n.edges_add == 1 ? "member or assignment to add"
					 : "members or assignments to add",
			parts);
		parts = plural_of(r->out, n.edges_change, "assignments to change", parts);
		parts = plural_of(r->out, n.edges_remove,
			n.edges_remove == 1 ? "member or assignment to remove"
					    : "members or assignments to remove",
			parts);
		parts = plural_of(
			r->out, n.order, n.order == 1 ? "order to set" : "orders to set", parts);
		buf_addf(r->out, "%s%u operation%s.", parts ? "; " : "", calls,
			calls == 1 ? "" : "s");
	}
	term_color(r->out, r->color, COLOR_NONE);
	if (n.adopt)
		buf_addf(r->out, " %u adopted: the state knows them from now on.", n.adopt);
	if (n.forget)
		buf_addf(r->out, " %u no longer declared and left alone.", n.forget);
	buf_addc(r->out, '\n');
}

/* Ops by the change they belong to. */
struct by_change {
	uint32_t *first, *ops;
};

static struct by_change group_ops(const struct plan *p)
{
	struct by_change g = {xcalloc((size_t)p->changes.n + 2, sizeof(uint32_t)),
		xcalloc(p->ops.n, sizeof(uint32_t))};

	for (uint32_t i = 0; i < p->ops.n; i++) {
		if (p->ops.v[i].change != NONE)
			g.first[p->ops.v[i].change + 1]++;
	}
	for (uint32_t i = 0; i < p->changes.n; i++)
		g.first[i + 1] += g.first[i];
	for (uint32_t i = 0; i < p->ops.n; i++) {
		if (p->ops.v[i].change != NONE)
			g.ops[g.first[p->ops.v[i].change]++] = i;
	}
	for (uint32_t i = p->changes.n; i > 0; i--)
		g.first[i] = g.first[i - 1];
	g.first[0] = 0;
	return g;
}

/* One list after the other, each in the order of its manifest's names. */
static int by_link_and_name(const void *pa, const void *pb, void *arg)
{
	const struct plan *p = arg;
	const struct op *a = &p->ops.v[*(const uint32_t *)pa],
			*b = &p->ops.v[*(const uint32_t *)pb];

	if (a->link != b->link)
		return a->link < b->link ? -1 : 1;
	if (a->verb != b->verb)
		return a->verb < b->verb ? -1 : 1;
	return slice_cmp(pool_get(p->values->pool, a->to), pool_get(p->values->pool, b->to));
}

static void add_notes(struct printer *r, const struct plan *p)
{
	for (uint32_t i = 0; i < p->notes.n; i++) {
		buf_adds(r->out, "  note: ");
		if (p->notes.v[i].at.file)
			buf_addf(r->out, "%s:%u: ", p->notes.v[i].at.file, p->notes.v[i].at.line);
		buf_add_printable(r->out, slice_of(p->notes.v[i].text));
		buf_addc(r->out, '\n');
	}
}

void report_plan(const struct plan *p, bool color, struct buf *out)
{
	struct printer r = {out, p->values, p->kinds, color};
	struct by_change g = group_ops(p);

	for (uint32_t i = 0; i < p->changes.n; i++) {
		const struct plan_change *c = &p->changes.v[i];
		uint32_t n = g.first[i + 1] - g.first[i];

		/* what is only recorded is told in the summary */
		if (!n && c->type != CHANGE_DELETE)
			continue;
		qsort_r(g.ops + g.first[i], n, sizeof(*g.ops), by_link_and_name,
			(struct plan *)(uintptr_t)p);
		add_change(&r, p, i, g.ops + g.first[i], n);
	}
	for (uint32_t i = 0; i < p->ops.n; i++) {
		if (p->ops.v[i].verb == OP_ORDER && !(p->ops.v[i].flags & OPF_CHECK))
			add_order(&r, p, &p->ops.v[i]);
	}
	if (out->n)
		buf_addc(out, '\n');
	add_notes(&r, p);
	add_summary(&r, p);
	free(g.first);
	free(g.ops);
}

void report_plan_json(const struct plan *p, struct buf *out)
{
	struct plan_counts n = plan_count(p);

	buf_addf(out,
		"{\"id\":\"%s\",\n\"summary\":{\"create\":%u,\"update\":%u,\"remove\":%u,\"edges_add\":%u,"
		"\"edges_change\":%u,\"edges_remove\":%u,\"order\":%u,\"adopt\":%u,\"forget\":%u},\n\"plan\":",
		p->id, n.create, n.update, n.remove, n.edges_add, n.edges_change, n.edges_remove,
		n.order, n.adopt, n.forget);
	plan_write(p, out);
	buf_adds(out, "}\n");
}

void report_op_name(const struct plan *p, const struct op *o, struct buf *out)
{
	const struct kind *k = p->kinds->v[o->kind];

	if (o->verb == OP_ORDER) {
		buf_addf(out, "order of %s", k->parent ? "the rules of " : "");
		if (k->parent)
			res_describe(p->kinds, p->values->pool, kind_by_name(p->kinds, k->parent),
				o->parent, out);
		else
			buf_addf(out, "%s of type %s", k->plural,
				pool_str(p->values->pool, o->disc));
		return;
	}
	if (o->link == UINT16_MAX) {
		buf_addf(out, "%s ", verb_name(o->verb));
		res_describe(p->kinds, p->values->pool, o->kind, o->key, out);
		return;
	}
	buf_addf(out, "%s %s ", verb_name(o->verb), k->links[o->link].noun);
	key_describe(p->values->pool, o->to, out);
	buf_adds(out, o->verb == OP_REMOVE ? " from " : o->verb == OP_ADD ? " to " : " of ");
	res_describe(p->kinds, p->values->pool, o->kind, o->key, out);
}

void report_op(
	const struct plan *p, uint32_t op, const struct op_result *r, bool color, struct buf *out)
{
	static const char *const words[] = {[OPS_WAITING] = "waiting",
		[OPS_SENT] = "sent",
		[OPS_DONE] = "done",
		[OPS_FAILED] = "failed",
		[OPS_SKIPPED] = "skipped",
		[OPS_STALE] = "stale"};

	term_color(out, color, r->state == OPS_DONE ? COLOR_GREEN : COLOR_RED);
	buf_addf(out, "%-7s", words[r->state]);
	term_color(out, color, COLOR_NONE);
	buf_addc(out, ' ');
	report_op_name(p, &p->ops.v[op], out);
	if (r->state != OPS_DONE) {
		buf_adds(out, ": ");
		buf_add_printable(out, slice_of(r->err.msg));
		if (r->err.http.status)
			buf_addf(out, " [HTTP %u %s, request %s]", r->err.http.status,
				r->err.http.code,
				r->err.http.request_id[0] ? r->err.http.request_id : "-");
	}
	buf_addc(out, '\n');
}

/* --- drift --- */

static const char *const drift_words[] = {
	[DRIFT_CHANGED] = "changed outside",
	[DRIFT_DELETED] = "deleted outside",
	[DRIFT_ADDED] = "added outside",
	[DRIFT_PENDING] = "declared, not applied",
	[DRIFT_UNMANAGED] = "unmanaged",
};

static void add_drift_item(struct printer *r, const struct drift *d, const struct drift_item *it)
{
	static const enum color item_colors[] = {[DRIFT_CHANGED] = COLOR_YELLOW,
		[DRIFT_DELETED] = COLOR_RED,
		[DRIFT_ADDED] = COLOR_RED,
		[DRIFT_PENDING] = COLOR_DIM,
		[DRIFT_UNMANAGED] = COLOR_BLUE};
	size_t start = r->out->n;

	buf_adds(r->out, "  ");
	term_color(r->out, r->color, item_colors[it->type]);
	buf_addf(r->out, "%s: ", drift_words[it->type]);
	res_describe(d->kinds, r->v->pool, it->kind, it->key, r->out);
	term_color(r->out, r->color, COLOR_NONE);
	where(r, start, it->file, it->mark);
	buf_addc(r->out, '\n');
	for (uint32_t i = 0; i < it->nrows; i++)
		add_row(r, &d->rows.v[it->first_row + i], it->file, false);
	if (it->status_to)
		buf_addf(r->out, "      status: %s → %s\n", pool_str(r->v->pool, it->status_from),
			pool_str(r->v->pool, it->status_to));
	for (uint32_t i = 0; i < it->nedges; i++) {
		const struct drift_edge *e = &d->edges.v[it->first_edge + i];

		buf_addf(r->out, "      %s %s ", e->added ? "+" : "-",
			d->kinds->v[it->kind]->links[e->link].noun);
		key_describe(r->v->pool, e->to, r->out);
		buf_adds(r->out, e->added ? " added\n" : " removed\n");
	}
	if (it->reordered)
		buf_adds(r->out, "      the order of its rules\n");
}

void report_drift(const struct drift *d, bool color, struct buf *out)
{
	struct printer r = {out, d->values, d->kinds, color};
	uint32_t parts = 0;

	for (uint32_t i = 0; i < d->items.n; i++)
		add_drift_item(&r, d, &d->items.v[i]);
	if (d->items.n)
		buf_addc(out, '\n');
	term_color(out, color, COLOR_BOLD);
	if (!drift_is_dirty(d)) {
		buf_adds(out, "No drift: the tenant is as last applied.");
	} else {
		buf_adds(out, "Drift: ");
		for (uint32_t i = 0; i < LEN(drift_words); i++) {
			if (i != DRIFT_PENDING)
				parts = plural_of(out, d->count[i], drift_words[i], parts);
		}
		buf_adds(out, d->count[DRIFT_UNMANAGED] == d->items.n
				      ? "."
				      : ". 'plumb apply' puts it back; or declare it.");
	}
	term_color(out, color, COLOR_NONE);
	if (d->count[DRIFT_PENDING])
		buf_addf(out, " %u declared, not applied yet.", d->count[DRIFT_PENDING]);
	buf_addc(out, '\n');
}

static void add_json_path(struct buf *out, struct slice path)
{
	AUTO(buf) struct buf dotted = BUF_TEXT;
	struct slice part;

	while (slice_cut(&path, PATH_SEP, &part)) {
		buf_adds(&dotted, dotted.n ? "." : "");
		buf_add_slice(&dotted, part);
	}
	buf_add_json(out, buf_slice(&dotted));
}

static void add_json_key(struct buf *out, const struct pool *pool, strid key)
{
	AUTO(buf) struct buf shown = BUF_TEXT;

	key_describe(pool, key, &shown);
	buf_add_json(out, buf_slice(&shown));
}

static void add_drift_json(struct buf *out, const struct drift *d, const struct drift_item *it)
{
	static const char *const names[] = {[DRIFT_CHANGED] = "changed",
		[DRIFT_DELETED] = "deleted",
		[DRIFT_ADDED] = "added",
		[DRIFT_PENDING] = "pending",
		[DRIFT_UNMANAGED] = "unmanaged"};
	const struct pool *pool = d->values->pool;

	buf_addf(out, "{\"drift\":\"%s\",\"kind\":\"%s\",\"key\":", names[it->type],
		d->kinds->v[it->kind]->name);
	add_json_key(out, pool, it->key);
	if (it->file) {
		buf_adds(out, ",\"file\":");
		buf_add_json(out, pool_get(pool, it->file));
		buf_addf(out, ",\"line\":%u", mark_line(it->mark));
	}
	buf_adds(out, ",\"fields\":[");
	for (uint32_t i = 0; i < it->nrows; i++) {
		const struct row *row = &d->rows.v[it->first_row + i];

		buf_adds(out, i ? ",{\"path\":" : "{\"path\":");
		add_json_path(out, pool_get(pool, row->path));
		buf_adds(out, ",\"applied\":");
		val_write(d->values, out, row->from);
		buf_adds(out, ",\"now\":");
		val_write(d->values, out, row->to);
		buf_addc(out, '}');
	}
	if (it->status_to)
		buf_addf(out, "%s{\"path\":\"status\",\"applied\":\"%s\",\"now\":\"%s\"}",
			it->nrows ? "," : "", pool_str(pool, it->status_from),
			pool_str(pool, it->status_to));
	buf_adds(out, "],\"lists\":[");
	for (uint32_t i = 0; i < it->nedges; i++) {
		const struct drift_edge *e = &d->edges.v[it->first_edge + i];

		buf_addf(out, "%s{\"list\":\"%s\",\"%s\":", i ? "," : "",
			d->kinds->v[it->kind]->links[e->link].path, e->added ? "added" : "removed");
		add_json_key(out, pool, e->to);
		buf_addc(out, '}');
	}
	buf_addf(out, "],\"reordered\":%s}", it->reordered ? "true" : "false");
}

void report_drift_json(const struct drift *d, struct buf *out)
{
	buf_addf(out,
		"{\"drift\":%s,\"summary\":{\"changed\":%u,\"deleted\":%u,\"added\":%u,\"pending\":%u,\"unmanaged\":%u},\n\"items\":[",
		drift_is_dirty(d) ? "true" : "false", d->count[DRIFT_CHANGED],
		d->count[DRIFT_DELETED], d->count[DRIFT_ADDED], d->count[DRIFT_PENDING],
		d->count[DRIFT_UNMANAGED]);
	for (uint32_t i = 0; i < d->items.n; i++) {
		buf_adds(out, i ? ",\n" : "\n");
		add_drift_json(out, d, &d->items.v[i]);
	}
	buf_adds(out, "]}\n");
}
