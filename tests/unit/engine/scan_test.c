#include "engine/scan.h"

#include "base/limits.h"
#include "engine/scan_flags.h"
#include "engine/scan_ratio.h"
#include "engine/scan_score.h"
#include "unit/engine/scan_reference.h"
#include "unit/engine/series.h"
#include "unit/unit.h"

#include <stdlib.h>

enum { SYMBOLS = 21, BARS = 700, LEAST = 38 }; // LEAST candles are what small_rules need

// Small windows, so that many bars can be looked at; no two edges coincide.
static const struct scan_rules small_rules = {.short_window = 5,
                                              .medium_window = 13,
                                              .long_window = 34,
                                              .slope_window = 4,
                                              .recent_return_window = 7,
                                              .long_return_window = 21,
                                              .max_extension = 0.04};

static void assert_near(double value, double wanted)
{
    if (!(fabs(value - wanted) <= 1e-12 * (1 + fabs(wanted)))) fail_msg("%.17g is not %.17g", value, wanted);
}

static void assert_figures(const struct scan_figures *figures, const struct scan_figures *wanted)
{
    assert_near(figures->close, wanted->close);
    assert_near(figures->sma_short, wanted->sma_short);
    assert_near(figures->sma_medium, wanted->sma_medium);
    assert_near(figures->sma_long, wanted->sma_long);
    assert_near(figures->slope_medium, wanted->slope_medium);
    assert_near(figures->slope_long, wanted->slope_long);
    assert_near(figures->recent_return, wanted->recent_return);
    assert_near(figures->long_return, wanted->long_return);
    assert_near(figures->extension, wanted->extension);
    assert_int_equal(figures->conditions, wanted->conditions);
}

static void figures_are_those_of_the_rules_written_down(void **state)
{
    (void)state;
    static struct test_series series;
    const struct scan_rules defaults = scan_rules_default();
    const struct scan_rules *all[] = {&small_rules, &defaults};
    size_t passing = 0;
    series_walk(&series, 2000, 7);
    for (size_t r = 0; r < 2; r++) {
        struct scan_plan plan;
        scan_plan_make(all[r], &plan);
        for (size_t i = plan.min_candles - 1; i < 2000; i++) {
            struct scan_figures figures;
            const struct scan_figures wanted = reference_scan(all[r], series.close + i);
            const bool passes = scan_bar(&plan, series.close + i, &figures);
            assert_figures(&figures, &wanted);
            assert_int_equal(passes, wanted.conditions == SCAN_PASSES);
            passing += passes;
        }
    }
    assert_in_range(passing, 50, 3000);
}

static void a_flat_series_is_above_nothing(void **state)
{
    (void)state;
    static double close[300];
    const struct scan_rules rules = scan_rules_default();
    struct scan_plan plan;
    struct scan_figures figures;
    scan_plan_make(&rules, &plan);
    for (size_t i = 0; i < 300; i++)
        close[i] = 0.1; // whose sums are not exact
    assert_false(scan_bar(&plan, close + 299, &figures));
    assert_int_equal(figures.conditions, 1 << SCAN_NOT_EXTENDED);
    assert_true(figures.sma_long == 0.1 && figures.slope_long == 0 && figures.extension == 0);
}

// Of every five closes two are as far above the last as two are below it: all averages are that close, but
// for what the decimals lack as doubles.
static void averages_of_the_same_decimal_are_not_above_each_other(void **state)
{
    (void)state;
    const struct scan_rules rules = {.short_window = 5,
                                     .medium_window = 20,
                                     .long_window = 40,
                                     .slope_window = 5,
                                     .recent_return_window = 5,
                                     .long_return_window = 10,
                                     .max_extension = 0.25};
    double close[45];
    uint64_t seed = 3;
    struct scan_plan plan;
    struct scan_figures figures;
    scan_plan_make(&rules, &plan);
    for (size_t round = 0; round < 200; round++) {
        for (size_t i = 0; i < 45; i += 5) {
            const double a = (double)(series_random(&seed) % 9), b = (double)(series_random(&seed) % 9);
            const double closes[] = {9995 + a, 9995 - b, 9995 - a, 9995 + b, 9995};
            for (size_t k = 0; k < 5; k++)
                close[i + k] = closes[k] / 10000;
        }
        (void)scan_bar(&plan, close + 44, &figures);
        assert_int_equal(figures.conditions, 1 << SCAN_NOT_EXTENDED);
    }
}

static void bars_before_the_windows_change_nothing(void **state)
{
    (void)state;
    static struct test_series series;
    struct scan_plan plan;
    struct scan_figures figures, cut;
    scan_plan_make(&small_rules, &plan);
    series_walk(&series, 300, 5);
    double *copy = malloc(plan.min_candles * sizeof *copy); // an address sanitizer sees a read beyond it
    assert_non_null(copy);
    memcpy(copy, series.close + 300 - plan.min_candles, plan.min_candles * sizeof *copy);
    (void)scan_bar(&plan, series.close + 299, &figures);
    (void)scan_bar(&plan, copy + plan.min_candles - 1, &cut);
    free(copy);
    assert_memory_equal(&figures.close, &cut.close, offsetof(struct scan_figures, conditions));
    assert_int_equal(figures.conditions, cut.conditions);
}

static void the_least_number_of_candles_covers_every_window(void **state)
{
    (void)state;
    struct scan_rules rules = scan_rules_default();
    assert_int_equal(scan_min_candles(&rules), 220);
    rules.long_return_window = 220;
    assert_int_equal(scan_min_candles(&rules), 221);
    rules.recent_return_window = 300;
    assert_int_equal(scan_min_candles(&rules), 301);
}

static void assert_refused(struct scan_rules rules, const char *pointer)
{
    struct error error = {0};
    assert_int_equal(scan_rules_check(&rules, &error), STATUS_INVALID);
    assert_string_equal(error.fields[0].pointer, pointer);
}

static void odd_rules_are_refused_by_name(void **state)
{
    (void)state;
    struct error error = {0};
    struct scan_rules rules = scan_rules_default();
    assert_ok(scan_rules_check(&rules, &error));
    rules.short_window = 0;
    assert_refused(rules, "?short_window");
    rules.short_window = 50;
    assert_refused(rules, "?medium_window");
    rules = scan_rules_default();
    rules.long_window = 50;
    assert_refused(rules, "?long_window");
    rules = scan_rules_default();
    rules.slope_window = LIMIT_SCAN_WINDOW + 1;
    assert_refused(rules, "?slope_window");
    rules = scan_rules_default();
    rules.max_extension = 0;
    assert_refused(rules, "?max_extension");
    rules.max_extension = (double)NAN;
    assert_refused(rules, "?max_extension");
}

// A market: walks, some with gaps, a flat one, late ones, one that ends early, an empty one, one that jumps,
// one with a price of 0.
enum {
    LATE = 3, // just long enough
    TOO_LATE,
    ENDED,
    EMPTY,
    GAPPED,
    ALSO_GAPPED,
    JUMPING,
    FLAT,
    ZERO,
};

static bool has_bar(size_t s, size_t i)
{
    switch (s) {
    case LATE: return i >= BARS - LEAST;
    case TOO_LATE: return i > BARS - LEAST;
    case ENDED: return i < BARS - LEAST; // before the late ones begin
    case EMPTY: return false;
    case GAPPED:
    case ALSO_GAPPED: return i % 29 != s;
    default: return true;
    }
}

static double price(size_t s, size_t i, double walked)
{
    if (s == FLAT) return 1;
    return s == JUMPING && i > 400 ? walked * 1e-6 : walked;
}

static void make_market(struct test_series *series, struct candles *out_candles)
{
    for (size_t s = 0; s < SYMBOLS; s++) {
        size_t kept = 0;
        series_walk(&series[s], BARS, s * 31 + 1);
        for (size_t i = 0; i < BARS; i++) {
            if (!has_bar(s, i)) continue;
            series[s].time[kept] = series[s].time[i];
            series[s].open[kept] = price(s, i, series[s].open[i]);
            series[s].high[kept] = price(s, i, series[s].high[i]);
            series[s].low[kept] = s == ZERO && i == BARS - 10 ? 0 : price(s, i, series[s].low[i]);
            series[s].close[kept++] = price(s, i, series[s].close[i]);
        }
        out_candles[s] = series_candles(&series[s], kept);
    }
}

static void flags_are_what_each_bar_alone_gives(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    static uint8_t flags[SYMBOLS][BARS];
    struct candles candles[SYMBOLS];
    struct scan_column columns[SYMBOLS];
    struct scan_plan plan;
    size_t passing = 0;
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&small_rules, &plan);
    make_market(series, candles);
    memset(flags, 7, sizeof flags);
    for (size_t s = 0; s < SYMBOLS; s++)
        columns[s] = (struct scan_column){candles[s].close, candles[s].count, flags[s]};
    assert_ok(scan_flags(&plan, columns, SYMBOLS, &arena));
    for (size_t s = 0; s < SYMBOLS; s++) {
        for (size_t i = 0; i < candles[s].count; i++) {
            struct scan_figures figures;
            const bool passes = i + 1 >= plan.min_candles && scan_bar(&plan, candles[s].close + i, &figures);
            assert_int_equal(flags[s][i], passes);
            passing += passes;
        }
        for (size_t i = candles[s].count; i < BARS; i++)
            assert_int_equal(flags[s][i], 7);
    }
    assert_in_range(passing, 200, SYMBOLS * BARS / 2);
}

static void long_series_are_flagged_stretch_by_stretch(void **state)
{
    (void)state;
    static struct test_series series[2];
    static uint8_t flags[2][SERIES_MAX];
    struct scan_column columns[2];
    struct scan_plan plan;
    const struct scan_rules rules = scan_rules_default();
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&rules, &plan);
    for (size_t s = 0; s < 2; s++) {
        series_walk(&series[s], SERIES_MAX, s + 50);
        columns[s] = (struct scan_column){series[s].close, SERIES_MAX - 700 * s, flags[s]};
    }
    assert_ok(scan_flags(&plan, columns, 2, &arena));
    for (size_t s = 0; s < 2; s++) {
        for (size_t i = 0; i < columns[s].count; i++) {
            struct scan_figures figures;
            const bool passes = i + 1 >= plan.min_candles && scan_bar(&plan, columns[s].close + i, &figures);
            assert_int_equal(flags[s][i], passes);
        }
    }
}

static size_t assert_passing(const struct scan_rules *rules, const double *const *closes, size_t count)
{
    static struct scan_figures figures[SERIES_MAX];
    static uint32_t indices[SERIES_MAX];
    struct scan_plan plan;
    size_t passing = 0;
    scan_plan_make(rules, &plan);
    const size_t found = scan_passing(&plan, closes, count, indices, figures);
    for (size_t i = 0; i < count; i++) {
        struct scan_figures wanted;
        if (!scan_bar(&plan, closes[i], &wanted)) continue;
        assert_in_range(found, passing + 1, count);
        assert_int_equal(indices[passing], i);
        assert_memory_equal(&figures[passing++], &wanted, offsetof(struct scan_figures, conditions));
    }
    assert_int_equal(found, passing);
    return passing;
}

static void passing_bars_are_those_that_pass_alone(void **state)
{
    (void)state;
    static struct test_series series;
    static const double *closes[SERIES_MAX];
    const struct scan_rules defaults = scan_rules_default();
    struct scan_rules overlapping = small_rules; // the far window ends within the near one of before
    overlapping.long_window = 14;
    overlapping.slope_window = 20;
    const struct scan_rules *all[] = {&small_rules, &defaults, &overlapping};
    series_walk(&series, SERIES_MAX, 11);
    series.close[1000] = (double)NAN;
    for (size_t r = 0; r < sizeof all / sizeof *all; r++) {
        const size_t lead = scan_min_candles(all[r]) - 1;
        for (size_t i = lead; i < SERIES_MAX; i++)
            closes[i - lead] = series.close + i;
        assert_in_range(assert_passing(all[r], closes, SERIES_MAX - lead), 50, 2000);
    }
    assert_int_equal(assert_passing(&defaults, closes, 0), 0);
}

// Behind a close beside which all others are roundings, and behind closes whose sum is no number.
static void closes_that_spoil_sums_spoil_no_flag(void **state)
{
    (void)state;
    static struct test_series series;
    static uint8_t flags[BARS];
    struct scan_plan plan;
    size_t passing = 0;
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&small_rules, &plan);
    for (size_t spoilt = 1; spoilt < 4; spoilt++) {
        series_walk(&series, BARS, spoilt);
        for (size_t i = 0; i < spoilt; i++)
            series.close[100 + i] = 1.7e308;
        const struct scan_column column = {series.close, BARS, flags};
        assert_ok(scan_flags(&plan, &column, 1, &arena));
        for (size_t i = plan.min_candles - 1; i < BARS; i++) {
            struct scan_figures figures;
            assert_int_equal(flags[i], scan_bar(&plan, series.close + i, &figures));
            passing += flags[i];
        }
    }
    assert_in_range(passing, 50, 3 * BARS / 2);
}

static struct scan_ratio_input ratio_input(const struct scan_plan *plan, const struct candles *candles,
                                           const uint32_t *indices)
{
    return (struct scan_ratio_input){.plan = plan,
                                     .series = candles,
                                     .series_count = SYMBOLS,
                                     .newest = 1577836800 + 86400 * (int64_t)(BARS - 1),
                                     .bases = indices,
                                     .quotes = indices,
                                     .base_count = SYMBOLS,
                                     .quote_count = SYMBOLS};
}

// At the newest bars, at every bar and in ratios alike. Every other one rises by some roundings a bar, which
// sums that are nearly right can tell.
static void roundings_of_a_market_that_stands_still_pass_nowhere(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    static uint8_t flags[SYMBOLS][BARS];
    static const double *closes[BARS];
    struct candles candles[SYMBOLS];
    struct scan_column columns[SYMBOLS];
    uint32_t indices[SYMBOLS];
    struct scan_plan plan;
    struct scan_ratio_counts counts;
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&small_rules, &plan);
    for (uint32_t s = 0; s < SYMBOLS; s++) {
        series_still(&series[s], BARS, s + 1);
        for (size_t i = 0; i < BARS; i++)
            series[s].close[i] *= 1 + (double)(i * (s % 2)) * 3e-14;
        candles[s] = series_candles(&series[s], BARS);
        columns[s] = (struct scan_column){series[s].close, BARS, flags[s]};
        indices[s] = s;
        for (size_t i = LEAST - 1; i < BARS; i++)
            closes[i - (LEAST - 1)] = series[s].close + i;
        assert_int_equal(assert_passing(&small_rules, closes, BARS - (LEAST - 1)), 0);
    }
    assert_ok(scan_flags(&plan, columns, SYMBOLS, &arena));
    for (size_t s = 0; s < SYMBOLS; s++)
        assert_null(memchr(flags[s], true, BARS));
    const struct scan_ratio_input input = ratio_input(&plan, candles, indices);
    assert_ok(scan_ratios(&input, &arena, NULL, NULL, &counts));
    assert_int_equal(counts.evaluated, SYMBOLS * (SYMBOLS - 1));
    assert_int_equal(counts.passing, 0);
}

struct found_pairs {
    bool is_found[SYMBOLS][SYMBOLS];
    struct scan_figures figures[SYMBOLS][SYMBOLS];
};

static enum status remember(void *context, struct scan_pair pair, const struct scan_figures *figures)
{
    struct found_pairs *found = context;
    assert_false(found->is_found[pair.base][pair.quote]);
    found->is_found[pair.base][pair.quote] = true;
    found->figures[pair.base][pair.quote] = *figures;
    return STATUS_OK;
}

static bool is_stale(const struct candles *candles)
{
    return candles->count > 0 && candles->time[candles->count - 1] < 1577836800 + 86400 * (int64_t)(BARS - 1);
}

static void count_pair(const struct scan_plan *plan, const struct candles *base, const struct candles *quote,
                       const struct found_pairs *found, const bool *is_found,
                       struct scan_ratio_counts *counts)
{
    static double closes[BARS];
    static int64_t times[BARS];
    const size_t count = reference_ratio(base, quote, closes, times);
    const struct scan_figures *figures = &found->figures[0][0] + (is_found - &found->is_found[0][0]);
    if (is_stale(base) || is_stale(quote)) {
        counts->stale++;
    } else if (count < plan->min_candles) {
        counts->too_short++;
    } else {
        const struct scan_figures wanted = reference_scan(&plan->rules, closes + count - 1);
        counts->evaluated++;
        counts->passing += wanted.conditions == SCAN_PASSES;
        assert_true(*is_found);
        assert_figures(figures, &wanted);
        return;
    }
    assert_false(*is_found);
}

static void ratios_are_what_each_ratio_alone_gives(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    static struct found_pairs found, passing;
    struct candles candles[SYMBOLS];
    uint32_t indices[SYMBOLS];
    struct scan_plan plan;
    struct scan_ratio_counts counts, passing_counts, wanted = {0}, counted;
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&small_rules, &plan);
    make_market(series, candles);
    for (uint32_t s = 0; s < SYMBOLS; s++)
        indices[s] = s;
    struct scan_ratio_input input = ratio_input(&plan, candles, indices);
    assert_ok(scan_ratios(&input, &arena, remember, &passing, &passing_counts));
    assert_ok(scan_ratios(&input, &arena, NULL, NULL, &counted));
    input.takes_all = true;
    assert_ok(scan_ratios(&input, &arena, remember, &found, &counts));
    for (size_t b = 0; b < SYMBOLS; b++) {
        for (size_t q = 0; q < SYMBOLS; q++) {
            const bool passes = found.is_found[b][q] && found.figures[b][q].conditions == SCAN_PASSES;
            if (b != q) count_pair(&plan, &candles[b], &candles[q], &found, &found.is_found[b][q], &wanted);
            assert_int_equal(passing.is_found[b][q], passes);
        }
    }
    assert_memory_equal(&counts, &wanted, sizeof counts);
    assert_memory_equal(&passing_counts, &wanted, sizeof counts);
    assert_memory_equal(&counted, &wanted, sizeof counts);
    assert_in_range(counts.passing, 5, 200);
    assert_true(counts.stale > 0 && counts.too_short > 0);
}

static void a_ratio_alone_is_that_of_the_whole_scan(void **state)
{
    (void)state;
    static struct test_series series[SYMBOLS];
    static struct found_pairs found;
    static double closes[LEAST];
    static int64_t times[LEAST];
    struct candles candles[SYMBOLS];
    uint32_t indices[SYMBOLS];
    struct scan_plan plan;
    struct scan_ratio_counts counts;
    ARENA_SCOPE(arena, MIB);
    scan_plan_make(&small_rules, &plan);
    make_market(series, candles);
    for (uint32_t s = 0; s < SYMBOLS; s++)
        indices[s] = s;
    const struct scan_ratio_input input = ratio_input(&plan, candles, indices);
    assert_ok(scan_ratios(&input, &arena, remember, &found, &counts));
    for (size_t b = 0; b < SYMBOLS; b++) {
        for (size_t q = 0; q < SYMBOLS; q++) {
            struct scan_figures figures;
            if (!found.is_found[b][q]) continue;
            assert_int_equal(scan_ratio_bars(&candles[b], &candles[q], LEAST, closes, times), LEAST);
            assert_int_equal(times[LEAST - 1], input.newest);
            (void)scan_bar(&plan, closes + LEAST - 1, &figures);
            assert_memory_equal(&figures.close, &found.figures[b][q].close,
                                offsetof(struct scan_figures, conditions));
        }
    }
    assert_int_equal(scan_ratio_bars(&candles[EMPTY], &candles[0], LEAST, closes, times), 0);
    assert_int_equal(scan_ratio_bars(&candles[TOO_LATE], &candles[0], LEAST, closes, NULL), 37);
}

// The score with one figure moved.
static double moved(double *figure, double by, const struct scan_figures *figures)
{
    double parts[SCAN_PARTS];
    const double before = *figure;
    *figure += by;
    const double score = scan_score(&small_rules, figures, parts);
    *figure = before;
    return score;
}

static void the_score_rises_with_its_figures_and_stays_in_bounds(void **state)
{
    (void)state;
    struct scan_figures figures = {.close = 1.02,
                                   .sma_short = 1.01,
                                   .sma_medium = 1,
                                   .sma_long = 0.98,
                                   .slope_medium = 0.01,
                                   .slope_long = 0.01,
                                   .recent_return = 0.1,
                                   .long_return = 0.2,
                                   .extension = 0.02,
                                   .conditions = SCAN_PASSES};
    double *rising[] = {&figures.close,      &figures.sma_short,     &figures.slope_medium,
                        &figures.slope_long, &figures.recent_return, &figures.long_return};
    double parts[SCAN_PARTS], sum = 0;
    const double score = scan_score(&small_rules, &figures, parts);
    for (size_t i = 0; i < sizeof rising / sizeof *rising; i++)
        assert_true(moved(rising[i], 0.001, &figures) > score && moved(rising[i], -0.001, &figures) < score);
    assert_true(moved(&figures.extension, 0.001, &figures) < score);
    for (enum scan_part i = 0; i < SCAN_PARTS; i++) {
        assert_true(parts[i] > 0 && parts[i] <= scan_part_info(i)->weight);
        sum += scan_part_info(i)->weight;
    }
    assert_true(sum == 100 && score > 0 && score < 100);
    figures = (struct scan_figures){.recent_return = (double)NAN, .long_return = (double)INFINITY};
    assert_near(scan_score(&small_rules, &figures, parts), 12.5 + 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_those_of_the_rules_written_down),
        cmocka_unit_test(a_flat_series_is_above_nothing),
        cmocka_unit_test(averages_of_the_same_decimal_are_not_above_each_other),
        cmocka_unit_test(roundings_of_a_market_that_stands_still_pass_nowhere),
        cmocka_unit_test(bars_before_the_windows_change_nothing),
        cmocka_unit_test(the_least_number_of_candles_covers_every_window),
        cmocka_unit_test(odd_rules_are_refused_by_name),
        cmocka_unit_test(flags_are_what_each_bar_alone_gives),
        cmocka_unit_test(long_series_are_flagged_stretch_by_stretch),
        cmocka_unit_test(passing_bars_are_those_that_pass_alone),
        cmocka_unit_test(closes_that_spoil_sums_spoil_no_flag),
        cmocka_unit_test(ratios_are_what_each_ratio_alone_gives),
        cmocka_unit_test(a_ratio_alone_is_that_of_the_whole_scan),
        cmocka_unit_test(the_score_rises_with_its_figures_and_stays_in_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
