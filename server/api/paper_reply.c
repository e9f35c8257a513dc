#include "api/paper_reply.h"

#include "app/posting.h"

static void put_worth(struct json_writer *w, const struct paper_worth *worth)
{
    json_put_decimal_if(w, "positions_value", worth->is_known, worth->positions_value);
    json_put_decimal_if(w, "equity", worth->is_known, worth->equity);
    json_put_decimal_if(w, "unrealized_pnl", worth->is_known, worth->unrealized_pnl);
    json_put_decimal_if(w, "gross_exposure", worth->is_known, worth->gross_exposure);
    json_put_decimal_if(w, "net_exposure", worth->is_known, worth->net_exposure);
    json_key(w, "unmarked");
    json_begin_array(w);
    for (size_t i = 0; i < worth->count; i++)
        if (!worth->holdings[i].mark) json_str(w, worth->holdings[i].row->symbol);
    json_end_array(w);
}

void paper_reply_put_account(struct json_writer *w, const struct paper_view *view, bool with_today)
{
    const struct paper_account *account = &view->account;
    json_begin_object(w);
    json_put_str(w, "id", account->id);
    json_put_str(w, "workspace_id", account->workspace_id);
    json_put_str(w, "name", account->name);
    json_put_c(w, "kind", "paper");
    json_put_str(w, "currency", account->currency);
    json_put_decimal(w, "starting_balance", account->starting_balance);
    json_put_decimal(w, "cash", account->cash);
    json_put_decimal(w, "deposits", account->deposits);
    json_put_decimal(w, "realized_pnl", account->realized_pnl);
    json_put_decimal(w, "fees_paid", account->fees_paid);
    put_worth(w, &view->worth);
    if (with_today) json_put_decimal_if(w, "pnl_today", view->is_pnl_today_known, view->pnl_today);
    json_put_int(w, "open_plans", account->open_plans);
    json_put_decimal(w, "fee_bps", account->fee_bps);
    json_put_decimal(w, "slippage_bps", account->slippage_bps);
    json_put_decimal(w, "max_leverage", account->max_leverage);
    json_put_int(w, "version", account->version);
    json_put_time_us(w, "created_at", account->created_at_us);
    json_put_time_us(w, "updated_at", account->updated_at_us);
    json_end_object(w);
}

static void put_postings(struct json_writer *w, const struct journal_entry *entry, struct str currency)
{
    struct posting postings[POSTINGS_MAX];
    const size_t count = posting_list(entry, currency, postings);
    json_key(w, "postings");
    json_begin_array(w);
    for (size_t i = 0; i < count; i++) {
        json_begin_object(w);
        json_put_c(w, "book", postings[i].book);
        json_put_str(w, "asset", postings[i].asset);
        json_put_decimal(w, "amount", postings[i].amount);
        json_end_object(w);
    }
    json_end_array(w);
}

void paper_reply_put_entry(struct json_writer *w, const struct journal_entry *entry, struct str currency)
{
    const bool is_fill = entry->kind == JOURNAL_FILL;
    json_begin_object(w);
    json_put_int(w, "number", entry->number);
    json_put_str(w, "id", entry->id);
    json_put_c(w, "kind", journal_kind_names[entry->kind]);
    json_put_time_us(w, "created_at", entry->created_at_us);
    json_put_str(w, "actor_id", entry->actor_id);
    json_put_str(w, "symbol", entry->symbol);
    json_put_c(w, "side", is_fill ? fill_side_names[entry->side] : NULL);
    json_put_c(w, "action", is_fill ? fill_action_names[entry->action] : NULL);
    json_put_decimal_if(w, "quantity", is_fill, entry->quantity);
    json_put_decimal_if(w, "price", is_fill, entry->price);
    json_put_decimal_if(w, "fee", is_fill, entry->fee);
    json_put_decimal(w, "cash", entry->cash);
    json_put_decimal(w, "cash_after", entry->cash_after);
    json_put_str(w, "trade_plan_id", entry->plan_id);
    json_put_str(w, "order_id", entry->order_id);
    json_put_str(w, "note", entry->note);
    put_postings(w, entry, currency);
    json_end_object(w);
}

void paper_reply_put_fill(struct json_writer *w, const struct journal_entry *fill)
{
    json_begin_object(w);
    json_put_str(w, "id", fill->id);
    json_put_int(w, "number", fill->number);
    json_put_str(w, "account_id", fill->account_id);
    json_put_str(w, "trade_plan_id", fill->plan_id);
    json_put_str(w, "leg_id", fill->leg_id);
    json_put_str(w, "order_id", fill->order_id);
    json_put_str(w, "symbol", fill->symbol);
    json_put_c(w, "side", fill_side_names[fill->side]);
    json_put_c(w, "action", fill_action_names[fill->action]);
    json_put_decimal(w, "quantity", fill->quantity);
    json_put_decimal(w, "price", fill->price);
    json_put_decimal(w, "notional", fill->notional);
    json_put_decimal(w, "fee", fill->fee);
    json_put_decimal(w, "fee_bps", fill->fee_bps);
    json_put_decimal(w, "slippage_bps", fill->slippage_bps);
    json_put_decimal(w, "mark_price", fill->mark_price);
    json_put_c(w, "mark_source", mark_source_names[fill->mark_source]);
    json_put_time_us(w, "mark_time", fill->mark_time_us);
    json_put_time_us(w, "created_at", fill->created_at_us);
    json_put_str(w, "actor_id", fill->actor_id);
    json_end_object(w);
}
