#include "market/category_index.h"
#include "engine/ground.h"

#include <math.h>
#include <stdlib.h>

enum { BASE = 100 };

// Sums over the members of each bar, beside a calendar.
struct sums {
    size_t bar_count;
    int64_t *time;
    double *open, *high, *low, *close;
    uint32_t *members;
};

static void sums_done(struct sums *sums)
{
    free(sums->time);
    free(sums->open);
    free(sums->members);
    *sums = (struct sums){0};
}
#define SUMS_SCOPE __attribute__((cleanup(sums_done))) struct sums

// Both in order; `out` has room for both. Answers how many times there are in it, each once.
static size_t merge_times(const int64_t *a, size_t a_count, const struct candles *b, int64_t *out)
{
    size_t i = 0, j = 0, count = 0;
    while (i < a_count && j < b->count) {
        const int64_t time = a[i] < b->time[j] ? a[i] : b->time[j];
        i += a[i] == time;
        j += b->time[j] == time;
        out[count++] = time;
    }
    while (i < a_count)
        out[count++] = a[i++];
    while (j < b->count)
        out[count++] = b->time[j++];
    return count;
}

// Whether every time of b is in a, which is in order, as most members' times are in those of older ones.
static bool holds_times(const int64_t *a, size_t a_count, const struct candles *b)
{
    size_t i = 0;
    for (size_t j = 0; j < b->count; j++) {
        while (i < a_count && a[i] < b->time[j])
            i++;
        if (i == a_count || a[i] != b->time[j]) return false;
    }
    return true;
}

static enum status join_times(struct sums *sums, const struct candles *candles, struct error *error)
{
    if (holds_times(sums->time, sums->bar_count, candles)) return STATUS_OK;
    int64_t *joined = reallocarray(NULL, sums->bar_count + candles->count, sizeof *joined);
    if (!joined) return error_no_memory(error);
    sums->bar_count = merge_times(sums->time, sums->bar_count, candles, joined);
    free(sums->time);
    sums->time = joined;
    if (sums->bar_count <= LIMIT_SERIES_BARS) return STATUS_OK;
    return error_set(error, STATUS_TOO_LARGE, NULL, "the index has more than %d bars", LIMIT_SERIES_BARS);
}

static enum status make_calendar(const struct series *const *members, size_t count, struct sums *sums,
                                 struct error *error)
{
    for (size_t i = 0; i < count; i++)
        TRY(join_times(sums, &members[i]->candles, error));
    sums->open = calloc(sums->bar_count + 1, 4 * sizeof *sums->open);
    sums->members = calloc(sums->bar_count + 1, sizeof *sums->members);
    if (!sums->open || !sums->members) return error_no_memory(error);
    sums->high = sums->open + sums->bar_count;
    sums->low = sums->high + sums->bar_count;
    sums->close = sums->low + sums->bar_count;
    return STATUS_OK;
}

// Whether the candle at i goes on from the close before it.
static bool is_continued(const struct candles *candles, size_t i)
{
    const double before = candles->close[i - 1];
    const double gap = candles->open[i] / before;
    const double extent = candles->high[i] / before + candles->low[i] / before + candles->close[i] / before;
    return before > 0 && gap <= GROUND_GAP_FACTOR && gap >= 1 / GROUND_GAP_FACTOR && isfinite(extent);
}

static void add_candle(struct sums *sums, size_t bar, const struct candles *candles, size_t i)
{
    const double before = candles->close[i - 1];
    sums->open[bar] += candles->open[i] / before;
    sums->high[bar] += candles->high[i] / before;
    sums->low[bar] += candles->low[i] / before;
    sums->close[bar] += candles->close[i] / before;
    sums->members[bar]++;
}

static void add_member(struct sums *sums, const struct candles *candles)
{
    size_t bar = 0, bar_before = 0;
    for (size_t i = 0; i < candles->count; i++) {
        while (sums->time[bar] < candles->time[i])
            bar++;
        const bool was_there = i > 0 && bar_before + 1 == bar;
        if (was_there && is_continued(candles, i)) add_candle(sums, bar, candles, i);
        bar_before = bar;
    }
}

static struct candle bar_of(const struct sums *sums, size_t bar, double before)
{
    if (sums->members[bar] == 0) return (struct candle){sums->time[bar], before, before, before, before, 0};
    const double count = sums->members[bar];
    const double open = before * (sums->open[bar] / count), close = before * (sums->close[bar] / count);
    return (struct candle){.time = sums->time[bar],
                           .open = open,
                           .high = fmax(fmax(open, close), before * (sums->high[bar] / count)),
                           .low = fmin(fmin(open, close), before * (sums->low[bar] / count)),
                           .close = close};
}

static enum status chain(struct sums *sums, struct series_builder *builder, struct error *error)
{
    TRY(series_builder_reserve(builder, sums->bar_count + 1, error));
    double before = BASE;
    for (size_t bar = 0; bar < sums->bar_count; bar++) {
        const struct candle candle = bar_of(sums, bar, before);
        series_builder_put(builder, candle);
        before = candle.close;
    }
    builder->member_counts = sums->members;
    sums->members = NULL;
    return STATUS_OK;
}

static struct series describe(const struct series *const *members, size_t count,
                              const struct series *description, const struct sums *sums)
{
    struct series index = *description;
    const int64_t last = sums->bar_count ? sums->time[sums->bar_count - 1] : 0;
    for (size_t i = 0; i < count; i++) {
        const struct series *member = members[i];
        const struct candles *candles = &member->candles;
        if (candles->count && candles->time[candles->count - 1] == last)
            index.is_last_partial |= member->is_last_partial;
        if (!member->is_resampled) continue;
        if (!index.is_resampled || member->resampled_from < index.resampled_from)
            index.resampled_from = member->resampled_from;
        index.is_resampled = true;
    }
    return index;
}

enum status category_index(const struct series *const *members, size_t count,
                           const struct series *description, const struct series **out_series,
                           struct error *error)
{
    SUMS_SCOPE sums = {0};
    SERIES_BUILDER_SCOPE builder = {0};
    TRY(make_calendar(members, count, &sums, error));
    for (size_t i = 0; i < count; i++)
        add_member(&sums, &members[i]->candles);
    const struct series described = describe(members, count, description, &sums);
    TRY(chain(&sums, &builder, error));
    return series_builder_finish(&builder, &described, out_series, error);
}
