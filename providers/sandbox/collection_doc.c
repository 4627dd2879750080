/*
 * The documents of plain resources: what a row's members say of them, how they are stored and printed, how they
 * come and go.
 */
#include "providers/sandbox/collection.h"

#include "base/xalloc.h"

#include <stdio.h>
#include <string.h>

/* Settings of the org are of one kind; which one it is stands in sub. */
const struct collection *collection_row(const struct obj *o)
{
	const struct collection *col =
		o->kind == K_SETTING ? collections[o->sub] : collection_of(o->kind);

	if (!col)
		BUG("an object of no collection");
	return col;
}

static uint8_t index_of(const struct collection *col)
{
	uint8_t i = 0;

	while (collections[i] != col)
		i++;
	return i;
}

const struct collection *collection_of(enum kind k)
{
	for (const struct collection *const *v = collections; *v; v++) {
		if ((*v)->kind == k)
			return *v;
	}
	return NULL;
}

size_t collection_params(const char *path)
{
	size_t n = 0;

	for (; *path; path++)
		n += *path == '{';
	return n;
}

/* Names are unique below what the object belongs to. */
static uint32_t scope_of(const struct obj *o)
{
	return o->parent == NO_OBJ ? 0 : o->parent;
}

/* --- members --- */

struct member {
	char name[64];
	struct slice marks;
};

static bool next_member(struct slice *rest, struct member *ret)
{
	struct slice word;
	size_t n = 0;

	do {
		if (!slice_cut(rest, ' ', &word))
			return false;
	} while (!word.n);
	while (n < word.n && !strchr("!^=:@%&~", word.p[n]))
		n++;
	if (n >= sizeof(ret->name))
		BUG("a member's name is too long: %.*s", SLICE_ARG(word));
	memcpy(ret->name, word.p, n);
	ret->name[n] = '\0';
	ret->marks = (struct slice){word.p + n, word.n - n};
	return true;
}

static bool marked(const struct member *m, char mark)
{
	return m->marks.n && memchr(m->marks.p, mark, m->marks.n);
}

static bool is_stamp(const struct member *m)
{
	return marked(m, '@') || marked(m, '%') || marked(m, '&') || marked(m, '~');
}

static bool is_set(const struct js *v)
{
	return v && js_type(v) != JS_NULL;
}

/* A stamp's value: what was there, or now and who calls. */
static struct js *stamp(struct call *c, const struct member *m, const struct js *was)
{
	if (was && (marked(m, '@') || marked(m, '&')))
		return js_copy(was);
	if (marked(m, '@') || marked(m, '%'))
		return js_new_strz(c->stamp);
	return js_new_strz(call_actor_id(c));
}

/* One member of the document: from the server, from the body, or from before. */
static struct js *value_of(struct call *c, const struct obj *o, const struct member *m,
	const struct js *body, const struct js *old)
{
	const struct js *was = js_get(old, m->name), *in = js_get(body, m->name);

	if (streq(m->name, "id"))
		return js_new_strz(o->id);
	if (streq(m->name, "status") && !marked(m, '='))
		return js_new_strz(status_names[o->status]);
	if (is_stamp(m))
		return stamp(c, m, was);
	if (marked(m, '=') && !c->s->filling)
		return was ? js_copy(was) : NULL;
	if (marked(m, '^') && was)
		return js_copy(was);
	if (is_set(in))
		return js_copy(in);
	return NULL;
}

static bool check_members(
	struct call *c, const struct collection *col, const struct js *body, const struct js *old)
{
	struct slice rest = slice_of(col->members);
	struct member m;

	while (next_member(&rest, &m)) {
		const struct js *in = js_get(body, m.name), *was = js_get(old, m.name);

		if (marked(&m, '!') && !(was && marked(&m, '^')) &&
			(!is_set(in) || (js_type(in) == JS_STR && !js_str(in).n))) {
			fail_field(c, m.name, "%s: The field cannot be left blank", m.name);
			return false;
		}
	}
	return true;
}

static void del_path(struct js *m, struct slice path)
{
	struct slice word;
	AUTO_CHAR name = NULL;

	if (!slice_cut(&path, '.', &word))
		return;
	name = xstrndup(word.p, word.n);
	if (path.n)
		del_path(js_getm(m, name), path);
	else if (js_type(m) == JS_MAP)
		js_del(m, name);
}

static void strip_secrets(struct js *doc, const char *secrets)
{
	struct slice rest = slice_of(secrets), path;

	while (rest.n && slice_cut(&rest, '|', &path))
		del_path(doc, path);
}

static struct js *make_doc(struct call *c, const struct collection *col, const struct obj *o,
	const struct js *body, const struct js *old)
{
	struct slice rest = slice_of(col->members);
	struct js *doc = js_new_map();
	struct member m;

	while (next_member(&rest, &m)) {
		struct js *v = value_of(c, o, &m, body, old);

		if (!v && marked(&m, ':'))
			v = js_new_null();
		if (v)
			js_set(doc, m.name, v);
	}
	if (col->flags & C_KEEP_UNKNOWN) {
		for (void *it = js_first(body); it; it = js_next(body, it)) {
			if (!js_get(doc, js_key(it)) && js_key(it)[0] != '_')
				js_set(doc, js_key(it), js_copy(js_val(it)));
		}
	}
	if (col->defaults)
		flat_fill(doc, col->defaults);
	return doc;
}

struct slice collection_key(const struct collection *col, const struct js *doc)
{
	return col->key ? js_str(js_path(doc, col->key)) : (struct slice){NULL, 0};
}

static void store_doc(struct call *c, const struct collection *col, struct obj *o, struct js *doc,
	const struct js *old)
{
	struct slice was = collection_key(col, old), is = collection_key(col, doc);

	if (was.n)
		name_drop(c->s, col->kind, scope_of(o), was, o->ix);
	if (is.n)
		name_set(c->s, col->kind, scope_of(o), is, o->ix);
	if (js_get(doc, "status") && col->flags & C_STATUS_COUNTS)
		js_set(doc, "status", js_new_strz(status_names[o->status]));
	if (col->secrets)
		strip_secrets(doc, col->secrets);
	obj_put(o, doc);
}

static bool key_free(
	struct call *c, const struct collection *col, const struct obj *o, const struct js *doc)
{
	struct slice key = collection_key(col, doc);
	const struct obj *other = key.n ? name_find(c->s, col->kind, scope_of(o), key) : NULL;
	const char *word = col->key ? strrchr(col->key, '.') : NULL;

	if (!other || other == o)
		return true;
	if (col->taken) {
		fail_with(c, col->taken);
		return false;
	}
	word = word ? word + 1 : col->key;
	fail_field(c, word,
		"%s: An object with this field already exists in the current organization", word);
	return false;
}

/* Stores what the body makes of the object; false when it answered. */
bool collection_change(struct call *c, const struct collection *col, struct obj *o,
	const struct js *body, const struct js *old)
{
	AUTO_PTR(js) doc = NULL;
	struct slice status = js_str(js_get(body, "status"));

	if (!c->s->filling && !check_members(c, col, body, old))
		return false;
	if (status.n && (col->flags & C_STATUS_COUNTS || c->s->filling))
		o->status = slice_is(status, "INACTIVE") ? ST_INACTIVE : ST_ACTIVE;
	doc = make_doc(c, col, o, body, old);
	if (!key_free(c, col, o, doc) || (col->fill && !col->fill(c, o, old, doc)))
		return false;
	store_doc(c, col, o, doc, old);
	if (col->stored)
		col->stored(c, o, !old);
	return true;
}

void collection_touch(struct call *c, const struct collection *col, struct js *doc)
{
	struct slice rest = slice_of(col->members);
	struct member m;

	while (next_member(&rest, &m)) {
		if (marked(&m, '%'))
			js_set(doc, m.name, js_new_strz(c->stamp));
	}
}

/* --- printing --- */

void show_times(struct js *doc, char separator, const char *end)
{
	static const char *const times[] = {"created", "lastUpdated"};

	for (size_t i = 0; i < LEN(times); i++) {
		struct slice t = js_str(js_get(doc, times[i]));
		char text[32];

		if (t.n < 19)
			continue;
		snprintf(text, sizeof(text), "%.10s%c%.8s%s", t.p, separator, t.p + 11, end);
		js_set(doc, times[i], js_new_strz(text));
	}
}

void collection_path(struct buf *b, const struct sandbox *s, const struct obj *o)
{
	const struct collection *col = collection_row(o);
	const struct obj *above[ARG_MAX] = {NULL};
	struct slice rest = slice_of(col->path), part;
	size_t n = collection_params(col->path), at = n;

	for (const struct obj *p = store_at(s, o->parent); p && at; p = store_at(s, p->parent))
		above[--at] = p;
	at = 0;
	slice_cut(&rest, '/', &part);
	while (slice_cut(&rest, '/', &part)) {
		buf_addc(b, '/');
		if (part.p[0] == '{')
			buf_adds(b, at < n && above[at] ? above[at]->id : "");
		else
			buf_add_slice(b, part);
		at += part.p[0] == '{';
	}
	if (!(col->flags & C_ONE))
		buf_addf(b, "/%s", o->id);
}

static void add_life(
	struct buf *b, struct call *c, const struct collection *col, const char *path, bool on)
{
	const char *verb = on ? "deactivate" : "activate";

	if (col->flags & C_LINK_METHOD)
		buf_addf(b, ",\"%s\":{\"href\":\"%s%s/lifecycle/%s\",\"method\":\"POST\"}", verb,
			c->s->base_url, path, verb);
	else
		add_hint(b, c, verb, "POST", "%s/lifecycle/%s", path, verb);
}

static void add_links(
	struct buf *b, struct call *c, const struct collection *col, const struct obj *o)
{
	AUTO(buf) struct buf path = BUF_MAX(1024);
	char allow[32];

	collection_path(&path, c->s, o);
	snprintf(allow, sizeof(allow), "GET%s%s%s",
		col->flags & (C_POST | C_POST_WHOLE) ? "|POST" : "",
		col->flags & C_NO_PUT ? "" : "|PUT",
		col->flags & (C_NO_DELETE | C_ONE) || o->system ? "" : "|DELETE");
	if (col->flags & C_LINK_METHOD)
		buf_addf(b, "\"self\":{\"rel\":\"self\",\"href\":\"%s%s\",\"method\":\"GET\"}",
			c->s->base_url, buf_str(&path));
	else
		add_hint(b, c, "self", allow, "%s", buf_str(&path));
	if (col->flags & (C_LIFECYCLE | C_LIFE_204 | C_LIFE_BLANK) && !o->system)
		add_life(b, c, col, buf_str(&path), o->status == ST_ACTIVE);
}

void collection_add(
	struct buf *b, struct call *c, const struct collection *col, const struct obj *o)
{
	if (col->show) {
		AUTO_PTR(js) doc = obj_doc(o);

		col->show(c, o, doc);
		js_write(b, doc);
	} else {
		buf_add_slice(b, obj_text(o));
	}
	if (col->flags & C_NO_LINKS)
		return;
	add_nested(b, "_links");
	if (col->links)
		col->links(b, c, o);
	else
		add_links(b, c, col, o);
	buf_adds(b, "}}");
}

void collection_reply(
	struct call *c, uint16_t status, const struct collection *col, const struct obj *o)
{
	reply_status(c, status);
	collection_add(&c->res->body, c, col, o);
}

/* --- making and dropping --- */

struct obj *collection_make(
	struct call *c, const struct collection *col, struct obj *parent, const struct js *body)
{
	struct obj *o = store_new(c->s, col->kind, col->prefix);
	bool was = c->s->filling;

	o->parent = parent ? parent->ix : NO_OBJ;
	if (o->kind == K_SETTING)
		o->sub = index_of(col);
	o->status = col->flags & C_BORN_INACTIVE ? ST_INACTIVE : ST_ACTIVE;
	c->s->filling = true;
	if (!collection_change(c, col, o, body, NULL))
		BUG("the server's own %s was refused", col->type);
	c->s->filling = was;
	return o;
}

/* Children go first; the ones of each kind are few. */
void collection_drop_below(struct call *c, const struct obj *o)
{
	for (const struct collection *const *v = collections; *v; v++) {
		if ((*v)->of != (enum kind)o->kind)
			continue;
		for (uint32_t i = c->s->of[(*v)->kind].n; i-- > 0;) {
			struct obj *child = store_at(c->s, c->s->of[(*v)->kind].v[i]);

			if (child->parent == o->ix)
				collection_drop(c, child);
		}
	}
}

void collection_drop(struct call *c, struct obj *o)
{
	const struct collection *col = collection_row(o);
	AUTO_PTR(js) doc = obj_doc(o);
	struct slice key = col ? collection_key(col, doc) : (struct slice){NULL, 0};

	collection_drop_below(c, o);
	if (key.n)
		name_drop(c->s, o->kind, scope_of(o), key, o->ix);
	store_drop(c->s, o);
}

void collection_fresh(struct sandbox *s, const char *now)
{
	struct sandbox_req req = {.method = "", .target = {"", 0}};
	AUTO(sandbox_res) struct sandbox_res res = {0};
	struct call c = {.s = s, .req = &req, .res = &res, .mem = ARENA_INIT, .stamp = now};
	AUTO_PTR(js) none = js_new_map();

	sandbox_res_clear(&res);
	for (size_t i = 0; collections[i]; i++) {
		if (collections[i]->flags & C_ONE && collections[i]->of == K_COUNT)
			collection_make(&c, collections[i], NULL, none);
		c.col = collections[i];
		if (collections[i]->fresh)
			collections[i]->fresh(&c);
	}
	arena_release(&c.mem);
}
