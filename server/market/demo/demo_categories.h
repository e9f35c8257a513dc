// The categories of the demo market: as invented as its symbols.
#pragma once

#include "base/error.h"
#include "market/category_set.h"

// Every symbol of the demo market with its categories; the quote asset of all of them is what they end in.
enum status demo_categories(const struct category_set **out_set, struct error *error);
