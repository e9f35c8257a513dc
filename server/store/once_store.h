// Requests that act once, and how they were answered, in the state database. Every function runs inside the
// caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdbool.h>
#include <stdint.h>

struct once_key {
    struct str scope; // who asked for what
    struct str key;   // of the client
};

struct once_row {
    struct str fingerprint; // of what was asked: 32 bytes
    int64_t created_at_us;
    struct str object_id; // that was made; "" where nothing was
    int64_t status;       // HTTP; 0: not answered yet
    struct str headers;   // "Name: value\n" …
    struct str body;
};

// *out_is_first false: somebody did it already.
enum status once_store_insert(struct db_tx *tx, struct once_key key, const struct once_row *row,
                              bool *out_is_first, struct error *error);

// STATUS_NOT_FOUND.
enum status once_store_get(struct db_tx *tx, struct once_key key, struct arena *arena,
                           struct once_row *out_row, struct error *error);

// The first answer stays.
enum status once_store_answer(struct db_tx *tx, struct once_key key, const struct once_row *row,
                              struct error *error);
// Removes older ones, at most `limit`, and tells how many.
enum status once_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                              struct error *error);
