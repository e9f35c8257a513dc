// What the scanners cost on the daily universe of ../shared/bench/loops.c, or any other that is stored.
//     scan-bench FILE
// Prints a line a measurement: name, median milliseconds of processor time, unit, and what came out,
// separated by tabs.
#include "base/limits.h"
#include "engine/scan_flags.h"
#include "engine/scan_ratio.h"
#include "engine/scan_score.h"
#include "market/members.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REPEATS = 31, MS_PER_S = 1000, NS_PER_MS = 1000000 };

struct work {
    struct arena arena; // reset before each repeat
    struct scan_plan plan;
    struct candles *series;
    size_t count;
    const double **closes;
    struct scan_figures *figures;
    struct scan_column *columns;
    uint32_t *indices;
    uint32_t *passing;             // of the newest bars
    size_t base_count, quote_from; // of the pairs
    size_t result;
    size_t pairs;
};

static void stop(const char *message)
{
    fprintf(stderr, "scan-bench: %s\n", message);
    exit(1);
}

static void *zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory) abort();
    return memory;
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * MS_PER_S + (double)now.tv_nsec / NS_PER_MS;
}

static double measure(struct work *work, enum status (*run)(struct work *))
{
    double taken[REPEATS];
    for (int i = -3; i < REPEATS; i++) {
        arena_reset(&work->arena);
        const double begin = now_ms();
        if (run(work) != STATUS_OK) stop("out of memory");
        if (i >= 0) taken[i] = now_ms() - begin;
    }
    qsort(taken, REPEATS, sizeof *taken, by_value);
    return taken[REPEATS / 2];
}

static enum status run_newest(struct work *work)
{
    work->result = scan_passing(&work->plan, work->closes, work->count, work->passing, work->figures);
    return STATUS_OK;
}

static enum status run_flags(struct work *work)
{
    return scan_flags(&work->plan, work->columns, work->count, &work->arena);
}

static enum status take_pair(void *context, struct scan_pair pair, const struct scan_figures *figures)
{
    struct work *work = context;
    double parts[SCAN_PARTS];
    (void)pair;
    work->figures[0].close += scan_score(&work->plan.rules, figures, parts);
    return STATUS_OK;
}

static enum status scan_pairs(struct work *work, scan_pair_taker *take)
{
    struct scan_ratio_counts counts;
    const struct scan_ratio_input input = {
        .plan = &work->plan,
        .series = work->series,
        .series_count = work->count,
        .newest = work->series[0].time[work->series[0].count - 1],
        .bases = work->indices,
        .quotes = work->indices + work->quote_from,
        .base_count = work->base_count,
        .quote_count = work->count - work->quote_from,
    };
    TRY(scan_ratios(&input, &work->arena, take, work, &counts));
    work->result = counts.passing;
    work->pairs = counts.evaluated;
    return STATUS_OK;
}

static enum status run_pairs(struct work *work)
{
    return scan_pairs(work, NULL);
}

static enum status run_pairs_with_figures(struct work *work)
{
    return scan_pairs(work, take_pair);
}

static size_t count_flags(const struct work *work)
{
    size_t passing = 0;
    for (size_t s = 0; s < work->count; s++)
        for (size_t i = 0; i < work->columns[s].count; i++)
            passing += work->columns[s].flags[i];
    return passing;
}

static void prepare(struct work *work, const struct series_list *list)
{
    const struct scan_rules rules = scan_rules_default();
    scan_plan_make(&rules, &work->plan);
    work->count = list->count;
    work->series = zeroed(list->count, sizeof *work->series);
    work->closes = zeroed(list->count, sizeof *work->closes);
    work->figures = zeroed(list->count, sizeof *work->figures);
    work->columns = zeroed(list->count, sizeof *work->columns);
    work->indices = zeroed(list->count, sizeof *work->indices);
    work->passing = zeroed(list->count, sizeof *work->passing);
    for (size_t i = 0; i < list->count; i++) {
        const struct candles *candles = &list->items[i]->candles;
        if (candles->count < work->plan.min_candles) stop("a series is too short");
        work->series[i] = *candles;
        work->closes[i] = candles->close + candles->count - 1;
        work->columns[i] = (struct scan_column){candles->close, candles->count, zeroed(candles->count, 1)};
        work->indices[i] = (uint32_t)i;
    }
}

static void bench(struct work *work)
{
    const double newest = measure(work, run_newest);
    printf("W4\t%.4f\tms\tpassing %zu of %zu\n", newest, work->result, work->count);
    const double flags = measure(work, run_flags);
    printf("W4h\t%.4f\tms\t%zu flags\n", flags, count_flags(work));
    work->base_count = work->count;
    const double all = measure(work, run_pairs);
    printf("W5, all ordered pairs\t%.4f\tms\tpassing %zu of %zu\n", all, work->result, work->pairs);
    const double exact = measure(work, run_pairs_with_figures);
    printf("W5, all ordered pairs with the figures of those that pass\t%.4f\tms\tpassing %zu of %zu\n", exact,
           work->result, work->pairs);
    work->base_count = work->count / 2;
    const double half = measure(work, run_pairs);
    printf("W5\t%.4f\tms\tpassing %zu of %zu\n", half, work->result, work->pairs);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: scan-bench FILE\n", stderr);
        return 2;
    }
    static struct work work = {
        .arena = {.max_bytes = LIMIT_SCAN_ARENA_BYTES, .kept_bytes = LIMIT_SCAN_ARENA_BYTES}};
    struct error error = {0};
    struct market *market;
    struct symbol_list symbols;
    SERIES_LIST_SCOPE list = {0};
    ARENA_SCOPE(names, MIB);
    const struct market_options options = {.path = str_from_c(argv[1]), .cache_bytes = 512 * MIB};
    const struct member_query query = {.quote = STR("USDT"), .interval = INTERVAL_1D};
    if (market_open(&options, &market, &error) != STATUS_OK) stop(error.message);
    if (market_members(market_as_it_is(market), &query, &names, &symbols, &error) != STATUS_OK)
        stop(error.message);
    if (market_series_list(market_as_it_is(market), &symbols, INTERVAL_1D, &list, &error) != STATUS_OK)
        stop(error.message);
    if (list.count < 2) stop("there are no daily series in USDT");
    prepare(&work, &list);
    bench(&work);
    market_close(market);
    return 0;
}
