// What a backtest keeps of the candles it read beside their fingerprint: the rows of the part "checks", which
// place a change (app/verify.h). Little-endian numbers of market/series_check.h.
#pragma once

#include "app/backtest_job.h"
#include "base/arena.h"
#include "store/backtest_store.h"

#include <stdatomic.h>

// Bars to a check, of runs over one series and of those over several, whose checks stand one series behind
// the other in the order of the data. The data of a backtest says which: "check_bars".
enum { CHECK_BARS_SINGLE = 1, CHECK_BARS_SEVERAL = 16 };

// A check of each bar of the window; records NULL on lack of memory, or when it was stopped on the way. Owned
// by the arena.
struct record_list backtest_checks(const struct backtest_window *window, const atomic_bool *is_stopped,
                                   struct arena *arena);

// The candles of several series from `from` on and before `to` (epoch seconds).
struct checks_range {
    const struct series *const *series;
    size_t series_count;
    int64_t from;
    int64_t to;
};

// A check for every CHECK_BARS_SEVERAL bars of each series; as backtest_checks otherwise.
struct record_list backtest_checks_of_all(const struct checks_range *range, const atomic_bool *is_stopped,
                                          struct arena *arena);
