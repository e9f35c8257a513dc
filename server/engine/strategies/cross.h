// What a cross is for the strategies that act on one: a line changes its side of another only where it is
// beyond it by more than what the two may be off by rounding. Lines that meet, and a market that stands still
// behind a move, cross nothing.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Whether the line is above at each of `count` bars, 0 or 1 to above[1 .. count]; above[0] is that of the bar
// before them. differences[i] is line - other, slacks[i] >= 0 what rounding may make of none. Within the
// slack, or where the difference is NaN, it stays where it was.
void cross_sides(const double *differences, const double *slacks, size_t count, uint8_t *above);
