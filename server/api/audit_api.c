#include "api/handlers.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/audit.h"
#include "base/datetime.h"
#include "base/limits.h"

enum { DEFAULT_PAGE = 100, SECOND_US = 1000000 };

static const char *const outcomes[] = {"ok", "failed", "denied", NULL};

static enum status read_filter(struct api_call *call, bool is_csv, size_t *out_limit,
                               struct audit_filter *filter)
{
    size_t limit = DEFAULT_PAGE;
    int64_t from_s = 0, to_s = 0;
    int outcome = -1;
    bool has_cursor, has_from, has_to;
    struct str ignored;
    (void)query_limit(call, is_csv, LIMIT_PAGE, &limit);
    (void)query_text(call, "action", 64, &filter->action);
    (void)query_text(call, "actor_id", 64, &filter->actor_id);
    (void)query_text(call, "object_id", 64, &filter->object_id);
    (void)query_choice(call, "outcome", outcomes, &outcome);
    (void)query_time(call, "from", &has_from, &from_s);
    (void)query_time(call, "to", &has_to, &to_s);
    (void)cursor_read_int(call, 'a', &has_cursor, &filter->before_number, &ignored);
    TRY(query_finish(call));
    if (outcome >= 0) filter->outcome = str_from_c(outcomes[outcome]);
    if (has_from) filter->from_us = from_s * SECOND_US;
    if (has_to) filter->to_us = to_s * SECOND_US;
    filter->limit = limit + 1; // one more than is shown tells whether there is a next page
    *out_limit = limit;
    return STATUS_OK;
}

static void put_entry(struct json_writer *w, const struct audit_entry *entry)
{
    json_begin_object(w);
    json_put_int(w, "number", entry->number);
    json_put_time_us(w, "created_at", entry->created_at_us);
    json_put_str(w, "actor_id", entry->actor_id);
    json_put_str(w, "actor_email", entry->actor_email);
    json_put_str(w, "via", entry->via);
    json_put_str(w, "action", entry->action);
    json_put_str(w, "outcome", entry->outcome);
    json_put_str(w, "object_type", entry->object_type);
    json_put_str(w, "object_id", entry->object_id);
    json_put_str(w, "address", entry->address);
    json_put_str(w, "request_id", entry->request_id);
    json_put_raw(w, "detail", entry->detail);
    json_end_object(w);
}

static void put_row(struct buf *buf, const struct audit_entry *entry)
{
    char time[DATETIME_TEXT_MAX];
    const struct str cells[] = {entry->actor_id,   entry->actor_email, entry->via,       entry->action,
                                entry->outcome,    entry->object_type, entry->object_id, entry->address,
                                entry->request_id, entry->detail};
    buf_append_format(buf, "%lld,%.*s", (long long)entry->number,
                      STR_ARG(datetime_format_us(entry->created_at_us, time)));
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        buf_append_char(buf, ',');
        reply_csv_text(buf, cells[i]);
    }
    buf_append_char(buf, '\n');
}

static void reply_rows(struct api_call *call, const struct audit_list *list, size_t shown, struct str next)
{
    reply_csv(call, next);
    buf_append_str(&call->response->body,
                   STR("number,created_at,actor_id,actor_email,via,action,outcome,object_type,"
                       "object_id,address,request_id,detail\n"));
    for (size_t i = 0; i < shown; i++)
        put_row(&call->response->body, &list->items[i]);
}

static void reply_entries(struct api_call *call, const struct audit_list *list, size_t shown, struct str next)
{
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, "entries");
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put_entry(&w, &list->items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, next);
    json_end_object(&w);
}

static enum status list_log(struct api_call *call, struct str log)
{
    size_t limit;
    struct audit_list list;
    struct audit_filter filter = {.log = log,
                                  .before_number = INT64_MAX,
                                  .action = STR(""),
                                  .actor_id = STR(""),
                                  .object_id = STR(""),
                                  .outcome = STR(""),
                                  .to_us = INT64_MAX};
    const bool is_csv = query_wants_csv(call);
    TRY(read_filter(call, is_csv, &limit, &filter));
    TRY(audit_list(call->api->app, &filter, call->arena, &list, call->error));
    const size_t shown = list.count > limit ? limit : list.count;
    const struct str next = shown < list.count
                                ? cursor_write_int(call->arena, 'a', list.items[shown - 1].number, STR("-"))
                                : (struct str){0};
    (is_csv ? reply_rows : reply_entries)(call, &list, shown, next);
    return STATUS_OK;
}

enum status audit_list_workspace(struct api_call *call)
{
    return list_log(call, call->workspace_id);
}

enum status audit_list_instance(struct api_call *call)
{
    return list_log(call, STR(""));
}
