// A wish in words, as the options of `tlab download` and requests over the API give it.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "market/download/download_spec.h"

#include <stddef.h>
#include <stdint.h>

// ptr NULL: not said.
struct download_terms {
    struct str asset; // without it spot
    struct str interval;
    const struct str *symbols;
    size_t symbol_count;
    struct str from, to;        // days such as 2024-01-31, both included; without `to` the day before `today`
    struct str destination_dir; // without it "data"
};

// Every fault is named with its member, "/interval" and so on: STATUS_INVALID. Texts of the specification
// live in the arena, but for destination_dir, which is borrowed.
enum status download_terms_read(const struct download_terms *terms, int64_t today, struct arena *arena,
                                struct download_spec *out_spec, struct error *error);
