// The lists and ranges among the members of a sweep, apart from the test that they vary.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/sweep.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>

// A member that is a list of numbers or a range, as it stands in the body.
struct raw_axis {
    struct str name;
    bool is_param;    // a member of "params"
    char pointer[80]; // "/params/fast"
    double *values;   // owned by the arena
    size_t count;
};

struct raw_axes {
    struct raw_axis items[SWEEP_AXES_MAX];
    size_t count;
};

// Finds them, and writes the body anew with the first value of each in its place, without the members
// `metric` and `goal`. Faults in lists and ranges are added to the error. ptr NULL on lack of memory.
struct str sweep_axes_split(const struct json_value *body, struct arena *arena, struct raw_axes *out_axes,
                            struct error *error);
