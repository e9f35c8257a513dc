#include "engine/momentum_rank.h"

#include "engine/step_sums.h"
#include "engine/vector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SHORT_LIST = 32, // up to here a list is kept in order while the scores pass
    SCAN_BLOCK = 16, // scores that are looked at together
};

bool momentum_needs_volatility(const struct momentum_rules *rules)
{
    return rules->strategy == MOMENTUM_RISK_ADJUSTED || rules->weighting == WEIGHTING_INVERSE_VOLATILITY;
}

enum status ranking_scratch_init(struct ranking_scratch *scratch, size_t symbol_count, struct arena *arena,
                                 struct error *error)
{
    double *columns = arena_alloc_raw(arena, 6 * symbol_count, sizeof *columns);
    if (!columns) return error_no_memory(error);
    *scratch = (struct ranking_scratch){
        .volatility = columns,
        .last = columns + symbol_count,
        .sum = columns + 2 * symbol_count,
        .mean = columns + 3 * symbol_count,
        .count = columns + 4 * symbol_count,
        .keys = columns + 5 * symbol_count,
    };
    return STATUS_OK;
}

// The returns of all symbols; NaN where a close is missing. `now` may be `end`.
VECTORISED static size_t score_returns(const double *now, const double *end, const double *start,
                                       size_t count, double *restrict out_scores)
{
    size_t scored = 0;
    for (size_t s = 0; s < count; s++) {
        const double value = end[s] / start[s] - 1;
        const double score = now[s] == now[s] ? value : (double)NAN;
        out_scores[s] = score;
        scored += score == score;
    }
    return scored;
}

VECTORISED static void clear_sums(const double *restrict close, size_t count, struct ranking_scratch *scratch)
{
    double *restrict last = scratch->last, *restrict sum = scratch->sum, *restrict returns = scratch->count;
    for (size_t s = 0; s < count; s++) {
        last[s] = close[s];
        sum[s] = 0;
        returns[s] = 0;
    }
}

// One more bar of the lookback: its returns are added.
VECTORISED static void add_returns(const double *restrict close, size_t count,
                                   struct ranking_scratch *scratch)
{
    double *restrict last = scratch->last, *restrict sum = scratch->sum, *restrict returns = scratch->count;
    for (size_t s = 0; s < count; s++) {
        const double step = close[s] / last[s] - 1;
        const bool is_there = step == step;
        sum[s] += is_there ? step : 0;
        returns[s] += is_there ? 1 : 0;
        last[s] = close[s] == close[s] ? close[s] : last[s];
    }
}

// The same for the squares of their distances from the mean.
VECTORISED static void add_squares(const double *restrict close, size_t count,
                                   struct ranking_scratch *scratch)
{
    double *restrict last = scratch->last, *restrict sum = scratch->sum;
    const double *restrict mean = scratch->mean;
    for (size_t s = 0; s < count; s++) {
        const double step = close[s] / last[s] - 1;
        const double distance = step - mean[s];
        sum[s] += step == step ? distance * distance : 0;
        last[s] = close[s] == close[s] ? close[s] : last[s];
    }
}

static void compute_volatility(const double *closes, size_t rows, size_t count,
                               struct ranking_scratch *scratch)
{
    clear_sums(closes, count, scratch);
    for (size_t row = 1; row < rows; row++)
        add_returns(closes + row * count, count, scratch);
    for (size_t s = 0; s < count; s++) {
        scratch->mean[s] = scratch->sum[s] / scratch->count[s];
        scratch->sum[s] = 0;
        scratch->last[s] = closes[s];
    }
    for (size_t row = 1; row < rows; row++)
        add_squares(closes + row * count, count, scratch);
    for (size_t s = 0; s < count; s++) {
        const double volatility = scratch->count[s] > 1 ? sqrt(scratch->sum[s] / (scratch->count[s] - 1)) : 0;
        scratch->volatility[s] = volatility >= LEAST_DEVIATION ? volatility : (double)NAN;
    }
}

// Divides by the volatility, or only takes out what has none; answers how many scores are left.
static size_t apply_volatility(const struct momentum_rules *rules, size_t count, const double *volatility,
                               double *scores)
{
    size_t scored = 0;
    for (size_t s = 0; s < count; s++) {
        if (rules->strategy == MOMENTUM_RISK_ADJUSTED) scores[s] /= volatility[s];
        if (isnan(volatility[s])) scores[s] = (double)NAN;
        if (!isnan(scores[s])) scored++;
    }
    return scored;
}

static enum unranked why_unranked(double now, double end, double start)
{
    if (isnan(now)) return UNRANKED_NO_CANDLE;
    if (isnan(start)) return UNRANKED_NO_START;
    return isnan(end) ? UNRANKED_NO_END : UNRANKED_NO_VOLATILITY;
}

size_t ranking_score(const struct momentum_input *input, size_t bar, struct ranking_scratch *scratch,
                     double *out_scores, uint8_t *out_unranked)
{
    const struct momentum_rules *rules = &input->rules;
    const size_t count = input->universe->symbol_count;
    const double *now = input->universe->close + bar * count;
    const double *end = now - rules->skip * count;
    const double *start = end - rules->lookback * count;
    size_t scored = score_returns(now, end, start, count, out_scores);
    if (momentum_needs_volatility(rules)) {
        compute_volatility(start, rules->lookback + 1, count, scratch);
        scored = apply_volatility(rules, count, scratch->volatility, out_scores);
    }
    for (size_t s = 0; s < count && scored < count; s++)
        out_unranked[s] = (uint8_t)(isnan(out_scores[s]) ? why_unranked(now[s], end[s], start[s]) : RANKED);
    return scored;
}

bool ranking_remove(size_t symbol, double *scores, uint8_t *unranked)
{
    const bool had_score = !isnan(scores[symbol]);
    scores[symbol] = (double)NAN;
    if (unranked[symbol] != UNRANKED_NO_CANDLE) unranked[symbol] = UNRANKED_NO_START;
    return had_score;
}

enum { KEY_REST = 1 << 10 }; // the values of the ten digits of a double that a key has not

INLINED double key_of(double score)
{
    double size = 1 + fabs(score);
    int64_t bits;
    memcpy(&bits, &size, sizeof bits);
    bits = (bits + KEY_REST / 2) & -(int64_t)KEY_REST;
    memcpy(&size, &bits, sizeof size);
    return copysign(size - 1, score);
}

double ranking_key(double score)
{
    return key_of(score);
}

VECTORISED void ranking_make_keys(const double *restrict scores, size_t count, double *restrict out_keys)
{
    for (size_t s = 0; s < count; s++)
        out_keys[s] = key_of(scores[s]);
}

void ranking_sides(const struct momentum_rules *rules, size_t eligible, size_t *out_longs, size_t *out_shorts)
{
    const size_t wanted = rules->long_count + rules->short_count;
    size_t longs = rules->long_count, shorts = rules->short_count;
    if (eligible < wanted) {
        longs = eligible * rules->long_count / wanted;
        shorts = eligible * rules->short_count / wanted;
        if (longs == 0 && rules->long_count > 0) longs = 1;
        if (shorts == 0 && rules->short_count > 0) shorts = 1;
    }
    *out_longs = eligible < 2 ? 0 : longs;
    *out_shorts = eligible < 2 ? 0 : shorts;
}

// Highest score first; of equal ones the first symbol.
static int best_first(const void *left, const void *right)
{
    const struct ranked_symbol *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return (a->symbol > b->symbol) - (a->symbol < b->symbol);
}

static void select_by_order(const double *scores, size_t count, size_t wanted, bool is_best,
                            struct ranked_symbol *scratch, uint32_t *out_symbols)
{
    size_t scored = 0;
    for (size_t s = 0; s < count; s++)
        if (!isnan(scores[s]))
            scratch[scored++] = (struct ranked_symbol){.score = scores[s], .symbol = (uint32_t)s};
    qsort(scratch, scored, sizeof *scratch, best_first);
    for (size_t i = 0; i < wanted; i++)
        out_symbols[i] = scratch[is_best ? i : scored - 1 - i].symbol;
}

// Moves lower scores down and puts the symbol where it belongs: behind those that are at least as good.
static void insert_best(const double *scores, size_t symbol, size_t at, uint32_t *list)
{
    for (; at > 0 && scores[list[at - 1]] < scores[symbol]; at--)
        list[at] = list[at - 1];
    list[at] = (uint32_t)symbol;
}

// Behind those that are worse: of equal scores the later symbol is the worse one.
static void insert_worst(const double *scores, size_t symbol, size_t at, uint32_t *list)
{
    for (; at > 0 && scores[list[at - 1]] >= scores[symbol]; at--)
        list[at] = list[at - 1];
    list[at] = (uint32_t)symbol;
}

// The greatest score of every SHORT_LIST-th symbol: of so many lists of symbols that share none.
VECTORISED static void find_greatest(const double *restrict scores, size_t count, double *restrict greatest)
{
    size_t s = 0;
    for (size_t i = 0; i < SHORT_LIST; i++)
        greatest[i] = -(double)INFINITY;
    for (; s + SHORT_LIST <= count; s += SHORT_LIST)
        for (size_t i = 0; i < SHORT_LIST; i++)
            greatest[i] = scores[s + i] > greatest[i] ? scores[s + i] : greatest[i]; // NaN is not
    for (size_t i = 0; s < count; s++, i++)
        greatest[i] = scores[s] > greatest[i] ? scores[s] : greatest[i];
}

VECTORISED static void find_least(const double *restrict scores, size_t count, double *restrict least)
{
    size_t s = 0;
    for (size_t i = 0; i < SHORT_LIST; i++)
        least[i] = (double)INFINITY;
    for (; s + SHORT_LIST <= count; s += SHORT_LIST)
        for (size_t i = 0; i < SHORT_LIST; i++)
            least[i] = scores[s + i] < least[i] ? scores[s + i] : least[i];
    for (size_t i = 0; s < count; s++, i++)
        least[i] = scores[s] < least[i] ? scores[s] : least[i];
}

// The first block from `s` on that has a score at or above the bound; its end is `count` where none has.
VECTORISED static size_t skip_low(const double *scores, size_t s, size_t count, double bound)
{
    for (; s + SCAN_BLOCK <= count; s += SCAN_BLOCK) {
        uint64_t is_any = 0;
        for (size_t i = 0; i < SCAN_BLOCK; i++)
            is_any |= scores[s + i] >= bound;
        if (is_any) break;
    }
    return s;
}

VECTORISED static size_t skip_high(const double *scores, size_t s, size_t count, double bound)
{
    for (; s + SCAN_BLOCK <= count; s += SCAN_BLOCK) {
        uint64_t is_any = 0;
        for (size_t i = 0; i < SCAN_BLOCK; i++)
            is_any |= scores[s + i] <= bound;
        if (is_any) break;
    }
    return s;
}

static size_t block_end(size_t s, size_t count)
{
    return count - s < SCAN_BLOCK ? count : s + SCAN_BLOCK;
}

// `wanted` lists have a score at or above the wanted-th of their greatest ones: what is below is none of the
// best.
static double best_bound(const double *greatest, size_t wanted)
{
    uint32_t list[SHORT_LIST];
    for (size_t i = 0; i < SHORT_LIST; i++)
        if (i < wanted || greatest[i] > greatest[list[wanted - 1]])
            insert_best(greatest, i, i < wanted ? i : wanted - 1, list);
    return greatest[list[wanted - 1]];
}

static double worst_bound(const double *least, size_t wanted)
{
    uint32_t list[SHORT_LIST];
    for (size_t i = 0; i < SHORT_LIST; i++)
        if (i < wanted || least[i] <= least[list[wanted - 1]])
            insert_worst(least, i, i < wanted ? i : wanted - 1, list);
    return least[list[wanted - 1]];
}

static void select_best(const double *scores, size_t count, size_t wanted, uint32_t *list)
{
    double greatest[SHORT_LIST] UNINITIALISED;
    find_greatest(scores, count, greatest);
    const double bound = best_bound(greatest, wanted);
    size_t s = 0, found = 0;
    while ((s = skip_low(scores, s, count, bound)) < count) {
        for (const size_t end = block_end(s, count); s < end; s++) {
            if (!(scores[s] >= bound) || (found == wanted && !(scores[s] > scores[list[wanted - 1]])))
                continue;
            insert_best(scores, s, found < wanted ? found++ : wanted - 1, list);
        }
    }
}

static void select_worst(const double *scores, size_t count, size_t wanted, uint32_t *list)
{
    double least[SHORT_LIST] UNINITIALISED;
    find_least(scores, count, least);
    const double bound = worst_bound(least, wanted);
    size_t s = 0, found = 0;
    while ((s = skip_high(scores, s, count, bound)) < count) {
        for (const size_t end = block_end(s, count); s < end; s++) {
            if (!(scores[s] <= bound) || (found == wanted && !(scores[s] <= scores[list[wanted - 1]])))
                continue;
            insert_worst(scores, s, found < wanted ? found++ : wanted - 1, list);
        }
    }
}

void ranking_select(const double *keys, size_t count, size_t wanted, bool is_best,
                    struct ranked_symbol *scratch, uint32_t *out_symbols)
{
    if (wanted == 0) return;
    if (wanted > SHORT_LIST)
        select_by_order(keys, count, wanted, is_best, scratch, out_symbols);
    else if (is_best)
        select_best(keys, count, wanted, out_symbols);
    else
        select_worst(keys, count, wanted, out_symbols);
}
