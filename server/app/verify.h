// The proof of a stored backtest: run again over the candles as they are now, from the first to the last that
// it read and no further, and held against what was stored, bit by bit.
#pragma once

#include "app/app.h"
#include "app/backtest_submit.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "store/backtest_store.h"
#include "store/job_store.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum verdict {
    VERDICT_IDENTICAL,      // the same candles, and every figure and row again
    VERDICT_DATA_CHANGED,   // a series is another by now, whatever that does to the result
    VERDICT_ENGINE_CHANGED, // the same candles give another result, and the engine is of another version
    VERDICT_DIFFERENT,      // the same candles and engine give another result: what is stored is not its own
};

enum series_state { SERIES_SAME, SERIES_CHANGED, SERIES_MISSING };

// One of the series that the run read.
struct verify_series {
    struct str symbol; // an expression, for a run over one series
    struct str interval;
    enum series_state state;
    bool has_changed_from; // false where nothing tells: results of older programs keep no checks
    int64_t changed_from;  // open time of the first candle that is another, came, or went; epoch seconds
};

// Candles of a stored series that the run read, and that were given other values since it was asked for.
struct verify_revised {
    struct str symbol; // as it is stored
    struct str interval;
    int64_t candles;
    int64_t first, last; // open times, epoch seconds
};

// A figure as it was stored and as it comes out now; NaN: undefined.
struct verify_figure {
    const char *name;
    double stored;
    double now;
};

// The first row that differs, of the equity or of the trades.
struct verify_row {
    bool differs;
    size_t number; // from 1
    int64_t time;  // of the bar, or of the entry; epoch seconds
    double stored; // equity, or pnl; NaN: there is no such row
    double now;
};

// Which parts beside figures and rows differ.
enum verify_part {
    VERIFY_BARS,
    VERIFY_WARMUP_BARS,
    VERIFY_LIQUIDATED_AT,
    VERIFY_MONTHLY_RETURNS,
    VERIFY_REBALANCES,
    VERIFY_ATTRIBUTION,
    VERIFY_PARTS,
};

struct verification {
    struct str backtest_id;
    enum verdict verdict;
    struct str engine_stored;
    struct str engine_now;
    struct verify_series *series;
    size_t series_count;
    struct verify_revised *revised; // of series that changed
    size_t revised_count;
    bool was_run; // else: why not
    struct error refusal;
    struct verify_figure *figures; // those that differ: of the table of metrics, and final_equity
    size_t figure_count;
    struct verify_row equity;
    struct verify_row trades;
    bool parts[VERIFY_PARTS];
};

// "identical", "data_changed", "engine_changed", "different".
const char *verdict_name(enum verdict verdict);

// "same", "changed", "missing".
const char *series_state_name(enum series_state state);

// "bars", "warmup_bars", "liquidated_at", "monthly_returns", "rebalances", "attribution".
const char *verify_part_name(enum verify_part part);

struct verify_request {
    struct str workspace_id;
    struct str backtest_id;
    const atomic_bool *is_stopped; // NULL: nobody stops it
};

// Runs the backtest again and compares; stores nothing. Everything in *out lives in the arena.
// STATUS_NOT_FOUND; STATUS_CONFLICT "no_result" when it is not completed, "conflict" for a kind that cannot
// be run again; STATUS_CANCELLED when `is_stopped` became true; what the market cannot read.
enum status backtest_verify(const struct app *app, const struct verify_request *request, struct arena *arena,
                            struct verification *out, struct error *error);

// Whether that takes no longer than a request may.
bool backtest_verify_is_short(const struct backtest_row *row);

// Leaves it to the workers: a job of the kind "backtest_verify" whose result is verify_json. The conflicts of
// backtest_verify; STATUS_TOO_MANY "too_many_jobs".
enum status backtest_verify_enqueue(const struct app *app, struct backtest_scope scope,
                                    const struct backtest_row *row, struct arena *arena, struct job *out_job,
                                    struct error *error);
