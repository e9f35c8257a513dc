#include "engine/scorecard_table.h"

#include "base/datetime.h"

#include <math.h>

enum {
    DAY_S = 86400,
    YEARS_MAX = 200, // later ones are told with the last
};

// Signals [begin, end) in the order of their bars.
struct span {
    int year; // 0: all
    size_t begin;
    size_t end;
};

struct years {
    struct span *spans;
    size_t count;
};

// Puts the value of that rank in its place, and no greater one before it (N. Wirth's version of C. A. R.
// Hoare's Find).
static void select_rank(double *values, size_t count, size_t rank)
{
    ptrdiff_t low = 0, high = (ptrdiff_t)count - 1;
    const ptrdiff_t wanted = (ptrdiff_t)rank;
    while (low < high) {
        const double pivot = values[wanted];
        ptrdiff_t i = low, k = high;
        while (i <= k) {
            while (values[i] < pivot)
                i++;
            while (values[k] > pivot)
                k--;
            if (i > k) break;
            const double kept = values[i];
            values[i++] = values[k];
            values[k--] = kept;
        }
        if (k < wanted) low = i;
        if (i > wanted) high = k;
    }
}

static double median_of(double *values, size_t count)
{
    const size_t middle = count / 2;
    if (count == 0) return (double)NAN;
    select_rank(values, count, middle);
    if (count % 2) return values[middle];
    double below = values[0];
    for (size_t i = 1; i < middle; i++)
        below = values[i] > below ? values[i] : below;
    return below + (values[middle] - below) / 2;
}

// Signals at one of the horizons, in the order of their bars.
struct column {
    double *returns;
    double *benchmarks;
    double *indices; // what the index did meanwhile
    uint8_t *outcomes;
    uint8_t *is_first;
};

static enum status make_column(size_t count, struct arena *arena, struct column *out_column)
{
    const struct column column = {
        .returns = arena_alloc_raw(arena, count, sizeof(double)),
        .benchmarks = arena_alloc_raw(arena, count, sizeof(double)),
        .indices = arena_alloc_raw(arena, count, sizeof(double)),
        .outcomes = arena_alloc_raw(arena, count, 1),
        .is_first = arena_alloc_raw(arena, count, 1),
    };
    if (!column.returns || !column.benchmarks || !column.indices || !column.outcomes || !column.is_first)
        return STATUS_NO_MEMORY;
    *out_column = column;
    return STATUS_OK;
}

static void fill_column(const struct scorecard_signals *signals, const uint32_t *order, size_t horizon,
                        struct column *column)
{
    const double *returns = signals->returns + horizon * signals->count;
    const uint8_t *outcomes = signals->outcomes + horizon * signals->count;
    const double *benchmarks = signals->benchmarks + horizon * signals->bar_count;
    for (size_t k = 0; k < signals->count; k++) {
        const size_t i = order[k];
        column->returns[k] = returns[i];
        column->benchmarks[k] = benchmarks[signals->bars[i]];
        column->indices[k] =
            scorecard_index_return(signals->index, signals->bars[i], signals->horizons[horizon]);
        column->outcomes[k] = outcomes[i];
        column->is_first[k] = signals->is_first[i];
    }
}

static void fill_cell(const struct column *column, struct span span, bool first_only, double *scratch,
                      struct scorecard_cell *cell)
{
    double sum = 0, benchmark_sum = 0, index_sum = 0;
    size_t hits = 0;
    for (size_t k = span.begin; k < span.end; k++) {
        if (first_only && !column->is_first[k]) continue;
        const uint8_t outcome = column->outcomes[k];
        cell->outcomes[outcome]++;
        if (outcome >= SCORECARD_UNFINISHED) continue;
        const double value = column->returns[k];
        scratch[cell->measured++] = value;
        hits += value > 0;
        sum += value;
        benchmark_sum += column->benchmarks[k];
        index_sum += column->indices[k];
    }
    for (size_t i = 0; i < SCORECARD_OUTCOMES; i++)
        cell->signals += cell->outcomes[i];
    const double measured = (double)cell->measured; // 0 / 0 is NaN
    cell->hit_rate = (double)hits / measured;
    cell->mean_return = sum / measured;
    cell->mean_benchmark = benchmark_sum / measured;
    cell->mean_excess = cell->mean_return - cell->mean_benchmark;
    cell->mean_index = index_sum / measured;
    cell->mean_index_excess = cell->mean_return - cell->mean_index;
    cell->median_return = median_of(scratch, cell->measured);
}

static int year_of(int64_t time_s)
{
    const int64_t days = (time_s - (time_s < 0 ? DAY_S - 1 : 0)) / DAY_S;
    return (int)datetime_civil_from_days(days).year;
}

// Indices of the signals by the bars they are of.
static enum status sort_by_bar(const struct scorecard_signals *signals, struct arena *arena,
                               uint32_t **out_order)
{
    uint32_t last = 0;
    for (size_t i = 0; i < signals->count; i++)
        last = signals->bars[i] > last ? signals->bars[i] : last;
    uint32_t *next = ARENA_ARRAY(arena, uint32_t, (size_t)last + 2);
    uint32_t *order = ARENA_ARRAY(arena, uint32_t, signals->count);
    if (!next || !order) return STATUS_NO_MEMORY;
    for (size_t i = 0; i < signals->count; i++)
        next[signals->bars[i] + 1]++;
    for (size_t bar = 0; bar <= last; bar++)
        next[bar + 1] += next[bar];
    for (size_t i = 0; i < signals->count; i++)
        order[next[signals->bars[i]]++] = (uint32_t)i;
    *out_order = order;
    return STATUS_OK;
}

// The signals of each year; spans[0] are all.
static enum status find_years(const struct scorecard_signals *signals, const uint32_t *order,
                              struct arena *arena, struct years *out_years)
{
    struct years years = {.spans = ARENA_ARRAY(arena, struct span, YEARS_MAX)};
    if (!years.spans) return STATUS_NO_MEMORY;
    years.spans[years.count++] = (struct span){.end = signals->count};
    for (size_t k = 0; k < signals->count; k++) {
        const uint32_t bar = signals->bars[order[k]];
        struct span *last = &years.spans[years.count - 1];
        if (k > 0 && bar == signals->bars[order[k - 1]]) continue;
        const int year = year_of(signals->time[bar]);
        if (years.count > 1 && (last->year == year || years.count == YEARS_MAX)) continue;
        if (years.count > 1) last->end = k;
        years.spans[years.count++] = (struct span){.year = year, .begin = k, .end = signals->count};
    }
    *out_years = years;
    return STATUS_OK;
}

enum status scorecard_tabulate(const struct scorecard_signals *signals, struct arena *arena,
                               struct scorecard *scorecard)
{
    uint32_t *order;
    struct years years;
    struct column column;
    TRY(sort_by_bar(signals, arena, &order));
    TRY(find_years(signals, order, arena, &years));
    TRY(make_column(signals->count, arena, &column));
    struct scorecard_line *lines =
        ARENA_ARRAY(arena, struct scorecard_line, years.count * signals->horizon_count);
    double *scratch = arena_alloc_raw(arena, signals->count, sizeof *scratch);
    if (!lines || !scratch) return STATUS_NO_MEMORY;
    for (size_t h = 0; h < signals->horizon_count; h++) {
        fill_column(signals, order, h, &column);
        for (size_t y = 0; y < years.count; y++) {
            struct scorecard_line *line = &lines[y * signals->horizon_count + h];
            *line = (struct scorecard_line){.year = years.spans[y].year, .horizon = signals->horizons[h]};
            for (int set = 0; set < SCORECARD_SETS; set++)
                fill_cell(&column, years.spans[y], set == SCORECARD_FIRST, scratch, &line->cells[set]);
        }
    }
    scorecard->lines = lines;
    scorecard->line_count = years.count * signals->horizon_count;
    return STATUS_OK;
}
