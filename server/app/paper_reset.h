// An account begins anew: everything it holds is closed by entries of the journal, and the cash is what it
// shall begin with. Nothing is deleted.
#pragma once

#include "app/journal.h"
#include "app/mark.h"
#include "app/paper_account.h"

#include <stdbool.h>

struct paper_reset {
    struct str id; // of the account
    bool has_balance;
    struct decimal starting_balance; // else as it has
    const struct mark_list *given;   // prices of the request; NULL: none
};

// STATUS_NOT_FOUND; STATUS_INVALID "no_mark_price" for what it holds; STATUS_CONFLICT "plans_open".
enum status paper_account_reset(const struct app *app, const struct actor *actor,
                                const struct paper_reset *reset, struct arena *arena,
                                struct paper_account *out_account, struct error *error);

// Ends what the account has under way, before its positions are closed: each open plan is closed as a whole
// (reason "reset"). `marks` has one of every symbol that it holds or a plan has open. STATUS_CONFLICT
// "plans_open" while orders rest.
enum status paper_reset_plans(const struct journal_move *move, const struct mark_list *marks,
                              struct error *error);
