#include "providers/sandbox/collection.h"

#define COLLECTION(name) extern const struct collection name;
#include "providers/sandbox/collections.inc"
#undef COLLECTION

#define COLLECTION(name) &name,
const struct collection *const collections[] = {
#include "providers/sandbox/collections.inc"
	NULL,
};
