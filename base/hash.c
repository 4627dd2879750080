#include "base/hash.h"

#include <openssl/evp.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/xalloc.h"

uint64_t hash64(struct slice s)
{
	return XXH3_64bits(s.p, s.n);
}

void hash_sha256(struct slice s, unsigned char ret[HASH_SHA256_BYTES])
{
	if (EVP_Digest(s.p, s.n, ret, NULL, EVP_sha256(), NULL) != 1)
		BUG("SHA-256 is not available");
}

void hash_add_sha256(struct buf *b, struct slice s)
{
	unsigned char md[HASH_SHA256_BYTES];

	hash_sha256(s, md);
	for (size_t i = 0; i < sizeof(md); i++)
		buf_addf(b, "%02x", md[i]);
}
