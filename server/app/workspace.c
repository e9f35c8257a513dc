#include "app/workspace.h"

#include "app/event.h"
#include "app/name.h"
#include "base/id.h"
#include "base/limits.h"

static enum status check_quote_asset(struct str asset, struct error *error)
{
    bool is_plain = asset.len >= 2 && asset.len <= 20;
    for (size_t i = 0; i < asset.len; i++)
        is_plain = is_plain && ((asset.ptr[i] >= 'A' && asset.ptr[i] <= 'Z') ||
                                (asset.ptr[i] >= '0' && asset.ptr[i] <= '9'));
    if (is_plain) return STATUS_OK;
    return error_add_field(error, "/default_quote_asset",
                           "\"%.*s\" must be 2 to 20 capital letters and digits, such as USDT",
                           STR_ARG(str_slice(asset, 0, 40)));
}

static enum status check_input(struct workspace_input input, struct error *error)
{
    if (input.name.ptr) (void)name_check(input.name, error);
    if (input.default_quote_asset.ptr) (void)check_quote_asset(input.default_quote_asset, error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

static enum status insert_owned(struct db_tx *tx, const struct workspace *workspace, struct str user_id,
                                struct error *error)
{
    int64_t count;
    TRY(workspace_store_count(tx, user_id, &count, error));
    if (count >= LIMIT_WORKSPACES_PER_USER)
        return error_set(error, STATUS_CONFLICT, "too_many_workspaces",
                         "you have %d workspaces, which is the most one may have; delete one first",
                         LIMIT_WORKSPACES_PER_USER);
    TRY(workspace_store_insert(tx, workspace, user_id, error));
    return member_store_insert_if_absent(tx, workspace->id, user_id, ROLE_OWNER, workspace->created_at_us,
                                         error);
}

enum status workspace_create(const struct app *app, struct actor actor, struct workspace_input input,
                             struct arena *arena, struct workspace *out_workspace, struct error *error)
{
    TRY(check_input(input, error));
    const struct id id = id_new(actor.now_us);
    const struct workspace workspace = {
        .id = str_copy(arena, id_str(&id)),
        .name = input.name,
        .default_quote_asset = input.default_quote_asset.ptr ? input.default_quote_asset : STR("USDT"),
        .role = ROLE_OWNER,
        .version = 1,
        .created_at_us = actor.now_us,
        .updated_at_us = actor.now_us,
    };
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(insert_owned(tx, &workspace, actor.user_id, error));
    TRY(db_commit(&tx, error));
    *out_workspace = workspace;
    return STATUS_OK;
}

enum status workspace_get(const struct app *app, struct str id, struct str user_id, struct arena *arena,
                          struct workspace *out_workspace, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(workspace_store_get(tx, id, user_id, arena, out_workspace, error));
    return db_commit(&tx, error);
}

enum status workspace_list(const struct app *app, struct str user_id, struct workspace_page page,
                           struct arena *arena, struct workspace_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(workspace_store_list(tx, user_id, page, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status workspace_update(const struct app *app, struct workspace_input input, int64_t now_us,
                             struct workspace *workspace, struct error *error)
{
    TRY(check_input(input, error));
    struct workspace changed = *workspace;
    if (input.name.ptr) changed.name = input.name;
    if (input.default_quote_asset.ptr) changed.default_quote_asset = input.default_quote_asset;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_store_update(tx, &changed, now_us, error));
    TRY(event_append_workspace(tx, &changed, false, now_us, error));
    TRY(event_commit(app, &tx, changed.id, error));
    changed.version++;
    changed.updated_at_us = now_us;
    *workspace = changed;
    return STATUS_OK;
}

enum status workspace_delete(const struct app *app, const struct workspace *workspace, int64_t now_us,
                             struct error *error)
{
    if (str_eq(workspace->id, LOCAL_WORKSPACE_ID))
        return error_set(
            error, STATUS_CONFLICT, "default_workspace",
            "the workspace local-workspace cannot be deleted: the routes without a workspace belong to it");
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_store_delete(tx, workspace->id, workspace->version, now_us, error));
    TRY(event_append_workspace(tx, workspace, true, now_us, error));
    return event_commit(app, &tx, workspace->id, error);
}
