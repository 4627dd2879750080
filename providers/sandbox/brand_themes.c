/*
 * Themes: one a brand, its colours and variants; its images are taken but not kept.
 */
#include "providers/sandbox/brands.h"

#include <stdio.h>
#include <string.h>

/* Where Okta serves its own logo from (recordings of 2025). */
static const char okta_logo[] =
	"https://op3static.oktacdn.com/assets/img/logos/okta-logo.1e146cad5713da744492be95eb0f7793.png";

/* The org's own brand starts with Okta's look, brands that are made later with the theme's. */
static const struct variant {
	const char *member, *values, *themed;
} variants[] = {
	{"signInPageTouchPointVariant", "BACKGROUND_IMAGE|BACKGROUND_SECONDARY_COLOR|OKTA_DEFAULT",
		"BACKGROUND_IMAGE"},
	{"endUserDashboardTouchPointVariant",
		"FULL_THEME|LOGO_ON_FULL_WHITE_BACKGROUND|OKTA_DEFAULT|WHITE_LOGO_BACKGROUND",
		"FULL_THEME"},
	{"errorPageTouchPointVariant", "BACKGROUND_IMAGE|BACKGROUND_SECONDARY_COLOR|OKTA_DEFAULT",
		"BACKGROUND_IMAGE"},
	{"emailTemplateTouchPointVariant", "FULL_THEME|OKTA_DEFAULT", "FULL_THEME"},
	{"loadingPageTouchPointVariant", "NONE|OKTA_DEFAULT", "NONE"},
};

static const struct color {
	const char *member, *fresh, *contrast;
} colors[] = {
	{"primaryColorHex", "#1662dd", "primaryColorContrastHex"},
	{"secondaryColorHex", "#ebebed", "secondaryColorContrastHex"},
};

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_color(struct slice s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (digit(s.p[i]) < 0)
			return false;
	}
	return s.n == 7 && s.p[0] == '#';
}

/* Black or white, whichever is easier to read on it: by the weights of Rec. 601. */
static const char *contrast_of(struct slice color)
{
	static const int weights[] = {299, 587, 114};
	int light = 0;

	for (size_t i = 0; i < LEN(weights); i++)
		light += weights[i] * (digit(color.p[1 + 2 * i]) * 16 + digit(color.p[2 + 2 * i]));
	return light > 160 * 1000 ? "#000000" : "#ffffff";
}

static bool fill_colors(struct call *c, struct js *doc)
{
	for (size_t i = 0; i < LEN(colors); i++) {
		struct slice v = js_str(js_get(doc, colors[i].member)),
			     contrast = js_str(js_get(doc, colors[i].contrast));

		if (!is_color(v) || (contrast.n && !is_color(contrast))) {
			fail_field(c, colors[i].member, "%s: must be a colour as #rrggbb",
				colors[i].member);
			return false;
		}
		if (!contrast.n)
			js_set(doc, colors[i].contrast, js_new_strz(contrast_of(v)));
	}
	return true;
}

static void fresh_theme(struct call *c, const struct obj *o, struct js *doc)
{
	bool own = store_at(c->s, o->parent)->builtin;

	for (size_t i = 0; i < LEN(colors); i++)
		js_set(doc, colors[i].member, js_new_strz(colors[i].fresh));
	for (size_t i = 0; i < LEN(variants); i++)
		js_set(doc, variants[i].member,
			js_new_strz(own ? "OKTA_DEFAULT" : variants[i].themed));
}

static bool fill_theme(struct call *c, struct obj *o, const struct js *old, struct js *doc)
{
	if (!old)
		fresh_theme(c, o, doc);
	for (size_t i = 0; i < LEN(variants); i++) {
		const struct variant *v = &variants[i];

		if (js_type(js_get(doc, v->member)) == JS_NULL)
			js_set(doc, v->member, js_new_strz("OKTA_DEFAULT"));
		if (slice_in(js_str(js_get(doc, v->member)), v->values))
			continue;
		fail_field(c, v->member, "%s: must be one of %s", v->member, v->values);
		return false;
	}
	return fill_colors(c, doc);
}

static void show_theme(struct call *c, const struct obj *o, struct js *doc)
{
	(void)o;
	if (js_type(js_get(doc, "logo")) == JS_NULL)
		js_set(doc, "logo", js_new_strz(okta_logo));
	if (js_type(js_get(doc, "favicon")) == JS_NULL)
		js_set(doc, "favicon", brand_url(c, "/favicon.ico"));
}

static void link_theme(struct buf *b, struct call *c, const struct obj *o)
{
	static const char *const images[] = {"favicon", "logo", "background-image"};
	AUTO(buf) struct buf path = BUF_MAX(256);

	collection_path(&path, c->s, o);
	add_hint(b, c, "self", "GET|PUT", "%s", buf_str(&path));
	for (size_t i = 0; i < LEN(images); i++)
		add_hint(b, c, images[i], "POST|DELETE", "%s/%s", buf_str(&path), images[i]);
}

const struct collection brand_themes = {
	.path = "/api/v1/brands/{id}/themes",
	.kind = K_BRAND_THEME,
	.of = K_BRAND,
	.type = "Theme",
	.prefix = "the",
	.members =
		"id logo=: favicon=: backgroundImage=: primaryColorHex!: primaryColorContrastHex: secondaryColorHex!: secondaryColorContrastHex: signInPageTouchPointVariant!: endUserDashboardTouchPointVariant!: errorPageTouchPointVariant!: emailTemplateTouchPointVariant!: loadingPageTouchPointVariant:",
	.event = "system.theme.*",
	.flags = C_NO_CREATE | C_NO_DELETE,
	.fill = fill_theme,
	.links = link_theme,
	.show = show_theme,
};

/* --- images --- */

static const struct format {
	const char *name, *magic;
	size_t n;
} formats[] = {
	{"PNG", "\x89PNG\r\n\x1a\n", 8},
	{"JPG", "\xff\xd8\xff", 3},
	{"GIF", "GIF8", 4},
	{"ICO", "\0\0\1\0", 4},
};

static const struct image {
	const char *segment, *member, *formats;
	size_t max;
	uint16_t status;
} images[] = {
	{"logo", "logo", "PNG|JPG|GIF", 100 << 10, 200},
	{"favicon", "favicon", "PNG|ICO", 100 << 10, 201},
	{"background-image", "backgroundImage", "PNG|JPG|GIF", 2 << 20, 201},
};

static struct slice find_in(struct slice text, struct slice what)
{
	const char *at = text.n && what.n ? memmem(text.p, text.n, what.p, what.n) : NULL;

	return at ? (struct slice){at, text.n - (size_t)(at - text.p)} : (struct slice){NULL, 0};
}

/* The content of the first part of a multipart body; p NULL where there is none. */
static struct slice first_part(const struct call *c)
{
	AUTO(buf) struct buf mark = BUF_MAX(512);
	struct slice b = find_in(c->req->content_type, SLICE("boundary=")), word, at, end;

	if (!b.p)
		return b;
	b = (struct slice){b.p + 9, b.n - 9};
	slice_cut(&b, ';', &word);
	word = slice_trim(word);
	if (word.n > 1 && word.p[0] == '"')
		word = (struct slice){word.p + 1, word.n - 2};
	if (!word.n || word.n > 70) /* RFC 2046 */
		return (struct slice){NULL, 0};
	buf_addf(&mark, "--%.*s", SLICE_ARG(word));
	at = find_in(c->req->body, buf_slice(&mark));
	if (!at.p)
		return at;
	at = find_in(at, SLICE("\r\n\r\n"));
	if (!at.p)
		return at;
	at = (struct slice){at.p + 4, at.n - 4};
	buf_clear(&mark);
	buf_addf(&mark, "\r\n--%.*s", SLICE_ARG(word));
	end = find_in(at, buf_slice(&mark));
	return end.p ? (struct slice){at.p, (size_t)(end.p - at.p)} : end;
}

static const char *format_of(struct slice file)
{
	for (size_t i = 0; i < LEN(formats); i++) {
		if (file.n > formats[i].n && memcmp(file.p, formats[i].magic, formats[i].n) == 0)
			return formats[i].name;
	}
	return "";
}

/* The last segment of the path says which image. */
static const struct image *image_of(const struct call *c)
{
	size_t i = 0;

	while (i < LEN(images) - 1 && !slice_ends(c->path, images[i].segment))
		i++;
	return &images[i];
}

static struct obj *theme_of(struct call *c)
{
	const struct obj *brand = brand_of(c);
	struct obj *o = brand ? collection_find(c, &brand_themes, c->arg[1]) : NULL;

	if (!o || o->parent == brand->ix)
		return o;
	fail_missing(c, c->arg[1], brand_themes.type);
	return NULL;
}

static void set_image(struct obj *theme, const struct image *image, struct js *url)
{
	AUTO_PTR(js) doc = obj_doc(theme);

	js_set(doc, image->member, url);
	obj_put(theme, doc);
}

static void upload(struct call *c)
{
	const struct image *image = image_of(c);
	struct obj *theme = theme_of(c);
	struct slice file = first_part(c);
	char id[21], path[64];
	struct js *answer;

	if (!theme)
		return;
	if (!file.n || !slice_in(slice_of(format_of(file)), image->formats)) {
		fail_field(c, "file", "file: must be an image of %s", image->formats);
		return;
	}
	if (file.n >= image->max) {
		fail_field(c, "file", "file: must be smaller than %zu bytes", image->max);
		return;
	}
	store_new_id(c->s, "fs0", id);
	snprintf(path, sizeof(path), "/bc/image/fileStoreRecord?id=%s", id);
	set_image(theme, image, brand_url(c, path));
	answer = js_new_map();
	js_set(answer, "url", brand_url(c, path));
	reply_js(c, image->status, answer);
}

static void delete_image(struct call *c)
{
	struct obj *theme = theme_of(c);

	if (!theme)
		return;
	set_image(theme, image_of(c), js_new_null());
	reply_status(c, 204);
}

#define THEME "/api/v1/brands/{id}/themes/{id}/"
const struct route routes_brand_themes[] = {
	{"POST", THEME "logo", upload, 0, "system.theme.update"},
	{"DELETE", THEME "logo", delete_image, 0, "system.theme.update"},
	{"POST", THEME "favicon", upload, 0, "system.theme.update"},
	{"DELETE", THEME "favicon", delete_image, 0, "system.theme.update"},
	{"POST", THEME "background-image", upload, 0, "system.theme.update"},
	{"DELETE", THEME "background-image", delete_image, 0, "system.theme.update"},
	{NULL, NULL, NULL, 0, NULL},
};
#undef THEME
