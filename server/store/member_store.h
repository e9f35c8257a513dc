// Members of workspaces in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"
#include "store/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct member {
    struct str user_id;
    struct str email;
    struct str display_name;
    struct str status; // of the user: "active" | "disabled"
    enum role role;
    int64_t version;
    int64_t created_at_us;
};

struct member_list {
    struct member *items;
    size_t count;
};

struct member_page {
    int64_t after_created_at_us; // 0 and "" for the first page
    struct str after_user_id;
    size_t limit;
};

enum status member_store_insert_if_absent(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                          enum role role, int64_t now_us, struct error *error);

// STATUS_NOT_FOUND.
enum status member_store_get(struct db_tx *tx, struct str workspace_id, struct str user_id,
                             struct arena *arena, struct member *out_member, struct error *error);

// Oldest first.
enum status member_store_list(struct db_tx *tx, struct str workspace_id, struct member_page page,
                              struct arena *arena, struct member_list *out_list, struct error *error);

enum status member_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                               struct error *error);

// Owners whose account is active, but for `without_user_id` ("": all).
enum status member_store_count_owners(struct db_tx *tx, struct str workspace_id, struct str without_user_id,
                                      int64_t *out_count, struct error *error);

struct id_list {
    struct str *items;
    size_t count;
};

struct owned_page {
    struct str user_id;
    struct str after_workspace_id; // "" for the first page
    size_t limit;
};

// Workspaces that the user owns, in the order of their ids.
enum status member_store_list_owned(struct db_tx *tx, struct owned_page page, struct arena *arena,
                                    struct id_list *out_list, struct error *error);

enum status member_store_set_role(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                  enum role role, struct error *error);
enum status member_store_delete(struct db_tx *tx, struct str workspace_id, struct str user_id,
                                struct error *error);
