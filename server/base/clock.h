// Time as an argument: read here, at the edge, and handed down. Nothing below app/ reads a clock.
#pragma once

#include <stdint.h>
#include <time.h>

int64_t clock_wall_us(void);      // microseconds since 1970-01-01 UTC
int64_t clock_monotonic_us(void); // for durations and deadlines; never goes back

// A moment of clock_monotonic_us as waits on a condition take it.
struct timespec clock_timespec(int64_t monotonic_us);

// Sleeps that long, or less when a signal comes; not at all for 0 and below.
void clock_pause_us(int64_t duration_us);
