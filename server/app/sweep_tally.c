#include "app/sweep_tally.h"

#include "engine/backtest.h"

#include <stdio.h>

enum sweep_fate sweep_fate_of(const struct backtest_input *combination)
{
    struct error fault = {0};
    if (strategy_check(combination->strategy, combination->values, &fault) != STATUS_OK)
        return SWEEP_MISMATCHED;
    const size_t needed = backtest_candles_needed(combination->strategy, combination->values);
    return needed > combination->candles->count ? SWEEP_TOO_LONG : SWEEP_RUNS;
}

static void add(struct sweep_tally *tally, const struct backtest_input *combination)
{
    const enum sweep_fate fate = sweep_fate_of(combination);
    tally->mismatched += fate == SWEEP_MISMATCHED;
    if (fate != SWEEP_TOO_LONG) return;
    const size_t needed = backtest_candles_needed(combination->strategy, combination->values);
    if (tally->too_long++ == 0 || needed < tally->least) tally->least = needed;
    tally->available = combination->candles->count;
}

void sweep_tally_make(const struct sweep_input *input, struct sweep_tally *out_tally)
{
    struct sweep_tally tally = {.count = sweep_count(input->axes, input->axis_count)};
    for (size_t k = 0; k < tally.count; k++) {
        struct sweep_combination run;
        sweep_combine(input, k, &run);
        add(&tally, &run.input);
    }
    *out_tally = tally;
}

enum status sweep_tally_check(const struct sweep_tally *tally, const struct strategy *strategy,
                              struct error *error)
{
    char others[96] = "";
    if (tally->mismatched + tally->too_long < tally->count) return STATUS_OK;
    if (tally->mismatched > 0)
        (void)snprintf(others, sizeof others, "; the parameters of %zu do not go together",
                       tally->mismatched);
    return error_set(error, STATUS_INVALID, "not_enough_candles",
                     "none of the %zu combinations can be run: %s needs %zu candles or more with these "
                     "parameters, there are %zu%s",
                     tally->count, strategy->id, tally->least, tally->available, others);
}

size_t sweep_tally_reasons(const struct sweep_tally *tally, size_t valid, struct arena *arena,
                           struct str out_reasons[static SWEEP_REASONS_MAX])
{
    const size_t failed = tally->count - valid - tally->mismatched - tally->too_long;
    size_t count = 0;
    if (tally->mismatched > 0)
        out_reasons[count++] =
            str_format(arena, "left out: %zu of %zu combinations, whose parameters do not go together",
                       tally->mismatched, tally->count);
    if (tally->too_long > 0)
        out_reasons[count++] = str_format(
            arena, "left out: %zu of %zu combinations, which need %zu candles or more where there are %zu",
            tally->too_long, tally->count, tally->least, tally->available);
    if (failed > 0)
        out_reasons[count++] = str_format(
            arena,
            "left out: %zu of %zu combinations, whose runs failed; a backtest with their values says why",
            failed, tally->count);
    return count;
}
