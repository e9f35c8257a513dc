#include "api/handlers.h"

#include "api/cursor.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/workspace.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

static void put_workspace(struct json_writer *w, const struct workspace *workspace)
{
    json_begin_object(w);
    json_put_str(w, "id", workspace->id);
    json_put_str(w, "name", workspace->name);
    json_put_str(w, "default_quote_asset", workspace->default_quote_asset);
    json_put_c(w, "role", role_name(workspace->role));
    json_put_int(w, "version", workspace->version);
    json_put_time_us(w, "created_at", workspace->created_at_us);
    json_put_time_us(w, "updated_at", workspace->updated_at_us);
    json_end_object(w);
}

static struct str version_tag(struct api_call *call, const struct workspace *workspace)
{
    return str_format(call->arena, "%.*s-%lld", STR_ARG(workspace->id), (long long)workspace->version);
}

static void reply_workspace(struct api_call *call, const struct workspace *workspace)
{
    struct json_writer w = reply_json(call);
    reply_etag(call, version_tag(call, workspace));
    put_workspace(&w, workspace);
}

static enum status decode_input(struct api_call *call, bool is_name_required,
                                struct workspace_input *out_input)
{
    const struct json_field fields[] = {
        JSON_FIELD(struct workspace_input, name, TEXT, .is_required = is_name_required,
                   .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct workspace_input, default_quote_asset, TEXT, .max_bytes = 64),
    };
    struct workspace_input input = {0};
    TRY(json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &input, call->error));
    if (!input.name.ptr && !input.default_quote_asset.ptr)
        return error_add_field(call->error, "", "give a name, a default_quote_asset, or both");
    *out_input = input;
    return STATUS_OK;
}

// Those that can be had back.
static enum status list_deleted(struct api_call *call)
{
    struct workspace_list list;
    TRY(workspace_list_deleted(call->api->app, &call->actor, call->arena, &list, call->error));
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "workspaces");
    json_begin_array(&w);
    for (size_t i = 0; i < list.count; i++) {
        json_begin_object(&w);
        json_put_str(&w, "id", list.items[i].id);
        json_put_str(&w, "name", list.items[i].name);
        json_put_time_us(&w, "deleted_at", list.items[i].updated_at_us);
        json_put_time_us(&w, "kept_until", list.items[i].updated_at_us + WORKSPACE_KEPT_US);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

enum status workspaces_restore(struct api_call *call)
{
    struct workspace workspace;
    TRY(workspace_restore(call->api->app, &call->actor, call->workspace_id, call->arena, &workspace,
                          call->error));
    reply_workspace(call, &workspace);
    return STATUS_OK;
}

enum status workspaces_list(struct api_call *call)
{
    bool is_deleted = false;
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct workspace_page page = {0};
    struct workspace_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)query_bool(call, "deleted", &is_deleted);
    (void)cursor_read_int(call, 'w', &has_cursor, &page.after_created_at_us, &page.after_id);
    TRY(query_finish(call));
    if (is_deleted) return list_deleted(call);
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(workspace_list(call->api->app, &call->actor, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct workspace *last = shown < list.count ? &list.items[shown - 1] : NULL;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "workspaces");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_workspace(&w, &list.items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'w', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

static enum status check_may_create(const struct api_call *call)
{
    if (!call->api->access.only_operators_create) return STATUS_OK;
    if (call->session.is_operator && !call->is_by_token) return STATUS_OK;
    return error_set(call->error, STATUS_FORBIDDEN, NULL, "on this server its operators make the workspaces");
}

enum status workspaces_create(struct api_call *call)
{
    struct workspace_input input;
    struct workspace workspace;
    TRY(check_may_create(call));
    TRY(decode_input(call, true, &input));
    TRY(workspace_create(call->api->app, &call->actor, input, call->arena, &workspace, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s", STR_ARG(workspace.id)));
    reply_workspace(call, &workspace);
    return STATUS_OK;
}

static enum status load(struct api_call *call, struct workspace *out_workspace)
{
    TRY(workspace_get(call->api->app, call->workspace_id, call->user_id, call->arena, out_workspace,
                      call->error));
    out_workspace->role = call->role; // a token's may be less than its user's
    return STATUS_OK;
}

enum status workspaces_get(struct api_call *call)
{
    struct workspace workspace;
    TRY(load(call, &workspace));
    reply_workspace(call, &workspace);
    return STATUS_OK;
}

static enum status check_precondition(struct api_call *call, const struct workspace *workspace)
{
    if (!precondition_is_given(call))
        return error_set(call->error, STATUS_UNCONDITIONAL, NULL,
                         "send the ETag of the workspace as you read it in the header If-Match");
    if (precondition_holds(call, version_tag(call, workspace))) return STATUS_OK;
    return error_set(call->error, STATUS_STALE, NULL,
                     "the workspace has changed since it was read; read it again and repeat the change");
}

// A stale change is answered with the workspace as it is now, so that the user can decide.
static enum status explain_stale(struct api_call *call, enum status status)
{
    struct workspace current;
    struct error ignored = {0};
    if (status != STATUS_STALE) return status;
    if (workspace_get(call->api->app, call->workspace_id, call->user_id, call->arena, &current, &ignored) !=
        STATUS_OK)
        return status;
    BUF_SCOPE(buf, 16 * KIB);
    struct json_writer w = json_writer_on(&buf);
    put_workspace(&w, &current);
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    http_response_header(call->response, STR("ETag"),
                         str_format(call->arena, "\"%.*s\"", STR_ARG(version_tag(call, &current))));
    return status;
}

static enum status update(struct api_call *call, struct workspace *workspace)
{
    struct workspace_input input;
    TRY(decode_input(call, false, &input));
    TRY(load(call, workspace));
    TRY(check_precondition(call, workspace));
    return workspace_update(call->api->app, &call->actor, input, workspace, call->error);
}

enum status workspaces_update(struct api_call *call)
{
    struct workspace workspace;
    TRY(explain_stale(call, update(call, &workspace)));
    reply_workspace(call, &workspace);
    return STATUS_OK;
}

static enum status delete (struct api_call *call) {
    struct workspace workspace; TRY(load(call, &workspace)); TRY(check_precondition(call, &workspace));
    return workspace_delete(call->api->app, &call->actor, &workspace, call->error);
}

enum status workspaces_delete(struct api_call *call)
{
    TRY(explain_stale(call, delete (call)));
    call->response->status = 204;
    return STATUS_OK;
}
