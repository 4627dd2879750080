/*
 * What may be shown on a terminal: colours, and a line that is overwritten.
 */
#pragma once

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum color { COLOR_NONE, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_BLUE, COLOR_BOLD, COLOR_DIM };

/* Adds the escape sequence, or nothing when on is false. COLOR_NONE resets. */
void term_color(struct buf *b, bool on, enum color c);
/* Is fd a terminal on which colours are welcome? env looks names up: NO_COLOR and TERM=dumb say no. */
bool term_wants_color(int fd, const char *(*env)(const char *));
bool term_is(int fd);
