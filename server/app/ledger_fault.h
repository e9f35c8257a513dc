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

// A row that is being looked at.
struct ledger_place {
    struct ledger_reporter *reporter;
    const char *table;
    struct str workspace_id, account_id;
    struct str key; // behind the account; "": the account itself, or
    int64_t number; // that of a journal entry, where it is not 0
};

void ledger_tell(const struct ledger_place *place, const char *column, struct str found, struct str expected);
void ledger_tell_decimal(const struct ledger_place *place, const char *column, struct decimal found,
                         struct decimal expected);

// Nothing where the two are the same.
static inline void ledger_expect_decimal(const struct ledger_place *place, const char *column,
                                         struct decimal found, struct decimal expected)
{
    if (found.units != expected.units) ledger_tell_decimal(place, column, found, expected);
}
void ledger_expect_int(const struct ledger_place *place, const char *column, int64_t found, int64_t expected);
