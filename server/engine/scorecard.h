// How the uptrend scan did: every bar of a universe scanned as it was known then, and what prices did next.
// docs/guide/scanner.md explains it to users.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/scan.h"

enum { SCORECARD_HORIZONS_MAX = 8 };

struct scorecard_input {
    const struct scan_plan *plan;
    const struct candles *series; // cut to closed bars
    size_t series_count;
    int64_t from; // signals are bars that open in [from, to)
    int64_t to;
    const size_t *horizons; // in bars of the universe's calendar, each >= 1
    size_t horizon_count;   // at most SCORECARD_HORIZONS_MAX
    double max_gap_factor;  // a move from close to open beyond it, up or down, is another asset: no window
                            // and no position reaches across it
};

// Signals are the bars that pass and whose bar before was looked at and did not, or all bars that pass.
enum scorecard_set { SCORECARD_FIRST, SCORECARD_ALL, SCORECARD_SETS };

// What became of a signal at bar t of the calendar within horizon h. The position is entered at the open of
// the symbol's next candle and left at its last close up to bar t + h.
enum scorecard_outcome {
    SCORECARD_FULL,        // the horizon is over
    SCORECARD_BROKEN,      // a break of the asset ended it: left at the close before
    SCORECARD_DELISTED,    // the symbol's candles ended: left at the last close
    SCORECARD_UNFINISHED,  // bar t + h is not there yet: in no figure
    SCORECARD_NOT_ENTERED, // no next candle of the same asset within the horizon: in no figure
    SCORECARD_OUTCOMES,
};

// Figures over the signals that have a return; NaN where there are none.
struct scorecard_cell {
    size_t signals;
    size_t outcomes[SCORECARD_OUTCOMES]; // they add up to the signals
    size_t measured;                     // the first three of those
    double hit_rate;                     // returns above 0
    double mean_return;                  // left / entered - 1
    double median_return;
    double mean_benchmark; // mean return of all symbols with a candle at the signal's bar, measured in the
                           // same way
    double mean_excess;    // of return less benchmark
    double mean_index; // mean of what the index of the universe (scorecard_index.h) did meanwhile: from the
                       // open of the bar after the signal's to the close of the bar `horizon` bars after it
    double mean_index_excess; // of return less index
};

// One line for each year of signals and horizon, the horizons of a year together, and one for all years.
struct scorecard_line {
    int year; // UTC; 0: all
    size_t horizon;
    struct scorecard_cell cells[SCORECARD_SETS];
};

struct scorecard {
    const struct scorecard_line *lines; // in the arena; those of all years first
    size_t line_count;
    size_t bar_count; // of all series, scanned
    size_t evaluated; // bars in [from, to) with enough candles of the same asset up to them
};

// STATUS_NO_MEMORY.
enum status scorecard_run(const struct scorecard_input *input, struct arena *arena,
                          struct scorecard *out_scorecard, struct error *error);
