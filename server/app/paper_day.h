// What an account had made when the day began (UTC), for what it made today.
#pragma once

#include "app/mark.h"
#include "base/arena.h"
#include "base/decimal.h"
#include "base/error.h"
#include "store/paper_account_store.h"
#include "store/position_store.h"

#include <stdbool.h>
#include <stdint.h>

// The account as it was at a midnight: made of what it is now, less what the entries since then changed.
struct paper_day {
    bool is_fresh; // made or reset since: it begins without a profit, and what follows is empty
    struct decimal cash;
    struct decimal deposits;
    struct position_list positions; // quantities alone; some are 0
};

// The midnight that a time's day began with.
int64_t paper_day_begin(int64_t now_us);

// What is read, and from when on: the account and its positions were read in this transaction.
struct paper_day_query {
    struct db_tx *tx;
    const struct paper_account *account;
    const struct position_list *positions;
    int64_t since_us;
};

// Reads the entries since then. STATUS_INVALID "amount_too_large"; STATUS_INTERNAL "ledger_damaged".
enum status paper_day_read(const struct paper_day_query *query, struct arena *arena,
                           struct paper_day *out_day, struct error *error);

// Equity less deposits at that midnight, by marks of then. *out_is_known is false where one is missing.
// STATUS_INVALID "amount_too_large".
enum status paper_day_profit(const struct paper_day *day, const struct mark_list *marks, bool *out_is_known,
                             struct decimal *out_profit, struct error *error);
