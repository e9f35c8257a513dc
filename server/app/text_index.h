// Texts as dense numbers from 0, in the order in which they came: for tables that are looked up by text.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

struct text_slot {
    uint64_t hash;
    size_t place; // number + 1; 0: empty
};

// Zero-initialise, with the arena that the texts are copied into.
struct text_index {
    struct arena *arena;
    struct text_slot *slots; // open addressing, at most half full; heap
    size_t slot_count;       // a power of two
    struct str *texts;       // by number; heap
    size_t count;
};

// The number of the text; one that was not there gets the next. STATUS_NO_MEMORY.
enum status text_index_put(struct text_index *index, struct str text, size_t *out_number,
                           struct error *error);

void text_index_done(struct text_index *index);
