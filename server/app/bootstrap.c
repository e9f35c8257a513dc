#include "app/bootstrap.h"

#include "base/log.h"
#include "sql_migrations.h"
#include "store/user_store.h"
#include "store/workspace_store.h"

static enum status insert_local_rows(struct db_tx *tx, int64_t now_us, struct error *error)
{
    const struct user user = {
        .id = LOCAL_USER_ID,
        .email = STR("local@example.invalid"),
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
    return member_store_insert_if_absent(tx, workspace.id, user.id, ROLE_OWNER, now_us, error);
}

enum status app_bootstrap(const struct app *app, int64_t now_us, struct error *error)
{
    uint32_t version;
    TRY(db_migrate(app->db, SQL_MIGRATIONS, SQL_MIGRATION_COUNT, &version, error));
    LOG(LOG_INFO, "state ready", LOG_INT("schema_version", version));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(insert_local_rows(tx, now_us, error));
    return db_commit(&tx, error);
}
