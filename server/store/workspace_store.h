// Workspaces in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/role.h"

#include <stddef.h>
#include <stdint.h>

// A workspace as one of its members sees it.
struct workspace {
    struct str id;
    struct str name;
    struct str default_quote_asset;
    enum role role; // of the member who asked
    int64_t version;
    int64_t created_at_us;
    int64_t updated_at_us;
};

struct workspace_list {
    struct workspace *items;
    size_t count;
};

// A page of the list: up to `limit` workspaces behind the one named; zero and "" for the first page.
struct workspace_page {
    int64_t after_created_at_us;
    struct str after_id;
    size_t limit;
};

enum status workspace_store_insert(struct db_tx *tx, const struct workspace *workspace, struct str created_by,
                                   struct error *error);
enum status workspace_store_insert_if_absent(struct db_tx *tx, const struct workspace *workspace,
                                             struct str created_by, struct error *error);

// STATUS_NOT_FOUND when there is no such workspace, it was deleted, or the user is no member: one answer for
// all.
enum status workspace_store_get(struct db_tx *tx, struct str id, struct str user_id, struct arena *arena,
                                struct workspace *out_workspace, struct error *error);

// Workspaces of the user, oldest first.
enum status workspace_store_list(struct db_tx *tx, struct str user_id, struct workspace_page page,
                                 struct arena *arena, struct workspace_list *out_list, struct error *error);

// Those that the user made and that were not deleted, whoever owns them now.
enum status workspace_store_count(struct db_tx *tx, struct str user_id, int64_t *out_count,
                                  struct error *error);

// Name and quote asset of the given version; STATUS_STALE when it is not that version any more.
enum status workspace_store_update(struct db_tx *tx, const struct workspace *workspace, int64_t now_us,
                                   struct error *error);

// Hides the workspace; its rows stay. STATUS_STALE when it is not that version any more.
enum status workspace_store_delete(struct db_tx *tx, struct str id, int64_t version, int64_t now_us,
                                   struct error *error);

// Those of a user that were deleted after a time.
struct deleted_of {
    struct str user_id;
    int64_t since_us;
};

// As their owner sees them; updated_at_us is when they were.
// The second gives the newest first.
enum status workspace_store_get_deleted(struct db_tx *tx, struct deleted_of of, struct str id,
                                        struct arena *arena, struct workspace *out_workspace,
                                        struct error *error);
enum status workspace_store_list_deleted(struct db_tx *tx, struct deleted_of of, size_t limit,
                                         struct arena *arena, struct workspace_list *out_list,
                                         struct error *error);

// STATUS_NOT_FOUND when it is not deleted.
enum status workspace_store_restore(struct db_tx *tx, struct str id, int64_t now_us, struct error *error);

// Nobody else changes its members until the transaction ends: rules about several of them hold.
// STATUS_NOT_FOUND.
enum status workspace_store_lock(struct db_tx *tx, struct str id, struct error *error);
