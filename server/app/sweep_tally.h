// Which combinations of a sweep can be run, before any is: the others are left out, for one of two reasons.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "engine/sweep.h"

#include <stddef.h>

enum sweep_fate {
    SWEEP_RUNS,
    SWEEP_MISMATCHED, // its parameters do not go together
    SWEEP_TOO_LONG,   // it needs more candles than there are
};

enum sweep_fate sweep_fate_of(const struct backtest_input *combination);

struct sweep_tally {
    size_t count; // combinations in all
    size_t mismatched;
    size_t too_long;
    size_t least;     // candles that each of these needs at least; 0 where there are none
    size_t available; // candles that they could have
};

enum { SWEEP_REASONS_MAX = 3 };

void sweep_tally_make(const struct sweep_input *input, struct sweep_tally *out_tally);

// STATUS_INVALID "not_enough_candles", with the counts, where none can be run.
enum status sweep_tally_check(const struct sweep_tally *tally, const struct strategy *strategy,
                              struct error *error);

// A sentence for each reason why some of the combinations are not among the `valid` ones, in the arena. A run
// that fails is the third. Answers how many; ptr NULL on lack of memory.
size_t sweep_tally_reasons(const struct sweep_tally *tally, size_t valid, struct arena *arena,
                           struct str out_reasons[static SWEEP_REASONS_MAX]);
