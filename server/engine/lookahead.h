// Whether a run looked ahead: what it decided up to a bar, and what came of it, must be the same when the
// bars behind that one are not there yet.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/backtest.h"
#include "engine/momentum.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOOKAHEAD_ALL_BARS = 130, // up to so many bars every prefix is run
    LOOKAHEAD_SAMPLE = 33,    // of longer tests, the longest prefix among them
    LOOKAHEAD_DECISIONS =
        16, // as many of those end where something was decided, the others are evenly spread
    LOOKAHEAD_REBALANCES = 4, // the last ones of each prefix, across symbols
};

struct lookahead {
    size_t prefix_count; // runs over truncated candles
    bool is_passed;
    bool is_ranking; // the decision is a ranking; of that there are no signals to tell
    // Of the first decision that differs, where one does:
    int64_t time;        // of its bar
    int64_t known_until; // the last bar of the prefix, epoch seconds
    uint8_t signal;      // enum signal of the whole run
    uint8_t
        prefix_signal; // of the run over the prefix; equal to `signal` when only the equity behind it differs
};

// Asked between two prefixes; NULL functions are never asked.
struct lookahead_stop {
    bool (*is_wanted)(const void *context);
    const void *context;
};

// Runs the input again over prefixes of its candles and compares signals and equity with those of `result`,
// bit by bit. STATUS_CANCELLED when it was stopped; STATUS_NO_MEMORY and the errors of the strategy. Costs
// about LOOKAHEAD_SAMPLE / 2 times the signals and fills of the run, and as much memory as they.
enum status lookahead_check(const struct backtest_input *input, const struct backtest_result *result,
                            struct lookahead_stop stop, struct lookahead *out_check, struct error *error);

// The same of a backtest across symbols: which symbols were ranked with what score, and which weights were
// decided, must be the same at the last LOOKAHEAD_REBALANCES rebalances of each prefix. They are made again
// over no more than their lookbacks and the prefix's end, by a book that holds nothing before them: what it
// decides depends on nothing else. What a book does with a symbol whose candles end with the prefix is not
// compared: that they end is known only afterwards.
enum status lookahead_check_momentum(const struct momentum_input *input, const struct momentum_result *result,
                                     struct lookahead_stop stop, struct lookahead *out_check,
                                     struct error *error);
