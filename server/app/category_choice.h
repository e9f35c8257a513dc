// Which categories are meant: those of the file (SYMBOL_CATEGORIES_PATH), or a version of a set of a
// workspace. Both are a struct category_set to everything that uses them.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "market/category_set.h"
#include "json/json.h"
#include "json/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct category_choice {
    struct str set_id; // "": the file
    int64_t version;   // of the set; 0: the newest
    bool is_recorded;  // by a backtest of the workspace: of a set that was deleted since, too
};

// The set, with one owner more; choice->version becomes the version it is of. STATUS_NOT_FOUND
// "unknown_category_set" when the workspace has no such set or version.
enum status category_choice_open(const struct app *app, struct str workspace_id,
                                 struct category_choice *choice, const struct category_set **out_set,
                                 struct error *error);

// The newest version of a set ("": the file) in whichever workspace the user is a member of. STATUS_NOT_FOUND
// as above: of a workspace of others nothing is told.
enum status category_choice_open_for(const struct app *app, struct str user_id, struct str set_id,
                                     const struct category_set **out_set, struct error *error);

// The choice as members "category_set_id" and "category_set_version" of a request, null for the file.
void category_choice_put(struct json_writer *w, const struct category_choice *choice);

// What the request of a stored backtest says, whatever else it holds. Texts borrow from it and the arena.
enum status category_choice_recorded(struct str request_json, struct arena *arena,
                                     struct category_choice *out_choice, struct error *error);

// A version without a set is a fault at "/category_set_version".
void category_choice_check(const struct category_choice *choice, struct error *error);
