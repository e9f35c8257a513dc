// Backtests of a workspace: a request becomes a run of the engine over stored candles, and a row that stays.
#pragma once

#include "app/app.h"
#include "app/backtest_request.h"
#include "app/backtest_submit.h"
#include "base/arena.h"
#include "base/error.h"
#include "market/members.h"
#include "store/backtest_store.h"
#include "store/role.h"
#include "json/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Stores the backtest with its job, and has it done: a short one by the caller's thread, a longer one by the
// workers, for which the caller waits as long as the settings say, unless the scope says otherwise.
// `*out_row` is how it stands then: completed, as a rule. Errors of category_choice_open, market_series and
// backtest_window_find,
// which leave nothing behind; STATUS_TOO_MANY "too_many_jobs". Texts live in the arena.
enum status backtest_create(const struct app *app, struct backtest_scope scope,
                            const struct backtest_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error);

// The request of a stored row once more, over the candles as they are now, as a new one with its name, tags
// and notes.
enum status backtest_rerun(const struct app *app, struct backtest_scope scope, const struct backtest_row *row,
                           struct arena *arena, struct backtest_row *out_row, struct error *error);

// As job_cancel.
enum status backtest_cancel(const struct app *app, struct backtest_scope scope, struct str id,
                            struct arena *arena, struct backtest_row *out_row, struct error *error);

enum status backtest_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                         struct backtest_row *out_row, struct error *error);

enum status backtest_list(const struct app *app, const struct backtest_filter *filter, struct arena *arena,
                          struct backtest_list *out_list, struct error *error);

// Name, tags, notes and star by the members of `change` (backtest_label_change). Traders change their own,
// editors everybody's: STATUS_FORBIDDEN. `revision`: the one that was read, STATUS_STALE when it is another
// by now; 0: any.
struct backtest_change {
    struct str id;
    const struct json_value *members;
    int64_t revision;
};
enum status backtest_update(const struct app *app, struct backtest_scope scope,
                            const struct backtest_change *change, struct arena *arena,
                            struct backtest_row *out_row, struct error *error);

// Traders delete their own, editors everybody's: STATUS_FORBIDDEN otherwise. STATUS_CONFLICT "not_ended".
// It is in the audit log.
enum status backtest_delete(const struct app *app, const struct actor *actor, struct backtest_scope scope,
                            struct str id, struct arena *arena, struct error *error);

struct backtest_page_request {
    struct str workspace_id;
    struct str id;
    enum backtest_part part;
    size_t from; // first row wanted
    size_t limit;
};

// Rows of a run: struct stored_point of backtest_rows.h, trades that are read by backtest_trade_at, or struct
// stored_rebalance of momentum_rows.h, of which there may be fewer than the limit says.
struct backtest_page {
    struct str symbol;
    struct symbol_list symbols; // of a run over several, by number; none with points
    struct record_list list;
    bool has_more;
};

// STATUS_NOT_FOUND where a sweep is asked for and the row is none, or the other way round.
enum status backtest_check_kind(const struct backtest_row *row, bool is_sweep, struct error *error);

// STATUS_NOT_FOUND of a sweep, which keeps no rows; STATUS_CONFLICT "no_result" when it is not completed.
enum status backtest_page(const struct app *app, const struct backtest_page_request *request,
                          struct arena *arena, struct backtest_page *out_page, struct error *error);
