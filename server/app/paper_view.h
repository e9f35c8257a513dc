// Accounts as they are shown: with what they hold and what that is worth now.
#pragma once

#include "app/app.h"
#include "app/mark.h"
#include "app/paper_day.h"
#include "app/paper_worth.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/paper_account_store.h"
#include "store/position_store.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct paper_view {
    struct paper_account account;
    struct position_list positions; // that are not flat
    struct mark_list marks;         // of the symbols of them all
    struct paper_worth worth;
    struct paper_day day; // where that was asked for, as the next two
    bool is_pnl_today_known;
    struct decimal
        pnl_today; // equity less deposits, less what that was when the day began, or since a later reset
};

struct paper_view_list {
    struct paper_view *items;
    size_t count;
};

struct paper_view_query {
    struct str workspace_id;
    const struct mark_list *given; // NULL: newest candles alone
    int64_t now_us;
    bool wants_today; // what was made today as well: every entry of today is read
};

// One account at newest marks. STATUS_NOT_FOUND; STATUS_INVALID "amount_too_large".
enum status paper_view_get(const struct app *app, const struct paper_view_query *query, struct str id,
                           struct arena *arena, struct paper_view *out_view, struct error *error);

// A page of them, oldest first, at one set of marks.
enum status paper_view_list(const struct app *app, const struct paper_view_query *query,
                            struct paper_account_page page, struct arena *arena,
                            struct paper_view_list *out_list, struct error *error);

// What each open plan has of the positions, by symbol and plan.
enum status paper_view_shares(const struct app *app, const struct paper_account *account, struct arena *arena,
                              struct position_share_list *out_list, struct error *error);
