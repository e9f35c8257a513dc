// Which of the symbols of a universe: one bit each, looped over in the order of their names.
#pragma once

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SYMBOL_SET_BITS = 64 }; // of a word

struct symbol_set {
    uint64_t *words;
    size_t word_count;
};

// The set may lose the symbol at hand on the way.
#define FOR_EACH_SYMBOL(symbol, set)                                                                         \
    for (size_t w_ = 0, symbol; w_ < (set).word_count; w_++)                                                 \
        for (uint64_t bits_ = (set).words[w_];                                                               \
             bits_ && ((symbol) = w_ * SYMBOL_SET_BITS + (size_t)__builtin_ctzll(bits_), true);              \
             bits_ &= bits_ - 1)

static inline void symbol_set_add(struct symbol_set *set, size_t symbol)
{
    set->words[symbol / SYMBOL_SET_BITS] |= (uint64_t)1 << symbol % SYMBOL_SET_BITS;
}

static inline void symbol_set_remove(struct symbol_set *set, size_t symbol)
{
    set->words[symbol / SYMBOL_SET_BITS] &= ~((uint64_t)1 << symbol % SYMBOL_SET_BITS);
}

static inline bool symbol_set_has(const struct symbol_set *set, size_t symbol)
{
    return set->words[symbol / SYMBOL_SET_BITS] >> symbol % SYMBOL_SET_BITS & 1;
}

static inline bool symbol_set_is_empty(const struct symbol_set *set)
{
    uint64_t any = 0;
    for (size_t w = 0; w < set->word_count; w++)
        any |= set->words[w];
    return any == 0;
}

// Empty; owned by the arena. False on lack of memory.
static inline bool symbol_set_init(struct symbol_set *set, size_t symbol_count, struct arena *arena)
{
    set->word_count = (symbol_count + SYMBOL_SET_BITS - 1) / SYMBOL_SET_BITS;
    set->words = ARENA_ARRAY(arena, uint64_t, set->word_count);
    return set->words;
}
