// Trade plans: what is to be traded and why, written down before it is. How they are opened and closed stands
// in app/trade_plan_move.h.
#pragma once

#include "app/app.h"
#include "base/arena.h"
#include "base/error.h"
#include "store/journal_store.h"
#include "store/paper_account_store.h"
#include "store/trade_plan_store.h"
#include "json/json.h"

#include <stdint.h>

// A plan as somebody has read it.
struct trade_plan_target {
    struct trade_plan_place place;
    int64_t version; // 0: whatever it is by now
};

// Stores what the body says (trade_plan_request_read), planned, at version 1, in the actor's workspace.
// STATUS_INVALID also for an account that the workspace does not have.
enum status trade_plan_create(const struct app *app, const struct actor *actor, const struct json_value *body,
                              struct arena *arena, struct trade_plan *out_plan, struct error *error);

// STATUS_NOT_FOUND.
enum status trade_plan_get(const struct app *app, struct trade_plan_place place, struct arena *arena,
                           struct trade_plan *out_plan, struct error *error);

enum status trade_plan_list(const struct app *app, const struct trade_plan_filter *filter,
                            struct arena *arena, struct trade_plan_list *out_list, struct error *error);

// Changes what the members say (trade_plan_request_change); where nothing differs, nothing changes.
// STATUS_STALE when the plan is at another version; STATUS_CONFLICT "too_many_versions".
struct trade_plan_edition {
    struct trade_plan_target target;
    const struct json_value *members; // an object
};
enum status trade_plan_edit(const struct app *app, const struct actor *actor,
                            const struct trade_plan_edition *edition, struct arena *arena,
                            struct trade_plan *out_plan, struct error *error);

// A planned plan that will not be traded; it stays readable. STATUS_CONFLICT "plan_not_planned",
// STATUS_STALE.
enum status trade_plan_cancel(const struct app *app, const struct actor *actor,
                              const struct trade_plan_target *target, struct arena *arena,
                              struct trade_plan *out_plan, struct error *error);

// Its fills behind the entry `after` of the journal, oldest first. STATUS_NOT_FOUND.
struct trade_plan_fills_page {
    int64_t after; // 0 for the first page
    size_t limit;
};
enum status trade_plan_list_fills(const struct app *app, struct trade_plan_place place,
                                  struct trade_plan_fills_page page, struct arena *arena,
                                  struct journal_list *out_list, struct error *error);

// How its versions came about, newest first. STATUS_NOT_FOUND.
enum status trade_plan_list_changes(const struct app *app, struct trade_plan_place place,
                                    struct trade_plan_change_page page, struct arena *arena,
                                    struct trade_plan_change_list *out_list, struct error *error);

// For whoever changes a plan, in their transaction: locks its account, and then reads the plan, which nobody
// else changes until the transaction ends. STATUS_NOT_FOUND, STATUS_STALE.
enum status trade_plan_hold(struct db_tx *tx, const struct trade_plan_target *target, struct arena *arena,
                            struct paper_account *out_account, struct trade_plan *out_plan,
                            struct error *error);

// The time of a plan's next change: changes stand in the order of their times, whatever the clock does.
int64_t trade_plan_next_time(const struct trade_plan *plan, int64_t now_us);

// STATUS_CONFLICT "too_many_versions" for one that has LIMIT_PLAN_VERSIONS.
enum status trade_plan_check_room(const struct trade_plan *plan, struct error *error);
