#include "app/backtest_checks.h"

#include "market/series_check.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "stored checks are little-endian");

struct record_list backtest_checks(const struct backtest_window *window, const atomic_bool *is_stopped,
                                   struct arena *arena)
{
    const size_t count = series_check_count(window->to - window->from, CHECK_BARS_SINGLE);
    uint32_t *checks = arena_alloc_raw(arena, count, sizeof *checks);
    const bool is_whole = checks && series_check(&window->series->candles, window->from, window->to,
                                                 CHECK_BARS_SINGLE, is_stopped, checks);
    return (struct record_list){.part = BACKTEST_CHECKS,
                                .record_bytes = sizeof *checks,
                                .count = count,
                                .records = is_whole ? checks : NULL};
}

static size_t count_of_all(const struct checks_range *range)
{
    size_t count = 0;
    for (size_t i = 0; i < range->series_count; i++) {
        const struct candles *candles = &range->series[i]->candles;
        const size_t from = candles_lower_bound(candles, range->from);
        count += series_check_count(candles_lower_bound(candles, range->to) - from, CHECK_BARS_SEVERAL);
    }
    return count;
}

static bool check_all(const struct checks_range *range, const atomic_bool *is_stopped, uint32_t *checks)
{
    for (size_t i = 0; i < range->series_count; i++) {
        const struct candles *candles = &range->series[i]->candles;
        const size_t from = candles_lower_bound(candles, range->from);
        const size_t to = candles_lower_bound(candles, range->to);
        if (!series_checks(range->series[i], from, to, CHECK_BARS_SEVERAL, is_stopped, checks)) return false;
        checks += series_check_count(to - from, CHECK_BARS_SEVERAL);
    }
    return true;
}

struct record_list backtest_checks_of_all(const struct checks_range *range, const atomic_bool *is_stopped,
                                          struct arena *arena)
{
    const size_t count = count_of_all(range);
    uint32_t *checks = arena_alloc_raw(arena, count, sizeof *checks);
    const bool is_whole = checks && check_all(range, is_stopped, checks);
    return (struct record_list){.part = BACKTEST_CHECKS,
                                .record_bytes = sizeof *checks,
                                .count = count,
                                .records = is_whole ? checks : NULL};
}
