#include "store/backtest_store.h"

#include "sql_statements.h"

#include <math.h>

enum { CHUNK_ROWS = 65536 }; // 2 MB of equity: few rows in the table, and little read for a page

static const char *const part_names[] = {"equity", "trades"};

static struct db_value text_or_null(struct str text)
{
    return text.ptr ? DB_TEXT(text) : DB_NULL;
}

static struct db_value figure_or_null(double value)
{
    return isfinite(value) ? DB_DOUBLE(value) : DB_NULL;
}

static enum status not_found(struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such backtest in this workspace");
}

enum status backtest_store_insert(struct db_tx *tx, const struct backtest_row *row, struct error *error)
{
    return db_execute(
        tx, &SQL_BACKTEST_INSERT,
        DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_TEXT(row->kind), DB_TEXT(row->status),
                  DB_TEXT(row->strategy_id), DB_TEXT(row->symbol), DB_TEXT(row->interval),
                  text_or_null(row->name), DB_TEXT(row->tags_json), text_or_null(row->notes),
                  DB_TEXT(row->request_json), DB_TEXT(row->engine_version), DB_TEXT(row->data_json),
                  DB_INT(row->warmup_bars), DB_INT(row->bars), DB_DOUBLE(row->final_equity),
                  DB_TEXT(row->metrics_json), DB_TEXT(row->monthly_returns_json), DB_TEXT(row->warnings_json),
                  row->liquidated_at ? DB_INT(row->liquidated_at) : DB_NULL,
                  figure_or_null(row->total_return), figure_or_null(row->sharpe),
                  figure_or_null(row->max_drawdown), DB_DOUBLE(row->load_ms), DB_DOUBLE(row->run_ms),
                  DB_TEXT(row->created_by), DB_INT(row->created_at_us), DB_INT(row->started_at_us),
                  DB_INT(row->finished_at_us)),
        NULL, error);
}

static enum status insert_chunk(struct db_tx *tx, const struct backtest_row *row,
                                const struct record_list *chunk, struct error *error)
{
    const struct str content = {.ptr = chunk->records, .len = chunk->count * chunk->record_bytes};
    return db_execute(tx, &SQL_BACKTEST_CHUNK_INSERT,
                      DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id),
                                DB_TEXT(str_from_c(part_names[chunk->part])), DB_INT((int64_t)chunk->first),
                                DB_INT((int64_t)chunk->count), DB_BLOB(content)),
                      NULL, error);
}

enum status backtest_store_insert_rows(struct db_tx *tx, const struct backtest_row *row,
                                       const struct record_list *list, struct error *error)
{
    struct record_list chunk = *list;
    for (size_t first = 0; first < list->count; first += CHUNK_ROWS) {
        chunk.first = first;
        chunk.count = list->count - first < CHUNK_ROWS ? list->count - first : CHUNK_ROWS;
        chunk.records = (char *)list->records + first * list->record_bytes;
        TRY(insert_chunk(tx, row, &chunk, error));
    }
    return STATUS_OK;
}

static struct str copy_or_null(struct arena *arena, const struct db_rows *rows, int column)
{
    return db_is_null(rows, column) ? (struct str){0} : str_copy(arena, db_text(rows, column));
}

static double figure_or_nan(const struct db_rows *rows, int column)
{
    return db_is_null(rows, column) ? (double)NAN : db_double(rows, column);
}

// Columns in the order of backtest_get.
static struct backtest_row read_row(const struct db_rows *rows, struct arena *arena)
{
    return (struct backtest_row){
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .id = str_copy(arena, db_text(rows, 1)),
        .kind = str_copy(arena, db_text(rows, 2)),
        .status = str_copy(arena, db_text(rows, 3)),
        .strategy_id = str_copy(arena, db_text(rows, 4)),
        .symbol = str_copy(arena, db_text(rows, 5)),
        .interval = str_copy(arena, db_text(rows, 6)),
        .name = copy_or_null(arena, rows, 7),
        .tags_json = str_copy(arena, db_text(rows, 8)),
        .notes = copy_or_null(arena, rows, 9),
        .request_json = str_copy(arena, db_text(rows, 10)),
        .engine_version = str_copy(arena, db_text(rows, 11)),
        .data_json = str_copy(arena, db_text(rows, 12)),
        .warmup_bars = db_int(rows, 13),
        .bars = db_int(rows, 14),
        .final_equity = db_double(rows, 15),
        .metrics_json = str_copy(arena, db_text(rows, 16)),
        .monthly_returns_json = str_copy(arena, db_text(rows, 17)),
        .warnings_json = str_copy(arena, db_text(rows, 18)),
        .liquidated_at = db_is_null(rows, 19) ? 0 : db_int(rows, 19),
        .total_return = figure_or_nan(rows, 20),
        .sharpe = figure_or_nan(rows, 21),
        .max_drawdown = figure_or_nan(rows, 22),
        .load_ms = db_double(rows, 23),
        .run_ms = db_double(rows, 24),
        .created_by = str_copy(arena, db_text(rows, 25)),
        .created_at_us = db_int(rows, 26),
        .started_at_us = db_int(rows, 27),
        .finished_at_us = db_int(rows, 28),
    };
}

enum status backtest_store_get(struct db_tx *tx, struct str workspace_id, struct str id, struct arena *arena,
                               struct backtest_row *out_row, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_BACKTEST_GET, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return not_found(error);
    *out_row = read_row(rows, arena);
    return STATUS_OK;
}

static enum status query_list(struct db_tx *tx, const struct backtest_filter *filter,
                              struct db_rows **out_rows, struct error *error)
{
    // neither engine takes an infinite parameter the same way; no sort key is below this one
    const double after_key = isfinite(filter->after_key) ? filter->after_key : -1.7e308;
    return db_query(tx, &SQL_BACKTEST_LIST,
                    DB_PARAMS(DB_TEXT(filter->workspace_id), DB_TEXT(filter->strategy_id),
                              DB_TEXT(filter->symbol), DB_TEXT(filter->status), DB_TEXT(filter->like),
                              DB_TEXT(filter->sort_figure), DB_DOUBLE(filter->direction),
                              DB_DOUBLE(after_key), DB_TEXT(filter->after_id),
                              DB_INT((int64_t)filter->limit)),
                    out_rows, error);
}

enum status backtest_store_list(struct db_tx *tx, const struct backtest_filter *filter, struct arena *arena,
                                struct backtest_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct backtest_list list = {
        .items = ARENA_ARRAY(arena, struct backtest_row, filter->limit),
        .sort_keys = ARENA_ARRAY(arena, double, filter->limit),
    };
    if (!list.items || !list.sort_keys) return error_no_memory(error);
    TRY(query_list(tx, filter, &rows, error));
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < filter->limit) {
        list.items[list.count] = read_row(rows, arena);
        list.sort_keys[list.count++] = db_double(rows, 29);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status backtest_store_delete(struct db_tx *tx, struct str workspace_id, struct str id,
                                  struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_BACKTEST_DELETE, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &changed, error));
    return changed == 1 ? STATUS_OK : not_found(error);
}

// Copies what a chunk has of the wanted rows behind those that the list has already.
static enum status append_chunk(const struct db_rows *rows, size_t limit, struct record_list *list,
                                struct error *error)
{
    const size_t first = (size_t)db_int(rows, 0), count = (size_t)db_int(rows, 1),
                 wanted_end = list->first + limit;
    const struct str content = db_blob(rows, 2);
    if (content.len != count * list->record_bytes)
        return error_set(error, STATUS_INTERNAL, NULL, "a stored chunk has %zu bytes for %zu rows",
                         content.len, count);
    const size_t begin = list->first > first ? list->first - first : 0;
    const size_t end = wanted_end < first + count ? wanted_end - first : count;
    char *next = (char *)list->records + list->count * list->record_bytes;
    memcpy(next, content.ptr + begin * list->record_bytes, (end - begin) * list->record_bytes);
    list->count += end - begin;
    return STATUS_OK;
}

enum status backtest_store_read_rows(struct db_tx *tx, const struct backtest_row *row, size_t limit,
                                     struct arena *arena, struct record_list *list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    list->count = 0;
    list->records = arena_alloc_raw(arena, limit, list->record_bytes);
    if (!list->records) return error_no_memory(error);
    TRY(db_query(tx, &SQL_BACKTEST_CHUNK_LIST,
                 DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id),
                           DB_TEXT(str_from_c(part_names[list->part])), DB_INT((int64_t)list->first),
                           DB_INT((int64_t)(list->first + limit))),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row) {
        TRY(append_chunk(rows, limit, list, error));
        TRY(db_next(rows, &has_row, error));
    }
    return STATUS_OK;
}
