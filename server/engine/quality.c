#include "engine/quality.h"

#include "engine/ground.h"

#include <math.h>
#include <string.h>

// One walk over a series.
struct walk {
    const struct quality_input *input;
    const struct quality_rules *rules;
    double *returns; // NaN where there is none
    struct quality_gap gaps[QUALITY_LIST_MAX];
    struct quality_mark marks[QUALITY_LIST_MAX]; // a ring: the latest
    size_t gap_count;
    size_t mark_count; // all of them
    struct quality quality;
};

static const struct {
    const char *name;
    double weight;
    double limit;
} parts[QUALITY_PARTS] = {
    [QUALITY_PART_GAPS] = {"gaps", 40, 0.05},
    [QUALITY_PART_FLAT] = {"flat", 20, 0.1},
    [QUALITY_PART_OUTLIERS] = {"outliers", 15, 0.005},
    [QUALITY_PART_BREAKS] = {"breaks", 10, 2},
    [QUALITY_PART_CUT] = {"cut", 10, 0.01},
    [QUALITY_PART_OFF_GRID] = {"off_grid", 5, 0.01},
};

struct quality_rules quality_rules_default(void)
{
    return (struct quality_rules){
        .flat_bars = 5, .outlier_sigmas = 10, .return_bars = 3, .max_gap_factor = GROUND_GAP_FACTOR};
}

const char *quality_part_name(enum quality_part part)
{
    return parts[part].name;
}

double quality_part_weight(enum quality_part part)
{
    return parts[part].weight;
}

static const struct {
    const char *name;
    size_t offset;
} counts[QUALITY_COUNTS] = {
    {"first", offsetof(struct quality, first)},         {"last", offsetof(struct quality, last)},
    {"count", offsetof(struct quality, count)},         {"expected", offsetof(struct quality, expected)},
    {"gaps", offsetof(struct quality, gaps)},           {"missing", offsetof(struct quality, missing)},
    {"flat_runs", offsetof(struct quality, flat_runs)}, {"flat_bars", offsetof(struct quality, flat_bars)},
    {"outliers", offsetof(struct quality, outliers)},   {"breaks", offsetof(struct quality, breaks)},
    {"cut_bars", offsetof(struct quality, cut_bars)},   {"off_grid", offsetof(struct quality, off_grid)},
};

const char *quality_count_name(size_t index)
{
    return counts[index].name;
}

int64_t quality_count(const struct quality *quality, size_t index)
{
    int64_t count;
    memcpy(&count, (const char *)quality + counts[index].offset, sizeof count);
    return count;
}

const char *quality_mark_name(enum quality_mark_kind kind)
{
    static const char *const names[] = {"flat", "outlier", "break"};
    return names[kind];
}

static void add_mark(struct walk *walk, struct quality_mark mark)
{
    walk->marks[walk->mark_count++ % QUALITY_LIST_MAX] = mark;
}

// ---- gaps and the grid

static void keep_gap(struct walk *walk, struct quality_gap gap)
{
    size_t at = walk->gap_count;
    while (at > 0 && walk->gaps[at - 1].bars < gap.bars)
        at--;
    if (at == QUALITY_LIST_MAX) return;
    walk->gap_count += walk->gap_count < QUALITY_LIST_MAX;
    memmove(&walk->gaps[at + 1], &walk->gaps[at], (walk->gap_count - at - 1) * sizeof gap);
    walk->gaps[at] = gap;
}

static void look_for_gap(struct walk *walk, int64_t before, int64_t time)
{
    const enum interval interval = walk->input->interval;
    const struct quality_gap gap = {
        .start = interval_next(interval, before),
        .end = interval_floor(interval, time),
        .bars = interval_bars(interval, interval_next(interval, before), interval_floor(interval, time)),
    };
    if (gap.bars == 0) return;
    walk->quality.gaps++;
    walk->quality.missing += gap.bars;
    keep_gap(walk, gap);
}

static void look_at_times(struct walk *walk)
{
    const struct candles *candles = walk->input->candles;
    for (size_t i = 0; i < candles->count; i++) {
        if (i > 0) look_for_gap(walk, candles->time[i - 1], candles->time[i]);
        walk->quality.off_grid += interval_floor(walk->input->interval, candles->time[i]) != candles->time[i];
    }
}

// ---- flat runs

static bool is_flat(const struct candles *candles, size_t i)
{
    const double open = candles->open[i];
    return candles->volume[i] == 0 ||
           (open == candles->high[i] && open == candles->low[i] && open == candles->close[i]);
}

// A bar missing in between ends a run.
static bool follows(const struct walk *walk, size_t i)
{
    const int64_t *time = walk->input->candles->time;
    return time[i] <= interval_next(walk->input->interval, time[i - 1]);
}

static void end_run(struct walk *walk, size_t begin, size_t end)
{
    if (end - begin < walk->rules->flat_bars) return;
    walk->quality.flat_runs++;
    walk->quality.flat_bars += (int64_t)(end - begin);
    add_mark(walk, (struct quality_mark){.kind = QUALITY_FLAT,
                                         .time = walk->input->candles->time[begin],
                                         .bars = (int64_t)(end - begin),
                                         .factor = (double)NAN});
}

static void look_for_flat_runs(struct walk *walk)
{
    const struct candles *candles = walk->input->candles;
    size_t begin = 0;
    for (size_t i = 0; i < candles->count; i++) {
        if (i > begin && !follows(walk, i)) {
            end_run(walk, begin, i);
            begin = i;
        }
        if (is_flat(candles, i)) continue;
        end_run(walk, begin, i);
        begin = i + 1;
    }
    end_run(walk, begin, candles->count);
}

// ---- breaks and outliers

static void look_for_breaks(struct walk *walk)
{
    const struct candles *candles = walk->input->candles;
    walk->returns[0] = (double)NAN;
    for (size_t i = 1; i < candles->count; i++) {
        const double before = candles->close[i - 1];
        const bool is_break = ground_is_break(before, candles->open[i], walk->rules->max_gap_factor);
        const bool has_return = !is_break && follows(walk, i) && before > 0 && candles->close[i] > 0;
        walk->returns[i] = has_return ? log(candles->close[i] / before) : (double)NAN;
        if (!is_break) continue;
        walk->quality.breaks++;
        add_mark(walk, (struct quality_mark){.kind = QUALITY_BREAK,
                                             .time = candles->time[i],
                                             .bars = 1,
                                             .factor = candles->open[i] / before});
    }
}

// The k-th smallest of the values, which are put in another order (C. A. R. Hoare, "Algorithm 65: Find").
static double select_kth(double *values, size_t count, size_t k)
{
    size_t low = 0, high = count - 1;
    while (low < high) {
        const double pivot = values[low + (high - low) / 2];
        size_t i = low, j = high;
        for (;; i++, j--) {
            while (values[i] < pivot)
                i++;
            while (values[j] > pivot)
                j--;
            if (i >= j) break;
            const double spare = values[i];
            values[i] = values[j];
            values[j] = spare;
        }
        if (k <= j)
            high = j;
        else
            low = j + 1;
    }
    return values[k];
}

// The upper one of the two in the middle.
static double median(double *values, size_t count)
{
    return count ? select_kth(values, count, count / 2) : (double)NAN;
}

struct spread {
    double median;
    double sigma;
};

static struct spread spread_of(const struct walk *walk, double *scratch)
{
    const double normal = 1.4826; // 1 / the 3/4 quantile of the normal distribution
    size_t count = 0;
    for (size_t i = 0; i < walk->input->candles->count; i++)
        if (!isnan(walk->returns[i])) scratch[count++] = walk->returns[i];
    const double middle = median(scratch, count);
    for (size_t i = 0; i < count; i++)
        scratch[i] = fabs(scratch[i] - middle);
    return (struct spread){.median = middle, .sigma = normal * median(scratch, count)};
}

// Bars until a close is back where it was before bar `i`; 0: not within the bars of the rule.
static size_t find_return(const struct walk *walk, size_t i)
{
    const struct candles *candles = walk->input->candles;
    const double back = 0.25; // of the move may be left
    double distance = walk->returns[i];
    for (size_t j = 1; j <= walk->rules->return_bars && i + j < candles->count; j++) {
        if (isnan(walk->returns[i + j])) return 0;
        distance += walk->returns[i + j];
        if (fabs(distance) <= back * fabs(walk->returns[i])) return j;
    }
    return 0;
}

static void look_for_outliers(struct walk *walk, double *scratch)
{
    const struct spread spread = spread_of(walk, scratch);
    if (!(spread.sigma > 0)) return;
    for (size_t i = 1; i < walk->input->candles->count; i++) {
        if (!(fabs(walk->returns[i] - spread.median) > walk->rules->outlier_sigmas * spread.sigma)) continue;
        const size_t bars = find_return(walk, i);
        if (bars == 0) continue;
        walk->quality.outliers++;
        add_mark(walk, (struct quality_mark){.kind = QUALITY_OUTLIER,
                                             .time = walk->input->candles->time[i],
                                             .bars = (int64_t)bars,
                                             .factor = exp(walk->returns[i])});
        i += bars;
    }
}

// ---- all together

static double share(int64_t part, int64_t whole)
{
    return whole > 0 ? (double)part / (double)whole : 0;
}

static void set_score(struct quality *quality)
{
    const double shares[QUALITY_PARTS] = {
        [QUALITY_PART_GAPS] = share(quality->missing, quality->expected),
        [QUALITY_PART_FLAT] = share(quality->flat_bars, quality->count),
        [QUALITY_PART_OUTLIERS] = share(quality->outliers, quality->count),
        [QUALITY_PART_BREAKS] = (double)quality->breaks,
        [QUALITY_PART_CUT] = share(quality->cut_bars, quality->count),
        [QUALITY_PART_OFF_GRID] = share(quality->off_grid, quality->count),
    };
    quality->score = 0;
    for (size_t i = 0; i < QUALITY_PARTS; i++) {
        quality->parts[i] = parts[i].weight * fmax(0, 1 - shares[i] / parts[i].limit);
        quality->score += quality->parts[i];
    }
}

static int by_time(const struct quality_mark *a, const struct quality_mark *b)
{
    if (a->time != b->time) return a->time < b->time ? -1 : 1;
    return (a->kind > b->kind) - (a->kind < b->kind);
}

static void sort_marks(struct quality_mark *marks, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        const struct quality_mark mark = marks[i];
        size_t at = i;
        for (; at > 0 && by_time(&marks[at - 1], &mark) > 0; at--)
            marks[at] = marks[at - 1];
        marks[at] = mark;
    }
}

static enum status keep_lists(struct walk *walk, struct arena *arena, struct error *error)
{
    const size_t marks = walk->mark_count < QUALITY_LIST_MAX ? walk->mark_count : QUALITY_LIST_MAX;
    struct quality_gap *gap = ARENA_ARRAY(arena, struct quality_gap, walk->gap_count);
    struct quality_mark *mark = ARENA_ARRAY(arena, struct quality_mark, marks);
    if (!gap || !mark) return error_no_memory(error);
    memcpy(gap, walk->gaps, walk->gap_count * sizeof *gap);
    memcpy(mark, walk->marks, marks * sizeof *mark);
    sort_marks(mark, marks);
    walk->quality.largest = gap;
    walk->quality.largest_count = walk->gap_count;
    walk->quality.marks = mark;
    walk->quality.mark_count = marks;
    return STATUS_OK;
}

static void begin(struct walk *walk)
{
    const struct quality_input *input = walk->input;
    const struct candles *candles = input->candles;
    walk->quality.first = candles->time[0];
    walk->quality.last = candles->time[candles->count - 1];
    walk->quality.count = (int64_t)candles->count;
    walk->quality.is_last_unfinished = interval_next(input->interval, walk->quality.last) > input->known_at;
    walk->quality.cut_bars = input->cut_by_closing + walk->quality.is_last_unfinished;
}

enum status quality_measure(const struct quality_input *input, const struct quality_rules *rules,
                            struct arena *arena, struct arena *scratch, struct quality *out_quality,
                            struct error *error)
{
    struct walk walk = {.input = input, .rules = rules};
    double *sorted = arena_alloc_raw(scratch, input->candles->count, sizeof *sorted);
    walk.returns = arena_alloc_raw(scratch, input->candles->count, sizeof *walk.returns);
    if (!sorted || !walk.returns) return error_no_memory(error);
    begin(&walk);
    look_at_times(&walk);
    look_for_flat_runs(&walk);
    look_for_breaks(&walk);
    look_for_outliers(&walk, sorted);
    walk.quality.expected = walk.quality.count + walk.quality.missing;
    TRY(keep_lists(&walk, arena, error));
    set_score(&walk.quality);
    *out_quality = walk.quality;
    return STATUS_OK;
}
