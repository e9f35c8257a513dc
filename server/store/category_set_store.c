#include "store/category_set_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"
#include "store/workspace_store.h"

static enum status unknown(struct str id, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "unknown_category_set", "there is no category set \"%.*s\"",
                     STR_ARG(str_prefix(id, 100)));
}

static enum status insert_version(struct db_tx *tx, const struct category_set_row *row, struct error *error)
{
    const struct category_version *version = &row->version;
    return db_execute(tx, &SQL_CATEGORY_SET_VERSION_INSERT,
                      DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_INT(version->number),
                                DB_TEXT(version->content), DB_INT(version->category_count),
                                DB_INT(version->symbol_count), DB_TEXT(version->created_by),
                                DB_INT(version->created_at_us)),
                      NULL, error);
}

enum status category_set_store_insert(struct db_tx *tx, const struct category_set_row *row,
                                      struct error *error)
{
    TRY(db_execute(tx, &SQL_CATEGORY_SET_INSERT,
                   DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_TEXT(row->name),
                             DB_TEXT(row->created_by), DB_INT(row->created_at_us)),
                   NULL, error));
    return insert_version(tx, row, error);
}

enum status category_set_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                     struct error *error)
{
    TRY(workspace_store_lock(tx, workspace_id, error));
    return count_rows(tx, &SQL_CATEGORY_SET_COUNT, DB_PARAMS(DB_TEXT(workspace_id)), out_count, error);
}

static struct category_set_row read_row(const struct db_rows *rows, struct arena *arena)
{
    return (struct category_set_row){
        .workspace_id = str_copy(arena, db_text(rows, 0)),
        .id = str_copy(arena, db_text(rows, 1)),
        .name = str_copy(arena, db_text(rows, 2)),
        .newest_version = db_int(rows, 3),
        .revision = db_int(rows, 4),
        .created_by = str_copy(arena, db_text(rows, 5)),
        .created_at_us = db_int(rows, 6),
        .updated_at_us = db_int(rows, 7),
        .version = {.number = db_int(rows, 8),
                    .category_count = db_int(rows, 9),
                    .symbol_count = db_int(rows, 10),
                    .created_by = str_copy(arena, db_text(rows, 11)),
                    .created_at_us = db_int(rows, 12),
                    .content = db_is_null(rows, 13) ? (struct str){0} : str_copy(arena, db_text(rows, 13))},
    };
}

static enum status unknown_version(struct category_place place, struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, "unknown_category_set",
                     "there is no version %lld of a category set \"%.*s\"", (long long)place.version,
                     STR_ARG(str_prefix(place.set_id, 100)));
}

enum status category_set_store_get(struct db_tx *tx, struct category_place place, struct arena *arena,
                                   struct category_set_row *out_row, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_CATEGORY_SET_GET,
                 DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(place.set_id), DB_INT(place.version)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return place.version ? unknown_version(place, error) : unknown(place.set_id, error);
    *out_row = read_row(rows, arena);
    return out_row->version.content.ptr ? STATUS_OK : error_no_memory(error);
}

static enum status read_list(struct db_rows *rows, size_t limit, struct arena *arena,
                             struct category_set_list *out_list, struct error *error)
{
    struct category_set_list list = {.items = ARENA_ARRAY(arena, struct category_set_row, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count++] = read_row(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status category_set_store_list(struct db_tx *tx, struct str workspace_id, struct category_set_page page,
                                    struct arena *arena, struct category_set_list *out_list,
                                    struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_CATEGORY_SET_LIST,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_INT(page.after_created_at_us), DB_TEXT(page.after_id),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    return read_list(rows, page.limit, arena, out_list, error);
}

enum status category_set_store_list_versions(struct db_tx *tx, struct str workspace_id,
                                             struct category_version_page page, struct arena *arena,
                                             struct category_set_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_CATEGORY_SET_VERSION_LIST,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(page.set_id), DB_INT(page.before),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    return read_list(rows, page.limit, arena, out_list, error);
}

static enum status one_row_or_stale(int64_t changed, struct error *error)
{
    if (changed == 1) return STATUS_OK;
    return error_set(error, STATUS_STALE, NULL,
                     "the category set has changed since it was read; read it again and repeat the change");
}

enum status category_set_store_update(struct db_tx *tx, const struct category_set_row *row,
                                      bool is_version_new, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_CATEGORY_SET_UPDATE,
                   DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_INT(row->revision),
                             DB_TEXT(row->name), DB_INT(row->newest_version), DB_INT(row->updated_at_us)),
                   &changed, error));
    TRY(one_row_or_stale(changed, error));
    return is_version_new ? insert_version(tx, row, error) : STATUS_OK;
}

enum status category_set_store_delete(struct db_tx *tx, const struct category_set_row *row, int64_t now_us,
                                      struct error *error)
{
    int64_t changed;
    TRY(db_execute(
        tx, &SQL_CATEGORY_SET_DELETE,
        DB_PARAMS(DB_TEXT(row->workspace_id), DB_TEXT(row->id), DB_INT(row->revision), DB_INT(now_us)),
        &changed, error));
    TRY(one_row_or_stale(changed, error));
    return category_set_store_prune(tx, row->workspace_id, row->id, error);
}

static enum status read_newest(struct db_rows *rows, struct str set_id, struct arena *arena,
                               struct category_place *out_place, struct error *error)
{
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return unknown(set_id, error);
    *out_place = (struct category_place){
        .workspace_id = str_copy(arena, db_text(rows, 0)), .set_id = set_id, .version = db_int(rows, 1)};
    return STATUS_OK;
}

enum status category_set_store_newest(struct db_tx *tx, struct str workspace_id, struct str set_id,
                                      struct arena *arena, struct category_place *out_place,
                                      struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_CATEGORY_SET_NEWEST, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(set_id)), &rows,
                 error));
    return read_newest(rows, set_id, arena, out_place, error);
}

enum status category_set_store_newest_for_member(struct db_tx *tx, struct str set_id, struct str user_id,
                                                 struct arena *arena, struct category_place *out_place,
                                                 struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_CATEGORY_SET_NEWEST_FOR_MEMBER, DB_PARAMS(DB_TEXT(set_id), DB_TEXT(user_id)), &rows,
                 error));
    return read_newest(rows, set_id, arena, out_place, error);
}

enum status category_set_store_content(struct db_tx *tx, struct category_place place, struct arena *arena,
                                       struct str *out_content, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_CATEGORY_SET_CONTENT,
                 DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(place.set_id), DB_INT(place.version)), &rows,
                 error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return unknown_version(place, error);
    *out_content = str_copy(arena, db_text(rows, 0));
    return out_content->ptr ? STATUS_OK : error_no_memory(error);
}

enum status category_set_store_refer(struct db_tx *tx, struct str backtest_id, struct category_place place,
                                     struct error *error)
{
    struct error cause = {0};
    const enum status status = db_execute(tx, &SQL_CATEGORY_SET_REFER,
                                          DB_PARAMS(DB_TEXT(place.workspace_id), DB_TEXT(backtest_id),
                                                    DB_TEXT(place.set_id), DB_INT(place.version)),
                                          NULL, &cause);
    if (status == STATUS_CONFLICT) return unknown(place.set_id, error); // forgotten since it was looked up
    if (status == STATUS_OK) return STATUS_OK;
    return error_set(error, status, cause.code[0] ? cause.code : NULL, "%s", cause.message);
}

enum status category_set_store_of_backtest(struct db_tx *tx, struct str workspace_id, struct str backtest_id,
                                           struct arena *arena, struct str *out_set_id, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_CATEGORY_SET_OF_BACKTEST, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(backtest_id)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_set_id = has_row ? str_copy(arena, db_text(rows, 0)) : STR("");
    return out_set_id->ptr ? STATUS_OK : error_no_memory(error);
}

enum status category_set_store_prune(struct db_tx *tx, struct str workspace_id, struct str set_id,
                                     struct error *error)
{
    TRY(db_execute(tx, &SQL_CATEGORY_SET_PRUNE_VERSIONS, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(set_id)),
                   NULL, error));
    return db_execute(tx, &SQL_CATEGORY_SET_PRUNE, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(set_id)), NULL,
                      error);
}
