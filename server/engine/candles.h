// A series of candles as columns. Times are open times in epoch seconds, strictly increasing.
#pragma once

#include <stddef.h>
#include <stdint.h>

// Borrowed columns of `count` values each; whoever made them keeps them alive.
struct candles {
    size_t count;
    const int64_t *time;
    const double *open;
    const double *high;
    const double *low;
    const double *close;
    const double *volume;
};
