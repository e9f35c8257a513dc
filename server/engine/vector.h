// How hot loops are compiled: once for any x86-64 and once each for AVX2 and AVX-512, chosen at start. The
// loops keep the order of their additions, so every version gives the same bits.
#pragma once

#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) &&    \
    !defined(__SANITIZE_THREAD__)
#define VECTORISED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define VECTORISED
#endif

// A large scratch array that is written before it is read: the hardened build need not clear it at each call.
#define UNINITIALISED __attribute__((uninitialized))
