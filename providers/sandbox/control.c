/*
 * The control endpoint: what a test asks of the tenant that Okta would not do. It is there only when it was asked
 * for, and it wants the token as everything does.
 */
#include "providers/sandbox/core.h"
#include "providers/sandbox/faults.h"
#include "providers/sandbox/rate.h"

enum { CLOCK_MAX_S = 10 * 366 * 24 * 3600 };

static bool is_on(struct call *c)
{
	if (!c->s->control)
		fail(c, 404, "E0000008", "The requested path was not found", NULL);
	return c->s->control;
}

static void show_faults(struct call *c)
{
	reply_status(c, 200);
	faults_write(&c->res->body, c->s->faults);
}

static void get_faults(struct call *c)
{
	if (is_on(c))
		show_faults(c);
}

static void put_faults(struct call *c)
{
	struct err e = ERR_INIT;

	if (!is_on(c))
		return;
	if (sandbox_script(c->s, c->req->body, "line", &e) < 0)
		fail(c, 400, "E0000001", "Api validation failed: faults", e.msg);
	else
		show_faults(c);
}

static void delete_faults(struct call *c)
{
	if (!is_on(c))
		return;
	faults_free(c->s->faults);
	c->s->faults = NULL;
	reply_status(c, 204);
}

static void get_stats(struct call *c)
{
	static const struct {
		const char *name;
		enum kind kind;
	} counted[] = {
		{"users", K_USER},
		{"groups", K_GROUP},
		{"rules", K_GROUP_RULE},
		{"apps", K_APP},
		{"zones", K_ZONE},
		{"policies", K_POLICY},
	};
	struct buf *b = &c->res->body;

	if (!is_on(c))
		return;
	reply_status(c, 200);
	buf_addf(b, "{\"served\":%llu,\"now\":\"%s\",", (unsigned long long)c->s->served, c->stamp);
	rates_write(b, c->s);
	buf_adds(b, ",\"objects\":{");
	for (size_t i = 0; i < LEN(counted); i++)
		buf_addf(b, "%s\"%s\":%u", i ? "," : "", counted[i].name,
			c->s->of[counted[i].kind].n);
	buf_adds(b, "},\"faults\":");
	faults_write(b, c->s->faults);
	buf_addc(b, '}');
}

static void post_clock(struct call *c)
{
	const struct js *by = js_get(c->body, "advance_s");
	int64_t offset = c->s->clock_offset_s;

	if (!is_on(c))
		return;
	if (js_type(by) != JS_INT || js_int(by) < 0 || js_int(by) > CLOCK_MAX_S - offset) {
		fail_field(c, "advance_s", "advance_s: a number of seconds, in all at most %d",
			CLOCK_MAX_S);
		return;
	}
	c->s->clock_offset_s = offset + js_int(by);
	reply_status(c, 200);
	buf_addf(&c->res->body, "{\"offset_s\":%lld}", (long long)c->s->clock_offset_s);
}

const struct route routes_control[] = {
	{"GET", "/_sandbox/faults", get_faults, 0, NULL},
	{"PUT", "/_sandbox/faults", put_faults, 0, NULL},
	{"DELETE", "/_sandbox/faults", delete_faults, 0, NULL},
	{"GET", "/_sandbox/stats", get_stats, 0, NULL},
	{"POST", "/_sandbox/clock", post_clock, R_BODY, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
