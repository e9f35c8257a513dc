// What the tests of the strategies share: one is run over columns made by hand.
#pragma once

#include "base/limits.h"
#include "engine/strategy.h"

#include <string.h>

#include "unit/engine/series.h"
#include "unit/unit.h"

enum { H = SIGNAL_HOLD, L = SIGNAL_LONG, S = SIGNAL_SHORT, F = SIGNAL_FLAT };

static inline void run_strategy(const char *id, const struct candles *candles, const double *values,
                                uint8_t *out_signals)
{
    ARENA_SCOPE(arena, 16 * MIB);
    const struct strategy *strategy = strategy_find(str_from_c(id));
    struct error error = {0};
    assert_non_null(strategy);
    assert_int_equal(strategy_check(strategy, values, &error), STATUS_OK);
    assert_int_equal(strategy->signals(candles, values, &arena, out_signals, &error), STATUS_OK);
}

// Bars whose open, high and low are their close.
static inline void run_closes(const char *id, const double *closes, size_t count, const double *values,
                              uint8_t *out_signals)
{
    const struct candles candles = {
        .count = count, .open = closes, .high = closes, .low = closes, .close = closes};
    run_strategy(id, &candles, values, out_signals);
}

static inline void assert_signals(const uint8_t *actual, const uint8_t *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (actual[i] != expected[i]) fail_msg("bar %zu says %d, not %d", i, actual[i], expected[i]);
}

// No signal at all on a market that stands still but for roundings.
static inline void assert_still(const char *id, const double *values)
{
    static struct test_series still;
    static uint8_t signals[SERIES_MAX];
    for (uint64_t seed = 1; seed <= 20; seed++) {
        series_still(&still, SERIES_MAX, seed);
        const struct candles candles = series_candles(&still, SERIES_MAX);
        run_strategy(id, &candles, values, signals);
        for (size_t i = 0; i < SERIES_MAX; i++)
            if (signals[i] != H) fail_msg("bar %zu of %d says %d", i, (int)seed, signals[i]);
    }
}

// Every parameter at fault is named by its pointer.
static inline void assert_refused(const char *id, const double *values, const char *pointer)
{
    struct error error = {0};
    assert_int_equal(strategy_check(strategy_find(str_from_c(id)), values, &error), STATUS_INVALID);
    assert_int_equal(error.field_count, 1);
    assert_string_equal(error.fields[0].pointer, pointer);
}

static inline void assert_defaults(const char *id, size_t count, const double *expected, size_t warmup_bars)
{
    const struct strategy *strategy = strategy_find(str_from_c(id));
    double values[STRATEGY_PARAMS_MAX] = {0};
    assert_int_equal(strategy->param_count, count);
    strategy_defaults(strategy, values);
    for (size_t i = 0; i < count; i++)
        assert_true(values[i] == expected[i]);
    assert_int_equal(strategy->warmup_bars(values), warmup_bars);
}
