// How the engine's cost grows: runs at 10,000, 100,000 and 1,000,000 bars, and what looks across symbols at
// 40, 400 and 4,000 of them, on walks made here. Nothing should cost more for each bar or symbol where there
// are more.
//     growth-bench
// Prints a line a measurement: name, median of processor time, unit, and what came out, separated by tabs.
#include "base/limits.h"
#include "engine/backtest.h"
#include "engine/momentum.h"
#include "engine/scan_flags.h"
#include "engine/scan_ratio.h"

#include "bench/bench.h"

enum { SIZES = 3, BARS = 1000000, SYMBOLS = 4000, SYMBOL_BARS = 1500, HOUR_S = 3600, DAY_S = 86400 };

struct work {
    struct arena arena;
    struct candles candles; // of the run
    double values[STRATEGY_PARAMS_MAX];
    const struct strategy *strategy;
    struct candles *members;
    size_t symbol_count;
    const double **closes;
    struct scan_figures *figures;
    struct scan_column *columns;
    uint32_t *indices;
    uint32_t *passing; // of the newest bars
    struct str *names;
    struct scan_plan plan;
    size_t result;
};

static double *column(size_t count)
{
    return bench_zeroed(count, sizeof(double));
}

static struct candles make_candles(size_t count, int64_t seconds, uint64_t seed)
{
    double *open = column(count), *high = column(count), *low = column(count), *close = column(count);
    int64_t *time = bench_zeroed(count, sizeof *time);
    double price = 100;
    for (size_t i = 0; i < count; i++) {
        seed = seed * 6364136223846793005 + 1442695040888963407;
        time[i] = 1577836800 + seconds * (int64_t)i;
        open[i] = price;
        price *= 1 + ((double)(seed >> 33) / 0x1p31 - 0.49998) * 0.01;
        close[i] = price;
        high[i] = (open[i] > price ? open[i] : price) * 1.001;
        low[i] = (open[i] < price ? open[i] : price) * 0.999;
    }
    return (struct candles){.count = count,
                            .time = time,
                            .open = open,
                            .high = high,
                            .low = low,
                            .close = close,
                            .volume = close};
}

static void run_backtest(void *context)
{
    struct work *work = context;
    struct backtest_result result;
    struct error error = {0};
    const struct backtest_input input = {
        .candles = &work->candles,
        .interval = INTERVAL_1H,
        .strategy = work->strategy,
        .values = work->values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 10},
    };
    if (backtest_run(&input, &work->arena, &result, &error) != STATUS_OK) bench_stop(error.message);
    work->result = result.trade_count;
}

static void run_newest(void *context)
{
    struct work *work = context;
    work->result = scan_passing(&work->plan, work->closes, work->symbol_count, work->passing, work->figures);
}

static void run_flags(void *context)
{
    struct work *work = context;
    if (scan_flags(&work->plan, work->columns, work->symbol_count, &work->arena) != STATUS_OK)
        bench_stop("out of memory");
}

static void run_ratios(void *context)
{
    struct work *work = context;
    struct scan_ratio_counts counts;
    const struct scan_ratio_input input = {
        .plan = &work->plan,
        .series = work->members,
        .series_count = work->symbol_count,
        .newest = work->members[0].time[SYMBOL_BARS - 1],
        .bases = work->indices,
        .quotes = work->indices,
        .base_count = 40, // against all others: linear in their number
        .quote_count = work->symbol_count,
    };
    if (scan_ratios(&input, &work->arena, NULL, NULL, &counts) != STATUS_OK) bench_stop("out of memory");
    work->result = counts.passing;
}

static void run_momentum(void *context)
{
    struct work *work = context;
    struct universe universe;
    struct momentum_result result;
    struct error error = {0};
    if (universe_build(work->members, work->symbol_count, (struct universe_range){INT64_MIN, INT64_MAX},
                       &work->arena, &universe, &error) != STATUS_OK)
        bench_stop(error.message);
    const struct momentum_input input = {
        .universe = &universe,
        .names = work->names,
        .interval = INTERVAL_1D,
        .rules = {.long_count = 5,
                  .short_count = 5,
                  .lookback = 30,
                  .rebalance_every = 7,
                  .initial_capital = 10000,
                  .fee_bps = 10,
                  .max_gap_factor = 10},
    };
    if (momentum_run(&input, &work->arena, &result, &error) != STATUS_OK) bench_stop(error.message);
    work->result = result.course.order_count;
}

static void print(const char *name, size_t size, const char *of, double ns, struct work *work)
{
    printf("%s, %zu %ss\t%.4f\tns/%s\t%zu\n", name, size, of, ns / (double)size, of, work->result);
}

static void bench_bars(struct work *work)
{
    const struct candles all = make_candles(BARS, HOUR_S, 1);
    for (size_t i = 0; i < strategy_count(); i++) {
        work->strategy = strategy_at(i);
        strategy_defaults(work->strategy, work->values);
        for (size_t count = BARS / 100; count <= BARS; count *= 10) {
            work->candles = candles_slice(&all, 0, count);
            print(work->strategy->id, count, "bar",
                  bench_measure(CLOCK_THREAD_CPUTIME_ID, run_backtest, work, &work->arena), work);
        }
    }
}

static void make_members(struct work *work)
{
    const struct scan_rules rules = scan_rules_default();
    scan_plan_make(&rules, &work->plan);
    work->members = bench_zeroed(SYMBOLS, sizeof *work->members);
    work->closes = bench_zeroed(SYMBOLS, sizeof *work->closes);
    work->figures = bench_zeroed(SYMBOLS, sizeof *work->figures);
    work->columns = bench_zeroed(SYMBOLS, sizeof *work->columns);
    work->indices = bench_zeroed(SYMBOLS, sizeof *work->indices);
    work->passing = bench_zeroed(SYMBOLS, sizeof *work->passing);
    work->names = bench_zeroed(SYMBOLS, sizeof *work->names);
    for (size_t s = 0; s < SYMBOLS; s++) {
        work->members[s] = make_candles(SYMBOL_BARS, DAY_S, s + 2);
        work->closes[s] = work->members[s].close + SYMBOL_BARS - 1;
        work->columns[s] =
            (struct scan_column){work->members[s].close, SYMBOL_BARS, bench_zeroed(SYMBOL_BARS, 1)};
        work->indices[s] = (uint32_t)s;
        work->names[s] = STR("SYMBOL");
    }
}

static void bench_symbols(struct work *work)
{
    static const struct {
        const char *name;
        bench_run *run;
    } kinds[] = {{"newest bar of", run_newest},
                 {"every bar of", run_flags},
                 {"ratios of 40 symbols to", run_ratios},
                 {"relative momentum of", run_momentum}};
    make_members(work);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        for (size_t count = SYMBOLS / 100; count <= SYMBOLS; count *= 10) {
            work->symbol_count = count;
            print(kinds[k].name, count, "symbol",
                  bench_measure(CLOCK_THREAD_CPUTIME_ID, kinds[k].run, work, &work->arena), work);
        }
    }
}

int main(void)
{
    static struct work work;
    work.arena =
        (struct arena){.max_bytes = LIMIT_BACKTEST_ARENA_BYTES, .kept_bytes = LIMIT_BACKTEST_ARENA_BYTES};
    bench_bars(&work);
    bench_symbols(&work);
    return 0;
}
