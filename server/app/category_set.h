// Sets of categories that a workspace edits: named copies of the file's, every version of which stays as it
// is.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "market/category_set.h"
#include "store/category_set_store.h"

#include <stdint.h>

// Who changes what belongs to whom, and when.
struct category_set_scope {
    struct str workspace_id;
    struct actor actor;
};

// What a user gives. Borrows the categories.
struct category_set_input {
    struct str name;                       // ptr NULL: keeps its name, when changing
    const struct category_set *categories; // NULL: those of the file when creating, as they are when changing
};

// STATUS_INVALID: "/name", and more than LIMIT_CATEGORY_SET_SYMBOLS symbols; STATUS_TOO_LARGE a longer text
// than is kept; STATUS_CONFLICT "too_many_category_sets".
enum status category_set_create(const struct app *app, const struct category_set_scope *scope,
                                const struct category_set_input *input, struct arena *arena,
                                struct category_set_row *out_row, struct error *error);

// `row` is the newest version, as it was read and as the caller's If-Match named it; on success it holds the
// new state. Categories that differ from it become the next version; where nothing differs, nothing changes.
// STATUS_STALE when it has changed since, STATUS_CONFLICT "too_many_versions", and as above.
enum status category_set_update(const struct app *app, const struct category_set_scope *scope,
                                const struct category_set_input *input, struct arena *arena,
                                struct category_set_row *row, struct error *error);

// What backtests were run with stays readable to them. STATUS_STALE as above.
enum status category_set_delete(const struct app *app, const struct actor *actor,
                                const struct category_set_row *row, struct error *error);

// At a version; 0: the newest. STATUS_NOT_FOUND "unknown_category_set".
enum status category_set_get(const struct app *app, struct category_place place, struct arena *arena,
                             struct category_set_row *out_row, struct error *error);

enum status category_set_list(const struct app *app, struct str workspace_id, struct category_set_page page,
                              struct arena *arena, struct category_set_list *out_list, struct error *error);

// STATUS_NOT_FOUND "unknown_category_set".
enum status category_set_list_versions(const struct app *app, struct str workspace_id,
                                       struct category_version_page page, struct arena *arena,
                                       struct category_set_list *out_list, struct error *error);
