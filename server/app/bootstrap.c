#include "app/bootstrap.h"

#include "app/paper_account.h"
#include "app/password.h"
#include "app/secret.h"
#include "base/limits.h"
#include "base/log.h"
#include "sql_migrations.h"
#include "store/credential_store.h"
#include "store/member_store.h"
#include "store/secret_store.h"
#include "store/user_store.h"
#include "store/workspace_store.h"

static enum status insert_keys(struct db_tx *tx, struct error *error)
{
    const struct secret device = secret_new();
    return secret_store_insert_if_absent(tx, STR("device"), secret_str(&device), error);
}

static enum status insert_local_rows(struct db_tx *tx, const struct app *app, int64_t now_us,
                                     struct error *error)
{
    const struct user user = {
        .id = LOCAL_USER_ID,
        .email = STR("local@example.invalid"),
        .email_key = STR("local@example.invalid"),
        .display_name = STR("Local User"),
        .is_operator = true,
        .active_workspace_id = LOCAL_WORKSPACE_ID,
    };
    const struct workspace workspace = {
        .id = LOCAL_WORKSPACE_ID,
        .name = STR("Local Workspace"),
        .default_quote_asset = STR("USDT"),
        .created_at_us = now_us,
    };
    TRY(user_store_insert_if_absent(tx, &user, now_us, error));
    TRY(workspace_store_insert_if_absent(tx, &workspace, user.id, error));
    TRY(member_store_insert_if_absent(tx, workspace.id, user.id, ROLE_OWNER, now_us, error));
    const struct actor actor = {.user_id = user.id, .now_us = now_us};
    return paper_account_begin(tx, app, &actor, &workspace, error);
}

enum status app_bootstrap(const struct app *app, int64_t now_us, struct error *error)
{
    uint32_t version;
    TRY(db_migrate(app->db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, &version, error));
    LOG(LOG_INFO, "state ready", LOG_INT("schema_version", version));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(insert_local_rows(tx, app, now_us, error));
    TRY(insert_keys(tx, error));
    return db_commit(&tx, error);
}

static enum status has_password(const struct app *app, bool *out_has, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(credential_store_exists(tx, out_has, error));
    return db_commit(&tx, error);
}

static enum status store_password(const struct app *app, struct str hash, int64_t now_us, struct error *error)
{
    const struct credential credential = {.user_id = LOCAL_USER_ID, .hash = hash};
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(credential_store_put(tx, &credential, now_us, error));
    return db_commit(&tx, error);
}

enum status app_bootstrap_password(const struct app *app, struct str password, int64_t now_us,
                                   struct error *error)
{
    ARENA_SCOPE(arena, 64 * KIB);
    struct str hash;
    bool is_set;
    TRY(has_password(app, &is_set, error));
    if (is_set) return STATUS_OK;
    if (password.len == 0)
        return error_add_field(
            error, "DEFAULT_USER_PASSWORD",
            "must be set at the first start with AUTH_MODE=password: it becomes the password of "
            "local@example.invalid");
    TRY(password_check(password, STR("local@example.invalid"), app->people.allows_sample_password,
                       "DEFAULT_USER_PASSWORD", error));
    if (password_is_sample(password))
        LOG(LOG_WARN, "sample_password",
            LOG_C("detail", "local@example.invalid has the password of the documentation: change it before "
                            "others reach this server"));
    TRY(password_hash(app->passwords, password, &arena, &hash, error));
    return store_password(app, hash, now_us, error);
}
