#include "engine/lookahead.h"

#include "base/limits.h"

#include <string.h>

static size_t prefix_count(size_t bar_count)
{
    if (bar_count <= 2) return 0; // a prefix has at least two bars
    const size_t all = bar_count - 2;
    return bar_count <= LOOKAHEAD_ALL_BARS || all < LOOKAHEAD_SAMPLE ? all : LOOKAHEAD_SAMPLE;
}

// Bars of the k-th prefix, ascending from more than 2 to bar_count - 1.
static size_t prefix_bars(size_t bar_count, size_t count, size_t k)
{
    return 2 + (bar_count - 3) * (k + 1) / count;
}

// The first bar whose values differ; `count` when none does.
static size_t first_difference(const void *left, const void *right, size_t count, size_t bytes)
{
    const char *a = left, *b = right;
    size_t i = 0;
    if (memcmp(a, b, count * bytes) == 0) return count;
    while (memcmp(a + i * bytes, b + i * bytes, bytes) == 0)
        i++;
    return i;
}

// The last bar's equity is not compared: a break of the asset behind it closes the position there.
static void compare(const struct backtest_result *all, const struct backtest_decisions *prefix, size_t bars,
                    struct lookahead *check)
{
    const size_t signal = first_difference(all->signals, prefix->signals, bars, sizeof *all->signals);
    const size_t equity =
        first_difference(all->equity, prefix->simulation.equity, bars - 1, sizeof *all->equity);
    if (signal == bars && equity == bars - 1) return;
    const size_t bar = signal < equity ? signal : equity;
    check->is_passed = false;
    check->time = all->time[bar];
    check->known_until = all->time[bars - 1];
    check->signal = all->signals[bar];
    check->prefix_signal = prefix->signals[bar];
}

static enum status check_prefix(const struct backtest_input *input, const struct backtest_result *result,
                                size_t bars, struct arena *arena, struct lookahead *check,
                                struct error *error)
{
    const struct candles candles = candles_slice(input->candles, 0, input->first + bars);
    struct backtest_input prefix = *input;
    struct backtest_decisions decisions;
    prefix.candles = &candles;
    TRY(backtest_decide(&prefix, arena, &decisions, error));
    compare(result, &decisions, bars, check);
    return STATUS_OK;
}

enum status lookahead_check(const struct backtest_input *input, const struct backtest_result *result,
                            struct lookahead_stop stop, struct lookahead *out_check, struct error *error)
{
    const size_t count = prefix_count(result->bar_count);
    struct lookahead check = {.is_passed = true};
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    arena.kept_bytes = LIMIT_BACKTEST_ARENA_BYTES;
    for (size_t k = 0; k < count && check.is_passed; k++) {
        if (stop.is_wanted && stop.is_wanted(stop.context))
            return error_set(error, STATUS_CANCELLED, NULL, "the look-ahead check was stopped");
        TRY(check_prefix(input, result, prefix_bars(result->bar_count, count, k), &arena, &check, error));
        check.prefix_count++;
        arena_reset(&arena);
    }
    *out_check = check;
    return STATUS_OK;
}
