// The states of a trade plan and what leads from one to another: one table.
#pragma once

#include "base/error.h"
#include "store/trade_plan_store.h"

#include <stdbool.h>

enum trade_plan_step {
    PLAN_STEP_OPEN,
    PLAN_STEP_CLOSE_PART, // something stays open
    PLAN_STEP_CLOSE,
    PLAN_STEP_CANCEL,
    PLAN_STEP_COUNT,
};

// False when the step cannot be taken from there.
bool trade_plan_state_after(enum trade_plan_status from, enum trade_plan_step step,
                            enum trade_plan_status *out_to);

// STATUS_CONFLICT "plan_not_planned" or "plan_not_open" with the state that the plan is in.
enum status trade_plan_state_check(const struct trade_plan *plan, enum trade_plan_step step,
                                   struct error *error);
