#include "api/handlers.h"

#include "api/reply.h"
#include "app/session.h"
#include "json/decode.h"

static void put_user(struct json_writer *w, const struct user *user)
{
    json_key(w, "user");
    json_begin_object(w);
    json_put_str(w, "id", user->id);
    json_put_str(w, "email", user->email);
    json_put_str(w, "display_name", user->display_name);
    json_put_str(w, "status", user->status);
    json_end_object(w);
}

static void put_workspaces(struct json_writer *w, const struct workspace_list *list)
{
    json_key(w, "workspaces");
    json_begin_array(w);
    for (size_t i = 0; i < list->count; i++) {
        const struct workspace *workspace = &list->items[i];
        json_begin_object(w);
        json_put_str(w, "id", workspace->id);
        json_put_str(w, "name", workspace->name);
        json_put_str(w, "default_quote_asset", workspace->default_quote_asset);
        json_put_c(w, "role", role_name(workspace->role));
        json_end_object(w);
    }
    json_end_array(w);
}

enum status auth_session(struct api_call *call)
{
    struct session session;
    TRY(session_load(call->api->app, call->user_id, call->arena, &session, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_put_str(&w, "auth_mode", call->api->app->auth_mode);
    put_user(&w, &session.user);
    json_put_str(&w, "active_workspace_id", session.active_workspace_id);
    put_workspaces(&w, &session.workspaces);
    json_end_object(&w);
    return STATUS_OK;
}

struct choice {
    struct str workspace_id;
};

enum status auth_choose_workspace(struct api_call *call)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct choice, workspace_id, TEXT, .is_required = true, .min_bytes = 1, .max_bytes = 64),
    };
    struct choice choice = {0};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &choice, call->error));
    TRY(session_choose_workspace(call->api->app, call->user_id, choice.workspace_id, call->arena,
                                 call->error));
    return auth_session(call);
}
