// An account begins anew: everything it holds is closed by entries of the journal, and the cash is what it
// shall begin with. Nothing is deleted.
#pragma once

#include "app/mark.h"
#include "app/paper_account.h"

#include <stdbool.h>

struct paper_reset {
    struct str id; // of the account
    bool has_balance;
    struct decimal starting_balance; // else as it has
    const struct mark_list *given;   // prices of the request; NULL: none
};

// Orders that rest are cancelled, open plans are closed (reason "reset"), then whatever is still held.
// STATUS_NOT_FOUND; STATUS_INVALID "no_mark_price" for what it holds.
enum status paper_account_reset(const struct app *app, const struct actor *actor,
                                const struct paper_reset *reset, struct arena *arena,
                                struct paper_account *out_account, struct error *error);
