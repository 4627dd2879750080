/*
 * Siblings with an order: rules of a policy, policies of a type. Part of reconcile/diff.
 */
#pragma once

#include "reconcile/diff.h"

void order_diff(struct diff *df, struct diags *d);
