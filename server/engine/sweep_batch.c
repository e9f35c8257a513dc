#include "engine/sweep_batch.h"

#include "base/limits.h"

#include <string.h>

enum {
    PART_BARS = 32 * SIDE_BARS,
    PART_WARMUPS = 4, // a part is at least that much longer than what its first bar looks back at
};

// Of the sides of a batch.
#define STORE_BYTES (16 * MIB)

static size_t combination_count(const struct sweep_input *input)
{
    return sweep_count(input->axes, input->axis_count);
}

// From the bar before the test on, since the first signal may be a change from there.
static struct side_range sides_of_test(const struct sweep_input *input)
{
    const size_t first = input->first > 0 ? input->first - 1 : 0;
    const size_t groups = side_groups(input->candles->count);
    return (struct side_range){.from = first / SIDE_BARS * SIDE_BARS, .to = groups * SIDE_BARS};
}

static size_t words_of(const struct sweep_batch *batch)
{
    return (batch->range.to - batch->range.from) / SIDE_WORD_BARS;
}

static enum status make_room(struct sweep_batch *batch, struct arena *arena, struct error *error)
{
    const size_t all = combination_count(batch->input);
    const size_t most = STORE_BYTES / (words_of(batch) * sizeof *batch->store) + 1;
    batch->most = all < most ? all : most;
    batch->values = arena_alloc_raw(arena, batch->most, sizeof *batch->values);
    batch->sided = ARENA_ARRAY(arena, const double *, batch->most);
    batch->words = ARENA_ARRAY(arena, uint64_t *, batch->most);
    batch->places = ARENA_ARRAY(arena, size_t, batch->most);
    if (!batch->values || !batch->sided || !batch->words || !batch->places) return error_no_memory(error);
    if (!batch->input->strategy->sides) return STATUS_OK;
    batch->store = arena_alloc_raw(arena, batch->most * words_of(batch), sizeof *batch->store);
    return batch->store ? STATUS_OK : error_no_memory(error);
}

enum status sweep_batch_make(const struct sweep_input *input, struct arena *arena,
                             struct sweep_batch *out_batch, struct error *error)
{
    struct sweep_batch batch = {.input = input, .range = sides_of_test(input)};
    struct ground *ground = &batch.ground;
    TRY(ground_find(input->candles, input->first, input->rules.max_gap_factor, arena, ground, error));
    if (ground->sound_from <= input->first && input->first < input->candles->count) {
        TRY(ground_measure(ground, arena, error));
        TRY(ground_make_blocks(ground, arena, error));
        TRY(ground_sort_lows(ground, METRICS_TAIL, arena, error));
    }
    TRY(make_room(&batch, arena, error));
    *out_batch = batch;
    return STATUS_OK;
}

static bool has_sides(const struct sweep_batch *batch, const double *values)
{
    const struct strategy *strategy = batch->input->strategy;
    struct error fault = {0};
    return strategy->sides && batch->ground.bar_count > 0 &&
           strategy_check(strategy, values, &fault) == STATUS_OK && strategy->sides->is_of_kind(values);
}

size_t sweep_batch_begin(struct sweep_batch *batch, size_t first)
{
    const struct sweep_input *input = batch->input;
    const size_t left = combination_count(input) - first;
    size_t longest = 0;
    batch->first = first;
    batch->count = left < batch->most ? left : batch->most;
    batch->sided_count = 0;
    for (size_t i = 0; i < batch->count; i++) {
        double *values = batch->values[i];
        memcpy(values, input->values, input->strategy->param_count * sizeof *values);
        sweep_apply(input->axes, input->axis_count, first + i, values, NULL);
        batch->places[i] = SIZE_MAX;
        if (!has_sides(batch, values)) continue;
        const size_t warmup = input->strategy->warmup_bars(values);
        longest = warmup > longest ? warmup : longest;
        batch->places[i] = batch->sided_count;
        batch->sided[batch->sided_count] = values;
        batch->words[batch->sided_count] = batch->store + batch->sided_count * words_of(batch);
        batch->sided_count++;
    }
    const size_t groups = PART_WARMUPS * longest / SIDE_BARS + 1;
    batch->part_bars = groups * SIDE_BARS > PART_BARS ? groups * SIDE_BARS : PART_BARS;
    const size_t bars = batch->range.to - batch->range.from;
    return batch->sided_count > 0 ? (bars + batch->part_bars - 1) / batch->part_bars : 0;
}

enum status sweep_batch_prepare(const struct sweep_batch *batch, size_t part, struct arena *arena,
                                struct error *error)
{
    struct side_range range = {.from = batch->range.from + part * batch->part_bars};
    range.to =
        range.from + batch->part_bars < batch->range.to ? range.from + batch->part_bars : batch->range.to;
    const size_t done = (range.from - batch->range.from) / SIDE_WORD_BARS;
    uint64_t **words = ARENA_ARRAY(arena, uint64_t *, batch->sided_count);
    enum status status = words ? STATUS_OK : STATUS_NO_MEMORY;
    for (size_t i = 0; words && i < batch->sided_count; i++)
        words[i] = batch->words[i] + done;
    if (status == STATUS_OK)
        status = batch->input->strategy->sides->find(batch->input->candles, batch->sided, batch->sided_count,
                                                     range, arena, words);
    arena_reset(arena);
    return status == STATUS_OK ? STATUS_OK : error_no_memory(error);
}

// The signals of the test's bars out of their sides: each asset anew, and nothing before its warm-up.
static bool find_turns(const struct sweep_batch *batch, const struct sweep_combination *run, size_t place,
                       struct arena *arena, struct side_turns *out_turns)
{
    const struct ground *ground = &batch->ground;
    const size_t warmup = run->input.strategy->warmup_bars(run->values), end = ground->candles->count;
    const struct side_words sides = {.words = batch->words[place], .from = batch->range.from};
    struct side_turns found = {
        .turns = arena_alloc_raw(arena, ground->bar_count + SIDE_TURNS_SPARE, sizeof *found.turns)};
    if (!found.turns) return false;
    size_t start = ground->first - run->input.first;
    for (size_t i = 0; i <= ground->break_count; i++) {
        const size_t next = i < ground->break_count ? ground->breaks[i] : end;
        if (next <= start) continue;
        const struct side_range range = {
            .from = start + warmup > ground->first ? start + warmup : ground->first, .to = next};
        side_words_turns(sides, range, ground->first, ground->candles->open, &found);
        start = next;
    }
    *out_turns = found;
    return true;
}

// A run whose rules make other breaks than the batch's stands on a ground of its own.
static enum status measure_alone(const struct backtest_input *input, struct arena *arena,
                                 struct metrics *out_metrics, struct error *error)
{
    struct backtest_result result;
    TRY(backtest_run(input, arena, &result, error));
    *out_metrics = result.metrics;
    out_metrics->monthly = NULL;
    out_metrics->monthly_count = 0;
    return STATUS_OK;
}

static enum status measure(const struct sweep_batch *batch, size_t index, struct sweep_combination *run,
                           struct arena *arena, struct metrics *out_metrics, struct error *error)
{
    const size_t place = batch->places[index];
    TRY(strategy_check(run->input.strategy, run->values, error));
    if (run->input.rules.max_gap_factor != batch->ground.max_gap_factor || batch->ground.bar_count == 0)
        return measure_alone(&run->input, arena, out_metrics, error);
    const bool is_sided = place != SIZE_MAX;
    struct side_turns turns;
    if (is_sided && !find_turns(batch, run, place, arena, &turns)) return error_no_memory(error);
    const struct backtest_shared shared = {.ground = &batch->ground, .turns = is_sided ? &turns : NULL};
    return backtest_measure(&run->input, &shared, arena, out_metrics, error);
}

enum status sweep_batch_run(const struct sweep_batch *batch, size_t combination, struct arena *arena,
                            struct sweep_row *out_row, struct error *error)
{
    const struct sweep_input *input = batch->input;
    struct sweep_combination run;
    struct error fault = {0};
    struct sweep_row row = {0};
    sweep_values(input->axes, input->axis_count, combination, row.values);
    sweep_combine(input, combination, &run);
    const enum status status = measure(batch, combination - batch->first, &run, arena, &row.metrics, &fault);
    row.is_valid = status == STATUS_OK;
    arena_reset(arena);
    if (status != STATUS_OK && status != STATUS_INVALID)
        return error_set(error, status, NULL, "%s", fault.message);
    *out_row = row;
    return STATUS_OK;
}
