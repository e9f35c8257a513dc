// What a cross is for the strategies that act on one: a line changes its side of another only where it is
// beyond it by more than what the two may be off by rounding. Lines that meet, and a market that stands still
// behind a move, cross nothing.
#pragma once

#include <stdbool.h>

// Whether the line is above now: `difference` is line - other, `slack` >= 0 what rounding may make of none.
// Within the slack, or where the difference is NaN, it stays where it was.
static inline bool cross_is_above(bool was_above, double difference, double slack)
{
    return (difference > slack) | (was_above & !(difference < -slack));
}
