/*
 * The kinds' tables: everything that follows from the rows relies on what is checked here.
 */
#include "tests/lib/t.h"

#include "base/buf.h"
#include "providers/okta/okta.h"
#include "state/wire.h"

/* "BAD: ..." with the kind and the field's path. */
struct where {
	const struct kind *kind;
	const char *path[40];
	size_t depth;
};

static void bad(const struct where *w, const char *what)
{
	print_error("%s", w->kind->name);
	for (size_t i = 0; i < w->depth; i++)
		print_error(".%s", w->path[i]);
	fail_msg(": %s", what);
}

/* Words A|B|C: none is empty, each once. */
static bool are_words(const char *words)
{
	struct slice rest = slice_of(words), word;
	uint32_t seen = 0, n = 0;

	if (!words)
		return false;
	for (; slice_cut(&rest, '|', &word); n++) {
		struct slice again = slice_of(words), other;

		if (!word.n || memchr(word.p, ' ', word.n))
			return false;
		while (slice_cut(&again, '|', &other))
			seen += slice_eq(word, other);
	}
	return n > 0 && seen == n;
}

static bool is_discriminator(const struct kind *k, struct slice word)
{
	const struct kind *of = k;
	const struct field *f;

	if (k->parent)
		of = okta_provider.kinds->v[kind_by_name(okta_provider.kinds, k->parent)];
	if (!of->discriminator)
		return false;
	f = field_find(of->fields, slice_of(of->discriminator), (struct slice){NULL, 0}, NULL);
	return f && f->type == F_ENUM && slice_in(word, f->arg);
}

static void check_only(const struct where *w, const char *only)
{
	struct slice rest = slice_of(only), word;

	if (!only)
		return;
	if (!are_words(only))
		bad(w, "'only' is no list of words");
	while (slice_cut(&rest, '|', &word)) {
		if (!is_discriminator(w->kind, word))
			bad(w, "'only' names no discriminator");
	}
}

/* Is the default one that a manifest could say? */
static void check_default(const struct where *w, const struct field *f)
{
	long long v = 0;

	if (!f->dflt)
		return;
	if (f->flags & (F_READ_ONLY | F_WRITE_ONLY))
		bad(w, "a default of what is not compared");
	if (f->type == F_BOOL && !slice_in(slice_of(f->dflt), "true|false"))
		bad(w, "the default is no bool");
	if (f->type == F_INT && !slice_int(slice_of(f->dflt), INT64_MIN, INT64_MAX, &v))
		bad(w, "the default is no number");
	if (f->type == F_INT && f->max && (v < f->min || v > f->max))
		bad(w, "the default is out of range");
	if (f->type == F_ENUM && !slice_in(slice_of(f->dflt), f->arg))
		bad(w, "the default is none of the words");
}

static void check_arg(const struct where *w, const struct field *f)
{
	switch (f->type) {
	case F_ENUM:
	case F_STATUS:
		if (!are_words(f->arg))
			bad(w, "arg is no list of words");
		break;
	case F_REF:
		if (!f->arg || kind_by_name(okta_provider.kinds, f->arg) == KIND_NONE)
			bad(w, "arg is no kind");
		break;
	case F_TEXT:
		if (!f->codec || !f->codec->what || !f->codec->canon || !f->codec->from_wire ||
			!f->codec->to_wire)
			bad(w, "no codec");
		break;
	case F_LIST:
	case F_SET:
		if (!f->sub)
			bad(w, "no element");
		else if (f->arg &&
			 (f->sub[0].type != F_MAP || !field_find(f->sub[0].sub, slice_of(f->arg),
							     (struct slice){NULL, 0}, NULL)))
			bad(w, "elements lack the member they match by");
		break;
	case F_MAP:
		if (!f->sub && !(f->flags & F_OPEN))
			bad(w, "no members");
		break;
	case F_STR:
	case F_BOOL:
	case F_INT:
	case F_ORDER:
	case F_REAL:
	case F_EXPR:
	case F_ANY:
	case F_SECRET:
		if (f->sub)
			bad(w, "members of what has none");
		break;
	}
	if (f->flags & F_LINK && f->type != F_REF)
		bad(w, "a link is a reference");
	if (f->type == F_SECRET && !(f->flags & F_WRITE_ONLY))
		bad(w, "a secret is never read back");
	if (f->max && f->min > f->max)
		bad(w, "min is above max");
}

/* Two rows of one name never apply together, but for a last one that catches the rest. */
static void check_names(const struct where *w, const struct field *rows, const struct field *f)
{
	for (const struct field *g = rows; g < f; g++) {
		struct slice rest = slice_of(f->only), word;

		if (!streq(f->name, g->name))
			continue;
		if (!g->only)
			bad(w, "stands behind a row that takes all");
		while (f->only && slice_cut(&rest, '|', &word)) {
			if (slice_in(word, g->only))
				bad(w, "two rows apply");
		}
	}
}

static void check_rows(struct where *w, const struct field *rows)
{
	assert_true(w->depth < LEN(w->path) - 1);
	for (const struct field *f = rows; f && f->name; f++) {
		w->path[w->depth++] = f->name;
		if (!f->doc || !*f->doc)
			bad(w, "no doc");
		else if (slice_ends(slice_of(f->doc), ".") && !slice_ends(slice_of(f->doc), "..."))
			bad(w, "the doc ends with a full stop");
		check_only(w, f->only);
		check_names(w, rows, f);
		check_arg(w, f);
		check_default(w, f);
		if (f->type == F_MAP) {
			check_rows(w, f->sub);
		} else if (f->type == F_LIST || f->type == F_SET) {
			/* of an element, only the type counts */
			check_arg(w, &f->sub[0]);
			if (f->sub[0].type == F_MAP)
				check_rows(w, f->sub[0].sub);
		}
		w->depth--;
	}
}

static void test_kinds__rows_are_well_formed(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		struct where w = {.kind = okta_provider.kinds->v[i]};
		size_t n = 0;

		check_rows(&w, w.kind->fields);
		while (w.kind->fields[n].name)
			n++;
		assert_true(n > 0 && n < 80);
	}
}

static void test_kinds__stand_in_the_order_of_their_names(void **state)
{
	const struct kinds *k = okta_provider.kinds;

	(void)state;
	assert_true(k->n >= 8);
	for (uint16_t i = 0; i < k->n; i++) {
		if (i)
			assert_true(strcmp(k->v[i - 1]->name, k->v[i]->name) < 0);
		assert_int_equal(kind_by_name(k, k->v[i]->name), i);
		if (k->v[i]->plural)
			assert_int_equal(kind_by_plural(k, slice_of(k->v[i]->plural)), i);
	}
	assert_int_equal(kind_by_name(k, "nothing"), KIND_NONE);
	assert_int_equal(kind_by_plural(k, SLICE("policyRules")), KIND_NONE);
}

static void test_kinds__say_what_they_are(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];
		const struct field *f;
		struct slice rest = slice_of(k->name_path), part;
		const struct field *rows = k->fields;

		assert_true(k->doc && *k->doc && k->doc[strlen(k->doc) - 1] == '.');
		assert_non_null(k->id_prefix);
		assert_true(k->plural || k->parent || k->classify);
		/* the path of the name leads to text */
		for (f = NULL; slice_cut(&rest, '.', &part); rows = f->sub) {
			f = field_find(rows, part, (struct slice){NULL, 0}, NULL);
			assert_non_null(f);
		}
		assert_non_null(f);
		assert_int_equal(f->type, F_STR);
		if (k->discriminator) {
			f = field_find(k->fields, slice_of(k->discriminator),
				(struct slice){NULL, 0}, NULL);
			assert_non_null(f);
			assert_int_equal(f->type, F_ENUM);
			assert_true(f->flags & F_REQUIRED);
			assert_true(f->flags & F_CREATE_ONLY);
			assert_null(f->only);
		}
	}
}

static const char *const holes[] = {
	"{id}", "{parent}", "{from}", "{to}", "{value}", "{mail}", "{disc}"};

static void check_path(const char *kind, const char *path)
{
	struct slice s = slice_of(path);

	if (!slice_starts(s, "/api/v1/"))
		fail_msg("%s: '%s'", kind, path);
	for (const char *p = strchr(path, '{'); p; p = strchr(p + 1, '{')) {
		bool known = false;

		for (size_t i = 0; i < LEN(holes); i++)
			known = known || slice_starts(slice_of(p), holes[i]);
		if (!known)
			fail_msg("%s: '%s' has a hole that nothing fills", kind, path);
	}
}

static bool has_hole(const char *path, const char *hole)
{
	return strstr(path, hole) != NULL;
}

static void check_route(const struct kind *k, const struct route *r)
{
	static const struct {
		enum verb verb;
		const char *hole;
	} rows[] = {
		{OP_READ, "{id}"},
		{OP_UPDATE, "{id}"},
		{OP_DELETE, "{id}"},
		{OP_ACTIVATE, "{id}"},
		{OP_DEACTIVATE, "{id}"},
		{OP_SUSPEND, "{id}"},
		{OP_UNSUSPEND, "{id}"},
		{OP_RETYPE, "{id}"},
		{OP_LINK, "{value}"},
		{OP_REMOVE, "{to}"},
		{OP_CHANGE, "{to}"},
	};

	check_path(k->name, r->path);
	assert_true(slice_starts(slice_of(r->bucket), "/api/v1"));
	assert_true(slice_in(slice_of(r->method), "GET|POST|PUT|DELETE"));
	for (size_t i = 0; i < LEN(rows); i++) {
		if (r->verb == rows[i].verb && !has_hole(r->path, rows[i].hole))
			fail_msg("%s %s: '%s' lacks %s", k->name, verb_name(r->verb), r->path,
				rows[i].hole);
	}
	/* Okta makes two of what is created twice */
	if (r->verb == OP_CREATE)
		assert_int_equal(r->flags & R_IDEMPOTENT, 0);
	if (streq(r->method, "GET") || streq(r->method, "DELETE"))
		assert_true(r->flags & R_IDEMPOTENT);
}

static void need(const struct kind *k, enum verb v)
{
	if (!kind_route(k, v))
		fail_msg("%s has no route to %s", k->name, verb_name(v));
}

static void test_kinds__routes_are_complete(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];

		for (const struct route *r = k->routes; r && r->verb; r++)
			check_route(k, r);
		for (const struct listing *l = k->lists; l && l->path; l++) {
			check_path(k->name, l->path);
			assert_non_null(l->bucket);
		}
		if (!k->plural && !k->parent)
			continue;
		need(k, OP_READ);
		need(k, OP_CREATE);
		need(k, OP_UPDATE);
		if (k->removal == REMOVAL_DELETE)
			need(k, OP_DELETE);
		if (k->flags & (KIND_DELETE_INACTIVE | KIND_EDIT_INACTIVE) ||
			k->removal == REMOVAL_DEACTIVATE)
			need(k, OP_DEACTIVATE);
		if (k->ordered || k->sparse)
			need(k, OP_ORDER);
		for (const struct field *f = k->fields; f->name; f++) {
			if (f->flags & F_LINK)
				need(k, OP_LINK);
		}
	}
}

static void test_kinds__lifecycles_lead_everywhere(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];
		const struct lifecycle *l = k->lifecycle;
		const struct field *f;
		struct slice rest, pair, to, from;

		if (!l)
			continue;
		f = field_find(k->fields, slice_of(l->field), (struct slice){NULL, 0}, NULL);
		assert_non_null(f);
		assert_int_equal(f->type, F_STATUS);
		assert_true(slice_in(slice_of(l->born), f->arg));
		assert_true(!l->dflt || slice_in(slice_of(l->dflt), f->arg));
		assert_true(!l->gone || slice_in(slice_of(l->gone), f->arg));
		for (const struct move *m = l->moves; m->to; m++) {
			assert_true(!m->from || slice_in(slice_of(m->from), f->arg));
			assert_true(slice_in(slice_of(m->to), f->arg));
			need(k, m->via);
		}
		for (rest = slice_of(l->aliases); l->aliases && slice_cut(&rest, '|', &pair);) {
			to = pair;
			assert_true(slice_cut(&to, '=', &from));
			assert_true(slice_in(to, f->arg));
			assert_false(slice_in(from, f->arg));
			assert_true(slice_eq(lifecycle_canon(l, from), to));
		}
		t_slice(lifecycle_canon(l, SLICE("ELSE")), "ELSE");
	}
}

static void test_kinds__links_are_complete(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];
		size_t n = 0;

		for (const struct link *l = k->links; l && l->path; l++, n++) {
			struct where w = {.kind = k, .path = {l->path}, .depth = 1};

			assert_true(l->doc && l->noun && l->to_field && l->id_path);
			assert_int_not_equal(kind_by_name(okta_provider.kinds, l->to), KIND_NONE);
			assert_non_null(link_route(l, OP_ADD));
			assert_non_null(link_route(l, OP_REMOVE));
			assert_true(!l->attrs || link_route(l, OP_CHANGE));
			assert_true(!l->fed_by ||
				    kind_by_name(okta_provider.kinds, l->fed_by) != KIND_NONE);
			for (const struct route *r = l->routes; r->verb; r++) {
				check_route(k, r);
				assert_true(has_hole(r->path, "{from}"));
				assert_true(has_hole(r->path, "{to}") || l->body_id);
			}
			check_path(k->name, l->list.path);
			assert_true(has_hole(l->list.path, "{id}"));
			check_rows(&w, l->attrs);
		}
		/* the state file has room for so many */
		assert_true(n <= 8);
	}
}

static void test_kinds__children_know_their_parents(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i], *child;
		uint16_t c;

		if (!k->child)
			continue;
		c = kind_by_name(okta_provider.kinds, k->child->kind);
		assert_int_not_equal(c, KIND_NONE);
		child = okta_provider.kinds->v[c];
		assert_string_equal(child->parent, k->name);
		assert_null(child->plural);
		assert_true(has_hole(k->child->list.path, "{id}"));
		for (const struct route *r = child->routes; r->verb; r++)
			assert_true(has_hole(r->path, "{parent}"));
	}
}

static void test_kinds__skeletons_are_json(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];
		AUTO_PTR(js) none = wire_skeleton(k, (struct slice){NULL, 0});

		assert_int_equal(js_type(none), JS_MAP);
		for (const struct skeleton *s = k->skeletons; s && s->json; s++) {
			AUTO_PTR(js) j = wire_skeleton(k, slice_of(s->disc));

			assert_int_equal(js_type(j), JS_MAP);
			assert_true(js_len(j) > 0);
			assert_true(!s->disc || is_discriminator(k, slice_of(s->disc)));
		}
	}
}

static void test_kinds__orders_and_listings_name_discriminators(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < okta_provider.kinds->n; i++) {
		const struct kind *k = okta_provider.kinds->v[i];
		const struct where w = {.kind = k};

		check_only(&w, k->ordered);
		check_only(&w, k->sparse);
		if (k->child)
			check_only(&w, k->child->born_with);
		for (const struct listing *l = k->lists; l && l->path; l++)
			check_only(&w, l->only);
	}
}

static void test_kinds__verbs_have_names(void **state)
{
	(void)state;
	for (int i = OP_NONE; i <= OP_ORDER; i++) {
		enum verb v = OP_NONE;

		assert_non_null(verb_name((enum verb)i));
		assert_true(verb_find(slice_of(verb_name((enum verb)i)), &v));
		assert_int_equal(v, i);
	}
	assert_false(verb_find(SLICE("explode"), &(enum verb){OP_NONE}));
}

static void test_kinds__paths_find_their_rows(void **state)
{
	const struct kind *zone = okta_provider.kinds->v[kind_by_name(okta_provider.kinds, "zone")];
	const struct field *elsewhere = NULL;

	(void)state;
	assert_int_equal(field_at(zone, SLICE("asns"), SLICE("DYNAMIC"))->type, F_SET);
	assert_int_equal(
		field_at(zone, SLICE("asns\x1finclude"), SLICE("DYNAMIC_V2"))->type, F_SET);
	assert_null(field_at(zone, SLICE("asns\x1finclude"), SLICE("DYNAMIC")));
	assert_null(field_at(zone, SLICE("nothing"), SLICE("IP")));
	assert_null(field_find(zone->fields, SLICE("asns"), SLICE("IP"), &elsewhere));
	assert_non_null(elsewhere);
	assert_non_null(field_find(zone->fields, SLICE("asns"), (struct slice){NULL, 0}, NULL));
}

static void test_kinds__tell_what_is_oktas_own(void **state)
{
	static const struct {
		const char *kind, *live;
		uint32_t flags;
	} rows[] = {
		{"group", "{\"type\":\"OKTA_GROUP\"}", 0},
		{"group", "{\"type\":\"BUILT_IN\"}", LIVE_SYSTEM | LIVE_FIXED},
		{"group", "{\"type\":\"APP_GROUP\"}", LIVE_FIXED},
		{"group", "{}", LIVE_FIXED},
		{"app", "{\"name\":\"saasure\",\"signOnMode\":\"OPENID_CONNECT\"}",
			LIVE_SYSTEM | LIVE_FIXED},
		{"app", "{\"name\":\"bookmark\",\"signOnMode\":\"BOOKMARK\"}", 0},
		{"app", "{\"name\":\"active_directory\",\"signOnMode\":null}", LIVE_SKIP},
		{"zone", "{\"system\":true}", LIVE_SYSTEM},
		{"zone", "{\"system\":false}", 0},
		{"policy", "{\"system\":true}", LIVE_SYSTEM},
		{"policy", "{\"_embedded\":{\"resourceType\":\"END_USER_ACCOUNT_MANAGEMENT\"}}",
			LIVE_SYSTEM | LIVE_FIXED},
		{"policyRule", "{\"system\":true,\"type\":\"IDP_DISCOVERY\"}",
			LIVE_SYSTEM | LIVE_FIXED},
		{"policyRule", "{\"system\":true,\"type\":\"PASSWORD\"}", LIVE_SYSTEM},
		{"policyRule", "{}", 0},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		uint16_t k = kind_by_name(okta_provider.kinds, rows[i].kind);
		AUTO_PTR(js) j = NULL;
		struct err e = ERR_INIT;

		t_ok(js_parse(slice_of(rows[i].live), "live", &j, &e), &e);
		assert_int_equal(okta_provider.kinds->v[k]->classify(j), rows[i].flags);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds__rows_are_well_formed),
		cmocka_unit_test(test_kinds__stand_in_the_order_of_their_names),
		cmocka_unit_test(test_kinds__say_what_they_are),
		cmocka_unit_test(test_kinds__routes_are_complete),
		cmocka_unit_test(test_kinds__lifecycles_lead_everywhere),
		cmocka_unit_test(test_kinds__links_are_complete),
		cmocka_unit_test(test_kinds__children_know_their_parents),
		cmocka_unit_test(test_kinds__skeletons_are_json),
		cmocka_unit_test(test_kinds__orders_and_listings_name_discriminators),
		cmocka_unit_test(test_kinds__verbs_have_names),
		cmocka_unit_test(test_kinds__paths_find_their_rows),
		cmocka_unit_test(test_kinds__tell_what_is_oktas_own),
	};

	return t_run("kinds", tests);
}
