#include "engine/scorecard.h"

#include "engine/scan_flags.h"
#include "engine/scorecard_index.h"
#include "engine/scorecard_table.h"
#include "engine/universe.h"
#include "engine/vector.h"

#include <string.h>

struct scorer {
    const struct scorecard_input *input;
    struct arena *arena;
    struct universe calendar; // its times alone
    uint8_t **flags;          // of each series, by its own bars
    size_t *begins;           // own bars of each series in [from, to)
    size_t *ends;
    double *benchmark_sums; // [horizon][bar of the calendar]; in the end means
    uint32_t *benchmark_counts;
    struct scorecard_index index;
    uint32_t *positions; // of one series: where its own bars stand in the calendar
    uint32_t *last;      // of one series: its own bar at or before each of the calendar; before the first, 0
    uint32_t *breaks;    // of one series: the first own bar behind each that begins another asset, or its end
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

static enum status flag_all(struct scorer *scorer)
{
    const struct scorecard_input *input = scorer->input;
    struct scan_column *columns = ARENA_ARRAY(scorer->arena, struct scan_column, input->series_count);
    scorer->flags = ARENA_ARRAY(scorer->arena, uint8_t *, input->series_count);
    if (!columns || !scorer->flags) return STATUS_NO_MEMORY;
    for (size_t s = 0; s < input->series_count; s++) {
        const struct candles *candles = &input->series[s];
        scorer->flags[s] = arena_alloc_raw(scorer->arena, candles->count, 1);
        if (!scorer->flags[s]) return STATUS_NO_MEMORY;
        columns[s] = (struct scan_column){candles->close, candles->count, scorer->flags[s]};
    }
    return scan_flags(input->plan, columns, input->series_count, scorer->arena);
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
        const size_t first = begin > input->plan->min_candles - 1 ? begin : input->plan->min_candles - 1;
        scorecard->evaluated += end > first ? end - first : 0;
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
    scorer->breaks = arena_alloc_raw(arena, longest, sizeof(uint32_t));
    scorer->values = arena_alloc_raw(arena, longest, sizeof(double));
    scorer->value_outcomes = arena_alloc_raw(arena, longest, 1);
    scorer->owns = arena_alloc_raw(arena, signals, sizeof(uint32_t));
    scorer->bars = arena_alloc_raw(arena, signals, sizeof(uint32_t));
    scorer->is_first = arena_alloc_raw(arena, signals, 1);
    scorer->returns = arena_alloc_raw(arena, signals * horizons, sizeof(double));
    scorer->outcomes = arena_alloc_raw(arena, signals * horizons, 1);
    const void *const all[] = {
        scorer->benchmark_sums, scorer->benchmark_counts, scorer->positions,      scorer->last,
        scorer->breaks,         scorer->values,           scorer->value_outcomes, scorer->owns,
        scorer->bars,           scorer->is_first,         scorer->returns,        scorer->outcomes};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!all[i]) return STATUS_NO_MEMORY;
    return scorecard_index_make(bars, arena, &scorer->index);
}

static void place_series(struct scorer *scorer, const struct candles *candles)
{
    const struct universe *calendar = &scorer->calendar;
    uint32_t own = 0;
    for (size_t t = 0; t < calendar->bar_count; t++) {
        if (own < candles->count && candles->time[own] == calendar->time[t])
            scorer->positions[own++] = (uint32_t)t;
        scorer->last[t] = own > 0 ? own - 1 : 0;
    }
}

static void find_breaks(struct scorer *scorer, const struct candles *candles)
{
    const double factor = scorer->input->max_gap_factor;
    uint32_t next = (uint32_t)candles->count;
    size_t odd = 0;
    for (size_t i = candles->count; i-- > 0;) {
        scorer->breaks[i] = next;
        const double open = candles->open[i], before = i > 0 ? candles->close[i - 1] : open;
        if (open > before * factor || open * factor < before) next = (uint32_t)i;
        odd += !(open > 0);
    }
    const size_t last = candles->count - 1;
    scorer->is_plain = odd == 0 && next == candles->count && candles->count > 0 &&
                       scorer->positions[last] - scorer->positions[0] == last;
}

static struct forward go_forward(const struct scorer *scorer, const struct candles *candles, size_t own,
                                 size_t horizon)
{
    const size_t end = scorer->positions[own] + horizon, entry = own + 1;
    if (end >= scorer->calendar.bar_count) return (struct forward){.outcome = SCORECARD_UNFINISHED};
    const size_t last = scorer->last[end], asset_end = scorer->breaks[own];
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
static bool is_first_to_pass(const struct scorer *scorer, const uint8_t *flags, size_t own)
{
    return own >= scorer->input->plan->min_candles && !flags[own - 1];
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

// Values of the bars [begin, end) of a series at one horizon, also taken into the benchmark.
static void go_forward_all(struct scorer *scorer, const struct candles *candles, size_t begin, size_t end,
                           size_t h)
{
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
        const struct forward forward = go_forward(scorer, candles, own, horizon);
        scorer->values[own - begin] = forward.value;
        scorer->value_outcomes[own - begin] = (uint8_t)forward.outcome;
        if (forward.outcome >= SCORECARD_UNFINISHED) continue;
        sums[scorer->positions[own]] += forward.value;
        counts[scorer->positions[own]]++;
    }
}

// Adds the signals of a series; answers the first of them.
static size_t add_signals(struct scorer *scorer, const uint8_t *flags, size_t begin, size_t end)
{
    const size_t first = scorer->added;
    for (size_t own = begin; own < end; own++) {
        if (!flags[own]) continue;
        scorer->owns[scorer->added] = (uint32_t)own;
        scorer->bars[scorer->added] = scorer->positions[own];
        scorer->is_first[scorer->added++] = is_first_to_pass(scorer, flags, own);
    }
    return first;
}

static void score_series(struct scorer *scorer, size_t series)
{
    const struct candles *candles = &scorer->input->series[series];
    const size_t begin = scorer->begins[series], end = scorer->ends[series];
    place_series(scorer, candles);
    scorecard_index_add(&scorer->index, candles, scorer->positions, scorer->input->max_gap_factor);
    if (begin == end) return;
    find_breaks(scorer, candles);
    const size_t first = add_signals(scorer, scorer->flags[series], begin, end);
    for (size_t h = 0; h < scorer->input->horizon_count; h++) {
        go_forward_all(scorer, candles, begin, end, h);
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
