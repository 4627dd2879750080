/*
 * Devices. Enrolment makes them, not the API: a seed says which there are.
 */
#include "providers/sandbox/filter.h"
#include "providers/sandbox/user.h"

/* ST_INACTIVE is what Okta calls DEACTIVATED here. */
#define IN(st) (1U << (st))

static const struct step {
	const char *name;
	unsigned from;
	enum status to;
	const char *status;
} steps[] = {
	{"activate", IN(ST_ACTIVE) | IN(ST_INACTIVE) | IN(ST_STAGED), ST_ACTIVE, "ACTIVE"},
	{"deactivate", ~0U, ST_INACTIVE, "DEACTIVATED"},
	{"suspend", IN(ST_ACTIVE) | IN(ST_SUSPENDED), ST_SUSPENDED, "SUSPENDED"},
	{"unsuspend", IN(ST_ACTIVE) | IN(ST_SUSPENDED), ST_ACTIVE, "ACTIVE"},
};

static struct obj *device_of(struct call *c)
{
	struct obj *d = store_find(c->s, K_DEVICE, c->arg[0]);

	if (!d)
		fail_missing(c, c->arg[0], "Device");
	return d;
}

static void add_links(struct buf *b, struct call *c, const struct obj *d)
{
	bool off = d->status == ST_INACTIVE;
	const char *verb = off ? "activate" : d->status == ST_ACTIVE ? "suspend" : "unsuspend";

	add_nested(b, "_links");
	add_hint(b, c, verb, "POST", "/api/v1/devices/%s/lifecycle/%s", d->id, verb);
	add_hint(b, c, "self", off ? "GET|DELETE" : "GET|PATCH|PUT", "/api/v1/devices/%s", d->id);
	if (!off) {
		add_hint(b, c, "users", "GET", "/api/v1/devices/%s/users", d->id);
		add_hint(b, c, "deactivate", "POST", "/api/v1/devices/%s/lifecycle/deactivate",
			d->id);
	}
	buf_addc(b, '}');
}

static void add_device_user(struct buf *b, struct call *c, const struct obj *d, const struct obj *u)
{
	AUTO_PTR(js) doc = obj_doc(d);

	buf_adds(b, "{\"created\":");
	js_write(b, js_get(doc, "created"));
	buf_addf(b, ",\"managementStatus\":\"%s\",\"screenLockType\":\"NONE\",\"user\":",
		js_bool(js_path(doc, "profile.managed")) ? "MANAGED" : "NOT_MANAGED");
	add_user(b, c, u, false);
	buf_addc(b, '}');
}

static struct obj *user_at(const struct sandbox *s, const struct obj *d, uint32_t i)
{
	struct obj *u = store_at(s, d->in.v[i].to);

	return u && !u->dead ? u : NULL;
}

static void add_users(struct buf *b, struct call *c, const struct obj *d)
{
	size_t n = 0;

	buf_adds(b, ",\"_embedded\":{\"users\":[");
	for (uint32_t i = 0; i < d->in.n; i++) {
		const struct obj *u = user_at(c->s, d, i);

		if (!u)
			continue;
		buf_adds(b, n++ ? "," : "");
		add_device_user(b, c, d, u);
	}
	buf_adds(b, "]}");
}

/* Where a device was enrolled: through Okta Verify, the only way there is here. */
static void add_origin(struct buf *b, struct call *c)
{
	buf_adds(b, ",\"_embedded\":{\"originatedFrom\":[");
	STORE_EACH(c->s, K_AUTHENTICATOR, a) {
		AUTO_PTR(js) doc = obj_doc(a);

		if (!slice_is(js_str(js_get(doc, "key")), "okta_verify"))
			continue;
		buf_addf(b, "{\"id\":\"%s\",\"name\":", a->id);
		js_write(b, js_get(doc, "name"));
		buf_adds(b, ",\"key\":\"okta_verify\"}");
		break;
	}
	buf_adds(b, "]}");
}

static void add_device(struct buf *b, struct call *c, const struct obj *d, bool one)
{
	buf_add_slice(b, obj_text(d));
	add_links(b, c, d);
	if (one)
		add_origin(b, c);
	else if (query_is(c, "expand", "user") || query_is(c, "expand", "userSummary"))
		add_users(b, c, d);
	buf_addc(b, '}');
}

static const struct filter *read_search(struct call *c, struct slice text)
{
	const struct filter *f = filter_parse(c, text, FILTER_SEARCH);

	if (f && filter_attrs_in(f, "id|status|lastUpdated|profile."))
		return f;
	fail_filter(c, text);
	return NULL;
}

static void list_devices(struct call *c)
{
	struct slice search = query_get(c, "search");
	const struct filter *f = search.p ? read_search(c, search) : NULL;
	struct page p;

	if ((search.p && !f) || !page_begin(c, &p, 200, 200))
		return;
	for (uint32_t i = p.has_after ? store_after(c->s, K_DEVICE, p.after) : 0;
		i < c->s->of[K_DEVICE].n; i++) {
		const struct obj *d = store_at(c->s, c->s->of[K_DEVICE].v[i]);
		AUTO_PTR(js) doc = f ? obj_doc(d) : NULL;

		if (f && !filter_match(f, doc, NULL, NULL))
			continue;
		if (!page_more(&p))
			break;
		add_device(page_item(c, &p, d->ix), c, d, false);
	}
	page_end(c, &p, "expand|search");
}

static struct js *display_name(const struct js *profile)
{
	struct js *m = js_new_map();
	const struct js *name = js_get(profile, "displayName");

	js_set(m, "value", name ? js_copy(name) : js_new_null());
	js_set(m, "sensitive", js_new_bool(false));
	return m;
}

/* Only a seed makes devices: {"profile": {...}, "users": ["00u…"]}. */
static void create_device(struct call *c)
{
	const struct js *profile = js_get(c->body, "profile"), *users = js_get(c->body, "users");
	AUTO_PTR(js) doc = NULL;
	struct obj *d;

	if (!c->s->filling) {
		fail(c, 405, "E0000022", "The endpoint does not support the provided HTTP method",
			NULL);
		return;
	}
	d = store_new(c->s, K_DEVICE, "guo");
	doc = js_new_map();
	js_set(doc, "id", js_new_strz(d->id));
	js_set(doc, "status", js_new_strz("ACTIVE"));
	js_set(doc, "created", js_new_strz(c->stamp));
	js_set(doc, "lastUpdated", js_new_strz(c->stamp));
	js_set(doc, "profile", js_type(profile) == JS_MAP ? js_copy(profile) : js_new_map());
	js_set(doc, "resourceType", js_new_strz("UDDevice"));
	js_set(doc, "resourceDisplayName", display_name(profile));
	js_set(doc, "resourceId", js_new_strz(d->id));
	js_set(doc, "resourceAlternateId", js_new_null());
	obj_put(d, doc);
	for (size_t i = 0; i < js_len(users); i++) {
		const struct obj *u = store_find(c->s, K_USER, js_str(js_at(users, i)));

		if (u)
			edge_add(&d->in, u->ix, 0);
	}
	reply_status(c, 200);
	add_device(&c->res->body, c, d, true);
}

static void get_device(struct call *c)
{
	const struct obj *d = device_of(c);

	if (!d)
		return;
	reply_status(c, 200);
	add_device(&c->res->body, c, d, true);
}

static void delete_device(struct call *c)
{
	struct obj *d = device_of(c);

	if (!d)
		return;
	if (d->status != ST_INACTIVE) {
		fail(c, 403, "E0000152", "The device is not deactivated and cannot be deleted.",
			NULL);
		return;
	}
	store_drop(c->s, d);
	reply_status(c, 204);
}

static void change(struct call *c, struct obj *d, const struct step *step)
{
	AUTO_PTR(js) doc = obj_doc(d);

	d->status = (uint8_t)step->to;
	js_set(doc, "status", js_new_strz(step->status));
	obj_put_changed(c, d, doc);
	/* a deactivated device has lost its users */
	while (step->to == ST_INACTIVE && d->in.n)
		edge_del(&d->in, d->in.v[0].to, 0);
}

static void move(struct call *c, const char *name)
{
	struct obj *d = device_of(c);
	const struct step *step = steps;

	if (!d)
		return;
	while (!streq(step->name, name))
		step++;
	if (!(step->from & IN(d->status))) {
		fail_field(c, "status", "The device cannot do this in its current status");
		return;
	}
	if (d->status != step->to)
		change(c, d, step);
	reply_status(c, 204);
}

static void activate(struct call *c)
{
	move(c, "activate");
}

static void deactivate(struct call *c)
{
	move(c, "deactivate");
}

static void suspend(struct call *c)
{
	move(c, "suspend");
}

static void unsuspend(struct call *c)
{
	move(c, "unsuspend");
}

static void list_device_users(struct call *c)
{
	const struct obj *d = device_of(c);
	struct page p;

	if (!d || !page_begin(c, &p, 0, 0))
		return;
	for (uint32_t i = 0; i < d->in.n; i++) {
		const struct obj *u = user_at(c->s, d, i);

		if (u)
			add_device_user(page_item(c, &p, u->ix), c, d, u);
	}
	page_end(c, &p, NULL);
}

static void list_user_devices(struct call *c)
{
	const struct obj *u = user_of(c, c->arg[0]);
	struct page p;

	if (!u || !page_begin(c, &p, 0, 0))
		return;
	STORE_EACH(c->s, K_DEVICE, d) {
		AUTO_PTR(js) doc = NULL;
		struct buf *b;

		if (!edge_has(&d->in, u->ix))
			continue;
		doc = obj_doc(d);
		b = page_item(c, &p, d->ix);
		buf_adds(b, "{\"created\":");
		js_write(b, js_get(doc, "created"));
		buf_addf(b, ",\"deviceUserId\":\"%s\",\"device\":", u->id);
		add_device(b, c, d, true);
		buf_addc(b, '}');
	}
	page_end(c, &p, NULL);
}

#define DEVICE "/api/v1/devices/{id}"

const struct route routes_devices[] = {
	{"GET", "/api/v1/devices", list_devices, 0, NULL},
	{"POST", "/api/v1/devices", create_device, R_BODY, "device.enrollment.create"},
	{"GET", DEVICE, get_device, 0, NULL},
	{"DELETE", DEVICE, delete_device, 0, "device.lifecycle.delete"},
	{"POST", DEVICE "/lifecycle/activate", activate, R_OPT_BODY, "device.lifecycle.activate"},
	{"POST", DEVICE "/lifecycle/deactivate", deactivate, R_OPT_BODY,
		"device.lifecycle.deactivate"},
	{"POST", DEVICE "/lifecycle/suspend", suspend, R_OPT_BODY, "device.lifecycle.suspend"},
	{"POST", DEVICE "/lifecycle/unsuspend", unsuspend, R_OPT_BODY,
		"device.lifecycle.unsuspend"},
	{"GET", DEVICE "/users", list_device_users, 0, NULL},
	{"GET", "/api/v1/users/{id}/devices", list_user_devices, 0, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
