#include "app/trade_plan_state.h"

struct transition {
    enum trade_plan_status from;
    enum trade_plan_step step;
    enum trade_plan_status to;
};

static const struct transition transitions[] = {
    {PLAN_PLANNED, PLAN_STEP_OPEN, PLAN_OPEN},
    {PLAN_PLANNED, PLAN_STEP_CANCEL, PLAN_CANCELLED},
    {PLAN_OPEN, PLAN_STEP_CLOSE_PART, PLAN_OPEN},
    {PLAN_OPEN, PLAN_STEP_CLOSE, PLAN_CLOSED},
};

bool trade_plan_state_after(enum trade_plan_status from, enum trade_plan_step step,
                            enum trade_plan_status *out_to)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++) {
        if (transitions[i].from != from || transitions[i].step != step) continue;
        *out_to = transitions[i].to;
        return true;
    }
    return false;
}

enum status trade_plan_state_check(const struct trade_plan *plan, enum trade_plan_step step,
                                   struct error *error)
{
    static const char *const refusals[] = {
        [PLAN_STEP_OPEN] = "only a planned plan can be opened",
        [PLAN_STEP_CLOSE_PART] = "only an open plan can be closed",
        [PLAN_STEP_CLOSE] = "only an open plan can be closed",
        [PLAN_STEP_CANCEL] = "only a planned plan can be cancelled",
    };
    enum trade_plan_status to;
    const bool is_of_open = step == PLAN_STEP_CLOSE || step == PLAN_STEP_CLOSE_PART;
    if (trade_plan_state_after(plan->status, step, &to)) return STATUS_OK;
    return error_set(error, STATUS_CONFLICT, is_of_open ? "plan_not_open" : "plan_not_planned",
                     "the plan is %s (version %lld): %s", trade_plan_status_names[plan->status],
                     (long long)plan->version, refusals[step]);
}
