#include "app/ledger_book.h"

#include "app/fill.h"
#include "app/position.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 256, FIRST_CAPACITY = 64 };

void ledger_book_begin(struct ledger_book *book, struct ledger_reporter *reporter,
                       const struct paper_account *account, struct arena *arena)
{
    *book = (struct ledger_book){.reporter = reporter,
                                 .owner = {account->workspace_id, account->id},
                                 .sum.created_at_us = account->created_at_us,
                                 .symbols.arena = arena,
                                 .legs.arena = arena,
                                 .orders.arena = arena};
}

void ledger_book_done(struct ledger_book *book)
{
    text_index_done(&book->symbols);
    text_index_done(&book->legs);
    text_index_done(&book->orders);
    free(book->positions);
    free(book->leg_sums);
    free(book->order_sums);
}

// ---- places

static struct ledger_place place_of(const struct ledger_book *book, const char *table, struct str key)
{
    return (struct ledger_place){.reporter = book->reporter,
                                 .table = table,
                                 .workspace_id = book->owner.workspace_id,
                                 .account_id = book->owner.account_id,
                                 .key = key};
}

static void tell_damage(const struct ledger_place *place, const struct ledger_damage *damage)
{
    ledger_tell(place, damage->column, damage->text, STR("a value as it is stored"));
}

// ---- tables that grow

static enum status make_room(void **items, size_t *capacity, size_t count, size_t size, struct error *error)
{
    if (count <= *capacity) return STATUS_OK;
    size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;
    while (wanted < count)
        wanted *= 2;
    void *larger = reallocarray(*items, wanted, size);
    if (!larger) return error_no_memory(error);
    memset((char *)larger + *capacity * size, 0, (wanted - *capacity) * size);
    *items = larger;
    *capacity = wanted;
    return STATUS_OK;
}

static enum status find_symbol(struct ledger_book *book, struct str symbol, size_t *out_number,
                               struct error *error)
{
    void *items = book->positions;
    TRY(text_index_put(&book->symbols, symbol, out_number, error));
    const enum status status =
        make_room(&items, &book->position_capacity, book->symbols.count, sizeof *book->positions, error);
    book->positions = items;
    return status;
}

static enum status find_leg(struct ledger_book *book, struct str plan_id, struct str leg_id,
                            struct ledger_leg_sum **out_leg, struct error *error)
{
    char key[KEY_MAX];
    size_t number;
    void *items = book->leg_sums;
    if (plan_id.len + leg_id.len + 1 > sizeof key) // no id of ours
        return error_set(error, STATUS_INTERNAL, "ledger_damaged", "a plan has an id of %zu bytes",
                         plan_id.len);
    memcpy(key, plan_id.ptr, plan_id.len);
    key[plan_id.len] = '/';
    if (leg_id.len) memcpy(key + plan_id.len + 1, leg_id.ptr, leg_id.len);
    TRY(text_index_put(&book->legs, (struct str){key, plan_id.len + 1 + leg_id.len}, &number, error));
    const enum status status =
        make_room(&items, &book->leg_capacity, book->legs.count, sizeof *book->leg_sums, error);
    book->leg_sums = items;
    *out_leg = &book->leg_sums[number];
    return status;
}

static enum status find_order(struct ledger_book *book, struct str id, struct ledger_order_sum **out_order,
                              struct error *error)
{
    size_t number;
    void *items = book->order_sums;
    TRY(text_index_put(&book->orders, id, &number, error));
    const enum status status =
        make_room(&items, &book->order_capacity, book->orders.count, sizeof *book->order_sums, error);
    book->order_sums = items;
    *out_order = &book->order_sums[number];
    return status;
}

// ---- entries

static struct fill fill_of(const struct journal_entry *entry)
{
    return (struct fill){.action = entry->action,
                         .side = entry->side,
                         .symbol = entry->symbol,
                         .quantity = entry->quantity,
                         .price = entry->price,
                         .fee_bps = entry->fee_bps,
                         .slippage_bps = entry->slippage_bps};
}

// Prices are made of marks; those of stops, targets and limits, which are what was reached, without slippage.
static void check_price(const struct ledger_place *place, const struct journal_entry *entry)
{
    struct decimal price;
    if (fill_price(entry->mark_price, entry->side, entry->slippage_bps, &price, NULL) != STATUS_OK)
        ledger_tell(place, "price", STR("a price that cannot be made"), STR("mark_price and slippage_bps"));
    else
        ledger_expect_decimal(place, "price", entry->price, price);
}

static void too_large(const struct ledger_place *place, const char *name)
{
    ledger_tell(place, name, STR("an amount beyond 20 digits"), STR("what fits"));
}

static void add(const struct ledger_place *place, const char *name, struct decimal *total,
                struct decimal amount)
{
    if (!decimal_add(*total, amount, total)) too_large(place, name);
}

static enum status add_to_leg(struct ledger_book *book, const struct journal_entry *entry, size_t symbol,
                              const struct ledger_place *place, struct error *error)
{
    struct ledger_leg_sum *leg = NULL;
    const bool is_opening = entry->action == FILL_OPEN;
    const bool opens_by_sale = is_opening == (entry->side == FILL_SELL);
    TRY(find_leg(book, entry->plan_id, entry->leg_id, &leg, error));
    const bool is_first = decimal_is_zero(leg->opened) && decimal_is_zero(leg->closed);
    if (is_first) {
        leg->symbol = symbol;
        leg->first_us = entry->created_at_us;
        leg->opens_by_sale = opens_by_sale;
    }
    leg->is_odd |= leg->symbol != symbol || leg->opens_by_sale != opens_by_sale;
    add(place, "quantity", is_opening ? &leg->opened : &leg->closed, entry->quantity);
    add(place, "notional", is_opening ? &leg->entry_notional : &leg->exit_notional, entry->notional);
    add(place, "fee", &leg->fees, entry->fee);
    return STATUS_OK;
}

static enum status add_to_order(struct ledger_book *book, const struct journal_entry *entry, size_t symbol,
                                struct error *error)
{
    struct ledger_order_sum *order = NULL;
    TRY(find_order(book, entry->order_id, &order, error));
    order->number = entry->number;
    order->symbol = symbol;
    order->side = entry->side;
    order->quantity = entry->quantity;
    order->fills++;
    return STATUS_OK;
}

// The position of the symbol after the fill, as it is stored: what is wrong with it has been told.
static void check_position_after(struct ledger_book *book, const struct ledger_place *place,
                                 const struct journal_entry *entry, struct decimal notional, size_t symbol)
{
    const struct position_fill change = {entry->side, entry->quantity, entry->price, notional};
    struct position *position = &book->positions[symbol].position;
    struct decimal realized = DECIMAL_ZERO;
    if (position_add(position, &change, &realized, NULL) != STATUS_OK) too_large(place, "position_after");
    add(place, "quantity", &book->sum.realized_pnl, realized);
    ledger_expect_decimal(place, "position_after", entry->position_after, position->quantity);
    ledger_expect_decimal(place, "cost_after", entry->cost_after, position->cost);
    *position = (struct position){entry->position_after, entry->cost_after};
}

static enum status add_fill(struct ledger_book *book, const struct journal_entry *entry,
                            const struct ledger_place *place, struct error *error)
{
    const struct fill fill = fill_of(entry);
    struct fill_amounts amounts;
    size_t symbol;
    book->fill_count++;
    TRY(find_symbol(book, entry->symbol, &symbol, error));
    check_price(place, entry);
    if (fill_count(&fill, &amounts, NULL) != STATUS_OK) {
        too_large(place, "notional");
        return STATUS_OK;
    }
    ledger_expect_decimal(place, "notional", entry->notional, amounts.notional);
    ledger_expect_decimal(place, "fee", entry->fee, amounts.fee);
    ledger_expect_decimal(place, "cash", entry->cash, amounts.cash);
    check_position_after(book, place, entry, amounts.notional, symbol);
    add(place, "fee", &book->sum.fees_paid, entry->fee);
    if (entry->plan_id.ptr) TRY(add_to_leg(book, entry, symbol, place, error));
    return entry->order_id.ptr ? add_to_order(book, entry, symbol, error) : STATUS_OK;
}

static void check_sign(const struct ledger_place *place, const struct journal_entry *entry)
{
    if (entry->kind == JOURNAL_DEPOSIT && entry->cash.units <= 0)
        ledger_tell(place, "cash", STR("a deposit of nothing"), STR("above 0"));
    if (entry->kind == JOURNAL_WITHDRAWAL && entry->cash.units >= 0)
        ledger_tell(place, "cash", STR("a withdrawal of nothing"), STR("below 0"));
}

static void begin_anew(struct ledger_book *book, const struct ledger_place *place,
                       const struct journal_entry *entry)
{
    for (size_t i = 0; i < book->symbols.count; i++)
        if (!decimal_is_zero(book->positions[i].position.quantity))
            ledger_tell(place, "", book->symbols.texts[i], STR("no position at a reset"));
    book->sum.deposits = book->sum.starting_balance = entry->cash_after;
    book->sum.realized_pnl = book->sum.fees_paid = DECIMAL_ZERO;
    book->sum.reset_number = entry->number;
}

static void add_money(struct ledger_book *book, const struct journal_entry *entry,
                      const struct ledger_place *place)
{
    check_sign(place, entry);
    add(place, "cash", &book->sum.deposits, entry->cash);
    if (entry->created_at_us == book->sum.created_at_us) book->sum.starting_balance = entry->cash;
    if (entry->kind == JOURNAL_RESET) begin_anew(book, place, entry);
}

static void check_place(struct ledger_book *book, const struct journal_entry *entry,
                        const struct ledger_place *place)
{
    ledger_expect_int(place, "number", entry->number, book->sum.last_number + 1);
    if (entry->created_at_us <= book->sum.updated_at_us)
        ledger_tell(place, "created_at", STR("a time before the last entry's"), STR("a later one"));
    book->sum.last_number = entry->number;
    book->sum.updated_at_us = entry->created_at_us;
    book->entry_count++;
}

static void check_cash_after(struct ledger_book *book, const struct journal_entry *entry,
                             const struct ledger_place *place)
{
    add(place, "cash_after", &book->sum.cash, entry->cash);
    ledger_expect_decimal(place, "cash_after", entry->cash_after, book->sum.cash);
    book->sum.cash = entry->cash_after;
}

enum status ledger_book_add(struct ledger_book *book, const struct ledger_entry *row, struct error *error)
{
    const struct journal_entry *entry = &row->entry;
    const struct ledger_place at = {.reporter = book->reporter,
                                    .table = "journal",
                                    .workspace_id = book->owner.workspace_id,
                                    .account_id = book->owner.account_id,
                                    .number = entry->number};
    const struct ledger_place *place = &at;
    check_place(book, entry, place);
    if (row->damage.column) {
        tell_damage(place, &row->damage);
        return STATUS_OK;
    }
    if (row->has_fill != (entry->kind == JOURNAL_FILL))
        ledger_tell(place, "kind", str_from_c(journal_kind_names[entry->kind]), STR("what the row holds"));
    check_cash_after(book, entry, place);
    if (entry->kind == JOURNAL_FILL) return add_fill(book, entry, place, error);
    add_money(book, entry, place);
    return STATUS_OK;
}

// ---- what repeats them

enum status ledger_book_check_position(struct ledger_book *book, const struct ledger_position *row,
                                       struct error *error)
{
    size_t symbol;
    const struct ledger_place at = place_of(book, "positions", row->row.symbol), *place = &at;
    TRY(find_symbol(book, row->row.symbol, &symbol, error));
    struct ledger_position_sum *sum = &book->positions[symbol];
    sum->is_seen = true;
    if (row->damage.column) {
        tell_damage(place, &row->damage);
        return STATUS_OK;
    }
    ledger_expect_decimal(place, "quantity", row->row.position.quantity, sum->position.quantity);
    ledger_expect_decimal(place, "cost", row->row.position.cost, sum->position.cost);
    return STATUS_OK;
}

static void check_leg_sums(const struct ledger_leg *row, const struct ledger_leg_sum *sum,
                           const struct ledger_place *place)
{
    struct decimal open = DECIMAL_ZERO;
    if (!decimal_subtract(sum->opened, sum->closed, &open)) too_large(place, "quantity_open");
    ledger_expect_decimal(place, "quantity_open", row->quantity_open, open);
    ledger_expect_decimal(place, "quantity_closed", row->quantity_closed, sum->closed);
    ledger_expect_decimal(place, "entry_notional", row->entry_notional, sum->entry_notional);
    ledger_expect_decimal(place, "exit_notional", row->exit_notional, sum->exit_notional);
    ledger_expect_decimal(place, "fees", row->fees, sum->fees);
    if (!decimal_is_zero(sum->opened))
        ledger_expect_decimal(place, "planned_quantity", row->planned_quantity, sum->opened);
}

// A plan that is planned or cancelled has no fills; one that is open was opened in each leg, and one that is
// closed was closed again in each.
static void check_leg_state(const struct ledger_leg *row, const struct ledger_leg_sum *sum,
                            const struct ledger_place *place)
{
    const bool is_opened = !decimal_is_zero(sum->opened);
    const bool is_under_way = str_eq(row->status, STR("open")) || str_eq(row->status, STR("closed"));
    if (is_opened != is_under_way)
        ledger_tell(place, "status", row->status,
                    is_opened ? STR("open or closed: the leg has fills")
                              : STR("without fills: the leg has none"));
    if (str_eq(row->status, STR("closed")) && decimal_compare(sum->opened, sum->closed) != 0)
        ledger_tell(place, "status", row->status, STR("open: the leg is not closed"));
    if (is_opened && sum->first_us < row->planned_at_us)
        ledger_tell(place, "created_at", STR("a time after the first fill"), STR("an earlier one"));
    if (decimal_compare(sum->opened, sum->closed) < 0)
        ledger_tell(place, "status", row->status, STR("no more closed than was opened"));
}

static void check_leg_fills(struct ledger_book *book, const struct ledger_leg *row,
                            const struct ledger_leg_sum *sum, const struct ledger_place *place)
{
    if (decimal_is_zero(sum->opened)) return;
    const struct str filled = book->symbols.texts[sum->symbol];
    if (!str_eq(filled, row->symbol)) ledger_tell(place, "symbol", row->symbol, filled);
    if (sum->opens_by_sale != row->is_short)
        ledger_tell(place, "side", row->is_short ? STR("short") : STR("long"),
                    sum->opens_by_sale ? STR("short") : STR("long"));
    if (sum->is_odd)
        ledger_tell(place, "", STR("fills of several symbols or sides"), STR("fills of one symbol and side"));
}

enum status ledger_book_check_leg(struct ledger_book *book, const struct ledger_leg *row, struct error *error)
{
    char key[KEY_MAX];
    struct ledger_leg_sum *sum = NULL;
    (void)snprintf(key, sizeof key, "%.*s/%.*s", STR_ARG(row->plan_id), STR_ARG(row->id));
    const struct ledger_place at = place_of(book, "trade_plan_legs", str_from_c(key)), *place = &at;
    const struct ledger_place plan = place_of(book, "trade_plans", row->plan_id);
    TRY(find_leg(book, row->plan_id, row->id, &sum, error));
    sum->is_seen = true;
    if (row->damage.column)
        tell_damage(place, &row->damage);
    else
        check_leg_sums(row, sum, place);
    check_leg_fills(book, row, sum, place);
    check_leg_state(row, sum, &plan);
    return STATUS_OK;
}

enum status ledger_book_check_order(struct ledger_book *book, const struct ledger_order *row,
                                    struct error *error)
{
    struct ledger_order_sum *sum = NULL;
    const struct ledger_place at = place_of(book, "paper_orders", row->id), *place = &at;
    const bool is_filled = str_eq(row->status, STR("filled"));
    TRY(find_order(book, row->id, &sum, error));
    sum->is_seen = true;
    if (row->damage.column) tell_damage(place, &row->damage);
    if (is_filled != (sum->fills > 0))
        ledger_tell(place, "status", row->status,
                    is_filled ? STR("not filled: it has no fill") : STR("filled"));
    ledger_expect_int(place, "fill_number", row->fill_number, sum->number);
    if (sum->fills == 0) return STATUS_OK;
    ledger_expect_int(place, "", sum->fills, 1);
    ledger_expect_decimal(place, "quantity", row->quantity, sum->quantity);
    if (!str_eq(row->symbol, book->symbols.texts[sum->symbol]))
        ledger_tell(place, "symbol", row->symbol, book->symbols.texts[sum->symbol]);
    if (!str_eq(row->side, str_from_c(fill_side_names[sum->side])))
        ledger_tell(place, "side", row->side, str_from_c(fill_side_names[sum->side]));
    return STATUS_OK;
}

void ledger_book_check_account(struct ledger_book *book, const struct ledger_account *row)
{
    const struct paper_account *found = &row->account, *sum = &book->sum;
    const struct ledger_place at = place_of(book, "paper_accounts", STR("")), *place = &at;
    if (row->damage.column) tell_damage(place, &row->damage);
    ledger_expect_decimal(place, "cash", found->cash, sum->cash);
    ledger_expect_decimal(place, "starting_balance", found->starting_balance, sum->starting_balance);
    ledger_expect_decimal(place, "deposits", found->deposits, sum->deposits);
    ledger_expect_decimal(place, "realized_pnl", found->realized_pnl, sum->realized_pnl);
    ledger_expect_decimal(place, "fees_paid", found->fees_paid, sum->fees_paid);
    ledger_expect_int(place, "last_number", found->last_number, sum->last_number);
    ledger_expect_int(place, "reset_number", found->reset_number, sum->reset_number);
    if (found->updated_at_us < sum->updated_at_us)
        ledger_tell(place, "updated_at", STR("a time before the last entry's"), STR("that or a later one"));
}

static void tell_missing(const struct ledger_book *book, const char *table, struct str key)
{
    const struct ledger_place place = place_of(book, table, key);
    ledger_tell(&place, "", STR("no row"), STR("one: the journal has fills of it"));
}

void ledger_book_check_missing(struct ledger_book *book)
{
    for (size_t i = 0; i < book->symbols.count; i++)
        if (!book->positions[i].is_seen && !decimal_is_zero(book->positions[i].position.quantity))
            tell_missing(book, "positions", book->symbols.texts[i]);
    for (size_t i = 0; i < book->legs.count; i++)
        if (!book->leg_sums[i].is_seen) tell_missing(book, "trade_plan_legs", book->legs.texts[i]);
    for (size_t i = 0; i < book->orders.count; i++)
        if (!book->order_sums[i].is_seen) tell_missing(book, "paper_orders", book->orders.texts[i]);
}
