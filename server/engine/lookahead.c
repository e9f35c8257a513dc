#include "engine/lookahead.h"

#include "base/limits.h"

#include <string.h>

enum { LEAST_BARS = 2, CUTS_MAX = LOOKAHEAD_ALL_BARS };

// The bars of each prefix that is run, ascending, each once.
struct cuts {
    size_t bar_count; // of the test: prefixes have fewer
    size_t count;
    size_t bars[CUTS_MAX];
};

// False where there is such a prefix already, or none of so many bars.
static bool add_cut(struct cuts *cuts, size_t bars)
{
    size_t at = 0;
    if (bars < LEAST_BARS || bars >= cuts->bar_count || cuts->count == CUTS_MAX) return false;
    while (at < cuts->count && cuts->bars[at] < bars)
        at++;
    if (at < cuts->count && cuts->bars[at] == bars) return false;
    memmove(&cuts->bars[at + 1], &cuts->bars[at], (cuts->count - at) * sizeof *cuts->bars);
    cuts->bars[at] = bars;
    cuts->count++;
    return true;
}

// Evenly spread, the longest first; where one is taken, the next shorter one that is not.
static void add_spread(struct cuts *cuts, size_t count)
{
    const size_t longest = cuts->bar_count - 1;
    for (size_t k = count; k-- > 0;) {
        size_t bars = LEAST_BARS + (longest - LEAST_BARS) * (k + 1) / count;
        while (!add_cut(cuts, bars))
            bars = bars > LEAST_BARS ? bars - 1 : longest;
    }
}

// Whether the `index`-th of `count` is among `wanted` of them that are evenly spread.
static bool is_sampled(size_t index, size_t count, size_t wanted)
{
    return index * wanted / count != (index + 1) * wanted / count;
}

// Every prefix of a short test, which needs no cuts at decisions.
static bool add_all(struct cuts *cuts)
{
    if (cuts->bar_count > LOOKAHEAD_ALL_BARS) return false;
    for (size_t bars = LEAST_BARS; bars < cuts->bar_count; bars++)
        (void)add_cut(cuts, bars);
    return true;
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

// A run of one kind that is checked: what is done for the prefix of so many bars.
typedef enum status check_bars(const void *run, size_t bars, struct arena *arena, struct lookahead *check,
                               struct error *error);

static enum status check_prefixes(const struct cuts *cuts, check_bars *check_one, const void *run,
                                  struct lookahead_stop stop, struct lookahead *out_check,
                                  struct error *error)
{
    struct lookahead check = {.is_passed = true};
    ARENA_SCOPE(arena, LIMIT_BACKTEST_ARENA_BYTES);
    arena.kept_bytes = LIMIT_BACKTEST_ARENA_BYTES;
    for (size_t k = 0; k < cuts->count && check.is_passed; k++) {
        if (stop.is_wanted && stop.is_wanted(stop.context))
            return error_set(error, STATUS_CANCELLED, NULL, "the look-ahead check was stopped");
        TRY(check_one(run, cuts->bars[k], &arena, &check, error));
        check.prefix_count++;
        arena_reset(&arena);
    }
    *out_check = check;
    return STATUS_OK;
}

// ---- one series

struct signal_run {
    const struct backtest_input *input;
    const struct backtest_result *result;
};

static enum status check_signals(const void *context, size_t bars, struct arena *arena,
                                 struct lookahead *check, struct error *error)
{
    const struct signal_run *run = context;
    const struct candles candles = candles_slice(run->input->candles, 0, run->input->first + bars);
    struct backtest_input prefix = *run->input;
    struct backtest_decisions decisions;
    prefix.candles = &candles;
    TRY(backtest_decide(&prefix, arena, &decisions, error));
    compare(run->result, &decisions, bars, check);
    return STATUS_OK;
}

static bool is_new_signal(const uint8_t *signals, size_t bar)
{
    return signals[bar] != SIGNAL_HOLD && signals[bar] != signals[bar - 1];
}

// Prefixes that end with a bar at which something new was decided: whoever decides a bar too early does so
// there.
static void add_new_signals(struct cuts *cuts, const struct backtest_result *result)
{
    size_t count = 0, index = 0;
    for (size_t bar = 1; bar < result->bar_count; bar++)
        count += is_new_signal(result->signals, bar);
    for (size_t bar = 1; bar < result->bar_count; bar++) {
        if (!is_new_signal(result->signals, bar)) continue;
        if (is_sampled(index++, count, LOOKAHEAD_DECISIONS)) (void)add_cut(cuts, bar + 1);
    }
}

enum status lookahead_check(const struct backtest_input *input, const struct backtest_result *result,
                            struct lookahead_stop stop, struct lookahead *out_check, struct error *error)
{
    const struct signal_run run = {.input = input, .result = result};
    struct cuts cuts = {.bar_count = result->bar_count};
    if (!add_all(&cuts)) {
        add_new_signals(&cuts, result);
        add_spread(&cuts, LOOKAHEAD_SAMPLE - cuts.count);
    }
    return check_prefixes(&cuts, check_signals, &run, stop, out_check, error);
}

// ---- across symbols

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

static bool are_weights_same(const struct momentum_course *a, size_t a_index, const struct momentum_course *b,
                             size_t b_index)
{
    size_t i = 0, j = 0;
    for (;;) {
        const struct momentum_order *left = next_holding(a, &a->rebalances[a_index], &i);
        const struct momentum_order *right = next_holding(b, &b->rebalances[b_index], &j);
        if (!left || !right) return left == right;
        if (left->symbol != right->symbol || left->target_weight != right->target_weight) return false;
    }
}

// The last rebalances of a prefix, made again by a book that begins with them.
struct replay {
    const struct momentum_result *all;
    size_t first_rebalance; // of the whole run, the first one of the replay
    size_t rebalance_count;
    struct universe universe; // from where its lookback begins to the end of the prefix
    struct momentum_input input;
    struct momentum_course course;
};

static bool is_decision_same(const struct replay *replay, size_t index)
{
    const struct momentum_course *all = &replay->all->course, *again = &replay->course;
    const size_t symbols = replay->universe.symbol_count;
    const size_t there = replay->first_rebalance + index;
    return memcmp(all->scores + there * symbols, again->scores + index * symbols,
                  symbols * sizeof *all->scores) == 0 &&
           memcmp(all->unranked + there * symbols, again->unranked + index * symbols, symbols) == 0 &&
           are_weights_same(all, there, again, index);
}

static void compare_rankings(const struct replay *replay, struct lookahead *check)
{
    const int64_t *time = replay->universe.time;
    for (size_t i = 0; i < replay->rebalance_count && check->is_passed; i++) {
        const bool is_made = i < replay->course.rebalance_count;
        if (is_made ? is_decision_same(replay, i) : replay->course.is_liquidated) continue;
        check->is_passed = false;
        check->is_ranking = true;
        check->time = time[replay->input.first + i * replay->input.rules.rebalance_every];
        check->known_until = time[replay->universe.bar_count - 1];
    }
}

// False when the prefix has no rebalance.
static bool prepare_replay(const struct momentum_input *input, const struct momentum_result *result,
                           size_t bars, struct replay *replay)
{
    const struct momentum_course *all = &result->course;
    size_t end = 0;
    while (end < all->rebalance_count && all->rebalances[end].bar + 1 < bars)
        end++;
    if (end == 0) return false;
    replay->all = result;
    replay->rebalance_count = end < LOOKAHEAD_REBALANCES ? end : LOOKAHEAD_REBALANCES;
    replay->first_rebalance = end - replay->rebalance_count;
    const size_t decided = input->first + all->rebalances[replay->first_rebalance].bar;
    const size_t reach = input->rules.lookback + input->rules.skip;
    const size_t begin = decided - reach; // a rebalance has its lookback before it
    replay->universe = *input->universe;
    replay->universe.time += begin;
    replay->universe.open += begin * input->universe->symbol_count;
    replay->universe.close += begin * input->universe->symbol_count;
    replay->universe.bar_count = input->first + bars - begin;
    replay->input = *input;
    replay->input.universe = &replay->universe;
    replay->input.first = reach;
    return true;
}

// The last bar is there for its opens, at which a rebalance fills: its closes are not known by then, and a
// decision must not depend on them.
static enum status hide_last_close(struct universe *universe, struct arena *arena, struct error *error)
{
    const size_t count = universe->symbol_count, before = (universe->bar_count - 1) * count;
    double *close = arena_alloc_raw(arena, before + count, sizeof *close);
    if (!close) return error_no_memory(error);
    memcpy(close, universe->close, before * sizeof *close);
    memcpy(close + before, universe->open + before, count * sizeof *close);
    universe->close = close;
    return STATUS_OK;
}

struct ranking_run {
    const struct momentum_input *input;
    const struct momentum_result *result;
};

static enum status check_rankings(const void *context, size_t bars, struct arena *arena,
                                  struct lookahead *check, struct error *error)
{
    const struct ranking_run *run = context;
    const struct momentum_input *input = run->input;
    struct replay replay;
    struct asset_list assets;
    if (!prepare_replay(input, run->result, bars, &replay)) return STATUS_OK;
    TRY(hide_last_close(&replay.universe, arena, error));
    TRY(asset_list_find(&replay.universe, input->names, input->rules.max_gap_factor, arena, &assets, error));
    TRY(momentum_book_run(&replay.input, &assets, arena, &replay.course, error));
    compare_rankings(&replay, check);
    return STATUS_OK;
}

// Prefixes that end with the bar at whose open a rebalance fills.
static void add_rebalances(struct cuts *cuts, const struct momentum_course *course)
{
    for (size_t i = 0; i < course->rebalance_count; i++)
        if (is_sampled(i, course->rebalance_count, LOOKAHEAD_DECISIONS))
            (void)add_cut(cuts, course->rebalances[i].bar + 2);
}

enum status lookahead_check_momentum(const struct momentum_input *input, const struct momentum_result *result,
                                     struct lookahead_stop stop, struct lookahead *out_check,
                                     struct error *error)
{
    const struct ranking_run run = {.input = input, .result = result};
    struct cuts cuts = {.bar_count = result->bar_count};
    if (!add_all(&cuts)) {
        add_rebalances(&cuts, &result->course);
        add_spread(&cuts, LOOKAHEAD_SAMPLE - cuts.count);
    }
    return check_prefixes(&cuts, check_rankings, &run, stop, out_check, error);
}
