// The entries of an account, read by a thread of their own while those before them are checked: the check of
// a long journal takes as long as the reading of it.
#pragma once

#include "base/error.h"
#include "store/ledger_store.h"

// As ledger_store_walk_entries. The visitor is called by the caller's thread, in the order of the entries,
// and must not use the transaction. Where a thread cannot be had, one does both.
enum status ledger_ahead_walk(struct db_tx *tx, struct position_owner owner,
                              const struct ledger_visitor *visitor, struct error *error);
