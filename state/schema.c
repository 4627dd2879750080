#include "state/schema.h"

struct writer {
	struct buf *out;
	const struct kinds *kinds;
};

static void add_rows(struct writer *w, const struct field *rows, const char *comma);

static void add_doc(struct writer *w, const char *doc)
{
	if (!doc)
		return;
	buf_adds(w->out, ",\"description\":");
	buf_add_json(w->out, slice_of(doc));
}

static void add_words(struct writer *w, const char *words)
{
	struct slice rest = slice_of(words), word;
	const char *comma = "";

	buf_adds(w->out, "\"enum\":[");
	while (slice_cut(&rest, '|', &word)) {
		buf_adds(w->out, comma);
		buf_add_json(w->out, word);
		comma = ",";
	}
	buf_adds(w->out, ",null]");
}

static void add_type(struct writer *w, const struct field *f)
{
	switch (f->type) {
	case F_STR:
	case F_EXPR:
	case F_REF:
		/* unquoted numbers and words are text where the field is text */
		buf_adds(w->out, "\"type\":[\"string\",\"number\",\"boolean\",\"null\"]");
		break;
	case F_TEXT:
		buf_adds(w->out, "\"type\":[\"string\",\"object\"]");
		break;
	case F_SECRET:
		buf_adds(w->out,
			"\"type\":\"string\",\"pattern\":\"^\\\\$\\\\{secret\\\\.(env|file)\\\\..+\\\\}$\"");
		break;
	case F_BOOL:
		buf_adds(w->out, "\"type\":[\"boolean\",\"null\"]");
		break;
	case F_INT:
	case F_ORDER:
		buf_adds(w->out, "\"type\":[\"integer\",\"null\"]");
		if (f->max)
			buf_addf(w->out, ",\"minimum\":%lld,\"maximum\":%lld", (long long)f->min,
				(long long)f->max);
		break;
	case F_REAL:
		buf_adds(w->out, "\"type\":[\"number\",\"null\"]");
		break;
	case F_ENUM:
	case F_STATUS:
		add_words(w, f->arg);
		break;
	case F_LIST:
	case F_SET:
		buf_adds(w->out, "\"type\":[\"array\",\"null\"],\"items\":{");
		add_type(w, &f->sub[0]);
		buf_addc(w->out, '}');
		break;
	case F_MAP:
		buf_adds(w->out, "\"type\":[\"object\",\"null\"],\"properties\":{");
		add_rows(w, f->sub, "");
		buf_addf(w->out, "},\"additionalProperties\":%s",
			f->flags & F_OPEN ? "true" : "false");
		break;
	case F_ANY:
		buf_adds(w->out,
			"\"type\":[\"string\",\"number\",\"boolean\",\"object\",\"array\",\"null\"]");
		break;
	}
}

/* Has an earlier row the name? Then this one is among that one's variants. */
static bool is_repeated(const struct field *rows, const struct field *f)
{
	for (const struct field *g = rows; g < f; g++) {
		if (streq(g->name, f->name))
			return true;
	}
	return false;
}

static const struct field *next_variant(const struct field *f)
{
	const char *name = f->name;

	for (f++; f->name; f++) {
		if (streq(f->name, name))
			return f;
	}
	return NULL;
}

static void add_property(struct writer *w, const struct field *f)
{
	const struct field *v = next_variant(f);

	buf_add_json(w->out, slice_of(f->name));
	buf_adds(w->out, ":{");
	if (!v) {
		add_type(w, f);
		add_doc(w, f->doc);
	} else {
		buf_adds(w->out, "\"anyOf\":[{");
		add_type(w, f);
		for (; v; v = next_variant(v)) {
			buf_adds(w->out, "},{");
			add_type(w, v);
		}
		buf_adds(w->out, "}]");
		add_doc(w, f->doc);
	}
	buf_addc(w->out, '}');
}

static void add_rows(struct writer *w, const struct field *rows, const char *comma)
{
	for (const struct field *f = rows; f && f->name; f++) {
		if (f->flags & F_READ_ONLY || is_repeated(rows, f))
			continue;
		buf_adds(w->out, comma);
		comma = ",";
		add_property(w, f);
	}
}

static void add_element(struct writer *w, const struct link *l)
{
	if (!l->attrs) {
		buf_adds(w->out, "{\"type\":\"string\"}");
		return;
	}
	buf_addf(w->out,
		"{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"object\",\"properties\":{\"%s\":{\"type\":\"string\"}",
		l->to_field);
	add_rows(w, l->attrs, ",");
	buf_addf(w->out, "},\"required\":[\"%s\"],\"additionalProperties\":false}]}", l->to_field);
}

static void add_list(struct writer *w, const struct link *l)
{
	AUTO(buf) struct buf array = BUF_TEXT;
	struct writer inner = {&array, w->kinds};

	buf_adds(&array, "{\"type\":\"array\",\"items\":");
	add_element(&inner, l);
	buf_addc(&array, '}');
	buf_addf(w->out,
		"{\"anyOf\":[%s,{\"type\":\"object\",\"properties\":{\"include\":%s},\"required\":[\"include\"],\"additionalProperties\":false},{\"type\":\"object\",\"properties\":{\"exclude\":%s},\"required\":[\"exclude\"],\"additionalProperties\":false}]",
		buf_str(&array), buf_str(&array), buf_str(&array));
	add_doc(w, l->doc);
	buf_addc(w->out, '}');
}

static void add_links(struct writer *w, const struct kind *k)
{
	struct slice open = {NULL, 0};

	for (const struct link *l = k->links; l && l->path; l++) {
		struct slice rest = slice_of(l->path), first;

		(void)slice_cut(&rest, '.', &first);
		if (open.p && slice_eq(open, first)) {
			buf_addc(w->out, ',');
		} else {
			buf_adds(w->out, open.p ? "},\"additionalProperties\":false}," : ",");
			open.p = NULL;
			if (rest.p) {
				buf_add_json(w->out, first);
				buf_adds(w->out, ":{\"type\":\"object\",\"properties\":{");
				open = first;
			}
		}
		buf_add_json(w->out, rest.p ? rest : first);
		buf_addc(w->out, ':');
		add_list(w, l);
	}
	if (open.p)
		buf_adds(w->out, "},\"additionalProperties\":false}");
}

static void add_children(struct writer *w, const struct kind *k)
{
	const struct kind *child = w->kinds->v[kind_by_name(w->kinds, k->child->kind)];

	buf_addf(w->out,
		",\"%s\":{\"type\":\"array\",\"description\":\"in order of priority\",\"items\":{\"type\":\"object\",\"properties\":{",
		k->child->path);
	add_rows(w, child->fields, "");
	buf_addf(w->out,
		"},\"required\":[\"%s\"],\"additionalProperties\":false}},\"%s\":{\"type\":\"object\",\"description\":\"the rule that Okta made\",\"properties\":{",
		child->name_path, k->child->system_path);
	add_rows(w, child->fields, "");
	buf_adds(w->out, "},\"additionalProperties\":false}");
}

static void add_kind(struct writer *w, const struct kind *k)
{
	buf_addf(w->out, "\"%s\":{\"type\":\"object\"", k->plural);
	add_doc(w, k->doc);
	buf_adds(w->out,
		",\"additionalProperties\":{\"type\":[\"object\",\"null\"],\"additionalProperties\":false,\"properties\":{"
		"\"protect\":{\"type\":\"boolean\",\"description\":\"a plan that would remove it is refused\"},"
		"\"existing\":{\"type\":\"boolean\",\"description\":\"made by hand: never created, never deleted\"},"
		"\"previously\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"description\":\"names that it had\"}");
	add_rows(w, k->fields, ",");
	add_links(w, k);
	if (k->child)
		add_children(w, k);
	buf_adds(w->out, "}}}");
}

void schema_write(const struct kinds *kinds, struct buf *out)
{
	struct writer w = {out, kinds};
	const char *comma = "";

	buf_adds(out,
		"{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"title\":\"plumb manifest\",\"type\":\"object\",\"additionalProperties\":false,\"patternProperties\":{\"^x-\":{}},\"properties\":{");
	for (uint16_t i = 0; i < kinds->n; i++) {
		if (!kinds->v[i]->plural)
			continue;
		buf_adds(out, comma);
		comma = ",\n";
		add_kind(&w, kinds->v[i]);
	}
	buf_adds(out, "}}\n");
}
