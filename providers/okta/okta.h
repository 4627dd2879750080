/*
 * Okta's kinds and how Okta answers. Tables and pure functions: no I/O, no clock.
 */
#pragma once

#include "base/err.h"
#include "state/kind.h"
#include "state/provider.h"

/* The provider; its kinds are sorted by name. */
extern const struct provider okta_provider;

/* CIDR blocks and ranges of addresses, as zones have them: okta/address.c. */
extern const struct codec okta_address;

/*
 * Most objects are ACTIVE or INACTIVE and are born ACTIVE, whatever a status in the body of POST or PUT says
 * (recorded traffic).
 */
extern const struct lifecycle okta_on_off;
extern const struct move okta_on_off_moves[];
