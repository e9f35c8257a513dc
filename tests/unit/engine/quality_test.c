// The rules of quality, each on a series with one thing wrong.
#include "engine/quality.h"

#include "base/limits.h"

#include "unit/engine/series.h"
#include "unit/unit.h"

#include <stdlib.h>

enum { DAY = 86400, BARS = 400 };

struct world {
    struct test_series series;
    size_t count;
    struct quality_input input;
    struct candles candles;
    struct arena arena;
};

static void assert_near(double value, double expected, double tolerance)
{
    assert_true(fabs(value - expected) <= tolerance);
}

static int setup(void **state)
{
    struct world *world = calloc(1, sizeof *world);
    if (!world) return -1;
    *state = world;
    world->count = BARS;
    series_walk(&world->series, BARS, 7);
    world->input = (struct quality_input){.interval = INTERVAL_1D, .known_at = INT64_MAX};
    arena_init(&world->arena, MIB);
    return 0;
}

static int teardown(void **state)
{
    struct world *world = *state;
    arena_clear(&world->arena);
    free(world);
    return 0;
}

static struct quality measure(struct world *world)
{
    struct error error = {0};
    struct quality quality;
    const struct quality_rules rules = quality_rules_default();
    ARENA_SCOPE(scratch, MIB);
    world->candles = series_candles(&world->series, world->count);
    world->input.candles = &world->candles;
    assert_ok(quality_measure(&world->input, &rules, &world->arena, &scratch, &quality, &error));
    return quality;
}

static void remove_bars(struct world *world, size_t begin, size_t count)
{
    struct test_series *s = &world->series;
    for (size_t i = begin; i + count < world->count; i++) {
        s->time[i] = s->time[i + count];
        s->open[i] = s->open[i + count];
        s->high[i] = s->high[i + count];
        s->low[i] = s->low[i + count];
        s->close[i] = s->close[i + count];
        s->volume[i] = s->volume[i + count];
    }
    world->count -= count;
}

static void a_clean_series_has_nothing_wrong(void **state)
{
    const struct quality quality = measure(*state);
    assert_int_equal(quality.count, BARS);
    assert_int_equal(quality.expected, BARS);
    assert_int_equal(quality.gaps + quality.flat_runs + quality.outliers + quality.breaks, 0);
    assert_int_equal(quality.cut_bars + quality.off_grid, 0);
    assert_int_equal(quality.mark_count, 0);
    assert_near(quality.score, 100, 0);
}

static void missing_bars_are_gaps_the_longest_first(void **state)
{
    struct world *world = *state;
    remove_bars(world, 300, 4);
    remove_bars(world, 200, 1);
    remove_bars(world, 100, 4);
    const struct quality quality = measure(world);
    assert_int_equal(quality.gaps, 3);
    assert_int_equal(quality.missing, 9);
    assert_int_equal(quality.expected, BARS);
    assert_int_equal(quality.largest_count, 3);
    assert_int_equal(quality.largest[0].start, quality.first + 100 * DAY);
    assert_int_equal(quality.largest[0].end, quality.first + 104 * DAY);
    assert_int_equal(quality.largest[0].bars, 4);
    assert_int_equal(quality.largest[1].start, quality.first + 300 * DAY);
    assert_int_equal(quality.largest[2].bars, 1);
    assert_near(quality.parts[QUALITY_PART_GAPS], 40 * (1 - 9.0 / BARS / 0.05), 1e-12);
    assert_near(quality.score, 60 + quality.parts[QUALITY_PART_GAPS], 1e-12);
}

static void of_many_gaps_the_longest_are_named(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 30; i++)
        remove_bars(world, 10 * (30 - i), 1 + (30 - i) % 3);
    const struct quality quality = measure(world);
    assert_int_equal(quality.gaps, 30);
    assert_int_equal(quality.missing, 60);
    assert_int_equal(quality.largest_count, QUALITY_LIST_MAX);
    assert_int_equal(quality.largest[9].bars, 3);
    assert_int_equal(quality.largest[10].bars, 2);
    assert_int_equal(quality.largest[19].bars, 2);
    assert_true(quality.largest[0].start < quality.largest[1].start);
}

static void months_are_counted_by_the_calendar(void **state)
{
    struct world *world = *state;
    world->input.interval = INTERVAL_1MO;
    world->count = 3;
    world->series.time[0] = 1704067200; // 2024-01-01
    world->series.time[1] = 1706745600; // 2024-02-01
    world->series.time[2] = 1717200000; // 2024-06-01
    const struct quality quality = measure(world);
    assert_int_equal(quality.gaps, 1);
    assert_int_equal(quality.missing, 3);
    assert_int_equal(quality.largest[0].start, 1709251200); // 2024-03-01
}

static void flatten(struct world *world, size_t begin, size_t count)
{
    for (size_t i = begin; i < begin + count; i++)
        world->series.open[i] = world->series.high[i] = world->series.low[i] = world->series.close[i] =
            world->series.close[begin - 1];
}

static void five_bars_without_movement_are_a_flat_run_and_four_are_none(void **state)
{
    struct world *world = *state;
    flatten(world, 50, 4);
    assert_int_equal(measure(world).flat_runs, 0);
    flatten(world, 50, 5);
    const struct quality quality = measure(world);
    assert_int_equal(quality.flat_runs, 1);
    assert_int_equal(quality.flat_bars, 5);
    assert_int_equal(quality.marks[0].kind, QUALITY_FLAT);
    assert_int_equal(quality.marks[0].time, quality.first + 50 * DAY);
    assert_int_equal(quality.marks[0].bars, 5);
    assert_near(quality.parts[QUALITY_PART_FLAT], 20 * (1 - 5.0 / BARS / 0.1), 1e-12);
}

static void bars_without_volume_are_flat_up_to_the_last(void **state)
{
    struct world *world = *state;
    for (size_t i = BARS - 6; i < BARS; i++)
        world->series.volume[i] = 0;
    const struct quality quality = measure(world);
    assert_int_equal(quality.flat_runs, 1);
    assert_int_equal(quality.flat_bars, 6);
}

static void a_gap_ends_a_flat_run(void **state)
{
    struct world *world = *state;
    flatten(world, 50, 9);
    remove_bars(world, 54, 1);
    assert_int_equal(measure(world).flat_runs, 0);
}

// As a wrong tick does it: one bar away, the next one back.
static void spike(struct world *world, size_t begin, size_t count, double factor)
{
    for (size_t i = begin; i < begin + count; i++)
        world->series.close[i] *= factor;
}

static void a_move_that_comes_back_is_an_outlier(void **state)
{
    struct world *world = *state;
    spike(world, 120, 1, 1.5);
    spike(world, 220, 3, 0.5);
    const struct quality quality = measure(world);
    assert_int_equal(quality.outliers, 2);
    assert_int_equal(quality.marks[0].kind, QUALITY_OUTLIER);
    assert_int_equal(quality.marks[0].time, quality.first + 120 * DAY);
    assert_int_equal(quality.marks[0].bars, 1);
    assert_int_equal(quality.marks[1].bars, 3);
    assert_true(quality.marks[0].factor > 1.4 && quality.marks[0].factor < 1.6);
    assert_near(quality.parts[QUALITY_PART_OUTLIERS], 0, 0);
}

static void a_move_that_stays_or_comes_back_late_is_none(void **state)
{
    struct world *world = *state;
    spike(world, 120, BARS - 120, 1.5);
    spike(world, 220, 4, 0.5);
    assert_int_equal(measure(world).outliers, 0);
}

static void a_move_as_the_series_makes_them_is_none(void **state)
{
    struct world *world = *state;
    spike(world, 120, 1, 1.05); // a walk of 2 % steps has a robust sigma above 1 %
    assert_int_equal(measure(world).outliers, 0);
}

static void a_series_that_hardly_moves_has_no_outliers(void **state)
{
    struct world *world = *state;
    flatten(world, 1, BARS - 1);
    spike(world, 120, 1, 2);
    assert_int_equal(measure(world).outliers, 0);
}

static void a_redenomination_is_a_break_and_no_outlier(void **state)
{
    struct world *world = *state;
    for (size_t i = 150; i < BARS; i++) {
        world->series.open[i] *= 1000;
        world->series.close[i] *= 1000;
        world->series.high[i] *= 1000;
        world->series.low[i] *= 1000;
    }
    const struct quality quality = measure(world);
    assert_int_equal(quality.breaks, 1);
    assert_int_equal(quality.outliers, 0);
    assert_int_equal(quality.marks[0].kind, QUALITY_BREAK);
    assert_int_equal(quality.marks[0].time, quality.first + 150 * DAY);
    assert_near(quality.marks[0].factor, 1000, 1e-9);
    assert_near(quality.score, 95, 1e-12);
}

static void bars_cut_by_their_closing_and_an_unfinished_last_one_are_counted(void **state)
{
    struct world *world = *state;
    world->input.cut_by_closing = 2;
    const int64_t end = world->series.time[BARS - 1] + DAY;
    world->input.known_at = end;
    assert_int_equal(measure(world).cut_bars, 2);
    assert_false(measure(world).is_last_unfinished);
    world->input.known_at = end - 1;
    const struct quality quality = measure(world);
    assert_int_equal(quality.cut_bars, 3);
    assert_true(quality.is_last_unfinished);
    assert_near(quality.parts[QUALITY_PART_CUT], 10 * (1 - 3.0 / BARS / 0.01), 1e-12);
}

static void times_off_the_grid_are_counted_and_no_gaps(void **state)
{
    struct world *world = *state;
    world->series.time[10] += 3600;
    const struct quality quality = measure(world);
    assert_int_equal(quality.off_grid, 1);
    assert_int_equal(quality.gaps, 0);
    assert_near(quality.parts[QUALITY_PART_OFF_GRID], 5 * (1 - 1.0 / BARS / 0.01), 1e-12);
}

static void one_bar_is_a_series(void **state)
{
    struct world *world = *state;
    world->count = 1;
    const struct quality quality = measure(world);
    assert_int_equal(quality.count, 1);
    assert_near(quality.score, 100, 0);
}

static void of_many_marks_the_latest_are_named_in_order(void **state)
{
    struct world *world = *state;
    for (size_t i = 0; i < 25; i++)
        flatten(world, 10 + 10 * i, 5);
    spike(world, 390, 1, 2);
    const struct quality quality = measure(world);
    assert_int_equal(quality.flat_runs, 25);
    assert_int_equal(quality.mark_count, QUALITY_LIST_MAX);
    for (size_t i = 1; i < quality.mark_count; i++)
        assert_true(quality.marks[i].time > quality.marks[i - 1].time);
    assert_int_equal(quality.marks[QUALITY_LIST_MAX - 1].kind, QUALITY_OUTLIER);
}

static void the_parts_have_names_and_their_weights_are_a_hundred(void **state)
{
    (void)state;
    double sum = 0;
    for (unsigned i = 0; i < QUALITY_PARTS; i++)
        sum += quality_part_weight((enum quality_part)i);
    assert_near(sum, 100, 0);
    assert_string_equal(quality_part_name(QUALITY_PART_OFF_GRID), "off_grid");
    assert_string_equal(quality_mark_name(QUALITY_BREAK), "break");
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RULE(a_clean_series_has_nothing_wrong),
        RULE(missing_bars_are_gaps_the_longest_first),
        RULE(of_many_gaps_the_longest_are_named),
        RULE(months_are_counted_by_the_calendar),
        RULE(five_bars_without_movement_are_a_flat_run_and_four_are_none),
        RULE(bars_without_volume_are_flat_up_to_the_last),
        RULE(a_gap_ends_a_flat_run),
        RULE(a_move_that_comes_back_is_an_outlier),
        RULE(a_move_that_stays_or_comes_back_late_is_none),
        RULE(a_move_as_the_series_makes_them_is_none),
        RULE(a_series_that_hardly_moves_has_no_outliers),
        RULE(a_redenomination_is_a_break_and_no_outlier),
        RULE(bars_cut_by_their_closing_and_an_unfinished_last_one_are_counted),
        RULE(times_off_the_grid_are_counted_and_no_gaps),
        RULE(one_bar_is_a_series),
        RULE(of_many_marks_the_latest_are_named_in_order),
        RULE(the_parts_have_names_and_their_weights_are_a_hundred),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
