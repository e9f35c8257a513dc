#include "api/job_query.h"

#include "api/cursor.h"
#include "api/query.h"
#include "api/reply.h"
#include "app/job_kind.h"
#include "base/limits.h"

enum { DEFAULT_PAGE = 100, KINDS_MAX = 16 };

static enum status read_kind(struct api_call *call, struct job_filter *filter)
{
    const char *names[KINDS_MAX + 1] = {NULL};
    int kind = -1;
    for (size_t i = 0; i < job_kind_count() && i < KINDS_MAX; i++)
        names[i] = job_kind_at(i)->name;
    TRY(query_choice(call, "kind", names, &kind));
    if (kind >= 0) filter->kind = str_from_c(names[kind]);
    return STATUS_OK;
}

static enum status read_status(struct api_call *call, struct job_filter *filter)
{
    static const char *const names[] = {"queued", "running", "completed", "failed", "cancelled", NULL};
    int status = -1;
    TRY(query_choice(call, "status", names, &status));
    if (status >= 0) filter->status = str_from_c(names[status]);
    return STATUS_OK;
}

enum status job_query_read(struct api_call *call, struct job_filter *filter)
{
    size_t limit = DEFAULT_PAGE;
    bool is_given;
    int64_t before_us = INT64_MAX;
    (void)read_kind(call, filter);
    (void)read_status(call, filter);
    (void)query_count(call, "limit", LIMIT_PAGE, &limit);
    (void)cursor_read_int(call, 'j', &is_given, &before_us, &filter->before_id);
    filter->before_us = before_us;
    filter->limit = limit + 1;
    return query_finish(call);
}

void job_query_reply(struct api_call *call, const char *name, const struct job_filter *filter,
                     const struct job_list *list, void (*put)(struct json_writer *w, const struct job *job))
{
    const bool has_more = list->count == filter->limit;
    const size_t shown = has_more ? list->count - 1 : list->count;
    const struct job *last = shown ? &list->items[shown - 1] : NULL;
    struct str next = {0};
    if (has_more && last) next = cursor_write_int(call->arena, 'j', last->created_at_us, last->id);
    struct json_writer w = reply_json(call);
    json_begin_object(&w);
    json_key(&w, name);
    json_begin_array(&w);
    for (size_t i = 0; i < shown; i++)
        put(&w, &list->items[i]);
    json_end_array(&w);
    reply_next_cursor(&w, next);
    json_end_object(&w);
}
