// Scores of the symbols of a universe at one bar, and the best and the worst of them.
#pragma once

#include "base/arena.h"
#include "base/error.h"
#include "engine/momentum_book.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Columns of one value a symbol that rankings share.
struct ranking_scratch {
    double *volatility; // of the newest ranking, where the rules need it; NaN: zero or undefined
    double *last;
    double *sum;
    double *mean;
    double *count;
    double *keys; // of the newest ranking
};

enum status ranking_scratch_init(struct ranking_scratch *scratch, size_t symbol_count, struct arena *arena,
                                 struct error *error);

// The scores at the close of `bar` (>= lookback + skip), NaN where a symbol has none, and why; answers how
// many have one.
//   return = close(bar - skip) / close(bar - skip - lookback) - 1
//   MOMENTUM_RELATIVE: the return; MOMENTUM_RISK_ADJUSTED: return / volatility
// Volatility: std (ddof 1) of the simple returns from close to next close over the same lookback, a gap being
// one return; undefined with fewer than two returns, zero below 1e-12, which is all rounding. A symbol whose
// volatility is needed and is undefined or zero has no score.
// Only symbols whose asset began at or before the start of the lookback are right: those that began later
// are taken out with ranking_remove.
size_t ranking_score(const struct momentum_input *input, size_t bar, struct ranking_scratch *scratch,
                     double *out_scores, uint8_t *out_unranked);

// Takes out the symbol of an asset that began within the lookback; answers whether it had a score.
bool ranking_remove(size_t symbol, double *scores, uint8_t *unranked);

// What a score is ranked by, monotone: 1 + |score| (the quotient of two prices, where the score is a return)
// rounded to 43 binary digits, less 1, with the sign of the score. Scores that agree to 13 digits are equal
// by it, but for a few in a thousand that rounding parts: the same returns in another order make scores that
// differ in the last digits. NaN for NaN.
double ranking_key(double score);
void ranking_make_keys(const double *scores, size_t count, double *out_keys);

// How many symbols each side holds: what the rules say, or with fewer eligible symbols than both want
// together, parts in the same proportion, rounded down but at least 1; none with fewer than two.
void ranking_sides(const struct momentum_rules *rules, size_t eligible, size_t *out_longs,
                   size_t *out_shorts);

// The `wanted` symbols of highest (or lowest) key, the extreme one first; among equal keys the first name is
// the best. There are at least as many keys. `scratch`: one entry a symbol, needed where wanted is
// large.
struct ranked_symbol {
    double score;
    uint32_t symbol;
};
void ranking_select(const double *keys, size_t count, size_t wanted, bool is_best,
                    struct ranked_symbol *scratch, uint32_t *out_symbols);
