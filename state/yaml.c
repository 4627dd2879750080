#include "state/yaml.h"

#include <math.h>
#include <stdlib.h>
#include <yaml.h>

#include "base/hash.h"
#include "base/map.h"
#include "base/vec.h"

struct anchor {
	struct slice name;
	struct node *node; /* NULL while it is open */
};

struct loader {
	yaml_parser_t parser;
	const char *file;
	struct slice text;
	struct arena *a;
	struct diags *d;
	VEC(struct anchor) anchors;
	uint32_t aliased;
};

static struct srcloc at(const struct loader *l, yaml_mark_t m)
{
	return (struct srcloc){l->file, (uint32_t)m.line + 1, (uint32_t)m.column + 1};
}

/* The reader's errors (bad UTF-8) come with an offset only. */
static struct srcloc at_offset(const struct loader *l, size_t offset)
{
	struct srcloc loc = {l->file, 1, 1};

	for (size_t i = 0; i < offset && i < l->text.n; i++) {
		if (l->text.p[i] == '\n') {
			loc.line++;
			loc.col = 1;
		} else {
			/* columns are characters */
			loc.col += ((unsigned char)l->text.p[i] & 0xc0) != 0x80;
		}
	}
	return loc;
}

/* What is most often behind a complaint of libyaml's. */
static const char *advice(const char *problem)
{
	static const struct {
		const char *part, *text;
	} rows[] = {
		{"control characters", "remove the character, or escape it in double quotes"},
		{"UTF-8", "manifests are UTF-8 text"},
		{"mapping values are not allowed",
			"a text with ': ' in it needs quotes; or the line before lacks its ':'"},
		{"cannot start any token",
			"indent with spaces, not tabs; quote a text that starts with @, ` or %"},
		{"did not find expected key",
			"look at the indentation, and for a quote that is not closed"},
		{"did not find expected '-' indicator", "look at the indentation"},
		{"could not find expected ':'",
			"a key has ':' behind it; a text over several lines needs | or quotes"},
		{"did not find expected ',' or", "a bracket or brace is not closed"},
		{"did not find expected node content", "a bracket or brace is not closed"},
		{"unexpected end of stream", "a quote is not closed"},
		{"unknown escape character",
			"in double quotes \\ starts an escape: write \\\\, or use single quotes"},
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		if (strstr(problem, rows[i].part))
			return rows[i].text;
	}
	return NULL;
}

static bool next(struct loader *l, yaml_event_t *ev)
{
	const yaml_parser_t *p = &l->parser;
	const char *problem, *hint;

	if (yaml_parser_parse(&l->parser, ev))
		return true;
	problem = p->problem ? p->problem : "not valid YAML";
	if (p->error == YAML_READER_ERROR) {
		diag_error(l->d, at_offset(l, p->problem_offset), "syntax", "%s", problem);
	} else {
		diag_error(l->d, at(l, p->problem_mark), "syntax", "%s%s%s", problem,
			p->context ? ", " : "", p->context ? p->context : "");
	}
	hint = advice(problem);
	if (hint && p->context && p->context_mark.line < p->problem_mark.line)
		diag_hint(l->d, "%s (it starts at line %zu)", hint, p->context_mark.line + 1);
	else if (hint)
		diag_hint(l->d, "%s", hint);
	return false;
}

static struct node *node_new(struct loader *l, enum node_type type, const yaml_event_t *ev)
{
	struct node *n = arena_alloc(l->a, sizeof(*n));

	n->type = type;
	n->line = (uint32_t)ev->start_mark.line + 1;
	n->col = (uint32_t)ev->start_mark.column + 1;
	n->weight = 1;
	return n;
}

static struct slice text_of(const yaml_char_t *s)
{
	return slice_of((const char *)s);
}

static struct node *build(struct loader *l, const yaml_event_t *ev, int depth);

/* The key's earlier place, if the mapping has it already. */
static const struct node *seen_before(
	struct map *seen, const struct node_pair *pairs, uint32_t n, const struct node *key)
{
	uint64_t hash = hash64(key->text);
	uint32_t was = map_get(seen, hash);

	if (was != MAP_NONE && slice_eq(pairs[was].key->text, key->text))
		return pairs[was].key;
	map_set(seen, hash, n);
	return NULL;
}

static struct node *build_map(struct loader *l, const yaml_event_t *start, int depth)
{
	struct node *map = node_new(l, NODE_MAP, start);
	VEC(struct node_pair) pairs = {0};
	struct map seen = MAP_INIT;
	bool ok = true;

	while (ok) {
		struct node_pair p = {NULL, NULL};
		const struct node *before;
		yaml_event_t ev;

		if (!next(l, &ev)) {
			ok = false;
			break;
		}
		if (ev.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&ev);
			break;
		}
		p.key = build(l, &ev, depth);
		yaml_event_delete(&ev);
		if (p.key && p.key->type != NODE_SCALAR) {
			diag_error(l->d, node_at(p.key, l->file), "syntax",
				"a key must be a plain name");
			p.key = NULL;
		}
		ok = p.key && next(l, &ev);
		if (!ok)
			break;
		p.val = build(l, &ev, depth);
		yaml_event_delete(&ev);
		ok = p.val != NULL;
		if (!ok)
			break;
		if (p.key->plain && slice_is(p.key->text, "<<")) {
			diag_error(l->d, node_at(p.key, l->file), "syntax",
				"merge keys are not part of YAML 1.2: write the members out");
			continue;
		}
		before = seen_before(&seen, pairs.v, pairs.n, p.key);
		if (before) {
			diag_error(l->d, node_at(p.key, l->file), "duplicate",
				"'%.*s' stands twice in this mapping", SLICE_ARG(p.key->text));
			diag_hint(l->d, "the first one is at line %u", before->line);
			continue;
		}
		map->weight += p.key->weight + p.val->weight;
		vec_push(&pairs, p);
	}
	map->n = pairs.n;
	map->pairs = arena_array(l->a, pairs.n, sizeof(*map->pairs));
	if (pairs.n)
		memcpy(map->pairs, pairs.v, pairs.n * sizeof(*pairs.v));
	vec_free(&pairs);
	map_release(&seen);
	return ok ? map : NULL;
}

static struct node *build_list(struct loader *l, const yaml_event_t *start, int depth)
{
	struct node *list = node_new(l, NODE_LIST, start);
	VEC(struct node *) items = {0};
	bool ok = true;

	for (;;) {
		struct node *item;
		yaml_event_t ev;

		ok = next(l, &ev);
		if (!ok)
			break;
		if (ev.type == YAML_SEQUENCE_END_EVENT) {
			yaml_event_delete(&ev);
			break;
		}
		item = build(l, &ev, depth);
		yaml_event_delete(&ev);
		ok = item != NULL;
		if (!ok)
			break;
		list->weight += item->weight;
		vec_push(&items, item);
	}
	list->n = items.n;
	list->items = arena_array(l->a, items.n, sizeof(struct node *));
	if (items.n)
		memcpy(list->items, items.v, items.n * sizeof(struct node *));
	vec_free(&items);
	return ok ? list : NULL;
}

static struct node *build_scalar(struct loader *l, const yaml_event_t *ev)
{
	struct node *n = node_new(l, NODE_SCALAR, ev);

	n->text = (struct slice){(const char *)ev->data.scalar.value, ev->data.scalar.length};
	n->plain = ev->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	if (n->text.n > YAML_MAX_SCALAR) {
		diag_error(l->d, at(l, ev->start_mark), "limit",
			"a text of %zu bytes; at most %d are taken", n->text.n, YAML_MAX_SCALAR);
		return NULL;
	}
	if (n->text.n && memchr(n->text.p, '\0', n->text.n)) {
		diag_error(l->d, at(l, ev->start_mark), "syntax", "a NUL character");
		return NULL;
	}
	n->text = arena_slice(l->a, n->text);
	return n;
}

static struct node *build_alias(struct loader *l, const yaml_event_t *ev)
{
	struct slice name = text_of(ev->data.alias.anchor);

	for (uint32_t i = l->anchors.n; i > 0; i--) {
		const struct anchor *a = &l->anchors.v[i - 1];

		if (!slice_eq(a->name, name))
			continue;
		if (!a->node) {
			diag_error(l->d, at(l, ev->start_mark), "cycle", "'*%.*s' contains itself",
				SLICE_ARG(name));
			return NULL;
		}
		l->aliased += a->node->weight;
		if (a->node->weight > YAML_MAX_ALIASED || l->aliased > YAML_MAX_ALIASED) {
			diag_error(l->d, at(l, ev->start_mark), "limit",
				"aliases expand to more than %d nodes", YAML_MAX_ALIASED);
			return NULL;
		}
		return a->node;
	}
	diag_error(l->d, at(l, ev->start_mark), "syntax", "no anchor '&%.*s' before this",
		SLICE_ARG(name));
	return NULL;
}

static struct node *build(struct loader *l, const yaml_event_t *ev, int depth)
{
	const yaml_char_t *anchor = NULL, *tag = NULL;
	struct node *n = NULL;
	uint32_t slot = UINT32_MAX;

	if (ev->type == YAML_ALIAS_EVENT)
		return build_alias(l, ev);
	if (ev->type == YAML_SCALAR_EVENT) {
		anchor = ev->data.scalar.anchor;
		tag = ev->data.scalar.tag;
	} else if (ev->type == YAML_SEQUENCE_START_EVENT) {
		anchor = ev->data.sequence_start.anchor;
		tag = ev->data.sequence_start.tag;
	} else if (ev->type == YAML_MAPPING_START_EVENT) {
		anchor = ev->data.mapping_start.anchor;
		tag = ev->data.mapping_start.tag;
	}
	if (tag) {
		diag_error(l->d, at(l, ev->start_mark), "syntax", "the tag '%s' is not supported",
			(const char *)tag);
		diag_hint(l->d, "quote the text instead");
		return NULL;
	}
	if (depth >= YAML_MAX_DEPTH) {
		diag_error(l->d, at(l, ev->start_mark), "limit", "nested deeper than %d levels",
			YAML_MAX_DEPTH);
		return NULL;
	}
	if (anchor) {
		slot = l->anchors.n;
		vec_push(&l->anchors,
			(struct anchor){.name = arena_slice(l->a, text_of(anchor)), .node = NULL});
	}
	if (ev->type == YAML_SCALAR_EVENT)
		n = build_scalar(l, ev);
	else if (ev->type == YAML_SEQUENCE_START_EVENT)
		n = build_list(l, ev, depth + 1);
	else if (ev->type == YAML_MAPPING_START_EVENT)
		n = build_map(l, ev, depth + 1);
	if (slot != UINT32_MAX)
		l->anchors.v[slot].node = n;
	return n;
}

static struct node *load_document(struct loader *l, bool *ret_ok)
{
	struct node *root = NULL;
	yaml_event_t ev;

	for (;;) {
		yaml_event_type_t type;

		if (!next(l, &ev))
			return NULL;
		type = ev.type;
		if (type == YAML_DOCUMENT_START_EVENT && root) {
			diag_error(l->d, at(l, ev.start_mark), "syntax",
				"a second document; a manifest is one document");
			yaml_event_delete(&ev);
			return NULL;
		}
		if (type == YAML_SCALAR_EVENT || type == YAML_SEQUENCE_START_EVENT ||
			type == YAML_MAPPING_START_EVENT || type == YAML_ALIAS_EVENT) {
			root = build(l, &ev, 0);
			if (!root) {
				yaml_event_delete(&ev);
				return NULL;
			}
		}
		yaml_event_delete(&ev);
		if (type == YAML_STREAM_END_EVENT)
			break;
	}
	*ret_ok = true;
	return root;
}

struct node *yaml_load(
	struct slice text, const char *file, struct arena *a, struct diags *d, bool *ret_ok)
{
	struct loader l = {.file = file, .text = text, .a = a, .d = d};
	struct node *root;
	uint32_t errors = d->nerrors;

	*ret_ok = false;
	if (!yaml_parser_initialize(&l.parser))
		BUG("libyaml could not start");
	yaml_parser_set_encoding(&l.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&l.parser, (const unsigned char *)text.p, text.n);
	root = load_document(&l, ret_ok);
	yaml_parser_delete(&l.parser);
	vec_free(&l.anchors);
	if (d->nerrors != errors)
		*ret_ok = false;
	return root;
}

struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->type != NODE_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->n; i++) {
		if (slice_is(map->pairs[i].key->text, key))
			return map->pairs[i].val;
	}
	return NULL;
}

struct srcloc node_at(const struct node *n, const char *file)
{
	return (struct srcloc){file, n->line, n->col};
}

static bool is_real(struct slice s, double *ret)
{
	bool digit = false, mark = false;
	char *end;

	if (s.n > 40)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c >= '0' && c <= '9')
			digit = true;
		else if (c == '.' || c == 'e' || c == 'E')
			mark = true;
		else if (c != '-' && c != '+')
			return false;
	}
	if (!digit || !mark)
		return false;
	/* node text is NUL-terminated: it lives in an arena */
	*ret = strtod(s.p, &end);
	/* no number that JSON could carry is left as text */
	return end == s.p + s.n && isfinite(*ret);
}

enum core_type yaml_core(const struct node *n, bool *ret_bool, int64_t *ret_int, double *ret_real)
{
	struct slice s = n->text;
	long long v;
	bool octal = s.n > 1 && s.p[0] == '0' && s.p[1] >= '0' && s.p[1] <= '9';

	if (!n->plain)
		return CORE_STR;
	if (s.n == 0 || slice_in(s, "~|null|Null|NULL"))
		return CORE_NULL;
	if (slice_in(s, "true|True|TRUE|false|False|FALSE")) {
		*ret_bool = s.p[0] == 't' || s.p[0] == 'T';
		return CORE_BOOL;
	}
	if (octal)
		return CORE_STR;
	if (slice_int(s, INT64_MIN, INT64_MAX, &v)) {
		*ret_int = v;
		return CORE_INT;
	}
	return is_real(s, ret_real) ? CORE_REAL : CORE_STR;
}

bool node_is_null(const struct node *n)
{
	bool b;
	int64_t i;
	double r;

	return n->type == NODE_SCALAR && yaml_core(n, &b, &i, &r) == CORE_NULL;
}
