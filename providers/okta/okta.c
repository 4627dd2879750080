#include "providers/okta/okta.h"

#define KIND(name) extern const struct kind kind_##name;
#include "kinds.inc"
#undef KIND

/* In the order of the files' names, which is that of the kinds' names. */
static const struct kind *const list[] = {
#define KIND(name) &kind_##name,
#include "kinds.inc"
#undef KIND
};

static const struct kinds kinds = {list, (uint16_t)LEN(list)};

/* An identifier of the server's, for people to read. */
const struct move okta_on_off_moves[] = {
	{"INACTIVE", "ACTIVE", OP_ACTIVATE},
	{"ACTIVE", "INACTIVE", OP_DEACTIVATE},
	{0},
};

const struct lifecycle okta_on_off = {
	.field = "status",
	.born = "ACTIVE",
	.moves = okta_on_off_moves,
};

static void copy(char *to, size_t size, struct slice from)
{
	size_t n = from.n < size - 1 ? from.n : size - 1;

	for (size_t i = 0; i < n; i++)
		to[i] = from.p[i] > ' ' && from.p[i] <= '~' ? from.p[i] : '?';
	to[n] = '\0';
}

/* Appends errorSummary and the causes of an error body: {"errorCode","errorSummary","errorCauses":[...]}. */
static void add_summary(struct buf *out, const struct js *body)
{
	const struct js *causes = js_get(body, "errorCauses");

	buf_add_printable(out, js_str(js_get(body, "errorSummary")));
	for (size_t i = 0; i < js_len(causes); i++) {
		buf_adds(out, i ? ", " : ": ");
		buf_add_printable(out, js_str(js_get(js_at(causes, i), "errorSummary")));
	}
}

/* Errors that Okta means to go away: it says so in the catalogue ("try again later") or did in recordings. */
static bool is_transient(uint16_t status, const char *code)
{
	static const struct {
		uint16_t status;
		const char *codes;
	} rows[] = {
		{409, "E0000112|E0000249|E0000253|E0000268"},
		{423, "E0000239"},
		{503, "E0000010|E0000100|E0000181"},
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		if (rows[i].status == status && slice_in(slice_of(code), rows[i].codes))
			return true;
	}
	return false;
}

static enum err_code code_of(uint16_t status)
{
	if (status == 401 || status == 403)
		return ERR_AUTH;
	if (status == 429)
		return ERR_THROTTLED;
	return status >= 500 ? ERR_NET : ERR_REFUSED;
}

static const char *advice(uint16_t status, const char *code)
{
	static const struct {
		uint16_t status;
		const char *code, *text;
	} rows[] = {
		{401, "E0000011",
			"; check the token (OKTA_CLIENT_TOKEN): it is wrong, expired or revoked"},
		{401, "E0000015", "; the org does not have this feature"},
		{403, "E0000005", "; no token was sent"},
		{403, "E0000006", "; the token's administrator lacks a role for this"},
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		if (rows[i].status == status && streq(rows[i].code, code))
			return rows[i].text;
	}
	return "";
}

static enum verdict verdict(const struct http_res *res, struct err *e)
{
	AUTO(buf) struct buf text = BUF_MAX(400);
	AUTO_PTR(js) body = NULL;
	struct err ignored = ERR_INIT;
	struct http_note note = {.status = res->status};

	if (res->status >= 200 && res->status < 300)
		return SAID_YES;
	if (!res->status) {
		err_set(e, ERR_NET, "no answer: %s", res->why ? res->why : "the connection failed");
		return NO_ANSWER;
	}
	copy(note.request_id, sizeof(note.request_id), http_header(res, "x-okta-request-id", 0));
	if (res->body.n && js_parse(res->body, "the answer", &body, &ignored) == 0) {
		copy(note.code, sizeof(note.code), js_str(js_get(body, "errorCode")));
		add_summary(&text, body);
	}
	if (!text.n)
		/* some refusals of OAuth tokens have no body (Okta: insufficient_scope) */
		buf_add_printable(&text, http_header(res, "www-authenticate", 0));
	if (!text.n)
		buf_addf(&text, "HTTP status %u", res->status);
	err_set(e, code_of(res->status), "%s%s", buf_str(&text), advice(res->status, note.code));
	e->http = note;
	if (res->status == 404)
		return SAID_GONE;
	if (res->status == 429 || is_transient(res->status, note.code))
		return RETRY_LATER;
	return res->status >= 500 && res->status != 501 ? NO_ANSWER : SAID_NO;
}

static int64_t month_of(struct slice name)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (int i = 0; i < 12; i++) {
		if (name.n >= 3 && memcmp(name.p, names + (ptrdiff_t)i * 3, 3) == 0)
			return i;
	}
	return -1;
}

/* Seconds since 1970 of "Sun, 22 Nov 2026 02:27:00 GMT" (RFC 9110), or -1. */
static int64_t http_date(struct slice s)
{
	long long day, year, h, m, sec;
	int64_t month, y, era, days;

	if (s.n != 29 || (month = month_of((struct slice){s.p + 8, 3})) < 0 ||
		!slice_int((struct slice){s.p + 5, 2}, 1, 31, &day) ||
		!slice_int((struct slice){s.p + 12, 4}, 1970, 9999, &year) ||
		!slice_int((struct slice){s.p + 17, 2}, 0, 23, &h) ||
		!slice_int((struct slice){s.p + 20, 2}, 0, 59, &m) ||
		!slice_int((struct slice){s.p + 23, 2}, 0, 60, &sec))
		return -1;
	/* days from civil, with years that start in March */
	y = year - (month < 2);
	era = y / 400;
	days = era * 146097 + (y - era * 400) * 365 + (y - era * 400) / 4 - (y - era * 400) / 100 +
	       (153 * ((month + 10) % 12) + 2) / 5 + day - 1 - 719468;
	return days * 86400 + h * 3600 + m * 60 + sec;
}

/* X-Rate-Limit-Reset is in the server's clock: the same answer's Date makes it a duration. */
static struct limits limits(const struct http_res *res)
{
	long long limit, remaining, reset;
	int64_t date = http_date(http_header(res, "date", 0));
	struct limits l = {.known = false};

	if (!slice_int(http_header(res, "x-rate-limit-limit", 0), 0, UINT32_MAX, &limit) ||
		!slice_int(
			http_header(res, "x-rate-limit-remaining", 0), 0, UINT32_MAX, &remaining) ||
		!slice_int(http_header(res, "x-rate-limit-reset", 0), 0, INT64_MAX / 2, &reset))
		return l;
	l.known = true;
	l.limit = (uint32_t)limit;
	l.remaining = (uint32_t)remaining;
	l.reset_in_s = date < 0 ? 60 : reset - date;
	if (l.reset_in_s < 0)
		l.reset_in_s = 0;
	if (l.reset_in_s > 120)
		l.reset_in_s = 120;
	return l;
}

/* Okta: "Rate limits", workforce; requests per minute. Answers correct it. */
static uint32_t first_guess(const char *bucket)
{
	static const struct {
		const char *bucket;
		uint32_t per_minute;
	} rows[] = {
		{"/api/v1/apps", 100},
		{"/api/v1/apps/{id}", 500},
		{"/api/v1/groups", 500},
		{"/api/v1/groups/{id}", 1000},
		{"/api/v1/users", 600},
		{"/api/v1/users/{id}", 600},
	};

	for (size_t i = 0; i < LEN(rows); i++) {
		if (streq(rows[i].bucket, bucket))
			return rows[i].per_minute;
	}
	return 1200;
}

const struct provider okta_provider = {
	.name = "okta",
	.kinds = &kinds,
	.verdict = verdict,
	.limits = limits,
	.first_guess = first_guess,
};
