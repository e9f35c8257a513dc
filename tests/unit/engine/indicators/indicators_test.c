// The indicators against TA-Lib 0.6 on a random walk, and on what walks never do: empty, short, flat, huge,
// NaN.
#include "base/limits.h"
#include "engine/indicators/atr.h"
#include "engine/indicators/bbands.h"
#include "engine/indicators/ema.h"
#include "engine/indicators/indicator.h"
#include "engine/indicators/macd.h"
#include "engine/indicators/rsi.h"
#include "engine/indicators/sma.h"

#include <float.h>
#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS = 300, LONG = 3000, COUNT = 15 };

static struct test_series walk;
static struct candles candles;
static struct window_scratch scratch;
static double out[3][LONG];

struct point {
    size_t bar;
    double value;
};

static int set_up(void **state)
{
    (void)state;
    series_walk(&walk, SERIES_MAX, 42);
    candles = series_candles(&walk, BARS);
    memset(out, 0, sizeof out);
    return 0;
}

static void assert_near(double actual, double expected)
{
    if (!(fabs(actual - expected) <= 1e-11 * fabs(expected)))
        fail_msg("%.17g should be %.17g", actual, expected);
}

// `values` is NaN before `first` and nowhere behind it, and agrees with the points.
static void assert_column(const double *values, size_t first, const struct point *points, size_t point_count)
{
    for (size_t i = 0; i < BARS; i++)
        assert_int_equal(isnan(values[i]), i < first);
    for (size_t i = 0; i < point_count; i++)
        assert_near(values[points[i].bar], points[i].value);
}

static void sma_is_that_of_ta_lib(void **state)
{
    (void)state;
    const struct point points[] = {{19, 100.06945119935243},
                                   {20, 99.775320588618229},
                                   {150, 104.90151915423402},
                                   {299, 74.742947211354164}};
    sma_run(walk.close, BARS, 20, out[0], &scratch);
    assert_column(out[0], 19, points, 4);
}

static void ema_is_that_of_ta_lib(void **state)
{
    (void)state;
    const struct point points[] = {{19, 100.06945119935243},
                                   {20, 99.599159445634655},
                                   {150, 104.70290706881389},
                                   {299, 73.643103372218647}};
    ema_run(walk.close, BARS, 20, out[0]);
    assert_column(out[0], 19, points, 4);
}

static void rsi_is_that_of_ta_lib(void **state)
{
    (void)state;
    const struct point points[] = {{14, 36.020219969215198},
                                   {15, 31.347761047023077},
                                   {150, 71.414975425648251},
                                   {299, 31.824277908273054}};
    rsi_run(walk.close, BARS, 14, out[0]);
    assert_column(out[0], 14, points, 4);
}

static void atr_is_that_of_ta_lib(void **state)
{
    (void)state;
    const struct point points[] = {{14, 1.323794484148884},
                                   {15, 1.3830769999134718},
                                   {150, 1.6056346175611502},
                                   {299, 1.3085336712473579}};
    atr_run(&candles, 14, out[0]);
    assert_column(out[0], 14, points, 4);
}

static void bbands_are_those_of_ta_lib(void **state)
{
    (void)state;
    const struct point upper[] = {{19, 104.79622777774853},
                                  {20, 104.94202409532723},
                                  {150, 108.13398442709934},
                                  {299, 82.434994464055606}};
    const struct point lower[] = {{19, 95.342674620956331},
                                  {20, 94.60861708190923},
                                  {150, 101.66905388136871},
                                  {299, 67.050899958652721}};
    const struct bbands_columns columns = {.upper = out[0], .middle = out[1], .lower = out[2]};
    bbands_run(walk.close, BARS, 20, 2, columns, &scratch);
    assert_column(out[0], 19, upper, 4);
    assert_column(out[2], 19, lower, 4);
}

static void the_middle_band_is_the_sma_to_the_last_bit(void **state)
{
    (void)state;
    static double average[LONG];
    for (size_t length = 1; length < 70; length++) {
        const struct bbands_columns columns = {.upper = out[0], .middle = out[1], .lower = out[2]};
        bbands_run(walk.close, LONG, length, 2, columns, &scratch);
        sma_run(walk.close, LONG, length, average, &scratch);
        assert_memory_equal(out[1] + length - 1, average + length - 1, (LONG - length + 1) * sizeof(double));
    }
}

// TA-Lib begins the fast average later than we do; 266 bars on, nothing of that is left.
static void macd_ends_as_that_of_ta_lib(void **state)
{
    (void)state;
    const struct point macd[] = {{299, -2.442073792515643}};
    const struct point signal[] = {{299, -2.1178715052693495}};
    const struct point histogram[] = {{299, -0.32420228724629352}};
    const struct macd_columns columns = {.macd = out[0], .signal = out[1], .histogram = out[2]};
    macd_run(walk.close, BARS, (struct macd_lengths){.fast = 12, .slow = 26, .signal = 9}, columns);
    assert_column(out[0], 25, macd, 1);
    assert_column(out[1], 33, signal, 1);
    assert_column(out[2], 33, histogram, 1);
}

static void macd_is_the_difference_of_two_emas_but_for_roundings_of_the_price(void **state)
{
    (void)state;
    static double fast[BARS], slow[BARS];
    const struct macd_columns columns = {.macd = out[0], .signal = out[1], .histogram = out[2]};
    macd_run(walk.close, BARS, (struct macd_lengths){.fast = 12, .slow = 26, .signal = 9}, columns);
    ema_run(walk.close, BARS, 12, fast);
    ema_run(walk.close, BARS, 26, slow);
    for (size_t i = 25; i < BARS; i++)
        assert_true(fabs(out[0][i] - (fast[i] - slow[i])) <= 4 * DBL_EPSILON * walk.close[i]);
}

static void macd_with_the_lengths_swapped_changes_its_sign(void **state)
{
    (void)state;
    static double swapped[3][BARS];
    macd_run(walk.close, BARS, (struct macd_lengths){.fast = 12, .slow = 26, .signal = 9},
             (struct macd_columns){.macd = out[0], .signal = out[1], .histogram = out[2]});
    macd_run(walk.close, BARS, (struct macd_lengths){.fast = 26, .slow = 12, .signal = 9},
             (struct macd_columns){.macd = swapped[0], .signal = swapped[1], .histogram = swapped[2]});
    for (size_t i = 33; i < BARS; i++) {
        assert_true(out[0][i] == -swapped[0][i]);
        assert_true(out[1][i] == -swapped[1][i]);
    }
}

// Every indicator of the table with the parameters given (or its defaults), over the close alone.
static void run_all(const struct candles *input, struct arena *arena, const double *params,
                    double *columns[COUNT][3])
{
    assert_int_equal(indicator_count(), COUNT);
    for (size_t i = 0; i < indicator_count(); i++) {
        const struct indicator *indicator = indicator_at(i);
        double defaults[INDICATOR_PARAMS_MAX];
        for (size_t k = 0; k < indicator->param_count; k++)
            defaults[k] = params ? params[k] : indicator->params[k].default_value;
        struct error error = {0};
        assert_int_equal(indicator_run(indicator, defaults, input, arena, columns[i], &error), STATUS_OK);
    }
}

// Some take four bars at a time: a series may end with any of the four.
static void no_indicator_sees_what_follows(void **state)
{
    (void)state;
    for (size_t count = 60; count < 72; count++) {
        ARENA_SCOPE(arena, 128 * MIB);
        double *whole[COUNT][3] = {0}, *cut[COUNT][3] = {0};
        const struct candles beginning = series_candles(&walk, count);
        run_all(&candles, &arena, NULL, whole);
        run_all(&beginning, &arena, NULL, cut);
        for (size_t i = 0; i < COUNT; i++)
            for (size_t k = 0; k < indicator_at(i)->output_count; k++)
                assert_memory_equal(whole[i][k], cut[i][k], count * sizeof(double));
    }
}

static void an_empty_series_gives_empty_columns(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * MIB);
    double *columns[COUNT][3] = {0};
    const struct candles empty = series_candles(&walk, 0);
    run_all(&empty, &arena, NULL, columns);
}

static void a_series_shorter_than_the_warm_up_is_nan_throughout(void **state)
{
    (void)state;
    const double params[] = {40, 41, 42};
    for (size_t count = 1; count < 40; count++) {
        ARENA_SCOPE(arena, 64 * MIB);
        double *columns[COUNT][3] = {0};
        const struct candles input = series_candles(&walk, count);
        run_all(&input, &arena, params, columns);
        for (size_t i = 0; i < COUNT; i++) {
            if (indicator_at(i)->param_count == 0) continue; // has no length to wait for
            for (size_t k = 0; k < indicator_at(i)->output_count; k++) {
                for (size_t t = 0; t < count; t++)
                    assert_true(isnan(columns[i][k][t]));
            }
        }
    }
}

static void a_value_depends_on_the_bars_up_to_it_alone(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, 64 * MIB);
    double *whole[COUNT][3] = {0};
    run_all(&candles, &arena, NULL, whole);
    for (size_t count = 1; count < BARS; count += 7) {
        ARENA_SCOPE(inner, 64 * MIB);
        double *part[COUNT][3] = {0};
        const struct candles input = series_candles(&walk, count);
        run_all(&input, &inner, NULL, part);
        for (size_t i = 0; i < COUNT; i++) {
            for (size_t k = 0; k < indicator_at(i)->output_count; k++)
                assert_memory_equal(part[i][k], whole[i][k], count * sizeof(double));
        }
    }
}

static void on_a_flat_series_averages_are_its_value_exactly(void **state)
{
    (void)state;
    static double flat[LONG];
    const struct macd_columns macd = {.macd = out[0], .signal = out[1], .histogram = out[2]};
    const struct bbands_columns bands = {.upper = out[0], .middle = out[1], .lower = out[2]};
    for (size_t length = 1; length < 200; length++) {
        for (size_t i = 0; i < LONG; i++)
            flat[i] = 0.1 * (double)length;
        sma_run(flat, LONG, length, out[0], &scratch);
        ema_run(flat, LONG, length, out[1]);
        for (size_t i = length - 1; i < LONG; i++)
            assert_true(out[0][i] == flat[0] && out[1][i] == flat[0]);
        bbands_run(flat, LONG, length, 2, bands, &scratch);
        for (size_t i = length - 1; i < LONG; i++)
            assert_true(out[0][i] == flat[0] && out[2][i] == flat[0]);
    }
    macd_run(flat, LONG, (struct macd_lengths){.fast = 12, .slow = 26, .signal = 9}, macd);
    for (size_t i = 33; i < LONG; i++)
        assert_true(out[0][i] == 0 && out[2][i] == 0);
    rsi_run(flat, LONG, 14, out[0]);
    for (size_t i = 14; i < LONG; i++)
        assert_true(out[0][i] == 50);
}

// Flat stretches of every length at every place between moving prices.
static void a_flat_stretch_in_a_moving_series_has_its_value_as_mean(void **state)
{
    (void)state;
    static double values[LONG];
    uint64_t seed = 7;
    for (size_t i = 0; i < LONG;) {
        const size_t length = 1 + series_random(&seed) % 30;
        for (size_t k = 0; k < length && i < LONG; k++)
            values[i++] = 0.1 + 0.7 * (double)length;
    }
    for (size_t length = 2; length < 25; length++) {
        sma_run(values, LONG, length, out[0], &scratch);
        for (size_t i = length - 1; i < LONG; i++) {
            bool is_flat = true;
            for (size_t k = 1; k < length; k++)
                is_flat &= values[i - k] == values[i];
            if (is_flat) assert_true(out[0][i] == values[i]);
        }
    }
}

static void a_huge_value_leaves_no_trace_behind_its_window(void **state)
{
    (void)state;
    static double values[BARS];
    const struct bbands_columns bands = {.upper = out[0], .middle = out[1], .lower = out[2]};
    for (size_t i = 0; i < BARS; i++)
        values[i] = i == 100 ? 1e17 : (double)(i % 2);
    bbands_run(values, BARS, 20, 1, bands, &scratch);
    for (size_t i = 19; i < BARS; i++) {
        if (i >= 100 && i < 120) continue;
        assert_true(out[1][i] == 0.5);
        assert_true(out[0][i] == 1);
    }
}

static void a_small_spread_around_a_large_value_is_not_lost(void **state)
{
    (void)state;
    static double values[BARS];
    const struct bbands_columns bands = {.upper = out[0], .middle = out[1], .lower = out[2]};
    for (size_t i = 0; i < BARS; i++)
        values[i] = 1e9 + (double)(i % 2) / 4;
    bbands_run(values, BARS, 20, 1, bands, &scratch);
    for (size_t i = 19; i < BARS; i++)
        assert_true(out[0][i] - out[1][i] == 0.125);
}

static void windows_of_every_length_are_the_plain_sum(void **state)
{
    (void)state;
    for (size_t length = 1; length < 1200; length += length < 130 ? 1 : 97) {
        sma_run(walk.close, LONG, length, out[0], &scratch);
        for (size_t t = length - 1; t < LONG; t += 13) {
            double sum = 0;
            for (size_t k = 0; k < length; k++)
                sum += walk.close[t - k];
            assert_near(out[0][t], sum / (double)length);
        }
    }
}

static void averages_have_window_one_as_the_value_itself(void **state)
{
    (void)state;
    sma_run(walk.close, BARS, 1, out[0], &scratch);
    ema_run(walk.close, BARS, 1, out[1]);
    assert_memory_equal(out[0], walk.close, BARS * sizeof(double));
    assert_memory_equal(out[1], walk.close, BARS * sizeof(double));
}

static void the_longest_window_is_computed_right(void **state)
{
    (void)state;
    enum { VALUES = WINDOW_LENGTH_MAX + 3 };
    static double values[VALUES], average[VALUES];
    for (size_t i = 0; i < VALUES; i++)
        values[i] = (double)i;
    sma_run(values, VALUES, WINDOW_LENGTH_MAX, average, &scratch);
    for (size_t i = 0; i < 4; i++)
        assert_true(average[WINDOW_LENGTH_MAX - 1 + i] == (WINDOW_LENGTH_MAX - 1) / 2.0 + (double)i);
}

static void a_nan_is_forgotten_with_its_window(void **state)
{
    (void)state;
    static struct test_series holed;
    holed = walk;
    holed.close[100] = (double)NAN;
    sma_run(holed.close, BARS, 20, out[0], &scratch);
    for (size_t i = 19; i < BARS; i++)
        assert_int_equal(isnan(out[0][i]), i >= 100 && i < 120);
}

// Behind the NaN everything is as in a series that begins there.
static void assert_fresh_behind(size_t hole, const double *params)
{
    static struct test_series holed;
    holed = walk;
    holed.close[hole] = (double)NAN;
    const size_t left = BARS - hole - 1;
    const struct candles with_hole = series_candles(&holed, BARS);
    const struct candles rest = candles_slice(&candles, hole + 1, BARS);
    const char *const names[] = {"ema", "rsi", "macd"};
    for (size_t i = 0; i < 3; i++) {
        ARENA_SCOPE(arena, 64 * MIB);
        const struct indicator *indicator = indicator_find(str_from_c(names[i]));
        double *actual[3], *expected[3], *whole[3];
        struct error error = {0};
        assert_int_equal(indicator_run(indicator, params, &candles, &arena, whole, &error), STATUS_OK);
        assert_int_equal(indicator_run(indicator, params, &with_hole, &arena, actual, &error), STATUS_OK);
        assert_int_equal(indicator_run(indicator, params, &rest, &arena, expected, &error), STATUS_OK);
        for (size_t k = 0; k < indicator->output_count; k++) {
            assert_memory_equal(actual[k], whole[k], hole * sizeof(double));
            assert_true(isnan(actual[k][hole]));
            assert_memory_equal(actual[k] + hole + 1, expected[k], left * sizeof(double));
        }
    }
}

// In full run, in the warm-up of all three, and where macd is there and its signal is not.
static void recursive_indicators_begin_afresh_behind_a_nan(void **state)
{
    (void)state;
    const size_t holes[] = {100, 3, 28, 33, 34, 298};
    for (size_t i = 0; i < sizeof holes / sizeof *holes; i++) {
        assert_fresh_behind(holes[i], (const double[]){12, 26, 9});
        assert_fresh_behind(holes[i], (const double[]){3, 2, 50});
    }
}

// The bar behind the hole has no close before it, as the first bar of a series.
static void atr_begins_afresh_behind_a_nan_in_any_price(void **state)
{
    (void)state;
    static struct test_series holed;
    double *const prices[] = {holed.high, holed.low, holed.close};
    for (size_t i = 0; i < 3; i++) {
        holed = walk;
        prices[i][100] = (double)NAN;
        const struct candles with_hole = series_candles(&holed, BARS);
        atr_run(&with_hole, 14, out[0]);
        assert_true(out[0][99] > 0);
        const size_t first = i == 2 ? 115 : 114; // a close is the next bar's "close before" too
        for (size_t t = 100; t < BARS; t++)
            assert_int_equal(isnan(out[0][t]), t < first);
    }
}

static void rsi_of_a_series_that_only_rises_is_100_and_that_only_falls_0(void **state)
{
    (void)state;
    static double values[BARS];
    for (size_t i = 0; i < BARS; i++)
        values[i] = (double)i;
    rsi_run(values, BARS, 14, out[0]);
    for (size_t i = 14; i < BARS; i++)
        assert_true(out[0][i] == 100);
    for (size_t i = 0; i < BARS; i++)
        values[i] = -(double)i;
    rsi_run(values, BARS, 14, out[0]);
    for (size_t i = 14; i < BARS; i++)
        assert_true(out[0][i] == 0);
}

// At the beginning, where four bars are done at a time, and at the end alike.
static void roundings_of_a_market_that_stands_still_move_no_rsi(void **state)
{
    (void)state;
    static struct test_series still;
    for (size_t count = 15; count < 60; count++) {
        series_still(&still, count, count);
        rsi_run(still.close, count, 14, out[0]);
        for (size_t i = 14; i < count; i++)
            assert_true(out[0][i] == 50);
        still.close[3] *= 1.01; // up and down by the same
        rsi_run(still.close, count, 14, out[0]);
        for (size_t i = 14; i < count; i++)
            assert_float_equal(out[0][i], 50, 1e-9);
    }
}

static void the_true_range_reaches_to_the_close_before(void **state)
{
    (void)state;
    static struct test_series two = {.high = {11, 13, 8}, .low = {9, 12, 7}, .close = {10, 12.5, 7.5}};
    const struct candles input = series_candles(&two, 3);
    atr_run(&input, 1, out[0]);
    assert_true(isnan(out[0][0]));
    assert_true(out[0][1] == 3);   // 13 - 10
    assert_true(out[0][2] == 5.5); // 12.5 - 7
}

static void parameters_out_of_bounds_are_refused_by_name(void **state)
{
    (void)state;
    ARENA_SCOPE(arena, MIB);
    double *columns[3];
    const struct indicator *bands = indicator_find(STR("bbands"));
    const double wrong[][2] = {{0, 2},  {20.5, 2}, {WINDOW_LENGTH_MAX + 1, 2},
                               {20, 0}, {20, 101}, {(double)NAN, 2}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct error error = {0};
        assert_int_equal(indicator_run(bands, wrong[i], &candles, &arena, columns, &error), STATUS_INVALID);
        assert_non_null(strstr(error.message, i < 3 || i == 5 ? "length" : "width"));
    }
    assert_null(indicator_find(STR("nope")));
    assert_null(indicator_at(indicator_count()));
}

static void an_arena_that_is_too_small_is_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < indicator_count(); i++) {
        ARENA_SCOPE(arena, 1024);
        const double params[] = {12, 26, 9};
        double *columns[3];
        struct error error = {0};
        assert_int_equal(indicator_run(indicator_at(i), params, &candles, &arena, columns, &error),
                         STATUS_NO_MEMORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sma_is_that_of_ta_lib),
        cmocka_unit_test(ema_is_that_of_ta_lib),
        cmocka_unit_test(rsi_is_that_of_ta_lib),
        cmocka_unit_test(atr_is_that_of_ta_lib),
        cmocka_unit_test(bbands_are_those_of_ta_lib),
        cmocka_unit_test(the_middle_band_is_the_sma_to_the_last_bit),
        cmocka_unit_test(macd_ends_as_that_of_ta_lib),
        cmocka_unit_test(macd_is_the_difference_of_two_emas_but_for_roundings_of_the_price),
        cmocka_unit_test(macd_with_the_lengths_swapped_changes_its_sign),
        cmocka_unit_test(no_indicator_sees_what_follows),
        cmocka_unit_test(an_empty_series_gives_empty_columns),
        cmocka_unit_test(a_series_shorter_than_the_warm_up_is_nan_throughout),
        cmocka_unit_test(a_value_depends_on_the_bars_up_to_it_alone),
        cmocka_unit_test(on_a_flat_series_averages_are_its_value_exactly),
        cmocka_unit_test(a_flat_stretch_in_a_moving_series_has_its_value_as_mean),
        cmocka_unit_test(a_huge_value_leaves_no_trace_behind_its_window),
        cmocka_unit_test(a_small_spread_around_a_large_value_is_not_lost),
        cmocka_unit_test(windows_of_every_length_are_the_plain_sum),
        cmocka_unit_test(averages_have_window_one_as_the_value_itself),
        cmocka_unit_test(the_longest_window_is_computed_right),
        cmocka_unit_test(a_nan_is_forgotten_with_its_window),
        cmocka_unit_test(recursive_indicators_begin_afresh_behind_a_nan),
        cmocka_unit_test(atr_begins_afresh_behind_a_nan_in_any_price),
        cmocka_unit_test(rsi_of_a_series_that_only_rises_is_100_and_that_only_falls_0),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_move_no_rsi),
        cmocka_unit_test(the_true_range_reaches_to_the_close_before),
        cmocka_unit_test(parameters_out_of_bounds_are_refused_by_name),
        cmocka_unit_test(an_arena_that_is_too_small_is_told),
    };
    return cmocka_run_group_tests(tests, set_up, NULL);
}
