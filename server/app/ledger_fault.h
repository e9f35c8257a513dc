// What a check of the ledger finds: a value that is not what the journal makes of it.
#pragma once

#include "base/decimal.h"
#include "base/str.h"

#include <stdint.h>

// Borrowed until the report returns.
struct ledger_fault {
    const char *table;
    struct str key;      // "workspace/account/5"
    const char *column;  // or "" for the row as a whole
    struct str found;    // what is there
    struct str expected; // what it must be
};

struct ledger_reporter {
    void (*report)(void *context, const struct ledger_fault *fault);
    void *context;
    int64_t fault_count; // told so far
};

void ledger_report(struct ledger_reporter *reporter, const struct ledger_fault *fault);

// Nothing where the two are the same.
void ledger_expect_decimal(struct ledger_reporter *reporter, struct ledger_fault place, struct decimal found,
                           struct decimal expected);
void ledger_expect_int(struct ledger_reporter *reporter, struct ledger_fault place, int64_t found,
                       int64_t expected);
