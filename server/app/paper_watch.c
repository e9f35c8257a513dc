#include "app/paper_watch.h"

#include "app/job.h"
#include "app/job_kind.h"
#include "app/trade_plan_rule.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/paper_watch_store.h"

#define SECOND_US ((int64_t)1000000)

// ---- from when on

static int64_t end_s(const struct stored_interval *stored)
{
    return interval_next(stored->interval, stored->last);
}

// The interval whose newest candle ends last, of several the shortest.
static const struct stored_interval *newest_of(const struct symbol_info *info)
{
    const struct stored_interval *newest = &info->intervals[0];
    for (size_t i = 1; i < info->interval_count; i++) // they ascend
        if (end_s(&info->intervals[i]) > end_s(newest)) newest = &info->intervals[i];
    return newest;
}

// Whether the candle that follows the stored ones holds the moment.
static bool is_next(const struct stored_interval *stored, int64_t now_us)
{
    return interval_floor(stored->interval, now_us / SECOND_US) <= end_s(stored);
}

int64_t paper_watch_from(const struct app *app, struct str symbol, bool knows_now, int64_t now_us)
{
    struct error ignored = {0};
    CATALOG_SCOPE catalog = NULL;
    if (!app->market || market_catalog(app->market, &catalog, &ignored) != STATUS_OK) return now_us;
    const struct symbol_info *info = catalog_find(catalog, symbol);
    if (!info || info->interval_count == 0) return now_us;
    const struct stored_interval *newest = newest_of(info);
    const int64_t end_us = end_s(newest) * SECOND_US;
    return end_us > now_us || (knows_now && is_next(newest, now_us)) ? now_us : end_us;
}

// Of the series that a rule speaks of; 0 where it has none.
static int64_t rule_from(const struct app *app, const struct trade_plan *plan)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct error ignored = {0};
    struct trade_plan_rule rule;
    SERIES_SCOPE series = NULL;
    if (!app->market || !plan->invalidation_rule.ptr ||
        trade_plan_rule_parse(plan->invalidation_rule, &arena, &rule, &ignored) != STATUS_OK ||
        market_series(market_as_it_is(app->market), rule.series, rule.interval, &series, &ignored) !=
            STATUS_OK ||
        series->candles.count == 0)
        return 0;
    return interval_next(rule.interval, series->candles.time[series->candles.count - 1]) * SECOND_US;
}

int64_t paper_watch_plan_from(const struct app *app, const struct trade_plan *plan,
                              const struct mark_list *marks, int64_t now_us)
{
    int64_t from_us = rule_from(app, plan);
    for (size_t i = 0; i < plan->leg_count; i++) {
        const struct str symbol = plan->legs[i].symbol;
        const struct mark *mark = mark_of(marks, symbol);
        const bool knows_now = !mark || mark->source != MARK_CANDLE;
        const int64_t leg_us = paper_watch_from(app, symbol, knows_now, now_us);
        if (leg_us > from_us) from_us = leg_us;
    }
    return from_us < now_us ? from_us : now_us;
}

// ---- asking for a look

static enum status is_any(const struct app *app, bool *out_is_any, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_watch_store_any(tx, out_is_any, error));
    return db_commit(&tx, error);
}

static enum status enqueue(const struct app *app, const struct job_spec *spec, struct arena *arena,
                           struct error *error)
{
    struct job job;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(job_enqueue(app, tx, spec, arena, &job, error));
    return job_commit(app, &tx, &job, error);
}

enum status paper_watch_request(const struct app *app, int64_t now_us, struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    const struct id id = id_new(now_us);
    const struct job_spec spec = {
        .kind = job_kind_find(STR("paper_watch")),
        .id = id_str(&id),
        .workspace_id = STR(""),
        .title = STR("Resting orders, stops, targets and invalidations"),
        .payload = STR("{}"),
        .place = STR(""),
        .created_by = LOCAL_USER_ID,
        .now_us = now_us,
    };
    bool anything;
    TRY(is_any(app, &anything, error));
    if (!anything) return STATUS_OK;
    const enum status status = enqueue(app, &spec, &arena, error);
    return status == STATUS_TOO_MANY ? STATUS_OK : status; // one is about to look: at what is there by then
}
