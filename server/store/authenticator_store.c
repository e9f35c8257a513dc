#include "store/authenticator_store.h"

#include "sql_statements.h"

static enum status change_one(struct db_tx *tx, const struct db_statement *statement,
                              const struct db_value *values, size_t count, bool *out_done,
                              struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, statement, values, count, &changed, error));
    *out_done = changed == 1;
    return STATUS_OK;
}

enum status authenticator_store_put(struct db_tx *tx, struct str user_id, struct str secret, int64_t now_us,
                                    struct error *error)
{
    bool is_done;
    TRY(change_one(tx, &SQL_AUTHENTICATOR_PUT, DB_PARAMS(DB_TEXT(user_id), DB_BLOB(secret), DB_INT(now_us)),
                   &is_done, error));
    if (is_done) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "totp_enabled",
                     "your account has an authenticator; remove it before you set up another one");
}

enum status authenticator_store_get(struct db_tx *tx, struct str user_id, struct arena *arena,
                                    bool *out_exists, struct authenticator *out_authenticator,
                                    struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_AUTHENTICATOR_GET, DB_PARAMS(DB_TEXT(user_id)), &rows, error));
    TRY(db_next(rows, out_exists, error));
    if (!*out_exists) return STATUS_OK;
    *out_authenticator = (struct authenticator){
        .secret = str_copy(arena, db_blob(rows, 0)),
        .confirmed_at_us = db_int(rows, 1),
        .last_step = db_int(rows, 2),
        .recovery_codes = db_int(rows, 3),
    };
    return STATUS_OK;
}

enum status authenticator_store_confirm(struct db_tx *tx, struct str user_id, int64_t step, int64_t now_us,
                                        bool *out_done, struct error *error)
{
    return change_one(tx, &SQL_AUTHENTICATOR_CONFIRM,
                      DB_PARAMS(DB_TEXT(user_id), DB_INT(step), DB_INT(now_us)), out_done, error);
}

enum status authenticator_store_use(struct db_tx *tx, struct str user_id, int64_t step, bool *out_done,
                                    struct error *error)
{
    return change_one(tx, &SQL_AUTHENTICATOR_USE, DB_PARAMS(DB_TEXT(user_id), DB_INT(step)), out_done, error);
}

enum status authenticator_store_delete(struct db_tx *tx, struct str user_id, struct error *error)
{
    TRY(db_defer(tx, &SQL_RECOVERY_CODE_DELETE, DB_PARAMS(DB_TEXT(user_id)), error));
    return db_defer(tx, &SQL_AUTHENTICATOR_DELETE, DB_PARAMS(DB_TEXT(user_id)), error);
}

enum status authenticator_store_add_recovery_code(struct db_tx *tx, struct str user_id, struct str hash,
                                                  struct error *error)
{
    return db_defer(tx, &SQL_RECOVERY_CODE_INSERT, DB_PARAMS(DB_TEXT(user_id), DB_BLOB(hash)), error);
}

enum status authenticator_store_use_recovery_code(struct db_tx *tx, struct str user_id, struct str hash,
                                                  int64_t now_us, bool *out_done, struct error *error)
{
    return change_one(tx, &SQL_RECOVERY_CODE_USE, DB_PARAMS(DB_TEXT(user_id), DB_BLOB(hash), DB_INT(now_us)),
                      out_done, error);
}
