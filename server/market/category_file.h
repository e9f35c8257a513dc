// The file of categories (configs/symbol-categories.yaml): read, and written.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"

#include <stdint.h>

// The set that a text in YAML describes; `version` becomes its own:
//
//     symbols:                      # what is known of each symbol
//       ADAUSDT: {base_asset: ADA, quote_asset: USDT, categories: [Layer 1]}
//     categories:                   # the symbols of each category
//       Layer 1: [ADAUSDT, BTCUSDT]
//     needs_review: [XYZUSDT]       # nobody has looked at these yet
//
// Every section may be absent or empty. A symbol belongs to a category when either section says so. Unknown
// members of a symbol are passed over, as are unknown members of the file that are no lists or mappings:
// those are taken for misspelt sections. STATUS_MALFORMED with "line N: …" for what is no YAML, has aliases,
// anchors, tags or a second document, says a thing twice or has another shape; STATUS_TOO_LARGE over a limit;
// STATUS_NO_MEMORY.
enum status category_text_read(struct str text, uint64_t version, const struct category_set **out_set,
                               struct error *error);

// The same of a file. STATUS_NOT_FOUND when there is none, STATUS_UNAVAILABLE when it cannot be read.
enum status category_file_read(const char *path, uint64_t version, const struct category_set **out_set,
                               struct error *error);
