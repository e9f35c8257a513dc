#include "store/ledger_store.h"

#include "base/limits.h"
#include "sql_statements.h"
#include "store/count_rows.h"

enum { PAGE = 4096, KEY_MAX = 128, KEYS = 2 };

// ---- columns that nobody vouches for

static struct decimal read_decimal(const struct db_rows *rows, int column, const char *name,
                                   struct ledger_damage *damage)
{
    struct decimal value = DECIMAL_ZERO;
    const struct str text = db_text(rows, column);
    if (text.len == 0 && db_is_null(rows, column)) return value;
    if (decimal_parse(text, &value) == DECIMAL_OK || damage->column) return value;
    *damage = (struct ledger_damage){name, text};
    return value;
}

static int read_word(const struct db_rows *rows, int column, const char *name, const char *const words[],
                     struct ledger_damage *damage)
{
    const struct str text = db_text(rows, column);
    for (int i = 0; words[i]; i++)
        if (text.len && text.ptr[0] == words[i][0] && str_eq(text, str_from_c(words[i]))) return i;
    if (!damage->column) *damage = (struct ledger_damage){name, text};
    return 0;
}

static struct str read_text(const struct db_rows *rows, int column)
{
    const struct str text = db_text(rows, column);
    return text.len == 0 && db_is_null(rows, column) ? (struct str){0} : text;
}

// ---- pages

// A walk over the rows of an account: the key of the last row that was read, as the next page begins behind
// it.
struct walk {
    struct db_tx *tx;
    const struct db_statement *statement;
    struct position_owner owner;
    const struct ledger_visitor *visitor;
    int64_t number;           // key of entries
    size_t key_count;         // else of texts
    char keys[KEYS][KEY_MAX]; // NUL-terminated
    enum status (*visit)(struct walk *walk, const struct db_rows *rows, struct error *error);
};

static void keep_key(struct walk *walk, size_t index, struct str text)
{
    (void)str_to_c(text, walk->keys[index], KEY_MAX);
}

static enum status start_page(struct walk *walk, struct db_rows **out_rows, struct error *error)
{
    struct db_value values[3 + KEYS] = {DB_TEXT(walk->owner.workspace_id), DB_TEXT(walk->owner.account_id)};
    size_t count = 2;
    if (walk->key_count == 0) values[count++] = DB_INT(walk->number);
    for (size_t i = 0; i < walk->key_count; i++)
        values[count++] = DB_TEXT(str_from_c(walk->keys[i]));
    values[count++] = DB_INT(PAGE);
    return db_query(walk->tx, walk->statement, values, count, out_rows, error);
}

static enum status walk_page(struct walk *walk, size_t *out_count, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    size_t count = 0;
    bool has_row;
    TRY(start_page(walk, &rows, error));
    TRY(db_next(rows, &has_row, error));
    for (; has_row; count++) {
        TRY(walk->visit(walk, rows, error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_count = count;
    return STATUS_OK;
}

static enum status walk_all(struct walk *walk, struct error *error)
{
    size_t count;
    do
        TRY(walk_page(walk, &count, error));
    while (count == PAGE);
    return STATUS_OK;
}

// ---- entries

static void read_fill(const struct db_rows *rows, struct journal_entry *entry, struct ledger_damage *damage)
{
    entry->action = (enum fill_action)read_word(rows, 6, "action", fill_action_names, damage);
    entry->symbol = db_text(rows, 7);
    entry->side = (enum fill_side)read_word(rows, 8, "side", fill_side_names, damage);
    entry->quantity = read_decimal(rows, 9, "quantity", damage);
    entry->price = read_decimal(rows, 10, "price", damage);
    entry->notional = read_decimal(rows, 11, "notional", damage);
    entry->fee = read_decimal(rows, 12, "fee", damage);
    entry->fee_bps = read_decimal(rows, 13, "fee_bps", damage);
    entry->slippage_bps = read_decimal(rows, 14, "slippage_bps", damage);
    entry->mark_price = read_decimal(rows, 15, "mark_price", damage);
    entry->mark_source = (enum mark_source)read_word(rows, 16, "mark_source", mark_source_names, damage);
    entry->position_after = read_decimal(rows, 19, "position_after", damage);
    entry->cost_after = read_decimal(rows, 20, "cost_after", damage);
}

static enum status visit_entry(struct walk *walk, const struct db_rows *rows, struct error *error)
{
    struct ledger_damage damage = {0};
    struct ledger_entry row = {
        .entry = {.number = db_int(rows, 0),
                  .kind = (enum journal_kind)read_word(rows, 1, "kind", journal_kind_names, &damage),
                  .created_at_us = db_int(rows, 2),
                  .plan_id = read_text(rows, 3),
                  .leg_id = read_text(rows, 4),
                  .order_id = read_text(rows, 5),
                  .cash = read_decimal(rows, 17, "cash", &damage),
                  .cash_after = read_decimal(rows, 18, "cash_after", &damage)},
        .has_fill = !db_is_null(rows, 9),
    };
    if (row.has_fill) read_fill(rows, &row.entry, &damage);
    row.damage = damage;
    walk->number = row.entry.number;
    return walk->visitor->entry(walk->visitor->context, &row, error);
}

enum status ledger_store_walk_entries(struct db_tx *tx, struct position_owner owner,
                                      const struct ledger_visitor *visitor, struct error *error)
{
    struct walk walk = {.tx = tx,
                        .statement = &SQL_LEDGER_ENTRIES,
                        .owner = owner,
                        .visitor = visitor,
                        .number = INT64_MIN,
                        .visit = visit_entry};
    return walk_all(&walk, error);
}

// ---- what repeats them

static enum status visit_position(struct walk *walk, const struct db_rows *rows, struct error *error)
{
    struct ledger_damage damage = {0};
    struct ledger_position row = {.row = {.symbol = db_text(rows, 0),
                                          .position = {.quantity = read_decimal(rows, 1, "quantity", &damage),
                                                       .cost = read_decimal(rows, 2, "cost", &damage)}}};
    row.damage = damage;
    keep_key(walk, 0, row.row.symbol);
    return walk->visitor->position(walk->visitor->context, &row, error);
}

enum status ledger_store_walk_positions(struct db_tx *tx, struct position_owner owner,
                                        const struct ledger_visitor *visitor, struct error *error)
{
    struct walk walk = {.tx = tx,
                        .statement = &SQL_LEDGER_POSITIONS,
                        .owner = owner,
                        .visitor = visitor,
                        .key_count = 1,
                        .visit = visit_position};
    return walk_all(&walk, error);
}

static enum status visit_leg(struct walk *walk, const struct db_rows *rows, struct error *error)
{
    struct ledger_damage damage = {0};
    struct ledger_leg leg = {
        .plan_id = db_text(rows, 0),
        .id = db_text(rows, 1),
        .status = db_text(rows, 2),
        .symbol = db_text(rows, 3),
        .is_short = str_eq(db_text(rows, 4), STR("short")),
        .quantity_open = read_decimal(rows, 5, "quantity_open", &damage),
        .quantity_closed = read_decimal(rows, 6, "quantity_closed", &damage),
        .entry_notional = read_decimal(rows, 7, "entry_notional", &damage),
        .exit_notional = read_decimal(rows, 8, "exit_notional", &damage),
        .fees = read_decimal(rows, 9, "fees", &damage),
        .planned_quantity = read_decimal(rows, 10, "planned_quantity", &damage),
        .planned_at_us = db_int(rows, 11),
    };
    leg.damage = damage;
    keep_key(walk, 0, leg.plan_id);
    keep_key(walk, 1, leg.id);
    return walk->visitor->leg(walk->visitor->context, &leg, error);
}

enum status ledger_store_walk_legs(struct db_tx *tx, struct position_owner owner,
                                   const struct ledger_visitor *visitor, struct error *error)
{
    struct walk walk = {.tx = tx,
                        .statement = &SQL_LEDGER_LEGS,
                        .owner = owner,
                        .visitor = visitor,
                        .key_count = 2,
                        .visit = visit_leg};
    return walk_all(&walk, error);
}

static enum status visit_order(struct walk *walk, const struct db_rows *rows, struct error *error)
{
    struct ledger_damage damage = {0};
    struct ledger_order order = {
        .id = db_text(rows, 0),
        .status = db_text(rows, 1),
        .symbol = db_text(rows, 2),
        .side = db_text(rows, 3),
        .quantity = read_decimal(rows, 4, "quantity", &damage),
        .fill_number = db_int(rows, 5),
    };
    order.damage = damage;
    keep_key(walk, 0, order.id);
    return walk->visitor->order(walk->visitor->context, &order, error);
}

enum status ledger_store_walk_orders(struct db_tx *tx, struct position_owner owner,
                                     const struct ledger_visitor *visitor, struct error *error)
{
    struct walk walk = {.tx = tx,
                        .statement = &SQL_LEDGER_ORDERS,
                        .owner = owner,
                        .visitor = visitor,
                        .key_count = 1,
                        .visit = visit_order};
    return walk_all(&walk, error);
}

// ---- accounts, and what belongs to none

static struct ledger_account read_account(const struct db_rows *rows, struct arena *arena)
{
    struct ledger_damage damage = {0};
    struct ledger_account row = {
        .account = {.workspace_id = str_copy(arena, db_text(rows, 0)),
                    .id = str_copy(arena, db_text(rows, 1)),
                    .currency = str_copy(arena, db_text(rows, 2)),
                    .starting_balance = read_decimal(rows, 3, "starting_balance", &damage),
                    .cash = read_decimal(rows, 4, "cash", &damage),
                    .deposits = read_decimal(rows, 5, "deposits", &damage),
                    .realized_pnl = read_decimal(rows, 6, "realized_pnl", &damage),
                    .fees_paid = read_decimal(rows, 7, "fees_paid", &damage),
                    .last_number = db_int(rows, 8),
                    .reset_number = db_int(rows, 9),
                    .created_at_us = db_int(rows, 10),
                    .updated_at_us = db_int(rows, 11)}};
    if (damage.column) damage.text = str_copy(arena, damage.text);
    row.damage = damage;
    return row;
}

enum status ledger_store_list_accounts(struct db_tx *tx, struct position_owner after, size_t limit,
                                       struct arena *arena, struct ledger_account_list *out_list,
                                       struct error *error)
{
    struct ledger_account_list list = {.items = ARENA_ARRAY(arena, struct ledger_account, limit)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_LEDGER_ACCOUNTS,
                 DB_PARAMS(DB_TEXT(after.workspace_id), DB_TEXT(after.account_id), DB_INT((int64_t)limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count] = read_account(rows, arena);
        if (!list.items[list.count++].account.currency.ptr) return error_no_memory(error);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

static struct ledger_odd_plan read_odd_plan(const struct db_rows *rows, struct arena *arena)
{
    return (struct ledger_odd_plan){.workspace_id = str_copy(arena, db_text(rows, 0)),
                                    .account_id = str_copy(arena, db_text(rows, 1)),
                                    .id = str_copy(arena, db_text(rows, 2)),
                                    .status = str_copy(arena, db_text(rows, 3)),
                                    .version = db_int(rows, 4),
                                    .changes = db_int(rows, 5),
                                    .last_change = db_int(rows, 6)};
}

enum status ledger_store_list_odd_plans(struct db_tx *tx, size_t limit, struct arena *arena,
                                        struct ledger_odd_plan_list *out_list, struct error *error)
{
    struct ledger_odd_plan_list list = {.items = ARENA_ARRAY(arena, struct ledger_odd_plan, limit)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_LEDGER_LIST_ODD_PLANS, DB_PARAMS(DB_INT((int64_t)limit)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count] = read_odd_plan(rows, arena);
        if (!list.items[list.count++].status.ptr) return error_no_memory(error);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status ledger_store_count_entries(struct db_tx *tx, int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_LEDGER_COUNT_ENTRIES, DB_NO_PARAMS, out_count, error);
}

static enum status list_strays(struct db_tx *tx, const struct db_statement *statement, size_t limit,
                               struct arena *arena, struct ledger_stray_list *out_list, struct error *error)
{
    static const char *const tables[] = {
        "journal", "members", "paper_accounts", "paper_orders", "positions", "trade_plans", NULL};
    struct ledger_stray_list list = {.items = ARENA_ARRAY(arena, struct ledger_stray, limit)};
    struct ledger_damage ignored = {0};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, statement, DB_PARAMS(DB_INT((int64_t)limit)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count++] =
            (struct ledger_stray){.table = tables[read_word(rows, 0, "table", tables, &ignored)],
                                  .workspace_id = str_copy(arena, db_text(rows, 1)),
                                  .account_id = str_copy(arena, db_text(rows, 2))};
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status ledger_store_list_stray_entries(struct db_tx *tx, size_t limit, struct arena *arena,
                                            struct ledger_stray_list *out_list, struct error *error)
{
    return list_strays(tx, &SQL_LEDGER_LIST_STRAY_ENTRIES, limit, arena, out_list, error);
}

enum status ledger_store_list_strays(struct db_tx *tx, size_t limit, struct arena *arena,
                                     struct ledger_stray_list *out_list, struct error *error)
{
    return list_strays(tx, &SQL_LEDGER_LIST_STRAYS, limit, arena, out_list, error);
}
