#include "store/member_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

enum status member_store_insert_if_absent(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                          enum role role, int64_t now_us, struct error *error)
{
    return db_defer(tx, &SQL_MEMBER_INSERT_IF_ABSENT,
                    DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(user_id), DB_TEXT(str_from_c(role_name(role))),
                              DB_INT(now_us)),
                    error);
}

// Columns in the order of member_get.
static struct member read_member(const struct db_rows *rows, struct arena *arena)
{
    struct member member = {
        .user_id = str_copy(arena, db_text(rows, 0)),
        .email = str_copy(arena, db_text(rows, 1)),
        .display_name = str_copy(arena, db_text(rows, 2)),
        .status = str_copy(arena, db_text(rows, 3)),
        .version = db_int(rows, 5),
        .created_at_us = db_int(rows, 6),
    };
    (void)role_parse(db_text(rows, 4), &member.role);
    return member;
}

enum status member_store_get(struct db_tx *tx, struct str workspace_id, struct str user_id,
                             struct arena *arena, struct member *out_member, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_MEMBER_GET, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(user_id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row)
        return error_set(error, STATUS_NOT_FOUND, NULL, "the workspace has no member %.*s",
                         STR_ARG(str_slice(user_id, 0, 40)));
    *out_member = read_member(rows, arena);
    return STATUS_OK;
}

enum status member_store_list(struct db_tx *tx, struct str workspace_id, struct member_page page,
                              struct arena *arena, struct member_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct member_list list = {.items = ARENA_ARRAY(arena, struct member, page.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_MEMBER_LIST,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_INT(page.after_created_at_us),
                           DB_TEXT(page.after_user_id), DB_INT((int64_t)page.limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        list.items[list.count++] = read_member(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status member_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                               struct error *error)
{
    return count_rows(tx, &SQL_MEMBER_COUNT, DB_PARAMS(DB_TEXT(workspace_id)), out_count, error);
}

enum status member_store_count_owners(struct db_tx *tx, struct str workspace_id, struct str without_user_id,
                                      int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_MEMBER_COUNT_OWNERS,
                      DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(without_user_id)), out_count, error);
}

enum status member_store_list_owned(struct db_tx *tx, struct owned_page page, struct arena *arena,
                                    struct id_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct id_list list = {.items = ARENA_ARRAY(arena, struct str, page.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(
        tx, &SQL_MEMBER_LIST_OWNED,
        DB_PARAMS(DB_TEXT(page.user_id), DB_TEXT(page.after_workspace_id), DB_INT((int64_t)page.limit)),
        &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        list.items[list.count++] = str_copy(arena, db_text(rows, 0));
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status member_store_set_role(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                  enum role role, struct error *error)
{
    return db_defer(tx, &SQL_MEMBER_SET_ROLE,
                    DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(user_id), DB_TEXT(str_from_c(role_name(role)))),
                    error);
}

enum status member_store_delete(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                struct error *error)
{
    return db_defer(tx, &SQL_MEMBER_DELETE, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(user_id)), error);
}
