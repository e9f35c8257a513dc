#include "market/resample.h"

#include "engine/ground.h"

#include <math.h>

static struct candle candle_at(const struct candles *candles, size_t i)
{
    return (struct candle){candles->time[i], candles->open[i],  candles->high[i],
                           candles->low[i],  candles->close[i], candles->volume[i]};
}

static void merge(struct candle *bar, const struct candle *next)
{
    bar->high = fmax(bar->high, next->high);
    bar->low = fmin(bar->low, next->low);
    bar->close = next->close;
    bar->volume += next->volume;
}

static bool is_other_asset(const struct candle *bar, const struct candle *next)
{
    return bar->close > 0 && next->open > 0 && ground_is_break(bar->close, next->open, GROUND_GAP_FACTOR);
}

// One bar out of candles [from, to), at least one.
static struct candle merge_range(const struct candles *candles, size_t from, size_t to, int64_t open_time)
{
    struct candle bar = candle_at(candles, from);
    for (size_t i = from + 1; i < to; i++) {
        const struct candle next = candle_at(candles, i);
        const bool is_bar_traded = bar.volume > 0, is_next_traded = next.volume > 0;
        if (is_next_traded && !is_bar_traded) {
            bar = next; // what was merged so far had no trade
        } else if (is_next_traded == is_bar_traded) {
            if (is_other_asset(&bar, &next)) break;
            merge(&bar, &next);
        }
    }
    bar.time = open_time;
    return bar;
}

static enum status merge_all(const struct series *fine, enum interval coarse, struct series_builder *builder,
                             struct error *error)
{
    const struct candles *candles = &fine->candles;
    for (size_t from = 0, to; from < candles->count; from = to) {
        const int64_t open_time = interval_floor(coarse, candles->time[from]);
        const int64_t end = interval_next(coarse, open_time);
        to = from + 1;
        while (to < candles->count && candles->time[to] < end)
            to++;
        TRY(series_builder_append(builder, merge_range(candles, from, to, open_time), error));
    }
    return STATUS_OK;
}

// Whether the last fine bar ends before the coarse bar that it is in.
static bool is_last_partial(const struct series *fine, enum interval coarse)
{
    if (fine->candles.count == 0) return false;
    const int64_t last = fine->candles.time[fine->candles.count - 1];
    return fine->is_last_partial ||
           interval_next(fine->interval, last) < interval_next(coarse, interval_floor(coarse, last));
}

enum status series_resample(const struct series *fine, enum interval coarse, const struct series **out_series,
                            struct error *error)
{
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(merge_all(fine, coarse, &builder, error));
    struct series description = *fine;
    description.interval = coarse;
    description.is_resampled = true;
    description.resampled_from = fine->is_resampled ? fine->resampled_from : fine->interval;
    description.is_last_partial = is_last_partial(fine, coarse);
    return series_builder_finish(&builder, &description, out_series, error);
}

static bool is_divisor(const struct candle *candle)
{
    return candle->open != 0 && candle->high != 0 && candle->low != 0 && candle->close != 0;
}

static struct candle divide(const struct candle *a, const struct candle *b)
{
    const double open = a->open / b->open, close = a->close / b->close;
    return (struct candle){.time = a->time,
                           .open = open,
                           .high = fmax(fmax(open, close), a->high / b->high),
                           .low = fmin(fmin(open, close), a->low / b->low),
                           .close = close,
                           .volume = 0};
}

static enum status divide_all(const struct candles *a, const struct candles *b,
                              struct series_builder *builder, struct error *error)
{
    TRY(series_builder_reserve(builder, a->count < b->count ? a->count : b->count, error));
    for (size_t i = 0, j = 0; i < a->count && j < b->count;) {
        if (a->time[i] < b->time[j]) {
            i++;
        } else if (a->time[i] > b->time[j]) {
            j++;
        } else {
            const struct candle above = candle_at(a, i++), below = candle_at(b, j++);
            const struct candle ratio = divide(&above, &below);
            if (is_divisor(&below) && isfinite(ratio.high)) series_builder_put(builder, ratio);
        }
    }
    return STATUS_OK;
}

static bool ends_partial(const struct series *series, int64_t time)
{
    const struct candles *candles = &series->candles;
    return series->is_last_partial && candles->time[candles->count - 1] == time;
}

static struct series describe_ratio(const struct series *a, const struct series *b,
                                    const struct series_builder *builder)
{
    struct series ratio = *a;
    if (b->is_resampled && (!a->is_resampled || b->resampled_from < a->resampled_from)) {
        ratio.is_resampled = true;
        ratio.resampled_from = b->resampled_from;
    }
    if (b->categories_version) ratio.categories_version = b->categories_version;
    const int64_t last = builder->count ? builder->time[builder->count - 1] : 0;
    ratio.is_last_partial = builder->count > 0 && (ends_partial(a, last) || ends_partial(b, last));
    return ratio;
}

enum status series_ratio(const struct series *numerator, const struct series *denominator, struct str name,
                         const struct series **out_series, struct error *error)
{
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(divide_all(&numerator->candles, &denominator->candles, &builder, error));
    struct series description = describe_ratio(numerator, denominator, &builder);
    (void)str_to_c(name, description.name, sizeof description.name);
    return series_builder_finish(&builder, &description, out_series, error);
}
