// The candles that a backtest of a category reads: which symbols, and which of their bars.
#pragma once

#include "app/app.h"
#include "app/momentum_request.h"
#include "app/universe_cache.h"
#include "base/arena.h"
#include "base/error.h"
#include "engine/momentum.h"
#include "engine/universe.h"
#include "market/members.h"

#include <stddef.h>
#include <stdint.h>

// The series and the universe are owned; everything else lives in an arena. Zero-initialise.
struct momentum_window {
    struct symbol_list symbols; // by name, as the market spells them
    struct series_list series;
    const struct shared_universe *universe; // of the series, from `from` on or earlier; NULL until asked for
    int64_t from;                           // of the first bar that is read, warm-up included
    int64_t to;                             // behind the last one
    int64_t begin;                          // open time of the first bar of the test
    size_t first;                           // its index
    size_t bar_count;
};

void momentum_window_done(struct momentum_window *window);
#define MOMENTUM_WINDOW_SCOPE __attribute__((cleanup(momentum_window_done))) struct momentum_window

// What the request means in the market as it is, and whether it can be run there; its choice of categories is
// opened (category_choice_open), and its category spelled as there. STATUS_NOT_FOUND "unknown_category_set",
// "unknown_category" and "unknown_symbol" with near names, STATUS_INVALID for symbols that stand twice or are
// priced in something else, "not_enough_candles", and for more symbols or rebalances than a run takes, with
// the counts; STATUS_TOO_LARGE for more candles.
enum status momentum_window_find(const struct app *app, struct str workspace_id,
                                 struct momentum_request *request, struct arena *arena,
                                 struct momentum_window *out_window, struct error *error);

// What the engine reads; lives as long as the window. STATUS_NO_MEMORY.
enum status momentum_window_load(const struct app *app, struct momentum_window *window,
                                 struct universe *out_universe, struct error *error);
