#include "state/config.h"

#include "base/fs.h"
#include "base/suggest.h"
#include "state/yaml.h"

struct loader {
	const char *file, *dir;
	struct arena *a;
	struct diags *d;
	struct config *c;
};

typedef void key_fn(struct loader *l, const struct node *v);

struct key {
	const char *name;
	key_fn *read;
};

struct config config_default(void)
{
	return (struct config){.manifests = ".",
		.rate_share_pct = 50,
		.max_removals = 50,
		.max_removals_pct = 20,
		.min_population = 10};
}

void config_release(struct config *c)
{
	vec_free(&c->vars);
	vec_free(&c->reported);
}

void config_set_var(struct config *c, struct slice name, struct slice value)
{
	for (uint32_t i = 0; i < c->vars.n; i++) {
		if (slice_eq(c->vars.v[i].name, name)) {
			c->vars.v[i].value = value;
			return;
		}
	}
	vec_push(&c->vars, (struct var){name, value});
}

static struct srcloc at(const struct loader *l, const struct node *n)
{
	return node_at(n, l->file);
}

static const char *text_of(struct loader *l, const struct node *v, const char *what)
{
	if (v->type == NODE_SCALAR && v->text.n)
		return arena_str(l->a, v->text);
	diag_error(l->d, at(l, v), "type", "%s is text", what);
	return NULL;
}

static void number_of(
	struct loader *l, const struct node *v, const char *what, uint32_t max, uint32_t *ret)
{
	long long n;

	if (v->type == NODE_SCALAR && slice_int(v->text, 0, max, &n))
		*ret = (uint32_t)n;
	else
		diag_error(l->d, at(l, v), "value", "%s is a number from 0 to %u", what, max);
}

static void read_keys(
	struct loader *l, const struct node *map, const struct key *keys, const char *what)
{
	if (map->type != NODE_MAP) {
		diag_error(l->d, at(l, map), "type", "%s is a mapping", what);
		return;
	}
	for (uint32_t i = 0; i < map->n; i++) {
		const struct node *key = map->pairs[i].key;
		struct suggest s = suggest_for(key->text);
		const struct key *k = keys;

		for (; k->name && !slice_is(key->text, k->name); k++)
			suggest_offer(&s, slice_of(k->name));
		if (k->name) {
			k->read(l, map->pairs[i].val);
			continue;
		}
		diag_error(l->d, at(l, key), "key", "unknown key '%.*s' in %s",
			SLICE_ARG(key->text), what);
		if (suggest_best(&s).p)
			diag_hint(l->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
	}
}

static void read_tenant(struct loader *l, const struct node *v)
{
	const char *s = text_of(l, v, "'tenant'");

	l->c->tenant = s ? s : l->c->tenant;
}

static void read_manifests(struct loader *l, const struct node *v)
{
	const char *s = text_of(l, v, "'manifests'");

	if (s)
		l->c->manifests = fs_join(l->a, l->dir, s);
}

static void read_state(struct loader *l, const struct node *v)
{
	const char *s = text_of(l, v, "'state'");

	if (s)
		l->c->state = fs_join(l->a, l->dir, s);
}

static void read_vars(struct loader *l, const struct node *v)
{
	if (v->type != NODE_MAP) {
		diag_error(l->d, at(l, v), "type", "'vars' is a mapping from name to text");
		return;
	}
	for (uint32_t i = 0; i < v->n; i++) {
		const char *s = text_of(l, v->pairs[i].val, "a variable");

		if (!s)
			continue;
		if (strstr(s, "${var.")) {
			diag_error(l->d, at(l, v->pairs[i].val), "variable",
				"a variable cannot use another one");
			continue;
		}
		config_set_var(l->c, arena_slice(l->a, v->pairs[i].key->text), slice_of(s));
	}
}

static void read_email(struct loader *l, const struct node *v)
{
	if (v->type == NODE_SCALAR && slice_in(v->text, "true|false"))
		l->c->activation_email = slice_is(v->text, "true");
	else
		diag_error(l->d, at(l, v), "type", "'activationEmail' is true or false");
}

static void read_users(struct loader *l, const struct node *v)
{
	static const struct key keys[] = {{"activationEmail", read_email}, {NULL, NULL}};

	read_keys(l, v, keys, "'users'");
}

static void read_unmanaged(struct loader *l, const struct node *v)
{
	if (v->type != NODE_MAP) {
		diag_error(l->d, at(l, v), "type",
			"'unmanaged' is a mapping from kind to ignore or report");
		return;
	}
	for (uint32_t i = 0; i < v->n; i++) {
		const struct node *what = v->pairs[i].val;

		if (what->type != NODE_SCALAR || !slice_in(what->text, "ignore|report"))
			diag_error(l->d, at(l, what), "value",
				"unmanaged objects are ignored or reported");
		else if (slice_is(what->text, "report"))
			vec_push(&l->c->reported, arena_str(l->a, v->pairs[i].key->text));
	}
}

static void read_max(struct loader *l, const struct node *v)
{
	number_of(l, v, "'maxRemovals'", 1000000, &l->c->max_removals);
}

static void read_max_pct(struct loader *l, const struct node *v)
{
	number_of(l, v, "'maxRemovalsPercent'", 100, &l->c->max_removals_pct);
}

static void read_min(struct loader *l, const struct node *v)
{
	number_of(l, v, "'minPopulation'", 1000000, &l->c->min_population);
}

static void read_guards(struct loader *l, const struct node *v)
{
	static const struct key keys[] = {{"maxRemovals", read_max},
		{"maxRemovalsPercent", read_max_pct}, {"minPopulation", read_min}, {NULL, NULL}};

	read_keys(l, v, keys, "'guards'");
}

static void read_share(struct loader *l, const struct node *v)
{
	uint32_t pct = l->c->rate_share_pct;

	number_of(l, v, "'rateShare'", 100, &pct);
	l->c->rate_share_pct = (uint8_t)(pct ? pct : 1);
}

static void read_nothing(struct loader *l, const struct node *v)
{
	(void)l;
	(void)v;
}

static const struct key environment_keys[] = {{"tenant", read_tenant},
	{"manifests", read_manifests}, {"state", read_state}, {"vars", read_vars},
	{"users", read_users}, {"unmanaged", read_unmanaged}, {"guards", read_guards},
	{"rateShare", read_share}, {NULL, NULL}};

static const struct key root_keys[] = {{"tenant", read_tenant}, {"manifests", read_manifests},
	{"state", read_state}, {"vars", read_vars}, {"users", read_users},
	{"unmanaged", read_unmanaged}, {"guards", read_guards}, {"rateShare", read_share},
	{"environments", read_nothing}, {NULL, NULL}};

static void read_environment(struct loader *l, const struct node *root, const char *name)
{
	const struct node *all = node_get(root, "environments"),
			  *one = all ? node_get(all, name) : NULL;
	struct suggest s = suggest_for(slice_of(name));

	if (one) {
		read_keys(l, one, environment_keys, "an environment");
		return;
	}
	for (uint32_t i = 0; all && all->type == NODE_MAP && i < all->n; i++)
		suggest_offer(&s, all->pairs[i].key->text);
	diag_error(l->d, (struct srcloc){l->file, 1, 1}, "value", "there is no environment '%s'",
		name);
	if (suggest_best(&s).p)
		diag_hint(l->d, "did you mean '%.*s'?", SLICE_ARG(suggest_best(&s)));
}

int config_load(const char *path, const char *environment, struct arena *a, struct diags *d,
	struct config *c)
{
	AUTO(buf) struct buf text = BUF_MAX(1 << 20);
	struct loader l = {.file = path, .dir = ".", .a = a, .d = d, .c = c};
	const char *slash = strrchr(path, '/');
	struct err e = ERR_INIT;
	struct node *root;
	bool ok;

	if (slash)
		l.dir = arena_str(
			a, (struct slice){path, slash == path ? 1 : (size_t)(slash - path)});
	c->manifests = fs_join(a, l.dir, c->manifests);
	if (fs_read(path, &text, &e) < 0) {
		diag_error(d, (struct srcloc){path, 1, 1}, "file", "%s", e.msg);
		return -1;
	}
	root = yaml_load(buf_slice(&text), path, a, d, &ok);
	if (root && !node_is_null(root))
		read_keys(&l, root, root_keys, "plumb.yaml");
	if (ok && environment)
		read_environment(&l, root, environment);
	return d->nerrors ? -1 : 0;
}
