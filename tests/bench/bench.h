// What the benchmarks share: medians of processor time, so that what else the machine does counts less.
#pragma once

#include "base/arena.h"
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { BENCH_REPEATS = 31, BENCH_NS_PER_S = 1000000000 };

static inline void bench_stop(const char *message)
{
    fprintf(stderr, "bench: %s\n", message);
    exit(1);
}

static inline int bench_by_value(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static inline int64_t bench_now_ns(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec * BENCH_NS_PER_S + now.tv_nsec;
}

// One repeat; stops the program when it fails.
typedef void bench_run(void *work);

// Median nanoseconds of a repeat by that clock: of this thread's processor time, or of the time that passes
// where there are more threads. The first calls fill arenas and caches.
static inline double bench_measure(clockid_t clock, bench_run *run, void *work, struct arena *arena)
{
    double taken[BENCH_REPEATS];
    for (int i = -3; i < BENCH_REPEATS; i++) {
        arena_reset(arena);
        const int64_t begin = bench_now_ns(clock);
        run(work);
        if (i >= 0) taken[i] = (double)(bench_now_ns(clock) - begin);
    }
    qsort(taken, BENCH_REPEATS, sizeof *taken, bench_by_value);
    return taken[BENCH_REPEATS / 2];
}

static inline void *bench_zeroed(size_t count, size_t size)
{
    void *memory = calloc(count, size);
    if (!memory) abort();
    return memory;
}
