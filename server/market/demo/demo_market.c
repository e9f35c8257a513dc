#include "market/demo/demo_market.h"

#include "base/arena.h"
#include "base/limits.h"
#include "market/demo/demo_walk.h"

#include <inttypes.h>
#include <stdlib.h>

enum { HOURLY_DAYS = 730, QUARTERLY_DAYS = 180, SERIES_MAX = 128 };

static const struct candle_source source = {.file_name = {"tlab demo", sizeof "tlab demo" - 1}};

struct market_draft {
    struct arena *arena; // names
    int64_t until_day;
    struct demo_climate climate;
    struct demo_candles *assets; // one for each of demo_assets
    struct row_list *pairs;
    struct candle_write writes[SERIES_MAX];
    size_t write_count;
};

static bool is_leader(const struct demo_asset *asset)
{
    return str_eq(str_from_c(asset->base), STR("DEMOBTC")) || str_eq(str_from_c(asset->base), STR("DEMOETH"));
}

static enum status add_series(struct market_draft *draft, struct str symbol, enum interval interval,
                              const struct row_list *rows, struct error *error)
{
    if (rows->count == 0) return STATUS_OK;
    if (!symbol.ptr) return error_no_memory(error);
    if (draft->write_count == SERIES_MAX)
        return error_set(error, STATUS_INTERNAL, NULL, "too many demo series");
    draft->writes[draft->write_count++] = (struct candle_write){
        .batch = {.symbol = symbol, .interval = interval, .rows = rows->rows, .count = rows->count},
        .source = source,
    };
    return STATUS_OK;
}

static enum status draw_assets(struct market_draft *draft, struct error *error)
{
    for (size_t i = 0; i < demo_asset_count; i++) {
        const struct demo_asset *asset = &demo_assets[i];
        struct demo_candles *candles = &draft->assets[i];
        const struct demo_plan plan = {
            .asset = asset,
            .first_hourly_day = asset->is_intraday ? draft->until_day - HOURLY_DAYS : draft->until_day,
            .first_quarterly_day = is_leader(asset) ? draft->until_day - QUARTERLY_DAYS : draft->until_day,
        };
        TRY(demo_walk(&draft->climate, &plan, candles, error));
        const struct str symbol = str_format(draft->arena, "%sUSDT", asset->base);
        TRY(add_series(draft, symbol, INTERVAL_15M, &candles->quarters, error));
        TRY(add_series(draft, symbol, INTERVAL_1D, &candles->days, error));
        TRY(add_series(draft, symbol, INTERVAL_1H, &candles->hours, error));
    }
    return STATUS_OK;
}

static enum status draw_pairs(struct market_draft *draft, struct error *error)
{
    for (size_t i = 0; i < demo_pair_count; i++) {
        const struct demo_pair *pair = &demo_pairs[i];
        TRY(demo_pair_days(&draft->assets[pair->base].days, &draft->assets[pair->quote].days,
                           &draft->pairs[i], error));
        TRY(add_series(draft, str_from_c(pair->symbol), INTERVAL_1D, &draft->pairs[i], error));
    }
    return STATUS_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct candle_batch *a = &((const struct candle_write *)left)->batch;
    const struct candle_batch *b = &((const struct candle_write *)right)->batch;
    const int by_symbol = str_compare(a->symbol, b->symbol);
    return by_symbol ? by_symbol : strcmp(interval_name(a->interval), interval_name(b->interval));
}

static enum status draw_and_store(struct market_draft *draft, struct candle_writer *writer,
                                  struct error *error)
{
    draft->assets = calloc(demo_asset_count, sizeof *draft->assets);
    draft->pairs = calloc(demo_pair_count, sizeof *draft->pairs);
    if (!draft->assets || !draft->pairs) return error_no_memory(error);
    TRY(demo_climate_make(draft->until_day, &draft->climate, error));
    TRY(draw_assets(draft, error));
    TRY(draw_pairs(draft, error));
    qsort(draft->writes, draft->write_count, sizeof draft->writes[0], by_place); // the order of the table
    return candle_writer_store(writer, draft->writes, draft->write_count, error);
}

static void draft_done(struct market_draft *draft)
{
    for (size_t i = 0; draft->assets && i < demo_asset_count; i++)
        demo_candles_done(&draft->assets[i]);
    for (size_t i = 0; draft->pairs && i < demo_pair_count; i++)
        row_list_done(&draft->pairs[i]);
    free(draft->assets);
    free(draft->pairs);
    demo_climate_done(&draft->climate);
}

static enum status refuse_if_taken(struct candle_writer *writer, struct error *error)
{
    int64_t rows;
    TRY(candle_writer_count(writer, &rows, error));
    if (rows == 0) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, NULL, "it holds %" PRId64 " candles already", rows);
}

enum status demo_market_write(struct candle_writer *writer, int64_t until_day, bool overwrites,
                              struct demo_summary *out_summary, struct error *error)
{
    if (!overwrites) TRY(refuse_if_taken(writer, error));
    ARENA_SCOPE(arena, MIB);
    struct market_draft draft = {.arena = &arena, .until_day = until_day};
    const enum status status = draw_and_store(&draft, writer, error);
    struct demo_summary summary = {.series = draft.write_count};
    for (size_t i = 0; i < draft.write_count; i++)
        summary.rows += (int64_t)draft.writes[i].batch.count;
    draft_done(&draft);
    if (status == STATUS_OK) *out_summary = summary;
    return status;
}
