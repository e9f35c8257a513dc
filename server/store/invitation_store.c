#include "store/invitation_store.h"

#include "sql_statements.h"
#include "store/count_rows.h"

enum status invitation_store_not_found(struct error *error)
{
    return error_set(error, STATUS_NOT_FOUND, NULL,
                     "there is no such invitation: it was used, was revoked, or has expired");
}

enum status invitation_store_insert(struct db_tx *tx, const struct invitation *invitation,
                                    struct str token_hash, struct error *error)
{
    return db_defer(tx, &SQL_INVITATION_INSERT,
                    DB_PARAMS(DB_TEXT(invitation->id), DB_BLOB(token_hash), DB_TEXT(invitation->workspace_id),
                              DB_TEXT(invitation->email), DB_TEXT(invitation->email_key),
                              DB_TEXT(str_from_c(role_name(invitation->role))),
                              DB_TEXT(invitation->created_by), DB_INT(invitation->created_at_us),
                              DB_INT(invitation->expires_at_us)),
                    error);
}

enum status invitation_store_revoke_same(struct db_tx *tx, const struct invitation *invitation,
                                         int64_t now_us, struct error *error)
{
    return db_defer(
        tx, &SQL_INVITATION_REVOKE_SAME,
        DB_PARAMS(DB_TEXT(invitation->workspace_id), DB_TEXT(invitation->email_key), DB_INT(now_us)), error);
}

// Columns in the order of invitation_get.
static struct invitation read_invitation(const struct db_rows *rows, struct arena *arena)
{
    struct invitation invitation = {
        .id = str_copy(arena, db_text(rows, 0)),
        .workspace_id = str_copy(arena, db_text(rows, 1)),
        .workspace_name = str_copy(arena, db_text(rows, 2)),
        .email = str_copy(arena, db_text(rows, 3)),
        .email_key = str_copy(arena, db_text(rows, 4)),
        .created_by = str_copy(arena, db_text(rows, 6)),
        .created_by_name = str_copy(arena, db_text(rows, 7)),
        .created_at_us = db_int(rows, 8),
        .expires_at_us = db_int(rows, 9),
        .sent_at_us = db_int(rows, 10),
    };
    (void)role_parse(db_text(rows, 5), &invitation.role);
    return invitation;
}

enum status invitation_store_count(struct db_tx *tx, struct str workspace_id, int64_t now_us,
                                   int64_t *out_count, struct error *error)
{
    return count_rows(tx, &SQL_INVITATION_COUNT, DB_PARAMS(DB_TEXT(workspace_id), DB_INT(now_us)), out_count,
                      error);
}

enum status invitation_store_list(struct db_tx *tx, struct str workspace_id, struct invitation_page page,
                                  struct arena *arena, struct invitation_list *out_list, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    struct invitation_list list = {.items = ARENA_ARRAY(arena, struct invitation, page.limit)};
    bool has_row;
    if (!list.items) return error_no_memory(error);
    TRY(db_query(tx, &SQL_INVITATION_LIST,
                 DB_PARAMS(DB_TEXT(workspace_id), DB_INT(page.before_created_at_us), DB_TEXT(page.before_id),
                           DB_INT((int64_t)page.limit)),
                 &rows, error));
    TRY(db_next(rows, &has_row, error));
    while (has_row && list.count < page.limit) {
        list.items[list.count++] = read_invitation(rows, arena);
        TRY(db_next(rows, &has_row, error));
    }
    *out_list = list;
    return STATUS_OK;
}

static enum status read_one(struct db_rows *rows, struct arena *arena, struct invitation *out_invitation,
                            struct error *error)
{
    bool has_row;
    TRY(db_next(rows, &has_row, error));
    if (!has_row) return invitation_store_not_found(error);
    *out_invitation = read_invitation(rows, arena);
    return STATUS_OK;
}

enum status invitation_store_get(struct db_tx *tx, struct str workspace_id, struct str id,
                                 struct arena *arena, struct invitation *out_invitation, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_INVITATION_GET, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id)), &rows, error));
    return read_one(rows, arena, out_invitation, error);
}

enum status invitation_store_find(struct db_tx *tx, struct str token_hash, int64_t now_us,
                                  struct arena *arena, struct invitation *out_invitation, struct error *error)
{
    DB_ROWS_SCOPE rows = NULL;
    TRY(db_query(tx, &SQL_INVITATION_FIND, DB_PARAMS(DB_BLOB(token_hash), DB_INT(now_us)), &rows, error));
    return read_one(rows, arena, out_invitation, error);
}

static enum status one(int64_t changed, struct error *error)
{
    return changed == 1 ? STATUS_OK : invitation_store_not_found(error);
}

enum status invitation_store_accept(struct db_tx *tx, struct str id, struct str user_id, int64_t now_us,
                                    struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_INVITATION_ACCEPT, DB_PARAMS(DB_TEXT(id), DB_INT(now_us), DB_TEXT(user_id)),
                   &changed, error));
    return one(changed, error);
}

enum status invitation_store_revoke(struct db_tx *tx, struct str workspace_id, struct str id, int64_t now_us,
                                    struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_INVITATION_REVOKE, DB_PARAMS(DB_TEXT(workspace_id), DB_TEXT(id), DB_INT(now_us)),
                   &changed, error));
    return one(changed, error);
}

enum status invitation_store_renew(struct db_tx *tx, const struct invitation *invitation,
                                   struct str token_hash, struct error *error)
{
    int64_t changed;
    TRY(db_execute(tx, &SQL_INVITATION_RENEW,
                   DB_PARAMS(DB_TEXT(invitation->workspace_id), DB_TEXT(invitation->id), DB_BLOB(token_hash),
                             DB_INT(invitation->expires_at_us)),
                   &changed, error));
    return one(changed, error);
}

enum status invitation_store_set_sent(struct db_tx *tx, struct str id, int64_t now_us, struct error *error)
{
    return db_defer(tx, &SQL_INVITATION_SET_SENT, DB_PARAMS(DB_TEXT(id), DB_INT(now_us)), error);
}

enum status invitation_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                                    struct error *error)
{
    return db_execute(tx, &SQL_INVITATION_FORGET, DB_PARAMS(DB_INT(before_us), DB_INT(limit)), out_count,
                      error);
}
