// What happened, told to those who watch a workspace: appended in the transaction in which it happens.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "base/str.h"
#include "store/category_set_store.h"
#include "store/job_store.h"
#include "store/paper_account_store.h"
#include "store/workspace_store.h"
#include "json/writer.h"

#include <stdbool.h>
#include <stdint.h>

#define EVENT_LOG_INSTANCE STR("") // of what belongs to no workspace; operators read it

// `log` is a workspace's id or EVENT_LOG_INSTANCE; `json` an object of the schema that the API describes for
// the type. Last in its transaction: other transactions that append to the log wait for its end.
enum status event_append(struct db_tx *tx, struct str log, const char *type, struct str json, int64_t now_us,
                         struct error *error);

// What a job is now, as the object that `put` writes.
typedef void event_put_job(struct json_writer *w, const struct job *job);
enum status event_append_job(struct db_tx *tx, const char *type, event_put_job *put, const struct job *job,
                             int64_t now_us, struct error *error);

// The backtest of the job was created, changed, ended, or deleted.
enum status event_append_backtest(struct db_tx *tx, const struct job *job, bool is_deleted, int64_t now_us,
                                  struct error *error);

// "member" {"user_id"}: somebody came, went, or may do something else.
enum status event_append_member(struct db_tx *tx, struct str workspace_id, struct str user_id, int64_t now_us,
                                struct error *error);

enum status event_append_workspace(struct db_tx *tx, const struct workspace *workspace, bool is_deleted,
                                   int64_t now_us, struct error *error);

// The set got a new name or version, was created or deleted.
enum status event_append_category_set(struct db_tx *tx, const struct category_set_row *set, bool is_deleted,
                                      int64_t now_us, struct error *error);

// "account" {"id", "version", "cash"}: the account was made or changed, or money of it moved.
enum status event_append_paper_account(struct db_tx *tx, const struct paper_account *account, int64_t now_us,
                                       struct error *error);

// Commits, and tells those who watch the log.
enum status event_commit(const struct app *app, struct db_tx **tx, struct str log, struct error *error);
