/*
 * Brands and what hangs on them: themes, pages, e-mail templates, well-known URIs, domains.
 */
#pragma once

#include "providers/sandbox/collection.h"

extern const struct collection brands, brand_themes, email_templates, email_customizations, domains,
	email_domains;

/* The brand that the first argument of the path names; answers 404. */
struct obj *brand_of(struct call *c);
/* The org's own brand, or NULL while there is none yet. */
struct obj *brand_default(const struct sandbox *s);
/* The brand of that name, made where there is none: a custom domain that names no brand gets its own. */
struct obj *brand_named(struct call *c, struct slice name);
/* Sets or, with NULL, takes out which e-mail domain the brand sends from. */
void brand_set_email_domain(struct obj *brand, const char *id);
/* An object as it is printed, to stand within another answer. */
struct js *brand_printed(struct call *c, const struct collection *col, const struct obj *o);
/* An address below the org, as a JSON string. */
struct js *brand_url(const struct call *c, const char *path);

/*
 * Parts of a brand that are there or not: pages that somebody wrote, URIs. At most one of each, kept as the
 * document that is printed.
 */
enum brand_part {
	PART_SIGN_IN, /* each page has its preview behind it */
	PART_SIGN_IN_PREVIEW,
	PART_ERROR,
	PART_ERROR_PREVIEW,
	PART_SIGN_OUT,
	PART_URI, /* one for each path */
	PART_COUNT = PART_URI + 3,
};
struct obj *part_find(const struct sandbox *s, const struct obj *brand, unsigned part);
void part_put(struct sandbox *s, const struct obj *brand, unsigned part, const struct js *doc);

/* What comes with a brand, and what goes with it. */
void email_templates_make(struct call *c, struct obj *brand);
/* Is a custom domain served with this brand? */
bool domains_use(const struct sandbox *s, const struct obj *brand);
