#include "app/paper_equity.h"

#include "app/position.h"
#include "base/limits.h"
#include "store/journal_store.h"
#include "store/paper_account_store.h"

#include <stdlib.h>

enum { DAY_S = 86400, FIRST_CAPACITY = 16 };
#define SECOND_US ((int64_t)1000000)
#define DAY_US (DAY_S * SECOND_US)

// A symbol that the account has traded, as of the present point.
struct held_symbol {
    struct str symbol;
    struct decimal quantity;
    struct decimal fill_price; // the mark of its last fill
    int64_t fill_time_s;
    const struct series *series; // daily; NULL: there is none
    size_t next;                 // candle of it that may end after the point
};

// The walk through the journal: points are made on the way past them.
struct walk {
    const struct app *app;
    struct arena *arena;
    const struct paper_equity_query *query;
    struct held_symbol *symbols;
    size_t symbol_count, symbol_capacity;
    struct decimal cash;
    struct paper_equity equity;
    int64_t first_us; // the point that the list begins with
    int64_t to_us;    // and ends with
    int64_t next_us;  // the next point; above to_us: none is left
};

static void walk_done(struct walk *walk)
{
    for (size_t i = 0; i < walk->symbol_count; i++)
        series_release(&walk->symbols[i].series);
    free(walk->symbols);
}
#define WALK_SCOPE __attribute__((cleanup(walk_done))) struct walk

// ---- symbols

static enum status add_symbol(struct walk *walk, struct str symbol, struct held_symbol **out_held,
                              struct error *error)
{
    if (walk->symbol_count == walk->symbol_capacity) {
        const size_t capacity = walk->symbol_capacity ? 2 * walk->symbol_capacity : FIRST_CAPACITY;
        struct held_symbol *larger = reallocarray(walk->symbols, capacity, sizeof *larger);
        if (!larger) return error_no_memory(error);
        walk->symbols = larger;
        walk->symbol_capacity = capacity;
    }
    if (walk->symbol_count == LIMIT_POSITIONS)
        return error_set(error, STATUS_TOO_LARGE, NULL, "the account has traded more than %d symbols",
                         LIMIT_POSITIONS);
    *out_held = &walk->symbols[walk->symbol_count++];
    **out_held = (struct held_symbol){.symbol = str_copy(walk->arena, symbol)};
    return (*out_held)->symbol.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status find_symbol(struct walk *walk, struct str symbol, struct held_symbol **out_held,
                               struct error *error)
{
    for (size_t i = 0; i < walk->symbol_count; i++) {
        if (!str_eq(walk->symbols[i].symbol, symbol)) continue;
        *out_held = &walk->symbols[i];
        return STATUS_OK;
    }
    return add_symbol(walk, symbol, out_held, error);
}

// Market data that cannot be read is as if there were none.
static void look_up(const struct walk *walk, struct held_symbol *held)
{
    struct error ignored = {0};
    if (!walk->app->market) return;
    if (market_series(market_as_it_is(walk->app->market), held->symbol, INTERVAL_1D, &held->series,
                      &ignored) != STATUS_OK)
        held->series = NULL;
}

static enum status list_symbols(const struct walk *walk, struct journal_symbols *out_symbols,
                                struct error *error)
{
    const struct paper_equity_query *query = walk->query;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(walk->app->db, DB_READ, &tx, error));
    TRY(journal_store_symbols(tx, query->workspace_id, query->account_id, walk->arena, out_symbols, error));
    return db_commit(&tx, error);
}

// Before the walk, whose transaction waits for no candles: what is traded first after this has those of its
// fills.
static enum status look_up_all(struct walk *walk, struct error *error)
{
    struct journal_symbols symbols;
    struct held_symbol *held = NULL;
    TRY(list_symbols(walk, &symbols, error));
    for (size_t i = 0; i < symbols.count; i++) {
        TRY(add_symbol(walk, symbols.items[i], &held, error));
        look_up(walk, held);
    }
    return STATUS_OK;
}

// What one of it was worth at a time; the times of a walk ascend.
static struct decimal price_at(struct held_symbol *held, int64_t time_s)
{
    struct decimal price = held->fill_price;
    if (!held->series) return price;
    const struct candles *candles = &held->series->candles;
    while (held->next < candles->count && candles->time[held->next] + DAY_S <= time_s)
        held->next++;
    if (held->next == 0 || candles->time[held->next - 1] + DAY_S < held->fill_time_s) return price;
    (void)!decimal_from_double(candles->close[held->next - 1], &price);
    return price;
}

// ---- points

static enum status value_at(const struct walk *walk, int64_t time_us, struct paper_equity_point *out_point,
                            struct error *error)
{
    struct paper_equity_point point = {
        .time_s = time_us / SECOND_US, .cash = walk->cash, .equity = walk->cash};
    for (size_t i = 0; i < walk->symbol_count; i++) {
        struct held_symbol *held = &walk->symbols[i];
        struct decimal value;
        if (decimal_is_zero(held->quantity)) continue;
        if (!decimal_multiply(held->quantity, price_at(held, point.time_s), &value))
            return amount_too_large(error);
        TRY(amount_add(&point.positions_value, value, error));
    }
    TRY(amount_add(&point.equity, point.positions_value, error));
    *out_point = point;
    return STATUS_OK;
}

// The midnight after a time, or the end of the list.
static int64_t point_after(const struct walk *walk, int64_t time_us)
{
    const int64_t midnight_us = (time_us / DAY_US + 1) * DAY_US;
    return time_us < walk->to_us && midnight_us > walk->to_us ? walk->to_us : midnight_us;
}

// Makes the points before a time.
static enum status make_points(struct walk *walk, int64_t before_us, struct error *error)
{
    for (; walk->next_us < before_us && walk->next_us <= walk->to_us;
         walk->next_us = point_after(walk, walk->next_us)) {
        if (walk->next_us < walk->first_us) continue;
        TRY(value_at(walk, walk->next_us, &walk->equity.points[walk->equity.count], error));
        walk->equity.count++;
    }
    return STATUS_OK;
}

static enum status visit(void *context, const struct journal_trace *trace, struct error *error)
{
    struct walk *walk = context;
    struct held_symbol *held = NULL;
    TRY(make_points(walk, trace->created_at_us, error));
    walk->cash = trace->cash;
    if (trace->symbol.len == 0) return STATUS_OK;
    TRY(find_symbol(walk, trace->symbol, &held, error));
    held->quantity = trace->quantity;
    held->fill_price = trace->mark_price;
    held->fill_time_s = trace->mark_time_us / SECOND_US;
    return STATUS_OK;
}

// The last `limit` points up to the end.
static enum status set_bounds(struct walk *walk, const struct paper_account *account, struct error *error)
{
    const struct paper_equity_query *query = walk->query;
    const int64_t newest_us = query->now_us > account->updated_at_us ? query->now_us : account->updated_at_us;
    walk->to_us = query->to_us < query->now_us ? query->to_us : newest_us;
    const int64_t days = (int64_t)query->limit - (walk->to_us % DAY_US != 0);
    const int64_t oldest_us = (walk->to_us / DAY_US + 1 - days) * DAY_US;
    walk->first_us = oldest_us > query->from_us ? oldest_us : query->from_us;
    if (query->limit == 1) walk->first_us = walk->to_us;
    walk->next_us = point_after(walk, account->created_at_us);
    walk->equity.points = ARENA_ARRAY(walk->arena, struct paper_equity_point, query->limit + 1);
    return walk->equity.points ? STATUS_OK : error_no_memory(error);
}

static enum status walk_journal(struct walk *walk, struct error *error)
{
    const struct paper_equity_query *query = walk->query;
    const struct journal_visitor visitor = {visit, walk};
    struct paper_account account;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(walk->app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, query->workspace_id, query->account_id, walk->arena, &account, error));
    TRY(set_bounds(walk, &account, error));
    const struct journal_past past = {query->workspace_id, query->account_id, walk->to_us + 1};
    TRY(journal_store_trace(tx, &past, &visitor, error));
    return db_commit(&tx, error);
}

enum status paper_equity_list(const struct app *app, const struct paper_equity_query *query,
                              struct arena *arena, struct paper_equity *out_equity, struct error *error)
{
    WALK_SCOPE walk = {.app = app, .arena = arena, .query = query};
    TRY(look_up_all(&walk, error));
    TRY(walk_journal(&walk, error));
    TRY(make_points(&walk, INT64_MAX, error));
    *out_equity = walk.equity;
    return STATUS_OK;
}
