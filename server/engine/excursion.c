#include "engine/excursion.h"

#include "engine/vector.h"

// Prices that a trade has seen.
struct price_range {
    double low, high;
};

// Bars [from, to), four at a time; a comparison with NaN is false.
VECTORISED static struct price_range range_of(const double *restrict low, const double *restrict high,
                                              size_t from, size_t to, double entry)
{
    quad lowest = (quad){0} + entry, highest = lowest;
    size_t bar = from;
    for (; bar + QUAD <= to; bar += QUAD) {
        lowest = QUAD_MIN(QUAD_AT(low + bar), lowest);
        highest = QUAD_MAX(QUAD_AT(high + bar), highest);
    }
    struct price_range range = {.low = quad_lowest(&lowest), .high = quad_highest(&highest)};
    for (; bar < to; bar++) {
        range.low = low[bar] < range.low ? low[bar] : range.low;
        range.high = high[bar] > range.high ? high[bar] : range.high;
    }
    return range;
}

static void take_price(struct price_range *range, double price)
{
    range->low = price < range->low ? price : range->low;
    range->high = price > range->high ? price : range->high;
}

static bool is_stop(enum exit_reason reason)
{
    return reason == EXIT_STOP_LOSS || reason == EXIT_TAKE_PROFIT || reason == EXIT_TRAILING_STOP;
}

// Whether the position was held up to the close of its last bar.
static bool is_held_to_close(const struct trade *trade, enum execution execution)
{
    if (is_stop(trade->exit_reason)) return false;
    const bool is_order = trade->exit_reason == EXIT_SIGNAL || trade->exit_reason == EXIT_REVERSAL;
    return !is_order || execution == EXECUTION_CLOSE;
}

static void measure(const struct candles *bars, enum execution execution, struct trade *trade)
{
    const size_t from = trade->entry_bar + (execution == EXECUTION_CLOSE ? 1u : 0u);
    const size_t end = trade->exit_bar + (is_held_to_close(trade, execution) ? 1u : 0u);
    struct price_range seen = range_of(bars->low, bars->high, from, end, trade->entry_price);
    if (is_stop(trade->exit_reason) && trade->exit_bar > trade->entry_bar)
        take_price(&seen, bars->open[trade->exit_bar]);
    take_price(&seen, trade->exit_price);
    const double low = seen.low / trade->entry_price, high = seen.high / trade->entry_price;
    trade->adverse = trade->is_short ? 1 - high : low - 1;
    trade->favourable = trade->is_short ? 1 - low : high - 1;
}

void excursions_measure(const struct candles *bars, enum execution execution, struct trade *trades,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        measure(bars, execution, &trades[i]);
}
