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

static enum status go_on(struct lookahead_stop stop, struct error *error)
{
    if (!stop.is_wanted || !stop.is_wanted(stop.context)) return STATUS_OK;
    return error_set(error, STATUS_CANCELLED, NULL, "the look-ahead check was stopped");
}

enum status lookahead_check(const struct backtest_input *input, const struct backtest_result *result,
                            struct lookahead_stop stop, struct lookahead *out_check, struct error *error)
{
    const size_t count = prefix_count(result->bar_count);
    struct lookahead check = {.is_passed = true};
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    arena.kept_bytes = LIMIT_BACKTEST_ARENA_BYTES;
    for (size_t k = 0; k < count && check.is_passed; k++) {
        TRY(go_on(stop, error));
        TRY(check_prefix(input, result, prefix_bars(result->bar_count, count, k), &arena, &check, error));
        check.prefix_count++;
        arena_reset(&arena);
    }
    *out_check = check;
    return STATUS_OK;
}

// The next order of a rebalance, from `at` on, that wants to hold something; NULL when there is none.
static const struct momentum_order *next_holding(const struct momentum_course *course,
                                                 const struct momentum_rebalance *rebalance, size_t *at)
{
    for (; *at < rebalance->order_count; (*at)++) {
        const struct momentum_order *order = &course->orders[rebalance->first_order + *at];
        if (order->target_weight == 0) continue;
        (*at)++;
        return order;
    }
    return NULL;
}

static bool are_weights_same(const struct momentum_course *a, const struct momentum_course *b, size_t index)
{
    size_t i = 0, j = 0;
    for (;;) {
        const struct momentum_order *left = next_holding(a, &a->rebalances[index], &i);
        const struct momentum_order *right = next_holding(b, &b->rebalances[index], &j);
        if (!left || !right) return left == right;
        if (left->symbol != right->symbol || left->target_weight != right->target_weight) return false;
    }
}

static bool is_decision_same(const struct momentum_course *a, const struct momentum_course *b, size_t index,
                             size_t symbol_count)
{
    const size_t first = index * symbol_count;
    return a->rebalances[index].bar == b->rebalances[index].bar &&
           memcmp(a->scores + first, b->scores + first, symbol_count * sizeof *a->scores) == 0 &&
           memcmp(a->unranked + first, b->unranked + first, symbol_count) == 0 &&
           are_weights_same(a, b, index);
}

static void compare_rankings(const struct momentum_input *prefix, const struct momentum_result *all,
                             const struct momentum_course *course, struct lookahead *check)
{
    const int64_t *time = prefix->universe->time + prefix->first;
    for (size_t r = 0; r < course->rebalance_count; r++) {
        const bool is_there = r < all->course.rebalance_count;
        if (is_there && is_decision_same(&all->course, course, r, prefix->universe->symbol_count)) continue;
        check->is_passed = false;
        check->is_ranking = true;
        check->time = time[course->rebalances[r].bar];
        check->known_until = prefix->universe->time[prefix->universe->bar_count - 1];
        return;
    }
}

static enum status check_calendar(const struct momentum_input *input, const struct momentum_result *result,
                                  size_t bars, struct arena *arena, struct lookahead *check,
                                  struct error *error)
{
    struct universe universe = *input->universe; // bar-major: fewer bars are the same columns, shorter
    struct momentum_input prefix = *input;
    struct asset_list assets;
    struct momentum_course course;
    universe.bar_count = input->first + bars;
    prefix.universe = &universe;
    TRY(asset_list_find(&universe, input->names, input->rules.max_gap_factor, arena, &assets, error));
    TRY(momentum_book_run(&prefix, &assets, arena, &course, error));
    compare_rankings(&prefix, result, &course, check);
    return STATUS_OK;
}

enum status lookahead_check_momentum(const struct momentum_input *input, const struct momentum_result *result,
                                     struct lookahead_stop stop, struct lookahead *out_check,
                                     struct error *error)
{
    const size_t count = prefix_count(result->bar_count);
    struct lookahead check = {.is_passed = true};
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    arena.kept_bytes = LIMIT_BACKTEST_ARENA_BYTES;
    for (size_t k = 0; k < count && check.is_passed; k++) {
        TRY(go_on(stop, error));
        TRY(check_calendar(input, result, prefix_bars(result->bar_count, count, k), &arena, &check, error));
        check.prefix_count++;
        arena_reset(&arena);
    }
    *out_check = check;
    return STATUS_OK;
}
