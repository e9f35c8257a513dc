// Backtests of a workspace: a request becomes a run of the engine over stored candles, and a row that stays.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "engine/backtest.h"
#include "store/backtest_store.h"
#include "store/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct backtest_request {
    const struct strategy *strategy;
    double values[STRATEGY_PARAMS_MAX]; // of strategy->params, checked
    struct str symbol;                  // series expression as the user wrote it
    enum interval interval;
    bool has_from;
    bool has_to;
    int64_t from; // epoch seconds: from <= open time < to
    int64_t to;
    struct backtest_rules rules;
    struct str name; // ptr NULL: none
    struct str notes;
    struct str tags_json; // array of distinct strings
};

// The rules of a request that gives none.
struct backtest_rules backtest_default_rules(void);

// Who asks, for what belongs to whom.
struct backtest_scope {
    struct str workspace_id;
    struct str user_id;
    enum role role;
};

// Runs it and stores row and result in one transaction: a process that dies on the way leaves nothing. Errors
// of market_series and backtest_run; STATUS_INVALID "not_enough_candles". Texts live in the arena.
enum status backtest_create(const struct app *app, struct backtest_scope scope,
                            const struct backtest_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error);

enum status backtest_get(const struct app *app, struct str workspace_id, struct str id, struct arena *arena,
                         struct backtest_row *out_row, struct error *error);

enum status backtest_list(const struct app *app, const struct backtest_filter *filter, struct arena *arena,
                          struct backtest_list *out_list, struct error *error);

// Traders delete their own, editors everybody's: STATUS_FORBIDDEN otherwise.
enum status backtest_delete(const struct app *app, struct backtest_scope scope, struct str id,
                            struct arena *arena, struct error *error);

struct backtest_page_request {
    struct str workspace_id;
    struct str id;
    enum backtest_part part;
    size_t from; // first row wanted
    size_t limit;
};

// Rows of a run: struct stored_point or struct stored_trade of backtest_rows.h.
struct backtest_page {
    struct str symbol;
    struct record_list list;
    bool has_more;
};

enum status backtest_page(const struct app *app, const struct backtest_page_request *request,
                          struct arena *arena, struct backtest_page *out_page, struct error *error);
