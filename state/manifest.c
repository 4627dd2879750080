#include "state/manifest.h"

#include <stdlib.h>

#include "base/fs.h"
#include "state/convert.h"
#include "state/yaml.h"

struct place {
	const char *file;
	uint32_t line;
};

struct loader {
	struct convert c;
	struct snapshot *s;
	struct map seen; /* map_key(kind, key) -> index of places */
	VEC(struct place) places;
	strid file;
};

static struct srcloc at(const struct loader *l, const struct node *n)
{
	return node_at(n, l->c.file);
}

/* --- lists of references: members, assignments --- */

/* The member of a dotted path at one level, as "groups" of "assignments.groups" below "assignments". */
static const struct node *node_path(const struct node *n, const char *path)
{
	struct slice rest = slice_of(path), part;

	while (n && slice_cut(&rest, '.', &part)) {
		const struct node *found = NULL;

		for (uint32_t i = 0; n->type == NODE_MAP && i < n->n; i++) {
			if (slice_eq(n->pairs[i].key->text, part))
				found = n->pairs[i].val;
		}
		n = found;
	}
	return n;
}

static bool is_reference(const void *arg, struct slice key)
{
	return slice_is(key, ((const struct link *)arg)->to_field);
}

static void offer_reference(const void *arg, struct suggest *s)
{
	suggest_offer(s, slice_of(((const struct link *)arg)->to_field));
}

/* seen: the keys of this list so far, each with its line. */
static void load_edge(
	struct loader *l, const struct link *link, const struct node *n, struct map *seen)
{
	const struct others reference = {is_reference, offer_reference, link};
	struct val attrs = VAL_ABSENT;
	const struct node *name = n;
	uint32_t line;
	strid to;

	if (n->type == NODE_MAP && link->attrs) {
		attrs = convert_map(&l->c, link->attrs, false, n, &reference);
		name = node_get(n, link->to_field);
		if (!name) {
			diag_error(l->c.d, at(l, n), "key", "'%s' is missing", link->to_field);
			return;
		}
		if (val_len(attrs) == 0)
			attrs = VAL_ABSENT;
	}
	to = convert_ref(&l->c, link->to, name);
	if (!to)
		return;
	line = map_set(seen, to, name->line);
	if (line != MAP_NONE) {
		diag_error(l->c.d, at(l, name), "duplicate", "'%s' stands twice in this list",
			pool_str(l->c.values->pool, to));
		diag_hint(l->c.d, "the first one is at line %u", line);
		return;
	}
	snapshot_push_edge(l->s, to, node_mark(n), attrs);
}

/* {include: [...]} or {exclude: [...]}: the list in it, or NULL after an error. */
static const struct node *load_mode(
	struct loader *l, const struct link *link, const struct node *n, uint8_t *ret_mode)
{
	const struct node *list = NULL;

	for (uint32_t i = 0; i < n->n; i++) {
		const struct node *key = n->pairs[i].key;
		struct suggest s = suggest_for(key->text);

		if (slice_in(key->text, "include|exclude")) {
			*ret_mode = slice_is(key->text, "include") ? LIST_INCLUDE : LIST_EXCLUDE;
			list = n->pairs[i].val;
			continue;
		}
		suggest_offer(&s, SLICE("include"));
		suggest_offer(&s, SLICE("exclude"));
		diag_error(l->c.d, at(l, key), "key", "unknown key '%.*s'",
			SLICE_ARG(slice_head(key->text, 60)));
		if (suggest_best(&s).p)
			diag_hint(l->c.d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
		else
			diag_hint(l->c.d, "'%s' takes a list, {include: [...]} or {exclude: [...]}",
				link->path);
		return NULL;
	}
	if (n->n == 1)
		return list;
	diag_error(l->c.d, at(l, n), "type",
		n->n ? "'%s' takes include or exclude, not both" : "'%s' takes a list", link->path);
	diag_hint(l->c.d, n->n ? "a plain list is exact: who is not in it is removed"
			       : "write [] for nobody");
	return NULL;
}

static void load_list(struct loader *l, const struct kind *k, uint16_t kind, uint16_t link_ix,
	strid from, const struct node *n)
{
	const struct link *link = &k->links[link_ix];
	struct map seen = MAP_INIT;
	struct edge_list list = {.kind = kind,
		.link = link_ix,
		.mode = LIST_EXACT,
		.from = from,
		.file = l->file,
		.mark = node_mark(n)};

	if (n->type == NODE_MAP) {
		n = load_mode(l, link, n, &list.mode);
		if (!n)
			return;
	}
	if (n->type != NODE_LIST) {
		diag_error(l->c.d, at(l, n), "type", "'%s' takes a list", link->path);
		if (node_is_null(n))
			diag_hint(l->c.d,
				"write [] for nobody, or leave '%s' out to leave it alone",
				link->path);
		else if (n->type == NODE_SCALAR && n->text.n <= 60)
			diag_hint(l->c.d, "write [%.*s]", SLICE_ARG(n->text));
		return;
	}
	snapshot_open_list(l->s, &list);
	for (uint32_t i = 0; i < n->n; i++)
		load_edge(l, link, n->items[i], &seen);
	map_release(&seen);
}

/* --- one resource --- */

static const char *const meta[] = {"protect", "previously", "existing"};

static bool is_meta(struct slice key)
{
	return slice_in(key, "protect|previously|existing");
}

/* What may be said of a resource beside its fields. */
static bool may_say(const struct kind *k, struct slice key)
{
	if (slice_is(key, "existing"))
		return k->flags & KIND_EXISTING;
	return k->plural && slice_in(key, "protect|previously");
}

/* Keys of a kind that are no fields: lists of references, children, what is said of the resource. */
static bool is_special(const void *arg, struct slice key)
{
	const struct kind *k = arg;

	if (is_meta(key))
		return true;
	for (const struct link *link = k->links; link && link->path; link++) {
		struct slice rest = slice_of(link->path), first;

		if (slice_cut(&rest, '.', &first) && slice_eq(first, key))
			return true;
	}
	return k->child && (slice_is(key, k->child->path) || slice_is(key, k->child->system_path));
}

static void offer_special(const void *arg, struct suggest *s)
{
	const struct kind *k = arg;

	for (size_t i = 0; i < LEN(meta); i++) {
		if (may_say(k, slice_of(meta[i])))
			suggest_offer(s, slice_of(meta[i]));
	}
	for (const struct link *link = k->links; link && link->path; link++) {
		struct slice rest = slice_of(link->path), first;

		if (slice_cut(&rest, '.', &first))
			suggest_offer(s, first);
	}
	if (k->child) {
		suggest_offer(s, slice_of(k->child->path));
		suggest_offer(s, slice_of(k->child->system_path));
	}
}

static void check_meta(struct loader *l, const struct kind *k, const struct node *n)
{
	for (uint32_t i = 0; i < n->n; i++) {
		const struct node *key = n->pairs[i].key;

		if (is_meta(key->text) && !may_say(k, key->text))
			diag_error(l->c.d, at(l, key), "key", "'%.*s' cannot be said of a %s",
				SLICE_ARG(key->text), k->name);
	}
}

static bool load_flag(struct loader *l, const struct node *n, const char *key)
{
	const struct field row = {.name = key, .type = F_BOOL, .flags = F_REQUIRED};
	const struct node *v = node_get(n, key);

	return v && val_is_true(convert_field(&l->c, &row, v));
}

static struct val load_previously(struct loader *l, const struct node *n)
{
	static const struct field name[] = {{.name = "name", .type = F_STR}};
	static const struct field row = {.name = "previously", .type = F_LIST, .sub = name};
	const struct node *v = node_get(n, "previously");

	return v ? convert_field(&l->c, &row, v) : VAL_ABSENT;
}

/* Members of "assignments" that no link knows. */
static void check_link_keys(struct loader *l, const struct kind *k, const struct node *root)
{
	for (uint32_t i = 0; i < root->n; i++) {
		const struct node *group = root->pairs[i].val;
		struct slice key = root->pairs[i].key->text;
		bool nested = false;

		for (const struct link *link = k->links; link && link->path; link++) {
			struct slice rest = slice_of(link->path), first;

			if (slice_cut(&rest, '.', &first) && slice_eq(first, key) && rest.p)
				nested = true;
		}
		if (!nested)
			continue;
		if (group->type != NODE_MAP) {
			diag_error(l->c.d, at(l, group), "type", "'%.*s' takes a mapping",
				SLICE_ARG(key));
			continue;
		}
		for (uint32_t j = 0; j < group->n; j++) {
			const struct node *sub = group->pairs[j].key;
			struct suggest s = suggest_for(sub->text);
			bool known = false;

			for (const struct link *link = k->links; link->path; link++) {
				struct slice rest = slice_of(link->path), first;

				if (!slice_cut(&rest, '.', &first) || !slice_eq(first, key))
					continue;
				known = known || slice_eq(rest, sub->text);
				suggest_offer(&s, rest);
			}
			if (known)
				continue;
			diag_error(l->c.d, at(l, sub), "key", "unknown key '%.*s'",
				SLICE_ARG(sub->text));
			if (suggest_best(&s).p)
				diag_hint(l->c.d, "did you mean '%.*s'?",
					SLICE_ARG(suggest_best(&s)));
		}
	}
}

static bool check_discriminator(struct loader *l, const struct kind *k, const struct node *place,
	const struct node *n, bool existing)
{
	const struct node *v = k->discriminator ? node_get(n, k->discriminator) : NULL;
	const struct field *row;
	struct val x;

	l->c.disc = (struct slice){NULL, 0};
	if (!k->discriminator)
		return true;
	if (!v) {
		if (existing)
			return true;
		diag_error(l->c.d, at(l, place), "key", "'%s' is missing", k->discriminator);
		row = field_find(k->fields, slice_of(k->discriminator), l->c.disc, NULL);
		if (row && row->arg)
			diag_hint(l->c.d, "one of %s", row->arg);
		return false;
	}
	row = field_find(k->fields, slice_of(k->discriminator), l->c.disc, NULL);
	x = row ? convert_field(&l->c, row, v) : VAL_NULL;
	/* without it there is no telling which members are right */
	if (val_tag(x) != V_STR)
		return false;
	l->c.disc = pool_get(l->c.values->pool, val_strid(x));
	return true;
}

static void load_children(struct loader *l, const struct kind *k, strid key, const struct node *n);

/* "NAME (TYPE)" stands for NAME where TYPE is the resource's own: so are twins told apart. */
static struct slice without_disc(struct slice name, struct slice disc)
{
	size_t n = disc.n + 3;

	if (!disc.p || name.n <= n || name.p[name.n - 1] != ')' || name.p[name.n - n] != ' ' ||
		name.p[name.n - n + 1] != '(' ||
		memcmp(name.p + name.n - n + 2, disc.p, disc.n) != 0)
		return name;
	return (struct slice){name.p, name.n - n};
}

/* key node's place, n the body; rank its place among siblings. */
static void load_res(struct loader *l, uint16_t kind, strid key, strid parent,
	struct slice own_name, const struct node *place, const struct node *n, uint32_t rank,
	uint16_t flags)
{
	const struct kind *k = l->c.kinds->v[kind];
	const struct others special = {is_special, offer_special, k};
	static const struct node nothing = {.type = NODE_MAP};
	struct res r = {.kind = kind,
		.key = key,
		.parent = parent,
		.file = l->file,
		.mark = node_mark(place),
		.rank = rank,
		.flags = flags};
	struct val name;

	if (node_is_null(n))
		n = &nothing;
	if (n->type != NODE_MAP) {
		diag_error(l->c.d, at(l, n), "type", "a %s is a mapping of its fields", k->name);
		return;
	}
	check_meta(l, k, n);
	if (k->plural) {
		if (load_flag(l, n, "protect"))
			r.flags |= RES_PROTECT;
		if (k->flags & KIND_EXISTING && load_flag(l, n, "existing"))
			r.flags |= RES_EXISTING;
		r.previously = load_previously(l, n);
		if (!check_discriminator(l, k, place, n, r.flags & RES_EXISTING))
			return;
	}
	if (l->c.disc.p)
		r.disc = pool_add(l->c.values->pool, l->c.disc);
	r.body = convert_map(&l->c, k->fields, false, n, &special);
	name = val_path(l->c.values, r.body, k->name_path);
	if (k->flags & KIND_DISC_NAMES)
		own_name = without_disc(own_name, l->c.disc);
	r.name = val_strid(name) ? val_strid(name) : pool_add(l->c.values->pool, own_name);
	snapshot_add(l->s, &r);
	check_link_keys(l, k, n);
	for (uint16_t i = 0; k->links && k->links[i].path; i++) {
		const struct node *list = node_path(n, k->links[i].path);

		if (list)
			load_list(l, k, kind, i, key, list);
	}
	if (k->child)
		load_children(l, k, key, n);
}

static bool check_key(
	struct loader *l, const struct kind *k, const struct node *key, struct slice text)
{
	if (!text.n || slice_chars(text) > 255) {
		diag_error(l->c.d, at(l, key), "value", "the name of a %s has 1 to 255 characters",
			k->name);
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.p[i];

		/* Okta takes tabs and line ends in names */
		if ((c < 0x20 && c != '\t' && c != '\n') || c == 0x7f) {
			diag_error(l->c.d, at(l, key), "value", "a control character in a name");
			return false;
		}
	}
	return true;
}

static void load_child(
	struct loader *l, uint16_t kind, strid parent, const struct node *item, uint32_t rank)
{
	const struct kind *k = l->c.kinds->v[kind];
	const struct node *name;
	struct slice text = {"", 0};
	strid child;

	if (item->type != NODE_MAP) {
		diag_error(l->c.d, at(l, item), "type", "a %s is a mapping of its fields", k->name);
		return;
	}
	name = node_get(item, k->name_path);
	if (!name || name->type != NODE_SCALAR || node_is_null(name)) {
		diag_error(
			l->c.d, at(l, name ? name : item), "key", "'%s' is missing", k->name_path);
		return;
	}
	if (!convert_text(&l->c, name, &text) || !check_key(l, k, name, text))
		return;
	child = key_child(l->c.values->pool, parent, text);
	if (map_set(&l->seen, map_key(kind, child), 0) != MAP_NONE) {
		diag_error(l->c.d, at(l, name), "duplicate", "'%.*s' stands twice in this list",
			SLICE_ARG(text));
		return;
	}
	load_res(l, kind, child, parent, text, item, item, rank, 0);
}

static void load_children(struct loader *l, const struct kind *k, strid key, const struct node *n)
{
	const struct node *list = node_get(n, k->child->path);
	const struct node *system = node_get(n, k->child->system_path);
	uint16_t kind = kind_by_name(l->c.kinds, k->child->kind);

	if (system)
		load_res(l, kind, key_child(l->c.values->pool, key, SLICE("")), key, SLICE(""),
			system, system, 0, RES_SYSTEM);
	if (!list)
		return;
	if (list->type != NODE_LIST) {
		diag_error(l->c.d, at(l, list), "type",
			"'%s' takes a list: their order is their priority", k->child->path);
		if (node_is_null(list))
			diag_hint(l->c.d, "write [] for none, or leave '%s' out to leave it alone",
				k->child->path);
		return;
	}
	/* an empty list still says that there is to be none */
	snapshot_open_list(l->s, &(struct edge_list){.kind = kind,
					 .link = UINT8_MAX,
					 .from = key,
					 .file = l->file,
					 .mark = node_mark(list)});
	for (uint32_t i = 0; i < list->n; i++)
		load_child(l, kind, key, list->items[i], i);
}

static void load_collection(struct loader *l, uint16_t kind, const struct node *map)
{
	const struct kind *k = l->c.kinds->v[kind];

	if (map->type != NODE_MAP) {
		diag_error(l->c.d, at(l, map), "type", "'%s' is a mapping from name to %s",
			k->plural, k->name);
		if (node_is_null(map))
			diag_hint(l->c.d, "leave '%s' out, or write {} for none", k->plural);
		return;
	}
	for (uint32_t i = 0; i < map->n; i++) {
		const struct node *key = map->pairs[i].key;
		struct slice text = {"", 0};
		uint32_t was;
		strid id;

		if (!convert_text(&l->c, key, &text) || !check_key(l, k, key, text))
			continue;
		id = k->flags & KIND_FOLD_KEY ? pool_add_fold(l->c.values->pool, text)
					      : pool_add(l->c.values->pool, text);
		was = map_set(&l->seen, map_key(kind, id), l->places.n);
		if (was != MAP_NONE) {
			diag_error(l->c.d, at(l, key), "duplicate", "%s '%.*s' is declared twice",
				k->name, SLICE_ARG(text));
			diag_hint(l->c.d, "the other one is at %s:%u", l->places.v[was].file,
				l->places.v[was].line);
			continue;
		}
		vec_push(&l->places, (struct place){l->c.file, key->line});
		load_res(l, kind, id, 0, text, key, map->pairs[i].val, 0, 0);
	}
}

static void unknown_collection(struct loader *l, const struct node *key)
{
	struct suggest s = suggest_for(key->text);

	diag_error(l->c.d, at(l, key), "key", "unknown collection '%.*s'", SLICE_ARG(key->text));
	for (uint16_t i = 0; i < l->c.kinds->n; i++) {
		if (l->c.kinds->v[i]->plural)
			suggest_offer(&s, slice_of(l->c.kinds->v[i]->plural));
	}
	if (suggest_best(&s).p)
		diag_hint(l->c.d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
}

static void load_text(struct loader *l, struct slice text, const char *name)
{
	struct arena nodes = ARENA_INIT;
	struct node *root;
	bool ok;

	l->c.file = name;
	l->file = pool_adds(l->c.values->pool, name);
	root = yaml_load(text, name, &nodes, l->c.d, &ok);
	if (ok && (!root || (root->type == NODE_MAP && root->n == 0) || node_is_null(root))) {
		diag_error(l->c.d, (struct srcloc){name, 1, 1}, "empty",
			"there is nothing in this file");
		diag_hint(l->c.d, "remove the file, or write {} behind a collection that is empty");
	} else if (root && root->type != NODE_MAP) {
		diag_error(l->c.d, at(l, root), "type", "a manifest is a mapping of collections");
	} else if (root) {
		for (uint32_t i = 0; i < root->n; i++) {
			const struct node *key = root->pairs[i].key;
			uint16_t kind = kind_by_plural(l->c.kinds, key->text);

			/* x-...: a place for anchors */
			if (slice_starts(key->text, "x-"))
				continue;
			if (kind == KIND_NONE)
				unknown_collection(l, key);
			else
				load_collection(l, kind, root->pairs[i].val);
		}
	}
	arena_release(&nodes);
}

static void load_file(struct loader *l, const char *path)
{
	AUTO(buf) struct buf text = BUF_MAX(YAML_MAX_FILE);
	struct err e = ERR_INIT;

	if (fs_read(path, &text, &e) < 0) {
		diag_error(l->c.d, (struct srcloc){NULL, 0, 0}, "file", "%s", e.msg);
		return;
	}
	load_text(l, buf_slice(&text), path);
}

static struct loader loader_init(const struct kinds *kinds, struct values *values, struct vars vars,
	struct arena *a, struct diags *d)
{
	struct loader l = {.c = {.kinds = kinds, .values = values, .vars = vars, .a = a, .d = d}};

	values->track_marks = true;
	l.s = snapshot_new(kinds, values);
	return l;
}

/* Whatever the order of files and keys was, the snapshot is the same. */
static int by_place(const void *pa, const void *pb, void *pool)
{
	const struct res *a = pa, *b = pb;
	int c;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	c = slice_cmp(pool_get(pool, a->parent), pool_get(pool, b->parent));
	if (c == 0 && a->rank != b->rank)
		c = a->rank < b->rank ? -1 : 1;
	return c ? c : slice_cmp(pool_get(pool, a->key), pool_get(pool, b->key));
}

static int by_owner(const void *pa, const void *pb, void *pool)
{
	const struct edge_list *a = pa, *b = pb;
	int c;

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	c = slice_cmp(pool_get(pool, a->from), pool_get(pool, b->from));
	return c ? c : (a->link > b->link) - (a->link < b->link);
}

static int finish(struct loader *l, struct snapshot **ret_desired)
{
	l->c.values->track_marks = false;
	map_release(&l->seen);
	vec_free(&l->places);
	if (l->c.d->nerrors) {
		snapshot_free(l->s);
		return -1;
	}
	if (l->s->res.n > 1)
		qsort_r(l->s->res.v, l->s->res.n, sizeof(*l->s->res.v), by_place,
			l->c.values->pool);
	if (l->s->lists.n > 1)
		qsort_r(l->s->lists.v, l->s->lists.n, sizeof(*l->s->lists.v), by_owner,
			l->c.values->pool);
	snapshot_seal(l->s);
	*ret_desired = l->s;
	return 0;
}

int manifest_load(const char *path, const struct kinds *kinds, struct values *values,
	struct vars vars, struct arena *a, struct diags *d, struct snapshot **ret_desired)
{
	struct loader l = loader_init(kinds, values, vars, a, d);
	const char **files = NULL;
	struct err e = ERR_INIT;
	size_t n = 0;

	if (fs_is_dir(path) || !fs_exists(path)) {
		if (fs_find_yaml(path, a, &files, &n, &e) < 0)
			diag_error(d, (struct srcloc){NULL, 0, 0}, "file", "%s", e.msg);
		else if (n == 0)
			diag_error(d, (struct srcloc){path, 0, 0}, "file",
				"no .yaml file in the manifest folder");
		for (size_t i = 0; i < n; i++)
			load_file(&l, files[i]);
	} else {
		load_file(&l, path);
	}
	return finish(&l, ret_desired);
}

int manifest_parse(struct slice text, const char *name, const struct kinds *kinds,
	struct values *values, struct vars vars, struct arena *a, struct diags *d,
	struct snapshot **ret_desired)
{
	struct loader l = loader_init(kinds, values, vars, a, d);

	load_text(&l, text, name);
	return finish(&l, ret_desired);
}
