// Curves of spans against the same curves bar by bar, and their tails found in two ways.
#include "engine/span_curve.h"

#include "base/limits.h"
#include "engine/metrics.h"
#include "engine/span_tail.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { BARS = 20000, SPANS_MAX = BARS };

static struct arena arena;
static double open_prices[BARS], closes[BARS], equity[BARS], benchmark[BARS], scratch[BARS];
static int64_t times[BARS];
static struct span spans[SPANS_MAX];

static int set_up(void **state)
{
    (void)state;
    arena_init(&arena, 64 * MIB);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_clear(&arena);
    return 0;
}

static double random_part(uint64_t *seed)
{
    return (double)series_random(seed) / 0x1p31;
}

// A walk that is cut by a break now and then.
static struct candles make_candles(size_t count, bool has_breaks, uint64_t *seed)
{
    double price = 100;
    for (size_t i = 0; i < count; i++) {
        const bool is_break = has_breaks && series_random(seed) % 3000 == 0;
        open_prices[i] = is_break ? price * 50 : price;
        price = open_prices[i] * (1 + (random_part(seed) - 0.499) / 25);
        closes[i] = price;
        times[i] = (int64_t)i * 86400;
    }
    return (struct candles){.count = count, .time = times, .open = open_prices, .close = closes};
}

static struct ground make_ground(const struct candles *candles)
{
    struct ground ground;
    struct error error = {0};
    assert_int_equal(ground_find(candles, 0, 10, &arena, &ground, &error), STATUS_OK);
    assert_int_equal(ground_measure(&ground, &arena, &error), STATUS_OK);
    ground_benchmark(&ground, 1000, benchmark);
    return ground;
}

static bool is_cut(const struct ground *ground, size_t bar)
{
    for (size_t i = 0; i < ground->cut_count; i++)
        if (ground->cuts[i] == bar) return true;
    return false;
}

// What is held from a bar on, beginning with nearly that equity.
static struct span span_from(size_t bar, double value, unsigned kind)
{
    const double price = closes[bar];
    switch (kind) {
    case 0: return (struct span){bar, value, 0};
    case 1: return (struct span){bar, 0, value / price};
    case 2: return (struct span){bar, value * 0.4, 0.6 * value / price};
    default: return (struct span){bar, value * 1.5, -0.5 * value / price};
    }
}

// Spans of random lengths, flat at every break; `kinds` are flat, all in, partly in, short.
static size_t make_spans(const struct ground *ground, unsigned kinds, size_t longest, uint64_t *seed)
{
    size_t count = 1;
    double value = 1000;
    spans[0] = (struct span){.cash = value};
    equity[0] = value;
    size_t end = 1 + series_random(seed) % longest;
    for (size_t bar = 1; bar < ground->bar_count; bar++) {
        if (bar >= end || is_cut(ground, bar)) {
            const unsigned kind = is_cut(ground, bar) ? 0 : (unsigned)(series_random(seed) % kinds);
            spans[count++] = span_from(bar, value * (0.995 + 0.01 * random_part(seed)), kind);
            end = bar + 1 + series_random(seed) % longest;
        }
        value = spans[count - 1].cash + spans[count - 1].units * closes[bar];
        equity[bar] = value;
    }
    return count;
}

static struct curve_figures measure(const struct ground *ground, size_t span_count)
{
    const struct span_curve curve = {.ground = ground, .spans = spans, .span_count = span_count};
    struct curve_figures figures = {0};
    struct error error = {0};
    bool is_finite = false;
    assert_int_equal(span_curve_measure(&curve, METRICS_TAIL, &arena, &figures, &is_finite, &error),
                     STATUS_OK);
    assert_true(is_finite);
    return figures;
}

static void assert_near(const char *what, double actual, double expected, double scale)
{
    if (!(fabs(actual - expected) <= 1e-12 * fmax(fabs(expected), scale)))
        fail_msg("%s is %.17g, not %.17g", what, actual, expected);
}

static void assert_within(const char *what, double actual, double expected, double part)
{
    if (!(fabs(actual - expected) <= part * fabs(expected)))
        fail_msg("%s is %.17g, not %.17g", what, actual, expected);
}

static void assert_same(const struct curve_figures *actual, const struct curve_figures *expected)
{
    const struct curve_steps *a = &actual->steps, *e = &expected->steps;
    const double n = (double)e->count, deviation = sqrt(e->second / n);
    assert_int_equal(a->count, e->count);
    assert_near("mean", a->mean, e->mean, deviation);
    assert_near("second", a->second, e->second, 1e-12);
    assert_near("third", a->third, e->third, e->second * deviation);
    assert_near("fourth", a->fourth, e->fourth, 1e-18);
    assert_near("downside", a->downside, e->downside, 1e-12);
    assert_near("other mean", a->other_mean, e->other_mean, 0.01);
    assert_near("other second", a->other_second, e->other_second, 1e-12);
    assert_near("shared", a->shared, e->shared, sqrt(e->second * e->other_second));
    assert_near("deepest", actual->drawdowns.deepest, expected->drawdowns.deepest, 0.01);
    assert_int_equal(actual->drawdowns.longest_bars, expected->drawdowns.longest_bars);
    assert_int_equal(actual->drawdowns.stretch_count, expected->drawdowns.stretch_count);
    assert_near("depths", actual->drawdowns.depth_sum, expected->drawdowns.depth_sum, 0.01);
    assert_near("squares", actual->drawdowns.square_sum, expected->drawdowns.square_sum, 1e-4);
    assert_near("quantile", actual->tail.quantile, expected->tail.quantile, 1e-3);
    assert_near("tail", actual->tail.mean, expected->tail.mean, 1e-3);
    assert_true(actual->first == expected->first && actual->last == expected->last);
}

static void figures_are_those_of_the_curve_bar_by_bar(void **state)
{
    (void)state;
    uint64_t seed = 7;
    for (int i = 0; i < 300; i++) {
        const size_t count = 2 + series_random(&seed) % (i < 200 ? 400 : BARS - 2);
        const size_t longest = 1 + series_random(&seed) % 300;
        const unsigned kinds = 1 + (unsigned)(i % 4);
        const struct candles candles = make_candles(count, i % 3 == 0, &seed);
        const struct ground ground = make_ground(&candles);
        const struct curve_figures actual = measure(&ground, make_spans(&ground, kinds, longest, &seed));
        const struct curve_figures expected = curve_measure(equity, benchmark, count, METRICS_TAIL, scratch);
        assert_same(&actual, &expected);
        arena_reset(&arena);
    }
}

// Closes rise by a tenth a bar, then lie almost still: in that part a position is held, in whole blocks, too.
static void calm_bars_in_a_market_that_moves_are_as_sharp(void **state)
{
    (void)state;
    uint64_t seed = 19;
    const double noises[] = {1e-3, 1e-6, 1e-9};
    for (size_t k = 0; k < 3; k++) {
        const size_t count = 400, calm = 100;
        for (size_t i = 0; i < count; i++) {
            const double before = i > 0 ? closes[i - 1] : 1;
            open_prices[i] = before;
            closes[i] = i < calm ? before * 1.1 : closes[calm - 1] * (1 + noises[k] * random_part(&seed));
            times[i] = (int64_t)i * 86400;
        }
        const struct candles candles = {.count = count, .time = times, .open = open_prices, .close = closes};
        const struct ground ground = make_ground(&candles);
        spans[0] = (struct span){.cash = 1000};
        spans[1] = span_from(calm + 1, 1000, 1);
        for (size_t bar = 0; bar < count; bar++)
            equity[bar] = bar <= calm ? 1000 : spans[1].units * closes[bar];
        const struct curve_figures actual = measure(&ground, 2);
        const struct curve_figures expected = curve_measure(equity, benchmark, count, METRICS_TAIL, scratch);
        const double rounding = 1e-13 + 1e-15 / noises[k]; // of a step of the curve
        assert_within("second", actual.steps.second, expected.steps.second, rounding);
        assert_within("third", actual.steps.third, expected.steps.third, 100 * rounding);
        assert_within("fourth", actual.steps.fourth, expected.steps.fourth, rounding);
        arena_reset(&arena);
    }
}

static void a_tail_found_by_walking_is_that_of_selection_to_the_bit(void **state)
{
    (void)state;
    uint64_t seed = 11;
    struct error error = {0};
    for (int i = 0; i < 60; i++) {
        const struct candles candles = make_candles(BARS, i % 2 == 0, &seed);
        struct ground ground = make_ground(&candles);
        const size_t longest = 1 + series_random(&seed) % (i % 5 == 0 ? 5 : 300);
        const size_t span_count = make_spans(&ground, i % 3 == 0 ? 4 : 2, longest, &seed);
        const struct curve_figures selected = measure(&ground, span_count);
        assert_int_equal(ground_sort_lows(&ground, METRICS_TAIL, &arena, &error), STATUS_OK);
        assert_true(ground.lows.count > BARS / 10);
        const struct curve_figures walked = measure(&ground, span_count);
        assert_memory_equal(&walked.tail, &selected.tail, sizeof walked.tail);
        assert_memory_equal(&walked.steps, &selected.steps, sizeof walked.steps);
        arena_reset(&arena);
    }
}

static void assert_lows_are_in_order_and_none_is_left_out(struct ground *ground)
{
    struct error error = {0};
    assert_int_equal(ground_sort_lows(ground, METRICS_TAIL, &arena, &error), STATUS_OK);
    const struct low_steps *lows = &ground->lows;
    size_t as_low = 0;
    assert_true(lows->count > 0);
    for (size_t i = 0; i < lows->count; i++) {
        assert_true(lows->values[i] == ground->steps[lows->bars[i]]);
        if (i == 0) continue;
        assert_true(lows->values[i - 1] < lows->values[i] ||
                    (lows->values[i - 1] == lows->values[i] && lows->bars[i - 1] < lows->bars[i]));
    }
    for (size_t bar = 1; bar < BARS; bar++)
        as_low += ground->steps[bar] <= lows->values[lows->count - 1];
    assert_int_equal(as_low, lows->count);
}

static void low_steps_are_in_order_and_none_is_left_out(void **state)
{
    (void)state;
    uint64_t seed = 3;
    const struct candles candles = make_candles(BARS, true, &seed);
    struct ground ground = make_ground(&candles);
    assert_lows_are_in_order_and_none_is_left_out(&ground);
}

static void low_steps_that_are_almost_the_same_are_in_order_too(void **state)
{
    (void)state;
    uint64_t seed = 4;
    const struct candles candles = make_candles(BARS, true, &seed);
    struct ground ground = make_ground(&candles);
    for (size_t bar = 1; bar < BARS; bar++)
        ground.steps[bar] = -0.01 * (1 + (double)(series_random(&seed) % 5000) * 0x1p-50);
    assert_lows_are_in_order_and_none_is_left_out(&ground);
}

static void a_curve_beyond_the_range_of_numbers_has_no_figures(void **state)
{
    (void)state;
    uint64_t seed = 5;
    const struct candles candles = make_candles(500, false, &seed);
    const struct ground ground = make_ground(&candles);
    const double units[] = {1e307, -1e307};
    for (size_t i = 0; i < 2; i++) {
        bool is_finite = true;
        struct curve_figures figures;
        struct error error = {0};
        spans[0] = (struct span){.cash = 1000};
        spans[1] = (struct span){.from = 10, .cash = i == 0 ? 0 : 5, .units = units[i]};
        const struct span_curve curve = {.ground = &ground, .spans = spans, .span_count = 2};
        assert_int_equal(span_curve_measure(&curve, METRICS_TAIL, &arena, &figures, &is_finite, &error),
                         STATUS_OK);
        assert_false(is_finite);
    }
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(figures_are_those_of_the_curve_bar_by_bar),
        TEST(calm_bars_in_a_market_that_moves_are_as_sharp),
        TEST(a_tail_found_by_walking_is_that_of_selection_to_the_bit),
        TEST(low_steps_are_in_order_and_none_is_left_out),
        TEST(low_steps_that_are_almost_the_same_are_in_order_too),
        TEST(a_curve_beyond_the_range_of_numbers_has_no_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
