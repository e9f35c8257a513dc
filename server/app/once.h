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

// One request. app->once of the rules that it runs; they may write `is_marked` alone.
struct once {
    struct once_key key;
    struct hash fingerprint;
    bool is_marked;
};

// Inside the transaction that makes the object. Nothing where the request has no key. STATUS_CONFLICT
// "once_done" when another request was first: roll back.
enum status once_mark(struct db_tx *tx, const struct app *app, struct str object_id, int64_t now_us,
                      struct error *error);

// How the key was answered. STATUS_NOT_FOUND: it was not used yet; STATUS_INVALID "idempotency_key_reused":
// for another request.
enum status once_find(const struct app *app, const struct once *once, struct arena *arena,
                      struct once_row *out_row, struct error *error);

// Keeps the answer.
enum status once_answer(const struct app *app, const struct once *once, const struct once_row *answer,
                        int64_t now_us, struct error *error);
