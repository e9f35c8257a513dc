#include "store/journal_store.h"

#include "base/limits.h"
#include "sql_statements.h"
#include "store/decimal_value.h"

const char *const journal_kind_names[] = {"deposit", "withdrawal", "reset", "fill", NULL};
const char *const fill_action_names[] = {"open", "close", NULL};
const char *const fill_side_names[] = {"buy", "sell", NULL};
const char *const mark_source_names[] = {"request", "live", "candle", "stop", "target", "order", NULL};

enum { PARAMETERS = 29, FIRST_OF_FILL = 13, LAST_OF_FILL = 24, POSITION_AFTER = 27, COST_AFTER = 28 };
enum { STEPS_AT_ONCE = 256 };

static struct db_value name_value(const char *const names[], int index)
{
    return DB_TEXT(str_from_c(names[index]));
}

// Parameters from `action` on to `mark_time`.
static void put_fill(const struct journal_entry *entry, struct decimal_values *values,
                     struct db_value parameters[])
{
    const struct db_value fill[] = {
        name_value(fill_action_names, (int)entry->action),
        DB_TEXT(entry->symbol),
        name_value(fill_side_names, (int)entry->side),
        decimal_value(values, entry->quantity),
        decimal_value(values, entry->price),
        decimal_value(values, entry->notional),
        decimal_value(values, entry->fee),
        decimal_value(values, entry->fee_bps),
        decimal_value(values, entry->slippage_bps),
        decimal_value(values, entry->mark_price),
        name_value(mark_source_names, (int)entry->mark_source),
        DB_INT(entry->mark_time_us),
    };
    memcpy(parameters + FIRST_OF_FILL, fill, sizeof fill);
    parameters[POSITION_AFTER] = decimal_value(values, entry->position_after);
    parameters[COST_AFTER] = decimal_value(values, entry->cost_after);
}

enum status journal_store_append(struct db_tx *tx, const struct journal_entry *entry, struct error *error)
{
    struct decimal_values values = {0};
    struct db_value parameters[PARAMETERS] = {
        DB_TEXT(entry->workspace_id),
        DB_TEXT(entry->account_id),
        DB_INT(entry->number),
        DB_TEXT(entry->id),
        name_value(journal_kind_names, (int)entry->kind),
        DB_INT(entry->created_at_us),
        DB_TEXT(entry->actor_id),
        DB_TEXT(entry->request_id),
        text_or_null(entry->idempotency_key),
        text_or_null(entry->note),
        text_or_null(entry->plan_id),
        text_or_null(entry->leg_id),
        text_or_null(entry->order_id),
    };
    for (size_t i = FIRST_OF_FILL; i < PARAMETERS; i++)
        parameters[i] = DB_NULL;
    parameters[LAST_OF_FILL + 1] = decimal_value(&values, entry->cash);
    parameters[LAST_OF_FILL + 2] = decimal_value(&values, entry->cash_after);
    if (entry->kind == JOURNAL_FILL) put_fill(entry, &values, parameters);
    return db_defer(tx, &SQL_JOURNAL_APPEND, parameters, PARAMETERS, error);
}

// The index of the column's name; 0 for NULL.
static int name_of_column(const struct db_rows *rows, int column, const char *const names[], bool *is_damaged)
{
    if (db_is_null(rows, column)) return 0;
    for (int i = 0; names[i]; i++)
        if (str_eq(db_text(rows, column), str_from_c(names[i]))) return i;
    *is_damaged = true;
    return 0;
}

static struct str text_of_column(const struct db_rows *rows, int column, struct arena *arena)
{
    return db_is_null(rows, column) ? (struct str){0} : str_copy(arena, db_text(rows, column));
}

static void read_fill(const struct db_rows *rows, struct arena *arena, struct journal_entry *entry,
                      bool *is_damaged)
{
    entry->action = (enum fill_action)name_of_column(rows, 13, fill_action_names, is_damaged);
    entry->symbol = text_of_column(rows, 14, arena);
    entry->side = (enum fill_side)name_of_column(rows, 15, fill_side_names, is_damaged);
    entry->quantity = decimal_of_column(rows, 16, is_damaged);
    entry->price = decimal_of_column(rows, 17, is_damaged);
    entry->notional = decimal_of_column(rows, 18, is_damaged);
    entry->fee = decimal_of_column(rows, 19, is_damaged);
    entry->fee_bps = decimal_of_column(rows, 20, is_damaged);
    entry->slippage_bps = decimal_of_column(rows, 21, is_damaged);
    entry->mark_price = decimal_of_column(rows, 22, is_damaged);
    entry->mark_source = (enum mark_source)name_of_column(rows, 23, mark_source_names, is_damaged);
    entry->mark_time_us = db_int(rows, 24);
    entry->position_after = decimal_of_column(rows, POSITION_AFTER, is_damaged);
    entry->cost_after = decimal_of_column(rows, COST_AFTER, is_damaged);
}

static enum status read_row(const struct db_rows *rows, struct arena *arena, struct journal_entry *out_entry,
                            struct error *error)
{
    bool is_damaged = false;
    struct journal_entry entry = {
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .account_id = str_copy(arena, db_text(rows, 1)),
        .number = db_int(rows, 2),
        .id = str_copy(arena, db_text(rows, 3)),
        .kind = (enum journal_kind)name_of_column(rows, 4, journal_kind_names, &is_damaged),
        .created_at_us = db_int(rows, 5),
        .actor_id = str_copy(arena, db_text(rows, 6)),
        .request_id = str_copy(arena, db_text(rows, 7)),
        .idempotency_key = text_of_column(rows, 8, arena),
        .note = text_of_column(rows, 9, arena),
        .plan_id = text_of_column(rows, 10, arena),
        .leg_id = text_of_column(rows, 11, arena),
        .order_id = text_of_column(rows, 12, arena),
        .cash = decimal_of_column(rows, 25, &is_damaged),
        .cash_after = decimal_of_column(rows, 26, &is_damaged),
    };
    if (entry.kind == JOURNAL_FILL) read_fill(rows, arena, &entry, &is_damaged);
    if (is_damaged) return decimal_damaged("the journal entry", entry.id, error);
    *out_entry = entry;
    return entry.request_id.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status read_list(struct db_rows *rows, size_t limit, struct arena *arena,
                             struct journal_list *out_list, struct error *error)
{
    struct journal_list list = {.items = ARENA_ARRAY(arena, struct journal_entry, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        TRY(read_row(rows, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status journal_store_list(struct db_tx *tx, const struct journal_filter *filter, struct arena *arena,
                               struct journal_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_JOURNAL_LIST,
                 DB_PARAMS(DB_TEXT(filter->workspace_id), DB_TEXT(filter->account_id), DB_INT(filter->before),
                           DB_TEXT(str_from_c(filter->kind ? filter->kind : "")), DB_TEXT(filter->symbol),
                           DB_TEXT(filter->plan_id), DB_INT((int64_t)filter->limit)),
                 &rows, error));
    return read_list(rows, filter->limit, arena, out_list, error);
}

enum status journal_store_list_of_plan(struct db_tx *tx, const struct journal_of_plan *of,
                                       struct arena *arena, struct journal_list *out_list,
                                       struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_JOURNAL_LIST_OF_PLAN,
                 DB_PARAMS(DB_TEXT(of->workspace_id), DB_TEXT(of->plan_id), DB_INT(of->after),
                           DB_INT((int64_t)of->limit)),
                 &rows, error));
    return read_list(rows, of->limit, arena, out_list, error);
}

static enum status visit_row(const struct db_rows *rows, const struct journal_visitor *visitor,
                             struct error *error)
{
    bool is_damaged = false;
    const struct journal_trace trace = {.created_at_us = db_int(rows, 0),
                                        .cash = decimal_of_column(rows, 1, &is_damaged),
                                        .symbol = db_text(rows, 2),
                                        .quantity = decimal_of_column(rows, 3, &is_damaged),
                                        .mark_price = decimal_of_column(rows, 4, &is_damaged),
                                        .mark_time_us = db_int(rows, 5)};
    if (is_damaged) return decimal_damaged("the journal of", db_text(rows, 2), error);
    return visitor->visit(visitor->context, &trace, error);
}

enum status journal_store_trace(struct db_tx *tx, const struct journal_past *past,
                                const struct journal_visitor *visitor, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_JOURNAL_TRACE,
                 DB_PARAMS(DB_TEXT(past->workspace_id), DB_TEXT(past->account_id), DB_INT(past->before_us)),
                 &rows, error));
    for (;;) {
        TRY(db_next(rows, &has_row, error));
        if (!has_row) return STATUS_OK;
        TRY(visit_row(rows, visitor, error));
    }
}

enum status journal_store_symbols(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                  struct arena *arena, struct journal_symbols *out_symbols,
                                  struct error *error)
{
    struct journal_symbols symbols = {.items = ARENA_ARRAY(arena, struct str, LIMIT_POSITIONS)};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    if (!symbols.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_JOURNAL_SYMBOLS,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(account_id), DB_INT(LIMIT_POSITIONS + 1)), &rows,
                 error));
    for (;;) {
        TRY(db_next(rows, &has_row, error));
        if (!has_row) break;
        if (symbols.count == LIMIT_POSITIONS)
            return error_set(error, STATUS_TOO_LARGE, NULL, "the account has traded more than %d symbols",
                             LIMIT_POSITIONS);
        struct str *symbol = &symbols.items[symbols.count++];
        *symbol = str_copy(arena, db_text(rows, 0));
        if (!symbol->ptr) return error_no_memory(error);
    }
    *out_symbols = symbols;
    return STATUS_OK;
}

static enum status visit_step(const struct db_rows *rows, const struct journal_step_visitor *visitor,
                              struct journal_step *step, bool *out_has_enough, struct error *error)
{
    bool is_damaged = false;
    *step = (struct journal_step){.number = db_int(rows, 0),
                                  .created_at_us = db_int(rows, 1),
                                  .is_fill = str_eq(db_text(rows, 2), STR("fill")),
                                  .symbol = db_text(rows, 3),
                                  .quantity = decimal_of_column(rows, 5, &is_damaged),
                                  .cash = decimal_of_column(rows, 6, &is_damaged),
                                  .cash_after = decimal_of_column(rows, 7, &is_damaged)};
    if (is_damaged) return decimal_damaged("the journal of", db_text(rows, 3), error);
    if (str_eq(db_text(rows, 4), STR("sell"))) step->quantity = decimal_negate(step->quantity);
    return visitor->visit(visitor->context, step, out_has_enough, error);
}

// *step: the last one that was seen.
static enum status step_page(struct db_rows *rows, const struct journal_step_visitor *visitor,
                             struct journal_step *step, bool *out_has_enough, struct error *error)
{
    size_t count = 0;
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    for (; has_row && !*out_has_enough; count++) {
        TRY(visit_step(rows, visitor, step, out_has_enough, error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_has_enough |= count < STEPS_AT_ONCE;
    return STATUS_OK;
}

enum status journal_store_step_back(struct db_tx *tx, struct str workspace_id, struct str account_id,
                                    const struct journal_step_visitor *visitor, struct error *error)
{
    struct journal_step step = {.number = INT64_MAX};
    bool has_enough = false;
    while (!has_enough) {
        DB_ROWS_SCOPE rows = NULL;
        TRY(db_query(
            tx, &SQL_JOURNAL_STEPS,
            DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(account_id), DB_INT(step.number), DB_INT(STEPS_AT_ONCE)),
            &rows, error));
        TRY(step_page(rows, visitor, &step, &has_enough, error));
    }
    return STATUS_OK;
}
