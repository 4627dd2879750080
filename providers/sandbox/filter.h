/*
 * The expressions of filter= and search=: SCIM in the subset that Okta takes.
 */
#pragma once

#include "providers/sandbox/core.h"

struct filter;
enum filter_dialect {
	FILTER_EXACT,  /* of filter= */
	FILTER_SEARCH, /* of search=: without regard to case */
	FILTER_LOG     /* of the System Log: that, and "not (...)" */
};
/* NULL when text is no expression; lives in the call's arena. */
const struct filter *filter_parse(struct call *c, struct slice text, enum filter_dialect d);
/* test answers attributes that are no part of the document; it may be NULL. */
typedef bool filter_test(void *self, struct slice attr, struct slice value, bool *ret_match);
bool filter_match(const struct filter *f, const struct js *doc, filter_test *test, void *self);
/* The value, when the whole expression is attr eq "value". */
bool filter_only_eq(const struct filter *f, const char *attr, struct slice *ret_value);
/* Are all attributes in the list "a|b|c"; a word that ends in '.' allows everything below? */
bool filter_attrs_in(const struct filter *f, const char *words);
/* Are all operators in the list ops, or in the list some where the attribute is in attrs? */
bool filter_ops_in(const struct filter *f, const char *ops, const char *some, const char *attrs);
/* Is there a part with this operator, and one of these attributes? */
bool filter_has(const struct filter *f, const char *op, const char *attrs);
/* 400 E0000031. */
void fail_filter(struct call *c, struct slice text);
