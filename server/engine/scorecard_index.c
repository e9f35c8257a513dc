#include "engine/scorecard_index.h"

#include <math.h>
#include <stdbool.h>

enum status scorecard_index_make(size_t bar_count, struct arena *arena, struct scorecard_index *out_index)
{
    const struct scorecard_index index = {
        .bar_count = bar_count,
        .opens = ARENA_ARRAY(arena, double, bar_count),
        .closes = ARENA_ARRAY(arena, double, bar_count),
        .members = ARENA_ARRAY(arena, uint32_t, bar_count),
    };
    if (!index.opens || !index.closes || !index.members) return STATUS_NO_MEMORY;
    *out_index = index;
    return STATUS_OK;
}

void scorecard_index_add(struct scorecard_index *index, const struct candles *candles,
                         const uint32_t *positions, double max_gap_factor)
{
    for (size_t i = 1; i < candles->count; i++) {
        if (positions[i] != positions[i - 1] + 1) continue;
        const double before = candles->close[i - 1];
        const double gap = candles->open[i] / before, move = candles->close[i] / before;
        const bool is_same = before > 0 && gap <= max_gap_factor && gap * max_gap_factor >= 1;
        if (!is_same || !isfinite(move)) continue;
        index->opens[positions[i]] += gap;
        index->closes[positions[i]] += move;
        index->members[positions[i]]++;
    }
}

void scorecard_index_chain(struct scorecard_index *index)
{
    double level = 1;
    for (size_t t = 0; t < index->bar_count; t++) {
        const double members = index->members[t];
        index->opens[t] = members > 0 ? level * (index->opens[t] / members) : level;
        index->closes[t] = members > 0 ? level * (index->closes[t] / members) : level;
        level = index->closes[t];
    }
}

double scorecard_index_return(const struct scorecard_index *index, size_t bar, size_t horizon)
{
    const size_t end = bar + horizon;
    return end < index->bar_count ? index->closes[end] / index->opens[bar + 1] - 1 : (double)NAN;
}
