#include "store/backtest_store.h"

#include "base/limits.h"
#include "sql_statements.h"

#include <math.h>

// 2 MB of equity: few rows in the table, and little read for a page.
#define CHUNK_BYTES (2 * MIB)

static const char *const part_names[] = {"equity", "trades", "rebalances", "combinations", "checks"};

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
    return db_defer(tx, &SQL_BACKTEST_INSERT,
                    DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_TEXT(row->kind),
                              DB_TEXT(row->strategy_id), DB_TEXT(row->symbol), DB_TEXT(row->interval),
                              text_or_null(row->name), DB_TEXT(row->tags_json), text_or_null(row->notes),
                              DB_TEXT(row->created_by), DB_INT(row->created_at_us)),
                    error);
}

enum status backtest_store_insert_outcome(struct db_tx *tx, struct str workspace_id, struct str id,
                                          const struct backtest_outcome *outcome, struct error *error)
{
    return db_defer(tx, &SQL_BACKTEST_RESULT_INSERT,
                    DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id), DB_TEXT(outcome->engine_version),
                              DB_TEXT(outcome->data_json), DB_INT(outcome->warmup_bars),
                              DB_INT(outcome->bars), DB_DOUBLE(outcome->final_equity),
                              DB_TEXT(outcome->metrics_json), DB_TEXT(outcome->monthly_returns_json),
                              DB_TEXT(outcome->warnings_json), text_or_null(outcome->lookahead_json),
                              text_or_null(outcome->attribution_json), text_or_null(outcome->sweep_json),
                              outcome->liquidated_at ? DB_INT(outcome->liquidated_at) : DB_NULL,
                              figure_or_null(outcome->total_return), figure_or_null(outcome->sharpe),
                              figure_or_null(outcome->max_drawdown), DB_DOUBLE(outcome->load_ms),
                              DB_DOUBLE(outcome->run_ms)),
                    error);
}

static enum status insert_chunk(struct db_tx *tx, struct str workspace_id, struct str id,
                                const struct record_list *chunk, struct error *error)
{
    const struct str content = {.ptr = chunk->records, .len = chunk->count * chunk->record_bytes};
    return db_defer(tx, &SQL_BACKTEST_CHUNK_INSERT,
                    DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id),
                              DB_TEXT(str_from_c(part_names[chunk->part])), DB_INT((int64_t)chunk->first),
                              DB_INT((int64_t)chunk->count), DB_BLOB(content)),
                    error);
}

enum status backtest_store_insert_rows(struct db_tx *tx, struct str workspace_id, struct str id,
                                       const struct record_list *list, struct error *error)
{
    struct record_list chunk = *list;
    const size_t fitting = CHUNK_BYTES / list->record_bytes, rows = fitting > 0 ? fitting : 1;
    for (size_t done = 0; done < list->count; done += rows) {
        chunk.first = list->first + done;
        chunk.count = list->count - done < rows ? list->count - done : rows;
        chunk.records = (char *)list->records + done * list->record_bytes;
        TRY(insert_chunk(tx, workspace_id, id, &chunk, error));
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

// The columns behind those of backtest and job.
static struct backtest_outcome read_outcome(const struct db_rows *rows, struct arena *arena)
{
    return (struct backtest_outcome){
        .engine_version = str_copy(arena, db_text(rows, 18)),
        .data_json = str_copy(arena, db_text(rows, 19)),
        .warmup_bars = db_int(rows, 20),
        .bars = db_int(rows, 21),
        .final_equity = db_double(rows, 22),
        .metrics_json = str_copy(arena, db_text(rows, 23)),
        .monthly_returns_json = str_copy(arena, db_text(rows, 24)),
        .warnings_json = str_copy(arena, db_text(rows, 25)),
        .liquidated_at = db_is_null(rows, 26) ? 0 : db_int(rows, 26),
        .total_return = figure_or_nan(rows, 27),
        .sharpe = figure_or_nan(rows, 28),
        .max_drawdown = figure_or_nan(rows, 29),
        .load_ms = db_double(rows, 30),
        .run_ms = db_double(rows, 31),
        .lookahead_json = copy_or_null(arena, rows, 34),
        .attribution_json = copy_or_null(arena, rows, 35),
        .sweep_json = copy_or_null(arena, rows, 36),
    };
}

// Columns in the order of backtest_get.
static struct backtest_row read_row(const struct db_rows *rows, struct arena *arena)
{
    struct backtest_row row = {
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .id = str_copy(arena, db_text(rows, 1)),
        .kind = str_copy(arena, db_text(rows, 2)),
        .strategy_id = str_copy(arena, db_text(rows, 3)),
        .symbol = str_copy(arena, db_text(rows, 4)),
        .interval = str_copy(arena, db_text(rows, 5)),
        .name = copy_or_null(arena, rows, 6),
        .tags_json = str_copy(arena, db_text(rows, 7)),
        .notes = copy_or_null(arena, rows, 8),
        .created_by = str_copy(arena, db_text(rows, 9)),
        .created_at_us = db_int(rows, 10),
        .status = job_status_parse(db_text(rows, 11)),
        .request_json = str_copy(arena, db_text(rows, 12)),
        .progress = figure_or_nan(rows, 13),
        .error_code = copy_or_null(arena, rows, 14),
        .error_detail = copy_or_null(arena, rows, 15),
        .started_at_us = db_int(rows, 16),
        .finished_at_us = db_int(rows, 17),
        .has_outcome = !db_is_null(rows, 18),
        .is_starred = db_int(rows, 32) != 0,
        .revision = db_int(rows, 33),
    };
    if (row.has_outcome) row.outcome = read_outcome(rows, arena);
    return row;
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
                              DB_DOUBLE(after_key), DB_TEXT(filter->after_id), DB_INT((int64_t)filter->limit),
                              DB_TEXT(filter->are_sweeps ? STR("sweep") : STR("")), DB_TEXT(filter->kind),
                              DB_TEXT(filter->tag_json), DB_TEXT(filter->starred)),
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
        list.sort_keys[list.count++] = db_double(rows, 37);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status backtest_store_update_label(struct db_tx *tx, const struct backtest_row *row, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_BACKTEST_LABEL_UPDATE,
                   DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), text_or_null(row->name),
                             DB_TEXT(row->tags_json), text_or_null(row->notes), DB_INT(row->is_starred)),
                   &changed, error));
    return changed == 1 ? STATUS_OK : not_found(error);
}

enum status backtest_store_delete(struct db_tx *tx, struct str workspace_id, struct str id,
                                  struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_BACKTEST_DELETE, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &changed, error));
    return changed == 1 ? STATUS_OK : not_found(error);
}

// Where the size of a record differs from run to run, the first chunk tells it.
static enum status make_room(size_t limit, size_t chunk_record_bytes, struct arena *arena,
                             struct record_list *list, struct error *error)
{
    if (list->records) return STATUS_OK;
    if (list->record_bytes == 0) list->record_bytes = chunk_record_bytes;
    list->records = arena_alloc_raw(arena, limit, list->record_bytes);
    return list->records ? STATUS_OK : error_no_memory(error);
}

// Copies what a chunk has of the wanted rows behind those that the list has already.
static enum status append_chunk(const struct db_rows *rows, size_t limit, struct arena *arena,
                                struct record_list *list, struct error *error)
{
    const size_t first = (size_t)db_int(rows, 0), count = (size_t)db_int(rows, 1),
                 wanted_end = list->first + limit;
    const struct str content = db_blob(rows, 2);
    TRY(make_room(limit, content.len / count, arena, list, error));
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
    list->records = NULL;
    TRY(db_query(tx, &SQL_BACKTEST_CHUNK_LIST,
                 DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id),
                           DB_TEXT(str_from_c(part_names[list->part])), DB_INT((int64_t)list->first),
                           DB_INT((int64_t)(list->first + limit))),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row) {
        TRY(append_chunk(rows, limit, arena, list, error));
        TRY(db_next(rows, &has_row, error));
    }
    return STATUS_OK;
}
