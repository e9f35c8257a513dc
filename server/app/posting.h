// The double entry that a row of the journal stands for: what goes from which book to which. Of each asset
// the postings of an entry sum to exactly 0.
//
//     a buy       +q position / −q market, of the symbol; −notional cash / +notional market; −fee cash / +fee
//     fees a sell      −q position / +q market, of the symbol; +notional cash / −notional market; −fee cash /
//     +fee fees the others  +x cash / −x owner
#pragma once

#include "base/decimal.h"
#include "base/str.h"
#include "store/journal_store.h"

#include <stddef.h>

enum { POSTINGS_MAX = 6 };

struct posting {
    const char *book; // "position", "market", "cash", "fees", "owner"
    struct str asset; // the symbol, or the account's currency
    struct decimal amount;
};

// How many there are; a fee of zero has none.
size_t posting_list(const struct journal_entry *entry, struct str currency,
                    struct posting out_postings[static POSTINGS_MAX]);
