#include "app/trade_plan_move.h"

#include "app/event.h"
#include "app/once.h"
#include "app/paper_room.h"
#include "app/paper_watch.h"
#include "app/paper_worth.h"
#include "app/position.h"
#include "app/trade_plan_change.h"
#include "app/trade_plan_parts.h"
#include "app/trade_plan_state.h"
#include "base/limits.h"

// ---- fills

static enum fill_side side_of(const struct trade_plan_leg *leg, enum fill_action action)
{
    return (leg->side == LEG_LONG) == (action == FILL_OPEN) ? FILL_BUY : FILL_SELL;
}

// What the fill makes of its leg.
static enum status count_fill(const struct journal_entry *entry, struct trade_plan_leg *leg,
                              struct error *error)
{
    const bool is_open = entry->action == FILL_OPEN;
    TRY(amount_add(&leg->fees, entry->fee, error));
    TRY(amount_add(is_open ? &leg->entry_notional : &leg->exit_notional, entry->notional, error));
    TRY(amount_add(&leg->quantity_open, is_open ? entry->quantity : decimal_negate(entry->quantity), error));
    return is_open ? STATUS_OK : amount_add(&leg->quantity_closed, entry->quantity, error);
}

// A move on its way: the plan is as before, but for its legs.
struct move {
    const struct journal_move *journal;
    const struct trade_plan_terms *terms;
    enum fill_action action;
    struct trade_plan *plan;
    struct journal_list fills;
};

static enum status price_fill(const struct move *move, const struct trade_plan_leg *leg, struct fill *fill,
                              struct error *error)
{
    const struct trade_plan_terms *terms = move->terms;
    const struct paper_account *account = move->journal->account;
    const struct mark *mark = mark_of(&terms->marks, leg->symbol);
    if (!mark)
        return error_set(error, STATUS_INVALID, "no_mark_price", "there is no price of %.*s",
                         STR_ARG(leg->symbol));
    fill->mark = *mark;
    fill->fee_bps = terms->has_fee_bps ? terms->fee_bps : account->fee_bps;
    fill->slippage_bps = terms->has_slippage_bps ? terms->slippage_bps : account->slippage_bps;
    return fill_price(mark->price, fill->side, fill->slippage_bps, &fill->price, error);
}

static enum status fill_leg(struct move *move, struct trade_plan_leg *leg, struct decimal quantity,
                            struct error *error)
{
    struct journal_entry *entry = &move->fills.items[move->fills.count];
    struct fill fill = {
        .plan_id = move->plan->id,
        .leg_id = leg->id,
        .action = move->action,
        .side = side_of(leg, move->action),
        .symbol = leg->symbol,
        .quantity = quantity,
    };
    TRY(price_fill(move, leg, &fill, error));
    TRY(journal_post_fill(move->journal, &fill, entry, error));
    move->fills.count++;
    TRY(count_fill(entry, leg, error));
    return trade_plan_store_save_leg(move->journal->tx, move->plan, leg, error);
}

// The legs are a copy: the plan as it was before is told of in its history.
static enum status fill_legs(struct move *move, const struct decimal *quantities, struct error *error)
{
    struct trade_plan *plan = move->plan;
    struct trade_plan_leg *legs = ARENA_ARRAY(move->journal->arena, struct trade_plan_leg, plan->leg_count);
    move->fills.items = ARENA_ARRAY(move->journal->arena, struct journal_entry, plan->leg_count);
    if (!legs || !move->fills.items) return error_no_memory(error);
    memcpy(legs, plan->legs, plan->leg_count * sizeof *legs);
    plan->legs = legs;
    for (size_t i = 0; i < plan->leg_count; i++)
        if (!decimal_is_zero(quantities[i])) TRY(fill_leg(move, &legs[i], quantities[i], error));
    return STATUS_OK;
}

// When the last fill was made.
static int64_t time_of(const struct move *move)
{
    const size_t count = move->fills.count;
    return count ? move->fills.items[count - 1].created_at_us : move->journal->actor->now_us;
}

// The same, not before the plan's next change.
static struct actor actor_at(const struct actor *actor, const struct trade_plan *plan)
{
    struct actor later = *actor;
    later.now_us = trade_plan_next_time(plan, actor->now_us);
    return later;
}

// ---- opening

// Everything that the open needs a price of: the plan's symbols first, then what the account holds.
static enum status list_symbols(const struct trade_plan *plan, const struct position_list *positions,
                                struct arena *arena, struct mark_query *query, struct error *error)
{
    struct str *symbols = ARENA_ARRAY(arena, struct str, plan->leg_count + positions->count);
    if (!symbols) return error_no_memory(error);
    for (size_t i = 0; i < plan->leg_count; i++)
        symbols[i] = plan->legs[i].symbol;
    for (size_t i = 0; i < positions->count; i++)
        symbols[plan->leg_count + i] = positions->items[i].symbol;
    query->symbols = symbols;
    query->count = plan->leg_count + positions->count;
    return STATUS_OK;
}

static enum status read_for_open(const struct app *app, const struct trade_plan_target *target,
                                 struct arena *arena, struct trade_plan *out_plan,
                                 struct position_list *out_positions, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(trade_plan_store_get(tx, target->place, arena, out_plan, error));
    const struct position_owner owner = {out_plan->workspace_id, out_plan->account_id};
    TRY(position_store_list(tx, owner, arena, out_positions, error));
    return db_commit(&tx, error);
}

// What an open was prepared with.
struct prepared {
    struct trade_plan_terms terms; // with all marks
    int64_t plan_version;
    int64_t watched_from_us;
};

// Before the transaction, for nothing is read from the market inside one.
static enum status prepare_open(const struct app *app, const struct actor *actor,
                                const struct trade_plan_target *target, struct arena *arena,
                                struct prepared *prepared, struct error *error)
{
    struct trade_plan plan;
    struct trade_plan_terms *terms = &prepared->terms;
    struct position_list positions;
    struct mark_list found;
    struct mark_query query = {.given = &terms->marks, .now_us = actor->now_us};
    TRY(read_for_open(app, target, arena, &plan, &positions, error));
    TRY(trade_plan_state_check(&plan, PLAN_STEP_OPEN, error));
    TRY(list_symbols(&plan, &positions, arena, &query, error));
    TRY(mark_find(app, &query, arena, &found, error));
    const struct mark_list of_plan = {found.items, plan.leg_count};
    TRY(mark_require(&of_plan, error));
    terms->marks = found;
    prepared->plan_version = plan.version;
    prepared->watched_from_us = paper_watch_plan_from(app, &plan, &found, actor->now_us);
    return STATUS_OK;
}

static enum status check_prepared(const struct prepared *prepared, const struct trade_plan *plan,
                                  struct error *error)
{
    if (prepared->plan_version == plan->version) return STATUS_OK;
    return error_set(error, STATUS_STALE, NULL, "the plan has changed at this moment; read it again");
}

static enum status check_leverage(const struct journal_move *journal, const struct mark_list *marks,
                                  struct error *error)
{
    struct position_list positions;
    struct paper_worth worth;
    const struct paper_account *account = journal->account;
    const struct position_owner owner = {account->workspace_id, account->id};
    TRY(position_store_list(journal->tx, owner, journal->arena, &positions, error));
    const struct paper_worth_query query = {
        .account = account, .positions = &positions, .marks = marks, .takes_entry = true};
    TRY(paper_worth_count(&query, journal->arena, &worth, error));
    return paper_worth_check(account, &worth, error);
}

static enum status open_in(struct move *move, const struct prepared *prepared, struct error *error)
{
    struct trade_plan *plan = move->plan;
    const struct trade_plan before = *plan;
    struct decimal *quantities = ARENA_ARRAY(move->journal->arena, struct decimal, plan->leg_count);
    const struct trade_plan_record record = {
        .action = PLAN_DID_OPEN, .before = &before, .after = plan, .fills = &move->fills};
    if (!quantities) return error_no_memory(error);
    TRY(trade_plan_state_check(plan, PLAN_STEP_OPEN, error));
    TRY(check_prepared(prepared, plan, error));
    for (size_t i = 0; i < plan->leg_count; i++)
        quantities[i] = plan->legs[i].planned_quantity;
    TRY(fill_legs(move, quantities, error));
    (void)trade_plan_state_after(before.status, PLAN_STEP_OPEN, &plan->status);
    plan->updated_at_us = plan->opened_at_us = time_of(move);
    plan->watched_from_us = prepared->watched_from_us;
    TRY(trade_plan_store_save(move->journal->tx, plan, before.status, error));
    TRY(paper_room_after_open(move->journal, error));
    TRY(check_leverage(move->journal, &move->terms->marks, error));
    TRY(paper_account_store_save(move->journal->tx, move->journal->account, error));
    return trade_plan_record(move->journal->tx, move->journal->actor, &record, error);
}

enum status trade_plan_open(const struct app *app, const struct actor *actor,
                            const struct trade_plan_opening *opening, struct arena *arena,
                            struct trade_plan_outcome *out_outcome, struct error *error)
{
    const struct trade_plan_target *target = &opening->target;
    struct prepared prepared = {.terms = opening->terms};
    struct trade_plan plan;
    struct paper_account account;
    TRY(prepare_open(app, actor, target, arena, &prepared, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, target->place.plan_id, actor->now_us, error));
    TRY(trade_plan_hold(tx, target, arena, &account, &plan, error));
    const struct actor then = actor_at(actor, &plan);
    const struct journal_move journal = {tx, app, &then, &account, arena};
    struct move move = {.journal = &journal, .terms = &prepared.terms, .action = FILL_OPEN, .plan = &plan};
    TRY(open_in(&move, &prepared, error));
    TRY(event_append_paper_account(tx, &account, account.updated_at_us, error));
    TRY(event_commit(app, &tx, plan.workspace_id, error));
    *out_outcome = (struct trade_plan_outcome){plan, move.fills};
    return STATUS_OK;
}

// ---- closing

static bool is_anything_open(const struct trade_plan *plan)
{
    for (size_t i = 0; i < plan->leg_count; i++)
        if (!decimal_is_zero(plan->legs[i].quantity_open)) return true;
    return false;
}

static enum status add_note(struct trade_plan *plan, struct str note, struct arena *arena,
                            struct error *error)
{
    const bool is_first = plan->notes.len == 0;
    if (note.len == 0) return STATUS_OK;
    if (plan->notes.len + note.len + 2 > LIMIT_NOTES_BYTES)
        return error_add_field(error, "/note",
                               "the plan's notes would exceed %zu bytes with it; shorten them",
                               LIMIT_NOTES_BYTES);
    plan->notes =
        str_format(arena, "%.*s%s%.*s", STR_ARG(plan->notes), is_first ? "" : "\n\n", STR_ARG(note));
    return plan->notes.ptr ? STATUS_OK : error_no_memory(error);
}

// The plan after the fills of a closing, whose part or whole was closed.
static enum status settle(const struct move *move, enum trade_plan_reason reason, struct error *error)
{
    struct trade_plan *plan = move->plan;
    const enum trade_plan_step step = is_anything_open(plan) ? PLAN_STEP_CLOSE_PART : PLAN_STEP_CLOSE;
    if (step == PLAN_STEP_CLOSE_PART) TRY(trade_plan_check_room(plan, error));
    (void)trade_plan_state_after(plan->status, step, &plan->status);
    plan->updated_at_us = time_of(move);
    if (step == PLAN_STEP_CLOSE) {
        plan->closed_at_us = plan->updated_at_us;
        plan->close_reason = reason;
    }
    return STATUS_OK;
}

enum status trade_plan_close_in(const struct journal_move *move, const struct trade_plan_closing *closing,
                                struct trade_plan *plan, struct journal_list *out_fills, struct error *error)
{
    const struct trade_plan before = *plan;
    const struct actor then = actor_at(move->actor, plan);
    struct journal_move later = *move;
    later.actor = &then;
    struct move moving = {.journal = &later, .terms = &closing->terms, .action = FILL_CLOSE, .plan = plan};
    const struct trade_plan_record record = {
        .action = PLAN_DID_CLOSE, .before = &before, .after = plan, .fills = &moving.fills};
    struct decimal *quantities = ARENA_ARRAY(move->arena, struct decimal, plan->leg_count);
    if (!quantities) return error_no_memory(error);
    TRY(trade_plan_state_check(plan, PLAN_STEP_CLOSE, error));
    TRY(trade_plan_parts_count(plan, closing, quantities, error));
    TRY(add_note(plan, closing->note, move->arena, error));
    TRY(fill_legs(&moving, quantities, error));
    TRY(settle(&moving, closing->reason, error));
    TRY(trade_plan_store_save(move->tx, plan, before.status, error));
    TRY(trade_plan_record(move->tx, &then, &record, error));
    *out_fills = moving.fills;
    return STATUS_OK;
}

static enum status find_marks_of_close(const struct app *app, const struct actor *actor, struct arena *arena,
                                       struct trade_plan_closing *closing, struct error *error)
{
    struct trade_plan plan;
    struct mark_list found;
    TRY(trade_plan_get(app, closing->target.place, arena, &plan, error));
    TRY(trade_plan_state_check(&plan, PLAN_STEP_CLOSE, error));
    struct str *symbols = ARENA_ARRAY(arena, struct str, plan.leg_count);
    struct decimal *quantities = ARENA_ARRAY(arena, struct decimal, plan.leg_count);
    struct mark_query query = {.symbols = symbols, .given = &closing->terms.marks, .now_us = actor->now_us};
    if (!symbols || !quantities) return error_no_memory(error);
    TRY(trade_plan_parts_count(&plan, closing, quantities, error));
    for (size_t i = 0; i < plan.leg_count; i++)
        if (!decimal_is_zero(quantities[i])) symbols[query.count++] = plan.legs[i].symbol;
    TRY(mark_find(app, &query, arena, &found, error));
    TRY(mark_require(&found, error));
    closing->terms.marks = found;
    return STATUS_OK;
}

enum status trade_plan_close(const struct app *app, const struct actor *actor,
                             const struct trade_plan_closing *closing, struct arena *arena,
                             struct trade_plan_outcome *out_outcome, struct error *error)
{
    const struct trade_plan_target *target = &closing->target;
    struct trade_plan_closing marked = *closing;
    struct trade_plan_outcome outcome;
    struct paper_account account;
    TRY(find_marks_of_close(app, actor, arena, &marked, error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, target->place.plan_id, actor->now_us, error));
    TRY(trade_plan_hold(tx, target, arena, &account, &outcome.plan, error));
    const struct journal_move journal = {tx, app, actor, &account, arena};
    TRY(trade_plan_close_in(&journal, &marked, &outcome.plan, &outcome.fills, error));
    TRY(paper_account_store_save(tx, &account, error));
    TRY(event_append_paper_account(tx, &account, account.updated_at_us, error));
    TRY(event_commit(app, &tx, outcome.plan.workspace_id, error));
    *out_outcome = outcome;
    return STATUS_OK;
}
