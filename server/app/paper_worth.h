// What an account is worth at given marks: pure arithmetic over its row and its positions.
#pragma once

#include "app/mark.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/paper_account_store.h"
#include "store/position_store.h"

#include <stdbool.h>
#include <stddef.h>

// A position that is not flat, with its mark.
struct paper_holding {
    const struct position_row *row;
    const struct mark *mark; // NULL: there is none, and no value
    struct decimal value;    // quantity × mark, rounded half to even at the 18th digit
    struct decimal unrealized_pnl;
};

struct paper_worth {
    struct paper_holding *holdings; // as the positions
    size_t count;
    bool is_known; // every holding has a mark; else the sums below mean nothing
    struct decimal positions_value;
    struct decimal unrealized_pnl;
    struct decimal equity; // cash + positions_value
    struct decimal gross_exposure;
    struct decimal net_exposure; // positions_value
};

struct paper_worth_query {
    const struct paper_account *account;
    const struct position_list *positions;
    const struct mark_list *marks;
    bool takes_entry; // a position without a mark counts at its average entry price
};

// realized_pnl + unrealized_pnl − fees_paid = equity − deposits, exactly. Borrows what the query has.
// STATUS_INVALID "amount_too_large".
enum status paper_worth_count(const struct paper_worth_query *query, struct arena *arena,
                              struct paper_worth *out_worth, struct error *error);

// STATUS_INVALID "insufficient_buying_power" with the figures when the gross exposure is above equity ×
// max_leverage.
enum status paper_worth_check(const struct paper_account *account, const struct paper_worth *worth,
                              struct error *error);
