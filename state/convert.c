#include "state/convert.h"

enum { MAX_ROWS = 80, MAX_QUOTED = 60 };

static struct srcloc at(const struct convert *c, const struct node *n)
{
	return node_at(n, c->file);
}

static const char *const node_names[] = {"text", "a list", "a mapping"};

static struct val wrong(
	struct convert *c, const struct field *f, const struct node *n, const char *want)
{
	if (n->type == NODE_SCALAR && f->flags & F_WRITE_ONLY)
		/* it may be a secret in the wrong place */
		diag_error(c->d, at(c, n), "type", "'%s' takes %s, not text", f->name, want);
	else if (n->type == NODE_SCALAR)
		diag_error(c->d, at(c, n), "type", "'%s' takes %s, not '%.*s'", f->name, want,
			SLICE_ARG(slice_head(n->text, MAX_QUOTED)));
	else
		diag_error(c->d, at(c, n), "type", "'%s' takes %s, not %s", f->name, want,
			node_names[n->type]);
	return VAL_NULL;
}

static const struct var *find_var(const struct convert *c, struct slice name)
{
	for (size_t i = 0; i < c->vars.n; i++) {
		if (slice_eq(c->vars.v[i].name, name))
			return &c->vars.v[i];
	}
	return NULL;
}

static bool unknown_var(struct convert *c, const struct node *n, struct slice name)
{
	struct suggest s = suggest_for(name);

	for (size_t i = 0; i < c->vars.n; i++)
		suggest_offer(&s, c->vars.v[i].name);
	diag_error(c->d, at(c, n), "variable", "no variable '%.*s'", SLICE_ARG(name));
	if (suggest_best(&s).p)
		diag_hint(c->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
	else
		diag_hint(c->d, "set it under 'vars' in plumb.yaml, or with --var %.*s=VALUE",
			SLICE_ARG(name));
	return false;
}

bool convert_text(struct convert *c, const struct node *n, struct slice *ret_text)
{
	AUTO(buf) struct buf out = BUF_MAX(YAML_MAX_SCALAR);
	struct slice rest = n->text;

	if (!rest.n || !memmem(rest.p, rest.n, "${", 2)) {
		*ret_text = n->text;
		return true;
	}
	while (rest.n) {
		const char *open = memmem(rest.p, rest.n, "${", 2), *close;
		const struct var *v;
		struct slice name;

		if (!open) {
			buf_add_slice(&out, rest);
			break;
		}
		buf_add(&out, rest.p, (size_t)(open - rest.p));
		rest = (struct slice){open, rest.n - (size_t)(open - rest.p)};
		close = memchr(rest.p, '}', rest.n);
		if (out.n && out.p[out.n - 1] == '$') {
			/* "$${" is a literal "${" */
			out.p[--out.n] = '\0';
			buf_adds(&out, "${");
			rest = (struct slice){rest.p + 2, rest.n - 2};
			continue;
		}
		if (slice_starts(rest, "${secret.")) {
			diag_error(c->d, at(c, n), "secret",
				"a secret may stand only in a secret field");
			return false;
		}
		if (slice_starts(rest, "${var.") && !close) {
			diag_error(c->d, at(c, n), "variable", "'${var.' without '}'");
			return false;
		}
		if (!slice_starts(rest, "${var.")) {
			/* Okta's own templates, as ${source.login}, are text to us */
			buf_add(&out, "${", 2);
			rest = (struct slice){rest.p + 2, rest.n - 2};
			continue;
		}
		name = (struct slice){rest.p + 6, (size_t)(close - rest.p) - 6};
		v = find_var(c, name);
		if (!v)
			return unknown_var(c, n, name);
		buf_add_slice(&out, v->value);
		rest = (struct slice){close + 1, rest.n - (size_t)(close + 1 - rest.p)};
	}
	if (!buf_ok(&out)) {
		diag_error(c->d, at(c, n), "limit", "the text is longer than %d bytes",
			YAML_MAX_SCALAR);
		return false;
	}
	*ret_text = arena_slice(c->a, buf_slice(&out));
	return true;
}

static bool looks_like_id(const struct kind *k, struct slice s)
{
	struct slice rest = slice_of(k->id_prefix), prefix;

	if (!k->id_prefix || s.n != 20)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char ch = s.p[i];

		if (!((ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'z') ||
			    (ch >= 'A' && ch <= 'Z')))
			return false;
	}
	while (slice_cut(&rest, '|', &prefix)) {
		if (memcmp(s.p, prefix.p, prefix.n) == 0)
			return true;
	}
	return false;
}

strid convert_ref(struct convert *c, const char *kind, const struct node *n)
{
	const struct kind *k = c->kinds->v[kind_by_name(c->kinds, kind)];
	struct slice text = {"", 0};

	if (n->type != NODE_SCALAR || node_is_null(n) || !n->text.n) {
		diag_error(c->d, at(c, n), "type", "expected the name of a %s, not %s", kind,
			n->type == NODE_SCALAR ? "nothing" : node_names[n->type]);
		return 0;
	}
	if (!convert_text(c, n, &text))
		return 0;
	if (looks_like_id(k, text)) {
		diag_error(c->d, at(c, n), "reference", "'%.*s' is an id; write the name of the %s",
			SLICE_ARG(text), kind);
		diag_hint(c->d, "manifests know things by name; 'plumb export' shows the names");
		return 0;
	}
	return k->flags & KIND_FOLD_KEY ? pool_add_fold(c->values->pool, text)
					: pool_add(c->values->pool, text);
}

static struct val convert_enum(struct convert *c, const struct field *f, const struct node *n)
{
	struct slice text = {"", 0}, rest = slice_of(f->arg), word;
	struct suggest s;

	if (n->type != NODE_SCALAR)
		return wrong(c, f, n, "one word");
	if (!convert_text(c, n, &text))
		return VAL_NULL;
	if (slice_in(text, f->arg))
		return val_str(pool_add(c->values->pool, text));
	s = suggest_for(text);
	while (slice_cut(&rest, '|', &word))
		suggest_offer(&s, word);
	diag_error(c->d, at(c, n), "value", "'%.*s' is no %s",
		SLICE_ARG(slice_head(text, MAX_QUOTED)), f->name);
	if (suggest_best(&s).p)
		diag_hint(c->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
	else
		diag_hint(c->d, "one of %s", f->arg);
	return VAL_NULL;
}

static struct val convert_int(struct convert *c, const struct field *f, const struct node *n)
{
	struct slice text = {"", 0};
	long long v;

	if (n->type != NODE_SCALAR || !convert_text(c, n, &text) ||
		!slice_int(text, INT64_MIN, INT64_MAX, &v))
		return wrong(c, f, n, "a whole number");
	if (f->max && (v < f->min || v > f->max)) {
		diag_error(c->d, at(c, n), "value", "'%s' is from %lld to %lld, not %lld", f->name,
			(long long)f->min, (long long)f->max, v);
		return VAL_NULL;
	}
	return val_int(c->values, v);
}

static struct val convert_bool(struct convert *c, const struct field *f, const struct node *n)
{
	struct slice text = {"", 0};

	if (n->type != NODE_SCALAR)
		return wrong(c, f, n, "true or false");
	if (!convert_text(c, n, &text))
		return VAL_NULL;
	if (slice_in(text, "true|True|TRUE") && n->plain)
		return val_bool(true);
	if (slice_in(text, "false|False|FALSE") && n->plain)
		return val_bool(false);
	wrong(c, f, n, "true or false");
	if (slice_in(text, "yes|Yes|YES|on|On|ON|y|Y|1"))
		diag_hint(c->d, "write true");
	else if (slice_in(text, "no|No|NO|off|Off|OFF|n|N|0"))
		diag_hint(c->d, "write false");
	else if (slice_in(text, "true|True|TRUE|false|False|FALSE"))
		diag_hint(c->d, "without quotes");
	return VAL_NULL;
}

static struct val convert_any(struct convert *c, const struct node *n)
{
	struct slice text = n->text;
	int64_t i = 0;
	double r = 0;
	bool b = false;

	switch (n->type) {
	case NODE_LIST:
		for (uint32_t k = 0; k < n->n; k++) {
			struct val x = convert_any(c, n->items[k]);

			values_push(c->values, x, node_mark(n->items[k]));
		}
		return values_list(c->values, n->n);
	case NODE_MAP:
		return convert_map(c, NULL, true, n, NULL);
	case NODE_SCALAR:
		break;
	}
	switch (yaml_core(n, &b, &i, &r)) {
	case CORE_NULL:
		return VAL_NULL;
	case CORE_BOOL:
		return val_bool(b);
	case CORE_INT:
		return val_int(c->values, i);
	case CORE_REAL:
		return val_real(c->values, r);
	case CORE_STR:
		break;
	}
	if (!convert_text(c, n, &text))
		return VAL_NULL;
	return val_str(pool_add(c->values->pool, text));
}

static struct val convert_secret(struct convert *c, const struct field *f, const struct node *n)
{
	struct slice s = n->text;

	/* one secret, and nothing around it */
	if (n->type == NODE_SCALAR && s.n && memchr(s.p, '}', s.n) == s.p + s.n - 1 &&
		((slice_starts(s, "${secret.env.") && s.n > 14) ||
			(slice_starts(s, "${secret.file.") && s.n > 15)))
		/* "env.NAME" or "file.PATH" */
		return val_secret(pool_add(c->values->pool, (struct slice){s.p + 9, s.n - 10}));
	diag_error(c->d, at(c, n), "secret", "'%s' is secret and must not stand in a manifest",
		f->name);
	diag_hint(c->d, "write ${secret.env.NAME} or ${secret.file.PATH}");
	return VAL_NULL;
}

/* The map among rows that has a member of this name: where it was meant to stand. */
static const struct field *has_member(
	const struct convert *c, const struct field *rows, struct slice name)
{
	for (const struct field *f = rows; f && f->name; f++) {
		if (f->type == F_MAP && field_applies(f, c->disc) &&
			field_find(f->sub, name, c->disc, NULL))
			return f;
	}
	return NULL;
}

static void unknown_key(struct convert *c, const struct field *rows, const struct node *key,
	const struct field *elsewhere, const struct others *others)
{
	const struct field *above = has_member(c, rows, key->text);
	struct suggest s = suggest_for(key->text);

	if (elsewhere) {
		diag_error(c->d, at(c, key), "key", "'%.*s' belongs to %s, not to %.*s",
			SLICE_ARG(key->text), elsewhere->only, SLICE_ARG(c->disc));
		return;
	}
	if (slice_in(key->text, "id|created|lastUpdated|_links|_embedded|system|orn|activated|"
				"statusChanged|lastLogin|passwordChanged|objectClass")) {
		diag_error(c->d, at(c, key), "key", "'%.*s' belongs to the server: leave it out",
			SLICE_ARG(key->text));
		return;
	}
	for (const struct field *f = rows; f && f->name; f++) {
		if (field_applies(f, c->disc))
			suggest_offer(&s, slice_of(f->name));
	}
	if (others && others->offer)
		others->offer(others->arg, &s);
	diag_error(c->d, at(c, key), "key", "unknown key '%.*s'",
		SLICE_ARG(slice_head(key->text, MAX_QUOTED)));
	if (above)
		diag_hint(c->d, "it belongs below '%s'", above->name);
	else if (suggest_best(&s).p)
		diag_hint(c->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
}

static struct val convert_codec(struct convert *c, const struct field *f, const struct node *n)
{
	AUTO(buf) struct buf out = BUF_MAX(YAML_MAX_SCALAR);
	const struct node *value = n->type == NODE_MAP ? node_get(n, "value") : n;
	const char *why = "it is none";
	struct slice text = {"", 0};

	for (uint32_t i = 0; n->type == NODE_MAP && i < n->n; i++) {
		if (!slice_in(n->pairs[i].key->text, "type|value"))
			unknown_key(c, NULL, n->pairs[i].key, NULL, NULL);
	}
	if (!value || value->type != NODE_SCALAR || node_is_null(value))
		return wrong(c, f, value ? value : n, f->codec->what);
	if (!convert_text(c, value, &text))
		return VAL_NULL;
	if (!f->codec->canon(text, &out, &why)) {
		diag_error(c->d, at(c, value), "value", "'%.*s' is not %s: %s", SLICE_ARG(text),
			f->codec->what, why);
		return VAL_NULL;
	}
	return val_str(pool_add(c->values->pool, buf_slice(&out)));
}

static struct val convert_list(struct convert *c, const struct field *f, const struct node *n)
{
	if (n->type != NODE_LIST) {
		struct val bad = wrong(c, f, n, "a list");

		if (n->type == NODE_SCALAR && n->text.n <= MAX_QUOTED)
			diag_hint(c->d, "write [%.*s]", SLICE_ARG(n->text));
		return bad;
	}
	for (uint32_t i = 0; i < n->n; i++) {
		struct field element = f->sub[0];
		struct val x;

		element.name = f->name;
		x = convert_field(c, &element, n->items[i]);
		values_push(c->values, x, node_mark(n->items[i]));
	}
	return values_list(c->values, n->n);
}

struct val convert_field(struct convert *c, const struct field *f, const struct node *n)
{
	struct slice text = {"", 0};
	strid ref;

	if (f->flags & F_READ_ONLY) {
		diag_error(
			c->d, at(c, n), "key", "'%s' belongs to the server: leave it out", f->name);
		return VAL_NULL;
	}
	if (node_is_null(n)) {
		if (f->flags & F_LINK)
			diag_error(c->d, at(c, n), "value",
				"'%s' cannot be taken away: name another one", f->name);
		else if (f->flags & F_REQUIRED)
			diag_error(c->d, at(c, n), "value", "'%s' cannot be empty", f->name);
		return VAL_NULL;
	}
	switch (f->type) {
	case F_STR:
	case F_EXPR:
		if (n->type != NODE_SCALAR)
			return wrong(c, f, n, "text");
		if (!convert_text(c, n, &text))
			return VAL_NULL;
		if (f->max && (long long)slice_chars(text) > f->max)
			diag_error(c->d, at(c, n), "value",
				"'%s' is at most %lld characters, not %zu", f->name,
				(long long)f->max, slice_chars(text));
		return val_str(pool_add(c->values->pool, text));
	case F_BOOL:
		return convert_bool(c, f, n);
	case F_INT:
	case F_ORDER:
		return convert_int(c, f, n);
	case F_REAL:
	case F_ANY:
		return convert_any(c, n);
	case F_ENUM:
	case F_STATUS:
		return convert_enum(c, f, n);
	case F_REF:
		ref = convert_ref(c, f->arg, n);
		return ref ? val_ref(ref) : VAL_NULL;
	case F_TEXT:
		return convert_codec(c, f, n);
	case F_LIST:
	case F_SET:
		return convert_list(c, f, n);
	case F_MAP:
		if (n->type != NODE_MAP)
			return wrong(c, f, n, "a mapping");
		return convert_map(c, f->sub, f->flags & F_OPEN, n, NULL);
	case F_SECRET:
		return convert_secret(c, f, n);
	}
	return VAL_NULL;
}

static int by_key(const void *pa, const void *pb)
{
	const struct node_pair *const *a = pa, *const *b = pb;

	return slice_cmp((*a)->key->text, (*b)->key->text);
}

/* Custom attributes are anybody's; one that is nearly a base attribute is likely a slip. */
static void warn_near(struct convert *c, const struct field *rows, const struct node *key)
{
	struct suggest s = suggest_for(key->text);

	for (const struct field *f = rows; f && f->name; f++)
		suggest_offer(&s, slice_of(f->name));
	if (!suggest_best(&s).p)
		return;
	diag_warn(c->d, at(c, key), "key", "'%.*s' is taken as a custom attribute",
		SLICE_ARG(key->text));
	diag_hint(c->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
}

struct val convert_map(struct convert *c, const struct field *rows, bool open, const struct node *n,
	const struct others *others)
{
	const struct node_pair *of_row[MAX_ROWS] = {NULL};
	VEC(const struct node_pair *) free_form = {0};
	uint32_t entries = 0;

	for (uint32_t i = 0; i < n->n; i++) {
		const struct node_pair *p = &n->pairs[i];
		const struct field *elsewhere = NULL;
		const struct field *f;

		if (others && others->has(others->arg, p->key->text))
			continue;
		f = field_find(rows, p->key->text, c->disc, &elsewhere);
		if (f && f - rows < MAX_ROWS)
			of_row[f - rows] = p;
		else if (open && !elsewhere) {
			warn_near(c, rows, p->key);
			vec_push(&free_form, p);
		} else
			unknown_key(c, rows, p->key, elsewhere, others);
	}
	for (uint32_t i = 0; rows && rows[i].name; i++) {
		struct val x;

		if (i >= MAX_ROWS)
			BUG("a table of more than %d rows", MAX_ROWS);
		if (!of_row[i])
			continue;
		x = convert_field(c, &rows[i], of_row[i]->val);
		values_push_key(c->values, pool_adds(c->values->pool, rows[i].name),
			node_mark(of_row[i]->key));
		values_push(c->values, x, node_mark(of_row[i]->val));
		entries++;
	}
	vec_sort(&free_form, by_key);
	for (uint32_t i = 0; i < free_form.n; i++) {
		const struct node_pair *p = free_form.v[i];
		struct val x = convert_any(c, p->val);

		values_push_key(
			c->values, pool_add(c->values->pool, p->key->text), node_mark(p->key));
		values_push(c->values, x, node_mark(p->val));
		entries++;
	}
	vec_free(&free_form);
	return values_map(c->values, entries);
}
