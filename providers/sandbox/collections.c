/*
 * The list of all plain resources. Adding one is a row in some file, and its name here.
 */
#include "providers/sandbox/collection.h"

extern const struct collection trusted_origins, behaviors, iam_roles, iam_sets, iam_resources;

const struct collection *const collections[] = {
	&trusted_origins,
	&behaviors,
	&iam_roles,
	&iam_sets,
	&iam_resources,
	NULL,
};
