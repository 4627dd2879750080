/*
 * The seam between base/js.c and base/jwt.c, which hands keys and documents to libjose: a struct js is a json_t
 * under another name. Nobody else includes this.
 */
#pragma once

#include "base/js.h"

#include <jansson.h>
#include <stdint.h>

/* Jansson takes values that it only reads as const or not, as it goes; ownership stays where it was. */
static inline json_t *js_to_jansson(const struct js *j)
{
	return (json_t *)(uintptr_t)j;
}

static inline struct js *js_from_jansson(json_t *j)
{
	return (struct js *)j;
}
