#include "app/momentum.h"

#include "app/momentum_job.h"
#include "app/momentum_json.h"
#include "app/momentum_window.h"

enum {
    SHORT_WORK = 4000000
}; // values looked at: a run that takes a few milliseconds is done where it is asked for

// Values that a run looks at: every price, and at each rebalance what the ranking reads.
static double work_of(const struct momentum_request *request, const struct momentum_window *window)
{
    const struct momentum_rules *rules = &request->rules;
    const double symbols = (double)window->symbols.count, bars = (double)window->bar_count;
    const double lookback = momentum_needs_volatility(rules) ? 2 * (double)rules->lookback : 1;
    return symbols * bars * (1 + lookback / (double)rules->rebalance_every);
}

static struct backtest_submission submission_of(const struct momentum_request *request,
                                                const struct momentum_window *window, struct arena *arena)
{
    const char *strategy = momentum_strategy_name(request->rules.strategy);
    const struct str universe = momentum_universe_name(request, arena);
    return (struct backtest_submission){
        .job_kind = "category_backtest",
        .title =
            str_format(arena, "%s %.*s %s", strategy, STR_ARG(universe), interval_name(request->interval)),
        .payload = momentum_json_request(request, window, arena),
        .is_short = work_of(request, window) <= SHORT_WORK,
        .row = {.kind = STR("category_momentum"),
                .strategy_id = str_from_c(strategy),
                .symbol = universe,
                .interval = str_from_c(interval_name(request->interval)),
                .name = request->name,
                .tags_json = request->tags_json,
                .notes = request->notes},
        .categories = request->categories,
    };
}

enum status momentum_create(const struct app *app, struct backtest_scope scope,
                            const struct momentum_request *request, struct arena *arena,
                            struct backtest_row *out_row, struct error *error)
{
    MOMENTUM_WINDOW_SCOPE window = {0};
    struct momentum_request resolved = *request;
    TRY(momentum_window_find(app, scope.workspace_id, &resolved, arena, &window, error));
    const struct backtest_submission submission = submission_of(&resolved, &window, arena);
    return backtest_submit(app, scope, &submission, arena, out_row, error);
}

enum status momentum_repeat(const struct app *app, struct backtest_scope scope,
                            const struct backtest_row *row, struct arena *arena, struct backtest_row *out_row,
                            struct error *error)
{
    struct momentum_request request;
    TRY(momentum_payload_read(row->request_json, arena, &request, error));
    request.name = row->name;
    request.notes = row->notes;
    request.tags_json = row->tags_json;
    return momentum_create(app, scope, &request, arena, out_row, error);
}
