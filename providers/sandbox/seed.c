/*
 * Seeds: requests as JSON lines, with names for the ids that come back; and recorded answers.
 */
#include "providers/sandbox/core.h"

#include "base/pool.h"
#include "base/xalloc.h"

#include <ctype.h>

struct id {
	char text[21];
};

struct seeder {
	struct sandbox *s;
	struct pool *names;
	VEC(struct id) ids; /* by strid */
};

static bool is_name(char ch)
{
	return isalnum((unsigned char)ch) || ch == '_' || ch == '-' || ch == ' ' || ch == '.' ||
	       ch == '@';
}

/* {name} cannot stand in JSON outside of strings, so the raw line can be searched. */
static void substitute(const struct seeder *w, struct slice line, struct buf *to)
{
	for (size_t i = 0; i < line.n; i++) {
		size_t n = 1;
		strid id;

		while (line.p[i] == '{' && i + n < line.n && is_name(line.p[i + n]))
			n++;
		id = n > 1 && i + n < line.n && line.p[i + n] == '}'
			     ? pool_find(w->names, (struct slice){line.p + i + 1, n - 1})
			     : 0;
		if (!id || id >= w->ids.n || !w->ids.v[id].text[0]) {
			buf_addc(to, line.p[i]);
			continue;
		}
		buf_adds(to, w->ids.v[id].text);
		i += n;
	}
}

static void remember(struct seeder *w, struct slice name, const char *id)
{
	strid at = pool_add(w->names, name);

	while (w->ids.n <= at)
		vec_push(&w->ids, (struct id){""});
	memcpy(w->ids.v[at].text, id, sizeof(w->ids.v[at].text));
}

int seed_request(struct sandbox *s, const char *method, struct slice path, struct slice body,
	char *ret_id, struct err *e)
{
	AUTO(sandbox_res) struct sandbox_res res = {0};
	AUTO(buf) struct buf auth = BUF_MAX(1024);
	AUTO_PTR(js) doc = NULL;
	struct sandbox_req req = {.method = method, .target = path, .body = body, .aside = true};
	struct slice id;

	buf_addf(&auth, "SSWS %s", s->token ? s->token : "");
	req.authorization = buf_slice(&auth);
	sandbox_handle(s, &req, &res);
	if (res.status < 200 || res.status > 299)
		return err_set(e, ERR_REFUSED, "%s %.*s was answered with %u %.*s", method,
			SLICE_ARG(path), (unsigned)res.status, SLICE_ARG(buf_slice(&res.body)));
	if (!ret_id)
		return 0;
	ret_id[0] = '\0';
	if (!res.body.n)
		return 0;
	if (js_parse(buf_slice(&res.body), "an answer", &doc, e) < 0)
		return -1;
	id = js_str(js_get(doc, "id"));
	if (id.n == 20) {
		memcpy(ret_id, id.p, 20);
		ret_id[20] = '\0';
	}
	return 0;
}

static int run_line(struct seeder *w, struct slice line, struct err *e)
{
	AUTO(buf) struct buf text = BUF_TEXT;
	AUTO(buf) struct buf body = BUF_TEXT;
	AUTO_PTR(js) doc = NULL;
	AUTO_CHAR method = NULL;
	bool filling = w->s->filling;
	char id[21];
	int done;

	substitute(w, line, &text);
	if (js_parse(buf_slice(&text), "the line", &doc, e) < 0)
		return -1;
	if (js_get(doc, "response")) {
		inventory_take(w->s, doc);
		return 0;
	}
	if (js_type(js_get(doc, "method")) != JS_STR || js_type(js_get(doc, "path")) != JS_STR)
		return err_set(e, ERR_USAGE, "a request needs \"method\" and \"path\"");
	method = xstrndup(js_str(js_get(doc, "method")).p, js_str(js_get(doc, "method")).n);
	if (js_get(doc, "body"))
		js_write(&body, js_get(doc, "body"));
	/* what no API call can bring about: an enrolled device, a locked account */
	w->s->filling = filling || js_bool(js_get(doc, "system"));
	done = seed_request(w->s, method, js_str(js_get(doc, "path")), buf_slice(&body), id, e);
	w->s->filling = filling;
	if (done < 0)
		return -1;
	if (js_type(js_get(doc, "as")) == JS_STR)
		remember(w, js_str(js_get(doc, "as")), id);
	return 0;
}

int sandbox_seed(struct sandbox *s, struct slice lines, const char *name, struct err *e)
{
	struct seeder w = {.s = s, .names = pool_new()};
	bool silent = s->silent;
	struct slice line;
	int n = 0, done = 0;

	s->silent = true;
	while (done == 0 && slice_cut(&lines, '\n', &line)) {
		n++;
		line = slice_trim(line);
		if (line.n && line.p[0] != '#' && run_line(&w, line, e) < 0)
			done = err_in(e, "%s:%d", name, n);
	}
	pool_free(w.names);
	vec_free(&w.ids);
	s->silent = silent;
	return done;
}
