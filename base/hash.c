#include "base/hash.h"

#include <openssl/evp.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/xalloc.h"

uint64_t hash64(struct slice s)
{
	return XXH3_64bits(s.p, s.n);
}

void hash_add_sha256(struct buf *b, struct slice s)
{
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (EVP_Digest(s.p, s.n, md, &n, EVP_sha256(), NULL) != 1)
		BUG("SHA-256 is not available");
	for (unsigned int i = 0; i < n; i++)
		buf_addf(b, "%02x", md[i]);
}
