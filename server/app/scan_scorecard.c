#include "app/scan_scorecard.h"

#include "base/limits.h"
#include "engine/ground.h"

#include <string.h>

const double SCAN_SCORECARD_GAP_FACTOR = GROUND_GAP_FACTOR;

static enum status check_size(const struct scan_universe *universe, struct error *error)
{
    size_t bars = 0;
    for (size_t i = 0; i < universe->count; i++)
        bars += universe->candles[i].count;
    if (bars <= LIMIT_SCAN_BARS) return STATUS_OK;
    return error_add_field(error, "?interval",
                           "%zu candles are more than %zu; take a longer one, or fewer symbols", bars,
                           LIMIT_SCAN_BARS);
}

// The engine works in memory of its own; only the lines are kept.
static enum status score(const struct scan_scorecard_request *request, const struct scan_universe *universe,
                         struct arena *arena, struct scorecard *out_card, struct error *error)
{
    ARENA_SCOPE(scratch, LIMIT_SCAN_ARENA_BYTES);
    struct scan_plan plan;
    struct scorecard card;
    scan_plan_make(&request->rules, &plan);
    const struct scorecard_input input = {
        .plan = &plan,
        .series = universe->candles,
        .series_count = universe->count,
        .from = request->from,
        .to = request->to,
        .horizons = request->horizons,
        .horizon_count = request->horizon_count,
        .max_gap_factor = SCAN_SCORECARD_GAP_FACTOR,
    };
    TRY(scorecard_run(&input, &scratch, &card, error));
    struct scorecard_line *lines = ARENA_ARRAY(arena, struct scorecard_line, card.line_count);
    if (!lines) return error_no_memory(error);
    memcpy(lines, card.lines, card.line_count * sizeof *lines);
    card.lines = lines;
    *out_card = card;
    return STATUS_OK;
}

enum status scan_scorecard_run(struct market_view view, const struct scan_scorecard_request *request,
                               struct arena *arena, struct scan_scorecard *out_scorecard, struct error *error)
{
    SCAN_UNIVERSE_SCOPE universe = {0};
    TRY(scan_universe_open(view, &request->scope, arena, &universe, error));
    TRY(check_size(&universe, error));
    struct scan_scorecard scorecard = {
        .symbols = universe.count,
        .has_as_of = universe.has_newest,
        .as_of = universe.newest,
        .data_version = universe.list.data_version,
    };
    TRY(score(request, &universe, arena, &scorecard.card, error));
    *out_scorecard = scorecard;
    return STATUS_OK;
}
