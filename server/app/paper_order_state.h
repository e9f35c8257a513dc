// The states of an order of paper money and what leads from one to another: one table.
#pragma once

#include "store/paper_order_store.h"

#include <stdbool.h>

enum paper_order_step {
    PAPER_ORDER_STEP_FILL,
    PAPER_ORDER_STEP_CANCEL, // somebody asks for it, its account is reset, or it may not rest (ioc)
    PAPER_ORDER_STEP_REJECT, // its account cannot carry the fill
    PAPER_ORDER_STEP_COUNT,
};

// False when the step cannot be taken from there.
bool paper_order_state_after(enum paper_order_status from, enum paper_order_step step,
                             enum paper_order_status *out_to);
