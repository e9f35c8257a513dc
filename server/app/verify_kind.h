// How a kind of backtests is run again: one function a kind, one line each in the table of verify.c.
#pragma once

#include "app/verify.h"
#include "engine/metrics.h"
#include "json/json.h"

// A stored backtest and what the run needs to be the same one.
struct verify_call {
    const struct app *app;
    const struct backtest_row *row; // completed
    int64_t begin;                  // open time of the first bar of the test
    const atomic_bool *is_stopped;  // may be NULL
    struct arena *arena;            // for everything that comes of it
};

// Where the checks of a series stand among the stored ones, and what they are now.
struct verify_checks {
    size_t bars_each; // 0: none are stored
    size_t stored_first;
    size_t stored_count;
    size_t stored_bars;     // of the series, when it ran
    int64_t first_time;     // of the first candle that was read
    const uint32_t *checks; // of the candles now
    const int64_t *times;   // of the first candle of each check
    size_t count;           // of them
};

// What running it again came to.
struct verify_run {
    struct verify_series *series; // without changed_from, which the checks tell
    struct verify_checks *checks; // of each series
    size_t series_count;
    bool was_run; // the outcome and the rows are there; else: why not
    struct error refusal;
    struct backtest_outcome outcome;
    struct record_list points;
    struct record_list trades;
    struct record_list rebalances; // records NULL: a kind without them
};

// JSON that was stored with the backtest: STATUS_INTERNAL where it cannot be read, which is no fault of
// whoever asks.
enum status verify_read_stored(struct str text, struct arena *arena, const struct json_value **out_value,
                               struct error *error);

// The figures of a run whose rows and other parts are there already: it was run. STATUS_NO_MEMORY also when
// the rows could not be made.
enum status verify_run_finish(const struct verify_call *call, const struct metrics *metrics,
                              struct verify_run *run, struct error *error);

// What is wrong with the candles, or with the request of another version, is told by the run; any other
// failure is handed on.
enum status verify_run_refuse(enum status status, const struct error *cause, struct verify_run *run,
                              struct error *error);

// Candles that are not there any more, or do not let themselves be tested, are no failure.
typedef enum status verify_repeat(const struct verify_call *call, struct verify_run *out_run,
                                  struct error *error);

verify_repeat verify_single, verify_momentum;
