#include "store/paper_account_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"
#include "store/decimal_value.h"

static enum status unknown(struct str id, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "unknown_account", "there is no account \"%.*s\"",
                     STR_ARG(str_prefix(id, 100)));
}

enum status paper_account_store_insert_if_absent(struct db_tx *tx, const struct paper_account *account,
                                                 bool *out_is_new, struct error *error)
{
    struct decimal_values values = {0};
    int64_t changed;
    TRY(db_execute(tx, &SQL_PAPER_ACCOUNT_INSERT_IF_ABSENT,
                   DB_PARAMS(DB_TEXT(account->workspace_id), DB_TEXT(account->id), DB_TEXT(account->name),
                             DB_TEXT(account->currency), decimal_value(&values, account->starting_balance),
                             decimal_value(&values, account->fee_bps),
                             decimal_value(&values, account->slippage_bps),
                             decimal_value(&values, account->max_leverage), DB_TEXT(account->created_by),
                             DB_INT(account->created_at_us)),
                   &changed, error));
    *out_is_new = changed == 1;
    return STATUS_OK;
}

static struct paper_account read_row(const struct db_rows *rows, struct arena *arena, bool *is_damaged)
{
    return (struct paper_account){
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .id = str_copy(arena, db_text(rows, 1)),
        .name = str_copy(arena, db_text(rows, 2)),
        .currency = str_copy(arena, db_text(rows, 3)),
        .starting_balance = decimal_of_column(rows, 4, is_damaged),
        .fee_bps = decimal_of_column(rows, 5, is_damaged),
        .slippage_bps = decimal_of_column(rows, 6, is_damaged),
        .max_leverage = decimal_of_column(rows, 7, is_damaged),
        .cash = decimal_of_column(rows, 8, is_damaged),
        .deposits = decimal_of_column(rows, 9, is_damaged),
        .realized_pnl = decimal_of_column(rows, 10, is_damaged),
        .fees_paid = decimal_of_column(rows, 11, is_damaged),
        .last_number = db_int(rows, 12),
        .reset_number = db_int(rows, 13),
        .version = db_int(rows, 14),
        .created_by = str_copy(arena, db_text(rows, 15)),
        .created_at_us = db_int(rows, 16),
        .updated_at_us = db_int(rows, 17),
    };
}

static enum status read_whole(const struct db_rows *rows, bool has_plans, struct arena *arena,
                              struct paper_account *out_account, struct error *error)
{
    bool is_damaged = false;
    *out_account = read_row(rows, arena, &is_damaged);
    if (has_plans) out_account->open_plans = db_int(rows, 18);
    if (is_damaged) return decimal_damaged("the account", out_account->id, error);
    return out_account->created_by.ptr ? STATUS_OK : error_no_memory(error);
}

enum status paper_account_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                    struct arena *arena, struct paper_account *out_account,
                                    struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_PAPER_ACCOUNT_GET, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    return has_row ? read_whole(rows, true, arena, out_account, error) : unknown(id, error);
}

enum status paper_account_store_lock(struct db_tx *tx, struct str workspace_id, struct str id,
                                     struct arena *arena, struct paper_account *out_account,
                                     struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_PAPER_ACCOUNT_LOCK, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    return has_row ? read_whole(rows, false, arena, out_account, error) : unknown(id, error);
}

enum status paper_account_store_list(struct db_tx *tx, struct str workspace_id,
                                     struct paper_account_page page, struct arena *arena,
                                     struct paper_account_list *out_list, struct error *error)
{
    struct paper_account_list list = {.items = ARENA_ARRAY(arena, struct paper_account, page.limit)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_PAPER_ACCOUNT_LIST,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_INT(page.after_created_at_us), DB_TEXT(page.after_id),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        TRY(read_whole(rows, true, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status paper_account_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                      struct error *error)
{
    return count_rows(tx, &SQL_PAPER_ACCOUNT_COUNT, DB_PARAMS(DB_TEXT(workspace_id)), out_count, error);
}

enum status paper_account_store_save(struct db_tx *tx, struct paper_account *account, struct error *error)
{
    struct decimal_values values = {0};
    int64_t changed;
    TRY(db_execute(
        tx, &SQL_PAPER_ACCOUNT_SAVE,
        DB_PARAMS(DB_TEXT(account->workspace_id), DB_TEXT(account->id), DB_INT(account->version),
                  DB_TEXT(account->name), decimal_value(&values, account->starting_balance),
                  decimal_value(&values, account->fee_bps), decimal_value(&values, account->slippage_bps),
                  decimal_value(&values, account->max_leverage), decimal_value(&values, account->cash),
                  decimal_value(&values, account->deposits), decimal_value(&values, account->realized_pnl),
                  decimal_value(&values, account->fees_paid), DB_INT(account->last_number),
                  DB_INT(account->reset_number), DB_INT(account->updated_at_us)),
        &changed, error));
    if (changed != 1)
        return error_set(error, STATUS_STALE, NULL,
                         "the account has changed since it was read; read it again and repeat the change");
    account->version++;
    return STATUS_OK;
}
