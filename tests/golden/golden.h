// The shared golden results: requests, and what a slow independent reference made of them. Relative tolerance
// 1e-9, counts, times and symbols exactly. Every function fails the test when something is not there.
#pragma once

#include "base/arena.h"
#include "base/str.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PATH_BYTES = 2048, EXIT_SKIPPED = 77 }; // meson's exit code of a test that had nothing to run on

// A file of the shared folder: in TLAB_SHARED_DIR, or beside the checkout.
void shared_path(const char *relative, char out_path[static PATH_BYTES]);

// Says so where it is not.
bool golden_is_there(void);

// {"request": …, "expect": …} of a name.
const struct json_value *golden_case(struct arena *arena, const char *name);

const struct json_value *member(const struct json_value *object, const char *name);
double number(const struct json_value *object, const char *name);
void assert_close(double actual, const struct json_value *object, const char *name);
void assert_equal(int64_t actual, const struct json_value *object, const char *name);
