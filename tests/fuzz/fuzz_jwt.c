/*
 * Any bytes as a token and, behind the first line, as the key that should have signed it. The corpus' good pair
 * verifies; nothing verifies with an algorithm that is not asked for.
 */
#include "base/jwt.h"
#include "base/xalloc.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = {(const char *)data, size}, token = {"", 0};
	AUTO_PTR(js) header = NULL;
	AUTO_PTR(js) claims = NULL;
	AUTO_PTR(js) verified = NULL;
	AUTO_PTR(js) wrong = NULL;
	AUTO_PTR(js) key = NULL;
	AUTO(buf) struct buf thumb = BUF_TEXT;
	struct err e = ERR_INIT;
	bool good;

	(void)slice_cut(&rest, '\n', &token);
	if (js_parse(rest, "a key", &key, &e) < 0)
		key = NULL;
	(void)!jwt_key_thumbprint(&thumb, key);
	(void)jwt_key_is_private(key);
	good = jwt_verify(token, key, jwt_algs, &verified, &e) == 0;
	if (jwt_read(token, &header, &claims, &e) < 0 && good)
		BUG("verified, and cannot be read");
	if (good && !js_equal(claims, verified))
		BUG("verified other claims than are there");
	if (jwt_verify(token, key, "none|HS256", &wrong, &e) == 0)
		BUG("verified with an algorithm that is none");
	return 0;
}
