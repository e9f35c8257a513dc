// The execution simulator: a column of signals in, fills, an equity curve and trades out. Knows no strategy.
// The rules of the model with their reasons: docs/engine-contract.md.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/candles.h"
#include "engine/side_words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum execution { EXECUTION_NEXT_OPEN, EXECUTION_CLOSE };

// Stored by number: new ones come last.
enum exit_reason {
    EXIT_SIGNAL,
    EXIT_REVERSAL,
    EXIT_LIQUIDATION,
    EXIT_SERIES_BREAK,
    EXIT_END_OF_DATA,
    EXIT_STOP_LOSS,
    EXIT_TAKE_PROFIT,
    EXIT_TRAILING_STOP,
    EXIT_DATA_ENDED, // a symbol of many whose candles end before the others'
};

struct backtest_rules {
    double initial_capital;   // quote currency, > 0
    double fee_bps;           // per side, on traded notional; [0, 10000)
    double slippage_bps;      // against the trader; [0, 10000)
    double position_fraction; // of equity, (0, 1]
    double max_gap_factor;    // a close-to-open move beyond it, up or down, is a break of the asset; > 1
    double stop_loss_pct;     // of the entry price, [0, 100); of this and the next two 0 is none
    double take_profit_pct;   // of the entry price, finite
    double trailing_stop_pct; // of the entry price, below the best price since; finite
    bool allow_short;
    enum execution execution;
};

// Bars are counted from the first bar of the test. A position is marked from its entry bar on with
// EXECUTION_NEXT_OPEN, from the bar after it with EXECUTION_CLOSE.
struct trade {
    int64_t entry_time; // epoch seconds, open time of the bar of the fill
    int64_t exit_time;  // 0 for an open trade
    double quantity;    // > 0
    double entry_price;
    double exit_price; // of an open trade: the mark, the last close
    double fees;       // of both fills; of an open trade: of its entry
    double pnl;        // net of fees; of an open trade: unrealised, net of the entry fee
    double adverse;    // excursions (excursion.h), fractions of the entry price: <= 0
    double favourable; // >= 0; both 0 until they are measured, NaN where nobody does
    uint32_t entry_bar;
    uint32_t exit_bar; // of an open trade: the last bar
    bool is_short;
    bool is_open; // held at the end of the data; then exit_reason is EXIT_END_OF_DATA
    enum exit_reason exit_reason;
};

// Bars of one position, up to where the next span begins: equity at the close of a bar is cash + units ×
// close.
struct span {
    size_t from;
    double cash;  // exactly 0 where all of it is in the position
    double units; // negative when short, 0 when flat
};

struct simulate_input {
    const struct candles *candles;  // the bars of the test, at least one; opens and closes finite and > 0;
                                    // highs and lows are read where there are stops
    const uint8_t *signals;         // enum signal, one a bar
    const struct side_turns *turns; // those that are not SIGNAL_HOLD, instead of them; NULL for none
    const size_t *breaks;           // ascending bars at which another asset begins; none is 0
    size_t break_count;
    struct backtest_rules rules; // within their bounds
    bool is_for_figures;         // without equity and the times of trades
};

struct simulation {
    double *equity; // one value a bar, marked at its close; NULL for figures alone; owned by the arena, as
                    // are spans and trades
    struct span *spans; // ascending from bar 0 on; the first is nothing but the initial capital
    size_t span_count;
    struct trade *trades; // by entry
    size_t trade_count;   // closed ones and the open one
    size_t bars_held;     // bars at whose close there was a position
    double fees;          // of all fills
    double turnover;      // sum over the fills of notional / equity before the fill
    bool is_liquidated;
    int64_t liquidated_at; // epoch seconds
};

// An order decided at the close of bar t fills at open(t+1), or with EXECUTION_CLOSE at close(t); never
// behind the last bar and never across a break. Each bar is marked at its close, fills included; the first
// point is the initial capital even where EXECUTION_CLOSE fills there. Fewer than two bars: no fill at a next
// open. Stops are looked for within each bar (stops.h); behind one the position stays flat until a signal
// comes that the bar before it did not give. STATUS_NO_MEMORY only.
enum status simulate_run(const struct simulate_input *input, struct arena *arena,
                         struct simulation *out_simulation, struct error *error);

// Writes the equity of its spans at the `count` closes of the test.
void simulate_equity(const struct simulation *simulation, const double *close, size_t count,
                     double *out_equity);
