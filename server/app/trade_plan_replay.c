#include "app/trade_plan_replay.h"

#include "app/fill.h"
#include "app/mark.h"
#include "app/position.h"
#include "app/trade_plan_pnl.h"
#include "app/trade_plan_request.h"
#include "base/limits.h"

#define SECOND_US ((int64_t)1000000)

// ---- what was filled

static enum status read_plan(const struct app *app, const struct trade_plan_replay_query *query,
                             struct arena *arena, struct trade_plan_replay *replay,
                             struct journal_list *out_fills, struct error *error)
{
    struct paper_account account;
    struct trade_plan *plan = &replay->plan;
    const struct journal_of_plan of = {query->place.workspace_id, query->place.plan_id, 0,
                                       LIMIT_REPLAY_FILLS + 1};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_get(tx, query->place, arena, plan, error));
    TRY(paper_account_store_get(tx, plan->workspace_id, plan->account_id, arena, &account, error));
    TRY(journal_store_list_of_plan(tx, &of, arena, out_fills, error));
    TRY(db_commit(&tx, error));
    replay->fee_bps = account.fee_bps;
    replay->slippage_bps = account.slippage_bps;
    if (out_fills->count > LIMIT_REPLAY_FILLS)
        return error_set(error, STATUS_TOO_LARGE, NULL, "the plan has more than %d fills, too many to replay",
                         LIMIT_REPLAY_FILLS);
    if (out_fills->count > 0) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "plan_not_open",
                     "the plan is %s: it was never opened, so there is nothing to replay",
                     trade_plan_status_names[plan->status]);
}

// ---- candles

static enum status choose_interval(const struct app *app, const struct trade_plan_replay_query *query,
                                   struct str symbol, enum interval *out_interval, struct error *error)
{
    CATALOG_SCOPE catalog = NULL;
    *out_interval = query->has_interval ? query->interval : INTERVAL_1D;
    if (query->has_interval) return STATUS_OK;
    TRY(market_catalog(app->market, &catalog, error));
    const struct symbol_info *info = catalog_find(catalog, symbol);
    if (info && info->interval_count && !symbol_info_offers(info, INTERVAL_1D))
        *out_interval = info->intervals[0].interval;
    return STATUS_OK;
}

// The price at which a fill of that time is replayed.
static enum status find_bar(const struct series *series, int64_t time_us, struct trade_plan_replay_fill *fill,
                            struct error *error)
{
    const struct candles *candles = &series->candles;
    const size_t next = candles_lower_bound(candles, time_us / SECOND_US + 1);
    fill->is_last_close = next == candles->count;
    if (candles->count == 0)
        return error_set(error, STATUS_NOT_FOUND, "no_candles", "no candles of %s are stored", series->name);
    const size_t bar = fill->is_last_close ? next - 1 : next;
    const double price = fill->is_last_close ? candles->close[bar] : candles->open[bar];
    fill->bar_time = candles->time[bar];
    if (decimal_from_double(price, &fill->mark_price) && fill->mark_price.units > 0) return STATUS_OK;
    return error_set(error, STATUS_INVALID, "amount_too_large", "the candles of %s have no price at %lld",
                     series->name, (long long)fill->bar_time);
}

// ---- one fill

static struct decimal by_side(const struct journal_entry *entry, struct decimal amount)
{
    return entry->side == FILL_SELL ? amount : decimal_negate(amount);
}

// *total += σ × (a − b).
static enum status add_difference(const struct journal_entry *entry, struct decimal a, struct decimal b,
                                  struct decimal *total, struct error *error)
{
    TRY(amount_add(total, by_side(entry, a), error));
    return amount_add(total, by_side(entry, decimal_negate(b)), error);
}

// Notionals of one fill: at its price and at its mark.
struct notionals {
    struct decimal at_price;
    struct decimal at_mark;
    struct decimal fee;
    struct decimal cash;
};

static enum status count_actual(const struct journal_entry *entry, struct notionals *out, struct error *error)
{
    *out = (struct notionals){.at_price = entry->notional, .fee = entry->fee, .cash = entry->cash};
    return decimal_multiply(entry->quantity, entry->mark_price, &out->at_mark) ? STATUS_OK
                                                                               : amount_too_large(error);
}

static enum status count_replayed(const struct trade_plan_replay *replay, struct trade_plan_replay_fill *fill,
                                  struct notionals *out, struct error *error)
{
    struct fill_amounts amounts;
    const struct journal_entry *entry = &fill->actual;
    TRY(fill_price(fill->mark_price, entry->side, replay->slippage_bps, &fill->price, error));
    const struct fill replayed = {
        .side = entry->side, .quantity = entry->quantity, .price = fill->price, .fee_bps = replay->fee_bps};
    TRY(fill_count(&replayed, &amounts, error));
    fill->fee = amounts.fee;
    *out = (struct notionals){.at_price = amounts.notional, .fee = amounts.fee, .cash = amounts.cash};
    return decimal_multiply(entry->quantity, fill->mark_price, &out->at_mark) ? STATUS_OK
                                                                              : amount_too_large(error);
}

static enum status add_fill(const struct trade_plan_replay *replay, struct trade_plan_replay_fill *fill,
                            struct trade_plan_replay_figures *figures, struct error *error)
{
    struct notionals actual, replayed;
    const struct journal_entry *entry = &fill->actual;
    TRY(count_actual(entry, &actual, error));
    TRY(count_replayed(replay, fill, &replayed, error));
    TRY(amount_add(&figures->actual_pnl, actual.cash, error));
    TRY(amount_add(&figures->replay_pnl, replayed.cash, error));
    TRY(amount_add(&figures->replay_fees, replayed.fee, error));
    TRY(amount_add(&figures->fees, replayed.fee, error));
    TRY(amount_add(&figures->fees, decimal_negate(actual.fee), error));
    TRY(add_difference(entry, actual.at_mark, replayed.at_mark, &figures->timing, error));
    TRY(add_difference(entry, actual.at_price, actual.at_mark, &figures->slippage, error));
    return add_difference(entry, replayed.at_mark, replayed.at_price, &figures->slippage, error);
}

// ---- legs

// What is open, at the newest mark, on both sides of the comparison.
static enum status add_open(const struct trade_plan_leg *leg, const struct mark_list *marks,
                            struct trade_plan_replay_figures *figures, struct error *error)
{
    struct decimal value;
    const struct mark *mark = mark_of(marks, leg->symbol);
    figures->is_marked = mark || decimal_is_zero(leg->quantity_open);
    if (!mark || decimal_is_zero(leg->quantity_open)) return STATUS_OK;
    if (!decimal_multiply(leg->quantity_open, mark->price, &value)) return amount_too_large(error);
    if (leg->side == LEG_SHORT) value = decimal_negate(value);
    TRY(amount_add(&figures->actual_pnl, value, error));
    return amount_add(&figures->replay_pnl, value, error);
}

static enum status settle(struct trade_plan_replay_figures *figures, struct error *error)
{
    figures->difference = figures->actual_pnl;
    return amount_add(&figures->difference, decimal_negate(figures->replay_pnl), error);
}

static enum status replay_leg(const struct app *app, const struct trade_plan_replay_query *query,
                              struct trade_plan_replay *replay, size_t index, struct error *error)
{
    const struct trade_plan_leg *leg = &replay->plan.legs[index];
    struct trade_plan_replay_leg *out = &replay->legs[index];
    SERIES_SCOPE series = NULL;
    TRY(choose_interval(app, query, leg->symbol, &out->interval, error));
    TRY(market_series(market_as_it_is(app->market), leg->symbol, out->interval, &series, error));
    for (size_t i = 0; i < replay->fill_count; i++) {
        struct trade_plan_replay_fill *fill = &replay->fills[i];
        if (!str_eq(fill->actual.leg_id, leg->id)) continue;
        TRY(find_bar(series, fill->actual.created_at_us, fill, error));
        TRY(add_fill(replay, fill, &out->figures, error));
    }
    return STATUS_OK;
}

static enum status add_leg(const struct trade_plan_replay_figures *leg,
                           struct trade_plan_replay_figures *total, struct error *error)
{
    total->is_marked &= leg->is_marked;
    TRY(amount_add(&total->actual_pnl, leg->actual_pnl, error));
    TRY(amount_add(&total->replay_pnl, leg->replay_pnl, error));
    TRY(amount_add(&total->timing, leg->timing, error));
    TRY(amount_add(&total->slippage, leg->slippage, error));
    TRY(amount_add(&total->fees, leg->fees, error));
    return amount_add(&total->replay_fees, leg->replay_fees, error);
}

static enum status find_marks(const struct app *app, const struct trade_plan_replay_query *query,
                              struct trade_plan *plan, struct arena *arena, struct mark_list *out_marks,
                              struct error *error)
{
    const struct trade_plan_list plans = {plan, 1};
    const struct mark_query marks = {.now_us = query->now_us};
    return trade_plan_pnl_marks(app, &plans, &marks, arena, out_marks, error);
}

static enum status take_fills(const struct journal_list *fills, struct arena *arena,
                              struct trade_plan_replay *replay, struct error *error)
{
    replay->fills = ARENA_ARRAY(arena, struct trade_plan_replay_fill, fills->count);
    replay->legs = ARENA_ARRAY(arena, struct trade_plan_replay_leg, replay->plan.leg_count);
    if (!replay->fills || !replay->legs) return error_no_memory(error);
    replay->fill_count = fills->count;
    for (size_t i = 0; i < fills->count; i++)
        replay->fills[i].actual = fills->items[i];
    return STATUS_OK;
}

enum status trade_plan_replay(const struct app *app, const struct trade_plan_replay_query *query,
                              struct arena *arena, struct trade_plan_replay *out_replay, struct error *error)
{
    struct trade_plan_replay replay = {.total = {.is_marked = true}};
    struct journal_list fills;
    struct mark_list marks;
    TRY(read_plan(app, query, arena, &replay, &fills, error));
    TRY(take_fills(&fills, arena, &replay, error));
    TRY(find_marks(app, query, &replay.plan, arena, &marks, error));
    for (size_t i = 0; i < replay.plan.leg_count; i++) {
        struct trade_plan_replay_figures *figures = &replay.legs[i].figures;
        TRY(replay_leg(app, query, &replay, i, error));
        TRY(add_open(&replay.plan.legs[i], &marks, figures, error));
        TRY(settle(figures, error));
        TRY(add_leg(figures, &replay.total, error));
    }
    TRY(settle(&replay.total, error));
    *out_replay = replay;
    return STATUS_OK;
}
