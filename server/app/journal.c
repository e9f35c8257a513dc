#include "app/journal.h"

#include "app/once.h"
#include "app/position.h"
#include "base/id.h"

// Entries of an account stand in the order of their times, whatever the clock does.
static int64_t next_time(const struct journal_move *move)
{
    const int64_t after = move->account->updated_at_us + 1;
    return move->actor->now_us > after ? move->actor->now_us : after;
}

static struct journal_entry entry_of(const struct journal_move *move, enum journal_kind kind)
{
    const struct id id = id_new(move->actor->now_us);
    const struct once *once = move->app->once;
    return (struct journal_entry){
        .workspace_id = move->account->workspace_id,
        .account_id = move->account->id,
        .number = move->account->last_number + 1,
        .id = str_copy(move->arena, id_str(&id)),
        .kind = kind,
        .created_at_us = next_time(move),
        .actor_id = move->actor->user_id,
        .request_id = move->actor->request_id.ptr ? move->actor->request_id : STR(""),
        .idempotency_key = once ? once->key.key : (struct str){0},
    };
}

// Appends the entry; the account is as after it.
static enum status append(const struct journal_move *move, struct journal_entry *entry, struct error *error)
{
    struct paper_account *account = move->account;
    if (!entry->id.ptr) return error_no_memory(error);
    TRY(amount_add(&account->cash, entry->cash, error));
    entry->cash_after = account->cash;
    account->last_number = entry->number;
    account->updated_at_us = entry->created_at_us;
    return journal_store_append(move->tx, entry, error);
}

static struct journal_entry entry_of_fill(const struct journal_move *move, const struct fill *fill,
                                          const struct fill_amounts *amounts)
{
    struct journal_entry entry = entry_of(move, JOURNAL_FILL);
    entry.plan_id = fill->plan_id;
    entry.leg_id = fill->leg_id;
    entry.order_id = fill->order_id;
    entry.action = fill->action;
    entry.symbol = fill->symbol;
    entry.side = fill->side;
    entry.quantity = fill->quantity;
    entry.price = fill->price;
    entry.notional = amounts->notional;
    entry.fee = amounts->fee;
    entry.fee_bps = fill->fee_bps;
    entry.slippage_bps = fill->slippage_bps;
    entry.mark_price = fill->mark.price;
    entry.mark_source = fill->mark.source;
    entry.mark_time_us = fill->mark.time_us;
    entry.cash = amounts->cash;
    return entry;
}

static enum status change_position(const struct journal_move *move, struct journal_entry *entry,
                                   struct decimal *out_realized, struct error *error)
{
    const struct position_owner owner = {entry->workspace_id, entry->account_id};
    const struct position_fill fill = {entry->side, entry->quantity, entry->price, entry->notional};
    struct position position;
    TRY(position_store_get(move->tx, owner, entry->symbol, &position, error));
    TRY(position_add(&position, &fill, out_realized, error));
    entry->position_after = position.quantity;
    entry->cost_after = position.cost;
    const struct position_row row = {entry->symbol, position, entry->created_at_us};
    return position_store_put(move->tx, owner, &row, error);
}

enum status journal_post_fill(const struct journal_move *move, const struct fill *fill,
                              struct journal_entry *out_entry, struct error *error)
{
    struct paper_account *account = move->account;
    struct fill_amounts amounts;
    struct decimal realized;
    TRY(fill_count(fill, &amounts, error));
    struct journal_entry entry = entry_of_fill(move, fill, &amounts);
    TRY(change_position(move, &entry, &realized, error));
    TRY(amount_add(&account->realized_pnl, realized, error));
    TRY(amount_add(&account->fees_paid, amounts.fee, error));
    TRY(append(move, &entry, error));
    *out_entry = entry;
    return STATUS_OK;
}

static void begin_anew(struct paper_account *account)
{
    account->deposits = account->cash;
    account->realized_pnl = account->fees_paid = DECIMAL_ZERO;
    account->reset_number = account->last_number;
}

enum status journal_post_money(const struct journal_move *move, const struct journal_money *money,
                               struct journal_entry *out_entry, struct error *error)
{
    struct journal_entry entry = entry_of(move, money->kind);
    entry.cash = money->amount;
    entry.note = money->note;
    TRY(amount_add(&move->account->deposits, money->amount, error));
    TRY(append(move, &entry, error));
    if (money->kind == JOURNAL_RESET) begin_anew(move->account);
    *out_entry = entry;
    return STATUS_OK;
}

enum status journal_post_opening(const struct journal_move *move, struct error *error)
{
    const struct paper_account *account = move->account;
    struct journal_entry entry = entry_of(move, JOURNAL_DEPOSIT);
    if (decimal_is_zero(account->starting_balance)) return STATUS_OK;
    if (!entry.id.ptr) return error_no_memory(error);
    entry.number = account->last_number;
    entry.created_at_us = account->created_at_us;
    entry.cash = entry.cash_after = account->starting_balance;
    entry.note = STR("Starting balance");
    return journal_store_append(move->tx, &entry, error);
}

enum status journal_list(const struct app *app, const struct journal_filter *filter, struct arena *arena,
                         struct journal_list *out_list, struct str *out_currency, struct error *error)
{
    struct paper_account account;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(paper_account_store_get(tx, filter->workspace_id, filter->account_id, arena, &account, error));
    TRY(journal_store_list(tx, filter, arena, out_list, error));
    *out_currency = account.currency;
    return db_commit(&tx, error);
}
