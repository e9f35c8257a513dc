// How a set of categories is kept: for category_set.c, which ends it, and category_builder.c, which makes it.
#pragma once

#include "base/arena.h"
#include "base/limits.h"
#include "market/category_set.h"

#include <stdatomic.h>

struct shared_categories {
    struct category_set set; // first: a pointer to it is a pointer to the whole
    atomic_size_t owners;
    struct arena arena;
};

// The symbol in ASCII capitals, NUL-terminated; false when it is empty or longer than a symbol may be.
bool category_symbol_capitalise(struct str symbol, char capitals[static LIMIT_SYMBOL_BYTES + 1]);
