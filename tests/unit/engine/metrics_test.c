// The figures on curves and trades small enough to be computed by hand, and where they are undefined.
#include "engine/metrics.h"

#include "base/limits.h"
#include "engine/simulate.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { DAY = 86400, BARS_MAX = 64 };

static struct arena arena;
static int64_t days[BARS_MAX];
static const double level[BARS_MAX] = {
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, MIB);
    for (size_t i = 0; i < BARS_MAX; i++)
        days[i] = 1704067200 + DAY * (int64_t)i; // from 2024-01-01 on
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-12 * fmax(fabs(expected), 1)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

static struct metrics compute(struct metrics_input input)
{
    struct metrics metrics = {0};
    struct error error = {0};
    if (!input.benchmark) input.benchmark = level;
    if (!input.time) input.time = days;
    assert_int_equal(metrics_compute(&input, &arena, &metrics, &error), STATUS_OK);
    return metrics;
}

static struct metrics of_curve(const double *equity, size_t count)
{
    return compute((struct metrics_input){.equity = equity, .bar_count = count, .interval = INTERVAL_1D});
}

static void growth_is_annualised_over_the_steps(void **state)
{
    (void)state;
    const double equity[] = {100, 110, 121};
    const struct metrics metrics = of_curve(equity, 3);
    assert_near(metrics.final_equity, 121);
    assert_near(metrics.total_return, 0.21);
    assert_near(metrics.cagr, pow(1.21, 365 / 2.0) - 1);
}

// Returns 0.1, -0.1, 0.1, -0.1: mean 0, so sharpe and sortino are 0 and the deviation is known.
static void volatility_has_one_degree_of_freedom_less(void **state)
{
    (void)state;
    const double equity[] = {100, 110, 99, 108.9, 98.01};
    const struct metrics metrics = of_curve(equity, 5);
    assert_near(metrics.volatility, sqrt(0.04 / 3) * sqrt(365));
    assert_near(metrics.sharpe, 0);
    assert_near(metrics.max_drawdown, 98.01 / 110 - 1);
    assert_near(metrics.skew, 0);
    assert_near(metrics.kurtosis, -2); // two values, equally often
}

static void sharpe_and_sortino_differ_in_what_they_divide_by(void **state)
{
    (void)state;
    const double equity[] = {100, 120, 108, 129.6};
    const struct metrics metrics = of_curve(equity, 4);
    const double mean = 0.1, deviation = sqrt((0.01 + 0.04 + 0.01) / 2), downside = sqrt(0.01 / 3);
    assert_near(metrics.sharpe, mean / deviation * sqrt(365));
    assert_near(metrics.sortino, mean / downside * sqrt(365));
    assert_near(metrics.calmar, metrics.cagr / 0.1);
}

static void drawdown_figures_are_those_of_the_stretches(void **state)
{
    (void)state;
    const double equity[] = {100, 90, 95, 100, 80, 100};
    const struct metrics metrics = of_curve(equity, 6);
    assert_near(metrics.max_drawdown, -0.2);
    assert_near(metrics.max_drawdown_bars, 2);
    assert_near(metrics.average_drawdown, -0.15);
    assert_near(metrics.ulcer_index, sqrt((0.01 + 0.0025 + 0.04) / 6));
}

static void beta_is_one_against_itself_and_alpha_what_is_left(void **state)
{
    (void)state;
    const double equity[] = {100, 120, 90, 99}, half[] = {100, 110, 96.25, 101.0625};
    struct metrics_input input = {
        .equity = equity, .benchmark = equity, .bar_count = 4, .interval = INTERVAL_1D};
    struct metrics metrics = compute(input);
    assert_near(metrics.beta, 1);
    assert_near(metrics.alpha, 0);
    input.equity = half; // half of each return
    metrics = compute(input);
    assert_near(metrics.beta, 0.5);
    assert_near(metrics.alpha, 0);
}

static void the_tail_is_negative_where_money_is_lost(void **state)
{
    (void)state;
    double equity[22] = {1};
    for (int i = 1; i < 22; i++)
        equity[i] = equity[i - 1] * (i == 7 ? 0.5 : i == 9 ? 0.7 : 1.01);
    const struct metrics metrics = of_curve(equity, 22);
    assert_near(metrics.value_at_risk_95, -0.3); // rank 0.05 · 20 = 1 of 21
    assert_near(metrics.cvar_95, -0.4);
}

static const struct trade trades[] = {
    {.quantity = 1, .entry_price = 100, .pnl = 20, .entry_bar = 0, .exit_bar = 2},
    {.quantity = 2, .entry_price = 100, .pnl = -10, .entry_bar = 3, .exit_bar = 4},
    {.quantity = 1, .entry_price = 50, .pnl = -5, .entry_bar = 5, .exit_bar = 9},
    {.quantity = 1, .entry_price = 100, .pnl = 40, .entry_bar = 10, .exit_bar = 11},
    {.quantity = 1, .entry_price = 100, .pnl = 999, .entry_bar = 12, .exit_bar = 15, .is_open = true},
};

static void trade_figures_count_closed_trades_alone(void **state)
{
    (void)state;
    const struct metrics metrics = compute((struct metrics_input){.equity = level,
                                                                  .bar_count = 16,
                                                                  .interval = INTERVAL_1D,
                                                                  .trades = trades,
                                                                  .trade_count = 5,
                                                                  .bars_held = 12,
                                                                  .fees = 3,
                                                                  .turnover = 9});
    const double payoff = 30 / 7.5;
    assert_near(metrics.trades, 4);
    assert_near(metrics.open_trades, 1);
    assert_near(metrics.win_rate, 0.5);
    assert_near(metrics.profit_factor, 4);
    assert_near(metrics.expectancy, 45 / 4.0);
    assert_near(metrics.payoff_ratio, payoff);
    assert_near(metrics.average_trade, (0.2 - 0.05 - 0.1 + 0.4) / 4);
    assert_near(metrics.best_trade, 0.4);
    assert_near(metrics.worst_trade, -0.1);
    assert_near(metrics.average_bars_held, 2);
    assert_near(metrics.max_consecutive_losses, 2);
    assert_near(metrics.kelly, 0.5 - 0.5 / payoff);
    const double mean = 11.25;
    const double squares = pow(20 - mean, 2) + pow(-10 - mean, 2) + pow(-5 - mean, 2) + pow(40 - mean, 2);
    assert_near(metrics.sqn, 2 * mean / sqrt(squares / 3));
    assert_near(metrics.exposure, 0.75);
    assert_near(metrics.fees_paid, 3);
    assert_near(metrics.turnover, 9);
}

static void months_are_those_of_the_calendar(void **state)
{
    (void)state;
    double equity[BARS_MAX];
    for (size_t i = 0; i < BARS_MAX; i++)
        equity[i] = i < 31 ? 100 + (double)i : i < 60 ? 65 : 130;
    const struct metrics metrics = of_curve(equity, BARS_MAX);
    assert_int_equal(metrics.monthly_count, 3);
    assert_int_equal(metrics.monthly[0].year, 2024);
    assert_int_equal(metrics.monthly[0].month, 1);
    assert_near(metrics.monthly[0].value, 0.3);
    assert_int_equal(metrics.monthly[1].month, 2);
    assert_near(metrics.monthly[1].value, -0.5);
    assert_int_equal(metrics.monthly[2].month, 3);
    assert_near(metrics.monthly[2].value, 1);
}

static void a_month_without_a_bar_is_left_out(void **state)
{
    (void)state;
    const int64_t time[] = {days[0], days[1], days[62], days[62] + 400 * DAY};
    const double equity[] = {100, 110, 121, 242};
    const struct metrics metrics = compute(
        (struct metrics_input){.equity = equity, .time = time, .bar_count = 4, .interval = INTERVAL_1D});
    assert_int_equal(metrics.monthly_count, 3);
    assert_int_equal(metrics.monthly[1].month, 3);
    assert_near(metrics.monthly[1].value, 0.1);
    assert_int_equal(metrics.monthly[2].year, 2025);
    assert_near(metrics.monthly[2].value, 1);
}

static void bars_closer_than_their_interval_are_in_their_month(void **state)
{
    (void)state;
    int64_t time[BARS_MAX];
    double equity[BARS_MAX];
    for (size_t i = 0; i < BARS_MAX; i++)
        time[i] = days[0] + (int64_t)i * 3600, equity[i] = 100 + (double)i;
    const struct metrics metrics = compute((struct metrics_input){
        .equity = equity, .time = time, .bar_count = BARS_MAX, .interval = INTERVAL_1W});
    assert_int_equal(metrics.monthly_count, 1);
}

static double figure(const struct metrics *metrics, const struct metric_description *row)
{
    double value;
    memcpy(&value, (const char *)metrics + row->offset, sizeof value);
    return value;
}

static bool is_one_of(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return false;
}

// A flat curve without trades: everything but these is undefined, not 0.
static void what_a_flat_curve_leaves_undefined_is_nan(void **state)
{
    (void)state;
    const char *const defined[] = {"total_return", "cagr",     "volatility",        "max_drawdown",
                                   "ulcer_index",  "exposure", "max_drawdown_bars", "turnover",
                                   "fees_paid",    "trades",   "open_trades",       "value_at_risk_95",
                                   "cvar_95"};
    const struct metrics metrics = of_curve(level, 20);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct metric_description *row = metric_at(i);
        const double value = figure(&metrics, row);
        if (is_one_of(row->name, defined, sizeof defined / sizeof *defined))
            assert_true(value == 0);
        else if (!isnan(value))
            fail_msg("%s is %g", row->name, value);
    }
}

// It grows by the same part each bar, but for roundings, some of which take it below where it was.
static void roundings_are_neither_deviations_nor_losses(void **state)
{
    (void)state;
    double steady[BARS_MAX], idle[BARS_MAX];
    for (size_t i = 0; i < BARS_MAX; i++) {
        steady[i] = i > 0 ? steady[i - 1] * 1.0001 : 100;
        idle[i] = 100 - (i % 3 == 1 ? 2e-14 : 0);
    }
    const struct metrics rising = of_curve(steady, BARS_MAX), still = of_curve(idle, BARS_MAX);
    assert_true(rising.volatility == 0 && still.volatility == 0);
    assert_true(isnan(rising.sharpe) && isnan(rising.sortino) && isnan(rising.skew) &&
                isnan(rising.kurtosis));
    assert_true(still.max_drawdown == 0 && still.max_drawdown_bars == 0);
    assert_true(isnan(still.sortino) && isnan(still.calmar) && isnan(still.average_drawdown));
    const struct metrics beside = compute((struct metrics_input){
        .equity = idle, .benchmark = steady, .bar_count = BARS_MAX, .interval = INTERVAL_1D});
    assert_true(isnan(beside.beta) && isnan(beside.alpha));
}

static void one_bar_has_a_month_and_no_returns(void **state)
{
    (void)state;
    const struct metrics metrics = of_curve(level, 1);
    assert_near(metrics.total_return, 0);
    assert_true(isnan(metrics.cagr) && isnan(metrics.volatility) && isnan(metrics.value_at_risk_95));
    assert_int_equal(metrics.monthly_count, 1);
}

static void winners_alone_leave_the_ratios_to_losers_undefined(void **state)
{
    (void)state;
    const struct metrics metrics = compute((struct metrics_input){
        .equity = level, .bar_count = 16, .interval = INTERVAL_1D, .trades = trades, .trade_count = 1});
    assert_near(metrics.win_rate, 1);
    assert_near(metrics.expectancy, 20);
    assert_near(metrics.max_consecutive_losses, 0);
    assert_true(isnan(metrics.profit_factor) && isnan(metrics.payoff_ratio) && isnan(metrics.kelly));
    assert_true(isnan(metrics.sqn));
}

static void a_curve_below_zero_has_lost_everything(void **state)
{
    (void)state;
    const double equity[] = {100, 50, -20, -20, -20};
    const struct metrics metrics = of_curve(equity, 5);
    assert_near(metrics.cagr, -1);
    assert_near(metrics.total_return, -1.2);
    assert_near(metrics.max_drawdown, -1.2);
    for (size_t i = 0; i < metric_count(); i++)
        assert_true(isinf(figure(&metrics, metric_at(i))) == 0);
}

static void growth_beyond_all_numbers_is_undefined_not_infinite(void **state)
{
    (void)state;
    const double equity[] = {1, 1000};
    const struct metrics metrics =
        compute((struct metrics_input){.equity = equity, .bar_count = 2, .interval = INTERVAL_1S});
    assert_true(isnan(metrics.cagr));
    assert_true(isnan(metrics.calmar));
}

static void every_figure_is_described_once(void **state)
{
    (void)state;
    assert_int_equal(metric_count(), 32);
    for (size_t i = 0; i < metric_count(); i++) {
        const struct metric_description *row = metric_at(i);
        assert_true(strlen(row->unit) > 0 && strlen(row->meaning) > 10);
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(row->name, metric_at(k)->name);
            assert_int_not_equal(row->offset, metric_at(k)->offset);
        }
    }
    assert_null(metric_at(metric_count()));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(growth_is_annualised_over_the_steps),
        TEST(volatility_has_one_degree_of_freedom_less),
        TEST(sharpe_and_sortino_differ_in_what_they_divide_by),
        TEST(drawdown_figures_are_those_of_the_stretches),
        TEST(beta_is_one_against_itself_and_alpha_what_is_left),
        TEST(the_tail_is_negative_where_money_is_lost),
        TEST(trade_figures_count_closed_trades_alone),
        TEST(months_are_those_of_the_calendar),
        TEST(a_month_without_a_bar_is_left_out),
        TEST(bars_closer_than_their_interval_are_in_their_month),
        TEST(what_a_flat_curve_leaves_undefined_is_nan),
        TEST(roundings_are_neither_deviations_nor_losses),
        TEST(one_bar_has_a_month_and_no_returns),
        TEST(winners_alone_leave_the_ratios_to_losers_undefined),
        TEST(a_curve_below_zero_has_lost_everything),
        TEST(growth_beyond_all_numbers_is_undefined_not_infinite),
        TEST(every_figure_is_described_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
