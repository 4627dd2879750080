/*
 * A fuzz target is one file with one function: libFuzzer finds inputs for it, tests/fuzz/replay.c runs it
 * over the files of tests/fuzz/corpus/NAME as an ordinary test.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
