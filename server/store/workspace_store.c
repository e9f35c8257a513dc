#include "store/workspace_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

static enum status insert(struct db_tx *tx, const struct db_statement *statement,
                          const struct workspace *workspace, struct str created_by, struct error *error)
{
    return db_defer(tx, statement,
                    DB_PARAMS(DB_TEXT(workspace->id), DB_TEXT(workspace->name),
                              DB_TEXT(workspace->default_quote_asset), DB_TEXT(created_by),
                              DB_INT(workspace->created_at_us)),
                    error);
}

enum status workspace_store_insert(struct db_tx *tx, const struct workspace *workspace, struct str created_by,
                                   struct error *error)
{
    return insert(tx, &SQL_WORKSPACE_INSERT, workspace, created_by, error);
}

enum status workspace_store_insert_if_absent(struct db_tx *tx, const struct workspace *workspace,
                                             struct str created_by, struct error *error)
{
    return insert(tx, &SQL_WORKSPACE_INSERT_IF_ABSENT, workspace, created_by, error);
}

static enum status read_row(const struct db_rows *rows, struct arena *arena, struct workspace *out_workspace,
                            struct error *error)
{
    enum role role;
    if (!role_parse(db_text(rows, 3), &role))
        return error_set(error, STATUS_INTERNAL, NULL, "the stored role %.*s is unknown",
                         STR_ARG(db_text(rows, 3)));
    *out_workspace = (struct workspace){
        .id = str_copy(arena, db_text(rows, 0)),
        .name = str_copy(arena, db_text(rows, 1)),
        .default_quote_asset = str_copy(arena, db_text(rows, 2)),
        .role = role,
        .version = db_int(rows, 4),
        .created_at_us = db_int(rows, 5),
        .updated_at_us = db_int(rows, 6),
    };
    return STATUS_OK;
}

enum status workspace_store_get(struct db_tx *tx, struct str id, struct str user_id, struct arena *arena,
                                struct workspace *out_workspace, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_WORKSPACE_GET_FOR_MEMBER, DB_PARAMS(DB_TEXT(id), DB_TEXT(user_id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such workspace");
    return read_row(rows, arena, out_workspace, error);
}

enum status workspace_store_list(struct db_tx *tx, struct str user_id, struct workspace_page page,
                                 struct arena *arena, struct workspace_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct workspace_list list = {.items = ARENA_ARRAY(arena, struct workspace, page.limit)};
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_WORKSPACE_LIST_FOR_MEMBER,
                 DB_PARAMS(DB_TEXT(user_id), DB_INT(page.after_created_at_us), DB_TEXT(page.after_id),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        TRY(read_row(rows, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status workspace_store_count(struct db_tx *tx, struct str user_id, int64_t *out_count,
                                  struct error *error)
{
    return count_rows(tx, &SQL_WORKSPACE_COUNT_MADE_BY, DB_PARAMS(DB_TEXT(user_id)), out_count, error);
}

static enum status one_row_or_stale(int64_t changed, struct error *error)
{
    return changed == 1
               ? STATUS_OK
               : error_set(
                     error, STATUS_STALE, "precondition_failed",
                     "the workspace has changed since it was read; read it again and repeat the change");
}

enum status workspace_store_update(struct db_tx *tx, const struct workspace *workspace, int64_t now_us,
                                   struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_WORKSPACE_UPDATE,
                   DB_PARAMS(DB_TEXT(workspace->id), DB_INT(workspace->version), DB_TEXT(workspace->name),
                             DB_TEXT(workspace->default_quote_asset), DB_INT(now_us)),
                   &changed, error));
    return one_row_or_stale(changed, error);
}

enum status workspace_store_delete(struct db_tx *tx, struct str id, int64_t version, int64_t now_us,
                                   struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_WORKSPACE_DELETE, DB_PARAMS(DB_TEXT(id), DB_INT(version), DB_INT(now_us)),
                   &changed, error));
    return one_row_or_stale(changed, error);
}

enum status workspace_store_get_deleted(struct db_tx *tx, struct deleted_of of, struct str id,
                                        struct arena *arena, struct workspace *out_workspace,
                                        struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_WORKSPACE_GET_DELETED,
                 DB_PARAMS(DB_TEXT(id), DB_TEXT(of.user_id), DB_INT(of.since_us)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such workspace");
    return read_row(rows, arena, out_workspace, error);
}

enum status workspace_store_list_deleted(struct db_tx *tx, struct deleted_of of, size_t limit,
                                         struct arena *arena, struct workspace_list *out_list,
                                         struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct workspace_list list = {.items = ARENA_ARRAY(arena, struct workspace, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_WORKSPACE_LIST_DELETED,
                 DB_PARAMS(DB_TEXT(of.user_id), DB_INT(of.since_us), DB_INT((int64_t)limit)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        TRY(read_row(rows, arena, &list.items[list.count++], error));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status workspace_store_restore(struct db_tx *tx, struct str id, int64_t now_us, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_WORKSPACE_RESTORE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), &changed, error));
    return changed == 1 ? STATUS_OK : error_set(error, STATUS_NOT_FOUND, NULL, "there is no such workspace");
}

enum status workspace_store_lock(struct db_tx *tx, struct str id, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_WORKSPACE_LOCK, DB_PARAMS(DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    return has_row ? STATUS_OK : error_set(error, STATUS_NOT_FOUND, NULL, "there is no such workspace");
}
