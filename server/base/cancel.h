// The flag by which whoever wants long work to end says so; the work looks at it every few milliseconds.
#pragma once

#include "base/error.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

// NULL: nobody can ask for the end.
static inline bool cancel_asked(const atomic_bool *flag)
{
    return flag && atomic_load_explicit(flag, memory_order_relaxed);
}

// STATUS_CANCELLED once the end is asked for.
static inline enum status cancel_check(const atomic_bool *flag, struct error *error)
{
    return cancel_asked(flag) ? error_set(error, STATUS_CANCELLED, NULL, "stopped") : STATUS_OK;
}
