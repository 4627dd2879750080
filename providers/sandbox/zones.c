/*
 * Network zones.
 */
#include "providers/sandbox/filter.h"
#include "providers/sandbox/log.h"
#include "providers/sandbox/policies.h"
#include "providers/sandbox/refs.h"

#include <stdlib.h>

static struct obj *zone_of(struct call *c)
{
	struct obj *z = store_find(c->s, K_ZONE, c->arg[0]);

	if (!z)
		fail_missing(c, c->arg[0], "NetworkZone");
	return z;
}

static void add_text(struct buf *b, struct call *c, const struct obj *z, struct slice text)
{
	const char *verb = z->status == ST_ACTIVE ? "deactivate" : "activate";

	buf_add_slice(b, text);
	add_nested(b, "_links");
	add_hint(b, c, "self", "GET|PUT|DELETE", "/api/v1/zones/%s", z->id);
	add_hint(b, c, verb, "POST", "/api/v1/zones/%s/lifecycle/%s", z->id, verb);
	buf_adds(b, "}}");
}

static void add_zone(struct buf *b, struct call *c, const struct obj *z)
{
	add_text(b, c, z, obj_text(z));
}

static void reply_zone(struct call *c, const struct obj *z)
{
	reply_status(c, 200);
	add_zone(&c->res->body, c, z);
}

/*
 * The answer to a PUT repeats what it was sent of the status, which stays as it is, and of the list of exempt
 * addresses; a GET has neither.
 */
static void reply_put(struct call *c, const struct obj *z, struct js *doc)
{
	const struct js *exempt = js_get(c->body, "useAsExemptList");
	struct slice status = js_str(js_get(c->body, "status"));
	AUTO(buf) struct buf text = BUF_TEXT;

	if (slice_in(status, "ACTIVE|INACTIVE"))
		js_set(doc, "status", js_new_str(status));
	if (z->system && js_bool(exempt)) {
		js_set(doc, "useAsExemptList", js_new_bool(true));
		js_set(doc, "useAsBlackList", js_new_bool(false));
	}
	js_write(&text, doc);
	reply_status(c, 200);
	add_text(&c->res->body, c, z, buf_slice(&text));
}

static bool has(struct slice s, char ch)
{
	return s.n && memchr(s.p, ch, s.n);
}

/* Addresses in order; one address as a range runs from itself to itself. NULL when an entry is no good. */
static struct js *addresses(struct call *c, const char *name)
{
	const struct js *in = js_get(c->body, name);
	struct js *to;

	if (js_type(in) != JS_LIST || !js_len(in))
		return js_new_null();
	to = js_new_list();
	for (size_t i = 0; i < js_len(in); i++) {
		struct slice type = js_str(js_get(js_at(in, i), "type")),
			     value = js_str(js_get(js_at(in, i), "value"));
		AUTO(buf) struct buf text = BUF_MAX(512);
		struct js *one;

		if (!slice_in(type, "CIDR|RANGE") || !value.n || value.n > 100 ||
			(slice_is(type, "CIDR") && !has(value, '/'))) {
			js_free(to);
			fail_field(c, name, "%s: Invalid IP address or range", name);
			return NULL;
		}
		buf_add_slice(&text, value);
		if (slice_is(type, "RANGE") && !has(value, '-'))
			buf_addf(&text, "-%.*s", SLICE_ARG(value));
		one = js_new_map();
		js_set(one, "type", js_new_str(type));
		js_set(one, "value", js_new_str(buf_slice(&text)));
		js_push(to, one);
	}
	return to;
}

static bool fill_ip(struct call *c, struct js *doc)
{
	static const char *const parts[] = {"gateways", "proxies"};

	for (size_t i = 0; i < LEN(parts); i++) {
		struct js *list = addresses(c, parts[i]);

		if (!list)
			return false;
		js_set(doc, parts[i], list);
	}
	if (js_type(js_get(doc, "gateways")) == JS_NULL &&
		js_type(js_get(doc, "proxies")) == JS_NULL && !c->s->filling) {
		fail_field(c, "gateways", "gateways: at least one gateway or proxy is needed");
		return false;
	}
	if (slice_is(js_str(js_get(doc, "usage")), "BLOCKLIST") &&
		js_type(js_get(doc, "proxies")) != JS_NULL) {
		fail_field(c, "proxies", "proxies: a zone for blocking cannot have proxies");
		return false;
	}
	return true;
}

static int by_place(const void *x, const void *y)
{
	const struct js *const *a = x, *const *b = y;
	int d = slice_cmp(js_str(js_get(*a, "country")), js_str(js_get(*b, "country")));

	return d ? d : slice_cmp(js_str(js_get(*a, "region")), js_str(js_get(*b, "region")));
}

/* Sorted, each with a region. */
static struct js *locations(struct call *c, const struct js *in)
{
	size_t n = js_len(in);
	const struct js **v = arena_array(&c->mem, n + 1, sizeof(*v));
	struct js *to = js_new_list();

	for (size_t i = 0; i < n; i++)
		v[i] = js_at(in, i);
	if (n)
		qsort(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n; i++) {
		struct js *one;

		if (js_type(v[i]) != JS_MAP)
			continue;
		one = js_copy(v[i]);
		js_default(one, "region", js_new_null());
		js_push(to, one);
	}
	return to;
}

static bool fill_dynamic(struct call *c, struct js *doc)
{
	const struct js *places = js_get(c->body, "locations"), *asns = js_get(c->body, "asns"),
			*proxy = js_get(c->body, "proxyType");

	if (!js_len(places) && !js_len(asns) && !js_str(proxy).n) {
		fail_field(c, "locations", "locations: at least one condition is needed");
		return false;
	}
	js_set(doc, "locations", js_len(places) ? locations(c, places) : js_new_null());
	js_set(doc, "proxyType", proxy ? js_copy(proxy) : js_new_null());
	if (js_len(asns))
		js_set(doc, "asns", js_copy(asns));
	return true;
}

static bool fill_enhanced(struct call *c, struct js *doc)
{
	static const char *const parts[] = {"locations", "ipServiceCategories", "asns"};
	static const char *const sides[] = {"include", "exclude"};

	for (size_t i = 0; i < LEN(parts); i++) {
		const struct js *part = js_get(c->body, parts[i]);
		struct js *to = js_new_map();

		for (size_t k = 0; k < LEN(sides); k++) {
			const struct js *v = js_get(part, sides[k]);

			if (js_type(v) != JS_LIST)
				js_set(to, sides[k], js_new_list());
			else
				js_set(to, sides[k], i == 0 ? locations(c, v) : js_copy(v));
		}
		js_set(doc, parts[i], to);
	}
	return true;
}

static const struct {
	const char *type;
	bool (*fill)(struct call *c, struct js *doc);
} types[] = {
	{"IP", fill_ip},
	{"DYNAMIC", fill_dynamic},
	{"DYNAMIC_V2", fill_enhanced},
};

static bool check_body(struct call *c, const struct obj *self, const struct js *old, size_t type)
{
	struct slice name = js_str(js_get(c->body, "name")),
		     usage = js_str(js_get(c->body, "usage"));
	const struct obj *other = name_find(c->s, K_ZONE, 0, name);

	if (type == LEN(types) || (old && !slice_is(js_str(js_get(old, "type")), types[type].type)))
		fail_field(c, "type", "type: the type cannot be used or changed");
	else if (!name.n || name.n > 128)
		fail_field(c, "name", "name: must be between 1 and 128 characters");
	else if (other && other != self)
		fail_field(c, "name",
			"name: An object with this field already exists in the current organization");
	else if (usage.n && !slice_in(usage, "POLICY|BLOCKLIST"))
		fail_field(c, "usage", "usage: must be POLICY or BLOCKLIST");
	else
		return true;
	return false;
}

/* The document that the body makes; NULL when the call was answered. */
static struct js *zone_doc(struct call *c, struct obj *z, const struct js *old)
{
	struct slice name = js_str(js_get(c->body, "name")), type = js_str(js_get(c->body, "type")),
		     usage = js_str(js_get(c->body, "usage"));
	struct js *doc;
	size_t t = 0;

	while (t < LEN(types) && !slice_is(type, types[t].type))
		t++;
	if (!check_body(c, z, old, t))
		return NULL;
	doc = js_new_map();
	js_set(doc, "type", js_new_str(type));
	js_set(doc, "id", js_new_strz(z->id));
	js_set(doc, "name", js_new_str(name));
	js_set(doc, "status", js_new_strz(status_names[z->status]));
	js_set(doc, "usage", usage.n ? js_new_str(usage) : js_new_strz("POLICY"));
	js_set(doc, "created", old ? js_copy(js_get(old, "created")) : js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "system", js_new_bool(z->system));
	if (types[t].fill(c, doc))
		return doc;
	js_free(doc);
	return NULL;
}

/* A zone's addresses are blocked, or no more, which is an event of its own. */
static void tell(struct call *c, const struct obj *z, const struct js *old, const struct js *now)
{
	bool was = slice_is(js_str(js_get(old, "usage")), "BLOCKLIST"),
	     is = slice_is(js_str(js_get(now, "usage")), "BLOCKLIST");
	AUTO(buf) struct buf data = BUF_TEXT;
	AUTO(buf) struct buf detail = BUF_TEXT;

	js_write(&data, now);
	buf_adds(&detail, "\"zoneData\":");
	buf_add_json(&detail, buf_slice(&data));
	c->detail = arena_str(&c->mem, buf_slice(&detail));
	if (was != is)
		log_also(c, &(struct log_note){is ? "zone.make_blacklist" : "zone.remove_blacklist",
				    {z}, c->detail});
}

static void create_zone(struct call *c)
{
	struct obj *z = store_new(c->s, K_ZONE, "nzo");
	AUTO_PTR(js) doc = NULL;

	z->system = c->s->filling;
	doc = zone_doc(c, z, NULL);
	if (!doc) {
		store_drop(c->s, z);
		return;
	}
	obj_put(z, doc);
	name_set(c->s, K_ZONE, 0, js_str(js_get(doc, "name")), z->ix);
	c->made = z;
	tell(c, z, NULL, doc);
	reply_zone(c, z);
}

static void get_zone(struct call *c)
{
	const struct obj *z = zone_of(c);

	if (z)
		reply_zone(c, z);
}

static void put_zone(struct call *c)
{
	struct obj *z = zone_of(c);
	AUTO_PTR(js) old = NULL;
	AUTO_PTR(js) doc = NULL;

	if (!z)
		return;
	old = obj_doc(z);
	doc = zone_doc(c, z, old);
	if (!doc)
		return;
	name_drop(c->s, K_ZONE, 0, js_str(js_get(old, "name")), z->ix);
	obj_put(z, doc);
	name_set(c->s, K_ZONE, 0, js_str(js_get(doc, "name")), z->ix);
	tell(c, z, old, doc);
	reply_put(c, z, doc);
}

static void delete_zone(struct call *c)
{
	struct obj *z = zone_of(c);
	AUTO_PTR(js) doc = NULL;

	if (!z)
		return;
	if (z->system || z->status == ST_ACTIVE) {
		fail_field(c, "zone", "%s",
			z->system ? "A system zone cannot be deleted"
				  : "Only an inactive zone can be deleted");
		return;
	}
	if (!refs_none(c, z))
		return;
	doc = obj_doc(z);
	name_drop(c->s, K_ZONE, 0, js_str(js_get(doc, "name")), z->ix);
	store_drop(c->s, z);
	reply_status(c, 204);
}

static void move(struct call *c, enum status to)
{
	struct obj *z = zone_of(c);
	AUTO_PTR(js) doc = NULL;

	if (!z)
		return;
	doc = obj_doc(z);
	if (z->system && !slice_is(js_str(js_get(doc, "type")), "DYNAMIC_V2")) {
		fail_field(c, "zone", "The status of this system zone cannot be changed");
		return;
	}
	if (z->status != to) {
		obj_set_status(z, doc, to);
		obj_put_changed(c, z, doc);
	}
	reply_zone(c, z);
}

static void activate(struct call *c)
{
	move(c, ST_ACTIVE);
}

static void deactivate(struct call *c)
{
	move(c, ST_INACTIVE);
}

static void list_zones(struct call *c)
{
	struct slice text = query_get(c, "filter");
	const struct filter *f = text.p ? filter_parse(c, text, FILTER_EXACT) : NULL;
	struct page p;

	if (text.p && (!f || !filter_attrs_in(f, "id|usage|system"))) {
		fail_filter(c, text);
		return;
	}
	if (!page_begin(c, &p, 1000, 1000))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_ZONE, p.after) : 0;
		i < c->s->of[K_ZONE].n; i++) {
		const struct obj *z = store_at(c->s, c->s->of[K_ZONE].v[i]);
		AUTO_PTR(js) doc = f ? obj_doc(z) : NULL;

		if (f && !filter_match(f, doc, NULL, NULL))
			continue;
		if (!page_more(&p))
			break;
		add_zone(page_item(c, &p, z->ix), c, z);
	}
	page_end(c, &p, "filter");
}

const struct route routes_zones[] = {
	{"GET", "/api/v1/zones", list_zones, 0, NULL},
	{"POST", "/api/v1/zones", create_zone, R_BODY, "zone.create"},
	{"GET", "/api/v1/zones/{id}", get_zone, 0, NULL},
	{"PUT", "/api/v1/zones/{id}", put_zone, R_BODY, "zone.update"},
	{"DELETE", "/api/v1/zones/{id}", delete_zone, 0, "zone.delete"},
	{"POST", "/api/v1/zones/{id}/lifecycle/activate", activate, R_OPT_BODY, "zone.activate"},
	{"POST", "/api/v1/zones/{id}/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"zone.deactivate"},
	{NULL, NULL, NULL, 0, NULL},
};
