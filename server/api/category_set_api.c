#include "api/handlers.h"

#include "api/cursor.h"
#include "api/precondition.h"
#include "api/problem.h"
#include "api/query.h"
#include "api/reply.h"
#include "api/routes.h"
#include "app/category_document.h"
#include "app/category_set.h"
#include "base/limits.h"
#include "json/decode.h"

enum { DEFAULT_PAGE = 100 };

// How a set is answered.
struct representation {
    int64_t version; // 0: the newest
    bool is_yaml;
};

static struct category_set_scope scope_of(const struct api_call *call)
{
    return (struct category_set_scope){.workspace_id = call->workspace_id, .actor = call->actor};
}

static struct category_place place_of(const struct api_call *call, int64_t version)
{
    return (struct category_place){
        .workspace_id = call->workspace_id, .set_id = route_object_id(call), .version = version};
}

// ---- answers

static void put_set(struct json_writer *w, const struct category_set_row *row)
{
    json_put_str(w, "id", row->id);
    json_put_str(w, "workspace_id", row->workspace_id);
    json_put_str(w, "name", row->name);
    json_put_int(w, "version", row->version.number);
    json_put_int(w, "newest_version", row->newest_version);
    json_put_int(w, "category_count", row->version.category_count);
    json_put_int(w, "symbol_count", row->version.symbol_count);
    json_put_str(w, "created_by", row->created_by);
    json_put_time_us(w, "created_at", row->created_at_us);
    json_put_time_us(w, "updated_at", row->updated_at_us);
}

static enum status put_whole(struct api_call *call, struct json_writer *w, const struct category_set_row *row)
{
    CATEGORY_SET_SCOPE set = NULL;
    TRY(category_document_read_yaml(row->version.content, &set, call->error));
    json_begin_object(w);
    put_set(w, row);
    json_key(w, "document");
    category_document_put(w, set);
    json_end_object(w);
    return STATUS_OK;
}

// One for each representation; a version that was asked for by number has another than the newest as such.
static struct str tag_of(const struct api_call *call, const struct category_set_row *row,
                         struct representation representation)
{
    const struct str version = representation.version
                                   ? str_format(call->arena, "-v%lld", (long long)representation.version)
                                   : STR("");
    return str_format(call->arena, "%.*s-%lld%.*s%s", STR_ARG(row->id), (long long)row->revision,
                      STR_ARG(version), representation.is_yaml ? "-yaml" : "");
}

static enum status reply_set(struct api_call *call, const struct category_set_row *row,
                             struct representation representation)
{
    reply_etag(call, tag_of(call, row, representation));
    if (representation.is_yaml) {
        http_response_header(call->response, STR("Content-Type"), STR("application/yaml"));
        buf_append_str(&call->response->body, row->version.content);
        return STATUS_OK;
    }
    struct json_writer w = reply_json(call);
    return put_whole(call, &w, row);
}

// ---- what is sent

struct body {
    struct str name;
    const struct json_value *document;
};

static enum status read_json(struct api_call *call, struct category_set_input *input,
                             const struct category_set **out_set)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct body, name, TEXT, .max_bytes = 4 * LIMIT_NAME),
        JSON_FIELD(struct body, document, OBJECT),
    };
    struct body body = {0};
    (void)json_decode(call->body, "", fields, sizeof fields / sizeof *fields, &body, call->error);
    if (input->name.ptr)
        (void)error_add_field(call->error, "?name",
                              "goes with YAML; in JSON the name is a member of the body");
    if (body.document) TRY(category_document_read_json(body.document, "/document", out_set, call->error));
    input->name = body.name;
    return query_finish(call);
}

// JSON, or the document alone as YAML with the name in the query.
static enum status read_input(struct api_call *call, struct category_set_input *input,
                              const struct category_set **out_set)
{
    (void)query_text(call, "name", 4 * LIMIT_NAME, &input->name);
    TRY(query_finish(call));
    if (call->body)
        TRY(read_json(call, input, out_set));
    else
        TRY(category_document_read_yaml(call->request->body, out_set, call->error));
    input->categories = *out_set;
    return STATUS_OK;
}

// ---- handlers

enum status category_sets_create(struct api_call *call)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct category_set_input input = {0};
    struct category_set_row row;
    const struct category_set_scope scope = scope_of(call);
    TRY(read_input(call, &input, &set));
    if (!input.name.ptr) return error_add_field(call->error, call->body ? "/name" : "?name", "is missing");
    TRY(category_set_create(call->api->app, &scope, &input, call->arena, &row, call->error));
    reply_created(call, str_format(call->arena, "/api/v1/workspaces/%.*s/category-sets/%.*s",
                                   STR_ARG(row.workspace_id), STR_ARG(row.id)));
    return reply_set(call, &row, (struct representation){0});
}

enum status category_sets_get(struct api_call *call)
{
    static const char *const formats[] = {"json", "yaml", NULL};
    size_t version = 0;
    struct category_set_row row;
    http_response_header(call->response, STR("Vary"), STR("Accept"));
    int format = http_request_accepts(call->request, STR("application/yaml"));
    (void)query_count(call, "version", LIMIT_CATEGORY_SET_VERSIONS, &version);
    (void)query_choice(call, "format", formats, &format);
    TRY(query_finish(call));
    TRY(category_set_get(call->api->app, place_of(call, (int64_t)version), call->arena, &row, call->error));
    return reply_set(call, &row, (struct representation){(int64_t)version, format == 1});
}

static enum status load(struct api_call *call, struct category_set_row *out_row)
{
    return category_set_get(call->api->app, place_of(call, 0), call->arena, out_row, call->error);
}

static enum status check_precondition(struct api_call *call, const struct category_set_row *row)
{
    if (!precondition_is_given(call))
        return error_set(call->error, STATUS_UNCONDITIONAL, NULL,
                         "send the ETag of the category set as you read it in the header If-Match");
    for (int is_yaml = 0; is_yaml <= 1; is_yaml++)
        if (precondition_holds(call, tag_of(call, row, (struct representation){.is_yaml = is_yaml})))
            return STATUS_OK;
    return error_set(call->error, STATUS_STALE, NULL,
                     "the category set has changed since it was read; read it again and repeat the change");
}

// A stale change is answered with the set as it is now, so that the user can decide.
static enum status explain_stale(struct api_call *call, enum status status)
{
    struct category_set_row current;
    struct error stale = *call->error;
    if (status != STATUS_STALE) return status;
    BUF_SCOPE(buf, LIMIT_RESPONSE_BYTES);
    struct json_writer w = json_writer_on(&buf);
    const bool is_told = load(call, &current) == STATUS_OK && put_whole(call, &w, &current) == STATUS_OK;
    *call->error = stale;
    if (!is_told) return status;
    problem_respond_stale(call->request, call->response, call->error, buf_str(&buf));
    reply_etag(call, tag_of(call, &current, (struct representation){0}));
    return status;
}

static enum status update(struct api_call *call, struct category_set_row *row)
{
    CATEGORY_SET_SCOPE set = NULL;
    struct category_set_input input = {0};
    const struct category_set_scope scope = scope_of(call);
    TRY(read_input(call, &input, &set));
    if (!input.name.ptr && !input.categories)
        return error_add_field(call->error, "", "give a name, a document, or both");
    TRY(load(call, row));
    TRY(check_precondition(call, row));
    return category_set_update(call->api->app, &scope, &input, call->arena, row, call->error);
}

enum status category_sets_update(struct api_call *call)
{
    struct category_set_row row;
    TRY(explain_stale(call, update(call, &row)));
    return reply_set(call, &row, (struct representation){0});
}

static enum status remove_set(struct api_call *call)
{
    struct category_set_row row;
    TRY(load(call, &row));
    TRY(check_precondition(call, &row));
    return category_set_delete(call->api->app, &call->actor, &row, call->error);
}

enum status category_sets_delete(struct api_call *call)
{
    TRY(explain_stale(call, remove_set(call)));
    call->response->status = 204;
    return STATUS_OK;
}

enum status category_sets_list(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct category_set_page page = {0};
    struct category_set_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'c', &has_cursor, &page.after_created_at_us, &page.after_id);
    TRY(query_finish(call));
    page.limit = limit + 1; // one more than is shown tells whether there is a next page
    TRY(category_set_list(call->api->app, call->workspace_id, page, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct category_set_row *last = shown < list.count ? &list.items[shown - 1] : NULL;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "category_sets");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++) {
        json_begin_object(&w);
        put_set(&w, &list.items[i]);
        json_end_object(&w);
    }
    json_end_array(&w);
    reply_next_cursor(&w, last ? cursor_write_int(call->arena, 'c', last->created_at_us, last->id)
                               : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}

static void put_version(struct json_writer *w, const struct category_version *version)
{
    json_begin_object(w);
    json_put_int(w, "version", version->number);
    json_put_int(w, "category_count", version->category_count);
    json_put_int(w, "symbol_count", version->symbol_count);
    json_put_str(w, "created_by", version->created_by);
    json_put_time_us(w, "created_at", version->created_at_us);
    json_end_object(w);
}

enum status category_sets_versions(struct api_call *call)
{
    size_t limit = DEFAULT_PAGE;
    bool has_cursor;
    struct str unused;
    struct category_version_page page = {.set_id = route_object_id(call), .before = INT64_MAX};
    struct category_set_list list;
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'n', &has_cursor, &page.before, &unused);
    TRY(query_finish(call));
    page.limit = limit + 1;
    TRY(category_set_list_versions(call->api->app, call->workspace_id, page, call->arena, &list,
                                   call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "versions");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_version(&w, &list.items[i].version);
    json_end_array(&w);
    reply_next_cursor(&w, shown < list.count ? cursor_write_int(call->arena, 'n',
                                                                list.items[shown - 1].version.number, STR(""))
                                             : (struct str){0});
    json_end_object(&w);
    return STATUS_OK;
}
