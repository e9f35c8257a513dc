#include "engine/universe.h"

#include "base/limits.h"
#include "unit/engine/series.h"
#include "unit/unit.h"

enum { SYMBOLS = 19 }; // two whole tiles and a part of one

static struct candles empty;

// A walk of `count` daily bars; each `every`-th is left out, the first bar is `start` days in.
static struct candles member(struct test_series *series, size_t start, size_t count, size_t every)
{
    size_t kept = 0;
    series_walk(series, start + count, 7 * start + every + 1);
    for (size_t i = start; i < start + count; i++) {
        if (every && i % every == 0) continue;
        series->time[kept] = series->time[i];
        series->open[kept] = series->open[i];
        series->close[kept++] = series->close[i];
    }
    return series_candles(series, kept);
}

// NaN where there is none.
static double value_at(const struct candles *candles, const double *column, int64_t time)
{
    const size_t i = candles_lower_bound(candles, time);
    return i < candles->count && candles->time[i] == time ? column[i] : (double)NAN;
}

static void assert_same(double value, double wanted)
{
    assert_true(value == wanted || (isnan(value) && isnan(wanted)));
}

static void assert_universe_of(const struct candles *members)
{
    ARENA_SCOPE(arena, 64 * MIB);
    struct universe universe;
    struct error error = {0};
    assert_int_equal(universe_build(members, SYMBOLS, (struct universe_range){INT64_MIN, INT64_MAX}, &arena,
                                    &universe, &error),
                     STATUS_OK);
    size_t candle_count = 0, found = 0;
    for (size_t s = 0; s < SYMBOLS; s++)
        candle_count += members[s].count;
    for (size_t t = 0; t < universe.bar_count; t++) {
        assert_true(t == 0 || universe.time[t] > universe.time[t - 1]);
        size_t at_bar = 0;
        for (size_t s = 0; s < SYMBOLS; s++) {
            const size_t i = t * SYMBOLS + s;
            assert_same(universe.open[i], value_at(&members[s], members[s].open, universe.time[t]));
            assert_same(universe.close[i], value_at(&members[s], members[s].close, universe.time[t]));
            at_bar += (size_t)!isnan(universe.close[i]);
        }
        assert_true(at_bar > 0);
        found += at_bar;
    }
    assert_int_equal(found, candle_count);
}

static void every_candle_stands_at_its_bar_and_nothing_else_does(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    struct candles members[SYMBOLS];
    for (size_t s = 0; s < SYMBOLS; s++)
        members[s] = s == 5 ? empty : member(&series[s], 13 * s, 40 + 3 * s, s % 4 ? 3 + s : 0);
    assert_universe_of(members);
}

// Tiles whose symbols begin and end at bars of their own, one that has a gap, and one whose symbols have no
// bar in common.
static void series_without_gaps_stand_side_by_side(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    struct candles members[SYMBOLS];
    for (size_t gap = 0; gap < 2; gap++) {
        for (size_t s = 0; s < SYMBOLS; s++) {
            const size_t start = s < 8 ? 3 * (7 - s) : 20 * s;
            members[s] = member(&series[s], start, 61 + s, gap && s == 3 ? 40 : 0);
        }
        assert_universe_of(members);
    }
}

static void the_range_is_from_up_to_but_without_to(void **state)
{
    (void)state;
    static struct test_series series[2];
    const struct candles members[] = {member(&series[0], 0, 10, 0), member(&series[1], 5, 10, 0)};
    ARENA_SCOPE(arena, MIB);
    struct universe universe;
    struct error error = {0};
    const int64_t from = members[0].time[3], to = members[1].time[4];
    assert_int_equal(universe_build(members, 2, (struct universe_range){from, to}, &arena, &universe, &error),
                     STATUS_OK);
    assert_int_equal(universe.bar_count, 6);
    assert_int_equal(universe.time[0], from);
    assert_int_equal(universe.time[5], to - 86400);
    assert_int_equal(universe_build(members, 2, (struct universe_range){to, from}, &arena, &universe, &error),
                     STATUS_OK);
    assert_int_equal(universe.bar_count, 0);
    assert_int_equal(
        universe_build(NULL, 0, (struct universe_range){0, INT64_MAX}, &arena, &universe, &error), STATUS_OK);
    assert_int_equal(universe.bar_count, 0);
    assert_int_equal(
        universe_build(&empty, 1, (struct universe_range){0, INT64_MAX}, &arena, &universe, &error),
        STATUS_OK);
    assert_int_equal(universe.bar_count, 0);
}

static void more_values_than_the_limit_are_refused_with_the_numbers(void **state)
{
    (void)state;
    static struct test_series series;
    static struct candles members[7000];
    ARENA_SCOPE(arena, 64 * MIB);
    struct universe universe;
    struct error error = {0};
    for (size_t s = 0; s < 7000; s++)
        members[s] = s == 0 ? member(&series, 0, 4000, 0) : empty;
    assert_int_equal(
        universe_build(members, 7000, (struct universe_range){0, INT64_MAX}, &arena, &universe, &error),
        STATUS_TOO_LARGE);
    assert_string_equal(error.code, "too_many_candles");
    assert_non_null(strstr(error.message, "7000 symbols over 4000 bars"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_candle_stands_at_its_bar_and_nothing_else_does),
        cmocka_unit_test(series_without_gaps_stand_side_by_side),
        cmocka_unit_test(the_range_is_from_up_to_but_without_to),
        cmocka_unit_test(more_values_than_the_limit_are_refused_with_the_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
