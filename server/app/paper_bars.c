#include "app/paper_bars.h"

#include <math.h>

#define SECOND_US ((int64_t)1000000)

void paper_bars_done(struct paper_bars *bars)
{
    series_release(&bars->series);
}

// The first whole second that is not before.
static int64_t ceil_s(int64_t us)
{
    return us / SECOND_US + (us % SECOND_US > 0);
}

// The candles of a series from a moment on, but for those at its end that have not ended.
static void narrow(struct paper_bars *bars, int64_t from_us, int64_t now_us)
{
    const struct series *series = bars->series;
    const struct candles *candles = &series->candles;
    bars->begin = candles_lower_bound(candles, ceil_s(from_us));
    bars->end = candles->count - (candles->count > 0 && series->is_last_partial);
    const size_t later = candles_lower_bound(candles, now_us / SECOND_US);
    if (bars->end > later) bars->end = later;
    while (bars->end > bars->begin && paper_bars_end_us(bars, bars->end - 1) > now_us)
        bars->end--;
    if (bars->end < bars->begin) bars->end = bars->begin;
}

struct paper_bars paper_bars_of_series(const struct app *app, struct str expression, enum interval interval,
                                       int64_t from_us, int64_t now_us)
{
    struct error ignored = {0};
    struct paper_bars bars = {0};
    if (market_series(market_as_it_is(app->market), expression, interval, &bars.series, &ignored) ==
        STATUS_OK)
        narrow(&bars, from_us, now_us);
    return bars;
}

struct paper_bars paper_bars_of_symbol(const struct app *app, struct str symbol, int64_t from_us,
                                       int64_t now_us)
{
    struct error ignored = {0};
    CATALOG_SCOPE catalog = NULL;
    if (market_catalog(app->market, &catalog, &ignored) != STATUS_OK) return (struct paper_bars){0};
    const struct symbol_info *info = catalog_find(catalog, symbol);
    for (size_t i = 0; info && i < info->interval_count; i++) { // they ascend
        if (info->intervals[i].last * SECOND_US < from_us) continue;
        struct paper_bars bars =
            paper_bars_of_series(app, info->symbol, info->intervals[i].interval, from_us, now_us);
        if (bars.begin < bars.end) return bars;
        paper_bars_done(&bars);
    }
    return (struct paper_bars){0};
}

int64_t paper_bars_open_us(const struct paper_bars *bars, size_t index)
{
    return bars->series->candles.time[index] * SECOND_US;
}

int64_t paper_bars_end_us(const struct paper_bars *bars, size_t index)
{
    return interval_next(bars->series->interval, bars->series->candles.time[index]) * SECOND_US;
}

int64_t paper_bars_last_end_us(const struct paper_bars *bars)
{
    return bars->begin < bars->end ? paper_bars_end_us(bars, bars->end - 1) : 0;
}

bool paper_bars_read(const struct paper_bars *bars, size_t index, struct touch_bar *out_bar)
{
    const struct candles *candles = &bars->series->candles;
    return decimal_from_double(candles->open[index], &out_bar->open) &&
           decimal_from_double(candles->high[index], &out_bar->high) &&
           decimal_from_double(candles->low[index], &out_bar->low) &&
           decimal_from_double(candles->close[index], &out_bar->close);
}

struct paper_reach paper_reach_of(struct decimal below, struct decimal above)
{
    static const double margin = 1e-9; // far above what a double loses of a price
    return (struct paper_reach){
        .low = decimal_is_zero(below) ? -HUGE_VAL : decimal_to_double(below) * (1 + margin),
        .high = decimal_is_zero(above) ? HUGE_VAL : decimal_to_double(above) * (1 - margin),
    };
}

size_t paper_bars_next(const struct paper_bars *bars, size_t index, struct paper_reach reach)
{
    if (!bars->series) return bars->end;
    const struct candles *candles = &bars->series->candles;
    while (index < bars->end && candles->low[index] > reach.low && candles->high[index] < reach.high)
        index++;
    return index;
}

// ---- closes

static bool is_newer(const struct paper_bars *bars, int64_t than_us)
{
    return bars->begin < bars->end && paper_bars_last_end_us(bars) > than_us;
}

static void take_close(const struct paper_bars *bars, struct mark *mark)
{
    const double close = bars->series->candles.close[bars->end - 1];
    if (!decimal_from_double(close, &mark->price) || mark->price.units <= 0) return;
    mark->is_known = true;
    mark->time_us = paper_bars_last_end_us(bars);
}

struct mark paper_bars_close(const struct app *app, struct str symbol, int64_t at_us)
{
    struct error ignored = {0};
    struct mark mark = {.symbol = symbol, .source = MARK_CANDLE};
    CATALOG_SCOPE catalog = NULL;
    if (market_catalog(app->market, &catalog, &ignored) != STATUS_OK) return mark;
    const struct symbol_info *info = catalog_find(catalog, symbol);
    for (size_t i = 0; info && i < info->interval_count; i++) {
        PAPER_BARS_SCOPE bars =
            paper_bars_of_series(app, info->symbol, info->intervals[i].interval, 0, at_us);
        if (is_newer(&bars, mark.time_us)) take_close(&bars, &mark);
    }
    return mark;
}
