// What the engine costs on one stored series: a backtest through the general interface, and each indicator.
//     engine-bench FILE SYMBOL INTERVAL
// Prints a line a measurement: name, median nanoseconds a bar, and what came out, separated by tabs.
// tools/bench makes the table.
#include "base/clock.h"
#include "base/limits.h"
#include "engine/backtest.h"
#include "engine/indicators/atr.h"
#include "engine/indicators/bbands.h"
#include "engine/indicators/ema.h"
#include "engine/indicators/macd.h"
#include "engine/indicators/rsi.h"
#include "engine/indicators/sma.h"
#include "market/market.h"

#include <stdio.h>
#include <stdlib.h>

enum { REPEATS = 15, INDICATOR_BARS = 1000000 };

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double values[static REPEATS])
{
    qsort(values, REPEATS, sizeof *values, by_value);
    return values[REPEATS / 2];
}

static void stop(const struct error *error)
{
    fprintf(stderr, "engine-bench: %s\n", error->message);
    exit(1);
}

// MA cross 20/50, next open, 10 bps, with equity curve, trades and every metric.
static void bench_backtest(const struct series *series)
{
    const struct strategy *strategy = strategy_find(STR("ma_cross"));
    double values[STRATEGY_PARAMS_MAX], nanoseconds[REPEATS];
    strategy_defaults(strategy, values);
    const struct backtest_input input = {
        .candles = &series->candles,
        .interval = series->interval,
        .strategy = strategy,
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 3},
    };
    struct backtest_result result;
    struct error error = {0};
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    for (int i = 0; i < REPEATS; i++) {
        arena_reset(&arena);
        const int64_t begin_us = clock_monotonic_us();
        if (backtest_run(&input, &arena, &result, &error) != STATUS_OK) stop(&error);
        nanoseconds[i] = (double)(clock_monotonic_us() - begin_us) * 1e3 / (double)series->candles.count;
    }
    printf("W1\t%.3f\tfinal equity %.6f, %zu trades\n", median(nanoseconds),
           result.equity[result.bar_count - 1], result.trade_count);
}

// The series over and over, up to INDICATOR_BARS bars.
struct long_series {
    struct candles candles;
    double *high, *low, *close;
    double *out[3];
    struct window_scratch scratch;
};

static double *repeat(struct arena *arena, const double *values, size_t count)
{
    double *column = ARENA_ARRAY(arena, double, INDICATOR_BARS);
    for (size_t i = 0; i < INDICATOR_BARS; i++)
        column[i] = values[i % count];
    return column;
}

static void run_sma(struct long_series *s)
{
    sma_run(s->close, INDICATOR_BARS, 20, s->out[0], &s->scratch);
}

static void run_ema(struct long_series *s)
{
    ema_run(s->close, INDICATOR_BARS, 20, s->out[0]);
}

static void run_rsi(struct long_series *s)
{
    rsi_run(s->close, INDICATOR_BARS, 14, s->out[0]);
}

static void run_atr(struct long_series *s)
{
    atr_run(&s->candles, 14, s->out[0]);
}

static void run_bbands(struct long_series *s)
{
    bbands_run(s->close, INDICATOR_BARS, 20, 2, (struct bbands_columns){s->out[0], s->out[1], s->out[2]},
               &s->scratch);
}

static void run_macd(struct long_series *s)
{
    macd_run(s->close, INDICATOR_BARS, (struct macd_lengths){12, 26, 9},
             (struct macd_columns){s->out[0], s->out[1], s->out[2]});
}

static const struct {
    const char *name;
    void (*run)(struct long_series *series);
} indicators[] = {
    {"SMA(20)", run_sma}, {"EMA(20)", run_ema},          {"RSI(14)", run_rsi},
    {"ATR(14)", run_atr}, {"BBANDS(20, 2)", run_bbands}, {"MACD(12, 26, 9)", run_macd},
};

static void bench_indicators(const struct series *series)
{
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    const struct candles *candles = &series->candles;
    static struct long_series s; // the scratch is too large for a stack
    s = (struct long_series){.high = repeat(&arena, candles->high, candles->count),
                             .low = repeat(&arena, candles->low, candles->count),
                             .close = repeat(&arena, candles->close, candles->count)};
    s.candles = (struct candles){.count = INDICATOR_BARS, .high = s.high, .low = s.low, .close = s.close};
    for (int i = 0; i < 3; i++)
        s.out[i] = ARENA_ARRAY(&arena, double, INDICATOR_BARS);
    for (size_t k = 0; k < sizeof indicators / sizeof *indicators; k++) {
        double nanoseconds[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            const int64_t begin_us = clock_monotonic_us();
            indicators[k].run(&s);
            nanoseconds[i] = (double)(clock_monotonic_us() - begin_us) * 1e3 / INDICATOR_BARS;
        }
        printf("%s\t%.3f\tlast %.10g\n", indicators[k].name, median(nanoseconds),
               s.out[0][INDICATOR_BARS - 1]);
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: engine-bench FILE SYMBOL INTERVAL\n", stderr);
        return 2;
    }
    const struct market_options options = {.path = str_from_c(argv[1]), .cache_bytes = 512 * MIB};
    struct market *market;
    struct error error = {0};
    enum interval interval;
    SERIES_SCOPE series = NULL;
    if (market_open(&options, &market, &error) != STATUS_OK) stop(&error);
    if (!interval_parse(str_from_c(argv[3]), &interval)) return 2;
    if (market_series(market, str_from_c(argv[2]), interval, &series, &error) != STATUS_OK) stop(&error);
    bench_backtest(series);
    bench_indicators(series);
    market_close(market);
    return 0;
}
