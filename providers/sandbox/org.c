/*
 * The org itself, as everybody may ask for it.
 */
#include "providers/sandbox/core.h"

static void well_known(struct call *c)
{
	reply_status(c, 200);
	buf_addf(&c->res->body,
		"{\"id\":\"%s\",\"cell\":\"op1\",\"_links\":{\"organization\":{\"href\":\"%s\"}},\"pipeline\":\"idx\",\"settings\":{\"analyticsCollectionEnabled\":false,\"bugReportingEnabled\":true,\"omEnabled\":false,\"pssoEnabled\":false,\"desktopMFAEnabled\":false,\"itpEnabled\":false}}",
		c->s->org_id, c->s->base_url);
}

const struct route routes_org[] = {
	{"GET", "/.well-known/okta-organization", well_known, R_OPEN, NULL},
	{NULL, NULL, NULL, 0, NULL},
};
