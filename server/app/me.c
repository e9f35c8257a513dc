#include "app/me.h"

#include "app/name.h"
#include "app/workspace.h"
#include "base/limits.h"

static bool is_listed(const struct workspace_list *list, struct str id)
{
    for (size_t i = 0; i < list->count; i++)
        if (str_eq(list->items[i].id, id)) return true;
    return false;
}

static struct str active_workspace(const struct user *user, const struct workspace_list *list)
{
    if (is_listed(list, user->active_workspace_id)) return user->active_workspace_id;
    if (is_listed(list, LOCAL_WORKSPACE_ID)) return LOCAL_WORKSPACE_ID;
    return list->count ? list->items[0].id : STR("");
}

enum status me_load(const struct app *app, const struct actor *actor, struct arena *arena, struct me *out_me,
                    struct error *error)
{
    struct me me;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(user_store_get(tx, actor->user_id, arena, &me.user, error));
    TRY(workspace_store_list(tx, actor->user_id, (struct workspace_page){.limit = LIMIT_PAGE}, arena,
                             &me.workspaces, error));
    TRY(db_commit(&tx, error));
    workspace_list_narrow(&me.workspaces, actor);
    me.active_workspace_id = active_workspace(&me.user, &me.workspaces);
    *out_me = me;
    return STATUS_OK;
}

enum status me_choose_workspace(const struct app *app, struct str user_id, struct str workspace_id,
                                struct arena *arena, struct error *error)
{
    struct workspace workspace;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(workspace_store_get(tx, workspace_id, user_id, arena, &workspace, error));
    TRY(user_store_set_active_workspace(tx, user_id, workspace_id, error));
    return db_commit(&tx, error);
}

enum status me_set_name(const struct app *app, const struct actor *actor, struct str name,
                        struct error *error)
{
    TRY(name_check(name, "/display_name", error));
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(account_store_set_name(tx, actor->user_id, name, error));
    return db_commit(&tx, error);
}

enum status me_preferences(const struct app *app, struct str user_id, struct arena *arena,
                           struct preferences *out_preferences, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(preferences_store_get(tx, user_id, arena, out_preferences, error));
    return db_commit(&tx, error);
}

enum status me_set_preferences(const struct app *app, const struct actor *actor,
                               const struct preferences *preferences, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(preferences_store_put(tx, actor->user_id, preferences, actor->now_us, error));
    return db_commit(&tx, error);
}
