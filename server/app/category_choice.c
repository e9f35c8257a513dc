#include "app/category_choice.h"

#include "app/category_cache.h"
#include "base/limits.h"
#include "market/category_file.h"
#include "market/series.h"
#include "store/category_set_store.h"
#include "json/decode.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SHA256_TEXT_BYTES = 65, VERSION_DIGITS = 16 };

// The number of a version among all sets of a process, and the same in each: the first bits of SHA-256 of its
// name. The highest bit is set, which those of the file, counted from 1, never have.
static uint64_t number_of(struct category_place place)
{
    char name[LIMIT_ID_BYTES + 32], sha256[SHA256_TEXT_BYTES];
    const int len = snprintf(name, sizeof name, "%.*s %" PRId64,
                             STR_ARG(str_prefix(place.set_id, LIMIT_ID_BYTES)), place.version);
    text_fingerprint((struct str){name, (size_t)len}, sha256);
    sha256[VERSION_DIGITS] = '\0';
    return strtoull(sha256, NULL, 16) | (uint64_t)1 << 63;
}

static enum status read_text(struct str text, struct category_place place,
                             const struct category_set **out_set, struct error *error)
{
    struct error cause = {0};
    const enum status status = category_text_read(text, number_of(place), out_set, &cause);
    if (status == STATUS_OK) return STATUS_OK;
    if (status == STATUS_NO_MEMORY) return error_no_memory(error);
    return error_set(error, STATUS_INTERNAL, NULL,
                     "version %" PRId64 " of the category set %.*s cannot be read: %s", place.version,
                     STR_ARG(place.set_id), cause.message);
}

static const struct category_set *find_cached(const struct app *app, struct category_place place)
{
    return app->category_cache ? category_cache_get(app->category_cache, place.set_id, place.version) : NULL;
}

// A version on its way: here already, or its text.
struct found {
    struct category_place place;
    const struct category_set *cached; // NULL: not here
    struct str text;
};

static void found_done(struct found *found)
{
    category_set_release(&found->cached);
}
#define FOUND_SCOPE __attribute__((cleanup(found_done))) struct found

static enum status fetch(const struct app *app, struct db_tx **tx, struct arena *arena, struct found *found,
                         struct error *error)
{
    found->cached = find_cached(app, found->place);
    if (!found->cached) TRY(category_set_store_content(*tx, found->place, arena, &found->text, error));
    return db_commit(tx, error);
}

static enum status take(const struct app *app, struct found *found, const struct category_set **out_set,
                        struct error *error)
{
    if (found->cached) {
        *out_set = category_set_retain(found->cached);
        return STATUS_OK;
    }
    TRY(read_text(found->text, found->place, out_set, error));
    if (app->category_cache)
        category_cache_put(app->category_cache, found->place.set_id, found->place.version, *out_set);
    return STATUS_OK;
}

static enum status open_of_workspace(const struct app *app, struct category_place *place, bool is_recorded,
                                     const struct category_set **out_set, struct error *error)
{
    ARENA_SCOPE(scratch, LIMIT_CATEGORY_SET_BYTES);
    FOUND_SCOPE found = {.place = *place};
    struct category_place newest = *place;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    if (!is_recorded)
        TRY(category_set_store_newest(tx, place->workspace_id, place->set_id, &scratch, &newest, error));
    if (place->version == 0) found.place.version = newest.version;
    TRY(fetch(app, &tx, &scratch, &found, error));
    TRY(take(app, &found, out_set, error));
    place->version = found.place.version;
    return STATUS_OK;
}

enum status category_choice_open(const struct app *app, struct str workspace_id,
                                 struct category_choice *choice, const struct category_set **out_set,
                                 struct error *error)
{
    struct category_place place = {
        .workspace_id = workspace_id, .set_id = choice->set_id, .version = choice->version};
    if (choice->set_id.len == 0) {
        *out_set = market_categories(app->market);
        return STATUS_OK;
    }
    TRY(open_of_workspace(app, &place, choice->is_recorded, out_set, error));
    choice->version = place.version;
    return STATUS_OK;
}

enum status category_choice_open_for(const struct app *app, struct str user_id, struct str set_id,
                                     const struct category_set **out_set, struct error *error)
{
    ARENA_SCOPE(scratch, LIMIT_CATEGORY_SET_BYTES);
    FOUND_SCOPE found = {0};
    if (set_id.len == 0) {
        *out_set = market_categories(app->market);
        return STATUS_OK;
    }
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(category_set_store_newest_for_member(tx, set_id, user_id, &scratch, &found.place, error));
    TRY(fetch(app, &tx, &scratch, &found, error));
    return take(app, &found, out_set, error);
}

void category_choice_put(struct json_writer *w, const struct category_choice *choice)
{
    if (choice->set_id.len) {
        json_put_str(w, "category_set_id", choice->set_id);
        json_put_int(w, "category_set_version", choice->version);
        return;
    }
    json_put_null(w, "category_set_id");
    json_put_null(w, "category_set_version");
}

struct recorded {
    struct str category_set_id;
    int64_t category_set_version;
};

enum status category_choice_recorded(struct str request_json, struct arena *arena,
                                     struct category_choice *out_choice, struct error *error)
{
    static const struct json_field fields[] = {
        JSON_FIELD(struct recorded, category_set_id, TEXT, .max_bytes = LIMIT_ID_BYTES),
        JSON_FIELD(struct recorded, category_set_version, INTEGER),
    };
    const struct json_value *object;
    struct recorded recorded = {0};
    TRY(json_parse_object(arena, request_json, &object, error));
    TRY(json_decode_part(object, "", fields, sizeof fields / sizeof *fields, &recorded, error));
    *out_choice = (struct category_choice){
        .set_id = recorded.category_set_id, .version = recorded.category_set_version, .is_recorded = true};
    return STATUS_OK;
}

void category_choice_check(const struct category_choice *choice, struct error *error)
{
    if (choice->version && !choice->set_id.len)
        (void)error_add_field(error, "/category_set_version", "goes with a category_set_id");
}
