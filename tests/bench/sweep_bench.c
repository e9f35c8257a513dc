// What a sweep costs on one stored series: 100 pairs of ma_cross, next open, 10 bps, all figures of each.
//     sweep-bench FILE SYMBOL INTERVAL
// Prints a line a measurement: name, median milliseconds, unit, and what came out, separated by tabs.
#include "app/sweep_run.h"
#include "base/limits.h"
#include "engine/sweep_batch.h"
#include "market/market.h"

#include "bench/bench.h"

enum { FASTS = 10, SLOWS = 10, NS_PER_MS = 1000000 };

struct work {
    struct arena arena;  // of the runs
    struct arena shared; // of what they have in common
    struct task task;
    struct sweep_input input;
    struct sweep_row rows[FASTS * SLOWS];
};

// What all runs have in common.
static struct sweep_batch prepare(struct work *work)
{
    struct sweep_batch batch;
    struct error error = {0};
    arena_reset(&work->shared);
    if (sweep_batch_make(&work->input, &work->shared, &batch, &error) != STATUS_OK) bench_stop(error.message);
    const size_t parts = sweep_batch_begin(&batch, 0);
    for (size_t i = 0; i < parts; i++)
        if (sweep_batch_prepare(&batch, i, &work->arena, &error) != STATUS_OK) bench_stop(error.message);
    return batch;
}

static void run_alone(void *context)
{
    struct work *work = context;
    struct error error = {0};
    const struct sweep_batch batch = prepare(work);
    for (size_t k = 0; k < batch.count; k++)
        if (sweep_batch_run(&batch, k, &work->arena, &work->rows[k], &error) != STATUS_OK)
            bench_stop(error.message);
}

// What the tight loop does but for its two figures: signals, fills, the curve and the list of trades.
static void run_trading(void *context)
{
    struct work *work = context;
    struct error error = {0};
    const struct sweep_batch batch = prepare(work);
    const struct candles *candles = work->input.candles;
    for (size_t k = 0; k < batch.count; k++) {
        struct side_turns turns = {
            .turns = arena_alloc_raw(&work->arena, candles->count + SIDE_TURNS_SPARE, sizeof *turns.turns)};
        const struct side_words sides = {.words = batch.words[k], .from = batch.range.from};
        const size_t warmup = work->input.strategy->warmup_bars(batch.values[k]);
        const struct simulate_input input = {.candles = candles, .turns = &turns, .rules = work->input.rules};
        struct simulation done;
        if (!turns.turns) bench_stop("no memory");
        side_words_turns(sides, (struct side_range){warmup, candles->count}, 0, candles->open, &turns);
        if (simulate_run(&input, &work->arena, &done, &error) != STATUS_OK) bench_stop(error.message);
        work->rows[k].metrics.trades = (double)(done.trade_count - done.trades[done.trade_count - 1].is_open);
        work->rows[k].metrics.final_equity = done.equity[candles->count - 1];
        arena_reset(&work->arena);
    }
}

static void run_by_threads(void *context)
{
    struct work *work = context;
    struct error error = {0};
    if (sweep_run_all(&work->task, &work->input, FASTS * SLOWS, work->rows, &error) != STATUS_OK)
        bench_stop(error.message);
}

// Each as a backtest of its own, with its curves.
static void run_one_by_one(void *context)
{
    struct work *work = context;
    struct error error = {0};
    for (size_t k = 0; k < FASTS * SLOWS; k++) {
        struct sweep_combination run;
        struct backtest_result result;
        sweep_combine(&work->input, k, &run);
        if (backtest_run(&run.input, &work->arena, &result, &error) != STATUS_OK) bench_stop(error.message);
        work->rows[k].metrics = result.metrics;
        arena_reset(&work->arena);
    }
}

static void print(const char *name, double ns, const struct work *work)
{
    double trades = 0, equity = 0;
    for (size_t k = 0; k < FASTS * SLOWS; k++) {
        trades += work->rows[k].metrics.trades;
        equity += work->rows[k].metrics.final_equity;
    }
    printf("%s\t%.4f\tms\t%.0f trades, final equities %.6f\n", name, ns / NS_PER_MS, trades, equity);
}

static void bench(struct work *work, const struct series *series)
{
    double fasts[FASTS], slows[SLOWS], values[STRATEGY_PARAMS_MAX];
    for (size_t i = 0; i < FASTS; i++)
        fasts[i] = 5 * (double)(i + 1);
    for (size_t i = 0; i < SLOWS; i++)
        slows[i] = 40 + 20 * (double)(i + 1);
    const struct sweep_axis axes[] = {{.index = 0, .values = fasts, .count = FASTS},
                                      {.index = 1, .values = slows, .count = SLOWS}};
    work->input = (struct sweep_input){
        .candles = &series->candles,
        .interval = series->interval,
        .strategy = strategy_find(STR("ma_cross")),
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 10},
        .axes = axes,
        .axis_count = 2,
    };
    strategy_defaults(work->input.strategy, values);
    print("W2", bench_measure(CLOCK_THREAD_CPUTIME_ID, run_alone, work, &work->arena), work);
    print("W2, signals, fills, equity, trades",
          bench_measure(CLOCK_THREAD_CPUTIME_ID, run_trading, work, &work->arena), work);
    print("W2, by all cores", bench_measure(CLOCK_MONOTONIC, run_by_threads, work, &work->arena), work);
    print("W2, as backtests", bench_measure(CLOCK_THREAD_CPUTIME_ID, run_one_by_one, work, &work->arena),
          work);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: sweep-bench FILE SYMBOL INTERVAL\n", stderr);
        return 2;
    }
    static struct work work = {.task.progress_us = INT64_MAX / 2}; // nobody is told
    work.arena = work.shared =
        (struct arena){.max_bytes = LIMIT_BACKTEST_ARENA_BYTES, .kept_bytes = LIMIT_BACKTEST_ARENA_BYTES};
    const struct market_options options = {.path = str_from_c(argv[1]), .cache_bytes = 512 * MIB};
    struct market *market;
    struct error error = {0};
    enum interval interval;
    SERIES_SCOPE series = NULL;
    if (market_open(&options, &market, &error) != STATUS_OK) bench_stop(error.message);
    if (!interval_parse(str_from_c(argv[3]), &interval)) return 2;
    if (market_series(market_as_it_is(market), str_from_c(argv[2]), interval, &series, &error) != STATUS_OK)
        bench_stop(error.message);
    bench(&work, series);
    market_close(market);
    return 0;
}
