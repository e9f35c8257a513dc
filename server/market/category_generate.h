// A set of categories for the symbols of a market: what is known by rules, and what a person wrote before.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"

#include <stddef.h>

// The set for `count` symbols. Symbols that rules know get their categories; the others become CATEGORY_NONE
// and are marked for review. `before` (may be NULL) wins: of a symbol that it puts into a category, or that
// it speaks of without marking it for review, everything is kept as it is, and so are its categories and
// symbols that are not among those given. STATUS_INVALID for what is no symbol; STATUS_TOO_LARGE,
// STATUS_NO_MEMORY.
enum status category_generate(const struct str *symbols, size_t count, const struct category_set *before,
                              const struct category_set **out_set, struct error *error);

// Symbols that are in a category other than CATEGORY_NONE.
size_t category_set_categorized(const struct category_set *set);
