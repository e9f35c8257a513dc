// Counted attempts in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

#include <stdint.h>

struct throttle {
    int64_t level;
    int64_t updated_at_us;
};

// Zero for a key that is new.
enum status throttle_store_get(struct db_tx *tx, struct str key, struct throttle *out_throttle,
                               struct error *error);

// The same. Nobody else changes it until the transaction ends.
enum status throttle_store_lock(struct db_tx *tx, struct str key, struct throttle *out_throttle,
                                struct error *error);
enum status throttle_store_put(struct db_tx *tx, struct str key, const struct throttle *throttle,
                               struct error *error);

// Removes those that were not touched since, at most `limit`, and tells how many.
enum status throttle_store_forget(struct db_tx *tx, int64_t before_us, int64_t limit, int64_t *out_count,
                                  struct error *error);
