// The demo market's dice: integers first, so that every machine throws the same.
#pragma once

#include <stdint.h>

struct demo_random {
    uint64_t state;
};

// SplitMix64 (Steele, Lea, Flood 2014).
static inline uint64_t demo_random_next(struct demo_random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

// Dice of their own for everything that has a name.
static inline struct demo_random demo_random_named(const char *name)
{
    struct demo_random random = {.state = 0};
    for (; *name; name++) {
        random.state ^= (unsigned char)*name;
        random.state = demo_random_next(&random);
    }
    return random;
}

// In [0, 1).
static inline double demo_random_unit(struct demo_random *random)
{
    return (double)(demo_random_next(random) >> 11) * 0x1p-53;
}

// Mean 0, deviation 1: the number of heads among 64 coins, smoothed. No libm, whose last digits differ.
static inline double demo_random_normal(struct demo_random *random)
{
    const double heads = (double)__builtin_popcountll(demo_random_next(random));
    return (heads - 32.0 + demo_random_unit(random) - 0.5) * (1.0 / 4.0104);
}
