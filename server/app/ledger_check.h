// Whether the paper ledger adds up: every balance, position, leg and state made anew from the journal.
#pragma once

#include "app/app.h"
#include "app/ledger_fault.h"
#include "base/error.h"

#include <stdint.h>

struct ledger_counts {
    int64_t accounts;
    int64_t entries;
    int64_t fills;
};

// Reads one snapshot of the whole state, an account after the other, and tells every difference: in the
// journal the columns that follow from others and from the row before; of accounts cash, deposits,
// starting_balance, realized_pnl, fees_paid and the numbers; positions; what legs repeat of their fills, and
// the states of plans and orders against them; versions and states of plans against their histories; what
// belongs to no account, and workspaces without an owner. Texts of legs, symbols and orders of one account
// are held at a time. Takes two connections and up to two more threads: histories are read from a snapshot of
// their own, and long journals ahead of what checks them.
enum status ledger_check(const struct app *app, struct ledger_reporter *reporter,
                         struct ledger_counts *out_counts, struct error *error);
