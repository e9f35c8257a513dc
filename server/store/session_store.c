#include "store/session_store.h"

#include "base/limits.h"
#include "sql_statements.h"

enum status session_store_insert(struct db_tx *tx, const struct session *session, struct error *error)
{
    return db_defer(tx, &SQL_SESSION_INSERT,
                    DB_PARAMS(DB_TEXT(session->id), DB_TEXT(session->user_id), DB_BLOB(session->token_hash),
                              DB_INT(session->created_at_us), DB_INT(session->idle_us),
                              DB_INT(session->expires_at_us), DB_TEXT(session->method),
                              DB_TEXT(session->address), DB_TEXT(session->user_agent)),
                    error);
}

// Columns in the order of session_find.
static struct session read_session(const struct db_rows *rows, struct arena *arena)
{
    return (struct session){
        .id = str_copy(arena, db_text(rows, 0)),
        .user_id = str_copy(arena, db_text(rows, 1)),
        .token_hash = str_copy(arena, db_blob(rows, 2)),
        .rotated_at_us = db_int(rows, 3),
        .is_confirmed = db_int(rows, 4) != 0,
        .created_at_us = db_int(rows, 5),
        .seen_at_us = db_int(rows, 6),
        .idle_us = db_int(rows, 7),
        .expires_at_us = db_int(rows, 8),
        .proved_at_us = db_int(rows, 9),
        .method = str_copy(arena, db_text(rows, 10)),
        .address = str_copy(arena, db_text(rows, 11)),
        .user_agent = str_copy(arena, db_text(rows, 12)),
        .is_user_active = str_eq(db_text(rows, 13), STR("active")),
        .is_operator = db_int(rows, 14) != 0,
        .must_change_password = db_int(rows, 15) != 0,
        .has_totp = db_int(rows, 16) != 0,
    };
}

enum status session_store_find(struct db_tx *tx, struct str token_hash, struct arena *arena,
                               struct session *out_session, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_SESSION_FIND, DB_PARAMS(DB_BLOB(token_hash)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such session");
    *out_session = read_session(rows, arena);
    return STATUS_OK;
}

enum status session_store_rotate(struct db_tx *tx, const struct session *session, struct str new_hash,
                                 int64_t now_us, bool *out_done, struct error *error)
{
    int64_t changed;
    TRY(db_execute(
        tx, session->is_confirmed ? &SQL_SESSION_ROTATE : &SQL_SESSION_RENEW,
        DB_PARAMS(DB_TEXT(session->id), DB_BLOB(session->token_hash), DB_BLOB(new_hash), DB_INT(now_us)),
        &changed, error));
    *out_done = changed == 1;
    return STATUS_OK;
}

enum status session_store_is_alive(struct db_tx *tx, struct str id, int64_t now_us, bool *out_is_alive,
                                   struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_SESSION_IS_ALIVE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_is_alive = has_row && db_int(rows, 0) > 0;
    return STATUS_OK;
}

enum status session_store_see(struct db_tx *tx, struct str id, int64_t now_us, struct error *error)
{
    return db_defer(tx, &SQL_SESSION_SEE, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), error);
}

enum status session_store_replace(struct db_tx *tx, struct str id, struct str new_hash, int64_t now_us,
                                  struct error *error)
{
    return db_defer(tx, &SQL_SESSION_REPLACE, DB_PARAMS(DB_TEXT(id), DB_BLOB(new_hash), DB_INT(now_us)),
                    error);
}

enum status session_store_list(struct db_tx *tx, struct str user_id, int64_t now_us, struct arena *arena,
                               struct session_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct session_list list = {.items = ARENA_ARRAY(arena, struct session, LIMIT_SESSIONS_PER_USER)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_SESSION_LIST,
                 DB_PARAMS(DB_TEXT(user_id), DB_INT(now_us), DB_INT(LIMIT_SESSIONS_PER_USER)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < LIMIT_SESSIONS_PER_USER) {
        list.items[list.count++] = read_session(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

enum status session_store_delete(struct db_tx *tx, struct str id, struct str user_id, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_SESSION_DELETE, DB_PARAMS(DB_TEXT(id), DB_TEXT(user_id)), &changed, error));
    if (changed == 1) return STATUS_OK;
    return error_set(error, STATUS_NOT_FOUND, NULL, "you have no session %.*s",
                     STR_ARG(str_slice(id, 0, 40)));
}

enum status session_store_delete_token(struct db_tx *tx, struct str token_hash, struct error *error)
{
    return db_defer(tx, &SQL_SESSION_DELETE_TOKEN, DB_PARAMS(DB_BLOB(token_hash)), error);
}

enum status session_store_delete_others(struct db_tx *tx, struct str user_id, struct str kept_id,
                                        struct error *error)
{
    return db_defer(tx, &SQL_SESSION_DELETE_OTHERS, DB_PARAMS(DB_TEXT(user_id), DB_TEXT(kept_id)), error);
}

enum status session_store_delete_oldest(struct db_tx *tx, struct str user_id, size_t kept,
                                        struct error *error)
{
    return db_defer(tx, &SQL_SESSION_DELETE_OLDEST, DB_PARAMS(DB_TEXT(user_id), DB_INT((int64_t)kept)),
                    error);
}

enum status session_store_forget(struct db_tx *tx, int64_t now_us, int64_t limit, int64_t *out_count,
                                 struct error *error)
{
    return db_execute(tx, &SQL_SESSION_FORGET, DB_PARAMS(DB_INT(now_us), DB_INT(limit)), out_count, error);
}
