// How a version of a plan came about: told in its history, the audit log and to those who watch, in the
// transaction of the change itself.
#pragma once

#include "app/app.h"
#include "base/error.h"
#include "store/journal_store.h"
#include "store/trade_plan_store.h"

struct trade_plan_record {
    enum trade_plan_action action;
    const struct trade_plan *before;  // NULL: of a new one
    const struct trade_plan *after;   // as it is stored now
    const struct journal_list *fills; // of the move; NULL: none
};

// Last in its transaction but for the account's own entries: takes the locks of the audit log and then of the
// event log.
enum status trade_plan_record(struct db_tx *tx, const struct actor *actor,
                              const struct trade_plan_record *record, struct error *error);

// Whether two states of a plan differ in what users write of it.
bool trade_plan_differs(const struct trade_plan *a, const struct trade_plan *b);
