// Accounts of paper money: the one that every workspace begins with, and those that are made.
#pragma once

#include "app/app.h"
#include "app/journal.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/paper_account_store.h"
#include "store/workspace_store.h"

#include <stdbool.h>
#include <stddef.h>

#define PAPER_MAIN_ID STR("paper-main")

// The account `paper-main` of a new workspace, in its default quote asset, with PAPER_STARTING_BALANCE.
// Nothing where there is one. In the caller's transaction.
enum status paper_account_begin(struct db_tx *tx, const struct app *app, const struct actor *actor,
                                const struct workspace *workspace, struct error *error);

// STATUS_NOT_FOUND.
enum status paper_account_get(const struct app *app, struct str workspace_id, struct str id,
                              struct arena *arena, struct paper_account *out_account, struct error *error);

// What a user gives. The flags tell which members were given.
struct paper_account_input {
    struct str name;     // ptr NULL: none
    struct str currency; // of a new one; ptr NULL: the workspace's default quote asset
    struct decimal starting_balance, fee_bps, slippage_bps, max_leverage;
    bool has_starting_balance, has_fee_bps, has_slippage_bps, has_max_leverage;
};

// An account of the actor's workspace, in what is not given as paper-main begins. STATUS_INVALID "/name",
// "/currency"; STATUS_CONFLICT "too_many_accounts".
enum status paper_account_create(const struct app *app, const struct actor *actor,
                                 const struct paper_account_input *input, struct arena *arena,
                                 struct paper_account *out_account, struct error *error);

// `account` is as it was read and as the caller's If-Match named it; on success it holds the new state. What
// is not given, and the balance, stay. STATUS_STALE when it has changed since.
enum status paper_account_update(const struct app *app, const struct actor *actor,
                                 const struct paper_account_input *input, struct arena *arena,
                                 struct paper_account *account, struct error *error);

struct paper_deposit {
    struct str id;         // of the account
    struct decimal amount; // below zero: a withdrawal
    struct str note;       // ptr NULL: none
};

// STATUS_INVALID "/amount": zero, or more is taken than the cash there is.
enum status paper_account_deposit(const struct app *app, const struct actor *actor,
                                  const struct paper_deposit *deposit, struct arena *arena,
                                  struct paper_account *out_account, struct error *error);

// ---- for whoever moves money of it in a transaction

// Saves the account, notes what was done in the audit log ("account." and the verb, with the amount where it
// is not zero) and tells those who watch.
struct paper_account_act {
    const char *action; // "account.deposit"
    struct decimal amount;
};
enum status paper_account_store_act(const struct journal_move *move, const struct paper_account_act *act,
                                    struct error *error);
