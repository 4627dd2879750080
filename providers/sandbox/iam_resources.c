/*
 * The resources of a resource set. They can be named by a link or by an ORN; the server keeps the ORN.
 */
#include "providers/sandbox/collection.h"
#include "providers/sandbox/roles.h"

#include <string.h>

/* What links of the management API are in ORNs. */
static const struct spelling {
	const char *path, *service, *type;
	int kind; /* of what an id names, or -1: it is taken as it is */
} spellings[] = {
	{"users", "directory", "users", K_USER},
	{"groups", "directory", "groups", K_GROUP},
	{"realms", "directory", "realms", -1},
	{"devices", "directory", "devices", -1},
	{"apps", "idp", "apps", K_APP},
	{"authorizationServers", "idp", "authorization_servers", -1},
	{"idps", "idp", "identity_providers", -1},
	{"policies", "idp", "policies", -1},
	{"brands", "idp", "customizations", -1},
};

/* "users/00u…" of a link to it, without host, query and "/api/v1/". */
static struct slice below_api(struct slice url)
{
	static const char root[] = "/api/v1/";
	const char *at = url.n ? memmem(url.p, url.n, root, sizeof(root) - 1) : NULL;
	size_t skip;
	struct slice rest, path;

	if (!at)
		return (struct slice){"", 0};
	skip = (size_t)(at - url.p) + sizeof(root) - 1;
	rest = (struct slice){url.p + skip, url.n - skip};
	return slice_cut(&rest, '?', &path) ? path : rest;
}

static const struct spelling *spelling_of(struct slice word)
{
	for (size_t i = 0; i < LEN(spellings); i++) {
		if (slice_is(word, spellings[i].path))
			return &spellings[i];
	}
	return NULL;
}

/* An app's ORN holds the name of its definition too. */
static void add_app_name(struct buf *b, const struct sandbox *s, struct slice id)
{
	const struct obj *app = store_find(s, K_APP, id);
	AUTO_PTR(js) doc = app ? obj_doc(app) : NULL;

	buf_add_slice(b, js_str(js_get(doc, "name")));
	buf_addc(b, ':');
}

/* The definition's name in a list of apps that is filtered by it, apps?filter=name+eq+"…", quotes escaped or not. */
static struct slice filtered_name(struct slice url)
{
	static const char *const quotes[] = {"%22", "\""};
	struct slice none = {"", 0};

	for (size_t i = 0; i < LEN(quotes); i++) {
		size_t n = strlen(quotes[i]);
		const char *from = memmem(url.p, url.n, quotes[i], n), *to;

		if (!from)
			continue;
		from += n;
		to = memmem(from, (size_t)(url.p + url.n - from), quotes[i], n);
		return to ? (struct slice){from, (size_t)(to - from)} : none;
	}
	return none;
}

static bool add_orn(struct buf *b, const struct sandbox *s, struct slice url)
{
	struct slice name = filtered_name(url), rest = below_api(url), word = {"", 0}, id = {"", 0};
	const struct spelling *sp = slice_cut(&rest, '/', &word) ? spelling_of(word) : NULL;

	if (!sp)
		return false;
	buf_addf(b, "orn:okta:%s:%s:%s", sp->service, s->org_id, sp->type);
	if (!slice_cut(&rest, '/', &id) || !id.n) {
		buf_addf(b, "%s%.*s", name.n ? ":" : "", SLICE_ARG(name));
		return true;
	}
	if (sp->kind >= 0 && !store_find(s, (enum kind)sp->kind, id))
		return false;
	buf_addc(b, ':');
	if (sp->kind == K_APP)
		add_app_name(b, s, id);
	buf_add_slice(b, id);
	if (rest.n)
		buf_adds(b, ":contained_resources");
	return true;
}

/* The link to what an ORN names; nothing where none is known. */
static void add_url(struct buf *b, const struct sandbox *s, struct slice orn)
{
	struct slice part[8] = {{NULL, 0}};
	size_t n = 0;

	while (n < LEN(part) && slice_cut(&orn, ':', &part[n]))
		n++;
	for (size_t i = 0; n > 4 && i < LEN(spellings); i++) {
		bool app = spellings[i].kind == K_APP;
		size_t at = app && n > 6 ? 6 : 5;

		if (!slice_is(part[2], spellings[i].service) ||
			!slice_is(part[4], spellings[i].type))
			continue;
		buf_addf(b, "%s/api/v1/%s", s->base_url, spellings[i].path);
		if (app && n == 6)
			buf_addf(b, "?filter=name+eq+\"%.*s\"", SLICE_ARG(part[5]));
		else if (n > at)
			buf_addf(b, "/%.*s", SLICE_ARG(part[at]));
		if (n > at + 1 && slice_is(part[n - 1], "contained_resources"))
			buf_adds(b, "/users");
	}
}

static bool is_orn(struct slice text)
{
	return slice_starts(text, "orn:");
}

static bool read_orn(struct buf *b, const struct sandbox *s, struct slice text)
{
	size_t colons = 0;

	if (!is_orn(text))
		return add_orn(b, s, text);
	for (size_t i = 0; i < text.n; i++)
		colons += text.p[i] == ':';
	buf_add_slice(b, text);
	return colons >= 4 && text.n < 512;
}

static bool has_resource(const struct sandbox *s, const struct obj *set, struct slice orn)
{
	const struct obj *o = name_find(s, K_RESOURCE, set->ix, orn);

	return o != NULL;
}

bool resource_check(struct call *c, struct slice text)
{
	AUTO(buf) struct buf orn = BUF_TEXT;

	if (text.n && text.n < 1024 && read_orn(&orn, c->s, text))
		return true;
	fail_field(c, "resources", "resources: '%.*s' names no resource",
		(int)(text.n > 200 ? 200 : text.n), text.n ? text.p : "");
	return false;
}

void resource_add(struct call *c, struct obj *set, struct slice text)
{
	AUTO(buf) struct buf orn = BUF_TEXT;
	AUTO_PTR(js) body = js_new_map();

	if (!read_orn(&orn, c->s, text) || has_resource(c->s, set, buf_slice(&orn)))
		return;
	js_set(body, "orn", js_new_str(buf_slice(&orn)));
	collection_make(c, &iam_resources, set, body);
}

/* A POST names the resource; what the server makes for itself has its ORN already. */
static bool fill_resource(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	struct slice text = js_str(js_get(c->body, "resourceOrnOrUrl"));
	AUTO(buf) struct buf orn = BUF_TEXT;

	if (old || js_get(doc, "orn"))
		return true;
	if (!resource_check(c, text) || !read_orn(&orn, c->s, text))
		return false;
	if (has_resource(c->s, store_at(c->s, o->parent), buf_slice(&orn))) {
		fail_field(c, "resourceOrnOrUrl", "resourceOrnOrUrl: the set has it already");
		return false;
	}
	js_set(doc, "orn", js_new_str(buf_slice(&orn)));
	return true;
}

static void show_resource(struct call *c, const struct obj *o, struct js *doc)
{
	(void)c, (void)o;
	if (!js_get(doc, "conditions"))
		js_set(doc, "conditions", js_new_null());
}

static void links_resource(struct buf *b, struct call *c, const struct obj *o)
{
	AUTO_PTR(js) doc = obj_doc(o);
	AUTO(buf) struct buf url = BUF_TEXT;
	const struct obj *set = store_at(c->s, o->parent);

	add_url(&url, c->s, js_str(js_get(doc, "orn")));
	if (url.n) {
		buf_adds(b, "\"self\":{\"href\":");
		buf_add_json(b, buf_slice(&url));
		buf_adds(b, "},");
	}
	add_href(b, c, "resource", "/api/v1/iam/resource-sets/%s/resources/%s", set->id, o->id);
}

const struct collection iam_resources = {
	.path = "/api/v1/iam/resource-sets/{id}/resources",
	.kind = K_RESOURCE,
	.of = K_RESOURCE_SET,
	.type = "Resource",
	.prefix = "ire",
	.members = "id orn= created@ lastUpdated% conditions",
	.key = "orn",
	.event = "iam.resourceset.resources.+",
	.limit = 100,
	.max = 100,
	.envelope = "resources",
	.fill = fill_resource,
	.links = links_resource,
	.show = show_resource,
};
