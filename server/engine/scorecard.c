#include "engine/scorecard.h"

#include "engine/scan_flags.h"
#include "engine/scorecard_assets.h"
#include "engine/scorecard_index.h"
#include "engine/scorecard_table.h"
#include "engine/universe.h"
#include "engine/vector.h"

#include <string.h>

struct scorer {
    const struct scorecard_input *input;
    struct arena *arena;
    struct universe calendar; // its times alone
    struct scorecard_assets assets;
    uint8_t **flags; // of each series, by its own bars
    size_t *begins;  // own bars of each series in [from, to)
    size_t *ends;
    double *benchmark_sums; // [horizon][bar of the calendar]; in the end means
    uint32_t *benchmark_counts;
    struct scorecard_index index;
    uint32_t *positions; // of one series: where its own bars stand in the calendar
    uint32_t *last;      // of one series: its own bar at or before each of the calendar; before the first, 0
    bool is_plain;       // that series has no break, no gap and no open of 0
    double *values;      // of its bars at one horizon: returns, and what became of them
    uint8_t *value_outcomes;
    uint32_t *owns; // signals: the bar of their series, and as in scorecard_signals
    uint32_t *bars;
    uint8_t *is_first;
    double *returns;
    uint8_t *outcomes;
    size_t signal_count;
    size_t added; // of them, so far
};

// What a position from a bar on came to.
struct forward {
    enum scorecard_outcome outcome;
    double value; // left / entered - 1
};

// Each asset is a series of its own: no window reaches across a break.
static enum status flag_all(struct scorer *scorer)
{
    const struct scorecard_input *input = scorer->input;
    const struct scorecard_assets *assets = &scorer->assets;
    const size_t count = assets->firsts[input->series_count];
    struct scan_column *columns = ARENA_ARRAY(scorer->arena, struct scan_column, count);
    scorer->flags = ARENA_ARRAY(scorer->arena, uint8_t *, input->series_count);
    if (!columns || !scorer->flags) return STATUS_NO_MEMORY;
    for (size_t s = 0; s < input->series_count; s++) {
        const struct candles *candles = &input->series[s];
        scorer->flags[s] = arena_alloc_raw(scorer->arena, candles->count, 1);
        if (!scorer->flags[s]) return STATUS_NO_MEMORY;
        for (size_t i = assets->firsts[s]; i < assets->firsts[s + 1]; i++) {
            const struct scorecard_asset asset = assets->items[i];
            columns[i] = (struct scan_column){candles->close + asset.start, asset.end - asset.start,
                                              scorer->flags[s] + asset.start};
        }
    }
    return scan_flags(input->plan, columns, count, scorer->arena);
}

// Bars of a series in [from, to) that are scanned.
static size_t count_evaluated(const struct scorer *scorer, size_t series)
{
    const struct scorecard_assets *assets = &scorer->assets;
    const size_t from = scorer->begins[series], to = scorer->ends[series];
    size_t evaluated = 0;
    for (size_t i = assets->firsts[series]; i < assets->firsts[series + 1]; i++) {
        const size_t first = assets->items[i].start + scorer->input->plan->min_candles - 1;
        const size_t begin = from > first ? from : first;
        const size_t end = to < assets->items[i].end ? to : assets->items[i].end;
        evaluated += end > begin ? end - begin : 0;
    }
    return evaluated;
}

// The bars that signals may be of, and how many signals there are.
static enum status find_ranges(struct scorer *scorer, struct scorecard *scorecard)
{
    const struct scorecard_input *input = scorer->input;
    scorer->begins = ARENA_ARRAY(scorer->arena, size_t, input->series_count);
    scorer->ends = ARENA_ARRAY(scorer->arena, size_t, input->series_count);
    if (!scorer->begins || !scorer->ends) return STATUS_NO_MEMORY;
    for (size_t s = 0; s < input->series_count; s++) {
        const struct candles *candles = &input->series[s];
        const size_t end = candles_lower_bound(candles, input->to);
        const size_t begin = candles_lower_bound(candles, input->from);
        scorer->ends[s] = end;
        scorer->begins[s] = begin < end ? begin : end;
        scorecard->bar_count += candles->count;
        for (size_t i = scorer->begins[s]; i < end; i++)
            scorer->signal_count += scorer->flags[s][i];
        scorecard->evaluated += count_evaluated(scorer, s);
    }
    return STATUS_OK;
}

static size_t longest_series(const struct scorecard_input *input)
{
    size_t longest = 0;
    for (size_t s = 0; s < input->series_count; s++)
        longest = input->series[s].count > longest ? input->series[s].count : longest;
    return longest;
}

static enum status make_room(struct scorer *scorer)
{
    struct arena *arena = scorer->arena;
    const size_t bars = scorer->calendar.bar_count, horizons = scorer->input->horizon_count;
    const size_t longest = longest_series(scorer->input), signals = scorer->signal_count;
    scorer->benchmark_sums = ARENA_ARRAY(arena, double, bars *horizons);
    scorer->benchmark_counts = ARENA_ARRAY(arena, uint32_t, bars * horizons);
    scorer->positions = arena_alloc_raw(arena, longest, sizeof(uint32_t));
    scorer->last = arena_alloc_raw(arena, bars, sizeof(uint32_t));
    scorer->values = arena_alloc_raw(arena, longest, sizeof(double));
    scorer->value_outcomes = arena_alloc_raw(arena, longest, 1);
    scorer->owns = arena_alloc_raw(arena, signals, sizeof(uint32_t));
    scorer->bars = arena_alloc_raw(arena, signals, sizeof(uint32_t));
    scorer->is_first = arena_alloc_raw(arena, signals, 1);
    scorer->returns = arena_alloc_raw(arena, signals * horizons, sizeof(double));
    scorer->outcomes = arena_alloc_raw(arena, signals * horizons, 1);
    const void *const all[] = {
        scorer->benchmark_sums, scorer->benchmark_counts, scorer->positions, scorer->last,
        scorer->values,         scorer->value_outcomes,   scorer->owns,      scorer->bars,
        scorer->is_first,       scorer->returns,          scorer->outcomes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i]) return STATUS_NO_MEMORY;
    return scorecard_index_make(bars, arena, &scorer->index);
}

static void place_series(struct scorer *scorer, size_t series)
{
    const struct candles *candles = &scorer->input->series[series];
    const struct universe *calendar = &scorer->calendar;
    uint32_t own = 0;
    for (size_t t = 0; t < calendar->bar_count; t++) {
        if (own < candles->count && candles->time[own] == calendar->time[t])
            scorer->positions[own++] = (uint32_t)t;
        scorer->last[t] = own > 0 ? own - 1 : 0;
    }
    const size_t last = candles->count - 1;
    scorer->is_plain = candles->count > 0 && scorer->assets.are_plain[series] &&
                       scorer->positions[last] - scorer->positions[0] == last;
}

// From a bar of an asset that ends before own bar `asset_end`.
static struct forward go_forward(const struct scorer *scorer, const struct candles *candles, size_t own,
                                 size_t asset_end, size_t horizon)
{
    const size_t end = scorer->positions[own] + horizon, entry = own + 1;
    if (end >= scorer->calendar.bar_count) return (struct forward){.outcome = SCORECARD_UNFINISHED};
    const size_t last = scorer->last[end];
    if (entry > last || entry >= asset_end || !(candles->open[entry] > 0))
        return (struct forward){.outcome = SCORECARD_NOT_ENTERED};
    const bool is_broken = asset_end <= last;
    const bool is_delisted = !is_broken && last + 1 == candles->count && scorer->positions[last] < end;
    const double left = candles->close[is_broken ? asset_end - 1 : last];
    return (struct forward){.outcome = is_broken     ? SCORECARD_BROKEN
                                       : is_delisted ? SCORECARD_DELISTED
                                                     : SCORECARD_FULL,
                            .value = left / candles->open[entry] - 1};
}

// The bar before must have been looked at: where scanning begins, nobody knows whether the trend is new.
static bool is_first_to_pass(const struct scorer *scorer, const uint8_t *flags, size_t own,
                             size_t asset_start)
{
    return own - asset_start >= scorer->input->plan->min_candles && !flags[own - 1];
}

// Bars of a plain series whose horizon is over, in one go: those of a series are next to each other in the
// calendar.
VECTORISED static void go_forward_plain(const double *restrict entered, const double *restrict left,
                                        size_t count, double *restrict out_values, double *restrict sums,
                                        uint32_t *restrict counts)
{
    for (size_t i = 0; i < count; i++) {
        const double value = left[i] / entered[i] - 1;
        out_values[i] = value;
        sums[i] += value;
        counts[i]++;
    }
}

// Values of the bars of a series in [from, to) at one horizon, also taken into the benchmark.
static void go_forward_all(struct scorer *scorer, size_t series, size_t h)
{
    const struct candles *candles = &scorer->input->series[series];
    const struct scorecard_asset *asset = scorer->assets.items + scorer->assets.firsts[series];
    const size_t begin = scorer->begins[series], end = scorer->ends[series];
    const size_t horizon = scorer->input->horizons[h];
    double *sums = scorer->benchmark_sums + h * scorer->calendar.bar_count;
    uint32_t *counts = scorer->benchmark_counts + h * scorer->calendar.bar_count;
    const size_t over = candles->count > horizon ? candles->count - horizon : 0;
    size_t own = begin;
    if (scorer->is_plain && over > begin) {
        own = over < end ? over : end;
        go_forward_plain(candles->open + begin + 1, candles->close + begin + horizon, own - begin,
                         scorer->values, sums + scorer->positions[begin], counts + scorer->positions[begin]);
        memset(scorer->value_outcomes, SCORECARD_FULL, own - begin);
    }
    for (; own < end; own++) {
        while (own >= asset->end)
            asset++;
        const struct forward forward = go_forward(scorer, candles, own, asset->end, horizon);
        scorer->values[own - begin] = forward.value;
        scorer->value_outcomes[own - begin] = (uint8_t)forward.outcome;
        if (forward.outcome >= SCORECARD_UNFINISHED) continue;
        sums[scorer->positions[own]] += forward.value;
        counts[scorer->positions[own]]++;
    }
}

// Adds the signals of a series; answers the first of them.
static size_t add_signals(struct scorer *scorer, size_t series)
{
    const uint8_t *flags = scorer->flags[series];
    const struct scorecard_asset *asset = scorer->assets.items + scorer->assets.firsts[series];
    const size_t first = scorer->added;
    for (size_t own = scorer->begins[series]; own < scorer->ends[series]; own++) {
        if (!flags[own]) continue;
        while (own >= asset->end)
            asset++;
        scorer->owns[scorer->added] = (uint32_t)own;
        scorer->bars[scorer->added] = scorer->positions[own];
        scorer->is_first[scorer->added++] = is_first_to_pass(scorer, flags, own, asset->start);
    }
    return first;
}

static void score_series(struct scorer *scorer, size_t series)
{
    const struct candles *candles = &scorer->input->series[series];
    const size_t begin = scorer->begins[series], end = scorer->ends[series];
    place_series(scorer, series);
    scorecard_index_add(&scorer->index, candles, scorer->positions, scorer->input->max_gap_factor);
    if (begin == end) return;
    const size_t first = add_signals(scorer, series);
    for (size_t h = 0; h < scorer->input->horizon_count; h++) {
        go_forward_all(scorer, series, h);
        for (size_t i = first; i < scorer->added; i++) {
            const size_t at = h * scorer->signal_count + i;
            scorer->returns[at] = scorer->values[scorer->owns[i] - begin];
            scorer->outcomes[at] = scorer->value_outcomes[scorer->owns[i] - begin];
        }
    }
}

static void score_all(struct scorer *scorer)
{
    for (size_t s = 0; s < scorer->input->series_count; s++)
        score_series(scorer, s);
    for (size_t i = 0; i < scorer->calendar.bar_count * scorer->input->horizon_count; i++)
        scorer->benchmark_sums[i] /= (double)scorer->benchmark_counts[i];
    scorecard_index_chain(&scorer->index);
}

static enum status run(struct scorer *scorer, struct scorecard *scorecard, struct error *error)
{
    const struct scorecard_input *input = scorer->input;
    TRY(scorecard_assets_find(input->series, input->series_count, input->max_gap_factor, scorer->arena,
                              &scorer->assets));
    TRY(flag_all(scorer));
    TRY(find_ranges(scorer, scorecard));
    if (input->series_count > 0)
        TRY(universe_calendar(input->series, input->series_count,
                              (struct universe_range){INT64_MIN, INT64_MAX}, scorer->arena, &scorer->calendar,
                              error));
    TRY(make_room(scorer));
    score_all(scorer);
    const struct scorecard_signals signals = {
        .count = scorer->signal_count,
        .horizon_count = input->horizon_count,
        .horizons = input->horizons,
        .time = scorer->calendar.time,
        .bar_count = scorer->calendar.bar_count,
        .bars = scorer->bars,
        .is_first = scorer->is_first,
        .returns = scorer->returns,
        .outcomes = scorer->outcomes,
        .benchmarks = scorer->benchmark_sums,
        .index = &scorer->index,
    };
    return scorecard_tabulate(&signals, scorer->arena, scorecard);
}

enum status scorecard_run(const struct scorecard_input *input, struct arena *arena,
                          struct scorecard *out_scorecard, struct error *error)
{
    struct scorer scorer = {.input = input, .arena = arena};
    struct scorecard scorecard = {0};
    if (run(&scorer, &scorecard, error) != STATUS_OK) return error_no_memory(error);
    *out_scorecard = scorecard;
    return STATUS_OK;
}
