/*
 * What a brand's custom domain serves below /.well-known for other programs.
 */
#include "providers/sandbox/brands.h"

enum { CONTENT_MAX = 100 << 10 };

static const struct uri {
	const char *path, *empty;
} uris[] = {
	{"apple-app-site-association", "{}"},
	{"assetlinks.json", "[]"},
	{"webauthn", "{}"},
};
_Static_assert(PART_URI + LEN(uris) == PART_COUNT, "a part for each path");

/* The index that the second argument names; LEN(uris) when it answered. */
static size_t uri_of(struct call *c)
{
	size_t i = 0;

	while (i < LEN(uris) && !slice_is(c->arg[1], uris[i].path))
		i++;
	if (i == LEN(uris))
		fail_field(c, "request",
			"The path must be apple-app-site-association, assetlinks.json or webauthn");
	return i;
}

static void add_content(struct buf *b, struct call *c, const struct obj *brand, size_t uri)
{
	const struct obj *o = part_find(c->s, brand, PART_URI + (unsigned)uri);

	buf_adds(b, "\"representation\":");
	if (o)
		buf_add_slice(b, obj_text(o));
	else
		buf_adds(b, uris[uri].empty);
}

static void add_customized(struct buf *b, struct call *c, const struct obj *brand, size_t uri)
{
	buf_addc(b, '{');
	add_content(b, c, brand, uri);
	buf_adds(b, ",\"_links\":{");
	add_hint(b, c, "self", "GET|PUT", "/api/v1/brands/%s/well-known-uris/%s/customized",
		brand->id, uris[uri].path);
	buf_adds(b, "}}");
}

static bool expands(struct call *c, const char *word)
{
	struct slice rest = query_get(c, "expand"), part;

	while (rest.n && slice_cut(&rest, ',', &part)) {
		if (slice_is(slice_trim(part), word) || slice_is(slice_trim(part), "all"))
			return true;
	}
	return false;
}

static void get_all(struct call *c)
{
	const struct obj *brand = brand_of(c);
	struct buf *b = &c->res->body;
	const char *sep = "";

	if (!brand)
		return;
	reply_status(c, 200);
	buf_adds(b, "{\"_embedded\":{");
	for (size_t i = 0; i < LEN(uris); i++) {
		if (!expands(c, uris[i].path))
			continue;
		buf_addf(b, "%s\"%s\":{\"customized\":", sep, uris[i].path);
		add_customized(b, c, brand, i);
		buf_addc(b, '}');
		sep = ",";
	}
	buf_adds(b, "},\"_links\":{");
	add_hint(b, c, "self", "GET", "/api/v1/brands/%s/well-known-uris", brand->id);
	for (size_t i = 0; i < LEN(uris); i++) {
		add_hint(b, c, uris[i].path, "GET|PUT", "/api/v1/brands/%s/well-known-uris/%s",
			brand->id, uris[i].path);
	}
	buf_adds(b, "}}");
}

static void get_uri(struct call *c)
{
	const struct obj *brand = brand_of(c);
	size_t uri = brand ? uri_of(c) : LEN(uris);
	struct buf *b = &c->res->body;

	if (uri == LEN(uris))
		return;
	reply_status(c, 200);
	buf_addc(b, '{');
	if (expands(c, "customized")) {
		buf_adds(b, "\"_embedded\":{\"customized\":");
		add_customized(b, c, brand, uri);
		buf_adds(b, "},");
	}
	buf_adds(b, "\"_links\":{");
	add_hint(b, c, "self", "GET", "/api/v1/brands/%s/well-known-uris/%s", brand->id,
		uris[uri].path);
	add_hint(b, c, "customized", "GET|PUT", "/api/v1/brands/%s/well-known-uris/%s/customized",
		brand->id, uris[uri].path);
	buf_adds(b, "}}");
}

static void get_customized(struct call *c)
{
	const struct obj *brand = brand_of(c);
	size_t uri = brand ? uri_of(c) : LEN(uris);

	if (uri == LEN(uris))
		return;
	reply_status(c, 200);
	add_customized(&c->res->body, c, brand, uri);
}

/* What is wrong with the content, or NULL. */
static const char *complaint(size_t uri, const struct js *content)
{
	const struct js *origins = js_get(content, "origins");
	bool list = slice_ends(slice_of(uris[uri].path), ".json");

	if (list && js_type(content) != JS_LIST)
		return "Content must be a JSON array of objects.";
	for (size_t i = 0; list && i < js_len(content); i++) {
		if (js_type(js_at(content, i)) != JS_MAP)
			return "Content must be a JSON array of objects.";
	}
	if (!list && js_type(content) != JS_MAP)
		return "Content must be a JSON object.";
	if (uri == 0 && js_get(content, "authsrv"))
		return "Content must not include any `authsrv` customization.";
	if (uri != 2)
		return NULL;
	if (!origins || js_len(content) != 1)
		return "Content must only contain `origins`.";
	for (size_t i = 0; i < js_len(origins); i++) {
		if (js_type(js_at(origins, i)) != JS_STR)
			return "The `origins` must be an array of strings.";
	}
	return js_type(origins) == JS_LIST ? NULL : "The `origins` must be an array of strings.";
}

static void put_customized(struct call *c)
{
	const struct obj *brand = brand_of(c);
	size_t uri = brand ? uri_of(c) : LEN(uris);
	const struct js *content = js_get(c->body, "representation");
	const char *why;

	if (uri == LEN(uris))
		return;
	if (brand->builtin) {
		fail(c, 400, "E0000257", "Api validation failed: request",
			"Cannot update the content for the default brand.");
		return;
	}
	why = complaint(uri, content);
	if (why)
		fail(c, 400, "E0000001", "Api validation failed: representation", why);
	else if (c->req->body.n >= CONTENT_MAX)
		fail(c, 400, "E0000001", "Api validation failed: request",
			"Content must be less than 100KB.");
	if (why || c->req->body.n >= CONTENT_MAX)
		return;
	part_put(c->s, brand, PART_URI + (unsigned)uri, content);
	reply_status(c, 200);
	add_customized(&c->res->body, c, brand, uri);
}

#define URIS "/api/v1/brands/{id}/well-known-uris"
const struct route routes_brand_uris[] = {
	{"GET", URIS, get_all, 0, NULL},
	{"GET", URIS "/{path}", get_uri, 0, NULL},
	{"GET", URIS "/{path}/customized", get_customized, 0, NULL},
	{"PUT", URIS "/{path}/customized", put_customized, R_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
#undef URIS
