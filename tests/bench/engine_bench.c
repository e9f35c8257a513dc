// What the engine costs on one stored series: a backtest through the general interface and its stages, each
// indicator, and numbers to and from text.
//     engine-bench FILE SYMBOL INTERVAL
// Where the file has daily series SYM…USDT, also what a backtest across all of them costs.
// Prints a line a measurement: name, median nanoseconds of processor time, of what, and what came out,
// separated by tabs. tools/bench makes the table. Memory is warm, as it is for a worker that runs backtest
// after backtest.
#include "base/limits.h"
#include "base/number.h"
#include "engine/backtest.h"
#include "engine/indicators/indicator.h"
#include "engine/momentum.h"
#include "market/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { REPEATS = 31, INDICATOR_BARS = 1000000, NS_PER_S = 1000000000, SECONDS_PER_HOUR = 3600 };

// What is measured: one call is one repeat.
struct work {
    struct arena arena;
    struct error error;
    struct backtest_input input;
    struct backtest_result result;
    struct simulate_input simulate;
    struct simulation simulation;
    struct metrics_input metrics;
    uint8_t *signals;
    struct momentum_input momentum;
    struct asset_list assets;
    struct momentum_course course;
    struct momentum_result momentum_result;
    const struct candles *members;
    struct universe universe;
    struct candles candles; // of the indicators
    const struct indicator *indicator;
    double *columns[INDICATOR_OUTPUTS_MAX];
    char (*texts)[NUMBER_TEXT_MAX];
    uint8_t *lengths;
    double *numbers;
    size_t count;
};

static void stop(const struct error *error)
{
    fprintf(stderr, "engine-bench: %s\n", error->message);
    exit(1);
}

static int by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * NS_PER_S + now.tv_nsec;
}

// Median nanoseconds of a repeat, per one of `count`. The first calls fill the arena and the caches.
static double measure(struct work *work, enum status (*run)(struct work *), size_t count)
{
    double taken[REPEATS];
    for (int i = -3; i < REPEATS; i++) {
        arena_reset(&work->arena);
        const int64_t begin = now_ns();
        if (run(work) != STATUS_OK) stop(&work->error);
        if (i >= 0) taken[i] = (double)(now_ns() - begin) / (double)count;
    }
    qsort(taken, REPEATS, sizeof *taken, by_value);
    return taken[REPEATS / 2];
}

static enum status run_backtest(struct work *work)
{
    return backtest_run(&work->input, &work->arena, &work->result, &work->error);
}

static enum status run_signals(struct work *work)
{
    return work->input.strategy->signals(work->input.candles, work->input.values, &work->arena, work->signals,
                                         &work->error);
}

static enum status run_simulation(struct work *work)
{
    return simulate_run(&work->simulate, &work->arena, &work->simulation, &work->error);
}

// What the tight loop does as well, but for its drawdown and mean return.
static enum status run_trading(struct work *work)
{
    TRY(run_signals(work));
    return run_simulation(work);
}

static enum status run_metrics(struct work *work)
{
    return metrics_compute(&work->metrics, &work->arena, &work->result.metrics, &work->error);
}

static double *copy_of(const double *values, size_t count)
{
    double *copy = malloc(count * sizeof *copy);
    if (!copy) abort();
    for (size_t i = 0; i < count; i++)
        copy[i] = values[i];
    return copy;
}

// MA cross 20/50, next open, 10 bps: the whole, with every figure and the benchmark's curve, and its stages
// alone.
static void bench_backtest(struct work *work, const struct series *series)
{
    const size_t count = series->candles.count;
    double values[STRATEGY_PARAMS_MAX];
    work->input = (struct backtest_input){
        .candles = &series->candles,
        .interval = series->interval,
        .strategy = strategy_find(STR("ma_cross")),
        .values = values,
        .rules = {.initial_capital = 10000, .fee_bps = 10, .position_fraction = 1, .max_gap_factor = 10},
    };
    strategy_defaults(work->input.strategy, values);
    const double whole = measure(work, run_backtest, count);
    const struct metrics *metrics = &work->result.metrics;
    printf("W1\t%.3f\tns/bar\tfinal equity %.6f, %.0f trades, fees %.6f\n", whole, metrics->final_equity,
           metrics->trades, metrics->fees_paid);

    work->signals = malloc(count);
    if (!work->signals) abort();
    work->simulate = (struct simulate_input){
        .candles = &series->candles, .signals = work->signals, .rules = work->input.rules};
    work->metrics = (struct metrics_input){
        .equity = copy_of(work->result.equity, count),
        .benchmark = copy_of(work->result.benchmark, count),
        .time = work->result.time,
        .bar_count = count,
        .interval = series->interval,
    };
    printf("W1: signals, fills, equity, trades\t%.3f\tns/bar\t\n", measure(work, run_trading, count));
    printf("W1: signals alone\t%.3f\tns/bar\t\n", measure(work, run_signals, count));
    printf("W1: fills, equity, trades alone\t%.3f\tns/bar\t\n", measure(work, run_simulation, count));
    printf("W1: figures alone\t%.3f\tns/bar\t%zu of them\n", measure(work, run_metrics, count),
           metric_count());
}

// Every strategy at its defaults: its signals, and the whole run with a stop of each kind and without.
static void bench_strategies(struct work *work, const struct series *series)
{
    const size_t count = series->candles.count;
    for (size_t i = 0; i < strategy_count(); i++) {
        double values[STRATEGY_PARAMS_MAX];
        const char *id = strategy_at(i)->id;
        work->input.strategy = strategy_at(i);
        work->input.values = values;
        strategy_defaults(work->input.strategy, values);
        printf("%s: signals\t%.3f\tns/bar\t\n", id, measure(work, run_signals, count));
        const double whole = measure(work, run_backtest, count);
        printf("%s: whole\t%.3f\tns/bar\t%.0f trades\n", id, whole, work->result.metrics.trades);
        struct backtest_rules *rules = &work->input.rules;
        rules->stop_loss_pct = rules->trailing_stop_pct = 5;
        rules->take_profit_pct = 10;
        const double stopped = measure(work, run_backtest, count);
        printf("%s: whole, with stops\t%.3f\tns/bar\t%.0f trades\n", id, stopped,
               work->result.metrics.trades);
        rules->stop_loss_pct = rules->trailing_stop_pct = rules->take_profit_pct = 0;
    }
}

static enum status run_indicator(struct work *work)
{
    double params[INDICATOR_PARAMS_MAX];
    for (size_t i = 0; i < work->indicator->param_count; i++)
        params[i] = work->indicator->params[i].default_value;
    return indicator_run(work->indicator, params, &work->candles, &work->arena, work->columns, &work->error);
}

// The series over and over, up to INDICATOR_BARS bars.
static double *repeat(const double *values, size_t count)
{
    double *column = malloc(INDICATOR_BARS * sizeof *column);
    if (!column) abort();
    for (size_t i = 0; i < INDICATOR_BARS; i++)
        column[i] = values[i % count];
    return column;
}

static void bench_indicators(struct work *work, const struct candles *candles)
{
    int64_t *times = malloc(INDICATOR_BARS * sizeof *times);
    if (!times) abort();
    for (size_t t = 0; t < INDICATOR_BARS; t++)
        times[t] = SECONDS_PER_HOUR * (int64_t)t;
    work->candles = (struct candles){
        .count = INDICATOR_BARS,
        .high = repeat(candles->high, candles->count),
        .low = repeat(candles->low, candles->count),
        .close = repeat(candles->close, candles->count),
        .volume = repeat(candles->volume, candles->count),
        .time = times,
    };
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *indicator = work->indicator = indicator_at(i);
        const double taken = measure(work, run_indicator, INDICATOR_BARS);
        printf("%s", indicator->name);
        for (size_t k = 0; k < indicator->param_count; k++)
            printf("%c%g", k ? ',' : ' ', indicator->params[k].default_value);
        printf("\t%.3f\tns/bar\tlast %.10g\n", taken, work->columns[0][INDICATOR_BARS - 1]);
    }
}

static enum status run_format(struct work *work)
{
    for (size_t i = 0; i < work->count; i++)
        work->lengths[i] = (uint8_t)number_format(work->numbers[i], work->texts[i]);
    return STATUS_OK;
}

static enum status run_parse(struct work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        const struct str text = {.ptr = work->texts[i], .len = work->lengths[i]};
        if (!number_parse(text, &work->numbers[i]))
            return error_set(&work->error, STATUS_INTERNAL, NULL, "no number");
    }
    return STATUS_OK;
}

// Prices as files have them, and equities, which have all their digits.
static void bench_numbers(struct work *work, const struct candles *candles)
{
    const struct {
        const char *name;
        const double *values;
    } kinds[] = {{"price", candles->close}, {"equity", work->metrics.equity}};
    work->count = candles->count;
    work->texts = malloc(work->count * sizeof *work->texts);
    work->lengths = malloc(work->count);
    if (!work->texts || !work->lengths) abort();
    for (size_t i = 0; i < 2; i++) {
        work->numbers = copy_of(kinds[i].values, work->count);
        printf("%s to text\t%.3f\tns/number\t\n", kinds[i].name, measure(work, run_format, work->count));
        printf("%s from text\t%.3f\tns/number\t%.*s\n", kinds[i].name, measure(work, run_parse, work->count),
               work->lengths[work->count - 1], work->texts[work->count - 1]);
    }
}

static enum status run_universe(struct work *work)
{
    return universe_build(work->members, work->momentum.universe->symbol_count,
                          (struct universe_range){INT64_MIN, INT64_MAX}, &work->arena, &work->universe,
                          &work->error);
}

static enum status run_assets(struct work *work)
{
    return asset_list_find(work->momentum.universe, work->momentum.names, 10, &work->arena, &work->assets,
                           &work->error);
}

// What the tight loop does as well, but for its drawdown and mean return; it keeps all scores, orders and
// trades.
static enum status run_book(struct work *work)
{
    static const struct asset_list none;
    return momentum_book_run(&work->momentum, &none, &work->arena, &work->course, &work->error);
}

static enum status run_momentum(struct work *work)
{
    return momentum_run(&work->momentum, &work->arena, &work->momentum_result, &work->error);
}

static size_t count_fills(const struct momentum_course *course)
{
    size_t fills = 0;
    for (size_t i = 0; i < course->order_count; i++)
        fills += course->orders[i].state == ORDER_FILLED;
    return fills;
}

static void print_momentum(struct work *work)
{
    if (!arena_alloc_raw(&work->arena, 64, MIB))
        abort(); // one block that all of it fits into, kept from now on
    const double trading = measure(work, run_book, 1) / 1e6;
    double lowest = 0, highest = 0;
    for (size_t i = 0; i < work->universe.bar_count; i++) {
        const double equity = work->course.equity[i];
        if (equity > highest) highest = equity;
        if (equity / highest - 1 < lowest) lowest = equity / highest - 1;
    }
    printf("W3: ranking, fills, equity\t%.4f\tms\tfinal equity %.6f, %zu orders, fees %.6f, drawdown %.9f\n",
           trading, work->course.equity[work->universe.bar_count - 1], count_fills(&work->course),
           work->course.fees, lowest);
    printf("W3\t%.4f\tms\twith breaks, benchmark, attribution, figures\n",
           measure(work, run_momentum, 1) / 1e6);
    printf("W3: breaks alone\t%.4f\tms\t\n", measure(work, run_assets, 1) / 1e6);
    printf("W3: calendar and matrices\t%.4f\tms\t\n", measure(work, run_universe, 1) / 1e6);
}

// Relative momentum of all members: lookback 30, every 7 bars, 5 long and 5 short, 10 bps.
static void bench_momentum(struct work *work, const struct series_list *list, const struct str *names)
{
    ARENA_SCOPE(kept, LIMIT_BACKTEST_ARENA_BYTES);
    struct candles *members = ARENA_ARRAY(&kept, struct candles, list->count);
    if (!members) abort();
    for (size_t i = 0; i < list->count; i++)
        members[i] = list->items[i]->candles;
    work->members = members;
    if (universe_build(members, list->count, (struct universe_range){INT64_MIN, INT64_MAX}, &kept,
                       &work->universe, &work->error) != STATUS_OK)
        stop(&work->error);
    const struct universe universe = work->universe;
    work->momentum = (struct momentum_input){
        .universe = &universe,
        .names = names,
        .interval = INTERVAL_1D,
        .rules = {.long_count = 5,
                  .short_count = 5,
                  .lookback = 30,
                  .rebalance_every = 7,
                  .initial_capital = 10000,
                  .fee_bps = 10,
                  .max_gap_factor = 10},
    };
    print_momentum(work);
}

static void bench_across(struct work *work, struct market *market)
{
    ARENA_SCOPE(names, 16 * MIB);
    const struct member_query query = {.quote = STR("USDT"), .interval = INTERVAL_1D};
    struct symbol_list symbols;
    SERIES_LIST_SCOPE list = {0};
    if (market_members(market_as_it_is(market), &query, &names, &symbols, &work->error) != STATUS_OK)
        stop(&work->error);
    struct str *items = ARENA_ARRAY(&names, struct str, symbols.count);
    if (!items) abort();
    size_t count = 0;
    for (size_t i = 0; i < symbols.count; i++)
        if (str_starts_with(symbols.items[i], STR("SYM"))) items[count++] = symbols.items[i];
    if (count == 0) return;
    symbols = (struct symbol_list){.items = items, .count = count};
    if (market_series_list(market_as_it_is(market), &symbols, INTERVAL_1D, &list, &work->error) != STATUS_OK)
        stop(&work->error);
    bench_momentum(work, &list, items);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fputs("usage: engine-bench FILE SYMBOL INTERVAL\n", stderr);
        return 2;
    }
    static struct work work;
    work.arena =
        (struct arena){.max_bytes = LIMIT_BACKTEST_ARENA_BYTES, .kept_bytes = LIMIT_BACKTEST_ARENA_BYTES};
    const struct market_options options = {.path = str_from_c(argv[1]), .cache_bytes = 512 * MIB};
    struct market *market;
    enum interval interval;
    SERIES_SCOPE series = NULL;
    if (market_open(&options, &market, &work.error) != STATUS_OK) stop(&work.error);
    if (!interval_parse(str_from_c(argv[3]), &interval)) return 2;
    if (market_series(market_as_it_is(market), str_from_c(argv[2]), interval, &series, &work.error) !=
        STATUS_OK)
        stop(&work.error);
    bench_backtest(&work, series);
    bench_strategies(&work, series);
    bench_indicators(&work, &series->candles);
    bench_numbers(&work, &series->candles);
    bench_across(&work, market);
    market_close(market);
    return 0;
}
