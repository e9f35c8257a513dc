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

// Inlined into each version of its caller, or vectors would be those of the oldest machine. Vectors go in and
// out by pointer: one wider than the machine's may not be an argument.
#define INLINED static inline __attribute__((always_inline))

// Eight lanes, in two vectors of four doubles each: a register of AVX2. gcc 12 keeps variables of this width
// in registers, and wider ones, where the machine has none that wide, in memory.
enum { LANES = 8, QUAD = 4 };

// At any address that a double may have.
typedef double quad __attribute__((vector_size(QUAD * sizeof(double)), aligned(sizeof(double)), may_alias));
typedef int64_t quad_mask
    __attribute__((vector_size(QUAD * sizeof(int64_t)), aligned(sizeof(int64_t)), may_alias));

#define QUAD_AT(pointer) (*(const quad *)(pointer))
#define QUAD_WHERE(mask, value) ((quad)((quad_mask)(value) & (mask)))
#define QUAD_EITHER(mask, yes, no) ((quad)(((quad_mask)(yes) & (mask)) | ((quad_mask)(no) & ~(mask))))
#define QUAD_MIN(a, b) QUAD_EITHER((a) < (b), a, b)
#define QUAD_MAX(a, b) QUAD_EITHER((a) > (b), a, b)
#define QUAD_SUM(v) (((v)[0] + (v)[2]) + ((v)[1] + (v)[3]))

// Of all eight lanes.
#define PAIR_SUM(left, right) QUAD_SUM((left) + (right))

INLINED double quad_highest(const quad *values)
{
    const double left = (*values)[0] > (*values)[2] ? (*values)[0] : (*values)[2];
    const double right = (*values)[1] > (*values)[3] ? (*values)[1] : (*values)[3];
    return left > right ? left : right;
}

INLINED double quad_lowest(const quad *values)
{
    const double left = (*values)[0] < (*values)[2] ? (*values)[0] : (*values)[2];
    const double right = (*values)[1] < (*values)[3] ? (*values)[1] : (*values)[3];
    return left < right ? left : right;
}

// Four rows of four columns, from `row` of each column on; rows are `stride` values apart.
INLINED void quad_turn(const double *const *columns, size_t row, double *rows, size_t stride)
{
    const quad a = QUAD_AT(columns[0] + row), b = QUAD_AT(columns[1] + row);
    const quad c = QUAD_AT(columns[2] + row), d = QUAD_AT(columns[3] + row);
    const quad ab_even = __builtin_shufflevector(a, b, 0, 4, 2, 6),
               ab_odd = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const quad cd_even = __builtin_shufflevector(c, d, 0, 4, 2, 6),
               cd_odd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    *(quad *)rows = __builtin_shufflevector(ab_even, cd_even, 0, 1, 4, 5);
    *(quad *)(rows + stride) = __builtin_shufflevector(ab_odd, cd_odd, 0, 1, 4, 5);
    *(quad *)(rows + 2 * stride) = __builtin_shufflevector(ab_even, cd_even, 2, 3, 6, 7);
    *(quad *)(rows + 3 * stride) = __builtin_shufflevector(ab_odd, cd_odd, 2, 3, 6, 7);
}
