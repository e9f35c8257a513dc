// Requests that carry an Idempotency-Key act once, however often they are sent.
//
// What makes the object notes the key in the same transaction (once_mark): whoever comes second with it waits
// for the first and is told that it is done. The answer is kept right after; should the server die between
// the two, the object is there, and its present state is the answer.
#pragma once

#include "app/app.h"
#include "app/secret.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/once_store.h"

#include <stdbool.h>

#define ONCE_KEPT_US ((int64_t)48 * 3600 * 1000000)

// One request. app->once of the rules that it runs, which mark it.
struct once {
    struct once_key key;
    struct hash fingerprint;
    bool is_marked;
    bool is_secret; // its answer is kept nowhere
};

// Inside the transaction that makes the object. Nothing where the request has no key. STATUS_CONFLICT
// "once_done" when another request was first: roll back.
enum status once_mark(struct db_tx *tx, const struct app *app, struct str object_id, int64_t now_us,
                      struct error *error);

// The same for what is shown once: only that it was made is noted.
enum status once_mark_secret(struct db_tx *tx, const struct app *app, int64_t now_us, struct error *error);

// What once_mark_secret has left: there is no answer to give again, nor an object to show.
static inline bool once_is_secret(const struct once_row *row)
{
    return row->status == 0 && row->object_id.len == 0;
}

// How the key was answered. STATUS_NOT_FOUND: it was not used yet; STATUS_INVALID "idempotency_key_reused":
// for another request.
enum status once_find(const struct app *app, const struct once *once, struct arena *arena,
                      struct once_row *out_row, struct error *error);

// Keeps the answer.
enum status once_answer(const struct app *app, const struct once *once, const struct once_row *answer,
                        int64_t now_us, struct error *error);
