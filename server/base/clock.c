#include "base/clock.h"

static int64_t read_us(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_wall_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t clock_monotonic_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

struct timespec clock_timespec(int64_t monotonic_us)
{
    return (struct timespec){.tv_sec = monotonic_us / 1000000, .tv_nsec = monotonic_us % 1000000 * 1000};
}

void clock_pause_us(int64_t duration_us)
{
    if (duration_us <= 0) return;
    const struct timespec duration = clock_timespec(duration_us);
    (void)clock_nanosleep(CLOCK_MONOTONIC, 0, &duration, NULL);
}
