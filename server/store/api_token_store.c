#include "store/api_token_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

enum status api_token_store_insert(struct db_tx *tx, const struct api_token *token, struct str secret_hash,
                                   struct error *error)
{
    return db_defer(tx, &SQL_API_TOKEN_INSERT,
                    DB_PARAMS(DB_TEXT(token->id), DB_BLOB(secret_hash), DB_TEXT(token->user_id),
                              token->workspace_id.len ? DB_TEXT(token->workspace_id) : DB_NULL,
                              DB_TEXT(str_from_c(role_name(token->role))), DB_TEXT(token->name),
                              DB_INT(token->created_at_us), DB_INT(token->expires_at_us),
                              DB_TEXT(token->allowed_cidrs)),
                    error);
}

// Columns in the order of api_token_list.
static struct api_token read_token(const struct db_rows *rows, struct arena *arena)
{
    struct api_token token = {
        .id = str_copy(arena, db_text(rows, 0)),
        .user_id = str_copy(arena, db_text(rows, 1)),
        .workspace_id = str_copy(arena, db_text(rows, 2)),
        .name = str_copy(arena, db_text(rows, 4)),
        .created_at_us = db_int(rows, 5),
        .expires_at_us = db_int(rows, 6),
        .last_used_at_us = db_int(rows, 7),
        .user_email = str_copy(arena, db_text(rows, 8)),
        .allowed_cidrs = str_copy(arena, db_text(rows, 9)),
    };
    if (!role_parse(db_text(rows, 3), &token.role)) token.role = ROLE_VIEWER;
    return token;
}

enum status api_token_store_find(struct db_tx *tx, struct str id, struct arena *arena,
                                 struct api_token_found *out_found, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_API_TOKEN_FIND, DB_PARAMS(DB_TEXT(id)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row)
        return error_set(error, STATUS_NOT_FOUND, NULL, "there is no token %.*s",
                         STR_ARG(str_slice(id, 0, 40)));
    *out_found = (struct api_token_found){
        .token = read_token(rows, arena),
        .secret_hash = str_copy(arena, db_blob(rows, 10)),
        .revoked_at_us = db_int(rows, 11),
        .is_user_active = str_eq(db_text(rows, 12), STR("active")),
        .must_change_password = db_int(rows, 13) != 0,
        .has_totp = db_int(rows, 14) != 0,
        .is_operator = db_int(rows, 15) != 0,
    };
    return STATUS_OK;
}

enum status api_token_store_list(struct db_tx *tx, struct str user_id, size_t limit, struct arena *arena,
                                 struct api_token_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct api_token_list list = {.items = ARENA_ARRAY(arena, struct api_token, limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_API_TOKEN_LIST, DB_PARAMS(DB_TEXT(user_id), DB_INT((int64_t)limit)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < limit) {
        list.items[list.count++] = read_token(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status api_token_store_count(struct db_tx *tx, struct str user_id, int64_t *out_count,
                                  struct error *error)
{
    return count_rows(tx, &SQL_API_TOKEN_COUNT, DB_PARAMS(DB_TEXT(user_id)), out_count, error);
}

enum status api_token_store_is_alive(struct db_tx *tx, struct str id, int64_t now_us, bool *out_is_alive,
                                     struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_API_TOKEN_IS_ALIVE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_is_alive = has_row && db_int(rows, 0) > 0;
    return STATUS_OK;
}

enum status api_token_store_use(struct db_tx *tx, struct str id, int64_t now_us, int64_t not_since_us,
                                struct error *error)
{
    return db_defer(tx, &SQL_API_TOKEN_USE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us), DB_INT(not_since_us)),
                    error);
}

enum status api_token_store_revoke(struct db_tx *tx, struct str id, int64_t now_us, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_API_TOKEN_REVOKE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), &changed, error));
    if (changed == 1) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, NULL, "there is no token %.*s", STR_ARG(str_slice(id, 0, 40)));
}

enum status api_token_store_revoke_of_member(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                             int64_t now_us, struct error *error)
{
    return db_defer(tx, &SQL_API_TOKEN_REVOKE_OF_MEMBER,
                    DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(user_id), DB_INT(now_us)), error);
}

enum status api_token_store_forget(struct db_tx *tx, struct str user_id, int64_t before_us,
                                   struct error *error)
{
    return db_defer(tx, &SQL_API_TOKEN_FORGET, DB_PARAMS(DB_TEXT(user_id), DB_INT(before_us)), error);
}
