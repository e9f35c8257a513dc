#include "store/paper_order_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"
#include "store/decimal_value.h"

const char *const paper_order_type_names[] = {"market", "limit", NULL};
const char *const paper_order_force_names[] = {"gtc", "ioc", NULL};
const char *const paper_order_status_names[] = {"accepted", "filled", "cancelled", "rejected", NULL};

static struct db_value name_value(const char *const *names, int index)
{
    return DB_TEXT(str_from_c(names[index]));
}

enum status paper_order_store_insert(struct db_tx *tx, const struct paper_order *order, struct error *error)
{
    struct decimal_values values = {0};
    const struct db_value limit_price =
        order->type == PAPER_ORDER_LIMIT ? decimal_value(&values, order->limit_price) : DB_NULL;
    return db_execute(tx, &SQL_PAPER_ORDER_INSERT,
                      DB_PARAMS(DB_TEXT(order->workspace_id), DB_TEXT(order->id), DB_TEXT(order->account_id),
                                DB_TEXT(order->symbol), name_value(fill_side_names, (int)order->side),
                                name_value(paper_order_type_names, (int)order->type),
                                decimal_value(&values, order->quantity), limit_price,
                                name_value(paper_order_force_names, (int)order->force),
                                text_or_null(order->note), DB_INT(order->watched_from_us),
                                DB_TEXT(order->created_by), DB_INT(order->created_at_us)),
                      NULL, error);
}

// ---- reading

// The index of a text among names that the schema holds the column to.
static int index_of(const char *const *names, struct str text)
{
    int i = 0;
    while (names[i + 1] && !str_eq(text, str_from_c(names[i])))
        i++;
    return i;
}

static struct str text_of(const struct db_rows *rows, int column, struct arena *arena)
{
    return db_is_null(rows, column) ? (struct str){0} : str_copy(arena, db_text(rows, column));
}

static struct paper_order read_row(const struct db_rows *rows, struct arena *arena, bool *is_damaged)
{
    return (struct paper_order){
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .id = str_copy(arena, db_text(rows, 1)),
        .account_id = str_copy(arena, db_text(rows, 2)),
        .symbol = str_copy(arena, db_text(rows, 3)),
        .side = (enum fill_side)index_of(fill_side_names, db_text(rows, 4)),
        .type = (enum paper_order_type)index_of(paper_order_type_names, db_text(rows, 5)),
        .quantity = decimal_of_column(rows, 6, is_damaged),
        .limit_price = decimal_of_column(rows, 7, is_damaged),
        .force = (enum paper_order_force)index_of(paper_order_force_names, db_text(rows, 8)),
        .note = text_of(rows, 9, arena),
        .status = (enum paper_order_status)index_of(paper_order_status_names, db_text(rows, 10)),
        .reject_reason = text_of(rows, 11, arena),
        .fill_number = db_int(rows, 12),
        .watched_from_us = db_int(rows, 13),
        .version = db_int(rows, 14),
        .fill_id = text_of(rows, 18, arena),
        .fill_price = decimal_of_column(rows, 19, is_damaged),
        .fill_fee = decimal_of_column(rows, 20, is_damaged),
        .filled_at_us = db_int(rows, 21),
        .created_at_us = db_int(rows, 16),
        .updated_at_us = db_int(rows, 17),
        .created_by = str_copy(arena, db_text(rows, 15)),
    };
}

static enum status read_whole(const struct db_rows *rows, struct arena *arena, struct paper_order *out_order,
                              struct error *error)
{
    bool is_damaged = false;
    *out_order = read_row(rows, arena, &is_damaged);
    if (is_damaged) return decimal_damaged("the order", out_order->id, error);
    return out_order->created_by.ptr ? STATUS_OK : error_no_memory(error);
}

enum status paper_order_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                  struct arena *arena, struct paper_order *out_order, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_PAPER_ORDER_GET, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (has_row) return read_whole(rows, arena, out_order, error);
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no order \"%.*s\"",
                     STR_ARG(str_prefix(id, 100)));
}

static enum status read_list(struct db_rows *rows, size_t limit, struct arena *arena,
                             struct paper_order_list *out_list, struct error *error)
{
    struct paper_order_list list = {.items = ARENA_ARRAY(arena, struct paper_order, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        TRY(read_whole(rows, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status paper_order_store_list(struct db_tx *tx, const struct paper_order_filter *filter,
                                   struct arena *arena, struct paper_order_list *out_list,
                                   struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_PAPER_ORDER_LIST,
                 DB_PARAMS(DB_TEXT(filter->workspace_id), DB_TEXT(filter->account_id),
                           DB_TEXT(filter->status), DB_TEXT(filter->symbol), DB_INT(filter->before_us),
                           DB_TEXT(filter->before_id), DB_INT((int64_t)filter->limit)),
                 &rows, error));
    return read_list(rows, filter->limit, arena, out_list, error);
}

enum status paper_order_store_list_resting(struct db_tx *tx, const struct paper_order_page *page,
                                           struct arena *arena, struct paper_order_list *out_list,
                                           struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(
        tx, &SQL_PAPER_ORDER_LIST_RESTING,
        DB_PARAMS(DB_TEXT(page->after_workspace_id), DB_TEXT(page->after_id), DB_INT((int64_t)page->limit)),
        &rows, error));
    return read_list(rows, page->limit, arena, out_list, error);
}

enum status paper_order_store_count_resting(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                            int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_PAPER_ORDER_COUNT_RESTING,
                      DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(account_id)), out_count, error);
}

// ---- changing

enum status paper_order_store_move(struct db_tx *tx, struct paper_order *order,
                                   const struct paper_order_move *move, struct error *error)
{
    const int64_t now_us = move->now_us > order->updated_at_us ? move->now_us : order->updated_at_us;
    int64_t changed;
    TRY(db_execute(tx, &SQL_PAPER_ORDER_MOVE,
                   DB_PARAMS(DB_TEXT(order->workspace_id), DB_TEXT(order->id), DB_INT(order->version),
                             name_value(paper_order_status_names, (int)move->to),
                             text_or_null(move->reject_reason),
                             move->fill_number ? DB_INT(move->fill_number) : DB_NULL, DB_INT(now_us)),
                   &changed, error));
    if (changed != 1)
        return error_set(error, STATUS_STALE, NULL, "the order has changed since it was read; read it again");
    order->status = move->to;
    order->reject_reason = move->reject_reason;
    order->fill_number = move->fill_number;
    order->updated_at_us = now_us;
    order->version++;
    return STATUS_OK;
}

enum status paper_order_store_watch_on(struct db_tx *tx, const struct paper_order *order, int64_t from_us,
                                       struct error *error)
{
    return db_execute(tx, &SQL_PAPER_ORDER_WATCH_ON,
                      DB_PARAMS(DB_TEXT(order->workspace_id), DB_TEXT(order->id), DB_INT(from_us)), NULL,
                      error);
}
