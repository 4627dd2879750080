#include "cmd/connect.h"

#include "base/fs.h"
#include "base/xalloc.h"
#include "providers/transport_curl.h"

static bool is_loopback(const char *host)
{
	struct slice h = slice_of(host);

	return slice_in(h, "localhost|127.0.0.1|[::1]|::1") || slice_starts(h, "127.");
}

static int check_url(const char *url, struct err *e)
{
	AUTO_CHAR host = NULL;
	bool https, bare;

	if (!url_split(url, &https, &host, &bare))
		return err_set(e, ERR_USAGE,
			"'%s' is no URL of a tenant; write https://acme.okta.com", url);
	if (!bare)
		return err_set(e, ERR_USAGE,
			"the tenant's URL '%s' has more than a host; write https://%s", url, host);
	if (!https && !is_loopback(host))
		return err_set(e, ERR_USAGE,
			"'%s' is not https: a token is sent over https only, except to this machine",
			url);
	if (slice_ends(slice_of(host), "-admin.okta.com") ||
		slice_ends(slice_of(host), "-admin.oktapreview.com"))
		return err_set(e, ERR_USAGE,
			"'%s' is the admin console; use the URL without '-admin'", url);
	return 0;
}

static const char *env_url(const struct app *app, struct arena *a)
{
	const char *url = app->env("OKTA_CLIENT_ORGURL"), *name = app->env("OKTA_ORG_NAME");
	const char *base = app->env("OKTA_BASE_URL");
	AUTO(buf) struct buf b = BUF_TEXT;

	if (url && *url)
		return url;
	if (!name || !*name)
		return NULL;
	buf_addf(&b, "https://%s.%s", name, base && *base ? base : "okta.com");
	return arena_str(a, buf_slice(&b));
}

int connect_url(const struct app *app, const char *option, const char *configured, struct arena *a,
	const char **ret_url, struct err *e)
{
	const char *url = option ? option : env_url(app, a);
	struct slice s;

	if (!url)
		url = configured;
	if (!url)
		return err_set(e, ERR_USAGE,
			"which tenant? set OKTA_CLIENT_ORGURL, or 'tenant' in plumb.yaml, or give --org-url");
	s = slice_trim(slice_of(url));
	while (s.n && s.p[s.n - 1] == '/')
		s.n--;
	url = arena_str(a, s);
	if (check_url(url, e) < 0)
		return -1;
	*ret_url = url;
	return 0;
}

int connect_authorization(
	const struct app *app, const char *token_file, struct buf *out, struct err *e)
{
	static const char *const names[] = {"OKTA_CLIENT_TOKEN", "OKTA_API_TOKEN"};
	const char *token = NULL;

	buf_adds(out, "SSWS ");
	if (token_file) {
		if (fs_read(token_file, out, e) < 0)
			return -1;
		while (out->n && (out->p[out->n - 1] == '\n' || out->p[out->n - 1] == '\r' ||
					 out->p[out->n - 1] == ' '))
			out->p[--out->n] = '\0';
	} else {
		for (size_t i = 0; i < LEN(names) && !token; i++) {
			token = app->env(names[i]);
			if (token && !*token)
				token = NULL;
		}
		if (!token)
			return err_set(e, ERR_USAGE,
				"no API token: set OKTA_CLIENT_TOKEN, or give --token-file");
		buf_adds(out, token);
	}
	for (size_t i = 0; i < out->n; i++) {
		if ((unsigned char)out->p[i] < 0x20 || (unsigned char)out->p[i] > 0x7e)
			return err_set(
				e, ERR_USAGE, "the API token has characters that no token has");
	}
	return 0;
}
