#include "base/rfc3339.h"

#include <time.h>

void rfc3339_add(struct buf *b, int64_t unix_s)
{
	time_t t = (time_t)unix_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return;
	buf_addf(b, "%04d-%02d-%02dT%02d:%02d:%02d.000Z", tm.tm_year + 1900, tm.tm_mon + 1,
		tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

void http_date_add(struct buf *b, int64_t unix_s)
{
	static const char days[][4] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
	static const char months[][4] = {
		"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	time_t t = (time_t)unix_s;
	struct tm tm;

	if (!gmtime_r(&t, &tm))
		return;
	buf_addf(b, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday], tm.tm_mday,
		months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

/* n digits at the start of *s, which are taken off. */
static bool digits(struct slice *s, size_t n, int max, int *ret)
{
	long long v;

	if (s->n < n || !slice_int((struct slice){s->p, n}, 0, max, &v) || s->p[0] == '+' ||
		s->p[0] == '-')
		return false;
	s->p += n;
	s->n -= n;
	*ret = (int)v;
	return true;
}

static bool skip(struct slice *s, const char *any)
{
	if (!s->n || !strchr(any, s->p[0]))
		return false;
	s->p++;
	s->n--;
	return true;
}

/* "Z", "+02:00", "-0330"; in seconds. */
static bool offset(struct slice s, int64_t *ret)
{
	bool minus = s.n && s.p[0] == '-';
	int h, m;

	*ret = 0;
	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z'))
		return true;
	if (!skip(&s, "+-") || !digits(&s, 2, 23, &h))
		return false;
	skip(&s, ":");
	if (!digits(&s, 2, 59, &m) || s.n)
		return false;
	*ret = (minus ? -1 : 1) * (int64_t)(h * 3600 + m * 60);
	return true;
}

bool rfc3339_parse(struct slice s, int64_t *ret_unix_s)
{
	struct tm t = {0};
	int64_t off = 0;

	if (!digits(&s, 4, 9999, &t.tm_year) || t.tm_year < 1970 || !skip(&s, "-") ||
		!digits(&s, 2, 12, &t.tm_mon) || !t.tm_mon || !skip(&s, "-") ||
		!digits(&s, 2, 31, &t.tm_mday) || !t.tm_mday)
		return false;
	t.tm_year -= 1900;
	t.tm_mon--;
	if (s.n) {
		if (!skip(&s, "Tt ") || !digits(&s, 2, 23, &t.tm_hour) || !skip(&s, ":") ||
			!digits(&s, 2, 59, &t.tm_min))
			return false;
		if (skip(&s, ":") && !digits(&s, 2, 60, &t.tm_sec))
			return false;
		if (skip(&s, ".")) {
			while (skip(&s, "0123456789"))
				;
		}
		if (!offset(s, &off))
			return false;
	}
	*ret_unix_s = timegm(&t) - off;
	return true;
}
