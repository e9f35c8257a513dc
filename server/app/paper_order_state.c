#include "app/paper_order_state.h"

#include <stddef.h>

struct transition {
    enum paper_order_status from;
    enum paper_order_step step;
    enum paper_order_status to;
};

static const struct transition transitions[] = {
    {PAPER_ORDER_ACCEPTED, PAPER_ORDER_STEP_FILL, PAPER_ORDER_FILLED},
    {PAPER_ORDER_ACCEPTED, PAPER_ORDER_STEP_CANCEL, PAPER_ORDER_CANCELLED},
    {PAPER_ORDER_ACCEPTED, PAPER_ORDER_STEP_REJECT, PAPER_ORDER_REJECTED},
};

bool paper_order_state_after(enum paper_order_status from, enum paper_order_step step,
                             enum paper_order_status *out_to)
{
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++) {
        if (transitions[i].from != from || transitions[i].step != step) continue;
        *out_to = transitions[i].to;
        return true;
    }
    return false;
}
