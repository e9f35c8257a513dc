// Stored backtests in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/job_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What a backtest came to. Members ending in _json hold JSON text that the application wrote and reads back
// as it is.
struct backtest_outcome {
    struct str engine_version;
    struct str data_json;
    int64_t warmup_bars;
    int64_t bars;
    double final_equity;
    struct str metrics_json; // object without the monthly returns
    struct str monthly_returns_json;
    struct str warnings_json;
    struct str lookahead_json;   // ptr NULL: not checked
    struct str attribution_json; // ptr NULL: a kind without it
    struct str sweep_json;       // ptr NULL: no sweep
    int64_t liquidated_at;       // epoch seconds, 0: never
    double total_return;         // NaN: undefined, as the next two
    double sharpe;
    double max_drawdown;
    double load_ms;
    double run_ms;
};

// A row of backtests with its job, which has the same id, and its outcome.
struct backtest_row {
    struct str workspace_id;
    struct str id;
    struct str kind;
    struct str strategy_id;
    struct str symbol; // the series expression, normalised
    struct str interval;
    struct str name; // ptr NULL: none
    struct str tags_json;
    struct str notes; // ptr NULL: none
    bool is_starred;
    int64_t revision; // of name, tags, notes and star, from 1
    struct str created_by;
    int64_t created_at_us;

    enum job_status status; // from here on the job's
    struct str request_json;
    double progress;       // NaN: unknown
    struct str error_code; // ptr NULL: none
    struct str error_detail;
    int64_t started_at_us;  // 0: not yet
    int64_t finished_at_us; // 0: not yet

    bool has_outcome;
    struct backtest_outcome outcome;
};

enum backtest_part {
    BACKTEST_EQUITY,
    BACKTEST_TRADES,
    BACKTEST_REBALANCES,
    BACKTEST_COMBINATIONS, // of a sweep
    BACKTEST_CHECKS,       // of the candles that were read (market/series_check.h)
};

// Rows of a part: fixed-size records one after the other (app/backtest_rows.h says which).
struct record_list {
    enum backtest_part part;
    size_t record_bytes;
    size_t first; // number of the first row
    size_t count;
    void *records;
};

// What a list shows. Texts are "" for any; `like` is a LIKE pattern with \ as escape, lower case.
struct backtest_filter {
    struct str workspace_id;
    bool are_sweeps; // sweeps, or all that are none
    struct str strategy_id;
    struct str symbol;
    struct str status;
    struct str like;
    struct str kind;        // single | category_momentum
    struct str tag_json;    // with its quotes
    struct str starred;     // "1" | "0"
    struct str sort_figure; // created_at | total_return | sharpe | max_drawdown | final_equity
    int direction;          // 1 smallest first, -1 greatest first
    double after_key;       // sort key and id of the last row seen; -INFINITY and "" for the first page
    struct str after_id;
    size_t limit;
};

struct backtest_list {
    struct backtest_row *items;
    double *sort_keys;
    size_t count;
};

// Without its outcome; its job is inserted by job_store_insert, first.
enum status backtest_store_insert(struct db_tx *tx, const struct backtest_row *row, struct error *error);

// Of the backtest `workspace_id`, `id` of the row. STATUS_CONFLICT "constraint" when it has one.
enum status backtest_store_insert_outcome(struct db_tx *tx, struct str workspace_id, struct str id,
                                          const struct backtest_outcome *outcome, struct error *error);

// Writes rows of a part, from list->first on.
enum status backtest_store_insert_rows(struct db_tx *tx, struct str workspace_id, struct str id,
                                       const struct record_list *list, struct error *error);

// STATUS_NOT_FOUND also when the backtest belongs to another workspace.
enum status backtest_store_get(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                               struct backtest_row *out_row, struct error *error);

enum status backtest_store_list(struct db_tx *tx, const struct backtest_filter *filter, struct arena *arena,
                                struct backtest_list *out_list, struct error *error);

// Name, tags, notes and star of the row; its revision rises. STATUS_NOT_FOUND.
enum status backtest_store_update_label(struct db_tx *tx, const struct backtest_row *row,
                                        struct error *error);

// With its parts, without its job. STATUS_NOT_FOUND.
enum status backtest_store_delete(struct db_tx *tx, struct str workspace_id, struct str id,
                                  struct error *error);

// Up to `limit` rows from list->first on, fewer where the part ends; part, record_bytes and first say what is
// wanted; record_bytes 0: what the stored rows have, which is told. The records live in the arena; NULL where
// there are none. STATUS_INTERNAL when a stored chunk has another size than its rows.
enum status backtest_store_read_rows(struct db_tx *tx, const struct backtest_row *row, size_t limit,
                                     struct arena *arena, struct record_list *list, struct error *error);
