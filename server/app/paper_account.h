// Accounts of paper money: the one that every workspace begins with, and those that are made.
#pragma once

#include "app/app.h"
#include "app/journal.h"
#include "app/mark.h"
#include "app/paper_worth.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/paper_account_store.h"
#include "store/workspace_store.h"

#define PAPER_MAIN_ID STR("paper-main")

// The account `paper-main` of a new workspace, in its default quote asset, with PAPER_STARTING_BALANCE.
// Nothing where there is one. In the caller's transaction.
enum status paper_account_begin(struct db_tx *tx, const struct app *app, const struct actor *actor,
                                const struct workspace *workspace, struct error *error);

// STATUS_NOT_FOUND "unknown_account".
enum status paper_account_get(const struct app *app, struct str workspace_id, struct str id,
                              struct arena *arena, struct paper_account *out_account, struct error *error);
