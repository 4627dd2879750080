/*
 * A tenant as text, so that it outlives the program: one line for the org, one for each object, one for each event.
 * Dead objects are left out and the rest numbered anew. The format is this version's own: a fingerprint of the
 * tables that give numbers their meaning refuses files of others.
 */
#include "providers/sandbox/auth.h"
#include "providers/sandbox/collection.h"
#include "providers/sandbox/expr.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/policies.h"
#include "providers/sandbox/roles.h"
#include "providers/sandbox/user.h"

#include "base/hash.h"
#include "base/xalloc.h"

#include <stdlib.h>

#define KIND_NAME(name) #name,
static const char *const kind_names[K_COUNT] = {KINDS(KIND_NAME)};

/* The members of struct sandbox that name objects. */
static const struct root {
	const char *name;
	size_t at;
} roots[] = {
	{"everyone", offsetof(struct sandbox, everyone)},
	{"admin", offsetof(struct sandbox, admin)},
	{"type", offsetof(struct sandbox, type)},
	{"groupSchema", offsetof(struct sandbox, group_schema)},
	{"access", offsetof(struct sandbox, access_default)},
	{"enroll", offsetof(struct sandbox, enroll_default)},
};

static uint32_t *root_of(struct sandbox *s, const struct root *r)
{
	return (uint32_t *)(void *)((char *)s + r->at);
}

static uint64_t fingerprint(void)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	for (int k = 0; k < K_COUNT; k++)
		buf_addf(&b, "%s ", kind_names[k]);
	for (int t = 0; t < P_COUNT; t++)
		buf_addf(&b, "%s ", policy_infos[t].name);
	for (size_t i = 0; collections[i]; i++)
		buf_addf(&b, "%s ", collections[i]->path);
	buf_addf(&b, "%d %d ", F_COUNT, TARGET_FIELDS);
	return hash64(buf_slice(&b));
}

/* --- writing --- */

/* 64-bit numbers are text: JSON's integers have a sign. */
static void add_hex(struct buf *b, const char *name, uint64_t v)
{
	buf_addf(b, ",\"%s\":\"%016llx\"", name, (unsigned long long)v);
}

static void add_index(struct buf *b, const char *name, const uint32_t *map, uint32_t ix)
{
	if (ix != NO_OBJ && map[ix] != NO_OBJ)
		buf_addf(b, ",\"%s\":%u", name, map[ix]);
}

/*
 * Tags name objects too, 0 is none; but those of a group's members are origins: a rule's index and one. False when
 * what the tag names is dead: then the edge means nothing. A rule that is gone leaves its members as if by hand.
 */
static bool map_tag(const struct obj *o, bool in, const uint32_t *map, uint32_t *tag)
{
	bool origin = o->kind == K_GROUP && in;

	if (*tag == 0)
		return true;
	*tag = map[origin ? *tag - 1 : *tag];
	if (origin)
		*tag = *tag == NO_OBJ ? ORIGIN_DIRECT : *tag + 1;
	return *tag != NO_OBJ;
}

static void add_edges(struct buf *b, const struct obj *o, bool in, const uint32_t *map)
{
	const struct edges *e = in ? &o->in : &o->out;
	bool first = true;

	if (!e->n)
		return;
	buf_adds(b, in ? ",\"in\":[" : ",\"out\":[");
	for (uint32_t i = 0; i < e->n; i++) {
		uint32_t to = map[e->v[i].to], tag = e->v[i].tag;

		if (to == NO_OBJ || !map_tag(o, in, map, &tag))
			continue;
		buf_addf(b, "%s%u,%u", first ? "" : ",", to, tag);
		first = false;
	}
	buf_addc(b, ']');
}

static void add_object(struct buf *b, const struct obj *o, const uint32_t *map)
{
	buf_addf(b, "{\"kind\":\"%s\",\"id\":\"%s\",\"status\":%u,\"sub\":%u,\"priority\":%d",
		kind_names[o->kind], o->id, o->status, o->sub, (int)o->priority);
	if (o->system)
		buf_adds(b, ",\"system\":true");
	if (o->builtin)
		buf_adds(b, ",\"builtin\":true");
	add_index(b, "parent", map, o->parent);
	add_index(b, "ref", map, o->ref);
	if (o->name)
		add_hex(b, "name", o->name);
	if (o->secret) {
		buf_adds(b, ",\"secret\":");
		buf_add_json(b, slice_of(o->secret));
	}
	add_edges(b, o, true, map);
	add_edges(b, o, false, map);
	buf_adds(b, o->tree ? ",\"tree\":" : ",\"doc\":");
	if (o->tree)
		js_write(b, o->tree);
	else
		buf_add_slice(b, obj_text(o));
	buf_adds(b, "}\n");
}

void sandbox_save(const struct sandbox *s, struct buf *to)
{
	uint32_t *map = xcalloc(s->objs.n + 1, sizeof(*map)), n = 0;
	struct sandbox copy = *s;

	for (uint32_t i = 0; i < s->objs.n; i++)
		map[i] = s->objs.v[i]->dead ? NO_OBJ : n++;
	buf_adds(to, "{\"plumb\":\"sandbox\"");
	add_hex(to, "format", fingerprint());
	add_hex(to, "rng", s->rng.s);
	buf_addf(to, ",\"objects\":%u,\"org\":\"%s\",\"realm\":\"%s\",\"madeApps\":%u", n,
		s->org_id, s->realm_id, s->made_apps);
	for (size_t i = 0; i < LEN(roots); i++)
		add_index(to, roots[i].name, map, *root_of(&copy, &roots[i]));
	buf_adds(to, "}\n");
	for (uint32_t i = 0; i < s->objs.n; i++) {
		if (map[i] != NO_OBJ)
			add_object(to, s->objs.v[i], map);
	}
	log_save(s, to);
	free(map);
}

/* --- reading --- */

static bool read_hex(const struct js *doc, const char *name, uint64_t *ret)
{
	struct slice v = js_str(js_get(doc, name));
	uint64_t n = 0;

	if (v.n != 16)
		return false;
	for (size_t i = 0; i < v.n; i++) {
		const char *digits = "0123456789abcdef", *at = memchr(digits, v.p[i], 16);

		if (!at)
			return false;
		n = n << 4 | (uint64_t)(at - digits);
	}
	*ret = n;
	return true;
}

/* An index below n, or NO_OBJ where there is none; false when it is no good. */
static bool read_index(const struct js *doc, const char *name, uint32_t n, uint32_t *ret)
{
	const struct js *v = js_get(doc, name);

	*ret = v ? (uint32_t)js_int(v) : NO_OBJ;
	return !v || (js_type(v) == JS_INT && js_int(v) >= 0 && js_int(v) < n);
}

static bool read_edges(const struct js *list, uint32_t n, struct edges *e)
{
	for (size_t i = 0; i + 1 < js_len(list); i += 2) {
		int64_t to = js_int(js_at(list, i)), tag = js_int(js_at(list, i + 1));

		if (js_type(js_at(list, i)) != JS_INT || to < 0 || to >= n || tag < 0 || tag > n)
			return false;
		edge_add(e, (uint32_t)to, (uint32_t)tag);
	}
	return js_len(list) % 2 == 0;
}

static bool read_id(const struct js *doc, const char *name, char *to)
{
	struct slice id = js_str(js_get(doc, name));

	if (id.n != 20)
		return false;
	memcpy(to, id.p, 20);
	to[20] = '\0';
	return true;
}

static bool find_kind(struct slice name, enum kind *ret)
{
	for (int k = 0; k < K_COUNT; k++) {
		if (slice_is(name, kind_names[k])) {
			*ret = (enum kind)k;
			return true;
		}
	}
	return false;
}

/* What the numbers of one object mean must be possible, whoever wrote them. */
static bool numbers_ok(const struct js *doc, enum kind k)
{
	static const uint8_t subs[K_COUNT] = {[K_ROLE_ASSIGN] = ROLE_TYPES,
		[K_FACTOR] = FACTOR_TYPES,
		[K_SUBSCRIPTION] = SUBSCRIPTION_TYPES};
	int64_t status = js_int(js_get(doc, "status")), sub = js_int(js_get(doc, "sub")),
		priority = js_int(js_get(doc, "priority"));
	size_t rows = 0;

	while (collections[rows])
		rows++;
	return status >= 0 && status < ST_COUNT && sub >= 0 && sub <= UINT8_MAX &&
	       (k != K_POLICY || sub < P_COUNT) && (!subs[k] || sub < subs[k]) &&
	       (k != K_SETTING || (size_t)sub < rows) && priority >= INT32_MIN &&
	       priority <= INT32_MAX;
}

static bool read_body(struct obj *o, const struct js *doc)
{
	const struct js *tree = js_get(doc, "tree"), *text = js_get(doc, "doc");
	struct slice secret = js_str(js_get(doc, "secret"));
	AUTO(buf) struct buf why = BUF_TEXT;

	if (secret.n)
		o->secret = xstrndup(secret.p, secret.n);
	if (js_type(tree) == JS_MAP)
		o->tree = js_copy(tree);
	else if (js_type(text) == JS_MAP)
		obj_put(o, text);
	else
		return false;
	if (o->kind == K_GROUP_RULE)
		o->expr = expr_compile(js_str(js_path(text, "conditions.expression.value")), &why);
	return o->kind != K_GROUP_RULE || o->expr;
}

static bool read_object(struct sandbox *s, const struct js *doc, uint32_t n)
{
	enum kind k;
	struct obj *o;
	char id[21];

	if (!find_kind(js_str(js_get(doc, "kind")), &k) || !read_id(doc, "id", id) ||
		!numbers_ok(doc, k) || store_cursor(s, slice_of(id)) != NO_OBJ)
		return false;
	o = store_new_as(s, k, id);
	o->status = (uint8_t)js_int(js_get(doc, "status"));
	o->sub = (uint8_t)js_int(js_get(doc, "sub"));
	o->priority = (int32_t)js_int(js_get(doc, "priority"));
	o->system = js_bool(js_get(doc, "system"));
	o->builtin = js_bool(js_get(doc, "builtin"));
	if (read_hex(doc, "name", &o->name))
		map_set(&s->names, o->name, o->ix);
	return read_index(doc, "parent", n, &o->parent) && read_index(doc, "ref", n, &o->ref) &&
	       read_edges(js_get(doc, "in"), n, &o->in) &&
	       read_edges(js_get(doc, "out"), n, &o->out) && read_body(o, doc);
}

static bool read_org(struct sandbox *s, const struct js *doc, uint32_t *ret_n, struct err *e)
{
	uint64_t format;
	int64_t n = js_int(js_get(doc, "objects"));

	if (!slice_is(js_str(js_get(doc, "plumb")), "sandbox") ||
		!read_hex(doc, "format", &format)) {
		err_set(e, ERR_STATE, "this is no tenant that 'plumb sandbox' saved");
		return false;
	}
	if (format != fingerprint()) {
		err_set(e, ERR_STATE,
			"another version of plumb saved this tenant; remove the file to begin anew");
		return false;
	}
	if (n <= 0 || n >= UINT32_MAX || !read_hex(doc, "rng", &s->rng.s) ||
		!read_id(doc, "org", s->org_id) || !read_id(doc, "realm", s->realm_id)) {
		err_set(e, ERR_STATE, "the tenant's first line is damaged");
		return false;
	}
	s->made_apps = (uint32_t)js_int(js_get(doc, "madeApps"));
	for (size_t i = 0; i < LEN(roots); i++) {
		if (!read_index(doc, roots[i].name, (uint32_t)n, root_of(s, &roots[i])) ||
			*root_of(s, &roots[i]) == NO_OBJ) {
			err_set(e, ERR_STATE, "the tenant has no valid '%s'", roots[i].name);
			return false;
		}
	}
	*ret_n = (uint32_t)n;
	return true;
}

/* Indices may point forward, so what they point at is known to be of the right kind only now. */
static bool roots_ok(const struct sandbox *s)
{
	return store_at(s, s->everyone)->kind == K_GROUP && store_at(s, s->admin)->kind == K_USER &&
	       store_at(s, s->type)->kind == K_TYPE && store_at(s, s->group_schema)->tree &&
	       store_at(s, s->access_default)->kind == K_POLICY &&
	       store_at(s, s->enroll_default)->kind == K_POLICY;
}

static bool is_there(const struct sandbox *s, uint32_t ix, enum kind k)
{
	const struct obj *o = store_at(s, ix);

	return o && (k == K_COUNT || (enum kind)o->kind == k);
}

/* What ties two objects together is read without asking whether they are there. */
static bool ties_ok(const struct sandbox *s)
{
	static const struct {
		enum kind kind, parent, ref; /* K_COUNT: of any kind */
		bool has_ref;
	} ties[] = {
		{K_OWNER, K_GROUP, K_COUNT, true},
		{K_SESSION, K_USER, K_COUNT, false},
		{K_BINDING, K_RESOURCE_SET, K_ROLE, true},
		{K_RESOURCE, K_RESOURCE_SET, K_COUNT, false},
		{K_ROLE_ASSIGN, K_COUNT, K_COUNT, false},
	};

	for (size_t t = 0; t < LEN(ties); t++) {
		STORE_EACH(s, ties[t].kind, o) {
			bool custom = o->kind == K_ROLE_ASSIGN && o->sub == ROLE_CUSTOM;

			if (!is_there(s, o->parent, ties[t].parent) ||
				(ties[t].has_ref && !is_there(s, o->ref, ties[t].ref)) ||
				(custom && !is_there(s, o->ref, K_BINDING)))
				return false;
		}
	}
	return true;
}

int data_load(struct sandbox *s, struct slice text, struct err *e)
{
	uint32_t n = 0, line = 0;
	struct slice one;

	while (slice_cut(&text, '\n', &one)) {
		AUTO_PTR(js) doc = NULL;

		if (!one.n)
			continue;
		if (js_parse(one, "the line", &doc, e) < 0)
			return err_in(e, "line %u", line + 1);
		if (line == 0       ? !read_org(s, doc, &n, e)
			: line <= n ? !read_object(s, doc, n)
				    : !log_load(s, doc)) {
			if (line > 0)
				err_set(e, ERR_STATE, "line %u of the tenant is damaged", line + 1);
			return -1;
		}
		line++;
	}
	if (line <= n || !n || !roots_ok(s) || !ties_ok(s))
		return err_set(e, ERR_STATE, "the tenant's file ends too early");
	auth_fresh(s);
	return 0;
}
