/*
 * Signed tokens: what is believed and what is not, whatever somebody sends.
 */
#include "tests/lib/t.h"

#include "base/jwt.h"

static struct js *parse(const char *text)
{
	struct err e = ERR_INIT;
	struct js *j = NULL;

	assert_int_equal(js_parse(slice_of(text), "the test's text", &j, &e), 0);
	return j;
}

/* One key an algorithm: making them takes the time. */
static struct js *keys[3];
static const char *const key_algs[] = {"RS256", "ES256", "ES512"};

static int make_keys(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < LEN(keys); i++) {
		if (jwt_key_generate(key_algs[i], &keys[i], &e) < 0)
			return -1;
	}
	return 0;
}

static int wipe_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < LEN(keys); i++)
		jwt_key_wipe(keys[i]);
	return 0;
}

static void sign(struct buf *b, size_t key, const char *header, const char *claims)
{
	AUTO_PTR(js) h = parse(header);
	AUTO_PTR(js) c = parse(claims);
	struct err e = ERR_INIT;

	assert_int_equal(jwt_sign(b, h, c, keys[key], &e), 0);
}

static int verify(const struct buf *b, const struct js *jwk, const char *algs)
{
	AUTO_PTR(js) claims = NULL;
	struct err e = ERR_INIT;
	int done = jwt_verify(buf_slice(b), jwk, algs, &claims, &e);

	assert_true(done == 0 ? claims != NULL : (claims == NULL && e.msg[0]));
	return done;
}

static void test_jwt__what_a_key_signed_is_believed(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"RS256\",\"kid\":\"a\"}", "{\"alg\":\"ES256\"}", "{\"alg\":\"ES512\"}"};

	(void)state;
	for (size_t i = 0; i < LEN(keys); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;
		AUTO_PTR(js) public = jwt_key_public(keys[i]);
		AUTO_PTR(js) header = NULL;
		AUTO_PTR(js) claims = NULL;
		struct err e = ERR_INIT;

		assert_false(jwt_key_is_private(public));
		assert_true(jwt_key_is_private(keys[i]));
		sign(&b, i, headers[i], "{\"sub\":\"x\",\"n\":7}");
		assert_int_equal(jwt_read(buf_slice(&b), &header, NULL, &e), 0);
		assert_true(slice_is(js_str(js_get(header, "alg")), key_algs[i]));
		assert_int_equal(jwt_verify(buf_slice(&b), public, jwt_algs, &claims, &e), 0);
		assert_true(slice_is(js_str(js_get(claims, "sub")), "x"));
		assert_int_equal(js_int(js_get(claims, "n")), 7);
	}
}

static void test_jwt__another_key_or_one_changed_byte_is_not_believed(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	struct js *other = NULL;
	struct err e = ERR_INIT;

	(void)state;
	sign(&b, 1, "{\"alg\":\"ES256\"}", "{\"sub\":\"x\"}");
	assert_int_equal(jwt_key_generate("ES256", &other, &e), 0);
	assert_int_equal(verify(&b, other, jwt_algs), -1);
	assert_int_equal(verify(&b, keys[0], jwt_algs), -1);
	jwt_key_wipe(other);
	assert_int_equal(verify(&b, keys[1], jwt_algs), 0);
	for (size_t i = 0; i + 1 < b.n; i += 3) {
		char was = b.p[i];

		b.p[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(verify(&b, keys[1], jwt_algs), -1);
		b.p[i] = was;
	}
}

static void test_jwt__only_the_allowed_algorithms_count(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;
	AUTO(buf) struct buf none = BUF_TEXT;
	AUTO_PTR(js) oct = parse("{\"kty\":\"oct\",\"k\":\"c2VjcmV0\"}");
	AUTO_PTR(js) h = parse("{\"alg\":\"HS256\"}");
	AUTO_PTR(js) c = parse("{}");
	struct err e = ERR_INIT;

	(void)state;
	sign(&b, 0, "{\"alg\":\"RS256\"}", "{}");
	assert_int_equal(verify(&b, keys[0], "RS384|ES256"), -1);
	assert_int_equal(verify(&b, keys[0], "RS256"), 0);
	/* {"alg":"none"}, and the public key taken for a shared secret */
	buf_adds(&none, "eyJhbGciOiJub25lIn0.e30.AA");
	assert_int_equal(verify(&none, keys[0], jwt_algs), -1);
	assert_int_equal(verify(&none, oct, jwt_algs), -1);
	assert_int_equal(verify(&none, NULL, jwt_algs), -1);
	assert_int_equal(jwt_sign(&none, h, c, oct, &e), -1);
	assert_int_equal(jwt_key_generate("none", &h, &e), -1);
}

static void test_jwt__critical_extensions_are_refused(void **state)
{
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	sign(&b, 1, "{\"alg\":\"ES256\",\"crit\":[\"x\"],\"x\":1}", "{}");
	assert_int_equal(verify(&b, keys[1], jwt_algs), -1);
}

static void test_jwt__what_is_no_token_is_an_error(void **state)
{
	static const char *const bad[] = {"", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.",
		"e30..e30", "W10.e30.AA", "e30.W10.AA", "!!.e30.AA", "e30.e30.AA", "e.e.e",
		"eyJhbGciOlsxXX0.e30.AA", "eyJhbGciOiJSUzI1NiJ9.e30.%%"};
	AUTO(buf) struct buf big = BUF_TEXT;

	(void)state;
	for (size_t i = 0; i < LEN(bad); i++) {
		AUTO(buf) struct buf b = BUF_TEXT;

		buf_adds(&b, bad[i]);
		assert_int_equal(verify(&b, keys[0], jwt_algs), -1);
	}
	buf_pad(&big, 'A', JWT_MAX + 1);
	assert_int_equal(verify(&big, keys[0], jwt_algs), -1);
}

static void test_jwt__what_is_no_key_verifies_nothing(void **state)
{
	static const char *const bad[] = {"{}", "[]", "1", "{\"kty\":\"RSA\"}", "{\"kty\":7}",
		"{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"AA\",\"y\":\"AA\"}", "{\"keys\":[]}",
		"{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":[],\"y\":{}}"};
	AUTO(buf) struct buf b = BUF_TEXT;
	AUTO(buf) struct buf huge = BUF_TEXT;
	AUTO(buf) struct buf thumb = BUF_TEXT;
	AUTO_PTR(js) fat = NULL;

	(void)state;
	sign(&b, 1, "{\"alg\":\"ES256\"}", "{}");
	for (size_t i = 0; i < LEN(bad); i++) {
		AUTO_PTR(js) key = parse(bad[i]);

		assert_int_equal(verify(&b, key, jwt_algs), -1);
	}
	buf_adds(&huge, "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"");
	buf_pad(&huge, 'A', 20000);
	buf_adds(&huge, "\"}");
	fat = parse(buf_str(&huge));
	assert_null(jwt_key_public(fat));
	assert_int_equal(jwt_key_thumbprint(&thumb, fat), -1);
}

/* The example of RFC 7638, section 3.1. */
static void test_jwt__thumbprints_are_those_of_the_standard(void **state)
{
	AUTO_PTR(js)
	key = parse(
		"{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\"}");
	AUTO(buf) struct buf b = BUF_TEXT;

	(void)state;
	assert_int_equal(jwt_key_thumbprint(&b, key), 0);
	assert_string_equal(buf_str(&b), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
}

static void test_jwt__base64_in_both_alphabets(void **state)
{
	static const char *const bad[] = {"A", "AAAAA", "a*b=", "\xff\xff"};
	AUTO(buf) struct buf b = BUF_TEXT;
	AUTO(buf) struct buf text = BUF_TEXT;

	(void)state;
	assert_int_equal(jwt_add_decoded(&b, SLICE("+/8=")), 0);
	assert_int_equal(jwt_add_decoded(&b, SLICE("-_8")), 0);
	assert_int_equal(jwt_add_decoded(&b, SLICE("")), 0);
	assert_true(slice_is(buf_slice(&b), "\xfb\xff\xfb\xff"));
	jwt_add_base64url(&text, buf_slice(&b));
	assert_string_equal(buf_str(&text), "-__7_w");
	for (size_t i = 0; i < LEN(bad); i++)
		assert_int_equal(jwt_add_decoded(&b, slice_of(bad[i])), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jwt__what_a_key_signed_is_believed),
		cmocka_unit_test(test_jwt__another_key_or_one_changed_byte_is_not_believed),
		cmocka_unit_test(test_jwt__only_the_allowed_algorithms_count),
		cmocka_unit_test(test_jwt__critical_extensions_are_refused),
		cmocka_unit_test(test_jwt__what_is_no_token_is_an_error),
		cmocka_unit_test(test_jwt__what_is_no_key_verifies_nothing),
		cmocka_unit_test(test_jwt__thumbprints_are_those_of_the_standard),
		cmocka_unit_test(test_jwt__base64_in_both_alphabets),
	};

	return cmocka_run_group_tests_name("jwt", tests, make_keys, wipe_keys);
}
