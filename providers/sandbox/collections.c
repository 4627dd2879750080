/*
 * The list of all plain resources. Adding one is a row in some file, and its name here.
 */
#include "providers/sandbox/collection.h"

extern const struct collection trusted_origins, behaviors, user_types, linked_objects, ui_schemas,
	user_risk;

const struct collection *const collections[] = {
	&trusted_origins,
	&behaviors,
	&user_types,
	&linked_objects,
	&ui_schemas,
	&user_risk,
	NULL,
};
