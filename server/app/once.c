#include "app/once.h"

static struct once_row row_of(const struct once *once, struct str object_id, int64_t now_us)
{
    return (struct once_row){
        .fingerprint = hash_str(&once->fingerprint), .created_at_us = now_us, .object_id = object_id};
}

enum status once_mark(struct db_tx *tx, const struct app *app, struct str object_id, int64_t now_us,
                      struct error *error)
{
    struct once *once = app->once;
    bool is_first;
    if (!once) return STATUS_OK;
    const struct once_row row = row_of(once, object_id, now_us);
    TRY(once_store_insert(tx, once->key, &row, &is_first, error));
    if (!is_first)
        return error_set(error, STATUS_CONFLICT, "once_done", "another request with this key was first");
    once->is_marked = true;
    return STATUS_OK;
}

enum status once_mark_secret(struct db_tx *tx, const struct app *app, int64_t now_us, struct error *error)
{
    if (app->once) app->once->is_secret = true;
    return once_mark(tx, app, STR(""), now_us, error);
}

enum status once_find(const struct app *app, const struct once *once, struct arena *arena,
                      struct once_row *out_row, struct error *error)
{
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_READ, &tx, error));
    TRY(once_store_get(tx, once->key, arena, out_row, error));
    TRY(db_commit(&tx, error));
    if (hash_is(out_row->fingerprint, &once->fingerprint)) return STATUS_OK;
    return error_set(error, STATUS_INVALID, "idempotency_key_reused",
                     "this Idempotency-Key was used for another request; give each request a key of its own");
}

// A refusal changed nothing, so that its key is not noted yet.
enum status once_answer(const struct app *app, const struct once *once, const struct once_row *answer,
                        int64_t now_us, struct error *error)
{
    const struct once_row row = row_of(once, STR(""), now_us);
    bool is_first = false;
    DB_TX_SCOPE tx = NULL;
    TRY(db_begin(app->db, DB_WRITE, &tx, error));
    if (!once->is_marked) TRY(once_store_insert(tx, once->key, &row, &is_first, error));
    if (once->is_marked || is_first) TRY(once_store_answer(tx, once->key, answer, error));
    return db_commit(&tx, error);
}
