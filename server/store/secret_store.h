// The instance's own keys in the state database. Every function runs inside the caller's transaction.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "base/str.h"
#include "db/db.h"

// The first to come gives the value.
enum status secret_store_insert_if_absent(struct db_tx *tx, struct str name, struct str value,
                                          struct error *error);

// STATUS_NOT_FOUND.
enum status secret_store_get(struct db_tx *tx, struct str name, struct arena *arena, struct str *out_value,
                             struct error *error);
