#include "app/paper_reset.h"

#include "app/event.h"
#include "app/once.h"
#include "app/paper_order.h"
#include "app/position.h"
#include "app/trade_plan_move.h"
#include "store/position_store.h"

// The newest open plan of the account; *out_count 0 when none is.
static enum status next_plan(const struct journal_move *move, struct trade_plan_list *out_list,
                             struct error *error)
{
    const struct trade_plan_filter filter = {
        .workspace_id = move->account->workspace_id,
        .account_id = move->account->id,
        .status = str_from_c(trade_plan_status_names[PLAN_OPEN]),
        .before_us = INT64_MAX,
        .limit = 1,
    };
    return trade_plan_store_list(move->tx, &filter, move->arena, out_list, error);
}

// Orders that rest, and each open plan as a whole, before the positions are closed.
static enum status end_what_is_under_way(const struct journal_move *move, const struct mark_list *marks,
                                         struct error *error)
{
    const struct trade_plan_closing closing = {.reason = CLOSE_RESET, .terms = {.marks = *marks}};
    struct trade_plan_list list;
    struct journal_list fills;
    TRY(paper_order_cancel_all(move, error));
    TRY(next_plan(move, &list, error));
    while (list.count) { // each that is closed is open no more
        TRY(trade_plan_close_in(move, &closing, &list.items[0], &fills, error));
        TRY(next_plan(move, &list, error));
    }
    return STATUS_OK;
}

// The symbols it holds, and those of which plans have something open, though all together be flat.
static enum status list_symbols(struct db_tx *tx, struct position_owner owner, struct arena *arena,
                                struct mark_query *out_query, struct error *error)
{
    struct position_list held;
    struct position_share_list shares;
    TRY(position_store_list(tx, owner, arena, &held, error));
    TRY(position_store_list_shares(tx, owner, arena, &shares, error));
    struct str *symbols = ARENA_ARRAY(arena, struct str, held.count + shares.count);
    if (!symbols) return error_no_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < held.count; i++)
        symbols[count++] = held.items[i].symbol;
    for (size_t i = 0; i < shares.count; i++)
        if (i == 0 || !str_eq(shares.items[i].symbol, shares.items[i - 1].symbol))
            symbols[count++] = shares.items[i].symbol;
    out_query->symbols = symbols;
    out_query->count = count;
    return STATUS_OK;
}

static enum status find_marks(const struct app *app, const struct actor *actor,
                              const struct paper_reset *reset, struct arena *arena,
                              struct mark_list *out_marks, struct error *error)
{
    struct mark_query query = {.given = reset->given, .now_us = actor->now_us};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    const struct position_owner owner = {actor->workspace_id, reset->id};
    TRY(list_symbols(tx, owner, arena, &query, error));
    TRY(db_commit(&tx, error));
    TRY(mark_find(app, &query, arena, out_marks, error));
    return mark_require(out_marks, error);
}

static enum status close_position(const struct journal_move *move, const struct position_row *row,
                                  const struct mark *mark, struct error *error)
{
    const struct position *position = &row->position;
    struct journal_entry entry;
    struct fill fill = {
        .action = FILL_CLOSE,
        .side = decimal_is_negative(position->quantity) ? FILL_BUY : FILL_SELL,
        .symbol = row->symbol,
        .quantity = decimal_absolute(position->quantity),
        .fee_bps = move->account->fee_bps,
        .slippage_bps = move->account->slippage_bps,
    };
    if (!mark) // it came after the marks were looked up
        return error_set(error, STATUS_UNAVAILABLE, "state_retry", "the account was traded with meanwhile");
    fill.mark = *mark;
    TRY(fill_price(mark->price, fill.side, fill.slippage_bps, &fill.price, error));
    return journal_post_fill(move, &fill, &entry, error);
}

static enum status close_positions(const struct journal_move *move, const struct mark_list *marks,
                                   struct error *error)
{
    struct position_list held;
    const struct position_owner owner = {move->account->workspace_id, move->account->id};
    TRY(position_store_list(move->tx, owner, move->arena, &held, error));
    for (size_t i = 0; i < held.count; i++)
        TRY(close_position(move, &held.items[i], mark_of(marks, held.items[i].symbol), error));
    return STATUS_OK;
}

static enum status begin_anew(const struct journal_move *move, const struct paper_reset *reset,
                              struct error *error)
{
    struct paper_account *account = move->account;
    struct journal_entry entry;
    struct journal_money money = {.kind = JOURNAL_RESET};
    if (reset->has_balance) account->starting_balance = reset->starting_balance;
    if (!decimal_subtract(account->starting_balance, account->cash, &money.amount))
        return amount_too_large(error);
    return journal_post_money(move, &money, &entry, error);
}

enum status paper_account_reset(const struct app *app, const struct actor *actor,
                                const struct paper_reset *reset, struct arena *arena,
                                struct paper_account *out_account, struct error *error)
{
    struct mark_list marks;
    struct paper_account account;
    TRY(find_marks(app, actor, reset, arena, &marks, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, reset->id, actor->now_us, error));
    TRY(paper_account_store_lock(tx, actor->workspace_id, reset->id, arena, &account, error));
    const struct journal_move move = {tx, app, actor, &account, arena};
    TRY(end_what_is_under_way(&move, &marks, error));
    TRY(close_positions(&move, &marks, error));
    TRY(begin_anew(&move, reset, error));
    TRY(paper_account_store_act(&move, &(struct paper_account_act){"account.reset", DECIMAL_ZERO}, error));
    TRY(event_commit(app, &tx, account.workspace_id, error));
    *out_account = account;
    return STATUS_OK;
}
