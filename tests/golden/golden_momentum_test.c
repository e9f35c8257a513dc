// The momentum cases of the shared golden results through the engine alone, and the traps of the real
// candles: symbols that restart as another asset must not become profit. Skipped where the shared data is
// absent.
#include "base/limits.h"
#include "base/number.h"
#include "engine/momentum.h"

#include <glob.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "golden/golden.h"
#include "unit/unit.h"

enum { LINE_BYTES = 4096, BARS_MAX = 1024, SYMBOLS_MAX = 128 };

#define FOLDER "data/raw/spot-daily-2021-2022/"

static struct arena arena;

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 256 * MIB);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

// open_time (ms), open, high, low, close, … under a line of names.
static struct candles read_candles(struct str symbol)
{
    char relative[PATH_BYTES / 2], path[PATH_BYTES], line[LINE_BYTES];
    snprintf(relative, sizeof relative, FOLDER "%.*s.csv.gz", STR_ARG(symbol));
    shared_path(relative, path);
    gzFile file = gzopen(path, "rb");
    assert_non_null(file);
    int64_t *time = ARENA_ARRAY(&arena, int64_t, BARS_MAX);
    double *open = ARENA_ARRAY(&arena, double, BARS_MAX), *close = ARENA_ARRAY(&arena, double, BARS_MAX);
    assert_true(time && open && close);
    size_t count = 0;
    assert_non_null(gzgets(file, line, sizeof line));
    while (gzgets(file, line, sizeof line)) {
        struct str rest = str_from_c(line), field;
        double values[5];
        for (size_t i = 0; i < 5; i++) {
            assert_true(str_split(&rest, ',', &field));
            assert_true(number_parse(field, &values[i]));
        }
        assert_true(count < BARS_MAX);
        time[count] = (int64_t)(values[0] / 1000);
        open[count] = values[1];
        close[count++] = values[4];
    }
    assert_int_equal(gzclose(file), Z_OK);
    return (struct candles){.count = count, .time = time, .open = open, .close = close};
}

// A universe of real symbols.
struct real {
    struct str names[SYMBOLS_MAX];
    struct candles members[SYMBOLS_MAX];
    size_t count;
    struct universe universe;
};

static void build(struct real *real)
{
    struct error error = {0};
    for (size_t i = 0; i < real->count; i++)
        real->members[i] = read_candles(real->names[i]);
    assert_int_equal(universe_build(real->members, real->count, (struct universe_range){INT64_MIN, INT64_MAX},
                                    &arena, &real->universe, &error),
                     STATUS_OK);
}

static struct momentum_result run(const struct real *real, struct momentum_rules rules)
{
    const struct momentum_input input = {
        .universe = &real->universe, .names = real->names, .interval = INTERVAL_1D, .rules = rules};
    struct momentum_result result = {0};
    struct error error = {0};
    if (momentum_run(&input, &arena, &result, &error) != STATUS_OK) fail_msg("%s", error.message);
    return result;
}

// The symbols of one side of a rebalance, in the order of their names.
static void assert_side(const struct real *real, const struct momentum_course *course, size_t index,
                        bool is_short, const struct json_value *expected)
{
    const struct momentum_rebalance *rebalance = &course->rebalances[index];
    const struct json_value *symbol = expected->count ? json_first(expected) : NULL;
    size_t count = 0;
    for (size_t i = 0; i < rebalance->order_count; i++) {
        const struct momentum_order *order = &course->orders[rebalance->first_order + i];
        if (!(is_short ? order->target_weight < 0 : order->target_weight > 0)) continue;
        if (count++ >= expected->count || !symbol) {
            fail_msg("more than the %u symbols expected", expected->count);
            return;
        }
        assert_str_equal(real->names[order->symbol], symbol->text);
        symbol = json_after(symbol);
    }
    assert_int_equal(count, expected->count);
}

// `time` of the golden results is that of the fills.
static void assert_rebalance(const struct real *real, const struct momentum_course *course, size_t index,
                             const struct json_value *expected)
{
    assert_equal(real->universe.time[course->rebalances[index].bar + 1], expected, "time");
    assert_side(real, course, index, false, member(expected, "longs"));
    assert_side(real, course, index, true, member(expected, "shorts"));
}

static void assert_result(const struct real *real, const struct momentum_result *result,
                          const struct json_value *expected)
{
    const struct metrics *metrics = &result->metrics;
    const struct json_value *figures = member(expected, "metrics");
    assert_equal((int64_t)result->bar_count, expected, "bars");
    assert_equal((int64_t)real->count, expected, "symbols");
    assert_equal(real->universe.time[0], expected, "first");
    assert_equal(real->universe.time[result->bar_count - 1], expected, "last");
    assert_close(metrics->final_equity, expected, "final_equity");
    assert_close(metrics->fees_paid, expected, "fees_paid");
    assert_close(metrics->turnover, expected, "turnover");
    assert_equal((int64_t)result->course.rebalance_count, expected, "rebalances");
    assert_rebalance(real, &result->course, 0, member(expected, "first_rebalance"));
    assert_rebalance(real, &result->course, result->course.rebalance_count - 1,
                     member(expected, "last_rebalance"));
    assert_equal((int64_t)metrics->max_drawdown_bars, figures, "max_drawdown_bars");
    const char *const names[] = {"cagr",    "calmar",       "max_drawdown", "sharpe",
                                 "sortino", "total_return", "volatility"};
    const double values[] = {metrics->cagr,    metrics->calmar,       metrics->max_drawdown, metrics->sharpe,
                             metrics->sortino, metrics->total_return, metrics->volatility};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_close(values[i], figures, names[i]);
    assert_int_equal(result->warning_count, 0);
}

static void run_case(const char *name)
{
    static struct real real;
    const struct json_value *golden = golden_case(&arena, name);
    const struct json_value *request = member(golden, "request"), *members = member(request, "members");
    real = (struct real){0};
    for (const struct json_value *symbol = json_first(members); real.count < members->count;
         symbol = json_after(symbol))
        real.names[real.count++] = symbol->text;
    build(&real);
    const struct momentum_result result =
        run(&real, (struct momentum_rules){
                       .long_count = (size_t)number(request, "long_count"),
                       .short_count = (size_t)number(request, "short_count"),
                       .lookback = (size_t)number(request, "lookback"),
                       .rebalance_every = (size_t)number(request, "rebalance_every"),
                       .initial_capital = number(request, "initial_capital"),
                       .fee_bps = number(request, "fee_bps"),
                       .slippage_bps =
                           json_member(request, STR("slippage_bps")) ? number(request, "slippage_bps") : 0,
                       .max_gap_factor = 10,
                   });
    assert_result(&real, &result, member(golden, "expect"));
}

static void five_long_and_five_short(void **state)
{
    (void)state;
    run_case("momentum_5_5");
}

static void eight_long_with_slippage(void **state)
{
    (void)state;
    run_case("momentum_long_only_slip");
}

// Every symbol of the folder.
static void all_symbols(struct real *real)
{
    char pattern[PATH_BYTES];
    glob_t files;
    shared_path(FOLDER "*.csv.gz", pattern);
    assert_int_equal(glob(pattern, 0, NULL, &files), 0);
    *real = (struct real){0};
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        const struct str file = str_from_c(name);
        real->names[real->count++] = str_copy(&arena, str_slice(file, 0, file.len - strlen(".csv.gz")));
    }
    globfree(&files);
    build(real);
}

static double pnl_of(const struct real *real, const struct momentum_result *result, struct str symbol)
{
    double pnl = 0;
    for (size_t i = 0; i < result->attribution_count; i++)
        if (str_eq(real->names[result->attributions[i].symbol], symbol)) pnl += result->attributions[i].pnl;
    return pnl;
}

static bool is_warned_of(const struct real *real, const struct momentum_result *result, struct str symbol)
{
    for (size_t i = 0; i < result->warning_count && i < ASSET_WARNINGS_MAX; i++)
        if (str_eq(real->names[result->warnings[i].symbol], symbol) && result->warnings[i].factor > 0)
            return true;
    return false;
}

// LUNAUSDT goes on as another coin at 177,000 times the price, COCOSUSDT is redenominated 1000:1.
static void restarted_assets_are_no_profit(void **state)
{
    (void)state;
    static struct real real;
    all_symbols(&real);
    struct momentum_rules rules = {.long_count = 20,
                                   .short_count = 20,
                                   .lookback = 5,
                                   .rebalance_every = 2,
                                   .initial_capital = 10000,
                                   .fee_bps = 10,
                                   .max_gap_factor = 10};
    const struct momentum_result sound = run(&real, rules);
    rules.max_gap_factor = 1e6;
    const struct momentum_result fooled = run(&real, rules);
    const struct str symbols[] = {STR("LUNAUSDT"), STR("COCOSUSDT")};
    double most = 0;
    for (size_t i = 0; i < 2; i++) {
        assert_true(is_warned_of(&real, &sound, symbols[i]));
        assert_false(is_warned_of(&real, &fooled, symbols[i]));
        assert_true(fabs(pnl_of(&real, &sound, symbols[i])) < 10000);
        most = fmax(most, fabs(pnl_of(&real, &fooled, symbols[i])));
    }
    assert_true(most > 10000); // the trap is one
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(five_long_and_five_short, set_up, tear_down),
        cmocka_unit_test_setup_teardown(eight_long_with_slippage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(restarted_assets_are_no_profit, set_up, tear_down),
    };
    if (!golden_is_there()) return EXIT_SKIPPED;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
