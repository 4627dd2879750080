/*
 * base/http: headers, and the links in them.
 */
#include "tests/lib/t.h"

#include "base/attr.h"

static const struct http_header okta[] = {
	{T_TEXT("Content-Type"), T_TEXT("application/json")},
	{T_TEXT("link"), T_TEXT("<https://a.example/api/v1/users?limit=2>; rel=\"self\"")},
	{T_TEXT("Link"), T_TEXT("<https://a.example/api/v1/users?after=b&limit=2>; rel=\"next\"")},
	{T_TEXT("X-Empty"), T_TEXT("")},
};

static void test_http__finds_headers_in_any_case(void **state)
{
	const struct http_res res = {.headers = okta, .nheaders = LEN(okta)};

	(void)state;
	t_slice(http_header(&res, "content-type", 0), "application/json");
	assert_null(http_header(&res, "content-type", 1).p);
	assert_non_null(http_header(&res, "LINK", 1).p);
	assert_null(http_header(&res, "LINK", 2).p);
	t_slice(http_header(&res, "x-empty", 0), "");
	assert_null(http_header(&res, "x-none", 0).p);
}

static void test_http__finds_links_in_headers_of_their_own(void **state)
{
	const struct http_res res = {.headers = okta, .nheaders = LEN(okta)};

	(void)state;
	t_slice(http_link(&res, "next"), "https://a.example/api/v1/users?after=b&limit=2");
	t_slice(http_link(&res, "self"), "https://a.example/api/v1/users?limit=2");
	assert_null(http_link(&res, "prev").p);
}

static void test_http__finds_links_in_one_header(void **state)
{
	static const struct {
		struct slice value;
		const char *next; /* NULL: there is none */
	} rows[] = {
		{T_TEXT("<u>; rel=\"self\", <v>; rel=\"next\""), "v"},
		{T_TEXT("<u>;rel=self,<v>;rel=next"), "v"},
		{T_TEXT("<u>; rel=\"next\", <v>; rel=\"self\""), "u"},
		{T_TEXT("<u>; REL=\"NEXT\""), "u"},
		{T_TEXT("<u> ; rel = next "), "u"},
		{T_TEXT("<u>; rel=\"last next\""), "u"},
		{T_TEXT("<u>; rel=\"nextish\""), NULL},
		/* commas and semicolons in the URL */
		{T_TEXT("<u?search=a,b;c>; rel=\"next\""), "u?search=a,b;c"},
		{T_TEXT("<u?a,b>; rel=\"self\", <v?c,d>; rel=\"next\""), "v?c,d"},
		/* quoted text is no syntax */
		{T_TEXT("<u>; title=\"a, <x>; rel=next\"; rel=\"self\", <v>; rel=next"), "v"},
		{T_TEXT("<u>; title=\"say \\\"hi\\\", <x>; rel=next\"; rel=self"), NULL},
		{T_TEXT("<u>; title=\"a;b\"; rel=next; type=\"text/html\""), "u"},
		/* nothing, and nonsense */
		{T_TEXT(""), NULL},
		{T_TEXT("<u>"), NULL},
		{T_TEXT("<u>; rel"), NULL},
		{T_TEXT("<u>; rel="), NULL},
		{T_TEXT("<u>; rel=\""), NULL},
		{T_TEXT("<u"), NULL},
		{T_TEXT("u>; rel=next"), NULL},
		{T_TEXT("<>; rel=next"), ""},
		{T_TEXT("<<u>; rel=next"), "<u"},
		{T_TEXT("<u>; title=\"open, <v>; rel=next"), NULL},
		{T_TEXT("<u>; x=\"\\"), NULL},
	};

	(void)state;
	for (size_t i = 0; i < LEN(rows); i++) {
		const struct http_header h = {SLICE("link"), rows[i].value};
		const struct http_res res = {.headers = &h, .nheaders = 1};
		struct slice got = http_link(&res, "next");

		if (rows[i].next)
			t_slice(got, rows[i].next);
		else
			assert_null(got.p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_http__finds_headers_in_any_case),
		cmocka_unit_test(test_http__finds_links_in_headers_of_their_own),
		cmocka_unit_test(test_http__finds_links_in_one_header),
	};

	return t_run("http", tests);
}
