#include "app/category_set.h"

#include "app/audit.h"
#include "app/category_document.h"
#include "app/event.h"
#include "app/name.h"
#include "app/once.h"
#include "base/id.h"
#include "base/limits.h"
#include "json/writer.h"

static enum status check_size(const struct category_set *set, struct error *error)
{
    if (set->entry_count <= LIMIT_CATEGORY_SET_SYMBOLS) return STATUS_OK;
    return error_set(error, STATUS_INVALID, NULL,
                     "the categories speak of %zu symbols, a set takes at most %d; leave some of them out",
                     set->entry_count, LIMIT_CATEGORY_SET_SYMBOLS);
}

static enum status describe(const struct category_set *set, struct arena *arena,
                            struct category_version *version, struct error *error)
{
    TRY(check_size(set, error));
    TRY(category_document_text(set, arena, &version->content, error));
    version->category_count = (int64_t)set->category_count;
    version->symbol_count = (int64_t)set->entry_count;
    return STATUS_OK;
}

static enum status check_count(struct db_tx *tx, struct str workspace_id, struct error *error)
{
    int64_t count;
    TRY(category_set_store_count(tx, workspace_id, &count, error));
    if (count < LIMIT_CATEGORY_SETS) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, "too_many_category_sets",
                     "the workspace has %lld category sets, which is the most it may have; delete one first",
                     (long long)count);
}

static enum status audit(struct db_tx *tx, const struct actor *actor, const char *action,
                         const struct category_set_row *row, struct error *error)
{
    BUF_SCOPE(buf, 4 * KIB);
    struct json_writer w = json_writer_on(&buf);
    json_begin_object(&w);
    json_put_str(&w, "name", row->name);
    json_put_int(&w, "version", row->newest_version);
    json_end_object(&w);
    const struct audit_event event = {.log = row->workspace_id,
                                      .action = action,
                                      .object_type = "category_set",
                                      .object_id = row->id,
                                      .detail_json = buf_str(&buf)};
    return audit_append(tx, actor, &event, error);
}

static enum status insert(const struct app *app, const struct actor *actor,
                          const struct category_set_row *row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(once_mark(tx, app, row->id, row->created_at_us, error));
    TRY(check_count(tx, row->workspace_id, error));
    TRY(category_set_store_insert(tx, row, error));
    TRY(audit(tx, actor, "category_set.create", row, error));
    TRY(event_append_category_set(tx, row, false, row->created_at_us, error));
    return event_commit(app, &tx, row->workspace_id, error);
}

static struct category_set_row first_of(const struct category_set_scope *scope, struct str name,
                                        struct arena *arena)
{
    const int64_t now_us = scope->actor.now_us;
    const struct id id = id_new(now_us);
    return (struct category_set_row){
        .workspace_id = scope->workspace_id,
        .id = str_copy(arena, id_str(&id)),
        .name = name,
        .newest_version = 1,
        .revision = 1,
        .created_by = scope->actor.user_id,
        .created_at_us = now_us,
        .updated_at_us = now_us,
        .version = {.number = 1, .created_by = scope->actor.user_id, .created_at_us = now_us},
    };
}

enum status category_set_create(const struct app *app, const struct category_set_scope *scope,
                                const struct category_set_input *input, struct arena *arena,
                                struct category_set_row *out_row, struct error *error)
{
    TRY(name_check(input->name, "/name", error));
    const struct market_view view = {.market = app->market, .categories = input->categories};
    CATEGORY_SET_SCOPE categories = market_view_categories(view);
    struct category_set_row row = first_of(scope, input->name, arena);
    if (!row.id.ptr) return error_no_memory(error);
    TRY(describe(categories, arena, &row.version, error));
    TRY(insert(app, &scope->actor, &row, error));
    *out_row = row;
    return STATUS_OK;
}

// What the row is after the change; *out_is_new when its categories are others.
static enum status change(const struct category_set_scope *scope, const struct category_set_input *input,
                          struct arena *arena, struct category_set_row *row, bool *out_is_new,
                          struct error *error)
{
    struct category_version version = row->version;
    if (input->name.ptr) TRY(name_check(input->name, "/name", error));
    if (input->categories) TRY(describe(input->categories, arena, &version, error));
    *out_is_new = !str_eq(version.content, row->version.content);
    if (input->name.ptr) row->name = input->name;
    if (!*out_is_new) return STATUS_OK;
    if (row->newest_version >= LIMIT_CATEGORY_SET_VERSIONS)
        return error_set(
            error, STATUS_CONFLICT, "too_many_versions",
            "the category set has %d versions, which is the most one may have; go on in a new set",
            LIMIT_CATEGORY_SET_VERSIONS);
    version.number = ++row->newest_version;
    version.created_by = scope->actor.user_id;
    version.created_at_us = scope->actor.now_us;
    row->version = version;
    return STATUS_OK;
}

static enum status store_change(const struct app *app, const struct actor *actor,
                                const struct category_set_row *row, bool is_version_new, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(category_set_store_update(tx, row, is_version_new, error));
    TRY(audit(tx, actor, "category_set.update", row, error));
    TRY(event_append_category_set(tx, row, false, row->updated_at_us, error));
    return event_commit(app, &tx, row->workspace_id, error);
}

enum status category_set_update(const struct app *app, const struct category_set_scope *scope,
                                const struct category_set_input *input, struct arena *arena,
                                struct category_set_row *row, struct error *error)
{
    struct category_set_row changed = *row;
    bool is_version_new;
    TRY(change(scope, input, arena, &changed, &is_version_new, error));
    if (!is_version_new && str_eq(changed.name, row->name)) return STATUS_OK;
    changed.updated_at_us = scope->actor.now_us;
    TRY(store_change(app, &scope->actor, &changed, is_version_new, error));
    changed.revision++;
    *row = changed;
    return STATUS_OK;
}

enum status category_set_delete(const struct app *app, const struct actor *actor,
                                const struct category_set_row *row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    TRY(category_set_store_delete(tx, row, actor->now_us, error));
    TRY(audit(tx, actor, "category_set.delete", row, error));
    TRY(event_append_category_set(tx, row, true, actor->now_us, error));
    return event_commit(app, &tx, row->workspace_id, error);
}

enum status category_set_get(const struct app *app, struct category_place place, struct arena *arena,
                             struct category_set_row *out_row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(category_set_store_get(tx, place, arena, out_row, error));
    return db_commit(&tx, error);
}

enum status category_set_list(const struct app *app, struct str workspace_id, struct category_set_page page,
                              struct arena *arena, struct category_set_list *out_list, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(category_set_store_list(tx, workspace_id, page, arena, out_list, error));
    return db_commit(&tx, error);
}

enum status category_set_list_versions(const struct app *app, struct str workspace_id,
                                       struct category_version_page page, struct arena *arena,
                                       struct category_set_list *out_list, struct error *error)
{
    struct category_place newest;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(category_set_store_newest(tx, workspace_id, page.set_id, arena, &newest, error));
    TRY(category_set_store_list_versions(tx, workspace_id, page, arena, out_list, error));
    return db_commit(&tx, error);
}
