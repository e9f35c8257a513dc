#include "app/event.h"

#include "app/notice.h"
#include "base/buf.h"
#include "base/limits.h"
#include "store/event_store.h"
#include "json/writer.h"

enum status event_append(struct db_tx *tx, struct str log, const char *type, struct str json, int64_t now_us,
                         struct error *error)
{
    return event_store_append(tx, log, str_from_c(type), json, now_us, error);
}

enum status event_append_job(struct db_tx *tx, const char *type, event_put_job *put, const struct job *job,
                             int64_t now_us, struct error *error)
{
    BUF_SCOPE(buf, LIMIT_JSON_BODY_BYTES);
    struct json_writer w = json_writer_on(&buf);
    put(&w, job);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, job->workspace_id, type, buf_str(&buf), now_us, error);
}

enum status event_append_backtest(struct db_tx *tx, const struct job *job, bool is_deleted, int64_t now_us,
                                  struct error *error)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", job->id);
    json_put_c(&w, "status", job_status_name(job->status));
    json_put_bool(&w, "deleted", is_deleted);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, job->workspace_id, "backtest", buf_str(&buf), now_us, error);
}

enum status event_append_workspace(struct db_tx *tx, const struct workspace *workspace, bool is_deleted,
                                   int64_t now_us, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", workspace->id);
    json_put_str(&w, "name", workspace->name);
    json_put_str(&w, "default_quote_asset", workspace->default_quote_asset);
    json_put_bool(&w, "deleted", is_deleted);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, workspace->id, "workspace", buf_str(&buf), now_us, error);
}

enum status event_append_member(struct db_tx *tx, struct str workspace_id, struct str user_id, int64_t now_us,
                                struct error *error)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "user_id", user_id);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, workspace_id, "member", buf_str(&buf), now_us, error);
}

enum status event_append_category_set(struct db_tx *tx, const struct category_set_row *set, bool is_deleted,
                                      int64_t now_us, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", set->id);
    json_put_str(&w, "name", set->name);
    json_put_int(&w, "version", set->newest_version);
    json_put_bool(&w, "deleted", is_deleted);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, set->workspace_id, "category_set", buf_str(&buf), now_us, error);
}

enum status event_append_paper_account(struct db_tx *tx, const struct paper_account *account, int64_t now_us,
                                       struct error *error)
{
    BUF_SCOPE(buf, KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "id", account->id);
    json_put_int(&w, "version", account->version);
    json_put_decimal(&w, "cash", account->cash);
    json_end_object(&w);
    return buf.failed ? error_no_memory(error)
                      : event_append(tx, account->workspace_id, "account", buf_str(&buf), now_us, error);
}

enum status event_commit(const struct app *app, struct db_tx **tx, struct str log, struct error *error)
{
    TRY(db_commit(tx, error));
    notice_events(app, log);
    return STATUS_OK;
}
