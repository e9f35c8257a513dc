#include "store/audit_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

static const char no_hash[32];

enum status audit_store_lock(struct db_tx *tx, struct str log, struct str actor_id, struct arena *arena,
                             struct audit_end *out_end, struct error *error)
{
    const struct str zero = {.ptr = no_hash, .len = sizeof no_hash};
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_defer(tx, &SQL_AUDIT_BEGIN, DB_PARAMS(DB_TEXT(log), DB_BLOB(zero)), error));
    TRY(db_query(tx, &SQL_AUDIT_LOCK, DB_PARAMS(DB_TEXT(log), DB_TEXT(actor_id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_INTERNAL, NULL, "an audit log has no end");
    *out_end = (struct audit_end){.last_number = db_int(rows, 0),
                                  .last_hash = str_copy(arena, db_blob(rows, 1)),
                                  .actor_email = str_copy(arena, db_text(rows, 2))};
    return STATUS_OK;
}

enum status audit_store_append(struct db_tx *tx, const struct audit_entry *entry, struct error *error)
{
    TRY(db_defer(tx, &SQL_AUDIT_ADVANCE,
                 DB_PARAMS(DB_TEXT(entry->log), DB_INT(entry->number), DB_BLOB(entry->hash)), error));
    return db_defer(tx, &SQL_AUDIT_INSERT,
                    DB_PARAMS(DB_TEXT(entry->log), DB_INT(entry->number), DB_INT(entry->created_at_us),
                              DB_TEXT(entry->actor_id), DB_TEXT(entry->actor_email), DB_TEXT(entry->via),
                              DB_TEXT(entry->action), DB_TEXT(entry->outcome), DB_TEXT(entry->object_type),
                              DB_TEXT(entry->object_id), DB_TEXT(entry->address), DB_TEXT(entry->request_id),
                              DB_TEXT(entry->detail), DB_BLOB(entry->hash)),
                    error);
}

enum status audit_store_count_same(struct db_tx *tx, const struct audit_same *same, int64_t *out_count,
                                   struct error *error)
{
    const struct audit_entry *like = same->like;
    return count_rows(tx, &SQL_AUDIT_COUNT_SAME,
                      DB_PARAMS(DB_TEXT(like->log), DB_TEXT(like->actor_id), DB_TEXT(like->via),
                                DB_TEXT(like->action), DB_TEXT(like->outcome), DB_TEXT(like->object_id),
                                DB_INT(same->after_us), DB_INT(same->before_us), DB_INT(same->newest)),
                      out_count, error);
}

// Columns in the order of audit_list.
static struct audit_entry read_entry(const struct db_rows *rows, struct str log, struct arena *arena)
{
    return (struct audit_entry){
        .log = log,
        .number = db_int(rows, 0),
        .created_at_us = db_int(rows, 1),
        .actor_id = str_copy(arena, db_text(rows, 2)),
        .actor_email = str_copy(arena, db_text(rows, 3)),
        .via = str_copy(arena, db_text(rows, 4)),
        .action = str_copy(arena, db_text(rows, 5)),
        .outcome = str_copy(arena, db_text(rows, 6)),
        .object_type = str_copy(arena, db_text(rows, 7)),
        .object_id = str_copy(arena, db_text(rows, 8)),
        .address = str_copy(arena, db_text(rows, 9)),
        .request_id = str_copy(arena, db_text(rows, 10)),
        .detail = str_copy(arena, db_text(rows, 11)),
        .hash = str_copy(arena, db_blob(rows, 12)),
    };
}

static enum status read_entries(struct db_rows *rows, struct str log, size_t limit, struct arena *arena,
                                struct audit_list *out_list, struct error *error)
{
    struct audit_list list = {.items = ARENA_ARRAY(arena, struct audit_entry, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count++] = read_entry(rows, log, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status audit_store_list(struct db_tx *tx, const struct audit_filter *filter, struct arena *arena,
                             struct audit_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_AUDIT_LIST,
                 DB_PARAMS(DB_TEXT(filter->log), DB_INT(filter->before_number), DB_TEXT(filter->action),
                           DB_TEXT(filter->actor_id), DB_TEXT(filter->object_id), DB_TEXT(filter->outcome),
                           DB_INT(filter->from_us), DB_INT(filter->to_us), DB_INT((int64_t)filter->limit)),
                 &rows, error));
    return read_entries(rows, filter->log, filter->limit, arena, out_list, error);
}

enum status audit_store_walk(struct db_tx *tx, struct audit_page page, struct arena *arena,
                             struct audit_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_AUDIT_WALK,
                 DB_PARAMS(DB_TEXT(page.log), DB_INT(page.after_number), DB_INT((int64_t)page.limit)), &rows,
                 error));
    return read_entries(rows, page.log, page.limit, arena, out_list, error);
}

enum status audit_store_list_logs(struct db_tx *tx, size_t limit, struct arena *arena,
                                  struct audit_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct audit_list list = {.items = ARENA_ARRAY(arena, struct audit_entry, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_AUDIT_LIST_LOGS, DB_NO_PARAMS, &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count++] = (struct audit_entry){.log = str_copy(arena, db_text(rows, 0)),
                                                        .number = db_int(rows, 1),
                                                        .hash = str_copy(arena, db_blob(rows, 2))};
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}
