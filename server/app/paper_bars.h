// The stored candles that what waits is held against: those that opened from a moment on and have ended.
#pragma once

#include "app/app.h"
#include "app/fill.h"
#include "app/paper_touch.h"
#include "base/error.h"
#include "market/market.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Candles [begin, end) of a series. Free with paper_bars_done.
struct paper_bars {
    const struct series *series; // NULL: there are none
    size_t begin;
    size_t end;
};

// Of a symbol: on the finest interval that is stored and has one. `now_us`: candles that end later do not
// count yet. None, too, where the market data cannot be read: they are looked at another time.
struct paper_bars paper_bars_of_symbol(const struct app *app, struct str symbol, int64_t from_us,
                                       int64_t now_us);

// Of an expression on an interval; one that is not whole yet does not count.
struct paper_bars paper_bars_of_series(const struct app *app, struct str expression, enum interval interval,
                                       int64_t from_us, int64_t now_us);

void paper_bars_done(struct paper_bars *bars);
#define PAPER_BARS_SCOPE __attribute__((cleanup(paper_bars_done))) struct paper_bars

int64_t paper_bars_open_us(const struct paper_bars *bars, size_t index);
int64_t paper_bars_end_us(const struct paper_bars *bars, size_t index);

// When the last of them ended; 0: there is none.
int64_t paper_bars_last_end_us(const struct paper_bars *bars);

// False for a candle whose prices do not fit.
bool paper_bars_read(const struct paper_bars *bars, size_t index, struct touch_bar *out_bar);

// Prices that wait below and above, as doubles with a margin for what those lose: to look at many candles
// quickly.
struct paper_reach {
    double low;
    double high;
};

struct paper_reach paper_reach_of(struct decimal below, struct decimal above); // 0: none

// The first candle from `index` on that may reach one of the prices; bars->end: none does.
size_t paper_bars_next(const struct paper_bars *bars, size_t index, struct paper_reach reach);

// The close of the newest candle of a symbol, of any interval, that had ended by then, with that end as its
// time: what else is closed at the same moment. is_known is false where there is none.
struct mark paper_bars_close(const struct app *app, struct str symbol, int64_t at_us);
