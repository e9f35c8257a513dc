#include "store/position_store.h"

#include "base/limits.h"
#include "sql_statements.h"
#include "store/count_rows.h"
#include "store/decimal_value.h"

enum status position_store_get(struct db_tx *tx, struct position_owner owner, struct str symbol,
                               struct position *out_position, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row, is_damaged = false;
    struct position position = {DECIMAL_ZERO, DECIMAL_ZERO};
    TRY(db_query(tx, &SQL_POSITION_GET,
                 DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id), DB_TEXT(symbol)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    if (has_row) {
        position.quantity = decimal_of_column(rows, 0, &is_damaged);
        position.cost = decimal_of_column(rows, 1, &is_damaged);
    }
    if (is_damaged) return decimal_damaged("the position in", symbol, error);
    *out_position = position;
    return STATUS_OK;
}

enum status position_store_put(struct db_tx *tx, struct position_owner owner, const struct position_row *row,
                               struct error *error)
{
    struct decimal_values values = {0};
    return db_defer(tx, &SQL_POSITION_PUT,
                    DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id), DB_TEXT(row->symbol),
                              decimal_value(&values, row->position.quantity),
                              decimal_value(&values, row->position.cost), DB_INT(row->updated_at_us)),
                    error);
}

enum { FIRST_CAPACITY = 16 };

// Room for one element more; NULL on lack of memory.
static void *grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    const size_t wanted = *capacity ? 2 * *capacity : FIRST_CAPACITY;
    void *larger = arena_alloc(arena, wanted, size);
    if (!larger) return NULL;
    if (count) memcpy(larger, items, count * size);
    *capacity = wanted;
    return larger;
}

static enum status too_many(const char *what, struct error *error)
{
    return error_set(error, STATUS_TOO_LARGE, NULL, "the account has more than %d %s", LIMIT_POSITIONS, what);
}

static enum status read_row(const struct db_rows *rows, struct arena *arena, struct position_row *row,
                            struct error *error)
{
    bool is_damaged = false;
    *row = (struct position_row){.symbol = str_copy(arena, db_text(rows, 0)),
                                 .position.quantity = decimal_of_column(rows, 1, &is_damaged),
                                 .position.cost = decimal_of_column(rows, 2, &is_damaged),
                                 .updated_at_us = db_int(rows, 3)};
    if (is_damaged) return decimal_damaged("the position in", row->symbol, error);
    return row->symbol.ptr ? STATUS_OK : error_no_memory(error);
}

enum status position_store_list(struct db_tx *tx, struct position_owner owner, struct arena *arena,
                                struct position_list *out_list, struct error *error)
{
    struct position_list list = {0};
    size_t capacity = 0;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(
        tx, &SQL_POSITION_LIST,
        DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id), DB_INT(LIMIT_POSITIONS + 1)), &rows,
        error));
    for (;;) {
        TRY(db_next(rows, &has_row, error));
        if (!has_row) break;
        if (list.count == LIMIT_POSITIONS) return too_many("positions", error);
        list.items = grow(arena, list.items, list.count, &capacity, sizeof *list.items);
        if (!list.items) return error_no_memory(error);
        TRY(read_row(rows, arena, &list.items[list.count++], error));
    }
    *out_list = list;
    return STATUS_OK;
}

static enum status read_share(const struct db_rows *rows, struct arena *arena, struct position_share *share,
                              struct error *error)
{
    bool is_damaged = false;
    *share = (struct position_share){.symbol = str_copy(arena, db_text(rows, 0)),
                                     .plan_id = str_copy(arena, db_text(rows, 1)),
                                     .quantity = decimal_of_column(rows, 3, &is_damaged)};
    if (is_damaged) return decimal_damaged("a leg of the plan", share->plan_id, error);
    if (str_eq(db_text(rows, 2), STR("short"))) share->quantity = decimal_negate(share->quantity);
    return share->symbol.ptr && share->plan_id.ptr ? STATUS_OK : error_no_memory(error);
}

enum status position_store_list_shares(struct db_tx *tx, struct position_owner owner, struct arena *arena,
                                       struct position_share_list *out_list, struct error *error)
{
    struct position_share_list list = {0};
    size_t capacity = 0;
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(
        tx, &SQL_POSITION_LIST_SHARES,
        DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id), DB_INT(LIMIT_POSITIONS + 1)), &rows,
        error));
    for (;;) {
        TRY(db_next(rows, &has_row, error));
        if (!has_row) break;
        if (list.count == LIMIT_POSITIONS) return too_many("legs of open plans", error);
        list.items = grow(arena, list.items, list.count, &capacity, sizeof *list.items);
        if (!list.items) return error_no_memory(error);
        TRY(read_share(rows, arena, &list.items[list.count++], error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status position_store_count_symbols(struct db_tx *tx, struct position_owner owner, struct str but,
                                         int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_POSITION_COUNT_SYMBOLS,
                      DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id), DB_TEXT(but)),
                      out_count, error);
}

enum status position_store_count_legs(struct db_tx *tx, struct position_owner owner, int64_t *out_count,
                                      struct error *error)
{
    return count_rows(tx, &SQL_POSITION_COUNT_LEGS,
                      DB_PARAMS(DB_TEXT(owner.workspace_id), DB_TEXT(owner.account_id)), out_count, error);
}
