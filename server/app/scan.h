// The scanners: which symbols, or ratios of them, are in an uptrend, the clearest first.
#pragma once

#include "app/scan_universe.h"
#include "engine/scan.h"
#include "engine/scan_score.h"

// What rows are ordered by; ties by the name. Rows whose figure is no number come last.
enum scan_sort {
    SCAN_BY_SCORE,
    SCAN_BY_SYMBOL,
    SCAN_BY_CLOSE,
    SCAN_BY_RECENT_RETURN,
    SCAN_BY_LONG_RETURN,
    SCAN_BY_EXTENSION,
    SCAN_BY_SLOPE_MEDIUM,
    SCAN_BY_SLOPE_LONG,
    SCAN_BY_QUOTE_VOLUME,
    SCAN_SORTS,
};

const char *scan_sort_name(enum scan_sort sort); // "score"

// A row's place in the order: what it is sorted by, and its name.
struct scan_place {
    double key; // never NaN or infinite
    struct str base;
    struct str quote; // of a ratio, else ""
};

struct scan_request {
    struct scan_scope scope;
    struct scan_rules rules; // accepted by scan_rules_check
    double min_quote_volume; // symbols whose newest bar has less are left out; 0: none are
    bool takes_all;          // rows that do not pass, too
    enum scan_sort sort;
    bool is_ascending;
    size_t limit;   // rows; at least 1
    bool has_after; // only rows behind that place
    struct scan_place after;
    size_t sparkline;          // closes wanted of each row; at most LIMIT_SCAN_SPARKLINE
    struct symbol_list bases;  // of ratios; none given: every symbol of the scope
    struct symbol_list quotes; // the same
};

struct scan_row {
    struct str base;  // the symbol
    struct str quote; // of a ratio, else ""
    int64_t time;     // open time of the bar that was looked at
    struct scan_figures figures;
    double score;
    double parts[SCAN_PARTS];
    double quote_volume;   // volume times close of that bar; NaN of a ratio
    size_t bars;           // up to that one; of a ratio those both have
    size_t passing_bars;   // how many in a row pass up to that one, at most LIMIT_SCAN_RUN; 0: it does not
    int64_t passing_since; // open time of the first of them
    double *closes;        // the newest, oldest first
    size_t close_count;
};

// Every symbol (or pair) of the scope is evaluated, or skipped for one reason.
struct scan_outcome {
    const struct scan_row *rows; // in the arena, as their texts are
    size_t row_count;
    bool has_more; // rows behind the last one; its place is `last`
    struct scan_place last;
    size_t evaluated;
    size_t passing;
    size_t too_short;  // fewer candles than the rules need
    size_t stale;      // their last candle is older than the newest of the universe
    size_t low_volume; // below min_quote_volume
    bool has_as_of;
    int64_t as_of; // open time of the newest bar, where there is any
    uint64_t data_version;
};

// Errors: those of scan_universe_open; STATUS_NO_MEMORY.
enum status scan_uptrends(struct market_view view, const struct scan_request *request, struct arena *arena,
                          struct scan_outcome *out_outcome, struct error *error);

// The same over ratios: every base against every quote but itself. STATUS_INVALID "?bases" beyond
// LIMIT_SCAN_PAIRS.
enum status scan_ratio_uptrends(struct market_view view, const struct scan_request *request,
                                struct arena *arena, struct scan_outcome *out_outcome, struct error *error);
