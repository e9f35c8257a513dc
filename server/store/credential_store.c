#include "store/credential_store.h"

#include "sql_statements.h"

enum status credential_store_put(struct db_tx *tx, const struct credential *credential, int64_t now_us,
                                 struct error *error)
{
    return db_defer(
        tx, &SQL_CREDENTIAL_PUT,
        DB_PARAMS(DB_TEXT(credential->user_id), DB_TEXT(credential->hash), DB_INT(credential->must_change),
                  credential->expires_at_us ? DB_INT(credential->expires_at_us) : DB_NULL, DB_INT(now_us)),
        error);
}

enum status credential_store_rehash(struct db_tx *tx, const struct credential *credential,
                                    struct str new_hash, struct error *error)
{
    return db_defer(tx, &SQL_CREDENTIAL_REHASH,
                    DB_PARAMS(DB_TEXT(credential->user_id), DB_TEXT(credential->hash), DB_TEXT(new_hash)),
                    error);
}

static enum status find(struct db_tx *tx, const struct db_statement *statement, struct str by,
                        struct arena *arena, struct credential *out_credential, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, statement, DB_PARAMS(DB_TEXT(by)), &rows, error));
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return error_set(error, STATUS_NOT_FOUND, NULL, "there is no such user");
    *out_credential = (struct credential){
        .user_id = str_copy(arena, db_text(rows, 0)),
        .email = str_copy(arena, db_text(rows, 1)),
        .is_user_active = str_eq(db_text(rows, 2), STR("active")),
        .hash = str_copy(arena, db_text(rows, 3)),
        .must_change = db_int(rows, 4) != 0,
        .expires_at_us = db_int(rows, 5),
    };
    return STATUS_OK;
}

enum status credential_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                 struct credential *out_credential, struct error *error)
{
    return find(tx, &SQL_CREDENTIAL_BY_USER, user_id, arena, out_credential, error);
}

enum status credential_store_find(struct db_tx *tx, struct str email_key, struct arena *arena,
                                  struct credential *out_credential, struct error *error)
{
    return find(tx, &SQL_CREDENTIAL_BY_EMAIL, email_key, arena, out_credential, error);
}

enum status credential_store_exists(struct db_tx *tx, bool *out_exists, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    bool has_row;
    TRY(db_query(tx, &SQL_CREDENTIAL_EXISTS, DB_NO_PARAMS, &rows, error));
    TRY(db_next(rows, &has_row, error));
    *out_exists = has_row && db_int(rows, 0) > 0;
    return STATUS_OK;
}
