// Sets of categories of a workspace in the state database. Every function runs inside the caller's
// transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One version of a set. It never changes once it is stored.
struct category_version {
    int64_t number;     // from 1
    struct str content; // YAML (market/category_file.h); ptr NULL in lists
    int64_t category_count;
    int64_t symbol_count;
    struct str created_by;
    int64_t created_at_us;
};

// A set, seen at one of its versions.
struct category_set_row {
    struct str workspace_id;
    struct str id;
    struct str name;
    int64_t newest_version;
    int64_t revision; // rises with every change, of the name too
    struct str created_by;
    int64_t created_at_us;
    int64_t updated_at_us;
    struct category_version version;
};

struct category_set_list {
    struct category_set_row *items;
    size_t count;
};

// The set with its first version.
enum status category_set_store_insert(struct db_tx *tx, const struct category_set_row *row,
                                      struct error *error);

// Those of the workspace that were not deleted, while its row is held to the end of the transaction.
enum status category_set_store_count(struct db_tx *tx, struct str workspace_id, int64_t *out_count,
                                     struct error *error);

// One text among all.
struct category_place {
    struct str workspace_id;
    struct str set_id;
    int64_t version;
};

// Version 0: the newest. STATUS_NOT_FOUND "unknown_category_set" when there is no such set or version, or it
// was deleted.
enum status category_set_store_get(struct db_tx *tx, struct category_place place, struct arena *arena,
                                   struct category_set_row *out_row, struct error *error);

// A page of the list: up to `limit` sets behind the one named; zero and "" for the first page.
struct category_set_page {
    int64_t after_created_at_us;
    struct str after_id;
    size_t limit;
};

// Oldest first, each at its newest version.
enum status category_set_store_list(struct db_tx *tx, struct str workspace_id, struct category_set_page page,
                                    struct arena *arena, struct category_set_list *out_list,
                                    struct error *error);

// The versions below `before` of one set, newest first. An empty list when there is no such set.
struct category_version_page {
    struct str set_id;
    int64_t before;
    size_t limit;
};
enum status category_set_store_list_versions(struct db_tx *tx, struct str workspace_id,
                                             struct category_version_page page, struct arena *arena,
                                             struct category_set_list *out_list, struct error *error);

// Name and version of `row`, which was read at its revision; a version that is new is stored.
// STATUS_STALE when the revision is another by now.
enum status category_set_store_update(struct db_tx *tx, const struct category_set_row *row,
                                      bool is_version_new, struct error *error);

// Hides the set, and forgets the versions that no backtest refers to. STATUS_STALE as above.
enum status category_set_store_delete(struct db_tx *tx, const struct category_set_row *row, int64_t now_us,
                                      struct error *error);

// ---- versions as backtests and others use them

// The newest version of a set of the workspace that was not deleted. STATUS_NOT_FOUND "unknown_category_set".
enum status category_set_store_newest(struct db_tx *tx, struct str workspace_id, struct str set_id,
                                      struct arena *arena, struct category_place *out_place,
                                      struct error *error);

// The same in whichever workspace the user is a member of.
enum status category_set_store_newest_for_member(struct db_tx *tx, struct str set_id, struct str user_id,
                                                 struct arena *arena, struct category_place *out_place,
                                                 struct error *error);

// The text of a version, of a deleted set too. STATUS_NOT_FOUND "unknown_category_set".
enum status category_set_store_content(struct db_tx *tx, struct category_place place, struct arena *arena,
                                       struct str *out_content, struct error *error);

// The backtest was run with that version, which stays from now on. STATUS_NOT_FOUND as above.
enum status category_set_store_refer(struct db_tx *tx, struct str backtest_id, struct category_place place,
                                     struct error *error);

// The set that a backtest refers to; "" for none.
enum status category_set_store_of_backtest(struct db_tx *tx, struct str workspace_id, struct str backtest_id,
                                           struct arena *arena, struct str *out_set_id, struct error *error);

// Of a set that was deleted: forgets the versions that no backtest refers to, and the set with the last one.
enum status category_set_store_prune(struct db_tx *tx, struct str workspace_id, struct str set_id,
                                     struct error *error);
