#include "app/workspace.h"

#include "app/audit.h"
#include "app/event.h"
#include "app/name.h"
#include "app/once.h"
#include "app/paper_account.h"
#include "base/id.h"
#include "base/limits.h"
#include "store/member_store.h"
#include "store/user_store.h"
#include "json/writer.h"

#include <stdio.h>

static enum status check_input(struct workspace_input input, struct error *error)
{
    if (input.name.ptr) (void)name_check(input.name, "/name", error);
    if (input.default_quote_asset.ptr)
        (void)asset_check(input.default_quote_asset, "/default_quote_asset", error);
    return error->field_count ? STATUS_INVALID : STATUS_OK;
}

// Whoever is being disabled at this moment would leave it without an owner.
static enum status check_room(struct db_tx *tx, struct str user_id, struct error *error)
{
    int64_t count;
    bool is_active;
    TRY(user_store_hold(tx, user_id, &is_active, error));
    if (!is_active)
        return error_set(error, STATUS_UNAUTHENTICATED, NULL, "your account was disabled at this moment");
    TRY(workspace_store_count(tx, user_id, &count, error));
    if (count < LIMIT_WORKSPACES_PER_USER) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_workspaces",
                     "you have made %d workspaces that are still there, which is the most; delete one first",
                     LIMIT_WORKSPACES_PER_USER);
}

static enum status audit(struct db_tx *tx, const struct actor *actor, const char *action,
                         const struct workspace *workspace, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "name", workspace->name);
    json_put_str(&w, "default_quote_asset", workspace->default_quote_asset);
    json_end_object(&w);
    const struct audit_event event = {.log = workspace->id,
                                      .action = action,
                                      .object_type = "workspace",
                                      .object_id = workspace->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(tx, actor, &event, error);
}

static enum status insert_owned(struct db_tx *tx, const struct workspace *workspace, struct str user_id,
                                struct error *error)
{
    TRY(check_room(tx, user_id, error));
    TRY(workspace_store_insert(tx, workspace, user_id, error));
    return member_store_insert_if_absent(tx, workspace->id, user_id, ROLE_OWNER, workspace->created_at_us,
                                         error);
}

static enum status check_may_own(const struct actor *actor, struct error *error)
{
    if (!actor->only_workspace_id.ptr && actor_role(actor, ROLE_OWNER) == ROLE_OWNER) return STATUS_OK;
    return error_set(
        error, STATUS_FORBIDDEN, NULL,
        "this API token makes no workspaces: that takes one with the role owner for all of them");
}

enum status workspace_create(const struct app *app, const struct actor *actor, struct workspace_input input,
                             struct arena *arena, struct workspace *out_workspace, struct error *error)
{
    TRY(check_may_own(actor, error));
    TRY(check_input(input, error));
    const struct id id = id_new(actor->now_us);
    const struct workspace workspace = {
        .id = str_copy(arena, id_str(&id)),
        .name = input.name,
        .default_quote_asset = input.default_quote_asset.ptr ? input.default_quote_asset : STR("USDT"),
        .role = ROLE_OWNER,
        .version = 1,
        .created_at_us = actor->now_us,
        .updated_at_us = actor->now_us,
    };
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, workspace.id, actor->now_us, error));
    TRY(insert_owned(tx, &workspace, actor->user_id, error));
    TRY(paper_account_begin(tx, app, actor, &workspace, error));
    TRY(audit(tx, actor, "workspace.create", &workspace, error));
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

enum status workspace_hold(struct db_tx *tx, const struct actor *actor, enum role least, struct error *error)
{
    ARENA_SCOPE(arena, 16 * KIB);
    struct workspace workspace;
    TRY(workspace_store_lock(tx, actor->workspace_id, error));
    TRY(workspace_store_get(tx, actor->workspace_id, actor->user_id, &arena, &workspace, error));
    if (actor_role(actor, workspace.role) >= least) return STATUS_OK;
    (void)snprintf(error->required_role, sizeof error->required_role, "%s", role_name(least));
    return error_set(error, STATUS_FORBIDDEN, NULL,
                     "this takes the role %s in the workspace, and yours has just changed", role_name(least));
}

void workspace_list_narrow(struct workspace_list *list, const struct actor *actor)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++) {
        if (!actor_sees(actor, list->items[i].id)) continue;
        list->items[kept] = list->items[i];
        list->items[kept++].role = actor_role(actor, list->items[i].role);
    }
    list->count = kept;
}

// The one that the actor is bound to, where the page is not behind it.
static enum status list_one(struct db_tx *tx, const struct actor *actor, struct workspace_page page,
                            struct arena *arena, struct workspace_list *out_list, struct error *error)
{
    struct error ignored = {0};
    struct workspace_list list = {.items = ARENA_ARRAY(arena, struct workspace, 1)};
    if (!list.items) return error_no_memory(error);
    const enum status status =
        workspace_store_get(tx, actor->only_workspace_id, actor->user_id, arena, list.items, &ignored);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND) {
        *error = ignored;
        return status;
    }
    list.count = status == STATUS_OK && page.after_created_at_us < list.items[0].created_at_us;
    *out_list = list;
    return STATUS_OK;
}

enum status workspace_list(const struct app *app, const struct actor *actor, struct workspace_page page,
                           struct arena *arena, struct workspace_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    if (actor->only_workspace_id.ptr)
        TRY(list_one(tx, actor, page, arena, out_list, error));
    else
        TRY(workspace_store_list(tx, actor->user_id, page, arena, out_list, error));
    workspace_list_narrow(out_list, actor);
    return db_commit(&tx, error);
}

enum status workspace_update(const struct app *app, const struct actor *actor, struct workspace_input input,
                             struct workspace *workspace, struct error *error)
{
    const int64_t now_us = actor->now_us;
    TRY(check_input(input, error));
    struct workspace changed = *workspace;
    if (input.name.ptr) changed.name = input.name;
    if (input.default_quote_asset.ptr) changed.default_quote_asset = input.default_quote_asset;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(workspace_store_update(tx, &changed, now_us, error));
    TRY(audit(tx, actor, "workspace.update", &changed, error));
    TRY(event_append_workspace(tx, &changed, false, now_us, error));
    TRY(event_commit(app, &tx, changed.id, error));
    changed.version++;
    changed.updated_at_us = now_us;
    *workspace = changed;
    return STATUS_OK;
}

enum status workspace_delete(const struct app *app, const struct actor *actor,
                             const struct workspace *workspace, struct error *error)
{
    if (str_eq(workspace->id, LOCAL_WORKSPACE_ID))
        return error_set(
            error, STATUS_CONFLICT, "default_workspace",
            "the workspace local-workspace cannot be deleted: the routes without a workspace belong to it");
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_hold(tx, actor, ROLE_OWNER, error));
    TRY(workspace_store_delete(tx, workspace->id, workspace->version, actor->now_us, error));
    TRY(audit(tx, actor, "workspace.delete", workspace, error));
    TRY(event_append_workspace(tx, workspace, true, actor->now_us, error));
    return event_commit(app, &tx, workspace->id, error);
}

// ---- deleted ones

static struct deleted_of kept_since(const struct actor *actor, struct str user_id)
{
    return (struct deleted_of){.user_id = user_id, .since_us = actor->now_us - WORKSPACE_KEPT_US};
}

enum status workspace_get_deleted(const struct app *app, struct str id, const struct actor *actor,
                                  struct arena *arena, struct workspace *out_workspace, struct error *error)
{
    const struct str member = actor_sees(actor, id) ? actor->user_id : STR("");
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(workspace_store_get_deleted(tx, kept_since(actor, member), id, arena, out_workspace, error));
    return db_commit(&tx, error);
}

enum status workspace_list_deleted(const struct app *app, const struct actor *actor, struct arena *arena,
                                   struct workspace_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(workspace_store_list_deleted(tx, kept_since(actor, actor->user_id), LIMIT_PAGE, arena, out_list,
                                     error));
    workspace_list_narrow(out_list, actor);
    return db_commit(&tx, error);
}

enum status workspace_restore(const struct app *app, const struct actor *actor, struct str id,
                              struct arena *arena, struct workspace *out_workspace, struct error *error)
{
    struct workspace workspace;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_store_get_deleted(tx, kept_since(actor, actor->user_id), id, arena, &workspace, error));
    TRY(check_room(tx, actor->user_id, error));
    TRY(workspace_store_restore(tx, id, actor->now_us, error));
    TRY(audit(tx, actor, "workspace.restore", &workspace, error));
    TRY(event_append_workspace(tx, &workspace, false, actor->now_us, error));
    TRY(workspace_store_get(tx, id, actor->user_id, arena, out_workspace, error));
    return event_commit(app, &tx, id, error);
}
