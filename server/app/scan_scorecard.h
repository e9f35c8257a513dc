// How the uptrend scan did over a universe: the engine's score card of stored candles.
#pragma once

#include "app/scan_universe.h"
#include "engine/scorecard.h"

struct scan_scorecard_request {
    struct scan_scope scope;
    struct scan_rules rules; // accepted by scan_rules_check
    int64_t from;            // signals are bars that open in [from, to)
    int64_t to;
    size_t horizons[SCORECARD_HORIZONS_MAX];
    size_t horizon_count;
};

struct scan_scorecard {
    struct scorecard card;
    size_t symbols;
    bool has_as_of;
    int64_t as_of; // open time of the newest bar, where there is any
    uint64_t data_version;
};

extern const double SCAN_SCORECARD_GAP_FACTOR; // a move beyond it from close to open is another asset

// Lines live in the arena. Errors: those of scan_universe_open, STATUS_INVALID "?interval" beyond
// LIMIT_SCAN_BARS candles in all, STATUS_NO_MEMORY.
enum status scan_scorecard_run(struct market_view view, const struct scan_scorecard_request *request,
                               struct arena *arena, struct scan_scorecard *out_scorecard,
                               struct error *error);
