// The one way by which paper money and positions change: an entry of the journal, with the running columns of
// the account and the position that follow from it, in the caller's transaction.
//
// The account is locked before (paper_account_lock) and saved once after the last entry (paper_account_save).
#pragma once

#include "app/app.h"
#include "app/fill.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/journal_store.h"
#include "store/paper_account_store.h"

// What all entries of one move share.
struct journal_move {
    struct db_tx *tx;
    const struct app *app;
    const struct actor *actor;
    struct paper_account *account; // locked; its running columns follow each entry
    struct arena *arena;           // of the ids of entries
};

// Fills: the entry, the position of the symbol, and the account's cash, realized_pnl, fees_paid.
// STATUS_INVALID "amount_too_large": roll back.
enum status journal_post_fill(const struct journal_move *move, const struct fill *fill,
                              struct journal_entry *out_entry, struct error *error);

struct journal_money {
    enum journal_kind kind; // not JOURNAL_FILL
    struct decimal amount;  // what the cash changes by: above zero for a deposit, below for a withdrawal
    struct str note;        // ptr NULL: none
};

// A deposit or withdrawal: the entry, and the account's cash and deposits. A reset, for which the account
// must be flat: the same, and what is counted since the last reset begins anew. STATUS_INVALID
// "amount_too_large".
enum status journal_post_money(const struct journal_move *move, const struct journal_money *money,
                               struct journal_entry *out_entry, struct error *error);

// The first entry of an account that was just inserted with its starting balance. Nothing for one of zero.
enum status journal_post_opening(const struct journal_move *move, struct error *error);

// A page of an account's journal, newest first, and the currency of its money. STATUS_NOT_FOUND for an
// account that there is not.
enum status journal_list(const struct app *app, const struct journal_filter *filter, struct arena *arena,
                         struct journal_list *out_list, struct str *out_currency, struct error *error);
