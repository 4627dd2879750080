/*
 * Address ranges: "203.0.113.0/24", "198.51.100.7-198.51.100.9" or one address, as people write them; Okta
 * has {type: CIDR|RANGE, value}. Okta keeps the host bits of a block and prints one address as "a-a"
 * (recorded traffic), so the canonical form does too.
 */
#include "providers/okta/okta.h"

#include <arpa/inet.h>

struct address {
	int family;
	unsigned char bytes[16];
};

static bool parse(struct slice text, struct address *ret)
{
	AUTO(buf) struct buf z = BUF_MAX(64);

	text = slice_trim(text);
	buf_add_slice(&z, text);
	if (!buf_ok(&z) || !text.n)
		return false;
	*ret = (struct address){.family = memchr(text.p, ':', text.n) ? AF_INET6 : AF_INET};
	return inet_pton(ret->family, buf_str(&z), ret->bytes) == 1;
}

/* In one spelling: 2001:DB8:0::1 is 2001:db8::1. */
static void add(struct buf *out, const struct address *a)
{
	char text[INET6_ADDRSTRLEN];

	buf_adds(out, inet_ntop(a->family, a->bytes, text, sizeof(text)));
}

static bool canon_block(struct slice text, struct buf *out, const char **ret_why)
{
	struct slice first;
	struct address a;
	long long bits;

	(void)slice_cut(&text, '/', &first);
	*ret_why = "the part before '/' is no address";
	if (!parse(first, &a))
		return false;
	*ret_why = a.family == AF_INET ? "the prefix is 0 to 32" : "the prefix is 0 to 128";
	if (!text.n || text.p[0] < '0' ||
		!slice_int(text, 0, a.family == AF_INET ? 32 : 128, &bits))
		return false;
	add(out, &a);
	buf_addf(out, "/%lld", bits);
	return true;
}

static bool canon(struct slice text, struct buf *out, const char **ret_why)
{
	struct slice rest = slice_trim(text), first;
	struct address a, b;

	if (rest.n && memchr(rest.p, '/', rest.n))
		return canon_block(rest, out, ret_why);
	(void)slice_cut(&rest, '-', &first);
	*ret_why = "write 203.0.113.0/24, 198.51.100.7-198.51.100.9 or one address";
	if (!parse(first, &a))
		return false;
	*ret_why = "the end of the range is no address of the same family";
	b = a;
	if (rest.p && (!parse(rest, &b) || a.family != b.family))
		return false;
	*ret_why = "the range ends before it starts";
	if (memcmp(a.bytes, b.bytes, a.family == AF_INET ? 4 : 16) > 0)
		return false;
	add(out, &a);
	buf_addc(out, '-');
	add(out, &b);
	return true;
}

static bool from_wire(const struct js *j, struct buf *out)
{
	struct slice value = js_str(js_get(j, "value"));
	const char *why;

	if (!value.n)
		return false;
	if (!canon(value, out, &why)) {
		buf_clear(out);
		buf_add_slice(out, value);
	}
	return true;
}

/* The first and the last address of a canonical text. */
static bool bounds(struct slice text, struct address *ret_first, struct address *ret_last)
{
	struct slice rest = text, first;
	long long bits;
	size_t bytes;

	if (memchr(text.p, '/', text.n)) {
		(void)slice_cut(&rest, '/', &first);
		if (!parse(first, ret_first) || !slice_int(rest, 0, 128, &bits))
			return false;
		bytes = ret_first->family == AF_INET ? 4 : 16;
		*ret_last = *ret_first;
		for (size_t bit = (size_t)bits; bit < bytes * 8; bit++) {
			unsigned char mask = (unsigned char)(0x80 >> bit % 8);

			ret_first->bytes[bit / 8] &= (unsigned char)~mask;
			ret_last->bytes[bit / 8] |= mask;
		}
		return true;
	}
	(void)slice_cut(&rest, '-', &first);
	return rest.p && parse(first, ret_first) && parse(rest, ret_last);
}

static bool same(struct slice a, struct slice b)
{
	struct address fa, la, fb, lb;

	if (slice_eq(a, b))
		return true;
	return bounds(a, &fa, &la) && bounds(b, &fb, &lb) && fa.family == fb.family &&
	       memcmp(fa.bytes, fb.bytes, sizeof(fa.bytes)) == 0 &&
	       memcmp(la.bytes, lb.bytes, sizeof(la.bytes)) == 0;
}

static struct js *to_wire(struct slice text)
{
	struct js *j = js_new_map();

	js_set(j, "type", js_new_strz(text.n && memchr(text.p, '/', text.n) ? "CIDR" : "RANGE"));
	js_set(j, "value", js_new_str(text));
	return j;
}

const struct codec okta_address = {.what = "an address range",
	.canon = canon,
	.from_wire = from_wire,
	.same = same,
	.to_wire = to_wire};
