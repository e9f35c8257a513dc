// How hot loops are compiled: eight values at a time, once for any x86-64 and once each for AVX2 and AVX-512,
// chosen at start. A value's lane is its index modulo eight and lanes are put together in one fixed order, so
// that every version, compiler and machine gives the same bits.
#pragma once

#include <stddef.h>
#include <stdint.h>

// One version only: from clang 14 and the sanitizers, which get along badly with functions that are chosen at
// start, and where the whole build is for AVX2 or better (gcc 12 fails on a version below that).
#if defined(__x86_64__) && defined(__linux__) && !defined(__clang__) && !defined(__AVX2__) &&                \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define VECTORISED __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#else
#define VECTORISED
#endif

// A large scratch array that is written before it is read: the hardened build need not clear it at each call.
#define UNINITIALISED __attribute__((uninitialized))

enum { LANES = 8 };

// Eight doubles, at any address that a double may have.
typedef double lanes __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t lane_mask
    __attribute__((vector_size(LANES * sizeof(int64_t)), aligned(sizeof(int64_t)), may_alias));

// Macros, because a vector wider than the machine's may not be an argument.
#define LANES_AT(pointer) (*(const lanes *)(pointer))
#define LANES_WHERE(mask, value) ((lanes)((lane_mask)(value) & (mask)))
#define LANES_EITHER(mask, yes, no) ((lanes)(((lane_mask)(yes) & (mask)) | ((lane_mask)(no) & ~(mask))))
#define LANES_MIN(a, b) LANES_EITHER((a) < (b), a, b)
#define LANES_SUM(v) ((((v)[0] + (v)[4]) + ((v)[2] + (v)[6])) + (((v)[1] + (v)[5]) + ((v)[3] + (v)[7])))

// Four doubles: a register of AVX2. gcc 12 keeps variables of this width in registers, and wider ones, where
// the machine has none that wide, in memory: for loops that carry many sums.
enum { QUAD = 4 };

typedef double quad __attribute__((vector_size(QUAD * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t quad_mask
    __attribute__((vector_size(QUAD * sizeof(int64_t)), aligned(sizeof(int64_t)), may_alias));

#define QUAD_AT(pointer) (*(const quad *)(pointer))
#define QUAD_EITHER(mask, yes, no) ((quad)(((quad_mask)(yes) & (mask)) | ((quad_mask)(no) & ~(mask))))
#define QUAD_MIN(a, b) QUAD_EITHER((a) < (b), a, b)
#define QUAD_MAX(a, b) QUAD_EITHER((a) > (b), a, b)
#define QUAD_SUM(v) (((v)[0] + (v)[2]) + ((v)[1] + (v)[3]))
